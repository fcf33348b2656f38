package casework

import (
	"context"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// sourceCommittee is the source of a case that came from another committee.
const sourceCommittee = "354"

// acceptAcross carries a case into another county. A transaction writes one county, so there are three: the old case is
// marked as taken over, which holds it; the linked case is registered at the receiver, once, by the unique key on the
// old one's id; the old case ends as transferred. Whatever stops it between two of them, accepting again goes on from
// there.
func (s *Service) acceptAcross(ctx context.Context, g authz.Grant, o Order, t Transfer) (View, error) {
	by := g.By()
	by.Once = actor.Once{} // the one-time key belongs to the last of the three
	old, err := s.markTakenOver(ctx, by, g, o, t)
	if err != nil {
		return View{}, err
	}
	made, err := s.registerLinked(ctx, by, g, t, old)
	if err != nil {
		return View{}, err
	}
	return s.act(ctx, g, Order{Case: o.Case}, AcceptTransfer, func(d *deed, c *Case) (note, error) {
		t := c.openOffer()
		if err := d.mayAccept(t); err != nil {
			return note{}, err
		}
		d.answer(c, t, OfferAccepted, "")
		d.leave(c, func(p Participant) bool { return isHosting(p.Part) })
		at := d.at
		c.LinkedTo, c.HostID, c.EndedAt, c.Outcome = made, ident.ID{}, &at, OutcomeTransferred
		c.AcceptedDay = "" // it is counted once, where it goes on; when it was accepted here stays in AcceptedAt and the journal
		d.endJoint(c)
		return note{event: HandOver, fact: journal.Fact{"transfer": t.ID.String(), "to_committee": t.ToCommittee.String(), "linked_to": made.String()}}, nil
	})
}

// markTakenOver holds the old case for its receiver, and gives it as it stands.
func (s *Service) markTakenOver(ctx context.Context, by actor.Actor, g authz.Grant, o Order, t Transfer) (*Case, error) {
	var old *Case
	err := s.db.Do(ctx, by, o.Case.County(), func(tx *db.Tx) (err error) {
		if old, err = s.find(tx, g, o.Case); err != nil || t.State == OfferTakenOver {
			return err
		}
		if o.Expect != 0 && o.Expect != old.Version {
			return errStale
		}
		d, err := s.inTx(tx, g, o, old.AreaCode)
		if err != nil {
			return err
		}
		_, err = s.perform(d, old, AcceptTransfer, func(d *deed, c *Case) (note, error) {
			t := c.openOffer()
			d.answer(c, t, OfferTakenOver, "")
			return note{event: TakeOver, fact: journal.Fact{"transfer": t.ID.String(), "to_committee": t.ToCommittee.String()}}, nil
		})
		return err
	})
	return old, err
}

// registerLinked registers the case that goes on with an old one of another county, and tells its id. Whoever comes
// second finds what the first made.
func (s *Service) registerLinked(ctx context.Context, by actor.Actor, g authz.Grant, t Transfer, old *Case) (ident.ID, error) {
	county := t.ToCommittee.County()
	var made ident.ID
	err := s.db.Do(ctx, by, county, func(tx *db.Tx) (err error) {
		if made, err = linkedTo(tx, county, old.ID); err != nil || !made.IsZero() {
			return err
		}
		d, err := s.inTx(tx, g, Order{}, county.Area())
		if err != nil {
			return err
		}
		made, err = d.goOnWith(old, t)
		return err
	})
	if db.IsDuplicate(err) {
		err = s.db.Read(ctx, by, func(tx *db.Tx) (err error) {
			made, err = linkedTo(tx, county, old.ID)
			return err
		})
	}
	return made, err
}

// goOnWith makes the linked case: the parties, what it is about, and its files. Consent is asked anew but the applicant's,
// who applied (A1). The place is the receiver's, for a case lies in its county. Records of sessions stay where they are.
func (d *deed) goOnWith(old *Case, t Transfer) (ident.ID, error) {
	to, err := d.committee(t.ToCommittee)
	if err != nil {
		return ident.ID{}, err
	}
	c := &Case{Head: Head{Key: d.newKey(), State: Registered, Source: sourceCommittee, Category: old.Category, Difficulty: old.Difficulty, Risk: old.Risk,
		PoliceOpen: old.PoliceOpen, Violence: old.Violence, ViolenceOpen: old.ViolenceOpen, PartyPair: old.PartyPair, Bar: old.Bar, BarDocument: old.BarDocument, CommitteeID: to.ID, AreaCode: to.AreaCode,
		Title: old.Title, Facts: old.Facts, Request: old.Request, RegisteredAt: d.at, LastEventAt: d.at, FiledBy: d.grant.By().Person, LinkedFrom: old.ID}}
	if c.IntakeNo, err = d.intakeNo(to.ID); err != nil {
		return ident.ID{}, err
	}
	if c.Reference, err = d.reference(c.ID); err != nil {
		return ident.ID{}, err
	}
	parties := d.copyParties(old, c)
	d.copyReferral(old, c)
	n := d.told(c)
	n.fact["linked_from"] = old.ID.String()
	if err := d.keep(c, Submit, Draft, n); err != nil {
		return ident.ID{}, err
	}
	return c.ID, d.copyFiles(old, c, parties, "linked_from")
}

// copyParties enters the parties of the old case in the new one, and the parts they take by account; it tells who became
// who.
func (d *deed) copyParties(old, c *Case) map[ident.ID]ident.ID {
	parties := map[ident.ID]ident.ID{}
	for _, p := range old.Here() {
		was := p.ID
		p.Key, p.CaseID = d.newKey(), c.ID
		p.NoticeAt, p.NoticeManner, p.OpenedAt = nil, "", nil
		p.JoinedAfter = ident.ID{} // what was agreed stays with the old case
		if p.Role != Applicant || p.Consent != Agreed {
			p.Consent, p.ConsentAt, p.ConsentChannel, p.Refusal = Unasked, nil, "", ""
		} else {
			at := d.at
			p.ConsentAt = &at
		}
		parties[was] = p.ID
		c.Sides = append(c.Sides, p)
	}
	for _, m := range old.People {
		// An agent does not come along: the power was shown to the old committee, and is shown to the new one anew (C12).
		if to, ok := parties[m.PartyID]; ok && m.EndedAt == nil && m.Part != authz.PartAgent {
			d.join(c, Participant{PersonID: m.PersonID, PartyID: to, Name: m.Name, Part: m.Part})
		}
	}
	d.copyHelpers(old, c, parties)
	c.nameSides()
	return parties
}

// copyHelpers lets guardians, companions and interpreters come along: they are asked for once. An agent's power was shown
// to the old committee, and is shown to the new one anew (C12).
func (d *deed) copyHelpers(old, c *Case, parties map[ident.ID]ident.ID) {
	for _, h := range old.Helpers {
		to, ok := parties[h.PartyID]
		if !ok || h.EndedAt != nil || h.Kind == AsAgent {
			continue
		}
		h.Key, h.CaseID, h.PartyID, h.AddedBy, h.BeganAt = d.newKey(), c.ID, to, d.grant.By().Person, d.at
		c.Helpers, c.Helped = append(c.Helpers, h), c.Helped+1
	}
}

// copyReferral lets the organ that referred the old case follow the one that goes on.
func (d *deed) copyReferral(old, c *Case) {
	if old.Referral != nil {
		r := *old.Referral
		r.Key, r.CaseID, r.RecordedAt = d.newKey(), c.ID, d.now()
		c.Referral, c.Referred = &r, true
	}
	for _, p := range old.People {
		if p.Part == authz.PartReferrer && p.EndedAt == nil {
			d.join(c, Participant{PersonID: p.PersonID, Name: p.Name, Part: p.Part})
		}
	}
}

// copyFiles attaches one case's files to another, each as its giver's; from is by what the entries there name the first.
func (d *deed) copyFiles(old, c *Case, parties map[ident.ID]ident.ID, from string) error {
	rows, err := attachmentRows(d.tx, old.ID)
	if err != nil || len(rows) == 0 {
		return err
	}
	ids := make([]ident.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.DocumentID
	}
	docs, err := d.files.FindAll(d.tx, old.CountyCode, ids)
	if err != nil {
		return err
	}
	came, err := d.newcomers(d.tx, old)
	if err != nil {
		return err
	}
	for _, r := range rows {
		doc, ok := docs[r.DocumentID]
		if !ok {
			return fault.NoSuch()
		}
		// What both sides shared before somebody joined is not theirs, and the new case does not know since when they are in it.
		r.Shared = r.Shared && !slices.ContainsFunc(came, func(n newcomer) bool { return !n.since(r.AddedAt) })
		r.PartyID = parties[r.PartyID]
		if err := d.addCopy(c, doc, r, journal.Fact{from: old.ID.String()}); err != nil {
			return err
		}
	}
	return nil
}

// TransferView is an offer as a reader may see it: the data of a letter of transfer (F17b) for staff; a party sees who
// was asked and what came of it.
type TransferView struct {
	ID         ident.ID      `json:"id"`
	Kind       string        `json:"kind"`
	From       CommitteeName `json:"from"`
	To         CommitteeName `json:"to"`
	Reason     string        `json:"reason,omitempty"`
	Text       string        `json:"text,omitempty"`
	Consents   []string      `json:"consents" doc:"Parties that agreed"`
	OfferedOn  string        `json:"offered_on"`
	ReplyBy    string        `json:"reply_by"`
	State      string        `json:"state" doc:"pending, taken_over, accepted, declined, withdrawn, lapsed"`
	Answer     string        `json:"answer,omitempty"`
	AnsweredOn string        `json:"answered_on,omitempty"`
	EndedOn    string        `json:"ended_on,omitempty" doc:"When a joined committee left"`
}

// addTransfers adds the offers; told adds why they were made and answered.
func addTransfers(tx *db.Tx, c *Case, v *View, told bool) error {
	for _, t := range c.Transfers {
		out := TransferView{ID: t.ID, Kind: t.Kind, From: CommitteeName{ID: t.FromCommittee}, To: CommitteeName{ID: t.ToCommittee}, Consents: idsIn(t.Consents),
			OfferedOn: string(dayOf(t.OfferedAt)), ReplyBy: string(t.DueOn), State: t.State}
		for _, name := range []*CommitteeName{&out.From, &out.To} {
			var err error
			if name.Name, name.Phone, err = registry.NameOf(tx, name.ID); err != nil {
				return err
			}
		}
		if t.AnsweredAt != nil {
			out.AnsweredOn = string(dayOf(*t.AnsweredAt))
		}
		if t.EndedAt != nil {
			out.EndedOn = string(dayOf(*t.EndedAt))
		}
		if told {
			out.Reason, out.Text, out.Answer = t.Reason, t.Text, t.Answer
		}
		v.Transfers = append(v.Transfers, out)
	}
	return nil
}
