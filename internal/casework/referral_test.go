package casework_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// letter is how a court refers a case.
func letter(kind string, more ...m) m {
	out := m{"kind": kind, "organ": "丰泽区人民法院", "number": "（2026）闽0503诉前调1号"}
	for _, one := range more {
		for k, v := range one {
			out[k] = v
		}
	}
	return out
}

func TestA1_EveryCaseHasItsSource(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		if c := town.As(nil).Files(); c.Last.Text("source") != "13" {
			t.Errorf("a public filing: %s", c.Last.Body)
		}
		c := su.Files(m{"source": "11"})
		su.Does(c, "record-referral", letter("delegated")).Refuses("not_referred")
		if strings.Contains(c.Last.Text("next"), "record-referral") {
			t.Errorf("next: %s", c.Last.Text("next"))
		}
		applied := housetest.Leak()
		applied["source"], applied["referral"] = "11", letter("delegated")
		if a := su.Post("/cases", applied).Is(http.StatusUnprocessableEntity); !a.Holds("referral") {
			t.Errorf("an application that was referred: %s", a.Body)
		}
		applied["source"] = "12"
		town.As(nil).Post("/cases", applied).Is(http.StatusUnprocessableEntity) // for staff and organs to say
	})
}

func TestA3_TheKindOfReferralIsRecorded(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		for source, kinds := range map[string][]string{"31": {"advised", "delegated", "entrusted"}, "33": {"advised", "handed_over"}, "34": {"advised", "handed_over"},
			"351": {"handed_over"}, "352": {"handed_over"}, "12": {"handed_over"}, "353": {"advised"}} {
			for _, kind := range kinds {
				c := su.Files(m{"source": source, "referral": letter(kind)})
				if c.Last.Text("referral.kind") != kind || c.Last.Text("referral.number") == "" {
					t.Errorf("%s %s: %s", source, kind, c.Last.Body)
				}
			}
		}
		body := housetest.Leak()
		for source, wrong := range map[string]m{"33": letter("entrusted"), "31": letter("handed_over"), "352": letter("delegated"), "34": letter(""),
			"351": letter("handed_over", m{"penalty_case": true}), "32": letter("handed_over", m{"organ": " "}), "353": letter("handed_over", m{"reply_to": "x"}),
			"35": letter("handed_over", m{"procedure": "summary"})} {
			body["source"], body["referral"] = source, wrong
			if a := su.Post("/cases", body).Is(http.StatusUnprocessableEntity); !a.Holds("referral.") {
				t.Errorf("%s: %s", source, a.Body)
			}
		}
		c := su.Files(m{"source": "33"})
		su.Does(c, "record-referral", m{"kind": "handed_over", "organ": "东湖派出所", "number": "接警 7 号", "officer": "黄警官", "penalty_case": true}).Is(200)
		su.Does(c, "record-referral", m{"deadline": town.Today().Plus(20)}).Is(200) // completed: the rest stays
		if a := su.Sees(c); a.Text("referral.officer") != "黄警官" || a.Text("referral.penalty_case") != "true" || a.Text("referral.deadline") == "" {
			t.Errorf("completed: %s", a.Body)
		}
		if a := town.As(town.County).Get("/cases/" + c.ID).Is(200); a.Holds("黄警官") || a.Holds("接警 7 号") {
			t.Errorf("a supervisor reads %s", a.Body)
		}
	})
}

func TestA5_AReferralKeepsWhoStandsAgainstWhom(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Su).Files(m{"source": "34", "referral": letter("handed_over"), "respondents": []m{{"kind": "organisation", "name": "某物业公司", "phone_reason": "不知道"}}})
		if c.Last.Text("party_pair") != "2" {
			t.Errorf("a citizen and an organisation: %s", c.Last.Body)
		}
	})
}

func TestA6_AnOrgansDocumentLiftsItsOwnBar(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"source": "31", "bar": "N2", "referral": letter("advised")})
		su.Does(c, "ask-consent", nil).Refuses("rule.A6") // advice to apply hands nothing over
		su.Does(c, "record-referral", letter("entrusted")).Is(200)
		su.Does(c, "ask-consent", nil).Is(200)
	})
}

// A11: five exclusions are answered, and none of them is yes.
func TestA11_ThePetitionChecklistIsKept(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		five := []string{"special_organ", "pending_proceedings", "administrative", "refused", "unsuitable"}
		answers := func(yes string) m {
			out := m{}
			for _, name := range five {
				out[name] = name == yes
			}
			return out
		}
		c := su.Files(m{"source": "34", "referral": letter("handed_over")})
		su.Agree(c)
		su.Does(c, "accept", nil).Refuses("rule.A11")
		some := answers("")
		delete(some, "unsuitable")
		su.Does(c, "record-referral", m{"exclusions": some}).Is(200)
		su.Does(c, "accept", nil).Refuses("rule.A11") // one is not answered
		for _, yes := range five {
			su.Does(c, "record-referral", m{"exclusions": answers(yes)}).Is(200)
			su.Does(c, "accept", nil).Refuses("rule.A11")
		}
		su.Does(c, "record-referral", m{"exclusions": answers("")}).Is(200)
		su.Does(c, "record-referral", m{"exclusions": m{"refused": true}}).Is(200) // the other answers stand
		su.Does(c, "accept", nil).Refuses("rule.A11")
		su.Does(c, "record-referral", m{"exclusions": m{"refused": false}}).Is(200)
		su.Does(c, "accept", nil).Is(200)
		su.Does(su.Files(m{"source": "33"}), "record-referral", letter("handed_over", m{"exclusions": answers("")})).Is(http.StatusUnprocessableEntity)
	})
}

func TestM7_ARegisteredCourtCaseNeedsItsReceipt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		court := town.As(town.Court)
		body := housetest.Leak()
		body["source"], body["referral"] = "31", letter("entrusted", m{"received_at": town.Clock.Now()})
		if a := court.Post("/cases", body).Is(http.StatusUnprocessableEntity); !a.Holds("referral.received_at") { // the receiver signs, not the court
			t.Errorf("the court signs for itself: %s", a.Body)
		}
		c := court.Files(m{"source": "31", "referral": letter("entrusted", m{"procedure": "summary"})})
		su.Sees(c).Is(200)
		su.Agree(c)
		su.Does(c, "accept", nil).Refuses("rule.M7")
		su.Does(c, "record-referral", m{"received_at": town.Clock.Now().Add(time.Hour)}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "record-referral", m{"received_at": town.Clock.Now().Add(-time.Hour)}).Is(200)
		if got := c.Last.Text("referral.received_at"); got != "2026-03-06T01:00:00Z" {
			t.Errorf("received at %s", got)
		}
		su.Does(c, "accept", nil).Is(200)
		before := court.Files(m{"source": "31", "referral": letter("delegated")})
		su.Sees(before)
		su.Accepted(before) // before registration no receipt is asked for
	})
}

func TestM7_TheCourtsClockRunsFromTheSignedReceipt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, court := town.As(town.Su), town.As(town.Court)
		for what, want := range map[string]struct {
			kind, procedure string
			deadline        string
			clock           string
		}{
			"summary":             {"entrusted", "summary", "", "court_registered 2026-03-13"},
			"ordinary":            {"entrusted", "ordinary", "", "court_registered 2026-03-23"}, // the 21st is a Saturday
			"the court's own day": {"entrusted", "ordinary", "2026-03-18", "court_registered 2026-03-18"},
			"before registration": {"delegated", "", "", "court_pre_registration 2026-04-07"},
			"only advised":        {"advised", "", "", "mediation 2026-04-07"},
		} {
			more := m{}
			if want.procedure != "" {
				more["procedure"] = want.procedure
			}
			if want.deadline != "" {
				more["deadline"] = want.deadline
			}
			c := court.Files(m{"source": "31", "referral": letter(want.kind, more)})
			su.Sees(c).Is(200)
			su.Agree(c)
			su.Does(c, "record-referral", m{"received_at": town.Clock.Now().Add(-time.Hour)}).Is(200)
			su.Does(c, "accept", nil).Is(200)
			if got := c.Last.Text("clocks.0.name") + " " + c.Last.Text("clocks.0.due"); got != want.clock {
				t.Errorf("%s: %s, want %s", what, got, want.clock)
			}
		}
		c := court.Files(m{"source": "31", "referral": letter("delegated")})
		su.Sees(c).Is(200)
		su.Does(c, "record-referral", m{"received_at": town.Clock.Now().Add(-time.Hour)}).Is(200)
		su.Met(c, town.Su)
		longer := m{"days": 10, "reason": "等待鉴定", "consents": []string{c.Applicant, c.Respondent}}
		su.Does(c, "extend", longer).Refuses("rule.M7")
		longer["court_consents"] = true
		su.Does(c, "extend", longer).Is(200)
		town.Later(50 * day)
		sweep(t, town, 0, func() housetest.Hand { return town.Again(town.Su) }, c)
		if got := strings.Join(kinds(c), " "); got != "return_to_court" {
			t.Errorf("tasks %s", got)
		}
	})
}

// The organ sees where its referrals stand and how they ended, and nothing else.
func TestAReferrerReadsStateAndResult(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		court, su := town.As(town.Court), town.As(town.Su)
		c := court.Files(m{"source": "31", "referral": letter("delegated", m{"reply_to": "suqian@court.example"})})
		if a := court.Get("/referrals/" + c.ID + "/result").Is(200); a.Value("result") != nil || a.Text("state") != "registered" {
			t.Errorf("at first: %s", a.Body)
		}
		su.Sees(c)
		su.Signed(c, town.Su)
		a := court.Get("/referrals/" + c.ID + "/result").Is(200)
		if a.Text("result.letter") != "agreement" || a.Text("result.agreed_on") != "2026-03-06" || a.Text("result.outcome") != "written_agreement" || a.Text("referral.number") == "" {
			t.Errorf("in force: %s", a.Body)
		}
		list := court.Get("/referrals").Is(200)
		if list.Text("items.0.case_id") != c.ID || list.Text("items.0.result.letter") != "agreement" {
			t.Errorf("listed: %s", list.Body)
		}
		for _, secret := range []string{"林秀英", "陈志强", "天花板发霉", "13800138000", "双方陈述", "微信转账"} {
			if a.Holds(secret) || list.Holds(secret) {
				t.Errorf("the court reads %q", secret)
			}
		}
		for _, who := range []*housetest.Person{town.OtherCourt, town.Su, town.Zheng, town.County, town.Lin} {
			if got := town.As(who).Get("/referrals/" + c.ID + "/result"); got.Status != http.StatusNotFound && got.Status != http.StatusForbidden {
				t.Errorf("%s: %d", who.Login, got.Status)
			}
		}
		if other := town.As(town.OtherCourt).Get("/referrals").Is(200); other.Holds(c.ID) {
			t.Error("another court lists it")
		}
		m := town.Messages(c, "referral_result")
		if len(m) != 1 || m[0].To != "suqian@court.example" || strings.Contains(m[0].Text, "林") || strings.Contains(m[0].Text, "漏水") {
			t.Errorf("messages: %v", m)
		}
	})
}

// M9: who was sent before the court registered a case is told how to file suit when mediation ends without agreement.
func TestM9_WhoWasSentBeforeRegistrationIsToldHowToSue(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		court, su := town.As(town.Court), town.As(town.Su)
		for kind, told := range map[string]string{"delegated": "true", "entrusted": ""} {
			c := court.Files(m{"source": "31", "referral": letter(kind)})
			su.Sees(c)
			su.Does(c, "record-referral", m{"received_at": town.Clock.Now()}).Is(200)
			su.Hosted(c, town.Su)
			su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以申请劳动仲裁。"}).Is(200)
			if has := strings.Contains(c.Last.Text("guidance"), "申请立案"); has != (told == "true") {
				t.Errorf("%s: told %s", kind, c.Last.Text("guidance"))
			}
			a := court.Get("/referrals/" + c.ID + "/result").Is(200)
			if a.Text("result.letter") != "no_agreement" || a.Text("result.reason_code") != "T1" || a.Text("result.told_to_sue") != told || a.Text("result.ended_on") != "2026-03-06" {
				t.Errorf("%s: %s", kind, a.Body)
			}
		}
	})
}

// One result stands: when a party changes its mind the earlier one is superseded, and the later one takes its place.
func TestALaterResultSupersedesTheEarlier(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		court, su := town.As(town.Court), town.As(town.Su)
		c := court.Files(m{"source": "31", "referral": letter("delegated")})
		su.Sees(c)
		su.Does(c, "ask-consent", nil).Is(200)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "refused", "channel": "phone", "reason": "D6"}).Is(200)
		result := func() housetest.Answer { return court.Get("/referrals/" + c.ID + "/result").Is(200) }
		if a := result(); a.Text("result.letter") != "not_accepted" || a.Text("result.reason_code") != "N5" || a.Holds(`"D6"`) {
			t.Errorf("refused: %s", a.Body)
		}
		su.Does(c, "reconsider", m{"party_id": c.Respondent}).Is(200)
		if a := result(); a.Value("result") != nil || a.Text("earlier.0.superseded_at") == "" {
			t.Errorf("taken up again: %s", a.Body)
		}
		for _, p := range []string{c.Applicant, c.Respondent} {
			su.Does(c, "record-consent", m{"party_id": p, "consent": "agreed", "channel": "phone"}).Is(200)
		}
		su.Does(c, "accept", nil).Is(200)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "refused", "channel": "phone", "reason": "D6"}).Is(200)
		if a := result(); a.Text("result.letter") != "no_agreement" || a.Text("result.outcome") != "party_refused" || a.Text("result.reason_code") != "" || a.Text("earlier.1.letter") != "" {
			t.Errorf("ended anew: %s", a.Body)
		}
	})
}

// A governance centre follows each step; a police station hears the result.
func TestTheCentreFollowsEachStep(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		court, su := town.As(town.Court), town.As(town.Su)
		for source, steps := range map[string]string{"352": "submit ask_consent accept choose open_session", "33": ""} {
			c := court.Files(m{"source": source, "referral": letter("handed_over")})
			su.Sees(c)
			su.Met(c, town.Su)
			a := court.Get("/referrals/" + c.ID + "/result").Is(200)
			var got []string
			for i := range 9 {
				if e := a.Text("steps." + string(rune('0'+i)) + ".event"); e != "" {
					got = append(got, e)
				}
			}
			if strings.Join(got, " ") != steps {
				t.Errorf("%s: %s", source, a.Body)
			}
		}
	})
}

// The housing bureau and deputies hear the result with consent only.
func TestAResultIsSharedWithConsent(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		court, su := town.As(town.Court), town.As(town.Su)
		c := court.Files(m{"source": "353", "referral": letter("handed_over", m{"reply_to": "a@housing.example"})})
		su.Sees(c)
		su.Does(c, "refuse-acceptance", m{"reason": "N4", "guidance": "请申请行政复议。", "notice_date": town.Today()}).Is(200)
		if a := court.Get("/referrals/" + c.ID + "/result").Is(200); a.Value("result") != nil || len(town.Messages(c, "referral_result")) != 0 {
			t.Errorf("without consent: %s", a.Body)
		}
		yes := court.Files(m{"source": "353", "referral": letter("handed_over", m{"consent_to_share": true})})
		su.Sees(yes)
		su.Does(yes, "refuse-acceptance", m{"reason": "N4", "guidance": "请申请行政复议。", "notice_date": town.Today()}).Is(200)
		if a := court.Get("/referrals/" + yes.ID + "/result").Is(200); a.Text("result.letter") != "not_accepted" {
			t.Errorf("with consent: %s", a.Body)
		}
	})
}

// An organ completes its own referral, and sees no more of the case for it.
func TestAnOrganCompletesItsReferral(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		court := town.As(town.Court)
		c := court.Files(m{"source": "31"})
		a := court.Does(c, "record-referral", letter("delegated")).Is(200)
		if a.Text("view") != "status" || a.Holds("林秀英") || a.Text("referral.kind") != "delegated" {
			t.Errorf("completed: %s", a.Body)
		}
		town.As(town.OtherCourt).Does(c, "record-referral", letter("delegated")).Is(http.StatusNotFound)
		su := town.As(town.Su)
		su.Sees(c)
		su.Hosted(c, town.Su)
		su.Does(c, "record-referral", letter("entrusted")).Refuses("lifecycle") // while it is registered, asked or accepted
	})
}

// A case that goes on in another county takes its referral along, and the organ follows it there.
func TestAReferralGoesAlongAcrossCounties(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		court, su, far := town.As(town.Court), town.As(town.Su), town.As(town.FarChair)
		c := court.Files(m{"source": "31", "referral": letter("delegated")})
		su.Sees(c)
		su.Does(c, "transfer", offer(c, town.Far.ID)).Is(200)
		far.Sees(c)
		next := far.Does(c, "accept-transfer", nil).Is(200).Text("linked_to")
		if a := court.Get("/referrals/" + c.ID + "/result").Is(200); a.Text("result.letter") != "transferred" {
			t.Errorf("the old one: %s", a.Body)
		}
		if a := court.Get("/referrals/" + next + "/result").Is(200); a.Text("referral.number") == "" || a.Text("state") != "registered" {
			t.Errorf("the one that goes on: %s", a.Body)
		}
	})
}

// What was recorded as entrusted with a procedure, and was only delegated, can be put right.
func TestA3_AKindThatWasWrongIsPutRight(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"source": "31", "referral": letter("entrusted", m{"procedure": "summary"})})
		su.Does(c, "record-referral", m{"kind": "delegated"}).Is(200)
		if c.Last.Text("referral.kind") != "delegated" || c.Last.Text("referral.procedure") != "" {
			t.Errorf("%s", c.Last.Text("referral"))
		}
	})
}
