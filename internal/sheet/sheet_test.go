package sheet_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/fault"
	"fengqiao/internal/sheet"
)

var dangerous = []string{"=1+1", "+8613800138000", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A", "=HYPERLINK(\"http://x\")"}

func written(t *testing.T, f sheet.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := sheet.New(&b, f, "案件")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row("编号", "名称"); err != nil {
		t.Fatal(err)
	}
	for i, text := range dangerous {
		if err := w.Row(i, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNoCellOfACSVIsAFormula(t *testing.T) {
	text := string(written(t, sheet.CSV))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || !strings.HasPrefix(text, "\ufeff") || len(rows) != len(dangerous)+1 {
		t.Fatal(err, len(rows))
	}
	for i, row := range rows[1:] {
		if row[1] != "'"+strings.ReplaceAll(dangerous[i], "\r\n", "\n") {
			t.Errorf("%q is written as %q", dangerous[i], row[1])
		}
	}
}

func TestNoCellOfAnXLSXIsAFormula(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(written(t, sheet.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("案件")
	if err != nil || len(rows) != len(dangerous)+1 {
		t.Fatal(err, len(rows))
	}
	for i := range dangerous {
		at, _ := excelize.CoordinatesToCellName(2, i+2)
		formula, err := book.GetCellFormula("案件", at)
		kind, err2 := book.GetCellType("案件", at)
		if err != nil || err2 != nil || formula != "" || kind != excelize.CellTypeInlineString {
			t.Errorf("%q: formula %q, kind %v, %v %v", dangerous[i], formula, kind, err, err2)
		}
	}
}

// Whatever is sent, it is read or refused in words, with little memory; nothing panics and nothing is our mistake.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("日期,申请人\n2026-01-01,林秀英\n"))
	f.Add([]byte("PK\x03\x04"))
	var b bytes.Buffer
	w, err := sheet.New(&b, sheet.XLSX, "台账")
	if err != nil || w.Row("日期", "申请人") != nil || w.Row("2026-01-01", "林秀英") != nil || w.Close() != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(liar(f))
	f.Add(cells(f, 100, `<row><c r="XFD1"/></row>`))
	f.Add(cells(f, 1, `<row r="1048576"><c r="A1048576" t="s"><v>99</v></c></row><mergeCells><mergeCell ref="A1:C99"/></mergeCells>`))
	f.Fuzz(func(t *testing.T, in []byte) {
		var err error
		if got := taken(func() { _, err = read(t.Context(), in) }); got > 256<<20 {
			t.Errorf("%d bytes made %d MiB", len(in), got>>20)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	})
}
