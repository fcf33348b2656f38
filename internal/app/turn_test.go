package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"fengqiao/internal/app"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/turn"
)

// keysOf are the lines of a key file.
func keysOf(t *testing.T, path string) (out []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// another is one more process of a town's installation, with these keys.
func another(t *testing.T, town *housetest.Town, keys, caucusKeys []string) (*app.App, error) {
	t.Helper()
	return app.New(t.Context(), app.Options{SecondFactor: app.FactorOffered, Store: town.Store, Data: town.App.Data, Keys: strings.Join(keys, " "), CaucusKeys: strings.Join(caucusKeys, " "),
		Now: town.Clock.Now, PublicRate: 10000, Version: "test"})
}

// everythingOpens looks, through a process, at what only its keys open: facts, numbers that are looked up, the way in of a party, the
// note of a caucus.
func (a *aviary) everythingOpens(t *testing.T, in *app.App) {
	t.Helper()
	su := a.Elsewhere(in, a.Su)
	if got := su.Get("/cases/" + a.c.ID); got.Status != 200 || !got.Holds(kept) {
		t.Errorf("the case: %d", got.Status)
	}
	if got := su.Post("/searches", m{"text": "13800138000"}); got.Status != 200 || !got.Holds(a.c.ID) {
		t.Errorf("by telephone: %d %s", got.Status, got.Body)
	}
	if got := su.Get("/cases/" + a.c.ID + "/sessions/" + a.session + "/note"); got.Status != 200 || !got.Holds(canary) {
		t.Errorf("the note: %d %s", got.Status, got.Body)
	}
	if got := a.Elsewhere(in, nil).Post("/access", m{"reference": a.c.Reference, "code": a.c.Code}); got.Status/100 != 2 {
		t.Errorf("by code: %d %s", got.Status, got.Body)
	}
}

func TestT19_KeysTurnWhilePeopleWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		a := newAviary(t, s)
		old, oldCaucus := keysOf(t, filepath.Join(a.App.Data, "keys")), keysOf(t, filepath.Join(a.App.Data, "caucus-keys"))
		for _, caucus := range []bool{false, true} {
			if _, _, err := app.AddKey(app.Options{Data: a.App.Data}, caucus, false); err != nil {
				t.Fatal(err)
			}
		}
		both, bothCaucus := keysOf(t, filepath.Join(a.App.Data, "keys")), keysOf(t, filepath.Join(a.App.Data, "caucus-keys"))
		one, err := another(t, a.Town, both, bothCaucus)
		if err != nil {
			t.Fatal(err)
		}
		two, err := another(t, a.Town, both, bothCaucus)
		if err != nil {
			t.Fatal(err)
		}
		holds := func(in *app.App) {
			t.Helper()
			if found, err := in.Verify(t.Context()); err != nil || len(found.All()) > 0 {
				t.Errorf("%v, %v", found.All(), err)
			}
		}
		holds(one)
		var missing *app.Unfit
		if _, err := another(t, a.Town, both[1:], bothCaucus); !errors.As(err, &missing) || !strings.Contains(err.Error(), one.Vault.KeyIDs()[0]) || !strings.Contains(err.Error(), "values lie under it") {
			t.Errorf("without the old key, before the turn: %v", err)
		}

		// stopped after its first column; then begun again by two at once, while people read and file
		killed, kill := context.WithCancel(t.Context())
		if _, err := one.Turning.Turn(killed, turn.Vault, func(turn.Column, int64) { kill() }); err == nil {
			t.Error("it was stopped and says that it was done")
		}
		a.everythingOpens(t, two)
		if got, err := one.Turning.Uses(t.Context(), turn.Vault); err != nil || len(got) != 2 {
			t.Errorf("in the middle of it: %v, %v", got, err)
		}
		var wait sync.WaitGroup
		for _, in := range []*app.App{one, two} {
			wait.Go(func() {
				if _, err := in.Turning.Turn(t.Context(), turn.Vault, nil); err != nil {
					t.Error(err)
				}
			})
			wait.Go(func() {
				for range 5 {
					a.everythingOpens(t, in)
					a.Elsewhere(in, a.Su).Post("/cases", housetest.Leak()).Is(201)
				}
			})
		}
		wait.Wait()
		done, err := two.Turning.Turn(t.Context(), turn.Vault, nil)
		if err != nil || len(done.Left)+len(done.Broken) > 0 {
			t.Fatalf("%+v, %v", done, err)
		}
		caucus, err := one.Turning.Turn(t.Context(), turn.Caucus, nil)
		if err != nil || caucus.Values != 1 || len(caucus.Free) != 1 || len(caucus.Left) > 0 {
			t.Errorf("%+v, %v", caucus, err)
		}
		holds(two)

		after, err := another(t, a.Town, both[1:], bothCaucus[1:])
		if err != nil {
			t.Fatal(err)
		}
		a.everythingOpens(t, after)
		holds(after)
		if _, err := another(t, a.Town, old, bothCaucus); !errors.As(err, &missing) {
			t.Errorf("with the old key alone: %v", err)
		}
		if _, err := another(t, a.Town, both[1:], oldCaucus); !errors.As(err, &missing) || !strings.Contains(err.Error(), "caucus-keys") {
			t.Errorf("with the old key of notes alone: %v", err)
		}
		if got, err := after.Turning.Uses(t.Context(), turn.Vault); err != nil || len(got) != 1 || got[0].Key != done.Key {
			t.Errorf("under other keys: %v, %v", got, err)
		}
	})
}

// A process that seals under the old key after the turn is told: its key is needed again.
func TestAKeyThatSealsAgainIsNeededAgain(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Su).Files()
		if _, _, err := app.AddKey(app.Options{Data: town.App.Data}, false, false); err != nil {
			t.Fatal(err)
		}
		both := keysOf(t, filepath.Join(town.App.Data, "keys"))
		one, err := another(t, town, both, nil)
		if err != nil {
			t.Fatal(err)
		}
		if done, err := one.Turning.Turn(t.Context(), turn.Vault, nil); err != nil || len(done.Free) != 1 {
			t.Fatalf("%+v, %v", done, err)
		}
		town.As(town.Su).Files() // by the process that knows the old key alone
		if err := town.App.Turning.Note(t.Context()); err == nil {
			t.Error("it took the keys of indexes without the key they lie under")
		}
		late, err := another(t, town, []string{both[1], both[0]}, nil)
		if err != nil {
			t.Fatal(err)
		}
		town.Elsewhere(late, town.Su).Post("/cases", housetest.Leak()).Is(201)
		if _, err := another(t, town, both[1:], nil); err == nil || !strings.Contains(err.Error(), "values lie under it") {
			t.Errorf("values under the old key, and it is not missed: %v", err)
		}
	})
}

// Where the key files were lost the program makes no others: it says what cannot be read without them.
func TestAStartWithoutTheKeysLeavesNone(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Su).Files()
		data := t.TempDir()
		_, err := app.New(t.Context(), app.Options{Store: town.Store, Data: data, Now: town.Clock.Now, PublicRate: 10000, Version: "test"})
		if err == nil || !strings.Contains(err.Error(), "values lie under it") {
			t.Errorf("started without the keys: %v", err)
		}
		if left, err := os.ReadDir(data); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

// picture is a model with bytes of which nobody says whether they are sealed.
type picture struct {
	ID    string
	Photo []byte
}

// No column of bytes is forgotten: each of the schema's is turned, or is named as one that lies under no ring.
func TestNoSealedColumnIsForgotten(t *testing.T) {
	if _, err := turn.Columns([][]any{{&picture{}}}); err == nil || !strings.Contains(err.Error(), "pictures.photo") {
		t.Errorf("a new column of bytes: %v", err)
	}
	columns, err := turn.Columns(app.Models())
	if err != nil {
		t.Fatal(err)
	}
	turned := map[string]bool{}
	for _, c := range columns {
		turned[c.String()] = true
	}
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for name, tb := range schemaOf(t, s) {
			for column, kind := range tb.columns {
				if isBytes := strings.HasPrefix(kind, "blob") || strings.HasPrefix(kind, "bytea"); isBytes != turned[name+"."+column] &&
					!strings.Contains(" caucus_notes.note_sealed journal.salt record_seals.signature ring_keys.key_sealed ", " "+name+"."+column+" ") {
					t.Errorf("%s.%s is %s, turned %v", name, column, kind, turned[name+"."+column])
				}
			}
		}
	})
	if turned[""] || len(columns) < 50 || !turned["journal.words_sealed"] || !turned["caucus_keys.wrapped_key"] {
		t.Errorf("%v", columns)
	}
}
