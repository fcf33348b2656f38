// Package seal signs, once a day and county by county, what the record held at midnight: a digest of every entry's hash with a key
// that is not in the database. Whoever can change the database can rewrite a chain whole; a sealed day then no longer agrees. A
// seal holds the one before it, and the digest of a day is short enough to be kept on paper.
package seal

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// Seal is what the record of a county held at the end of a day.
type Seal struct {
	CountyCode ident.County `gorm:"column:county_code"`
	Number     int64        `gorm:"column:number"` // 1, 2, …
	Until      calendar.Day `gorm:"column:until_on"`
	Entries    int64        `gorm:"column:entries"` // since the seal before
	Digest     string       `gorm:"column:digest"`  // of their ids and hashes in the order of their ids
	Prev       string       `gorm:"column:prev_hash"`
	Hash       string       `gorm:"column:hash"`
	KeyID      string       `gorm:"column:key_id"`
	Signature  []byte       `gorm:"column:signature"`
	SealedAt   time.Time    `gorm:"column:sealed_at"`
}

// TableName is the table's.
func (Seal) TableName() string { return "record_seals" }

// message is what a seal's hash is made of and its key signs.
func (s Seal) message() []byte {
	return journal.Framed("fengqiao seal 1", s.Prev, string(s.CountyCode), strconv.FormatInt(s.Number, 10), string(s.Until), strconv.FormatInt(s.Entries, 10), s.Digest, journal.Moment(s.SealedAt))
}

func (s Seal) hash() string {
	sum := sha256.Sum256(s.message())
	return hex.EncodeToString(sum[:])
}

// Service makes seals and looks whether they hold.
type Service struct {
	store  *db.Store
	signer *vault.Signer
}

// New makes a Service.
func New(store *db.Store, signer *vault.Signer) *Service { return &Service{store, signer} }

// settled is how long after midnight a day is sealed: no act takes so long that it could still be entered into it.
const settled = 15 * time.Minute

// Sweep seals, in every county that has a record, the days that are over. It may run as often as one likes, and in several
// processes at once. It gives how many seals it made.
func (s *Service) Sweep(ctx context.Context) (n int, err error) {
	until := calendar.DayOf(s.store.Now().Add(-settled)).Plus(-1)
	var counties []ident.County
	err = s.store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		counties, err = journal.Recorded(tx)
		return err
	})
	for _, county := range counties {
		made, bad := s.seal(ctx, county, until)
		if err = errors.Join(err, bad); made {
			n++
		}
	}
	return n, err
}

// seal seals what a county's record holds until the end of a day, unless that is sealed.
func (s *Service) seal(ctx context.Context, county ident.County, until calendar.Day) (made bool, err error) {
	err = s.store.Do(ctx, actor.System, county, func(tx *db.Tx) error {
		last, err := lastSeal(tx, county)
		if err != nil || last.Until >= until {
			return err
		}
		next := Seal{CountyCode: county, Number: last.Number + 1, Until: until, Prev: last.Hash, SealedAt: tx.Now, KeyID: vault.SigningKeyID(s.signer.Current())}
		sum := newSum()
		if err := entries(tx, county, last.end(), next.end(), sum.take); err != nil {
			return err
		}
		if sum.n == 0 { // a day without entries is held by the next seal
			return nil
		}
		next.Entries, next.Digest = sum.n, sum.text()
		next.Hash, next.Signature = next.hash(), s.signer.Sign(next.message())
		made = true
		return insert(tx, next)
	})
	if db.IsDuplicate(err) { // another process was quicker
		return false, nil
	}
	return made, err
}

// end is the least id behind what is sealed.
func (s Seal) end() ident.ID {
	if s.Until == "" {
		return ident.Since(time.UnixMilli(1)) // an id of nothing is no id
	}
	return ident.Since(s.Until.Plus(1).Start())
}

// sum is the digest of entries that come one after the other.
type sum struct {
	h hash.Hash
	n int64
}

func newSum() *sum { return &sum{h: sha256.New()} }

func (s *sum) take(e entry) {
	s.n++
	s.h.Write(journal.Framed(e.ID.String(), e.Hash))
}

func (s *sum) text() string { return hex.EncodeToString(s.h.Sum(nil)) }

// Break is a seal that does not hold.
type Break struct {
	County ident.County
	Until  calendar.Day
	What   string // for operators
}

// Verified is what a look at all seals found.
type Verified struct {
	Seals  int
	Breaks []Break
}

// Verify makes every seal's digest again from the record and compares; keys are the public keys that may have signed.
func (s *Service) Verify(ctx context.Context, keys []ed25519.PublicKey) (out Verified, err error) {
	var counties []ident.County
	err = s.store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		counties, err = countiesWithSeals(tx)
		return err
	})
	for _, county := range counties {
		bad := s.store.Read(ctx, actor.System, func(tx *db.Tx) error {
			all, err := sealsOf(tx, county)
			if err != nil {
				return err
			}
			last := Seal{}
			for _, one := range all {
				what, err := check(tx, last, one, keys)
				if err != nil {
					return err
				}
				for _, w := range what {
					out.Breaks = append(out.Breaks, Break{county, one.Until, w})
				}
				out.Seals, last = out.Seals+1, one
			}
			return nil
		})
		err = errors.Join(err, bad)
	}
	return out, err
}

// check says what does not hold of a seal that follows another.
func check(tx *db.Tx, last, one Seal, keys []ed25519.PublicKey) (what []string, err error) {
	if one.Number != last.Number+1 || one.Prev != last.Hash || one.Until <= last.Until {
		what = append(what, "does not follow the seal before it")
	}
	if one.hash() != one.Hash || !signed(one, keys) {
		what = append(what, "was not made by this installation's keys")
	}
	sum := newSum()
	if err := entries(tx, one.CountyCode, last.end(), one.end(), sum.take); err != nil {
		return nil, err
	}
	switch {
	case sum.n != one.Entries:
		what = append(what, fmt.Sprintf("the record has %d entries of these days; when it was sealed there were %d", sum.n, one.Entries))
	case sum.text() != one.Digest:
		what = append(what, "entries are not what they were when it was sealed")
	}
	return what, nil
}

func signed(s Seal, keys []ed25519.PublicKey) bool {
	for _, k := range keys {
		if vault.SigningKeyID(k) == s.KeyID {
			return ed25519.Verify(k, s.message(), s.Signature)
		}
	}
	return false
}

// Day is what is kept on paper of a day: one digest over the seals of all counties.
type Day struct {
	On       calendar.Day `json:"on"`
	Counties int          `json:"counties" doc:"How many have a seal of this day"`
	Entries  int64        `json:"entries" doc:"Entered since the seals before"`
	Digest   string       `json:"digest" doc:"Hex SHA-256 over the hashes of the counties' seals, in the order of their codes"`
}

// Spoken is the beginning of the digest in groups of four, as people read it to one another.
func (d Day) Spoken() string {
	var out []string
	for i := 0; i < 32 && i+4 <= len(d.Digest); i += 4 {
		out = append(out, d.Digest[i:i+4])
	}
	return strings.Join(out, " ")
}

// Days are the sealed days before a day, newest first; from the newest where it is empty.
func (s *Service) Days(ctx context.Context, before calendar.Day, limit int) (out []Day, err error) {
	err = s.store.Read(ctx, actor.System, func(tx *db.Tx) error {
		days, err := sealedDays(tx, before, limit)
		if err != nil {
			return err
		}
		for _, on := range days {
			all, err := sealsUntil(tx, on)
			if err != nil {
				return err
			}
			out = append(out, dayOf(on, all))
		}
		return nil
	})
	return out, err
}

func dayOf(on calendar.Day, all []Seal) Day {
	d, h := Day{On: on, Counties: len(all)}, sha256.New()
	for _, s := range all {
		d.Entries += s.Entries
		h.Write(journal.Framed(string(s.CountyCode), s.Hash))
	}
	d.Digest = hex.EncodeToString(h.Sum(nil))
	return d
}
