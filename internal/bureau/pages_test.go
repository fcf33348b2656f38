package bureau_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

type m = housetest.M

var inPath = regexp.MustCompile(`^/bureau/[a-z-]+/([^/?]+)`)

// idAt is the id in the address of a page.
func idAt(t *testing.T, r *housetest.Reader) string {
	t.Helper()
	found := inPath.FindStringSubmatch(r.At)
	if found == nil {
		t.Fatalf("no id in %s: %s", r.At, r.Text())
	}
	return found[1]
}

// drafted begins a committee and gives the address of its page.
func drafted(t *testing.T, he *housetest.Reader, name, short string, more ...string) string {
	t.Helper()
	he.Opens("/bureau/committees/new").Says(append([]string{"type", "02", "name", name, "short_name", short, "area_code", string(housetest.Shaolin)}, more...)...)
	return "/bureau/committees/" + idAt(t, he)
}

// person are the answers of whoever takes a place.
func person(name, born, run string, more ...string) []string {
	return append([]string{"person.name", name, "person.id_number", housetest.Numbered(born, run), "person.ethnicity", "01", "person.citizen", "yes"}, more...)
}

// A committee is set up by the pages alone, and each rule that it does not keep yet is told where it is mended.
func TestO1_ACommitteeIsSetUpByThePages(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		he := d.Enters(town.County)
		he.Opens("/bureau").Reads("调委会登记", "福建省泉州市丰泽区", "没有筹备中的调委会", "还没有告知过").ReadsNot("bureau.")
		he.Opens("/bureau/committees/new").Says("type", "02", "name", "  ", "short_name", "华大", "area_code", string(housetest.Shaolin)).
			Is(422, "/bureau/committees/new").Reads(`value="华大"`, "error-summary")
		home := drafted(t, he, "华大小区人民调解委员会", "华大", "attributes", "regional")
		he.Is(200, home+"?done=bureau_drafted").Reads("筹备中", "O1", "O2", "O5", "启用前还差", "区域性").ReadsNot("bureau.")
		he.Opens(home+"/activate").Is(200, home+"/activate").Reads("现在还不能办理", "三至九名", "现有 0 名").ReadsNot("<form method=\"post\" action=\"" + home)
		action := url.Values{"_version": {"1"}}
		he.Posts(home+"/activate", action).Is(409, home+"/activate").Reads("三至九名委员组成")

		he.Opens(home+"/members").Says(person("小陈", "20100101", "003", "office", "member")...).Is(409, home+"/members").Reads("年满 18 周岁", `value="小陈"`)
		he.Opens(home+"/members").Says("person.name", "陈外宾", "person.id_number", housetest.Numbered("19800101", "003"), "office", "member").Is(409, home+"/members").Reads("确认其公民身份")
		for i, one := range [][]string{{"陈主任", "19800101", "001", "chair"}, {"林委员", "19810101", "001", "member"}, {"黄委员", "19820101", "001", "member"}} {
			he.Opens(home + "/members").Says(append(person(one[0], one[1], one[2], "office", one[3]), "full_time", "yes", "education", "20", "background", "lawyer", "background", "party_member")...)
			if he.Status != 200 {
				t.Fatalf("member %d: %s", i, he.Text())
			}
		}
		he.Opens(home+"/members").Says(person("第二主任", "19830101", "001", "office", "chair")...).Is(409, home+"/members").Reads("主任一名")
		he.Opens(home+"/members").Says(person("陈主任", "19800101", "001", "office", "member")...).Is(409, home+"/members").Reads("已经是本会委员")
		he.Opens(home).Reads("O5", "妇女成员").ReadsNot("现有 3 名")

		he.Opens(home+"/election").Reads("居民会议", "居民代表会议").ReadsNot("村民会议\"")
		he.Opens(home+"/election").Uploads("记录.png", []byte(housetest.Pixel), "method", "residents_representatives", "electing", "居民代表会议", "decided_on", "2026-03-01")
		he.Is(200, home+"?done=bureau_saved").Reads("2026年3月1日", "居民代表会议", "条件已经具备", "下载")
		he.Opens(home+"/activate").Says().Is(200, home+"?done=bureau_active").Reads("已设立", "没有在用的印章")
		he.Opens(home+"/history").Reads("设立", "委员就任", "陈主任、主任", "选举（换届）").ReadsNot("bureau.")
		member := regexp.MustCompile(`/bureau/members/[^/"]+/office`).FindAllString(he.Opens(home).Page, -1)
		he.Opens(member[1]).Says("office", "chair").Is(409, member[1]).Reads("先登记原主任离任或者改任")
		he.Opens(member[0]).Says("office", "deputy_chair").Is(200, home+"?done=bureau_saved").Reads("O2")
		he.Opens(member[1]).Says("office", "chair").Is(200, home+"?done=bureau_saved")
		he.Opens(home + "/history").Reads("职务变更")
		he.Opens(home+"/change").ReadsNot(`name="short_name"`).Says("name", "华大社区人民调解委员会", "phone", "0595-22000001").Is(200, home+"?done=bureau_saved").Reads("0595-22000001")
		he.Opens(home+"/history").Reads("更名", "华大小区人民调解委员会 → 华大社区人民调解委员会")
	})
}

// O5: the minutes of an election are kept with it, both or none, for those who keep the register; and no file of a case leaves by
// that door.
func TestO5_TheMinutesAreKeptWithTheElectionAndNothingElseIs(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		he := d.Enters(town.County)
		home := "/bureau/committees/" + town.Home.ID.String()
		he.Opens(home+"/election").Uploads("记录.html", []byte("<html>"), "method", "residents_meeting", "electing", "居民会议", "decided_on", "2026-03-01").Is(422, home+"/election").Reads("不能上传网页", `value="2026-03-01"`)
		he.Opens(home+"/election").Uploads("记录.png", []byte(housetest.Pixel), "method", "villagers_meeting", "electing", "村民会议", "decided_on", "2026-03-01").Is(422, home+"/election").Reads("请从给出的选项中选择")
		if left := town.Documents(t, "350503"); len(left) != 0 {
			t.Errorf("a file without its election: %v", left)
		}
		he.Opens(home+"/election").Uploads("记录.png", []byte(housetest.Pixel), "method", "residents_meeting", "electing", "居民会议", "decided_on", "2026-03-01").Is(200, home+"?done=bureau_saved")
		minutes := regexp.MustCompile(`/bureau/documents/[^"]+`).FindString(he.Page)
		for who, want := range map[*housetest.Person]int{town.County: 200, town.Bureau: 200, town.FarCounty: 404, town.Zheng: 403, town.Station: 403} {
			if got := d.Enters(who).Opens(minutes); got.Status != want || want == 200 && got.Page != housetest.Pixel {
				t.Errorf("%s reads the minutes: %d", who.Name, got.Status)
			}
		}
		// A file of a case is not given out for being named as minutes.
		c := town.As(town.Lin).Files()
		town.As(town.Su).Hosted(c, town.Su)
		a := town.As(town.Su).SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "照片.png", Content: housetest.Pixel}).Is(201)
		document := ""
		for _, one := range town.Documents(t, "350503") {
			if !strings.HasSuffix(minutes, one) {
				document = one
			}
		}
		town.As(town.County).Post("/registry/committees/"+town.Home.ID.String()+"/terms", m{"method": registry.ByResidents, "electing": "居民会议", "decided_on": "2026-03-02", "minutes_id": document}).Is(201)
		if he.Opens(home).Reads("2026年3月2日"); strings.Count(he.Page, "/bureau/documents/") != 1 {
			t.Error("a file of a case is offered as minutes")
		}
		for _, id := range []string{document, a.Text("id")} {
			if got := he.Opens("/bureau/documents/" + id); got.Status != 404 {
				t.Errorf("a file of a case by the register: %d", got.Status)
			}
		}
	})
}

// O7: what changed is told once, in a letter and a table; a notice stays as it was given.
func TestO7_TheLetterTellsWhatChangedOnceAndStaysReadable(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		he := d.Enters(town.County)
		drafted(t, he, "华大社区人民调解委员会", "华大")
		home := "/bureau/committees/" + town.Home.ID.String()
		he.Opens(home+"/serves").Says("area_code", string(housetest.Donghu), "scope", "all").Is(200, home+"?done=bureau_saved")
		he.Opens("/bureau/notices/due").Reads("泉州市丰泽区人民法院：", "泉州市丰泽区司法局", "共有人民调解委员会 2 个，人民调解员 5 名", "这是第一次告知", "开始筹备", "增加服务范围", "东湖街道").ReadsNot("bureau.")
		he.Says("court", "泉州市丰泽区人民法院", "noticed_on", "2026-03-20").Is(422, "/bureau/notices/due").Reads("不能晚于今天")
		he.Opens("/bureau/notices/due").Says("court", "泉州市丰泽区人民法院", "noticed_on", "2026-03-06", "document", "丰司〔2026〕12号")
		given := strings.TrimSuffix(he.At, "?done=bureau_told")
		he.Is(200, given+"?done=bureau_told").Reads("丰司〔2026〕12号", "增加服务范围").ReadsNot("_key\" value")
		he.Opens("/bureau/notices").Reads("没有未告知的变动", "丰司〔2026〕12号")
		he.Posts("/bureau/notices/due", url.Values{"county": {"350503"}, "court": {"法院"}}).Is(409, "/bureau/notices/due").Reads("没有变动")
		he.Opens(home+"/mediators").Says(person("蔡律师", "19800101", "004")...).Is(200, home+"?done=bureau_saved")
		he.Opens("/bureau/notices/due").Reads("自2026年3月6日（上次告知）以来", "聘任调解员：蔡律师", "人民调解员 6 名").ReadsNot("开始筹备")
		he.Opens(given).Reads("开始筹备", "人民调解员 5 名").ReadsNot("蔡律师")
		rows := housetest.Rows(t, he.Opens(given+"/table").Page)
		if len(rows) != 3 || rows[1][1] != "华大社区人民调解委员会" || rows[1][3] != "开始筹备" || rows[2][1] != "少林社区人民调解委员会" || !strings.HasPrefix(rows[2][6], "福建省泉州市丰泽区东湖街道") {
			t.Errorf("table: %v", rows)
		}
		if got := d.Enters(town.FarCounty).Opens(given); got.Status != 404 {
			t.Errorf("another county reads it: %d", got.Status)
		}
	})
}

// O6, O14 and the seal: what the bureau is to see to leads to the form that mends it.
func TestO6_WhatIsToBeSeenToLeadsToWhereItIsMended(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		he := housetest.OnDoorstep(town).Enters(town.County)
		home := "/bureau/committees/" + town.Other.ID.String()
		he.Opens("/bureau").Reads("没有在用的印章", "专职调解员不足", "90 天内没有任期届满的调委会").ReadsNot("bureau.")
		he.Opens(home+"/election").Says("method", "residents_meeting", "electing", "居民会议", "decided_on", "2023-04-01").Is(200, home+"?done=bureau_saved")
		he.Opens("/bureau/attention?rule=G4").Reads("少林社区", "东湖社区", home+"/seal", "第二十九条").ReadsNot("专职人民调解员宜")
		he.Opens("/bureau/attention?rule=O14").Reads(home + "/mediators")
		he.Opens("/bureau/attention?rule=O1").Reads(home+"/members", "现有 2 名")
		if got := he.Opens("/bureau/attention?rule=nonsense"); got.Status != 404 {
			t.Errorf("a rule that is none: %d", got.Status)
		}
		// An older term than the one on record changes nothing; the latest counts.
		he.Opens("/bureau").ReadsNot("本届任期将于")
		town.Later(200 * 24 * 3600e9)
		he = housetest.OnDoorstep(town).Enters(town.County)
		he.Opens("/bureau").Reads("没有任期届满的调委会")
		town.Clock.Set(time.Date(2097, 12, 27, 2, 0, 0, 0, time.UTC)) // both terms end on 2098-01-06
		he = housetest.OnDoorstep(town).Enters(town.County)
		he.Opens("/bureau").Reads("任期将满", "本届任期将于 2098-01-06 届满", home+"/election")
	})
}

// The seal of a committee: one at a time, its print for the bureau alone, and gone with a reason.
func TestACommitteeHasOneSealAndItsPrintIsTheBureaus(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		he := d.Enters(town.County)
		home := "/bureau/committees/" + town.Home.ID.String()
		he.Opens(home).Reads("没有登记印章", home+"/seal")
		he.Opens(home+"/seal").Uploads("印模.pdf", []byte("%PDF-1.4\n%%EOF\n"), "made_on", "2026-01-05", "keeper", "郑主任").Is(422, home+"/seal").Reads("印模请上传照片")
		he.Opens(home+"/seal").Uploads("印模.png", []byte(housetest.Pixel), "made_on", "2026-04-05", "keeper", "").Is(422, home+"/seal").Reads("不能晚于今天")
		he.Opens(home+"/seal").Uploads("印模.png", []byte(housetest.Pixel), "made_on", "2026-01-05", "keeper", "郑主任").Is(200, home+"?done=bureau_saved")
		he.Reads("保管人：郑主任", "2026年1月5日刻制", "在用")
		seal := regexp.MustCompile(`/bureau/seals/[^/"]+`).FindString(he.Page)
		print := regexp.MustCompile(`/bureau/documents/[^"]+`).FindString(he.Page)
		he.Opens(home + "/seal").Reads("已有在用的印章，由郑主任保管")
		he.Posts(home+"/seal", url.Values{"made_on": {"2026-02-01"}, "keeper": {"某人"}}).Is(409, home+"/seal").Reads("已有在用的印章")
		he.Opens(seal+"/keeper").Says("keeper", "苏惠敏").Is(200, home+"?done=bureau_saved").Reads("保管人：苏惠敏")
		he.Opens(seal+"/end").Says("how", "lost", "on", "2025-12-01", "why", "").Is(422, seal+"/end").Reads("不早于刻制日期", "请写明原因")
		he.Opens(seal+"/end").Says("how", "lost", "on", "2026-03-01", "why", "已登报声明").Is(200, home+"?done=bureau_saved").Reads("遗失", "已登报声明", "没有在用的印章")
		he.Opens(home+"/history").Reads("刻制印章", "印章遗失", "已登报声明")
		if got := he.Opens(seal + "/end"); got.Status != 404 {
			t.Errorf("a seal that is gone: %d", got.Status)
		}
		for _, p := range []*housetest.Person{town.Zheng, town.Station, town.Housing, town.FarCounty} {
			if got := d.Enters(p).Opens(print); got.Status == 200 {
				t.Errorf("%s sees the print", p.Name)
			}
		}
	})
}

// R8: a committee that still leads cases is not closed, also where nobody hosts them yet.
func TestR8_ACommitteeWithOpenCasesIsNotClosed(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		he := housetest.OnDoorstep(town).Enters(town.County)
		town.As(town.Lin).Files()
		hosted := town.As(town.Lin).Files(m{"title": "又一件"})
		town.As(town.Su).Hosted(hosted, town.Su)
		home := "/bureau/committees/" + town.Home.ID.String()
		he.Opens(home+"/close").Reads("还有 2 件未结案件", "苏惠敏还有 1 件未结案件")
		he.Posts(home+"/close", url.Values{"_version": {"1"}, "reason": {"合并"}}).Is(409, home+"/close").Reads("还有 2 件未结案件")
		mediator := "/bureau/mediators/" + town.Su.Mediator.String()
		he.Opens(mediator).Reads("苏惠敏", "委员")
		he.Opens(mediator+"/leave").Reads("请在“委员”一栏登记离任", "还有 1 件未结案件")
		other := "/bureau/committees/" + town.Other.ID.String()
		he.Opens(other+"/seal").Uploads("", nil, "made_on", "2026-01-05", "keeper", "庄景山").Is(200, other+"?done=bureau_saved")
		he.Opens(other+"/close").Reads("印章由庄景山保管").Says("reason", "").Is(422, other+"/close").Reads("请写明撤销的原因")
		he.Opens(other+"/close").Says("reason", "社区合并").Is(200, other+"?done=bureau_closed").Reads("已撤销").ReadsNot(other + "/members")
		he.Opens("/bureau/attention?rule=G4").Reads("印章还没有收回")
		he.Opens("/bureau/committees?state=ended").Reads("东湖社区人民调解委员会").ReadsNot("少林社区人民调解委员会")
	})
}

// Who keeps a register: the county's bureau, the city's, and the administrator; nobody else, and nobody of another county.
func TestTheDoorsOfTheRegister(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		home := "/bureau/committees/" + town.Home.ID.String()
		for _, p := range []*housetest.Person{town.Zheng, town.Su, town.Station, town.Housing, town.Court, town.Security, town.Audit, town.Lin} {
			who := d.Enters(p)
			for _, path := range []string{"/bureau", home, home + "/members", "/bureau/imports/table?kind=mediators"} {
				if got := who.Opens(path); got.Status != 403 {
					t.Errorf("%s opens %s: %d", p.Name, path, got.Status)
				}
			}
			if got := town.As(p).Post("/registry/committees", m{"type": "02", "name": "x", "short_name": "x", "area_code": housetest.Shaolin}); got.Status != 403 {
				t.Errorf("%s sets up a committee: %d", p.Name, got.Status)
			}
		}
		far := d.Enters(town.FarCounty)
		for _, path := range []string{home, home + "/history", home + "/close", "/bureau/mediators/" + town.Su.Mediator.String(), "/bureau?county=350503", "/bureau/imports/table?kind=mediators&county=350503"} {
			if got := far.Opens(path); got.Status != 404 {
				t.Errorf("another county opens %s: %d", path, got.Status)
			}
		}
		far.Opens("/bureau").Reads("鲤城区")
		form := url.Values{"county": {"350503"}, "type": {"02"}, "name": {"越界调委会"}, "short_name": {"越界"}, "area_code": {string(housetest.Shaolin)}}
		if got := far.Posts("/bureau/committees/new", form); got.Status != 404 {
			t.Errorf("another county sets up a committee here: %d", got.Status)
		}
		form.Set("county", "350502")
		if got := far.Posts("/bureau/committees/new", form); got.Status != 404 {
			t.Errorf("another county sets up a committee here by its own form: %d", got.Status)
		}
		d.Enters(town.Bureau).Opens("/bureau?county=350502").Reads("鲤城区").Opens(home).Is(200, home)
		d.Enters(town.System).Opens(home).Is(200, home)
		// The bureau keeps the register, and sets no areas, holidays or settings.
		if got := town.As(town.County).Get("/registry/settings?area=" + string(housetest.Fengze)); got.Status != 403 {
			t.Errorf("settings for the bureau: %d", got.Status)
		}
		town.As(town.County).Get("/registry/attention?county=350503").Is(200)
	})
}

// People, ties, places: what the register holds beside committees.
func TestPeopleAndPlacesAreKept(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		he := housetest.OnDoorstep(town).Enters(town.County)
		home := "/bureau/committees/" + town.Home.ID.String()
		he.Opens(home+"/mediators").Says(person("蔡律师", "19800101", "004", "background", "lawyer", "education", "20")...).Is(200, home+"?done=bureau_saved")
		mediator := regexp.MustCompile(`<a href="(/bureau/mediators/[^"/]+)">蔡律师`).FindStringSubmatch(he.Page)[1]
		he.Opens(mediator).Reads("聘任", "律师", "大学本科", "兼职", "1980年1月1日").ReadsNot(housetest.Numbered("19800101", "004"), "bureau.")
		he.Opens(mediator+"/change").Says("education", "10", "full_time", "yes", "background", "lawyer", "background", "party_member").Is(200, mediator+"?done=bureau_saved").Reads("研究生", "专职", "律师、党员")

		he.Opens("/bureau/firms/new").Says("name", "安居物业", "credit_code", "123").Is(422, "/bureau/firms/new").Reads(`value="安居物业"`)
		he.Opens("/bureau/firms/new").Says("name", "安居物业", "phone", "0595-22110000").Is(200, "/bureau/firms?county=350503&done=bureau_saved").Reads("安居物业")
		firm := regexp.MustCompile(`/bureau/firms/([^/"]+)/change`).FindStringSubmatch(he.Page)[1]
		he.Opens("/bureau/compounds/new").Says("name", "湖滨花园", "area_code", string(housetest.Shaolin), "households", "x").Is(422, "/bureau/compounds/new").Reads("请填写户数")
		he.Opens("/bureau/compounds/new").Says("name", "湖滨花园", "area_code", string(housetest.Shaolin), "households", "860", "property_firm_id", firm)
		compound := "/bureau/compounds/" + idAt(t, he)
		he.Reads("860", "安居物业", "未覆盖")
		he.Opens("/bureau").Reads("湖滨花园", compound+"/cover")
		he.Opens(compound + "/cover").Reads("还没有物业行业的调委会")
		property := setUp(t, town, he)
		he.Opens(compound+"/cover").Says("committee_id", property, "scope", "property").Is(200, compound+"?done=bureau_saved").Reads("已覆盖", "丰泽物业")
		he.Opens("/bureau/committees/"+property).Reads("湖滨花园", "物业纠纷")
		end := regexp.MustCompile(`/bureau/service-areas/[^/"]+/end`).FindString(he.Page)
		he.Opens(end).Reads("湖滨花园").Says().Is(200, "/bureau/committees/"+property+"?done=bureau_saved")
		he.Opens("/bureau/committees/"+property+"/history").Reads("增加服务范围", "湖滨花园", "终止服务范围")
		he.Opens(compound+"/owners").Says("name", "湖滨花园业主委员会", "elected_on", "2026-01-01", "ends_on", "2025-01-01").Is(422, compound+"/owners").Reads("不能早于选举日期")
		he.Opens(compound+"/owners").Says("name", "湖滨花园业主委员会", "elected_on", "2026-01-01").Is(200, compound+"?done=bureau_saved").Reads("湖滨花园业主委员会")
		owners := regexp.MustCompile(`/bureau/owners-committees/[^/"]+/change`).FindString(he.Page)
		he.Opens(owners).Says("name", "湖滨花园业委会", "elected_on", "2026-01-02").Is(200, compound+"?done=bureau_saved").Reads("湖滨花园业委会", "2026年1月2日")
		he.Opens("/bureau/firms/"+firm+"/change").Says("name", "安居物业服务有限公司").Is(200, "/bureau/firms?county=350503&done=bureau_saved").Reads("安居物业服务有限公司")

		he.Opens(mediator+"/ties").Says("kind", "firm").Is(422, mediator+"/ties").Reads("至少一项")
		he.Opens(mediator+"/ties").Says("kind", "firm", "firm_id", firm).Is(200, mediator+"?done=bureau_saved").Reads("在物业企业工作 · 安居物业服务有限公司")
		he.Opens(regexp.MustCompile(`/bureau/ties/[^/"]+/end`).FindString(he.Page)).Says().Is(200, mediator+"?done=bureau_saved").Reads("没有申报")
		he.Opens(mediator+"/leave").Says("on", "2026-03-06", "reason", "").Is(422, mediator+"/leave").Reads("请写明原因")
		he.Opens(mediator+"/leave").Says("on", "2026-03-06", "reason", "工作调动").Is(200, home+"?done=bureau_saved").ReadsNot("蔡律师")

		he.Opens(compound+"/change").Says("name", "湖滨花园", "area_code", string(housetest.Shaolin), "ended_on", "2026-03-06").Is(200, compound+"?done=bureau_saved").Reads("注销日期")
		he.Opens("/bureau/compounds").ReadsNot("湖滨花园")
	})
}

// Every page of the register, with a thing of its kind, says all it has to say in both languages.
func TestEveryPageOfTheRegisterSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		he := town.As(town.County)
		firm := he.Post("/registry/property-firms", m{"area_code": housetest.Fengze, "name": "安居物业"}).Is(201).Text("id")
		compound := he.Post("/registry/compounds", m{"name": "湖滨花园", "area_code": housetest.Shaolin, "property_firm_id": firm}).Is(201).Text("id")
		seal := he.SendForm("POST", "/registry/committees/"+town.Home.ID.String()+"/seals", map[string]string{"made_on": "2026-01-05", "keeper": "郑主任"}, housetest.File{}).Is(201).Text("id")
		table := he.SendForm("POST", "/registry/imports", map[string]string{"county": "350503", "kind": "compounds"}, housetest.File{Name: "表.xlsx",
			Content: string(housetest.Book(t, []any{"小区名称", "区划代码"}, []any{"新花园", string(housetest.Shaolin)}, []any{"湖滨花园", string(housetest.Shaolin)}, []any{"错花园", "1"}))}).Is(201).Text("id")
		id := map[string]string{"committees": town.Home.ID.String(), "compounds": compound, "firms": firm, "mediators": town.Su.Mediator.String(), "seals": seal, "imports": table,
			"members":           he.Get("/registry/committees/" + town.Home.ID.String()).Text("members.0.id"),
			"service-areas":     he.Post("/registry/committees/"+town.Home.ID.String()+"/service-areas", m{"area_code": housetest.Donghu, "scope": "all"}).Is(201).Text("id"),
			"ties":              he.Post("/registry/mediators/"+town.Su.Mediator.String()+"/ties", m{"kind": "firm", "firm_id": firm}).Is(201).Text("id"),
			"owners-committees": he.Post("/registry/compounds/"+compound+"/owners-committees", m{"name": "湖滨花园业委会"}).Is(201).Text("id"),
			"notices":           he.Post("/registry/notices", m{"county": "350503", "court": "法院"}).Is(201).Text("id")}
		draft := he.Post("/registry/committees", m{"type": "06", "name": "旅游人民调解委员会", "short_name": "旅游", "area_code": housetest.Fengze, "sector": "tourism", "attributes": []string{"studio"}}).Is(201).Text("id")
		d := housetest.OnDoorstep(town)
		for _, lang := range []string{"zh-CN", "en"} {
			reader := d.Enters(town.County).Takes(&http.Cookie{Name: "fengqiao-lang", Value: lang})
			paths := []string{"/bureau/committees/" + draft, "/bureau/committees/" + draft + "/change", "/bureau/committees/" + draft + "/activate", "/bureau/imports/" + table + "?rows=all"}
			for _, route := range town.App.Site.Routes() {
				if route.Method != "GET" || !strings.HasPrefix(route.Path, "/bureau") || strings.Contains(route.Path, "/documents/") || strings.HasSuffix(route.Path, "table") || strings.HasSuffix(route.Path, "empty") {
					continue
				}
				path := route.Path
				if kind := strings.Split(path, "/"); strings.Contains(path, ":id") {
					path = strings.Replace(path, ":id", id[kind[2]], 1)
				}
				paths = append(paths, path)
			}
			for _, path := range paths {
				if got := reader.Opens(path); got.Status != 200 {
					t.Errorf("%s: %d %s", path, got.Status, got.Text())
				}
				if untold := regexp.MustCompile(`(?:bureau|registry|form|exchange)\.[a-z_]+(?:\.[A-Za-z0-9_.]+)?|%!`).FindString(reader.Text()); untold != "" {
					t.Errorf("%s in %s says %q", path, lang, untold)
				}
			}
			if len(paths) < 40 {
				t.Errorf("only %d pages", len(paths))
			}
		}
	})
}

// setUp enters a property committee that serves, past the pages.
func setUp(t *testing.T, town *housetest.Town, he *housetest.Reader) string {
	t.Helper()
	home := drafted(t, he, "丰泽物业纠纷人民调解委员会", "丰泽物业", "sector", "property")
	id := idAt(t, he)
	_ = home
	parsed, err := ident.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	town.Stands(registry.Committee{Key: ident.Key{CountyCode: "350503", ID: parsed}}, registry.Active)
	town.Begins(parsed, "2026-01-01")
	return id
}
