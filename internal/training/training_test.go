package training_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/training"
)

type m = housetest.M

const courses = "/training/courses"

func course(changes ...m) m {
	body := m{"title": "人民调解员年度培训", "organiser": "丰泽区司法局", "kind": "annual", "from": "2026-02-02", "to": "2026-02-03", "class_hours": 14, "form": "class"}
	for _, c := range changes {
		for k, v := range c {
			body[k] = v
		}
	}
	return body
}

// Courses are entered with who attended; each person counts once in a course, whatever committees they serve, and what was
// a mistake is struck out and stays.
func TestO11_TrainingIsRecorded(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		twice := town.Serves(town.Su, town.Other, actor.Mediator)
		station, county := town.As(town.Station), town.As(town.County)
		for what, v := range map[string]struct {
			body  m
			field string
		}{
			"not over yet":   {course(m{"to": string(town.Today().Plus(1))}), "to"},
			"turned round":   {course(m{"to": "2026-02-01"}), "to"},
			"no hours":       {course(m{"class_hours": 0}), "class_hours"},
			"no kind":        {course(m{"kind": "x"}), "kind"},
			"a whole city's": {course(m{"area_code": housetest.City}), "area_code"},
		} {
			who := county
			if what == "a whole city's" {
				who = town.As(town.Bureau)
			}
			if got := who.Post(courses, v.body).Is(422); !strings.Contains(string(got.Body), `"`+v.field+`"`) {
				t.Errorf("%s: %s", what, got.Body)
			}
		}
		station.Post(courses, course(m{"area_code": housetest.Licheng})).Is(404)
		once := county.With("Idempotency-Key", "one")
		c := once.Post(courses, course(m{"exam": true, "certificate": true})).Is(201)
		if again := once.Post(courses, course(m{"exam": true, "certificate": true})).Is(201); again.Text("id") != c.Text("id") {
			t.Errorf("sent twice: %s", again.Body)
		}
		at := courses + "/" + c.Text("id")
		station.Get(at).Is(404) // the county's own
		attend := func(version string, rows ...m) housetest.Answer {
			return county.With("If-Match", version).Post(at+"/attendances", m{"attendances": rows})
		}
		su := m{"mediator_id": town.Su.Mediator, "result": "passed", "certificate_no": "泉丰培 2026-1"}
		for what, v := range map[string]struct {
			rows  []m
			field string
		}{
			"no result":         {[]m{{"mediator_id": town.Su.Mediator}}, "attendances[0].result"},
			"too many hours":    {[]m{su, {"mediator_id": town.Hong.Mediator, "result": "passed", "class_hours": 15}}, "attendances[1].class_hours"},
			"of another county": {[]m{{"mediator_id": town.FarMediator.Mediator, "result": "passed"}}, "attendances[0].mediator_id"},
			"one person twice":  {[]m{su, {"mediator_id": twice, "result": "passed"}}, "attendances[1].mediator_id"},
			"nobody":            {nil, "attendances"},
		} {
			if got := attend(`"1"`, v.rows...).Is(422); !strings.Contains(string(got.Body), `"`+v.field+`"`) {
				t.Errorf("%s: %s", what, got.Body)
			}
		}
		got := attend(`"1"`, su, m{"mediator_id": town.Hong.Mediator, "class_hours": 7, "result": "failed"}, m{"mediator_id": town.OtherMediator.Mediator, "result": "passed"}).Is(200)
		suAt, hongAt, otherAt := rowOf(got, town.Su), rowOf(got, town.Hong), rowOf(got, town.OtherMediator)
		if got.Text("attended") != "3" || got.Text(suAt+"certificate_no") != "泉丰培 2026-1" || got.Text(suAt+"class_hours") != "14" || got.Text(hongAt+"class_hours") != "7" {
			t.Errorf("attended: %s", got.Body)
		}
		attend(`"1"`, su).Is(412)
		second := county.Post(courses, course(m{"title": "物业纠纷专题", "kind": "special", "class_hours": 4})).Is(201)
		county.With("If-Match", `"1"`).Post(courses+"/"+second.Text("id")+"/attendances", m{"attendances": []m{{"mediator_id": town.Su.Mediator}}}).Is(200)
		if tot := county.Get("/training/totals?year=2026").Is(200); tot.Text("persons") != "3" || tot.Text("person_times") != "4" || tot.Text("courses") != "2" {
			t.Errorf("persons and person-times: %s", tot.Body)
		}
		persons, times := trained(t, town, housetest.Shaolin)
		if persons != 2 || times != 3 { // Su twice, Hong; the third is of another village
			t.Errorf("trained in Shaolin: %d persons, %d person-times", persons, times)
		}
		strike := at + "/attendances/" + got.Text(otherAt+"id") + "/strike"
		county.With("If-Match", `"2"`).Post(strike, m{"reason": " "}).Is(422)
		struck := county.With("If-Match", `"2"`).Post(strike, m{"reason": "登记错了人"}).Is(200)
		if struck.Text("attended") != "2" || struck.Text(otherAt+"struck_reason") != "登记错了人" {
			t.Errorf("struck out: %s", struck.Body)
		}
		county.With("If-Match", `"3"`).Post(strike, m{"reason": "登记错了人"}).Is(404)
		hours(t, town)
		if v, err := town.App.Verify(context.Background()); err != nil || len(v.Breaks) > 0 {
			t.Errorf("the record does not hold: %v %v", v.Breaks, err)
		}
	})
}

// rowOf is where somebody stands among those who attended.
func rowOf(course housetest.Answer, p *housetest.Person) string {
	for i := range 10 {
		if at := fmt.Sprintf("attendances.%d.", i); course.Text(at+"mediator_id") == p.Mediator.String() {
			return at
		}
	}
	return ""
}

func trained(t *testing.T, town *housetest.Town, area ident.Area) (persons, times int64) {
	t.Helper()
	err := town.Store.Read(context.Background(), actor.System, func(tx *db.Tx) (err error) {
		persons, times, err = training.Trained(tx, []ident.County{area.County()}, area, "2026-01-01", "2026-12-31")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return persons, times
}

// Who has too few hours is found by the settings of the place; a mediator reads their own and nobody else's.
func hours(t *testing.T, town *housetest.Town) {
	t.Helper()
	county := town.As(town.County)
	below := county.Get("/training/hours?year=2026&below=true").Is(200)
	if below.Holds("苏惠敏") || !below.Holds("洪国荣") || !below.Holds("柯永福") || below.Holds("傅文彬") { // 18, 7 and no hours of 14; Fu is of another county
		t.Errorf("below: %s", below.Body)
	}
	town.As(town.System).Send("PUT", "/registry/settings", m{"area_code": housetest.Fengze, "name": "training.part_time_hours", "value": "20"}).Is(204)
	if below = county.Get("/training/hours?year=2026&below=true").Is(200); !below.Holds("苏惠敏") {
		t.Errorf("the setting does not count: %s", below.Body)
	}
	if got := town.As(town.Zheng).Get("/training/hours").Is(200); !got.Holds("苏惠敏") || got.Holds("柯永福") {
		t.Errorf("the chair's: %s", got.Body)
	}
	town.As(town.Su).Get("/training/hours").Is(403)
	town.As(town.OtherChair).Get("/training/mediators/" + town.Hong.Mediator.String()).Is(404)
	mine := town.Again(town.Su).Get("/training/mine?year=2026").Is(200)
	if mine.Text("name") != "苏惠敏" || mine.Text("hours") != "18" || len(mine.Value("courses").([]any)) != 2 || mine.Text("grade") != "" {
		t.Errorf("one's own: %s", mine.Body)
	}
	town.As(town.Station).Get("/training/mine").Is(403)
}

func TestThePagesOfTraining(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		door := housetest.OnDoorstep(town)
		office := door.Enters(town.County)
		office.Opens(courses).Is(200, courses).Reads("还没有登记培训")
		office.Opens(courses+"/new").Says("title", "年度培训", "organiser", "丰泽区司法局", "kind", "annual", "from", "2026-02-02", "class_hours", "14", "form", "class", "exam", "yes")
		office.Reads("培训已登记", "选择")
		at, _, _ := strings.Cut(office.At, "/attend")
		office.Opens(at+"/attend?committee_id="+town.Home.ID.String()).Reads("苏惠敏", "洪国荣")
		su := regexp.MustCompile(`id="f-attendances-(\d+)-mediator_id"[^>]*><label[^>]*><span>苏惠敏`).FindStringSubmatch(office.Page)[1]
		office.Says("attendances."+su+".mediator_id", "yes").Reads("请从列表中选择")
		office.Opens(at + "/attend?committee_id=" + town.Home.ID.String())
		office.Says("attendances."+su+".mediator_id", "yes", "attendances."+su+".result", "passed").Reads("参加的人已登记", "苏惠敏")
		office.Opens("/training/mediators?below=true").Reads("郑主任").ReadsNot("苏惠敏")
		mine := door.Enters(town.Su)
		mine.Opens("/training/mine").Is(200, "/training/mine").Reads("已修 14 学时", "四级调解员", "未规定", "年度培训")
		mine.Opens(courses).Is(403, courses)
		office.Opens("/training/criteria").Reads("广东省四级人民调解员评定条件", "口头协议不超过 30%", "调解成功率不低于 85%")
		if got := town.As(town.County).Page("GET", "/training/mediators/"+town.Su.Mediator.String()+"/grade", url.Values{}); got.Status != 200 {
			t.Errorf("the form of a grade: %d", got.Status)
		}
	})
}
