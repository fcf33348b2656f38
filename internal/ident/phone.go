package ident

import (
	"regexp"
	"strings"
)

// Phone is a telephone number in digits only: 13800138000, 059522281234.
type Phone string

var (
	mobile   = regexp.MustCompile(`^1[3-9]\d{9}$`)
	landline = regexp.MustCompile(`^0\d{2,3}\d{7,8}$`)
)

// ParsePhone reads a mobile or a landline number; blanks, dashes, brackets, +86 and full-width digits are forgiven.
// A person without a telephone gives no number and a reason; that is for whoever asks.
func ParsePhone(s string) (Phone, error) {
	s = strings.NewReplacer("(", "", ")", "").Replace(Plain(s))
	for _, candidate := range []string{s, domestic(s)} {
		if mobile.MatchString(candidate) || landline.MatchString(candidate) {
			return Phone(candidate), nil
		}
	}
	return "", invalid("phone", "请填写 11 位手机号码，或带区号的座机号码，例如 0595-22281234。",
		"Give a mobile number of 11 digits, or a landline with its area code, for example 0595-22281234.")
}

// domestic takes the country's code off; a landline is dialled with a 0 then.
func domestic(s string) string {
	for _, code := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(s, code); ok {
			if mobile.MatchString(rest) || strings.HasPrefix(rest, "0") {
				return rest
			}
			return "0" + rest
		}
	}
	return s
}

// Mobile tells whether messages can reach the number.
func (p Phone) Mobile() bool { return mobile.MatchString(string(p)) }

// Masked hides the middle: 138****8000.
func (p Phone) Masked() string {
	if len(p) < 10 {
		return ""
	}
	return string(p[:3]) + strings.Repeat("*", len(p)-7) + string(p[len(p)-4:])
}
