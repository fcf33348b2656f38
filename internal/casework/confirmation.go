package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// The matters that a court may have with an agreement.
const (
	Confirming = "confirmation" // the parties ask it to confirm the agreement, G9–G13
	Suing      = "suit"         // a party repudiates the agreement and sues, G8
	Enforcing  = "enforcement"  // a party asks for enforcement of what was confirmed, G13
)

// CourtMatter is what a court has to do with an agreement.
type CourtMatter struct {
	ident.Key
	CaseID      ident.ID     `gorm:"column:case_id"`
	AgreementID ident.ID     `gorm:"column:agreement_id"`
	Kind        string       `gorm:"column:kind"`
	Court       string       `gorm:"column:court"`
	Basis       string       `gorm:"column:basis"`    // codes.CourtBases, G10
	CourtNo     string       `gorm:"column:court_no"` // as the court writes it
	PartyID     ident.ID     `gorm:"column:party_id"` // who sues, or asks for enforcement; NULL where all apply together
	Subject     string       `gorm:"column:subject"`  // codes.ConfirmationSubjects, G12
	Papers      string       `gorm:"column:papers"`   // which papers are in the file, G11; JSON
	FiledOn     calendar.Day `gorm:"column:filed_on"`
	AcceptedOn  calendar.Day `gorm:"column:accepted_on"`
	DecidedOn   calendar.Day `gorm:"column:decided_on"`
	Result      string       `gorm:"column:result"`
	DocumentNo  string       `gorm:"column:document_no"`
}

// TableName is the table's.
func (CourtMatter) TableName() string { return "court_matters" }

// open is the matter of a kind that the court has not decided; nil when there is none.
func (c *Case) atCourt(kind string) *CourtMatter {
	for i := range c.Courts {
		if m := &c.Courts[i]; m.Kind == kind && m.DecidedOn.IsZero() {
			return m
		}
	}
	return nil
}

// atCourtOf is the matter of a kind that a party brought and the court has not decided: what became of it is that party's
// to say, or the mediator's, and not the other side's.
func (c *Case) atCourtOf(kind string, party ident.ID) *CourtMatter {
	for i := range c.Courts {
		if m := &c.Courts[i]; m.Kind == kind && m.PartyID == party && m.DecidedOn.IsZero() {
			return m
		}
	}
	return nil
}

// mayBeConfirmed: a written agreement in force that no court has been asked to confirm, G9.
func (c *Case) mayBeConfirmed() bool {
	return c.Agreement != nil && c.Agreement.Form == Written && c.EffectiveAt != nil && c.LegalTrack == ""
}

// wasConfirmed tells whether a court confirmed the agreement in force.
func (c *Case) wasConfirmed() bool {
	return slices.ContainsFunc(c.Courts, func(m CourtMatter) bool {
		return m.Kind == Confirming && m.AgreementID == c.AgreementID && m.Result == "confirmed"
	})
}

// G9: only a written agreement in force is confirmed, and once.
var guardG9 = Guard{"G9", func(c *Case) error {
	switch {
	case c.Agreement == nil || c.Agreement.Form != Written || c.EffectiveAt == nil:
		return fault.Rule("G9", "只有已生效的书面协议可以申请司法确认。", "Only a written agreement in force can be confirmed by a court.")
	case c.atCourt(Confirming) != nil || c.wasConfirmed():
		return fault.Rule("G9", "已经申请过司法确认。", "Confirmation has been applied for already.")
	}
	return nil
}}

// G8: a suit is over an agreement in force, and so is enforcement; where there is none, no party is bound to anything here.
var guardG8 = Guard{"G8", func(c *Case) error {
	if c.Agreement == nil || c.EffectiveAt == nil {
		return notNow(Repudiate, c.State)
	}
	return nil
}}

// ConfirmationIn is an application for judicial confirmation, F13.
type ConfirmationIn struct {
	Court      string       `json:"court" doc:"Name of the court"`
	AppliedOn  calendar.Day `json:"applied_on" doc:"The day on which the parties applied"`
	Basis      string       `json:"basis,omitempty" doc:"Why this court: inviting, domicile, subject, organisation or intermediate (G10)"`
	Applicants []ident.ID   `json:"applicants,omitempty" nullable:"false" doc:"All parties apply together (G9); left out, all of them"`
	Subject    string       `json:"subject,omitempty" doc:"What the agreement is about: money, property, act, identity, adoption, marriage, real_estate_title, ip_title (G12)"`
	Papers     []string     `json:"papers,omitempty" nullable:"false" doc:"Which papers are in the file (G11): application, agreement, identity, property, contacts, power_of_attorney"`
	Late       string       `json:"late_reason,omitempty" doc:"Why it is recorded although the 30 days are over, or the case waits to be looked into"`
}

// ApplyConfirmation records that the parties applied together for judicial confirmation, within 30 days of the
// agreement's taking effect (G9), at one of the competent courts (G10), with the papers that it wants (G11). What a
// court does not confirm is not applied for (G12).
func (s *Service) ApplyConfirmation(ctx context.Context, g authz.Grant, o Order, in ConfirmationIn) (View, error) {
	return s.act(ctx, g, o, ApplyConfirmation, func(d *deed, c *Case) (note, error) {
		if err := in.check(d, c); err != nil {
			return note{}, err
		}
		last := d.cal.Last(dayOf(*c.EffectiveAt), confirmationWindow)
		if in.AppliedOn.After(last) && strings.TrimSpace(in.Late) == "" {
			return note{}, fault.Rule("G9", "申请司法确认应在协议生效之日起三十日内（到 %s 为止）。当事人仍可就协议起诉；法院已受理的，请写明理由。",
				"Confirmation is applied for within thirty days of the agreement's taking effect (until %s). The parties may still sue; where the court took it all the same, say why.", last)
		}
		waits, err := d.waits(c.ID)
		if err != nil {
			return note{}, err
		}
		if waits && strings.TrimSpace(in.Late) == "" {
			return note{}, errHeld
		}
		papers, err := json.Marshal(in.Papers)
		if err != nil {
			return note{}, err
		}
		m := CourtMatter{Key: d.newKey(), CaseID: c.ID, AgreementID: c.AgreementID, Kind: Confirming, Court: strings.TrimSpace(in.Court),
			Basis: in.Basis, Subject: in.Subject, Papers: string(papers), FiledOn: in.AppliedOn}
		c.Courts = append(c.Courts, m)
		c.LegalTrack = "confirmation_applied"
		n := note{fact: journal.Fact{"matter": m.ID.String(), "applied_on": in.AppliedOn, "basis": in.Basis, "subject": in.Subject, "papers": in.Papers,
			"until": last, "unconfirmed": idTexts(c.unconfirmed())},
			words: journal.Words{"court": m.Court, "late_reason": in.Late}, warnings: in.mind(c)}
		return n, nil
	})
}

// errHeld asks to wait. It bars nobody from the court: where the parties went by themselves, that is written down with the
// reason.
var errHeld = fault.New(fault.Conflict, "held", "该案的补贴支付和司法确认待核实，请等司法局核实后再送法院。当事人已经自行申请的，请写明理由。",
	"This case is being looked into before it is paid for or sent to court; please wait for the bureau. Where the parties have applied by themselves, say so as the reason.")

func (in *ConfirmationIn) check(d *deed, c *Case) error {
	var bad fault.Check
	need(&bad, "court", in.Court, maxShort)
	atMost(&bad, "late_reason", in.Late, 1000)
	if in.AppliedOn.IsZero() || in.AppliedOn.After(d.today()) {
		bad.Add("applied_on", "请填写申请日期，不能晚于今天。", "Please give the day of the application, not later than today.")
	}
	dayNotBefore(&bad, "applied_on", in.AppliedOn, *c.EffectiveAt)
	if in.Basis != "" {
		bad.Take("basis", codes.CourtBases.Check(in.Basis))
	}
	if in.Subject != "" {
		bad.Take("subject", codes.ConfirmationSubjects.Check(in.Subject))
	}
	for _, p := range in.Papers {
		bad.Take("papers", codes.ConfirmationPapers.Check(p))
	}
	if err := bad.Err(); err != nil {
		return err
	}
	for _, id := range in.Applicants {
		if !slices.ContainsFunc(c.Bound(), func(p Party) bool { return p.ID == id }) {
			return fault.New(fault.Invalid, "", "申请人须是这份协议的当事人。", "Only parties to the agreement apply for its confirmation.").At("applicants")
		}
	}
	if slices.Contains([]string{"identity", "adoption", "marriage"}, in.Subject) {
		return fault.Rule("G12", "确认身份关系、收养关系、婚姻关系的，法院不予受理司法确认。", "A court does not confirm an agreement on identity, adoption or marriage.")
	}
	for _, p := range c.Bound() {
		if len(in.Applicants) > 0 && !slices.Contains(in.Applicants, p.ID) {
			return fault.Rule("G9", "司法确认须双方当事人共同申请，还缺 %s。", "Confirmation is applied for by all parties together; %s is missing.", p.Name)
		}
	}
	return nil
}

// mind is what whoever applies should look at once more.
func (in ConfirmationIn) mind(c *Case) (out []fault.Text) {
	if in.Subject == "real_estate_title" || in.Subject == "ip_title" {
		out = append(out, fault.Say("协议仅确认不动产或知识产权权属的，法院可能不予受理（G12）。", "A court may not take an agreement that only confirms title to land or to intellectual property (G12)."))
	}
	if c.Category == "01" && in.Subject == "" {
		out = append(out, fault.Say("婚姻家庭纠纷：请核对协议是否只确认身份关系，这类协议法院不受理（G12）。", "A family matter: please check that the agreement is not only about identity, which a court does not confirm (G12)."))
	}
	if missing := in.missing(); len(in.Papers) > 0 && len(missing) > 0 {
		zh, en := make([]string, 0, len(missing)), make([]string, 0, len(missing))
		for _, m := range missing {
			zh, en = append(zh, m.Name.ZH), append(en, m.Name.EN)
		}
		out = append(out, fault.Text{ZH: "申请材料还缺：" + strings.Join(zh, "、") + "（G11）。", EN: "The file still lacks: " + strings.Join(en, ", ") + " (G11)."})
	}
	if len(c.unconfirmed()) > 0 {
		out = append(out, fault.Say("有当事人没有用验证码确认过协议。送法院前，请由承办人以外的人上门核实，或请当事人自己确认。",
			"A party has not confirmed the agreement by its own code. Before it goes to court, let somebody other than the mediator visit, or ask the party to confirm."))
	}
	return out
}

// missing are the papers that the court wants and the file lacks, G11. A power of attorney is needed only with an agent.
func (in ConfirmationIn) missing() codes.List {
	return slices.DeleteFunc(slices.Clone(codes.ConfirmationPapers), func(c codes.Code) bool {
		return slices.Contains(in.Papers, c.Code) || c.Code == "power_of_attorney" || c.Code == "property"
	})
}

// unconfirmed are the parties whose signature was only recorded by staff: none came by its own access.
func (c *Case) unconfirmed() (out []ident.ID) {
	for _, p := range c.Bound() {
		itself := func(s Signature) bool {
			return s.Signer == ByParty && s.PartyID == p.ID && (s.RecordedBy.IsZero() || s.RecordedBy == p.PersonID)
		}
		if c.Agreement == nil || !slices.ContainsFunc(c.Agreement.standing(), itself) {
			out = append(out, p.ID)
		}
	}
	return out
}

// Confirmed is what the court did with an application.
type Confirmed struct {
	Decision   string       `json:"decision" doc:"confirmed, refused, withdrawn by the parties, or accepted when the court has only taken it"`
	DecidedOn  calendar.Day `json:"decided_on" doc:"The day of the decision, or of its taking the matter"`
	DocumentNo string       `json:"document_no,omitempty" doc:"As the court writes it"`
	CourtNo    string       `json:"court_no,omitempty" doc:"The matter's number at the court"`
	AcceptedOn calendar.Day `json:"accepted_on,omitempty" doc:"When the court took the matter (G12: within 3 days)"`
}

// RecordConfirmation records that the court took the matter, or how it decided: what it confirmed can be enforced for two
// years from the last day of performance; where it refused, the parties mediate again or sue (G13).
func (s *Service) RecordConfirmation(ctx context.Context, g authz.Grant, o Order, in Confirmed) (View, error) {
	return s.act(ctx, g, o, RecordConfirmation, func(d *deed, c *Case) (note, error) {
		m := c.atCourt(Confirming)
		if m == nil {
			return note{}, fault.New(fault.Conflict, "no_application", "还没有登记司法确认申请。", "No application for confirmation is recorded.")
		}
		if err := in.check(d, m); err != nil {
			return note{}, err
		}
		d.closeTasks(c, func(t Task) bool { return t.Kind == "chase_court" && t.Subject == m.ID })
		if !in.AcceptedOn.IsZero() {
			m.AcceptedOn = in.AcceptedOn
		}
		if in.CourtNo != "" {
			m.CourtNo = strings.TrimSpace(in.CourtNo)
		}
		n := note{fact: journal.Fact{"matter": m.ID.String(), "decision": in.Decision, "decided_on": in.DecidedOn, "accepted_on": m.AcceptedOn},
			words: journal.Words{"document_no": in.DocumentNo, "court_no": in.CourtNo}}
		if in.Decision == "accepted" {
			m.AcceptedOn = in.DecidedOn
			return n, nil
		}
		m.DecidedOn, m.Result, m.DocumentNo = in.DecidedOn, in.Decision, strings.TrimSpace(in.DocumentNo)
		c.LegalTrack = map[string]string{"confirmed": "confirmed", "refused": "confirmation_refused"}[in.Decision]
		switch in.Decision {
		case "refused":
			n.warnings = append(n.warnings, fault.Say("法院不予确认的，当事人可以再次调解，也可以起诉（G13）。", "Where the court refused, the parties may mediate again or sue (G13)."))
		case "confirmed":
			n.fact["enforceable"] = enforceableDays(d.periods, c)
		}
		return n, nil
	})
}

// enforceableDays are the days until which each obligation can be enforced, G13.
func enforceableDays(p periods, c *Case) map[string]calendar.Day {
	out := map[string]calendar.Day{}
	for _, l := range enforceable(p, c) {
		out[l.subject.String()] = l.day
	}
	return out
}

func (in Confirmed) check(d *deed, m *CourtMatter) error {
	var bad fault.Check
	if !slices.Contains([]string{"accepted", "confirmed", "refused", "withdrawn"}, in.Decision) {
		bad.Add("decision", "请选择已受理、予以确认、不予确认或当事人撤回。", "Please choose accepted, confirmed, refused or withdrawn.")
	}
	for field, day := range map[string]calendar.Day{"decided_on": in.DecidedOn, "accepted_on": in.AcceptedOn} {
		if day.IsZero() && field == "accepted_on" {
			continue
		}
		if day.IsZero() || day.After(d.today()) || day.Before(m.FiledOn) {
			bad.Add(field, "请填写日期：不早于申请，不晚于今天。", "Please give a day, not before the application and not later than today.")
		}
	}
	atMost(&bad, "document_no", in.DocumentNo, maxShort)
	atMost(&bad, "court_no", in.CourtNo, maxShort)
	if in.Decision == "confirmed" || in.Decision == "refused" {
		need(&bad, "document_no", in.DocumentNo, maxShort)
	}
	return bad.Err()
}

// Repudiation is a suit over an agreement, or a request to enforce it.
type Repudiation struct {
	PartyID    ident.ID     `json:"party_id,omitempty,omitzero" doc:"Who sues; a party acting itself may leave it out"`
	Kind       string       `json:"kind,omitempty" doc:"suit (default) or enforcement"`
	Court      string       `json:"court,omitempty"`
	FiledOn    calendar.Day `json:"filed_on,omitempty"`
	CourtNo    string       `json:"court_no,omitempty"`
	Result     string       `json:"result,omitempty" doc:"Once known: upheld, changed, void, withdrawn, enforced"`
	DecidedOn  calendar.Day `json:"decided_on,omitempty"`
	DocumentNo string       `json:"document_no,omitempty"`
	Reason     string       `json:"reason,omitempty" doc:"What the party has against the agreement"`
}

// Repudiate records that a party does not keep to the agreement and goes to court over it, or what the court decided, G8.
func (s *Service) Repudiate(ctx context.Context, g authz.Grant, o Order, in Repudiation) (View, error) {
	return s.act(ctx, g, o, Repudiate, func(d *deed, c *Case) (note, error) {
		if in.Kind == "" {
			in.Kind = Suing
		}
		p, err := d.actingParty(c, in.PartyID)
		m := c.atCourt(in.Kind)
		switch {
		case err != nil && (m == nil || !in.PartyID.IsZero()):
			return note{}, err
		case err != nil: // staff record what became of it
			p = c.party(m.PartyID)
		default:
			m = c.atCourtOf(in.Kind, p.ID)
		}
		if err := in.check(d, c, m); err != nil {
			return note{}, err
		}
		if m == nil {
			if !c.binds(p) {
				return note{}, fault.New(fault.Conflict, "not_bound", "这位当事人不是这份协议的一方。", "This party is none of the agreement's.")
			}
			c.Courts = append(c.Courts, CourtMatter{Key: d.newKey(), CaseID: c.ID, AgreementID: c.AgreementID, Kind: in.Kind, PartyID: p.ID,
				Papers: "[]", Court: strings.TrimSpace(in.Court), FiledOn: in.FiledOn})
			m = &c.Courts[len(c.Courts)-1]
			c.LegalTrack = map[string]string{Suing: "repudiated_sued", Enforcing: "enforcement"}[in.Kind]
		}
		if in.CourtNo != "" {
			m.CourtNo = strings.TrimSpace(in.CourtNo)
		}
		if in.Result != "" {
			m.Result, m.DecidedOn, m.DocumentNo = in.Result, in.DecidedOn, strings.TrimSpace(in.DocumentNo)
			if track := map[string]string{"changed": "judged_changed", "void": "judged_void"}[in.Result]; track != "" && m.AgreementID == c.AgreementID {
				c.LegalTrack = track
			}
		}
		return note{party: m.PartyID, fact: journal.Fact{"matter": m.ID.String(), "kind": m.Kind, "party": m.PartyID.String(), "filed_on": m.FiledOn, "result": m.Result, "decided_on": m.DecidedOn},
			words: journal.Words{"court": m.Court, "court_no": in.CourtNo, "document_no": in.DocumentNo, "reason": in.Reason}}, nil
	})
}

func (in Repudiation) check(d *deed, c *Case, m *CourtMatter) error {
	var bad fault.Check
	if in.Kind != Suing && in.Kind != Enforcing {
		bad.Add("kind", "请选择起诉或申请强制执行。", "Please choose suit or enforcement.")
	}
	atMost(&bad, "court_no", in.CourtNo, maxShort)
	atMost(&bad, "reason", in.Reason, maxFacts)
	filed := in.FiledOn
	if m != nil {
		filed = m.FiledOn
	} else {
		need(&bad, "court", in.Court, maxShort)
		if filed.IsZero() || filed.After(d.today()) {
			bad.Add("filed_on", "请填写日期，不能晚于今天。", "Please give a day, not later than today.")
		}
		dayNotBefore(&bad, "filed_on", filed, laterOf(c.EffectiveAt, c.RegisteredAt))
	}
	if in.Result != "" {
		bad.Take("result", codes.SuitResults.Check(in.Result))
		if in.DecidedOn.IsZero() || in.DecidedOn.After(d.today()) || in.DecidedOn.Before(filed) {
			bad.Add("decided_on", "请填写裁判日期：不早于起诉，不晚于今天。", "Please give the day of the decision, not before the suit and not later than today.")
		}
		need(&bad, "document_no", in.DocumentNo, maxShort)
	}
	return bad.Err()
}

// courtClocks are the court's own periods on an application, G12: three days to take it, fifteen to decide.
func courtClocks(step func(*CourtMatter) (calendar.Day, calendar.Period, bool)) func(periods, *Case) []lapse {
	return func(p periods, c *Case) []lapse {
		m := c.atCourt(Confirming)
		if m == nil {
			return nil
		}
		start, period, runs := step(m)
		if !runs {
			return nil
		}
		return []lapse{{p.cal.Last(start, period), m.ID}}
	}
}

func courtTakes(m *CourtMatter) (calendar.Day, calendar.Period, bool) {
	return m.FiledOn, courtAccepts, m.AcceptedOn.IsZero()
}

func courtSettles(m *CourtMatter) (calendar.Day, calendar.Period, bool) {
	return m.AcceptedOn, courtDecides, !m.AcceptedOn.IsZero()
}
