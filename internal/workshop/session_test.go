package workshop_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// hosted is a leak of which Su is the host, before anybody was told their rights.
func hosted(t *testing.T, do func(t *testing.T, town *housetest.Town, c *housetest.Case)) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files()
		su.Hosted(c, town.Su)
		do(t, town, c)
	})
}

func TestA10_SuReadsTheRightsWritesLineByLineAndArrangesTheNext(t *testing.T) {
	hosted(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		home := "/desk/cases/" + c.ID
		page := home + "/open-session"
		su.Opens(page).Is(200, page).Reads("现在告知权利义务", "人民调解权利义务告知书", "加一行问答", "单方会谈")
		su.Says("kind", "joint", "line_who", "question", "line_text", "谁家先漏的？", "do", "line").Is(200, page).Reads("草稿由您保存于")
		su.Says("kind", "joint", "record", typedIn(su.Page, "record"), "line_who", c.Respondent, "line_text", "我家没漏。", "do", "line").Is(200, page)
		if got := typedIn(su.Page, "record"); got != "问：谁家先漏的？\n答（陈志强）：我家没漏。" {
			t.Errorf("the record is %q", got)
		}
		record := typedIn(su.Opens(page).Page, "record") // the telephone was away for a while
		all := []string{"kind", "joint", "starts_at", "2026-03-06T09:30", "place", "社区调解室", "mode", "in_person", "attending", c.Applicant, "attending", c.Respondent,
			"record", record, "result", "同意协商", "risk", "1", "next_starts_at", "2026-03-10T15:00"}
		su.Says(all...).Is(409, page).Reads("须告知当事人权利义务", "我家没漏")
		su.Says(append(all, "told", c.Applicant, "told", c.Respondent)...).Is(200, home+"?done=desk_open_session").
			Reads("调解记录已保存", "问：谁家先漏的？", "到场：林秀英、陈志强", "2026年3月10日 15:00", "已告知")
		if a := town.As(town.Su).Sees(c); a.Text("appointments.0.place") != "社区调解室" || a.Text("appointments.0.kind") != "joint" || a.Text("parties.1.notice_at") == "" {
			t.Errorf("%s", a.Body)
		}
		su.Opens(page).ReadsNot("草稿由您保存于", "我家没漏")
	})
}

func TestANextSessionThatCannotBeLeavesTheRecord(t *testing.T) {
	hosted(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/open-session"
		su.Opens(page).Says("kind", "joint", "starts_at", "2026-03-06T09:30", "place", "社区调解室", "mode", "in_person", "attending", c.Applicant, "attending", c.Respondent,
			"told", c.Applicant, "told", c.Respondent, "record", "双方陈述。", "risk", "1", "next_starts_at", "2026-03-01T15:00").
			Is(200, page).Reads("下一次没有约上", "/schedule-session")
		if a := town.As(town.Su).Sees(c); a.Text("sessions.0.record") != "双方陈述。" || a.Text("appointments") != "[]" {
			t.Errorf("%s", a.Body)
		}
	})
}

func TestWhatIsSaidInACaucusIsNoDraft(t *testing.T) {
	hosted(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/open-session"
		su.Opens(page).Says("kind", "joint", "record", "共同的话", "do", "keep").Is(200, page).Reads("草稿由您保存于")
		su.Says("kind", "caucus", "record", "只对您说", "do", "keep").Is(200, page).Reads("只对您说", "notice err caucus").ReadsNot("草稿由您保存于")
		town.As(town.Su).Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(http.StatusOK)
		su.Opens(page).Reads("共同的话").ReadsNot("只对您说")
		su.Says("kind", "caucus", "starts_at", "2026-03-06T09:30", "place", "社区调解室", "mode", "in_person", "attending", c.Applicant, "record", "只对您说", "risk", "1").
			Is(200, "/desk/cases/"+c.ID+"?done=desk_open_session").ReadsNot("只对您说")
		su.Opens(page).Reads("共同的话") // the other session's draft is still there
	})
}

func TestR4_ARecordIsReadForWhatInsults(t *testing.T) {
	hosted(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/open-session"
		su.Opens(page).Says("kind", "joint", "record", "陈志强蛮不讲理，是个无赖。", "result", "择日再谈", "do", "check").Is(200, page).
			Reads("2 处请核对，1 处供参考", "“无赖”带有侮辱性", "R4", "“择日”不是明确的期限", "“蛮不讲理”是对人的评价")
		if strings.Count(su.Page, `<ul class="found">`) != 2 {
			t.Error("what was found does not stand beside what it is about")
		}
	})
}

// Whoever is refused because nobody was told their rights is led to where they are read and ticked.
func TestA10_TheRefusalOpensTheRights(t *testing.T) {
	hosted(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/open-session"
		su.Opens(page).Says("kind", "joint", "starts_at", "2026-03-06T09:30", "place", "社区调解室", "mode", "in_person", "attending", c.Applicant, "attending", c.Respondent,
			"record", "双方陈述。", "risk", "1").Is(409, page)
		if !strings.Contains(su.Page, `<details class="more" open><summary>现在告知权利义务`) || !strings.Contains(su.Page, `href="#f-told"`) {
			t.Errorf("the rights stay shut: %s", su.Text())
		}
	})
}

// A session that was arranged begins as it was arranged, and is kept by the record without anybody looking for it.
func TestWhatWasArrangedIsWhatIsRecorded(t *testing.T) {
	hosted(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		hand := town.As(town.Su)
		hand.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(http.StatusOK)
		soon := town.Clock.Now().Add(2 * time.Hour)
		hand.Does(c, "schedule-session", m{"starts_at": soon, "ends_at": soon.Add(time.Hour), "place": "老年活动室"}).Is(http.StatusOK)
		page := "/desk/cases/" + c.ID + "/open-session"
		town.Later(4 * time.Hour)
		su := housetest.OnDoorstep(town).Enters(town.Su)
		su.Opens("/desk/cases/" + c.ID)
		if !strings.Contains(su.Page, page+"?appointment_id="+c.Last.Text("appointments.0.id")) {
			t.Error("the arranged session does not lead to its record")
		}
		su.Opens(page).Reads("不是约好的，另外谈的")
		kept := c.Last.Text("appointments.0.id")
		for _, begun := range []string{`value="` + kept + `" checked`, `value="` + c.Applicant + `" checked`, `value="` + c.Respondent + `" checked`, `value="老年活动室"`, `value="` + wall(soon) + `"`} {
			if !strings.Contains(su.Page, begun) {
				t.Errorf("the form does not begin with %s", begun)
			}
		}
		su.Says("appointment_id", kept, "kind", "joint", "starts_at", wall(soon), "place", "老年活动室", "mode", "in_person", "attending", c.Applicant, "attending", c.Respondent,
			"record", "双方陈述。", "risk", "1").Is(200, "/desk/cases/"+c.ID+"?done=desk_open_session")
		if a := town.Again(town.Su).Sees(c); a.Text("appointments.0.state") != "held" {
			t.Errorf("it was not kept: %s", a.Body)
		}
	})
}

func TestANextSessionThatCannotBeIsSaidOnce(t *testing.T) {
	hosted(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		hand := town.As(town.Su)
		other := hand.Files(m{"title": "停车纠纷"})
		hand.Hosted(other, town.Su)
		soon := town.Clock.Now().Add(24 * time.Hour)
		hand.Does(other, "schedule-session", m{"starts_at": soon, "ends_at": soon.Add(time.Hour), "place": "老年活动室"}).Is(http.StatusOK)
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/open-session"
		su.Opens(page).Says("kind", "joint", "starts_at", "2026-03-06T09:30", "place", "社区调解室", "mode", "in_person", "attending", c.Applicant, "attending", c.Respondent,
			"told", c.Applicant, "told", c.Respondent, "record", "双方陈述。", "risk", "1", "next_starts_at", wall(soon)).
			Is(200, page).Reads("下一次没有约上", "已有安排，请另选时间。").ReadsNot("请另选时间。请另选时间。")
	})
}

func wall(t time.Time) string {
	return t.In(time.FixedZone("", 8*3600)).Format("2006-01-02T15:04")
}
