package filing

import (
	"fmt"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// The cookies of filing: what is being filled in, and what was given when it was filed.
const (
	draftCookie = "draft"
	filedCookie = "filed"
)

// Welcome leads a party to its case by a reference and a code.
type Welcome func(r *page.Request, reference, code string) (page.Reply, error)

// Pages mounts the plain pages on which a dispute is filed, one question a page.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/file", "case.file", s.start)
	site.Handle("GET", "/file/not-for-us", "case.file", func(*page.Request) (page.Reply, error) {
		return page.Show("filing/not-for-us", nil), nil
	})
	for _, st := range prompts {
		site.Handle("GET", "/file/"+st.path, "case.file", func(r *page.Request) (page.Reply, error) { return s.ask(r, st) })
		site.Handle("POST", "/file/"+st.path, "case.file", func(r *page.Request) (page.Reply, error) { return s.take(r, st) })
	}
	site.Handle("GET", "/file/check", "case.file", s.showCheck)
	site.Handle("POST", "/file/check", "case.file", s.file)
	site.Handle("GET", "/file/done", "case.file", s.filed)
	site.Handle("POST", "/file/done", "access.open", s.enterFiled)
	site.Handle("GET", "/file/forget", "case.file", func(r *page.Request) (page.Reply, error) {
		return page.Show("confirm", forgetting(r)), nil
	})
	site.Handle("POST", "/file/forget", "case.file", s.forget)
}

// startView is what the start page tells: where one left off, and whether something was filed just now.
type startView struct {
	Resume string
	Filed  bool
}

func (s *Service) start(r *page.Request) (page.Reply, error) {
	a, found, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	var v startView
	if found && a.Receipt == nil {
		v.Resume = "/file/check"
		if st, open := a.open(); open {
			v.Resume = "/file/" + st.path
		}
	}
	_, v.Filed = s.receipt(r)
	return page.Show("filing/start", v), nil
}

// question is what every question page is drawn from.
type question struct {
	Action, Back string
	At, Of       int
	Missing      bool // they came here because this was still open
	Options      []page.Option
	Answers      Answers
	Title        string
	No           int // which person of the other side, from 0
	Other        Told
}

func (s *Service) question(r *page.Request, st prompt, a Answers) (question, error) {
	q := question{Action: "/file/" + st.path, Back: st.before(&a), At: st.part, Of: parts, Answers: a, Title: a.Name(), Missing: r.Query("missing") != "",
		No: min(onTheOther(r), len(a.Others))}
	if q.No < len(a.Others) {
		q.Other = a.Others[q.No]
	}
	var query []string
	if q.No > 0 {
		query = append(query, fmt.Sprintf("no=%d", q.No+1))
	}
	if r.Query("to") == "check" {
		q.Back, query = "/file/check", append(query, "to=check")
	}
	if len(query) > 0 {
		q.Action += "?" + strings.Join(query, "&")
	}
	var err error
	q.Options, err = s.optionsOf(r, st, &a)
	return q, err
}

// ask shows a question with the answer given earlier.
func (s *Service) ask(r *page.Request, st prompt) (page.Reply, error) {
	a, _, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if first, tooEarly := st.needs(&a); tooEarly {
		return page.SeeOther("/file/" + first.path), nil
	}
	q, err := s.question(r, st, a)
	return page.Show("filing/"+st.path, q), err
}

// take keeps an answer and leads on: to the next question, or back to the check page for whoever came from there.
func (s *Service) take(r *page.Request, st prompt) (page.Reply, error) {
	a, _, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if a.Receipt != nil {
		a = Answers{}
	}
	if first, tooEarly := st.needs(&a); tooEarly {
		return page.SeeOther("/file/" + first.path), nil
	}
	q, err := s.question(r, st, a)
	if err != nil {
		return page.Reply{}, err
	}
	err = offered(st, q.Options, r.Form(firstOf(st.fields)))
	if err == nil {
		st.read(r, &a)
		err = s.check(r.Context(), st, &a, q.No)
	}
	if err != nil {
		return page.Again("filing/"+st.path, q, err), nil
	}
	token, err := s.keepAnswers(r.Context(), r.Cookie(draftCookie), a)
	if err != nil {
		return page.Reply{}, err
	}
	r.SetCookie(draftCookie, token, draftKept)
	return page.SeeOther(leadsOn(r, st, &a)), nil
}

func firstOf(fields []string) string {
	if len(fields) == 0 {
		return ""
	}
	return fields[0]
}

func leadsOn(r *page.Request, st prompt, a *Answers) string {
	if r.Query("to") != "check" && st.path != "title" {
		return st.after(a)
	}
	if next, open := a.open(); open {
		return "/file/" + next.path + "?to=check"
	}
	return "/file/check"
}

// checkView is the page on which everything is looked at once more before it is sent.
type checkView struct {
	Rows      []page.Row
	Open      string // the first question without an answer
	More      string // where one more person of the other side is added
	Committee string
}

func (s *Service) checkView(r *page.Request, a *Answers) (checkView, error) {
	v := checkView{}
	if st, open := a.open(); open {
		v.Open = "/file/" + st.path + "?to=check&missing=1"
	}
	if n := len(a.Others); n > 0 && n < mostOthers {
		v.More = fmt.Sprintf("/file/other?no=%d&to=check", n+1)
	}
	err := s.store.Read(r.Context(), actor.Actor{}, func(tx *db.Tx) error {
		place, compound, err := placeAndCompound(tx, a)
		if err != nil {
			return err
		}
		v.Rows = append(rowsOfMatter(r, a, place, compound), rowsOfPeople(r, a)...)
		if c, err := registry.Serving(tx, registry.Place{Area: a.Place(), Compound: a.Compound, Category: a.Category}); err == nil {
			v.Committee = c.Name
		}
		return nil
	})
	return v, err
}

func placeAndCompound(tx *db.Tx, a *Answers) (place, compound string, err error) {
	if a.Place() != "" {
		if place, err = registry.FullName(tx, a.Place()); err != nil {
			return "", "", err
		}
	}
	if !a.Compound.IsZero() {
		c, err := registry.FindCompound(tx, a.Compound)
		return place, c.Name, err
	}
	return place, "", nil
}

func rowsOfMatter(r *page.Request, a *Answers, place, compound string) []page.Row {
	row := func(key, path string, value any) page.Row {
		return page.Row{Label: r.Say(key), Value: value, Change: "/file/" + path + "?to=check"}
	}
	rows := []page.Row{row("file.row_place", "place", place)}
	if a.Compounds {
		if compound == "" && a.Lies != "" {
			compound = r.Say("file.compound_" + a.Lies)
		}
		rows = append(rows, row("file.row_compound", "compound", compound))
	}
	kind := ""
	if a.Category != "" {
		kind = r.Say("file.kind." + a.Category)
	}
	return append(rows, row("file.row_about", "about", kind), row("file.row_title", "title", a.Name()),
		row("file.row_facts", "facts", a.Facts), row("file.row_wish", "wish", a.Request))
}

func rowsOfPeople(r *page.Request, a *Answers) []page.Row {
	reach := func(t Told) string {
		switch {
		case t.Phone != "":
			return t.Phone
		case t.Unknown:
			return r.Say("file.unknown")
		}
		return t.PhoneReason
	}
	rows := []page.Row{{Label: r.Say("file.row_you"), Value: a.You.Name, Change: "/file/you?to=check"},
		{Label: r.Say("file.row_phone"), Value: reach(a.You), Change: "/file/you?to=check"}}
	others := a.Others
	if len(others) == 0 {
		others = []Told{{}}
	}
	for i, o := range others {
		change := fmt.Sprintf("/file/other?no=%d&to=check", i+1)
		who := o.Name
		if o.Kind == "organisation" {
			who = r.Say("file.organisation_named", o.Name)
		}
		rows = append(rows, page.Row{Label: r.Say("file.row_other"), Value: who, Change: change},
			page.Row{Label: r.Say("file.row_other_phone"), Value: reach(o), Change: change})
	}
	return rows
}

func (s *Service) showCheck(r *page.Request) (page.Reply, error) {
	a, found, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if !found || a.Receipt != nil {
		return page.SeeOther(s.withoutDraft(r)), nil
	}
	v, err := s.checkView(r, &a)
	return page.Show("filing/check", v), err
}

// withoutDraft is where somebody goes who has nothing to check: to what they filed, or to the beginning.
func (s *Service) withoutDraft(r *page.Request) string {
	if _, filed := s.receipt(r); filed {
		return "/file/done"
	}
	return "/file"
}

// file sends the answers. Sent twice it leads to the same confirmation.
func (s *Service) file(r *page.Request) (page.Reply, error) {
	token := r.Cookie(draftCookie)
	a, found, err := s.answersOf(r.Context(), token)
	if err != nil {
		return page.Reply{}, err
	}
	if !found {
		return page.SeeOther(s.withoutDraft(r)), nil
	}
	if st, open := a.open(); open && a.Receipt == nil {
		return page.SeeOther("/file/" + st.path + "?to=check&missing=1"), nil
	}
	if _, err := s.fileAnswers(r.Context(), r.By(), token, r.Lang); err != nil {
		return s.mend(r, a, err)
	}
	r.SetCookie(filedCookie, token, receiptKept)
	r.SetCookie(draftCookie, "", -1)
	return page.SeeOther("/file/done"), nil
}

// mend shows the question whose answer could not be filed.
func (s *Service) mend(r *page.Request, a Answers, cause error) (page.Reply, error) {
	if st, no, ok := mends(cause); ok {
		return page.SeeOther(fmt.Sprintf("/file/%s?to=check&missing=1&no=%d", st.path, no+1)), nil
	}
	v, err := s.checkView(r, &a)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Again("filing/check", v, cause), nil
}

// receipt is what this browser was given when something was filed from it in the last day.
func (s *Service) receipt(r *page.Request) (Receipt, bool) {
	a, found, err := s.answersOf(r.Context(), r.Cookie(filedCookie))
	if err != nil || !found || a.Receipt == nil {
		return Receipt{}, false
	}
	return *a.Receipt, true
}

// filedView is the confirmation.
type filedView struct {
	Receipt
	Own bool // they are signed in: the case is on their list
}

func (s *Service) filed(r *page.Request) (page.Reply, error) {
	receipt, found := s.receipt(r)
	if !found {
		return page.Show("filing/gone", nil), nil
	}
	return page.Show("filing/done", filedView{Receipt: receipt, Own: !r.By().Person.IsZero() && !r.By().IsStaff()}), nil
}

// enterFiled leads whoever has just filed to their case, with the code that their browser was given.
func (s *Service) enterFiled(r *page.Request) (page.Reply, error) {
	receipt, found := s.receipt(r)
	if !found || receipt.Code == "" {
		return page.SeeOther("/follow"), nil
	}
	return s.welcome(r, receipt.Reference, receipt.Code)
}

func forgetting(r *page.Request) page.Confirm {
	return page.Confirm{Title: r.Say("file.forget"), Text: r.Say("file.forget_text"), Warning: r.Say("file.forget_warning"),
		Action: "/file/forget", Submit: r.Say("file.forget_submit"), Cancel: "/file", Danger: true}
}

// forget takes everything of a filing from this device: it may be somebody else's.
func (s *Service) forget(r *page.Request) (page.Reply, error) {
	for _, name := range []string{draftCookie, filedCookie} {
		if err := s.dropAnswers(r.Context(), r.Cookie(name)); err != nil {
			return page.Reply{}, err
		}
		r.SetCookie(name, "", -1)
	}
	return page.SeeOther("/file?done=forgotten"), nil
}
