package privacy

import (
	"context"
	"errors"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

const maxText = 1000 // characters

// NewRequest is what a party asks for.
type NewRequest struct {
	Kind       string   `json:"kind" doc:"correction or erasure"`
	Item       string   `json:"item" doc:"phone, address, needs, attachment, name, id_number, facts, other"`
	Right      string   `json:"right,omitempty" doc:"Of a correction: what it should say"`
	Why        string   `json:"why,omitempty" doc:"Reason; may be left out"`
	Attachment ident.ID `json:"attachment_id,omitempty,omitzero" doc:"With the item attachment"`
}

func (in NewRequest) check() error {
	var bad fault.Check
	bad.Take("kind", codes.DataKinds.Check(in.Kind))
	bad.Take("item", codes.DataItems.Check(in.Item))
	right := strings.TrimSpace(in.Right)
	switch {
	case in.Kind == Correction && right == "":
		bad.Add("right", "请写明正确的内容。", "Please say what is right.")
	case in.Kind == Erasure && right != "":
		bad.Add("right", "删除不用填写正确的内容。", "An erasure needs nothing here.")
	case in.Kind == Correction && in.Item == "phone":
		_, err := ident.ParsePhone(right)
		bad.Take("right", err)
	}
	for at, text := range map[string]string{"right": right, "why": in.Why} {
		if len([]rune(text)) > maxText {
			bad.Add(at, "最多 %d 个字。", "At most %d characters.", maxText)
		}
	}
	if in.Item == "attachment" && in.Attachment.IsZero() {
		bad.Add("attachment_id", "请选择是哪一份材料。", "Please choose which paper.")
	}
	if in.Item != "attachment" && !in.Attachment.IsZero() {
		bad.Add("attachment_id", "只有材料才需要选择。", "Only with a paper.")
	}
	return bad.Err()
}

// Ask takes a party's request about its own data, and says by when it is answered.
//
// Faults: Missing when the case is out of reach; Conflict while the same is asked for already; Invalid says all that is wrong.
func (s *Service) Ask(ctx context.Context, g authz.Grant, caseID ident.ID, in NewRequest) (Seen, error) {
	var out Seen
	err := s.Store.Do(ctx, g.By(), caseID.County(), func(tx *db.Tx) error {
		about, err := s.Cases.OwnDataOf(tx, g, caseID)
		if err != nil {
			return err
		}
		if err := in.check(); err != nil {
			return err
		}
		if err := casework.StillKept(tx, about.Case); err != nil {
			return err
		}
		r, err := s.enter(tx, about, in)
		if err != nil {
			return err
		}
		out = Seen{Request: r, Own: true, Reference: r.reference(about.Reference)}
		tx.Made(r.ID, r.Version, 201)
		return s.record(tx, r, "data_asked", "", journal.Fact{"case": r.CaseID.String(), "kind": r.Kind, "item": r.Item, "due": r.DueOn})
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.See(ctx, g, done.ID)
	}
	return out, err
}

func (s *Service) enter(tx *db.Tx, about casework.OwnData, in NewRequest) (Request, error) {
	r := Request{CaseID: about.Case, PartyID: about.Party, Kind: in.Kind, Item: in.Item, AttachmentID: in.Attachment, Right: strings.TrimSpace(in.Right),
		Why: strings.TrimSpace(in.Why), State: Received, ReceivedAt: tx.Now}
	before, err := ofParty(tx, about.Case, about.Party)
	if err != nil {
		return r, err
	}
	for _, one := range before {
		if one.Open() && one.Kind == r.Kind && one.Item == r.Item && one.AttachmentID == r.AttachmentID {
			return r, fault.New(fault.Conflict, "asked_already", "您已经提过同样的申请，还没有答复，请等候。", "You have asked for this already; the answer is still to come.")
		}
	}
	if r.DueOn, err = answerBy(tx, about.AreaCode); err != nil {
		return r, err
	}
	r.Key, r.Version, r.Number = tx.NewKey(), 1, len(before)+1
	r.RightSealed, r.WhySealed = s.seal(r, "right_sealed", r.Right), s.seal(r, "why_sealed", r.Why)
	return r, insert(tx, &r)
}

// answerBy is the last day on which a request of today is answered: so many working days, as the region has set.
func answerBy(tx *db.Tx, area ident.Area) (calendar.Day, error) {
	set, err := registry.SettingsIn(tx, area)
	if err != nil {
		return "", err
	}
	days, err := registry.CalendarIn(tx, area)
	if err != nil {
		return "", err
	}
	today := calendar.DayOf(tx.Now)
	return days.Last(today, calendar.Period{N: set.Number(registry.PrivacyAnswer, today), Unit: calendar.WorkingDays}), nil
}

// record enters an act in the record: a request has a chain of its own. What is asked for stays out of it: it must be
// possible to erase it.
func (s *Service) record(tx *db.Tx, r Request, event, from string, fact journal.Fact) error {
	_, err := s.Journal.Append(tx, journal.Entry{Case: r.ID, Seq: r.Version, Event: event, From: from, To: r.State, Actor: tx.By.Person, Role: hatOf(tx.By),
		Party: r.PartyID, Fact: fact})
	return err
}

// hatOf is the post in which somebody acts on a request.
func hatOf(by actor.Actor) actor.Role {
	switch {
	case !by.Case.IsZero():
		return by.Part
	case by.Holds(actor.Chair):
		return actor.Chair
	case by.Holds(actor.BureauSupervisor):
		return actor.BureauSupervisor
	}
	return actor.Anyone
}

func (s *Service) seal(r Request, column, text string) []byte {
	if text == "" {
		return nil
	}
	return s.Vault.Seal(vault.Place{Table: r.TableName(), Column: column, Row: r.ID}, text)
}

// open reads the sealed texts of a request.
func (s *Service) open(r *Request) (err error) {
	for _, t := range []struct {
		column string
		sealed []byte
		to     *string
	}{{"right_sealed", r.RightSealed, &r.Right}, {"why_sealed", r.WhySealed, &r.Why}, {"words_sealed", r.WordsSealed, &r.Words}} {
		text, bad := s.Vault.Open(vault.Place{Table: r.TableName(), Column: t.column, Row: r.ID}, t.sealed)
		*t.to, err = text, errors.Join(err, bad)
	}
	return err
}
