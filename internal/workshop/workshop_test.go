package workshop_test

import (
	"bytes"
	"html"
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

type m = housetest.M

// met is a leak that Su mediates, after its first session: the moment at which an agreement is written.
func met(t *testing.T, do func(t *testing.T, town *housetest.Town, c *housetest.Case)) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"category": "1306"})
		su.Met(c, town.Su)
		do(t, town, c)
	})
}

// term is what is typed into the n-th term of the page.
func term(at string, pairs ...string) []string {
	var out []string
	for i := 0; i < len(pairs); i += 2 {
		name := at + ".obligation." + pairs[i]
		if pairs[i] == "text" {
			name = at + ".text"
		}
		out = append(out, name, pairs[i+1])
	}
	return out
}

func TestSuWritesAnAgreementFromTheLibrary(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/fix-agreement"
		su.Opens(page).Is(200, page).Reads("从条款库加一条", "修复漏水", "当面道歉").ReadsNot("分期归还借款")
		su.Says("facts", "卫生间渗水。", "issues", "维修和赔偿。", "do", "all").Is(200, page).Reads("分期归还借款", "只列本案类型的条款", "卫生间渗水。", "草稿由您保存于")
		su.Says("facts", "卫生间渗水。", "issues", "维修和赔偿。", "clause", "debt-instalments", "do", "choose").Reads("分几期", "第一期日期", "民法典第六百七十五条")

		lin, chen := c.Applicant, c.Respondent
		slots := []string{"facts", "卫生间渗水。", "issues", "维修和赔偿。", "slot.debtor", chen, "slot.creditor", lin, "slot.amount", "1,000", "slot.count", "3", "slot.pay", "银行转账"}
		su.Says(append(slots, "slot.first", "2026-02-30", "do", "fill")...).Is(422, page).Reads("请先改正", `value="1,000"`, "卫生间渗水。")
		su.Says(append(slots, "slot.first", "2026-03-31", "do", "fill")...).Is(200, page).
			Reads("1,000.00元（大写：壹仟元整）", "分3期支付，前2期每期333.00元", "2026-04-30 333.00", "2026-05-31 334.00", "分 3 期", "支付合计 1,000.00 元（大写：壹仟元整）")

		// Somebody closes the telephone; what was written is there the next time, for whoever works the case.
		su.Opens(page).Reads("2026-05-31 334.00", "草稿由您保存于", "维修和赔偿。")
		text := typedIn(su.Page, "clauses[0].text")
		all := append([]string{"facts", "卫生间渗水。", "issues", "维修和赔偿。"}, term("clauses[0]", "text", text, "kind", "pay", "debtor_party_id", chen, "creditor_party_id", lin,
			"amount_fen", "1,000", "due", "2026-05-31", "manner", "银行转账", "instalments", "2026-03-31 333\n2026-04-30 333\n2026-05-31 334")...)
		su.Says(append(all, "do", "check")...).Is(200, page).Reads("没有发现问题")
		su.Says(all...).Is(200, "/desk/cases/"+c.ID+"?done=desk_fix_agreement").Reads("协议已定稿", "1,000.00", "334.00 元", "2026年5月31日")
		if n := strings.Count(su.Page, "陈志强 → 林秀英"); n != 3 {
			t.Errorf("%d obligations, want one for each part", n)
		}
		town.As(town.Su).Does(refreshed(town, c), "reopen-agreement", m{"reason": "改"}).Is(http.StatusOK)
		su.Opens(page).ReadsNot("草稿由您保存于", "334.00")
	})
}

func refreshed(town *housetest.Town, c *housetest.Case) *housetest.Case {
	town.As(town.Su).Sees(c)
	return c
}

func TestWhatIsFoundStandsBesideItsTermAndNothingIsLost(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/fix-agreement"
		one := term("clauses[0]", "text", "陈志强尽快赔偿林秀英1,800元（大写：壹仟玖佰元整）。", "kind", "pay", "debtor_party_id", c.Respondent, "creditor_party_id", c.Applicant,
			"amount_fen", "1,800", "due", "2026-04-30", "manner", "微信转账")
		su.Opens(page).Says(append(one, "facts", "渗水", "issues", "赔偿", "do", "check")...).Is(200, page).
			Reads("1 处必须改正，1 处请核对，0 处供参考", "数字和大写不一致", "C10", "“尽快”不是明确的期限", "请写成具体日期", "大写：壹仟捌佰元整")
		// Fixing it is refused for the figures alone; what was typed stays, and is kept.
		su.Says(append(one, "facts", "渗水", "issues", "赔偿")...).Is(409, page).Reads("请先改正下面的问题", "1,900.00", "尽快赔偿")
		su.Opens(page).Reads("尽快赔偿", "草稿由您保存于")
		su.Says(append(term("clauses[0]", "text", "甲"), append(term("clauses[1]", "text", "乙", "instalments", "明天 五百"), "clauses_shown", "2", "do", "down:0")...)...)
		if typedIn(su.Page, "clauses[0].text") == "" || su.Status != 200 {
			t.Errorf("moving: %d %s", su.Status, su.Text())
		}
	})
}

func TestTermsAreMovedAndDeleted(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/fix-agreement"
		su.Opens(page).Says("clauses[0].text", "甲条", "more", "clause").Is(200, page)
		su.Says("clauses[0].text", "甲条", "clauses[1].text", "乙条", "do", "down:0").Is(200, page)
		if one, two := typedIn(su.Page, "clauses[0].text"), typedIn(su.Page, "clauses[1].text"); one != "乙条" || two != "甲条" {
			t.Errorf("after moving down: %q, %q", one, two)
		}
		su.Says("clauses[0].text", "乙条", "clauses[1].text", "甲条", "do", "delete:0").Is(200, page)
		if one := typedIn(su.Page, "clauses[0].text"); one != "甲条" || strings.Contains(su.Page, "乙条") {
			t.Errorf("after deleting: %q", one)
		}
		su.Says("clauses[0].text", "甲条", "do", "up:7").Is(200, page).Reads("甲条")
		su.Says("clauses[0].text", "甲条", "do", "drop").Is(200, page).ReadsNot("甲条", "草稿由您保存于")
	})
}

func TestTwoWhoWriteOneDraftDoNotOverwriteEachOtherUnseen(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		door := housetest.OnDoorstep(town)
		su, hong := door.Enters(town.Su), door.Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/oral-agreement"
		su.Opens(page)
		hong.Opens(page).Says("clauses[0].text", "先写的", "do", "keep").Is(200, page)
		su.Says("clauses[0].text", "后写的", "do", "keep").Is(412, page).Reads("刚刚有人也改过这份草稿", "后写的")
		su.Says("clauses[0].text", "后写的", "do", "keep").Is(200, page)
		hong.Opens(page).Reads("后写的").ReadsNot("先写的")
	})
}

func TestADraftIsSealedAndOnlyForWhoWorksTheCase(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		door := housetest.OnDoorstep(town)
		page := "/desk/cases/" + c.ID + "/fix-agreement"
		door.Enters(town.Su).Opens(page).Says("clauses[0].text", "天机不可泄露", "do", "keep").Is(200, page)
		door.Enters(town.OtherMediator).Opens(page).Is(404, page).ReadsNot("天机")
		pool, err := town.App.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		var body []byte
		if err := pool.QueryRowContext(t.Context(), "SELECT body_sealed FROM workshop_drafts").Scan(&body); err != nil || len(body) == 0 || bytes.Contains(body, []byte("天机")) {
			t.Errorf("a draft lies open, or there is none: %q %v", body, err)
		}
	})
}

func TestC16_TheCheckSaysAllAndChangesNothing(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := town.As(town.Su)
		before := c.Version
		draft := m{"facts": "渗水。", "issues": "赔偿。", "clauses": []m{{"text": "陈志强近期修好防水，双方不得起诉。", "obligation": m{"debtor_party_id": c.Respondent,
			"creditor_party_id": c.Applicant, "kind": "do", "due": town.Today().Plus(9), "manner": "上门施工"}}}}
		a := su.Post("/cases/"+c.ID+"/agreement-check", draft).Is(http.StatusOK)
		if a.Text("blocks") != "false" || a.Text("findings.0.kind") != "vague_date" || a.Text("findings.0.at") != "clauses[0].text" || a.Text("findings.0.start") != "3" ||
			a.Text("findings.0.end") != "5" || a.Text("findings.1.rule") != "M10" || !strings.Contains(a.Text("findings.1.reason"), "M10") || a.Text("findings.1.suggestion") == "" {
			t.Errorf("%s", a.Body)
		}
		draft["clauses"] = []m{}
		if a = su.Post("/cases/"+c.ID+"/agreement-check", draft).Is(http.StatusOK); a.Text("blocks") != "true" || a.Text("findings.0.rule") != "G3" {
			t.Errorf("%s", a.Body)
		}
		if su.Sees(c); c.Version != before {
			t.Errorf("version %s became %s", before, c.Version)
		}
		town.As(town.OtherMediator).Post("/cases/"+c.ID+"/agreement-check", draft).Is(http.StatusNotFound)
	})
}

func TestTheLibraryIsReadAndFilledOverTheAPI(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := town.As(town.Su)
		a := su.Get("/clauses?category=1306").Is(http.StatusOK)
		if a.Text("items.0.id") != "leak-repaired" || a.Text("items.0.zh") != "修复漏水" || a.Text("items.0.name") == "" || a.Text("items.0.slots.0.kind") != "party" {
			t.Errorf("%s", a.Body)
		}
		values := m{"debtor": c.Respondent, "creditor": c.Applicant, "due": "2026-04-30", "what": "天花板", "amount": "1800", "pay": "微信转账"}
		a = su.Post("/clauses/leak-paid/fill", m{"case_id": c.ID, "values": values}).Is(http.StatusOK)
		if a.Text("capital") != "壹仟捌佰元整" || a.Text("obligation.amount_fen") != "180000" || !strings.Contains(a.Text("text"), "1,800.00元（大写：壹仟捌佰元整）") {
			t.Errorf("%s", a.Body)
		}
		values["debtor"] = c.Applicant
		if a = su.Post("/clauses/leak-paid/fill", m{"case_id": c.ID, "values": values}).Is(http.StatusUnprocessableEntity); !a.Holds("values.creditor") {
			t.Errorf("%s", a.Body)
		}
		su.Post("/clauses/unheard-of/fill", m{"case_id": c.ID, "values": values}).Is(http.StatusNotFound)
		town.As(town.OtherMediator).Post("/clauses/leak-paid/fill", m{"case_id": c.ID, "values": values}).Is(http.StatusNotFound)
		town.As(town.Lin).Get("/clauses").Is(http.StatusForbidden)
	})
}

func TestLikeCasesAreShownFromThreeOnAndNeverRestrictedOnes(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		settle := func() *housetest.Case {
			c := su.Files(m{"category": "1306", "title": "三单元漏水"})
			su.Performed(c, town.Su)
			su.Does(c, "close", nil).Is(http.StatusOK)
			return c
		}
		open := su.Files(m{"category": "1306"})
		su.Met(open, town.Su)
		settle()
		violent := settle()
		if a := su.Get("/cases/" + open.ID + "/similar").Is(http.StatusOK); a.Text("too_few") != "true" || a.Text("n") != "0" {
			t.Errorf("two are shown: %s", a.Body)
		}
		settle()
		a := su.Get("/cases/" + open.ID + "/similar").Is(http.StatusOK)
		if a.Text("n") != "3" || a.Text("kept") != "3" || a.Text("cases.0.amount_band") == "" || a.Text("cases.0.kept") != "all" {
			t.Errorf("%s", a.Body)
		}
		for _, never := range []string{"林秀英", "陈志强", "三单元", "少林", violent.ID, violent.Reference, "2026-"} {
			if a.Holds(never) {
				t.Errorf("%q is told: %s", never, a.Body)
			}
		}
		housetest.OnDoorstep(town).Enters(town.Su).Opens("/desk/cases/"+open.ID+"/similar").Is(200, "/desk/cases/"+open.ID+"/similar").
			Reads("同类案件怎样达成", "3 件已办结的“漏水、返水”案件", "全部履行").ReadsNot("陈志强", "三单元")
		pool, err := town.App.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pool.ExecContext(t.Context(), "UPDATE dispute_cases SET restricted = true WHERE id = '"+violent.ID+"'"); err != nil {
			t.Fatal(err)
		}
		if a := su.Get("/cases/" + open.ID + "/similar").Is(http.StatusOK); a.Text("too_few") != "true" {
			t.Errorf("a restricted one is counted: %s", a.Body)
		}
		town.As(town.OtherMediator).Get("/cases/" + open.ID + "/similar").Is(http.StatusNotFound)
	})
}

// A kind with one case, beside one with three: the family is not told in a way that leaves the one.
func TestP4_TheFamilyDoesNotTellOfASingleCase(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		settled := func(category string) *housetest.Case {
			c := su.Files(m{"category": category})
			su.Performed(c, town.Su)
			su.Does(c, "close", nil).Is(http.StatusOK)
			return c
		}
		for range 3 {
			settled("1306")
		}
		only := settled("1305")
		leak, parking := su.Files(m{"category": "1306"}), su.Files(m{"category": "1305"})
		for _, c := range []*housetest.Case{leak, parking, only} {
			su.Sees(c)
			if a := su.Get("/cases/" + c.ID + "/similar").Is(http.StatusOK); a.Text("n") != "3" || a.Holds("days\":") || a.Text("cases.0.took") != "0-7" {
				t.Errorf("beside the three there is one: %s", a.Body)
			}
		}
		housetest.OnDoorstep(town).Enters(town.Su).Opens("/desk/cases/"+parking.ID+"/similar").Reads("同一大类", "7 天以内", "件数").ReadsNot("0 天")
	})
}

// typedIn is what stands in a field of several lines.
func typedIn(page, name string) string {
	_, after, _ := strings.Cut(page, `name="`+name+`"`)
	_, after, _ = strings.Cut(after, ">\n")
	value, _, _ := strings.Cut(after, "</textarea>")
	return html.UnescapeString(value)
}
