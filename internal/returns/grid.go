package returns

import (
	"fmt"

	"fengqiao/internal/fault"
	"fengqiao/internal/sheet"
	"fengqiao/internal/tally"
)

var (
	tableTitle = fault.Say("人民调解案件情况统计表", "Case table")
	unitText   = fault.Say("单位", "Unit")
	codeText   = fault.Say("代码", "Code")
	wholeText  = fault.Say("合计", "In all")
	columnText = fault.Say("栏次", "Column")
	okText     = fault.Say("相符", "holds")
	notOKText  = fault.Say("不相符", "does not hold")
	blockTexts = map[string]fault.Text{
		"total": fault.Say("总体情况", "In all"), "type": fault.Say("按调委会类型", "By type of committee"), "source": fault.Say("按案件来源", "By source"),
		"referrer": fault.Say("其中：委托移送部门", "Of these: referred by"), "category": fault.Say("按纠纷类别", "By category"), "form": fault.Say("按协议形式", "By form of agreement"),
		"bodies": fault.Say("调委会", "Committees"), "sectors": fault.Say("其中：行业", "Of these: by field"), "attributes": fault.Say("区域性、派驻、工作室", "Regional, stationed, studios"),
		"persons": fault.Say("调解员", "Mediators"), "education": fault.Say("学历", "Education"), "ages": fault.Say("年龄", "Age"), "background": fault.Say("来源", "Background"), "funding": fault.Say("经费", "Funding"),
		"field": fault.Say("排查预防", "Screening and prevention"), "prevention": fault.Say("其中：防止", "Of these: prevented"),
	}
)

// File is what the table is called as a file.
func (t Table) File() string { return t.FileName("case-table") }

// Grid is the table in the official layout: blocks over headings over column numbers, a line a unit, the foot, and the check sums.
func (t Table) Grid(lang string) sheet.Grid {
	g := sheet.Grid{Name: tableTitle.In(lang), Title: tableTitle.In(lang), Under: t.Under(lang)}
	g.Head = headOf(t.Columns, lang)
	for _, r := range t.Rows {
		g.Rows = append(g.Rows, lineOf(r.Name, r.Key, r.Values))
	}
	for _, r := range t.Foot {
		g.Rows = append(g.Rows, lineOf(r.Name, "", r.Values))
	}
	g.Rows = append(g.Rows, lineOf(wholeText.In(lang), string(t.Area), t.Columns))
	g.Notes = notesOf(t.Checks, lang)
	return g
}

func headOf(columns []Figure, lang string) [][]sheet.Span {
	blocks := []sheet.Span{{Text: unitText.In(lang), Down: 2}, {Text: codeText.In(lang), Down: 2}}
	numbers := []sheet.Span{{Text: columnText.In(lang)}, {}}
	var headings []sheet.Span
	last := ""
	for _, f := range columns {
		if f.Block != last {
			blocks, last = append(blocks, sheet.Span{Text: blockTexts[f.Block].In(lang)}), f.Block
		}
		blocks[len(blocks)-1].Across++
		headings = append(headings, sheet.Span{Text: fmt.Sprintf("%s（%s）", f.Heading, f.Unit)})
		numbers = append(numbers, sheet.Span{Text: fmt.Sprint(f.Col)})
	}
	return [][]sheet.Span{blocks, headings, numbers}
}

func lineOf(name, key string, figures []Figure) []any {
	out := []any{name, key}
	for _, f := range figures {
		if text, ok := f.Value.(string); ok {
			out = append(out, sheet.Decimal(text))
			continue
		}
		out = append(out, f.Value)
	}
	return out
}

func notesOf(checks []Check, lang string) (out []string) {
	for _, c := range checks {
		held := okText
		if !c.OK {
			held = notOKText
		}
		out = append(out, fmt.Sprintf("%s %s：%s（%s / %s）", c.ID, c.Says, held.In(lang), tally.Thousands(c.Left), tally.Thousands(c.Right)))
	}
	return out
}

var frozenText = fault.Text{ZH: "第 %d 次报送，%s，SHA-256 %s", EN: "Version %d, %s, SHA-256 %s"}

// Grid is the table as it was handed in, with its hash.
func (h HandedIn) Grid(lang string) (sheet.Grid, error) {
	f, err := h.Open()
	if err != nil {
		return sheet.Grid{}, err
	}
	s := f.In(lang)
	t := Table{Head: s.Head, Columns: s.Columns, Rows: s.Rows, Foot: s.Foot, Checks: s.Checks}
	g := t.Grid(lang)
	if h.Report == OrganisationReport {
		g = Organisation{Head: s.Head, AsOf: s.AsOf, Year: s.AsOf.Year(), Columns: s.Columns, Rows: s.Rows, Foot: s.Foot, Checks: s.Checks}.Grid(lang)
	}
	g.Under = append(g.Under, fmt.Sprintf(frozenText.In(lang), h.Number, h.MadeName, h.ContentHash))
	return g, nil
}

// File is what the handed-in table is called as a file.
func (h HandedIn) File() string {
	return fmt.Sprintf("%s-%s-%s-%s-v%d", h.Report, h.AreaCode, h.From, h.To, h.Number)
}
