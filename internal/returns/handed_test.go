package returns_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
)

func handIn(from, to string, more ...string) m {
	body := m{"report": "case_table", "area": "350503", "from": from, "to": to}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i]] = more[i+1]
	}
	return body
}

// What is handed in stays as it was; a later version says why and what it changed.
func TestWhatIsHandedInIsFrozenAndAmendedByANewVersion(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.OralAgreement) })
		county := town.As(town.County)
		first := county.Post("/reports/returns", handIn("2021-05-01", "2021-05-31")).Is(201)
		if first.Text("number") != "1" || len(first.Text("sha256")) != 64 {
			t.Errorf("%s", first.Body)
		}
		county.Post("/reports/returns", handIn("2021-05-01", "2021-05-31", "reason", "什么都没有变")).Is(http.StatusConflict)
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-05-02", "2021-05-21", casework.Failed) })
		county.Post("/reports/returns", handIn("2021-05-01", "2021-05-31")).Is(http.StatusUnprocessableEntity) // no reason
		town.Clock.Move(time.Minute)
		second := county.Post("/reports/returns", handIn("2021-05-01", "2021-05-31", "reason", "补录一件迟登的案件")).Is(201)
		old, now := county.Get("/reports/returns/"+first.Text("id")).Is(200), county.Get("/reports/returns/"+second.Text("id")).Is(200)
		if old.Text("table.columns.0.value") != "1" || old.Text("latest") != "false" || old.Text("intact") != "true" || now.Text("table.columns.0.value") != "2" || now.Text("changes.0.col") != "1" ||
			now.Text("changes.0.was") != "1" || now.Text("changes.0.is") != "2" || now.Text("number") != "2" {
			t.Errorf("first: %s\nsecond: %s", old.Body, now.Body)
		}
		if sheet := county.With("Accept-Language", "zh-CN").Get("/reports/returns/" + first.Text("id") + "/file?format=csv").Is(200); !sheet.Holds("第 1 次报送") || !sheet.Holds(first.Text("sha256")) || !sheet.Holds("合计,350503000000,1,2,1,") {
			t.Errorf("%s", sheet.Body)
		}
		page := county.Page("GET", "/reports/returns/"+first.Text("id"), nil).Is(200)
		if !page.Holds("后来更正过") || !page.Holds("完整，未被改动") {
			t.Error("the page does not say that it was amended")
		}
		tamper(t, town, first.Text("id"))
		if county.Get("/reports/returns/"+first.Text("id")).Is(200).Text("intact") != "false" {
			t.Error("a changed figure counts as intact")
		}
		town.As(town.FarCounty).Get("/reports/returns/" + first.Text("id")).Is(http.StatusNotFound)
		if list := town.As(town.Bureau).Get("/reports/returns").Is(200); list.Text("items.0.number") != "2" {
			t.Errorf("%s", list.Body)
		}
		if list := town.As(town.FarCounty).Get("/reports/returns").Is(200); list.Text("items") != "[]" {
			t.Errorf("another county sees %s", list.Body)
		}
	})
}

// tamper changes a figure behind the product's back.
func tamper(t *testing.T, town *housetest.Town, id string) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err == nil {
		_, err = pool.ExecContext(context.Background(), "UPDATE handed_in SET content = replace(content, '\"value\":1', '\"value\":7') WHERE id = '"+id+"'")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Months that were handed in hold their quarter to what they said; a table that does not add up is not handed in at all.
func TestNothingIsHandedInThatDoesNotAddUp(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.OralAgreement) })
		county := town.As(town.County)
		for _, month := range [][2]string{{"2021-04-01", "2021-04-30"}, {"2021-05-01", "2021-05-31"}, {"2021-06-01", "2021-06-30"}} {
			county.Post("/reports/returns", handIn(month[0], month[1])).Is(201)
		}
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-05-02", "2021-06-21", casework.Failed) })
		late := county.With("Accept-Language", "zh-CN").Post("/reports/returns", handIn("2021-04-01", "2021-06-30")).Is(http.StatusConflict)
		if late.Text("code") != "check_sum" || !strings.Contains(late.Text("detail"), "S11") {
			t.Errorf("a quarter that is not its months: %s", late.Body)
		}
		county.Post("/reports/returns", handIn("2021-06-01", "2021-06-30", "reason", "补录一件迟登的案件")).Is(201)
		county.Post("/reports/returns", handIn("2021-04-01", "2021-06-30")).Is(201)
		town.InFengze(func(p *housetest.Past) {
			p.Dispute(town.Home.ID, "2021-08-01", "2021-08-20", casework.Failed, func(h *casework.Head) { h.Parties = 1 })
		})
		if bad := county.Post("/reports/returns", handIn("2021-08-01", "2021-08-31")).Is(http.StatusConflict); bad.Text("code") != "check_sum" || !strings.Contains(bad.Text("detail"), "S10") {
			t.Errorf("a table that does not add up: %s", bad.Body)
		}
	})
}

// A year is the sum of what was handed in of it, be it months or quarters.
func TestAYearIsTheSumOfItsQuarters(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.OralAgreement) })
		county := town.As(town.County).With("Accept-Language", "zh-CN")
		for _, part := range [][2]string{{"2021-01-01", "2021-01-31"}, {"2021-01-01", "2021-03-31"}, {"2021-04-01", "2021-06-30"}, {"2021-07-01", "2021-09-30"}, {"2021-10-01", "2021-12-31"}} {
			county.Post("/reports/returns", handIn(part[0], part[1])).Is(201)
		}
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-05-02", "2021-06-21", casework.Failed) })
		if late := county.Post("/reports/returns", handIn("2021-01-01", "2021-12-31")).Is(http.StatusConflict); !strings.Contains(late.Text("detail"), "S11") {
			t.Errorf("a year that is not its quarters: %s", late.Body)
		}
		county.Post("/reports/returns", handIn("2021-04-01", "2021-06-30", "reason", "补录一件迟登的案件")).Is(201)
		year := county.Post("/reports/returns", handIn("2021-01-01", "2021-12-31")).Is(201)
		if seen := county.Get("/reports/returns/" + year.Text("id")).Is(200); len(seen.Value("unsettled").([]any)) > 0 {
			t.Errorf("a year that is its quarters waits for a later version: %s", seen.Text("unsettled"))
		}
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-08-02", "2021-08-21", casework.Failed) })
		amended := county.Post("/reports/returns", handIn("2021-07-01", "2021-09-30", "reason", "又补录一件")).Is(201)
		for _, id := range []string{year.Text("id"), amended.Text("id")} { // told where it was amended, and on the year
			seen := county.Get("/reports/returns/" + id).Is(200)
			if told := seen.Value("unsettled").([]any); len(told) != 1 || seen.Text("unsettled.0.id") != year.Text("id") {
				t.Errorf("the year is not its quarters any more: %v", told)
			}
			if page := county.Page("GET", "/reports/returns/"+id, nil).Is(200); !page.Holds("与已报送的各月（季）合计不再一致") {
				t.Error("the page does not say so")
			}
		}
		county.Post("/reports/returns", handIn("2021-01-01", "2021-12-31", "reason", "三季度更正")).Is(201)
		if seen := county.Get("/reports/returns/" + amended.Text("id")).Is(200); len(seen.Value("unsettled").([]any)) > 0 {
			t.Errorf("after the year was amended: %s", seen.Text("unsettled"))
		}
	})
}

// What units below handed in is held against their rows: what differs is told, and goes into the table with the reason.
func TestATableIsHeldAgainstWhatTheUnitsBelowHandedIn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		donghu := string(housetest.Donghu[:9]) + "000"
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.OralAgreement) })
		station, county, city := town.As(town.Station).With("Accept-Language", "zh-CN"), town.As(town.County).With("Accept-Language", "zh-CN"), town.As(town.Bureau).With("Accept-Language", "zh-CN")
		for _, month := range [][2]string{{"2021-04-01", "2021-04-30"}, {"2021-05-01", "2021-05-31"}, {"2021-06-01", "2021-06-30"}} {
			station.Post("/reports/returns", handIn(month[0], month[1], "area", donghu)).Is(201)
		}
		same := county.Post("/reports/returns", handIn("2021-05-01", "2021-05-31")).Is(201)
		if a := county.Get("/reports/returns/" + same.Text("id")).Is(200); a.Text("table.below.0.area") != donghu || a.Text("table.below.0.tables.0.number") != "1" || a.Text("table.below.0.differs") != "[]" || a.Text("intact") != "true" {
			t.Errorf("the same: %s", a.Text("table.below"))
		}
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-05-02", "2021-06-21", casework.Failed) })
		told := county.Post("/reports/returns", handIn("2021-04-01", "2021-06-30")).Is(http.StatusConflict) // the sum of three months
		if told.Text("code") != "below_differs" || !strings.Contains(told.Text("detail"), "东湖街道 报送的第 1 栏是 1，本表中是 2") {
			t.Errorf("%s", told.Body)
		}
		form := url.Values{"_key": {"b"}, "report": {"case_table"}, "area": {"350503000000"}, "from": {"2021-04-01"}, "to": {"2021-06-30"}, "basis": {"closed"}}
		if page := county.Page("POST", "/reports/returns", form).Is(http.StatusConflict); !page.Holds("和下级已报送的比对") || !page.Holds("3 张报送的合计") || !page.Holds("下级报送 1，本表 2") || !page.Holds(`name="despite"`) {
			t.Errorf("%s", page.Body)
		}
		county.Post("/reports/returns", handIn("2021-04-01", "2021-06-30", "despite", "yes")).Is(http.StatusUnprocessableEntity)
		body := handIn("2021-04-01", "2021-06-30", "reason", " ")
		body["despite"] = true
		county.Post("/reports/returns", body).Is(http.StatusUnprocessableEntity)
		body["reason"] = "街道还没有补报，已核对原件"
		made := county.Post("/reports/returns", body).Is(201)
		a := county.Get("/reports/returns/" + made.Text("id")).Is(200)
		if a.Text("reason") != "街道还没有补报，已核对原件" || a.Text("table.below.0.differs.0.was") != "1" || a.Text("table.below.0.differs.0.is") != "2" || len(a.Value("table.below.0.tables").([]any)) != 3 || a.Text("intact") != "true" {
			t.Errorf("%s", a.Text("table.below"))
		}
		if page := county.Page("GET", "/reports/returns/"+made.Text("id"), nil).Is(200); !page.Holds("处不一致") {
			t.Error("the page does not say what differs")
		}
		station.Post("/reports/returns", handIn("2021-06-01", "2021-06-30", "area", donghu, "reason", "补录一件迟登的案件")).Is(201)
		// A street of which nothing is counted any more is held against nothing.
		town.InFengze(func(p *housetest.Past) { p.Dispute(town.Home.ID, "2021-07-01", "2021-07-20", casework.OralAgreement) })
		station.Post("/reports/returns", handIn("2021-07-01", "2021-07-31", "area", donghu)).Is(201)
		moved(t, town)
		if told := county.Post("/reports/returns", handIn("2021-07-01", "2021-07-31")).Is(http.StatusConflict); told.Text("code") != "below_differs" || !strings.Contains(told.Text("detail"), "是 1，本表中是 0") {
			t.Errorf("%s", told.Body)
		}
		up := city.Post("/reports/returns", handIn("2021-04-01", "2021-06-30", "area", "3505")).Is(201) // the county's quarter says the same
		if a := city.Get("/reports/returns/" + up.Text("id")).Is(200); !a.Holds(`"350503000000"`) || a.Holds(`"was"`) {
			t.Errorf("%s", a.Text("table.below"))
		}
	})
}

// moved has the case of July arise elsewhere, behind the product's back.
func moved(t *testing.T, town *housetest.Town) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err == nil {
		_, err = pool.ExecContext(context.Background(), "UPDATE dispute_cases SET area_code = '350503000000' WHERE county_code = '350503' AND first_closed_day = '2021-07-20'")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnlyWholeMonthsThatAreOverAreHandedInByTheUnit(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		county.Post("/reports/returns", handIn("2021-05-02", "2021-05-31")).Is(http.StatusUnprocessableEntity)
		county.Post("/reports/returns", handIn("2021-05-01", "2021-05-30")).Is(http.StatusUnprocessableEntity)
		county.Post("/reports/returns", m{"report": "other", "area": "350503", "from": "2021-05-01", "to": "2021-05-31"}).Is(http.StatusUnprocessableEntity)
		if open := county.Post("/reports/returns", handIn("2026-03-01", "2026-03-31")).Is(http.StatusConflict); open.Text("code") != "period_open" {
			t.Errorf("%s", open.Body)
		}
		town.As(town.Zheng).Post("/reports/returns", handIn("2021-05-01", "2021-05-31")).Is(http.StatusForbidden)
		town.As(town.FarCounty).Post("/reports/returns", handIn("2021-05-01", "2021-05-31")).Is(http.StatusNotFound)
		if page := county.Page("GET", "/reports/case-table?from=2021-05-01&to=2021-05-31", nil).Is(200); !page.Holds("报送统计表</button>") {
			t.Error("a closed month is not offered")
		}
		form := url.Values{"_key": {"a"}, "report": {"case_table"}, "area": {"350503000000"}, "from": {"2021-05-01"}, "to": {"2021-05-31"}, "basis": {"closed"}}
		answer := county.Page("POST", "/reports/returns", form).Is(http.StatusSeeOther)
		if again := county.Page("POST", "/reports/returns", form).Is(http.StatusSeeOther); again.Header.Get("Location") != answer.Header.Get("Location") {
			t.Error("the same form handed in twice made two")
		}
		if unfinished := county.Page("GET", "/reports/case-table", nil).Is(200); !unfinished.Holds("已经过完的完整月份") {
			t.Error("an open period is offered")
		}
		county.Post("/reports/returns", m{"report": "organisation_table", "area": "350503", "from": "2025-01-01", "to": "2025-12-31"}).Is(201)
	})
}

// Twenty who hand the same table in at once make one first version.
func TestOneVersionIsMadeByManyAtOnce(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		done := make(chan int, 8)
		for range 8 {
			go func() { done <- county.Post("/reports/returns", handIn("2021-05-01", "2021-05-31")).Status }()
		}
		made := 0
		for range 8 {
			if <-done == http.StatusCreated {
				made++
			}
		}
		var rows int
		err := town.Store.Read(context.Background(), actor.System, func(tx *db.Tx) error {
			return tx.Rows().Raw("SELECT COUNT(*) FROM handed_in WHERE county_code = '350503'").Scan(&rows).Error
		})
		if err != nil || made != 1 || rows != 1 {
			t.Errorf("%d made, %d rows: %v", made, rows, err)
		}
	})
}
