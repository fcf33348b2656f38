package casework

import (
	"context"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Dossier is a case as its papers print it: telephones and addresses for those who work it, and identity numbers for those
// of the committee that leads it and of its station (masked for everybody else); for a party its own, and of the other side
// nothing but what both signed (P4). Caucuses are in no paper.
type Dossier struct {
	Case
	Committee   registry.Committee
	Region      string // the county of the committee, by its whole name
	Place       string // where the dispute arose, by its whole name
	Today       calendar.Day
	ConfirmBy   calendar.Day // the last day for asking a court to confirm (G9); none where nothing can be confirmed
	Visits      []Visit
	Attachments []Attached
	Findings    []Finding
	NotAccepted RefusalTold
	Seen        authz.View
	Me          ident.ID // the party that reads, or for whom somebody does
	Whole       bool     // identity numbers are whole for this reader; else they are masked
}

// RefusalTold is what was told when a case was not accepted, F17d.
type RefusalTold struct {
	On      calendar.Day
	Calming string
}

// ForReview is the action of whoever looks at a dossier to review it: to read, and to take nothing away.
const ForReview authz.Action = "review.work"

// TakePapers is what an agent does who fetches the papers of a party, as far as its power of attorney goes (F6); it moves
// nothing.
const TakePapers Event = "take_papers"

var errNoPapers = fault.New(fault.Denied, "restricted", "这件案子限制查看，文书只由承办人员和本调委会主任打印。",
	"This case is restricted: its papers are for those who work it and for the committee's chair.")

// Dossier reads a case for its papers.
//
// Faults: Missing out of reach; Denied for whoever may not see who the parties are; rule.C12 for an agent without the
// power to take papers.
func (s *Service) Dossier(ctx context.Context, g authz.Grant, id ident.ID) (Dossier, error) {
	var out Dossier
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		out = Dossier{Today: dayOf(tx.Now), Seen: c.viewOf(g), Me: partyOfReader(g.By(), c)}
		if out.Seen == authz.Party {
			c = c.readBy(out.Me)
		}
		out.Case = *c
		out.Whole = c.bearsFor(g, out.Seen)
		if err := out.mayBeRead(g); err != nil {
			return err
		}
		return s.fillDossier(tx, c, &out)
	})
	return out, err
}

func (d *Dossier) mayBeRead(g authz.Grant) error {
	if d.Seen != authz.Full && d.Seen != authz.Party {
		return errNoPapers
	}
	if h := d.actingFor(g.By()); h != nil {
		return h.covers(TakePapers)
	}
	if !g.By().Helper.IsZero() {
		return fault.NoSuch()
	}
	return nil
}

func (s *Service) fillDossier(tx *db.Tx, c *Case, d *Dossier) error {
	full := d.Seen == authz.Full
	var err error
	if d.Committee, err = registry.FindCommittee(tx, c.CommitteeID); err != nil {
		return err
	}
	if d.Region, err = registry.FullName(tx, d.Committee.AreaCode.County().Area()); err != nil {
		return err
	}
	if d.Place, err = registry.FullName(tx, c.AreaCode); err != nil {
		return err
	}
	p, err := periodsIn(tx, c.AreaCode)
	if err != nil {
		return err
	}
	if a := c.Agreement; a != nil && a.Form == Written && c.EffectiveAt != nil {
		d.ConfirmBy = p.cal.Last(dayOf(*c.EffectiveAt), confirmationWindow)
	}
	rows, visits, err := s.beside(tx, c, full)
	if err != nil {
		return err
	}
	d.Visits = visits
	if d.Attachments, err = s.opened(tx, c, rows, d.Me, full); err != nil {
		return err
	}
	if c.State == NotAccepted {
		if d.NotAccepted, err = s.refusalOf(tx, c); err != nil {
			return err
		}
	}
	d.Sittings = slices.DeleteFunc(slices.Clone(c.Sittings), func(v Session) bool { return v.Kind == caucusKind })
	d.Findings = Examine(c, d.ConfirmBy, visits, d.Attachments)
	if !full {
		d.keepOnly(d.Me)
	}
	if !d.Whole {
		d.maskNumbers()
	}
	return nil
}

// bearsFor tells whether the papers of a case bear identity numbers for a reader: for a party, whose own they are; for the committee
// that leads it and the station that it lies with, who print what is signed. Whoever joined from another committee has no paper to
// print, nor has who reviews the dossier, whatever posts they have come to hold: what they look for decides.
func (c *Case) bearsFor(g authz.Grant, seen authz.View) bool {
	if g.Action() == ForReview {
		return false
	}
	by := g.By()
	return seen == authz.Party || c.answersFor(by) || c.heldHere(by, actor.Mediator)
}

// maskNumbers masks the identity numbers of parties and of who helps them, once everything that is reckoned from them was.
func (d *Dossier) maskNumbers() {
	d.Sides, d.Helpers = slices.Clone(d.Sides), slices.Clone(d.Helpers)
	for i := range d.Sides {
		p := &d.Sides[i]
		n := ident.IDNumber(p.IDNumber)
		if p.BornOn.IsZero() {
			p.BornOn = calendar.Day(n.Born())
		}
		p.IDNumber = n.Masked()
	}
	for i := range d.Helpers {
		d.Helpers[i].IDNumber = ident.IDNumber(d.Helpers[i].IDNumber).Masked()
	}
}

// refusalOf reads from the journal what was told of a refusal: the case itself keeps its code and the guidance.
func (s *Service) refusalOf(tx *db.Tx, c *Case) (out RefusalTold, err error) {
	entries, err := s.journal.Of(tx, c.ID)
	for _, e := range entries {
		if Event(e.Event) == RefuseAcceptance {
			out = RefusalTold{On: calendar.Day(text(e.Fact["notice_date"])), Calming: e.Words["calming_measures"]}
		}
	}
	return out, err
}

// keepOnly leaves what a party's own papers show: of itself everything; of the others their names, as they stand in what
// both sides sign.
func (d *Dossier) keepOnly(me ident.ID) {
	mine := d.party(me)
	if mine == nil || mine.Role != Applicant { // the other side is told neutrally what it is about
		d.Facts, d.Request, d.Title = "", "", ""
	}
	sides := slices.Clone(d.Sides)
	for i, p := range sides {
		if p.ID != me {
			sides[i] = Party{Key: p.Key, CaseID: p.CaseID, Role: p.Role, Kind: p.Kind, Name: p.Name, RemovedAt: p.RemovedAt, Place: p.Place, JoinedAfter: p.JoinedAfter}
		}
	}
	d.Sides = sides
	d.Helpers = slices.DeleteFunc(slices.Clone(d.Helpers), func(h Helper) bool { return h.PartyID != me })
	d.Sittings, d.Visits, d.Tasks, d.Appointments, d.Transfers, d.Results, d.ReferralsOut, d.Corrections = nil, nil, nil, nil, nil, nil, nil, nil
	d.Former, d.Referral, d.Findings = nil, nil, nil
	d.ScreeningRound, d.Property, d.NotAccepted.Calming = ident.ID{}, "", ""
	if len(d.ReasonCode) > 0 && d.ReasonCode[0] == 'D' { // why a party said no is not for the other side
		d.ReasonCode = ""
	}
}

// Hides tells whether what is known of a party beyond its name is kept from this reader.
func (d *Dossier) Hides(party ident.ID) bool { return d.Seen != authz.Full && party != d.Me }

// Signatures are those that stand under the agreement: not retracted, and bound to its present text.
func (d *Dossier) Signatures() []Signature {
	if d.Agreement == nil {
		return nil
	}
	return d.Agreement.standing()
}

// Helper finds who helps, or helped, a party; nil when it is none of the case's, or not this reader's to know.
func (d *Dossier) Helper(id ident.ID) *Helper { return d.helper(id) }

// Mediators are those who mediate the case, or did last, the host first. Under an agreement in force they are those who were
// there when it was made, and of a case that ended without one those who ended it: who took it over later is not named for
// them (C3).
func (d *Dossier) Mediators() []Participant {
	if d.Agreement != nil && d.EffectiveAt != nil {
		if then := d.mediating(d.madeAgreement); len(then) > 0 {
			return then
		}
	}
	if d.EndedAt != nil {
		if then := d.mediating(mediatingAt(*d.EndedAt)); len(then) > 0 {
			return then
		}
	}
	if now := d.mediating(func(p Participant) bool { return p.EndedAt == nil }); len(now) > 0 {
		return now
	}
	var last time.Time
	for _, p := range d.mediating(func(Participant) bool { return true }) {
		last = laterOf(p.EndedAt, last)
	}
	return d.mediating(mediatingAt(last))
}

// mediatingAt tells of a part whether it was held at a moment.
func mediatingAt(at time.Time) func(Participant) bool {
	return func(p Participant) bool { return !p.BeganAt.After(at) && (p.EndedAt == nil || !p.EndedAt.Before(at)) }
}

// mediating are the hosts and then the co-mediators of some kind, each once.
func (d *Dossier) mediating(which func(Participant) bool) (out []Participant) {
	for _, part := range []string{authz.PartHost, authz.PartCoMediator} {
		for _, p := range d.People {
			named := slices.ContainsFunc(out, func(o Participant) bool { return o.MediatorID == p.MediatorID })
			if p.Part == part && !named && which(p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// madeAgreement: somebody signed the agreement, or mediated on the day on which it took effect.
func (d *Dossier) madeAgreement(p Participant) bool {
	signed := slices.ContainsFunc(d.Signatures(), func(s Signature) bool { return s.Signer == ByMediator && s.MediatorID == p.MediatorID })
	return signed || mediatingAt(*d.EffectiveAt)(p)
}

// MediatorName is what a mediator of the case is called.
func (d *Dossier) MediatorName(id ident.ID) string {
	for _, p := range d.People {
		if p.MediatorID == id {
			return p.Name
		}
	}
	return ""
}
