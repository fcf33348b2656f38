package workshop

import (
	"errors"
	"fmt"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/wording"
)

// sessionView is the form of a session's record with the case it is about.
type sessionView struct {
	*formView
	Typed  answers
	Lists  map[string][]page.Option
	Hosts  []page.Option
	Beside []page.Option // agents, guardians and others who may have come along
	Tell   []page.Option // parties that were not told their rights yet
	Plan   []page.Option // appointments that may have been kept
	Caucus bool
	Untold bool // the session was refused because somebody was not told their rights, A10
}

// Was is what was typed under a name; else the fallback.
func (v *sessionView) Was(name string, fallback ...any) string {
	if value := v.Typed.one(name); value != "" || len(fallback) == 0 {
		return value
	}
	return fmt.Sprint(fallback[0])
}

// All are the boxes that were ticked under a name.
func (v *sessionView) All(name string) []string { return v.Typed[name] }

// Present are the parties ticked as present; before anybody ticked, those who may attend: they agreed and were told.
func (v *sessionView) Present() (out []string) {
	if len(v.Typed) > 0 {
		return v.Typed["attending"]
	}
	for _, p := range v.Parties {
		if !p.Removed && p.Consent == casework.Agreed && p.NoticeAt != nil {
			out = append(out, p.ID.String())
		}
	}
	return out
}

// Speakers are whose words a line may be.
func (v *sessionView) Speakers() []page.Option {
	out := []page.Option{{Value: "question", Text: v.say("workshop.line.question")}}
	for _, s := range v.Sides {
		out = append(out, page.Option{Value: s.Value, Text: v.say("workshop.line.answer", s.Text)})
	}
	return append(out, page.Option{Value: "note", Text: v.say("workshop.line.note")})
}

// mayRecord is nil while a session can be recorded, or could be once somebody is told their rights: the form does both.
func (v *sessionView) mayRecord() error {
	if slices.ContainsFunc(v.Blocked, func(b casework.Blocked) bool { return b.Event == v.Route() && b.Code == "rule.A10" }) {
		return nil
	}
	return v.mayGoOn(casework.OpenSession)
}

const sessionPage = "workshop/session"

func (s *Service) sessionView(r *page.Request) (*sessionView, error) {
	f, err := (bench{Service: s, event: casework.OpenSession}).view(r)
	if err != nil {
		return nil, err
	}
	v := &sessionView{formView: f, Lists: map[string][]page.Option{}}
	for name, list := range map[string]codes.List{"kinds": codes.SessionKinds, "modes": codes.SessionModes, "risks": codes.Risks, "points": codes.SessionPoints, "secrets": codes.SessionSecrets, "invited": codes.InvitedKinds} {
		v.Lists[name] = page.Coded(list, r.Lang)
	}
	for _, p := range f.People {
		if p.Mediates() {
			v.Hosts = append(v.Hosts, page.Option{Value: p.MediatorID.String(), Text: p.Name, Hint: r.Say("desk.part_name." + p.Part)})
		}
	}
	for _, h := range f.Helpers {
		if h.EndedAt == nil {
			v.Beside = append(v.Beside, page.Option{Value: h.ID.String(), Text: h.Name, Hint: r.Say("desk.helper_of", v.partyName(h.PartyID), codes.HelperKinds.Name(h.Kind, r.Lang))})
		}
	}
	for _, p := range f.Parties {
		if !p.Removed && p.NoticeAt == nil {
			v.Tell = append(v.Tell, page.Option{Value: p.ID.String(), Text: p.Name})
		}
	}
	for _, a := range f.Appointments {
		if a.State == casework.Planned {
			if len(v.Plan) == 0 {
				v.Plan = []page.Option{{Text: r.Say("workshop.not_arranged")}}
			}
			v.Plan = append(v.Plan, page.Option{Value: a.ID.String(), Text: page.When(a.StartsAt, r.Lang), Hint: codes.SessionKinds.Name(a.Kind, r.Lang) + " · " + a.Place})
		}
	}
	return v, nil
}

func (v *formView) partyName(id ident.ID) string {
	i := slices.IndexFunc(v.names, func(p casework.PartyName) bool { return p.ID == id })
	if i < 0 {
		return ""
	}
	return v.names[i].Name
}

// write puts the answers into the form, with what was found in them.
func (v *sessionView) write(s *Service, a answers, k kept) {
	v.Typed, v.Caucus, v.Draft = a, a.caucus(), k.Version
	if !k.At.IsZero() {
		v.Kept = &keptView{k, k.By == v.me}
	}
	v.show(a.found(s), func(f wording.Finding) bool { return v.Checked || f.Level == wording.Warns })
}

// begin fills in what was arranged: of the appointment that was asked for, else of the first whose day has come. It stays
// planned, and late, until a session says that it kept it.
func (v *sessionView) begin(a answers, asked string) {
	i := slices.IndexFunc(v.Appointments, func(one casework.AppointmentView) bool {
		if asked != "" {
			return one.State == casework.Planned && one.ID.String() == asked
		}
		return one.State == casework.Planned && !calendar.DayOf(one.StartsAt).After(v.today)
	})
	if i < 0 {
		return
	}
	one := v.Appointments[i]
	for name, value := range map[string]string{"appointment_id": one.ID.String(), "kind": one.Kind, "mode": one.Mode, "place": one.Place,
		"starts_at": one.StartsAt.In(wallClock).Format("2006-01-02T15:04")} {
		if value != "" {
			a[name] = []string{value}
		}
	}
	for _, p := range v.Parties {
		if !p.Removed && p.Consent == casework.Agreed && slices.Contains(one.Attending, p.ID) {
			a["attending"] = append(a["attending"], p.ID.String())
		}
	}
}

func (s *Service) showSession(r *page.Request) (page.Reply, error) {
	v, err := s.sessionView(r)
	if err != nil {
		return page.Reply{}, err
	}
	if err := v.mayRecord(); err != nil {
		return page.Reply{}, err
	}
	a := answers{}
	k, err := s.open(r.Context(), r.Grant, v.ID, sessions, &a)
	if err != nil {
		return page.Reply{}, err
	}
	if k.Version == 0 {
		v.begin(a, r.Query("appointment_id"))
	}
	v.write(s, a, k)
	return page.Show(sessionPage, v), nil
}

// takeSession does what the button that was pressed says; the one without a word records the session.
func (s *Service) takeSession(r *page.Request) (page.Reply, error) {
	v, err := s.sessionView(r)
	if err != nil {
		return page.Reply{}, err
	}
	a, what := readAnswers(r.Forms), r.Form("do")
	if what == "" {
		return s.record(r, v, a)
	}
	if err := v.mayRecord(); err != nil {
		return page.Reply{}, err
	}
	switch what {
	case "drop":
		if err := s.drop(r.Context(), r.Grant, v.ID, sessions); err != nil {
			return page.Reply{}, err
		}
		return page.SeeOther(v.Home + "/" + v.Route()), nil
	case "line":
		a.addLine(v.partyName)
	case "check":
		v.Checked = true
	default:
	}
	k, err := s.keepAnswers(r, v, a)
	if err != nil && !errors.Is(err, errMoved) {
		return page.Reply{}, err
	}
	v.write(s, a, k)
	if err != nil {
		return page.Again(sessionPage, v, err), nil
	}
	return page.Show(sessionPage, v), nil
}

// keepAnswers keeps what was typed, but not of a caucus: that is sealed in a place of its own when it is saved, and lies
// nowhere before. What was kept of it, before somebody said that it is one, goes.
func (s *Service) keepAnswers(r *page.Request, v *sessionView, a answers) (kept, error) {
	if a.caucus() {
		by, k := r.By(), kept{Version: v.seen}
		by.Once = actor.Once{}
		err := s.Store.Do(r.Context(), by, v.ID.County(), func(tx *db.Tx) error {
			gone, err := s.unsay(tx, v.ID, v.seen, a)
			if gone {
				k.Version = 0
			}
			return err
		})
		return k, err
	}
	return s.keep(r.Context(), r.Grant, v.ID, sessions, v.seen, a)
}

// record tells parties their rights where that was ticked, records the session, and arranges the next one. Each is an act
// of its own.
func (s *Service) record(r *page.Request, v *sessionView, a answers) (page.Reply, error) {
	out, err := s.sat(r, v, a)
	if err != nil {
		k, failed := s.keepAnswers(r, v, a)
		if failed != nil && !errors.Is(failed, errMoved) {
			return page.Reply{}, errors.Join(err, failed)
		}
		again, failed := s.sessionView(r) // somebody may have been told their rights meanwhile
		if failed != nil {
			return page.Reply{}, errors.Join(err, failed)
		}
		again.write(s, a, k)
		switch f := fault.Of(err); {
		case f.Kind == fault.Stale:
			again.Version = v.Version
		case f.Code == "rule.A10" && len(again.Tell) > 0: // led to where it is read and ticked
			again.Untold, err = true, f.At("told")
		}
		return page.Again(sessionPage, again, inForm(err)), nil
	}
	m := mindView{To: v.Home + "?done=desk_open_session"}
	for _, w := range out.Warnings {
		m.Mind = append(m.Mind, w.In(r.Lang))
	}
	if err := s.arrangeNext(r, out, a); err != nil {
		f := fault.Of(err)
		if f.Kind == fault.Internal {
			return page.Reply{}, err
		}
		m.To = v.Home + "/" + casework.ScheduleSession.Route()
		m.Mind = append(m.Mind, r.Say("workshop.next_failed", f.Text.In(r.Lang)))
	}
	if len(m.Mind) > 0 {
		return page.Show("desk/mind", m), nil
	}
	return page.SeeOther(m.To), nil
}

// sat records the session, and before it that parties were told their rights, A10.
func (s *Service) sat(r *page.Request, v *sessionView, a answers) (casework.View, error) {
	u := &understood{}
	in := a.sitting(u)
	told := u.ids("told", a["told"])
	a.next(u)
	o := casework.Order{Case: v.ID, Expect: r.Version()}
	if err := u.bad.Err(); err != nil {
		return casework.View{}, err
	}
	if o.Expect == 0 {
		return casework.View{}, errVersion
	}
	told = slices.DeleteFunc(told, func(id ident.ID) bool { // told already, as when a form is sent twice
		return !slices.ContainsFunc(v.Tell, func(p page.Option) bool { return p.Value == id.String() })
	})
	if len(told) > 0 {
		g, err := s.also(r, casework.GiveNotice)
		if err != nil {
			return casework.View{}, err
		}
		out, err := s.Cases.GiveNotice(r.Context(), g, o, casework.Notice{Parties: told, Manner: "oral"})
		if err != nil {
			return casework.View{}, err
		}
		o.Expect = out.Version
	}
	o.Beside = done(v.ID, sessions)
	if a.caucus() {
		o.Beside = func(tx *db.Tx) error { _, err := s.unsay(tx, v.ID, v.seen, a); return err }
	}
	return s.Cases.OpenSession(r.Context(), r.Grant, o, in)
}

// also is a grant for an act that goes along with the one of the form, whose one-time key is not its own.
func (s *Service) also(r *page.Request, e casework.Event) (authz.Grant, error) {
	by := r.By()
	by.Once = actor.Once{}
	return s.Policy.Allow(by, authz.Action("case."+string(e)))
}

// arrangeNext makes the appointment that was named with the record; nothing where none was.
func (s *Service) arrangeNext(r *page.Request, after casework.View, a answers) error {
	in := a.next(&understood{})
	if in == nil {
		return nil
	}
	g, err := s.also(r, casework.ScheduleSession)
	if err != nil {
		return err
	}
	_, err = s.Cases.ScheduleSession(r.Context(), g, casework.Order{Case: after.ID, Expect: after.Version}, *in)
	return err
}
