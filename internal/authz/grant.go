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
	Committee ident.ID   // LevelCommittee, LevelDesk, LevelOffered and LevelFormer
	Area      ident.Area // LevelArea
}

// Standing is where a case stands towards somebody: what a Reach is compared with.
type Standing struct {
	Case      ident.ID
	Committee ident.ID   // the lead committee
	Area      ident.Area // where the dispute arose
	Hosted    bool       // a host mediator is assigned
	Offered   ident.ID   // the committee that has been offered the case and has not answered
	Former    []ident.ID // the committees of the county that led it and handed it over
	Parts     []string   // the parts that the acting person takes, "recused" and "reviewer" among them
}

// By is who acts.
func (g Grant) By() actor.Actor { return g.by }

// Action is what was allowed.
func (g Grant) Action() Action { return g.action }

// Home is the area of the first post over one by which the grant reaches; empty for who has none.
func (g Grant) Home() ident.Area {
	for _, r := range g.reaches {
		if r.Level == LevelArea {
			return r.Area
		}
	}
	return ""
}

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

// Committees are those in which somebody acts by this grant, as such or at their desk; each once, in the order of the posts.
func (g Grant) Committees() []ident.ID {
	var out []ident.ID
	for _, r := range g.reaches {
		if (r.Level == LevelCommittee || r.Level == LevelDesk) && !slices.Contains(out, r.Committee) {
			out = append(out, r.Committee)
		}
	}
	return out
}

// with adds a reach to others and leaves out what another holds already: what finds nothing more and shows nothing more
// would only be asked of the database.
func with(reaches []Reach, r Reach) []Reach {
	for i, other := range reaches {
		if other.holds(r) {
			return reaches
		}
		if other.Level == LevelOwn && other.Case.IsZero() && r.sameBut(other) {
			reaches[i].Parts = union(other.Parts, r.Parts)
			return reaches
		}
	}
	return append(slices.DeleteFunc(reaches, r.holds), r)
}

// holds tells whether a reach covers whatever another covers, and shows as much of it. A desk lies inside its committee:
// neither has a case from which the person was recused. Areas that lie in each other stay apart: each is the home of a
// post.
func (r Reach) holds(other Reach) bool {
	if other.View.Wider(r.View) {
		return false
	}
	switch r.Level {
	case LevelAny:
		return other.Level == LevelAny
	case LevelArea:
		return other.Level == LevelArea && other.Area == r.Area
	case LevelCommittee:
		return (other.Level == LevelCommittee || other.Level == LevelDesk) && other.Committee == r.Committee && other.Person == r.Person
	case LevelDesk:
		return other.Level == LevelDesk && other.Committee == r.Committee && other.Person == r.Person
	case LevelOffered, LevelFormer:
		return other.Level == r.Level && other.Committee == r.Committee && other.Person == r.Person
	case LevelSampled:
		return other.Level == LevelSampled && other.Person == r.Person
	case LevelOwn:
	}
	return false
}

// sameBut tells whether two reaches to a person's own cases differ in nothing but the parts taken there.
func (r Reach) sameBut(other Reach) bool {
	return r.Level == other.Level && r.View == other.View && r.Case == other.Case && r.Person == other.Person
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
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
	case LevelOffered:
		return !r.Committee.IsZero() && r.Committee == s.Offered && !recused
	case LevelFormer:
		return !r.Committee.IsZero() && slices.Contains(s.Former, r.Committee) && !recused
	case LevelSampled:
		return !r.Person.IsZero() && !recused && slices.Contains(s.Parts, PartReviewer)
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
