package conduct

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

const maxText = 4000 // characters

// NewComplaint is what somebody complains of.
type NewComplaint struct {
	Mediator ident.ID `json:"mediator_id" doc:"Who works or worked on the case"`
	Kind     string   `json:"kind" doc:"K1 favouring, K2 insulting, K3 taking benefits, K4 leaking, K9 other"`
	Text     string   `json:"text" doc:"What happened"`
	Party    ident.ID `json:"party_id,omitempty,omitzero" doc:"Staff: on whose behalf it is recorded"`
}

// recusalHint is what a party is told beside: a complaint replaces nobody, M2 does.
var recusalHint = fault.Say("您也可以申请更换这位调解员，不需要说明理由。", "You may also ask for another mediator; no reason is needed.")

// Made is a complaint as it was just made, and whether the party may also have the mediator replaced (M2).
type Made struct {
	Complaint
	MayRecuse bool
}

// Complain takes a complaint of a party of the case, or by staff for one. It goes to the chair of the mediator's committee;
// where it is about the chair, or the chair works on the case, to the station.
//
// Faults: Missing when the case is out of reach; Invalid says all that is wrong.
func (s *Service) Complain(ctx context.Context, g authz.Grant, caseID ident.ID, in NewComplaint) (Made, error) {
	var out Made
	err := s.Store.Do(ctx, g.By(), caseID.County(), func(tx *db.Tx) error {
		m, err := s.Cases.MediatedCase(tx, g, caseID, in.Party)
		if err != nil {
			return err
		}
		c, err := s.checked(tx, m, in)
		if err != nil {
			return err
		}
		if err := casework.StillKept(tx, c.CaseID); err != nil {
			return err
		}
		if out, err = s.enter(tx, c, m); err != nil {
			return err
		}
		tx.Made(out.ID, out.Version, 201)
		return nil
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.madeBefore(ctx, g, caseID, done.ID)
	}
	return out, err
}

// checked says all that is wrong with a complaint, and to whom it goes.
func (s *Service) checked(tx *db.Tx, m casework.Mediated, in NewComplaint) (Complaint, error) {
	c := Complaint{CaseID: m.Case, PartyID: m.Party, Name: m.PartyName, Kind: in.Kind, Text: strings.TrimSpace(in.Text), State: Received, CommitteeID: m.Committee}
	var bad fault.Check
	i := slices.IndexFunc(m.Mediators, func(p casework.Participant) bool { return p.MediatorID == in.Mediator })
	if i < 0 {
		bad.Add("mediator_id", "请选择办理过本案的调解员。", "Please choose a mediator who works or worked on this case.")
	} else {
		p := m.Mediators[i]
		c.MediatorID, c.MediatorPerson, c.MediatorName = p.MediatorID, p.PersonID, p.Name
		if !p.CommitteeID.IsZero() && p.CommitteeID.County() == tx.County { // of a committee that joined
			c.CommitteeID = p.CommitteeID
		}
	}
	bad.Take("kind", codes.Complaints.Check(in.Kind))
	switch n := len([]rune(c.Text)); {
	case n == 0:
		bad.Add("text", "请写明发生了什么。", "Please say what happened.")
	case n > maxText:
		bad.Add("text", "最多 %d 个字。", "At most %d characters.", maxText)
	}
	if err := bad.Err(); err != nil {
		return c, err
	}
	return c, s.route(tx, m, &c)
}

// route says who handles a complaint: nobody about themselves, and nobody who works on the case.
func (s *Service) route(tx *db.Tx, m casework.Mediated, c *Complaint) error {
	committee, err := registry.FindCommittee(tx, c.CommitteeID)
	if err != nil {
		return err
	}
	c.AreaCode = committee.AreaCode
	members, err := registry.MembersOf(tx, c.CommitteeID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(members, func(one registry.Member) bool { return one.Office == registry.Chair })
	if i < 0 {
		return nil
	}
	chair := members[i].PersonID
	works := slices.ContainsFunc(m.Mediators, func(p casework.Participant) bool { return p.PersonID == chair })
	complains := tx.By.Person == chair // themselves, as an agent, or with their pen: another decides
	if chair != c.MediatorPerson && !works && !complains {
		c.ChairOf = c.CommitteeID
	}
	return nil
}

func (s *Service) enter(tx *db.Tx, c Complaint, m casework.Mediated) (Made, error) {
	c.Key, c.Version, c.ReceivedAt = tx.NewKey(), 1, tx.Now
	if m.Own {
		c.ComplainantID = tx.By.Person
	} else {
		c.RecorderID = tx.By.Person
	}
	c.TextSealed, c.NameSealed = s.seal(c, "text_sealed", c.Text), s.seal(c, "name_sealed", c.Name)
	if err := insert(tx, &c); err != nil {
		return Made{}, err
	}
	fact := journal.Fact{"case": c.CaseID.String(), "mediator": c.MediatorID.String(), "kind": c.Kind, "by_station": c.ByStation(), "on_behalf": !m.Own}
	return Made{c, m.Own && m.MayRecuse(c.MediatorID)}, s.record(tx, c, "complaint_received", "", fact, journal.Words{"text": c.Text})
}

// record enters an act in the record: a complaint has a chain of its own, as a case has.
func (s *Service) record(tx *db.Tx, c Complaint, event, from string, fact journal.Fact, words journal.Words) error {
	_, err := s.Journal.Append(tx, journal.Entry{Case: c.ID, Seq: c.Version, Event: event, From: from, To: c.State, Actor: tx.By.Person, Role: hatOf(tx.By, c),
		Party: c.PartyID, Fact: fact, Words: words})
	return err
}

// hatOf is the post in which somebody acts on a complaint.
func hatOf(by actor.Actor, c Complaint) actor.Role {
	if !by.Case.IsZero() {
		return by.Part
	}
	for _, p := range by.Posts {
		if p.Role == actor.Chair && p.Committee == c.CommitteeID || p.Area != "" && p.Area.Covers(c.AreaCode) {
			return p.Role
		}
	}
	return actor.Anyone
}

// madeBefore shows again what an earlier sending of the same complaint made.
func (s *Service) madeBefore(ctx context.Context, g authz.Grant, caseID, id ident.ID) (Made, error) {
	var out Made
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := byID(tx, id)
		if err != nil {
			return err
		}
		m, err := s.Cases.MediatedCase(tx, g, caseID, c.PartyID)
		if err != nil {
			return err
		}
		out = Made{c, m.Own && m.MayRecuse(c.MediatorID)}
		return s.open(&out.Complaint)
	})
	return out, err
}

func place(c Complaint, column string) vault.Place {
	return vault.Place{Table: c.TableName(), Column: column, Row: c.ID}
}

func (s *Service) seal(c Complaint, column, text string) []byte {
	if text == "" {
		return nil
	}
	return s.Vault.Seal(place(c, column), text)
}

// open reads the sealed texts of a complaint.
func (s *Service) open(c *Complaint) (err error) {
	for _, t := range []struct {
		column string
		sealed []byte
		to     *string
	}{{"text_sealed", c.TextSealed, &c.Text}, {"name_sealed", c.NameSealed, &c.Name}, {"reason_sealed", c.ReasonSealed, &c.Reason}, {"unit_sealed", c.UnitSealed, &c.Unit}} {
		if len(t.sealed) == 0 {
			continue
		}
		text, bad := s.Vault.Open(place(*c, t.column), t.sealed)
		*t.to, err = text, errors.Join(err, bad)
	}
	return err
}
