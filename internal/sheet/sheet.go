// Package sheet writes tables for spreadsheet programs, as xlsx or csv, row by row and without formulas: whatever a cell
// holds is text or a number, however it begins.
package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/fault"
)

// Format is a kind of file.
type Format string

const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// ParseFormat takes xlsx or csv; Invalid for anything else.
func ParseFormat(s string) (Format, error) {
	if f := Format(s); f == XLSX || f == CSV {
		return f, nil
	}
	return "", fault.New(fault.Invalid, "", "格式只能是 xlsx 或 csv。", "The format is xlsx or csv.").At("format")
}

// MediaType is what the file is called over HTTP.
func (f Format) MediaType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Safe keeps a spreadsheet from reading a text of a csv as a formula: one that begins with = + - @, a tab or a line end, in
// full width too, is marked as text. In an xlsx a text is a text.
func Safe(s string) string {
	if strings.IndexAny(s, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

// Writer takes rows; the first is the heading. Close completes the file, and must be called.
type Writer interface {
	Row(cells ...any) error // texts and whole numbers
	Close() error
}

// New makes a writer of a format.
func New(to io.Writer, f Format, name string) (Writer, error) {
	if f == CSV {
		_, err := io.WriteString(to, "\ufeff") // without it Excel takes Chinese for something else
		return &lines{csv.NewWriter(to)}, err
	}
	book := excelize.NewFile()
	if err := book.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	s, err := book.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	w := &cells{to: to, book: book, stream: s}
	if w.bold, err = book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, err
	}
	return w, s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

type lines struct{ w *csv.Writer }

func (l *lines) Row(row ...any) error {
	out := make([]string, len(row))
	for i, c := range row {
		out[i] = fmt.Sprint(c)
		if s, ok := c.(string); ok {
			out[i] = Safe(s)
		}
	}
	return l.w.Write(out)
}

func (l *lines) Close() error {
	l.w.Flush()
	return l.w.Error()
}

type cells struct {
	to     io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	bold   int
	row    int
}

func (c *cells) Row(row ...any) error {
	c.row++
	if c.row == 1 {
		for i, cell := range row {
			row[i] = excelize.Cell{StyleID: c.bold, Value: cell}
		}
	}
	at, err := excelize.CoordinatesToCellName(1, c.row)
	if err != nil {
		return err
	}
	return c.stream.SetRow(at, row)
}

func (c *cells) Close() error {
	defer c.book.Close()
	if err := c.stream.Flush(); err != nil {
		return err
	}
	_, err := c.book.WriteTo(c.to)
	return err
}
