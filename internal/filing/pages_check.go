package filing

import (
	"fmt"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// checkView is the page on which everything is looked at once more before it is sent.
type checkView struct {
	Rows      []page.Row
	Open      string // the first question without an answer
	More      string // where one more person of the other side is added
	Committee string
}

func (s *Service) checkView(r *page.Request, a *Answers) (checkView, error) {
	v := checkView{}
	aside, err := s.aside(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return v, err
	}
	if st, open := a.open(); open {
		v.Open = "/file/" + st.path + "?to=check&missing=1"
	}
	if n := len(a.Others); n > 0 && n < mostOthers {
		v.More = fmt.Sprintf("/file/other?no=%d&to=check", n+1)
	}
	err = s.store.Read(r.Context(), actor.Actor{}, func(tx *db.Tx) error {
		place, compound, err := placeAndCompound(tx, a)
		if err != nil {
			return err
		}
		v.Rows = append(rowsOfMatter(r, a, place, compound), rowOfFiles(r, len(aside)))
		v.Rows = append(v.Rows, rowsOfPeople(r, a)...)
		if c, err := registry.Serving(tx, registry.Place{Area: a.Place(), Compound: a.Compound, Category: a.Category}); err == nil {
			v.Committee = c.Name
		}
		return nil
	})
	return v, err
}

func placeAndCompound(tx *db.Tx, a *Answers) (place, compound string, err error) {
	if a.Place() != "" {
		if place, err = registry.FullName(tx, a.Place()); err != nil {
			return "", "", err
		}
	}
	if !a.Compound.IsZero() {
		c, err := registry.FindCompound(tx, a.Compound)
		return place, c.Name, err
	}
	return place, "", nil
}

func rowsOfMatter(r *page.Request, a *Answers, place, compound string) []page.Row {
	row := func(key, path string, value any) page.Row {
		return page.Row{Label: r.Say(key), Value: value, Change: "/file/" + path + "?to=check"}
	}
	rows := []page.Row{row("file.row_place", "place", place)}
	if a.Compounds {
		if compound == "" && a.Lies != "" {
			compound = r.Say("file.compound_" + a.Lies)
		}
		rows = append(rows, row("file.row_compound", "compound", compound))
	}
	kind := ""
	if a.Category != "" {
		kind = r.Say("file.kind." + a.Category)
	}
	return append(rows, row("file.row_about", "about", kind), row("file.row_safe", "safe", saidOfDanger(r, a)),
		row("file.row_title", "title", called(r, a.Name(), a.Category)), row("file.row_facts", "facts", a.Facts), row("file.row_wish", "wish", a.Request))
}

func saidOfDanger(r *page.Request, a *Answers) string {
	if a.Danger == "" {
		return ""
	}
	return r.Say("file.danger_" + a.Danger)
}

func rowsOfPeople(r *page.Request, a *Answers) []page.Row {
	reach := func(t Told) string {
		switch {
		case t.Phone != "":
			return t.Phone
		case t.Unknown:
			return r.Say("file.unknown")
		}
		return t.PhoneReason
	}
	rows := []page.Row{{Label: r.Say("file.row_you"), Value: a.You.Name, Change: "/file/you?to=check"},
		{Label: r.Say("file.row_phone"), Value: reach(a.You), Change: "/file/you?to=check"}}
	others := a.Others
	if len(others) == 0 {
		others = []Told{{}}
	}
	for i, o := range others {
		change := fmt.Sprintf("/file/other?no=%d&to=check", i+1)
		who := o.Name
		if o.Kind == "organisation" {
			who = r.Say("file.organisation_named", o.Name)
		}
		rows = append(rows, page.Row{Label: r.Say("file.row_other"), Value: who, Change: change},
			page.Row{Label: r.Say("file.row_other_phone"), Value: reach(o), Change: change})
	}
	return rows
}

func (s *Service) showCheck(r *page.Request) (page.Reply, error) {
	a, found, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if !found || a.Receipt != nil {
		return page.SeeOther(s.withoutDraft(r)), nil
	}
	same, err := s.askedSame(r, &a, found)
	if err != nil {
		return page.Reply{}, err
	}
	if len(same) > 0 {
		return page.SeeOther("/file/same"), nil
	}
	v, err := s.checkView(r, &a)
	return page.Show("filing/check", v), err
}

// withoutDraft is where somebody goes who has nothing to check: to what they filed, or to the beginning.
func (s *Service) withoutDraft(r *page.Request) string {
	if _, filed := s.receipt(r); filed {
		return "/file/done"
	}
	return "/file"
}

// file sends the answers. Sent twice it leads to the same confirmation.
func (s *Service) file(r *page.Request) (page.Reply, error) {
	token := r.Cookie(draftCookie)
	a, found, err := s.answersOf(r.Context(), token)
	if err != nil {
		return page.Reply{}, err
	}
	if !found {
		return page.SeeOther(s.withoutDraft(r)), nil
	}
	if st, open := a.open(); open && a.Receipt == nil {
		return page.SeeOther("/file/" + st.path + "?to=check&missing=1"), nil
	}
	if _, err := s.fileAnswers(r.Context(), r.By(), token, r.Lang, r.Address()); err != nil {
		return s.mend(r, a, err)
	}
	r.SetCookie(filedCookie, token, receiptKept)
	r.SetCookie(draftCookie, "", -1)
	return page.SeeOther("/file/done"), nil
}

// mend shows the question whose answer could not be filed.
func (s *Service) mend(r *page.Request, a Answers, cause error) (page.Reply, error) {
	if st, no, ok := mends(cause); ok {
		return page.SeeOther(fmt.Sprintf("/file/%s?to=check&missing=1&no=%d", st.path, no+1)), nil
	}
	v, err := s.checkView(r, &a)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Again("filing/check", v, cause), nil
}
