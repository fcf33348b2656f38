package housing

import (
	"net/url"
	"strconv"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/tally"
)

const path = "/reports/housing"

// Pages mounts the page.
func (s *Service) Pages(site *page.Site) { site.Handle("GET", path, reading, s.show) }

// tableView is the table with the periods and areas to go to.
type tableView struct {
	Table
	Years    []tally.Choice
	Quarters []tally.Choice
	Wider    string
	Files    tally.Files
	Kinds    []kindLine // of the whole area, the largest first
	Lines    []placeLine
}

type kindLine struct{ Name, Value string }

// placeLine is a place with what is told of it; kinds of which nothing is told are left out on the page, and stand in the file.
type placeLine struct {
	Name, Path, All string
	Kinds           []kindLine
}

func (s *Service) show(r *page.Request) (page.Reply, error) {
	v := &tableView{}
	ask, err := asked(r)
	if err == nil {
		v.Table, err = s.TableOf(r.Context(), r.Grant, ask)
	}
	if err != nil {
		return page.Again("housing/table", v, err), nil
	}
	v.Table = v.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Table); is {
		return reply, err
	}
	v.choose(r)
	v.Kinds = v.told(v.Total, r.Lang, true)
	for _, one := range v.Rows {
		line := placeLine{Name: one.Name, All: one.All.Say(r.Lang), Kinds: v.told(one, r.Lang, false)}
		if one.Area != "" {
			line.Path = v.at(one.Area, v.Year, v.Quarter)
		}
		v.Lines = append(v.Lines, line)
	}
	return page.Show("housing/table", v), nil
}

func asked(r *page.Request) (Ask, error) {
	ask := Ask{Ask: tally.Ask{Area: ident.Widen(r.Query("area"))}}
	var bad fault.Check
	number := func(name string) (n int) {
		if text := r.Query(name); text != "" {
			var err error
			if n, err = strconv.Atoi(text); err != nil {
				bad.Add(name, "应是一个数字。", "This must be a number.")
			}
		}
		return n
	}
	ask.Period = Period{Year: number("year"), Quarter: number("quarter")}
	return ask, bad.Err()
}

// told are the kinds of a place as they are printed: all of them, or those of which a number is told.
func (v *tableView) told(row Row, lang string, every bool) (out []kindLine) {
	for i, f := range row.Figures {
		if every || f.Value > 0 {
			out = append(out, kindLine{v.Table.Kinds[i].Name, f.Say(lang)})
		}
	}
	return out
}

func (v *tableView) at(area ident.Area, year, quarter int) string {
	q := url.Values{"area": {string(area)}, "year": {strconv.Itoa(year)}}
	if quarter > 0 {
		q.Set("quarter", strconv.Itoa(quarter))
	}
	return path + "?" + q.Encode()
}

const yearsBack = 3 // offered

func (v *tableView) choose(r *page.Request) {
	today := calendar.DayOf(v.Snapshot)
	for year := today.Year(); year > today.Year()-yearsBack; year-- {
		if lastOver(year, today) > 0 {
			v.Years = append(v.Years, tally.Choice{Text: r.Say("housing.year", year), Href: v.at(v.Area, year, 0), Chosen: year == v.Year})
		}
	}
	v.Quarters = append(v.Quarters, tally.Choice{Text: r.Say("housing.whole_year"), Href: v.at(v.Area, v.Year, 0), Chosen: v.Quarter == 0})
	for q := 1; q <= v.lastQuarter; q++ {
		v.Quarters = append(v.Quarters, tally.Choice{Text: r.Say("housing.quarter", q), Href: v.at(v.Area, v.Year, q), Chosen: v.Quarter == q})
	}
	if wider := v.Area.Parent(); r.Grant.CoversArea(wider) && wider.Level() != ident.Province {
		v.Wider = v.at(wider, v.Year, v.Quarter)
	}
	here := v.at(v.Area, v.Year, v.Quarter)
	v.Files = tally.Files{XLSX: here + "&format=xlsx", CSV: here + "&format=csv"}
}
