package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// What a workbook may be made of. A few hundred kilobytes that are packed unpack to tens of millions of elements, and for each the
// library that reads them takes hundreds of bytes; so they are counted before it sees them. A ledger of MostRows rows, each with 18
// texts that stand nowhere else, and every format that Excel allows stays below; one with more is told to split.
const (
	mostOfSheets  = 4_000_000 // elements of all sheets: a cell is three, with its text
	mostOfStrings = 750_000   // elements of the table of texts: a text is two, and three with its reading
	mostOfOthers  = 300_000   // elements of all other parts together; there are 65,490 formats at most
	mostOfFrame   = 20_000    // elements of the part that names the sheets, and of those that say where parts lie
	mostSheets    = 2000      // as many as parts: the library looks for each among all
	mostTexts     = 32 << 20  // bytes of the table of texts, of which the library makes several copies
	longestText   = 1 << 20   // bytes between two elements: a cell has 32,767 characters at most
	mostGridRows  = 1 << 20   // of a sheet, also empty ones
	mostAcross    = 16_384    // of a row, also empty ones
	mostPlaces    = 8_000_000 // of all rows as far as their last cell, also empty ones
)

var (
	errWordy   = refuse("wordy", "文件里的文字太多，没有读取。请分成几份上传。", "The file has too much text and was not read. Please split it.")
	errCrowded = refuse("crowded", "文件里的格式、定义或空白单元格太多，没有读取。请把表格内容复制到一个新的文件里，再上传。",
		"The file has too many formats, definitions or empty cells and was not read. Please copy the table into a new file and send that.")
)

// weigh unpacks every part of a workbook once, keeping nothing, and refuses one that is more than it says or than may be read.
func weigh(z *zip.Reader) error {
	var total int64
	sheets, others, seen := 0, 0, map[string]bool{}
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/")) // as the library reads it
		if seen[name] {
			return errDamaged // which of the two it takes is its own affair
		}
		seen[name] = true
		w, count := &weight{most: mostOfOthers - others, over: errCrowded, long: strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels")}, &others
		switch {
		case strings.HasPrefix(name, "xl/worksheets/") && path.Ext(name) == ".xml":
			w.most, count = mostOfSheets-sheets, &sheets
		case name == theTexts:
			w.most, w.over, count = mostOfStrings, errWordy, new(int)
		case name == theBook, name == theLinks, name == theRoot:
			w.most = min(w.most, mostOfFrame)
		}
		n, err := w.take(f, mostUnzipped-total)
		switch {
		case err != nil:
			return err
		case name == theTexts && n > mostTexts:
			return errWordy
		}
		*count += w.elements
		total += n
	}
	return nil
}

// take unpacks a part as far as it may go, whatever it says of itself.
func (w *weight) take(f *zip.File, most int64) (int64, error) {
	p, err := f.Open()
	if err != nil {
		return 0, errDamaged
	}
	defer p.Close() // it was read, and nothing is lost
	n, err := io.Copy(w, io.LimitReader(p, most+1))
	switch {
	case w.refused != nil:
		return n, w.refused
	case n > most:
		return n, errUnzipped
	case err != nil:
		return n, errDamaged
	}
	return n, nil
}

// weight counts the elements that are written to it, and what stands between them.
type weight struct {
	most     int   // elements
	over     error // what is said of more
	long     bool  // what stands between two is bounded, too
	elements int
	run      int  // bytes since the last sign of an element
	open     bool // the last byte was one
	refused  error
}

func (w *weight) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0 && w.refused == nil; {
		if w.open && rest[0] != '/' { // an end is no element of its own
			w.elements++
		}
		at := bytes.IndexByte(rest, '<')
		if w.open = at >= 0; !w.open {
			at = len(rest)
		}
		w.run += at
		switch {
		case w.elements > w.most:
			w.refused = w.over
		case w.long && w.run > longestText:
			w.refused = errDamaged
		case w.open:
			w.run, rest = 0, rest[at+1:]
		default:
			rest = nil
		}
	}
	if w.refused != nil {
		return 0, w.refused
	}
	return len(b), nil
}

// extent is how far a sheet goes.
type extent struct{ rows, across, places int }

func (x *extent) row() {
	x.rows++
	x.across = 0
}

// cell counts the places from the last cell of its row to this one; a cell without a name comes next.
func (x *extent) cell(name string) {
	at := x.across + 1
	if column, _, err := excelize.CellNameToCoordinates(name); err == nil {
		at = column
	}
	x.places += max(0, at-x.across)
	x.across = at
}

func (x *extent) over() error {
	switch {
	case x.rows > mostGridRows:
		return ErrRows
	case x.across > mostAcross, x.places > mostPlaces:
		return errCrowded
	}
	return nil
}
