package app_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
)

// thing is something real that lies in Fengze.
type thing struct {
	id, part string              // part is what hangs below it, where an address names that too
	near     []*housetest.Person // who has it in reach though they are far from other things
}

// maker makes one thing of each kind; a kind is what an address says before the id.
type maker struct {
	*testing.T
	town *housetest.Town
	out  map[string]thing
}

func things(t *testing.T, town *housetest.Town) map[string]thing {
	t.Helper()
	k := maker{t, town, map[string]thing{}}
	k.reviewed()
	town.SignInAgain() // a day has gone by
	k.people()
	k.places()
	k.payments() // before anything is looked into, which would hold them
	k.ofCases()
	k.tables()
	k.disposals()
	return k.out
}

func (k maker) made(h housetest.Hand, path string, body any) string {
	k.Helper()
	return h.SendAny(http.MethodPost, path, body).Is(http.StatusCreated).Text("id")
}

func on(h housetest.Hand, a housetest.Answer) housetest.Hand {
	return h.With("If-Match", `"`+a.Text("version")+`"`)
}

// reviewed are a round of review, a dossier that somebody of another committee looks at, and what they said of one.
func (k maker) reviewed() {
	files := map[string]string{}
	for range 2 {
		c := k.town.As(k.town.Su).Files(m{"difficulty": 2})
		k.town.As(k.town.Su).Performed(c, k.town.Su)
		file := k.town.As(k.town.Su).SendAny(http.MethodPost, "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(http.StatusCreated)
		files[c.ID] = file.Text("id")
		k.town.As(k.town.Su).Sees(c)
		k.town.As(k.town.Su).Does(c, "close", nil).Is(http.StatusOK)
		k.out["/subsidy/claims/"] = thing{id: c.ID} // to be claimed for
	}
	round := k.town.As(k.town.County).Post("/review/rounds", m{"name": "三月评查", "area_code": housetest.Fengze, "from": k.town.Today().Plus(-5), "to": k.town.Today(), "rate_rest": 100})
	path := "/review/rounds/" + round.Is(http.StatusCreated).Text("id")
	round = on(k.town.As(k.town.County), round).Post(path+"/reviewers", m{"logins": []string{k.town.OtherChair.Login}}).Is(http.StatusOK)
	k.town.Later(24 * time.Hour)
	k.town.SignInAgain()
	on(k.town.As(k.town.County), round).Post(path+"/draw", nil).Is(http.StatusOK)
	chair := k.town.As(k.town.OtherChair)
	mine := chair.Get("/review/items").Is(http.StatusOK)
	points, remarks := m{}, m{}
	open := chair.Get("/review/items/" + mine.Text("items.0.id")).Is(http.StatusOK)
	for part, most := range map[string]int{"scope": 10, "notice": 10, "identity": 10, "evidence": 10, "session": 15, "agreement": 20, "signatures": 10, "follow_up": 10, "filing": 5} {
		points[part], remarks[part] = most, "已核对原件"
	}
	on(chair, open).Post("/review/items/"+mine.Text("items.0.id")+"/sheets", m{"points": points, "remarks": remarks}).Is(http.StatusOK)
	reviewer := []*housetest.Person{k.town.OtherChair}
	k.out["/review/rounds/"], k.out["/review/results/"] = thing{id: round.Text("id")}, thing{id: mine.Text("items.0.id")}
	k.out["/review/items/"] = thing{mine.Text("items.1.id"), files[mine.Text("items.1.case_id")], reviewer}
}

// people are accounts, posts, sessions, and what is known of a mediator.
func (k maker) people() {
	town, county, zheng := k.town, k.town.As(k.town.County), k.town.As(k.town.Zheng)
	su := "/training/mediators/" + town.Su.Mediator.String()
	leave := k.made(zheng, "/registry/mediators/"+town.Su.Mediator.String()+"/absences", m{"from": town.Today().Plus(30), "to": town.Today().Plus(35)})
	course := county.Post("/training/courses", m{"title": "年度培训", "organiser": "丰泽区司法局", "kind": "annual", "from": "2026-02-02", "class_hours": 14, "form": "class"}).Is(http.StatusCreated)
	course = on(county, course).Post("/training/courses/"+course.Text("id")+"/attendances", m{"attendances": []m{{"mediator_id": town.Su.Mediator}}}).Is(http.StatusOK)
	attended := county.Get("/training/courses/" + course.Text("id")).Is(http.StatusOK).Text("attendances.0.id")
	post := zheng.Get("/posts").Is(http.StatusOK).Text("items.0.id")
	for kind, one := range map[string]thing{
		"/accounts/":                   {id: town.As(town.Security).Post("/accounts/find", m{"login": town.Su.Login}).Is(http.StatusOK).Text("id")},
		"/posts/":                      {id: post},
		"/posts/{id}/end-deputy":       {id: k.made(zheng, "/posts/"+post+"/deputies", m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)})},
		"/sessions/":                   {id: town.As(town.Su).Get("/sessions").Is(http.StatusOK).Text("items.0.id")},
		"/registry/mediators/":         {id: town.Su.Mediator.String(), part: leave},
		"/registry/members/":           {id: county.Get("/registry/committees/" + town.Home.ID.String()).Text("members.0.id")},
		"/registry/ties/":              {id: k.made(county, "/registry/mediators/"+town.Su.Mediator.String()+"/ties", m{"kind": "kin", "name": "苏阿公"})},
		"/training/mediators/":         {id: town.Su.Mediator.String()},
		"/training/courses/":           {id: course.Text("id"), part: attended},
		"/training/grades/":            {id: k.made(county, su+"/grades", m{"grade": "4", "granted_on": string(town.Today()), "panel": "评定小组", "document_no": "第一号", "no_crime": true, "exception": "试点"})},
		"/subsidy/accounts/":           {id: town.Su.Mediator.String()},
		"/fieldwork/screening-rounds/": {id: k.made(town.As(town.Su), "/fieldwork/screening-rounds", m{"zero": false})},
	} {
		k.out[kind] = one
	}
}

// places are the register's: what serves where, and its tables.
func (k maker) places() {
	county, home := k.town.As(k.town.County), "/registry/committees/"+k.town.Home.ID.String()
	firm := k.made(county, "/registry/property-firms", m{"area_code": housetest.Fengze, "name": "安居物业"})
	compound := k.made(county, "/registry/compounds", m{"name": "湖滨花园", "area_code": housetest.Shaolin, "property_firm_id": firm})
	seal := county.SendForm(http.MethodPost, home+"/seals", map[string]string{"made_on": "2026-01-05", "keeper": "郑主任"}, housetest.File{Name: "印模.png", Content: housetest.Pixel}).Is(http.StatusCreated)
	k.out["/bureau/documents/"] = thing{id: k.town.Documents(k, housetest.Fengze.County())[2]}
	table := county.SendForm(http.MethodPost, "/registry/imports", map[string]string{"county": "350503", "kind": "compounds"},
		housetest.File{Name: "表.xlsx", Content: string(housetest.Book(k, []any{"小区名称", "区划代码"}, []any{"新花园", string(housetest.Shaolin)}))}).Is(http.StatusCreated)
	for kind, id := range map[string]string{
		"committees": k.town.Home.ID.String(), "property-firms": firm, "compounds": compound, "seals": seal.Text("id"), "imports": table.Text("id"),
		"service-areas":     k.made(county, home+"/service-areas", m{"area_code": housetest.Donghu, "scope": "all"}),
		"owners-committees": k.made(county, "/registry/compounds/"+compound+"/owners-committees", m{"name": "湖滨花园业委会"}),
	} {
		k.out["/registry/"+kind+"/"] = thing{id: id}
	}
	k.out["/bureau/notices/"] = thing{id: k.made(county, "/registry/notices", m{"county": "350503", "court": "法院"})}
	k.out["/reports/returns/"] = thing{id: k.made(county, "/reports/returns", m{"report": "case_table", "area": "350503", "from": "2021-05-01", "to": "2021-05-31"})}
}

// ofCases are what was said of a case and about it, filings that wait, and a letter that nobody could deliver.
func (k maker) ofCases() {
	town, su := k.town, k.town.As(k.town.Su)
	c := town.As(nil).Files()
	lin := town.Party(c, c.Code)
	su.Met(c, town.Su)
	complaint := k.made(lin, "/cases/"+c.ID+"/complaints", m{"mediator_id": town.Su.Mediator, "kind": "K1", "text": "听的多是另一方的话"})
	request := k.made(lin, "/cases/"+c.ID+"/data-requests", m{"kind": "correction", "item": "address", "right": "少林路 9 号"})
	su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "sms"}).Is(http.StatusCreated)
	giveUp(k.T, town, c)
	round := k.made(su, "/fieldwork/screening-rounds", m{"zero": false})
	kept := su.Post("/fieldwork/screening-rounds/"+round+"/findings", m{"text": "争吵", "prevention": m{"kind": 2, "persons": 3, "who": "黄阿金一家", "done": "连夜上门劝解，双方收起棍棒。", "evidence": "走访记录第 7 号"}})
	for i, name := range []string{"黄丽华", "吴建国", "蔡美珍"} {
		su.Files(m{"title": fmt.Sprint("纠纷", i), "applicant": m{"kind": "person", "name": name, "phone": "13900001234", "address": "少林社区 9 号"}})
	}
	if _, err := town.App.Flags.Look(k.Context(), housetest.Fengze.County()); err != nil {
		k.Fatal(err)
	}
	court := town.As(town.Court).Files(m{"source": "31", "referral": m{"kind": "delegated", "organ": "丰泽区人民法院", "number": "（2026）闽0503诉前调12号"}})
	for kind, id := range map[string]string{
		"/complaints/": complaint, "/data-requests/": request,
		"/messages/":  town.As(town.System).Get("/messages/given-up").Is(http.StatusOK).Text("items.0.id"),
		"/anomalies/": town.As(town.County).Get("/anomalies").Is(http.StatusOK).Text("items.0.id"),
		"/ledger/":    c.ID, "/referrals/": court.ID, "/fieldwork/prevention-records/": kept.Is(http.StatusCreated).Text("prevention_id"),
	} {
		k.out[kind] = thing{id: id}
	}
	bounds := town.App.Holding.Bounds
	town.App.Holding.Bounds.Committee = 1
	k.out["/held-filings/"] = thing{id: town.As(nil).Post("/cases", housetest.Leak()).Is(http.StatusAccepted).Text("id")}
	town.App.Holding.Bounds = bounds
}

// tables is an old ledger that was sent.
func (k maker) tables() {
	book := housetest.Book(k, []any{"台账编号", "调解日期", "地点", "申请人", "联系电话", "被申请人", "联系电话", "纠纷类别", "简要案情", "调解结果", "协议内容", "履行情况", "履行期限", "金额（元）", "调解员", "备注"},
		[]any{"001", "2026.2.3", "少林社区", "林某", "13800138000", "陈某", "无", "邻里纠纷", "楼上漏水。", "调解成功", "陈志强赔偿粉刷费二百元。", "已履行", "", "200", "苏惠敏", ""})
	k.out["/ledger/imports/"] = thing{id: k.made(k.town.As(k.town.Zheng), "/ledger/imports", housetest.File{Name: "台账.xlsx", Content: string(book)})}
}

// payments are a scheme, a claim by it, a batch with the claim, and somebody who may not be paid.
func (k maker) payments() {
	county, station, bureau := k.town.As(k.town.County), k.town.As(k.town.Station), k.town.As(k.town.Bureau)
	k.out["/subsidy/schemes/"] = thing{id: k.made(county, "/subsidy/schemes", m{"area_code": housetest.Fengze, "kind": "case", "name": "以案定补办法", "valid_from": "2026-01-01", "valid_to": "2030-12-31", "basis": "丰司〔2026〕4号",
		"terms": m{"performed": true, "rates": []m{{"class": "1", "fen": 10000}, {"class": "2", "fen": 10000}, {"class": "3", "fen": 20000}, {"class": "4", "fen": 30000}}}})}
	claim := k.made(k.town.As(k.town.Su), "/cases/"+k.out["/subsidy/claims/"].id+"/subsidy-claim", m{})
	for _, step := range []struct {
		name string
		by   housetest.Hand
	}{{"check", station}, {"examine", county}, {"approve", bureau}} {
		now := step.by.Get("/subsidy/claims/" + claim).Is(http.StatusOK)
		step.by.Post("/subsidy/"+step.name, m{"claims": []m{{"id": claim, "version": now.Value("version"), "another_dispute": true}}}).Is(http.StatusOK)
	}
	k.out["/subsidy/claims/"] = thing{id: claim}
	k.out["/subsidy/batches/"] = thing{id: k.made(county, "/subsidy/batches", m{"from": "2026-01-01", "to": "2026-12-31"}), part: claim}
	k.out["/subsidy/barred/"] = thing{id: k.made(county, "/subsidy/barred", m{"mediator_id": k.town.Hong.Mediator, "from": "2026-01-01", "reason": "公务员，不得兼职取酬"})}
}

// disposals are what is kept too long, what holds it, and a list of it.
func (k maker) disposals() {
	county, over, held := k.town.As(k.town.County), k.town.As(nil).Files(m{"title": "早已结案"}), k.town.As(nil).Files(m{"title": "早已结案"})
	longAgo(k.T, k.town, over, held)
	k.out["/retention/"] = thing{id: over.ID}
	k.out["/retention-holds/"] = thing{id: k.made(county, "/retention/"+held.ID+"/holds", m{"reason": "法院调卷"})}
	k.out["/disposals/"] = thing{id: k.made(county, "/disposals", m{"case_ids": []string{over.ID}})}
}

// strangersHere are people of another county and of another committee, whom the policy lets do such things in their own place; two
// administrators of the other county are among them.
func strangersHere(t *testing.T, town *housetest.Town) (out []stranger) {
	t.Helper()
	for who, role := range map[*housetest.Person]actor.Role{town.FarChair: actor.AdminSystem, town.Wang: actor.AdminSecurity} {
		err := town.Store.Do(context.Background(), actor.System, who.ID.County(), func(tx *db.Tx) error {
			_, err := town.App.Accounts.GivePost(tx, account.Post{Person: who.ID, Role: role, Area: housetest.Licheng})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range everybody(town) {
		switch who.who {
		case town.Wang:
			town.Again(town.Wang)
			who.roles = append(who.roles, actor.AdminSecurity)
		case town.FarCounty, town.FarMediator, town.FarStation, town.OtherChair, town.OtherMediator, town.OtherCourt:
		default:
			continue
		}
		out = append(out, who)
	}
	town.Again(town.FarChair)
	return append(out, stranger{town.FarChair, []actor.Role{actor.Anyone, actor.Applicant, actor.Respondent, actor.Agent, actor.Chair, actor.AdminSystem}, nil})
}
