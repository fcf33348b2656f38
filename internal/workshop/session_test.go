package workshop_test

import (
	"net/http"
	"strings"
	"testing"

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
