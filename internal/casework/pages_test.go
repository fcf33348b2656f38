package casework_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// reader is somebody with a browser that has no JavaScript.
type reader struct {
	t      *testing.T
	client *http.Client
	base   string
	at     string // the page they are on
	Status int
	Page   string
}

// doorstep serves the town's pages and lets its people come.
type doorstep struct {
	*housetest.Town
	t    *testing.T
	base string
}

func onDoorstep(t *testing.T, town *housetest.Town) *doorstep {
	t.Helper()
	mountResidentPages(town)
	server := httptest.NewServer(town.App.Handler())
	t.Cleanup(server.Close)
	return &doorstep{Town: town, t: t, base: server.URL}
}

// mountResidentPages mounts the pages unless the program itself has done so.
func mountResidentPages(town *housetest.Town) {
	if slices.ContainsFunc(town.App.Site.Routes(), func(r page.Route) bool { return r.Path == "/file" }) {
		return
	}
	town.App.Cases.ResidentPages(town.App.Site, casework.PageOptions{OpenPartySession: func(ctx context.Context, v casework.Visitor) (string, error) {
		var s account.Session
		err := town.Store.Do(ctx, actor.Actor{}, v.Case.County(), func(tx *db.Tx) (err error) {
			s, err = town.App.Accounts.OpenPartySession(tx, v.Case, v.Party, v.Part)
			return err
		})
		return s.Token, err
	}})
}

func (d *doorstep) comes(cookies ...*http.Cookie) *reader {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	u, err := url.Parse(d.base)
	if err != nil {
		d.t.Fatal(err)
	}
	jar.SetCookies(u, cookies)
	return &reader{t: d.t, client: &http.Client{Jar: jar}, base: d.base}
}

func (r *reader) send(req *http.Request) *reader {
	r.t.Helper()
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	r.Status, r.Page, r.at = answer.StatusCode, string(body), answer.Request.URL.RequestURI()
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		r.wellMade()
	}
	return r
}

// opens goes to a page.
func (r *reader) opens(path string) *reader {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "GET", r.base+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.send(req)
}

var (
	tagForm   = regexp.MustCompile(`<form method="post" action="([^"]+)"(?: enctype="([^"]+)")? novalidate>`)
	tagHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
)

// form is the one form of the page, with what is hidden in it.
func (r *reader) form() (action string, values url.Values) {
	r.t.Helper()
	found := tagForm.FindAllStringSubmatch(r.Page, -1)
	if len(found) != 1 {
		r.t.Fatalf("%s has %d forms: %s", r.at, len(found), r.text())
	}
	values = url.Values{}
	for _, m := range tagHidden.FindAllStringSubmatch(r.Page, -1) {
		values.Add(m[1], html.UnescapeString(m[2]))
	}
	return html.UnescapeString(found[0][1]), values
}

// says fills the page's form with pairs of name and value and sends it.
func (r *reader) says(pairs ...string) *reader {
	r.t.Helper()
	action, values := r.form()
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return r.posts(action, values)
}

func (r *reader) posts(action string, values url.Values) *reader {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.base+action, strings.NewReader(values.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.send(req)
}

// uploads fills the page's form and adds a file.
func (r *reader) uploads(name string, content []byte, pairs ...string) *reader {
	r.t.Helper()
	action, values := r.form()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	for key := range values {
		if err := w.WriteField(key, values.Get(key)); err != nil {
			r.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil || w.Close() != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.base+action, &body)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	return r.send(req)
}

// is fails unless the page is at this address with this status.
func (r *reader) is(status int, at string) *reader {
	r.t.Helper()
	if r.Status != status || r.at != at {
		r.t.Fatalf("on %s with %d, want %s with %d: %s", r.at, r.Status, at, status, r.text())
	}
	return r
}

func (r *reader) reads(texts ...string) *reader {
	r.t.Helper()
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(r.Page), text) {
			r.t.Errorf("%s does not say %q: %s", r.at, text, r.text())
		}
	}
	return r
}

func (r *reader) readsNot(texts ...string) *reader {
	r.t.Helper()
	for _, text := range texts {
		if strings.Contains(html.UnescapeString(r.Page), text) {
			r.t.Errorf("%s says %q", r.at, text)
		}
	}
	return r
}

var tags = regexp.MustCompile(`(?s)<(?:script|style).*?</(?:script|style)>|<[^>]*>`)

// text is what the page's main part says.
func (r *reader) text() string {
	_, main, _ := strings.Cut(r.Page, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString("<main"+main, " "))), " ")
}

var (
	pageLabel   = regexp.MustCompile(`<label for="([^"]+)"`)
	pageControl = regexp.MustCompile(`<(?:input|select|textarea) [^>]*?id="([^"]+)"`)
	pageID      = regexp.MustCompile(` id="([^"]+)"`)
	untold      = regexp.MustCompile(`\b(?:file|mine|done)\.[a-z_]+|%!|<no value>`)
)

// wellMade is asked of every page that anybody in these tests is shown.
func (r *reader) wellMade() {
	r.t.Helper()
	if n := strings.Count(r.Page, "<h1"); n != 1 {
		r.t.Errorf("%s: %d h1, want one", r.at, n)
	}
	if m := untold.FindString(r.text()); m != "" {
		r.t.Errorf("%s shows %q", r.at, m)
	}
	for _, bad := range []string{" style=", " onclick=", "<script>", "ZgotmplZ"} {
		if strings.Contains(r.Page, bad) {
			r.t.Errorf("%s holds %q", r.at, bad)
		}
	}
	ids, labels := map[string]bool{}, map[string]bool{}
	for _, m := range pageID.FindAllStringSubmatch(r.Page, -1) {
		if ids[m[1]] {
			r.t.Errorf("%s: id %q stands twice", r.at, m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range pageLabel.FindAllStringSubmatch(r.Page, -1) {
		labels[m[1]] = true
	}
	for _, m := range pageControl.FindAllStringSubmatch(r.Page, -1) {
		if !labels[m[1]] {
			r.t.Errorf("%s: the question %q has no label", r.at, m[1])
		}
	}
	if strings.Count(r.Page, " novalidate>") > 1 {
		r.t.Errorf("%s: more than one form", r.at)
	}
}

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

// known has a case at Home with codes for both sides.
type known struct {
	*housetest.Case
	lin, chen *reader
}

// invited files a case and lets both sides in by their codes.
func (d *doorstep) invited() *known {
	d.t.Helper()
	k := &known{Case: d.As(nil).Files()}
	su := d.As(d.Su)
	su.Does(k.Case, "ask-consent", nil).Is(200)
	letter := su.Post("/cases/"+k.ID+"/invitations", housetest.M{"party_id": k.Respondent, "channel": "letter"})
	letter.Is(201)
	k.lin, k.chen = d.comes(), d.comes()
	k.lin.opens("/follow").says("reference", k.Reference, "code", k.Code).is(200, "/mine/"+k.ID)
	k.chen.opens("/follow").says("reference", k.Reference, "code", letter.Text("letter.code")).is(200, "/mine/"+k.ID)
	su.Sees(k.Case)
	return k
}

func (k *known) home() string { return "/mine/" + k.ID }

func TestTheOtherSideAnswersFreely(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.chen.reads("愿不愿意，由您决定", "答复：愿不愿意调解", "希望您在", "（您）").readsNot("漏水", "天花板", "13800138000", "撤回申请")
		k.chen.opens(k.home()+"/answer").reads("陈志强，您好", "没有说谁对谁错", "邻里", "林秀英").readsNot("漏水")
		k.chen.says().is(422, k.home()+"/answer").reads("请选择愿意或者不愿意")
		k.chen.says("consent", "refused").is(200, k.home()+"/refuse").reads("可以不选", "没有人会因此责怪您")
		k.chen.says("reason", "D7").is(200, k.home()+"?done=refused_unsafe").reads("110", "没有受理", "有一方不愿意调解", "我改变主意了")
		k.lin.opens(k.home()).reads("没有受理", "陈志强不愿意调解").readsNot("不安全", "我改变主意了")
		k.chen.opens(k.home()+"/reconsider").says().is(200, k.home()+"?done=reconsidered").reads("您已经表示愿意调解")
		k.lin.opens(k.home()+"/answer").says("consent", "agreed").is(200, k.home()+"?done=agreed")
		d.As(d.Su).Sees(k.Case)
		d.As(d.Su).Does(k.Case, "accept", nil).Is(200)
		k.chen.opens(k.home()).reads("已经受理", "要求停止调解").readsNot("答复：愿不愿意调解")
		k.chen.opens(k.home()+"/answer").is(200, k.home()) // no longer asked
	})
}

// met brings an invited case to its first session.
func (k *known) met(d *doorstep) {
	d.t.Helper()
	su := d.As(d.Su)
	for _, p := range []string{k.Applicant, k.Respondent} {
		su.Does(k.Case, "record-consent", housetest.M{"party_id": p, "consent": "agreed", "channel": "phone"}).Is(200)
	}
	su.Does(k.Case, "accept", nil).Is(200)
	su.Does(k.Case, "assign", housetest.M{"host_mediator_id": d.Su.Mediator, "chosen_by": "parties"}).Is(200)
	su.Does(k.Case, "give-notice", housetest.M{"party_ids": []string{k.Applicant, k.Respondent}, "manner": "oral"}).Is(200)
	su.Does(k.Case, "open-session", k.Sitting()).Is(200)
}

func TestAPartyAsksForAnotherMediatorWithoutAReason(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.met(d)
		k.chen.opens(k.home()).reads("苏惠敏", "谈过几次", "社区调解室", "要求换调解员").readsNot("双方陈述", "继续协商")
		k.chen.opens(k.home()+"/mediator").reads("不用说原因", "苏惠敏").says().is(422, k.home()+"/mediator").reads("请选择要换哪一位")
		k.chen.says("mediator_id", d.Su.Mediator.String()).is(200, k.home()+"?done=recused").reads("按您的要求").readsNot("苏惠敏")
		k.lin.opens(k.home()).reads("按陈志强的要求")
	})
}

func TestEitherPartyEndsItAtOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.met(d)
		k.chen.opens(k.home()+"/end").reads("谁也不能拦您").says().is(200, k.home()+"?done=ended").reads("已经办完", "有一方要求停止", "人民法院起诉")
		k.chen.opens(k.home()+"/end").is(200, k.home())
		k.lin.opens(k.home()).reads("陈志强要求停止")

		mine := d.invited()
		mine.chen.opens(mine.home()).readsNot("撤回申请")
		if mine.chen.opens(mine.home() + "/withdraw"); mine.chen.Status != http.StatusForbidden {
			t.Errorf("the other side withdraws: %d", mine.chen.Status)
		}
		mine.lin.opens(mine.home()+"/withdraw").says().is(200, mine.home()+"?done=withdrawn").reads("您撤回了申请")
	})
}

func TestAPartySignsWhatItRead(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.met(d)
		su := d.As(d.Su)
		su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
		hash := k.Last.Text("agreements.0.text_hash")
		k.lin.opens(k.home()).reads("看协议，签字", "陈志强 付给 林秀英 1,800.00 元", "微信转账", "还缺：")
		k.chen.opens(k.home()+"/sign").reads("陈志强赔偿林秀英粉刷费用").says().is(409, k.home()+"/sign").reads("没有登记您的手机号码")
		k.lin.opens(k.home()+"/sign").says().is(200, k.home()+"/sign/code").reads("陈志强赔偿林秀英粉刷费用")
		sent := town.LastMessage(k.Case, "signing_code")
		k.lin.says("code", "").is(422, k.home()+"/sign/code").reads("请填写发到您手机上的验证码")
		k.lin.says("code", "000000").is(422, k.home()+"/sign/code").reads("验证码不对")
		action, values := k.lin.form()
		values.Set("text_hash", strings.Repeat("0", 64))
		values.Set("code", sent)
		k.lin.posts(action, values).is(409, k.home()+"/sign/code").reads("协议内容与您看到的不同")
		k.lin.says("code", sent).is(200, k.home()+"?done=signed").reads("您已经签字", "您签了字").readsNot("看协议，签字")
		for _, who := range []housetest.M{{"party_id": k.Respondent}, {"mediator_id": d.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Sees(k.Case)
			su.Does(k.Case, "sign", who).Is(200)
		}
		k.chen.opens(k.home()).reads("协议生效", "告诉我们：做到了吗", "生效。")
		k.performs(d)
	})
}

// performs: both sides say how the promise was kept.
func (k *known) performs(d *doorstep) {
	d.t.Helper()
	promise := d.As(d.Su).Sees(k.Case).Text("obligations.0.id")
	k.chen.opens(k.home()+"/performance").says("obligation_id", promise, "on", "").is(422, k.home()+"/performance").reads("请填写日期", "请选择做到了没有")
	k.chen.says("obligation_id", promise, "on", "2026-03-06", "state", "unperformed").is(422, k.home()+"/performance").reads("还没有到期")
	k.chen.says("obligation_id", promise, "on", "2026-03-06", "state", "performed").is(200, k.home()+"?done=performed").reads("您说了约定做到没有")
	if got := d.As(d.Su).Sees(k.Case).Text("obligations.0.confirmed_by"); got != "debtor" {
		d.t.Errorf("confirmed by %q, want the debtor", got)
	}
	k.lin.opens(k.home()+"/performance").says("obligation_id", promise, "on", "2026-03-06", "state", "partly").is(200, k.home()+"?done=unperformed").reads("调解员会看到", "做到一部分")
	if got := d.As(d.Su).Sees(k.Case).Text("obligations.0.confirmed_by"); got != "creditor" {
		d.t.Errorf("confirmed by %q, want the creditor", got)
	}
}

var pixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")

func TestAPartyHandsInAPhoto(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.lin.opens(k.home()+"/attach").says("kind", "1").is(422, k.home()+"/attach").reads("请选择一张照片", `value="1" checked`)
		k.lin.opens(k.home()+"/attach").uploads("页面.html", []byte("<html><script>"), "kind", "2").is(422, k.home()+"/attach").reads("不能上传网页")
		k.lin.opens(k.home()+"/attach").uploads("天花板.png", pixel, "kind", "2").is(200, k.home()+"?done=attached").reads("天花板.png", "您交了一份材料")
		k.chen.opens(k.home()).readsNot("天花板.png", "交了一份材料")
		link := regexp.MustCompile(`/mine/[^"]+/files/[0-9a-f-]+`).FindString(k.lin.Page)
		k.lin.opens(link)
		if k.lin.Status != 200 || !strings.HasPrefix(k.lin.Page, "\x89PNG") {
			t.Errorf("download: %d", k.lin.Status)
		}
		k.chen.opens(link)
		if k.chen.Status != 404 {
			t.Errorf("the other side's download: %d", k.chen.Status)
		}
	})
}

func TestASignedInResidentHasAList(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		lin := d.comes()
		lin.opens("/sign-in").says("login", "lin", "password", housetest.Password)
		lin.opens("/mine").reads("还没有您的事")
		lin.tells().says().is(200, "/file/done").reads("现在就看看")
		own := regexp.MustCompile(`href="(/mine/[0-9a-f-]+)"`).FindStringSubmatch(lin.Page)[1]
		lin.opens("/mine").reads("关于邻里的事", "已经收到").opens(own).is(200, own).reads("您申请了调解")
		wang := d.comes()
		wang.opens("/sign-in").says("login", "wang", "password", housetest.Password)
		if wang.opens(own); wang.Status != 404 {
			t.Errorf("a stranger: %d", wang.Status)
		}
		su := d.comes()
		su.opens("/sign-in").says("login", "su", "password", housetest.Password)
		if su.opens(own); su.Status != 404 {
			t.Errorf("staff have their own pages: %d", su.Status)
		}
		for _, path := range []string{"/mine/x", own + "/files/x", "/mine?cursor=x"} {
			if lin.opens(path); lin.Status != 404 {
				t.Errorf("%s: %d", path, lin.Status)
			}
		}
	})
}

func TestCodesThatAreWrongOrGone(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		c := d.As(nil).Files()
		r := d.comes()
		r.opens("/follow").says("reference", c.Reference, "code", "WRONG").is(422, "/follow").reads("错误：", "编号或查询码不对", `value="WRONG"`, "/follow/lost")
		for range 5 {
			r.opens("/follow").says("reference", c.Reference, "code", "WRONG")
		}
		if r.opens("/follow").says("reference", c.Reference, "code", c.Code); r.Status != http.StatusTooManyRequests {
			t.Errorf("after many wrong codes: %d", r.Status)
		}
		r.opens("/follow/lost").reads("补发", "12348")
	})
}

func TestEveryPageInEnglish(t *testing.T) {
	t.Parallel()
	town := housetest.New(t, dbtest.New(t, "sqlite"))
	d := onDoorstep(t, town)
	k := d.invited()
	k.met(d)
	d.As(d.Su).Does(k.Case, "fix-agreement", k.Terms()).Is(200)
	english := &http.Cookie{Name: "fengqiao-lang", Value: "en"}
	u, err := url.Parse(d.base)
	if err != nil {
		t.Fatal(err)
	}
	k.lin.client.Jar.SetCookies(u, []*http.Cookie{english})
	d.t = t
	for _, path := range []string{"", "/sign", "/sign/code", "/attach", "/end", "/withdraw"} {
		if k.lin.opens(k.home()+path).Status != 200 {
			t.Errorf("%s: %d", path, k.lin.Status)
		}
		k.lin.reads(`<html lang="en"`)
	}
	r := d.comes(english)
	r.tells2english(t)
}

// tells2english looks at the filing pages in English.
func (r *reader) tells2english(t *testing.T) {
	t.Helper()
	r.opens("/file/place").says("area_code", "350527000000").is(200, "/file/about")
	for _, path := range []string{"/file", "/file/not-for-us", "/file/place", "/file/about", "/file/facts", "/file/wish", "/file/you", "/file/other",
		"/file/title", "/file/check", "/file/forget", "/file/done", "/follow", "/follow/lost"} {
		if r.opens(path).Status != 200 {
			t.Errorf("%s: %d", path, r.Status)
		}
		r.reads(`<html lang="en"`)
	}
}

// TestLookAtResidentPages serves the pages over a small town to look at, when asked:
// FENGQIAO_LOOK=127.0.0.1:8099 go test -run TestLookAtResidentPages ./internal/casework
func TestLookAtResidentPages(t *testing.T) {
	listen := os.Getenv("FENGQIAO_LOOK")
	if listen == "" {
		t.Skip("only for looking at")
	}
	town := housetest.New(t, dbtest.New(t, "sqlite"))
	d := onDoorstep(t, town)
	for name, k := range d.gallery() {
		u, err := url.Parse(d.base)
		if err != nil {
			t.Fatal(err)
		}
		for who, r := range map[string]*reader{"lin": k.lin, "chen": k.chen} {
			for _, c := range r.client.Jar.Cookies(u) {
				if c.Name == "fengqiao" {
					fmt.Printf("LOOK %s-%s %s %s\n", name, who, k.home(), c.Value)
				}
			}
		}
	}
	if err := http.ListenAndServe(listen, town.App.Handler()); err != nil { //nolint:gosec // for a look on one's own machine
		t.Fatal(err)
	}
}

// gallery are cases as they stand at each step.
func (d *doorstep) gallery() map[string]*known {
	out := map[string]*known{"asked": d.invited(), "refused": d.invited(), "met": d.invited(), "pending": d.invited(), "performing": d.invited()}
	su := d.As(d.Su)
	su.Does(out["refused"].Case, "record-consent", housetest.M{"party_id": out["refused"].Respondent, "consent": "refused", "channel": "phone"}).Is(200)
	for _, name := range []string{"met", "pending", "performing"} {
		out[name].met(d)
	}
	out["met"].lin.opens(out["met"].home()+"/attach").uploads("天花板.png", pixel, "kind", "2", "shared", "yes")
	for _, name := range []string{"pending", "performing"} {
		k := out[name]
		su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
		if name == "pending" {
			continue
		}
		hash := k.Last.Text("agreements.0.text_hash")
		for _, who := range []housetest.M{{"party_id": k.Applicant}, {"party_id": k.Respondent}, {"mediator_id": d.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(k.Case, "sign", who).Is(200)
		}
	}
	return out
}
