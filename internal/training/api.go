package training

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// CourseOut is a course as the API shows it.
type CourseOut struct {
	ID          ident.ID        `json:"id"`
	Version     int64           `json:"version"`
	AreaCode    ident.Area      `json:"area_code"`
	Title       string          `json:"title"`
	Organiser   string          `json:"organiser"`
	Kind        string          `json:"kind" doc:"induction, annual, special"`
	From        calendar.Day    `json:"from"`
	To          calendar.Day    `json:"to"`
	ClassHours  int             `json:"class_hours"`
	Form        string          `json:"form"`
	Exam        bool            `json:"exam"`
	Certificate bool            `json:"certificate"`
	Trainer     string          `json:"trainer"`
	Place       string          `json:"place"`
	Attended    int64           `json:"attended" doc:"How many attended"`
	People      []AttendanceOut `json:"attendances,omitempty" doc:"Of one course"`
}

// AttendanceOut is an attendance.
type AttendanceOut struct {
	ID            ident.ID     `json:"id"`
	MediatorID    ident.ID     `json:"mediator_id"`
	Name          string       `json:"name"`
	Committee     string       `json:"committee"`
	ClassHours    int          `json:"class_hours"`
	Result        string       `json:"result,omitempty"`
	CertificateNo string       `json:"certificate_no,omitempty"`
	StruckOn      calendar.Day `json:"struck_on,omitempty" doc:"It was a mistake, and does not count"`
	StruckReason  string       `json:"struck_reason,omitempty"`
}

func courseOut(c Course, attended int64) CourseOut {
	return CourseOut{ID: c.ID, Version: c.Version, AreaCode: c.AreaCode, Title: c.Title, Organiser: c.Organiser, Kind: c.Kind, From: c.FromOn, To: c.ToOn,
		ClassHours: c.ClassHours, Form: c.Form, Exam: c.Exam, Certificate: c.Certificate, Trainer: c.Trainer, Place: c.Place, Attended: attended}
}

func courseSeenOut(c CourseSeen) CourseOut {
	out := courseOut(c.Course, int64(c.Counting()))
	for _, a := range c.People {
		out.People = append(out.People, AttendanceOut{a.ID, a.MediatorID, a.Name, a.Committee, a.ClassHours, a.Result, a.CertificateNo, a.StruckOn, a.StruckReason})
	}
	return out
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/training/courses", Reading, s.listCourses, rest.Says("培训班，最近的在前", "Courses, the latest first"))
	rest.Handle(a, "POST", "/training/courses", Recording, s.postCourse, rest.Says("登记一次培训", "Enter a course that was held (O11)"))
	rest.Handle(a, "GET", "/training/courses/{id}", Reading, s.getCourse, rest.Says("一次培训和参加的人", "A course and who attended"))
	rest.Handle(a, "POST", "/training/courses/{id}/attendances", Recording, s.postAttendances, rest.Says("登记参加培训的人", "Enter who attended"))
	rest.Handle(a, "POST", "/training/courses/{id}/attendances/{attendance}/strike", Recording, s.postStrike, rest.Says("划掉登记错的人", "Strike out an attendance that was a mistake"))
	rest.Handle(a, "GET", "/training/hours", Reading, s.listHours, rest.Says("调解员本年度的学时", "Class hours of mediators in a year"))
	rest.Handle(a, "GET", "/training/totals", Reading, s.getTotals, rest.Says("培训人数和人次", "Persons and person-times trained in a year"))
}

type coursesIn struct {
	rest.PageIn
	Year int    `query:"year" minimum:"2000" maximum:"2999" doc:"In which it ended; empty: all"`
	Kind string `query:"kind" maxLength:"20"`
}

func (s *Service) listCourses(ctx context.Context, g authz.Grant, in *coursesIn) (*rest.Listed[CourseOut], error) {
	ask := CoursesAsked{Year: in.Year, Kind: in.Kind, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.Courses(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items := make([]CourseOut, 0, len(rows))
	for _, c := range rows {
		items = append(items, courseOut(c.Course, c.Attended))
	}
	return rest.List(ctx, items, next)
}

type courseBody struct{ Body NewCourse }

func (s *Service) postCourse(ctx context.Context, g authz.Grant, in *courseBody) (*rest.Made[CourseOut], error) {
	c, err := s.RecordCourse(ctx, g, in.Body)
	return rest.MakeAnswer("/training/courses/"+c.ID.String(), c.Version, courseOut(c, 0)), err
}

func (s *Service) getCourse(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[CourseOut], error) {
	c, err := s.Course(ctx, g, in.ID)
	return rest.See(c.Version, courseSeenOut(c)), err
}

type attendancesBody struct {
	ByID
	rest.IfMatch
	Body struct {
		Attendances []NewAttendance `json:"attendances" nullable:"false" doc:"At most 200 at once"`
	}
}

func (s *Service) postAttendances(ctx context.Context, g authz.Grant, in *attendancesBody) (*rest.Seen[CourseOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, err := s.Attend(ctx, g, in.ID, expect, in.Body.Attendances)
	return rest.See(c.Version, courseSeenOut(c)), err
}

type strikeBody struct {
	ByID
	rest.IfMatch
	Attendance ident.ID `path:"attendance"`
	Body       struct {
		Reason string `json:"reason"`
	}
}

func (s *Service) postStrike(ctx context.Context, g authz.Grant, in *strikeBody) (*rest.Seen[CourseOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, err := s.Strike(ctx, g, in.ID, in.Attendance, expect, in.Body.Reason)
	return rest.See(c.Version, courseSeenOut(c)), err
}

// HoursOut are a mediator's class hours of a year.
type HoursOut struct {
	MediatorID ident.ID `json:"mediator_id"`
	Name       string   `json:"name"`
	Committee  string   `json:"committee"`
	As         string   `json:"as" doc:"induction (engaged in the year), full_time, part_time"`
	Hours      int      `json:"hours"`
	Due        int      `json:"due" doc:"By the settings of the committee's place"`
	Below      bool     `json:"below"`
}

// ShowHours are hours as the API shows them.
func ShowHours(h Hours) HoursOut {
	return HoursOut{h.Mediator.ID, h.Mediator.Name, h.Committee, h.As, h.Had, h.Due, h.Below()}
}

type hoursIn struct {
	rest.PageIn
	Year  int  `query:"year" minimum:"2000" maximum:"2999" doc:"empty: this year"`
	Below bool `query:"below" doc:"Only those to whom hours are missing"`
}

func (s *Service) listHours(ctx context.Context, g authz.Grant, in *hoursIn) (*rest.Listed[HoursOut], error) {
	ask := HoursAsked{Year: in.Year, Below: in.Below, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.HoursOf(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items := make([]HoursOut, 0, len(rows))
	for _, h := range rows {
		items = append(items, ShowHours(h))
	}
	return rest.List(ctx, items, position(next))
}

// position is where a list goes on; nil when that was all.
func position(next ident.ID) *ident.ID {
	if next.IsZero() {
		return nil
	}
	return &next
}

type yearIn struct {
	Year int `query:"year" minimum:"2000" maximum:"2999" doc:"empty: this year"`
}

func (s *Service) getTotals(ctx context.Context, g authz.Grant, in *yearIn) (*rest.Seen[Totals], error) {
	out, err := s.TotalsOf(ctx, g, in.Year)
	return rest.See(0, out), err
}
