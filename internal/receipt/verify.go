package receipt

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/vault"
)

// Checked is a receipt that holds.
type Checked struct {
	Receipt
	Recomputed int    // entries whose hash was made again from their fields
	Named      bool   // its key is one of those that the reader gave
	Extends    *int64 // the version of the earlier receipt that it goes on from, where one was given
}

// Verify checks a receipt by itself: its form, each link of its chain, its head, its signature. With keys the signature
// must be by one of them. The error is one fragment that names the first thing that is wrong, and its entry.
func Verify(file []byte, keys []ed25519.PublicKey) (Checked, error) {
	r, err := read(file)
	if err != nil {
		return Checked{}, err
	}
	out := Checked{Receipt: r, Named: len(keys) > 0}
	if out.Recomputed, err = r.chain(); err != nil {
		return Checked{}, err
	}
	return out, r.signature(keys)
}

// Extend checks that an earlier receipt, which must hold too, is the beginning of this one.
func (c *Checked) Extend(earlier Checked) error {
	switch {
	case earlier.CaseID != c.CaseID:
		return errors.New("the earlier receipt is of another case")
	case !c.Named && earlier.KeyID != c.KeyID: // each would vouch for itself alone
		return fmt.Errorf("they are signed by different keys, %s and %s: give the published keys with --key", earlier.KeyID, c.KeyID)
	case earlier.Version > c.Version:
		return fmt.Errorf("the earlier receipt has %d entries and this one only %d: entries are missing, or the two were given the wrong way round", earlier.Version, c.Version)
	}
	for i, e := range earlier.Entries {
		if c.Entries[i].Hash != e.Hash {
			return fmt.Errorf("entry %d is not what it was in the earlier receipt", e.Seq)
		}
	}
	c.Extends = &earlier.Version
	return nil
}

// chain walks from the first entry to the head, and counts those whose hash it could make again.
func (r *Receipt) chain() (recomputed int, err error) {
	prev := ""
	for i, e := range r.Entries {
		switch want := int64(i) + 1; {
		case e.Seq != want:
			return 0, fmt.Errorf("entry %d is missing or out of its order: entry %d stands in its place", want, e.Seq)
		case e.Prev != prev:
			return 0, fmt.Errorf("entry %d does not follow the entry before it", e.Seq)
		case !isHash(e.Hash):
			return 0, fmt.Errorf("entry %d has no hash", e.Seq)
		case !r.follows(e):
			return 0, fmt.Errorf("entry %d does not give its hash: something in it was changed", e.Seq)
		}
		if e.Inputs != nil {
			recomputed++
		}
		prev = e.Hash
	}
	switch {
	case r.Version != int64(len(r.Entries)):
		return 0, fmt.Errorf("entry %d is the last, but the receipt is for version %d: entries are missing at the end", len(r.Entries), r.Version)
	case r.Head != prev:
		return 0, fmt.Errorf("the head is not the hash of entry %d, which is the last", len(r.Entries))
	}
	return recomputed, nil
}

func (r *Receipt) signature(keys []ed25519.PublicKey) error {
	key, err := base64.StdEncoding.Strict().DecodeString(r.PublicKey)
	if err != nil || len(key) != ed25519.PublicKeySize || vault.SigningKeyID(key) != r.KeyID {
		return errors.New("the receipt's public key is not the key that it names")
	}
	if len(keys) > 0 && !slices.ContainsFunc(keys, func(k ed25519.PublicKey) bool { return k.Equal(ed25519.PublicKey(key)) }) {
		return fmt.Errorf("it is signed by another key: by %s, and the key given is %s", r.KeyID, names(keys))
	}
	if !r.signedBy(key) {
		return errors.New("the signature does not match: something in the receipt was changed after it was signed")
	}
	return nil
}

func names(keys []ed25519.PublicKey) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = vault.SigningKeyID(k)
	}
	return strings.Join(out, ", ")
}

func isHash(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// String says in one sentence what holds.
func (c Checked) String() string {
	s := fmt.Sprintf("The receipt holds: case %s in state %s, %d entries from the first to the head %s, issued at %s, signed by key %s", c.Reference, c.State,
		c.Version, Aloud(c.Head), c.IssuedAt, c.KeyID)
	if !c.Named {
		s += " (which it brings itself: compare it with the published one, or give it with --key)"
	}
	s += fmt.Sprintf("; hashes made again from what is shown: %d of %d, the others stand for entries that are not shown whole", c.Recomputed, c.Version)
	if c.Extends != nil {
		s += fmt.Sprintf("; the earlier receipt with %d entries is its beginning", *c.Extends)
	}
	return s + "."
}
