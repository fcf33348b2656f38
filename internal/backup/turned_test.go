package backup_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fengqiao/internal/app"
	"fengqiao/internal/backup"
	"fengqiao/internal/housetest"
	"fengqiao/internal/turn"
)

// A backup from before a turn of the keys opens with the old key beside the new one, and is refused with the new one alone, by the old one's
// name; one from after the turn opens with the new one alone. Both hold the whole record.
func TestT18_T19_BackupsOpenBeforeAndAfterATurn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Met(c, town.Su)
		sitting := c.Sitting()
		sitting["kind"], sitting["attending"], sitting["record"], sitting["starts_at"] = "caucus", []string{c.Applicant}, "单独说的话", "2026-03-06T01:00:00Z"
		su.Does(c, "open-session", sitting).Is(200)
		note := "/cases/" + c.ID + "/sessions/" + c.Last.Text("sessions.1.id") + "/note"
		before, said := su.Get("/cases/"+c.ID).Is(200), su.Get(note).Is(200)
		folder := t.TempDir()
		early, _, err := backup.Take(t.Context(), options(town), folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, caucus := range []bool{false, true} {
			if _, _, err := app.AddKey(app.Options{Data: town.App.Data}, caucus, false); err != nil {
				t.Fatal(err)
			}
		}
		turned, err := app.New(t.Context(), app.Options{SecondFactor: app.FactorOffered, Store: town.Store, Data: town.App.Data, Now: town.Clock.Now, PublicRate: 10000, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		for _, ring := range []string{turn.Vault, turn.Caucus} {
			if done, err := turned.Turning.Turn(t.Context(), ring, nil); err != nil || len(done.Left) > 0 || len(done.Free) != 1 {
				t.Fatalf("%s: %+v, %v", ring, done, err)
			}
		}
		o := turned.Backup()
		o.Database = options(town).Database
		town.Later(2e9) // another name
		late, _, err := backup.Take(t.Context(), o, folder)
		if err != nil {
			t.Fatal(err)
		}
		opens := func(path string, to app.Options) {
			t.Helper()
			if _, err := app.Restore(t.Context(), to, path, false); err != nil {
				t.Fatal(err)
			}
			a, err := app.New(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			again := town.Elsewhere(a, town.Su)
			if got := again.Get("/cases/" + c.ID).Is(200); !bytes.Equal(got.Body, before.Body) {
				t.Errorf("the case reads otherwise:\n%s\n%s", before.Body, got.Body)
			}
			if got := again.Get(note).Is(200); !bytes.Equal(got.Body, said.Body) {
				t.Errorf("the note reads otherwise: %s", got.Body)
			}
			if found, err := a.Verify(t.Context()); err != nil || len(found.All()) > 0 || found.Cases == 0 {
				t.Errorf("%v, %v", found.All(), err)
			}
		}
		opens(early, empty(t, town)) // both keys
		newest(t, town)
		opens(late, empty(t, town))
		old := empty(t, town)
		if _, err := app.Restore(t.Context(), old, early, false); err == nil || !strings.Contains(err.Error(), "key") {
			t.Errorf("a backup under the old key, restored with the new one alone: %v", err)
		}
		if town.Store.Dialect() == "sqlite" { // of PostgreSQL a folder tells nothing
			if left := inside(t, old); len(left) > 0 {
				t.Errorf("it was refused, and left %v", left)
			}
		}
	})
}

// newest takes the old keys out of the town's files.
func newest(t *testing.T, town *housetest.Town) {
	t.Helper()
	for _, name := range []string{"keys", "caucus-keys"} {
		path := filepath.Join(town.App.Data, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if err := os.WriteFile(path, []byte(lines[len(lines)-1]+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
