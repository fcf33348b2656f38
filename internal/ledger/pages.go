package ledger

import (
	"cmp"
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const newLine = "/ledger/new"

// Pages mounts the quick entry of what is settled already, and what became of it.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", newLine, Entering, s.ask)
	site.Handle("POST", newLine, Entering, s.take)
	site.Handle("GET", "/ledger/:id", Entering, s.entered)
}

// formView is the form with its lists.
type formView struct {
	Committee  ident.ID      // for which it is entered
	For        []page.Link   // the committees of whoever serves in several; the one chosen is current
	Places     []page.Option // compounds first, then places; the committee's own first
	First      string
	Categories []page.Option
	Team       []page.Option
	Me         string // the reader among the mediators; "" for whoever is none
	Today      calendar.Day
	was        func(string) string
	all        func(string) []string
	fresh      bool
}

// Was is what was typed, or what is offered first.
func (v *formView) Was(name string, first ...string) string {
	if got := v.was(name); got != "" || !v.fresh || len(first) == 0 {
		return got
	}
	return first[0]
}

// Mediated are the mediators that are ticked.
func (v *formView) Mediated() []string {
	if v.fresh {
		return []string{v.Me}
	}
	return v.all("mediators")
}

func (s *Service) form(r *page.Request, fresh bool) (*formView, error) {
	mine := r.Grant.Committees()
	if len(mine) == 0 {
		return nil, fault.New(fault.Denied, "", "只能为自己所在的调委会登记。", "You can enter only for your own committee.")
	}
	v := &formView{Committee: mine[0], Categories: page.Coded(codes.Categories, r.Lang), Today: calendar.DayOf(s.Store.Now()), was: r.Form, all: r.Forms, fresh: fresh}
	if chosen, err := ident.ParseID(cmp.Or(r.Form("committee_id"), r.Query("committee_id"))); err == nil && slices.Contains(mine, chosen) {
		v.Committee = chosen
	}
	err := s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		committee, err := v.choose(tx, mine)
		if err != nil {
			return err
		}
		team, err := registry.MediatorsOf(tx, committee.ID)
		for _, m := range team {
			if !m.Works() {
				continue
			}
			v.Team = append(v.Team, page.Option{Value: m.ID.String(), Text: m.Name})
			if m.PersonID == r.By().Person {
				v.Me = m.ID.String()
			}
		}
		if err != nil {
			return err
		}
		return v.around(tx, committee.AreaCode)
	})
	return v, err
}

// choose finds the committee for which it is entered, and names the others of whoever serves in several.
func (v *formView) choose(tx *db.Tx, mine []ident.ID) (chosen registry.Committee, err error) {
	for _, id := range mine {
		c, err := registry.FindCommittee(tx, id)
		if err != nil {
			return c, err
		}
		if id == v.Committee {
			chosen = c
		}
		if len(mine) > 1 {
			v.For = append(v.For, page.Link{Path: newLine + "?committee_id=" + id.String(), Text: c.Name, Current: id == v.Committee})
		}
	}
	return chosen, nil
}

// around are the places near a committee: what lies in its own village first.
func (v *formView) around(tx *db.Tx, at ident.Area) error {
	town := at
	if at.Level() == ident.Village {
		town = at.Parent()
	}
	own, err := registry.FindArea(tx, town)
	if err != nil {
		return err
	}
	villages, err := registry.AreasBelow(tx, town)
	if err != nil {
		return err
	}
	compounds, _, err := registry.CompoundsIn(tx, town, registry.Page{Limit: 100})
	here := func(c registry.Compound) bool { return c.AreaCode == at }
	slices.SortStableFunc(compounds, func(a, b registry.Compound) int {
		switch {
		case here(a) && !here(b):
			return -1
		case here(b) && !here(a):
			return 1
		}
		return 0
	})
	v.First = "area:" + string(at)
	for _, a := range append(villages, own) {
		o := page.Option{Value: "area:" + string(a.Code), Text: a.Name}
		if a.Code == at {
			v.Places = append([]page.Option{o}, v.Places...)
		} else {
			v.Places = append(v.Places, o)
		}
	}
	for _, c := range compounds {
		v.Places = append(v.Places, page.Option{Value: "compound:" + c.ID.String(), Text: c.Name})
	}
	return err
}

func (s *Service) ask(r *page.Request) (page.Reply, error) {
	v, err := s.form(r, true)
	return page.Show("ledger/new", v), err
}

func (s *Service) take(r *page.Request) (page.Reply, error) {
	l, err := s.read(r)
	var made casework.View
	if err == nil {
		made, err = s.Enter(r.Context(), r.Grant, l)
	}
	if err == nil {
		return page.SeeOther("/ledger/" + made.ID.String()), nil
	}
	v, bad := s.form(r, false)
	if bad != nil {
		return page.Reply{}, bad
	}
	return page.Again("ledger/new", v, onThePage(err)), nil
}

// read understands what was typed. What cannot be understood is refused with everything else that is wrong.
func (s *Service) read(r *page.Request) (Line, error) {
	committee, _ := ident.ParseID(r.Form("committee_id"))
	l := Line{CommitteeID: committee, On: calendar.Day(r.Form("on")), Category: r.Form("category"), Facts: r.Form("facts"), Outcome: r.Form("outcome"), Told: r.Ticked("rights_told"),
		Applicant: Person(r.Form("applicant.name"), r.Form("applicant.phone")), Respondents: People(r.Form("respondent.name"), r.Form("respondent.phone")),
		Terms: Terms{Debtor: r.Form("terms.debtor"), Text: r.Form("terms.text"), Due: calendar.Day(r.Form("terms.due"))}}
	var bad fault.Check
	for _, day := range []struct {
		at string
		d  *calendar.Day
	}{{"on", &l.On}, {"terms.due", &l.Terms.Due}} {
		if *day.d != "" {
			_, err := calendar.ParseDay(string(*day.d))
			bad.Take(day.at, err)
		}
	}
	if text := r.Form("terms.amount_fen"); text != "" {
		var err error
		l.Terms.Amount, err = money.Parse(text)
		bad.Take("terms.amount_fen", err)
	}
	for i, text := range r.Forms("mediators") {
		id, err := ident.ParseID(text)
		bad.Take("mediators", err)
		if i == 0 || me(r, text) {
			l.Host = id
		}
	}
	for _, text := range r.Forms("mediators") {
		if id, err := ident.ParseID(text); err == nil && id != l.Host {
			l.Co = append(l.Co, id)
		}
	}
	if l.Host.IsZero() {
		bad.Add("mediators", "请选择参加调解的调解员。", "Please choose who mediated.")
	}
	if err := s.readPlace(r, &l); err != nil {
		bad.Take("place", err)
	}
	if err := bad.Err(); err != nil {
		return l, together(err, l.check(calendar.DayOf(s.Store.Now())))
	}
	return l, nil
}

// me tells whether a mediator is the reader: the form says so beside the list.
func me(r *page.Request, mediator string) bool { return r.Form("me") == mediator }

// readPlace takes the one answer to where it arose: a compound, or an area.
func (s *Service) readPlace(r *page.Request, l *Line) error {
	kind, value, _ := strings.Cut(r.Form("place"), ":")
	if kind == "area" {
		l.AreaCode = ident.Area(value)
		return nil
	}
	id, err := ident.ParseID(value)
	if kind != "compound" || err != nil {
		return fault.New(fault.Invalid, "", "请选择纠纷发生的地点。", "Please choose where the dispute arose.")
	}
	return s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		c, err := registry.FindCompound(tx, id)
		l.CompoundID, l.AreaCode = c.ID, c.AreaCode
		return err
	})
}

// together is everything that two looks at the same form found.
func together(a, b error) error {
	var bad fault.Check
	seen := map[string]bool{}
	for _, err := range []error{a, b} {
		if err == nil {
			continue
		}
		for _, f := range fault.Of(err).Fields {
			if !seen[f.At] {
				seen[f.At] = true
				bad.Take(f.At, &fault.Fault{Kind: fault.Invalid, Text: f.Text})
			}
		}
	}
	return bad.Err()
}

// asked is by which question of the page a value was given.
var asked = []struct{ value, question string }{
	{"area_code", "place"}, {"compound_id", "place"}, {"respondents", "respondent.name"}, {"respondents[0].phone", "respondent.phone"},
	{"host_mediator_id", "mediators"}, {"co_mediator_ids", "mediators"},
}

// onThePage names the questions of the page in a fault that names values.
func onThePage(err error) error {
	f := *fault.Of(err)
	if f.Kind == fault.Internal {
		return err
	}
	if f.Kind == fault.Denied {
		f.Kind = fault.Conflict // who mediated is chosen in the form, and can be chosen otherwise
	}
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		at := f.Fields[i].At
		if strings.HasPrefix(at, "respondents[") && !strings.HasSuffix(at, "phone") {
			f.Fields[i].At = "respondent.name"
		}
		for _, a := range asked {
			if a.value == at {
				f.Fields[i].At = a.question
			}
		}
	}
	return &f
}

// enteredView is what became of a line: how the case stands and what is still to be done.
type enteredView struct {
	casework.View
	How    string
	Warned []string // of what was agreed
	Mind   []string // before it is archived
}

func (s *Service) entered(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	v, err := s.Cases.See(r.Context(), r.Grant, id)
	warned := minded(v)
	v = v.In(r.Lang)
	out := enteredView{View: v, How: v.State.Name(r.Lang)}
	for _, w := range warned {
		out.Warned = append(out.Warned, w.In(r.Lang))
	}
	for _, f := range v.Findings {
		out.Mind = append(out.Mind, f.Says)
	}
	return page.Show("ledger/entered", out), err
}
