// Package money counts in fen and writes amounts as papers want them: in figures, in capitals (大写) and in 万元.
package money

import (
	"fmt"
	"strings"

	"fengqiao/internal/fault"
)

// Fen is an amount of money in hundredths of a yuan.
type Fen int64

const (
	yuan    = 100
	wanYuan = 10_000 * yuan
	most    = 1_000_000_000_000*yuan - 1 // below 1 万亿元: more is a slip of the hand, not a dispute
)

// String is the amount in figures with two decimals: 1,409.50.
func (f Fen) String() string {
	sign, n := f.split()
	return fmt.Sprintf("%s%s.%02d", sign, grouped(n/yuan), n%yuan)
}

// WanYuan is the amount in ten thousands of yuan with two decimals, rounded half up, as statistical tables want it.
func (f Fen) WanYuan() string {
	sign, n := f.split()
	n = (n + wanYuan/200) / (wanYuan / 100)
	if n == 0 {
		sign = ""
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// split gives the sign and the size; the size of the least int64 fits no int64.
func (f Fen) split() (sign string, size uint64) {
	if f < 0 {
		return "-", -uint64(f)
	}
	return "", uint64(f)
}

func grouped(n uint64) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}

// Parse reads what a person writes: 1409.5, 1,409.50, ￥1409.50, 1409元, in half or full width. An amount is never
// negative and has no parts of a fen.
func Parse(s string) (Fen, error) {
	figures := strip(s)
	whole, part, dotted := strings.Cut(figures, ".")
	whole, grouped := ungroup(whole)
	if whole == "" || !grouped || !digits(whole) || !digits(part) || dotted && (part == "" || len(part) > 2) {
		return 0, fault.New(fault.Invalid, "amount", "请用数字填写金额，单位为元，最多两位小数，例如 1,409.50。",
			"Give the amount in figures, in yuan, with two decimals at most, for example 1,409.50.")
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 12 {
		return 0, fault.New(fault.Invalid, "amount", "金额太大，请检查是否多写了数字（最多 %s 元）。",
			"The amount is too large; check for extra digits (at most %s yuan).", Fen(most).String())
	}
	var n Fen
	for _, c := range whole + (part + "00")[:2] {
		n = n*10 + Fen(c-'0')
	}
	return n, nil
}

// strip brings the text to half width and takes off the currency and the blanks around and within.
func strip(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '，':
			return ','
		case r == '．':
			return '.'
		case r == ' ' || r == '\u3000' || r == '\u00a0' || r == '\t':
			return -1
		}
		return r
	}, s)
	s = strings.TrimPrefix(s, "人民币")
	for _, sign := range []string{"￥", "¥"} {
		s = strings.TrimPrefix(s, sign)
	}
	return strings.TrimSuffix(strings.TrimSuffix(s, "整"), "元")
}

// ungroup takes the commas out and tells whether they stood where thousands end: 1,40 may mean 1.40 and is refused.
func ungroup(s string) (string, bool) {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && (g == "" || len(g) > 3)) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
