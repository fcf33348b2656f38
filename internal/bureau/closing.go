package bureau

import (
	"fengqiao/internal/db"
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

// closingOf looks at what closing a committee would leave behind.
func (s *Service) closingOf(tx *db.Tx, c registry.Committee) (out Closing, err error) {
	if out.Open, err = s.Registry.OpenOf(tx, c.ID); err != nil {
		return out, err
	}
	if out.Bodies, err = registry.BodiesUnder(tx, c.ID); err != nil {
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
