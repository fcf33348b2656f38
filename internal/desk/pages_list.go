package desk

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

// deskList is the list of cases with its filters.
type deskList struct {
	Cases     []deskCase
	Next      string
	States    []page.Option
	Kinds     []page.Option
	Mediators []page.Option
	Places    []page.Option // of whoever reads an area: it, what lies around the chosen place inside it, and below
	Place     ident.Area    // the chosen one
	Chips     []chip        // what else narrows the list: a report's figure led here
	Kept      []page.Option // the same, kept in the filter's form
	Files     bool          // the reader registers disputes
	Search    bool          // the reader may search by name
	Committee bool          // the list spans committees
	Refused   string        // why nothing could be searched
	Narrowed  bool
}

// chip is one narrowing that has no field of its own, and the address without it.
type chip struct{ Text, Without string }

// list shows the cases in reach; reports lead here with the API's own names in the query.
func (s *Service) list(r *page.Request) (page.Reply, error) {
	if !r.By().IsStaff() {
		return page.SeeOther("/mine"), nil
	}
	f, err := asked(r)
	if err != nil {
		return page.Reply{}, err
	}
	if r.Query("format") != "" {
		return s.sheet(r, f)
	}
	v := deskList{Files: works(r.By()) || r.By().Holds(actor.StationOfficer), Committee: !works(r.By())}
	lines, next, err := s.cases.List(r.Context(), r.Grant, f)
	switch {
	case fault.Is(err, fault.Denied):
		v.Refused = fault.Of(err).Text.In(r.Lang)
	case err != nil:
		return page.Reply{}, err
	}
	v.Search = v.Files
	if !next.IsZero() {
		v.Next = next.String()
	}
	if v.Cases, err = s.dress(r, lines); err != nil {
		return page.Reply{}, err
	}
	return page.Show("desk/cases", &v), s.choices(r, &v)
}

// sheet answers the list as a file, with the filter that the page has.
func (s *Service) sheet(r *page.Request, f casework.Filter) (page.Reply, error) {
	format, err := sheet.ParseFormat(r.Query("format"))
	if err != nil {
		return page.Reply{}, err
	}
	f.After = ident.ID{}
	if _, _, err := s.cases.List(r.Context(), r.Grant, f); err != nil { // what would be refused is refused before a file has begun
		return page.Reply{}, err
	}
	name := casework.SheetName.In(r.Lang)
	from, to := io.Pipe()
	ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), casework.SheetTime) // a list has less time, a file ends with its reader
	go func() {
		defer stop()
		w, err := sheet.New(to, format, name)
		if err == nil {
			err = errors.Join(s.cases.Sheet(ctx, r.Grant, f, r.Lang, w), w.Close())
		}
		to.CloseWithError(err) // whoever reads it sees that it was cut
	}()
	return page.Download(name+"."+string(format), format.MediaType(), from), nil
}

// asked reads the filter from the address. A value that means nothing is told, not ignored: a list that is wider than
// was asked for misleads.
func asked(r *page.Request) (casework.Filter, error) {
	t := &typed{get: r.Query}
	f := casework.Filter{State: casework.State(t.text("state")), Category: t.text("category"), Committee: t.id("committee_id"), Area: ident.Widen(t.text("area")),
		AreaOnly: t.flag("area_only"), Mediator: t.id("mediator_id"), Query: t.text("q"), DueBy: t.day("due"), Overdue: t.flag("overdue"), Outcome: casework.Outcome(t.text("outcome")),
		Source: t.text("source"), Closed: [2]calendar.Day{t.day("closed_from"), t.day("closed_to")},
		Accepted: [2]calendar.Day{t.day("accepted_from"), t.day("accepted_to")}, Settled: t.flag("settled"),
		Difficult: t.flag("complex"), Type: t.text("committee_type"), Sector: t.text("sector"), Led: t.text("led"),
		OpenOn: t.day("open_on"), Asked: [2]calendar.Day{t.day("asked_from"), t.day("asked_to")}, Consent: t.text("consent"),
		Reached: t.text("reached"), AskedBy: t.text("asked_by"), OwnMotion: t.text("own_motion"), Compound: t.id("compound_id"), Firm: t.id("property_firm_id"),
		Registered: [2]calendar.Day{t.day("registered_from"), t.day("registered_to")}, Effective: [2]calendar.Day{t.day("effective_from"), t.day("effective_to")},
		Due: [2]calendar.Day{t.day("due_from"), t.day("due_to")}, Promise: t.text("promise"), Fate: t.text("fate"), After: t.id("cursor")}
	if f.State != "" && !slices.Contains(casework.States, f.State) {
		t.bad.Add("state", "没有这种状态。", "There is no such state.")
	}
	if t.text("area") != "" && !ident.ValidArea(f.Area) {
		t.bad.Add("area", "没有这个地区。", "There is no such area.")
	}
	return f, t.bad.Err()
}

// choices fills in what can be chosen from, and what narrows the list beside.
func (s *Service) choices(r *page.Request, v *deskList) error {
	for _, state := range casework.States {
		if state != casework.Draft {
			v.States = append(v.States, page.Option{Value: string(state), Text: state.Name(r.Lang)})
		}
	}
	v.Kinds = page.Coded(codes.Categories, r.Lang)
	for _, name := range []string{"state", "category", "mediator_id", "q", "due", "overdue"} {
		v.Narrowed = v.Narrowed || r.Query(name) != ""
	}
	return s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, post := range r.By().Posts {
			if post.Committee.IsZero() {
				continue
			}
			team, err := registry.MediatorsOf(tx, post.Committee)
			if err != nil {
				return err
			}
			v.Mediators = append(v.Mediators, mediatorOptions(team)...)
		}
		if err := v.places(tx, r); err != nil {
			return err
		}
		names := &namesOf{tx: tx, known: map[string]string{}}
		v.chips(r, names)
		return names.err
	})
}

// places offer a reader over an area the places inside it: where the list looks now, what lies around it, what below.
func (v *deskList) places(tx *db.Tx, r *page.Request) error {
	i := slices.IndexFunc(r.By().Posts, func(p actor.Post) bool { return p.Area != "" })
	if !v.Committee || i < 0 || r.By().Holds(actor.Referrer) {
		return nil
	}
	mine := r.By().Posts[i].Area
	if v.Place = ident.Widen(r.Query("area")); !mine.Covers(v.Place) {
		v.Place = mine
	}
	v.Narrowed = v.Narrowed || v.Place != mine
	around, below, err := registry.Nearby(tx, v.Place)
	around = slices.DeleteFunc(around, func(a registry.Area) bool { return !mine.Covers(a.Code) })
	v.Places = registry.PlaceOptions(around, below)
	return err
}

func mediatorOptions(team []registry.Mediator) []page.Option {
	out := make([]page.Option, 0, len(team))
	for _, m := range team {
		out = append(out, page.Option{Value: m.ID.String(), Text: m.Name})
	}
	return out
}

// chips say in words what a report narrowed the list to.
func (v *deskList) chips(r *page.Request, names *namesOf) {
	add := func(text string, fields ...string) {
		q := url.Values{}
		for _, name := range beside {
			if value := r.Query(name); value != "" && !slices.Contains(fields, name) {
				q.Set(name, value)
			}
		}
		v.Narrowed = true
		v.Chips = append(v.Chips, chip{Text: text, Without: "/desk/cases?" + q.Encode()})
	}
	for _, name := range beside {
		if value := r.Query(name); value != "" && !slices.Contains(filterFields, name) && (name != "area" || v.Places == nil) {
			v.Kept = append(v.Kept, page.Option{Value: value, Text: name})
		}
	}
	for _, of := range []string{"closed", "accepted", "asked", "registered", "effective", "due"} {
		if text := period(r, of); text != "" {
			add(text, of+"_from", of+"_to")
		}
	}
	words := map[string]func(string) string{
		"area":             func(code string) string { return names.area(ident.Widen(code)) },
		"committee_id":     func(s string) string { id, _ := ident.ParseID(s); return names.committee(id) },
		"committee_type":   func(s string) string { return namesIn(r, codes.CommitteeTypes, s) },
		"sector":           func(s string) string { return namesIn(r, codes.Sectors, s) },
		"led":              func(s string) string { return namesIn(r, casework.Ledings, s) },
		"outcome":          func(s string) string { return namesIn(r, codes.Outcomes, s) },
		"consent":          func(s string) string { return namesIn(r, casework.Consentings, s) },
		"promise":          func(s string) string { return namesIn(r, casework.Standings, s) },
		"fate":             func(s string) string { return namesIn(r, casework.Fates, s) },
		"compound_id":      func(s string) string { id, _ := ident.ParseID(s); return names.compound(id) },
		"property_firm_id": func(s string) string { id, _ := ident.ParseID(s); return names.firm(id) },
		"reached":          func(s string) string { return r.Say("desk.chip.reached", namesIn(r, casework.Reachings, s)) },
		"asked_by":         func(s string) string { return r.Say("desk.chip.asked_by", namesIn(r, casework.AskedBys, s)) },
		"own_motion": func(s string) string {
			return r.Say(map[bool]string{true: "desk.chip.own_motion", false: "desk.chip.not_own_motion"}[s == "true"])
		},
		"area_only": func(string) string { return r.Say("desk.chip.area_only") },
		"open_on":   func(day string) string { return r.Say("desk.chip.open_on", page.Day(day, r.Lang)) },
		"source":    func(code string) string { return sourceName(r, code) },
		"settled":   func(string) string { return r.Say("desk.chip.settled") },
		"complex":   func(string) string { return r.Say("desk.chip.complex") },
	}
	for _, name := range inWords {
		if value := r.Query(name); value != "" && (name != "area" || v.Places == nil) {
			add(words[name](value), name)
		}
	}
}

// The names of the filter: those with a field of their own, and all.
var (
	filterFields = []string{"state", "category", "mediator_id", "q", "due", "overdue"}
	inWords      = []string{"area", "area_only", "committee_id", "committee_type", "sector", "led", "source", "outcome", "consent", "settled", "complex", "open_on", "reached", "asked_by", "own_motion", "promise", "fate", "compound_id", "property_firm_id"}
	beside       = slices.Concat(filterFields, inWords, []string{"closed_from", "closed_to", "accepted_from", "accepted_to", "asked_from", "asked_to", "registered_from", "registered_to", "effective_from", "effective_to", "due_from", "due_to"})
)

// period says in which days something happened: from one to another, or only since one, or only by one.
func period(r *page.Request, of string) string {
	from, to := page.Day(r.Query(of+"_from"), r.Lang), page.Day(r.Query(of+"_to"), r.Lang)
	switch {
	case from != "" && to != "":
		return r.Say("desk.chip."+of, from, to)
	case from != "":
		return r.Say("desk.chip."+of+"_from", from)
	case to != "":
		return r.Say("desk.chip."+of+"_to", to)
	}
	return ""
}

// namesIn are what several codes are called.
func namesIn(r *page.Request, list codes.List, values string) string {
	var names []string
	for _, code := range strings.Split(values, ",") {
		names = append(names, list.Name(code, r.Lang))
	}
	return strings.Join(names, r.Say("desk.chip.or"))
}

// sourceName is what a way of coming in is called; one digit is a whole family.
func sourceName(r *page.Request, code string) string {
	if len(code) == 1 {
		return r.Say("desk.source." + code)
	}
	return codes.Sources.Name(code, r.Lang)
}
