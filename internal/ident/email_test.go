package ident_test

import (
	"strings"
	"testing"

	"fengqiao/internal/ident"
)

func TestEmailAddresses(t *testing.T) {
	for in, want := range map[string]string{"lin@example.com": "lin@example.com", " lin@example.com\t": "lin@example.com", "lin＠qq．com": "lin@qq.com", "lin.xiu+y@mail.qz.gov.cn": "lin.xiu+y@mail.qz.gov.cn"} {
		if got, err := ident.ParseEmail(in); err != nil || string(got) != want {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
	for _, wrong := range []string{"", "lin", "@example.com", "lin@", "lin@localhost", "Lin <lin@example.com>", "lin@example.com, chen@example.com", "lin@example.com\r\nBcc: x@example.com", "林@example.com",
		"li n@example.com", strings.Repeat("l", 250) + "@example.com"} {
		if got, err := ident.ParseEmail(wrong); err == nil {
			t.Errorf("%q was taken as %q", wrong, got)
		}
	}
	for e, want := range map[ident.Email]string{"lin@example.com": "l****@example.com", "": "", "@x": "", "x": ""} {
		if got := e.Masked(); got != want {
			t.Errorf("%q masked: %q", e, got)
		}
	}
}
