package vault

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
)

// Signer signs receipts for the installation with Ed25519, under a ring of keys: the last one signs, and the public
// parts of all of them are published, so that what an earlier one signed can still be checked.
type Signer struct{ keys []ed25519.PrivateKey }

const signingHeader = "# Keys of Fengqiao that sign receipts, one a line; the last one signs, the public parts of all are published.\n" +
	"# Whoever holds this file can make receipts that hold. Keep a copy apart from the database's backups.\n"

// NewSigner makes a Signer over seeds of MasterSize bytes; the last of them signs.
func NewSigner(seeds ...[]byte) (*Signer, error) {
	if len(seeds) == 0 {
		return nil, errors.New("vault: no signing key")
	}
	s := &Signer{}
	for _, seed := range seeds {
		if len(seed) != ed25519.SeedSize {
			return nil, errors.New("vault: a signing key has another length")
		}
		k := ed25519.NewKeyFromSeed(seed)
		for _, other := range s.keys {
			if other.Equal(k) {
				return nil, errors.New("vault: the same signing key is given twice")
			}
		}
		s.keys = append(s.keys, k)
	}
	return s, nil
}

// OpenSigningKeyring finds the signing keys as OpenKeyring does. None of them may be a key of the vaults named, which
// seal: what is kept apart for one purpose must not open another. Absent vaults (nil) are not asked.
func OpenSigningKeyring(path, env string, create bool, random io.Reader, v *Vault, c *Caucus) (s *Signer, made bool, err error) {
	seeds, _, made, err := findMasters(path, env, signingHeader, create, random)
	if err != nil {
		return nil, false, err
	}
	for _, seed := range seeds {
		k, err := derive(seed)
		if err != nil {
			return nil, false, err
		}
		if v != nil && v.find(k.id[:]) != nil || c != nil && c.ring.find(k.id[:]) != nil {
			return nil, false, errors.New("vault: a key of the receipts is one of the keys that seal as well; it must be another")
		}
	}
	s, err = NewSigner(seeds...)
	return s, made, err
}

// Sign signs a message under the current key.
func (s *Signer) Sign(message []byte) []byte { return ed25519.Sign(s.keys[len(s.keys)-1], message) }

// Current is the public part of the key that signs.
func (s *Signer) Current() ed25519.PublicKey {
	all := s.Public()
	return all[len(all)-1]
}

// Public are the public parts of all keys, the current one last.
func (s *Signer) Public() []ed25519.PublicKey {
	out := make([]ed25519.PublicKey, len(s.keys))
	for i, k := range s.keys {
		out[i], _ = k.Public().(ed25519.PublicKey) // always is one
	}
	return out
}

// SigningKeyID names a public key: the first 8 bytes of its SHA-256 in hex.
func SigningKeyID(k ed25519.PublicKey) string {
	sum := sha256.Sum256(k)
	return hex.EncodeToString(sum[:8])
}

// String keeps the keys out of logs.
func (s *Signer) String() string { return "signer" }

// GoString keeps the keys out of logs.
func (s *Signer) GoString() string { return "signer" }
