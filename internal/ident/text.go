package ident

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"fengqiao/internal/fault"
)

// Plain brings a typed number to half width and upper case, without the blanks and dashes that people put in.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '\u2212' || r == '\ufeff' || r == '\u200b' {
			return -1
		}
		return unicode.ToUpper(r)
	}, width.Narrow.String(s))
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func invalid(code, zh, en string) error {
	return &fault.Fault{Kind: fault.Invalid, Code: code, Text: fault.Text{ZH: zh, EN: en}}
}

const longestName = 100 // characters: the longest names of people and firms stay well below

// ParseName takes the blanks off a person's or an organisation's name and refuses one that is empty or too long. What
// cannot be seen (control and direction marks) is dropped; every character that can be is kept as it is, the rare ones
// of a name among them (𠅤 㛃 䶮).
func ParseName(s string) (string, error) {
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	name := strings.Join(strings.Fields(visible), " ")
	switch {
	case name == "":
		return "", invalid("name", "请填写姓名或名称。", "Give the name.")
	case len([]rune(name)) > longestName:
		return "", invalid("name", "姓名或名称太长，请不要超过 100 个字。", "The name is too long; 100 characters at most.")
	}
	return name, nil
}

// MatchName is a name as names are compared: one width, one case, no blanks, no middle dots, no glyph variants.
func MatchName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), strings.ContainsRune("·•・‧∙.", r), unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}
