package grade_test

import (
	"context"
	"fmt"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
)

type m = housetest.M

// worked gives Su cases that she hosted and closed: some by word, some without agreement, the rest in writing.
func worked(t *testing.T, town *housetest.Town, all, oral, failed int) {
	t.Helper()
	var rows []casework.Head
	err := town.Store.Do(context.Background(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error {
		for i := range all {
			h := casework.Head{Key: tx.NewKey(), Version: 1, Reference: fmt.Sprintf("REF%05d", i), CaseNo: fmt.Sprintf("（2025）少林人调字第%04d号", i), State: casework.Archived, Outcome: casework.WrittenAgreement,
				CommitteeID: town.Home.ID, AreaCode: housetest.Shaolin, HostID: town.Su.Mediator, Category: "02", RegisteredAt: tx.Now, LastEventAt: tx.Now, FirstClosedDay: "2025-12-01"}
			switch {
			case i < oral:
				h.Outcome = casework.OralAgreement
			case i < oral+failed:
				h.Outcome = casework.Failed
			}
			rows = append(rows, h)
		}
		return db.Load(tx, rows)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func criterion(a housetest.Answer, grade int, name string) (state, cases string) {
	for i := range 7 {
		at := fmt.Sprintf("standings.%d.findings.%d.", grade-1, i)
		if a.Text(at+"criterion") == name {
			return a.Text(at + "state"), a.Text(at + "cases")
		}
	}
	return "", ""
}

// founded has a complaint about Su found to be right.
func founded(town *housetest.Town) {
	lin, zheng := town.As(town.Lin), town.As(town.Zheng)
	c := lin.Files()
	town.As(town.Su).Hosted(c, town.Su)
	made := lin.Post("/cases/"+c.ID+"/complaints", m{"mediator_id": town.Su.Mediator, "kind": "K2", "text": "她骂了我"}).Is(201)
	path := "/complaints/" + made.Text("id")
	zheng.With("If-Match", `"1"`).Post(path+"/take-up", nil).Is(200)
	zheng.With("If-Match", `"2"`).Post(path+"/decide", m{"outcome": "criticised", "reason": "属实"}).Is(200)
}

// What stands behind a grade is shown with its cases; the panel gives it, and what was known then stays with it.
func TestAGradeIsGivenOnWhatIsKnown(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		worked(t, town, 60, 20, 5)
		county, bureau := town.As(town.County), town.As(town.Bureau)
		at := "/training/mediators/" + town.Su.Mediator.String()
		r := county.Get(at).Is(200)
		for name, want := range map[string]string{"years": "missing", "disputes": "met", "oral_share": "missing", "success": "met", "misconduct": "met", "crime": "asked", "training": "missing"} {
			if got, _ := criterion(r, 4, name); got != want {
				t.Errorf("%s is %q, want %s", name, got, want)
			}
		}
		if list := county.Get(at + "/cases?of=oral&limit=15").Is(200); len(list.Value("items").([]any)) != 15 || list.Text("next_cursor") == "" || !list.Holds("oral_agreement") || list.Holds("written_agreement") {
			t.Errorf("the cases behind: %s", list.Body)
		}
		if list := county.Get(at + "/cases?of=unsettled").Is(200); len(list.Value("items").([]any)) != 5 {
			t.Errorf("without agreement: %s", list.Body)
		}
		grade := m{"grade": "4", "granted_on": string(town.Today()), "panel": "丰泽区人民调解协会评定小组", "document_no": "丰调协〔2026〕1号", "no_crime": true}
		if got := county.Post(at+"/grades", grade).Is(422); !got.Holds(`"exception"`) {
			t.Errorf("something is missing and nobody says why: %s", got.Body)
		}
		grade["exception"], grade["no_crime"] = "组织年限按原单位连续计算", false
		if got := county.Post(at+"/grades", grade).Is(422); !got.Holds(`"no_crime"`) {
			t.Errorf("the panel has not said it: %s", got.Body)
		}
		grade["no_crime"] = true
		town.As(town.FarCounty).Post(at+"/grades", grade).Is(404)
		town.As(town.Station).Post(at+"/grades", grade).Is(403)
		given := county.Post(at+"/grades", grade).Is(201)
		if given.Text("valid_to") != string(town.Today().PlusYears(2).Plus(-1)) || given.Text("level") != "county" || !given.Holds(`"criterion":"oral_share","want":30,"have":20,"of":60,"state":"missing"`) {
			t.Errorf("given: %s", given.Body)
		}
		second := m{"grade": "2", "granted_on": string(town.Today()), "panel": "泉州市人民调解协会", "document_no": "泉调协〔2026〕1号"}
		if got := bureau.Post(at+"/grades", second).Is(422); !got.Holds(`"grade"`) {
			t.Errorf("no criteria are set: %s", got.Body)
		}
		rules := m{"area_code": housetest.City, "grade": "2", "years": 1, "disputes": 60, "basis": "泉司〔2026〕1号"}
		county.Send("PUT", "/training/criteria", rules).Is(404)
		if got := bureau.Send("PUT", "/training/criteria", m{"area_code": housetest.City, "grade": "2", "years": 1, "disputes": 60, "basis": "x泉司", "valid_from": "2026-01-01"}).Is(422); !got.Holds(`"valid_from"`) {
			t.Errorf("in the past: %s", got.Body)
		}
		bureau.Send("PUT", "/training/criteria", rules).Is(200)
		if got := county.Post(at+"/grades", second).Is(422); !got.Holds("given in the city") {
			t.Errorf("the city's, in a county: %s", got.Body)
		}
		bureau.Post(at+"/grades", second).Is(201)
		if mine := town.As(town.Su).Get("/training/mine").Is(200); mine.Text("grade.grade") != "2" || len(mine.Value("grades").([]any)) != 2 {
			t.Errorf("the higher holds: %s", mine.Body)
		}
		founded(town)
		if got, _ := criterion(county.Get(at).Is(200), 4, "misconduct"); got != "missing" {
			t.Errorf("with a complaint found to be right it is %q", got)
		}
		back := "/training/grades/" + given.Text("id") + "/take-back"
		county.With("If-Match", `"1"`).Post(back, m{"reason": "查实违纪"}).Is(200)
		county.With("If-Match", `"2"`).Post(back, m{"reason": "查实违纪"}).Is(409)
		if v, err := town.App.Verify(context.Background()); err != nil || len(v.Breaks) != 60 { // the cases that came in bulk have no record
			t.Errorf("the record does not hold: %d %v", len(v.Breaks), err)
		}
	})
}
