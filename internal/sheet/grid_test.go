package sheet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

var official = Grid{Name: "统计表", Title: "情况统计表", Under: []string{"泉州市", "2026年"},
	Head: [][]Span{{{Text: "单位", Down: 2}, {Text: "调解案件", Across: 2}}, {{Text: "总数"}, {Text: "金额"}}},
	Rows: [][]any{{"丰泽", int64(4), Decimal("0.36")}, {"=1+1", int64(0), Decimal("0.00")}}, Notes: []string{"S1 相符"}}

func TestAGridKeepsItsPlaces(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := official.Write(&b, XLSX); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for cell, want := range map[string]string{"A1": "情况统计表", "A2": "泉州市", "A4": "单位", "B4": "调解案件", "B5": "总数", "C5": "金额", "B6": "4", "C6": "0.36", "A7": "=1+1", "A8": "S1 相符"} {
		if got, _ := book.GetCellValue("统计表", cell); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
	merged, _ := book.GetMergeCells("统计表")
	var at []string
	for _, m := range merged {
		at = append(at, m.GetStartAxis()+":"+m.GetEndAxis())
	}
	if got := strings.Join(at, " "); !strings.Contains(got, "A4:A5") || !strings.Contains(got, "B4:C4") {
		t.Errorf("joined cells: %s", got)
	}
	if f, _ := book.GetCellFormula("统计表", "A7"); f != "" {
		t.Errorf("a text became the formula %s", f)
	}
}

func TestAGridIsLinesToo(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := official.Write(&b, CSV); err != nil {
		t.Fatal(err)
	}
	want := "\ufeff情况统计表,泉州市,2026年\n单位,调解案件,\n,总数,金额\n丰泽,4,0.36\n'=1+1,0,0.00\nS1 相符\n"
	if b.String() != want {
		t.Errorf("got %q\nwant %q", b.String(), want)
	}
}
