package seal_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/seal"
)

// sealed is a town with two days of work, both sealed, and some hours of a third.
func sealed(t *testing.T, town *housetest.Town) (cases []*housetest.Case) {
	t.Helper()
	for range 2 {
		su := town.As(town.Su)
		for range 2 {
			cases = append(cases, su.Files())
		}
		su.Met(cases[len(cases)-1], town.Su)
		town.Clock.Move(24 * time.Hour)
		town.SignInAgain()
		if n, err := town.App.Seals.Sweep(t.Context()); err != nil || n == 0 {
			t.Fatalf("sealed %d counties: %v", n, err)
		}
	}
	town.As(town.Su).Files()
	return cases
}

// look is what does not hold: of the chains, and of the seals.
func look(t *testing.T, town *housetest.Town) (chains int, seals []seal.Break) {
	t.Helper()
	found, err := town.App.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(found.Breaks), found.Seals.Breaks
}

func exec(t *testing.T, town *housetest.Town, sql string, args ...any) {
	t.Helper()
	err := town.Store.Do(t.Context(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error { return tx.Rows().Exec(sql, args...).Error })
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// unlock is what somebody with the database in their hands can do first.
func unlock(t *testing.T, town *housetest.Town) {
	t.Helper()
	for _, table := range []string{"journal", "record_seals"} {
		if town.Store.Dialect() == "sqlite" {
			exec(t, town, "DROP TRIGGER IF EXISTS "+table+"_no_update")
			exec(t, town, "DROP TRIGGER IF EXISTS "+table+"_no_delete")
			continue
		}
		exec(t, town, "GRANT ALL ON "+table+" TO CURRENT_USER")
	}
}

// rewrite makes a case's whole chain anew with another word in its first entry, as somebody can who has database, keys and program.
func rewrite(t *testing.T, town *housetest.Town, c *housetest.Case) {
	t.Helper()
	id, err := ident.ParseID(c.ID)
	if err != nil {
		t.Fatal(err)
	}
	j := journal.New(town.App.Vault, rand.Reader)
	err = town.Store.Do(t.Context(), actor.System, id.County(), func(tx *db.Tx) error {
		all, err := j.Of(tx, id)
		if err != nil {
			return err
		}
		var rows []journal.Row
		prev := ""
		for i, e := range all {
			if i == 0 {
				e.Fact["source"] = "21"
			}
			row, err := j.Chain(e.ID, e, e.RecordedAt, prev)
			if err != nil {
				return err
			}
			rows, prev = append(rows, row), row.Hash
		}
		if err := tx.Rows().Exec("DELETE FROM journal WHERE county_code = ? AND case_id = ?", id.County(), id).Error; err != nil {
			return err
		}
		return journal.InsertAll(tx, rows)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A chain that was rewritten whole, with every hash as it should be, is told by the seal of its day; so is one that is gone with
// its case, cut at its end together with the case's version, or added to.
func TestT9_ASealedDayIsNotChangedUnseen(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		cases := sealed(t, town)
		if chains, seals := look(t, town); chains > 0 || len(seals) > 0 {
			t.Fatalf("untouched: %d chains and %v", chains, seals)
		}
		unlock(t, town)
		rewrite(t, town, cases[0])
		chains, seals := look(t, town)
		if chains > 0 {
			t.Fatalf("the rewriting was not perfect: %d", chains)
		}
		if len(seals) != 1 || seals[0].Until != "2026-03-06" || !strings.Contains(seals[0].What, "not what they were") {
			t.Errorf("a rewritten chain: %v", seals)
		}
	})
}

func TestT9_WhatIsCutOrAddedIsMissed(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		cases := sealed(t, town)
		unlock(t, town)
		last := cases[3]
		exec(t, town, "DELETE FROM journal WHERE county_code = ? AND case_id = ? AND seq = ?", housetest.Fengze.County(), last.ID, last.Version)
		if _, seals := look(t, town); len(seals) != 1 || seals[0].Until != "2026-03-07" || !strings.Contains(seals[0].What, "when it was sealed") {
			t.Errorf("an entry cut off: %v", seals)
		}
	})
}

// A clock that went ahead for a while, by an hour past midnight or by days, seals days that are not over. What happens when it is put
// right again is not taken for something slipped in behind the seal; what really is, is told.
func TestT9_AClockPutRightBreaksNoSeal(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		for _, ahead := range []time.Duration{15 * time.Hour, 50 * time.Hour} {
			town.As(town.Su).Files()
			town.Clock.Move(ahead)
			if n, err := town.App.Seals.Sweep(t.Context()); err != nil || n != 1 {
				t.Fatalf("sealed %d: %v", n, err)
			}
			town.Clock.Move(-ahead)
			town.SignInAgain()
			su := town.As(town.Su)
			su.Met(su.Files(), town.Su)
			if chains, seals := look(t, town); chains > 0 || len(seals) > 0 {
				t.Errorf("%s ahead: %d chains and %v", ahead, chains, seals)
			}
		}
		town.Clock.Move(100 * time.Hour)
		if n, err := town.App.Seals.Sweep(t.Context()); err != nil || n != 1 {
			t.Errorf("what happened meanwhile is sealed: %d, %v", n, err)
		}
		if chains, seals := look(t, town); chains > 0 || len(seals) > 0 {
			t.Errorf("in the end: %d chains and %v", chains, seals)
		}
		unlock(t, town)
		exec(t, town, "DELETE FROM journal WHERE county_code = ? AND id = (SELECT id FROM journal WHERE county_code = ? ORDER BY id DESC LIMIT 1)", housetest.Fengze.County(), housetest.Fengze.County())
		if _, seals := look(t, town); len(seals) != 1 {
			t.Errorf("an entry cut off: %v", seals)
		}
	})
}

// A seal itself is not changed, left out or made by others.
func TestT9_ASealHoldsTheOneBefore(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		sealed(t, town)
		unlock(t, town)
		for name, change := range map[string]string{
			"another digest": "UPDATE record_seals SET digest = prev_hash WHERE county_code = '350503' AND number = 2",
			"another moment": "UPDATE record_seals SET entries = entries + 1 WHERE county_code = '350503' AND number = 2",
			"another key":    "UPDATE record_seals SET key_id = '0000000000000000' WHERE county_code = '350503' AND number = 2",
			"the first gone": "DELETE FROM record_seals WHERE county_code = '350503' AND number = 1",
		} {
			keep(t, town)
			exec(t, town, change)
			if _, seals := look(t, town); len(seals) == 0 {
				t.Errorf("%s: not seen", name)
			}
			putBack(t, town)
			if _, seals := look(t, town); len(seals) > 0 {
				t.Fatalf("after %s was put back: %v", name, seals)
			}
		}
	})
}

func keep(t *testing.T, town *housetest.Town) {
	t.Helper()
	exec(t, town, "CREATE TABLE kept AS SELECT * FROM record_seals")
}

func putBack(t *testing.T, town *housetest.Town) {
	t.Helper()
	exec(t, town, "DELETE FROM record_seals WHERE county_code <> ''")
	exec(t, town, "INSERT INTO record_seals SELECT * FROM kept")
	exec(t, town, "DROP TABLE kept")
}

// A day is sealed once, some minutes after it is over, and several processes may try.
func TestADayIsSealedOnce(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Su).Files()
		sweep := func() int {
			n, err := town.App.Seals.Sweep(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := sweep(); n != 0 {
			t.Errorf("sealed before midnight: %d", n)
		}
		town.Clock.Move(14*time.Hour + 10*time.Minute) // ten past midnight
		if n := sweep(); n != 0 {
			t.Errorf("sealed while acts may still be entered: %d", n)
		}
		town.Clock.Move(10 * time.Minute)
		done := make(chan int)
		for range 4 {
			go func() { done <- sweep() }()
		}
		if n := <-done + <-done + <-done + <-done; n != 1 {
			t.Errorf("sealed %d times", n)
		}
	})
}

// The audit administrator and the bureaus read the digests; they are the same on the page, for programs, and on paper.
func TestTheDigestsAreRead(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		if a := town.As(town.Audit).Page("GET", "/seals", nil).Is(200); !a.Holds("Nothing is sealed yet") && !a.Holds("还没有封存") {
			t.Errorf("before anything is sealed: %s", a.Body)
		}
		sealed(t, town)
		days, err := town.App.Seals.Days(t.Context(), "", 10)
		if err != nil || len(days) != 2 || days[0].On != "2026-03-07" {
			t.Fatalf("%v: %v", days, err)
		}
		for _, who := range []*housetest.Person{town.Audit, town.County} {
			a := town.As(who).Page("GET", "/seals", nil).Is(200)
			for _, d := range days {
				if !a.Holds(d.Spoken()) {
					t.Errorf("%s is not on the page of %s", d.Spoken(), who.Name)
				}
			}
			first := town.As(who).Get("/seals?limit=1").Is(200)
			next := town.As(who).Get("/seals?limit=1&cursor=" + first.Text("next_cursor")).Is(200)
			if first.Text("items.0.digest") != days[0].Digest || next.Text("items.0.digest") != days[1].Digest || next.Text("next_cursor") != "" {
				t.Errorf("by program: %s, %s", first.Body, next.Body)
			}
		}
		for _, who := range []*housetest.Person{town.Su, town.Zheng, town.Lin, town.Security, town.System, town.Housing, town.Court} {
			town.As(who).Get("/seals").Is(403)
		}
	})
}
