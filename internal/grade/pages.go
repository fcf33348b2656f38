package grade

import (
	"slices"
	"strconv"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/training"
)

const (
	pageMediators = "/training/mediators"
	pageCriteria  = "/training/criteria"
)

// Pages mounts the grades for people: one's own, a mediator's, and what each grade asks for.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/training/mine", Owning, s.showMine)
	site.Handle("GET", "/training/mine/cases", Owning, s.showMyCases)
	site.Handle("GET", pageMediators+"/:id", Reading, s.showRecord)
	site.Handle("GET", pageMediators+"/:id/cases", Reading, s.showCases)
	site.Handle("GET", pageMediators+"/:id/grade", Grading, s.askGrade)
	site.Handle("POST", pageMediators+"/:id/grade", Grading, s.takeGrade)
	site.Handle("GET", "/training/grades/:id/take-back", Grading, s.askTakeBack)
	site.Handle("POST", "/training/grades/:id/take-back", Grading, s.takeTakeBack)
	site.Handle("GET", pageCriteria, Grading, s.showCriteria)
	site.Handle("GET", pageCriteria+"/set", Grading, s.askCriteria)
	site.Handle("POST", pageCriteria+"/set", Grading, s.takeCriteria)
}

// recordView is what is kept of a mediator.
type recordView struct {
	Record
	Home   string // of this page's addresses
	Own    bool
	Grants bool
	Office bool // the reader may open courses
	Today  calendar.Day
	lang   string
}

// GradeName is what a grade is called.
func (v *recordView) GradeName(g string) string { return codes.Grades.Name(g, v.lang) }

// KindName is what a kind of course is called.
func (v *recordView) KindName(k string) string { return codes.CourseKinds.Name(k, v.lang) }

// ResultName is a result in words.
func (v *recordView) ResultName(k string) string {
	if k == "" {
		return ""
	}
	return codes.ExamResults.Name(k, v.lang)
}

// Holds tells whether a grade holds today.
func (v *recordView) Holds(g Grade) bool { return g.HoldsOn(v.Today) }

func (s *Service) showMine(r *page.Request) (page.Reply, error) {
	year, err := training.Year(r.Query("year"))
	if err != nil {
		return page.Reply{}, err
	}
	rec, err := s.Mine(r.Context(), r.Grant, year)
	return page.Show("training/record", &recordView{Record: rec, Home: "/training/mine", Own: true, Today: s.today(), lang: r.Lang}), err
}

func (s *Service) today() calendar.Day { return calendar.DayOf(s.Store.Now()) }

func (s *Service) recordView(r *page.Request) (*recordView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	year, err := training.Year(r.Query("year"))
	if err != nil {
		return nil, err
	}
	rec, err := s.RecordOf(r.Context(), r.Grant, id, year)
	return &recordView{Record: rec, Home: pageMediators + "/" + id.String(), Grants: r.May(Grading), Office: r.Grant.Home() != "", Today: s.today(), lang: r.Lang}, err
}

func (s *Service) showRecord(r *page.Request) (page.Reply, error) {
	v, err := s.recordView(r)
	return page.Show("training/record", v), err
}

// casesView are the cases behind a criterion.
type casesView struct {
	Of, Home, Next string
	Lines          []behindLine
}

type behindLine struct {
	CaseLine
	What, How string
}

func (s *Service) showMyCases(r *page.Request) (page.Reply, error) {
	return s.cases(r, ident.ID{}, "/training/mine")
}

func (s *Service) showCases(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	return s.cases(r, id, pageMediators+"/"+id.String())
}

func (s *Service) cases(r *page.Request, mediator ident.ID, home string) (page.Reply, error) {
	v := &casesView{Of: r.Query("of"), Home: home}
	if v.Of == "" {
		v.Of = "disputes"
	}
	after, err := r.After()
	if err != nil {
		return page.Reply{}, err
	}
	rows, next, err := s.Behind(r.Context(), r.Grant, mediator, BehindAsked{Of: v.Of, After: after})
	for _, c := range rows {
		v.Lines = append(v.Lines, behindLine{c, codes.Categories.Name(c.Category, r.Lang), codes.Outcomes.Name(c.Outcome, r.Lang)})
	}
	if !next.IsZero() {
		v.Next = next.String()
	}
	return page.Show("training/cases", v), err
}

// gradeForm is the form of a grade that is entered.
type gradeForm struct {
	*recordView
	Offered []page.Option
}

func (s *Service) gradeForm(r *page.Request) (*gradeForm, error) {
	v, err := s.recordView(r)
	if err != nil {
		return nil, err
	}
	out := &gradeForm{recordView: v}
	for _, st := range v.Standings {
		if st.Criteria == nil || levelOf(st.Grade) == "city" && !r.Grant.CoversArea(cityOf(v.AreaCode)) {
			continue
		}
		o := page.Option{Value: st.Grade, Text: codes.Grades.Name(st.Grade, r.Lang), Hint: r.Say("training.all_met")}
		if st.Lacks() {
			o.Hint = r.Say("training.something_missing")
		}
		out.Offered = append(out.Offered, o)
	}
	return out, nil
}

func (s *Service) askGrade(r *page.Request) (page.Reply, error) {
	v, err := s.gradeForm(r)
	return page.Show("training/grade-new", v), err
}

func (s *Service) takeGrade(r *page.Request) (page.Reply, error) {
	v, err := s.gradeForm(r)
	if err != nil {
		return page.Reply{}, err
	}
	_, err = s.Grant(r.Context(), r.Grant, v.Mediator.ID, NewGrade{Grade: r.Form("grade"), Alias: r.Form("alias"), GrantedOn: calendar.Day(r.Form("granted_on")), Panel: r.Form("panel"),
		DocumentNo: r.Form("document_no"), Published: r.Form("published"), NoCrime: r.Ticked("no_crime"), Exception: r.Form("exception")})
	if err != nil {
		return page.Again("training/grade-new", v, err), nil
	}
	return page.SeeOther(v.Home + "?done=grade_granted"), nil
}

// takeBackView is a grade that is to be taken back.
type takeBackView struct {
	Grade
	Name, Called string
}

func (s *Service) takeBackView(r *page.Request) (*takeBackView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	v := &takeBackView{}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		if v.Grade, err = gradeWithin(tx, r.Grant, id); err != nil {
			return err
		}
		m, err := registry.FindMediator(tx, v.MediatorID)
		v.Name, v.Called = m.Name, codes.Grades.Name(v.Grade.Grade, r.Lang)
		return err
	})
}

func (s *Service) askTakeBack(r *page.Request) (page.Reply, error) {
	v, err := s.takeBackView(r)
	return page.Show("training/take-back", v), err
}

func (s *Service) takeTakeBack(r *page.Request) (page.Reply, error) {
	v, err := s.takeBackView(r)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := s.TakeBack(r.Context(), r.Grant, v.ID, r.Version(), r.Form("reason")); err != nil {
		return page.Again("training/take-back", v, err), nil
	}
	return page.SeeOther(pageMediators + "/" + v.MediatorID.String() + "?done=grade_taken_back"), nil
}

// criteriaView is what the grades ask for in an area.
type criteriaView struct {
	Area      ident.Area
	Place     string
	Places    []page.Option
	Lines     []Standing
	Grade     string // that is to be set
	Called    string
	Today     calendar.Day
	MaySet    map[string]bool
	Now       *Criteria
	lang      string
	wholeArea []registry.Area
}

// GradeName is what a grade is called.
func (v *criteriaView) GradeName(g string) string { return codes.Grades.Name(g, v.lang) }

// Whose is the area that set criteria.
func (v *criteriaView) Whose(a ident.Area) string {
	for _, one := range v.wholeArea {
		if one.Code == a {
			return one.Name
		}
	}
	return string(a)
}

func (s *Service) criteriaView(r *page.Request, asked string) (*criteriaView, error) {
	v := &criteriaView{Area: ident.Widen(asked), Today: s.today(), MaySet: map[string]bool{}, lang: r.Lang}
	if v.Area == "" {
		v.Area = r.Grant.Home()
	}
	var err error
	if v.Lines, err = s.Criteria(r.Context(), r.Grant, v.Area); err != nil {
		return nil, err
	}
	for _, g := range codes.Grades {
		level := v.Area.Level()
		v.MaySet[g.Code] = level == ident.City || level == ident.Of6 && levelOf(g.Code) == "county"
	}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		around, below, err := registry.Nearby(tx, v.Area)
		if err != nil {
			return err
		}
		v.wholeArea = slices.Concat(around, below)
		for _, a := range v.wholeArea {
			if level := a.Code.Level(); (level == ident.City || level == ident.Of6) && r.Grant.CoversArea(a.Code) {
				v.Places = append(v.Places, page.Option{Value: string(a.Code), Text: a.Name})
			}
		}
		v.Place, err = registry.FullName(tx, v.Area)
		return err
	})
}

func (s *Service) showCriteria(r *page.Request) (page.Reply, error) {
	v, err := s.criteriaView(r, r.Query("area"))
	return page.Show("training/criteria", v), err
}

func (s *Service) criteriaForm(r *page.Request, area, grade string) (*criteriaView, error) {
	v, err := s.criteriaView(r, area)
	if err != nil {
		return nil, err
	}
	if !v.MaySet[grade] {
		return nil, fault.NoSuch()
	}
	v.Grade, v.Called, v.Now = grade, v.GradeName(grade), &Criteria{}
	for _, l := range v.Lines {
		if l.Grade == grade && l.Criteria != nil {
			v.Now = l.Criteria
		}
	}
	return v, nil
}

// Number is a share that is asked for.
func (*criteriaView) Number(n *int) int { return *n }

// Percent is a share that is asked for, as it is typed.
func (*criteriaView) Percent(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func (s *Service) askCriteria(r *page.Request) (page.Reply, error) {
	v, err := s.criteriaForm(r, r.Query("area"), r.Query("grade"))
	return page.Show("training/criteria-set", v), err
}

func (s *Service) takeCriteria(r *page.Request) (page.Reply, error) {
	v, err := s.criteriaForm(r, r.Form("area"), r.Form("grade"))
	if err != nil {
		return page.Reply{}, err
	}
	in := NewCriteria{AreaCode: v.Area, Grade: v.Grade, ValidFrom: calendar.Day(r.Form("valid_from")), NoMisconduct: r.Ticked("no_misconduct"), NoCrime: r.Ticked("no_crime"),
		Training: r.Ticked("training"), Basis: r.Form("basis")}
	in.Years, in.Disputes = typed(r.Form("years")), typed(r.Form("disputes"))
	in.OralMost, in.SuccessLeast = percent(r.Form("oral_most_percent")), percent(r.Form("success_least_percent"))
	if _, err := s.SetCriteria(r.Context(), r.Grant, in); err != nil {
		return page.Again("training/criteria-set", v, err), nil
	}
	return page.SeeOther(pageCriteria + "?area=" + string(v.Area) + "&done=criteria_set"), nil
}

// typed is a number as it was typed; -1, which nothing allows, for what is none.
func typed(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func percent(text string) *int {
	if text == "" {
		return nil
	}
	n := typed(text)
	return &n
}
