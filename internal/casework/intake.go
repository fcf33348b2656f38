package casework

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// Filing is what somebody tells when they bring a dispute.
type Filing struct {
	Source      string      `json:"source,omitempty" doc:"How it came: 11–14 applied, 21–23 own motion, 31–354 referred. A public filing may leave it out."`
	Category    string      `json:"category" doc:"Kind of dispute, such as 1306 for a leak inside a compound"`
	AreaCode    ident.Area  `json:"area_code" doc:"12-digit code of the place where it arose"`
	CompoundID  ident.ID    `json:"compound_id,omitempty,omitzero" doc:"The compound, where it arose in one"`
	Title       string      `json:"title" doc:"A few words"`
	Facts       string      `json:"facts" doc:"What happened"`
	Request     string      `json:"request,omitempty" doc:"What is asked for"`
	Difficulty  int         `json:"difficulty,omitempty" doc:"1 simple, 2 ordinary (default), 3 complex, 4 major"`
	Risk        int         `json:"risk,omitempty" doc:"1 low, 2 medium, 3 high, 4 red"`
	PartyPair   string      `json:"party_pair,omitempty" doc:"PP1–PP5, PP9 for property matters"`
	Bar         string      `json:"bar,omitempty" doc:"N1 or N2 where A6 may stand against acceptance"`
	BarDocument string      `json:"bar_document,omitempty" doc:"The commission of the organ that has the matter (N2)"`
	CommitteeID ident.ID    `json:"committee_id,omitempty,omitzero" doc:"Staff may name the committee; else the one that serves the place"`
	Form        string      `json:"application_form,omitempty" doc:"Staff: oral or written (A4); else online"`
	Signed      string      `json:"application_signed,omitempty" doc:"Staff: how the applicant signed it, wet_ink or fingerprint"`
	Applicant   *PartyIn    `json:"applicant,omitempty" doc:"Who asks; left out in an own-motion case"`
	Respondents []PartyIn   `json:"respondents" nullable:"false" doc:"The other side; in an own-motion case all parties"`
	Referral    *ReferralIn `json:"referral,omitempty" doc:"Staff and organs: how it was referred"`
	OccurredAt  *time.Time  `json:"occurred_at,omitempty" doc:"Staff only: when it was really received"`

	screening ident.ID // the round that found it
	beside    func(tx *db.Tx, made ident.ID) error
	along     Along
	waited    *Waiting // where it waited before it became a case
}

// PartyIn is what is told of a party.
type PartyIn struct {
	Kind        string       `json:"kind,omitempty" doc:"person (default) or organisation"`
	Name        string       `json:"name"`
	IDNumber    string       `json:"id_number,omitempty"`
	Phone       string       `json:"phone,omitempty"`
	Email       string       `json:"email,omitempty"`
	PhoneReason string       `json:"phone_reason,omitempty" doc:"Why there is no phone number"`
	Address     string       `json:"address,omitempty"`
	Sex         string       `json:"sex,omitempty" doc:"1 male, 2 female"`
	Ethnicity   string       `json:"ethnicity,omitempty"`
	BornOn      calendar.Day `json:"born_on,omitempty"`
	Occupation  string       `json:"occupation,omitempty"`
	Employer    string       `json:"employer,omitempty"`
	CreditCode  string       `json:"credit_code,omitempty"`
	LegalRep    string       `json:"legal_representative,omitempty"`
	Reads       string       `json:"reads,omitempty" doc:"The language of the pages and of messages to it: zh-CN or en"`
}

// Filed is what a filing made. AccessCode is for the filer alone: it is not stored and never shown to staff.
type Filed struct {
	View
	AccessCode string    `json:"access_code,omitempty"`
	Held       *HeldBack `json:"held,omitempty" doc:"It was received and is no case yet: more came than are let in before the committee has looked"`
}

// Limits of texts, in characters.
const (
	maxTitle = 60
	maxFacts = 10000
	maxShort = 200
)

// File registers a dispute: by anyone for themselves, or by staff for somebody.
//
// Faults: Invalid with every value that needs mending; nothing is saved then.
func (s *Service) File(ctx context.Context, g authz.Grant, f Filing) (Filed, error) {
	by := g.By()
	if err := f.byRight(by); err != nil {
		return Filed{}, err
	}
	f.Source = defaultSource(f.Source, by)
	if !ident.ValidArea(f.AreaCode) {
		return Filed{}, fault.New(fault.Invalid, "", "请选择纠纷发生的地点。", "Please choose where the dispute arose.").At("area_code")
	}
	return s.book.file(ctx, g, f)
}

// sourceScreening is the source of a case that a screening round found.
const sourceScreening = "21"

// FileScreened registers, of the committee's own motion, a case that a screening round found (排查). What the round keeps
// of it is written by beside, in the same transaction. Faults as File.
func (s *Service) FileScreened(ctx context.Context, g authz.Grant, f Filing, round ident.ID, beside func(tx *db.Tx, made ident.ID) error) (Filed, error) {
	f.Source, f.screening, f.beside = sourceScreening, round, beside
	return s.File(ctx, g, f)
}

// MayFile refuses staff whose post files for nobody: it is told them before they have filled in anything.
func MayFile(by actor.Actor) error {
	if !by.IsStaff() || by.Holds(actor.Referrer) || by.Holds(actor.Mediator) || by.Holds(actor.Chair) || by.Holds(actor.StationOfficer) {
		return nil
	}
	return fault.New(fault.Denied, "files_for_nobody", "您的岗位不登记纠纷。有人来申请，请转给调解员，或者请本人填写；为自己申请，请先退出工作账号。",
		"Your post does not enter disputes. If somebody comes with one, please pass it to a mediator, or let them fill in the pages themselves; to ask for yourself, sign out of your post first.")
}

// byRight keeps what only staff may say out of a filing by the public: how a case came other than by applying, how grave
// it is, what stands against it, who leads it. An organ that refers cases says which it is; others with a post file for
// nobody.
func (f Filing) byRight(by actor.Actor) error {
	var bad fault.Check
	switch {
	case by.Holds(actor.Referrer):
		if !codes.IsCommissioned(f.Source) {
			bad.Add("source", "请选择移送的机关（31 至 354）。", "Please say which organ refers it (31 to 354).")
		}
	case by.IsStaff():
		return MayFile(by)
	default:
		staffOnly := func(at string, said bool) {
			if said {
				bad.Add(at, "这一项由工作人员填写。", "This is for staff to fill in.")
			}
		}
		staffOnly("source", f.Source != "" && !codes.IsApplication(f.Source))
		staffOnly("risk", f.Risk != 0)
		staffOnly("bar", f.Bar != "")
		staffOnly("bar_document", f.BarDocument != "")
		staffOnly("application_form", f.Form != "")
		staffOnly("application_signed", f.Signed != "")
		staffOnly("difficulty", f.Difficulty != 0)
		staffOnly("party_pair", f.PartyPair != "")
		staffOnly("committee_id", !f.CommitteeID.IsZero())
		staffOnly("referral", f.Referral != nil)
	}
	return bad.Err()
}

// filedBefore shows again what an earlier sending of the same filing made.
func (s *Service) filedBefore(ctx context.Context, by actor.Actor, id ident.ID) (Filed, error) {
	var out Filed
	err := s.db.Read(ctx, by, func(tx *db.Tx) error {
		c := &Case{}
		if err := headOf(tx, id, &c.Head); db.IsNone(err) {
			return s.heldBefore(tx, by, id, &out)
		} else if err != nil {
			return err
		}
		err := s.fill(tx, c)
		if err != nil {
			return err
		}
		out.AccessCode = s.filerCode(by, c)
		out.View, err = s.view(tx, filerOf(by, c), c, viewForFiler(by))
		return err
	})
	return out, err
}

// heldBefore shows again what an earlier sending made that waits.
func (s *Service) heldBefore(tx *db.Tx, by actor.Actor, id ident.ID, out *Filed) error {
	stand, found, err := s.queue.Find(tx, id)
	if err == nil && !found {
		err = fault.NoSuch()
	}
	if err == nil {
		*out, err = s.standOf(tx, id)
		out.AccessCode = s.codeOf(by, stand.Applicant)
	}
	return err
}

// filerOf is the filer as somebody who takes part: an anonymous filer holds the applicant's code from now on.
func filerOf(by actor.Actor, c *Case) actor.Actor {
	if by.SignedIn() {
		return by
	}
	if a := c.Side(Applicant); len(a) > 0 {
		by.Case, by.Party, by.Part = c.ID, a[0].ID, actor.Applicant
	}
	return by
}

func viewForFiler(by actor.Actor) authz.View {
	switch {
	case by.Holds(actor.Referrer):
		return authz.Status
	case by.IsStaff():
		return authz.Full
	}
	return authz.Party
}

// defaultSource is the channel that a filing came by when it does not say: online for the public, the window for staff.
func defaultSource(source string, by actor.Actor) string {
	switch {
	case source != "":
		return source
	case by.IsStaff():
		return "11"
	}
	return "13"
}

// register checks a filing and makes the case, its parties and its first entry.
func (d *deed) register(f Filing) (*Case, error) {
	c, err := d.fromFiling(f)
	if err != nil {
		return nil, err
	}
	committee, err := d.committeeFor(f)
	if err != nil {
		return nil, err
	}
	c.Key, c.CommitteeID, c.State, c.ScreeningRound = d.newKey(), committee.ID, Registered, f.screening
	c.RegisteredAt, c.LastEventAt, c.FiledBy = d.at, d.at, d.grant.By().Person
	if c.IntakeNo, err = d.intakeNo(committee.ID); err != nil {
		return nil, err
	}
	if c.Reference, err = d.referenceFor(c, f.waited); err != nil {
		return nil, err
	}
	for i := range c.Sides {
		c.Sides[i].Key, c.Sides[i].CaseID = d.newKey(), c.ID
	}
	if w := f.waited; w != nil && len(c.Side(Applicant)) > 0 {
		c.party(c.Side(Applicant)[0].ID).ID = w.Applicant
	}
	if c.Referral != nil {
		c.Referral.CaseID = c.ID
	}
	f.along.heed(c)
	d.consentOfApplicant(c)
	d.joinFiler(c)
	n := d.told(c)
	if f.along.Afraid {
		n.words[WordAfraid] = "yes"
	}
	return c, d.keep(c, Submit, Draft, n)
}

// referenceFor draws the reference of a new case; one that waited has its key and its reference already.
func (d *deed) referenceFor(c *Case, w *Waiting) (string, error) {
	if w == nil {
		return d.reference(c.ID)
	}
	c.Key = w.Key
	return w.Reference, nil
}

// told is what the first entry says of a filing.
func (d *deed) told(c *Case) note {
	n := note{fact: journal.Fact{"source": c.Source, "category": c.Category, "area": c.AreaCode, "committee": c.CommitteeID.String(),
		"intake_no": c.IntakeNo, "parties": c.Head.Parties},
		words: journal.Words{"title": c.Title, "facts": c.Facts, "request": c.Request}}
	if c.Referral != nil {
		n.fact["referral"], n.words["organ"], n.words["number"] = c.Referral.fact(), c.Referral.Organ, c.Referral.Number
	}
	if !c.ScreeningRound.IsZero() {
		n.fact["screening_round"] = c.ScreeningRound.String()
	}
	if a := c.Side(Applicant); len(a) > 0 && !d.grant.By().IsStaff() {
		n.party = a[0].ID
	}
	return n
}

// joinFiler enters who filed as taking part: a resident as applicant, a referring organ as referrer.
func (d *deed) joinFiler(c *Case) {
	by := d.grant.By()
	switch {
	case by.Holds(actor.Referrer):
		d.join(c, Participant{PersonID: by.Person, Name: by.Name, Part: authz.PartReferrer})
	case !by.Person.IsZero() && !by.IsStaff() && len(c.Side(Applicant)) > 0:
		p := c.party(c.Side(Applicant)[0].ID)
		p.PersonID = by.Person
		d.join(c, Participant{PersonID: by.Person, PartyID: p.ID, Name: p.Name, Part: authz.PartApplicant})
	}
}

// consentOfApplicant: whoever applies agrees to mediation by applying, A1; the channel tells how.
func (d *deed) consentOfApplicant(c *Case) {
	if !codes.IsApplication(c.Source) {
		return
	}
	channel := "link"
	if d.grant.By().IsStaff() {
		channel = map[string]string{"14": "phone"}[c.Source]
		if channel == "" {
			channel = "in_person"
		}
	}
	for i := range c.Sides {
		if p := &c.Sides[i]; p.Role == Applicant {
			at := d.at
			p.Consent, p.ConsentAt, p.ConsentChannel = Agreed, &at, channel
		}
	}
}

func (d *deed) committeeFor(f Filing) (registry.Committee, error) {
	if !f.CompoundID.IsZero() {
		if c, err := d.compound(f.CompoundID); err != nil || !f.AreaCode.Covers(c.AreaCode) && !c.AreaCode.Covers(f.AreaCode) {
			return registry.Committee{}, fault.New(fault.Invalid, "", "没有这个小区，或者它不在这个地点。", "There is no such compound at this place.").At("compound_id")
		}
	}
	if !f.CommitteeID.IsZero() && d.grant.By().IsStaff() {
		committee, err := d.committee(f.CommitteeID)
		if err != nil || committee.ID.County() != f.AreaCode.County() {
			return committee, fault.New(fault.Invalid, "", "没有这个调委会，或者它不在本县。", "There is no such committee in this county.").At("committee_id")
		}
		if committee.State != registry.Active { // O1, O2: it serves nobody before it is whole, and nobody anew when it has ended
			return committee, fault.New(fault.Invalid, "", "这个调委会还没有启用，或者已经停止工作，不能登记新的纠纷。",
				"This committee is not active yet, or has ended: it takes no new dispute.").At("committee_id")
		}
		return committee, nil
	}
	return d.serving(registry.Place{Area: f.AreaCode, Compound: f.CompoundID, Category: f.Category})
}

// fromFiling checks every value and says all that is wrong at once.
func (d *deed) fromFiling(f Filing) (*Case, error) {
	var bad fault.Check
	bad.Take("source", codes.Sources.Check(f.Source))
	bad.Take("category", codes.Categories.Check(f.Category))
	if _, err := d.area(f.AreaCode); err != nil {
		bad.Add("area_code", "没有这个地点，请重新选择。", "There is no such place; please choose again.")
	}
	need(&bad, "title", f.Title, maxTitle)
	need(&bad, "facts", f.Facts, maxFacts)
	atMost(&bad, "request", f.Request, maxFacts)
	atMost(&bad, "bar_document", f.BarDocument, maxShort)
	if f.PartyPair != "" {
		bad.Take("party_pair", codes.PartyPairs.Check(f.PartyPair))
	}
	between(&bad, "difficulty", f.Difficulty, 0, 4)
	between(&bad, "risk", f.Risk, 0, 4)
	if f.Bar != "" && f.Bar != "N1" && f.Bar != "N2" {
		bad.Add("bar", "只能是 N1 或 N2。", "Only N1 or N2.")
	}
	c := &Case{Head: Head{Source: f.Source, Category: f.Category, Difficulty: max(f.Difficulty, 2), Risk: f.Risk, Bar: f.Bar,
		BarDocument: strings.TrimSpace(f.BarDocument), AreaCode: f.AreaCode, CompoundID: f.CompoundID, PartyPair: f.PartyPair,
		Title: strings.TrimSpace(f.Title), Facts: strings.TrimSpace(f.Facts), Request: strings.TrimSpace(f.Request)}}
	if f.Difficulty == 1 {
		c.Difficulty = 1
	}
	c.PoliceOpen = f.Risk == redRisk
	d.applied(&bad, c, f)
	d.partiesOf(&bad, c, f)
	c.PartyPair = c.pair()
	if f.Referral != nil {
		d.refer(&bad, "referral.", c, *f.Referral)
	}
	return c, bad.Err()
}

// CheckFiling says all that is wrong with what somebody means to file, as File would, and files nothing. It asks for no
// grant: it tells of the filing and of what is public.
func (s *Service) CheckFiling(ctx context.Context, f Filing) error {
	return s.db.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		_, err := (&deed{office: counter{s, tx}}).fromFiling(f)
		return err
	})
}

// applied keeps how an application was made, A4: online, or by word of mouth or on paper before staff. What was told is
// written down by the mediator and signed by the applicant; where the signature is still missing, the dossier says so.
func (d *deed) applied(bad *fault.Check, c *Case, f Filing) {
	if !codes.IsApplication(f.Source) {
		return
	}
	c.ApplicationForm, c.ApplicationBy = f.Form, f.Signed
	if f.Form != "" {
		bad.Take("application_form", codes.ApplicationForms.Check(f.Form))
	}
	if f.Signed != "" && f.Signed != "wet_ink" && f.Signed != "fingerprint" {
		bad.Add("application_signed", "请选择纸质签名或指印。", "Please choose ink or fingerprint.")
	}
	switch {
	case !d.grant.By().IsStaff():
		c.ApplicationForm = "online"
	case f.Form == "":
		c.ApplicationForm = "oral"
	}
}

const redRisk = 4 // must be reported to the police, M8

func (d *deed) partiesOf(bad *fault.Check, c *Case, f Filing) {
	own := codes.IsOwnMotion(f.Source)
	switch {
	case f.Applicant == nil && !own:
		bad.Add("applicant", "请填写申请人。", "Please say who is asking.")
	case f.Applicant != nil && own:
		bad.Add("applicant", "主动调解的案件没有申请人，请都填在当事人里。", "An own-motion case has no applicant; please list everybody as parties.")
	case f.Applicant != nil:
		c.Sides = append(c.Sides, d.partyFrom(bad, "applicant", *f.Applicant, Applicant, 1))
	}
	least := 1
	if own {
		least = 2
	}
	if len(f.Respondents) < least {
		bad.Add("respondents", "请至少填写 %d 位对方当事人。", "Please name at least %d on the other side.", least)
	}
	if len(f.Respondents) > 50 {
		bad.Add("respondents", "最多填写 50 位。", "At most 50.")
		return
	}
	for i, p := range f.Respondents {
		c.Sides = append(c.Sides, d.partyFrom(bad, fmt.Sprintf("respondents[%d]", i), p, Respondent, i+1))
	}
	c.nameSides()
}

// nameSides keeps the parties' names and number on the register line, for lists and counting.
func (c *Case) nameSides() {
	names := func(role string) string {
		var out []string
		for _, p := range c.Side(role) {
			out = append(out, p.Name)
		}
		return strings.Join(out, "、")
	}
	c.ApplicantNames, c.RespondentNames, c.Head.Parties = names(Applicant), names(Respondent), len(c.Here())
}

func (d *deed) partyFrom(bad *fault.Check, at string, in PartyIn, role string, place int) Party {
	if at != "" {
		at += "." // fields of an inner object
	}
	p := Party{Role: role, Kind: in.Kind, Place: place, PhoneReason: strings.TrimSpace(in.PhoneReason), Address: strings.TrimSpace(in.Address),
		Sex: in.Sex, Ethnicity: in.Ethnicity, BornOn: in.BornOn, Occupation: in.Occupation, Employer: strings.TrimSpace(in.Employer), LegalRep: in.LegalRep, Reads: in.Reads}
	checkReads(bad, at+"reads", in.Reads)
	if p.Kind == "" {
		p.Kind = "person"
	}
	if p.Kind != "person" && p.Kind != "organisation" {
		bad.Add(at+"kind", "只能是个人（person）或单位（organisation）。", "Only person or organisation.")
	}
	name, err := ident.ParseName(in.Name)
	bad.Take(at+"name", err)
	p.Name = name
	for field, text := range map[string]string{"address": in.Address, "employer": in.Employer, "occupation": in.Occupation,
		"phone_reason": in.PhoneReason, "legal_representative": in.LegalRep, "ethnicity": in.Ethnicity} {
		atMost(bad, at+""+field, text, maxShort)
	}
	d.numbersOf(bad, at, in, &p)
	return p
}

func (d *deed) numbersOf(bad *fault.Check, at string, in PartyIn, p *Party) {
	if strings.TrimSpace(in.Phone) != "" {
		phone, err := ident.ParsePhone(in.Phone)
		bad.Take(at+"phone", err)
		p.Phone = string(phone)
	} else if p.PhoneReason == "" {
		bad.Add(at+"phone", "请填写电话；没有或不知道的，请说明原因。", "Please give a telephone number, or say why there is none.")
	}
	if strings.TrimSpace(in.Email) != "" {
		address, err := ident.ParseEmail(in.Email)
		bad.Take(at+"email", err)
		p.Email = string(address)
	}
	if in.IDNumber != "" && p.Kind == "person" {
		n, err := ident.ParseIDNumber(in.IDNumber, string(d.today()))
		bad.Take(at+"id_number", err)
		if err == nil {
			p.IDNumber, p.Sex, p.BornOn = string(n), string(n.Sex()), calendar.Day(n.Born())
		}
	}
	if in.CreditCode != "" {
		code, err := ident.ParseCreditCode(in.CreditCode)
		bad.Take(at+"credit_code", err)
		p.CreditCode = string(code)
	}
}

func need(bad *fault.Check, at, text string, most int) {
	if strings.TrimSpace(text) == "" {
		bad.Add(at, "请填写这一项。", "Please fill this in.")
	}
	atMost(bad, at, text, most)
}

func atMost(bad *fault.Check, at, text string, most int) {
	if len([]rune(text)) > most {
		bad.Add(at, "最多 %d 个字。", "At most %d characters.", most)
	}
}

func between(bad *fault.Check, at string, n, low, high int) {
	if n < low || n > high {
		bad.Add(at, "应在 %d 到 %d 之间。", "Must lie between %d and %d.", low, high)
	}
}

// intakeNo is 登YYYYMMDD-NNN, counted by committee and day.
func (d *deed) intakeNo(committee ident.ID) (string, error) {
	compact := strings.ReplaceAll(string(calendar.DayOf(d.at)), "-", "")
	n, err := d.number(committee, "intake "+compact)
	return fmt.Sprintf("登%s-%03d", compact, n), err
}

// newReference draws a public reference that no case has.
func (s *Service) newReference(tx *db.Tx, id ident.ID) (string, error) {
	for range 10 {
		r, err := ident.MakeReference(s.random)
		if err != nil {
			return "", err
		}
		err = tx.Register("reference", string(r), id)
		if fault.Is(err, fault.Conflict) {
			continue
		}
		return string(r), err
	}
	return "", errors.New("no free reference in ten draws")
}
