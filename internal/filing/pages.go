package filing

import (
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/page"
)

// The cookies of filing: what is being filled in, and what was given when it was filed.
const (
	draftCookie = page.Draft
	filedCookie = page.Filed
)

// Welcome leads a party to its case by a reference and a code, or to a page of it ("/needs").
type Welcome func(r *page.Request, reference, code, further string) (page.Reply, error)

// Pages mounts the plain pages on which a dispute is filed, one question a page.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/file", "case.file", s.start)
	site.Handle("GET", "/file/not-for-us", "case.file", func(*page.Request) (page.Reply, error) {
		return page.Show("filing/not-for-us", nil), nil
	})
	for _, st := range prompts {
		if st.uploads {
			site.Handle("GET", "/file/"+st.path, "case.file", func(r *page.Request) (page.Reply, error) { return s.askFiles(r, st) })
			site.Handle("POST", "/file/"+st.path, "case.file", func(r *page.Request) (page.Reply, error) { return s.takeFile(r, st) }, page.Uploads())
			continue
		}
		site.Handle("GET", "/file/"+st.path, "case.file", func(r *page.Request) (page.Reply, error) { return s.ask(r, st) })
		site.Handle("POST", "/file/"+st.path, "case.file", func(r *page.Request) (page.Reply, error) { return s.take(r, st) })
	}
	s.placePages(site)
	site.Handle("GET", "/file/same", "case.file", s.askSame)
	site.Handle("POST", "/file/same", "case.file", s.takeAnother)
	site.Handle("GET", "/file/check", "case.file", s.showCheck)
	site.Handle("POST", "/file/check", "case.file", s.file)
	site.Handle("GET", "/file/done", "case.file", s.filed)
	site.Handle("POST", "/file/done", "access.open", s.enterFiled)
	site.Handle("GET", "/file/done/copy", "case.file", s.filedCopy)
	s.codePages(site)
	site.Handle("GET", "/file/forget", "case.file", func(r *page.Request) (page.Reply, error) {
		return page.Show("confirm", forgetting(r)), nil
	})
	site.Handle("POST", "/file/forget", "case.file", s.forget)
}

// startView is what the start page tells: where one left off, and whether something was filed just now.
type startView struct {
	Resume string
	Filed  bool
	Denied string // why whoever is signed in can file nothing here
}

// start is the first page: what it costs, what is needed, who acts, and the ways beside the screen – the telephone, the
// window, paper, somebody one trusts – which stay open to everybody (X1).
func (s *Service) start(r *page.Request) (page.Reply, error) {
	a, found, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	var v startView
	if found && a.Receipt == nil {
		v.Resume = a.resume()
	}
	_, v.Filed = s.receipt(r)
	if err := casework.MayFile(r.By()); err != nil {
		v.Denied, v.Resume = fault.Of(err).Text.In(r.Lang), ""
	}
	return page.Show("filing/start", v), nil
}

// question is what every question page is drawn from.
type question struct {
	Action, Back string
	At, Of       int
	Uploads      bool   // files come with the form
	Missing      bool   // they came here because this was still open
	Placed       string // the place that they just chose in one step
	Options      []page.Option
	Answers      Answers
	Advice       []adviceLine
	Own          Told // of their account, to begin with
	Afraid       bool // somebody is in danger or afraid
	Title        string
	No           int // which person of the other side, from 0
	Other        Told
}

func (s *Service) question(r *page.Request, st prompt, a Answers) (question, error) {
	q := question{Uploads: st.uploads, Action: "/file/" + st.path, Back: st.before(&a), At: st.part, Of: parts, Answers: a, Title: called(r, a.Name(), a.Category), Missing: r.Query("missing") != "",
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
	return q, s.fill(r, st, &a, &q)
}

// fill adds what one question shows and no other.
func (s *Service) fill(r *page.Request, st prompt, a *Answers, q *question) (err error) {
	switch {
	case st.path == "advice":
		q.Advice, q.Afraid = adviceLines(r, a), a.Danger == dangerYes
	case st.path == "you" && a.You.Name == "":
		q.Own, err = s.own(r)
	}
	if err == nil && r.Query("placed") != "" {
		q.Placed, err = s.placed(r.Context(), a)
	}
	if err == nil {
		q.Options, err = s.optionsOf(r, st, a)
	}
	return err
}

// ask shows a question with the answer given earlier.
func (s *Service) ask(r *page.Request, st prompt) (page.Reply, error) {
	a, _, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if may := casework.MayFile(r.By()) == nil; !may { // the start page says why
		return page.SeeOther("/file"), nil
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
	return s.goOn(r, st, a)
}

// goOn keeps the answers and leads on.
func (s *Service) goOn(r *page.Request, st prompt, a Answers) (page.Reply, error) {
	next := leadsOn(r, st, &a)
	a.On = strings.TrimPrefix(next, "/file/")
	token, err := s.keepAnswers(r.Context(), r.Cookie(draftCookie), a)
	if err != nil {
		return page.Reply{}, err
	}
	r.SetCookie(draftCookie, token, draftKept)
	return page.SeeOther(next), nil
}

// resume is where somebody goes on who comes back: the very question they left, also one that need not be answered; the
// first open one where that comes before.
func (a *Answers) resume() string {
	left := slices.IndexFunc(prompts, func(st prompt) bool { return st.path == a.On && st.asked(a) })
	st, open := a.open()
	switch {
	case left >= 0 && (!open || left < st.place()):
		return "/file/" + a.On
	case open:
		return "/file/" + st.path
	}
	return "/file/check"
}

// called is a title as whoever reads the page reads it: what nobody wrote is put into their language.
func called(r *page.Request, title, category string) string {
	if r.Lang == "zh-CN" || category == "" || title != codes.Untitled(category) {
		return title
	}
	return r.Say("mine.about", codes.Categories.Name(category, r.Lang))
}

// adviceLine is one thing to know, in words.
type adviceLine struct{ Title, Text, More, Call string }

func adviceLines(r *page.Request, a *Answers) []adviceLine {
	var out []adviceLine
	for _, one := range a.advice() {
		line := adviceLine{Title: r.Say(one.title), Text: r.Say(one.text), Call: one.call}
		if one.more != "" {
			line.More = r.Say(one.more)
		}
		out = append(out, line)
	}
	return out
}

// own is what is known of a resident who is signed in, shown to nobody but themselves. Whoever works here files for others.
func (s *Service) own(r *page.Request) (told Told, err error) {
	by := r.By()
	if by.Person.IsZero() || by.IsStaff() {
		return Told{}, nil
	}
	told.Name = by.Name
	err = s.store.Read(r.Context(), by, func(tx *db.Tx) error {
		told.Phone, err = s.phoneOf(tx, by.Person)
		return err
	})
	return told, err
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
	Own     bool // they are signed in: the case is on their list
	Dropped bool // it waited, and the committee put it aside
	Stuck   bool // it waits for the committee to mend it
	Unread  bool // it does not open any more
	CodeTo  string
	Sent    bool // a code is on its way
}

func (s *Service) filed(r *page.Request) (page.Reply, error) {
	receipt, found := s.receipt(r)
	if !found {
		return page.Show("filing/gone", nil), nil
	}
	receipt, o, err := s.standing(r.Context(), receipt)
	if err != nil {
		return page.Reply{}, err
	}
	receipt.Title = called(r, receipt.Title, receipt.Category)
	return page.Show("filing/done", filedView{Receipt: receipt, Dropped: o.Dropped, Stuck: o.Stuck, Unread: o.Unread, CodeTo: o.To, Sent: o.GoodUntil != nil, Own: !r.By().Person.IsZero() && r.By().Person == receipt.By && !r.By().IsStaff()}), nil
}

// filedCopy is what was given, as a small file to keep: it names nobody and says nothing of the matter.
func (s *Service) filedCopy(r *page.Request) (page.Reply, error) {
	receipt, found := s.receipt(r)
	if !found {
		return page.Show("filing/gone", nil), nil
	}
	receipt, o, err := s.standing(r.Context(), receipt)
	if err != nil {
		return page.Reply{}, err
	}
	lines := []string{r.Say("site.name"), "", r.Say("file.copy_reference", receipt.Reference)}
	if receipt.Code != "" {
		lines = append(lines, r.Say("file.copy_code", receipt.Code))
	}
	lines = append(lines, r.Say("file.copy_filed", page.When(receipt.FiledAt, r.Lang)), r.Say("file.copy_committee", receipt.Committee, receipt.Phone))
	if receipt.Decided != "" {
		lines = append(lines, r.Say("file.done_decided", page.Day(receipt.Decided, r.Lang)))
	}
	switch {
	case o.Dropped:
		lines = append(lines, r.Say("file.held_dropped"))
	case o.Unread:
		lines = append(lines, r.Say("file.held_unread_text"))
	case o.Stuck:
		lines = append(lines, r.Say("file.held_stuck"))
	case !receipt.WaitsUntil.IsZero():
		lines = append(lines, r.Say("file.held_text", page.When(receipt.WaitsUntil, r.Lang)))
	}
	lines = append(lines, "", r.Say("file.copy_follow"), r.Say("file.done_code_text"), "")
	return page.Download(r.Say("file.copy_name")+".txt", "text/plain; charset=utf-8", strings.NewReader(strings.Join(lines, "\r\n"))), nil
}

// enterFiled leads whoever has just filed to their case, with the code that their browser was given.
func (s *Service) enterFiled(r *page.Request) (page.Reply, error) {
	receipt, found := s.receipt(r)
	if !found || receipt.Code == "" {
		return page.SeeOther("/follow"), nil
	}
	further := ""
	if r.Form("to") == "needs" {
		further = "/needs"
	}
	return s.welcome(r, receipt.Reference, receipt.Code, further)
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
