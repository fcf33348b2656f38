package exchange

import (
	"io"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/codes"
	"fengqiao/internal/sheet"
)

const (
	fillSheet    = "台账"
	explainSheet = sheet.Explaining
	listSheet    = "代码"
	templateRows = 2000 // for which the lists are offered
	mostChoices  = 100
)

// writeTemplate writes the sheet that committees may fill in: headings, an explanation of each, and lists to choose from.
func writeTemplate(to io.Writer) error {
	book := excelize.NewFile()
	defer book.Close()
	t := &template{book: book}
	t.do(book.SetSheetName("Sheet1", fillSheet))
	t.sheet(explainSheet)
	t.sheet(listSheet)
	t.headings()
	t.explain()
	for i, list := range []struct {
		field string
		words []string
	}{{fieldCategory, namesOf(codes.Categories)}, {fieldSource, namesOf(codes.Sources)}, {fieldOutcome, []string{"调解成功", "调解不成"}},
		{fieldDebtor, []string{"被申请人", "申请人"}}, {fieldKept, []string{"已履行", "未履行"}}} {
		t.choices(i+1, list.field, list.words)
	}
	if t.err == nil {
		_, t.err = book.WriteTo(to)
	}
	return t.err
}

func namesOf(list codes.List) []string {
	var out []string
	for _, c := range list.Offered() {
		out = append(out, c.Name.ZH)
	}
	return out
}

// template writes until something fails.
type template struct {
	book *excelize.File
	err  error
}

func (t *template) do(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *template) sheet(name string) {
	_, err := t.book.NewSheet(name)
	t.do(err)
}

func (t *template) style(s excelize.Style) int {
	id, err := t.book.NewStyle(&s)
	t.do(err)
	return id
}

func (t *template) set(on string, column, row int, value string, style int) {
	at, err := excelize.CoordinatesToCellName(column, row)
	t.do(err)
	t.do(t.book.SetCellStr(on, at, value))
	t.do(t.book.SetCellStyle(on, at, at, style))
}

// headings are the first row; every column is text, so that numbers and days stay as they are typed.
func (t *template) headings() {
	bold := excelize.Font{Bold: true}
	needed := t.style(excelize.Style{Font: &bold, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF1CF"}}, NumFmt: 49})
	other := t.style(excelize.Style{Font: &bold, NumFmt: 49})
	text := t.style(excelize.Style{NumFmt: 49})
	last, err := excelize.ColumnNumberToName(len(fields))
	t.do(err)
	t.do(t.book.SetColStyle(fillSheet, "A:"+last, text))
	t.do(t.book.SetColWidth(fillSheet, "A", last, 16))
	for i, f := range fields {
		style := other
		if f.Needed {
			style = needed
		}
		t.set(fillSheet, i+1, 1, f.Says.ZH, style)
	}
	t.do(t.book.SetPanes(fillSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

// explain is the second sheet: what each column is for.
func (t *template) explain() {
	plain, bold := t.style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}), t.style(excelize.Style{Font: &excelize.Font{Bold: true}})
	t.do(t.book.SetColWidth(explainSheet, "A", "B", 18))
	t.do(t.book.SetColWidth(explainSheet, "C", "C", 70))
	for i, h := range []string{"列", "必填", "怎样填"} {
		t.set(explainSheet, i+1, 1, h, bold)
	}
	for i, f := range fields {
		must := ""
		if f.Needed {
			must = "必填"
		}
		for c, text := range []string{f.Says.ZH, must, f.Hint.ZH} {
			t.set(explainSheet, c+1, i+2, text, plain)
		}
	}
	for i, text := range []string{"一行一件，不要合并单元格，不要用公式；一次最多 20000 行。", "调解成功的（口头协议），必填“协议内容”；当场做到的在“履行情况”写“已履行”，否则填“履行期限”。",
		"还没有调解的，“结果”空着，录入后在“我的工作”里继续办理。", "书面协议要有签名和盖章，请在案件里办理，不从台账录入。", "上传的内容加密保存，录入以后或者七天以后删除。"} {
		t.set(explainSheet, 1, len(fields)+3+i, text, 0)
	}
}

// choices offers a list in a column of the sheet; the words stand in a sheet of their own.
func (t *template) choices(column int, name string, words []string) {
	letter, err := excelize.ColumnNumberToName(column)
	t.do(err)
	for i, w := range words[:min(len(words), mostChoices)] {
		t.set(listSheet, column, i+1, w, 0)
	}
	for i, f := range fields {
		if f.Name != name {
			continue
		}
		v := excelize.NewDataValidation(true)
		from, err := excelize.CoordinatesToCellName(i+1, 2)
		t.do(err)
		to, err := excelize.CoordinatesToCellName(i+1, templateRows)
		t.do(err)
		v.Sqref = from + ":" + to
		end, err := excelize.CoordinatesToCellName(column, len(words), true)
		t.do(err)
		v.SetSqrefDropList(listSheet + "!$" + letter + "$1:" + end)
		v.SetError(excelize.DataValidationErrorStyleWarning, f.Says.ZH, "列表里没有这一项，请确认。")
		t.do(t.book.AddDataValidation(fillSheet, v))
	}
}
