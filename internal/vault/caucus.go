package vault

import (
	"errors"
	"fmt"
	"io"

	"fengqiao/internal/ident"
)

// Caucus is the ring of keys for what is said in caucuses, kept apart from the vault's. Each note is sealed under a data
// key of its own, and the ring only wraps that key, bound to the note's session. Where the wrapped key is destroyed
// nobody opens the note, whoever holds the ring.
type Caucus struct{ ring *Vault }

const caucusHeader = "# Master keys of Fengqiao for the notes of caucuses, one a line; the last one wraps, all of them open.\n" +
	"# Keep a copy apart from the database's backups, and apart from the file keys: without this file the notes are lost.\n"

// NewCaucus makes a ring over master keys; the last of them is current.
func NewCaucus(random io.Reader, masters ...[]byte) (*Caucus, error) {
	ring, err := New(random, masters...)
	if err != nil {
		return nil, err
	}
	return &Caucus{ring: ring}, nil
}

// OpenCaucusKeyring finds the master keys as OpenKeyring does. None of them may be one of the vault's: whoever has the
// one must not have the other by it.
func OpenCaucusKeyring(path, env string, create bool, random io.Reader, apart *Vault) (c *Caucus, made bool, err error) {
	ring, made, err := openRing(path, env, caucusHeader, create, random)
	if err != nil {
		return nil, false, err
	}
	for _, k := range ring.keys {
		if apart.find(k.id[:]) != nil {
			return nil, false, errors.New("vault: a key of the caucus notes is one of the master keys as well; it must be another")
		}
	}
	return &Caucus{ring: ring}, made, nil
}

func wrappedAt(session ident.ID) Place {
	return Place{Table: "caucus_keys", Column: "wrapped_key", Row: session}
}

func noteAt(session ident.ID) Place {
	return Place{Table: "caucus_notes", Column: "note_sealed", Row: session}
}

// Seal closes the note of a session under a new data key, and gives that key wrapped.
func (c *Caucus) Seal(session ident.ID, note string) (wrapped, sealed []byte) {
	key := make([]byte, MasterSize)
	c.ring.draw(key)
	one, err := New(lent{c.ring}, key)
	if err != nil { // the key has its length
		panic(err)
	}
	return c.ring.Seal(wrappedAt(session), string(key)), one.Seal(noteAt(session), note)
}

// lent draws from another vault's chance, in turn with it.
type lent struct{ from *Vault }

func (l lent) Read(b []byte) (int, error) {
	l.from.draw(b)
	return len(b), nil
}

// Open gives back the note of a session. Any other session, a changed byte or a lost key is an error that says where,
// never what.
func (c *Caucus) Open(session ident.ID, wrapped, sealed []byte) (string, error) {
	key, err := c.ring.Open(wrappedAt(session), wrapped)
	if err != nil {
		return "", err
	}
	one, err := New(lent{c.ring}, []byte(key))
	if err != nil {
		return "", fmt.Errorf("%w: data key of %s: %w", ErrSealed, session, err)
	}
	return one.Open(noteAt(session), sealed)
}

// KeyIDs name the keys of the ring; the last one wraps.
func (c *Caucus) KeyIDs() []string { return c.ring.KeyIDs() }

// Reseal wraps a data key anew under the current key. The notes themselves stay as they are.
func (c *Caucus) Reseal(p Place, wrapped []byte) ([]byte, error) { return c.ring.Reseal(p, wrapped) }

// With is the same ring over another source of chance.
func (c *Caucus) With(random io.Reader) *Caucus { return &Caucus{ring: c.ring.With(random)} }

// String keeps the keys out of logs.
func (c *Caucus) String() string { return "caucus" }

// GoString keeps the keys out of logs.
func (c *Caucus) GoString() string { return "caucus" }
