package account

import (
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Stood is that somebody held a post for its holder, from a moment until another.
type Stood struct {
	Person    ident.ID
	Role      actor.Role
	Committee ident.ID
	Area      ident.Area
	From      time.Time
	Until     time.Time
	For       string // whose post it was

	holder ident.ID
}

// StoodIn are the posts that some people of a county hold or held for others. A record names who acted and in which role; with this
// it can be told, later too, that they did it as somebody's deputy, without a word of it in what is hashed.
func StoodIn(tx *db.Tx, county ident.County, people []ident.ID) ([]Stood, error) {
	rows, err := stoodIn(tx, county, people)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ended, err := postsEnded(tx, county, rows)
	if err != nil {
		return nil, err
	}
	out := make([]Stood, 0, len(rows))
	for _, r := range rows {
		s := Stood{Person: r.PersonID, Role: r.Role, Committee: r.CommitteeID, Area: r.AreaCode, From: later(r.FromDay.Start(), r.MadeAt), Until: r.UntilDay.Start(), For: r.ForName, holder: r.ForPerson}
		// A post that was ended on a day was held on that day until then.
		if at, ok := ended[r.ID]; ok && calendar.DayOf(at) == r.UntilDay {
			s.Until = at
		}
		out = append(out, s)
	}
	return out, nil
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// Held tells whether it was held at a moment.
func (s Stood) Held(at time.Time) bool { return !at.Before(s.From) && at.Before(s.Until) }

// StoodFor tells whether one of two people has stood in for the other since a moment, in a post over an area: what two must sign is not
// signed by one, and by whom that one has named.
func StoodFor(tx *db.Tx, one, other ident.ID, since time.Time) (bool, error) {
	for _, pair := range [][2]ident.ID{{one, other}, {other, one}} {
		stood, err := StoodIn(tx, pair[0].County(), pair[:1])
		if err != nil {
			return false, err
		}
		for _, s := range stood {
			if s.holder == pair[1] && s.Area != "" && !s.From.After(tx.Now) && !s.Until.Before(since) {
				return true, nil
			}
		}
	}
	return false, nil
}
