package backup

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Everything that an address says reaches PostgreSQL's own programs.
func TestTheEnvironmentSaysTheWholeAddress(t *testing.T) {
	address := "postgres://fengqiao:secret@127.0.0.1:5433/fengqiao?sslmode=disable&channel_binding=prefer&connect_timeout=7&search_path=ours,%20public&jit=on&options=-c%20statement_timeout%3D0"
	c, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	got := environment(address, c)
	for _, want := range []string{"PGHOST=127.0.0.1", "PGPORT=5433", "PGUSER=fengqiao", "PGPASSWORD=secret", "PGSSLMODE=disable", "PGCHANNELBINDING=prefer", "PGCONNECT_TIMEOUT=7",
		`PGOPTIONS=-c statement_timeout=0 -c jit=on -c search_path=ours,\ public`} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not in %q", want, got)
		}
	}
}
