package ident_test

import (
	"strings"
	"testing"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

const today = "2026-11-20"

// refused checks that an error may be said aloud in both languages and never repeats what was typed.
func refused(t *testing.T, typed string, err error) {
	t.Helper()
	f := fault.Of(err)
	if !fault.Is(err, fault.Invalid) || f.Text.ZH == "" || f.Text.EN == "" {
		t.Errorf("%q: %v", typed, err)
		return
	}
	if len(typed) > 4 && (strings.Contains(f.Text.ZH, typed) || strings.Contains(f.Text.EN, typed)) {
		t.Errorf("%q is echoed in %q", typed, f.Text.EN)
	}
}

func TestIDNumbers(t *testing.T) {
	for _, v := range []struct {
		typed    string
		number   ident.IDNumber
		born     string
		sex      ident.Sex
		age      int
		doubtful bool
	}{
		{"11010519491231002X", "11010519491231002X", "1949-12-31", ident.Female, 76, false},
		{"11010519491231002x", "11010519491231002X", "1949-12-31", ident.Female, 76, false},
		{"440524188001010014", "440524188001010014", "1880-01-01", ident.Male, 146, true},
		{" 110105 19491231 002x ", "11010519491231002X", "1949-12-31", ident.Female, 76, false},
		{"１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", "1949-12-31", ident.Female, 76, false},
		{"810000199408230021", "810000199408230021", "1994-08-23", ident.Female, 32, false},
		{"830000199201300022", "830000199201300022", "1992-01-30", ident.Female, 34, false},
		{"820000199201300031", "820000199201300031", "1992-01-30", ident.Male, 34, false}, // its check is wrong and blocks nothing
	} {
		n, err := ident.ParseIDNumber(v.typed, today)
		if err != nil || n != v.number {
			t.Errorf("%q was read as %q, %v", v.typed, n, err)
			continue
		}
		if n.Born() != v.born || n.Sex() != v.sex || n.AgeOn(today) != v.age || n.Doubtful(today) != v.doubtful {
			t.Errorf("%s: born %s, sex %s, age %d, doubtful %v", n, n.Born(), n.Sex(), n.AgeOn(today), n.Doubtful(today))
		}
	}
	for _, s := range []string{
		"110105194912310021",  // check character
		"350500199002290020",  // the check is right, the date does not exist
		"11010520261121002X",  // born tomorrow
		"1101051949123100",    // too short
		"11010519491231002XX", // too long
		"1101051949123100X2", "X1010519491231002X", "", "abc", "440524180001010O14", "８１0000",
	} {
		n, err := ident.ParseIDNumber(s, today)
		if n != "" {
			t.Errorf("%q was read as %q", s, n)
		}
		refused(t, s, err)
	}
}

func TestEveryWrongDigitOfAnIDNumberIsFound(t *testing.T) {
	const right = "11010519491231002X"
	for i := range 17 {
		for d := '0'; d <= '9'; d++ {
			wrong := right[:i] + string(d) + right[i+1:]
			n, err := ident.ParseIDNumber(wrong, today)
			if wrong != right && err == nil && !n.ResidencePermit() {
				t.Errorf("%s was accepted", wrong)
			}
		}
	}
}

func TestAgeTurnsOnTheBirthday(t *testing.T) {
	n := ident.IDNumber("350503200811200018")
	for day, want := range map[string]int{"2026-11-19": 17, "2026-11-20": 18, "2008-11-19": 0, "": 0, "2026": 0} {
		if got := n.AgeOn(day); got != want {
			t.Errorf("on %s: %d, want %d", day, got, want)
		}
	}
}

func TestAnIDNumberThatIsNoneSaysNothing(t *testing.T) {
	var n ident.IDNumber
	if n.Born() != "" || n.Sex() != "" || n.AgeOn(today) != 0 || n.Doubtful(today) || n.Masked() != "" || n.ResidencePermit() {
		t.Error("no identity number says something about somebody")
	}
	if got := ident.IDNumber("11010519491231002X").Masked(); got != "1101**********002X" {
		t.Errorf("masked: %s", got)
	}
}

func TestOtherPapers(t *testing.T) {
	for _, v := range []struct {
		kind         ident.PaperKind
		typed, taken string
	}{
		{ident.Passport, "e1234 5678", "E12345678"}, {ident.HongKongMacauPass, "H1234567890", "H1234567890"},
		{ident.TaiwanPass, "12345678", "12345678"}, {ident.ForeignerResidence, "911124198108030024", "911124198108030024"},
		{ident.ResidencePermit, "830000199201300022", "830000199201300022"}, {ident.IDCard, "11010519491231002x", "11010519491231002X"},
	} {
		if got, err := ident.ParsePaper(v.kind, v.typed, today); err != nil || got != v.taken {
			t.Errorf("%s %q was read as %q, %v", v.kind, v.typed, got, err)
		}
	}
	for _, s := range []string{"", "1234", "护照12345", strings.Repeat("1", 21), "E1234;5678"} {
		_, err := ident.ParsePaper(ident.Passport, s, today)
		refused(t, s, err)
	}
	if _, err := ident.ParsePaper(ident.IDCard, "110105194912310021", today); err == nil {
		t.Error("an identity card passed without its check")
	}
}

func FuzzParseIDNumber(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "440524188001010014", "110105194912310021", "350500199002290020", "８１00001994x", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ident.ParseIDNumber(s, today)
		if err != nil {
			return
		}
		again, err := ident.ParseIDNumber(string(n), today)
		if err != nil || again != n || len(n) != 18 || n.Born() > today || len(n.Born()) != 10 || n.Sex() == "" {
			t.Errorf("%q was read as %q, and that as %q, %v", s, n, again, err)
		}
	})
}
