package casework_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/housetest"
)

// sheetOf is a list as a csv, as somebody gets it.
func sheetOf(t *testing.T, h housetest.Hand, query string) [][]string {
	t.Helper()
	a := h.With("Accept-Language", "zh-CN").Get("/cases?format=csv" + query).Is(200)
	if !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("disposition %q", a.Header.Get("Content-Disposition"))
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(a.Body), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAListIsAFileWithoutFormulas(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Su).Hosted(town.As(nil).Files(m{"title": "=1+1"}), town.Su)
		for n := range 101 { // more than one page
			town.As(town.Su).From(fmt.Sprintf("10.0.0.%d", n/20)).Files(m{"respondents": []m{{"name": "＝陈志强", "phone_reason": "不知道"}}})
		}
		town.As(nil).Files(m{"area_code": housetest.Faraway})
		chair := town.As(town.Zheng)
		rows := sheetOf(t, chair, "")
		if len(rows) != 103 || rows[0][0] != "案号" {
			t.Fatalf("%d rows, first %v", len(rows), rows[0])
		}
		at, other := 0, 0 // all were filed at one moment, and stand in any order
		for n, row := range rows {
			switch {
			case row[6] == "'=1+1" && row[7] == "林秀英" && row[9] == town.Home.Name && row[10] == "苏惠敏":
				at = n + 1
			case row[8] == "'＝陈志强":
				other++
			}
		}
		if at == 0 || other != 101 {
			t.Fatalf("the title in row %d, %d names", at, other)
		}
		if got := sheetOf(t, chair, "&state=assigned"); len(got) != 2 {
			t.Errorf("%d rows of a narrowed list", len(got))
		}
		book, err := excelize.OpenReader(bytes.NewReader(chair.Get("/cases?format=xlsx").Is(200).Body))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		sheet := book.GetSheetName(0)
		if kind, err := book.GetCellType(sheet, fmt.Sprint("G", at)); err != nil || kind != excelize.CellTypeInlineString {
			t.Error(kind, err)
		}
		if formula, err := book.GetCellFormula(sheet, fmt.Sprint("G", at)); err != nil || formula != "" {
			t.Error(formula, err)
		}
		chair.Get("/cases?format=exe").Is(422)
		chair.Get("/cases?format=csv&state=none").Is(422)
	})
}

// A file shows each reader what the list shows them, and no more.
func TestAFileIsMaskedAsTheListIs(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		for p, want := range map[*housetest.Person]int{town.County: 2, town.Bureau: 2, town.FarCounty: 1, town.OtherChair: 1, town.Hong: 2} {
			rows := sheetOf(t, town.As(p), "")
			if len(rows) != want {
				t.Errorf("%s gets %d rows", p.Name, len(rows))
			}
			for _, row := range rows {
				text := strings.Join(row, "|")
				if p != town.Hong && (strings.Contains(text, "林秀英") || strings.Contains(text, "漏水") || strings.Contains(text, "陈志强")) {
					t.Errorf("%s reads %s", p.Name, text)
				}
			}
		}
		if rows := sheetOf(t, town.As(town.Housing), ""); len(rows) != 1 {
			t.Errorf("the housing bureau gets %d rows", len(rows))
		}
		town.As(nil).Get("/cases?format=csv").Is(401)
		town.As(town.County).Get("/cases?format=csv&q=%E6%9E%97%E7%A7%80%E8%8B%B1").Is(403)
	})
}
