package journal_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

func TestTheRecordTellsWhatHappened(t *testing.T) {
	each(t, func(b *book) {
		party := maker.New(fengze, dbtest.Friday)
		first := b.append(journal.Entry{Case: b.c, Seq: 1, Event: "file", To: "registered", Fact: journal.Fact{"source": "11"}})
		second := b.append(journal.Entry{Case: b.c, Seq: 2, Event: "record_consent", From: "registered", To: "registered", Actor: su.Person,
			Role: actor.Mediator, Party: party, OccurredAt: dbtest.Friday.Add(-time.Hour), Words: journal.Words{"note": "电话里同意 🙂"}})
		if first.Prev != "" || second.Prev != first.Hash || len(second.Hash) != 64 || first.Hash == second.Hash {
			b.Errorf("hashes: %q, then %q after %q", first.Hash, second.Hash, second.Prev)
		}
		if first.OccurredAt != dbtest.Friday || first.RecordedAt != dbtest.Friday {
			b.Errorf("without a legal moment it is now: %v, %v", first.OccurredAt, first.RecordedAt)
		}
		got := b.entries()
		for i, want := range []journal.Entry{first, second} {
			if want.Fact == nil {
				want.Fact = journal.Fact{}
			}
			if !reflect.DeepEqual(got[i], want) {
				b.Errorf("read back as\n%+v, written as\n%+v", got[i], want)
			}
		}
		if breaks := b.verify(2); len(breaks) != 0 {
			b.Errorf("a whole chain breaks: %v", breaks)
		}
		if other := maker.New(fengze, dbtest.Friday); len(b.entriesOf(other)) != 0 {
			b.Error("another case has entries")
		}
	})
}

func (b *book) entriesOf(c ident.ID) (out []journal.Entry) {
	b.read(func(tx *db.Tx) (err error) {
		out, err = b.j.Of(tx, c)
		return err
	})
	return out
}

func TestAnEntryTakesTheNextPlaceOnly(t *testing.T) {
	each(t, func(b *book) {
		b.filled(2)
		for _, seq := range []int64{-1, 0, 1, 2, 4, 5} {
			err := b.store.Do(b.Context(), su, fengze, func(tx *db.Tx) error {
				_, err := b.j.Append(tx, journal.Entry{Case: b.c, Seq: seq, Event: "again"})
				return err
			})
			if err == nil {
				b.Errorf("entry %d was written after the second", seq)
			}
		}
		if breaks := b.verify(2); len(breaks) != 0 {
			b.Error(breaks)
		}
	})
}

// The chain of a case lives where the case lives.
func TestAnEntryIsWrittenInItsCasesCounty(t *testing.T) {
	each(t, func(b *book) {
		err := b.store.Do(b.Context(), su, jinjiang, func(tx *db.Tx) error {
			_, err := b.j.Append(tx, journal.Entry{Case: b.c, Seq: 1, Event: "file"})
			return err
		})
		if err == nil {
			b.Error("an entry of a case of Fengze was written in Jinjiang")
		}
	})
}

// Facts are hashed as bytes: whatever they hold must come back from every engine as it went in.
func TestAFactSurvivesByteForByte(t *testing.T) {
	each(t, func(b *book) {
		facts := []journal.Fact{
			nil,
			{"name": "𠅤㛃䶮 林秀英 🙂 é é \u202eabc\u202c", "quotes": `"'\ ? $1 :a @a --`, "tags": "<b>&amp;</b>", "control": "a\x00b\tc\r\nd\u2028"},
			{"max": int64(math.MaxInt64), "min": int64(math.MinInt64), "fen": 140950, "share": 0.1, "big": 1e300, "zero": 0},
			{"list": []string{"甲", "乙", ""}, "none": []string{}, "nil": nil, "yes": true, "nested": map[string]any{"b": 1, "a": []int{1, 2}}},
			{"long": strings.Repeat("枫桥", 20000), "broken": "a\xffb"},
		}
		for i, f := range facts {
			b.append(journal.Entry{Case: b.c, Seq: int64(i) + 1, Event: "event", Fact: f})
		}
		rows, entries := b.rows(), b.entries()
		for i, f := range facts {
			if f == nil {
				f = journal.Fact{}
			}
			want, err := json.Marshal(f)
			if err != nil {
				b.Fatal(err)
			}
			got, err := json.Marshal(entries[i].Fact)
			if rows[i].Fact != string(want) {
				b.Errorf("fact %d is kept as %.200s, went in as %.200s", i, rows[i].Fact, want)
			}
			if want := strings.ReplaceAll(string(want), `\ufffd`, "\ufffd"); err != nil || string(got) != want {
				b.Errorf("fact %d is told as %.200s, went in as %.200s (%v)", i, got, want, err)
			}
		}
		if breaks := b.verify(int64(len(facts))); len(breaks) != 0 {
			b.Error(breaks)
		}
	})
}

func TestAFactThatCannotBeWrittenFailsTheAct(t *testing.T) {
	each(t, func(b *book) {
		err := b.store.Do(b.Context(), su, fengze, func(tx *db.Tx) error {
			_, err := b.j.Append(tx, journal.Entry{Case: b.c, Seq: 1, Event: "file", Fact: journal.Fact{"f": func() {}}})
			return err
		})
		if err == nil || len(b.rows()) != 0 {
			b.Errorf("written: %v", err)
		}
	})
}

func TestWhatIsWrittenADayLaterIsMarkedLate(t *testing.T) {
	each(t, func(b *book) {
		now := b.store.Now()
		for i, v := range []struct {
			at   time.Time
			late bool
		}{
			{time.Time{}, false}, {now, false}, {now.Add(time.Hour), false}, {now.Add(-24 * time.Hour), false},
			{now.Add(-24*time.Hour - time.Microsecond), true}, {now.AddDate(-1, 0, 0), true},
			{now.Add(-25 * time.Hour).In(time.FixedZone("", 8*3600)), true},
		} {
			e := b.append(journal.Entry{Case: b.c, Seq: int64(i) + 1, Event: "event", OccurredAt: v.at})
			if e.Late != v.late {
				b.Errorf("of %v, written at %v: late %v", v.at, now, e.Late)
			}
		}
		for i, e := range b.entries() {
			if e.Late != (i >= 4) {
				b.Errorf("entry %d came back late %v", i+1, e.Late)
			}
		}
		if breaks := b.verify(7); len(breaks) != 0 {
			b.Error(breaks)
		}
	})
}

// Personal words can be erased with their salt: the chain stays whole, and the digest alone tells nothing.
func TestErasedWordsLeaveTheChainWhole(t *testing.T) {
	each(t, func(b *book) {
		b.filled(3)
		b.do(func(tx *db.Tx) error {
			return tx.Rows().Model(&journal.Row{}).Where("county_code = ? AND case_id = ? AND seq = ?", fengze, b.c, 2).
				Updates(map[string]any{"words_sealed": nil, "salt": nil}).Error
		})
		if breaks := b.verify(3); len(breaks) != 0 {
			b.Error(breaks)
		}
		got := b.entries()
		if got[0].Words["note"] != "words 1" || got[1].Words != nil || got[2].Words["note"] != "words 3" {
			b.Errorf("words: %v %v %v", got[0].Words, got[1].Words, got[2].Words)
		}
	})
}

func TestWordsAreNotInTheTable(t *testing.T) {
	each(t, func(b *book) {
		b.append(journal.Entry{Case: b.c, Seq: 1, Event: "event", Words: journal.Words{"note": "CANARY"}})
		b.append(journal.Entry{Case: b.c, Seq: 2, Event: "event", Words: journal.Words{"note": "CANARY"}})
		rows := b.rows()
		for _, r := range rows {
			text, err := json.Marshal(r)
			if err != nil || strings.Contains(string(text), "CANARY") || strings.Contains(string(r.WordsSealed), "CANARY") {
				b.Errorf("in the open: %s %v", text, err)
			}
		}
		if rows[0].WordsDigest == rows[1].WordsDigest {
			b.Error("the same words have the same digest: they can be guessed")
		}
	})
}

func TestChainsLoadedInBulkHold(t *testing.T) {
	each(t, func(b *book) {
		var rows []journal.Row
		prev := ""
		for i := range 450 {
			r, err := b.j.Chain(maker.New(fengze, dbtest.Friday), journal.Entry{Case: b.c, Seq: int64(i) + 1, Event: "event",
				Words: journal.Words{"note": "x"}}, dbtest.Friday, prev)
			if err != nil {
				b.Fatal(err)
			}
			rows, prev = append(rows, r), r.Hash
		}
		b.do(func(tx *db.Tx) error { return journal.InsertAll(tx, rows) })
		if breaks := b.verify(450); len(breaks) != 0 {
			b.Error(breaks)
		}
	})
}
