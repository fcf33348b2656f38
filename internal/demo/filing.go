package demo

import (
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
)

func (w *walk) mediator() actor.Actor { return w.plan.crew.as(w.host) }
func (w *walk) chair() actor.Actor    { return w.plan.crew.chair() }

// party draws somebody who is none of the committee's people.
func (w *walk) party() person {
	for {
		p := someone(w.chance, w.clock.Now().Year())
		known := false
		for _, m := range w.plan.crew.people {
			known = known || m.Name == p.name
		}
		if !known {
			return p
		}
	}
}

// pair draws the two sides as the story has them.
func (w *walk) pair() (one, two person) {
	year := w.clock.Now().Year()
	for {
		one, two = w.party(), w.party()
		elder, couple := slices.Contains(elders, w.story.title), slices.Contains(couples, w.story.title)
		switch {
		case one.name == two.name:
		case elder && (one.born.Year() > year-60 || two.born.Year() < year-50):
		case couple && (one.sex == two.sex || max(one.born, two.born).Year() < year-45):
		default:
			return one, two
		}
	}
}

func (w *walk) file() error {
	one, two := w.pair()
	w.names = [2]string{one.name, two.name}
	f := casework.Filing{Source: w.plan.source, Category: w.story.category, Title: w.story.title, Request: w.story.request}
	if w.plan.byWhom == "" && f.Source == "" {
		f.Source = w.cameBy()
	}
	w.place(&f)
	by := w.filer(&f)
	if w.plan.byWhom == "resident" {
		w.names[0] = by.Name
	}
	a, b := w.partyIn(w.names[0], one), w.partyIn(w.names[1], two)
	switch firms[w.story.title] {
	case 1:
		a = w.firm(a)
	case 2:
		b = w.firm(b)
	}
	a, b = w.again(a, b)
	w.pairs, w.names = [2]casework.PartyIn{a, b}, [2]string{a.Name, b.Name}
	f.Facts = w.tell(w.story.facts)
	if codes.IsOwnMotion(f.Source) {
		f.Respondents = []casework.PartyIn{a, b}
	} else {
		f.Applicant, f.Respondents = &a, []casework.PartyIn{b}
	}
	if f.Source == "34" {
		f.Referral = w.petition()
	}
	g, err := w.Policy.Allow(by, "case.file")
	if err != nil {
		return err
	}
	filed, err := w.cases.File(w.ctx, g, f)
	w.view = filed.View
	return err
}

// petition is the letter by which a petition office sent somebody here; none of the five exclusions applies (A11).
func (w *walk) petition() *casework.ReferralIn {
	no := new(bool)
	return &casework.ReferralIn{Kind: "handed_over", Organ: w.area.Name + "信访局", Number: fmt.Sprintf("信访转〔%d〕%d号", w.clock.Now().Year(), 1+w.chance.IntN(400)),
		Exclusions: &casework.Exclusions{SpecialOrgan: no, Pending: no, Administrative: no, Refused: no, Unsuitable: no}}
}

// cameBy draws the way by which a case came.
func (w *walk) cameBy() string {
	n := w.chance.IntN(100)
	for _, s := range []struct {
		code string
		to   int
	}{{"11", 38}, {"13", 48}, {"14", 58}, {"21", 76}, {"22", 86}, {"23", 88}, {"31", 91}, {"33", 95}, {"34", 97}, {"351", 98}, {"352", 99}} {
		if n < s.to {
			return s.code
		}
	}
	return "353"
}

// place says where it arose: in a compound that the property committee serves, or in the committee's own area.
func (w *walk) place(f *casework.Filing) {
	c := w.plan.crew
	f.AreaCode = c.committee.AreaCode
	if c.committee.Sector != "" {
		h := pick(w.chance, c.compounds)
		f.CompoundID, f.AreaCode = h.ID, h.AreaCode
		return
	}
	if !codes.IsProperty(f.Category) {
		return
	}
	for _, h := range w.housesAt[f.AreaCode] {
		if w.byHouse[h.ID] == nil { // one whose disputes come to this committee
			f.CompoundID = h.ID
			return
		}
	}
}

// filer is who files: the public by itself when it came online, a mediator for whoever came to the window.
func (w *walk) filer(f *casework.Filing) actor.Actor {
	switch {
	case w.plan.byWhom != "":
		return w.people[w.plan.byWhom]
	case f.Source == "13":
		return actor.Actor{}
	}
	f.Difficulty, f.Risk, f.CommitteeID = w.difficulty(), 1+w.chance.IntN(8)/7, w.plan.crew.committee.ID
	return w.mediator()
}

func (w *walk) difficulty() int {
	switch n := w.chance.IntN(100); {
	case n < 45:
		return 1
	case n < 94:
		return 2
	case n < 99:
		return 3
	}
	return 4
}

func (w *walk) tell(s string) string {
	return strings.NewReplacer("%[1]s", w.names[0], "%[2]s", w.names[1]).Replace(s)
}

func (w *walk) partyIn(name string, p person) casework.PartyIn {
	return casework.PartyIn{Name: name, Phone: partyPhone(w.chance), Sex: string(p.sex), BornOn: p.born,
		Address: fmt.Sprintf("%s%d号", w.areas[w.plan.crew.committee.AreaCode].Name, 1+w.chance.IntN(380))}
}

// firm is a property firm, spoken for by somebody.
func (w *walk) firm(p casework.PartyIn) casework.PartyIn {
	return casework.PartyIn{Kind: "organisation", Name: pick(w.chance, compoundFirst) + "物业服务有限公司", LegalRep: p.Name, Phone: p.Phone, Address: p.Address}
}
