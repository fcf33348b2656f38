package scheme

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageSchemes = "/subsidy/schemes"

// Pages mounts the schemes for people.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageSchemes, Reading, s.showSchemes)
	site.Handle("GET", pageSchemes+"/new", Publishing, s.askScheme)
	site.Handle("POST", pageSchemes+"/new", Publishing, s.takeScheme)
	site.Handle("GET", pageSchemes+"/:id", Reading, s.showScheme)
	site.Handle("GET", pageSchemes+"/:id/end", Publishing, s.askEnd)
	site.Handle("POST", pageSchemes+"/:id/end", Publishing, s.takeEnd)
	site.Handle("POST", pageSchemes+"/:id/withdraw", Publishing, s.takeWithdraw)
	site.Handle("GET", pageSchemes+"/:id/factors", Publishing, s.askFactor)
	site.Handle("POST", pageSchemes+"/:id/factors", Publishing, s.takeFactor)
}

type schemesView struct {
	Lines     []schemeLine
	Next      string
	Publishes bool
}

type schemeLine struct {
	Scheme
	Where, Which string
	Holds        bool // today
}

func (s *Service) showSchemes(r *page.Request) (page.Reply, error) {
	v := &schemesView{Publishes: r.May(Publishing)}
	ask := Asked{Area: placeOf(r.Grant)}
	var err error
	if text := r.Query("cursor"); text != "" {
		if ask.After, err = ident.ParseID(text); err != nil {
			return page.Reply{}, fault.NoSuch()
		}
	}
	rows, next, err := s.List(r.Context(), r.Grant, ask)
	if err != nil {
		return page.Reply{}, err
	}
	if !next.IsZero() {
		v.Next = next.String()
	}
	for _, one := range rows {
		line, err := s.dress(r, one)
		if err != nil {
			return page.Reply{}, err
		}
		v.Lines = append(v.Lines, line)
	}
	return page.Show("scheme/schemes", v), nil
}

func (s *Service) dress(r *page.Request, one Scheme) (out schemeLine, err error) {
	out = schemeLine{Scheme: one, Which: codes.SubsidyKinds.Name(one.Kind, r.Lang), Holds: one.HoldsOn(calendar.DayOf(s.Store.Now()))}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		out.Where, err = registry.FullName(tx, one.AreaCode)
		return err
	})
	return out, err
}

// schemeView is one scheme in words.
type schemeView struct {
	schemeLine
	Factors    []Factor
	Used       bool
	Mine       bool // the reader may end it
	Rows       []rateLine
	Conditions []string
	Today      calendar.Day
}

type rateLine struct {
	Tier, Class, Form, Grade string
	Fen                      money.Fen
}

func (s *Service) schemeView(r *page.Request) (*schemeView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	seen, err := s.See(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	v := &schemeView{Factors: seen.Factors, Used: seen.Used, Today: calendar.DayOf(s.Store.Now())}
	if v.schemeLine, err = s.dress(r, seen.Scheme); err != nil {
		return nil, err
	}
	if g, err := s.Policy.Allow(r.By(), Publishing); err == nil {
		v.Mine = g.CoversArea(seen.AreaCode) && seen.WithdrawnAt == nil
	}
	any := r.Say("scheme.any")
	called := func(list codes.List, code, none string) string {
		if code == "" {
			return none
		}
		return list.Name(code, r.Lang)
	}
	for _, one := range seen.Terms.Rates {
		v.Rows = append(v.Rows, rateLine{called(codes.SubsidyTiers, one.Tier, any), called(codes.Difficulties, one.Class, any), called(codes.SubsidyForms, one.Form, r.Say("scheme.agreement")),
			called(codes.SubsidyGrades, one.Grade, any), one.Fen})
	}
	v.Conditions = seen.Terms.conditions(r)
	return v, nil
}

// conditions says the terms beside the rates, one sentence each.
func (t Terms) conditions(r *page.Request) (out []string) {
	add := func(when bool, key string, args ...any) {
		if when {
			out = append(out, r.Say("scheme.says."+key, args...))
		}
	}
	yuan := func(f money.Fen) string { return f.String() }
	add(t.Head != "", "head", codes.SubsidyHeads.Name(t.Head, r.Lang))
	add(t.PostFen > 0, "post", yuan(t.PostFen))
	add(t.Archived, "archived")
	add(t.ReviewLeast > 0, "review", t.ReviewLeast)
	add(t.Performed, "performed")
	add(t.Confirmed, "confirmed")
	add(t.Trained, "trained")
	add(t.OralPercent > 0, "oral", t.OralPercent)
	add(t.Presence, "presence")
	add(t.Evidence, "evidence")
	add(t.Guided, "guided")
	add(t.NoFullTime, "no_full_time")
	for _, a := range t.NoAttributes {
		add(true, "no_attribute", r.Say("scheme.attribute."+a))
	}
	for _, x := range t.Raises {
		add(x.Parties > 0, "raise_parties", x.Parties, codes.Difficulties.Name(x.Class, r.Lang))
		add(x.Fen > 0, "raise_amount", yuan(x.Fen), codes.Difficulties.Name(x.Class, r.Lang))
	}
	for _, b := range t.Bonuses {
		class := r.Say("scheme.any")
		if b.Class != "" {
			class = codes.Difficulties.Name(b.Class, r.Lang)
		}
		add(b.Fen > 0, "bonus_fen", class, yuan(b.Fen))
		add(b.Percent > 0, "bonus_percent", class, b.Percent)
	}
	add(t.Indexed, "indexed")
	for _, n := range t.Materials {
		var items []string
		for _, i := range n.Items {
			items = append(items, codes.SubsidyMaterials.Name(i, r.Lang))
		}
		add(true, "materials", strings.Join(append(nonEmpty(codes.SubsidyTiers.Name(n.Tier, r.Lang), codes.Difficulties.Name(n.Class, r.Lang)), ""), " "), strings.Join(items, r.Say("registry.and")))
	}
	if t.PostFen == 0 {
		add(true, "always")
	}
	return out
}

func nonEmpty(in ...string) []string {
	return slices.DeleteFunc(in, func(s string) bool { return s == "" })
}

func (s *Service) showScheme(r *page.Request) (page.Reply, error) {
	v, err := s.schemeView(r)
	return page.Show("scheme/scheme", v), err
}

// schemeForm is the form of a scheme. Of each list it shows as many rows as were asked for, and those that were filled in.
type schemeForm struct {
	Places, Kinds, Heads, Tiers, Classes, Forms, Grades, Attributes, Items []page.Option
	Home                                                                   string
	Rates, Materials, Raises, Bonuses                                      []int // the numbers of the rows
}

// formLists are the lists of the form: how many rows an empty one has, how many a press on the button adds, and the most.
var formLists = map[string]struct{ first, more, most int }{
	"rates": {6, 6, mostRates}, "materials": {1, 1, mostRules}, "raises": {1, 1, mostRules}, "bonuses": {1, 1, mostRules},
}

// rowsShown are the rows of a list in the form as it was sent: as many as were shown, as far as one was filled in, and those that
// were asked for beside.
func rowsShown(r *page.Request, list string) []int {
	of := formLists[list]
	n := of.first
	if shown, err := strconv.Atoi(r.Form("shown." + list)); err == nil {
		n = max(n, shown)
	}
	for name := range r.Named("terms." + list + ".") {
		if i, err := strconv.Atoi(name); err == nil {
			n = max(n, i+1)
		}
	}
	if r.Form("more") == list {
		n += of.more
	}
	rows := make([]int, min(n, of.most))
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// Field is the name of a question in a row.
func (*schemeForm) Field(list string, i int, name string) string {
	return fmt.Sprintf("terms.%s.%d.%s", list, i, name)
}

// Nth is the number of a row as people count.
func (*schemeForm) Nth(i int) int { return i + 1 }

func (s *Service) schemeForm(r *page.Request) (*schemeForm, error) {
	home := HomeOf(r.Grant)
	v := &schemeForm{Kinds: page.Coded(codes.SubsidyKinds, r.Lang), Heads: page.Coded(codes.SubsidyHeads, r.Lang), Tiers: page.Coded(codes.SubsidyTiers, r.Lang), Classes: page.Coded(codes.Difficulties, r.Lang),
		Forms: page.Coded(codes.SubsidyForms, r.Lang), Grades: page.Coded(codes.SubsidyGrades, r.Lang), Items: page.Coded(codes.SubsidyMaterials, r.Lang), Home: string(home),
		Rates: rowsShown(r, "rates"), Materials: rowsShown(r, "materials"), Raises: rowsShown(r, "raises"), Bonuses: rowsShown(r, "bonuses")}
	for _, a := range registry.Attributes {
		if strings.HasPrefix(a, "stationed_") {
			v.Attributes = append(v.Attributes, page.Option{Value: a, Text: r.Say("scheme.attribute." + a)})
		}
	}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		own, err := registry.FindArea(tx, home)
		if err != nil {
			return err
		}
		v.Places = []page.Option{{Value: string(own.Code), Text: own.Name}}
		if own.Code.Level() != ident.City {
			return nil
		}
		below, err := registry.AreasBelow(tx, home)
		for _, a := range below {
			v.Places = append(v.Places, page.Option{Value: string(a.Code), Text: a.Name})
		}
		return err
	})
}

func (s *Service) askScheme(r *page.Request) (page.Reply, error) {
	v, err := s.schemeForm(r)
	return page.Show("scheme/scheme-new", v), err
}

// typed reads the form. Rows that were left empty are no rows; at says where in the form each of the others stands.
type typed struct {
	r   *page.Request
	bad fault.Check
	at  map[string]int // "rates 0": the row of the form
}

func (t *typed) number(name string) int {
	text := t.r.Form(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.bad.Add(name, "请填写整数。", "Please give a whole number.")
	}
	return n
}

func (t *typed) yuan(name string) money.Fen {
	text := t.r.Form(name)
	if text == "" {
		return 0
	}
	f, err := money.Parse(text)
	t.bad.Take(name, err)
	return f
}

func (t *typed) terms() Terms {
	r := t.r
	out := Terms{Head: r.Form("terms.head"), Archived: r.Ticked("terms.archived"), ReviewLeast: t.number("terms.review_least"), Performed: r.Ticked("terms.performed"), Confirmed: r.Ticked("terms.confirmed"),
		Trained: r.Ticked("terms.trained"), Evidence: r.Ticked("terms.unsuccessful_evidence"), Guided: r.Ticked("terms.unsuccessful_guided"), OralPercent: t.number("terms.oral_percent"),
		Presence: r.Ticked("terms.oral_presence"), NoFullTime: r.Ticked("terms.no_full_time"), NoAttributes: r.Forms("terms.no_attributes"), Indexed: r.Ticked("terms.indexed"), PostFen: t.yuan("terms.post_fen")}
	out.Rates = rowsOf(t, "rates", func(at field) Rate {
		return Rate{Tier: r.Form(at("tier")), Class: r.Form(at("class")), Form: r.Form(at("form")), Grade: r.Form(at("grade")), Fen: t.yuan(at("fen"))}
	})
	out.Raises = rowsOf(t, "raises", func(at field) Raise {
		return Raise{Class: r.Form(at("class")), Parties: t.number(at("parties")), Fen: t.yuan(at("fen"))}
	})
	out.Bonuses = rowsOf(t, "bonuses", func(at field) Bonus {
		return Bonus{Class: r.Form(at("class")), Fen: t.yuan(at("fen")), Percent: t.number(at("percent"))}
	})
	out.Materials = rowsOf(t, "materials", func(at field) Need {
		return Need{Tier: r.Form(at("tier")), Class: r.Form(at("class")), Items: r.Forms(at("items"))}
	})
	return out
}

// field is the name of a question in one row of the form.
type field func(name string) string

// rowsOf reads the rows of a list that are not empty, and keeps where each stands in the form.
func rowsOf[T any](t *typed, list string, read func(field) T) (out []T) {
	var none T
	for _, i := range rowsShown(t.r, list) {
		one := read(func(name string) string { return fmt.Sprintf("terms.%s.%d.%s", list, i, name) })
		if !reflect.DeepEqual(one, none) {
			t.at[fmt.Sprintf("%s %d", list, len(out))] = i
			out = append(out, one)
		}
	}
	return out
}

// firstField is where in a row is said what is wrong with all of it.
var firstField = map[string]string{"rates": "fen", "raises": "class", "bonuses": "fen", "materials": "items"}

// moved names the fields of the form, which has empty rows between.
func (t *typed) moved(err error) error {
	f := *fault.Of(err)
	f.Fields = slices.Clone(f.Fields)
	for i, field := range f.Fields {
		list, rest, ok := strings.Cut(strings.TrimPrefix(field.At, "terms."), "[")
		n, name, closed := strings.Cut(rest, "]")
		row, known := t.at[list+" "+n]
		switch {
		case ok && closed && known && name == "":
			f.Fields[i].At = fmt.Sprintf("terms.%s.%d.%s", list, row, firstField[list])
		case ok && closed && known:
			f.Fields[i].At = fmt.Sprintf("terms.%s.%d%s", list, row, name)
		case firstField[list] != "":
			f.Fields[i].At = fmt.Sprintf("terms.%s.0.%s", list, firstField[list])
		}
	}
	return &f
}

func (s *Service) takeScheme(r *page.Request) (page.Reply, error) {
	if r.Ticked("more") {
		v, err := s.schemeForm(r)
		return page.Longer("scheme/scheme-new", v), err
	}
	t := &typed{r: r, at: map[string]int{}}
	in := NewScheme{AreaCode: ident.Area(r.Form("area_code")), Kind: r.Form("kind"), Name: r.Form("name"), ValidFrom: calendar.Day(r.Form("valid_from")), ValidTo: calendar.Day(r.Form("valid_to")), Basis: r.Form("basis"), Terms: t.terms()}
	err := t.bad.Err()
	if err == nil {
		var made Scheme
		if made, err = s.Publish(r.Context(), r.Grant, in); err == nil {
			return page.SeeOther(pageSchemes + "/" + made.ID.String() + "?done=scheme_published"), nil
		}
	}
	v, fails := s.schemeForm(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("scheme/scheme-new", v, t.moved(err)), nil
}

// mine is a scheme that the reader may end.
func (s *Service) mine(r *page.Request) (*schemeView, error) {
	v, err := s.schemeView(r)
	if err == nil && !v.Mine {
		err = fault.NoSuch()
	}
	return v, err
}

func (s *Service) askEnd(r *page.Request) (page.Reply, error) {
	v, err := s.mine(r)
	return page.Show("scheme/end", v), err
}

func (s *Service) takeEnd(r *page.Request) (page.Reply, error) {
	v, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := s.End(r.Context(), r.Grant, v.ID, calendar.Day(r.Form("ended_on"))); err != nil {
		return page.Again("scheme/end", v, err), nil
	}
	return page.SeeOther(pageSchemes + "/" + v.ID.String() + "?done=scheme_ended"), nil
}

func (s *Service) takeWithdraw(r *page.Request) (page.Reply, error) {
	v, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := s.Withdraw(r.Context(), r.Grant, v.ID); err != nil {
		return page.Again("scheme/scheme", v, err), nil
	}
	return page.SeeOther(pageSchemes + "?done=scheme_withdrawn"), nil
}

func (s *Service) askFactor(r *page.Request) (page.Reply, error) {
	v, err := s.mine(r)
	return page.Show("scheme/factor", v), err
}

func (s *Service) takeFactor(r *page.Request) (page.Reply, error) {
	v, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	t := &typed{r: r}
	in := NewFactor{Year: t.number("year"), Per: t.number("per_ten_thousand"), Basis: r.Form("basis")}
	if err = t.bad.Err(); err == nil {
		_, err = s.SetFactor(r.Context(), r.Grant, v.ID, in)
	}
	if err != nil {
		return page.Again("scheme/factor", v, err), nil
	}
	return page.SeeOther(pageSchemes + "/" + v.ID.String() + "?done=factor_set"), nil
}
