package report

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// Pages mounts the reports for people. Each figure leads to the list behind it.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", overviewPath, "report.read", s.showOverview)
	site.Handle("GET", briefingPath, "report.brief", s.showBriefing)
	site.Handle("GET", funnelPath, "report.funnel", s.showFunnel)
	site.Handle("GET", tablePath, "report.read", s.showCaseTable)
}

const overviewPath, briefingPath, tablePath = "/reports", "/reports/briefing", "/reports/case-table"

// asked reads a question from the address, and says what is wrong with it.
func asked(r *page.Request) (Ask, error) {
	ask := Ask{Area: ident.Widen(r.Query("area")), Basis: Basis(r.Query("basis")), Group: r.Query("group")}
	var bad fault.Check
	read := func(name string) calendar.Day {
		text := r.Query(name)
		if text == "" {
			return ""
		}
		day, err := calendar.ParseDay(text)
		bad.Take(name, err)
		return day
	}
	ask.From, ask.To = read("from"), read("to")
	return ask, bad.Err()
}

// question is what stands above every report: the form with what was asked.
type question struct {
	Path   string
	Ask    Ask
	Choose []choice
	Wider  string // the address of the area around this one, where the reader's post reaches it
}

// choice is a period that one press chooses.
type choice struct {
	Text, Href string
	Chosen     bool
}

// ask reads the question and answers it.
func ask[T any](r *page.Request, q *question, answer func(Ask) (T, error)) (out T, err error) {
	if q.Ask, err = asked(r); err == nil {
		out, err = answer(q.Ask)
	}
	return out, err
}

// settled completes the form with what the report was about, and the periods to choose from.
func (q *question) settled(r *page.Request, h Head) {
	q.Ask.Area, q.Ask.From, q.Ask.To, q.Ask.Basis = h.Area, h.From, h.To, h.Basis
	today := calendar.DayOf(h.Snapshot)
	year := firstOf(today)[:5] + "01-01"
	back, _ := lastTwelve(today)
	q.choose(r, "report.this_year", year, today)
	q.choose(r, "report.twelve_months", back, today)
	q.choose(r, "report.last_year", year.PlusYears(-1), year.Plus(-1))
	if wider := h.Area.Parent(); r.Grant.CoversArea(wider) {
		q.Wider = q.at(wider, h.From, h.To)
	}
}

func (q *question) choose(r *page.Request, key string, from, to calendar.Day) {
	q.Choose = append(q.Choose, choice{r.Say(key), q.at(q.Ask.Area, from, to), from == q.Ask.From && to == q.Ask.To})
}

// at is the address of this report about another area or period.
func (q *question) at(area ident.Area, from, to calendar.Day) string {
	return q.Path + "?" + narrow("area", string(area), "from", string(from), "to", string(to), "basis", string(q.Ask.Basis), "group", q.Ask.Group).Encode()
}

// briefingView is the paragraph as a document.
type briefingView struct {
	question
	Briefing
	Note []Span
}

func (s *Service) showBriefing(r *page.Request) (page.Reply, error) {
	v := &briefingView{question: question{Path: briefingPath}}
	b, err := ask(r, &v.question, func(a Ask) (Briefing, error) { return s.Brief(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("report/briefing", v, err), nil
	}
	v.Briefing = b.In(r.Lang, Pages)
	v.Note = b.told.spans(footnote.In(r.Lang), r.Lang, Pages)
	v.settled(r, b.Head)
	return page.Show("report/briefing", v), nil
}

// tableView is the case table by its blocks, and by groups if they were asked for.
type tableView struct {
	question
	Table
	Blocks  []block
	Heads   []Figure // of the columns that groups show
	Groups  []groupLine
	Empty   bool
	TooMany bool   // committees of more than a county are too many for one page
	CSV     string // the same as a sheet
}

// block is a part of the table that reads as one.
type block struct {
	Name    string
	Figures []Figure
}

// groupLine is a group with what tells most of it; its own table has the rest.
type groupLine struct {
	Row
	Href    string
	Figures []Figure
	Success Rate
}

func (s *Service) showCaseTable(r *page.Request) (page.Reply, error) {
	v := &tableView{question: question{Path: tablePath}}
	t, err := ask(r, &v.question, func(a Ask) (Table, error) { return s.CaseTable(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("report/case-table", v, err), nil
	}
	v.Table = t.In(r.Lang, Pages)
	if r.Query("format") == "csv" {
		return sheet(r, v.Table)
	}
	v.settled(r, t.Head)
	v.Empty, v.CSV = v.Columns[0].Count == 0, v.at(v.Ask.Area, v.From, v.To)+"&format=csv"
	v.arrange()
	return page.Show("report/case-table", v), nil
}

// mostGroups is how many groups fit on one page of 80 KB.
const mostGroups = 400

// telling are the columns of the whole and the forms of agreements.
func telling(all []Figure) (out []Figure) {
	for _, f := range all {
		if f.of.block == "total" || f.of.block == "form" {
			out = append(out, f)
		}
	}
	return out
}

// arrange sorts the columns into blocks, and takes of each group what tells most.
func (v *tableView) arrange() {
	for _, f := range v.Columns {
		if n := len(v.Blocks); n == 0 || v.Blocks[n-1].Name != f.Block {
			v.Blocks = append(v.Blocks, block{Name: f.Block})
		}
		last := &v.Blocks[len(v.Blocks)-1]
		last.Figures = append(last.Figures, f)
	}
	if v.TooMany = len(v.Rows) > mostGroups; v.TooMany {
		return
	}
	v.Heads = telling(v.Columns)
	for _, row := range v.Rows {
		g := groupLine{Row: row, Figures: telling(row.Values)}
		g.Success = rate(row.Values[2].Count, row.Values[0].Count, query{}, query{})
		if v.Ask.Group == "area" && !row.Itself {
			g.Href = v.at(ident.Area(row.Key), v.From, v.To)
		}
		v.Groups = append(v.Groups, g)
	}
}
