package money_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fengqiao/internal/fault"
	"fengqiao/internal/money"
)

func TestCapital(t *testing.T) {
	for fen, want := range map[money.Fen]string{
		// The vectors of the handbook of codes, §8.
		18_320_000:     "壹拾捌万叁仟贰佰元整",
		140_950:        "壹仟肆佰零玖元伍角",
		100_500:        "壹仟零伍元整",
		1_640_902:      "壹万陆仟肆佰零玖元零贰分",
		1_000:          "壹拾元整",
		1_000_000_500:  "壹仟万零伍元整",
		5:              "伍分",
		0:              "零元整",
		10_000_000_000: "壹亿元整",
		273_100:        "贰仟柒佰叁拾壹元整",
		// More of the same rules.
		50:                "伍角",
		52:                "伍角贰分",
		100:               "壹元整",
		102:               "壹元零贰分",
		1_052:             "壹拾元伍角贰分",
		10_500_000:        "壹拾万伍仟元整",
		1_050_000:         "壹万零伍佰元整",
		1_000_100:         "壹万零壹元整",
		100_100:           "壹仟零壹元整",
		101_000:           "壹仟零壹拾元整",
		10_000_000_100:    "壹亿零壹元整",
		10_050_000_000:    "壹亿零伍拾万元整",
		11_000_000_000:    "壹亿壹仟万元整",
		100_000_000_000_0: "壹佰亿元整",
		9_999_999_999_99:  "玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
		1e14:              "壹万亿元整",
		-140_950:          "负壹仟肆佰零玖元伍角",
	} {
		if got := fen.Capital(); got != want {
			t.Errorf("%s in capitals is %s, want %s", fen, got, want)
		}
	}
}

func TestCapitalsBehave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := money.Fen(rapid.Int64Range(0, 1e14-1).Draw(t, "fen"))
		c := f.Capital()
		if strings.Contains(c, "零零") || strings.Contains(c, "零万") || strings.Contains(c, "零亿") {
			t.Fatalf("%s has an idle zero: %s", f, c)
		}
		if strings.HasSuffix(c, "整") != (f%100 == 0) {
			t.Fatalf("%s ends wrongly: %s", f, c)
		}
		if back := read(c); back != f {
			t.Fatalf("%s in capitals reads as %s: %s", f, back, c)
		}
	})
}

// read is the inverse of Capital, written apart from it.
func read(s string) money.Fen {
	digits, units := []rune("零壹贰叁肆伍陆柒捌玖"), map[rune]int64{'拾': 10, '佰': 100, '仟': 1000}
	var fen, yi, wan, section, digit int64
	for _, r := range s {
		switch r {
		case '拾', '佰', '仟':
			section, digit = section+digit*units[r], 0
		case '万':
			wan, section, digit = section+digit, 0, 0
		case '亿':
			yi, section, digit = section+digit, 0, 0
		case '元':
			fen, digit = (yi*1e8+wan*1e4+section+digit)*100, 0
		case '角':
			fen, digit = fen+digit*10, 0
		case '分':
			fen, digit = fen+digit, 0
		default:
			for i, d := range digits {
				if d == r {
					digit = int64(i)
				}
			}
		}
	}
	return money.Fen(fen)
}

func TestFigures(t *testing.T) {
	for fen, want := range map[money.Fen]string{
		0: "0.00", 5: "0.05", 140_950: "1,409.50", 100_000_000: "1,000,000.00", 99_999: "999.99", -140_950: "-1,409.50",
		math.MinInt64: "-92,233,720,368,547,758.08", math.MaxInt64: "92,233,720,368,547,758.07",
	} {
		if got := fen.String(); got != want {
			t.Errorf("%d fen in figures is %s, want %s", int64(fen), got, want)
		}
	}
}

func TestWanYuanRoundsHalfUp(t *testing.T) {
	for fen, want := range map[money.Fen]string{
		0: "0.00", 18_320_000: "18.32", 4_999: "0.00", 5_000: "0.01", 14_999: "0.01", 15_000: "0.02", 1_000_000: "1.00",
		123_456_789_000: "123456.79", -5_000: "-0.01", -4_999: "0.00",
	} {
		if got := fen.WanYuan(); got != want {
			t.Errorf("%s is %s 万元, want %s", fen, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	for s, want := range map[string]money.Fen{
		"1,409.50": 140_950, "1409.5": 140_950, "１，４０９．５０": 140_950, "￥1409.50": 140_950, "¥1409.5元": 140_950,
		"1409元": 140_900, " 1 409.50 ": 140_950, "人民币1409.50元整": 140_950, "0": 0, "0.05": 5, "007": 700,
		"999,999,999,999.99": 99_999_999_999_999, "183200": 18_320_000, "10,000,005": 1_000_000_500,
	} {
		if got, err := money.Parse(s); err != nil || got != want {
			t.Errorf("%q was read as %s, %v, want %s", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", " ", "元", ".", ".5", "5.", "1.005", "1.2.3", "1,40", "1,4095", ",409", "1409,", "-5", "+5", "1e3", "壹佰",
		"1000000000000", "99999999999999999999999", "0x10", "NaN", "1,,000", "1.5.", "1409.5元元",
	} {
		got, err := money.Parse(s)
		if !fault.Is(err, fault.Invalid) || got != 0 {
			t.Errorf("%q was read as %s, %v", s, got, err)
			continue
		}
		if f := fault.Of(err); f.Text.ZH == "" || f.Text.EN == "" {
			t.Errorf("%q: the refusal lacks a language", s)
		}
	}
}

func TestParseReadsWhatStringWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := money.Fen(rapid.Int64Range(0, 1e14-1).Draw(t, "fen"))
		if got, err := money.Parse(f.String()); err != nil || got != f {
			t.Fatalf("%s was read as %s, %v", f, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,409.50", "￥１４０９", "1.005", "", "万"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := money.Parse(s); err == nil && (n < 0 || n >= 1e14) {
			t.Errorf("%q was read as %d fen", s, int64(n))
		}
	})
}
