package receipt

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// Slip is the short form of a receipt, for a code on paper: what the record's head was, signed. It shows nothing of what happened.
type Slip struct {
	Reference string
	Version   int64
	Head      string // its first 32 characters
	IssuedAt  string
	KeyID     string
	Signature []byte
}

const (
	slipMark = "FQ1" // begins every slip
	slipHead = 32    // characters of the head
)

// SlipOf makes the slip of a receipt, as text: its parts with blanks in between.
func SlipOf(r Receipt, signer *vault.Signer) string {
	s := Slip{Reference: r.Reference, Version: r.Version, Head: r.Head[:min(slipHead, len(r.Head))], IssuedAt: r.IssuedAt, KeyID: vault.SigningKeyID(signer.Current())}
	s.Signature = signer.Sign(s.signed())
	return strings.Join([]string{slipMark, s.Reference, strconv.FormatInt(s.Version, 10), s.Head, s.IssuedAt, s.KeyID, base64.RawURLEncoding.EncodeToString(s.Signature)}, " ")
}

func (s Slip) signed() []byte {
	return journal.Framed("fengqiao slip 1", s.Reference, strconv.FormatInt(s.Version, 10), s.Head, s.IssuedAt, s.KeyID)
}

// IsSlip tells whether a text is meant to be a slip.
func IsSlip(text []byte) bool {
	return strings.HasPrefix(strings.TrimSpace(string(text)), slipMark+" ")
}

// VerifySlip checks a slip with the installation's public keys; it brings none itself.
func VerifySlip(text []byte, keys []ed25519.PublicKey) (s Slip, err error) {
	parts := strings.Fields(string(text))
	if len(parts) != 7 || parts[0] != slipMark || len(parts[3]) != slipHead {
		return s, errors.New("the text is not what stands in the code of a receipt")
	}
	s = Slip{Reference: parts[1], Head: parts[3], IssuedAt: parts[4], KeyID: parts[5]}
	if s.Version, err = strconv.ParseInt(parts[2], 10, 64); err != nil {
		return s, errors.New("the text is not what stands in the code of a receipt")
	}
	if s.Signature, err = base64.RawURLEncoding.Strict().DecodeString(parts[6]); err != nil {
		return s, errors.New("the signature was copied wrongly")
	}
	if len(keys) == 0 {
		return s, errors.New("a code brings no key: give the published keys with --key")
	}
	for _, k := range keys {
		if vault.SigningKeyID(k) != s.KeyID {
			continue
		}
		if !ed25519.Verify(k, s.signed(), s.Signature) {
			return s, errors.New("the signature does not match: something in the code was changed after it was signed")
		}
		return s, nil
	}
	return s, fmt.Errorf("it is signed by another key: by %s, and the key given is %s", s.KeyID, names(keys))
}

// ExtendSlip checks that what an earlier slip tells of is the beginning of this receipt.
func (c *Checked) ExtendSlip(earlier Slip) error {
	switch {
	case earlier.Reference != c.Reference:
		return errors.New("the earlier code is of another case")
	case earlier.Version > c.Version || earlier.Version < 1:
		return fmt.Errorf("the earlier code is of a record with %d entries and this one has %d: entries are missing, or the two were given the wrong way round", earlier.Version, c.Version)
	case !strings.HasPrefix(c.Entries[earlier.Version-1].Hash, earlier.Head):
		return fmt.Errorf("entry %d is not what it was when the earlier code was printed", earlier.Version)
	}
	c.Extends = &earlier.Version
	return nil
}

// String says in one sentence what holds.
func (s Slip) String() string {
	return fmt.Sprintf("The code holds: case %s, %d entries to the head %s, issued at %s, signed by key %s.", s.Reference, s.Version, Aloud(s.Head), s.IssuedAt, s.KeyID)
}
