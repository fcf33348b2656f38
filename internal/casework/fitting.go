package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Fitting is what a case asks of whoever mediates it, and who of its committee could.
type Fitting struct {
	CommitteeID ident.ID
	Category    string
	Speaks      []string              // the languages of the parties that are not standard Chinese
	Wanted      map[ident.ID][]string // by mediator: the names of the parties that would like them (M4)
	Wish        ident.ID              // whom every party named (M1)
	Team        []Fit
}

// Fit is a serving mediator of the committee with what stands against them.
type Fit struct {
	registry.Mediator
	Recused bool // withdrew, and may not come back (M2)
	Ties    []Tie
}

// WhoFits looks at every serving mediator of the committee that leads a case. It decides nothing, and leaves no check: that
// is made when one is assigned.
func (s *Service) WhoFits(ctx context.Context, g authz.Grant, id ident.ID) (Fitting, error) {
	var out Fitting
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		d, err := s.inTx(tx, g, Order{Case: id}, c.AreaCode)
		if err != nil {
			return err
		}
		out = c.asks()
		team, err := registry.MediatorsOf(tx, c.CommitteeID)
		for _, m := range team {
			if err != nil || !m.Works() {
				continue
			}
			f := Fit{Mediator: m, Recused: c.recused(m.ID)}
			f.Ties, err = d.tiesOf(c, m)
			out.Team = append(out.Team, f)
		}
		return err
	})
	return out, err
}

// asks is what a case asks of its mediator.
func (c *Case) asks() Fitting {
	f := Fitting{CommitteeID: c.CommitteeID, Category: c.Category, Wish: c.chosen(), Wanted: map[ident.ID][]string{}}
	for _, p := range c.Here() {
		if p.Language != "" {
			f.Speaks = append(f.Speaks, p.Language)
		}
		if !p.NamedMediator.IsZero() {
			f.Wanted[p.NamedMediator] = append(f.Wanted[p.NamedMediator], p.Name)
		}
	}
	return f
}
