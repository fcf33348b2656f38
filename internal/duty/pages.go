package duty

import (
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageTeam = "/desk/team"

// Pages mounts the duty list of a committee, for its chair.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageTeam, Managing, s.showTeam)
	site.Handle("GET", pageTeam+"/:id", Managing, s.showMember)
	site.Handle("POST", pageTeam+"/:id", Managing, s.takeLeave)
	site.Handle("GET", pageTeam+"/:id/languages", Managing, s.askLanguages)
	site.Handle("POST", pageTeam+"/:id/languages", Managing, s.takeLanguages)
	site.Handle("POST", pageTeam+"/:id/back/:absence", Managing, s.takeBack)
	s.handingOver(site)
}

// member is a mediator on the duty list.
type member struct {
	registry.Mediator
	load
	Speaks   string
	Absences []Absence
	Away     bool // today
}

// teamView is a committee's duty list.
type teamView struct{ Members []member }

// members are the serving mediators of the committees that the grant covers.
func (s *Service) members(r *page.Request) ([]member, error) {
	var out []member
	err := s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, post := range r.By().Posts {
			if !r.Grant.CoversCommittee(post.Committee) {
				continue
			}
			team, err := membersOf(tx, post.Committee)
			if err != nil {
				return err
			}
			out = append(out, team...)
		}
		return nil
	})
	return out, err
}

func membersOf(tx *db.Tx, committee ident.ID) ([]member, error) {
	all, err := registry.MediatorsOf(tx, committee)
	if err != nil {
		return nil, err
	}
	var ids []ident.ID
	for _, m := range all {
		ids = append(ids, m.ID)
	}
	today := calendar.DayOf(tx.Now)
	loads, err := loadsOf(tx, committee.County(), ids, "", today)
	if err != nil {
		return nil, err
	}
	speak, err := languagesOf(tx, committee.County(), ids)
	if err != nil {
		return nil, err
	}
	absences, err := absencesOf(tx, committee.County(), committee)
	var out []member
	for _, m := range all {
		if !m.Works() {
			continue
		}
		one := member{Mediator: m, load: loads[m.ID], Speaks: strings.Join(speak[m.ID], "、"), Away: absentOn(absences, m.ID, today) != nil}
		for _, a := range absences {
			if a.MediatorID == m.ID {
				one.Absences = append(one.Absences, a)
			}
		}
		out = append(out, one)
	}
	return out, err
}

func (s *Service) showTeam(r *page.Request) (page.Reply, error) {
	team, err := s.members(r)
	return page.Show("duty/team", &teamView{team}), err
}

// memberView is one mediator, with who could stand in.
type memberView struct {
	member
	Covers []page.Option
	Names  map[ident.ID]string
	Today  calendar.Day
	Result *Away // of the leave just entered, where a case stayed without cover
	was    func(string) string
}

// Was is what was typed.
func (v *memberView) Was(name string) string { return v.was(name) }

// Stands is who stands in during an absence.
func (v *memberView) Stands(a Absence) string { return v.Names[a.CoverID] }

func (s *Service) memberView(r *page.Request) (*memberView, error) {
	team, err := s.members(r)
	if err != nil {
		return nil, err
	}
	v := &memberView{Names: map[ident.ID]string{}, Today: calendar.DayOf(s.Store.Now()), was: r.Form}
	for _, m := range team {
		v.Names[m.ID] = m.Name
		if m.ID.String() == r.Param("id") {
			v.member = m
		}
	}
	if v.ID.IsZero() {
		return nil, fault.NoSuch()
	}
	for _, m := range team {
		if m.ID != v.ID && m.CommitteeID == v.CommitteeID && !m.Away {
			v.Covers = append(v.Covers, page.Option{Value: m.ID.String(), Text: m.Name, Hint: r.Say("duty.open_n", m.Open)})
		}
	}
	v.Covers = append(v.Covers, page.Option{Text: r.Say("duty.nobody")})
	return v, nil
}

func (s *Service) showMember(r *page.Request) (page.Reply, error) {
	v, err := s.memberView(r)
	return page.Show("duty/member", v), err
}

func (s *Service) takeLeave(r *page.Request) (page.Reply, error) {
	v, err := s.memberView(r)
	if err != nil {
		return page.Reply{}, err
	}
	l := Leave{From: calendar.Day(r.Form("from")), To: calendar.Day(r.Form("to"))}
	if text := r.Form("cover_mediator_id"); text != "" {
		if l.Cover, err = ident.ParseID(text); err != nil {
			return page.Again("duty/member", v, fault.Of(err).At("cover_mediator_id")), nil
		}
	}
	out, err := s.GoAway(r.Context(), r.Grant, v.ID, l)
	if err != nil {
		return page.Again("duty/member", v, err), nil
	}
	out.Covered.LeftOut = slices.DeleteFunc(out.Covered.LeftOut, func(c casework.LeftOut) bool { return c.Code == casework.WorksAlready })
	if len(out.Covered.LeftOut) == 0 {
		return page.SeeOther(pageTeam + "?done=duty_leave"), nil
	}
	for i := range out.Covered.LeftOut {
		out.Covered.LeftOut[i].Why = out.Covered.LeftOut[i].Text.In(r.Lang)
	}
	if v, err = s.memberView(r); err != nil {
		return page.Reply{}, err
	}
	v.Result = &out
	return page.Show("duty/member", v), nil
}

func (s *Service) askLanguages(r *page.Request) (page.Reply, error) {
	v, err := s.memberView(r)
	return page.Show("duty/languages", v), err
}

func (s *Service) takeLanguages(r *page.Request) (page.Reply, error) {
	v, err := s.memberView(r)
	if err != nil {
		return page.Reply{}, err
	}
	split := func(c rune) bool { return strings.ContainsRune("、,，;； ", c) }
	if err := s.Speak(r.Context(), r.Grant, v.ID, strings.FieldsFunc(r.Form("languages"), split)); err != nil {
		return page.Again("duty/languages", v, err), nil
	}
	return page.SeeOther(pageTeam + "?done=duty_languages"), nil
}

func (s *Service) takeBack(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	absence, err := ident.ParseID(r.Param("absence"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	return page.SeeOther(pageTeam + "?done=duty_back"), s.ComeBack(r.Context(), r.Grant, id, absence)
}

// Overdue are the mediators of a committee whose leave is over and who were not entered as back.
func Overdue(tx *db.Tx, committee ident.ID) ([]string, error) {
	all, err := absencesOf(tx, committee.County(), committee)
	var out []string
	for _, a := range all {
		if err != nil || !a.ToOn.Before(calendar.DayOf(tx.Now)) {
			continue
		}
		var m registry.Mediator
		m, err = registry.FindMediator(tx, a.MediatorID)
		out = append(out, m.Name)
	}
	return out, err
}
