package desk

import (
	"context"
	"errors"
	"strconv"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// Pages mounts the plain pages of those who work here: what to do next, the cases, one case, and a form for each step of
// its life.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/desk", "desk.read", s.home)
	site.Handle("GET", "/desk/new", "case.file", s.newCase)
	site.Handle("POST", "/desk/new", "case.file", s.fileCase)
	site.Handle("GET", "/desk/ageing", "case.list", s.ageing)
	site.Handle("GET", clustersPath, "case.list", s.clusters)
	site.Handle("GET", "/desk/cases", "case.list", s.list, page.AsFile("case.export"))
	site.Handle("GET", "/desk/cases/:id", "case.read", s.show)
	site.Handle("GET", "/desk/cases/:id/go", "case.read", s.goOn)
	site.Handle("GET", "/desk/cases/:id/files/:file", "case.attachment", s.download)
	for _, st := range steps {
		if st.page == "" {
			continue
		}
		action := authz.Action("case." + string(st.event))
		site.Handle("GET", "/desk/cases/:id/"+st.event.Route(), action, func(r *page.Request) (page.Reply, error) { return s.form(r, st) })
		site.Handle("POST", "/desk/cases/:id/"+st.event.Route(), action, func(r *page.Request) (page.Reply, error) { return s.submit(r, st) })
	}
	s.besides(site)
	s.searching(site)
	s.notes(site)
}

// deskCase is a case in a list, in words.
type deskCase struct {
	casework.Line
	Todo      string
	No        string // by which it is spoken of: the case number, or the intake number
	Name      string // its title; for whoever may not read it, what kind of dispute
	Kind      string // of dispute
	Place     string
	Sides     string
	Host      string
	Committee string
	Tag       page.Tag
	Due       page.Tag // when what is due next is due; no text when nothing is
	What      string   // what is due next
	Do        string   // the step that it waits for, in words; "" where it is not the reader's to take
	Urge      bool     // it is late, and the host's to do: the reader can only remind them
}

// works tells whether somebody takes cases on.
func works(by actor.Actor) bool { return by.Holds(actor.Mediator) || by.Holds(actor.Chair) }

// dress puts the lines of a list into words. What the reader is in as a party is not their work.
func (s *Service) dress(r *page.Request, lines []casework.Line) ([]deskCase, error) {
	var out []deskCase
	err := s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		names := &namesOf{tx: tx, known: map[string]string{}}
		for _, l := range lines {
			if l.Seen == authz.Party {
				continue
			}
			c := deskCase{Line: l, No: numberOf(r, l), Kind: codes.Categories.Name(l.Category, r.Lang), Tag: stateTag(l.State, r.Lang),
				Host: names.mediator(l.HostID), Committee: names.committee(l.CommitteeID), Place: names.area(l.AreaCode)}
			if l.Destroyed {
				c.Tag = page.Tag{Kind: "plain", Text: r.Say("desk.destroyed")}
			}
			c.dress(r, calendar.DayOf(tx.Now))
			out = append(out, c)
		}
		return errors.Join(names.err, s.leaveToHosts(tx, r, out))
	})
	return out, err
}

// leaveToHosts takes the button from a case on which the step is the host's alone: it waits for the host, and a button
// that leads its reader elsewhere promises too much.
func (s *Service) leaveToHosts(tx *db.Tx, r *page.Request, cases []deskCase) error {
	asked := map[authz.Action][]ident.ID{}
	for _, c := range cases {
		if action := actionOf[doing(c.Line)]; c.Do != "" && action != "" && !c.HostID.IsZero() {
			asked[action] = append(asked[action], c.ID)
		}
	}
	may := map[ident.ID]bool{}
	for action, ids := range asked {
		g, err := s.policy.Allow(r.By(), action)
		if err == nil {
			err = s.cases.Within(tx, g, ids, func(id ident.ID) { may[id] = true })
		}
		if err != nil && !fault.Is(err, fault.Denied) {
			return err
		}
	}
	for i := range cases {
		c := &cases[i]
		if c.Do == "" || c.HostID.IsZero() || actionOf[doing(c.Line)] == "" || may[c.ID] {
			continue
		}
		c.Do, c.Urge = "", c.Todo == "overdue"
		if !c.Urge {
			c.Todo = "others"
		}
	}
	return nil
}

func (c *deskCase) dress(r *page.Request, today calendar.Day) {
	c.Todo, c.Name = todo(c.Line, today), c.Title
	if doable(c.Line) && works(r.By()) {
		c.Do = r.Say("desk.go." + doing(c.Line))
	}
	if c.Name == "" {
		c.Name = c.Kind
	}
	if c.Name == "" { // a referring organ sees no more than where its case stands
		c.Name = c.No
	}
	switch {
	case c.Applicants != "" && c.Respondents != "":
		c.Sides = r.Say("desk.sides", c.Applicants, c.Respondents)
	default:
		c.Sides = c.Applicants + c.Respondents
	}
	if c.Overdue {
		c.Todo = "overdue"
	}
	if !c.NextDue.IsZero() {
		c.What, c.Due = r.Say("desk.clock."+c.NextDueName), dueTag(r, c.NextDue, today)
	}
}

// numberOf is by what a case is spoken of: its case number, else its intake number or reference.
func numberOf(r *page.Request, l casework.Line) string {
	for _, no := range []string{l.CaseNo, l.IntakeNo, ident.Reference(l.Reference).Grouped()} {
		if no != "" {
			return no
		}
	}
	return r.Say("desk.no_number")
}

// dueTag says how far off a day is: three days late, today, in five days.
func dueTag(r *page.Request, due, today calendar.Day) page.Tag {
	n := calendar.Between(today, due)
	switch {
	case n < 0:
		return page.Tag{Kind: "err", Text: r.Say("desk.late", -n)}
	case n == 0:
		return page.Tag{Kind: "warn", Text: r.Say("desk.today")}
	case n <= soon:
		return page.Tag{Kind: "warn", Text: r.Say("desk.days_left", n)}
	}
	return page.Tag{Kind: "quiet", Text: r.Say("desk.days_left", n)}
}

var stateKinds = map[casework.State]string{casework.AwaitingConsent: "info", casework.Accepted: "info", casework.Assigned: "info", casework.InMediation: "info", casework.Paused: "warn",
	casework.AgreementPending: "warn", casework.Performing: "ok", casework.Closed: "ok", casework.NotAccepted: "err"}

func stateTag(s casework.State, lang string) page.Tag {
	kind := stateKinds[s]
	if kind == "" {
		kind = "plain"
	}
	return page.Tag{Kind: kind, Text: s.Name(lang)}
}

// namesOf looks up what ids stand for, each once. What is gone has no name.
type namesOf struct {
	tx    *db.Tx
	known map[string]string
	err   error
}

func (n *namesOf) find(key string, look func() (string, error)) string {
	name, ok := n.known[key]
	if !ok && n.err == nil {
		var err error
		if name, err = look(); err != nil && !fault.Is(err, fault.Missing) {
			n.err = err
		}
		n.known[key] = name
	}
	return name
}

func (n *namesOf) mediator(id ident.ID) string {
	if id.IsZero() {
		return ""
	}
	return n.find(id.String(), func() (string, error) { m, err := registry.FindMediator(n.tx, id); return m.Name, err })
}

func (n *namesOf) committee(id ident.ID) string {
	if id.IsZero() {
		return ""
	}
	return n.find(id.String(), func() (string, error) { c, err := registry.FindCommittee(n.tx, id); return c.Name, err })
}

func (n *namesOf) compound(id ident.ID) string {
	if id.IsZero() {
		return ""
	}
	return n.find(id.String(), func() (string, error) { c, err := registry.FindCompound(n.tx, id); return c.Name, err })
}

func (n *namesOf) firm(id ident.ID) string {
	if id.IsZero() {
		return ""
	}
	return n.find(id.String(), func() (string, error) { f, err := registry.FindFirm(n.tx, id); return f.Name, err })
}

func (n *namesOf) area(code ident.Area) string {
	if code == "" {
		return ""
	}
	return n.find(string(code), func() (string, error) { a, err := registry.FindArea(n.tx, code); return a.Name, err })
}

// look reads a case for the desk. To a party, and to anybody out of reach, there is none here.
func (s *Service) look(ctx context.Context, r *page.Request) (casework.View, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return casework.View{}, fault.NoSuch()
	}
	g, err := s.policy.Allow(r.By(), "case.read")
	if err != nil {
		return casework.View{}, err
	}
	v, err := s.cases.See(ctx, g, id)
	if err == nil && v.Seen == authz.Party {
		err = fault.NoSuch()
	}
	return v.In(r.Lang), err
}

// download gives whoever works here a file of a case.
func (s *Service) download(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	file, err := ident.ParseID(r.Param("file"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	body, about, err := s.cases.OpenFile(r.Context(), r.Grant, id, file)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download(about.Name, about.MediaType, body), nil
}

func levelOption(list codes.List, n int, lang string) string {
	if n == 0 {
		return ""
	}
	return list.Name(strconv.Itoa(n), lang)
}
