package turn_test

import (
	"bytes"
	"crypto/rand"
	"os"
	"strconv"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/turn"
	"fengqiao/internal/vault"
)

const county ident.County = "350503"

func ring(t testing.TB, masters ...byte) *vault.Vault {
	t.Helper()
	var all [][]byte
	for _, b := range masters {
		all = append(all, bytes.Repeat([]byte{b}, vault.MasterSize))
	}
	v, err := vault.New(rand.Reader, all...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func keeper(t testing.TB, s *db.Store, v *vault.Vault) *turn.Keeper {
	t.Helper()
	c, err := vault.NewCaucus(rand.Reader, bytes.Repeat([]byte{99}, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	columns, err := turn.Columns([][]any{files.Rows, turn.Rows})
	if err != nil {
		t.Fatal(err)
	}
	return turn.New(s, v, c, columns)
}

// fill writes n documents whose names are sealed.
func fill(t testing.TB, s *db.Store, v *vault.Vault, n int) {
	t.Helper()
	for n > 0 {
		err := s.Do(t.Context(), actor.System, county, func(tx *db.Tx) error {
			var rows []files.Document
			for range min(n, 5000) {
				d := files.Document{Key: tx.NewKey(), SHA256: "x", MediaType: "image/png", MadeAt: tx.Now}
				d.NameSealed = v.Seal(vault.Place{Table: "documents", Column: "name_sealed", Row: d.ID}, "照片 "+strconv.Itoa(n)+".png")
				rows = append(rows, d)
			}
			return db.Load(tx, rows)
		})
		if err != nil {
			t.Fatal(err)
		}
		n -= 5000
	}
}

// More values than one batch holds are turned in one go; FENGQIAO_TURN says how many, to measure.
func TestT19_ManyValuesTurn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		n := 1200
		if many, err := strconv.Atoi(os.Getenv("FENGQIAO_TURN")); err == nil {
			n = many
		}
		if err := keeper(t, s, ring(t, 1)).Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		fill(t, s, ring(t, 1), n)
		k := keeper(t, s, ring(t, 1, 2))
		if err := k.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		done, err := k.Turn(t.Context(), turn.Vault, nil)
		took := time.Since(start)
		if err != nil || done.Values != int64(n) || len(done.Left)+len(done.Broken) > 0 || len(done.Free) != 1 {
			t.Fatalf("%+v, %v", done, err)
		}
		t.Logf("%d values in %v: %.0f a second", n, took, float64(n)/took.Seconds())
	})
}
