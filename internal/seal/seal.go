// Package seal signs, once a day and county by county, what the record held at midnight: a digest of every entry's hash with a key
// that is not in the database. Whoever can change the database can rewrite a chain whole; a sealed day then no longer agrees. A
// seal holds the one before it, the last one of each county is kept beside the keys so that none goes unseen, and the digest of a day is
// short enough to be kept on paper.
package seal

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/alone"
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

// Options are what the room needs.
type Options struct {
	Store   *db.Store
	Signer  *vault.Signer
	Journal *journal.Journal
	Folder  string // of the last seals, beside the keys and not in the database
	Log     *slog.Logger
}

// Service makes seals and looks whether they hold.
type Service struct {
	Options
	heads   heads
	refused atomic.Int64
}

// New makes a Service.
func New(o Options) *Service {
	return &Service{Options: o, heads: heads{&alone.Folder{Path: o.Folder, Log: o.Log}, o.Signer}}
}

// settled is how long after midnight a day is sealed: no act takes so long that it could still be entered into it.
const settled = 15 * time.Minute

// Refused is a county whose record is not sealed: what was sealed before is not there any more, or does not hold.
type Refused struct {
	County ident.County
	What   string // for operators
}

// Error says which county, and why.
func (r *Refused) Error() string {
	return fmt.Sprintf("the record of county %s is not sealed: %s", r.County, r.What)
}

// Refused is how many counties the last sweep of this process did not seal.
func (s *Service) Refused() int64 { return s.refused.Load() }

// Sweep seals, in every county that has a record, the days that are over. It may run as often as one likes, and in several
// processes at once. Nothing is sealed over a seal that is missing. It gives how many seals it made.
func (s *Service) Sweep(ctx context.Context) (n int, err error) {
	until := calendar.DayOf(s.Store.Now().Add(-settled)).Plus(-1)
	counties, err := s.counties(ctx)
	refused := int64(0)
	var newer []head
	for _, county := range counties {
		if ctx.Err() != nil {
			break
		}
		made, newest, bad := s.seal(ctx, county, until)
		if err = errors.Join(err, bad); made {
			n++
		}
		if newest.Number > 0 {
			newer = append(newer, newest)
		}
		if why := (*Refused)(nil); errors.As(bad, &why) {
			refused++
		}
	}
	if bad := ctx.Err(); bad != nil { // told to stop: what was sealed until now is kept all the same
		return n, errors.Join(err, bad, s.keepStopped(ctx, newer))
	}
	s.refused.Store(refused)
	return n, errors.Join(err, s.heads.forward(ctx, newer))
}

// keepStopped keeps the heads of a sweep that was told to stop, if the folder can be had soon: whoever stops does not wait for others.
func (s *Service) keepStopped(ctx context.Context, newer []head) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return s.heads.forward(ctx, newer)
}

// Open is a county whose record is not sealed any more, and how far it is.
type Open struct {
	County ident.County
	Name   string
	Until  calendar.Day // none: nothing of it is sealed
}

// Opened are the counties whose record a sweep would not seal now, asked of the database and of what is kept beside the keys.
func (s *Service) Opened(ctx context.Context) (out []Open, err error) {
	counties, err := s.counties(ctx)
	for _, county := range counties {
		kept, bad, wrong := s.heads.of(county) // before the database, as in seal
		if wrong == nil {
			wrong = s.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
				_, what, err := s.since(tx, county, kept)
				if err != nil || len(bad)+len(what) == 0 {
					return err
				}
				one, err := s.open(tx, county, kept)
				out = append(out, one)
				return err
			})
		}
		err = errors.Join(err, wrong)
	}
	return out, err
}

// open says how far the record of a county is sealed: up to the first seal that does not hold.
func (s *Service) open(tx *db.Tx, county ident.County, kept head) (out Open, err error) {
	out.County = county
	if out.Name, err = nameOf(tx, county); err != nil {
		return out, err
	}
	all, err := sealsOf(tx, county)
	last := Seal{}
	for _, one := range all {
		if len(follows(last, one, s.Signer.Public())) > 0 || one.Number == kept.Number && one.Hash != kept.Hash {
			break
		}
		last = one
	}
	out.Until = last.Until
	return out, err
}

// counties are those that have entries or seals, or of which a seal was made.
func (s *Service) counties(ctx context.Context) (out []ident.County, err error) {
	if out, err = s.heads.counties(); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		recorded, err := journal.Recorded(tx)
		if err != nil {
			return err
		}
		sealed, err := countiesWithSeals(tx)
		out = append(append(out, recorded...), sealed...)
		return err
	})
	slices.Sort(out)
	return slices.Compact(out), err
}

// seal seals what a county's record holds until the end of a day, unless that is sealed, and gives the head that is to be kept where it
// is newer than the kept one. That is read before the database is: another process puts it forward after its seal is in.
func (s *Service) seal(ctx context.Context, county ident.County, until calendar.Day) (made bool, next head, err error) {
	kept, bad, err := s.heads.of(county)
	if err != nil {
		return false, next, err
	}
	var newest Seal
	err = s.Store.Do(ctx, actor.System, county, func(tx *db.Tx) error {
		last, what, err := s.since(tx, county, kept)
		if what = append(bad, what...); err == nil && len(what) > 0 {
			err = &Refused{county, strings.Join(what, "; ")}
		}
		if newest = last; err != nil || last.Until >= until {
			return err
		}
		next := Seal{CountyCode: county, Number: last.Number + 1, Until: until, Prev: last.Hash, SealedAt: tx.Now, KeyID: vault.SigningKeyID(s.Signer.Current())}
		sum := newSum()
		if err := entries(tx, county, last.end(), next.end(), sum.take); err != nil {
			return err
		}
		if sum.n == 0 { // a day without entries is held by the next seal
			return nil
		}
		next.Entries, next.Digest = sum.n, sum.text()
		next.Hash, next.Signature = next.hash(), s.Signer.Sign(next.message())
		made, newest = true, next
		return insert(tx, next)
	})
	if db.IsDuplicate(err) { // another process was quicker
		return false, next, nil
	}
	if err != nil || newest.Number <= kept.Number {
		return made && err == nil, next, err
	}
	if kept.Number == 0 && newest.Number > 1 {
		s.Log.WarnContext(ctx, "no last seal was kept beside the keys: the database's is taken", "county", county, "number", newest.Number)
	}
	return made, head{County: county, Number: newest.Number, Hash: newest.Hash}, nil
}

// since gives the database's last seal, and says what does not hold from the kept one on.
func (s *Service) since(tx *db.Tx, county ident.County, kept head) (last Seal, what []string, err error) {
	all, err := sealsFrom(tx, county, kept.Number)
	if err != nil {
		return last, nil, err
	}
	if len(all) == 0 && kept.Number > 0 {
		if last, err = lastSeal(tx, county); err != nil {
			return last, nil, err
		}
	}
	newest := last.Number
	if n := len(all); n > 0 {
		newest = all[n-1].Number
	}
	what = kept.lost(all, newest)
	for _, one := range all {
		if one.Number > kept.Number {
			what = append(what, follows(last, one, s.Signer.Public())...)
		}
		last = one
	}
	return last, what, nil
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

// Verify makes every seal's digest again from the record and compares, asks whether the last seal is the last that was made, and
// whether entries are held by none that should be. keys are the public keys that may have signed.
func (s *Service) Verify(ctx context.Context, keys []ed25519.PublicKey) (out Verified, err error) {
	counties, err := s.counties(ctx)
	for _, county := range counties {
		kept, what, bad := s.heads.of(county) // before the database, as in seal
		if bad == nil {
			bad = s.Store.Read(ctx, actor.System, func(tx *db.Tx) error { return s.verify(tx, county, kept, what, keys, &out) })
		}
		err = errors.Join(err, bad)
	}
	return out, err
}

// unsealed is how long a day that is over may wait for its seal before it is told.
const unsealed = 24 * time.Hour

func (s *Service) verify(tx *db.Tx, county ident.County, kept head, what []string, keys []ed25519.PublicKey, out *Verified) error {
	all, err := sealsOf(tx, county)
	if err != nil {
		return err
	}
	last := Seal{}
	if len(all) > 0 {
		last = all[len(all)-1]
	}
	for _, w := range append(what, kept.lost(all, last.Number)...) {
		out.Breaks = append(out.Breaks, Break{county, last.Until, w})
	}
	due := Seal{Until: calendar.DayOf(tx.Now.Add(-settled - unsealed)).Plus(-1)}
	n, err := countEntries(tx, county, last.end(), due.end())
	if err != nil {
		return err
	}
	if n > 0 {
		out.Breaks = append(out.Breaks, Break{county, last.Until, fmt.Sprintf("%d entries until %s are held by no seal: were seals taken away, or did the program not run? fengqiao seals makes them", n, due.Until)})
	}
	last = Seal{}
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
}

// follows says what does not hold of a seal itself, which comes after another.
func follows(last, one Seal, keys []ed25519.PublicKey) (what []string) {
	if one.Number != last.Number+1 || one.Prev != last.Hash || one.Until <= last.Until {
		what = append(what, "does not follow the seal before it")
	}
	if one.hash() != one.Hash || !signed(one, keys) {
		what = append(what, "was not made by this installation's keys")
	}
	return what
}

// check says what does not hold of a seal that follows another, and of the entries that it holds.
func check(tx *db.Tx, last, one Seal, keys []ed25519.PublicKey) (what []string, err error) {
	what = follows(last, one, keys)
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
	err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
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
