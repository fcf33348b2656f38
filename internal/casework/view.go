package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
)

// View is a case as one reader may see it; what they may not is absent.
type View struct {
	ID            ident.ID          `json:"id"`
	Reference     string            `json:"reference,omitempty"`
	State         State             `json:"state"`
	Outcome       Outcome           `json:"outcome,omitempty"`
	ReasonCode    string            `json:"reason_code,omitempty"`
	Version       int64             `json:"version"`
	IntakeNo      string            `json:"intake_no,omitempty"`
	CaseNo        string            `json:"case_no,omitempty"`
	Source        string            `json:"source,omitempty"`
	Category      string            `json:"category,omitempty"`
	Difficulty    int               `json:"difficulty,omitempty"`
	Risk          int               `json:"risk,omitempty"`
	PoliceOpen    bool              `json:"police_open,omitempty" doc:"A report to the police is owed"`
	PartyPair     string            `json:"party_pair,omitempty"`
	Committee     CommitteeName     `json:"committee"`
	AreaCode      ident.Area        `json:"area_code,omitempty"`
	AreaName      string            `json:"area_name,omitempty"`
	CompoundID    ident.ID          `json:"compound_id,omitempty,omitzero"`
	Title         string            `json:"title,omitempty"`
	Facts         string            `json:"facts,omitempty"`
	Request       string            `json:"request,omitempty"`
	Guidance      string            `json:"guidance,omitempty"`
	AmountFen     money.Fen         `json:"amount_fen,omitempty"`
	RegisteredAt  time.Time         `json:"registered_at"`
	AcceptedAt    *time.Time        `json:"accepted_at,omitempty"`
	EffectiveAt   *time.Time        `json:"effective_at,omitempty"`
	EndedAt       *time.Time        `json:"ended_at,omitempty"`
	FirstClosedOn calendar.Day      `json:"first_closed_on,omitempty"`
	ArchivedAt    *time.Time        `json:"archived_at,omitempty"`
	AssignedBy    string            `json:"assigned_by,omitempty"`
	Parties       []PartyView       `json:"parties"`
	People        []PersonView      `json:"people"`
	Consents      []ConsentView     `json:"consents"`
	Helpers       []HelperView      `json:"helpers" doc:"Agents, guardians, companions and interpreters: a party sees its own"`
	Sessions      []SessionView     `json:"sessions"`
	Disclosed     []DisclosedView   `json:"disclosed" doc:"What parties let be told from their caucuses"`
	NoteRequests  []RequestView     `json:"note_requests" doc:"For staff: requests to read a note or to destroy its key"`
	Appointments  []AppointmentView `json:"appointments" doc:"Sessions that were arranged"`
	Agreements    []AgreementView   `json:"agreements"`
	Obligations   []Obliged         `json:"obligations"`
	Visits        []VisitView       `json:"follow_ups"`
	Attachments   []Attached        `json:"attachments"`
	Transfers     []TransferView    `json:"transfers" doc:"Offers to other committees, oldest first"`
	ReferralsOut  []ReferralOutView `json:"referrals_out" doc:"Referrals on to organs, oldest first"`
	Referral      *ReferralView     `json:"referral,omitempty" doc:"How it was referred, for those who work it and for the organ"`
	LinkedFrom    ident.ID          `json:"linked_from,omitempty,omitzero" doc:"The case of another county that this one goes on with"`
	LinkedTo      ident.ID          `json:"linked_to,omitempty,omitzero" doc:"The case of another county that goes on with this one"`
	Screening     ident.ID          `json:"screening_round_id,omitempty,omitzero" doc:"For those who work it: the screening round that found it"`
	Clocks        []Clock           `json:"clocks"`
	Tasks         []TaskView        `json:"tasks" doc:"What the case asks of those who work on it"`
	LegalTrack    string            `json:"legal_track,omitempty" doc:"How the agreement stands with the courts"`
	Chosen        ident.ID          `json:"chosen_mediator_id,omitempty,omitzero" doc:"Whom every party named (M1); for those who work it"`
	Courts        []CourtView       `json:"court_matters"`
	Corrections   []CorrectionView  `json:"corrections" doc:"Of an archived case: asked for, approved or refused"`
	Property      *PropertyView     `json:"property,omitempty" doc:"What a property dispute turns on"`
	Application   string            `json:"application_form,omitempty" doc:"oral, written or online (A4)"`
	Applied       string            `json:"application_signed,omitempty" doc:"How the applicant signed the application"`
	Retention     string            `json:"retention,omitempty" doc:"short, long or permanent (R3)"`
	RetainUntil   calendar.Day      `json:"retain_until,omitempty"`
	Findings      []FindingView     `json:"findings" doc:"Where the papers of the dossier would not agree (C1–C17)"`
	Violence      bool              `json:"violence,omitempty" doc:"Marked for domestic violence (M11)"`
	ViolenceOpen  bool              `json:"violence_report_open,omitempty" doc:"A report of it to the police is owed"`
	Next          []string          `json:"next" doc:"What this reader may do now, by the names of the routes"`
	Blocked       []Blocked         `json:"blocked" doc:"What this reader may do once something is mended"`
	Warnings      []fault.Text      `json:"-"`
	Seen          authz.View        `json:"view" doc:"How much this reader sees: status, masked, offered, party or full"`
	Me            ident.ID          `json:"my_party_id,omitempty,omitzero" doc:"The party that the reader is, or acts for"`
	MyHelper      ident.ID          `json:"my_helper_id,omitempty,omitzero" doc:"As whom the reader acts for that party; absent for the party itself"`
}

// CommitteeName names a committee.
type CommitteeName struct {
	ID    ident.ID `json:"id"`
	Name  string   `json:"name"`
	Phone string   `json:"phone,omitempty"`
}

// PartyView is a party as a reader may see it.
type PartyView struct {
	ID         ident.ID     `json:"id"`
	Role       string       `json:"role"`
	Kind       string       `json:"kind"`
	Name       string       `json:"name"`
	IDNumber   string       `json:"id_number,omitempty" doc:"Masked"`
	Phone      string       `json:"phone,omitempty"`
	Address    string       `json:"address,omitempty"`
	Sex        string       `json:"sex,omitempty"`
	BornOn     calendar.Day `json:"born_on,omitempty" doc:"Absent where an identity number is held: beside it, it would tell what is masked"`
	Minor      bool         `json:"minor,omitempty" doc:"A natural person under 18 today"`
	Occupation string       `json:"occupation,omitempty"`
	Employer   string       `json:"employer,omitempty"`
	CreditCode string       `json:"credit_code,omitempty"`
	LegalRep   string       `json:"legal_representative,omitempty"`
	PhoneWhy   string       `json:"phone_reason,omitempty"`
	NoticeAt   *time.Time   `json:"notice_at,omitempty"`
	Consent    Consent      `json:"consent"`
	Removed    bool         `json:"removed,omitempty"`
	Later      bool         `json:"joined_later,omitempty" doc:"Joined after the agreement took effect, and is none of its parties"`
	Signed     bool         `json:"signed,omitempty"`
	OpenedAt   *time.Time   `json:"opened_at,omitempty" doc:"When it, or who acts for it, first came to see the case"`
	Needs      *Needs       `json:"needs,omitempty" doc:"What it needs in order to take part, and how it may be written to"`
	Named      ident.ID     `json:"named_mediator_id,omitempty,omitzero" doc:"Whom it would like to mediate"`
}

// ConsentView is a party's present answer.
type ConsentView struct {
	PartyID ident.ID   `json:"party_id"`
	Consent Consent    `json:"consent"`
	Channel string     `json:"channel,omitempty"`
	At      *time.Time `json:"at,omitempty"`
}

// PersonView is somebody who works the case.
type PersonView struct {
	MediatorID ident.ID   `json:"mediator_id"`
	Name       string     `json:"name"`
	Part       string     `json:"part"`
	EndedAt    *time.Time `json:"ended_at,omitempty"`
}

// Mediates tells whether they mediate the case now, as its host or beside the host.
func (p PersonView) Mediates() bool { return mediates(p.Part) && p.EndedAt == nil }

// SessionView is one meeting.
type SessionView struct {
	ID        ident.ID   `json:"id"`
	StartsAt  time.Time  `json:"starts_at"`
	EndsAt    *time.Time `json:"ends_at,omitempty"`
	Place     string     `json:"place,omitempty"`
	Mode      string     `json:"mode,omitempty"`
	Kind      string     `json:"kind"`
	Open      bool       `json:"open"`
	Record    string     `json:"record,omitempty"`
	Result    string     `json:"result,omitempty"`
	Risk      int        `json:"risk,omitempty"`
	Attending []ident.ID `json:"attending"`
	Guests    []Guest    `json:"participants"`
	Mediators []ident.ID `json:"mediators" doc:"Mediators present"`
	Points    []string   `json:"points" doc:"Which of the seven points the record shows, F9"`
	Details

	NoteLength  int        `json:"note_length,omitempty" doc:"Of a caucus: how many characters its note has; the note has a route of its own"`
	DestroyedAt *time.Time `json:"note_destroyed_at,omitempty" doc:"When the key of its note was destroyed"`
	Readers     []ident.ID `json:"readers,omitempty" doc:"Mediators who may read the note; for them and for its party"`
}

// AgreementView is the agreement in hand.
type AgreementView struct {
	ID          ident.ID     `json:"id"`
	Number      int          `json:"number"`
	Form        string       `json:"form"`
	Facts       string       `json:"facts,omitempty"`
	Issues      string       `json:"issues,omitempty"`
	Clauses     []ClauseView `json:"clauses"`
	Copies      int          `json:"copies"`
	TextHash    string       `json:"text_hash"`
	AmountFen   money.Fen    `json:"amount_fen"`
	FixedAt     *time.Time   `json:"fixed_at,omitempty"`
	AgreedAt    *time.Time   `json:"agreed_at,omitempty"`
	EffectiveAt *time.Time   `json:"effective_at,omitempty"`
	Replaces    ident.ID     `json:"replaces,omitempty,omitzero" doc:"The earlier version whose place this one takes"`
	Signatures  []SignedView `json:"signatures"`
	Missing     []string     `json:"missing" doc:"Who must still sign"`
	missing     []fault.Text
}

// ClauseView is one term.
type ClauseView struct {
	ID   ident.ID `json:"id"`
	Text string   `json:"text"`
}

// SignedView is one signature or seal.
type SignedView struct {
	ID         ident.ID  `json:"id"`
	Signer     string    `json:"signer"`
	PartyID    ident.ID  `json:"party_id,omitempty,omitzero"`
	MediatorID ident.ID  `json:"mediator_id,omitempty,omitzero"`
	HelperID   ident.ID  `json:"helper_id,omitempty,omitzero" doc:"Who signed for the party"`
	Kind       string    `json:"kind"`
	Drawing    string    `json:"drawing,omitempty" doc:"What was drawn, on a sheet of 600 by 200, as a path"`
	SignedAt   time.Time `json:"signed_at"`
}

// Obliged is one obligation and how far it was performed.
type Obliged struct {
	ID          ident.ID     `json:"id"`
	ClauseID    ident.ID     `json:"clause_id"`
	Debtor      ident.ID     `json:"debtor_party_id"`
	Creditor    ident.ID     `json:"creditor_party_id"`
	Kind        string       `json:"kind"`
	AmountFen   money.Fen    `json:"amount_fen,omitempty"`
	Due         calendar.Day `json:"due,omitempty"`
	Manner      string       `json:"manner,omitempty"`
	State       string       `json:"state"`
	StateOn     calendar.Day `json:"on,omitempty"`
	ConfirmedBy string       `json:"confirmed_by,omitempty"`
}

// Settled tells whether it is known what became of it.
func (o Obliged) Settled() bool { return Obligation{State: o.State}.settled() }

// VisitView is a follow-up visit.
type VisitView struct {
	ID        ident.ID     `json:"id"`
	VisitedOn calendar.Day `json:"visited_on"`
	Visitor   string       `json:"visitor"`
	Parties   []ident.ID   `json:"party_ids" nullable:"false" doc:"The parties that were visited, where that was said"`
	Satisfied int          `json:"satisfied,omitempty"`
	Performed bool         `json:"performed"`
	Note      string       `json:"note,omitempty"`
}

// Blocked is a step that the reader may do as soon as something is mended.
type Blocked struct {
	Event  string     `json:"event"`
	Code   string     `json:"code"`
	Why    string     `json:"detail"`
	Reason fault.Text `json:"-"`
}

// See shows a case to whoever the grant says.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (View, error) {
	var out View
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		out, err = s.view(tx, g.By(), c, c.viewOf(g))
		return err
	})
	return out, err
}

// view draws a case for a reader. Each wider view adds to the narrower one.
func (s *Service) view(tx *db.Tx, by actor.Actor, c *Case, seen authz.View) (View, error) {
	whole := c // by which the steps are reckoned
	if seen == authz.Party {
		c = c.readBy(partyOfReader(by, c))
	}
	v := c.status(seen)
	v.Committee.ID = c.CommitteeID
	var err error
	if v.Committee.Name, v.Committee.Phone, err = registry.NameOf(tx, c.CommitteeID); err != nil {
		return View{}, err
	}
	if c.isReferrer(by.Person) || seen == authz.Full {
		v.Referral = c.Referral.view()
	}
	if seen == authz.Full {
		v.Screening = c.ScreeningRound
	}
	if c.isReferrer(by.Person) && c.Referral != nil && !c.Referral.shares() { // the caller or sender did not agree that it learns how it ended
		v.Outcome, v.EndedAt, v.CaseNo = "", nil, ""
	}
	if v.Me = partyOfReader(by, c); seen == authz.Status {
		return v, nil
	}
	if v.AreaName, err = registry.FullName(tx, c.AreaCode); err != nil {
		return View{}, err
	}
	p, err := periodsIn(tx, c.AreaCode)
	if err != nil {
		return View{}, err
	}
	c.addOutline(&v)
	v.Clocks = append(v.Clocks, c.clocks(p, dayOf(tx.Now), func(a Appointment) bool {
		return seen != authz.Party && seen != authz.Offered || seen == authz.Party && a.shownTo(v.Me) || seen == authz.Offered && a.Kind != caucusKind
	})...)
	if seen == authz.Masked {
		c.mask(&v)
		return v, nil
	}
	c.addBeside(&v, by.Person, seen)
	if err := addTransfers(tx, c, &v, seen != authz.Party); err != nil {
		return View{}, err
	}
	if seen == authz.Offered {
		c.addOffered(&v)
		v.Next, v.Blocked, err = s.next(by, c, tx.Now)
		return v, err
	}
	if err := s.addSubstance(tx, c, &v, seen, by.Person); err != nil {
		return View{}, err
	}
	if h := c.actingFor(by); h != nil {
		v.MyHelper = h.ID
	}
	v.Next, v.Blocked, err = s.next(by, whole, tx.Now)
	return v, err
}

// partyOfReader is the party that a reader is; zero for everybody else.
func partyOfReader(by actor.Actor, c *Case) ident.ID {
	if !by.Party.IsZero() {
		return by.Party
	}
	for _, p := range c.People {
		if !by.Person.IsZero() && p.PersonID == by.Person && p.EndedAt == nil && !p.PartyID.IsZero() {
			return p.PartyID
		}
	}
	return ident.ID{}
}

// status is what a referring organ sees: where the case stands and how it ended.
func (c *Case) status(seen authz.View) View {
	return View{ID: c.ID, Reference: c.Reference, State: c.State, Outcome: c.Outcome, Version: c.Version, CaseNo: c.CaseNo, Seen: seen,
		Source: c.Source, RegisteredAt: c.RegisteredAt, AcceptedAt: c.AcceptedAt, EndedAt: c.EndedAt,
		Parties: []PartyView{}, People: []PersonView{}, Consents: []ConsentView{}, Helpers: []HelperView{}, Sessions: []SessionView{}, Appointments: []AppointmentView{},
		Disclosed: []DisclosedView{}, NoteRequests: []RequestView{}, Agreements: []AgreementView{},
		Obligations: []Obliged{}, Visits: []VisitView{}, Attachments: []Attached{}, Transfers: []TransferView{}, ReferralsOut: []ReferralOutView{},
		LinkedFrom: c.LinkedFrom, LinkedTo: c.LinkedTo, Clocks: []Clock{}, Tasks: []TaskView{},
		Courts: []CourtView{}, Corrections: []CorrectionView{}, Findings: []FindingView{}, Next: []string{}, Blocked: []Blocked{}}
}

// addOutline adds what says nothing about persons.
func (c *Case) addOutline(v *View) {
	v.Category, v.Difficulty, v.Risk, v.PartyPair, v.AreaCode = c.Category, c.Difficulty, c.Risk, c.PartyPair, c.AreaCode
	v.CompoundID, v.IntakeNo, v.ReasonCode, v.AmountFen, v.PoliceOpen = c.CompoundID, c.IntakeNo, c.ReasonCode, c.AmountFen, c.PoliceOpen
	v.EffectiveAt, v.FirstClosedOn, v.ArchivedAt, v.AssignedBy = c.EffectiveAt, c.FirstClosedDay, c.ArchivedAt, c.AssignedBy
	for _, p := range c.People {
		if isHosting(p.Part) || p.Part == authz.PartRecused {
			v.People = append(v.People, PersonView{MediatorID: p.MediatorID, Name: p.Name, Part: p.Part, EndedAt: p.EndedAt})
		}
	}
	for _, p := range c.Sides {
		v.Parties = append(v.Parties, PartyView{ID: p.ID, Role: p.Role, Kind: p.Kind, Name: p.Name, Sex: p.Sex, Consent: p.Consent,
			NoticeAt: p.NoticeAt, Removed: p.RemovedAt != nil, Signed: c.hasSigned(p.ID), Later: !c.binds(&p)})
		v.Consents = append(v.Consents, ConsentView{PartyID: p.ID, Consent: p.Consent, Channel: p.ConsentChannel, At: p.ConsentAt})
	}
	for _, m := range c.Sittings {
		if m.Kind == caucusKind { // that it was, when, how long, and how long its note is
			v.Sessions = append(v.Sessions, SessionView{ID: m.ID, StartsAt: m.StartsAt, EndsAt: m.EndsAt, Kind: m.Kind, NoteLength: m.NoteLength,
				Attending: []ident.ID{}, Guests: []Guest{}, Mediators: []ident.ID{}, Points: []string{}})
			continue
		}
		v.Sessions = append(v.Sessions, SessionView{ID: m.ID, StartsAt: m.StartsAt, EndsAt: m.EndsAt, Mode: m.Mode, Kind: m.Kind, Open: m.Open,
			Risk: m.Risk, Attending: append([]ident.ID{}, m.Attending...), Guests: []Guest{}, Mediators: append([]ident.ID{}, m.Mediators...), Points: append([]string{}, m.Points...)})
	}
	for _, a := range c.Appointments {
		v.Appointments = append(v.Appointments, a.outline(c))
	}
	c.addAgreement(v)
}

func (c *Case) hasSigned(party ident.ID) bool {
	return c.Agreement != nil && slices.ContainsFunc(c.Agreement.standing(), func(s Signature) bool { return s.PartyID == party })
}

func (c *Case) addAgreement(v *View) {
	a := c.Agreement
	if a == nil {
		return
	}
	av := AgreementView{ID: a.ID, Number: a.Number, Form: a.Form, Copies: a.Copies, TextHash: a.TextHash, AmountFen: a.AmountFen, FixedAt: a.FixedAt,
		AgreedAt: a.AgreedAt, EffectiveAt: a.EffectiveAt, Replaces: a.Replaces, Clauses: []ClauseView{}, Signatures: []SignedView{}, Missing: []string{}}
	for _, s := range a.standing() {
		av.Signatures = append(av.Signatures, SignedView{ID: s.ID, Signer: s.Signer, PartyID: s.PartyID, MediatorID: s.MediatorID, HelperID: s.HelperID, Kind: s.Kind, SignedAt: s.SignedAt})
	}
	if a.Form == Written {
		av.missing = c.MissingSignatures()
	}
	v.Agreements = append(v.Agreements, av)
	for _, o := range a.Obligations {
		v.Obligations = append(v.Obligations, Obliged{ID: o.ID, ClauseID: o.ClauseID, Debtor: o.Debtor, Creditor: o.Creditor, Kind: o.Kind,
			AmountFen: o.AmountFen, Due: o.Due, State: o.State, StateOn: o.StateOn, ConfirmedBy: o.ConfirmedBy})
	}
}

// addOffered adds what a committee needs to answer an offer: who the parties are, for the conflict check, and what it is
// about. What was said in sessions stays closed, and that there were caucuses; so do contacts and files.
func (c *Case) addOffered(v *View) {
	v.Title, v.Facts, v.Request = c.Title, c.Facts, c.Request
	v.Sessions = slices.DeleteFunc(v.Sessions, func(m SessionView) bool { return m.Kind == caucusKind })
	v.Appointments = slices.DeleteFunc(v.Appointments, func(a AppointmentView) bool { return a.Kind == caucusKind })
	for i := range v.Agreements {
		v.Agreements[i].missing = nil
	}
}

// mask hides who the parties are: the family name stays for a person, nothing of an organisation.
func (c *Case) mask(v *View) {
	v.Reference = ""
	for i := range v.Parties {
		v.Parties[i].Name = maskedName(v.Parties[i].Name, v.Parties[i].Kind)
	}
	for i := range v.Agreements {
		v.Agreements[i].missing = nil
	}
}

func maskedName(name, kind string) string {
	if kind == "organisation" {
		return "某单位"
	}
	for _, r := range name {
		return string(r) + "某"
	}
	return ""
}

// addSubstance adds names, texts and contacts as far as the reader may see them: a party its own (P4), staff numbers with
// their middles masked (P3).
func (s *Service) addSubstance(tx *db.Tx, c *Case, v *View, seen authz.View, reader ident.ID) error {
	full, works := seen == authz.Full, slices.ContainsFunc(c.partsOf(reader), isHosting)
	if mine := c.party(v.Me); full || mine != nil && mine.Role == Applicant { // the other side is told neutrally what it is about
		v.Title, v.Facts, v.Request = c.Title, c.Facts, c.Request
	}
	v.Guidance = c.Guidance
	if full {
		v.Chosen = c.chosen()
	}
	c.addParties(v, full, works, calendar.DayOf(tx.Now))
	c.addHelpers(v, seen)
	notes, err := s.aboutNotesOf(tx, c)
	if err != nil {
		return err
	}
	came, err := s.newcomer(tx, c, v.Me)
	if err != nil {
		return err
	}
	c.addSessions(v, full, notes, reader, came)
	c.addAppointments(v, full, works, came)
	c.addTerms(v)
	c.addReferralsOut(v, full)
	if !full {
		v.Risk, v.PoliceOpen, v.Difficulty = 0, false, 0
		if strings.HasPrefix(v.ReasonCode, "D") { // why a party said no is not for the other side
			v.ReasonCode = ""
		}
	}
	files, visits, err := s.beside(tx, c, full)
	if err != nil {
		return err
	}
	for _, f := range visits {
		v.Visits = append(v.Visits, VisitView{ID: f.ID, VisitedOn: f.VisitedOn, Visitor: f.Visitor, Parties: append([]ident.ID{}, f.Visited...), Satisfied: f.Satisfied, Performed: f.Performed, Note: f.Note})
	}
	v.Attachments, err = s.opened(tx, c, files, v.Me, full)
	return err
}

// addParties adds what is known of the parties; a hidden address only for those who work the case.
// The day of birth is most of what an identity number masks, and its check digit would tell the rest: beside a number none is given (P3).
func (c *Case) addParties(v *View, full, works bool, today calendar.Day) {
	for i := range v.Parties {
		p, out := c.Sides[i], &v.Parties[i]
		if !full && p.ID != v.Me {
			out.Sex = ""
			continue
		}
		out.IDNumber, out.Phone = ident.IDNumber(p.IDNumber).Masked(), p.Phone
		if !p.AddressHidden || works || p.ID == v.Me {
			out.Address = p.Address
		}
		if out.Minor = p.isMinor(today); p.IDNumber == "" {
			out.BornOn = p.BornOn
		}
		out.Occupation, out.Employer = p.Occupation, p.Employer
		needs := p.needs()
		out.Needs, out.Named, out.OpenedAt = &needs, p.NamedMediator, p.OpenedAt
		out.CreditCode, out.LegalRep, out.PhoneWhy = p.CreditCode, p.LegalRep, p.PhoneReason
	}
}

// addSessions: a party sees the joint sessions and its own caucuses, with time and place; records are work notes. Of a
// caucus nobody sees with whom and where it was but its party and the readers of its note, and nobody what was said.
func (c *Case) addSessions(v *View, full bool, notes aboutNotes, reader ident.ID, came newcomer) {
	notes.addTo(v, full, came)
	shown := []SessionView{}
	for i, m := range c.Sittings {
		out := v.Sessions[i]
		mine := slices.Contains(m.Attending, v.Me)
		switch {
		case full && m.Kind != caucusKind:
			out = m.whole(out)
			out.Record, out.Result = m.Record, m.Result
		case full && notes.readBy(m.ID, reader):
			out = notes.about(m.whole(out))
		case full: // that it was, when and how long
		case m.Kind == caucusKind && mine:
			out = notes.about(m.where(out))
		case m.Kind == "joint" && came.since(m.StartsAt) || mine:
			out = m.where(out)
		default:
			continue
		}
		shown = append(shown, out)
	}
	v.Sessions = shown
}

// where adds what a party sees of a session: how, where and who came.
func (m Session) where(out SessionView) SessionView {
	out.Place, out.Mode, out.Open, out.Attending, out.Risk = m.Place, m.Mode, m.Open, append([]ident.ID{}, m.Attending...), 0
	return out
}

// whole adds what staff see of a session beside what was said.
func (m Session) whole(out SessionView) SessionView {
	out = m.where(out)
	out.Risk, out.Guests, out.Details = m.Risk, append([]Guest{}, m.Guests...), m.Details
	out.Mediators, out.Points = append([]ident.ID{}, m.Mediators...), append([]string{}, m.Points...)
	return out
}

func (c *Case) addTerms(v *View) {
	if c.Agreement == nil {
		return
	}
	av := &v.Agreements[0]
	av.Facts, av.Issues = c.Agreement.Facts, c.Agreement.Issues
	for _, cl := range c.Agreement.Clauses {
		av.Clauses = append(av.Clauses, ClauseView{ID: cl.ID, Text: cl.Text})
	}
	for i := range v.Obligations {
		v.Obligations[i].Manner = c.Agreement.Obligations[i].Manner
	}
	for i, s := range c.Agreement.standing() { // the hand of the other side is seen once the paper is everybody's
		if v.Seen == authz.Full || c.Agreement.EffectiveAt != nil || !v.Me.IsZero() && s.PartyID == v.Me {
			av.Signatures[i].Drawing = s.Drawing
		}
	}
}

// In puts the view's sentences into a language.
func (v View) In(lang string) View {
	for i := range v.Agreements {
		v.Agreements[i].Missing = []string{}
		for _, m := range v.Agreements[i].missing {
			v.Agreements[i].Missing = append(v.Agreements[i].Missing, m.In(lang))
		}
	}
	v.Property.In(lang)
	for i := range v.Findings {
		v.Findings[i].Says = v.Findings[i].says.In(lang)
	}
	for i := range v.Tasks {
		v.Tasks[i] = v.Tasks[i].In(lang)
	}
	for i := range v.Blocked {
		v.Blocked[i].Why = v.Blocked[i].Reason.In(lang)
	}
	return v
}

// next lists what somebody may do now, and what a guard still blocks. Both come from the lifecycle table and the policy.
func (s *Service) next(by actor.Actor, c *Case, now time.Time) ([]string, []Blocked, error) {
	next, blocked := []string{}, []Blocked{}
	for _, t := range Lifecycle {
		if !slices.Contains(t.From, c.State) || t.Event.IsInternal() || slices.Contains(next, t.Event.Route()) {
			continue
		}
		g, err := s.policy.Allow(by, t.Action)
		if fault.Is(err, fault.Denied) || fault.Is(err, fault.Unauthenticated) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if g.ViewOf(c.standing(by.Person)) == authz.None || !s.fits(by, c, t.Event, now) {
			continue
		}
		if err := t.Check(c); err != nil {
			f := fault.Of(err)
			if !slices.Contains(unsaid, f.Code) {
				blocked = append(blocked, Blocked{Event: t.Event.Route(), Code: f.PublicCode(), Reason: f.Text})
			}
			continue
		}
		next = append(next, t.Event.Route())
	}
	return next, blocked, nil
}

// NotNow is why a reader cannot take a step as the case stands: what still blocks it, that it is somebody else's, or that
// the state does not allow it.
func (v View) NotNow(e Event) error {
	for _, b := range v.Blocked {
		if b.Event == e.Route() {
			return &fault.Fault{Kind: fault.Conflict, Code: b.Code, Text: b.Reason}
		}
	}
	if _, possible := transition(e, v.State); possible {
		return fault.New(fault.Denied, "", "这一步由承办这件案子的调解员办理。", "This step is for the mediator who works on the case.")
	}
	return notNow(e, v.State)
}

// unsaid are the refusals that say no more than that there is nothing to do: they are not shown as something to mend.
var unsaid = []string{"lifecycle", "no_application", "no_conflict", "no_transfer"}

// fits leaves out what no body could bring about: an answer already given, a signature already made, the withdrawal of
// somebody else's application, a second extension.
func (s *Service) fits(by actor.Actor, c *Case, e Event, now time.Time) bool {
	if h := c.actingFor(by); h != nil && h.covers(e) != nil {
		return false
	}
	if slices.Contains(noteEvents, e) {
		return slices.ContainsFunc(c.Sittings, func(v Session) bool { return v.Kind == caucusKind && v.mayKnow(c, by) })
	}
	if e == EndHelper && !c.hasHelperOf(partyOfReader(by, c)) {
		return false
	}
	if e == Reconsider && c.EndedAt != nil && now.Sub(*c.EndedAt) > reconsiderWithin {
		return false
	}
	if by.IsStaff() {
		return c.fitsStaff(by, e)
	}
	me := partyOfReader(by, c)
	p := c.party(me)
	switch e {
	case Withdraw:
		return p != nil && p.Role == Applicant
	case Sign:
		return !c.hasSigned(me)
	case RecordPerform, Repudiate:
		return p == nil || c.binds(p)
	case Reconsider:
		return p != nil && p.ID == c.EndedBy
	case RecordConsent:
		return p != nil && p.Consent != Refused
	default:
		return true
	}
}

// fitsStaff leaves out the withdrawal of what nobody applied for, the answer to an offer that is another's to give, and
// what a rule would refuse however it is filled in.
func (c *Case) fitsStaff(by actor.Actor, e Event) bool {
	switch e {
	case Withdraw:
		return len(c.Side(Applicant)) > 0
	case Extend:
		return !c.Extended // once, M6
	case RemoveParty:
		return len(c.Here()) > 2
	case RecordProperty:
		return codes.IsProperty(c.Category)
	case Correct:
		return !c.waitsFor(by.Person)
	case RecordReferral:
		return c.Referral != nil || channelOf(c.Source) != ""
	case AcceptTransfer:
		return slices.ContainsFunc(by.Posts, func(p actor.Post) bool { return p.Role == actor.Chair && p.Committee == c.OfferedTo })
	default:
		return true
	}
}

// Route is the event's name in an address: ask-consent. Referring a case on makes one of its referrals.
func (e Event) Route() string {
	if e == ReferOut {
		return "referrals"
	}
	return strings.ReplaceAll(string(e), "_", "-")
}

// CategoryName is what the case's category is called.
func (v View) CategoryName(lang string) string { return codes.Categories.Name(v.Category, lang) }
