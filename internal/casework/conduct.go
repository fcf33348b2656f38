package casework

import (
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Mediated is a case as a complaint about a mediator's conduct needs it (R4): who works or worked on it, and for which
// party somebody speaks. The complaint itself lies elsewhere, and nothing of it is written to the case.
type Mediated struct {
	Case      ident.ID
	Committee ident.ID
	AreaCode  ident.Area
	Party     ident.ID // who complains
	PartyName string
	Own       bool          // the party speaks itself
	Mediators []Participant // each once; their latest part

	at State
}

// Works tells whether a mediator works on the case now.
func (m Mediated) Works(mediator ident.ID) bool {
	return slices.ContainsFunc(m.Mediators, func(p Participant) bool { return p.MediatorID == mediator && isHosting(p.Part) && p.EndedAt == nil })
}

// MayRecuse tells whether a party may have a mediator replaced (M2): while the case is mediated and they work on it.
func (m Mediated) MayRecuse(mediator ident.ID) bool {
	_, ok := transition(RequestRecusal, m.at)
	return ok && m.Works(mediator)
}

// MediatedCase finds a case within a grant, for a complaint. Staff name the party for whom they speak.
func (s *Service) MediatedCase(tx *db.Tx, g authz.Grant, id, onBehalf ident.ID) (Mediated, error) {
	out, c, err := s.mediated(tx, g, id)
	if err != nil {
		return out, err
	}
	if err := c.namesParties(g); err != nil {
		return out, err
	}
	d := &deed{Service: s, office: counter{s, tx}, tx: tx, grant: g}
	p, err := d.actingParty(c, onBehalf)
	if err != nil {
		return out, err
	}
	out.Party, out.PartyName, out.Own = p.ID, p.Name, d.byParty(p) || !g.By().IsStaff()
	return out, nil
}

// namesParties: whoever may not see who the parties are (M11, P1) writes down no complaint for one of them.
func (c *Case) namesParties(g authz.Grant) error {
	if v := c.viewOf(g); v == authz.Full || v == authz.Party {
		return nil
	}
	return fault.New(fault.Denied, "", "这件案子限制查看，您看不到当事人。请由本案调委会主任登记投诉，或请当事人自己提出。",
		"This case is restricted: you do not see its parties. The chair of its committee may enter the complaint, or the party may make it itself.")
}

func (s *Service) mediated(tx *db.Tx, g authz.Grant, id ident.ID) (Mediated, *Case, error) {
	c, err := s.find(tx, g, id)
	if err != nil {
		return Mediated{}, nil, err
	}
	out := Mediated{Case: c.ID, Committee: c.CommitteeID, AreaCode: c.AreaCode, at: c.State}
	for _, p := range c.People {
		if p.MediatorID.IsZero() {
			continue
		}
		out.Mediators = slices.DeleteFunc(out.Mediators, func(o Participant) bool { return o.MediatorID == p.MediatorID })
		out.Mediators = append(out.Mediators, p)
	}
	return out, c, nil
}

// Asked are the parties of a case and its mediators, for the form of a complaint; no party is chosen yet.
type Asked struct {
	Mediated
	Parties []Party
}

// AskedOf gives the parties of a case within a grant and its mediators.
func (s *Service) AskedOf(tx *db.Tx, g authz.Grant, id ident.ID) (Asked, error) {
	m, c, err := s.mediated(tx, g, id)
	if err == nil {
		err = c.namesParties(g)
	}
	if err != nil {
		return Asked{}, err
	}
	return Asked{Mediated: m, Parties: c.Here()}, nil
}

// TellParty sends a party a short message by the way it chose, in its safe hours; text takes the case's reference. It
// tells whether there was a way to send it.
func (s *Service) TellParty(tx *db.Tx, id, party ident.ID, kind string, text fault.Text) (bool, error) {
	c := &Case{}
	if err := headOf(tx, id, &c.Head); err != nil {
		return false, err
	}
	if err := s.fill(tx, c); err != nil {
		return false, err
	}
	p := c.party(party)
	if p == nil {
		return false, nil
	}
	m := p.message(kind, text, ident.Reference(c.Reference).Grouped())
	_, ok := p.reachable(tx.Now)
	return ok && m.To != "", s.tell(tx, c, p, m)
}
