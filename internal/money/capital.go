package money

import "strings"

var (
	capitals = []string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}
	places   = []string{"", "拾", "佰", "仟"}
)

// Capital is the amount in capitals, as an agreement or a receipt writes it: 壹仟肆佰零玖元伍角. It ends in 整 only when it
// stops at 元; zeros inside print one 零, and one stands between 元 and 分 when there is no 角.
func (f Fen) Capital() string {
	sign, n := f.split()
	if sign != "" {
		sign = "负"
	}
	whole, jiao, fen := n/yuan, n/10%10, n%10
	var b strings.Builder
	b.WriteString(sign)
	if whole > 0 || jiao+fen == 0 {
		b.WriteString(capital(whole) + "元")
	}
	switch {
	case jiao+fen == 0:
		b.WriteString("整")
	case jiao > 0:
		b.WriteString(capitals[jiao] + "角")
	case whole > 0:
		b.WriteString("零")
	}
	if fen > 0 {
		b.WriteString(capitals[fen] + "分")
	}
	return b.String()
}

// capital writes a whole number: what lies above 亿, above 万, and the four places below.
func capital(n uint64) string {
	switch {
	case n == 0:
		return capitals[0]
	case n >= 1e8:
		return capital(n/1e8) + "亿" + after(n%1e8, 1e7)
	case n >= 1e4:
		return capital(n/1e4) + "万" + after(n%1e4, 1e3)
	}
	return section(n)
}

// after writes what follows 亿 or 万; a 零 stands for its leading zeros.
func after(n, full uint64) string {
	switch {
	case n == 0:
		return ""
	case n < full:
		return capitals[0] + capital(n)
	}
	return capital(n)
}

// section writes 1 to 9999.
func section(n uint64) string {
	var out string
	zero := false
	for place := 0; n > 0; place, n = place+1, n/10 {
		d := n % 10
		if d == 0 {
			zero = out != ""
			continue
		}
		if zero {
			out, zero = capitals[0]+out, false
		}
		out = capitals[d] + places[place] + out
	}
	return out
}
