package grade_test

import (
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/grade"
)

func found(all []grade.Finding, criterion string) grade.Finding {
	for _, f := range all {
		if f.Criterion == criterion {
			return f
		}
	}
	return grade.Finding{}
}

// The cap of the fourth grade: shares are compared as whole numbers, never as rounded ones.
func TestTheShareOfOralAgreements(t *testing.T) {
	for _, v := range []struct {
		oral, of int64
		state    string
		share    string
	}{{20, 60, grade.Missing, "33.3"}, {15, 50, grade.Met, "30.0"}, {16, 50, grade.Missing, "32.0"}, {0, 0, grade.Met, ""}, {3001, 10000, grade.Missing, "30.0"}, {3000, 10000, grade.Met, "30.0"}} {
		got := found(grade.Judge(*grade.Usual("4"), grade.Facts{Disputes: v.of, Oral: v.oral}), "oral_share")
		if got.State != v.state || got.Share() != v.share || got.Want != 30 {
			t.Errorf("%d of %d: %+v (%s), want %s %s", v.oral, v.of, got, got.Share(), v.state, v.share)
		}
	}
}

func TestWhatTheFourthGradeAsksFor(t *testing.T) {
	good := grade.Facts{Years: 2, Disputes: 100, Oral: 30, Settled: 85, Trained: 14, HoursDue: 14}
	for what, v := range map[string]struct {
		change    func(*grade.Facts)
		criterion string
	}{
		"a year short":       {func(f *grade.Facts) { f.Years = 1 }, "years"},
		"a dispute short":    {func(f *grade.Facts) { f.Disputes, f.Oral, f.Settled = 49, 0, 49 }, "disputes"},
		"too little success": {func(f *grade.Facts) { f.Settled = 84 }, "success"},
		"a complaint":        {func(f *grade.Facts) { f.Misconduct = 1 }, "misconduct"},
		"an hour short":      {func(f *grade.Facts) { f.Trained = 13 }, "training"},
		"too much by word":   {func(f *grade.Facts) { f.Oral = 31 }, "oral_share"},
	} {
		f := good
		v.change(&f)
		for _, got := range grade.Judge(*grade.Usual("4"), f) {
			want := grade.Met
			if got.Criterion == v.criterion {
				want = grade.Missing
			}
			if got.Criterion == "crime" {
				want = grade.Asked
			}
			if got.State != want {
				t.Errorf("%s: %s is %s", what, got.Criterion, got.State)
			}
		}
	}
	if got := (grade.Standing{Criteria: grade.Usual("4"), Findings: grade.Judge(*grade.Usual("4"), good)}); got.Lacks() || !got.Says() {
		t.Errorf("all met: %+v", got)
	}
	if none := found(grade.Judge(*grade.Usual("4"), grade.Facts{}), "success"); none.State != grade.Missing {
		t.Errorf("success of nothing: %+v", none)
	}
	for _, class := range []string{"1", "2", "3"} {
		if grade.Usual(class) != nil || !(grade.Standing{Grade: class}).Lacks() {
			t.Errorf("grade %s has criteria that no region set", class)
		}
	}
}

func TestYearsOfService(t *testing.T) {
	for what, v := range map[string]struct {
		spells []grade.Spell
		want   int
	}{
		"to the day":                   {[]grade.Spell{{EngagedOn: "2024-03-06"}}, 2},
		"a day short":                  {[]grade.Spell{{EngagedOn: "2024-03-07"}}, 1},
		"two committees at once":       {[]grade.Spell{{EngagedOn: "2024-03-06"}, {EngagedOn: "2025-01-01"}}, 2},
		"a year away":                  {[]grade.Spell{{EngagedOn: "2022-03-06", LeftOn: "2023-03-06"}, {EngagedOn: "2024-03-06"}}, 3},
		"left, and is no longer there": {[]grade.Spell{{EngagedOn: "2022-03-06", LeftOn: "2024-03-06"}}, 2},
		"engaged later":                {[]grade.Spell{{EngagedOn: "2027-01-01"}}, 0},
		"none":                         {nil, 0},
	} {
		if got := grade.Served(v.spells, "2026-03-06"); got != v.want {
			t.Errorf("%s: %d years, want %d", what, got, v.want)
		}
	}
}

func TestAGradeHoldsForItsDays(t *testing.T) {
	g := grade.Grade{GrantedOn: "2025-03-01", ValidTo: "2027-02-28", Grade: "3"}
	for on, want := range map[calendar.Day]bool{"2025-02-28": false, "2025-03-01": true, "2027-02-28": true, "2027-03-01": false} {
		if g.HoldsOn(on) != want {
			t.Errorf("on %s: %t", on, !want)
		}
	}
	back := g
	back.EndedOn = "2026-01-01"
	if back.HoldsOn("2026-01-01") || !back.HoldsOn("2025-12-31") {
		t.Error("a grade that was taken back on 1 January")
	}
	if got := grade.Best([]grade.Grade{{GrantedOn: "2025-01-01", ValidTo: "2026-12-31", Grade: "4"}, g}, "2025-06-01"); got == nil || got.Grade != "3" {
		t.Errorf("the higher of two: %+v", got)
	}
}
