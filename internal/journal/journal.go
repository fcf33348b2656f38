// Package journal is the append-only record of acts: one hash chain a case. Everything that tells what happened reads
// it: the timeline, the audit proof, the party's receipt, messages and reports.
package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// Entry is one act on a case.
type Entry struct {
	ID         ident.ID
	Case       ident.ID
	Seq        int64 // the case's version after the act; the first is 1
	Event      string
	From, To   string // states; equal where the act moves nothing
	Actor      ident.ID
	Role       actor.Role
	Party      ident.ID  // the party acting, or on whose behalf something was recorded
	OccurredAt time.Time // the legal moment
	RecordedAt time.Time // when it was written
	Late       bool      // written more than a day after the fact
	Fact       Fact      // what happened, without personal data: ids, codes, days, amounts, digests
	Words      Words     // what was said, personal: sealed beside the chain
	Prev, Hash string    // hex SHA-256
}

// Fact holds values that are not personal. It is written as JSON with sorted keys.
type Fact map[string]any

// Words holds personal texts by name ("reason", "note").
type Words map[string]string

const lateAfter = 24 * time.Hour // an entry later than this after the fact is marked late

// Journal writes and reads entries.
type Journal struct {
	vault  *vault.Vault
	random io.Reader
}

// New makes a Journal over the vault that seals its words and a source of chance for their salts.
func New(v *vault.Vault, random io.Reader) *Journal { return &Journal{vault: v, random: random} }

// Append writes the next entry of a case's chain in the act's transaction. Seq must follow the last entry's: the
// unique key (case, seq) lets only one writer have it.
func (j *Journal) Append(tx *db.Tx, e Entry) (Entry, error) {
	if e.Case.County() != tx.County {
		return Entry{}, fmt.Errorf("journal: case of county %q, transaction in %q", e.Case.County(), tx.County)
	}
	prev, err := lastHash(tx, e.Case, e.Seq)
	if err != nil {
		return Entry{}, err
	}
	at, err := behindSeals(tx)
	if err != nil {
		return Entry{}, err
	}
	row, err := j.Chain(tx.NewIDAt(at), e, tx.Now, prev)
	if err != nil {
		return Entry{}, err
	}
	if err := insert(tx, row); err != nil {
		return Entry{}, err
	}
	return row.entry(e.Words), nil
}

// AppendAll writes the next entries of many chains of the transaction's county at once, each chain's one: for acts on some
// thousand things in one go.
func (j *Journal) AppendAll(tx *db.Tx, all []Entry) error {
	prev, err := lastHashes(tx, all)
	if err != nil {
		return err
	}
	at, err := behindSeals(tx)
	if err != nil {
		return err
	}
	rows := make([]Row, 0, len(all))
	for _, e := range all {
		hash, known := prev[e.Case]
		if e.Case.County() != tx.County || e.Seq > 1 && !known {
			return fmt.Errorf("journal: entry %d of %s follows nothing in county %q", e.Seq, e.Case, tx.County)
		}
		row, err := j.Chain(tx.NewIDAt(at), e, tx.Now, hash)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return InsertAll(tx, rows)
}

// Chain makes the row of an entry that follows prev, without writing it; bulk loading uses it too.
func (j *Journal) Chain(id ident.ID, e Entry, recordedAt time.Time, prev string) (Row, error) {
	fact, err := json.Marshal(nonNil(e.Fact))
	if err != nil {
		return Row{}, fmt.Errorf("journal: fact of %s: %w", e.Event, err)
	}
	if e.OccurredAt.IsZero() {
		e.OccurredAt = recordedAt
	}
	r := Row{Key: id.Key(), CaseID: e.Case, Seq: e.Seq, Event: e.Event, FromState: e.From, ToState: e.To,
		ActorID: e.Actor, ActorRole: string(e.Role), PartyID: e.Party,
		OccurredAt: e.OccurredAt.UTC().Truncate(time.Microsecond), RecordedAt: recordedAt.UTC().Truncate(time.Microsecond),
		Fact: string(fact), PrevHash: prev}
	r.Late = r.RecordedAt.Sub(r.OccurredAt) > lateAfter
	if err := j.seal(&r, e.Words); err != nil {
		return Row{}, err
	}
	r.Hash = r.digest()
	return r, nil
}

func nonNil(f Fact) Fact {
	if f == nil {
		return Fact{}
	}
	return f
}

// seal closes the words and draws their salt. An entry without words has a salt too: a party holds hashes of entries of
// which it is not told all, and without a secret in them the few codes that a fact can hold could be tried out.
func (j *Journal) seal(r *Row, w Words) (err error) {
	var text []byte
	if len(w) > 0 {
		if text, err = json.Marshal(w); err != nil {
			return fmt.Errorf("journal: words: %w", err)
		}
	}
	r.Salt = make([]byte, 16)
	if _, err := io.ReadFull(j.random, r.Salt); err != nil {
		return fmt.Errorf("journal: salt: %w", err)
	}
	r.WordsDigest = wordsDigest(r.Salt, text)
	r.WordsSealed = j.vault.Seal(wordsPlace(r.ID), string(text))
	return nil
}

func wordsPlace(id ident.ID) vault.Place {
	return vault.Place{Table: "journal", Column: "words_sealed", Row: id}
}

func wordsDigest(salt, text []byte) string {
	h := sha256.New()
	h.Write(salt)
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}

// Of gives the entries of a case, oldest first.
func (j *Journal) Of(tx *db.Tx, caseID ident.ID) ([]Entry, error) {
	rows, err := rowsOf(tx, caseID)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(rows))
	for _, r := range rows {
		words, err := j.open(r)
		if err != nil {
			return nil, err
		}
		out = append(out, r.entry(words))
	}
	return out, nil
}

func (j *Journal) open(r Row) (Words, error) {
	text, err := j.vault.Open(wordsPlace(r.ID), r.WordsSealed)
	if err != nil {
		return nil, fmt.Errorf("journal entry %s: %w", r.ID, err)
	}
	if text == "" {
		return nil, nil
	}
	var w Words
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return nil, fmt.Errorf("journal entry %s: %w", r.ID, err)
	}
	return w, nil
}

// Break is one place where a chain does not hold.
type Break struct {
	Case ident.ID
	Seq  int64
	What string // fragment for operators
}

// Verify walks one case's chain. version is the case's own: a chain cut at its end is shorter than it.
func (j *Journal) Verify(tx *db.Tx, caseID ident.ID, version int64) ([]Break, error) {
	rows, err := rowsOf(tx, caseID)
	if err != nil {
		return nil, err
	}
	return j.walk(caseID, rows).Against(version), nil
}

// Walked is a chain that was read from its first entry to its last.
type Walked struct {
	Case   ident.ID
	Length int64
	Breaks []Break
	Files  []string // hashes of files that entries tell were attached
	Erased int      // files that entries tell were erased since
}

// Against are the breaks of a chain whose case says that it has so many entries.
func (w Walked) Against(version int64) []Break {
	if w.Length == version {
		return w.Breaks
	}
	return append(w.Breaks, Break{Case: w.Case, Seq: version, What: "chain has another length than the case's version says"})
}

// Walk reads the chains of a county that follow one, in the order of their cases: as many as lie whole among the next n entries, and one
// at least where there is any. One statement reads them all.
func (j *Journal) Walk(tx *db.Tx, county ident.County, after ident.ID, n int) (out []Walked, err error) {
	rows, err := rowsAfter(tx, county, after, n)
	for err == nil && len(rows) == n && rows[0].CaseID == rows[n-1].CaseID { // one chain longer than that
		n *= 2
		rows, err = rowsAfter(tx, county, after, n)
	}
	if err != nil {
		return nil, err
	}
	for from, i := 0, 1; i <= len(rows); i++ {
		if i < len(rows) && rows[i].CaseID == rows[from].CaseID || i == len(rows) && len(rows) == n {
			continue // the same chain, or one that may go on
		}
		out = append(out, j.walk(rows[from].CaseID, rows[from:i]))
		from = i
	}
	return out, nil
}

func (j *Journal) walk(caseID ident.ID, rows []Row) Walked {
	out := Walked{Case: caseID, Length: int64(len(rows))}
	fail := func(seq int64, what string) {
		out.Breaks = append(out.Breaks, Break{Case: caseID, Seq: seq, What: what})
	}
	prev := ""
	for i, r := range rows {
		switch {
		case r.Seq != int64(i)+1:
			fail(r.Seq, "entry missing before it, or out of order")
		case r.PrevHash != prev:
			fail(r.Seq, "does not follow the entry before it")
		case r.digest() != r.Hash:
			fail(r.Seq, "content does not match its hash")
		case !j.wordsHold(r):
			fail(r.Seq, "words do not match their digest")
		}
		prev = r.Hash
		out.look(r)
	}
	return out
}

// look notes what an entry tells of files.
func (w *Walked) look(r Row) {
	attached := strings.Contains(r.Fact, `"attachment":"`) && strings.Contains(r.Fact, `"sha256":"`)
	if !attached && !strings.Contains(r.Fact, `"step":"erased"`) && !strings.Contains(r.Fact, `"step":"destroyed"`) {
		return
	}
	var fact struct {
		SHA256, Item, Step string
		Files              int
	}
	if json.Unmarshal([]byte(r.Fact), &fact) != nil { // a break, told already
		return
	}
	switch {
	case attached:
		w.Files = append(w.Files, fact.SHA256)
	case fact.Step == "destroyed":
		w.Erased += fact.Files
	case fact.Item == "attachment":
		w.Erased++
	}
}

// wordsHold tells whether sealed words are what the chain says; erased words (no salt) are no break.
func (j *Journal) wordsHold(r Row) bool {
	if len(r.Salt) == 0 {
		return len(r.WordsSealed) == 0
	}
	text, err := j.vault.Open(wordsPlace(r.ID), r.WordsSealed)
	return err == nil && wordsDigest(r.Salt, []byte(text)) == r.WordsDigest
}
