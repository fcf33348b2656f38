package desk

import (
	"slices"
	"strings"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// prepareHanding looks up what there is to choose from where a case, a session or a note changes hands.
func (s *Service) prepareHanding(r *page.Request, v *formView, e casework.Event) error {
	switch e {
	case casework.OfferTransfer:
		return s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error { return v.committeesAround(tx, ident.Area(v.Was("area"))) })
	case casework.AcceptTransfer:
		return s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error { return v.ownMediators(tx) })
	case casework.ScheduleSession:
		v.Choices = v.planned(r)
	case casework.HandOverNote, casework.DiscloseNote, casework.RequestNote:
		v.Choices = v.caucuses(r)
	case casework.DecideNote:
		v.Choices = v.noteRequests(r)
	default:
	}
	return nil
}

// committeesAround are the committees of an area to which a case may be offered, and the areas to look in: the streets
// and townships of the county, and the other counties.
func (v *formView) committeesAround(tx *db.Tx, area ident.Area) error {
	if area == "" {
		area = townOf(v.AreaCode)
	}
	v.First = string(area)
	around, _, err := registry.CommitteesIn(tx, area, registry.Active, "", registry.Page{Limit: 100})
	if err != nil {
		return err
	}
	for _, c := range around {
		if c.ID != v.Committee.ID && c.Type != registry.Desk {
			v.Choices = append(v.Choices, page.Option{Value: c.ID.String(), Text: c.Name})
		}
	}
	county := v.AreaCode.County().Area()
	for _, parent := range []ident.Area{county, county.Parent()} {
		below, err := registry.AreasBelow(tx, parent)
		if err != nil {
			return err
		}
		for _, a := range below {
			v.Areas = append(v.Areas, page.Option{Value: string(a.Code), Text: a.Name})
		}
	}
	return nil
}

// ownMediators are those of the committee that was asked.
func (v *formView) ownMediators(tx *db.Tx) error {
	t := v.offer()
	if t == nil {
		return nil
	}
	team, err := registry.MediatorsOf(tx, t.To.ID)
	v.Team = mediatorOptions(team)
	return err
}

// offer is the offer that waits for an answer.
func (v *formView) offer() *casework.TransferView {
	i := slices.IndexFunc(v.Transfers, func(t casework.TransferView) bool { return t.State == casework.OfferPending })
	if i < 0 {
		return nil
	}
	return &v.Transfers[i]
}

// Joint tells whether the offer that waits is one of joint mediation.
func (v *formView) Joint() bool { t := v.offer(); return t != nil && t.Kind == casework.KindJoint }

// Offer is the offer that waits, for whoever answers it.
func (v *formView) Offer() *casework.TransferView { return v.offer() }

// planned are the appointments that have not been kept yet.
func (v *formView) planned(r *page.Request) (out []page.Option) {
	for _, a := range v.Appointments {
		if a.State == casework.Planned {
			out = append(out, page.Option{Value: a.ID.String(), Text: page.When(a.StartsAt, r.Lang), Hint: codes.SessionKinds.Name(a.Kind, r.Lang) + " · " + a.Place})
		}
	}
	return out
}

// caucuses are the sessions with one party, by their times: more of them is nobody's business here.
func (v *formView) caucuses(r *page.Request) (out []page.Option) {
	for _, s := range v.Sessions {
		if s.Kind == "caucus" {
			out = append(out, page.Option{Value: s.ID.String(), Text: page.When(s.StartsAt, r.Lang)})
		}
	}
	return out
}

// noteRequests are those that wait for another person's decision.
func (v *formView) noteRequests(r *page.Request) (out []page.Option) {
	for _, q := range v.NoteRequests {
		if q.Decision == "" {
			reasons := append(slices.Clone(codes.NoteReadings), codes.NoteDestructions...)
			out = append(out, page.Option{Value: q.ID.String(), Text: r.Say("desk.note." + q.Purpose), Hint: reasons.Name(q.Reason, r.Lang) + " · " + page.When(q.RequestedAt, r.Lang)})
		}
	}
	return out
}

func readAppointing(t *typed) casework.Appointing {
	in := casework.Appointing{Appointment: t.id("appointment_id"), Cancelled: t.ticked("cancelled"), Reason: t.text("reason"), StartsAt: t.moment("starts_at"),
		EndsAt: t.moment("ends_at"), Place: t.text("place"), Mode: t.text("mode"), Kind: t.text("kind"), Present: t.ids("attending")}
	if in.Kind == "joint" {
		in.Present = nil // everybody
	}
	return in
}

func readOffering(t *typed) casework.Offering {
	return casework.Offering{To: t.choice("to_committee_id"), Kind: t.text("kind"), Reason: t.text("reason"), Text: t.text("text"), Consents: t.ids("consents")}
}

func readAccepting(t *typed) casework.Accepting {
	in := casework.Accepting{Co: t.ids("co_mediator_ids")}
	if t.ticked("conflict_decision") {
		in.Conflict = &casework.ConflictDecision{Decision: "proceed", Reason: t.text("conflict_reason")}
	}
	return in
}

func readDeclining(t *typed) casework.Declining { return casework.Declining{Reason: t.text("reason")} }

func readReferringOut(t *typed) casework.ReferringOut {
	return casework.ReferringOut{OrganKind: t.text("organ_kind"), Organ: t.text("organ"), Reason: t.text("reason"), Papers: t.ids("papers"),
		Consents: t.ids("consents"), Told: t.ids("told_party_ids"), NotTold: t.text("not_told_reason"), ReplyBy: t.day("reply_by")}
}

func readReferral(t *typed) casework.ReferralIn {
	in := casework.ReferralIn{Kind: t.text("kind"), Organ: t.text("organ"), Number: t.text("number"), Officer: t.text("officer"), ReceivedAt: t.moment("received_at"),
		Procedure: t.text("procedure"), OrganCategory: t.text("organ_category"), ReplyTo: t.text("reply_to"), ConsentToShare: t.answer("consent_to_share"), PenaltyCase: t.answer("penalty_case")}
	if day := t.day("deadline"); !day.IsZero() {
		in.Deadline = &day
	}
	x := casework.Exclusions{SpecialOrgan: t.answer("exclusions.special_organ"), Pending: t.answer("exclusions.pending_proceedings"),
		Administrative: t.answer("exclusions.administrative"), Refused: t.answer("exclusions.refused"), Unsuitable: t.answer("exclusions.unsuitable")}
	if x != (casework.Exclusions{}) {
		in.Exclusions = &x
	}
	return in
}

// answer is a yes or a no; nil where neither was said.
func (t *typed) answer(name string) *bool {
	said := t.text(name)
	if said == "" {
		return nil
	}
	yes := said == "yes"
	return &yes
}

func readHandingOver(t *typed) casework.HandingOver {
	return casework.HandingOver{Session: t.choice("session_id"), Mediator: t.choice("mediator_id"), Channel: t.text("channel")}
}

func readDisclosing(t *typed) casework.Disclosing {
	in := casework.Disclosing{Session: t.choice("session_id"), Text: t.text("text"), Whole: t.text("how") == "whole", Channel: t.text("channel")}
	if in.Whole {
		in.Text = ""
	}
	return in
}

func readNoteAsking(t *typed) casework.NoteAsking {
	in := casework.NoteAsking{Session: t.choice("session_id"), Reason: t.text("reason_code"), Why: t.text("why"), Purpose: "read"}
	if _, ok := codes.NoteDestructions.Find(in.Reason); ok {
		in.Purpose = "destroy"
	}
	return in
}

func readNoteDecision(t *typed) casework.NoteDecision {
	return casework.NoteDecision{Request: t.choice("request_id"), Decision: t.text("decision"), Why: t.text("why")}
}

// noteView is the note of a caucus as its reader sees it.
type noteView struct {
	casework.NoteView
	Home, Name, No string
	Once           bool // by breaking the glass: it is shown this once
}

// note shows the note of a caucus to whoever may read it.
func (s *Service) note(r *page.Request) (page.Reply, error) {
	v, session, err := s.noteOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	if v.NoteView, err = s.cases.ReadNote(r.Context(), r.Grant, v.id, session); err != nil {
		return page.Reply{}, err
	}
	return page.Show("desk/note", v.noteView), nil
}

// breakGlass shows it once to whoever asked, after another person agreed.
func (s *Service) breakGlass(r *page.Request) (page.Reply, error) {
	v, session, err := s.noteOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	if v.NoteView, err = s.cases.BreakGlass(r.Context(), r.Grant, v.id, session); err != nil {
		return page.Reply{}, err
	}
	v.Once = true
	return page.Show("desk/note", v.noteView), nil
}

type noteAt struct {
	noteView
	id ident.ID
}

func (s *Service) noteOf(r *page.Request) (noteAt, ident.ID, error) {
	seen, err := s.look(r.Context(), r)
	if err != nil {
		return noteAt{}, ident.ID{}, err
	}
	session, err := ident.ParseID(r.Param("session"))
	if err != nil {
		return noteAt{}, ident.ID{}, fault.NoSuch()
	}
	v := noteAt{id: seen.ID}
	v.Home, v.Name, v.No = "/desk/cases/"+seen.ID.String(), seen.Title, numberOf(r, casework.Line{CaseNo: seen.CaseNo, IntakeNo: seen.IntakeNo})
	return v, session, nil
}

// notes mounts the pages of notes, and the calendar files of appointments.
func (s *Service) notes(site *page.Site) {
	site.Handle("GET", "/desk/cases/:id/sessions/:session/note", "case.read_note", s.note)
	site.Handle("GET", "/desk/cases/:id/appointments/:appointment/calendar", "case.calendar", s.calendarFile)
	site.Handle("POST", "/desk/cases/:id/sessions/:session/break-glass", "case.break_glass", s.breakGlass)
}

// ReferralKind is how the case was referred, where that was recorded.
func (v *formView) ReferralKind() string {
	if v.Referral == nil {
		return ""
	}
	return v.Referral.Kind
}

// Clock is by which clock the case is mediated.
func (v *formView) Clock() string {
	for _, k := range v.Clocks {
		if k.Name == "mediation" || strings.HasPrefix(k.Name, "court_") {
			return k.Name
		}
	}
	return ""
}
