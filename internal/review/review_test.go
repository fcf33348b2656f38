package review_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/review"
)

type m = housetest.M

func at(h housetest.Hand, a housetest.Answer) housetest.Hand {
	return h.With("If-Match", `"`+a.Text("version")+`"`)
}

// closed are cases of Su's that were settled, performed and closed.
func closed(town *housetest.Town, n int) (out []*housetest.Case) {
	su := town.As(town.Su)
	for range n {
		c := su.Files()
		su.Performed(c, town.Su)
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣", "satisfied": 5, "performed": true}).Is(200)
		su.Does(c, "close", nil).Is(200)
		out = append(out, c)
	}
	return out
}

func round(town *housetest.Town, changes ...m) m {
	body := m{"name": "三月评查", "area_code": housetest.Fengze, "from": town.Today().Plus(-5), "to": town.Today(), "rate_rest": 50}
	for _, c := range changes {
		for k, v := range c {
			body[k] = v
		}
	}
	return body
}

func sheet(changes m) m {
	points := m{"scope": 10, "notice": 10, "identity": 10, "evidence": 10, "session": 15, "agreement": 20, "signatures": 10, "follow_up": 10, "filing": 5}
	for k, v := range changes {
		points[k] = v
	}
	remarks := m{}
	for part, n := range points {
		if part != "filing" || n != 3 { // as the machine proposes
			remarks[part] = "已核对原件"
		}
	}
	return m{"points": points, "remarks": remarks}
}

func results(t *testing.T, town *housetest.Town, c *housetest.Case) review.Result {
	t.Helper()
	var out map[ident.ID]review.Result
	id, err := ident.ParseID(c.ID)
	if err == nil {
		err = town.Store.Read(context.Background(), actor.System, func(tx *db.Tx) (err error) {
			out, err = review.ResultOf(tx, id.County(), []ident.ID{id})
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return out[id]
}

func openings(t *testing.T, town *housetest.Town) (n int64) {
	t.Helper()
	err := town.Store.Read(context.Background(), actor.System, func(tx *db.Tx) error {
		return tx.Rows().Table("review_openings").Where("county_code = ?", housetest.Fengze.County()).Count(&n).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A round from its seed to its last word: drawn once the period has closed, reviewed by people of another committee through the
// item and no other way, answered once, decided by a second.
func TestADossierIsDrawnReviewedAnsweredAndDecided(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		county.Post("/review/rounds", round(town, m{"from": "2026-01-01", "to": "2026-01-31"})).Is(422)
		county.Post("/review/rounds", round(town, m{"area_code": housetest.Licheng})).Is(404)
		town.As(town.Bureau).Post("/review/rounds", round(town, m{"area_code": housetest.City})).Is(422)
		town.As(town.Zheng).Post("/review/rounds", round(town)).Is(403)
		made := county.Post("/review/rounds", round(town)).Is(201)
		if made.Text("seed") != "" || len(made.Text("seed_hash")) != 64 {
			t.Errorf("before the draw: %s", made.Body)
		}
		path := "/review/rounds/" + made.Text("id")
		all := closed(town, 3)
		named := at(county, made).Post(path+"/reviewers", m{"logins": []string{"otherchair", "othermediator", "zheng", "station"}}).Is(200)
		at(county, named).Post(path+"/reviewers", m{"logins": []string{"lin"}}).Is(422)
		at(county, named).Post(path+"/draw", nil).Refuses("not_closed")
		town.Later(24 * time.Hour)
		county = town.Again(town.County)
		drew := at(county, named).Post(path+"/draw", nil).Is(200)
		at(county, drew).Post(path+"/draw", nil).Refuses("drawn")
		if drew.Text("seed") == "" {
			t.Errorf("the seed is not told: %s", drew.Body)
		}
		seen := county.Get(path).Is(200)
		if seen.Text("strata.0.cases") != "3" || seen.Text("strata.0.drawn") != "2" || seen.Text("items") != "2" || seen.Text("waiting") != "0" {
			t.Errorf("the round: %s", seen.Body)
		}
		items := county.Get(path + "/items").Is(200)
		for _, one := range items.Value("items").([]any) {
			if who := one.(map[string]any)["reviewer"]; who != town.OtherChair.Name && who != town.OtherMediator.Name {
				t.Errorf("%v reviews a dossier of Zheng's committee", who)
			}
		}
		town.As(town.FarCounty).Get(path).Is(404)
		reviewed(t, town, all)
		if found, err := town.App.Verify(context.Background()); err != nil || len(found.Breaks) != 0 {
			t.Errorf("the record does not hold: %v %v", found.Breaks, err)
		}
		pages(t, town, path)
	})
}

// reviewed walks the one dossier that the other chair was given.
func reviewed(t *testing.T, town *housetest.Town, all []*housetest.Case) {
	t.Helper()
	chair, mediator, su := town.Again(town.OtherChair), town.Again(town.OtherMediator), town.Again(town.Su)
	hears(t, chair, "有 1 份案卷等您评查", "/review/mine")
	hearsNot(t, su, "评查")
	mine := chair.Get("/review/items").Is(200)
	id, caseID := mine.Text("items.0.id"), mine.Text("items.0.case_id")
	item := "/review/items/" + id
	c := &housetest.Case{}
	for _, one := range all {
		if one.ID == caseID {
			c = one
		}
	}
	chair.Get("/cases/" + caseID).Is(404) // the case is reached by the item only
	chair.Get("/cases/" + caseID + "/papers").Is(404)
	for _, who := range []*housetest.Person{town.OtherMediator, town.Su, town.Zheng, town.County, town.Station} {
		town.Again(who).Get(item).Is(404)
	}
	town.Again(town.Lin).Get(item).Is(403)
	if n := openings(t, town); n != 0 {
		t.Errorf("%d openings before any", n)
	}
	if got := reaches(t, town, town.OtherChair, caseID); !got {
		t.Error("the dossier is closed to who reviews it")
	}
	open := chair.Get(item).Is(200)
	if n := openings(t, town); n != 1 {
		t.Errorf("%d openings after one", n)
	}
	if open.Text("proposed.filing") != "3" || !open.Holds("R1") { // closed, and not archived
		t.Errorf("the machine: %s", open.Body)
	}
	if got := su.Get("/cases/" + caseID).Is(200); got.Holds(town.OtherChair.Name) || got.Holds("reviewer") {
		t.Errorf("the mediator learns who reviews: %s", got.Body)
	}
	su.Get("/review/results/" + id).Is(404)
	chair.Post(item+"/sheets", sheet(nil)).Is(428)
	at(chair, open).Post(item+"/sheets", m{"points": m{"scope": 10}}).Is(422)
	done := at(chair, open).Post(item+"/sheets", sheet(m{"agreement": 7, "filing": 3})).Is(200)
	if done.Text("score") != "85" || done.Text("grade") != "good" || done.Text("state") != "submitted" || done.Text("final") != "false" {
		t.Errorf("submitted: %s", done.Body)
	}
	chair.Get(item).Is(404) // closed to them now
	if got := reaches(t, town, town.OtherChair, caseID); got {
		t.Error("the dossier is still open to who reviewed it")
	}
	if got := results(t, town, c); got.Score != 85 || got.Grade != "good" || got.Final || got.Vetoed {
		t.Errorf("result: %+v", got)
	}
	answered(t, town, c, "/review/results/"+id, item, mediator)
}

// hears tells what stands where somebody's day begins.
func hears(t *testing.T, who housetest.Hand, texts ...string) {
	t.Helper()
	page := who.Page("GET", "/desk", nil).Is(200)
	for _, text := range texts {
		if !page.Holds(text) {
			t.Errorf("no %q on the desk", text)
		}
	}
}

func hearsNot(t *testing.T, who housetest.Hand, text string) {
	t.Helper()
	if _, main, _ := strings.Cut(string(who.Page("GET", "/desk", nil).Is(200).Body), "<main"); strings.Contains(main, text) {
		t.Errorf("%q is on the desk", text)
	}
}

// answered: Su answers once; the second reviewer, and not the first, decides; a veto makes it nothing.
func answered(t *testing.T, town *housetest.Town, c *housetest.Case, result, item string, second housetest.Hand) {
	t.Helper()
	su := town.As(town.Su)
	own := su.Get(result).Is(200)
	zheng := town.Again(town.Zheng)
	for _, of := range []housetest.Hand{su, zheng} {
		hears(t, of, own.Text("case_no")+" 的评查结果：合格，85 分", "前可以申诉", result)
		hearsNot(t, of, town.OtherChair.Name)
	}
	hearsNot(t, town.Again(town.Hong), "评查结果")
	hearsNot(t, town.As(town.OtherChair), "评查")
	if own.Text("may_answer") != "true" || own.Text("sheets.0.remarks.agreement") != "已核对原件" || own.Text("sheets.0.machine.0.item") != "filing" || own.Text("sheets.0.machine.0.says") == "" || own.Holds(town.OtherChair.Name) {
		t.Errorf("Su reads: %s", own.Body)
	}
	town.Again(town.Hong).Get(result).Is(404)
	town.Again(town.Zheng).Get(result).Is(200)
	at(su, own).Post(result+"/answer", m{"text": "不服"}).Is(422)
	at(su, own).Post(result+"/answer", m{"text": "协议写明了履行期限，请看第一条"}).Is(200)
	hearsNot(t, zheng, "前可以申诉")
	own = su.Get(result).Is(200)
	at(su, own).Post(result+"/answer", m{"text": "再申诉一次，请看第一条"}).Refuses("review_state")
	if got := results(t, town, c); got.Final {
		t.Error("an answer was not waited for")
	}
	town.As(town.OtherChair).Get(item).Is(404)
	open := second.Get(item).Is(200)
	if !open.Holds("请看第一条") || open.Text("sheets.0.score") != "85" {
		t.Errorf("the second reviewer reads: %s", open.Body)
	}
	veto := sheet(nil)
	veto["veto"] = "signature"
	at(second, open).Post(item+"/sheets", veto).Is(422)
	veto["remarks"].(m)["veto"] = "签名由同一人所写"
	last := at(second, open).Post(item+"/sheets", veto).Is(200)
	if last.Text("score") != "0" || last.Text("vetoed") != "true" || last.Text("final") != "true" || last.Text("state") != "decided" {
		t.Errorf("decided: %s", last.Body)
	}
	if got := results(t, town, c); got != (review.Result{Score: 0, Grade: "poor", Final: true, Vetoed: true}) {
		t.Errorf("result: %+v", got)
	}
	hears(t, su, "的申诉已复核：不合格，0 分")
	own = su.Get(result).Is(200)
	if len(own.Value("sheets").([]any)) != 2 || own.Text("sheets.0.score") != "85" || own.Text("sheets.1.veto") != "signature" {
		t.Errorf("both versions stay: %s", own.Body)
	}
}

// pages walks the same rooms as people see them, with the dossier that is left.
func pages(t *testing.T, town *housetest.Town, path string) {
	t.Helper()
	d := housetest.OnDoorstep(town)
	d.Enters(town.County).Opens("/review").Is(200, "/review").Reads("三月评查", "已抽取").Opens(path).Is(200, path).
		Reads("少林社区人民调解委员会", "一票否决 1", "种子", "居民委员会调委会").Opens(path+"?format=csv").Is(200, path+"?format=csv").Reads("合格率区间")
	login := d.Enters(town.OtherChair).Opens("/review/mine")
	if !strings.Contains(login.Page, "/review/items/") {
		login = d.Enters(town.OtherMediator).Opens("/review/mine")
	}
	_, at, _ := strings.Cut(login.Page, `href="/review/items/`)
	at, _, _ = strings.Cut(at, `"`)
	at = "/review/items/" + at
	login.Opens(at).Is(200, at).Reads("楼上卫生间漏水", "林秀英", "陈志强赔偿林秀英粉刷费用", "还没有归档", "评分表", "代理")
	before := openings(t, town)
	login.Opens(at+"/papers").Is(200, at+"/papers").Reads("卷宗", "调解协议书").ReadsNot("添加")
	login.Opens(at+"/papers/f10").Is(200, at+"/papers/f10").Reads("陈志强赔偿林秀英粉刷费用").ReadsNot("Word")
	if n := openings(t, town); n != before+2 {
		t.Errorf("%d openings of two papers", n-before)
	}
	d.Enters(town.Su).Opens(at+"/papers/f10").Is(404, at+"/papers/f10")
	login.Opens(at+"/give-back").Is(200, at+"/give-back").Says("reason", " ").Is(422, at+"/give-back").Says("reason", "认识申请人").Is(200, "/review/mine?done=review_given_back")
	login.Opens(at).Is(404, at)
	d.Enters(town.County).Opens(path+"/openings").Is(200, path+"/openings").Reads("（2026）少林人调字第", "调解协议书", "文书目录", "庄景山")
	d.Enters(town.FarCounty).Opens(path+"/openings").Is(404, path+"/openings").Opens(at+"/reassign").Is(404, at+"/reassign")
	d.Enters(town.County).Opens(at+"/reassign").Is(200, at+"/reassign").Says("reason", "评查员请假").Is(200, path+"?done=review_given_back")
	login.Opens("/review/mine").Reads("少林人调字") // of two, it comes back to the first
	reader := login.Opens(at)
	reader.Says("remarks.all", "好").Is(422, at).Reads("林秀英")
	form := url.Values{}
	_, hidden := reader.Form()
	for k, v := range hidden {
		form[k] = v
	}
	for part, n := range sheet(nil)["points"].(m) {
		form.Set("points."+part, itoa(n))
		form.Set("remarks."+part, "已核对原件")
	}
	reader.Posts(at, form).Is(200, "/review/mine?done=review_submitted").Reads("评分表已提交", "没有需要评查的案卷")
	zheng := d.Enters(town.Zheng).Opens("/review/mine").Reads("优秀 100", "不合格 0", "可以申诉")
	_, own, _ := strings.Cut(zheng.Page, `href="/review/results/`)
	own, _, _ = strings.Cut(own, `"`)
	zheng.Opens("/review/results/"+own).Is(200, "/review/results/"+own).Reads("评分表", "已核对原件")
}

func itoa(v any) string { return strconv.Itoa(v.(int)) }

// reaches tells whether somebody's grant to review reaches a case.
func reaches(t *testing.T, town *housetest.Town, who *housetest.Person, id string) bool {
	t.Helper()
	of, err := ident.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	g, err := town.App.Policy.Allow(actor.Actor{Person: who.ID, Posts: []actor.Post{{Role: actor.Chair, Committee: town.Other.ID}}}, review.Working)
	if err != nil {
		t.Fatal(err)
	}
	_, err = town.App.Cases.Dossier(context.Background(), g, of)
	if err != nil && !fault.Is(err, fault.Missing) {
		t.Fatal(err)
	}
	return err == nil
}
