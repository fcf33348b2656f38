package counter

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// besides mounts what a party says of itself beside the dispute: how it may be reached and what helps it, who comes with
// it, and its sessions for its own calendar.
func (s *Service) besides(site *page.Site) {
	site.Handle("GET", "/mine/:id/needs", "case.record_needs", s.form(casework.RecordNeeds, "counter/mine-needs"))
	site.Handle("POST", "/mine/:id/needs", "case.record_needs", s.needs)
	site.Handle("GET", "/mine/:id/choose", "case.name_mediator", s.form(casework.NameMediator, "counter/mine-choose"))
	site.Handle("POST", "/mine/:id/choose", "case.name_mediator", s.choose)
	site.Handle("GET", "/mine/:id/companion", "case.add_helper", s.form(casework.AddHelper, "counter/mine-companion"))
	site.Handle("POST", "/mine/:id/companion", "case.add_helper", s.companion)
	site.Handle("GET", "/mine/:id/alone", "case.end_helper", s.form(casework.EndHelper, "counter/mine-alone"))
	site.Handle("POST", "/mine/:id/alone", "case.end_helper", s.alone)
	site.Handle("GET", "/mine/:id/appointments/:appointment/calendar", "case.calendar", s.calendarFile)
}

// wishes are the party's needs by now, as the form shows them.
func (m *mine) wishes() casework.Needs {
	if n := m.Party.Needs; n != nil {
		return *n
	}
	return casework.Needs{}
}

// Wishes are what the party needs, by what was typed or else by what is recorded.
func (v actView) Wishes() casework.Needs { return v.wishes() }

// Reads is the language in which the party is written to.
func (v actView) Reads() string { return cmp.Or(v.wishes().Reads, casework.ReadsChinese) }

// Channel is by what the party is written to.
func (v actView) Channel() string { return v.wishes().Way(v.Party.Phone) }

// Contact is how the party may be written to, in the word of the page.
func (v actView) Contact() string {
	if c := v.wishes().Contact; c != casework.ContactAnyhow {
		return c
	}
	return casework.ContactAny
}

// needs keeps how a party may be reached and what helps it to take part.
func (s *Service) needs(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.RecordNeeds)
	if err != nil {
		return page.Reply{}, err
	}
	in, err := readNeeds(r)
	if err == nil {
		_, err = s.cases.RecordNeeds(r.Context(), r.Grant, order(v.mine), in)
	}
	return after(v, "counter/mine-needs", "needs", err)
}

func readNeeds(r *page.Request) (casework.Needs, error) {
	var bad fault.Check
	in := casework.Needs{Language: r.Form("language"), Reads: r.Form("reads"), Help: r.Forms("help"), Contact: r.Form("contact"), HideAddress: r.Ticked("hide_address"), Unsafe: r.Ticked("former_unsafe"), Channel: r.Form("channel")}
	email := r.Form("email")
	in.Email = &email
	switch in.Contact {
	case casework.ContactAny:
	case casework.ContactHours:
		in.From, in.To = hour(&bad, r, "from_hour"), hour(&bad, r, "to_hour")
	case casework.ContactNone:
	default:
		bad.Add("contact", "请选择可以怎样联系您。", "Please choose how you may be reached.")
	}
	return in, bad.Err()
}

func hour(bad *fault.Check, r *page.Request, field string) int {
	n, err := strconv.Atoi(strings.TrimSpace(r.Form(field)))
	if err != nil {
		bad.Add(field, "请填写整点，例如 9 或 18。", "Please give a full hour, such as 9 or 18.")
	}
	return n
}

// choose keeps whom a party would like to mediate, or that it leaves that to the committee.
func (s *Service) choose(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.NameMediator)
	if err != nil {
		return page.Reply{}, err
	}
	var in casework.Naming
	if word := r.Form("mediator_id"); word != anyMediator {
		if in.MediatorID, err = ident.ParseID(word); err != nil {
			return page.Again("counter/mine-choose", v, fault.New(fault.Invalid, "", "请选择一位，或者选“由调委会安排”。", "Please choose one, or leave it to the committee.").At("mediator_id")), nil
		}
	}
	_, err = s.cases.NameMediator(r.Context(), r.Grant, order(v.mine), in)
	return after(v, "counter/mine-choose", "chosen", err)
}

// anyMediator is the word on the page for leaving it to the committee: an answer that was left out is no answer.
const anyMediator = "any"

// Choice is whom the party named so far, in the word of the page; empty before it has said anything.
func (v actView) Choice() string {
	if v.Party.Named.IsZero() {
		return ""
	}
	return v.Party.Named.String()
}

// team are the mediators of the committee whom a party may name: nobody who withdrew from this case.
func (s *Service) team(r *page.Request, m *mine) (out []page.Option, err error) {
	var all []registry.Mediator
	err = s.store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		all, err = registry.MediatorsOf(tx, m.Committee.ID)
		return err
	})
	for _, one := range all {
		gone := slices.ContainsFunc(m.People, func(p casework.PersonView) bool { return p.MediatorID == one.ID && p.Part == authz.PartRecused })
		if one.Works() && !gone {
			out = append(out, page.Option{Value: one.ID.String(), Text: one.Name})
		}
	}
	return append(out, page.Option{Value: anyMediator, Text: r.Say("mine.choose_any")}), err
}

// companions are the kinds of helpers whom a party names on a page. An agent needs a power of attorney on paper, and a
// guardian proof: both are entered by the mediator.
var companions = []string{casework.AsCompanion, casework.AsInterpreter}

// companion names who comes with a party.
func (s *Service) companion(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.AddHelper)
	if err != nil {
		return page.Reply{}, err
	}
	in := casework.HelperIn{Kind: r.Form("kind"), Name: r.Form("name"), Relation: r.Form("relation"), Phone: r.Form("phone"), Language: r.Form("language")}
	if slices.Contains(companions, in.Kind) {
		_, err = s.cases.AddHelper(r.Context(), r.Grant, order(v.mine), in)
	} else {
		err = fault.New(fault.Invalid, "", "请选择陪同人或翻译。", "Please choose a companion or an interpreter.").At("kind")
	}
	return after(v, "counter/mine-companion", "companion", err)
}

// alone ends what somebody was to a party: no reason is asked for.
func (s *Service) alone(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.EndHelper)
	if err != nil {
		return page.Reply{}, err
	}
	who, err := ident.ParseID(r.Form("helper_id"))
	if err != nil {
		return page.Again("counter/mine-alone", v, fault.New(fault.Invalid, "", "请选择是哪一位。", "Please choose whom.").At("helper_id")), nil
	}
	_, err = s.cases.EndHelper(r.Context(), r.Grant, order(v.mine), casework.HelperEnd{Helper: who, Reason: r.Say("mine.alone_reason")})
	return after(v, "counter/mine-alone", "alone", err)
}

// ownHelpers are those whom a party may send away itself: not its guardian.
func (m *mine) ownHelpers(r *page.Request) (out []page.Option) {
	for _, h := range m.Helpers {
		if h.EndedAt == nil && h.PartyID == m.Me && h.Kind != casework.AsGuardian {
			out = append(out, page.Option{Value: h.ID.String(), Text: h.Name, Hint: codes.HelperKinds.Name(h.Kind, r.Lang)})
		}
	}
	return out
}

// meeting is a session that was arranged, as its party reads it.
type meeting struct {
	casework.AppointmentView
	Calendar string // where its calendar file is; empty once it is over
}

// meetings are the sessions arranged for the party that are still to come.
func (m *mine) meetings() (out []meeting) {
	for _, a := range m.Appointments {
		if a.State == casework.Planned {
			out = append(out, meeting{a, "/mine/" + m.ID.String() + "/appointments/" + a.ID.String() + "/calendar"})
		}
	}
	return out
}

// calendarFile gives a party one of its sessions for its own calendar; what it is about is not in it.
func (s *Service) calendarFile(r *page.Request) (page.Reply, error) {
	m, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	appointment, err := ident.ParseID(r.Param("appointment"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	text, err := s.cases.CalendarFile(r.Context(), r.Grant, m.ID, appointment, r.Lang)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download("appointment.ics", "text/calendar; charset=utf-8", strings.NewReader(text)), nil
}
