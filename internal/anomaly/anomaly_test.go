package anomaly_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/anomaly"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

type m = housetest.M

const looked = "已请司法所回访，电话是本人的儿子代接"

func look(t *testing.T, town *housetest.Town) int {
	t.Helper()
	n, err := town.App.Flags.Look(context.Background(), housetest.Fengze.County())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func held(t *testing.T, town *housetest.Town, ids ...string) (out []int) {
	t.Helper()
	err := town.Store.Read(context.Background(), actor.System, func(tx *db.Tx) error {
		var cases []ident.ID
		for _, id := range ids {
			one, err := ident.ParseID(id)
			if err != nil {
				return err
			}
			cases = append(cases, one)
		}
		by, err := anomaly.Held(tx, housetest.Fengze.County(), cases)
		for _, id := range cases {
			out = append(out, len(by[id]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Three people who gave one telephone; a session of Su's in two places; and Lin's own case beside them.
func planted(town *housetest.Town) (alike []*housetest.Case, innocent *housetest.Case) {
	return town.As(town.Su).Alike("13900001234"), town.As(town.Lin).Files()
}

func TestAFlagIsRaisedHeldAndClearedOnce(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		alike, innocent := planted(town)
		if n := look(t, town); n != 3 {
			t.Fatalf("%d flags, want 3", n)
		}
		if n := look(t, town); n != 0 {
			t.Errorf("looked again, and raised %d", n)
		}
		if got := held(t, town, alike[0].ID, alike[1].ID, alike[2].ID, innocent.ID); got[0] != 1 || got[1] != 1 || got[2] != 1 || got[3] != 0 {
			t.Errorf("held: %v", got)
		}
		county, station := town.As(town.County), town.As(town.Station)
		list := county.Get("/anomalies").Is(200)
		if got := list.Value("items").([]any); len(got) != 3 || list.Text("items.0.rule") != "same_phone" || list.Holds("黄丽华") || list.Holds("13900001234") {
			t.Errorf("the bureau reads: %s", list.Body)
		}
		page := county.Get("/anomalies?limit=2&order=weight").Is(200)
		if rest := county.Get("/anomalies?limit=2&order=weight&cursor=" + page.Text("next_cursor")).Is(200); len(rest.Value("items").([]any)) != 1 {
			t.Errorf("the second page: %s", rest.Body)
		}
		path := "/anomalies/" + list.Text("items.0.id")
		for _, who := range []*housetest.Person{town.Su, town.Zheng, town.Lin, town.Housing, town.Court, town.Audit} {
			town.As(who).Get("/anomalies").Is(403)
			town.As(who).With("If-Match", `"1"`).Post(path+"/clear", m{"reason": looked}).Is(403)
		}
		town.As(town.FarCounty).Get(path).Is(404)
		town.As(town.FarStation).With("If-Match", `"1"`).Post(path+"/clear", m{"reason": looked}).Is(404)
		county.Post(path+"/clear", m{"reason": looked}).Is(428)
		county.With("If-Match", `"1"`).Post(path+"/clear", m{"reason": "没有问题"}).Is(422)
		county.With("If-Match", `"7"`).Post(path+"/clear", m{"reason": looked}).Is(412)
		done := station.With("If-Match", `"1"`).Post(path+"/clear", m{"reason": looked}).Is(200)
		if done.Text("state") != "cleared" || done.Text("reason") != looked || done.Text("cleared_by") != town.Station.ID.String() || done.Text("cleared") != "1" {
			t.Errorf("cleared: %s", done.Body)
		}
		county.With("If-Match", `"2"`).Post(path+"/clear", m{"reason": looked}).Refuses("anomaly_state")
		if n := look(t, town); n != 0 {
			t.Errorf("what was cleared came back: %d", n)
		}
		other := county.Get("/anomalies").Is(200).Text("items.0.id")
		both := county.With("If-Match", `"1"`).Post("/anomalies/"+other+"/clear", m{"reason": looked, "together": true}).Is(200)
		if got := held(t, town, alike[0].ID, alike[1].ID, alike[2].ID); both.Text("cleared") != "2" || got[0]+got[1]+got[2] != 0 {
			t.Errorf("together: %s, held %v", both.Body, got)
		}
		if found, err := town.App.Verify(context.Background()); err != nil || len(found.Breaks) != 0 {
			t.Errorf("the record does not hold: %v %v", found.Breaks, err)
		}
		pages(t, town, path, innocent)
		incremental(t, town, innocent)
	})
}

// pages shows a cleared flag to the bureau and to nobody of the case; the list is empty then.
func pages(t *testing.T, town *housetest.Town, path string, innocent *housetest.Case) {
	t.Helper()
	d := housetest.OnDoorstep(town)
	d.Enters(town.County).Opens("/anomalies").Is(200, "/anomalies").Reads("没有需要核实的情况").Opens("/anomalies?state=cleared").Reads("几位当事人使用同一电话", "中").
		Opens(path).Is(200, path).Reads("核实结果", looked, town.Station.Name+" 核实", "同时看到的其他案件").ReadsNot("黄丽华")
	d.Enters(town.Su).Opens("/anomalies").Is(403, "/anomalies")
	if got := town.As(town.Su).Get("/cases/" + innocent.ID).Is(200); got.Holds("anomal") {
		t.Errorf("the mediator reads: %s", got.Body)
	}
}

// incremental: a day later a fourth joins. The new case is flagged; those that were cleared stay so; and what did not change
// is not looked at: a telephone that somebody put straight into the rows is not seen.
func incremental(t *testing.T, town *housetest.Town, innocent *housetest.Case) {
	t.Helper()
	town.Later(2 * time.Hour) // what was written within an hour is looked through once more
	look(t, town)
	town.Later(24 * time.Hour)
	c := town.Again(town.Su).Files(m{"applicant": m{"kind": "person", "name": "许文彬", "phone": "13900001234"}})
	err := town.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error {
		return tx.Rows().Exec("UPDATE case_parties SET phone_index = 'x' WHERE county_code = ? AND case_id = ?", tx.County, innocent.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	d := housetest.OnDoorstep(town)
	reader := d.Enters(town.County).Opens("/anomalies")
	reader.Posts("/anomalies/look", formOf(reader)).Is(200, "/anomalies?done=anomaly_looked").Reads("4 件案件里", "已经查过一遍")
	if got := held(t, town, c.ID, innocent.ID); got[0] != 1 || got[1] != 0 {
		t.Errorf("held: %v", got)
	}
	sweep(t, town, 0, "what was just looked through")
	town.Later(23 * time.Hour) // the next forenoon
	town.Again(town.Su).Files(m{"applicant": m{"kind": "person", "name": "叶秋霞", "phone": "13900001234"}})
	sweep(t, town, 0, "by day")
	town.Later(15 * time.Hour)
	sweep(t, town, 1, "by night")
	sweep(t, town, 0, "the same night again")
	town.Again(town.Su).Files(m{"applicant": m{"kind": "person", "name": "方文静", "phone": "13900001234"}})
	town.Later(58 * time.Hour)
	sweep(t, town, 1, "by day, after a night was missed")
}

func sweep(t *testing.T, town *housetest.Town, want int, when string) {
	t.Helper()
	if n, err := town.App.Flags.Sweep(context.Background()); err != nil || n != want {
		t.Errorf("%s (%s): %d flags, want %d: %v", when, town.Clock.Now().Add(8*time.Hour).Format("2 15:04"), n, want, err)
	}
}

// Nobody clears what they work on themselves, whatever other post they hold.
func TestWhoWorksOnACaseClearsNothingOfIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files(m{"respondents": []m{{"kind": "person", "name": "陈志强", "phone": "13800138000"}}})
		town.As(town.Su).Signed(c, town.Su)
		look(t, town)
		d := housetest.OnDoorstep(town)
		d.Enters(town.Zheng).Opens("/desk/cases/"+c.ID).Reads("对该案的补贴支付待核实").ReadsNot("电话相同", "同一电话", "同一个电话")
		court := m{"court": "丰泽区人民法院", "applied_on": town.Today()}
		town.As(town.Su).Does(c, "apply-confirmation", court).Refuses("held")
		court["late_reason"] = "当事人已经自行向法院申请"
		town.As(town.Su).Does(c, "apply-confirmation", court).Is(http.StatusOK)
		hold(t, town, town.Su, actor.StationOfficer)
		su := town.Again(town.Su)
		path := "/anomalies/" + su.Get("/anomalies").Is(200).Text("items.0.id")
		su.With("If-Match", `"1"`).Post(path+"/clear", m{"reason": looked}).Is(403)
		town.As(town.County).With("If-Match", `"1"`).Post(path+"/clear", m{"reason": looked}).Is(http.StatusOK)
		d.Enters(town.Zheng).Opens("/desk/cases/" + c.ID).ReadsNot("待核实")
	})
}
