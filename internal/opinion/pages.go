package opinion

import (
	"context"
	"errors"
	"net/url"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// Pages mounts the two forms of a party, and the report.
func (s *Service) Pages(site *page.Site) {
	for _, f := range []form{{s, formOpinion, opinions, s.Give}, {s, formAbout, abouts, s.Tell}} {
		site.Handle("GET", "/mine/:id/"+f.name, Giving, f.show)
		site.Handle("POST", "/mine/:id/"+f.name, Giving, f.take)
	}
	site.Handle("GET", reportPath, Reading, s.showReport)
	site.Handle("GET", reportPath+"/lines", ReadingLines, s.showLines)
}

const reportPath = "/reports/opinion"

// form is one of the two that a party may fill in.
type form struct {
	*Service
	name string
	ask  []question
	do   func(context.Context, authz.Grant, ident.ID, Said) error
}

// formView is a form with its questions; Answered once it has been filled in.
type formView struct {
	Home      string // of the case
	Questions []asked
	Answered  bool
}

type asked struct {
	Name    string
	Options []page.Option
}

// view is the form; false while the case is not over and there is nothing to ask.
func (f form) view(r *page.Request) (*formView, ident.ID, bool, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, id, false, fault.NoSuch()
	}
	v := &formView{Home: "/mine/" + id.String()}
	for _, q := range f.ask {
		v.Questions = append(v.Questions, asked{q.name, page.Coded(q.answer, r.Lang)})
	}
	err = f.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		_, err := f.may(tx, r.Grant, id, f.name)
		return err
	})
	v.Answered = errors.Is(err, errAnswered)
	if v.Answered {
		err = nil
	}
	if errors.Is(err, errNotOver) {
		return v, id, false, nil
	}
	return v, id, true, err
}

func (f form) show(r *page.Request) (page.Reply, error) {
	v, _, open, err := f.view(r)
	if err == nil && !open {
		return page.SeeOther(v.Home), nil
	}
	return page.Show("opinion/"+f.name, v), err
}

func (f form) take(r *page.Request) (page.Reply, error) {
	v, id, open, err := f.view(r)
	switch {
	case err != nil:
		return page.Reply{}, err
	case !open:
		return page.SeeOther(v.Home), nil
	case v.Answered: // sent twice: harmless
		return page.SeeOther(v.Home + "?done=" + f.name), nil
	}
	in := Said{Answers: map[string]string{}, Line: r.Form("line")}
	for _, q := range f.ask {
		in.Answers[q.name] = r.Form(q.name)
	}
	if err := f.do(r.Context(), r.Grant, id, in); err != nil && !errors.Is(err, errAnswered) {
		return page.Again("opinion/"+f.name, v, err), nil
	}
	return page.SeeOther(v.Home + "?done=" + f.name), nil
}

// reportView is the report with its form; LinesAt is where the lines are, for who may read them.
type reportView struct {
	Report
	Asked   Ask
	Blocks  []block
	LinesAt string
}

// block is the questions of one form.
type block struct {
	Name string
	Rows []Row
}

// askOf reads a question from the address.
func askOf(r *page.Request) (Ask, error) {
	ask := Ask{Area: ident.Widen(r.Query("area"))}
	var bad fault.Check
	for name, to := range map[string]*calendar.Day{"from": &ask.From, "to": &ask.To} {
		if text := r.Query(name); text != "" {
			day, err := calendar.ParseDay(text)
			bad.Take(name, err)
			*to = day
		}
	}
	return ask, bad.Err()
}

func (s *Service) showReport(r *page.Request) (page.Reply, error) {
	v := &reportView{}
	ask, err := askOf(r)
	v.Asked = ask
	if err == nil {
		v.Report, err = s.Report(r.Context(), r.Grant, ask, r.Lang)
	}
	if err != nil {
		return page.Again("opinion/report", v, err), nil
	}
	v.Blocks = []block{{formOpinion, v.Opinions}, {formAbout, v.Abouts}}
	if g, err := s.Policy.Allow(r.By(), ReadingLines); err == nil && mayReadLines(g, v.Area) {
		v.LinesAt = reportPath + "/lines?" + url.Values{"area": {string(v.Area)}, "from": {string(ask.From)}, "to": {string(ask.To)}}.Encode()
	}
	return page.Show("opinion/report", v), nil
}

func (s *Service) showLines(r *page.Request) (page.Reply, error) {
	ask, err := askOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	lines, err := s.Lines(r.Context(), r.Grant, ask)
	return page.Show("opinion/lines", lines), err
}
