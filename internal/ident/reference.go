package ident

import (
	"fmt"
	"io"
	"strings"
)

// Reference is a case's public reference: eight characters that can be read out over a telephone and written down by
// hand, the last of them a check. It says nothing about the case, is never the case number, and is no secret.
type Reference string

// referenceAlphabet leaves out what is mistaken for something else (0 O, 1 I L, U V). Its 29 characters are a prime
// number, which is why the check finds every wrong character and every two that changed places.
const referenceAlphabet = "23456789ABCDEFGHJKMNPQRSTWXYZ"

// MakeReference draws a reference. The caller sees to it that no two cases have the same one.
func MakeReference(random io.Reader) (Reference, error) {
	const fair = 256 - 256%len(referenceAlphabet) // bytes from here on would favour the first characters
	var out []byte
	for one := make([]byte, 1); len(out) < 7; {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("draw a reference: %w", err)
		}
		if int(one[0]) < fair {
			out = append(out, referenceAlphabet[int(one[0])%len(referenceAlphabet)])
		}
	}
	return Reference(append(out, referenceCheck(string(out)))), nil
}

// ParseReference reads a reference as people give it; case, blanks and hyphens are forgiven.
func ParseReference(s string) (Reference, error) {
	s = Plain(s)
	if len(s) != 8 || strings.Trim(s, referenceAlphabet) != "" || s[7] != referenceCheck(s[:7]) {
		return "", invalid("reference", "编号应为 8 位字母或数字（没有 0、O、1、I、L、U、V），请检查。",
			"A reference has 8 letters or digits (never 0, O, 1, I, L, U, V); please check.")
	}
	return Reference(s), nil
}

// Grouped is the reference as it is printed and read out: K7QX-M3PD.
func (r Reference) Grouped() string {
	if len(r) != 8 {
		return string(r)
	}
	return string(r[:4]) + "-" + string(r[4:])
}

// referenceCheck weighs the seven characters 8 to 2 and the check itself 1, so that the sum is a multiple of 29.
func referenceCheck(seven string) byte {
	sum := 0
	for i := range len(seven) {
		sum += (8 - i) * strings.IndexByte(referenceAlphabet, seven[i])
	}
	n := len(referenceAlphabet)
	return referenceAlphabet[(n-sum%n)%n]
}
