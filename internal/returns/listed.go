package returns

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/tally"
)

// Listing asks for what one column of the organisation table counts.
type Listing struct {
	Area     ident.Area
	Place    ident.Area   // where in it, for a unit below: who serves two units is counted in one of them
	On       calendar.Day // today when empty
	Col      int
	AreaOnly bool
	Led      string // casework.Ledings
	After    ident.ID
	Limit    int // 1 to 100; 20 otherwise
}

// Heading is the column of which something is listed.
type Heading struct {
	Text, Block fault.Text
	Persons     bool // it counts persons, and not bodies
}

// Listed gives what a column of the organisation table counts, newest first, with the column, and the id to go on after.
//
// Faults: Invalid for a column that counts no rows; Missing for an area out of reach.
func (s *Service) Listed(ctx context.Context, g authz.Grant, in Listing) (rows []Standing, head Heading, next ident.ID, err error) {
	if in.Limit < 1 || in.Limit > 100 {
		in.Limit = 20
	}
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		ask := tally.Ask{Area: in.Area, From: in.On, To: in.On}
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if !ask.Committee().IsZero() {
			return fault.NoSuch()
		}
		if in.Place != "" && !ask.Area.Covers(in.Place) {
			return fault.NoSuch()
		}
		columns := standingColumns(ask.AsOf(tx))
		if in.Col < 1 || in.Col > len(columns) || columns[in.Col-1].of == ofMoney {
			return fault.New(fault.Invalid, "", "没有这一栏。", "There is no such column.").At("col")
		}
		c := columns[in.Col-1]
		head = Heading{c.text, blockTexts[c.block], c.of == ofPersons}
		rows, err = standingListed(tx, ask, ask.AsOf(tx), c, in)
		return err
	})
	if len(rows) > in.Limit {
		rows, next = rows[:in.Limit], rows[in.Limit-1].ID
	}
	return rows, head, next, err
}
