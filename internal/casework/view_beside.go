package casework

import (
	"encoding/json"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// TaskView is a task that is open.
type TaskView struct {
	ID       ident.ID     `json:"id"`
	Kind     string       `json:"kind"`
	Rule     string       `json:"rule,omitempty"`
	Title    string       `json:"title"`
	Subject  ident.ID     `json:"subject,omitempty,omitzero" doc:"The obligation, mediator or court matter that it is about"`
	Due      calendar.Day `json:"due,omitempty"`
	OpenedAt time.Time    `json:"opened_at"`
	Bars     bool         `json:"bars_archive,omitempty"`
}

// CourtView is what a court has to do with the agreement.
type CourtView struct {
	ID         ident.ID     `json:"id"`
	Kind       string       `json:"kind" doc:"confirmation, suit or enforcement"`
	Court      string       `json:"court"`
	Basis      string       `json:"basis,omitempty"`
	CourtNo    string       `json:"court_no,omitempty"`
	PartyID    ident.ID     `json:"party_id,omitempty,omitzero"`
	Subject    string       `json:"subject,omitempty"`
	Papers     []string     `json:"papers"`
	FiledOn    calendar.Day `json:"filed_on"`
	AcceptedOn calendar.Day `json:"accepted_on,omitempty"`
	DecidedOn  calendar.Day `json:"decided_on,omitempty"`
	Result     string       `json:"result,omitempty"`
	DocumentNo string       `json:"document_no,omitempty"`
}

// CorrectionView is a correction of an archived case that was asked for.
type CorrectionView struct {
	ID        ident.ID        `json:"id"`
	Set       json.RawMessage `json:"set"`
	Reason    string          `json:"reason"`
	AskedAt   time.Time       `json:"asked_at"`
	Mine      bool            `json:"mine,omitempty" doc:"The reader asked for it and cannot approve it"`
	DecidedAt *time.Time      `json:"decided_at,omitempty"`
	Approved  bool            `json:"approved,omitempty"`
}

// FindingView is a place where the papers of the dossier would not agree.
type FindingView struct {
	ID   string `json:"id" doc:"C1–C17"`
	Bars bool   `json:"bars_archive"`
	Says string `json:"detail"`
	says fault.Text
}

// addBeside adds what runs beside the procedure: for staff the tasks and corrections, for everybody concerned how the
// agreement stands with the courts.
func (c *Case) addBeside(v *View, by ident.ID, seen authz.View) {
	v.LegalTrack, v.Property = c.LegalTrack, c.property()
	for _, m := range c.Courts {
		cv := CourtView{ID: m.ID, Kind: m.Kind, Court: m.Court, Basis: m.Basis, CourtNo: m.CourtNo, PartyID: m.PartyID, Subject: m.Subject, Papers: []string{},
			FiledOn: m.FiledOn, AcceptedOn: m.AcceptedOn, DecidedOn: m.DecidedOn, Result: m.Result, DocumentNo: m.DocumentNo}
		_ = json.Unmarshal([]byte(m.Papers), &cv.Papers) // written by us; an empty list where it is not
		v.Courts = append(v.Courts, cv)
	}
	if seen != authz.Full {
		return
	}
	v.Application, v.Applied, v.Retention, v.RetainUntil = c.ApplicationForm, c.ApplicationBy, c.Retention, c.RetainUntil
	v.Violence, v.ViolenceOpen = c.Violence, c.ViolenceOpen
	for _, t := range c.Tasks {
		if t.ClosedAt == nil {
			r, _ := ruleOf(t.Kind)
			v.Tasks = append(v.Tasks, TaskView{ID: t.ID, Kind: t.Kind, Rule: r.rule, Subject: t.Subject, Due: t.DueOn, OpenedAt: t.OpenedAt, Bars: r.bars})
		}
	}
	for _, f := range c.findings() {
		v.Findings = append(v.Findings, FindingView{ID: f.ID, Bars: f.Bars, says: f.Says})
	}
	for _, r := range c.Corrections {
		v.Corrections = append(v.Corrections, CorrectionView{ID: r.ID, Set: json.RawMessage(r.Set), Reason: r.Reason, AskedAt: r.AskedAt,
			Mine: r.AskedBy == by, DecidedAt: r.DecidedAt, Approved: r.Approved})
	}
}

// In puts a task's title into a language.
func (t TaskView) In(lang string) TaskView {
	t.Title = Task{Kind: t.Kind}.Says(lang)
	return t
}
