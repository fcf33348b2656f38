package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"fengqiao/internal/fault"
)

// What a file may hold that is read.
const (
	MostBytes    = 10 << 20
	MostRows     = 20_000 // beside the headings
	mostUnzipped = 64 << 20
	mostColumns  = 60
	mostOfCell   = 5_000 // characters
)

// Row is a row of a file: its number as the spreadsheet program counts, its cells, and what is wrong with cells as such.
type Row struct {
	Number   int       `json:"-"`
	Cells    []string  `json:"c"`
	Problems []Problem `json:"p,omitempty"`
}

// Problem is what is wrong with a row: at which cell, in words. It never holds what stands there.
type Problem struct {
	Column string     `json:"at,omitempty"` // the heading; "" for the row
	Text   fault.Text `json:"t"`
}

// File is a file that somebody sent, looked at but for its rows.
type File struct {
	Kind Format
	// Each gives the rows one after another, the empty ones too, and stops at the first error.
	Each func(ctx context.Context, do func(Row) error) error
}

func refuse(code, zh, en string, args ...any) error { //nolint:unparam // a wrapper, so that what it says is checked
	return fault.New(fault.Invalid, code, zh, en, args...).At("file")
}

var (
	errEmptyFile = refuse("empty", "文件是空的。", "The file is empty.")
	errKind      = refuse("kind", "这不是 xlsx 或 csv 文件。请在 Excel 或 WPS 里“另存为”xlsx 或 csv 再上传。", "This is neither an xlsx nor a csv file. Please save it as xlsx or csv and send it again.")
	errOld       = refuse("old", "文件有密码，或者是旧版的 xls。请去掉密码，“另存为”xlsx 再上传。", "The file has a password, or is an old xls. Please take the password off, save it as xlsx and send it again.")
	errDamaged   = refuse("damaged", "文件坏了，打不开。请在 Excel 或 WPS 里重新保存后再上传。", "The file is damaged and cannot be opened. Please save it again and send it.")
	errUnzipped  = refuse("unzipped", "文件展开以后太大（超过 64 兆），没有读取。请删去图片和多余的工作表，或分成几份。", "Unpacked, the file is too large (more than 64 MiB) and was not read. Please take out pictures and other sheets, or split it.")
	errEncoding  = refuse("encoding", "看不懂这个 csv 的文字编码。请存为 UTF-8 或 GB18030（GBK）编码。", "The text of this csv cannot be read. Please save it in UTF-8 or GB18030 (GBK).")
	// ErrRows refuses a file of more than MostRows rows.
	ErrRows     = refuse("rows", "行数太多：一次最多 20000 行。请分成几份上传。", "Too many rows: 20,000 at a time. Please split the file.")
	errColumns  = refuse("columns", "列数太多：最多 60 列。请删去用不到的列。", "Too many columns: 60 at most. Please take out those that are not needed.")
	errLongCell = fault.Say("这一格太长，最多 5000 个字。", "This cell is too long: 5,000 characters at most.")
	errSlowFile = refuse("slow", "文件一分钟没有读完。请分成几份上传。", "The file could not be read in a minute. Please split it.")
)

// Open looks at what a file is by its content; its name says nothing. Fault Invalid, in plain words, for what cannot be read.
func Open(b []byte) (*File, error) {
	switch {
	case len(b) == 0:
		return nil, errEmptyFile
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")): // a compound file: what Office makes of a password
		return nil, errOld
	case bytes.HasPrefix(b, []byte("PK")):
		return openXLSX(b)
	case bytes.ContainsRune(b, 0):
		return nil, errKind
	}
	return openCSV(b)
}

func openXLSX(b []byte) (*File, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, errDamaged
	}
	var total uint64
	book := false
	for _, f := range z.File {
		total += min(f.UncompressedSize64, mostUnzipped+1)
		book = book || f.Name == "xl/workbook.xml"
	}
	switch {
	case total > mostUnzipped || len(z.File) > 2000:
		return nil, errUnzipped
	case !book:
		return nil, errKind
	}
	if err := weigh(z); err != nil {
		return nil, err
	}
	return &File{Kind: XLSX, Each: func(ctx context.Context, do func(Row) error) error { return eachOfBook(ctx, b, z, do) }}, nil
}

func openCSV(b []byte) (*File, error) {
	text := string(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	if !utf8.ValidString(text) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return nil, errEncoding
		}
		text = string(decoded)
	}
	if strings.TrimSpace(text) == "" {
		return nil, errEmptyFile
	}
	return &File{Kind: CSV, Each: func(ctx context.Context, do func(Row) error) error { return eachOfText(ctx, text, do) }}, nil
}

func eachOfText(ctx context.Context, text string, do func(Row) error) error {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	first, _, _ := strings.Cut(text, "\n")
	for _, comma := range []rune{'\t', ';'} { // the sign that stands most often in the first line
		if strings.Count(first, string(comma)) > strings.Count(first, string(r.Comma)) {
			r.Comma = comma
		}
	}
	if strings.Count(text, string(r.Comma)) > MostRows*mostColumns { // a line of nothing else would be millions of cells
		return errColumns
	}
	for {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return errDamaged
		case ctx.Err() != nil:
			return errSlowFile
		}
		line, _ := r.FieldPos(0)
		if err := do(Row{Number: line, Cells: cells}); err != nil {
			return err
		}
	}
}

// Tidy takes the blanks off the cells of a row and the empty cells off its end, and marks those that are too long.
func (r *Row) Tidy() error {
	for i, c := range r.Cells {
		c = strings.TrimSpace(strings.Map(visible, strings.ToValidUTF8(c, "")))
		if utf8.RuneCountInString(c) > mostOfCell {
			c = ""
			r.Problems = append(r.Problems, Problem{Column: ColumnName(i), Text: errLongCell})
		}
		r.Cells[i] = c
	}
	for len(r.Cells) > 0 && r.Cells[len(r.Cells)-1] == "" {
		r.Cells = r.Cells[:len(r.Cells)-1]
	}
	if len(r.Cells) > mostColumns {
		return errColumns
	}
	return nil
}

// visible drops what no cell needs and some databases do not take.
func visible(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' || r == '\u200b' || r == '\ufeff' {
		return -1
	}
	return r
}
