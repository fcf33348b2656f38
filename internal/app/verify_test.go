package app_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// proven is a town with files, sealed days and months that are added up, all of which hold.
type proven struct {
	*testing.T
	town   *housetest.Town
	first  *housetest.Case // with a file
	folder string
	// the one file
	path    string
	content []byte
}

func newProven(t *testing.T, town *housetest.Town) *proven {
	t.Helper()
	p := &proven{T: t, town: town, folder: filepath.Join(town.App.Data, "files")}
	town.InFengze(func(past *housetest.Past) {
		past.Dispute(town.Home.ID, "2025-11-03", "2025-11-08", casework.WrittenAgreement, func(h *casework.Head) { h.Version = 0 }) // without a record
	})
	for range 2 {
		su := town.As(town.Su)
		c := su.Files()
		su.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "照片.png", Content: housetest.Pixel}).Is(201)
		su.Files()
		town.Clock.Move(24 * time.Hour)
		town.SignInAgain()
		if _, err := town.App.Seals.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.first = c
	}
	if n, err := town.App.Rollup.Roll(t.Context()); err != nil || n == 0 {
		t.Fatalf("%d months: %v", n, err)
	}
	return p
}

func (p *proven) exec(sql string) {
	p.Helper()
	err := p.town.Store.Do(p.Context(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error { return tx.Rows().Exec(sql).Error })
	if err != nil {
		p.Fatalf("%s: %v", sql, err)
	}
}

// look is what does not hold.
func (p *proven) look() app.Verified {
	p.Helper()
	found, err := p.town.App.Verify(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return found
}

// file is the one file that is kept.
func (p *proven) file() string {
	p.Helper()
	found, err := filepath.Glob(filepath.Join(p.folder, "??", "*"))
	if err != nil || len(found) != 1 {
		p.Fatalf("%v, %v", found, err)
	}
	return found[0]
}

func (p *proven) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// tampering is a change behind the program's back, and how the test takes it back.
type tampering struct {
	name, says string
	tables     []string // that are kept and put back
	do, undo   func(p *proven)
}

func by(all ...string) func(*proven) {
	return func(p *proven) {
		for _, one := range all {
			p.exec(strings.NewReplacer("@case", p.first.ID, "@new", ident.NewMaker(rand.Reader).New("350503", p.town.Clock.Now()).String()).Replace(one))
		}
	}
}

// Each kind of break, planted once.
var tamperings = []tampering{
	{name: "an entry edited", says: "content does not match its hash", tables: []string{"journal"}, do: by("UPDATE journal SET event = 'withdraw' WHERE case_id = '@case' AND seq = 1")},
	{name: "an entry deleted", says: "entry missing before it", tables: []string{"journal"}, do: by("DELETE FROM journal WHERE case_id = '@case' AND seq = 1")},
	{name: "two entries exchanged", says: "does not follow the entry before it", tables: []string{"journal"},
		do: by("UPDATE journal SET seq = 99 WHERE case_id = '@case' AND seq = 1", "UPDATE journal SET seq = 1 WHERE case_id = '@case' AND seq = 2", "UPDATE journal SET seq = 2 WHERE case_id = '@case' AND seq = 99")},
	{name: "an entry put in", says: "chain has another length", tables: []string{"journal"},
		do: by("CREATE TABLE forged AS SELECT * FROM journal WHERE case_id = '@case' AND seq = 1", "UPDATE forged SET seq = 3, id = '@new'", "INSERT INTO journal SELECT * FROM forged", "DROP TABLE forged")},
	{name: "the tail cut", says: "chain has another length", tables: []string{"journal"}, do: by("DELETE FROM journal WHERE case_id = '@case' AND seq = 2")},
	{name: "an old copy put back, the case with it", says: "when it was sealed", tables: []string{"journal", "case_attachments"},
		do:   by("DELETE FROM journal WHERE case_id = '@case' AND seq = 2", "UPDATE dispute_cases SET version = 1 WHERE id = '@case'", "DELETE FROM case_attachments WHERE case_id = '@case'"),
		undo: by("UPDATE dispute_cases SET version = 2 WHERE id = '@case'")},
	{name: "a whole chain gone", says: "it has no entry at all", tables: []string{"journal"}, do: by("DELETE FROM journal WHERE case_id = '@case'")},
	{name: "a chain of nothing", says: "the case of this chain is gone", tables: []string{"journal"}, do: by("UPDATE journal SET case_id = '@new' WHERE case_id = '@case'")},
	{name: "a file changed", says: "the file was changed",
		do:   func(p *proven) { p.must(os.WriteFile(p.file(), []byte("x"), 0o600)) },
		undo: func(p *proven) { p.must(os.WriteFile(p.file(), p.content, 0o600)) }},
	{name: "a file missing", says: "the file is missing",
		do:   func(p *proven) { p.must(os.Rename(p.file(), filepath.Join(p.folder, "elsewhere"))) },
		undo: func(p *proven) { p.must(os.Rename(filepath.Join(p.folder, "elsewhere"), p.path)) }},
	{name: "a row with another size", says: "the row says", do: by("UPDATE documents SET size = size + 1 WHERE county_code = '350503'"), undo: by("UPDATE documents SET size = size - 1 WHERE county_code = '350503'")},
	{name: "the rows missing", says: "gone without an entry that says so", tables: []string{"case_attachments", "documents"},
		do: by("DELETE FROM case_attachments WHERE county_code = '350503'", "DELETE FROM documents WHERE county_code = '350503'")},
	{name: "a file that nobody entered", says: "no row names this file",
		do: func(p *proven) {
			stray := filepath.Join(filepath.Dir(p.path), strings.Repeat("0", 62))
			p.must(os.WriteFile(stray, nil, 0o600))
			old := p.town.Clock.Now().Add(-25 * time.Hour)
			p.must(os.Chtimes(stray, old, old))
		},
		undo: func(p *proven) { p.must(os.Remove(filepath.Join(filepath.Dir(p.path), strings.Repeat("0", 62)))) }},
	{name: "a month changed", says: "month 2025-11: the figures are not those of the rows", tables: []string{"case_months"}, do: by("UPDATE case_months SET n = n + 1 WHERE county_code = '350503' AND month = '2025-11-01'")},
}

func TestT9_EveryKindOfBreakIsTold(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		p := newProven(t, town)
		p.path = p.file()
		content, err := os.ReadFile(p.path)
		p.must(err)
		p.content = content
		if found := p.look(); len(found.All()) > 0 || found.Files.Files != 1 || found.Files.Documents != 2 || found.Seals.Seals != 2 || found.Entries != 6 || found.Cases != 5 || found.Months.Months == 0 {
			t.Fatalf("untouched: %v, read %s", found.All(), found.Read())
		}
		if town.Store.Dialect() == "sqlite" {
			by("DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete")(p)
		} else {
			by("GRANT ALL ON journal TO CURRENT_USER")(p)
		}
		for _, one := range tamperings {
			for _, table := range one.tables {
				p.exec("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
			}
			one.do(p)
			found := p.look()
			if !strings.Contains(strings.Join(found.All(), "\n"), one.says) {
				t.Errorf("%s: told %v", one.name, found.All())
			}
			var report bytes.Buffer
			if err := town.App.Report(&report, found); err != nil || !strings.Contains(report.String(), one.says) || !strings.Contains(report.String(), found.Read()) ||
				!strings.Contains(report.String(), fmt.Sprintf("Breaks: %d.", len(found.All()))) {
				t.Errorf("%s, reported as %s, %v", one.name, report.String(), err)
			}
			if one.undo != nil {
				one.undo(p)
			}
			for i := range one.tables {
				table := one.tables[len(one.tables)-1-i]
				p.exec("DELETE FROM " + table)
				p.exec("INSERT INTO " + table + " SELECT * FROM kept_" + table)
				p.exec("DROP TABLE kept_" + table)
			}
			if left := p.look().All(); len(left) > 0 {
				t.Fatalf("after %s was put back: %v", one.name, left)
			}
		}
	})
}
