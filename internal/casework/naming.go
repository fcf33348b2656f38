package casework

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Naming is whom a party would like to mediate, M1 and M4.
type Naming struct {
	PartyID    ident.ID `json:"party_id,omitempty,omitzero" doc:"Whose wish; a party acting itself may leave it out"`
	MediatorID ident.ID `json:"mediator_id,omitempty,omitzero" doc:"A serving mediator of the committee; empty takes the wish back"`
}

// NameMediator keeps whom a party would like to mediate. Where all parties name the same one, the parties have chosen
// (M1); assigning is the committee's act all the same, for the conflict check and the mediator's time are its to see to.
func (s *Service) NameMediator(ctx context.Context, g authz.Grant, o Order, in Naming) (View, error) {
	return s.act(ctx, g, o, NameMediator, func(d *deed, c *Case) (note, error) {
		p, err := d.actingParty(c, in.PartyID)
		if err != nil {
			return note{}, err
		}
		n := note{party: p.ID, fact: journal.Fact{"party": p.ID.String()}}
		if !in.MediatorID.IsZero() {
			m, err := d.memberOf(c, nil, in.MediatorID, "mediator_id", ofCommittee(c.CommitteeID))
			if err != nil {
				return note{}, err
			}
			n.fact["mediator"] = m.ID.String()
		}
		p.NamedMediator = in.MediatorID
		return n, nil
	})
}

// forgetNamed: at another committee there are other mediators to name.
func (c *Case) forgetNamed() {
	for i := range c.Sides {
		c.Sides[i].NamedMediator = ident.ID{}
	}
}

// chosen is the mediator whom every party named; zero where they differ, or somebody named nobody, or the one they named
// has withdrawn since.
func (c *Case) chosen() ident.ID {
	here := c.Here()
	if len(here) == 0 || c.recused(here[0].NamedMediator) || slices.ContainsFunc(here, func(p Party) bool { return p.NamedMediator != here[0].NamedMediator }) {
		return ident.ID{}
	}
	return here[0].NamedMediator
}
