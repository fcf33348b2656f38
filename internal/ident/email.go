package ident

import (
	"net/mail"
	"strings"
	"unicode/utf8"
)

// Email is the address of a mailbox.
type Email string

const maxEmail = 254 // what a mail server takes

// ParseEmail reads the bare address of a mailbox: letters of ASCII, no name beside it, a host with a dot. Blanks around
// it and full-width signs are forgiven.
func ParseEmail(s string) (Email, error) {
	s = strings.TrimSpace(strings.NewReplacer("＠", "@", "．", ".", "。", ".").Replace(s))
	a, err := mail.ParseAddress(s)
	odd := strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
	if err != nil || odd || a.Address != s || len(s) > maxEmail || !strings.Contains(s[strings.LastIndexByte(s, '@'):], ".") {
		return "", invalid("email", "请填写电子邮箱，例如 name@example.com。", "Give an e-mail address, for example name@example.com.")
	}
	return Email(s), nil
}

// Masked shows what its owner recognises: l****@example.com.
func (e Email) Masked() string {
	name, host, ok := strings.Cut(string(e), "@")
	if !ok || name == "" {
		return ""
	}
	_, first := utf8.DecodeRuneInString(name)
	return name[:first] + "****@" + host
}
