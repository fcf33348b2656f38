package bureau

import (
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/duty"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// person asks who takes a place. The identity number tells the birth date and the sex; it is sealed and never shown.
func (a *asking) person() {
	a.text("person.name", 100).wide("medium")
	a.text("person.id_number", 30).hint("id_number").wide("medium")
	a.add("phone", "phone", 30).hint("phone").optional()
	a.list("person.ethnicity", a.coded(codes.Ethnicities)).hint("ethnicity").is("01").wide("short")
	a.box("person.citizen").hint("citizen")
}

// served asks what is recorded of anybody who mediates.
func (a *asking) served(m registry.Mediator) {
	a.list("education", a.coded(codes.Educations)).optional().hint("education").is(m.Education).wide("medium")
	full := a.box("full_time").hint("full_time")
	if m.FullTime {
		full.Value = "yes"
	}
	a.boxes("background", a.coded(codes.Backgrounds), m.Background).optional().hint("background")
}

func personIn(r *page.Request) (registry.Person, registry.Served) {
	return registry.Person{Name: r.Form("person.name"), IDNumber: r.Form("person.id_number"), Phone: r.Form("phone"), Ethnicity: r.Form("person.ethnicity"),
		Citizen: r.Ticked("person.citizen")}, servedIn(r)
}

func servedIn(r *page.Request) registry.Served {
	return registry.Served{Education: r.Form("education"), FullTime: r.Ticked("full_time"), Background: r.Forms("background")}
}

func (s *Service) askMember(a *asking) error {
	_, err := a.committee(a.id)
	a.Lead = a.r.Say("bureau.lead.member")
	a.person()
	a.radios("office", a.coded(codes.Offices)).hint("office").is(string(registry.Ordinary))
	a.day("on").optional().hint("on")
	a.served(registry.Mediator{})
	return err
}

func (s *Service) doMember(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := registry.NewMember{Office: registry.Office(r.Form("office")), On: f.day("on")}
	in.Person, in.Served = personIn(r)
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.Registry.AddMember(r.Context(), r.Grant, id, in)
	return at(committees, id) + saved, err
}

func (s *Service) askEngage(a *asking) error {
	_, err := a.committee(a.id)
	a.Lead = a.r.Say("bureau.lead.engage")
	a.person()
	a.day("on").optional().hint("on")
	a.served(registry.Mediator{})
	return err
}

func (s *Service) doEngage(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := registry.NewMediator{On: f.day("on")}
	in.Person, in.Served = personIn(r)
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.Registry.Engage(r.Context(), r.Grant, id, in)
	return at(committees, id) + saved, err
}

// leaving asks when and why somebody goes; who still has open cases hands them over first (R8).
func (s *Service) leaving(a *asking, committee, mediator ident.ID, name string) error {
	c, err := a.committee(committee)
	if err != nil {
		return err
	}
	a.Heading, a.Version, a.Danger = name+" · "+c.Name, 0, true
	if !mediator.IsZero() {
		open, err := s.Registry.OpenCases(a.tx, mediator)
		if err != nil {
			return err
		}
		if open > 0 {
			a.Barred = append(a.Barred, a.r.Say("bureau.leaves.open", name, open))
		}
	}
	a.day("on").is(string(today(a.tx)))
	a.area("reason").hint("leaves")
	return nil
}

func leavingIn(r *page.Request) (registry.Leaving, error) {
	f := &sent{Request: r}
	in := registry.Leaving{On: f.day("on"), Reason: r.Form("reason")}
	if in.Reason == "" {
		f.bad.Add("reason", "请写明原因。", "Please say why.")
	}
	return in, f.bad.Err()
}

func (s *Service) askMemberLeaves(a *asking) error {
	m, err := registry.FindMember(a.tx, a.id)
	if err != nil {
		return err
	}
	med, _ := registry.MediatorOf(a.tx, m.CommitteeID, m.PersonID) // who mediates no more leaves an office all the same
	return s.leaving(a, m.CommitteeID, med.ID, m.Name)
}

func (s *Service) doMemberLeaves(r *page.Request, id ident.ID) (string, error) {
	in, err := leavingIn(r)
	if err != nil {
		return "", err
	}
	m, err := s.Registry.MemberLeaves(r.Context(), r.Grant, id, in)
	return at(committees, m.CommitteeID) + saved, err
}

func (s *Service) askOffice(a *asking) error {
	m, err := registry.FindMember(a.tx, a.id)
	if err != nil {
		return err
	}
	c, err := a.committee(m.CommitteeID)
	a.Heading, a.Version, a.Lead = m.Name+" · "+c.Name, 0, a.r.Say("bureau.lead.office")
	a.radios("office", a.coded(codes.Offices)).hint("office").is(string(m.Office))
	return err
}

func (s *Service) doOffice(r *page.Request, id ident.ID) (string, error) {
	m, err := s.Registry.ChangeOffice(r.Context(), r.Grant, id, registry.Office(r.Form("office")))
	return at(committees, m.CommitteeID) + saved, err
}

func (s *Service) askMediatorLeaves(a *asking) error {
	m, err := registry.FindMediator(a.tx, a.id)
	if err != nil {
		return err
	}
	if err = s.leaving(a, m.CommitteeID, m.ID, m.Name); err == nil && m.Kind == registry.OfCommittee {
		a.Barred = append(a.Barred, a.r.Say("bureau.leaves.member", m.Name))
	}
	return err
}

func (s *Service) doMediatorLeaves(r *page.Request, id ident.ID) (string, error) {
	in, err := leavingIn(r)
	if err != nil {
		return "", err
	}
	m, err := s.Registry.MediatorLeaves(r.Context(), r.Grant, id, in)
	return at(committees, m.CommitteeID) + saved, err
}

// mediator finds the mediator that a form is about.
func (a *asking) mediator(id ident.ID) (registry.Mediator, error) {
	m, err := registry.FindMediator(a.tx, id)
	if err != nil {
		return m, err
	}
	c, err := a.committee(m.CommitteeID)
	a.Heading, a.Back, a.Version = m.Name+" · "+c.Name, at(mediators, id), m.Version
	return m, err
}

func (s *Service) askAmendMediator(a *asking) error {
	m, err := a.mediator(a.id)
	a.served(m)
	return err
}

func (s *Service) doAmendMediator(r *page.Request, id ident.ID) (string, error) {
	_, err := s.Registry.AmendMediator(r.Context(), r.Grant, id, r.Version(), servedIn(r))
	return at(mediators, id) + saved, err
}

func (s *Service) askTie(a *asking) error {
	m, err := a.mediator(a.id)
	if err != nil {
		return err
	}
	a.Lead, a.Version = a.r.Say("bureau.lead.tie"), 0
	inside, err := a.compounds(m.CountyCode)
	if err != nil {
		return err
	}
	known, err := a.firms(m.CountyCode)
	a.radios("kind", a.coded(codes.Ties))
	a.text("name", 100).optional().hint("tie_name").wide("medium")
	a.add("phone", "phone", 30).optional().hint("tie_phone")
	a.list("compound_id", inside).optional()
	a.list("firm_id", known).optional()
	a.area("note").optional()
	return err
}

// firms are the property firms on a county's register.
func (a *asking) firms(county ident.County) (out []page.Option, err error) {
	for p := (registry.Page{Limit: atOnce}); ; {
		some, more, err := registry.FirmsNamed(a.tx, county, "", p)
		if err != nil {
			return nil, err
		}
		for _, f := range some {
			out = append(out, page.Option{Value: f.ID.String(), Text: f.Name})
		}
		if !more {
			return out, nil
		}
		p.After = some[len(some)-1].ID
	}
}

func (s *Service) doTie(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := registry.NewTie{Kind: registry.TieKind(r.Form("kind")), Name: r.Form("name"), Phone: r.Form("phone"), CompoundID: f.id("compound_id"), FirmID: f.id("firm_id"), Note: r.Form("note")}
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.Registry.DeclareTie(r.Context(), r.Grant, id, in)
	return at(mediators, id) + saved, err
}

func (s *Service) askEndTie(a *asking) error {
	t, err := registry.FindTie(a.tx, a.id)
	if err != nil {
		return err
	}
	_, err = a.mediator(t.MediatorID)
	a.Lead, a.Version, a.Danger = a.r.Say("bureau.lead.end_tie", codes.Ties.Name(string(t.Kind), a.r.Lang), t.Name), 0, true
	return err
}

func (s *Service) doEndTie(r *page.Request, id ident.ID) (string, error) {
	t, err := s.Registry.EndTie(r.Context(), r.Grant, id)
	return at(mediators, t.MediatorID) + saved, err
}

// mediatorView is one mediator as the register knows them.
type mediatorView struct {
	registry.Mediator
	Of    registry.Committee
	Rows  []page.Row
	Ties  []tieLine
	Leave string // where the end of their office or engagement is entered
}

// tieLine is a declared tie in words.
type tieLine struct {
	registry.Tie
	Which, Concerns string
}

func (s *Service) showMediator(r *page.Request) (page.Reply, error) {
	id, err := IDOf(r, "id")
	if err != nil {
		return page.Reply{}, err
	}
	v := &mediatorView{}
	err = s.read(r, func(tx *db.Tx) (err error) {
		if v.Mediator, err = registry.FindMediator(tx, id); err != nil {
			return err
		}
		if v.Of, err = keeps(tx, r.Grant, v.CommitteeID); err != nil {
			return err
		}
		if err := v.leaves(tx); err != nil {
			return err
		}
		if v.Ties, err = tiesOf(tx, r, id); err != nil {
			return err
		}
		v.Rows, err = v.rows(tx, r)
		return err
	})
	return page.Show("bureau/mediator", v), err
}

// leaves finds where it is entered that they go: a member leaves an office, others their engagement.
func (v *mediatorView) leaves(tx *db.Tx) error {
	if !v.Works() {
		return nil
	}
	v.Leave = at(mediators, v.ID) + "/leave"
	members, err := registry.MembersOf(tx, v.CommitteeID)
	for _, m := range members {
		if m.PersonID == v.PersonID {
			v.Leave = home + "/members/" + m.ID.String() + "/leave"
		}
	}
	return err
}

func (v *mediatorView) rows(tx *db.Tx, r *page.Request) ([]page.Row, error) {
	speaks, err := duty.LanguagesOf(tx, v.ID)
	open := func(list codes.List, code string) string {
		if code == "" {
			return ""
		}
		return list.Name(code, r.Lang)
	}
	time := r.Say("bureau.part_time")
	if v.FullTime {
		time = r.Say("registry.full_time")
	}
	brings := make([]string, 0, len(v.Background))
	for _, b := range v.Background {
		brings = append(brings, codes.Backgrounds.Name(b, r.Lang))
	}
	out := []page.Row{
		{Label: r.Say("registry.kind"), Value: r.Say("registry.kind." + string(v.Kind))}, {Label: r.Say("bureau.f.sex"), Value: open(codes.Sexes, string(v.Sex))},
		{Label: r.Say("bureau.born"), Value: page.Day(v.Born, r.Lang)}, {Label: r.Say("bureau.f.person.ethnicity"), Value: open(codes.Ethnicities, v.Ethnicity)},
		{Label: r.Say("bureau.f.education"), Value: open(codes.Educations, v.Education)}, {Label: r.Say("bureau.f.full_time"), Value: time},
		{Label: r.Say("registry.background"), Value: joined(r, brings)}, {Label: r.Say("bureau.speaks"), Value: joined(r, speaks)},
		{Label: r.Say("registry.engaged_on"), Value: page.Day(v.EngagedOn, r.Lang)},
	}
	if !v.LeftOn.IsZero() {
		out = append(out, page.Row{Label: r.Say("bureau.left_on"), Value: page.Day(v.LeftOn, r.Lang) + " " + v.LeftReason})
	}
	return out, err
}

func joined(r *page.Request, words []string) (out string) {
	for i, w := range words {
		if i > 0 {
			out += r.Say("registry.and")
		}
		out += w
	}
	return out
}

func tiesOf(tx *db.Tx, r *page.Request, mediator ident.ID) ([]tieLine, error) {
	all, err := registry.TiesOf(tx, mediator)
	if err != nil {
		return nil, err
	}
	out := make([]tieLine, 0, len(all))
	for _, t := range all {
		l := tieLine{Tie: t, Which: codes.Ties.Name(string(t.Kind), r.Lang)}
		var whom []string
		if t.Name != "" {
			whom = append(whom, t.Name)
		}
		if !t.CompoundID.IsZero() {
			c, err := registry.FindCompound(tx, t.CompoundID)
			if err != nil {
				return nil, err
			}
			whom = append(whom, c.Name)
		}
		if !t.FirmID.IsZero() {
			f, err := registry.FindFirm(tx, t.FirmID)
			if err != nil {
				return nil, err
			}
			whom = append(whom, f.Name)
		}
		if l.Concerns = joined(r, whom); l.Concerns == "" {
			l.Concerns = r.Say("bureau.tie_by_phone")
		}
		out = append(out, l)
	}
	return out, nil
}
