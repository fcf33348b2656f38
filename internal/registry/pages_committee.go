package registry

import (
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// committeeView is one committee: how it is reached, its term, its people and what it serves.
type committeeView struct {
	Committee
	Tag       page.Tag
	Rows      []page.Row
	Members   []Member
	Mediators []Mediator
	More      bool // more mediators than are shown
	Serves    []serveLine
	Poster    string   // of the place in which it is at home; "" for whoever prints none
	Mind      []string // what its own chair should see to (O1 to O6, O14); nobody else is told
	Chair     bool     // the reader is its chair
	Keeps     bool     // the reader keeps the register of its place (O7)
}

// serveLine is a place that a committee serves.
type serveLine struct {
	ServiceArea
	At     string
	Poster string
}

// posterOf is where the poster of a village or a compound lies; "" where there is none, or the reader prints none.
func posterOf(r *page.Request, area ident.Area, compound ident.ID) string {
	switch {
	case !r.May(posters):
		return ""
	case !compound.IsZero():
		return "/posters/" + compound.String()
	case area.Level() == ident.Village:
		return "/posters/" + string(area)
	}
	return ""
}

func (s *Service) showOneCommittee(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	v := &committeeView{}
	err = s.see(r.Context(), r.Grant, func(tx *db.Tx) error { return v.read(tx, r, id) })
	v.Tag = v.tag(r)
	return page.Show("registry/committee", v), err
}

func (v *committeeView) read(tx *db.Tx, r *page.Request, id ident.ID) (err error) {
	if v.Committee, err = FindCommittee(tx, id); err != nil {
		return err
	}
	if v.Rows, err = v.rows(tx, r); err != nil {
		return err
	}
	if v.Members, err = MembersOf(tx, id); err != nil {
		return err
	}
	if v.Mediators, v.More, err = MediatorsPage(tx, id, "", Page{Limit: lines}); err != nil {
		return err
	}
	v.Poster = posterOf(r, v.AreaCode, ident.ID{})
	if v.Serves, err = v.serves(tx, r); err != nil {
		return err
	}
	return v.mind(tx, r)
}

// mind tells a chair what the law wants of the committee, and who enters it: members are elected (O5), and their bureau keeps
// the register of them (O7).
func (v *committeeView) mind(tx *db.Tx, r *page.Request) error {
	v.Keeps = r.May(Keeping) && slices.ContainsFunc(r.By().Posts, func(p actor.Post) bool { return p.Area.Covers(v.AreaCode) })
	v.Chair = slices.ContainsFunc(r.By().Posts, func(p actor.Post) bool { return p.Role == actor.Chair && p.Committee == v.ID })
	if !v.Chair {
		return nil
	}
	found, err := AttentionOf(tx, v.ID)
	for _, a := range found {
		v.Mind = append(v.Mind, a.Text.In(r.Lang))
	}
	return err
}

func (v *committeeView) tag(r *page.Request) page.Tag {
	return map[State]page.Tag{
		Active: {Kind: "ok", Text: r.Say("registry.state.active")},
		Draft:  {Kind: "plain", Text: r.Say("registry.state.draft")},
		Ended:  {Kind: "plain", Text: r.Say("registry.state.ended")},
	}[v.State]
}

// rows say what there is to know of the committee itself; what is not known is left out.
func (v *committeeView) rows(tx *db.Tx, r *page.Request) ([]page.Row, error) {
	at, err := FullName(tx, v.AreaCode)
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	term, err := TermOf(tx, v.ID)
	if err != nil {
		return nil, err
	}
	above, err := v.above(tx)
	return slices.DeleteFunc([]page.Row{
		{Label: r.Say("registry.type"), Value: v.kind(r)}, {Label: r.Say("registry.sector"), Value: sectorName(r, v.Sector)},
		{Label: r.Say("registry.parent"), Value: above},
		{Label: r.Say("registry.place"), Value: at}, {Label: r.Say("registry.phone"), Value: v.Phone},
		{Label: r.Say("registry.address"), Value: v.Address}, {Label: r.Say("registry.since"), Value: page.Day(v.ActivatedOn, r.Lang)},
		{Label: r.Say("registry.until"), Value: page.Day(v.EndedOn, r.Lang)}, {Label: r.Say("registry.term"), Value: termText(r, term, today(tx))},
	}, func(row page.Row) bool { return row.Value == "" || row.Value == page.Link{} }), err
}

func (v *committeeView) kind(r *page.Request) string {
	if v.Type == Desk {
		return r.Say("registry.desk")
	}
	return codes.CommitteeTypes.Name(string(v.Type), r.Lang)
}

// above leads to the committee that a body belongs to, if it belongs to one.
func (v *committeeView) above(tx *db.Tx) (page.Link, error) {
	if v.ParentID.IsZero() {
		return page.Link{}, nil
	}
	parent, err := FindCommittee(tx, v.ParentID)
	return page.Link{Path: pageCommittees + "/" + parent.ID.String(), Text: parent.Name}, err
}

func termText(r *page.Request, t Term, day calendar.Day) string {
	if t.ID.IsZero() {
		return ""
	}
	text := r.Say("registry.term_of", page.Day(t.StartsOn, r.Lang), page.Day(t.EndsOn, r.Lang))
	if t.Expired(day) {
		text += r.Say("registry.term_over")
	}
	return text
}

// serves names the places that the committee serves today.
func (v *committeeView) serves(tx *db.Tx, r *page.Request) ([]serveLine, error) {
	areas, err := ServiceAreasOf(tx, v.ID)
	if err != nil {
		return nil, err
	}
	at, compounds := []ident.Area{}, []ident.ID{}
	for _, a := range areas {
		at, compounds = append(at, a.AreaCode), append(compounds, a.CompoundID)
	}
	places, err := NamesFrom(tx, Area{}, at)
	if err != nil {
		return nil, err
	}
	named, err := compoundsOf(tx, v.CountyCode, compounds)
	out := make([]serveLine, 0, len(areas))
	for _, a := range areas {
		name := places[a.AreaCode]
		if !a.CompoundID.IsZero() {
			name = named[a.CompoundID]
		}
		out = append(out, serveLine{a, name, posterOf(r, a.AreaCode, a.CompoundID)})
	}
	return out, err
}
