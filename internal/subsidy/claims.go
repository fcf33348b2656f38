package subsidy

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/scheme"
)

// Seen is a claim with its shares.
type Seen struct {
	Claim
	Shares []Share
	Like   []Alike // in a list of those that wait for a look
}

// Of is somebody's part of it.
func (s Seen) Of(person ident.ID) (out Share) {
	for _, p := range s.Shares {
		if p.PersonID == person {
			out = p
		}
	}
	return out
}

// MayAnswer tells whether a refusal can still be answered.
func (c Claim) MayAnswer() bool { return c.State == Refused && c.Reply == "" }

// Asked narrows a list of claims. Empty fields narrow nothing.
type Asked struct {
	Step  Step   // those that wait for this look, by somebody else than who had to do with them
	State string // codes.SubsidyStates
	After ident.ID
	Limit int // 1 to 100; 20 otherwise
}

// Claims lists the claims within the grant, newest first, and the one to go on after; zero when that was all.
func (s *Service) Claims(ctx context.Context, g authz.Grant, ask Asked) (out []Seen, next ident.ID, err error) {
	return s.page(ctx, g, &ask, func(tx *db.Tx) ([]Claim, error) { return claims(tx, g, ask) })
}

// Mine lists the claims in which one shares oneself.
func (s *Service) Mine(ctx context.Context, g authz.Grant, ask Asked) (out []Seen, next ident.ID, err error) {
	return s.page(ctx, g, &ask, func(tx *db.Tx) ([]Claim, error) { return ownClaims(tx, g, ask) })
}

func (s *Service) page(ctx context.Context, g authz.Grant, ask *Asked, find func(*db.Tx) ([]Claim, error)) (out []Seen, next ident.ID, err error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 20
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, err := find(tx)
		if err != nil {
			return err
		}
		if len(rows) > ask.Limit {
			rows = rows[:ask.Limit]
			next = rows[ask.Limit-1].ID
		}
		if out, err = withShares(tx, rows); err == nil && ask.Step != "" {
			err = withAlike(tx, out)
		}
		return err
	})
	return out, next, err
}

// History is a claim with the names of who looked at it, what its dossier must hold, and what holds its payment.
type History struct {
	Seen
	Scheme    scheme.Scheme
	Materials []string // codes.SubsidyMaterials
	Held      []string // codes
	Alike     []Alike
	Steps     []Done
	warns     bool // the reader has to do with it, and is told neither of the two
}

// Done is one act on a claim, a batch or an account.
type Done struct {
	Event string
	Role  string
	Who   string
	At    Moment
}

// See shows a claim within the grant with what was done about it. Whoever shares in it or mediated the case, a chair among them,
// reads neither what holds it, nor which it is like, nor who looked at it: that would warn whoever should be looked into.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (History, error) {
	return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (out History, err error) {
		if g.Action() == Owning {
			if out.Seen, err = mine(tx, g, id); err == nil {
				err = s.terms(tx, &out)
			}
			return out, err
		}
		if out.Seen, err = claimWithin(tx, g, id); err != nil {
			return out, err
		}
		if err = s.terms(tx, &out); err != nil {
			return out, err
		}
		if out.warns, err = mediatedBy(tx, out.Seen, g.By().Person); err != nil || out.warns {
			return out, err
		}
		held, err := s.held(tx, out.CountyCode, []Seen{out.Seen})
		if err != nil {
			return out, err
		}
		out.Held = held[out.ID]
		like, err := alike(tx, out.CountyCode, []Seen{out.Seen})
		if err != nil {
			return out, err
		}
		out.Alike = like[out.ID]
		out.Steps, err = s.stepsOf(tx, id)
		return out, err
	})
}

// terms adds the scheme of a claim.
func (s *Service) terms(tx *db.Tx, h *History) (err error) {
	if h.SchemeID.IsZero() {
		return nil
	}
	if h.Scheme, err = scheme.Find(tx, h.SchemeID); fault.Is(err, fault.Missing) {
		return nil
	}
	h.Materials = h.Scheme.Terms.MaterialsFor(h.Tier, h.Class)
	return err
}

func (s *Service) stepsOf(tx *db.Tx, id ident.ID) (out []Done, err error) {
	entries, err := s.Journal.Of(tx, id)
	if err != nil {
		return nil, err
	}
	names, err := namesOf(tx, entries)
	for _, e := range entries {
		out = append(out, Done{e.Event, string(e.Role), names[e.Actor], e.OccurredAt})
	}
	return out, err
}

// held gives what holds the payment of some claims of a county: something that has to be looked into, a complaint that is not
// decided, or somebody who shares in one and was barred since it was approved. A claim that nothing holds is left out.
func (s *Service) held(tx *db.Tx, county ident.County, all []Seen) (map[ident.ID][]string, error) {
	flagged, complained := map[ident.ID][]string{}, []ident.ID{}
	cases := casesOf(all)
	if len(cases) > 0 {
		var err error
		if s.Held != nil {
			if flagged, err = s.Held(tx, county, cases); err != nil {
				return nil, err
			}
		}
		if complained, err = openComplaints(tx, county, cases); err != nil {
			return nil, err
		}
	}
	barred, err := barredSince(tx, county, all)
	out := map[ident.ID][]string{}
	for _, c := range all {
		hold := func(why string, when bool) {
			if when {
				out[c.ID] = append(out[c.ID], why)
			}
		}
		hold("anomaly", len(flagged[c.CaseID]) > 0)
		hold("complaint", slices.Contains(complained, c.CaseID))
		hold("barred_since", barred[c.ID])
	}
	return out, err
}

func casesOf(all []Seen) (out []ident.ID) {
	for _, c := range all {
		if !c.CaseID.IsZero() {
			out = append(out, c.CaseID)
		}
	}
	return out
}

// barredSince tells which claims are shared in by somebody who is paid something and must not be.
func barredSince(tx *db.Tx, county ident.County, all []Seen) (map[ident.ID]bool, error) {
	var persons []ident.ID
	for _, c := range all {
		for _, p := range c.Shares {
			persons = append(persons, p.PersonID)
		}
	}
	slices.SortFunc(persons, compareIDs)
	bars, err := barredOf(tx, county, slices.Compact(persons))
	k, out := known{barred: bars}, map[ident.ID]bool{}
	for _, c := range all {
		for _, p := range c.Shares {
			out[c.ID] = out[c.ID] || p.Fen > 0 && k.isBarred(p.PersonID, c.ClosedOn)
		}
	}
	return out, err
}
