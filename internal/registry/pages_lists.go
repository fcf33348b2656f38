package registry

import (
	"strings"

	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// committeesView is the list of committees that stood on a day.
type committeesView struct {
	*frame
	Types, Sectors []page.Option
	Lines          []committeeLine
}

type committeeLine struct {
	Committee
	Kind, Field, At string
}

func (s *Service) showCommittees(r *page.Request) (page.Reply, error) {
	v := &committeesView{frame: frameOf(r, pageCommittees), Sectors: options(codes.Sectors, r.Lang)}
	ask := CommitteesAsked{Sector: r.Query("sector")}
	ask.Types, v.Types = v.types("type")
	if err := v.bad.Err(); err != nil {
		return page.Reply{}, err
	}
	err := s.see(r.Context(), r.Grant, func(tx *db.Tx) error {
		if err := v.place(tx); err != nil {
			return err
		}
		ask.Area, ask.On = v.Place.Code, v.Day
		v.narrowed(tx, "type")
		rows, more, err := Committees(tx, ask, v.after)
		if err != nil {
			return err
		}
		v.Lines, err = v.committees(tx, rows)
		if more {
			v.goOn(more, rows[len(rows)-1].ID)
		}
		return err
	})
	return page.Show("registry/committees", v), err
}

func (f *frame) committees(tx *db.Tx, rows []Committee) ([]committeeLine, error) {
	at := make([]ident.Area, 0, len(rows))
	for _, c := range rows {
		at = append(at, c.AreaCode)
	}
	names, err := NamesFrom(tx, f.Place, at)
	out := make([]committeeLine, 0, len(rows))
	for _, c := range rows {
		out = append(out, committeeLine{c, codes.CommitteeTypes.Name(string(c.Type), f.r.Lang), sectorName(f.r, c.Sector), names[c.AreaCode]})
	}
	return out, err
}

// mediatorsView is the list of persons who mediated on a day, or of one committee's mediators now.
type mediatorsView struct {
	*frame
	Of          Committee // the committee asked for, if one is
	Types       []page.Option
	Backgrounds []page.Option
	Lines       []personLine
}

// personLine is a mediator with what they bring with them, in words (W4).
type personLine struct {
	ServingPerson
	Brings string
}

func (s *Service) showMediators(r *page.Request) (page.Reply, error) {
	v := &mediatorsView{frame: frameOf(r, pageMediators), Backgrounds: options(codes.Backgrounds, r.Lang)}
	ask := MediatorsAsked{Background: r.Query("background")}
	ask.Types, v.Types = v.types("committee_type")
	of := v.id("committee_id")
	v.bad.Take("background", checkBackground(ask.Background))
	if err := v.bad.Err(); err != nil {
		return page.Reply{}, err
	}
	err := s.see(r.Context(), r.Grant, func(tx *db.Tx) error {
		if !of.IsZero() {
			return v.ofCommittee(tx, of, ask.Background)
		}
		if err := v.place(tx); err != nil {
			return err
		}
		ask.Area, ask.On = v.Place.Code, v.Day
		v.narrowed(tx, "committee_type")
		rows, more, err := MediatorsServing(tx, ask, v.after)
		v.fill(rows, more)
		return err
	})
	return page.Show("registry/mediators", v), err
}

// ofCommittee lists who mediates for one committee now.
func (v *mediatorsView) ofCommittee(tx *db.Tx, id ident.ID, background string) (err error) {
	if v.Of, err = FindCommittee(tx, id); err != nil {
		return err
	}
	rows, more, err := MediatorsPage(tx, id, background, v.after)
	people := make([]ServingPerson, 0, len(rows))
	for _, m := range rows {
		people = append(people, ServingPerson{m, []Ref{{v.Of.ID, v.Of.Name}}})
	}
	v.fill(people, more)
	return err
}

func (v *mediatorsView) fill(rows []ServingPerson, more bool) {
	for _, p := range rows {
		var words []string
		for _, b := range p.Background {
			words = append(words, codes.Backgrounds.Name(b, v.r.Lang))
		}
		v.Lines = append(v.Lines, personLine{p, strings.Join(words, v.r.Say("desk.comma"))})
	}
	if more {
		v.goOn(more, rows[len(rows)-1].ID)
	}
}

// compoundsView is the list of compounds that were on the register on a day.
type compoundsView struct {
	*frame
	Lines   []compoundLine
	Posters bool // the reader may print them
}

type compoundLine struct {
	CoveredCompound
	At string
}

func (s *Service) showCompounds(r *page.Request) (page.Reply, error) {
	v := &compoundsView{frame: frameOf(r, pageCompounds), Posters: r.May(posters)}
	if err := v.bad.Err(); err != nil {
		return page.Reply{}, err
	}
	err := s.see(r.Context(), r.Grant, func(tx *db.Tx) error {
		if err := v.place(tx); err != nil {
			return err
		}
		v.narrowed(tx, "")
		rows, more, err := Compounds(tx, CompoundsAsked{Area: v.Place.Code, Covered: r.Query("covered"), On: v.Day}, v.after)
		if err != nil {
			return err
		}
		v.Lines, err = v.compounds(tx, rows)
		if more {
			v.goOn(more, rows[len(rows)-1].ID)
		}
		return err
	})
	return page.Show("registry/compounds", v), err
}

func (f *frame) compounds(tx *db.Tx, rows []CoveredCompound) ([]compoundLine, error) {
	at := make([]ident.Area, 0, len(rows))
	for _, c := range rows {
		at = append(at, c.AreaCode)
	}
	names, err := NamesFrom(tx, f.Place, at)
	out := make([]compoundLine, 0, len(rows))
	for _, c := range rows {
		out = append(out, compoundLine{c, names[c.AreaCode]})
	}
	return out, err
}
