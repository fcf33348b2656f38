package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Grid is a whole table with a title and a heading of several rows, as official forms have it.
type Grid struct {
	Name  string   // of the sheet; the file's name is the caller's
	Title string   // across the top
	Under []string // below the title: whose figures, which days, counted how and when
	Head  [][]Span // rows of the heading, top first
	Rows  [][]any  // texts, whole numbers and Decimals
	Notes []string // below the table
}

// Span is a cell of a heading that may cover several columns and rows; 0 covers one.
type Span struct {
	Text         string
	Across, Down int
}

// Decimal is a number with its decimals, such as 0.36.
type Decimal string

// Write writes the grid as a file of a format.
func (g Grid) Write(to io.Writer, f Format) error {
	if f == CSV {
		return g.lines(to)
	}
	return g.book(to)
}

func (s Span) size() (across, down int) { return max(1, s.Across), max(1, s.Down) }

// heads are the rows of the heading with every span at its place: nil where a span from the left or from above reaches.
func (g Grid) heads() [][]*Span {
	out := make([][]*Span, len(g.Head))
	taken := map[[2]int]bool{}
	for y, row := range g.Head {
		x := 0
		for i := range row {
			for taken[[2]int{x, y}] {
				x++
			}
			across, down := row[i].size()
			for len(out[y]) < x+across {
				out[y] = append(out[y], nil)
			}
			out[y][x] = &row[i]
			for dy := range down {
				for dx := range across {
					taken[[2]int{x + dx, y + dy}] = true
				}
			}
			x += across
		}
	}
	return out
}

func (g Grid) lines(to io.Writer) error {
	if _, err := io.WriteString(to, "\ufeff"); err != nil { // without it Excel takes Chinese for something else
		return err
	}
	w := csv.NewWriter(to)
	rows := [][]string{safe(append([]string{g.Title}, g.Under...))}
	for _, head := range g.heads() {
		line := make([]string, len(head))
		for i, s := range head {
			if s != nil {
				line[i] = Safe(s.Text)
			}
		}
		rows = append(rows, line)
	}
	for _, row := range g.Rows {
		line := make([]string, len(row))
		for i, c := range row {
			line[i] = fmt.Sprint(c)
			if s, ok := c.(string); ok {
				line[i] = Safe(s)
			}
		}
		rows = append(rows, line)
	}
	for _, n := range g.Notes {
		rows = append(rows, []string{Safe(n)})
	}
	return w.WriteAll(rows)
}

func safe(texts []string) []string {
	for i := range texts {
		texts[i] = Safe(texts[i])
	}
	return texts
}

// pen writes a grid into a book and keeps the first failure.
type pen struct {
	book        *excelize.File
	name        string
	title, head int // styles
	text, count int
	amount, rem int
	err         error
}

func (p *pen) do(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *pen) style(s excelize.Style) int {
	id, err := p.book.NewStyle(&s)
	p.do(err)
	return id
}

func at(x, y int) string {
	name, _ := excelize.CoordinatesToCellName(x, y)
	return name
}

// put writes a value over some cells; they are joined where they are several.
func (p *pen) put(x, y, across, down int, v any, style int) {
	from, to := at(x, y), at(x+across-1, y+down-1)
	p.do(p.book.SetCellValue(p.name, from, v))
	p.do(p.book.SetCellStyle(p.name, from, to, style))
	if across > 1 || down > 1 {
		p.do(p.book.MergeCell(p.name, from, to))
	}
}

func (g Grid) book(to io.Writer) error {
	p := &pen{book: excelize.NewFile(), name: g.Name}
	defer p.book.Close()
	p.do(p.book.SetSheetName("Sheet1", g.Name))
	thin := []excelize.Border{{Type: "left", Style: 1, Color: "000000"}, {Type: "right", Style: 1, Color: "000000"}, {Type: "top", Style: 1, Color: "000000"}, {Type: "bottom", Style: 1, Color: "000000"}}
	middle := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	two := "0.00"
	p.title = p.style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 16}, Alignment: middle})
	p.head = p.style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: middle, Border: thin})
	p.text = p.style(excelize.Style{Border: thin, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	p.count = p.style(excelize.Style{Border: thin, NumFmt: 1})
	p.amount = p.style(excelize.Style{Border: thin, CustomNumFmt: &two})
	p.rem = p.style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	g.draw(p)
	if p.err != nil {
		return p.err
	}
	_, err := p.book.WriteTo(to)
	return err
}

func (g Grid) wide() int {
	wide := 1
	for _, row := range g.heads() {
		wide = max(wide, len(row))
	}
	for _, row := range g.Rows {
		wide = max(wide, len(row))
	}
	return wide
}

func (g Grid) draw(p *pen) {
	wide := g.wide()
	y := 1
	p.put(1, y, wide, 1, g.Title, p.title)
	p.do(p.book.SetRowHeight(p.name, y, 30))
	for _, u := range g.Under {
		y++
		p.put(1, y, wide, 1, u, p.rem)
	}
	top := y
	for _, row := range g.heads() {
		y++
		for x, s := range row {
			if s != nil {
				across, down := s.size()
				p.put(x+1, y, across, down, s.Text, p.head)
			}
		}
	}
	g.freeze(p, top, y)
	for _, row := range g.Rows {
		y++
		for x, c := range row {
			p.value(x+1, y, c)
		}
	}
	for _, n := range g.Notes {
		y++
		p.put(1, y, wide, 1, n, p.rem)
	}
	p.do(p.book.SetColWidth(p.name, "A", "A", 24))
	landscape, paper, once, many := "landscape", 8, 1, 0 // A3
	fit := true
	p.do(p.book.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	p.do(p.book.SetPageLayout(p.name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &once, FitToHeight: &many}))
}

// freeze keeps the heading in sight, and prints it on every page.
func (g Grid) freeze(p *pen, top, last int) {
	if last == top {
		return
	}
	p.do(p.book.SetPanes(p.name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: last, TopLeftCell: at(2, last+1), ActivePane: "bottomRight"}))
	p.do(p.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: p.name,
		RefersTo: fmt.Sprintf("'%s'!$%d:$%d", p.name, top+1, last)}))
}

func (p *pen) value(x, y int, v any) {
	switch v := v.(type) {
	case Decimal:
		if f, err := strconv.ParseFloat(string(v), 64); err == nil {
			p.put(x, y, 1, 1, f, p.amount)
			return
		}
		p.put(x, y, 1, 1, string(v), p.text)
	case string:
		p.put(x, y, 1, 1, v, p.text)
	default:
		p.put(x, y, 1, 1, v, p.count)
	}
}
