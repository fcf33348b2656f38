package bureau

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

// Letter tells the basic court of the composition of a county's committees and of what changed (组成和调整情况, O7). One that
// was given tells for ever what it told then.
type Letter struct {
	registry.Notice // zero while it was not given
	County          registry.Area
	From            string // who writes: the county's bureau
	To              string // the court
	Since           calendar.Day
	On              calendar.Day
	composition
	Committees int
	Parts      []Part
	Changes    int
}

// composition is who there is, as the letter says it: a notice keeps what it said.
type composition struct {
	Kinds   []kindCount // committees by type
	Persons int64       // who mediate for them
}

// Part is what changed in one committee.
type Part struct {
	Committee registry.Committee
	Lines     []registry.Change
}

// Given tells whether the letter was given already.
func (l Letter) Given() bool { return !l.ID.IsZero() }

// dueLetter is what the court of a county was not told yet.
func dueLetter(tx *db.Tx, county ident.County) (Letter, error) {
	changes, err := registry.Untold(tx, county)
	if err != nil {
		return Letter{}, err
	}
	last, _, err := registry.Notices(tx, county, registry.Page{Limit: 1})
	if err != nil {
		return Letter{}, err
	}
	l := Letter{On: today(tx)}
	if len(last) > 0 {
		l.Since = last[0].NoticedOn
	}
	return l, l.fill(tx, county, changes)
}

// givenLetter is a notice as it was given.
func givenLetter(tx *db.Tx, n registry.Notice) (Letter, error) {
	changes, err := registry.Told(tx, n.ID)
	if err != nil {
		return Letter{}, err
	}
	before, _, err := registry.Notices(tx, n.CountyCode, registry.Page{After: n.ID, Limit: 1})
	if err != nil {
		return Letter{}, err
	}
	l := Letter{Notice: n, On: n.NoticedOn}
	if len(before) > 0 {
		l.Since = before[0].NoticedOn
	}
	return l, l.fill(tx, n.CountyCode, changes)
}

func (l *Letter) fill(tx *db.Tx, county ident.County, changes []registry.Change) (err error) {
	if l.County, err = registry.FindArea(tx, county.Area()); err != nil {
		return err
	}
	place := withoutProvince(l.County)
	l.From, l.To, l.Changes = place+"司法局", l.Court, len(changes)
	if l.To == "" {
		l.To = place + "人民法院"
	}
	if l.Composition != "" {
		err = json.Unmarshal([]byte(l.Composition), &l.composition)
	} else {
		l.composition, err = stoodOn(tx, county, l.On)
	}
	if err != nil {
		return err
	}
	for _, k := range l.Kinds {
		l.Committees += k.Count
	}
	l.Parts, err = parts(tx, county, changes)
	return err
}

// withoutProvince is a place as papers within the province name it: 泉州市丰泽区.
func withoutProvince(a registry.Area) string {
	if i := strings.Index(a.FullName, "省"); i > 0 {
		return a.FullName[i+len("省"):]
	}
	return a.FullName
}

// parts gathers changes by committee, in the order of the areas; of each by day, and of a day in the order of a committee's life.
func parts(tx *db.Tx, county ident.County, changes []registry.Change) ([]Part, error) {
	at, ids := map[ident.ID]int{}, []ident.ID{}
	var out []Part
	for _, c := range changes {
		i, known := at[c.CommitteeID]
		if !known {
			i = len(out)
			at[c.CommitteeID], out, ids = i, append(out, Part{}), append(ids, c.CommitteeID)
		}
		out[i].Lines = append(out[i].Lines, c)
	}
	of, err := named(tx, county, ids)
	for i, id := range ids {
		out[i].Committee = of[id]
	}
	slices.SortFunc(out, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Committee.AreaCode, b.Committee.AreaCode), cmp.Compare(a.Committee.Name, b.Committee.Name), cmp.Compare(a.Committee.ID.String(), b.Committee.ID.String()))
	})
	for _, p := range out {
		slices.SortStableFunc(p.Lines, func(a, b registry.Change) int {
			return cmp.Or(cmp.Compare(a.HappenedOn, b.HappenedOn), stepOf(a.Kind)-stepOf(b.Kind))
		})
	}
	return out, describe(tx, out, err)
}

// stepOf is where a kind of change stands in a committee's life.
func stepOf(kind string) int {
	return slices.IndexFunc(codes.RegisterChanges, func(c codes.Code) bool { return c.Code == kind })
}

// describe replaces codes in what changed by words.
func describe(tx *db.Tx, in []Part, err error) error {
	var at []ident.Area
	for _, p := range in {
		for _, c := range p.Lines {
			if a := ident.Area(c.Detail); ident.ValidArea(a) {
				at = append(at, a)
			}
		}
	}
	if err != nil || len(in) == 0 {
		return err
	}
	names, err := registry.NamesFrom(tx, registry.Area{}, at)
	for _, p := range in {
		for i, c := range p.Lines {
			p.Lines[i].Detail = inWords(c.Detail, names)
			if c.Kind == "drafted" || c.Kind == "activated" { // of the committee itself, which is named above
				p.Lines[i].Detail = ""
			}
		}
	}
	return err
}

// inWords is what is kept of a change, in the register's language: an office, a place, or what was written.
func inWords(detail string, places map[ident.Area]string) string {
	if office, ok := codes.Offices.Find(detail); ok {
		return office.Name.ZH
	}
	if name := places[ident.Area(detail)]; name != "" {
		return name
	}
	return detail
}

// writeTable writes what a letter tells as a table for spreadsheet programs.
func (l Letter) writeTable(to io.Writer) error {
	w, err := sheet.New(to, sheet.XLSX, "组成和调整情况")
	if err != nil {
		return err
	}
	if err := w.Row("序号", "调委会", "类型", "变动", "日期", "姓名", "说明"); err != nil {
		return err
	}
	n := 0
	for _, p := range l.Parts {
		for _, c := range p.Lines {
			n++
			err := w.Row(n, p.Committee.Name, codes.CommitteeTypes.Name(string(p.Committee.Type), "zh-CN"), codes.RegisterChanges.Name(c.Kind, "zh-CN"),
				string(c.HappenedOn), c.PersonName, c.Detail)
			if err != nil {
				return err
			}
		}
	}
	return w.Close()
}

var errNothingToTell = fault.New(fault.Conflict, "nothing_to_tell", "上次告知以来没有变动，不需要告知。", "Nothing changed since the last notice; there is nothing to tell.")

// Tell records that the court was told of everything that changed up to now, if anything did.
func (s *Service) Tell(ctx context.Context, g authz.Grant, county ident.County, in registry.NewNotice) (ident.ID, error) {
	return s.act(ctx, g, county, func(tx *db.Tx) (ident.ID, error) {
		changes, err := registry.Untold(tx, county)
		if err != nil {
			return ident.ID{}, err
		}
		if len(changes) == 0 {
			return ident.ID{}, errNothingToTell
		}
		said, err := stoodOn(tx, county, today(tx))
		if err != nil {
			return ident.ID{}, err
		}
		text, err := json.Marshal(said)
		if err != nil {
			return ident.ID{}, err
		}
		in.Composition = string(text)
		n, err := s.Registry.In(tx).GiveNotice(ctx, g, county, in)
		return n.ID, err
	})
}
