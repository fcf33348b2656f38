package account

import (
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
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

// StandsApart is the rule wherever two must act: whoever has stood in for one of those who did since a moment, or they for them, is no
// other person. What two must sign is not signed by one, and by whom that one has named. It refuses with the code of the room that asks;
// whoever acted before themselves is refused by that room, which can say at what.
func StandsApart(tx *db.Tx, code string, since time.Time, before ...ident.ID) error {
	me := tx.By.Person
	of := map[ident.County][]ident.ID{}
	for _, p := range append(slices.Clone(before), me) {
		if !p.IsZero() {
			of[p.County()] = append(of[p.County()], p)
		}
	}
	for county, people := range of {
		stood, err := StoodIn(tx, county, people)
		if err != nil {
			return err
		}
		for _, s := range stood {
			together := s.Person == me && slices.Contains(before, s.holder) || s.holder == me && slices.Contains(before, s.Person)
			if together && !s.From.After(tx.Now) && !s.Until.Before(since) {
				return fault.New(fault.Denied, code, "您和先办理的人之间有代行岗位的关系，须由另一个人办理。", "You stand in for whoever acted before you, or they for you: another person has to do this.")
			}
		}
	}
	return nil
}
