package casework_test

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// tells walks through the questions to the check page.
func (r *reader) tells() *reader {
	r.t.Helper()
	r.opens("/file").is(200, "/file").reads("免费", "自愿", "保密", "12348", "8 分钟")
	r.opens("/file/place").says("area_code", "350503000000").is(200, "/file/town")
	r.says("area_code", "350503001000").is(200, "/file/village")
	r.says("area_code", string(housetest.Shaolin)).is(200, "/file/about")
	r.says("category", "02").is(200, "/file/facts")
	r.says("facts", "楼上卫生间漏水，\n天花板发霉。").is(200, "/file/wish")
	r.says("request", "").is(200, "/file/you")
	r.says("applicant.name", "林秀英", "applicant.phone", "138 0013 8000").is(200, "/file/other")
	return r.says("respondents.0.kind", "person", "respondents.0.name", "陈志强", "unknown", "yes").is(200, "/file/check")
}

var (
	reference = regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}`)
	code      = regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{5}`)
)

func (r *reader) receipt() (ref, word string) {
	r.t.Helper()
	word = code.FindString(r.text())
	ref = reference.FindString(strings.Replace(r.text(), word, "", 1))
	if ref == "" || word == "" {
		r.t.Fatalf("no reference and code on %s: %s", r.at, r.text())
	}
	return ref, word
}

func TestAResidentFilesFollowsAndIsAnswered(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		lin := d.comes()
		lin.tells().reads("林秀英", "陈志强", "不知道", "未填写", "邻里纠纷", town.Home.Name, "福建省泉州市丰泽区")
		lin.says().is(200, "/file/done").reads("申请已经提交", "2026年3月11日", town.Home.Name, "0595-00000000")
		ref, word := lin.receipt()

		again := lin.opens("/file/done")
		if ref2, word2 := again.receipt(); ref2 != ref || word2 != word {
			t.Errorf("shown again: %s %s, before %s %s", ref2, word2, ref, word)
		}
		lin.says().reads("已经收到", "您申请了调解", "楼上卫生间漏水").readsNot("13800138000x")
		own := lin.at

		d.comes().opens("/follow").says("reference", strings.ToLower(ref), "code", strings.ReplaceAll(word, "-", " ")).is(200, own)
		d.comes().opens(own).reads("查看进度") // nobody's: asked to come in
		town.Later(25 * time.Hour)
		d.comes().opens("/file/done").reads("这一页已经不在了")
		lin.opens("/file/done").reads("这一页已经不在了")
	})
}

func TestSendingTwiceFilesOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		lin := d.comes()
		action, values := lin.tells().form()
		lin.posts(action, values).is(200, "/file/done")
		ref, word := lin.receipt()
		lin.posts(action, values).is(200, "/file/done")
		if ref2, word2 := lin.receipt(); ref2 != ref || word2 != word {
			t.Errorf("sent twice: %s %s, then %s %s", ref, word, ref2, word2)
		}
		if got := town.As(town.Zheng).Get("/cases").Value("items"); len(got.([]any)) != 1 {
			t.Errorf("%d cases", len(got.([]any)))
		}
		lin.opens("/file/check").is(200, "/file/done")
	})
}

func TestWhatIsMissingOrWrongIsSaidAndKept(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := onDoorstep(t, town).comes()
		r.opens("/file/place").says().is(422, "/file/place").reads("错误：", "请选择事情发生在哪个县")
		r.says("area_code", "440100000000").is(422, "/file/place").reads("请从给出的选项中选择")
		r.opens("/file/facts").is(200, "/file/place") // what can be chosen depends on the place
		r.says("area_code", "350527000000").is(200, "/file/about")
		r.says().is(422, "/file/about").reads("请选择是哪一类事")
		r.says("category", "02").says("facts", " ").is(422, "/file/facts").reads("请写发生了什么事")
		r.says("facts", strings.Repeat("漏", 10001)).is(422, "/file/facts").reads("10000", "漏漏漏")
		r.opens("/file/check").reads("未填写", "还有没填的")
		r.opens("/file/facts?to=check&missing=1").reads("还差这一项").says("facts", "漏水").is(200, "/file/you?to=check")
		r.says("applicant.name", "林秀英", "applicant.phone", "").is(422, "/file/you?to=check").reads("请填写您的电话", `value="林秀英"`)
		r.says("applicant.name", "林秀英", "applicant.phone", "12345").is(422, "/file/you?to=check").reads("11 位手机号码", `value="12345"`)
		r.says("applicant.name", "林秀英", "applicant.phone_reason", "打给邻居王阿姨").is(200, "/file/other?to=check")
		r.says("respondents.0.kind", "organisation", "respondents.0.name", "", "respondents.0.phone", "").
			is(422, "/file/other?to=check").reads("请填写对方的姓名", "请填写对方的电话；不知道的，请勾选", `value="organisation" checked`)
		r.says("respondents.0.kind", "organisation", "respondents.0.name", "平安物业", "respondents.0.phone", "0595-22281234").is(200, "/file/check")
		r.reads("平安物业（单位）", "打给邻居王阿姨", "金门县")
	})
}

func TestAnswersAreChangedFromTheCheckPage(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := onDoorstep(t, town).comes()
		r.tells()
		for _, path := range []string{"place", "about", "title", "facts", "wish", "you", "other"} {
			r.opens("/file/check").reads(`href="/file/` + path)
		}
		r.opens("/file/title?to=check").reads("邻里纠纷").says("title", "漏水").is(200, "/file/check").reads("漏水")
		r.opens("/file/facts?to=check").reads("楼上卫生间漏水，\n天花板发霉。").says("facts", "新的经过").is(200, "/file/check").reads("新的经过")
		r.opens("/file/other?no=2&to=check").says("respondents.1.kind", "person", "respondents.1.name", "陈太太", "unknown", "yes").is(200, "/file/check").reads("陈太太", "陈志强")
		r.opens("/file/other?no=2&to=check").reads("去掉这一位").says("respondents.1.name", "陈太太", "remove", "yes").is(200, "/file/check").readsNot("陈太太")
		// another place: only what depends on it is asked again
		r.opens("/file/place?to=check").says("area_code", "350502000000").is(200, "/file/town?to=check")
		r.opens("/file/check").reads("还有没填的")
		r.opens("/file/town?to=check").says("area_code", "350502000000").is(200, "/file/check").reads("鲤城区", "新的经过").readsNot("还有没填的")
	})
}

func TestInACompoundOtherThingsAreAsked(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		var id ident.ID
		err := town.Store.Do(t.Context(), actor.System, "350503", func(tx *db.Tx) error {
			rows := []registry.Compound{{Key: tx.NewKey(), Version: 1, Name: "东湖花园", AreaCode: housetest.Shaolin, Address: "东湖街 120 号"}}
			id = rows[0].ID
			return registry.BulkCompounds(tx, rows)
		})
		if err != nil {
			t.Fatal(err)
		}
		r := onDoorstep(t, town).comes()
		r.opens("/file/place").says("area_code", "350503000000").says("area_code", "350503001000").says("area_code", string(housetest.Shaolin)).
			is(200, "/file/compound").reads("东湖花园", "不在小区").says().is(422, "/file/compound")
		r.says("compound_id", id.String()).is(200, "/file/about").reads("漏水、下水道返水", "物业费").readsNot("宅基地")
		r.says("category", "1306").is(200, "/file/facts")
		r.opens("/file/compound").says("compound_id", "none").is(200, "/file/about").reads("宅基地").readsNot("value=\"1306\"")
		r.opens("/file/check").reads("还有没填的", "不在小区，或者不清楚")
	})
}

func TestWhatWasWrittenIsSealedForgottenAndNobodyElses(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		r := d.comes()
		r.opens("/file/place").says("area_code", "350527000000").says("category", "99").says("facts", "PLANTED-FACTS").is(200, "/file/wish")
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
		u, err := url.Parse(d.base)
		if err != nil {
			t.Fatal(err)
		}
		kept := r.client.Jar.Cookies(u)
		r.opens("/file").reads("接着填写", `href="/file/you"`)
		for _, k := range kept {
			if k.Name == "fengqiao-draft" {
				k.Value = k.Value[:len(k.Value)-1] + "x"
			}
		}
		d.comes(kept...).opens("/file").readsNot("接着填写")
		town.Later(31 * 24 * time.Hour)
		r.opens("/file").readsNot("接着填写")
		if n, err := town.App.Cases.ForgetDrafts(t.Context()); n != 1 || err != nil {
			t.Errorf("forgot %d, %v", n, err)
		}
		r.opens("/file/place").says("area_code", "350527000000").is(200, "/file/about")
		r.opens("/file/forget").says().is(200, "/file?done=forgotten").reads("已经没有您填写的内容").readsNot("接着填写")
	})
}
