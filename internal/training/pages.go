package training

import (
	"fmt"
	"slices"
	"strconv"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const (
	pageCourses   = "/training/courses"
	pageMediators = "/training/mediators"
)

// Pages mounts the training log and the grades for people.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageCourses, Reading, s.showCourses)
	site.Handle("GET", pageCourses+"/new", Recording, s.askCourse)
	site.Handle("POST", pageCourses+"/new", Recording, s.takeCourse)
	site.Handle("GET", pageCourses+"/:id", Reading, s.showCourse)
	site.Handle("GET", pageCourses+"/:id/attend", Recording, s.askAttend)
	site.Handle("POST", pageCourses+"/:id/attend", Recording, s.takeAttend)
	site.Handle("GET", pageCourses+"/:id/strike/:attendance", Recording, s.askStrike)
	site.Handle("POST", pageCourses+"/:id/strike/:attendance", Recording, s.takeStrike)
	site.Handle("GET", pageMediators, Reading, s.showHours)
}

type coursesView struct {
	Lines   []courseLine
	Next    string
	Kinds   []page.Option
	Records bool
	Year    string
	Totals  *Totals // of the year asked for
}

type courseLine struct {
	Held
	Which string
}

func (s *Service) showCourses(r *page.Request) (page.Reply, error) {
	v := &coursesView{Kinds: page.Coded(codes.CourseKinds, r.Lang), Records: r.May(Recording), Year: r.Query("year")}
	ask := CoursesAsked{Kind: r.Query("kind")}
	var err error
	if ask.Year, err = Year(v.Year); err != nil {
		return page.Reply{}, err
	}
	if ask.After, err = parsePosition(r.Query("cursor")); err != nil {
		return page.Reply{}, err
	}
	rows, next, err := s.Courses(r.Context(), r.Grant, ask)
	if err != nil {
		return page.Reply{}, err
	}
	for _, c := range rows {
		v.Lines = append(v.Lines, courseLine{c, codes.CourseKinds.Name(c.Kind, r.Lang)})
	}
	if next != nil {
		v.Next = string(next.On) + "." + next.ID.String()
	}
	t, err := s.TotalsOf(r.Context(), r.Grant, ask.Year)
	if v.Totals = &t; v.Year == "" {
		v.Year = strconv.Itoa(calendar.DayOf(s.Store.Now()).Year())
	}
	return page.Show("training/courses", v), err
}

// Year reads a year from an address; 0 for none.
func Year(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 2000 || n > 2999 {
		return 0, fault.New(fault.Invalid, "", "请填写四位数的年份。", "Please give a year of four digits.").At("year")
	}
	return n, nil
}

func parsePosition(text string) (p Position, err error) {
	if text == "" {
		return p, nil
	}
	if len(text) > 11 && text[10] == '.' {
		p.On = calendar.Day(text[:10])
		if p.ID, err = ident.ParseID(text[11:]); err == nil {
			_, err = calendar.ParseDay(text[:10])
		}
		if err == nil {
			return p, nil
		}
	}
	return p, fault.NoSuch()
}

// courseForm is the form by which a course is entered.
type courseForm struct {
	Places, Kinds, Forms []page.Option
	Home                 string
}

func (s *Service) courseForm(r *page.Request) (*courseForm, error) {
	home := r.Grant.Home()
	v := &courseForm{Kinds: page.Coded(codes.CourseKinds, r.Lang), Forms: page.Coded(codes.CourseForms, r.Lang), Home: string(home)}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		own, err := registry.FindArea(tx, home)
		if err != nil {
			return err
		}
		below, err := registry.AreasBelow(tx, home)
		if own.Code.Level() != ident.City { // for a whole city nothing is entered at once
			v.Places = []page.Option{{Value: string(own.Code), Text: own.Name}}
		}
		if own.Code.Level() != ident.Town {
			for _, a := range below {
				v.Places = append(v.Places, page.Option{Value: string(a.Code), Text: a.Name})
			}
		}
		return err
	})
}

func (s *Service) askCourse(r *page.Request) (page.Reply, error) {
	v, err := s.courseForm(r)
	return page.Show("training/course-new", v), err
}

func (s *Service) takeCourse(r *page.Request) (page.Reply, error) {
	in := NewCourse{AreaCode: ident.Area(r.Form("area_code")), Title: r.Form("title"), Organiser: r.Form("organiser"), Kind: r.Form("kind"), From: calendar.Day(r.Form("from")),
		To: calendar.Day(r.Form("to")), Form: r.Form("form"), Exam: r.Ticked("exam"), Certificate: r.Ticked("certificate"), Trainer: r.Form("trainer"), Place: r.Form("place")}
	in.ClassHours, _ = strconv.Atoi(r.Form("class_hours")) // what is no number is refused as too few
	c, err := s.RecordCourse(r.Context(), r.Grant, in)
	if err == nil {
		return page.SeeOther(pageCourses + "/" + c.ID.String() + "/attend?done=course_recorded"), nil
	}
	v, fails := s.courseForm(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("training/course-new", v, err), nil
}

// courseView is one course, with who attended and who else could have.
type courseView struct {
	CourseSeen
	Which, How string
	Records    bool
	Committees []page.Option // of whose mediators one chooses
	Committee  string
	Choices    []choice
	Results    []page.Option
	Struck     *Attended // that is to be struck out
}

// choice is a mediator who may have attended.
type choice struct {
	ID, Name string
	At       int // in the form
	There    bool
}

// Field is the name of a question about them.
func (c choice) Field(name string) string { return fmt.Sprintf("attendances.%d.%s", c.At, name) }

func (s *Service) courseView(r *page.Request) (*courseView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	c, err := s.Course(r.Context(), r.Grant, id)
	return &courseView{CourseSeen: c, Which: codes.CourseKinds.Name(c.Kind, r.Lang), How: codes.CourseForms.Name(c.Form, r.Lang), Records: r.May(Recording),
		Results: page.Coded(codes.ExamResults, r.Lang)}, err
}

// ResultOf is a result in words.
func (v *courseView) ResultOf(a Attended) string {
	for _, o := range v.Results {
		if o.Value == a.Result {
			return o.Text
		}
	}
	return ""
}

func (s *Service) showCourse(r *page.Request) (page.Reply, error) {
	v, err := s.courseView(r)
	return page.Show("training/course", v), err
}

// attendView adds whom one may choose: the committees of the course's area, and the mediators of the chosen one.
func (s *Service) attendView(r *page.Request, chosen string) (*courseView, error) {
	v, err := s.courseView(r)
	if err != nil {
		return nil, err
	}
	v.Committee = chosen
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		all, err := committeesIn(tx, v.Course)
		if err != nil {
			return err
		}
		for _, c := range all {
			v.Committees = append(v.Committees, page.Option{Value: c.ID.String(), Text: c.Name})
			if c.ID.String() != chosen {
				continue
			}
			if v.Choices, err = choicesOf(tx, c.ID, v.CourseSeen); err != nil {
				return err
			}
		}
		return nil
	})
}

func choicesOf(tx *db.Tx, committee ident.ID, c CourseSeen) (out []choice, err error) {
	team, err := registry.MediatorsOf(tx, committee)
	for _, m := range team {
		if !m.LeftOn.IsZero() && m.LeftOn.Before(c.ToOn) {
			continue
		}
		one := choice{ID: m.ID.String(), Name: m.Name, At: len(out)}
		for _, a := range c.People {
			one.There = one.There || a.PersonID == m.PersonID && a.StruckOn.IsZero()
		}
		out = append(out, one)
	}
	return out, err
}

func (s *Service) askAttend(r *page.Request) (page.Reply, error) {
	v, err := s.attendView(r, r.Query("committee_id"))
	return page.Show("training/attend", v), err
}

func (s *Service) takeAttend(r *page.Request) (page.Reply, error) {
	v, err := s.attendView(r, r.Form("committee_id"))
	if err != nil {
		return page.Reply{}, err
	}
	var in []NewAttendance
	var at []int // where each stands in the form
	for i, one := range v.Choices {
		field := func(name string) string { return r.Form(fmt.Sprintf("attendances.%d.%s", i, name)) }
		if one.There || field("mediator_id") == "" {
			continue
		}
		id, err := ident.ParseID(one.ID)
		if err != nil {
			return page.Reply{}, fault.NoSuch()
		}
		hours, err := strconv.Atoi(field("class_hours"))
		if err != nil && field("class_hours") != "" {
			hours = -1 // refused
		}
		in, at = append(in, NewAttendance{Mediator: id, ClassHours: hours, Result: field("result"), CertificateNo: field("certificate_no")}), append(at, i)
	}
	if _, err := s.Attend(r.Context(), r.Grant, v.ID, r.Version(), in); err != nil {
		return page.Again("training/attend", v, moved(err, at)), nil
	}
	return page.SeeOther(pageCourses + "/" + v.ID.String() + "?done=attendance_recorded"), nil
}

// moved names the fields of a form that offers more people than were chosen.
func moved(err error, at []int) error {
	f := *fault.Of(err)
	f.Fields = slices.Clone(f.Fields)
	for i, field := range f.Fields {
		var n int
		var name string
		if _, bad := fmt.Sscanf(field.At, "attendances[%d].%s", &n, &name); bad == nil && n < len(at) {
			f.Fields[i].At = fmt.Sprintf("attendances.%d.%s", at[n], name)
		}
	}
	return &f
}

func (s *Service) strikeView(r *page.Request) (*courseView, error) {
	v, err := s.courseView(r)
	if err != nil {
		return nil, err
	}
	for i, a := range v.People {
		if a.ID.String() == r.Param("attendance") && a.StruckOn.IsZero() {
			v.Struck = &v.People[i]
			return v, nil
		}
	}
	return nil, fault.NoSuch()
}

func (s *Service) askStrike(r *page.Request) (page.Reply, error) {
	v, err := s.strikeView(r)
	return page.Show("training/strike", v), err
}

func (s *Service) takeStrike(r *page.Request) (page.Reply, error) {
	v, err := s.strikeView(r)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := s.Strike(r.Context(), r.Grant, v.ID, v.Struck.ID, r.Version(), r.Form("reason")); err != nil {
		return page.Again("training/strike", v, err), nil
	}
	return page.SeeOther(pageCourses + "/" + v.ID.String() + "?done=attendance_struck"), nil
}

// hoursView is who has how many hours.
type hoursView struct {
	Lines  []Hours
	Next   string
	Year   int
	Below  bool
	Office bool // the reader may open courses
	Grants bool // … and set what a grade asks for
}

func (s *Service) showHours(r *page.Request) (page.Reply, error) {
	v := &hoursView{Below: r.Query("below") != "", Office: r.Grant.Home() != "", Grants: r.May("grade.grant")}
	var err error
	if v.Year, err = Year(r.Query("year")); err != nil {
		return page.Reply{}, err
	}
	if v.Year == 0 {
		v.Year = calendar.DayOf(s.Store.Now()).Year()
	}
	ask := HoursAsked{Year: v.Year, Below: v.Below}
	if ask.After, err = r.After(); err != nil {
		return page.Reply{}, err
	}
	rows, next, err := s.HoursOf(r.Context(), r.Grant, ask)
	if v.Lines = rows; !next.IsZero() {
		v.Next = next.String()
	}
	return page.Show("training/hours", v), err
}
