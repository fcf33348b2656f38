package notify

import (
	"context"
	"errors"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// What an operator may do about messages.
const (
	Reading   authz.Action = "message.given_up"
	SendAgain authz.Action = "message.send_again"
)

const mostShown = 100

// GivenUp is a letter that could not be sent, without anything of what it says or to whom.
type GivenUp struct {
	ID       ident.ID     `json:"id"`
	County   ident.County `json:"county_code"`
	Kind     string       `json:"kind" doc:"What sort of message; empty for an old one"`
	Attempts int          `json:"attempts"`
	MadeAt   time.Time    `json:"made_at"`
	Since    time.Time    `json:"given_up_at"`
	Trouble  string       `json:"trouble" doc:"Why it could not be sent at last"`
}

// GivenUp lists what was given up in the grant's area, the newest first, a hundred at most; all tells how many there are.
func (r *Relay) GivenUp(ctx context.Context, g authz.Grant) (out []GivenUp, all int64, err error) {
	err = r.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		counties, err := journal.GivenUpIn(tx, casework.MessageTopic)
		if err != nil {
			return err
		}
		var within []ident.County
		for c, n := range counties {
			if g.CoversArea(c.Area()) {
				within, all = append(within, c), all+n
			}
		}
		if len(within) == 0 {
			return nil
		}
		slices.Sort(within)
		letters, err := journal.GivenUp(tx, casework.MessageTopic, within, mostShown)
		for _, l := range letters {
			out = append(out, GivenUp{ID: l.ID, County: l.ID.County(), Kind: l.Kind, Attempts: l.Attempts, MadeAt: l.MadeAt, Since: l.GivenUp.UTC(), Trouble: l.Trouble})
		}
		return err
	})
	return out, all, err
}

// Again has a letter that was given up tried anew. What it says may be out of date by now: the relay drops it where it
// says until when it is of use.
//
// Faults: Missing for a letter that is not, or not here, given up.
func (r *Relay) Again(ctx context.Context, g authz.Grant, id ident.ID) error {
	if id.IsZero() || !g.CoversArea(id.County().Area()) {
		return fault.NoSuch()
	}
	err := r.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		found, err := journal.Again(tx, casework.MessageTopic, id)
		if err == nil && !found {
			err = fault.NoSuch()
		}
		tx.Made(id, 0, 200)
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		return nil
	}
	if err == nil {
		r.Log.InfoContext(ctx, "message sent again", "letter", id, "by", g.By().Person)
		r.Wake()
	}
	return err
}

// CountGivenUp tells how many letters were given up everywhere, for the figures.
func (r *Relay) CountGivenUp(ctx context.Context) (n int64, err error) {
	err = r.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		counties, err := journal.GivenUpIn(tx, casework.MessageTopic)
		for _, k := range counties {
			n += k
		}
		return err
	})
	return n, err
}
