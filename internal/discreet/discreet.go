// Package discreet says in a log what went wrong and nothing of whom it was about: engines and drivers repeat in their errors the values
// of a statement or of a row, which may be somebody's name or number.
package discreet

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Text is an error's text for the log. Of what PostgreSQL said it keeps code, table, column, constraint and what raised it, and never its
// sentences; of the rest it takes out the values that drivers and parsers repeat.
func Text(err error) string {
	if err == nil {
		return ""
	}
	return withoutValues(text(err))
}

// text goes down to every error of PostgreSQL. What somebody said around one stays where it holds the inner error's own words, which are
// exchanged; where it holds them changed, it goes.
func text(err error) string {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err.Error()
	}
	if said, is := err.(*pgconn.PgError); is { //nolint:errorlint // this one, not one below it
		return postgres(said)
	}
	var below []error
	switch e := err.(type) { //nolint:errorlint // what is directly below
	case interface{ Unwrap() error }:
		below = []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		below = e.Unwrap()
	default: // found by a way of its own
		return postgres(pg)
	}
	as := err.Error()
	whole, parts, kept := as, []string{}, true
	for _, inner := range below {
		if inner == nil {
			continue
		}
		said := text(inner)
		parts = append(parts, said)
		kept = kept && strings.Contains(as, inner.Error())
		whole = strings.ReplaceAll(whole, inner.Error(), said)
	}
	if kept {
		return whole
	}
	return strings.Join(parts, "\n")
}

// postgres is what may be told of an error of PostgreSQL.
func postgres(e *pgconn.PgError) string {
	s := "PostgreSQL: SQLSTATE " + e.Code
	if words := meanings[e.Code]; words != "" {
		s += " (" + words + ")"
	}
	for _, named := range []struct{ what, name string }{{"table", e.TableName}, {"column", e.ColumnName}, {"constraint", e.ConstraintName}, {"raised by", e.Routine}} {
		if named.name != "" {
			s += ", " + named.what + " " + named.name
		}
	}
	return s
}

// meanings spare the operator the table of codes.
var meanings = map[string]string{
	"22001": "a text is too long", "22003": "a number is out of range", "22007": "no date or time", "22P02": "no value of its type",
	"23502": "a value is missing", "23503": "what a row points to is not there", "23505": "there is such a row already", "23514": "a check refuses the row",
	"25006": "read only", "28000": "not let in", "28P01": "the password is refused", "3D000": "no such database", "40001": "a rival was faster", "40P01": "a deadlock",
	"42501": "not permitted", "42703": "no such column", "42P01": "no such table", "53100": "the disk is full", "53200": "out of memory", "53300": "too many connections",
	"55P03": "a lock was not had", "57014": "cancelled", "57P01": "shut down", "57P02": "it crashed", "57P03": "it is starting", "58030": "the disk fails", "P0001": "refused by a trigger",
}

// repeated are the places where drivers and parsers repeat a value. Each goes to the last end of it, for the value may hold one.
var repeated = []struct {
	at   *regexp.Regexp
	then string
}{
	{regexp.MustCompile(`(?s)unable to encode .* into (text|binary) format`), "unable to encode … into $1 format"},
	{regexp.MustCompile(`(?s)converting driver\.Value type (\S+) \(.*\) to a`), "converting driver.Value type $1 (…) to a"},
	{regexp.MustCompile(`(?s)parsing time ".*" as "[^"]*"(: cannot parse ".*" as)?`), "parsing time …"},
	{regexp.MustCompile(`(?s)parsing ".*": (value out of range|invalid)`), "parsing …: $1"},
	{regexp.MustCompile(`cannot unmarshal number \S+ into`), "cannot unmarshal number … into"},
}

func withoutValues(s string) string {
	for _, r := range repeated {
		s = r.at.ReplaceAllString(s, r.then)
	}
	return s
}

// Value is what may be told of anything that goes into a log: of an error its Text, everything else as it is.
func Value(v any) any {
	if err, is := v.(error); is {
		return Text(err)
	}
	return v
}

// Panic is the error of something that ended in a panic. It hides what the panic carried: that is no answer to anybody.
func Panic(with any, stack []byte) error { return fmt.Errorf("panic: %v\n%s", Value(with), stack) }

// Attr is an attribute of a line of log, with errors told discreetly.
func Attr(a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindAny:
		if err, is := v.Any().(error); is {
			return slog.String(a.Key, Text(err))
		}
	case slog.KindGroup:
		within := make([]slog.Attr, len(v.Group()))
		for i, one := range v.Group() {
			within[i] = Attr(one)
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(within...)}
	default:
	}
	return a
}
