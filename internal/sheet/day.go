package sheet

import (
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"
)

// Days before and after which a number is none: 1954 and 2064, as Excel counts.
const firstNumber, lastNumber = 20_000, 60_000

// Day reads a day as people and spreadsheet programs write it, and gives it as 2006-01-02; false for what is none.
func Day(text string) (string, bool) {
	if n, err := strconv.ParseFloat(text, 64); err == nil && n >= firstNumber && n < lastNumber {
		t, err := excelize.ExcelDateToTime(n, false)
		return t.Format(time.DateOnly), err == nil
	}
	text, _, _ = strings.Cut(strings.TrimSpace(text), " ")
	text, _, _ = strings.Cut(text, "T")
	text = strings.TrimSuffix(strings.NewReplacer("年", "-", "月", "-", "日", "", "号", "", ".", "-", "/", "-", "．", "-", "－", "-").Replace(width.Narrow.String(text)), "-")
	for _, layout := range []string{"2006-1-2", "20060102"} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() > 1949 {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}
