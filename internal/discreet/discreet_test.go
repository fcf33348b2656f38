package discreet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"fengqiao/internal/discreet"
)

const canary = "林秀英" + `" 42`

// Wherever PostgreSQL's error stands in a chain, its sentences are not told, and where and what are.
func TestWhatPostgreSQLSaysIsNotRepeated(t *testing.T) {
	pg := &pgconn.PgError{Severity: "ERROR", Code: "23505", Message: "there is " + canary, Detail: "Key (name)=(" + canary + ")", Hint: canary, Where: canary, InternalQuery: canary,
		TableName: "persons", ColumnName: "name", ConstraintName: "persons_name_key", Routine: "_bt_check_unique"}
	const told = "PostgreSQL: SQLSTATE 23505 (there is such a row already), table persons, column name, constraint persons_name_key, raised by _bt_check_unique"
	for want, err := range map[string]error{
		told:                               pg,
		"enter a person: " + told:          fmt.Errorf("enter a person: %w", pg),
		"a: b: " + told:                    fmt.Errorf("a: %w", fmt.Errorf("b: %w", pg)),
		"no room\n" + told:                 errors.Join(errors.New("no room"), pg),
		"twice: " + told + " and " + told:  fmt.Errorf("twice: %w and %w", pg, fmt.Errorf("%w", pg)),
		"at the end: " + told + "\nclosed": fmt.Errorf("at the end: %w", errors.Join(pg, errors.New("closed"))),
		"CHANGED: " + told:                 fmt.Errorf("CHANGED: %w", changed{pg}),
		"plain":                            errors.New("plain"),
		"":                                 nil,
	} {
		if got := discreet.Text(err); got != want {
			t.Errorf("%v:\n%q, want\n%q", err, got, want)
		}
	}
	if got := discreet.Panic(fmt.Errorf("x: %w", pg), []byte("stack")); got.Error() != "panic: x: "+told+"\nstack" || errors.Is(got, pg) {
		t.Error(got)
	}
}

// changed says its cause's words in another form.
type changed struct{ error }

func (c changed) Error() string { return strings.ToUpper(c.error.Error()) }
func (c changed) Unwrap() error { return c.error }

// Drivers and parsers repeat values, too.
func TestWhatDriversRepeatIsNotTold(t *testing.T) {
	_, number := strconv.ParseInt(canary, 10, 64)
	_, day := time.Parse("2006-01-02", canary)
	_, encoded := pgtype.NewMap().Encode(pgtype.Int8OID, pgtype.BinaryFormatCode, canary, nil)
	_, asText := pgtype.NewMap().Encode(pgtype.DateOID, pgtype.TextFormatCode, struct{ Name string }{canary}, nil)
	var n struct{ N int8 }
	scan := fmt.Errorf(`sql: Scan error on column index 3, name "difficulty": %w`, fmt.Errorf("converting driver.Value type string (%q) to a int64: invalid syntax", canary))
	for _, err := range []error{number, day, encoded, asText, scan, json.Unmarshal([]byte(`{"N":13800138000}`), &n)} {
		if err == nil {
			t.Fatal("nothing fails")
		}
		got := discreet.Text(fmt.Errorf("read a row: %w", err))
		for _, part := range []string{"林", "秀", "42", "138"} {
			if strings.Contains(got, part) {
				t.Errorf("%q is told: %s", part, got)
			}
		}
		if !strings.HasPrefix(got, "read a row: ") || len(got) < 25 {
			t.Errorf("too little is told: %s", got)
		}
	}
	if got := discreet.Text(scan); !strings.Contains(got, `name "difficulty"`) || !strings.Contains(got, "int64") {
		t.Error(got)
	}
}

// An error is told discreetly wherever it stands in a line.
func TestAttributesAreDiscreet(t *testing.T) {
	err := fmt.Errorf("x: %w", &pgconn.PgError{Code: "22P02", Message: canary})
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	for _, a := range []slog.Attr{slog.Any("err", err), slog.Group("in", slog.Any("err", err), slog.Int("n", 1))} {
		b.Reset()
		log.LogAttrs(t.Context(), slog.LevelError, "m", discreet.Attr(a))
		if strings.Contains(b.String(), "林") || !strings.Contains(b.String(), "22P02") {
			t.Error(b.String())
		}
	}
}
