package rollup_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fengqiao/internal/app"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/housetest"
	"fengqiao/internal/journal"
)

type m = housetest.M

var reports = []string{"case-table?group=area&", "case-table?basis=accepted&", "briefing?", "trend?", "funnel?"}

// told is what the city's reports say of a period, without the moment at which they were asked.
func told(t *testing.T, town *housetest.Town, from, to calendar.Day) string {
	t.Helper()
	var out strings.Builder
	all := []string{"yearly?area=3505&year=" + string(from[:4])}
	for _, r := range reports {
		all = append(all, fmt.Sprintf("%sarea=3505&from=%s&to=%s", r, from, to))
	}
	for _, r := range all {
		a := town.As(town.Bureau).Get("/reports/" + r).Is(200)
		var v map[string]any
		if err := json.Unmarshal(a.Body, &v); err != nil {
			t.Fatal(err)
		}
		delete(v, "snapshot_at")
		text, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n%s\n", r, text)
	}
	return out.String()
}

// rows are the same reports counted from rows alone.
func rows(t *testing.T, town *housetest.Town, from, to calendar.Day) string {
	t.Helper()
	exec(t, town, "UPDATE rolled_months SET county_code = 'x' || county_code")
	defer exec(t, town, "UPDATE rolled_months SET county_code = substr(county_code, 2)")
	return told(t, town, from, to)
}

func exec(t *testing.T, town *housetest.Town, sql string) (n int64) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	r, err := pool.ExecContext(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	n, _ = r.RowsAffected()
	return n
}

func roll(t *testing.T, town *housetest.Town) int {
	t.Helper()
	n, err := town.App.Rollup.Roll(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// differs shows the first line in which two accounts differ.
func differs(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: months say %s, rows say %s\n%s", i, x[i], y[i], strings.Join(x[max(0, i-6):i], "\n"))
		}
	}
	return "one is longer"
}

// Whatever was done, in whatever order, and whether or not it was added up in between: months say what rows say.
func TestMonthsSayWhatRowsSayAfterAnyHistory(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		n := 0
		rapid.Check(t, func(r *rapid.T) {
			if n++; n > 12 { // each draw goes on where the one before ended: one town, a long history
				return
			}
			var open []*housetest.Case
			su := town.As(town.Su)
			for range rapid.IntRange(3, 8).Draw(r, "steps") {
				switch rapid.IntRange(0, 7).Draw(r, "what") {
				case 0, 1:
					town.InFengze(func(p *housetest.Past) {
						accepted := calendar.Day("2024-01-01").Plus(rapid.IntRange(0, 700).Draw(r, "accepted"))
						closed := accepted.Plus(rapid.IntRange(0, 90).Draw(r, "days"))
						outcome := []casework.Outcome{casework.WrittenAgreement, casework.OralAgreement, casework.Failed}[rapid.IntRange(0, 2).Draw(r, "outcome")]
						p.Dispute(town.Home.ID, accepted, closed, outcome, func(h *casework.Head) {
							h.Category = codes.Categories[rapid.IntRange(0, len(codes.Categories)-1).Draw(r, "category")].Code
							h.Source = codes.Sources[rapid.IntRange(0, len(codes.Sources)-1).Draw(r, "source")].Code
							h.Difficulty = rapid.IntRange(1, 4).Draw(r, "difficulty")
							h.MediatedDay, h.MediationDueDay = closed, accepted.Plus(30)
						})
					})
					exec(t, town, "DELETE FROM rolled_months") // rows that no act wrote leave no mark
				case 2:
					c := su.Files(m{"source": []string{"11", "31", "14"}[rapid.IntRange(0, 2).Draw(r, "source")]})
					if rapid.Bool().Draw(r, "agrees") {
						su.Signed(c, town.Su)
						open = append(open, c)
					} else {
						su.Met(c, town.Su)
						su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"})
					}
				case 3:
					if len(open) > 0 {
						c := open[len(open)-1]
						open = open[:len(open)-1]
						su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": []string{"performed", "unperformed"}[rapid.IntRange(0, 1).Draw(r, "kept")],
							"on": town.Today(), "confirmed_by": "creditor"})
						su.Does(c, "close", nil)
					}
				case 4:
					town.Clock.Move(time.Duration(rapid.IntRange(1, 40).Draw(r, "days")) * 24 * time.Hour)
					town.SignInAgain()
					su = town.As(town.Su)
				case 5, 6:
					roll(t, town)
				case 7:
					if len(open) > 0 {
						su.Does(open[0], "amend", m{"set": m{"category": "03"}, "reason": "登记时选错了类别"})
					}
				}
			}
			from := calendar.Day("2023-12-15").Plus(rapid.IntRange(0, 600).Draw(r, "from"))
			to := max(from, town.Today().Plus(-rapid.IntRange(-5, 300).Draw(r, "to")))
			roll(t, town)
			for _, period := range [][2]calendar.Day{{from, to}, {from.FirstOfMonth(), to.FirstOfMonth().PlusMonths(1).Plus(-1)}, {"2024-01-01", town.Today()}} {
				if a, b := told(t, town, period[0], period[1]), rows(t, town, period[0], period[1]); a != b {
					r.Fatalf("%s to %s, today %s: %s", period[0], period[1], town.Today(), differs(a, b))
				}
			}
		})
		if n := exec(t, town, "UPDATE rolled_months SET month = month"); n == 0 {
			t.Error("nothing was added up: nothing was tried")
		}
	})
}

// An act on a case of an earlier month leaves a mark, and the figures are right before the month is added up anew.
func TestAMarkedMonthIsNotBelieved(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files()
		su.Signed(c, town.Su)
		town.Clock.Move(31 * 24 * time.Hour)
		town.SignInAgain()
		su = town.As(town.Su)
		if roll(t, town) == 0 || roll(t, town) != 0 {
			t.Error("a month that is over is added up once")
		}
		su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "companion", "name": "林家邻居"}).Is(200) // how agreements hold is told apart by it
		if roll(t, town) == 0 {
			t.Error("a companion marks no month")
		}
		before := told(t, town, "2026-01-01", "2026-12-31")
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(c, "close", nil).Is(200)
		after := told(t, town, "2026-01-01", "2026-12-31")
		if after == before || after != rows(t, town, "2026-01-01", "2026-12-31") {
			t.Errorf("an act is not seen before its months are added up: %s", differs(after, rows(t, town, "2026-01-01", "2026-12-31")))
		}
		if roll(t, town) == 0 || told(t, town, "2026-01-01", "2026-12-31") != after {
			t.Error("the marked months were not added up anew, or otherwise")
		}
	})
}

// The nightly look finds a figure that was changed behind the product's back, and mends it.
func TestTheNightlyLookMendsWhatIsWrong(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2025-05-01", "2025-05-20", casework.OralAgreement) })
		roll(t, town)
		right := told(t, town, "2025-01-01", "2025-12-31")
		if exec(t, town, "UPDATE case_months SET n = n + 1 WHERE basis = 'closed'") == 0 {
			t.Fatal("nothing was added up")
		}
		if told(t, town, "2025-01-01", "2025-12-31") == right {
			t.Fatal("reports do not read the months")
		}
		wrong, err := town.App.Rollup.Check(context.Background())
		if err != nil || wrong != 1 || told(t, town, "2025-01-01", "2025-12-31") != right {
			t.Errorf("%d months were wrong: %v", wrong, err)
		}
		if wrong, err = town.App.Rollup.Check(context.Background()); err != nil || wrong != 0 {
			t.Errorf("a second look finds %d wrong: %v", wrong, err)
		}
	})
}

// An act that is entered while a month is looked at is no slip of it, however the two fall: it makes the month be added up anew.
func TestAnActMeanwhileIsNoSlip(t *testing.T) {
	housetest.Pair(t, func(t *testing.T, town *housetest.Town, other *app.App) {
		act := func() {
			town.InFengze(func(p *housetest.Past) {
				p.Dispute(town.Home.ID, "2025-05-01", "2025-05-20", casework.OralAgreement, func(h *casework.Head) { h.Version = 0 })
				if err := p.Tx.Rows().Create(&journal.Recount{Key: p.Tx.NewKey(), Month: "2025-05-01"}).Error; err != nil {
					t.Error(err)
				}
			})
		}
		act()
		roll(t, town)
		stop, acted := make(chan struct{}), make(chan struct{})
		end := sync.OnceFunc(func() { close(stop); <-acted })
		defer end()
		go func() {
			defer close(acted)
			for {
				select {
				case <-stop:
					return
				default:
					act()
					time.Sleep(10 * time.Millisecond) // however slow the machine is: the month must not grow without end
				}
			}
		}()
		for range 25 {
			if _, err := other.Rollup.Roll(t.Context()); err != nil {
				t.Error(err)
			}
			if wrong, err := other.Rollup.Check(t.Context()); wrong != 0 || err != nil {
				t.Fatalf("%d months were wrong: %v", wrong, err)
			}
			if v, err := other.Rollup.Verify(t.Context()); len(v.Breaks) != 0 || err != nil {
				t.Fatalf("%+v %v", v.Breaks, err)
			}
		}
		end()
		roll(t, town)
		if wrong, err := other.Rollup.Check(t.Context()); wrong != 0 || err != nil {
			t.Errorf("%d months are wrong in the end: %v", wrong, err)
		}
	})
}
