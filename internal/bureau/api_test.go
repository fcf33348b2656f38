package bureau_test

import (
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// The API does what the pages do, for programs: on versions, within the reach of whoever asks.
func TestTheRegisterIsKeptByProgramsToo(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		he, far := town.As(town.County), town.As(town.FarCounty)
		home := "/registry/committees/" + town.Home.ID.String()
		on := func(h housetest.Hand, version string) housetest.Hand { return h.With("If-Match", `"`+version+`"`) }

		he.Post(home+"/revise", m{"name": "少林人民调解委员会"}).Is(428)
		on(far, "1").Post(home+"/revise", m{"name": "少林人民调解委员会"}).Is(404)
		on(he, "1").Post(home+"/revise", m{"name": "少林人民调解委员会", "phone": "0595-22000002", "short_name": "别的", "type": "01"}).Is(200)
		seen := he.Get(home)
		if seen.Text("name") != "少林人民调解委员会" || seen.Text("short_name") != "少林" || seen.Text("type") != "02" {
			t.Errorf("what is fixed once a committee serves changed: %s", seen.Body)
		}
		on(he, "1").Post(home+"/revise", m{"name": "又一个名称"}).Is(412)

		seal := he.SendForm("POST", home+"/seals", map[string]string{"made_on": "2026-01-05", "keeper": "郑主任"}, housetest.File{Name: "印模.png", Content: housetest.Pixel}).Is(201).Text("id")
		he.SendForm("POST", home+"/seals", map[string]string{"made_on": "2026-01-06", "keeper": "苏惠敏"}, housetest.File{}).Refuses("seal")
		far.Get(home + "/seals").Is(404)
		on(he, "1").Post("/registry/seals/"+seal+"/keeper", m{"keeper": "苏惠敏"}).Is(200)
		on(he, "1").Post("/registry/seals/"+seal+"/end", m{"on": "2026-03-01", "how": "lost", "why": "遗失"}).Is(412)
		on(he, "2").Post("/registry/seals/"+seal+"/end", m{"on": "2026-03-01", "how": "lost", "why": "遗失"}).Is(200)
		if all := he.Get(home + "/seals"); all.Text("items.0.keeper") != "苏惠敏" || all.Text("items.0.ended_how") != "lost" || all.Value("items.0.has_specimen") != true {
			t.Errorf("seals: %s", all.Body)
		}

		he.SendForm("POST", home+"/elections", map[string]string{"method": "villagers_meeting", "electing": "村民会议", "decided_on": "2026-03-02"}, housetest.File{}).Is(422)
		town.Later(time.Second) // the latest comes first
		he.SendForm("POST", home+"/elections", map[string]string{"method": "residents_meeting", "electing": "居民会议", "decided_on": "2026-03-02"}, housetest.File{Name: "记录.png", Content: housetest.Pixel}).Is(201)
		first := he.Get(home + "/changes?limit=1")
		if first.Text("items.0.kind") != "term_opened" || first.Text("next_cursor") == "" || he.Get(home+"/changes?limit=1&cursor="+first.Text("next_cursor")).Text("items.0.kind") != "renamed" {
			t.Errorf("changes: %s", first.Body)
		}
		far.Get(home + "/changes").Is(404)

		su := "/registry/mediators/" + town.Su.Mediator.String() + "/amend"
		on(he, "1").Post(su, m{"education": "20", "full_time": true, "background": []string{"lawyer"}}).Is(200)
		on(he, "2").Post(su, m{"background": []string{"wizard"}}).Is(422)
		on(far, "2").Post(su, m{}).Is(404)

		firm := he.Post("/registry/property-firms", m{"area_code": housetest.Fengze, "name": "安居物业"}).Is(201).Text("id")
		on(he, "1").Post("/registry/property-firms/"+firm+"/amend", m{"name": "安居物业公司"}).Is(200)
		on(far, "2").Post("/registry/property-firms/"+firm+"/amend", m{"name": "别县的"}).Is(404)
		compound := he.Post("/registry/compounds", m{"name": "湖滨花园", "area_code": housetest.Shaolin}).Is(201).Text("id")
		on(he, "1").Post("/registry/compounds/"+compound+"/amend", m{"name": "湖滨花园", "area_code": housetest.Faraway}).Is(422)
		on(he, "1").Post("/registry/compounds/"+compound+"/amend", m{"name": "湖滨花园", "area_code": housetest.Donghu, "property_firm_id": firm, "households": 9}).Is(200)
		on(far, "2").Post("/registry/compounds/"+compound+"/amend", m{"name": "湖滨花园", "area_code": housetest.Faraway}).Is(404)
		owners := he.Post("/registry/compounds/"+compound+"/owners-committees", m{"name": "湖滨花园业委会"}).Is(201).Text("id")
		on(he, "1").Post("/registry/owners-committees/"+owners+"/amend", m{"name": "湖滨花园业主委员会", "elected_on": "2026-01-01"}).Is(200)

		he.Post("/registry/notices", m{"county": "350503", "court": "泉州市丰泽区人民法院", "document": "丰司〔2026〕1号"}).Is(201)
		if all := he.Get("/registry/notices?county=350503"); all.Text("items.0.document") != "丰司〔2026〕1号" {
			t.Errorf("notices: %s", all.Body)
		}
		far.Get("/registry/notices?county=350503").Is(404)

		town.As(town.Lin).Files()
		on(he, "2").Post(home+"/end", m{"reason": "合并"}).Refuses("rule.R8")
		other := "/registry/committees/" + town.Other.ID.String()
		on(he, "1").Post(other+"/end", m{"reason": "合并"}).Is(200)
	})
}
