package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/fault"
)

// eachOfBook gives the rows of the first sheet that is shown. Values come as they are kept and not as they are shown: a date is
// a number then, which is understood later.
func eachOfBook(ctx context.Context, b []byte, z *zip.Reader, do func(Row) error) (err error) {
	defer func() {
		if recover() != nil { // the library meets what no program writes
			err = errDamaged
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{RawCellValue: true, UnzipSizeLimit: mostUnzipped, UnzipXMLSizeLimit: mostUnzipped})
	switch {
	case errors.Is(err, excelize.ErrWorkbookPassword), errors.Is(err, excelize.ErrWorkbookFileFormat):
		return errOld
	case err != nil && strings.Contains(err.Error(), "size"):
		return errUnzipped
	case err != nil:
		return errDamaged
	}
	defer book.Close()
	name := shownSheet(book)
	if name == "" {
		return errEmptyFile
	}
	marks, err := marksOf(ctx, z, name)
	if err != nil {
		return err
	}
	rows, err := book.Rows(name)
	if err != nil {
		return errDamaged
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		if ctx.Err() != nil {
			return errSlowFile
		}
		cells, err := rows.Columns()
		if err != nil {
			return errDamaged
		}
		if err = do(Row{Number: n, Cells: cells, Problems: marks[n]}); err != nil {
			return err
		}
	}
	if rows.Error() != nil {
		return errDamaged
	}
	return nil
}

// Explaining is the sheet of a template on which it is explained; it is never read.
const Explaining = "填写说明"

// shownSheet is the sheet that is open, if it is shown, else the first that is.
func shownSheet(book *excelize.File) string {
	all := book.GetSheetList()
	for _, name := range slices.Concat([]string{book.GetSheetName(book.GetActiveSheetIndex())}, all) {
		if shown, err := book.GetSheetVisible(name); err == nil && shown && name != Explaining {
			return name
		}
	}
	return ""
}

var (
	textFormula = fault.Say("这一格是公式。请复制后用“粘贴为数值”，再上传。", "This cell is a formula. Please paste it as a value and send the file again.")
	textMerged  = fault.Say("这一行和上面的行合并了单元格。请取消合并，每一行都填写。", "This row shares cells with the rows above. Please split the cells and fill in every row.")
)

const mostMarks = 200_000 // cells of formulas and rows of merged cells that are looked at; what has more is no ledger

// marksOf finds what a value does not tell: formulas, and cells that are merged with rows above. It reads the sheet once more,
// piece by piece, before its rows are made, and refuses one that is larger than a sheet can be.
func marksOf(ctx context.Context, z *zip.Reader, sheet string) (map[int][]Problem, error) {
	f, err := sheetFile(z, sheet)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, cell, seen, in := map[int][]Problem{}, "", 0, extent{}
	d := xml.NewDecoder(io.LimitReader(f, mostUnzipped))
	for {
		t, err := d.RawToken()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, errDamaged
		case ctx.Err() != nil:
			return nil, errSlowFile
		case seen > mostMarks:
			return nil, ErrRows
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "row":
			in.row()
		case "c":
			cell = attribute(e, "r")
			in.cell(cell)
		case "f":
			seen++
			if column, n, err := excelize.CellNameToCoordinates(cell); err == nil {
				out[n] = append(out[n], Problem{Column: ColumnName(column - 1), Text: textFormula})
			}
		case "mergeCell":
			seen += markMerged(out, attribute(e, "ref"))
		}
		if err := in.over(); err != nil {
			return nil, err
		}
	}
}

// markMerged marks the rows of a merged range that lie below its first; it gives how many.
func markMerged(out map[int][]Problem, ref string) int {
	from, to, _ := strings.Cut(ref, ":")
	_, first, err := excelize.CellNameToCoordinates(from)
	_, last, err2 := excelize.CellNameToCoordinates(to)
	if err != nil || err2 != nil {
		return 0
	}
	last = min(last, first+MostRows)
	for n := first + 1; n <= last; n++ {
		if !slices.ContainsFunc(out[n], func(p Problem) bool { return p.Text == textMerged }) {
			out[n] = append(out[n], Problem{Text: textMerged})
		}
	}
	return max(0, last-first)
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// ColumnName is what a spreadsheet program calls a column: A, B … AA.
func ColumnName(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return ""
	}
	return name
}

// sheetFile opens the part of the package that holds a sheet.
func sheetFile(z *zip.Reader, sheet string) (io.ReadCloser, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if part(z, "xl/workbook.xml", &book) != nil || part(z, "xl/_rels/workbook.xml.rels", &links) != nil {
		return nil, errDamaged
	}
	for _, s := range book.Sheets {
		for _, l := range links.All {
			if s.Name == sheet && l.ID == s.ID {
				target := path.Join("xl", l.Target)
				if strings.HasPrefix(l.Target, "/") {
					target = l.Target[1:]
				}
				f, err := z.Open(target)
				if err != nil {
					return nil, errDamaged
				}
				return f, nil
			}
		}
	}
	return nil, errDamaged
}

func part(z *zip.Reader, name string, to any) error {
	f, err := z.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return xml.NewDecoder(io.LimitReader(f, 8<<20)).Decode(to)
}
