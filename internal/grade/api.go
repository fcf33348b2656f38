package grade

import (
	"context"
	"encoding/json"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
	"fengqiao/internal/training"
)

// CriteriaOut are what a grade asks for.
type CriteriaOut struct {
	Grade        string       `json:"grade"`
	AreaCode     ident.Area   `json:"area_code,omitempty" doc:"Whose they are; empty for the usual ones"`
	ValidFrom    calendar.Day `json:"valid_from,omitempty"`
	Set          bool         `json:"set" doc:"false: the region has set none, and this grade cannot be given"`
	Years        int          `json:"years"`
	Disputes     int          `json:"disputes"`
	OralMost     *int         `json:"oral_most_percent,omitempty"`
	SuccessLeast *int         `json:"success_least_percent,omitempty"`
	NoMisconduct bool         `json:"no_misconduct"`
	NoCrime      bool         `json:"no_crime"`
	Training     bool         `json:"training"`
	Basis        string       `json:"basis"`
}

func criteriaOut(grade string, c *Criteria) CriteriaOut {
	if c == nil {
		return CriteriaOut{Grade: grade}
	}
	return CriteriaOut{grade, c.AreaCode, c.ValidFrom, true, c.Years, c.Disputes, c.OralMost, c.SuccessLeast, c.NoMisconduct, c.NoCrime, c.Training, c.Basis}
}

// GivenOut is a grade that was given.
type GivenOut struct {
	ID          ident.ID     `json:"id"`
	Version     int64        `json:"version"`
	MediatorID  ident.ID     `json:"mediator_id"`
	Grade       string       `json:"grade"`
	Level       string       `json:"level"`
	Alias       string       `json:"alias,omitempty"`
	GrantedOn   calendar.Day `json:"granted_on"`
	ValidTo     calendar.Day `json:"valid_to"`
	Panel       string       `json:"panel"`
	DocumentNo  string       `json:"document_no"`
	Published   string       `json:"published,omitempty"`
	Found       []Finding    `json:"found" doc:"What was known then"`
	Exception   string       `json:"exception,omitempty"`
	EndedOn     calendar.Day `json:"ended_on,omitempty"`
	EndedReason string       `json:"ended_reason,omitempty"`
}

func gradeOut(g Grade) GivenOut {
	return GivenOut{g.ID, g.Version, g.MediatorID, g.Grade, g.Level, g.Alias, g.GrantedOn, g.ValidTo, g.Panel, g.DocumentNo, g.Published, g.findings(), g.Exception, g.EndedOn, g.EndedReason}
}

// findings are what was known when the grade was given; what was kept was written by this room.
func (g Grade) findings() []Finding {
	out := []Finding{}
	_ = json.Unmarshal([]byte(g.Found), &out)
	return out
}

// StandingOut is how a mediator stands to a grade.
type StandingOut struct {
	Criteria CriteriaOut `json:"criteria"`
	Findings []Finding   `json:"findings"`
	Lacks    bool        `json:"lacks" doc:"Something that is asked for is missing"`
}

// RecordOut is what is kept of a mediator.
type RecordOut struct {
	training.HoursOut
	Year      int           `json:"year"`
	Courses   []AttendedOut `json:"courses"`
	Grade     *GivenOut     `json:"grade,omitempty" doc:"That holds today; left out for none"`
	Grades    []GivenOut    `json:"grades"`
	Standings []StandingOut `json:"standings" doc:"To each of the four grades, the highest first"`
}

// AttendedOut is a course that somebody attended.
type AttendedOut struct {
	CourseID      ident.ID     `json:"course_id"`
	Title         string       `json:"title"`
	Organiser     string       `json:"organiser"`
	Kind          string       `json:"kind"`
	To            calendar.Day `json:"to"`
	ClassHours    int          `json:"class_hours"`
	Result        string       `json:"result,omitempty"`
	CertificateNo string       `json:"certificate_no,omitempty"`
}

func recordOut(r Record) RecordOut {
	out := RecordOut{HoursOut: training.ShowHours(r.Hours), Year: r.Year, Courses: []AttendedOut{}, Grades: []GivenOut{}}
	for _, c := range r.Courses {
		out.Courses = append(out.Courses, AttendedOut{c.CourseID, c.Title, c.Organiser, c.Kind, c.ToOn, c.ClassHours, c.Result, c.CertificateNo})
	}
	for _, g := range r.Grades {
		out.Grades = append(out.Grades, gradeOut(g))
	}
	if r.Now != nil {
		now := gradeOut(*r.Now)
		out.Grade = &now
	}
	for _, st := range r.Standings {
		out.Standings = append(out.Standings, StandingOut{criteriaOut(st.Grade, st.Criteria), append([]Finding{}, st.Findings...), st.Lacks()})
	}
	return out
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/training/mine", Owning, s.getMine, rest.Says("我的培训和等级", "One's own training and grade"))
	rest.Handle(a, "GET", "/training/mediators/{id}", Reading, s.getRecord, rest.Says("一位调解员的培训和等级", "A mediator's training and grade"))
	rest.Handle(a, "GET", "/training/mediators/{id}/cases", Reading, s.listBehind, rest.Says("一项条件所依据的案件", "The cases behind a criterion"))
	rest.Handle(a, "POST", "/training/mediators/{id}/grades", Grading, s.postGrade, rest.Says("登记评定的等级", "Record a grade that a panel gave"))
	rest.Handle(a, "POST", "/training/grades/{id}/take-back", Grading, s.postTakeBack, rest.Says("取消等级", "Take a grade back"))
	rest.Handle(a, "GET", "/training/criteria", Grading, s.listCriteria, rest.Says("各等级的条件", "What each grade asks for"))
	rest.Handle(a, "PUT", "/training/criteria", Grading, s.putCriteria, rest.Says("规定一个等级的条件", "Set what a grade asks for"))
}

func (s *Service) getMine(ctx context.Context, g authz.Grant, in *gradeYearIn) (*rest.Seen[RecordOut], error) {
	r, err := s.Mine(ctx, g, in.Year)
	return rest.See(0, recordOut(r)), err
}

type recordIn struct {
	ByID
	gradeYearIn
}

func (s *Service) getRecord(ctx context.Context, g authz.Grant, in *recordIn) (*rest.Seen[RecordOut], error) {
	r, err := s.RecordOf(ctx, g, in.ID, in.Year)
	return rest.See(0, recordOut(r)), err
}

// CaseOut is a case behind a criterion.
type CaseOut struct {
	ID            ident.ID     `json:"id"`
	CaseNo        string       `json:"case_no"`
	Category      string       `json:"category"`
	Outcome       string       `json:"outcome"`
	FirstClosedOn calendar.Day `json:"first_closed_on"`
}

type behindIn struct {
	ByID
	rest.PageIn
	Of string `query:"of" enum:"disputes,oral,unsettled" default:"disputes"`
}

func (s *Service) listBehind(ctx context.Context, g authz.Grant, in *behindIn) (*rest.Listed[CaseOut], error) {
	ask := BehindAsked{Of: in.Of, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.Behind(ctx, g, in.ID, ask)
	if err != nil {
		return nil, err
	}
	items := make([]CaseOut, 0, len(rows))
	for _, c := range rows {
		items = append(items, CaseOut{c.ID, c.CaseNo, c.Category, c.Outcome, c.FirstClosedDay})
	}
	return rest.List(ctx, items, position(next))
}

type gradeBody struct {
	ByID
	Body NewGrade
}

func (s *Service) postGrade(ctx context.Context, g authz.Grant, in *gradeBody) (*rest.Made[GivenOut], error) {
	out, err := s.Grant(ctx, g, in.ID, in.Body)
	return rest.MakeAnswer("/training/mediators/"+in.ID.String(), out.Version, gradeOut(out)), err
}

type takeBackBody struct {
	ByID
	rest.IfMatch
	Body struct {
		Reason string `json:"reason"`
	}
}

func (s *Service) postTakeBack(ctx context.Context, g authz.Grant, in *takeBackBody) (*rest.Seen[GivenOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	out, err := s.TakeBack(ctx, g, in.ID, expect, in.Body.Reason)
	return rest.See(out.Version, gradeOut(out)), err
}

type criteriaIn struct {
	Area ident.Area `query:"area" doc:"empty: the area of one's post"`
}

func (s *Service) listCriteria(ctx context.Context, g authz.Grant, in *criteriaIn) (*rest.Listed[CriteriaOut], error) {
	area := ident.Widen(string(in.Area))
	if area == "" {
		area = g.Home()
	}
	all, err := s.Criteria(ctx, g, area)
	if err != nil {
		return nil, err
	}
	items := make([]CriteriaOut, 0, len(all))
	for _, st := range all {
		items = append(items, criteriaOut(st.Grade, st.Criteria))
	}
	return rest.List(ctx, items, nil)
}

type criteriaBody struct{ Body NewCriteria }

func (s *Service) putCriteria(ctx context.Context, g authz.Grant, in *criteriaBody) (*rest.Seen[CriteriaOut], error) {
	c, err := s.SetCriteria(ctx, g, in.Body)
	return rest.See(0, criteriaOut(c.Grade, &c)), err
}

type gradeYearIn struct {
	Year int `query:"year" minimum:"2000" maximum:"2999" doc:"empty: this year"`
}

// position is where a list goes on; nil when that was all.
func position(next ident.ID) *ident.ID {
	if next.IsZero() {
		return nil
	}
	return &next
}
