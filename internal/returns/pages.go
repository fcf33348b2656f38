package returns

import (
	"slices"

	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/tally"
)

// Pages mounts the official tables for people. Each figure leads to the list behind it.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", tablePath, "report.read", s.showCaseTable)
}

const tablePath = "/reports/case-table"

// tableView is the case table by its blocks, and by groups if they were asked for.
type tableView struct {
	tally.Question
	Table
	Blocks  []block
	Heads   []Figure // of the columns that groups show
	Groups  []groupLine
	Empty   bool
	TooMany bool // committees of more than a county are too many for one page
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
	Success tally.Rate
}

func (s *Service) showCaseTable(r *page.Request) (page.Reply, error) {
	v := &tableView{Question: tally.Question{Path: tablePath}}
	t, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Table, error) { return s.CaseTable(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("report/case-table", v, err), nil
	}
	v.Table = t.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Table); is {
		return reply, err
	}
	v.Settled(r, t.Head)
	v.Empty = !slices.ContainsFunc(v.Columns, func(f Figure) bool { return f.Count > 0 })
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
		g.Success = tally.RateOf(row.Values[2].Count, row.Values[0].Count, tally.Query{}, tally.Query{})
		if v.Ask.Group == "area" && !row.Itself {
			g.Href = v.At(ident.Area(row.Key), v.From, v.To)
		}
		v.Groups = append(v.Groups, g)
	}
}
