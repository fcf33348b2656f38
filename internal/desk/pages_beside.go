package desk

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// besideView is what runs beside the procedure of a case, in words: what it asks for, its courts, what the papers of its
// dossier lack, corrections of the archive, and who helps whom.
type besideView struct {
	Todo     []todoLine
	AtCourt  []courtLine
	Track    string
	Defects  []casework.FindingView
	Asked    []correctionLine
	Standing []helperLine
}

// todoLine is an open task with the step that settles it.
type todoLine struct {
	casework.TaskView
	About  string // whom or what it concerns
	Tag    page.Tag
	Path   string // "" where the step is somebody else's
	Action string
}

type courtLine struct {
	casework.CourtView
	What, Who string
	Rows      []page.Row
}

// correctionLine is a correction that was asked for, with what it would change.
type correctionLine struct {
	casework.CorrectionView
	Changes []page.Row
	Tag     page.Tag
	Decide  string
}

type helperLine struct {
	casework.HelperView
	What, For, Powers string
	End               string
}

// settles are the steps that settle a task, the likeliest first.
var settles = map[string][]casework.Event{
	"police_report": {casework.ReportPolice}, "violence_report": {casework.ReportPolice},
	"intake_overdue": {casework.AskConsent, casework.RefuseAcceptance}, "consent_nudge": {casework.RecordConsent},
	"consent_overdue": {casework.RecordConsent, casework.RefuseAcceptance}, "reassign": {casework.Assign}, "conflict": {casework.DecideConflict},
	"propose_termination": {casework.Terminate, casework.Extend}, "return_to_court": {casework.Terminate}, "tier_ageing": {casework.OpenSession},
	"remind_obligation": {casework.RecordPerform}, "obligation_due": {casework.RecordPerform}, "check_performance": {casework.RecordPerform},
	"repair": {casework.RecordPerform, casework.Remediate}, "confirm_performance": {casework.RecordPerform}, "follow_up": {casework.FollowUp},
	"chase_court": {casework.RecordConfirmation, casework.Repudiate}, "inform_creditor": {casework.FollowUp},
}

// beside puts it all into words for a reader.
func (d *deskView) beside(r *page.Request, today calendar.Day) {
	for _, t := range d.Tasks {
		line := todoLine{TaskView: t, About: d.subject(r, t.Subject)}
		if !t.Due.IsZero() {
			line.Tag = dueTag(r, t.Due, today)
		}
		for _, e := range settles[t.Kind] {
			if d.may(e) && hasPage(e) {
				line.Path, line.Action = d.Home+"/"+e.Route(), r.Say("desk.do."+string(e))
				break
			}
		}
		d.Todo = append(d.Todo, line)
	}
	if d.LegalTrack != "" {
		d.Track = codes.LegalTracks.Name(d.LegalTrack, r.Lang)
	}
	for _, m := range d.Courts {
		d.AtCourt = append(d.AtCourt, d.court(r, m))
	}
	d.Defects = d.Findings
	for _, one := range d.Corrections {
		d.Asked = append(d.Asked, d.correction(r, one))
	}
	for _, h := range d.Helpers {
		d.Standing = append(d.Standing, d.helperLine(r, h))
	}
}

func hasPage(e casework.Event) bool {
	return slices.ContainsFunc(steps, func(st step) bool { return st.event == e })
}

// subject is what a task is about: a promise, or a mediator.
func (d *deskView) subject(r *page.Request, id ident.ID) string {
	for _, o := range d.Obligations {
		if o.ID == id {
			return r.Say("desk.owes", d.nameOf(o.Debtor), d.nameOf(o.Creditor))
		}
	}
	for _, one := range d.People {
		if one.MediatorID == id && !id.IsZero() {
			return one.Name
		}
	}
	return d.nameOf(id)
}

func (d *deskView) court(r *page.Request, m casework.CourtView) courtLine {
	out := courtLine{CourtView: m, What: r.Say("desk.court." + m.Kind), Who: d.nameOf(m.PartyID)}
	add := func(key, value string) {
		if value != "" {
			out.Rows = append(out.Rows, page.Row{Label: r.Say("desk.court.row." + key), Value: value})
		}
	}
	add("court", m.Court)
	if m.Basis != "" {
		add("basis", codes.CourtBases.Name(m.Basis, r.Lang))
	}
	add("who", out.Who)
	add("filed_on", page.Day(m.FiledOn, r.Lang))
	add("accepted_on", page.Day(m.AcceptedOn, r.Lang))
	add("court_no", m.CourtNo)
	if m.Subject != "" {
		add("subject", codes.ConfirmationSubjects.Name(m.Subject, r.Lang))
	}
	var papers []string
	for _, p := range m.Papers {
		papers = append(papers, codes.ConfirmationPapers.Name(p, r.Lang))
	}
	add("papers", strings.Join(papers, r.Say("desk.comma")))
	add("result", resultName(m.Result, r.Lang))
	add("decided_on", page.Day(m.DecidedOn, r.Lang))
	add("document_no", m.DocumentNo)
	return out
}

// resultName is what a court decided: on a suit, or on a confirmation.
func resultName(code, lang string) string {
	if code == "" {
		return ""
	}
	if c, ok := codes.SuitResults.Find(code); ok {
		return c.Name.In(lang)
	}
	if c, ok := codes.ConfirmationResults.Find(code); ok {
		return c.Name.In(lang)
	}
	return code
}

func (d *deskView) correction(r *page.Request, one casework.CorrectionView) correctionLine {
	out := correctionLine{CorrectionView: one, Changes: changesOf(one.Set, r.Say, r.Lang), Tag: page.Tag{Kind: "warn", Text: r.Say("desk.correction.waits")}}
	switch {
	case one.DecidedAt != nil && one.Approved:
		out.Tag = page.Tag{Kind: "ok", Text: r.Say("desk.correction.approved")}
	case one.DecidedAt != nil:
		out.Tag = page.Tag{Kind: "plain", Text: r.Say("desk.correction.refused")}
	case !one.Mine && d.may(casework.Correct):
		out.Decide = d.Home + "/" + casework.Correct.Route()
	}
	return out
}

// changesOf are the new values of a correction, field by field.
func changesOf(set json.RawMessage, say func(string, ...any) string, lang string) (rows []page.Row) {
	fields := map[string]any{}
	numbers := json.NewDecoder(bytes.NewReader(set))
	numbers.UseNumber()
	if err := numbers.Decode(&fields); err != nil {
		return nil // written by us; an empty list where it is not
	}
	lists := map[string]codes.List{"category": codes.Categories, "difficulty": codes.Difficulties, "party_pair": codes.PartyPairs}
	for _, name := range []string{"title", "category", "difficulty", "area_code", "compound_id", "party_pair", "facts", "request", "agreement_facts", "agreement_issues", "bar", "bar_document", "application_signed"} {
		value, ok := fields[name]
		if !ok {
			continue
		}
		text := textOf(value)
		if list, ok := lists[name]; ok {
			text = list.Name(text, lang)
		}
		rows = append(rows, page.Row{Label: say("desk.set." + name), Value: text})
	}
	return rows
}

func textOf(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	}
	return ""
}

func (d *deskView) helperLine(r *page.Request, h casework.HelperView) helperLine {
	out := helperLine{HelperView: h, What: codes.HelperKinds.Name(h.Kind, r.Lang), For: d.nameOf(h.PartyID)}
	var powers []string
	for _, one := range h.Scopes {
		powers = append(powers, codes.AgentScopes.Name(one, r.Lang))
	}
	out.Powers = strings.Join(powers, r.Say("desk.semicolon"))
	if h.EndedAt == nil && d.may(casework.EndHelper) {
		out.End = d.Home + "/" + casework.EndHelper.Route() + "?helper_id=" + h.ID.String()
	}
	return out
}

// helperName is who acted for a party; "" for nobody.
func (d *deskView) helperName(id ident.ID) string {
	for _, h := range d.Helpers {
		if h.ID == id {
			return h.Name
		}
	}
	return ""
}

// needsOf are a party's needs in words.
func needsOf(r *page.Request, n *casework.Needs) (out []string) {
	if n == nil {
		return nil
	}
	if n.Language != "" {
		out = append(out, r.Say("desk.needs.language", n.Language))
	}
	if n.Reads == casework.ReadsEnglish {
		out = append(out, r.Say("desk.needs.reads_en"))
	}
	for _, h := range n.Help {
		out = append(out, codes.Help.Name(h, r.Lang))
	}
	if n.Email != nil {
		out = append(out, *n.Email)
	}
	if n.Channel == casework.ByEmail {
		out = append(out, r.Say("desk.needs.by_email"))
	}
	switch n.Contact {
	case casework.ContactHours:
		out = append(out, r.Say("desk.needs.hours", n.From, n.To))
	case casework.ContactNone:
		out = append(out, r.Say("desk.needs.no_message"))
	}
	if n.HideAddress {
		out = append(out, r.Say("desk.needs.hide_address"))
	}
	if n.Capacity != "" {
		out = append(out, codes.Capacities.Name(n.Capacity, r.Lang))
	}
	return out
}

// prepareBeside looks up what the forms beside the procedure let somebody choose from.
func (v *formView) prepareBeside(e casework.Event) {
	switch e {
	case casework.RecordNeeds:
		for i, p := range v.Parties {
			if id := p.ID.String(); !p.Removed && id == v.Was("party_id") {
				v.Chosen, v.First = &v.Parties[i], id
			}
		}
	case casework.EndHelper:
		v.Choices = v.Beside()
	case casework.DecideConflict:
		v.Hosts = slices.DeleteFunc(v.Hosts, func(o page.Option) bool {
			return !slices.ContainsFunc(v.Tasks, func(t casework.TaskView) bool { return t.Kind == "conflict" && t.Subject.String() == o.Value })
		})
	case casework.Correct:
		for i, one := range v.Corrections {
			if one.DecidedAt == nil {
				v.Pending = &v.Corrections[i]
			}
		}
	default:
	}
}

// Changes are what the correction that waits would change.
func (v *formView) Changes() []page.Row { return changesOf(v.Pending.Set, v.say, v.lang) }

// helperHint is what somebody is to whom.
func (v *formView) helperHint(h casework.HelperView) string {
	for _, p := range v.Parties {
		if p.ID == h.PartyID {
			return v.say("desk.helper_of", p.Name, codes.HelperKinds.Name(h.Kind, v.lang))
		}
	}
	return ""
}

// Beside are all who help a party now.
func (v *formView) Beside() (out []page.Option) {
	for _, h := range v.Helpers {
		if h.EndedAt == nil {
			out = append(out, page.Option{Value: h.ID.String(), Text: h.Name, Hint: v.helperHint(h)})
		}
	}
	return out
}

// Acting are the agents and guardians who may answer for a party, or sign.
func (v *formView) Acting() (out []page.Option) {
	for _, h := range v.Helpers {
		if h.Acts() {
			out = append(out, page.Option{Value: h.ID.String(), Text: h.Name, Hint: v.helperHint(h)})
		}
	}
	return out
}

// Invitees are the parties and those who act for them: each gets a way in of their own.
func (v *formView) Invitees() []page.Option {
	out := v.Sides()
	for _, h := range v.Helpers {
		if h.Acts() {
			out = append(out, page.Option{Value: h.PartyID.String() + "/" + h.ID.String(), Text: h.Name, Hint: v.helperHint(h)})
		}
	}
	return out
}

// Questions are asked about violence, one by one.
func (v *formView) Questions() []page.Option { return page.Coded(codes.ViolenceQuestions, v.lang) }

// Reads is the language in which the chosen party is written to.
func (v *formView) Reads() string { return cmp.Or(v.Needs().Reads, casework.ReadsChinese) }

// Channel is by what the chosen party is written to.
func (v *formView) Channel() string { return v.Needs().Way(v.Chosen.Phone) }

// Needs are what the chosen party needs by now.
func (v *formView) Needs() casework.Needs {
	if v.Chosen != nil && v.Chosen.Needs != nil {
		return *v.Chosen.Needs
	}
	return casework.Needs{}
}

// Contact is how the chosen party may be written to.
func (v *formView) Contact() string {
	if c := v.Needs().Contact; c != casework.ContactAnyhow {
		return c
	}
	return "any"
}

// Restricted tells whether a case is shown in full only to those who work on it.
func (d *deskView) Restricted() bool { return d.Violence && d.Seen == authz.Full }
