package ident_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fengqiao/internal/ident"
)

func TestAreaLevels(t *testing.T) {
	for _, v := range []struct {
		area   ident.Area
		level  ident.Level
		prefix string
		county ident.County
		parent ident.Area
	}{
		{"350000000000", ident.Province, "35", "350000", ""},
		{"350500000000", ident.City, "3505", "350500", "350000000000"},
		{"350503000000", ident.Of6, "350503", "350503", "350500000000"},
		{"350503001000", ident.Town, "350503001", "350503", "350503000000"},
		{"350503001001", ident.Village, "350503001001", "350503", "350503001000"},
		{"", "", "", "", ""}, {"35", "", "", "", ""}, {"000000000000", "", "", "", ""}, {"35050300100x", "", "", "", ""},
	} {
		if v.area.Level() != v.level || v.area.Prefix() != v.prefix || v.area.County() != v.county || v.area.Parent() != v.parent {
			t.Errorf("%q: level %q, prefix %q, county %q, parent %q", v.area, v.area.Level(), v.area.Prefix(), v.area.County(), v.area.Parent())
		}
	}
	if got := ident.County("350503").Area(); got != "350503000000" {
		t.Errorf("the whole of 350503 is %s", got)
	}
}

func TestWiderAreas(t *testing.T) {
	want := []ident.Area{"350503001001", "350503001000", "350503000000", "350500000000", "350000000000"}
	if got := ident.Area("350503001001").Wider(); !slices.Equal(got, want) {
		t.Errorf("around 少林社区 lie %v", got)
	}
	if got := ident.Area("nowhere").Wider(); len(got) > 1 {
		t.Errorf("around nowhere lie %v", got)
	}
}

func someArea(t *rapid.T) ident.Area {
	level := rapid.IntRange(0, 4).Draw(t, "level")
	parts := []int{rapid.IntRange(11, 99).Draw(t, "province"), 0, 0, 0, 0}
	top := []int{0, 99, 99, 999, 999}
	for i := 1; i <= level; i++ {
		parts[i] = rapid.IntRange(1, top[i]).Draw(t, "part")
	}
	return ident.Area(fmt.Sprintf("%02d%02d%02d%03d%03d", parts[0], parts[1], parts[2], parts[3], parts[4]))
}

func TestARangeHoldsWhatTheAreaCovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someArea(t), someArea(t)
		low, high := a.Range()
		if in := low <= string(b) && string(b) < high; in != a.Covers(b) {
			t.Fatalf("%s covers %s: %v, but its range [%s, %s) says %v", a, b, a.Covers(b), low, high, in)
		}
		for _, wide := range a.Wider() {
			low, high := wide.Range()
			if !wide.Covers(a) || string(a) < low || string(a) >= high {
				t.Fatalf("%s lies in %s, but is not in its range [%s, %s)", a, wide, low, high)
			}
		}
	})
	if low, high := ident.Area("").Range(); low != "" || high != "" || ident.Area("").Covers("350503001001") {
		t.Error("the empty area covers something")
	}
	if low, high := ident.Area("999999999999").Range(); low > "999999999999" || high <= "999999999999" {
		t.Errorf("the last area lies outside its range [%s, %s)", low, high)
	}
}

// The vectors of the handbook of codes, §8, and the zones of Quanzhou.
func TestAreaKinds(t *testing.T) {
	for area, want := range map[ident.Area]ident.AreaKind{
		"440983102000": ident.MarketTown, "440983102001": ident.ResidentsCommittee, "440983102201": ident.VillagersCommittee,
		"350322111000": ident.MarketTown, "350322111201": ident.VillagersCommittee, "350503001000": ident.Subdistrict,
		"350503001001": ident.ResidentsCommittee, "350504200000": ident.Township, "350582300000": ident.Township,
		"350502400000": ident.FunctionalZone, "350502400498": ident.OtherVillageKind, "350524102500": ident.OtherVillageKind,
		"350503000000": "", "350500000000": "", "350503001800": "", "350503900000": "", "": "",
	} {
		if got := area.Kind(); got != want {
			t.Errorf("%s is %q, want %q", area, got, want)
		}
	}
}

func TestAreasGivenByTheirLeadingDigits(t *testing.T) {
	for code, want := range map[string]ident.Area{
		"35": "350000000000", "3505": "350500000000", "350503": "350503000000", "350503001": "350503001000",
		"350503001001": "350503001001", "": "",
	} {
		if got := ident.Widen(code); got != want {
			t.Errorf("%q stands for %q, want %q", code, got, want)
		}
	}
}
