// Package notify sends what the acts of a case left in the outbox: it claims letters, opens them, and hands them to a
// channel. A letter is removed when its channel took it; whatever fails comes again, later each time.
package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// Channel carries a message to a person. Its errors are logged only where they are a Trouble: others may hold what was
// to be sent.
type Channel interface {
	Send(ctx context.Context, m casework.Message) error
}

// Trouble is why a channel could not send, in words that hold nothing personal and may stand in a log.
type Trouble string

// Error is the words.
func (t Trouble) Error() string { return string(t) }

const (
	pollEvery  = time.Second
	pollSlow   = 30 * time.Second // while the database does not answer
	batch      = 8                // letters claimed at once
	sendTime   = 10 * time.Second // for one message
	lease      = 2 * time.Minute  // nobody else takes a letter of the batch meanwhile; what cannot be sent within it is left
	recordTime = 10 * time.Second // to note what became of a letter, even when the program is told to stop
	firstPause = 10 * time.Second // doubled with every attempt
	mostPause  = time.Hour
	most       = 20 // attempts, over half a day; then the letter is kept, and never due again by itself
)

// Options are what a relay works with.
type Options struct {
	Store   *db.Store
	Vault   *vault.Vault
	Channel Channel
	Log     *slog.Logger
}

// Relay moves letters from the outbox to the channel. Several may run at once, in one process or in many.
type Relay struct {
	Options
	wake chan struct{}
}

// New makes a Relay; Run sets it going.
func New(o Options) *Relay { return &Relay{Options: o, wake: make(chan struct{}, 1)} }

// Wake makes the relay look at once instead of at its next turn.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Run sends until ctx ends; what is being sent then is finished and noted first.
func (r *Relay) Run(ctx context.Context) {
	pause := pollEvery
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-timer.C:
		}
		pause = r.turn(ctx, pause)
		timer.Reset(pause)
	}
}

// turn looks once, and tells how long to wait for the next: not at all where more is due, and longer each time where
// the database does not answer.
func (r *Relay) turn(ctx context.Context, pause time.Duration) time.Duration {
	more, err := r.round(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		r.Log.ErrorContext(ctx, "outbox not read", "err", err)
		return min(2*pause, pollSlow)
	case more:
		return 0
	}
	return pollEvery
}

// round sends one batch of every county that has letters due; more tells that some county may have others.
func (r *Relay) round(ctx context.Context) (more bool, err error) {
	var counties []ident.County
	err = r.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		counties, err = journal.Counties(tx, casework.MessageTopic)
		return err
	})
	for _, c := range counties {
		letters, until, e := r.take(ctx, c)
		err = errors.Join(err, e, r.carry(ctx, c, letters, until))
		more = more || len(letters) == batch
	}
	return more, err
}

// take claims letters and puts them off for as long as sending may last, in a transaction of its own: no lock is held
// while a channel is asked, and letters come back if this process dies.
func (r *Relay) take(ctx context.Context, c ident.County) (letters []journal.Letter, until time.Time, err error) {
	err = r.Store.Do(ctx, actor.System, c, func(tx *db.Tx) error {
		until = tx.Now.Add(lease)
		if letters, err = journal.Claim(tx, casework.MessageTopic, batch); err != nil {
			return err
		}
		for _, l := range letters {
			if err := journal.Later(tx, l, until); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, until, err
	}
	return letters, until, nil
}

// carry sends letters one after the other and notes what became of each. One that might not be sent and noted before the lease ends is
// left to whoever takes it then.
func (r *Relay) carry(ctx context.Context, c ident.County, letters []journal.Letter, until time.Time) (err error) {
	var failed int
	var why error
	for _, l := range letters {
		trouble := ctx.Err() // a program that stops begins nothing new; the letter is due again when the lease ends
		if trouble != nil || r.Store.Now().Add(sendTime+recordTime).After(until) {
			break
		}
		if now := r.Store.Now(); l.Hours.Next(now).After(now) { // whoever gets it wants none at this hour
			err = errors.Join(err, r.putOff(ctx, l, l.Hours.Next(now)))
			continue
		}
		if trouble = r.send(ctx, l); trouble != nil && !errors.Is(trouble, errTooLate) {
			failed, why = failed+1, trouble
		}
		err = errors.Join(err, r.note(ctx, l, trouble))
	}
	if failed > 0 {
		r.Log.WarnContext(ctx, "messages not sent", "county", c, "letters", failed, "why", plain(why))
	}
	return err
}

// errTooLate: the letter would be of no use any more.
var errTooLate = errors.New("too late")

func (r *Relay) send(ctx context.Context, l journal.Letter) error {
	table, column, row := casework.MessagePlace(l.ID)
	text, err := r.Vault.Open(vault.Place{Table: table, Column: column, Row: row}, l.Payload)
	if err != nil {
		return Trouble("the letter does not open")
	}
	var m casework.Message
	if err := json.Unmarshal([]byte(text), &m); err != nil || m.To == "" {
		return Trouble("the letter holds no message")
	}
	if !m.Until.IsZero() && !r.Store.Now().Before(m.Until) {
		return errTooLate
	}
	m.Until, m.ID = time.Time{}, l.ID.String() // the one is no channel's business
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	return r.Channel.Send(ctx, m)
}

// note removes a letter that was sent, and puts off one that was not; the program being told to stop changes neither.
func (r *Relay) note(ctx context.Context, l journal.Letter, trouble error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	attempts := l.Attempts + 1
	late := errors.Is(trouble, errTooLate)
	if trouble != nil && !late && attempts >= most {
		r.Log.ErrorContext(ctx, "message given up and kept", "letter", l.ID, "case", l.Case, "attempts", attempts, "why", plain(trouble))
	}
	return r.Store.Do(ctx, actor.System, l.ID.County(), func(tx *db.Tx) error {
		switch {
		case trouble == nil:
			return journal.Delivered(tx, l.ID)
		case late:
			return journal.Dropped(tx, l.ID)
		case attempts >= most:
			return journal.GiveUp(tx, l, plain(trouble))
		}
		return journal.Failed(tx, l, plain(trouble), tx.Now.Add(pauseAfter(attempts)))
	})
}

// putOff leaves a letter for an hour at which it may be sent.
func (r *Relay) putOff(ctx context.Context, l journal.Letter, until time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	return r.Store.Do(ctx, actor.System, l.ID.County(), func(tx *db.Tx) error { return journal.PutOff(tx, l, until) })
}

func pauseAfter(attempts int) time.Duration {
	pause := firstPause
	for range attempts - 1 {
		pause = min(2*pause, mostPause)
	}
	return pause
}

// plain is what a log may say of an error.
func plain(err error) string {
	var t Trouble
	switch {
	case errors.As(err, &t):
		return string(t)
	case errors.Is(err, context.DeadlineExceeded):
		return "out of time"
	}
	return fmt.Sprintf("error of type %T", err)
}
