// Package vault seals what must not be read from a stolen database: identity numbers, phones, addresses, caucus notes.
// A sealed value opens only in the very place it was sealed for. Beside the seal it makes keyed blind indexes, by which
// a sealed value can be looked up exactly, and access codes.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"fengqiao/internal/ident"
)

// Place is where a sealed value lies: it does not open anywhere else.
type Place struct {
	Table, Column string
	Row           ident.ID
}

// A sealed value is: algorithm, key id, nonce, ciphertext with its tag. SM4-GCM will be another algorithm byte.
const (
	algorithmAES = 1 // AES-256-GCM
	idSize       = 4
	nonceSize    = 12
	headerSize   = 1 + idSize + nonceSize
	tagSize      = 16
)

// MasterSize is the length of a master key in bytes.
const MasterSize = 32

// ErrSealed tells that a value did not open: it was changed, moved, cut, or sealed under a key that is gone.
var ErrSealed = errors.New("vault: does not open")

// Vault seals and opens under a ring of keys; the current key seals, all of them open. It may be used by many at once.
type Vault struct {
	keys    []key // the last is the current one
	mu      sync.Mutex
	random  io.Reader
	current *key
	fixed   *atomic.Pointer[fixed]
}

// fixed are the keys of what is looked up and of codes. They do not turn with the others: an index is compared with indexes that
// stand elsewhere, and of what some were made nothing is kept (ADR 32).
type fixed struct{ index, code []byte }

// key is what one master key derives into: one purpose, one key.
type key struct {
	id          [idSize]byte
	seal        cipher.AEAD
	index, code []byte
}

// New makes a Vault over master keys; the last of them is current and seals. The source of chance must be
// cryptographic outside of tests and the demo city.
func New(random io.Reader, masters ...[]byte) (*Vault, error) {
	if len(masters) == 0 {
		return nil, errors.New("vault: no master key")
	}
	v := &Vault{random: random}
	for _, m := range masters {
		k, err := derive(m)
		if err != nil {
			return nil, err
		}
		if v.find(k.id[:]) != nil {
			return nil, errors.New("vault: the same master key is given twice")
		}
		v.keys = append(v.keys, *k)
	}
	v.current = &v.keys[len(v.keys)-1]
	v.fixed = &atomic.Pointer[fixed]{}
	v.fixed.Store(&fixed{v.current.index, v.current.code})
	return v, nil
}

// Fixed are the keys of what is looked up and of codes, to be kept sealed: at first they follow from the current key.
func (v *Vault) Fixed() string {
	f := v.fixed.Load()
	return string(f.index) + string(f.code)
}

// Fix sets them as they were kept, before anything is looked up.
func (v *Vault) Fix(kept string) error {
	if len(kept) != 2*MasterSize {
		return errors.New("vault: what was kept are no keys")
	}
	v.fixed.Store(&fixed{[]byte(kept[:MasterSize]), []byte(kept[MasterSize:])})
	return nil
}

// FixTo has them follow from a key of the ring.
func (v *Vault) FixTo(id string) {
	for _, k := range v.keys {
		if hex.EncodeToString(k.id[:]) == id {
			v.fixed.Store(&fixed{k.index, k.code})
		}
	}
}

// KeyIDs name the keys of the ring; the last one seals.
func (v *Vault) KeyIDs() []string {
	out := make([]string, len(v.keys))
	for i := range v.keys {
		out[i] = hex.EncodeToString(v.keys[i].id[:])
	}
	return out
}

// KeyIDOf names the key under which a value lies; "" for what is no sealed value.
func KeyIDOf(sealed []byte) string {
	if len(sealed) <= headerSize+tagSize || sealed[0] != algorithmAES {
		return ""
	}
	return hex.EncodeToString(sealed[1 : 1+idSize])
}

// Reseal seals a value of a place anew under the current key.
func (v *Vault) Reseal(p Place, sealed []byte) ([]byte, error) {
	plain, err := v.Open(p, sealed)
	if err != nil {
		return nil, err
	}
	return v.Seal(p, plain), nil
}

func derive(master []byte) (*key, error) {
	if len(master) != MasterSize {
		return nil, fmt.Errorf("vault: a master key has %d bytes, this one has %d", MasterSize, len(master))
	}
	var parts [4][]byte
	for i, purpose := range []string{"fengqiao key id 1", "fengqiao seal 1", "fengqiao index 1", "fengqiao code 1"} {
		part, err := hkdf.Key(sha256.New, master, nil, purpose, 32)
		if err != nil {
			return nil, fmt.Errorf("vault: derive a key: %w", err)
		}
		parts[i] = part
	}
	block, err := aes.NewCipher(parts[1])
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return &key{id: [idSize]byte(parts[0]), seal: aead, index: parts[2], code: parts[3]}, nil
}

func (v *Vault) find(id []byte) *key {
	for i := range v.keys {
		if string(v.keys[i].id[:]) == string(id) {
			return &v.keys[i]
		}
	}
	return nil
}

// Seal closes a text for its place. Empty text is nil, so that "nothing was said" needs no key to be read.
func (v *Vault) Seal(p Place, plain string) []byte {
	if plain == "" {
		return nil
	}
	out := make([]byte, headerSize, headerSize+len(plain)+tagSize)
	out[0] = algorithmAES
	copy(out[1:], v.current.id[:])
	v.draw(out[1+idSize:])
	return v.current.seal.Seal(out, out[1+idSize:headerSize], []byte(plain), bound(out, p))
}

// draw fills b with chance. Without any nothing can be kept secret, and the program must not go on.
func (v *Vault) draw(b []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, err := io.ReadFull(v.random, b); err != nil {
		panic(fmt.Errorf("vault: no randomness: %w", err))
	}
}

// bound is what the seal covers besides the text: the header, and the place with each part's length before it, so that
// table "ab", column "c" is not table "a", column "bc".
func bound(sealed []byte, p Place) []byte {
	out := append([]byte(nil), sealed[:1+idSize]...)
	for _, part := range []string{p.Table, p.Column, string(p.Row[:])} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	return out
}

// Open gives back what was sealed for this place; "" for nil. Any other place, a changed byte or a lost key is an error
// that says where, never what.
func (v *Vault) Open(p Place, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := v.open(p, sealed)
	if err != nil {
		return "", fmt.Errorf("%w: %s.%s of %s: %w", ErrSealed, p.Table, p.Column, p.Row, err)
	}
	return plain, nil
}

func (v *Vault) open(p Place, sealed []byte) (string, error) {
	if len(sealed) <= headerSize+tagSize {
		return "", errors.New("too short")
	}
	if sealed[0] != algorithmAES {
		return "", fmt.Errorf("algorithm %d is unknown", sealed[0])
	}
	k := v.find(sealed[1 : 1+idSize])
	if k == nil {
		return "", fmt.Errorf("key %x is not in the ring", sealed[1:1+idSize])
	}
	plain, err := k.seal.Open(nil, sealed[1+idSize:headerSize], sealed[headerSize:], bound(sealed, p))
	return string(plain), err
}

// Stale tells whether a sealed value is under an older key and should be sealed anew.
func (v *Vault) Stale(sealed []byte) bool {
	return len(sealed) > headerSize && string(sealed[1:1+idSize]) != string(v.current.id[:])
}

// Index is the blind index of a value, in hexadecimal digits: equal values of one kind have equal indexes, and nobody without the key
// can tell from it which value it is. The value must be in its normal form, as ident gives it. The empty value has no index: people
// without a telephone share none. It stays the same when the ring turns.
func (v *Vault) Index(kind, value string) string {
	if value == "" {
		return ""
	}
	return indexOf(v.fixed.Load().index, kind, value)
}

// Indexes are the index of a value and those that it would have under each key of the ring: what to look for where keys were turned
// before the keys of indexes were kept.
func (v *Vault) Indexes(kind, value string) []string {
	if value == "" {
		return nil
	}
	out := []string{v.Index(kind, value)}
	for i := range v.keys {
		if other := indexOf(v.keys[i].index, kind, value); other != out[0] {
			out = append(out, other)
		}
	}
	return out
}

func indexOf(key []byte, kind, value string) string {
	return hex.EncodeToString(mac(key, []byte(kind), []byte(value)))
}

// Code derives 32 bytes from what a code stands for: the same seed gives the same code again, so that an answer can be
// told twice without the code having been kept.
func (v *Vault) Code(purpose string, seed ...[]byte) []byte {
	return mac(v.fixed.Load().code, append([][]byte{[]byte(purpose)}, seed...)...)
}

func mac(secret []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, secret)
	for _, part := range parts {
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	return h.Sum(nil)
}

// String keeps the keys out of logs.
func (v *Vault) String() string { return "vault" }

// GoString keeps the keys out of logs.
func (v *Vault) GoString() string { return "vault" }

// With is the same ring of keys over another source of chance: the demo city is sealed the same way every time.
func (v *Vault) With(random io.Reader) *Vault {
	return &Vault{keys: v.keys, random: random, current: v.current, fixed: v.fixed}
}
