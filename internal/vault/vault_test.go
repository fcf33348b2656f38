package vault_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

var (
	ids      = ident.NewMaker(rand.Reader)
	row      = ids.New("350503", time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	otherRow = ids.New("350503", time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	place    = vault.Place{Table: "persons", Column: "id_number", Row: row}
)

const secret = "11010519491231002X"

func master(n byte) []byte { return bytes.Repeat([]byte{n}, vault.MasterSize) }

func open(t *testing.T, masters ...[]byte) *vault.Vault {
	t.Helper()
	v, err := vault.New(rand.Reader, masters...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhatIsSealedOpensInItsPlace(t *testing.T) {
	v := open(t, master(1))
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.String().Draw(t, "plain")
		sealed := v.Seal(place, plain)
		if got, err := v.Open(place, sealed); err != nil || got != plain {
			t.Fatalf("%q came back as %q, %v", plain, got, err)
		}
		if len(plain) > 3 && bytes.Contains(sealed, []byte(plain)) {
			t.Fatalf("%q can be read through its seal", plain)
		}
	})
	if v.Seal(place, "") != nil {
		t.Error("nothing was sealed")
	}
	for _, nothing := range [][]byte{nil, {}} {
		if got, err := v.Open(place, nothing); got != "" || err != nil {
			t.Errorf("nothing opened as %q, %v", got, err)
		}
	}
	if bytes.Equal(v.Seal(place, secret), v.Seal(place, secret)) {
		t.Error("one text sealed twice looks the same twice")
	}
}

func TestASealBindsItsPlace(t *testing.T) {
	v := open(t, master(1))
	sealed := v.Seal(place, secret)
	for name, elsewhere := range map[string]vault.Place{
		"table":            {Table: "parties", Column: place.Column, Row: row},
		"column":           {Table: place.Table, Column: "phone", Row: row},
		"row":              {Table: place.Table, Column: place.Column, Row: otherRow},
		"no row":           {Table: place.Table, Column: place.Column},
		"table and column": {Table: "personsi", Column: "d_number", Row: row}, // the same letters, cut elsewhere
	} {
		refuses(t, v, name, elsewhere, sealed)
	}
}

func TestASealBindsItsHeader(t *testing.T) {
	v := open(t, master(1), master(2))
	older := open(t, master(1))
	sealed := v.Seal(place, secret)
	algorithm, keyID, algorithm0 := bytes.Clone(sealed), bytes.Clone(sealed), bytes.Clone(sealed)
	algorithm[0], algorithm0[0] = 2, 0
	refuses(t, v, "another algorithm", place, algorithm)
	refuses(t, v, "no algorithm", place, algorithm0)
	copy(keyID[1:5], older.Seal(place, secret)[1:5])
	refuses(t, v, "the id of another key of the ring", place, keyID)
	refuses(t, older, "a key that is not in the ring", place, sealed)
}

func TestEveryByteOfASealCounts(t *testing.T) {
	v := open(t, master(1))
	sealed := v.Seal(place, secret)
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		refuses(t, v, fmt.Sprintf("byte %d changed", i), place, changed)
		if i > 0 {
			refuses(t, v, fmt.Sprintf("cut to %d bytes", i), place, sealed[:i])
		}
	}
	refuses(t, v, "a byte more", place, append(bytes.Clone(sealed), 0))
}

func refuses(t *testing.T, v *vault.Vault, what string, p vault.Place, sealed []byte) {
	t.Helper()
	got, err := v.Open(p, sealed)
	if !errors.Is(err, vault.ErrSealed) || got != "" {
		t.Errorf("%s: opened as %q, %v", what, got, err)
		return
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("%s: the error tells the secret: %v", what, err)
	}
}

func TestKeysTurn(t *testing.T) {
	before := open(t, master(1))
	sealed := before.Seal(place, secret)
	during := open(t, master(1), master(2))
	got, err := during.Open(place, sealed)
	if err != nil || got != secret || !during.Stale(sealed) {
		t.Fatalf("under the older key: %q, %v, stale %v", got, err, during.Stale(sealed))
	}
	anew := during.Seal(place, got)
	if during.Stale(anew) || during.Stale(nil) {
		t.Error("what was sealed under the current key is stale")
	}
	after := open(t, master(2))
	if got, err := after.Open(place, anew); err != nil || got != secret {
		t.Errorf("after the turn: %q, %v", got, err)
	}
	refuses(t, after, "the old key after the turn", place, sealed)
	if !contains(during.Indexes("phone", "13800138000"), before.Index("phone", "13800138000")) ||
		during.Indexes("phone", "13800138000")[0] != after.Index("phone", "13800138000") {
		t.Error("an index under one of the keys is not looked for while they turn")
	}
}

func contains(all []string, one string) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

func TestBlindIndexes(t *testing.T) {
	v := open(t, master(1))
	one := v.Index("phone", "13800138000")
	if len(one) != 64 || one != open(t, master(1)).Index("phone", "13800138000") {
		t.Errorf("the index is %q", one)
	}
	for name, other := range map[string]string{
		"another value": v.Index("phone", "13800138001"), "another kind": v.Index("id_number", "13800138000"),
		"another key": open(t, master(2)).Index("phone", "13800138000"), "letters cut elsewhere": v.Index("phone1", "3800138000"),
	} {
		if other == one {
			t.Errorf("%s has the same index", name)
		}
	}
	if v.Index("phone", "") != "" || v.Indexes("phone", "") != nil {
		t.Error("people without a telephone would all be found together")
	}
}

func TestCodes(t *testing.T) {
	v := open(t, master(1))
	one := v.Code("access", row[:], []byte{1})
	if len(one) != 32 || !bytes.Equal(one, open(t, master(1)).Code("access", row[:], []byte{1})) {
		t.Errorf("a code cannot be told twice: %x", one)
	}
	for name, other := range map[string][]byte{
		"another purpose": v.Code("sign", row[:], []byte{1}), "another seed": v.Code("access", row[:], []byte{2}),
		"another row": v.Code("access", otherRow[:], []byte{1}), "another key": open(t, master(2)).Code("access", row[:], []byte{1}),
		"seeds run together": v.Code("access", append(bytes.Clone(row[:]), 1)),
	} {
		if bytes.Equal(other, one) {
			t.Errorf("%s gives the same code", name)
		}
	}
}

func TestAVaultShowsNoKeys(t *testing.T) {
	v := open(t, master('k'))
	for _, shown := range []string{fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v)} {
		if shown != "vault" {
			t.Errorf("a vault prints itself as %s", shown)
		}
	}
}

func TestAVaultNeedsKeysAndChance(t *testing.T) {
	for name, masters := range map[string][][]byte{"none": nil, "short": {master(1)[:31]}, "twice": {master(1), master(1)}} {
		if _, err := vault.New(rand.Reader, masters...); err == nil {
			t.Errorf("%s: a vault was made", name)
		}
	}
	dry, err := vault.New(bytes.NewReader(nil), master(1))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("something was sealed without chance")
		}
	}()
	dry.Seal(place, secret)
}

func TestManySealAtOnce(t *testing.T) {
	v := open(t, master(1))
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			plain := fmt.Sprint("note ", i)
			if got, err := v.Open(place, v.Seal(place, plain)); err != nil || got != plain {
				t.Errorf("%q came back as %q, %v", plain, got, err)
			}
		})
	}
	all.Wait()
}

func FuzzOpen(f *testing.F) {
	v, err := vault.New(bytes.NewReader(master(9)), master(1)) // every worker seals the same bytes
	if err != nil {
		f.Fatal(err)
	}
	good := v.Seal(place, secret)
	f.Add(good)
	f.Add(good[:17])
	f.Add([]byte{1})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		got, err := v.Open(place, sealed)
		if err == nil && got != "" && !bytes.Equal(sealed, good) {
			t.Errorf("%x opened as %q", sealed, got)
		}
	})
}
