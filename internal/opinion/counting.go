package opinion

import (
	"context"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Ask is what a report is asked for: whole quarters that are over, of a county or what is wider.
type Ask struct {
	Area     ident.Area
	From, To calendar.Day // any day of the first quarter and of the last

	counties    []ident.County
	first, last string
}

// Report is how parties answered. It says nothing of committees or mediators.
type Report struct {
	Area     ident.Area `json:"area"`
	AreaName string     `json:"area_name"`
	From     string     `json:"from_quarter" doc:"2026-1"`
	To       string     `json:"to_quarter"`
	Opinions []Row      `json:"opinions"`
	Abouts   []Row      `json:"about" doc:"What parties said of themselves"`
}

// Row is how one question was answered. Where fewer than five said something nothing of the row is shown.
type Row struct {
	Question string `json:"question"`
	N        int64  `json:"n" doc:"How many said something; 0 where it is not shown"`
	Shown    bool   `json:"shown"`
	Answers  []Part `json:"answers"`

	Sides []Split `json:"sides" doc:"The same of each side, as far as five or more of it said something; of an opinion only"`
	Kinds []Split `json:"kinds" doc:"The same of each kind of dispute, by its first level"`
}

// Part is one answer.
type Part struct {
	Answer string `json:"answer"`
	Name   string `json:"name"`
	N      int64  `json:"n"`
}

// Report counts a period. Every figure is a sum of whole cells – one county in one quarter that is over – in each of which
// at least five people said something: so no difference between two reports, of a city and its counties or of a year and
// its quarters, is about fewer (P4).
//
// Faults: Missing for an area out of reach; Invalid for one below a county, or a period that ends before it begins.
func (s *Service) Report(ctx context.Context, g authz.Grant, ask Ask, lang string) (Report, error) {
	var out Report
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if err := ask.settle(tx, g); err != nil {
			return err
		}
		area, err := registry.FindArea(tx, ask.Area)
		if err != nil {
			return err
		}
		out = Report{Area: ask.Area, AreaName: area.FullName, From: ask.first, To: ask.last}
		if out.Opinions, err = rowsOf(tx, Answer{}.TableName(), opinions, ask, lang); err != nil {
			return err
		}
		if err := splits(tx, out.Opinions, ask, lang); err != nil {
			return err
		}
		out.Abouts, err = rowsOf(tx, About{}.TableName(), abouts, ask, lang)
		return err
	})
	return out, err
}

// settle fills in what was not asked: the reader's area, and the last four quarters that are over. The running quarter is
// in no report: who reads it twice would learn what was answered in between.
func (a *Ask) settle(tx *db.Tx, g authz.Grant) (err error) {
	for _, r := range g.Reaches() {
		if a.Area == "" && r.Level == authz.LevelArea {
			a.Area = r.Area
		}
	}
	if !ident.ValidArea(a.Area) || !g.CoversArea(a.Area) {
		return fault.NoSuch()
	}
	if a.counties, err = registry.Counties(tx, a.Area); err != nil {
		return err
	}
	if len(a.counties) == 1 && a.Area != a.counties[0].Area() {
		return fault.New(fault.Invalid, "", "意见只按县（市、区）或更大的区域统计。", "Opinions are counted for a county or what is wider.").At("area")
	}
	over := lastOver(calendar.DayOf(tx.Now))
	if a.To == "" || a.To.After(over) {
		a.To = over
	}
	if a.From == "" {
		a.From = a.To.PlusMonths(-9)
	}
	a.first, a.last = quarterOf(a.From), quarterOf(a.To)
	if a.last < a.first {
		return fault.New(fault.Invalid, "", "开始日期应在已经过去的季度里，并且不晚于结束日期。", "The period must begin in a quarter that is over, and not after its end.").At("from")
	}
	return nil
}

// monthsInto is how many whole months of the quarter of a day have passed.
func monthsInto(d calendar.Day) int {
	month := int(d[5]-'0')*10 + int(d[6]-'0')
	return (month - 1) % 3
}

func rowsOf(tx *db.Tx, table string, ask []question, of Ask, lang string) ([]Row, error) {
	out := make([]Row, 0, len(ask))
	for _, q := range ask {
		cells, err := cellsOf(tx, table, q, of)
		if err != nil {
			return nil, err
		}
		out = append(out, q.row(cells, lang))
	}
	return out, nil
}

// row adds up the cells in which enough people said something.
func (q question) row(cells []cell, lang string) Row {
	spoke := map[where]int64{}
	for _, c := range cells {
		if c.Answer != "" {
			spoke[where{c.CountyCode, c.Quarter}] += c.N
		}
	}
	sums := map[string]int64{}
	out := Row{Question: q.name, Answers: []Part{}, Sides: []Split{}, Kinds: []Split{}}
	for _, c := range cells {
		if spoke[where{c.CountyCode, c.Quarter}] < least {
			continue
		}
		sums[c.Answer] += c.N
		if c.Answer != "" {
			out.N += c.N
		}
	}
	if out.Shown = out.N >= least; !out.Shown {
		return out
	}
	out.Answers = q.answers(sums, lang)
	return out
}

// answers are sums by answer, in the order of the question.
func (q question) answers(sums map[string]int64, lang string) (out []Part) {
	for _, code := range q.answer {
		key := code.Code
		if key == unsaid {
			key = ""
		}
		out = append(out, Part{code.Code, code.Name.In(lang), sums[key]})
	}
	return out
}

// Shares is how many agreed to a question, of those who said something.
type Shares struct{ Agreed, Said int64 }

// Felt is how two questions were answered in the whole quarters of a period.
type Felt struct {
	From, To    calendar.Day
	Fair, Again Shares // the mediator sided with nobody; they would come again
}

// Felt counts what parties said in the quarters that lie whole in a period and are over, by the same cells as Report; false for who
// may not read it, for an area below a county, and where there is no such quarter.
func (s *Service) Felt(tx *db.Tx, by actor.Actor, area ident.Area, from, to calendar.Day) (out Felt, told bool, err error) {
	g, err := s.Policy.Allow(by, Reading)
	if fault.Is(err, fault.Denied) {
		return out, false, nil
	}
	if err != nil {
		return out, false, err
	}
	out.From, out.To = wholeQuarters(from, min(to, lastOver(calendar.DayOf(tx.Now))))
	if out.From > out.To || len(area.Prefix()) > 6 || !g.CoversArea(area) {
		return out, false, nil
	}
	ask := Ask{Area: area, From: out.From, To: out.To}
	if err := ask.settle(tx, g); err != nil {
		return out, false, err
	}
	for _, of := range []struct {
		name string
		to   *Shares
	}{{"neutral", &out.Fair}, {"again", &out.Again}} {
		q := question{of.name, codes.Agreements}
		cells, err := cellsOf(tx, Answer{}.TableName(), q, ask)
		if err != nil {
			return out, false, err
		}
		row := q.row(cells, "zh-CN")
		of.to.Said = row.N
		for _, a := range row.Answers {
			if a.Answer == fully || a.Answer == mostly {
				of.to.Agreed += a.N
			}
		}
	}
	return out, true, nil
}

// The answers that agree.
const fully, mostly = "5", "4"

// wholeQuarters are the first day of the first quarter and the last day of the last that lie whole in a period.
func wholeQuarters(from, to calendar.Day) (first, last calendar.Day) {
	first = from.FirstOfMonth().PlusMonths(-monthsInto(from))
	if first != from {
		first = first.PlusMonths(3)
	}
	next := to.Plus(1).FirstOfMonth()
	return first, next.PlusMonths(-monthsInto(next)).Plus(-1)
}

// lastOver is the last day of the last quarter that is over.
func lastOver(today calendar.Day) calendar.Day {
	return today.FirstOfMonth().PlusMonths(-monthsInto(today)).Plus(-1)
}

// Lines are the free lines of the quarters in which at least five were written, in no order. They are for the bureau of the
// county itself, and for nobody above it or elsewhere.
//
// Faults: Missing for every other area.
func (s *Service) Lines(ctx context.Context, g authz.Grant, ask Ask) (out []string, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if err := ask.settle(tx, g); err != nil {
			return err
		}
		if !mayReadLines(g, ask.Area) {
			return fault.NoSuch()
		}
		out, err = s.lines(tx, ask)
		return err
	})
	return out, err
}

func mayReadLines(g authz.Grant, area ident.Area) bool {
	return area.Level() == ident.Of6 && slices.ContainsFunc(g.Reaches(), func(r authz.Reach) bool { return r.Level == authz.LevelArea && r.Area == area })
}

// lines are the free lines of the quarters in which at least five were written.
func (s *Service) lines(tx *db.Tx, ask Ask) ([]string, error) {
	rows, err := linesOf(tx, ask.counties[0], ask)
	if err != nil {
		return nil, err
	}
	wrote := map[string]int{}
	for _, r := range rows {
		wrote[r.Quarter]++
	}
	out := []string{}
	for _, r := range rows {
		if wrote[r.Quarter] < least {
			continue
		}
		line, err := s.Vault.Open(place(r.ID), r.LineSealed)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}
