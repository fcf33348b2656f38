package ident_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"fengqiao/internal/ident"
)

func TestCreditCodes(t *testing.T) {
	for typed, want := range map[string]ident.CreditCode{
		"91350100M000100Y43":   "91350100M000100Y43",
		"52350500MJ00000210":   "52350500MJ00000210", // the sum is a multiple of 31
		"91350100m000100y43":   "91350100M000100Y43",
		"91350100 M000100Y 43": "91350100M000100Y43",
		"９１350100M000100Y43":   "91350100M000100Y43",
	} {
		if got, err := ident.ParseCreditCode(typed); err != nil || got != want {
			t.Errorf("%q was read as %q, %v", typed, got, err)
		}
	}
	for _, s := range []string{"91350100M000100Y4Z", "91350100M000100Y4", "91350100M000100Y44", "91350100O000100Y43", "52350500MJ0000021Z", ""} {
		_, err := ident.ParseCreditCode(s)
		refused(t, s, err)
	}
}

func TestPhones(t *testing.T) {
	for typed, want := range map[string]ident.Phone{
		"138 0013 8000": "13800138000", "13800138000": "13800138000", "+86 138-0013-8000": "13800138000",
		"8613800138000": "13800138000", "0086 13800138000": "13800138000", "１３８００１３８０００": "13800138000",
		"＋８６　１３８００１３８０００": "13800138000", "0595-22281234": "059522281234", "059522281234": "059522281234",
		"(0595) 2228 1234": "059522281234", "（0595）22281234": "059522281234", "010-12345678": "01012345678",
		"+86 595 22281234": "059522281234", "0595－22281234": "059522281234", "021 1234567": "0211234567",
	} {
		if got, err := ident.ParsePhone(typed); err != nil || got != want {
			t.Errorf("%q was read as %q, %v", typed, got, err)
		}
	}
	for _, s := range []string{"12800138000", "1380013800", "138001380000", "22285678", "无", "", "110", "+1 2025550100", "13800138000a", "0595-2228123456"} {
		_, err := ident.ParsePhone(s)
		refused(t, s, err)
	}
}

func TestPhonesOnScreen(t *testing.T) {
	for phone, want := range map[ident.Phone]string{"13800138000": "138****8000", "059522281234": "059*****1234", "": ""} {
		if got := phone.Masked(); got != want {
			t.Errorf("%s is shown as %s, want %s", phone, got, want)
		}
	}
	if !ident.Phone("13800138000").Mobile() || ident.Phone("059522281234").Mobile() {
		t.Error("mobile and landline are mixed up")
	}
}

func TestReferences(t *testing.T) {
	seen := map[ident.Reference]bool{}
	for range 2000 {
		r, err := ident.MakeReference(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if len(r) != 8 || strings.ContainsAny(string(r), "0O1ILUV") || seen[r] {
			t.Fatalf("made %q", r)
		}
		seen[r] = true
		for _, typed := range []string{string(r), strings.ToLower(string(r)), r.Grouped(), " " + string(r[:3]) + " " + string(r[3:])} {
			if got, err := ident.ParseReference(typed); err != nil || got != r {
				t.Fatalf("%q was read as %q, %v", typed, got, err)
			}
		}
	}
	if _, err := ident.MakeReference(bytes.NewReader([]byte{1, 2})); err == nil {
		t.Error("a reference was made without chance")
	}
	for _, s := range []string{"", "K7QX", "K7QXM3PDD", "K0QXM3PD", "查询码查询码"} {
		_, err := ident.ParseReference(s)
		refused(t, s, err)
	}
}

// One wrong character and two that changed places are the mistakes people make over a telephone.
func TestAReferenceFindsEverySlip(t *testing.T) {
	const alphabet = "23456789ABCDEFGHJKMNPQRSTWXYZ"
	for range 50 {
		r, err := ident.MakeReference(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for i := range len(r) {
			for _, c := range alphabet {
				if wrong := string(r[:i]) + string(c) + string(r[i+1:]); wrong != string(r) {
					if _, err := ident.ParseReference(wrong); err == nil {
						t.Fatalf("%s passed for %s", wrong, r)
					}
				}
			}
			for j := range i {
				swapped := []byte(r)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				if _, err := ident.ParseReference(string(swapped)); err == nil && string(swapped) != string(r) {
					t.Fatalf("%s passed for %s", swapped, r)
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	for typed, want := range map[string]string{
		" 林秀英 ": "林秀英", "陈\u3000志强": "陈 志强", "𠅤㛃䶮": "𠅤㛃䶮", "阿依努尔·买买提": "阿依努尔·买买提",
		"a\u202eb\x00c": "abc", "泉州市\n丰泽区\t物业公司": "泉州市 丰泽区 物业公司", "邊\U000e0101": "邊\U000e0101",
	} {
		if got, err := ident.ParseName(typed); err != nil || got != want {
			t.Errorf("%q was read as %q, %v", typed, got, err)
		}
	}
	for _, s := range []string{"", "   ", "\u200b\u202e", strings.Repeat("长", 101), "\xff\xfe"} {
		if got, err := ident.ParseName(s); err == nil {
			t.Errorf("%q was read as %q", s, got)
		}
	}
	for _, same := range [][2]string{
		{"林 秀英", "林秀英"}, {"ＡＢＣ公司", "abc公司"}, {"阿依努尔·买买提", "阿依努尔•买买提"}, {"邊\U000e0101", "邊"}, {"𠅤㛃䶮", "𠅤 㛃 䶮"},
		{"（泉州）公司", "(泉州)公司"},
	} {
		if a, b := ident.MatchName(same[0]), ident.MatchName(same[1]); a != b || a == "" {
			t.Errorf("%q and %q are compared as %q and %q", same[0], same[1], a, b)
		}
	}
	if ident.MatchName("𠅤") == ident.MatchName("㛃") {
		t.Error("rare characters are taken for each other")
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"138 0013 8000", "+86 595 22281234", "12800138000", "0595-22281234", "（０５９５）22281234", "无"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ident.ParsePhone(s)
		if err != nil {
			return
		}
		again, err := ident.ParsePhone(string(p))
		if err != nil || again != p || p.Masked() == "" || strings.Trim(string(p), "0123456789") != "" {
			t.Errorf("%q was read as %q, and that as %q, %v", s, p, again, err)
		}
	})
}

func FuzzParseReference(f *testing.F) {
	for _, s := range []string{"K7QX-M3PD", "22222222", "k7qx m3pd", "０1OIL", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ident.ParseReference(s)
		if err != nil {
			return
		}
		if again, err := ident.ParseReference(r.Grouped()); err != nil || again != r || len(r) != 8 {
			t.Errorf("%q was read as %q, and that as %q, %v", s, r, again, err)
		}
	})
}
