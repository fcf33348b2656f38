package account

import (
	"cmp"
	"context"
	"errors"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// pace is how often something may be tried before it has to wait, and how long it waits then.
type pace struct {
	tries   int // in a minute
	longest time.Duration
}

// Five guesses a minute for a login, then a wait that doubles. Whoever has signed in from this address before has a
// count of their own there, so that strangers elsewhere cannot lock the owner out. Many people share an address, so it
// is counted more generously, and only failures count.
var (
	paceOfLogin   = pace{tries: 5, longest: 15 * time.Minute}
	paceOfAddress = pace{tries: 60, longest: time.Minute}
	paceOfAccess  = pace{tries: 20, longest: 5 * time.Minute} // a household shares an address, and a code has 65 bits
)

const (
	window    = time.Minute
	forgiving = time.Hour // of quiet, after which the waits begin anew
)

// tryKeys are the counts that one try concerns.
type tryKeys struct{ login, address, both string }

func (s *Service) keysOf(login, address string) tryKeys {
	address = network(address)
	key := func(kind, value string) string { return s.Vault.Index("sign_in_"+kind, value) }
	return tryKeys{login: key("login", login), address: key("address", address), both: key("both", login+" "+address)}
}

// admit counts a try before it is made, so that a hundred at once are not all the first. Fault TooMany.
func (s *Service) admit(ctx context.Context, k tryKeys) error {
	var wait time.Duration
	err := s.Store.Do(ctx, actor.System, "", func(tx *db.Tx) error {
		address, err := triesOf(tx, k.address)
		if err != nil {
			return err
		}
		if wait = address.left(tx.Now, paceOfAddress); wait > 0 {
			return nil
		}
		wait, err = charge(tx, k.governing(tx), paceOfLogin)
		return err
	})
	if err != nil || wait <= 0 {
		return err
	}
	return tooMany(wait)
}

// Knock counts a try to come in by a reference and a code before it is made: twenty a minute for one reference from
// one address, then a wait that doubles. Another address has a count of its own, so that nobody shuts a party out by guessing
// in its place. Fault TooMany.
func (s *Service) Knock(ctx context.Context, reference, address string) error {
	var wait time.Duration
	err := s.Store.Do(ctx, actor.System, "", func(tx *db.Tx) (err error) {
		wait, err = charge(tx, s.knockKey(reference, address), paceOfAccess)
		return err
	})
	if err != nil || wait <= 0 {
		return err
	}
	return fault.New(fault.TooMany, "access", "试的次数太多了，请过一会儿再试，或者打电话问调委会。", "Too many tries. Please wait a little, or call the committee.").
		With("retry_after", int(wait/time.Second)+1)
}

// Opened begins that count anew: the code was right.
func (s *Service) Opened(ctx context.Context, reference, address string) error {
	return s.Store.Do(ctx, actor.System, "", func(tx *db.Tx) error {
		row, err := lockTries(tx, s.knockKey(reference, address))
		if err != nil {
			return err
		}
		row.Tries, row.Waits, row.Since, row.Until = 0, 0, tx.Now, tx.Now
		return saveTries(tx, row)
	})
}

func (s *Service) knockKey(reference, address string) string {
	return s.Vault.Index("access_both", reference+" "+network(address))
}

// network is what an address is counted as; whatever else it says, by itself.
func network(address string) string { return cmp.Or(ident.Network(address), address) }

// What may be sent of one-time codes, within which time: to one party, and to one address, at which several may be reached.
var codesSent = []struct {
	of     string
	most   int
	within time.Duration
}{{"party", 5, time.Hour}, {"party", 10, 24 * time.Hour}, {"address", 10, time.Hour}, {"address", 20, 24 * time.Hour}}

// CountCode counts a code that is about to be sent to a party at an address, in the transaction that sends it. Where there
// were too many it counts nothing and tells from when on there may be another.
func (s *Service) CountCode(tx *db.Tx, party ident.ID, address string) (again time.Time, err error) {
	of := map[string]string{"party": party.String(), "address": address}
	var rows []triesRow
	for _, one := range codesSent {
		row, err := lockTries(tx, s.Vault.Index("code_sent", one.of+" "+one.within.String()+" "+of[one.of]))
		if err != nil {
			return again, err
		}
		if tx.Now.Sub(row.Since) >= one.within {
			row.Tries, row.Since = 0, tx.Now
		}
		row.Tries++
		row.Until = row.Since.Add(one.within)
		if row.Tries > one.most && row.Until.After(again) {
			again = row.Until
		}
		rows = append(rows, row)
	}
	if !again.IsZero() {
		return again, nil
	}
	for _, row := range rows {
		err = errors.Join(err, saveTries(tx, row))
	}
	return again, err
}

// governing is the count that decides: of login and address together once they have succeeded together.
func (k tryKeys) governing(tx *db.Tx) string {
	if both, err := triesOf(tx, k.both); err == nil && both.Key != "" {
		return k.both
	}
	return k.login
}

// wait is how long it waits who had to wait so often before.
func (p pace) wait(before int) time.Duration { return min(window<<min(before, 10), p.longest) }

// atOnce is by how much a try may have begun before the one that was counted before it, while both waited for the count.
const atOnce = 30 * time.Second

// left is how long a count still has to wait. One that would have to wait longer than it was told to, or was never told, waits
// for a moment that the machine's clock, put back since, had already shown; but what began at once with the last try that was free
// waits too.
func (r triesRow) left(now time.Time, p pace) time.Duration {
	wait := r.Until.Sub(now)
	if r.Waits == 0 || wait > p.wait(r.Waits-1)+atOnce {
		return 0
	}
	return min(wait, p.wait(r.Waits-1))
}

// charge counts one try and gives how long it has to wait; not positive when it may be made.
func charge(tx *db.Tx, key string, p pace) (time.Duration, error) {
	row, err := lockTries(tx, key)
	if err != nil {
		return 0, err
	}
	if wait := row.left(tx.Now, p); wait > 0 {
		return wait, nil
	}
	if tx.Now.Sub(row.Until) > forgiving {
		row.Waits = 0
	}
	if age := tx.Now.Sub(row.Since); age >= window || age <= -atOnce {
		row.Tries, row.Since = 0, tx.Now
	}
	if row.Tries++; row.Tries >= p.tries {
		row.Until = tx.Now.Add(p.wait(row.Waits))
		row.Waits++
		row.Tries, row.Since = 0, row.Until
	}
	return 0, saveTries(tx, row)
}

// failed counts a wrong try against its address, and enters it for whoever has the account; a login that nobody has is only
// counted.
func (s *Service) failed(ctx context.Context, k tryKeys, row accountRow) error {
	return s.Store.Do(ctx, actor.System, row.CountyCode, func(tx *db.Tx) error {
		if _, err := charge(tx, k.address, paceOfAddress); err != nil || row.ID.IsZero() {
			return err
		}
		return note(tx, row, SignInFailed)
	})
}

// Returns counts a way back from a provider of single sign-on, before the provider is asked about it: each errand is good once, at
// whichever program and out of whichever browser, and an address that came back in vain too often waits as it does at the other doors.
// first is false for an errand that was used up. Fault TooMany.
func (s *Service) Returns(ctx context.Context, errand, address string, lasts time.Duration) (first bool, err error) {
	var wait time.Duration
	err = s.Store.Do(ctx, actor.System, "", func(tx *db.Tx) error {
		row, err := lockTries(tx, s.Vault.Index("sign_in_errand", errand))
		if first = row.Tries == 0; err != nil || !first {
			return err
		}
		row.Tries, row.Since, row.Until = 1, tx.Now, tx.Now.Add(lasts-triesKept) // forgotten when it is over, and not after the days of a count
		if err := saveTries(tx, row); err != nil {
			return err
		}
		from, err := triesOf(tx, s.keysOf("", address).address)
		wait = from.left(tx.Now, paceOfAddress)
		return err
	})
	if err == nil && wait > 0 {
		err = tooMany(wait)
	}
	return first, err
}

// ReturnedInVain counts a way back that let nobody in against its address.
func (s *Service) ReturnedInVain(ctx context.Context, address string) error {
	return s.failed(ctx, s.keysOf("", address), accountRow{})
}

func tooMany(wait time.Duration) error {
	return fault.New(fault.TooMany, "sign_in", "试的次数太多了，请过一会儿再登录。", "Too many tries. Please wait a little before you sign in.").
		With("retry_after", int(wait/time.Second)+1)
}

// succeeded begins the count that let the try through anew, and remembers that this login was right from this address.
// It leaves alone what strangers have run up against the login elsewhere.
func (k tryKeys) succeeded(tx *db.Tx) error {
	for _, key := range []string{k.governing(tx), k.both} {
		row, err := lockTries(tx, key)
		if err != nil {
			return err
		}
		row.Tries, row.Waits, row.Since, row.Until = 0, 0, tx.Now, tx.Now
		if err := saveTries(tx, row); err != nil {
			return err
		}
	}
	return nil
}
