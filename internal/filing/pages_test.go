package filing_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

func TestAResidentFilesFollowsAndIsAnswered(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Comes()
		lin.Tells().Reads("林秀英", "陈志强", "不知道", "未填写", "邻里纠纷", town.Home.Name, "福建省泉州市丰泽区")
		lin.Says().Is(200, "/file/done").Reads("申请已经提交", "2026年3月11日", town.Home.Name, "0595-00000000")
		ref, word := lin.Receipt()

		lin.Opens("/file/done/copy").Reads("编号："+ref, "查询码："+word, town.Home.Name, "2026年3月11日").ReadsNot("陈志强", "林秀英", "漏水", "邻里")
		d.Comes().Opens("/file/done/copy").Reads("这一页已经不在了")
		again := lin.Opens("/file/done")
		if ref2, word2 := again.Receipt(); ref2 != ref || word2 != word {
			t.Errorf("shown again: %s %s, before %s %s", ref2, word2, ref, word)
		}
		lin.Says().Reads("已经收到", "您申请了调解", "楼上卫生间漏水").ReadsNot("13800138000x")
		own := lin.At

		d.Comes().Opens("/follow").Says("reference", strings.ToLower(ref), "code", strings.ReplaceAll(word, "-", " ")).Is(200, own)
		d.Comes().Opens(own).Reads("查看进度") // nobody's: asked to come in
		town.Later(25 * time.Hour)
		d.Comes().Opens("/file/done").Reads("这一页已经不在了")
		lin.Opens("/file/done").Reads("这一页已经不在了")
	})
}

// Who fills the pages in English is written to in English; of the other side nobody knows yet.
func TestWhoFilesInEnglishIsWrittenToInEnglish(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		for lang, want := range map[string]string{"en": "en ", "zh-CN": "zh-CN "} {
			town.Later(time.Second)
			lin := d.Comes()
			lin.Tells()
			lin.Takes(&http.Cookie{Name: "fengqiao-lang", Value: lang}).Opens("/file/check")
			if lang == "en" { // what nobody wrote is not told in another language
				lin.ReadsNot("邻里纠纷").Opens("/file/title").Says("title", "About: Neighbours").Is(200, "/file/check").ReadsNot("邻里纠纷")
			}
			lin.Says().Is(200, "/file/done")
			done := *lin
			if home := done.Says(); strings.Contains(lin.Page+home.Page, "邻里纠纷") == (lang == "en") {
				t.Errorf("in %s: %s %s", lang, lin.Text(), home.Text())
			}
			id := town.As(town.Zheng).Get("/cases").Text("items.0.id")
			c := town.As(town.Zheng).Get("/cases/" + id).Is(200)
			if c.Text("title") != "邻里纠纷" {
				t.Errorf("the register calls it %q", c.Text("title"))
			}
			if got := c.Text("parties.0.needs.reads") + " " + c.Text("parties.1.needs.reads"); got != want {
				t.Errorf("filed in %s: %q", lang, got)
			}
		}
	})
}

func TestSendingTwiceFilesOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Comes()
		action, values := lin.Tells().Form()
		lin.Posts(action, values).Is(200, "/file/done")
		ref, word := lin.Receipt()
		lin.Posts(action, values).Is(200, "/file/done")
		if ref2, word2 := lin.Receipt(); ref2 != ref || word2 != word {
			t.Errorf("sent twice: %s %s, then %s %s", ref, word, ref2, word2)
		}
		if got := town.As(town.Zheng).Get("/cases").Value("items"); len(got.([]any)) != 1 {
			t.Errorf("%d cases", len(got.([]any)))
		}
		lin.Opens("/file/check").Is(200, "/file/done")
	})
}

// The program may die when the case is made and the draft does not say so yet; the draft is still good for thirty days, and
// the one-time key for one.
func TestSentAgainAfterDaysFilesOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Comes()
		action, values := lin.Tells().Form()
		drafts := lin.Cookies()
		does(t, town, "CREATE TABLE drafts_before AS SELECT * FROM filing_drafts")
		lin.Posts(action, values).Is(200, "/file/done")
		ref, word := lin.Receipt()
		does(t, town, "DELETE FROM filing_drafts", "INSERT INTO filing_drafts SELECT * FROM drafts_before")

		town.Later(26 * time.Hour)
		lin = d.Comes(drafts...).Posts(action, values).Is(200, "/file/done").Reads("2026年3月11日", town.Home.Name)
		if ref2, word2 := lin.Receipt(); ref2 != ref || word2 != word {
			t.Errorf("sent again: %s %s, then %s %s", ref, word, ref2, word2)
		}
		if got := town.Again(town.Zheng).Get("/cases").Value("items"); len(got.([]any)) != 1 {
			t.Errorf("%d cases", len(got.([]any)))
		}
		town.Later(31 * 24 * time.Hour)
		if _, err := town.App.Filing.ForgetDrafts(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := kept(t, town, "directory WHERE kind = 'filing'"); n != 0 {
			t.Errorf("%d drafts are still known that are forgotten", n)
		}
	})
}

// Whoever leaves at once leaves nothing behind: neither what was typed, nor the confirmation with the code that opens the case.
func TestWhoLeavesAtOnceLeavesNothingBehind(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	d := housetest.OnDoorstep(town)
	lin := d.Comes()
	lin.Tells().Posts("/leave", url.Values{}).Is(200, "/calendar")
	lin.Opens("/file/facts").ReadsNot("漏水")
	lin.Opens("/file/check").ReadsNot("陈志强", "漏水")
	lin.Tells().Says().Is(200, "/file/done").Reads("查询码")
	lin.Posts("/leave", url.Values{}).Is(200, "/calendar")
	lin.Opens("/file/done").Reads("这一页已经不在了")
}

// Whoever went on with a draft that had been filed before is told that what they changed since is not in the case, and
// where it goes; whoever changed nothing is not troubled.
func TestWhatWasChangedAfterAFilingIsSaidNotToBeInIt(t *testing.T) {
	t.Parallel()
	const changed, where = "以后改过的内容", "交照片或材料"
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Comes()
		action, values := lin.Tells().Form()
		drafts := lin.Cookies()
		does(t, town, "CREATE TABLE drafts_before AS SELECT * FROM filing_drafts")
		lin.Posts(action, values).Is(200, "/file/done").ReadsNot(changed)
		died := func() *housetest.Reader {
			does(t, town, "DELETE FROM filing_drafts", "INSERT INTO filing_drafts SELECT * FROM drafts_before")
			town.Later(time.Hour)
			return d.Comes(drafts...)
		}
		died().Posts(action, values).Is(200, "/file/done").ReadsNot(changed)
		again := died()
		again.Opens("/file/facts?to=check").Says("facts", "楼上漏水，昨天天花板塌了一块。").Is(200, "/file/check")
		again.Posts(action, values).Is(200, "/file/done").Reads(changed, where).Opens("/file/done").Reads(changed)
		if got := town.Again(town.Zheng).Get("/cases").Value("items"); len(got.([]any)) != 1 {
			t.Errorf("%d cases", len(got.([]any)))
		}
	})
}

// does runs statements on the rows themselves.
func does(t *testing.T, town *housetest.Town, statements ...string) {
	t.Helper()
	pool, err := town.Store.Pool()
	for _, s := range statements {
		if err == nil {
			_, err = pool.ExecContext(t.Context(), s)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsMissingOrWrongIsSaidAndKept(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := housetest.OnDoorstep(town).Comes()
		r.Opens("/file/place").Says().Is(422, "/file/place").Reads("错误：", "请选择事情发生在哪个县")
		r.Says("area_code", "440100000000").Is(422, "/file/place").Reads("请从给出的选项中选择")
		r.Opens("/file/facts").Is(200, "/file/place") // what can be chosen depends on the place
		r.Says("area_code", "350527000000").Is(200, "/file/about")
		r.Says().Is(422, "/file/about").Reads("请选择是哪一类事")
		r.Says("category", "02").Says("danger", "no").Says("facts", " ").Is(422, "/file/facts").Reads("请写发生了什么事")
		r.Says("facts", strings.Repeat("漏", 10001)).Is(422, "/file/facts").Reads("10000", "漏漏漏")
		r.Opens("/file/check").Reads("未填写", "还有没填的")
		r.Opens("/file/facts?to=check&missing=1").Reads("还差这一项").Says("facts", "漏水").Is(200, "/file/you?to=check")
		r.Says("applicant.name", "林秀英", "applicant.phone", "").Is(422, "/file/you?to=check").Reads("请填写您的电话", `value="林秀英"`)
		r.Says("applicant.name", "林秀英", "applicant.phone", "12345").Is(422, "/file/you?to=check").Reads("11 位手机号码", `value="12345"`)
		r.Says("applicant.name", "林秀英", "applicant.phone_reason", "打给邻居王阿姨").Is(200, "/file/other?to=check")
		r.Says("respondents.0.kind", "organisation", "respondents.0.name", "", "respondents.0.phone", "").
			Is(422, "/file/other?to=check").Reads("请填写对方的姓名", "请填写对方的电话；不知道的，请勾选", `value="organisation" checked`)
		r.Says("respondents.0.kind", "organisation", "respondents.0.name", "平安物业", "respondents.0.phone", "0595-22281234").Is(200, "/file/check")
		r.Reads("平安物业（单位）", "打给邻居王阿姨", "金门县")
	})
}

func TestAnswersAreChangedFromTheCheckPage(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := housetest.OnDoorstep(town).Comes()
		r.Tells()
		for _, path := range []string{"place", "about", "title", "safe", "facts", "wish", "photos", "you", "other"} {
			r.Opens("/file/check").Reads(`href="/file/` + path)
		}
		r.Opens("/file/title?to=check").Reads("邻里纠纷").Says("title", "漏水").Is(200, "/file/check").Reads("漏水")
		r.Opens("/file/facts?to=check").Reads("楼上卫生间漏水，\n天花板发霉。").Says("facts", "新的经过").Is(200, "/file/check").Reads("新的经过")
		r.Opens("/file/other?no=2&to=check").Says("respondents.1.kind", "person", "respondents.1.name", "陈太太", "unknown", "yes").Is(200, "/file/check").Reads("陈太太", "陈志强")
		r.Opens("/file/other?no=2&to=check").Reads("去掉这一位").Says("respondents.1.name", "陈太太", "remove", "yes").Is(200, "/file/check").ReadsNot("陈太太")
		// another place: only what depends on it is asked again
		r.Opens("/file/place?to=check").Says("area_code", "350502000000").Is(200, "/file/town?to=check")
		r.Opens("/file/check").Reads("还有没填的")
		r.Opens("/file/town?to=check").Says("area_code", "350502000000").Is(200, "/file/check").Reads("鲤城区", "新的经过").ReadsNot("还有没填的")
	})
}

func TestInACompoundOtherThingsAreAsked(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		id := garden(t, town, "东湖花园")
		r := housetest.OnDoorstep(town).Comes()
		r.Opens("/file/place").Says("area_code", "350503000000").Says("area_code", "350503001000").Says("area_code", string(housetest.Shaolin)).
			Is(200, "/file/compound").Reads("东湖花园", "不在小区").Says().Is(422, "/file/compound")
		r.Says("compound_id", id.String()).Is(200, "/file/about").Reads("漏水、下水道返水", "物业费").ReadsNot("宅基地")
		r.Says("category", "1306").Is(200, "/file/safe").Says("danger", "no").Is(200, "/file/facts")
		r.Opens("/file/compound").Says("compound_id", "none").Is(200, "/file/about").Reads("宅基地").ReadsNot("value=\"1306\"")
		r.Opens("/file/check").Reads("还有没填的", "不在小区，或者不清楚")
	})
}

func TestWhatWasWrittenIsSealedForgottenAndNobodyElses(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		r := d.Comes()
		r.Opens("/file/place").Says("area_code", "350527000000").Says("category", "99").Says("danger", "unsaid").Says("facts", "PLANTED-FACTS").Is(200, "/file/wish")
		var raw []byte
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		if err := pool.QueryRowContext(t.Context(), "SELECT answers_sealed FROM filing_drafts").Scan(&raw); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("PLANTED")) {
			t.Error("the answers lie open in the database")
		}
		kept := r.Cookies()
		r.Opens("/file").Reads("接着填写", `href="/file/wish"`)
		for _, k := range kept {
			if k.Name == "fengqiao-draft" {
				k.Value = k.Value[:len(k.Value)-1] + "x"
			}
		}
		d.Comes(kept...).Opens("/file").ReadsNot("接着填写")
		town.Later(31 * 24 * time.Hour)
		r.Opens("/file").ReadsNot("接着填写")
		if n, err := town.App.Filing.ForgetDrafts(t.Context()); n != 1 || err != nil {
			t.Errorf("forgot %d, %v", n, err)
		}
		r.Opens("/file/place").Says("area_code", "350527000000").Is(200, "/file/about")
		r.Opens("/file/forget").Says().Is(200, "/file?done=forgotten").Reads("已经没有您填写的内容").ReadsNot("接着填写")
	})
}

// Whoever comes back goes on at the very question they left, also where it need not be answered.
func TestWhoComesBackGoesOnWhereTheyLeft(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := begins(housetest.OnDoorstep(town), "02", "no").Is(200, "/file/facts").Says("facts", "漏水").Is(200, "/file/wish")
		goesOn := func(at string) { t.Helper(); r.Opens("/file").Reads(`class="btn" href="` + at + `"`) }
		goesOn("/file/wish")
		r.Opens("/file/wish").Says("request", "").Is(200, "/file/photos")
		goesOn("/file/photos")
		r.Opens("/file/photos").Says().Is(200, "/file/you")
		goesOn("/file/you")
		r.Opens("/file/you").Says("applicant.name", "林秀英", "applicant.phone", "13800138000").Is(200, "/file/other")
		r.Says("respondents.0.kind", "person", "respondents.0.name", "陈志强", "unknown", "yes").Is(200, "/file/check")
		goesOn("/file/check")
	})
}

// What was filed without an account is not on the list of whoever signs in afterwards: the code leads there, and stays.
func TestWhoSignsInAfterFilingStillHasTheCode(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := housetest.OnDoorstep(town).Comes().Tells().Says().Is(200, "/file/done")
		r.Opens("/sign-in").Says("login", town.Lin.Login, "password", housetest.Password)
		r.Opens("/file/done").ReadsNot(`href="/mine/`).Says().Reads("邻里纠纷")
		if r.Status != 200 || r.At == "/file/done" {
			t.Errorf("led to %s with %d", r.At, r.Status)
		}
	})
}

func TestEveryFilingPageInEnglish(t *testing.T) {
	t.Parallel()
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	r := housetest.OnDoorstep(town).Comes(&http.Cookie{Name: "fengqiao-lang", Value: "en"})
	r.Opens("/file/place").Says("area_code", "350527000000").Is(200, "/file/about")
	for _, path := range []string{"/file", "/file/not-for-us", "/file/place", "/file/find", "/file/about", "/file/safe", "/file/advice", "/file/facts", "/file/wish", "/file/photos", "/file/you", "/file/other",
		"/file/title", "/file/check", "/file/forget", "/file/done"} {
		if r.Opens(path).Status != 200 {
			t.Errorf("%s: %d", path, r.Status)
		}
		r.Reads(`<html lang="en"`)
	}
}

// Whoever is signed in is not asked again for what their account knows; nobody else is shown it.
func TestNameAndTelephoneAreFilledInFromTheAccount(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Enters(town.Lin)
		lin.Opens("/file/place").Says("area_code", "350527000000")
		lin.Opens("/file/you").Reads(`value="林秀英"`, `value="`+town.Lin.Phone+`"`, "已按您的账号填好")
		lin.Says("applicant.name", "林秀英", "applicant.phone", "", "applicant.phone_reason", "打给邻居").Is(200, "/file/other")
		lin.Opens("/file/you").ReadsNot(town.Lin.Phone, "已按您的账号填好").Reads("打给邻居") // what they said stands
		su := d.Enters(town.Su)
		su.Opens("/file/place").Says("area_code", "350527000000")
		su.Opens("/file/you").ReadsNot(town.Su.Phone, `value="苏惠敏"`)
		anybody := d.Comes()
		anybody.Opens("/file/place").Says("area_code", "350527000000")
		anybody.Opens("/file/you").ReadsNot("已按您的账号填好")
	})
}

// Windows and paper stay beside the screen (X1): whoever files or signs is told so on the very page.
func TestX1_WindowsAndPaperStayBesideTheScreen(t *testing.T) {
	t.Parallel()
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	d := housetest.OnDoorstep(town)
	d.Comes().Opens("/file").Reads("12348", "司法所", "写在纸上", "请家人、邻居帮您填")
	d.Comes().Opens("/file/place").Reads("村（居）民委员会", `href="tel:12348"`)
	c := d.As(nil).Files()
	su := d.As(d.Su)
	su.Met(c, d.Su)
	su.Does(c, "fix-agreement", c.Terms()).Is(200)
	d.Comes().Opens("/follow").Says("reference", c.Reference, "code", c.Code).Opens("/mine/" + c.ID + "/sign").Reads("纸")
}

// Staff whose post files for nobody are told so before they have typed anything.
func TestStaffWhoMayNotFileAreToldAtTheStart(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		county := d.Enters(town.County)
		county.Opens("/file").Is(200, "/file").Reads("您的岗位不登记纠纷", "12348").ReadsNot(`href="/file/place"`)
		county.Opens("/file/place").Is(200, "/file")
		county.Opens("/desk/new").Is(403, "/desk/new").Reads("您的岗位不登记纠纷").ReadsNot("<form method=\"post\" action=\"/desk/new\"")
		d.Comes().Opens("/file").Reads(`href="/file/place"`).ReadsNot("您的岗位")
		d.Enters(town.Su).Opens("/desk/new").Is(200, "/desk/new")
	})
}
