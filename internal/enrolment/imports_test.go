package enrolment_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
	"fengqiao/internal/registry"
)

// Tables of committees, mediators and compounds are tried row by row, entered as ordinary acts, and double nothing.
func TestTablesComeInAndGoOut(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		he := housetest.OnDoorstep(town).Enters(town.County)
		send := func(kind string, content []byte) string {
			t.Helper()
			he.Opens("/bureau/imports").Uploads("表.xlsx", content, "kind", kind)
			if he.Status != 200 || !strings.HasPrefix(he.At, "/bureau/imports/") {
				t.Fatalf("%s: %d %s", kind, he.Status, he.Text())
			}
			return he.At
		}
		enter := func(at string) {
			t.Helper()
			he.Posts(at+"/enter", map[string][]string{"_version": {"1"}, "_key": {"k-" + at}}).Is(200, at+"?done=bureau_entered")
		}
		he.Opens("/bureau/imports").Reads("还没有导入过", "产生方式", "导出时没有这一列").ReadsNot("bureau.")
		he.Uploads("表.xlsx", housetest.Book(t, []any{"名称", "简称"}), "kind", "committees").Is(422, "/bureau/imports").Reads("没有找到表头", "名称、简称、类型、区划代码")
		he.Opens("/bureau/imports").Uploads("图.png", []byte(housetest.Pixel), "kind", "committees").Is(422, "/bureau/imports").Reads("不是 xlsx 或 csv")

		table := housetest.Book(t, []any{"丰泽区调委会名册"}, []any{"名称", "简称", "类型", "区划代码", "行业领域", "产生方式", "选举（设立）单位", "选举日期"},
			[]any{"华大社区人民调解委员会", "华大", "02", 350503001001, "", "居民代表会议", "居民代表会议", "2026.1.5"},
			[]any{"丰泽物业纠纷人民调解委员会", "丰泽物业", "06", "350503000000", "物业"},
			[]any{"华大第二人民调解委员会", "华大", "02", "350503001001"},
			[]any{"天上人民调解委员会", "天上", "天庭", "350503001001"},
			[]any{"鲤城某某人民调解委员会", "鲤某", "02", "350502001001"},
			[]any{"坏换届人民调解委员会", "坏换届", "02", "350503001001", "", "村民会议", "村民会议", "2026-01-05"},
			[]any{"少林社区人民调解委员会", "少林", "02", "350503001001"},
			[]any{"", "无名", "02", "350503001001"})
		at := send("committees", table)
		he.Reads("共 8 行：可以录入 2 行，已经登记过 1 行，不能录入 5 行", "已有调委会使用这个简称", "类型", "没有这一项", "填写本县（市、区）内的区划代码", "请从给出的选项中选择", "请填写这一项", "已经登记").ReadsNot("bureau.")
		he.Opens(at+"?rows=good").Reads("华大社区人民调解委员会", "丰泽物业纠纷人民调解委员会").ReadsNot("坏换届")
		he.Opens("/bureau/committees?state=draft").Reads("没有符合条件的调委会") // it was only tried
		enter(at)
		he.Reads("共 8 行：录入 2 行")
		he.Posts(at+"/enter", map[string][]string{"_version": {"1"}, "_key": {"k-" + at}}).Is(200, at+"?done=bureau_entered") // sent again
		he.Posts(at+"/enter", map[string][]string{"_version": {"2"}, "_key": {"other"}}).Is(409, at+"/enter").Reads("已经录入或者删除")
		he.Opens("/bureau/committees?state=draft").Reads("华大社区人民调解委员会", "丰泽物业纠纷人民调解委员会").ReadsNot("坏换届")
		he.Opens("/bureau").Reads("还差：")
		again := send("committees", table)
		he.Reads("可以录入 0 行，已经登记过 3 行，不能录入 5 行").ReadsNot(again + "/enter")
		he.Posts(again+"/drop", map[string][]string{"_version": {"1"}}).Is(200, again+"?done=bureau_dropped").Reads("没有录入")

		people := housetest.Book(t, []any{"调委会", "姓名", "身份证号", "手机号", "职务", "民族", "中国公民", "学历", "专职", "背景", "起始日期"},
			[]any{"华大", "陈主任", housetest.Numbered("19800101", "001"), "13900001111", "主任", "汉族", "是", "大学本科", "是", "党员、律师", "2026-01-05"},
			[]any{"华大", "林委员", housetest.Numbered("19810101", "002"), "", "委员", "畲族", "是", "", "否"},
			[]any{"华大", "又一主任", housetest.Numbered("19820101", "002"), "", "主任", "", "是"},
			[]any{"华大", "小学生", housetest.Numbered("20120101", "002"), "", "", "", "是"},
			[]any{"华大", "坏号码", "110105198001010", "", "", "", "是"},
			[]any{"不存在", "黄某", housetest.Numbered("19830101", "002"), "", "", "", "是"},
			[]any{"华大社区人民调解委员会", "蔡律师", housetest.Numbered("19840101", "002"), "", "", "", "是", "", "", "律师"},
			[]any{"华大", "蔡律师", housetest.Numbered("19840101", "002"), "", "", "", "是"})
		at = send("mediators", people)
		he.Reads("共 8 行：可以录入 3 行，已经登记过 1 行，不能录入 4 行", "主任一名", "年满 18 周岁", "没有登记这个调委会", "身份证号").ReadsNot("110105198001010")
		enter(at)
		he.Opens("/bureau/committees?q=华大")
		send("mediators", people)
		he.Reads("可以录入 0 行，已经登记过 4 行，不能录入 4 行")

		// Two members more, and both that were begun keep the rules but the one without an election: one button makes active what may be.
		enter(send("mediators", housetest.Book(t, []any{"调委会", "姓名", "身份证号", "职务", "中国公民", "专职"}, []any{"华大", "吴委员", housetest.Numbered("19850101", "002"), "委员", "是", "是"},
			[]any{"丰泽物业", "甲主任", housetest.Numbered("19860101", "002"), "主任", "是"}, []any{"丰泽物业", "乙委员", housetest.Numbered("19870101", "002"), "委员", "是"}, []any{"丰泽物业", "丙委员", housetest.Numbered("19880101", "002"), "委员", "是"})))
		he.Opens("/bureau").Reads("条件已经具备", "O5").ReadsNot("启用条件已具备的")
		he.Posts("/bureau/activate", map[string][]string{"county": {"350503"}, "_key": {"all"}}).Is(200, "/bureau?county=350503&done=bureau_all_active")
		he.Opens("/bureau/committees?state=draft").Reads("丰泽物业").ReadsNot("华大社区")
		he.Posts("/bureau/activate", map[string][]string{"county": {"350502"}})
		if he.Status != 404 {
			t.Errorf("another county's drafts: %d", he.Status)
		}

		places := housetest.Book(t, []any{"小区名称", "区划代码", "地址", "户数", "物业企业", "物业调委会"},
			[]any{"湖滨花园", "350503001001", "湖心街 1 号", 860, "安居物业", ""}, []any{"湖滨二期", "350503001001", "", "", "安居物业", "没有这个会"},
			[]any{"城心花园", "350503000000"}, []any{"湖滨三期", "350503001001", "", "很多"})
		at = send("compounds", places)
		he.Reads("共 4 行：可以录入 1 行，已经登记过 0 行，不能录入 3 行", "物业调委会", "所在的村（社区）", "请填写户数")
		enter(at)
		send("compounds", places)
		he.Reads("可以录入 0 行，已经登记过 1 行，不能录入 3 行")

		out := he.Opens("/bureau/imports/table?kind=mediators").Page
		rows := housetest.Rows(t, out)
		chen := rows[slices.IndexFunc(rows, func(r []string) bool { return len(r) > 1 && r[1] == "陈主任" })]
		if slices.Contains(rows[0], "身份证号") || slices.Contains(rows[0], "手机号") || strings.Join(chen[:9], " ") != "华大 陈主任 主任 委员 男 汉族 大学本科 是 党员、律师" {
			t.Errorf("mediators: %v, %v", rows[0], chen)
		}
		if rows := housetest.Rows(t, he.Opens("/bureau/imports/table?kind=committees").Page); len(rows) != 5 {
			t.Errorf("committees: %v", rows)
		}
		if rows := housetest.Rows(t, he.Opens("/bureau/imports/table?kind=compounds").Page); len(rows) != 2 || strings.Join(rows[1], " ") != "湖滨花园 350503001001 湖心街 1 号 860 安居物业" {
			t.Errorf("compounds: %v", rows)
		}
		if rows := housetest.Rows(t, he.Opens("/bureau/imports/empty?kind=mediators").Page); len(rows) != 1 || rows[0][2] != "身份证号" {
			t.Errorf("empty table: %v", rows)
		}
		if got := he.Opens("/bureau/imports/empty?kind=x"); got.Status != 404 {
			t.Errorf("a table that is none: %d", got.Status)
		}
		if sealed := town.Sealed(t, "register_imports", "rows_sealed", "350503"); sealed != 2 {
			t.Errorf("%d tables still hold what was read, want those two that were only tried", sealed)
		}
		town.Later(8 * 24 * 3600e9)
		if n, err := town.App.Enrolment.Forget(t.Context()); n != 2 || err != nil {
			t.Errorf("forgot %d, %v", n, err)
		}
		if sealed := town.Sealed(t, "register_imports", "rows_sealed", "350503"); sealed != 0 {
			t.Errorf("%d tables hold what was read after eight days", sealed)
		}
	})
}

// Programs send tables, read what would happen, and enter them on the version that they saw.
func TestProgramsSendTables(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		he, far := town.As(town.County), town.As(town.FarCounty)
		on := func(h housetest.Hand, version string) housetest.Hand { return h.With("If-Match", `"`+version+`"`) }
		firm := he.Post("/registry/property-firms", housetest.M{"area_code": housetest.Fengze, "name": "安居物业公司"}).Is(201).Text("id")
		he.Post("/registry/compounds", housetest.M{"name": "湖滨花园", "area_code": housetest.Donghu, "property_firm_id": firm}).Is(201)
		far.Get("/registry/tables/mediators?county=350503").Is(404)
		if rows := housetest.Rows(t, string(he.Get("/registry/tables/compounds?county=350503").Is(200).Body)); len(rows) != 2 || rows[1][4] != "安居物业公司" {
			t.Errorf("table: %v", rows)
		}
		table := housetest.File{Name: "表.xlsx", Content: string(housetest.Book(t, []any{"小区名称", "区划代码"}, []any{"新花园", string(housetest.Shaolin)}, []any{"湖滨花园", string(housetest.Donghu)}, []any{"错花园", "1"}))}
		sent := map[string]string{"county": "350503", "kind": "compounds"}
		far.SendForm("POST", "/registry/imports", sent, table).Is(404)
		tried := he.SendForm("POST", "/registry/imports", sent, table).Is(201)
		if tried.Text("good")+tried.Text("there")+tried.Text("bad") != "111" || tried.Text("each.2.column") != "区划代码" {
			t.Errorf("tried: %s", tried.Body)
		}
		at := "/registry/imports/" + tried.Text("id")
		far.Get(at).Is(404)
		on(far, "1").Post(at+"/enter", nil).Is(404)
		if done := on(he, "1").Post(at+"/enter", nil).Is(200); done.Text("state") != "entered" || done.Text("good") != "1" {
			t.Errorf("entered: %s", done.Body)
		}
		on(he, "2").Send("DELETE", at, nil).Refuses("import_state")
	})
}

// One table is read at a time. Who waits for another's is told so in the end, and nothing of theirs was kept.
func TestT12_TablesAreReadOneByOne(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		s := town.App.Enrolment
		g, err := town.App.Policy.Allow(actor.Actor{Person: town.County.ID, Posts: []actor.Post{{Role: actor.BureauSupervisor, Area: housetest.Fengze}}}, registry.Keeping)
		if err != nil {
			t.Fatal(err)
		}
		table := housetest.Book(t, []any{"小区名称", "区划代码"}, []any{"新花园", string(housetest.Shaolin)})
		read := s.Reads()
		ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer stop()
		if _, err := s.Upload(ctx, g, housetest.Fengze.County(), "compounds", bytes.NewReader(table)); err == nil || fault.Of(err).Code != "reading" || fault.Of(err).Kind != fault.Unavailable {
			t.Errorf("beside another: %v", err)
		}
		read()
		for range 2 { // and whoever was read lets the next one in
			if _, err := s.Upload(t.Context(), g, housetest.Fengze.County(), "compounds", bytes.NewReader(table)); err != nil {
				t.Errorf("after it: %v", err)
			}
		}
	})
}
