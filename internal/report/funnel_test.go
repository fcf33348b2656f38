package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

const funnel = "/reports/funnel?area=350503&from=2026-01-01&to=2026-12-31"

// withPhone is a filing whose respondent has a telephone.
func withPhone(body housetest.M) housetest.M {
	body["respondents"].([]housetest.M)[0]["phone"] = "13900139000"
	return body
}

// sevenRespondents brings one respondent to each step, of cases of their own: asked, delivered, opened, answered (no), met, agreed, kept;
// one nobody has asked yet; and one of the committee's own motion, told by staff.
func sevenRespondents(t *testing.T, fn func(t *testing.T, town *housetest.Town, at map[string]*housetest.Case)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		at := map[string]*housetest.Case{}
		su := town.As(town.Su)
		begin := func(name string) *housetest.Case {
			town.Later(time.Second)
			c := town.As(nil).Files(withPhone(housetest.Leak()), housetest.M{"title": name})
			su.Sees(c)
			at[name] = c
			return c
		}
		asks := func(name string) *housetest.Case {
			c := begin(name)
			su.Does(c, "ask-consent", nil).Is(200)
			return c
		}
		invites := func(c *housetest.Case, channel string) housetest.Answer {
			town.Later(time.Second)
			a := su.Post("/cases/"+c.ID+"/invitations", housetest.M{"party_id": c.Respondent, "channel": channel, "email": "chen@example.com"}).Is(201)
			su.Sees(c)
			return a
		}
		begin("not asked")
		asks("nobody told Chen")
		invites(asks("asked"), "sms")
		invites(asks("delivered"), "letter")
		invites(at["delivered"], "sms") // the letter had come; the latest way is by telephone
		opened := asks("opened")
		town.Party(opened, invites(opened, "letter").Text("letter.code"))
		refused := asks("answered")
		invites(refused, "email")
		su.Does(refused, "record-consent", housetest.M{"party_id": refused.Respondent, "consent": "refused", "reason": "D4", "channel": "phone"}).Is(200)
		su.Met(begin("met"), town.Su)
		su.Signed(begin("agreed"), town.Su)
		su.Performed(begin("kept"), town.Su)
		town.Later(time.Second)
		own := su.Files(housetest.M{"source": "21", "applicant": nil, "title": "own", "respondents": []housetest.M{{"name": "甲某", "phone": "13700137001"}, {"name": "乙某", "phone": "13700137002"}}})
		at["own"] = own
		su.Does(own, "ask-consent", nil).Is(200)
		for i := range 2 {
			su.Does(own, "record-consent", housetest.M{"party_id": own.Last.Text(fmt.Sprintf("parties.%d.id", i)), "consent": "agreed", "channel": "phone"}).Is(200)
		}
		fn(t, town, at)
	})
}

func counted(a housetest.Answer, group string) string {
	out := []string{a.Text(group + ".people")}
	for i := range 7 {
		out = append(out, a.Text(fmt.Sprintf("%s.steps.%d.people", group, i)))
	}
	return strings.Join(append(out, "refused", a.Text(group+".refused.value")), " ")
}

func TestTheFunnelCountsHowFarEachRespondentCame(t *testing.T) {
	sevenRespondents(t, func(t *testing.T, town *housetest.Town, _ map[string]*housetest.Case) {
		a := town.As(town.County).Get(funnel).Is(200)
		for group, want := range map[string]string{
			"all":        "8 7 6 5 4 3 2 1 refused 1", // nobody asked one; one's message waits; …
			"own_motion": "2 2 2 2 2 0 0 0 refused 0",
			"ways.0":     "2 2 1 0 0 0 0 0 refused 0", "ways.1": "1 1 1 1 1 0 0 0 refused 1", "ways.2": "1 1 1 1 0 0 0 0 refused 0", "ways.3": "4 3 3 3 3 3 2 1 refused 0",
		} {
			if got := counted(a, group); got != want {
				t.Errorf("%s: %s, want %s", group, got, want)
			}
		}
		for path, want := range map[string]string{"ways.0.channel": "sms", "ways.3.name": "Told by staff", "refusals.0.code": "D4", "refusals.0.name": "No delay wanted", "refusals.0.people": "1",
			"all.steps.4.share.numerator": "3", "all.steps.4.share.denominator": "4", "all.steps.4.share.percent": "75.00", "all.steps.0.share.denominator": "8", "basis": "asked", "smallest": ""} {
			if got := a.Text(path); got != want {
				t.Errorf("%s is %q, want %q", path, got, want)
			}
		}
		if got := counted(town.As(town.County).Get("/reports/funnel?area=350503&from=2025-01-01&to=2025-12-31").Is(200), "all"); got != "0 0 0 0 0 0 0 0 refused 0" {
			t.Errorf("the year before: %s", got)
		}
	})
}

// Each number leads to the cases of those people and to no others, also for a chair, who sees the committee's own.
func TestEveryNumberOfTheFunnelLeadsToItsCases(t *testing.T) {
	sevenRespondents(t, func(t *testing.T, town *housetest.Town, at map[string]*housetest.Case) {
		order := []string{"asked", "delivered", "opened", "answered", "met", "agreed", "kept"}
		for _, who := range []*housetest.Person{town.County, town.Zheng} {
			hand := town.As(who)
			a := hand.Get(funnel).Is(200)
			for i := range order {
				var want []string
				for _, name := range order[i:] {
					want = append(want, at[name].ID)
				}
				if got := idsOf(hand, a.Text(fmt.Sprintf("all.steps.%d.drill", i))); got != idsIn(want) {
					t.Errorf("%s, %s: %s leads to %s, want %s", who.Login, order[i], a.Text(fmt.Sprintf("all.steps.%d.drill", i)), got, idsIn(want))
				}
			}
			for path, want := range map[string][]string{"all.refused.drill": {at["answered"].ID}, "own_motion.steps.3.drill": {at["own"].ID}, "ways.0.drill": {at["asked"].ID, at["delivered"].ID},
				"ways.2.steps.2.drill": {at["opened"].ID}, "ways.3.steps.6.drill": {at["kept"].ID}} {
				if got := idsOf(hand, a.Text(path)); got != idsIn(want) {
					t.Errorf("%s, %s: %s leads to %s, want %s", who.Login, path, a.Text(path), got, idsIn(want))
				}
			}
		}
		if got := counted(town.As(town.OtherChair).Get(funnel).Is(200), "all"); got != "0 0 0 0 0 0 0 0 refused 0" {
			t.Errorf("another committee's chair counts %s", got)
		}
	})
}

// The lists do not tell a party, or an organ that referred the case, what a respondent did.
func TestNobodyTriesOutWhatTheOtherSideDid(t *testing.T) {
	sevenRespondents(t, func(t *testing.T, town *housetest.Town, at map[string]*housetest.Case) {
		for _, who := range []*housetest.Person{town.Lin, town.Court} {
			town.As(who).Get("/cases?reached=refused").Is(403)
			town.As(who).Get("/cases?asked_by=sms").Is(403)
			town.As(who).Get("/cases?fate=met").Is(403) // it would tell of a caucus with the other side
			town.As(who).Get("/cases?promise=on_time").Is(403)
		}
		town.As(town.County).Get("/cases?reached=somewhere").Is(422)
	})
}

func idsIn(ids []string) string {
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// idsOf are the cases that a drill lists.
func idsOf(hand housetest.Hand, drill string) string {
	items, _ := hand.Get(strings.TrimPrefix(drill, "/api/v1") + "&limit=100").Is(200).Value("items").([]any)
	var ids []string
	for _, one := range items {
		ids = append(ids, one.(housetest.M)["id"].(string))
	}
	return idsIn(ids)
}

// The housing bureau sees counts, none so small that somebody might be guessed from it, and no lists.
func TestTheHousingBureauIsToldNoSmallNumbers(t *testing.T) {
	sevenRespondents(t, func(t *testing.T, town *housetest.Town, _ map[string]*housetest.Case) {
		housing := town.As(town.Housing)
		for _, narrow := range []string{"from=2026-01-01&to=2026-03-31", "from=2025-10-01&to=2025-11-30", "area=350503&from=2025-10-01&to=2025-12-31", "from=2025-07-01&to=2025-12-31"} {
			housing.Get("/reports/funnel?" + narrow).Is(422) // a quarter that is not over, a part of one, a part of the city, two at once
		}
		town.Clock.Move(31 * 24 * time.Hour)
		town.SignInAgain()
		a := town.As(town.Housing).Get("/reports/funnel?from=2026-01-01&to=2026-03-31").Is(200)
		if got := counted(a, "all"); got != "8 0 0 0 0 0 0 0 refused 0" || a.Text("all.steps.3.hidden") != "true" || a.Text("all.steps.0.hidden") != "true" /* seven of eight: one was not asked */ {
			t.Errorf("counts %s", got)
		}
		if got := counted(a, "own_motion"); got != "0 0 0 0 0 0 0 0 refused 0" {
			t.Errorf("own motion: %s", got)
		}
		if a.Text("smallest") != "5" || a.Holds("/cases?") || a.Holds("D4") || a.Text("ways.0.channel") != "" {
			t.Errorf("told too much: %s", a.Body)
		}
	})
}

func TestThePageOfTheFunnelSaysInFiguresWhatItDraws(t *testing.T) {
	sevenRespondents(t, func(t *testing.T, town *housetest.Town, _ map[string]*housetest.Case) {
		d := housetest.OnDoorstep(town)
		d.Enters(town.County).Opens("/reports/funnel").Is(200, "/reports/funnel").Reads("参与情况", "对方当事人", "已到场协商", "75.00%", "3 / 4", "不想拖延", "主动调解的当事人", "工作人员告知",
			`<rect class="b1" x="128.0" y="5.0" width="296.0" height="18.0"/>`, `<rect class="b1" x="128.0" y="145.0" width="111.0" height="18.0"/>`, `reached=met`)
		d.Enters(town.Zheng).Opens("/reports/funnel").Reads("75.00%", town.Home.Name)
		got := d.Enters(town.County).Opens("/reports/funnel?format=csv")
		for _, line := range []string{"从邀请到履行,已到场协商,3,75.00", "信件,已打开,1,100.00", "主动调解的当事人,对方当事人,2,"} {
			if !strings.Contains(got.Page, line) {
				t.Errorf("the sheet has no %q: %s", line, got.Page)
			}
		}
		town.Clock.Move(31 * 24 * time.Hour)
		d.Enters(town.Housing).Opens("/reports/funnel").Reads("少于 5", "以免认出是谁", "2025年10月1日 至 2025年12月31日").ReadsNot("75.00%", "不想拖延", "reached=", "工作人员告知")
		d.Enters(town.County).Opens("/desk/cases?reached=met&asked_by=staff&own_motion=false&asked_from=2026-01-01").Reads("对方当事人：已到场协商", "这样邀请的：工作人员告知", "不含主动调解")
	})
}
