package seal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
)

// Seals and kept heads that were made anew with the key at hand hold for themselves, and do not agree with the book.
func TestT9_TheBookTellsWhatNothingElseDoes(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		cases := sealed(t, town)
		days, err := town.App.Seals.Days(t.Context(), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		book := "# 记录日摘要\n\n"
		for _, d := range days {
			book += fmt.Sprintf("%s  %2d counties  %7d entries  %s\n", d.On, d.Counties, d.Entries, d.Spoken())
		}
		book += fmt.Sprintf("%s %s\n2026-03-01 %032d\n", days[0].On, strings.ToUpper(strings.ReplaceAll(days[0].Spoken(), " ", "")), 0)
		if differ, n, err := town.App.Seals.Compare(t.Context(), strings.NewReader(book)); err != nil || n != 4 || !slices.Equal(differ, []calendar.Day{"2026-03-01"}) {
			t.Errorf("untouched: %v of %d, %v", differ, n, err)
		}
		unlock(t, town)
		rewrite(t, town, cases[0])
		exec(t, town, "DELETE FROM record_seals WHERE county_code = '350503'")
		if _, err := town.App.Seals.Accept(t.Context(), "没有什么"); err != nil {
			t.Fatal(err)
		}
		town.Clock.Move(-24 * 3600e9) // and as if it had been made in its time
		if n, err := town.App.Seals.Sweep(t.Context()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if chains, seals := look(t, town); chains > 0 || len(seals) > 0 {
			t.Errorf("it was not forged well: %d chains and %v", chains, seals)
		}
		differ, _, err := town.App.Seals.Compare(t.Context(), strings.NewReader(book))
		if err != nil || !slices.Contains(differ, "2026-03-06") {
			t.Errorf("the book says nothing: %v, %v", differ, err)
		}
		for _, bad := range []string{"2026-03-06 1234", "morning", "2026-03-06"} {
			if _, _, err := town.App.Seals.Compare(t.Context(), strings.NewReader(bad)); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}
