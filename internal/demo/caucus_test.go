package demo

import (
	"bytes"
	"strings"
	"testing"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// What history tells of caucuses is sealed like any other: under a key of its own, and nowhere else.
func sealed(t *testing.T, _ string, store *db.Store) {
	pool, err := store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := vault.NewCaucus(Chance(1, "nothing"), bytes.Repeat([]byte{1}, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := pool.QueryContext(t.Context(), `SELECT v.id, v.record_sealed, v.result_sealed, k.wrapped_key, n.note_sealed, (SELECT COUNT(*) FROM caucus_readers r WHERE r.session_id = v.id)
		FROM mediation_sessions v LEFT JOIN caucus_keys k ON k.session_id = v.id LEFT JOIN caucus_notes n ON n.session_id = v.id WHERE v.kind = 'caucus'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id string
		var record, result, wrapped, sealed []byte
		var readers int
		if err := rows.Scan(&id, &record, &result, &wrapped, &sealed, &readers); err != nil {
			t.Fatal(err)
		}
		session, err := ident.ParseID(id)
		if err != nil {
			t.Fatal(err)
		}
		text, err := ring.Open(session, wrapped, sealed)
		if err != nil || !strings.Contains(text, "底线") || len(record)+len(result) > 0 || readers == 0 {
			t.Fatalf("caucus %s: %q, %v, %d bytes beside it, %d readers", id, text, err, len(record)+len(result), readers)
		}
		n++
	}
	if err := rows.Err(); err != nil || n == 0 {
		t.Errorf("%d caucuses, %v", n, err)
	}
}
