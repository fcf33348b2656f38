package page

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// shanghai is UTC+8 all year; times are shown as the clock on the wall of the mediation room shows them.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Day shows a day: an instant, or a legal day written 2006-01-02. What is none shows nothing.
func Day(v any, lang string) string {
	var t time.Time
	switch d := v.(type) {
	case nil:
		return ""
	case time.Time:
		t = d.In(shanghai)
	default:
		var err error
		if t, err = time.Parse(time.DateOnly, fmt.Sprint(d)); err != nil {
			return ""
		}
	}
	if t.IsZero() {
		return ""
	}
	if lang == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("2006年1月2日")
}

// When shows a moment to the minute.
func When(t time.Time, lang string) string {
	if t.IsZero() {
		return ""
	}
	return Day(t, lang) + " " + t.In(shanghai).Format("15:04")
}

// Yuan shows an amount of fen: 140950 is 1,409.50 元. It takes any whole number.
func Yuan(fen any, lang string) (string, error) {
	v := reflect.ValueOf(fen)
	if !v.CanInt() {
		return "", fmt.Errorf("yuan: %T is no whole number of fen", fen)
	}
	sign, n := "", v.Int()
	if n < 0 {
		sign = "-"
	}
	whole, part := n/100, n%100
	text := fmt.Sprintf("%s%s.%02d", sign, thousands(magnitude(whole)), magnitude(part))
	if lang == "en" {
		return "CNY " + text, nil
	}
	return text + " 元", nil
}

func magnitude(n int64) int64 { return max(n, -n) }

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, digit := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// Size shows how large a file is.
func Size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KB", (bytes+1023)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
}
