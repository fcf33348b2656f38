package casework

import (
	"context"
	"errors"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// sheaf is a book in which several acts are bound together: each is an act like any other, by the same table and with an
// entry of its own, and all are written in one transaction or none is.
type sheaf struct {
	*Service
	tx    *db.Tx
	cases map[ident.ID]*Case
	first *Case
}

// Together works several acts of one county as one: work is given this room, in which they are written together. The
// parties are not told of each step, but once of what was entered. What comes back is the first case that work filed;
// sent again under the same key, it is the one that was filed before.
//
// Faults: those of the acts; nothing of any of them stands then.
func (s *Service) Together(ctx context.Context, by actor.Actor, county ident.County, work func(in *Service) error) (ident.ID, error) {
	var made ident.ID
	err := s.db.Do(ctx, by, county, func(tx *db.Tx) error {
		b := &sheaf{Service: s, tx: tx, cases: map[ident.ID]*Case{}}
		in := *s
		in.book = b
		if err := work(&in); err != nil {
			return err
		}
		if b.first == nil {
			return errors.New("acts together: no case was filed")
		}
		made = b.first.ID
		tx.Made(made, b.first.Version, 201)
		return b.tellOnce(b.first)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return done.ID, nil
	}
	return made, err
}

// file enters a new case and keeps it at hand for the acts that follow.
func (b *sheaf) file(_ context.Context, g authz.Grant, f Filing) (Filed, error) {
	d, err := b.quietly(g, Order{OccurredAt: f.OccurredAt}, f.AreaCode)
	if err != nil {
		return Filed{}, err
	}
	c, err := d.register(f)
	if err != nil {
		return Filed{}, err
	}
	if err := f.keepBeside(b.tx, c.ID); err != nil {
		return Filed{}, err
	}
	b.cases[c.ID] = c
	if b.first == nil {
		b.first = c
	}
	return Filed{View: b.outline(c)}, nil
}

// change is an act on a case that was filed in this sheaf.
func (b *sheaf) change(_ context.Context, g authz.Grant, o Order, do func(*deed, *Case) (note, error)) (View, error) {
	c := b.cases[o.Case]
	if c == nil || g.ViewOf(c.standing(g.By().Person)) == authz.None {
		return View{}, fault.NoSuch()
	}
	d, err := b.quietly(g, o, c.AreaCode)
	if err != nil {
		return View{}, err
	}
	n, err := do(d, c)
	if err == nil {
		err = o.beside(b.tx)
	}
	if err != nil {
		return View{}, err
	}
	v := b.outline(c)
	v.Warnings = n.warnings
	return v, nil
}

func (b *sheaf) quietly(g authz.Grant, o Order, place ident.Area) (*deed, error) {
	d, err := b.inTx(b.tx, g, o, place)
	if err == nil {
		d.quiet = true
	}
	return d, err
}

// outline is where a case stands, with its parties and its agreement.
func (b *sheaf) outline(c *Case) View {
	v := c.status(authz.Full)
	c.addOutline(&v)
	return v
}

// recordedWithin is how fresh a mediation must be for its parties to be told that it was entered: a ledger of past years
// that is brought in tells nobody.
const recordedWithin = 30 // days

// tellOnce tells each party that what it took part in was entered, and what to do if it did not: a record of a mediation
// that never was is found by those who are named in it.
func (b *sheaf) tellOnce(c *Case) error {
	if calendar.DayOf(c.LastEventAt).Plus(recordedWithin).Before(dayOf(b.tx.Now)) {
		return nil
	}
	for _, p := range c.Here() {
		if _, to := p.way(); to == "" { // it has no page to find it on: nobody gave it a code
			continue
		}
		m := p.message("recorded", recordedText, ident.Reference(c.Reference).Grouped())
		if err := b.tellAbout(b.tx, c, &p, ident.ID{}, m); err != nil {
			return err
		}
	}
	return nil
}

var recordedText = say("您参加的一次协商已由调解员登记。要看内容，请到调委会或索取查询码。您没有参加、或内容不符的，请拨打 12348。",
	"A talk that you took part in was entered by the mediator. To see what was written, ask the committee for your code. If you took no part, or it is not what was said: 12348.")
