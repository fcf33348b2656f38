// Package ident holds the names of things: identifiers that carry their county, and the numbers by which the state
// and the telephone company know people, organisations and places. Everything here is pure.
package ident

import (
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// ID is a UUID of version 8: 48 bits of milliseconds, 12 random, 20 bits of county, 42 random. It sorts by the
// moment of making and tells which county its row lives in, so that an address needs nothing but the id.
// An ID is no secret.
type ID [16]byte

// County is a six-digit code. What belongs to a city itself carries the city's four digits and "00".
type County string

// Key is the primary key of every row that belongs to a county; the county leads it.
type Key struct {
	CountyCode County `gorm:"column:county_code;primaryKey"`
	ID         ID     `gorm:"column:id;primaryKey"`
}

// Maker makes ids; its source of chance must be cryptographic outside of tests and the demo city.
type Maker struct{ random io.Reader }

// NewMaker makes a Maker over a source of chance.
func NewMaker(random io.Reader) *Maker { return &Maker{random: random} }

// New makes an id for a thing of this county, made at this moment. It panics when the county is not six digits or
// chance runs dry: neither can happen in a program that is right.
func (m *Maker) New(county County, at time.Time) ID {
	n, err := county.number()
	if err != nil {
		panic(err)
	}
	var id ID
	if _, err := io.ReadFull(m.random, id[6:]); err != nil {
		panic(fmt.Errorf("ident: no randomness: %w", err))
	}
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = 0x80 | id[6]&0x0f
	// variant 10, then 20 bits of county over the next 22 bits.
	id[8] = 0x80 | byte(n>>14)
	id[9] = byte(n >> 6)
	id[10] = byte(n<<2) | id[10]&0x03
	return id
}

// Unordered makes an id of a county that says nothing of when it was made, and sorts by nothing.
func Unordered(random io.Reader, county County) (ID, error) {
	id := NewMaker(random).New(county, time.Time{})
	_, err := io.ReadFull(random, id[:6])
	return id, err
}

// Since is the least id of a moment: what was made then or later sorts behind it.
func Since(at time.Time) (id ID) {
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	return id
}

// County is the county that the id carries; empty for the zero id and for one that none of ours made.
func (id ID) County() County {
	if id[6]>>4 != 8 || id[8]>>6 != 2 {
		return ""
	}
	n := int(id[8]&0x3f)<<14 | int(id[9])<<6 | int(id[10])>>2
	c := County(fmt.Sprintf("%06d", n))
	if _, err := c.number(); err != nil {
		return ""
	}
	return c
}

// Key is the id with its county in front.
func (id ID) Key() Key { return Key{CountyCode: id.County(), ID: id} }

// Time is the moment of making, to the millisecond.
func (id ID) Time() time.Time {
	var ms int64
	for i := range 6 {
		ms = ms<<8 | int64(id[i])
	}
	return time.UnixMilli(ms).UTC()
}

// IsZero tells whether the id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// String is the usual form with hyphens; the zero id is empty.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

var errID = errors.New("not an id")

// ParseID reads the usual form. Ids that carry no county are refused: none of ours lacks one.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, errID
	}
	plain := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(plain)); err != nil {
		return ID{}, errID
	}
	if id.County() == "" {
		return ID{}, errID
	}
	return id, nil
}

// MarshalText writes the usual form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the usual form; empty text is the zero id.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	v, err := ParseID(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// Value stores the zero id as NULL and any other in the usual form.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.String(), nil
}

// Scan reads what Value wrote.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case string:
		return id.UnmarshalText([]byte(v))
	case []byte:
		if len(v) == 16 {
			copy(id[:], v)
			return nil
		}
		return id.UnmarshalText(v)
	case [16]byte:
		*id = v
		return nil
	}
	return fmt.Errorf("ident: cannot read an id from %T", src)
}

func (c County) number() (int, error) {
	if len(c) != 6 {
		return 0, fmt.Errorf("ident: county %q is not six digits", string(c))
	}
	n := 0
	for _, r := range c {
		if r < '0' || r > '9' {
			return 0, fmt.Errorf("ident: county %q is not six digits", string(c))
		}
		n = n*10 + int(r-'0')
	}
	if n == 0 {
		return 0, fmt.Errorf("ident: county %q is no place", string(c))
	}
	return n, nil
}

// Area is the whole county as an area.
func (c County) Area() Area { return Area(string(c) + "000000") }
