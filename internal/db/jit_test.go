package db_test

import (
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
)

func TestPostgreSQLCompilesNothingUnlessItsAddressSaysSo(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "postgres") {
		t.Skip("not on PostgreSQL")
	}
	address := dbtest.URL(t, "postgres")
	mark := "?"
	if strings.Contains(address, "?") {
		mark = "&"
	}
	for url, want := range map[string]string{address: "off", address + mark + "jit=on": "on"} {
		s, err := db.Open(db.Options{URL: url, Now: dbtest.NewClock().Now, IDs: maker})
		if err != nil {
			t.Fatal(err)
		}
		pool, err := s.Pool()
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := pool.QueryRowContext(t.Context(), "SHOW jit").Scan(&got); err != nil || got != want {
			t.Errorf("jit is %q, want %q: %v", got, want, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
