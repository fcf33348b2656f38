package journal_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"fengqiao/internal/journal"
)

// What enters a hash can be read back field by field: so no two lists of fields give the same bytes, and no entry the hash of
// another.
func FuzzFramed(f *testing.F) {
	f.Add("a", "", "b")
	f.Add("", "\x00\x00\x00\x01", "\xff")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		framed := journal.Framed(a, b, c)
		for _, want := range []string{a, b, c} {
			if len(framed) < 4 || binary.BigEndian.Uint32(framed) != uint32(len(want)) || !bytes.HasPrefix(framed[4:], []byte(want)) {
				t.Fatalf("%q %q %q: %q is not at its place in %q", a, b, c, want, framed)
			}
			framed = framed[4+len(want):]
		}
		if len(framed) > 0 {
			t.Errorf("%q %q %q: %q is left", a, b, c, framed)
		}
	})
}
