package housing

import (
	"context"
	"fmt"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/tally"
)

// Period is a whole quarter, or a whole year as far as its quarters are over. No other periods are told: two that overlap would
// tell what lies between them.
type Period struct {
	Year    int
	Quarter int // 1–4; 0 for the year
	last    int // of the year: its last quarter that is over
}

func quarterStart(year, quarter int) calendar.Day {
	return calendar.Day(fmt.Sprintf("%04d-%02d-01", year, 3*quarter-2))
}

func quarterEnd(year, quarter int) calendar.Day {
	return quarterStart(year, quarter).PlusMonths(3).Plus(-1)
}

func (p Period) from() calendar.Day { return quarterStart(p.Year, p.quarters()[0]) }

func (p Period) to() calendar.Day {
	q := p.quarters()
	return quarterEnd(p.Year, q[len(q)-1])
}

// quarters are those that the period is made of.
func (p Period) quarters() []int {
	if p.Quarter != 0 {
		return []int{p.Quarter}
	}
	return []int{1, 2, 3, 4}[:p.last]
}

// firstYear is before any case.
const firstYear = 2000

// lastOver is the last quarter of a year that is over on a day; 0 for none.
func lastOver(year int, today calendar.Day) int {
	n := 0
	for q := 1; q <= 4 && quarterEnd(year, q).Before(today); q++ {
		n = q
	}
	return n
}

// settle fills in the period that was not asked for, and refuses one that is not over.
func (p Period) settle(today calendar.Day) (Period, error) {
	if p.Year == 0 {
		p.Year = today.Year()
		if lastOver(p.Year, today) == 0 {
			p.Year--
		}
	}
	p.last = lastOver(p.Year, today)
	var bad fault.Check
	if p.Year < firstYear || p.last == 0 {
		bad.Add("year", "请选择已有季度结束的年份。", "Please choose a year of which a quarter is over.")
	}
	if p.Quarter < 0 || p.Quarter > 4 || p.last > 0 && p.Quarter > p.last {
		bad.Add("quarter", "请选择已经结束的季度（1–4），或者全年。", "Please choose a quarter that is over, 1 to 4, or the whole year.")
	}
	return p, bad.Err()
}

// Table is how many property disputes of each kind were registered in the places of an area, and how many compounds of it are
// served.
type Table struct {
	tally.Head
	Year     int        `json:"year"`
	Quarter  int        `json:"quarter" doc:"1–4; 0 for the year as far as its quarters are over"`
	Smallest int64      `json:"smallest" doc:"Smaller numbers are not told"`
	Kinds    []Kind     `json:"kinds"`
	Rows     []Row      `json:"rows" doc:"The places in the area: areas below it, or compounds"`
	Total    Row        `json:"total" doc:"The area itself"`
	Coverage tally.Rate `json:"coverage" doc:"Compounds that a property committee serves, of those on the register"`

	Uncovered string `json:"uncovered" doc:"The list of compounds that none serves"`

	Told []ToldOn `json:"told" doc:"When each quarter was told for the first time: what was entered or corrected later is not in it"`

	lastQuarter int
	bare        tally.Query
}

// ToldOn is the day on which a quarter was told for the first time.
type ToldOn struct {
	Quarter int          `json:"quarter"`
	On      calendar.Day `json:"on"`
}

// Kind is a column.
type Kind struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Row is a place with a figure for each kind.
type Row struct {
	Name     string     `json:"name"`
	Area     ident.Area `json:"area,omitempty" doc:"An area below, which has a table of its own"`
	Compound string     `json:"compound_id,omitempty"`
	Figures  []Figure   `json:"figures" doc:"In the order of kinds"`
	All      Figure     `json:"all" doc:"All kinds: the sum of what is told"`
}

// Ask is what is asked of the table.
type Ask struct {
	tally.Ask
	Period Period
}

// TableOf makes the table of an area from what was told of its quarters; a quarter of which nobody was told is counted, and kept
// as it is told. Faults: Invalid for a period that is none, Missing for an area out of reach.
func (s *Service) TableOf(ctx context.Context, g authz.Grant, ask Ask) (t Table, err error) {
	var missing []int
	draw := func(tx *db.Tx) error {
		told, untold, err := t.begin(tx, g, &ask)
		if missing = untold; err != nil || len(missing) > 0 {
			return err
		}
		if err := t.fill(ask, told); err != nil {
			return err
		}
		return t.cover(tx, ask)
	}
	if err = s.db.Read(ctx, g.By(), draw); err != nil || len(missing) == 0 {
		return t, err
	}
	for _, q := range missing {
		if err := s.tell(ctx, g, cityOf(ask.Area), ask.Period.Year, q); err != nil {
			return t, err
		}
	}
	return t, s.db.Read(ctx, g.By(), draw)
}

// begin settles what is asked, and finds what was told of its quarters, and which of them were not.
func (t *Table) begin(tx *db.Tx, g authz.Grant, ask *Ask) (told []Quarter, missing []int, err error) {
	p, err := ask.Period.settle(tally.Today(tx))
	if err != nil {
		return nil, nil, err
	}
	ask.Period, ask.From, ask.To = p, p.from(), p.to()
	if err := ask.Settle(tx, g); err != nil {
		return nil, nil, err
	}
	*t = Table{}
	if t.Head, err = ask.Head(tx); err != nil {
		return nil, nil, err
	}
	t.Basis, t.Year, t.Quarter, t.Smallest, t.lastQuarter = tally.ByRegister, p.Year, p.Quarter, Fewest, p.last
	for _, k := range Kinds() {
		t.Kinds = append(t.Kinds, Kind{Code: k.Code})
	}
	of := cityOf(ask.Area)
	if of == "" {
		return nil, nil, fault.New(fault.Invalid, "", "请选择一个市，或者市以下的区域。", "Please choose a city or an area within one.").At("area")
	}
	return toldOf(tx, of, p)
}

// fill marks every quarter of the city by itself, and adds the quarters up as they are told.
func (t *Table) fill(ask Ask, told []Quarter) error {
	var quarters []map[string]marks
	var here *place
	places, seen := []*place{}, map[string]bool{}
	for i := range told {
		q := told[len(told)-1-i] // the latest first: a place is called what it is called there
		c, err := q.city()
		if err != nil {
			return err
		}
		t.Told = append(t.Told, ToldOn{q.Quarter, calendar.DayOf(q.ToldAt)})
		in := c.areas[ask.Area]
		if in == nil { // an area that was none then
			continue
		}
		if here == nil {
			here = in
		}
		quarters = append(quarters, c.columns(in))
		for _, b := range in.below {
			if !seen[b.key] {
				seen[b.key], places = true, append(places, b)
			}
		}
	}
	if here == nil {
		return fault.NoSuch()
	}
	slices.Reverse(t.Told)
	t.Total = t.row(here, quarters)
	t.Rows = make([]Row, 0, len(places))
	for _, b := range places {
		t.Rows = append(t.Rows, t.row(b, quarters))
	}
	return nil
}

// cityOf is the city that an area lies in; "" for a province.
func cityOf(a ident.Area) ident.Area {
	for _, wider := range a.Wider() {
		if wider.Level() == ident.City {
			return wider
		}
	}
	return ""
}

// row is a place in the quarters of the period.
func (t *Table) row(p *place, quarters []map[string]marks) Row {
	r := Row{Name: p.name}
	if code := ident.Area(p.key); ident.ValidArea(code) {
		r.Area = code
	} else if p.name != "" {
		r.Compound = p.key
	}
	for _, k := range t.Kinds {
		var parts []Figure
		for _, q := range quarters {
			if f, there := q[k.Code][p.key]; there { // a place that was not in a quarter has no part of it
				parts = append(parts, f)
			}
		}
		if len(parts) == 1 {
			r.Figures = append(r.Figures, parts[0])
		} else {
			r.Figures = append(r.Figures, sumOf(parts))
		}
	}
	r.All = sumOf(r.Figures)
	return r
}

// cover counts the compounds that are served, as they stood on the period's last day.
func (t *Table) cover(tx *db.Tx, ask Ask) error {
	day := ask.AsOf(tx)
	covered, every, err := tally.Covered(tx, ask.Ask, day)
	list := tally.Listed(tally.OfCompounds, "area", string(ask.Area), "on", string(day))
	t.Coverage = tally.RateOf(covered, every, list.With("covered", "true"), list)
	t.bare = list.With("covered", "false")
	return err
}

// In names kinds and places in a language and links the compounds to their lists on a face.
func (t Table) In(lang string, l tally.Lists) Table {
	t.Kinds, t.Rows = slices.Clone(t.Kinds), slices.Clone(t.Rows)
	for i := range t.Kinds {
		t.Kinds[i].Name = codes.Categories.Name(t.Kinds[i].Code, lang)
	}
	for i := range t.Rows {
		if t.Rows[i].Name == "" {
			t.Rows[i].Name = elsewhereText.In(lang)
		}
	}
	t.Coverage.Link(l)
	t.Uncovered = l.Address(t.bare)
	return t
}

var elsewhereText = fault.Say("没有登记小区的", "Without a compound on record")
