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
	at, err := frame(z)
	if err != nil {
		return err
	}
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
	marks, err := marksOf(ctx, z, at[name])
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
func marksOf(ctx context.Context, z *zip.Reader, target string) (map[int][]Problem, error) {
	f, err := z.Open(target)
	if err != nil {
		return nil, errDamaged
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

// The parts by which a workbook is found: where its book lies, which sheets it has and where they lie, and the texts of their cells.
const (
	theRoot  = "_rels/.rels"
	theBook  = "xl/workbook.xml"
	theLinks = "xl/_rels/workbook.xml.rels"
	theTexts = "xl/sharedstrings.xml"
)

// links say where the parts of a package lie.
type links struct {
	All []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// frame finds where each sheet lies, by its name. It refuses what the library would look for among parts that were not weighed as what
// they are, or in as many steps as sheets times links: a book elsewhere, a sheet that is called no XML, links without a name of their own.
func frame(z *zip.Reader) (map[string]string, error) {
	var book struct {
		Sheets []struct {
			Name   string `xml:"name,attr"`
			ID     string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			Strict string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var root, all links
	if part(z, theRoot, &root) != nil || part(z, theBook, &book) != nil || part(z, theLinks, &all) != nil {
		return nil, errDamaged
	}
	if len(book.Sheets) > mostSheets {
		return nil, errCrowded
	}
	for _, l := range root.All {
		if strings.HasSuffix(l.Type, "/officeDocument") && strings.TrimPrefix(l.Target, "/") != theBook {
			return nil, errDamaged
		}
	}
	targets := map[string]string{}
	for _, l := range all.All {
		if _, twice := targets[l.ID]; twice || l.ID == "" {
			return nil, errDamaged
		}
		if targets[l.ID] = path.Join("xl", l.Target); strings.HasPrefix(l.Target, "/") {
			targets[l.ID] = l.Target[1:]
		}
	}
	at := map[string]string{}
	for _, s := range book.Sheets {
		target, ok := targets[s.ID+s.Strict]
		if s.ID != "" && s.Strict != "" || ok && path.Ext(strings.ToLower(target)) != ".xml" {
			return nil, errDamaged
		}
		at[s.Name] = target
	}
	return at, nil
}

func part(z *zip.Reader, name string, to any) error {
	f, err := z.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return xml.NewDecoder(io.LimitReader(f, 8<<20)).Decode(to)
}
