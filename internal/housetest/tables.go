package housetest

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/ident"
)

// Numbered is an identity number of somebody born on a day (19800101), by the running digits, with its check character. The last of
// the digits tells the sex: odd is a man.
func Numbered(born, run string) string {
	digits := "110105" + born + run
	for _, c := range "0123456789X" {
		if _, err := ident.ParseIDNumber(digits+string(c), "2026-03-06"); err == nil {
			return digits + string(c)
		}
	}
	panic("no check character fits " + digits)
}

// Book is a table for spreadsheet programs with these rows.
func Book(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", at, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Rows are those of the first sheet of a table.
func Rows(t testing.TB, content string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(content))
	if err != nil {
		t.Fatalf("%v: %.200s", err, content)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Stored is how many files of people lie in the town's data folder.
func (town *Town) Stored() (n int) {
	town.t.Helper()
	err := filepath.WalkDir(filepath.Join(town.App.Data, "files"), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	town.must(err)
	return n
}
