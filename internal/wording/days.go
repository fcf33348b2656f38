package wording

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
)

// day is a date in a text; no day where the calendar has none such.
type day struct {
	calendar.Day
	start, end int // bytes
}

var aDate = regexp.MustCompile(`([12]\d{3}|[二一][〇零一二三四五六七八九]{3})[年./-]\s*(\d{1,2}|[一二三四五六七八九十]{1,2})[月./-]\s*(?:(\d{1,2}|[一二三四五六七八九十]{1,3})\s*[日号]?|(底|末))`)

// daysIn are the full dates in a text, in order.
func daysIn(text string) (out []day) {
	for _, m := range aDate.FindAllStringSubmatchIndex(text, -1) {
		year, month := number(text[m[2]:m[3]], true), number(text[m[4]:m[5]], false)
		d := day{start: m[0], end: m[1]}
		switch {
		case m[6] >= 0:
			d.Day, _ = calendar.ParseDay(fmt.Sprintf("%04d-%02d-%02d", year, month, number(text[m[6]:m[7]], false)))
		case month >= 1 && month <= 12:
			d.Day = calendar.DayOf(time.Date(year, time.Month(month)+1, 0, 12, 0, 0, 0, time.UTC))
		}
		out = append(out, d)
	}
	return out
}

// number reads figures or Chinese numerals; a year is read digit by digit.
func number(s string, byDigit bool) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	if !byDigit {
		n, _ := counted(s)
		return int(n)
	}
	n := 0
	for _, c := range s {
		n = n*10 + int(digitOf[c])
	}
	return n
}

// past marks dates of which a text speaks looking back.
var past = regexp.MustCompile(`(于|自|从|签订|发生|借款|产生|欠付|拖欠|至今|期间|以来|入职|交付的|的物业费|的租金)`)

// days points out dates that do not exist, and a due day that is none of those in the text.
func (r *reader) days(at string, c Clause) {
	found := daysIn(c.Text)
	var ahead []day
	for _, d := range found {
		if d.IsZero() {
			r.add(Finding{Kind: "no_such_day", Level: Warns, At: at, Reason: fault.Say("“%s”不存在", "There is no such day as “%s”", c.Text[d.start:d.end]),
				Suggestion: fault.Say("请核对日期。", "Please check the date.")}, c.Text, d.start, d.end)
			continue
		}
		from, to := stretch(c.Text, d.start)
		if !past.MatchString(c.Text[from:to]) || strings.Contains(c.Text[d.end:min(to, d.end+12)], "前") {
			ahead = append(ahead, d)
		}
	}
	due := c.Owed.lastDay()
	if due.IsZero() || len(ahead) == 0 || slices.ContainsFunc(ahead, func(d day) bool { return d.Day == due }) {
		return
	}
	if slices.ContainsFunc(c.Owed.Parts, func(p Part) bool { return slices.ContainsFunc(ahead, func(d day) bool { return d.Day == p.Due }) }) {
		return
	}
	d := ahead[len(ahead)-1]
	r.add(Finding{Kind: "day_differs", Rule: "C8", Level: Warns, At: at, Reason: fault.Say("条款里的日期和履行期限（%s）不一致", "The day in the text is not the day on which the obligation is due (%s)", due),
		Suggestion: fault.Say("请改成一致，催办按履行期限进行。", "Please make them agree; reminders follow the day of the obligation.")}, c.Text, d.start, d.end)
}
