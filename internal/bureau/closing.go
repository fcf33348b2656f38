package bureau

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Closing is what stands in the way of closing a committee down, and what is left to do afterwards.
type Closing struct {
	Open   int64                // cases that it leads and that have not ended: they are handed over first (R8)
	Hosts  []Busy               // who works on them
	Bodies []registry.Committee // under it, still there
	Seal   Seal                 // that is to be taken back; zero for none
}

// Busy is a mediator with open cases.
type Busy struct {
	Name string
	Open int64
}

// Ready tells whether nothing stands in the way.
func (c Closing) Ready() bool { return c.Open == 0 && len(c.Hosts) == 0 && len(c.Bodies) == 0 }

// closingOf looks at what closing a committee would leave behind.
func (s *Service) closingOf(tx *db.Tx, c registry.Committee) (out Closing, err error) {
	if out.Open, err = openCases(tx, c.ID); err != nil {
		return out, err
	}
	if out.Bodies, err = bodiesUnder(tx, c.ID); err != nil {
		return out, err
	}
	people, err := registry.MediatorsOf(tx, c.ID)
	if err != nil {
		return out, err
	}
	for _, m := range people {
		n, err := s.Registry.OpenCases(tx, m.ID)
		if err != nil {
			return out, err
		}
		if n > 0 {
			out.Hosts = append(out.Hosts, Busy{m.Name, n})
		}
	}
	out.Seal, err = sealInUse(tx, c.ID)
	return out, err
}

// Close closes a committee down, when no case and no body of it is left: those whom nobody hosts yet count as well.
//
// Faults: Conflict (R8) with the number of cases that are still open; Conflict for bodies under it.
func (s *Service) Close(ctx context.Context, g authz.Grant, id ident.ID, expect int64, reason string) (ident.ID, error) {
	return s.act(ctx, g, id.County(), func(tx *db.Tx) (ident.ID, error) {
		c, err := keeps(tx, g, id)
		if err != nil {
			return id, err
		}
		if reason == "" {
			return id, fault.New(fault.Invalid, "", "请写明撤销的原因。", "Please say why it is closed down.").At("reason")
		}
		left, err := s.closingOf(tx, c)
		switch {
		case err != nil:
			return id, err
		case left.Open > 0:
			return id, fault.Rule("R8", "%s还有 %d 件未结案件，请先移交给其他调委会或者办结。", "%s still leads %d open cases; please have them handed over or ended first.", c.Name, left.Open)
		case len(left.Bodies) > 0:
			return id, fault.New(fault.Conflict, "bodies", "%s下面还有 %d 个调解室、工作室或小组，请先撤销。", "%s still has %d bodies under it; please close them first.", c.Name, len(left.Bodies))
		}
		_, err = s.Registry.In(tx).End(ctx, g, id, expect, reason)
		return id, err
	})
}
