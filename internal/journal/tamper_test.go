package journal_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/journal"
	"fengqiao/migrations"
)

// unlock is what somebody with the database in their hands can do first.
func (b *book) unlock() {
	b.Helper()
	if b.store.Dialect() == "sqlite" {
		b.exec("DROP TRIGGER journal_no_update")
		b.exec("DROP TRIGGER journal_no_delete")
		return
	}
	b.exec("GRANT ALL ON journal TO CURRENT_USER")
}

func (b *book) exec(sql string, args ...any) {
	b.Helper()
	b.do(func(tx *db.Tx) error { return tx.Rows().Exec(sql, args...).Error })
}

// set writes one column of one entry.
func (b *book) set(seq int64, column string, value any) {
	b.Helper()
	b.exec("UPDATE journal SET "+column+" = ? WHERE county_code = ? AND case_id = ? AND seq = ?", value, fengze, b.c, seq)
}

// copyOver puts what one entry says into another's row.
func (b *book) copyOver(from, to int64, columns ...string) {
	b.Helper()
	for _, c := range columns {
		b.exec("UPDATE journal SET "+c+" = (SELECT "+c+" FROM journal WHERE case_id = ? AND seq = ?) WHERE case_id = ? AND seq = ?",
			b.c, from, b.c, to)
	}
}

var hashed = []string{"event", "from_state", "to_state", "actor_id", "actor_role", "party_id", "occurred_at", "recorded_at", "late", "fact",
	"words_digest", "prev_hash", "hash"}

// Every column of an entry is changed once.
var edits = map[string]any{
	"county_code": "350502", "id": nil, "case_id": nil, "seq": 9, // a new id each time
	"event": "withdraw", "from_state": "closed", "to_state": "closed", "actor_id": maker.New(fengze, dbtest.Friday), "actor_role": "chair",
	"party_id": nil, "occurred_at": dbtest.Friday, "recorded_at": dbtest.Friday.AddDate(0, 0, 1), "late": true, "fact": `{"n": 2}`,
	"words_sealed": []byte("x"), "salt": []byte("0123456789abcdef"), "words_digest": strings.Repeat("0", 64),
	"prev_hash": strings.Repeat("0", 64), "hash": strings.Repeat("0", 64),
}

func TestEveryEditedColumnIsSeen(t *testing.T) {
	each(t, func(b *book) {
		b.unlock()
		for _, column := range columns() {
			value, known := edits[column]
			if !known {
				b.Errorf("nobody tries to change %s", column)
				continue
			}
			for _, seq := range []int64{1, 2, 3} {
				b.c = maker.New(fengze, dbtest.Friday)
				b.filled(3)
				if column == "id" || column == "case_id" {
					value = maker.New(fengze, dbtest.Friday)
				}
				b.set(seq, column, value)
				if len(b.verify(3)) == 0 {
					b.Errorf("%s of entry %d was changed unseen", column, seq)
				}
			}
		}
	})
}

// columns are those of the row's shape, which another test holds to the table's.
func columns() (out []string) {
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		for f := range t.Fields() {
			if f.Anonymous {
				walk(f.Type)
				continue
			}
			name, _, _ := strings.Cut(strings.TrimPrefix(f.Tag.Get("gorm"), "column:"), ";")
			out = append(out, name)
		}
	}
	walk(reflect.TypeFor[journal.Row]())
	return out
}

func TestEveryKindOfTamperingIsSeen(t *testing.T) {
	each(t, func(b *book) {
		b.unlock()
		remove := func(seq int64) {
			b.exec("DELETE FROM journal WHERE county_code = ? AND case_id = ? AND seq = ?", fengze, b.c, seq)
		}
		for what, tamper := range map[string]func(){
			"a fact edited":               func() { b.set(2, "fact", `{"n":3}`) },
			"a fact written otherwise":    func() { b.set(2, "fact", `{"n": 2}`) },
			"words replaced by others":    func() { b.copyOver(3, 2, "words_sealed", "salt") },
			"words and digest replaced":   func() { b.copyOver(3, 2, "words_sealed", "salt", "words_digest") },
			"words erased, salt kept":     func() { b.set(2, "words_sealed", nil) },
			"salt erased, words kept":     func() { b.set(2, "salt", nil) },
			"a bit of the words turned":   func() { b.set(2, "words_sealed", turned(b.rows()[1].WordsSealed)) },
			"the first entry removed":     func() { remove(1) },
			"an entry removed":            func() { remove(2) },
			"the last entry removed":      func() { remove(4) },
			"the last two removed":        func() { remove(4); remove(3) },
			"all removed":                 func() { remove(1); remove(2); remove(3); remove(4) },
			"removed, the rest moved up":  func() { remove(2); b.set(3, "seq", 2); b.set(4, "seq", 3) },
			"two entries exchanged":       func() { b.set(2, "seq", 99); b.set(3, "seq", 2); b.set(99, "seq", 3) },
			"an old row over a newer one": func() { b.copyOver(2, 3, append(slices.Clone(hashed), "words_sealed", "salt")...) },
			"the last row made the first": func() { b.copyOver(1, 4, hashed...) },
			"a forged entry at the end":   func() { b.forge(5, b.rows()[3].Hash) },
			"a forged entry in between": func() {
				b.set(4, "seq", 5)
				b.set(3, "seq", 4)
				b.forge(3, b.rows()[1].Hash)
			},
			"an entry replaced by a forged one": func() { remove(2); b.forge(2, b.rows()[0].Hash) },
			"another case's entry taken": func() {
				mine := b.c
				b.c = maker.New(fengze, dbtest.Friday)
				b.filled(4)
				b.exec("DELETE FROM journal WHERE case_id = ? AND seq = 4", mine)
				b.exec("UPDATE journal SET case_id = ? WHERE case_id = ? AND seq = 4", mine, b.c)
				b.c = mine
			},
		} {
			b.c = maker.New(fengze, dbtest.Friday)
			b.filled(4)
			if breaks := b.verify(4); len(breaks) != 0 {
				b.Fatalf("before %s: %v", what, breaks)
			}
			tamper()
			if len(b.verify(4)) == 0 {
				b.Errorf("unseen: %s", what)
			}
		}
	})
}

// forge writes an entry with a hash that fits, as somebody with this program's source could.
func (b *book) forge(seq int64, prev string) {
	b.Helper()
	r, err := b.j.Chain(maker.New(fengze, dbtest.Friday), journal.Entry{Case: b.c, Seq: seq, Event: "forged"}, b.store.Now(), prev)
	if err != nil {
		b.Fatal(err)
	}
	b.do(func(tx *db.Tx) error { return journal.InsertAll(tx, []journal.Row{r}) })
}

func turned(sealed []byte) []byte {
	out := slices.Clone(sealed)
	out[len(out)/2] ^= 1
	return out
}

func TestABreakSaysWhere(t *testing.T) {
	each(t, func(b *book) {
		b.unlock()
		b.filled(4)
		b.set(3, "fact", `{}`)
		breaks := b.verify(4)
		if len(breaks) != 1 || breaks[0].Seq != 3 || breaks[0].Case != b.c || !strings.Contains(breaks[0].What, "hash") {
			b.Errorf("breaks: %v", breaks)
		}
	})
}

// attempts are ways of changing the record with the program's own connection.
var attempts = map[string]string{
	"delete":          "DELETE FROM journal WHERE seq = 2",
	"delete all":      "DELETE FROM journal",
	"update":          "UPDATE journal SET fact = '{}' WHERE seq = 2",
	"update of words": "UPDATE journal SET words_sealed = NULL, fact = '{}' WHERE seq = 2",
}

func TestSQLiteRefusesToChangeTheRecord(t *testing.T) {
	b := newBook(t, dbtest.Only(t, "sqlite"))
	b.filled(3)
	ways := map[string]string{
		"replace":           "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 2",
		"replace by id":     "REPLACE INTO journal (county_code, id, case_id, seq, event, from_state, to_state, actor_role, occurred_at, recorded_at, late, fact, words_digest, prev_hash, hash) SELECT county_code, id, case_id, seq, 'forged', '', '', '', occurred_at, recorded_at, 0, '{}', '', '', '' FROM journal WHERE seq = 2",
		"update or replace": "UPDATE OR REPLACE journal SET seq = 1 WHERE seq = 2",
		"upsert":            "INSERT INTO journal SELECT * FROM journal WHERE seq = 2 ON CONFLICT DO UPDATE SET fact = '{}'",
	}
	for _, column := range columns() {
		if column != "words_sealed" && column != "salt" {
			ways["update of "+column] = "UPDATE journal SET " + column + " = " + column + " WHERE seq = 2"
		}
	}
	for name, sql := range attempts {
		ways[name] = sql
	}
	for name, sql := range ways {
		err := b.store.Do(t.Context(), su, fengze, func(tx *db.Tx) error { return tx.Rows().Exec(sql).Error })
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.exec("UPDATE journal SET words_sealed = NULL, salt = NULL WHERE seq = 2")
	if breaks := b.verify(3); len(breaks) != 0 {
		t.Error(breaks)
	}
}

// On PostgreSQL the role that migrates gives up its own right to change the record; only a superuser keeps it.
func TestPostgreSQLRefusesToChangeTheRecord(t *testing.T) {
	s := dbtest.New(t, "postgres")
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	kit, err := migrations.FS.ReadFile("postgres/00001_kit.sql")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	must := func(sql string) {
		t.Helper()
		if _, err := conn.ExecContext(t.Context(), sql); err != nil {
			t.Fatalf("%.60s: %v", sql, err)
		}
	}
	role := "fq_clerk_" + strings.ReplaceAll(maker.New(fengze, dbtest.Friday).String(), "-", "")
	must("CREATE ROLE " + role)
	defer must("DROP ROLE " + role)
	defer must("DROP OWNED BY " + role)
	defer must("RESET ROLE")
	must("CREATE SCHEMA office AUTHORIZATION " + role)
	must("SET ROLE " + role)
	must("SET search_path = office")
	must(string(kit))
	must(`INSERT INTO journal (county_code, id, case_id, seq, event, from_state, to_state, actor_role, occurred_at, recorded_at, late, fact,
		words_sealed, salt, words_digest, prev_hash, hash) SELECT '350503', gen_random_uuid(), gen_random_uuid(), n, '', '', '', '', now(), now(),
		false, '{}', 'x', 'x', '', '', '' FROM generate_series(1, 3) n`)
	for name, sql := range attempts {
		if _, err := conn.ExecContext(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, column := range append(columns(), "TRUNCATE") {
		sql := "UPDATE journal SET " + column + " = " + column
		if column == "TRUNCATE" {
			sql = "TRUNCATE journal"
		}
		_, err := conn.ExecContext(t.Context(), sql)
		if mayErase := column == "words_sealed" || column == "salt"; mayErase != (err == nil) {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
