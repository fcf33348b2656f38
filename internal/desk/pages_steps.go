package desk

import (
	"context"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// act is what a form came to: the call of the service.
type act func(s *casework.Service, ctx context.Context, g authz.Grant, o casework.Order) (casework.View, error)

// step is a form of the desk: the event, its page, and how what was typed becomes an act. While again says so, the same
// form follows, for the next party.
type step struct {
	event casework.Event
	page  string
	read  func(*typed) act
	again func(casework.View) bool
}

// steps are the forms of the desk in the order of the procedure. Those without a page are the workshop's.
var steps = []step{
	{casework.AskConsent, "plain", plain((*casework.Service).AskConsent), nil},
	{casework.RecordConsent, "record-consent", with((*casework.Service).RecordConsent, readAnswer), someUnasked},
	{casework.Accept, "plain", plain((*casework.Service).Accept), nil},
	{casework.Assign, "assign", with((*casework.Service).Assign, readAssignment), nil},
	{casework.GiveNotice, "give-notice", with((*casework.Service).GiveNotice, readNotice), nil},
	{casework.OpenSession, "", nil, nil},
	{casework.FixAgreement, "", nil, nil},
	{casework.MakeOral, "", nil, nil},
	{casework.Sign, "sign", with((*casework.Service).Sign, readSigning), someUnsigned},
	{casework.ReopenAgreement, "reason", with((*casework.Service).ReopenAgreement, readReason), nil},
	{casework.RecordPerform, "record-performance", with((*casework.Service).RecordPerformance, readPerformed), nil},
	{casework.FollowUp, "follow-up", with((*casework.Service).FollowUp, readVisit), nil},
	{casework.Close, "plain", plain((*casework.Service).Close), nil},
	{casework.Archive, "plain", with((*casework.Service).Archive, readArchiving), nil},
	{casework.Extend, "extend", with((*casework.Service).Extend, readExtension), nil},
	{casework.Pause, "pause", with((*casework.Service).Pause, readPausing), nil},
	{casework.Resume, "plain", plain((*casework.Service).Resume), nil},
	{casework.RequestRecusal, "request-recusal", with((*casework.Service).RequestRecusal, readRecusal), nil},
	{casework.AssessRisk, "assess-risk", with((*casework.Service).AssessRisk, readRisking), nil},
	{casework.ReportPolice, "report-police", with((*casework.Service).ReportPolice, readPolice), nil},
	{casework.Amend, "amend", with((*casework.Service).Amend, readAmendment), nil},
	{casework.Retract, "retract", with((*casework.Service).Retract, readRetraction), nil},
	{casework.Reroute, "reroute", with((*casework.Service).Reroute, readRerouting), nil},
	{casework.RefuseAcceptance, "refuse-acceptance", with((*casework.Service).RefuseAcceptance, readRefusal), nil},
	{casework.Terminate, "terminate", with((*casework.Service).Terminate, readTermination), nil},
	{casework.Withdraw, "withdraw", with((*casework.Service).Withdraw, readStatement), nil},
	{casework.RequestEnd, "request-end", with((*casework.Service).RequestEnd, readEnding), nil},
	{casework.ScheduleSession, "schedule-session", with((*casework.Service).ScheduleSession, readAppointing), nil},
	{casework.OfferTransfer, "transfer", with((*casework.Service).Transfer, readOffering), nil},
	{casework.AcceptTransfer, "accept-transfer", with((*casework.Service).AcceptTransfer, readAccepting), nil},
	{casework.DeclineTransfer, "reason", with((*casework.Service).DeclineTransfer, readDeclining), nil},
	{casework.RecordReferral, "record-referral", with((*casework.Service).RecordReferral, readReferral), nil},
	{casework.ReferOut, "referrals", with((*casework.Service).ReferOut, readReferringOut), nil},
	{casework.HandOverNote, "hand-over-note", with((*casework.Service).HandOverNote, readHandingOver), nil},
	{casework.DiscloseNote, "disclose-note", with((*casework.Service).DiscloseNote, readDisclosing), nil},
	{casework.RequestNote, "request-note", with((*casework.Service).RequestNote, readNoteAsking), nil},
	{casework.DecideNote, "decide-note", with((*casework.Service).DecideNote, readNoteDecision), nil},
	{casework.RecordNeeds, "record-needs", with((*casework.Service).RecordNeeds, readNeeds), nil},
	{casework.NameMediator, "name-mediator", with((*casework.Service).NameMediator, readNaming), nil},
	{casework.AddHelper, "add-helper", with((*casework.Service).AddHelper, readHelper), nil},
	{casework.EndHelper, "end-helper", with((*casework.Service).EndHelper, readHelperEnd), nil},
	{casework.AddParty, "add-party", with((*casework.Service).AddParty, readAdding), nil},
	{casework.RemoveParty, "remove-party", with((*casework.Service).RemoveParty, readRemoving), nil},
	{casework.DecideConflict, "decide-conflict", with((*casework.Service).DecideConflict, readDeciding), nil},
	{casework.ApplyConfirmation, "apply-confirmation", with((*casework.Service).ApplyConfirmation, readConfirmation), nil},
	{casework.RecordConfirmation, "record-confirmation", with((*casework.Service).RecordConfirmation, readConfirmed), nil},
	{casework.Repudiate, "repudiate", with((*casework.Service).Repudiate, readRepudiation), nil},
	{casework.Remediate, "remediate", with((*casework.Service).Remediate, readRemedy), nil},
	{casework.Correct, "correct", with((*casework.Service).Correct, readCorrecting), nil},
	{casework.Reconsider, "reconsider", with((*casework.Service).Reconsider, readParty), nil},
}

// plain is a step that asks for nothing but the moment.
func plain(do act) func(*typed) act { return func(*typed) act { return do } }

// with is a step that brings something: read takes it from the form.
func with[B any](do func(*casework.Service, context.Context, authz.Grant, casework.Order, B) (casework.View, error), read func(*typed) B) func(*typed) act {
	return func(t *typed) act {
		in := read(t)
		return func(s *casework.Service, ctx context.Context, g authz.Grant, o casework.Order) (casework.View, error) {
			return do(s, ctx, g, o, in)
		}
	}
}

func someUnasked(v casework.View) bool {
	return v.State == casework.AwaitingConsent && slices.ContainsFunc(v.Parties, func(p casework.PartyView) bool { return p.Consent == casework.Unasked && !p.Removed })
}

func someUnsigned(v casework.View) bool { return v.State == casework.AgreementPending }

func readAnswer(t *typed) casework.Answer {
	return casework.Answer{PartyID: t.choice("party_id"), Consent: casework.Consent(t.text("consent")), Channel: t.text("channel"), Reason: t.text("reason"), Helper: t.id("helper_id")}
}

func readAssignment(t *typed) casework.Assignment {
	a := casework.Assignment{Host: t.choice("host_mediator_id"), Co: t.ids("co_mediator_ids"), ChosenBy: t.text("chosen_by")}
	a.Co = slices.DeleteFunc(a.Co, func(id ident.ID) bool { return id == a.Host }) // ticked twice is meant once
	if t.text("conflict_decision") == "proceed" {
		a.Conflict = &casework.ConflictDecision{Decision: "proceed", Reason: t.text("conflict_reason")}
		if a.Conflict.Reason == "" {
			t.bad.Add("conflict_reason", "请写明为什么仍由这位调解员办理。", "Please say why this mediator goes on all the same.")
		}
	}
	return a
}

func readNotice(t *typed) casework.Notice {
	return casework.Notice{Parties: t.ids("party_ids"), Manner: t.text("manner")}
}

// readSigning reads who signs: party:<id>, or party:<id>/<helper> for whoever acts for it; mediator:<id>; or seal.
func readSigning(t *typed) casework.Signing {
	in := casework.Signing{Kind: t.text("kind"), TextHash: t.text("text_hash")}
	who := t.text("signer")
	switch {
	case who == casework.BySeal:
		in.Seal = true
		if in.Kind == "" {
			in.Kind = "wet_ink"
		}
	case strings.HasPrefix(who, casework.ByParty+":"):
		in.PartyID, in.Helper = t.partyOrHelper("signer", strings.TrimPrefix(who, casework.ByParty+":"))
	case t.prefixed("signer", casework.ByMediator+":", &in.MediatorID):
	default:
		t.bad.Add("signer", "请选择谁签名，或者盖章。", "Please say who signs, or that the seal was put.")
	}
	return in
}

func readArchiving(t *typed) casework.Archiving {
	return casework.Archiving{Retention: t.text("retention")}
}

func readReason(t *typed) string { return t.text("reason") }

func readPerformed(t *typed) casework.Performed {
	return casework.Performed{Obligation: t.choice("obligation_id"), State: t.text("state"), On: t.day("on"), ConfirmedBy: t.text("confirmed_by"),
		Evidence: t.ids("evidence_ids")}
}

func readVisit(t *typed) casework.VisitIn {
	in := casework.VisitIn{VisitedOn: t.day("visited_on"), Visitor: t.text("visitor"), Parties: t.ids("party_ids"), Performed: t.text("performed") == "yes", Note: t.text("note")}
	if n := t.number("satisfied"); n != 0 {
		in.Satisfied = &n
	}
	return in
}

func readExtension(t *typed) casework.Extension {
	return casework.Extension{Days: t.number("days"), Reason: t.text("reason"), Consents: t.ids("consents"), Court: t.ticked("court_consents")}
}

func readPausing(t *typed) casework.Pausing {
	return casework.Pausing{Reason: t.text("reason"), Document: t.id("document_id"), Until: t.day("until")}
}

func readRecusal(t *typed) casework.Recusal {
	return casework.Recusal{Mediator: t.choice("mediator_id"), Reason: t.text("reason"), PartyID: t.id("party_id")}
}

func readRisking(t *typed) casework.Risking {
	return casework.Risking{Risk: t.number("risk"), Reason: t.text("reason"), Violence: readScreening(t)}
}

func readPolice(t *typed) casework.PoliceReport {
	in := casework.PoliceReport{To: t.text("to"), Channel: t.text("channel"), Receipt: t.text("receipt")}
	if at := t.moment("at"); at != nil {
		in.At = at.Format("2006-01-02T15:04:05Z07:00")
	}
	return in
}

// readAmendment takes only what differs from what the page showed.
func readAmendment(t *typed) casework.Amendment {
	in := casework.Amendment{Reason: t.text("reason")}
	changed := func(name string) *string {
		if now := t.text("set." + name); now != t.text("was."+name) {
			return &now
		}
		return nil
	}
	in.Set.Title, in.Set.Facts, in.Set.Request, in.Set.Category = changed("title"), changed("facts"), changed("request"), changed("category")
	in.Set.OralFacts, in.Set.OralIssues = changed("agreement_facts"), changed("agreement_issues")
	if place := changed("area_code"); place != nil {
		area := ident.Area(*place)
		in.Set.AreaCode = &area
	}
	if changed("difficulty") != nil {
		n := t.number("set.difficulty")
		in.Set.Difficulty = &n
	}
	if barred := t.text("set.bar"); barred != "" {
		if barred == "none" {
			barred = ""
		}
		in.Set.Bar = &barred
	}
	if document := t.text("set.bar_document"); document != "" {
		in.Set.BarDocument = &document
	}
	return in
}

func readRetraction(t *typed) casework.Retraction {
	in := casework.Retraction{Entry: t.text("entry"), Reason: t.text("reason")}
	if in.Entry == "" {
		t.bad.Add("entry", "请选择要撤销哪一条记录。", "Please choose which entry to take back.")
	}
	return in
}

func readRerouting(t *typed) casework.Rerouting {
	return casework.Rerouting{CommitteeID: t.choice("committee_id"), Reason: t.text("reason")}
}

func readRefusal(t *typed) casework.Refusal {
	return casework.Refusal{Reason: t.text("reason"), Guidance: t.text("guidance"), Notice: t.day("notice_date"), Calming: t.text("calming_measures"), SameAs: t.id("same_case_id")}
}

func readTermination(t *typed) casework.Termination {
	return casework.Termination{Reason: t.text("reason"), Guidance: t.text("guidance")}
}

func readStatement(t *typed) string { return t.text("statement") }

func readEnding(t *typed) casework.Ending {
	return casework.Ending{PartyID: t.choice("party_id"), Reason: t.text("reason")}
}

func readParty(t *typed) casework.Reconsidering {
	return casework.Reconsidering{PartyID: t.choice("party_id")}
}

// readFiling reads the whole of a dispute from one page.
func readFiling(t *typed) casework.Filing {
	f := casework.Filing{Source: t.text("source"), Category: t.text("category"), AreaCode: ident.Area(t.text("area_code")), CompoundID: t.id("compound_id"),
		Title: t.text("title"), Facts: t.text("facts"), Request: t.text("request"), Difficulty: t.number("difficulty"), Risk: t.number("risk"),
		OccurredAt: t.moment("occurred_at")}
	if a := t.party("applicant"); a != (casework.PartyIn{Kind: a.Kind}) || !own(f.Source) {
		f.Applicant = &a
	}
	for i := range t.others() {
		p := t.party(indexed("respondents", i))
		if i == 0 || p != (casework.PartyIn{Kind: p.Kind}) {
			f.Respondents = append(f.Respondents, p)
		}
	}
	return f
}

func own(source string) bool { return len(source) > 0 && source[0] == '2' }

func (t *typed) party(at string) casework.PartyIn {
	return casework.PartyIn{Kind: t.text(at + ".kind"), Name: t.text(at + ".name"), Phone: t.text(at + ".phone"), PhoneReason: t.text(at + ".phone_reason"),
		IDNumber: t.text(at + ".id_number"), Address: t.text(at + ".address"), Email: t.text(at + ".email"), Reads: t.text(at + ".reads")}
}

// besides mounts what is no step: files, and the way in for a party.
func (s *Service) besides(site *page.Site) {
	site.Handle("GET", "/desk/cases/:id/attach", "case.attach", s.beside(casework.Attach, "desk/attach"))
	site.Handle("POST", "/desk/cases/:id/attach", "case.attach", s.attach, page.Uploads())
	site.Handle("GET", "/desk/cases/:id/invite", "case.invite", s.beside(casework.Invite, "desk/invite"))
	site.Handle("POST", "/desk/cases/:id/invite", "case.invite", s.invite)
	site.Handle("GET", "/desk/cases/:id/reveal", "case.reveal", s.beside(casework.Reveal, "desk/reveal"))
	site.Handle("POST", "/desk/cases/:id/reveal", "case.reveal", s.reveal)
}
