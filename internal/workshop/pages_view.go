package workshop

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/clause"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/wording"
)

// formView is the form of an agreement with the case it is about.
type formView struct {
	casework.View
	Event, Home   string
	Name, No      string
	Tag           page.Tag
	Typed         sheet
	Terms         []termView
	Total         string // of what is paid in all, in figures; empty where nothing is
	Capital       string // the same in capitals
	Checked       bool   // somebody asked for it to be read, or to be fixed
	Blocks, Warns int    // how much was found
	Hints         int
	Library       []page.Option
	Chosen        *chosenView // the clause that is being filled in
	Draft         int64       // which version of the draft this is
	Kept          *keptView
	Oral          bool
	Sides         []page.Option

	seen    int64 // the version of the draft that the form was drawn from
	names   []casework.PartyName
	parties []clause.Party
	found   []findingView
	today   calendar.Day
	form    string
	me      ident.ID
	lang    string
	say     func(string, ...any) string
}

// termView is one term of the form.
type termView struct {
	typedTerm
	At           string
	N            int
	Up, Down     bool
	Capital      string // of its amount
	PartsShown   bool
	PartsCounted int
}

// findingView is one finding in words.
type findingView struct {
	At, Found, Says, Fix string
	Tag                  page.Tag
}

// chosenView is a clause of the library with its places.
type chosenView struct {
	clause.Clause
	Called string
	Asked  []slotView
}

// slotView is a place to be filled in.
type slotView struct {
	clause.Slot
	Field, Label, Value string
	Choices             []page.Option
}

// keptView says when a draft was kept.
type keptView struct {
	kept
	Mine bool
}

// Route is the event's name in an address.
func (v *formView) Route() string { return v.event().Route() }

func (v *formView) event() casework.Event { return casework.Event(v.Event) }

// mayGoOn is nil while the step can be taken.
func (v *formView) mayGoOn(e casework.Event) error {
	if !slices.Contains(v.Next, e.Route()) {
		return v.NotNow(e)
	}
	return nil
}

// view prepares the form for a case, without what is written in it.
func (b bench) view(r *page.Request) (*formView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	read, err := b.read(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	read = read.In(r.Lang)
	v := &formView{View: read, Event: string(b.event), Home: "/desk/cases/" + id.String(), Name: read.Title, No: read.CaseNo, form: b.form, Oral: b.form == casework.Oral,
		Tag: page.Tag{Kind: "info", Text: read.State.Name(r.Lang)}, today: b.today(), me: r.By().Person, lang: r.Lang, say: r.Say}
	if v.No == "" {
		v.No = read.IntakeNo
	}
	if v.seen, err = strconv.ParseInt(r.Form("draft_version"), 10, 64); err != nil {
		v.seen = 0
	}
	v.names, v.parties = partiesOf(read)
	for _, p := range read.Parties {
		if !p.Removed {
			v.Sides = append(v.Sides, page.Option{Value: p.ID.String(), Text: p.Name, Hint: r.Say("desk.role." + p.Role)})
		}
	}
	return v, nil
}

// write puts a sheet into the form, with what was found in it.
func (v *formView) write(sh sheet, k kept) {
	v.Typed, v.Draft = sh, k.Version
	if k.Version > 0 {
		v.Kept = &keptView{k, k.By == v.me}
	}
	in, _ := sh.draft()
	for i, t := range sh.Terms {
		tv := termView{typedTerm: t, At: at(i), N: i + 1, Up: i > 0, Down: i+1 < len(sh.Terms), PartsShown: t.Parts != ""}
		if i < len(in.Clauses) {
			if fen := owed(in.Clauses[i]); fen > 0 {
				tv.Capital = fen.Capital()
			}
			if p := in.Clauses[i].Obligation; p != nil {
				tv.PartsCounted = len(p.Instalments)
			}
		}
		v.Terms = append(v.Terms, tv)
	}
	if all := sh.sum(); all > 0 {
		v.Total, v.Capital = all.String(), all.Capital()
	}
	v.offer(sh)
	if v.Checked || !sh.empty() {
		v.look(in)
	}
}

// look reads the draft. Before somebody asks, only what stands in its terms is shown.
func (v *formView) look(in casework.DraftAgreement) {
	v.show(in.Findings(v.form, v.names, v.today), func(f wording.Finding) bool {
		return v.Checked || strings.HasPrefix(f.At, "clauses[") && f.Level != wording.Blocks
	})
}

// show puts findings into words.
func (v *formView) show(found []wording.Finding, wanted func(wording.Finding) bool) {
	for _, f := range found {
		if !wanted(f) {
			continue
		}
		fv := findingView{At: f.At, Found: f.Found, Says: f.Says().In(v.lang), Fix: f.Suggestion.In(v.lang), Tag: page.Tag{Kind: "quiet", Text: v.say("workshop.level.hint")}}
		switch f.Level {
		case wording.Blocks:
			v.Blocks++
			fv.Tag = page.Tag{Kind: "err", Text: v.say("workshop.level.block")}
		case wording.Warns:
			v.Warns++
			fv.Tag = page.Tag{Kind: "warn", Text: v.say("workshop.level.warn")}
		case wording.Hints:
			v.Hints++
		}
		v.found = append(v.found, fv)
	}
}

// Clean tells whether nothing was found.
func (v *formView) Clean() bool { return len(v.found) == 0 }

// Found are the findings about a field, or about a term and all of its fields.
func (v *formView) Found(at string) (out []findingView) {
	for _, f := range v.found {
		if f.At == at || strings.HasPrefix(f.At, at+".") {
			out = append(out, f)
		}
	}
	return out
}

// offer is the library for the case's kind of dispute, and the clause that was chosen from it.
func (v *formView) offer(sh sheet) {
	category := v.Category
	if sh.All {
		category = ""
	}
	for _, c := range clause.For(category, v.today) {
		v.Library = append(v.Library, page.Option{Value: c.ID, Text: c.Name().In(v.lang)})
	}
	c, err := clause.Find(sh.Clause, v.today)
	if err != nil {
		return
	}
	v.Chosen = &chosenView{Clause: c, Called: c.Name().In(v.lang)}
	for _, s := range c.Slots {
		sv := slotView{Slot: s, Field: "slot." + s.Name, Label: s.Label().In(v.lang), Value: sh.Slots[s.Name]}
		if sv.Value == "" {
			sv.Value = s.Default
		}
		if s.Kind == "party" {
			sv.Choices = v.Sides
		}
		for _, o := range s.Options {
			sv.Choices = append(sv.Choices, page.Option{Value: o, Text: o})
		}
		v.Chosen.Asked = append(v.Chosen.Asked, sv)
	}
}

// Kinds are the kinds of obligations.
func (v *formView) Kinds() []page.Option { return page.Coded(codes.ObligationKinds, v.lang) }

// Obligation is the path of a term's obligation.
func (t termView) Obligation() string { return t.At + ".obligation" }

// Do is what a button of the term says: up, down or delete, and which.
func (t termView) Do(what string) string { return fmt.Sprintf("%s:%d", what, t.N-1) }
