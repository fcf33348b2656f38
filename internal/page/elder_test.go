package page

import (
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"fengqiao/web"
)

var (
	cssRule   = regexp.MustCompile(`(?s)([^{}]+)\{([^{}]*)\}`)
	remSize   = regexp.MustCompile(`font(?:-size)?:[^;]*?(\d*\.?\d+)rem`)
	lineOf    = regexp.MustCompile(`(?:line-height:|rem/)(\d*\.?\d+)(?:[;}\s]|$)`)
	rootSize  = regexp.MustCompile(`html\.(large|extra)\{font-size:([\d.]+)%;--tap:(\d+)px;--small:(\d+)px`)
	plainTaps = regexp.MustCompile(`--tap:(\d+)px;--small:(\d+)px`)
)

// styles are the rules of the style sheet that residents' screens are drawn by.
func styles(t *testing.T) (sheet string, rules map[string]string) {
	t.Helper()
	text, err := fs.ReadFile(web.FS, "static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	sheet, rules = string(text), map[string]string{}
	screen, _, _ := strings.Cut(sheet, "@media print")
	for _, m := range cssRule.FindAllStringSubmatch(screen, -1) {
		if !strings.Contains(m[1], "staff") {
			rules[strings.TrimSpace(m[1])] += m[2]
		}
	}
	return sheet, rules
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// 长辈版 (X2): nothing that residents read is smaller than 18 px, the text can be 30 px, and lines stand 1.3 apart or more.
func TestX2_TheElderModeIsLarge(t *testing.T) {
	t.Parallel()
	sheet, rules := styles(t)
	percent := map[string]float64{}
	for _, m := range rootSize.FindAllStringSubmatch(sheet, -1) {
		percent[m[1]] = number(t, m[2]) / 100
	}
	if body := 17 * percent["extra"]; body < 30 {
		t.Errorf("the largest text is %.1f px", body)
	}
	read := 0
	for where, what := range rules {
		for _, m := range remSize.FindAllStringSubmatch(what, -1) {
			if px := 16 * number(t, m[1]) * percent["large"]; px < 18 {
				t.Errorf("%s is %.1f px in large type", where, px)
			}
			read++
		}
		for _, m := range lineOf.FindAllStringSubmatch(what, -1) {
			if n := number(t, m[1]); n < 1.3 && n != 0 {
				t.Errorf("lines of %s stand %.2f apart", where, n)
			}
		}
	}
	if read < 20 {
		t.Errorf("only %d sizes were read", read)
	}
}

// Fingers need room (X4): 44 px, and 60 in large type; and nothing springs open by itself.
func TestX4_RoomForFingersAndNoPopUps(t *testing.T) {
	t.Parallel()
	sheet, _ := styles(t)
	first := plainTaps.FindStringSubmatch(sheet)
	if first == nil || number(t, first[1]) < 44 || number(t, first[2]) < 44 {
		t.Errorf("%v", first)
	}
	modes := rootSize.FindAllStringSubmatch(sheet, -1)
	if len(modes) != 2 {
		t.Errorf("%d modes", len(modes))
	}
	for _, m := range modes {
		if number(t, m[3]) < 60 || number(t, m[4]) < 60 {
			t.Errorf("%s: %s and %s px", m[1], m[3], m[4])
		}
	}
	scripts, err := fs.Glob(web.FS, "static/*.js")
	if err != nil || len(scripts) < 3 {
		t.Fatal(scripts, err)
	}
	springs := regexp.MustCompile(`\b(alert|confirm|prompt|showModal|window\.open|Notification)\(`)
	for _, name := range scripts {
		text, err := fs.ReadFile(web.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if m := springs.Find(text); m != nil {
			t.Errorf("%s: %s", name, m)
		}
	}
}

// The door to it stands on every page, the first included (X2).
func TestX2_EveryPageLeadsToTheElderMode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/", "/gallery", "/nothing"} {
		page := s.ask("GET", path, nil).Body.String()
		mustHold(t, page, `name="size" value="large"`, "长辈版", `name="size" value="extra"`)
	}
}
