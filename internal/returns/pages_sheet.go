package returns

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"fengqiao/internal/page"
	sheetfile "fengqiao/internal/sheet"
)

// sheet answers the table as a sheet for a spreadsheet program: UTF-8 with its mark, with what it counts and when on top, one line a group, and the check sums below.
func sheet(r *page.Request, t Table) (page.Reply, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	numbers, headings := []string{"", ""}, []string{"", ""}
	for _, f := range t.Columns {
		numbers, headings = append(numbers, fmt.Sprint(f.Col)), append(headings, cell(f.Heading+" ("+f.Unit+")"))
	}
	lines := [][]string{{cell(r.Say("report.title")), cell(t.AreaName), r.Say("report.period", page.Day(t.From, r.Lang), page.Day(t.To, r.Lang))},
		{r.Say("report.says." + string(t.Basis)), r.Say("report.snapshot", page.When(t.Snapshot, r.Lang))}, numbers, headings, line(string(t.Area), t.AreaName, t.Columns)}
	for _, row := range t.Rows {
		lines = append(lines, line(row.Key, row.Name, row.Values))
	}
	for _, c := range t.Checks {
		lines = append(lines, []string{c.ID, cell(c.Says), r.Say(map[bool]string{true: "report.ok", false: "report.not_ok"}[c.OK])})
	}
	if err := w.WriteAll(lines); err != nil {
		return page.Reply{}, err
	}
	name := fmt.Sprintf("case-table-%s-%s-%s-%s.csv", t.Area, t.From, t.To, t.Basis)
	return page.Download(name, "text/csv; charset=utf-8", &b), nil
}

func line(key, name string, figures []Figure) []string {
	out := []string{cell(key), cell(name)}
	for _, f := range figures {
		out = append(out, fmt.Sprint(f.Value))
	}
	return out
}

// cell is a text that no spreadsheet reads as a formula.
func cell(s string) string { return sheetfile.Safe(s) }
