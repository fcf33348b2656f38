package authz

import (
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/ident"
)

// Grant is proof that the policy said yes. Only this room can make one with any reach: the zero Grant reaches nothing.
type Grant struct {
	by      actor.Actor
	action  Action
	reaches []Reach
}

// Reach is one way in which a grant reaches rows. A row is reached when any of a grant's reaches covers it.
type Reach struct {
	Level     Level
	View      View
	Person    ident.ID   // LevelOwn of a person: rows in which this person takes part …
	Parts     []string   // … as one of these
	Case      ident.ID   // LevelOwn of a party by access code: this case and no other
	Party     ident.ID   // … as this party
	Committee ident.ID   // LevelCommittee and LevelDesk
	Area      ident.Area // LevelArea
}

// Standing is where a case stands towards somebody: what a Reach is compared with.
type Standing struct {
	Case      ident.ID
	Committee ident.ID   // the lead committee
	Area      ident.Area // where the dispute arose
	Hosted    bool       // a host mediator is assigned
	Parts     []string   // the parts that the acting person takes, "recused" among them
}

// By is who acts.
func (g Grant) By() actor.Actor { return g.by }

// Action is what was allowed.
func (g Grant) Action() Action { return g.action }

// Reaches are the ways in which the grant reaches rows; a copy.
func (g Grant) Reaches() []Reach {
	out := slices.Clone(g.reaches)
	for i := range out {
		out[i].Parts = slices.Clone(out[i].Parts)
	}
	return out
}

// ViewOf is the widest view that the grant gives of a case: None when it is out of reach.
func (g Grant) ViewOf(s Standing) View {
	best := None
	for _, r := range g.reaches {
		if r.covers(s) && r.View.Wider(best) {
			best = r.View
		}
	}
	return best
}

// ViewOfRows is the one view that the grant gives of every row it reaches, and false when that depends on the row.
func (g Grant) ViewOfRows() (View, bool) {
	if len(g.reaches) == 0 {
		return None, true
	}
	for _, r := range g.reaches[1:] {
		if r.View != g.reaches[0].View {
			return None, false
		}
	}
	return g.reaches[0].View, true
}

// Seeing is the part of a grant that shows rows at least this far: who may find a case by a name is only who may read it.
func (g Grant) Seeing(least View) Grant {
	g.reaches = slices.DeleteFunc(slices.Clone(g.reaches), func(r Reach) bool { return r.View != least && !r.View.Wider(least) })
	return g
}

// Unbounded tells whether the grant reaches every row there is: public things.
func (g Grant) Unbounded() bool {
	return slices.ContainsFunc(g.reaches, func(r Reach) bool { return r.Level == LevelAny })
}

// CoversArea tells whether the grant reaches what belongs to an area as such, not to a case in it.
func (g Grant) CoversArea(a ident.Area) bool {
	return slices.ContainsFunc(g.reaches, func(r Reach) bool {
		return r.Level == LevelAny || r.Level == LevelArea && r.Area.Covers(a)
	})
}

// CoversCommittee tells whether the grant reaches what belongs to a committee as such.
func (g Grant) CoversCommittee(id ident.ID) bool {
	return slices.ContainsFunc(g.reaches, func(r Reach) bool {
		return r.Level == LevelCommittee && !id.IsZero() && r.Committee == id
	})
}

func (r Reach) covers(s Standing) bool {
	recused := slices.Contains(s.Parts, PartRecused)
	switch r.Level {
	case LevelAny:
		return true
	case LevelArea:
		return r.Area.Covers(s.Area)
	case LevelCommittee:
		return !r.Committee.IsZero() && r.Committee == s.Committee && !recused
	case LevelDesk:
		mine := !r.Committee.IsZero() && r.Committee == s.Committee
		return mine && !recused && (!s.Hosted || overlap(s.Parts, hostParts))
	case LevelOwn:
		if !r.Case.IsZero() {
			return r.Case == s.Case
		}
		return !r.Person.IsZero() && !recused && overlap(s.Parts, r.Parts)
	}
	return false
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
