package ident

import "strings"

// CreditCode is the unified social credit code (统一社会信用代码) of an organisation, 18 characters, checked.
type CreditCode string

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // 31 characters, without I O S V Z

var creditWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// ParseCreditCode reads a credit code; lower case and blanks are forgiven.
func ParseCreditCode(s string) (CreditCode, error) {
	s = Plain(s)
	if len(s) != 18 || strings.Trim(s, creditAlphabet) != "" {
		return "", invalid("credit_code", "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z），请检查。",
			"A unified social credit code has 18 digits or capital letters (no I, O, S, V, Z); please check.")
	}
	sum := 0
	for i, w := range creditWeights {
		sum += w * strings.IndexByte(creditAlphabet, s[i])
	}
	if s[17] != creditAlphabet[(31-sum%31)%31] {
		return "", invalid("credit_code", "统一社会信用代码有误（校验位不符），请逐位核对。",
			"The unified social credit code has a mistake (its check character does not fit); please compare it character by character.")
	}
	return CreditCode(s), nil
}
