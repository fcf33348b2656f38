package training

import (
	"context"
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// NewCourse is a course that is entered after it was held.
type NewCourse struct {
	AreaCode    ident.Area   `json:"area_code,omitempty" doc:"Of the office that enters it, in a county; left out: that of one's post"`
	Title       string       `json:"title"`
	Organiser   string       `json:"organiser" doc:"Who held it, in words"`
	Kind        string       `json:"kind" doc:"induction, annual, special"`
	From        calendar.Day `json:"from"`
	To          calendar.Day `json:"to,omitempty" doc:"The last day; left out: the first"`
	ClassHours  int          `json:"class_hours" doc:"1 to 400"`
	Form        string       `json:"form" doc:"class, online, practice, exchange"`
	Exam        bool         `json:"exam,omitempty" doc:"It ended with an exam"`
	Certificate bool         `json:"certificate,omitempty" doc:"It gave a certificate"`
	Trainer     string       `json:"trainer,omitempty"`
	Place       string       `json:"place,omitempty"`
}

const mostHours = 400 // of one course; more is a slip of the hand

// RecordCourse enters a course that was held (O11). Who attended is entered afterwards.
//
// Faults: Missing for an area out of reach; Invalid says all that is wrong.
func (s *Service) RecordCourse(ctx context.Context, g authz.Grant, in NewCourse) (Course, error) {
	if in.AreaCode == "" {
		in.AreaCode = g.Home()
	}
	if !g.CoversArea(in.AreaCode) {
		return Course{}, fault.NoSuch()
	}
	var c Course
	err := s.Store.Do(ctx, g.By(), in.AreaCode.County(), func(tx *db.Tx) (err error) {
		if c, err = in.checked(tx); err != nil {
			return err
		}
		c.Key, c.Version, c.EnteredBy = tx.NewKey(), 1, tx.By.Person
		tx.Made(c.ID, c.Version, 201)
		fact := journal.Fact{"kind": c.Kind, "from": c.FromOn, "to": c.ToOn, "class_hours": c.ClassHours}
		return errors.Join(insertRow(tx, &c), s.record(tx, c.ID, c.Version, c.AreaCode, "course_recorded", fact))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Course, error) { return courseWithin(tx, g, done.ID) })
	}
	return c, err
}

func (in NewCourse) checked(tx *db.Tx) (Course, error) {
	var bad fault.Check
	c := Course{AreaCode: in.AreaCode, Kind: in.Kind, FromOn: in.From, ToOn: in.To, ClassHours: in.ClassHours, Form: in.Form, Exam: in.Exam, Certificate: in.Certificate}
	c.Title, c.Organiser = bad.Line("title", in.Title, 2, 100), bad.Line("organiser", in.Organiser, 2, 100)
	c.Trainer, c.Place = bad.Line("trainer", in.Trainer, 0, 100), bad.Line("place", in.Place, 0, 100)
	bad.Take("kind", codes.CourseKinds.Check(in.Kind))
	bad.Take("form", codes.CourseForms.Check(in.Form))
	if c.ToOn == "" {
		c.ToOn = c.FromOn
	}
	if c.FromOn.Given(&bad, "from") && c.ToOn.Given(&bad, "to") && (c.ToOn.Before(c.FromOn) || c.ToOn.After(calendar.DayOf(tx.Now))) {
		bad.Add("to", "最后一天不能早于第一天，也不能晚于今天：培训办完以后再登记。", "The last day lies neither before the first nor after today: a course is entered when it is over.")
	}
	if in.ClassHours < 1 || in.ClassHours > mostHours {
		bad.Add("class_hours", "请填写 1 到 %d 之间的整数。", "Please give a whole number between 1 and %d.", mostHours)
	}
	switch _, err := registry.FindArea(tx, in.AreaCode); {
	case fault.Is(err, fault.Missing) || err == nil && in.AreaCode.Level() == ident.City:
		bad.Add("area_code", "请选择一个县（市、区），或者其中的乡镇（街道）。全市的培训，在每个有人参加的县各登记一次。",
			"Please choose a county, or a township in it. A course for the whole city is entered in each county from which mediators came.")
	case err != nil:
		return c, err
	}
	return c, bad.Err()
}

// CoursesAsked narrows the list of courses. Empty fields narrow nothing.
type CoursesAsked struct {
	Year  int
	Kind  string
	After Position
	Limit int // 1 to 100; 20 otherwise
}

// Position is where a page of courses ends.
type Position struct {
	On calendar.Day
	ID ident.ID
}

// Held is a course with how many attended.
type Held struct {
	Course
	Attended int64
}

// Courses lists the courses within the grant, the latest first, and where the next page begins; nil when that was all.
func (s *Service) Courses(ctx context.Context, g authz.Grant, ask CoursesAsked) (out []Held, next *Position, err error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 20
	}
	if ask.Kind != "" {
		if err := codes.CourseKinds.Check(ask.Kind); err != nil {
			return nil, nil, fault.Of(err).At("kind")
		}
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) { out, err = courses(tx, g, ask); return err })
	if err == nil && len(out) > ask.Limit {
		out = out[:ask.Limit]
		last := out[ask.Limit-1]
		next = &Position{last.ToOn, last.ID}
	}
	return out, next, err
}

// Attended is an attendance with the names that people read.
type Attended struct {
	Attendance
	Name      string
	Committee string
}

// CourseSeen is a course with those who attended, struck-out rows among them.
type CourseSeen struct {
	Course
	People []Attended
}

// Counting are those who count.
func (c CourseSeen) Counting() (n int) {
	for _, p := range c.People {
		if p.StruckOn.IsZero() {
			n++
		}
	}
	return n
}

// Course is one course within the grant.
func (s *Service) Course(ctx context.Context, g authz.Grant, id ident.ID) (out CourseSeen, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error { out, err = courseSeen(tx, g, id); return err })
	return out, err
}

func courseSeen(tx *db.Tx, g authz.Grant, id ident.ID) (out CourseSeen, err error) {
	if out.Course, err = courseWithin(tx, g, id); err != nil {
		return out, err
	}
	out.People, err = attendedOf(tx, id)
	return out, err
}
