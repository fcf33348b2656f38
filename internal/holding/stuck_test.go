package holding_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/holding"
	"fengqiao/internal/housetest"
)

func sweeps(t *testing.T, town *housetest.Town) int {
	t.Helper()
	n, err := town.App.Holding.Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A filing whose place or kind is no longer there holds up no other, is said once in the log, is shown to its committee with what is
// wrong, and is entered under another; whoever filed it is told the truth meanwhile.
func TestAFilingThatCannotBeEnteredIsMended(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		var all []heldOf
		for i := range 5 {
			all = append(all, holds(town.As(nil).Post("/cases", leak(fmt.Sprintf("1390000000%d", i)))))
			town.Later(time.Second)
		}
		place, kind, seal, good, coded := all[0], all[1], all[2], all[3], all[4]
		for id, change := range map[string]func(*casework.Filing){
			place.id: func(f *casework.Filing) { f.AreaCode = "350503001999" },
			kind.id:  func(f *casework.Filing) { f.Category = "0200" },
			coded.id: func(f *casework.Filing) { f.Category = "0200" },
			seal.id:  nil,
		} {
			if err := town.App.Holding.Spoil(t.Context(), id, change); err != nil {
				t.Fatal(err)
			}
		}
		town.As(nil).Post("/filing-codes", coded.key()).Is(201)
		refused(t, town.As(nil).Post("/filing-codes/confirm", coded.with(texts(town, coded))), 409, "no_code")

		town.Later(72 * time.Hour)
		if n := sweeps(t, town); n != 1 {
			t.Errorf("%d were dealt with", n)
		}
		logged := strings.Count(town.Logged(), "held filing")
		if n := sweeps(t, town); n != 0 || strings.Count(town.Logged(), "held filing") != logged || logged != 4 {
			t.Errorf("swept again: %d, %d lines and then %d", n, logged, strings.Count(town.Logged(), "held filing"))
		}
		town.SignInAgain()
		su := town.As(town.Su)
		su.Get("/cases/" + good.id).Is(200)
		for h, want := range map[string]string{place.id: holding.OfPlace, kind.id: holding.OfKind, coded.id: holding.OfKind, seal.id: holding.Unopened} {
			if got := su.Get("/held-filings/" + h).Is(200); got.Text("state") != holding.Waits || got.Text("trouble") != want {
				t.Errorf("%s: %s", want, got.Body)
			}
		}
		if a := town.As(nil).Post("/access", m{"reference": kind.reference, "code": kind.code}).Is(409); a.Text("code") != "held" || !a.Holds("enters it under another") {
			t.Errorf("told %s", a.Body)
		}
		if a := town.As(nil).Post("/access", m{"reference": seal.reference, "code": seal.code}).Is(409); a.Text("code") != "held" || !a.Holds("send it once more") || a.Holds("no need") {
			t.Errorf("told of what does not open: %s", a.Body)
		}
		d := housetest.OnDoorstep(town)
		at := d.Enters(town.Su)
		at.Opens("/desk").Reads("有 4 份来件登记不了")
		at.Opens("/held-filings").Reads("登记不了", "楼上漏水")
		_, ticked := at.Form()
		ticked["do"], ticked["id"] = []string{"release"}, []string{kind.id}
		at.Posts("/held-filings", ticked).Is(409, "/held-filings").Reads("有的来件现在还不能登记")
		at.Opens("/held-filings/"+place.id).Reads("申请人选的地点或小区现在没有了", "它不会自动登记", "东湖街道", "少林社区")
		_, form := at.Form()
		form["do"] = []string{"release"}
		at.Posts("/held-filings/"+place.id, form).Is(422, "/held-filings/"+place.id)
		_, form = at.Form()
		form["do"], form["area_code"] = []string{"release"}, []string{string(housetest.Shaolin)}
		at.Posts("/held-filings/"+place.id, form).Is(200, "/held-filings/"+place.id+"?done=held_released")

		su.Post("/held-filings/"+kind.id+"/release", nil).Is(422)
		su.Post("/held-filings/"+kind.id+"/release", m{"category": "1399x"}).Is(422)
		su.Post("/held-filings/"+kind.id+"/release", m{"area_code": "350502001001"}).Is(422) // of another county
		su.Post("/held-filings/"+kind.id+"/release", m{"category": "02"}).Is(200)
		for _, h := range []heldOf{place, kind} {
			c := su.Get("/cases/" + h.id).Is(200)
			if c.Text("category") != "02" || c.Text("area_code") != string(housetest.Shaolin) {
				t.Errorf("entered as %s at %s", c.Text("category"), c.Text("area_code"))
			}
			town.As(nil).Post("/access", m{"reference": h.reference, "code": h.code}).Is(201)
		}
		refused(t, su.Post("/held-filings/"+seal.id+"/release", nil), 409, "held_unopened")
		su.Post("/held-filings/"+seal.id+"/drop", m{"reason": "unreadable"}).Is(200)
		town.Later(8 * 24 * time.Hour)
		sweeps(t, town)
		town.SignInAgain()
		if got := town.As(town.Su).Get("/held-filings/" + seal.id).Text("state"); got != holding.Destroyed {
			t.Errorf("what does not open is %s after its time", got)
		}
	})
}

// What is stuck is tried again each day: its place may be served by then. What is not stuck is entered as it was told, and the door is no
// wider for what does not open.
func TestWhatIsStuckIsTriedAgainAndWhatIsSoundStays(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		stuck, sound, seal := holds(town.As(nil).Post("/cases", leak("13900000001"))), holds(town.As(nil).Post("/cases", leak("13900000002"))), holds(town.As(nil).Post("/cases", leak("13900000003")))
		refused(t, town.As(town.Su).Post("/held-filings/"+sound.id+"/release", m{"category": "02"}), 409, "held_sound")
		refused(t, town.As(town.Su).Post("/held-filings/"+sound.id+"/release", m{"area_code": string(housetest.Donghu)}), 409, "held_sound")
		spoil := func(id string, change func(*casework.Filing)) {
			if err := town.App.Holding.Spoil(t.Context(), id, change); err != nil {
				t.Fatal(err)
			}
		}
		spoil(seal.id, nil)
		town.As(nil).Post("/access", m{"reference": seal.reference, "code": "AAAA-AAAA-AAAAA"}).Is(401)
		refused(t, town.As(nil).Post("/access", m{"reference": seal.reference, "code": seal.code}), 409, "held")
		var was string
		spoil(stuck.id, func(f *casework.Filing) { was, f.Category = f.Category, "0200" })
		town.Later(72 * time.Hour)
		sweeps(t, town)
		spoil(stuck.id, func(f *casework.Filing) { f.Category = was })
		town.Later(23 * time.Hour)
		if n := sweeps(t, town); n != 0 {
			t.Errorf("%d within the day", n)
		}
		town.Later(2 * time.Hour)
		if n := sweeps(t, town); n != 1 {
			t.Errorf("%d after a day", n)
		}
		town.SignInAgain()
		town.As(town.Su).Get("/cases/" + stuck.id).Is(200)
	})
}

// Where a seal opens again – its key was put back – nobody is told that it does not: whoever filed it need not send it once more, has a
// code sent and comes in; their committee reads it, and what nobody clears is entered by itself.
func TestWhatOpensAgainIsToldAsSound(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		proven, left := holds(town.As(nil).Post("/cases", leak("13900000001"))), holds(town.As(nil).Post("/cases", leak("13900000002")))
		turn := func() {
			for _, h := range []heldOf{proven, left} {
				if err := town.App.Holding.Spoil(t.Context(), h.id, nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		told := func(h heldOf) housetest.Answer {
			return town.As(nil).Post("/access", m{"reference": h.reference, "code": h.code}).Is(409)
		}
		turn()
		town.Later(72 * time.Hour)
		if n := sweeps(t, town); n != 0 {
			t.Errorf("%d were entered unopened", n)
		}
		if a := told(proven); !a.Holds("send it once more") {
			t.Errorf("told of what does not open: %s", a.Body)
		}
		refused(t, town.As(nil).Post("/filing-codes", proven.key()), 409, "no_code")
		turn()
		if a := told(proven); a.Text("code") != "held" || a.Holds("send it once more") || !a.Holds("no need to send it again") {
			t.Errorf("told of what opens again: %s", a.Body)
		}
		town.SignInAgain()
		if got := town.As(town.Su).Get("/held-filings/" + left.id).Is(200); got.Text("trouble") != "" || got.Text("filing.title") == "" {
			t.Errorf("the committee reads %s", got.Body)
		}
		town.As(nil).Post("/filing-codes", proven.key()).Is(201)
		town.As(nil).Post("/filing-codes/confirm", proven.with(texts(town, proven))).Is(201)
		town.As(town.Su).Get("/cases/" + proven.id).Is(200)
		town.Later(25 * time.Hour)
		if n := sweeps(t, town); n != 1 {
			t.Errorf("%d were entered a day later", n)
		}
	})
}

// inFear files so many in which somebody is afraid, each by another telephone.
func inFear(t *testing.T, town *housetest.Town, n int) (out []casework.Filed) {
	t.Helper()
	g, err := town.App.Policy.Allow(actor.Actor{}, "case.file")
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		f, err := town.App.Cases.FileWith(t.Context(), g, casework.Filing{Category: "02", AreaCode: housetest.Shaolin, Title: "威胁", Facts: "有人威胁我。",
			Applicant: &casework.PartyIn{Name: "某人", Phone: fmt.Sprintf("139000%05d", i)}, Respondents: []casework.PartyIn{{Name: "对方", PhoneReason: "不知道"}}},
			casework.Along{Afraid: true})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
		town.Later(time.Second)
	}
	return out
}

// Who floods a committee and says each time that somebody is afraid buries nobody: ten an hour become cases, each at the hour that its
// filer was told, and none is lost. The committee and the station see it, those first of all.
func TestM8_AFloodOfTheAfraidBuriesNobody(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		quiet := holds(town.As(nil).Post("/cases", leak("13800138000")))
		came := town.Clock.Now()
		all := inFear(t, town, 35)
		for i, f := range all { // an hour after the one that stands ten before it
			turn := time.Duration(i%holding.FearsAnHour)*time.Second + time.Duration(1+i/holding.FearsAnHour)*time.Hour
			if f.Held == nil || !f.Held.FiledBy.Equal(came.Add(turn)) {
				t.Fatalf("the %dth is told %+v", i, f.Held)
			}
		}
		d := housetest.OnDoorstep(town)
		d.Enters(town.Su).Opens("/desk").Reads("有 36 份来件待核实，其中 35 份说有人害怕或有危险。来得太多，每小时只自动登记 10 份")
		d.Enters(town.Station).Opens("/desk").Reads("来得太多，每小时只自动登记 10 份")
		var seen []string
		path := "/held-filings?limit=10"
		for path != "" {
			page := town.As(town.Su).Get(path).Is(200)
			for i := range 10 {
				if id := page.Text(fmt.Sprintf("items.%d.id", i)); id != "" {
					seen = append(seen, id)
				}
			}
			path = ""
			if next := page.Text("next_cursor"); next != "" {
				path = "/held-filings?limit=10&cursor=" + next
			}
		}
		if len(seen) != 36 || seen[35] != quiet.id {
			t.Errorf("%d listed, the one without fear at %v", len(seen), seen)
		}
		for i, id := range seen[:35] {
			if id != all[i].ID.String() {
				t.Fatalf("%d in the list is another", i)
			}
		}
		for hour, want := range []int{10, 10, 10, 5, 0} {
			town.Later(time.Hour)
			if n := sweeps(t, town); n != want {
				t.Errorf("after %d hours %d became cases, want %d", hour+1, n, want)
			}
		}
		town.As(nil).Files()
		if late := inFear(t, town, 1)[0].Held; !late.FiledBy.Equal(town.Clock.Now().Add(time.Hour - time.Second)) {
			t.Errorf("when it is over, one waits till %s", late.FiledBy)
		}
	})
}

// Over three days' worth of them, none waits longer than three days.
func TestM8_NobodyAfraidWaitsLongerThanAnybody(t *testing.T) {
	bounded(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		inFear(t, town, holding.FearsAnHour)
		rows, err := town.App.Holding.Fears(t.Context(), holding.FearsAnHour)
		if err != nil {
			t.Fatal(err)
		}
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows { // as if there were seven hundred before them
			set := "UPDATE held_filings SET due_at = $1 WHERE county_code = $2 AND id = $3"
			if _, err := pool.ExecContext(t.Context(), set, r.CameAt.Add(72*time.Hour-time.Minute), r.CountyCode, r.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got := inFear(t, town, 1)[0].Held.FiledBy; !got.Equal(town.Clock.Now().Add(72*time.Hour - time.Second)) {
			t.Errorf("waits till %s", got)
		}
	})
}

// Dropping and taking back ends: twice, and each time the filing waits a day at most beyond its three.
func TestDroppingAndTakingBackEnds(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		h := holds(town.As(nil).Post("/cases", leak("13800138000")))
		do := func(what string) housetest.Answer {
			town.SignInAgain()
			body := m{"reason": "no_dispute"}
			if what != "drop" {
				body = nil
			}
			return town.As(town.Su).Post("/held-filings/"+h.id+"/"+what, body)
		}
		do("drop").Is(200)
		town.Later(6 * 24 * time.Hour)
		back := do("restore").Is(200)
		if due := back.Text("due_at"); due != town.Clock.Now().Add(24*time.Hour).UTC().Format(time.RFC3339Nano) {
			t.Errorf("waits till %s", due)
		}
		do("drop").Is(200)
		do("restore").Is(200)
		refused(t, do("drop"), 409, "held_restored")
		town.Later(24 * time.Hour)
		if n := sweeps(t, town); n != 1 {
			t.Errorf("%d became cases", n)
		}
		town.SignInAgain()
		town.As(town.Su).Get("/cases/" + h.id).Is(200)
	})
}

// Whose time came first is entered first.
func TestWhoseTimeCameFirstIsEnteredFirst(t *testing.T) {
	bounded(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		first := holds(town.As(nil).Post("/cases", leak("13800138000")))
		town.Later(30 * time.Minute)
		afraid := inFear(t, town, 1)[0]
		if afraid.Held == nil {
			t.Fatal("it does not wait")
		}
		town.Later(72 * time.Hour)
		sweeps(t, town)
		town.SignInAgain()
		number := func(id string) string { return town.As(town.Su).Get("/cases/" + id).Is(200).Text("intake_no") }
		if a, b := number(afraid.ID.String()), number(first.id); a >= b {
			t.Errorf("the afraid one has %s, the other %s", a, b)
		}
	})
}

// What a desk counts is read from an index alone, and no further than is shown.
func TestADeskCountsInAnIndex(t *testing.T) {
	bounded(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		if town.Store.Dialect() != "sqlite" {
			t.Skip("one plan is enough: PostgreSQL chooses by how many there are")
		}
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		for _, where := range []string{"h.county_code = '350503' AND h.committee_id IN ('x')", "h.county_code = '350503' AND h.area_code >= '350503001' AND h.area_code < '350503002'"} {
			for _, q := range []string{"SELECT COUNT(*) FROM (SELECT h.urgent FROM held_filings AS h WHERE h.county_code <> '' AND (" + where + ") AND h.state = 'waiting' AND h.trouble = '' AND h.urgent = 1 LIMIT 100) AS few",
				"SELECT h.state, h.reason, COUNT(*), SUM(CASE WHEN h.urgent THEN 1 ELSE 0 END) FROM held_filings AS h WHERE h.county_code <> '' AND (" + where + ") GROUP BY h.state, h.reason"} {
				rows, err := pool.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+q)
				if err != nil {
					t.Fatal(err)
				}
				plan := ""
				for rows.Next() {
					var a, b, c int
					var text string
					if err := rows.Scan(&a, &b, &c, &text); err != nil {
						t.Fatal(err)
					}
					plan += text + "\n"
				}
				if rows.Err() != nil || !strings.Contains(plan, "COVERING INDEX held_filings_") {
					t.Errorf("%s\n%s", q, plan)
				}
			}
		}
	})
}
