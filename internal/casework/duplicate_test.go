package casework_test

import (
	"testing"

	"fengqiao/internal/housetest"
)

// joining does not accept a case because the same dispute is in hand in another.
func joining(town *housetest.Town, kept string) m {
	return m{"reason": "N9", "guidance": "同一纠纷已经在办，一并调解。", "notice_date": town.Today(), "same_case_id": kept}
}

func attachmentsOf(a housetest.Answer) []any { return a.Value("attachments").([]any) }

func TestWhatWasFiledTwiceIsJoinedAndNothingIsLost(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		kept, again := town.As(nil).Files(), town.As(nil).Files(m{"title": "又报了一次"})
		town.Party(again, again.Code).SendAny("POST", "/cases/"+again.ID+"/attachments", housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(201)
		zheng := town.As(town.Zheng)
		zheng.Sees(kept)
		if a := zheng.Page("GET", "/desk/cases/"+again.ID+"/refuse-acceptance", nil).Is(200); !a.Holds(kept.ID) {
			t.Error("the case in hand is not offered")
		}
		zheng.Sees(again)
		zheng.Does(again, "refuse-acceptance", joining(town, kept.ID)).Is(200)
		if again.State != "not_accepted" || again.Last.Text("reason_code") != "N9" {
			t.Errorf("%s", again.Last.Body)
		}
		zheng.Sees(kept)
		files := attachmentsOf(kept.Last)
		if len(files) != 1 || files[0].(m)["party_id"] != kept.Applicant || files[0].(m)["shared"] != false || files[0].(m)["name"] != "漏水.png" {
			t.Errorf("what was handed in: %v", files)
		}
		if len(attachmentsOf(again.Last)) != 1 {
			t.Error("it is gone from where it was handed in")
		}
		if a := town.Party(kept, kept.Code).Get("/cases/" + kept.ID).Is(200); len(attachmentsOf(a)) != 1 {
			t.Error("its giver does not see it")
		}
		if a := zheng.Get("/cases/" + kept.ID + "/timeline").Is(200); !a.Holds(again.ID) {
			t.Error("the record does not say where it came from")
		}
	})
}

func TestNobodyIsLostByJoiningTwoFilings(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		kept := town.As(nil).Files()
		other := town.As(nil).Files(m{"respondents": []m{{"name": "王小明", "phone_reason": "不知道"}}})
		zheng := town.As(town.Zheng)
		zheng.Sees(other)
		if a := zheng.Does(other, "refuse-acceptance", joining(town, kept.ID)); a.Status != 409 || !a.Holds("王小明") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		for _, wrong := range []string{other.ID, "019cc0df-8500-878b-9564-9df74b35609c"} {
			if a := zheng.Does(other, "refuse-acceptance", joining(town, wrong)); a.Status != 422 || !a.Holds("same_case_id") {
				t.Errorf("%s: %d %s", wrong, a.Status, a.Body)
			}
		}
		zheng.Sees(kept)
		zheng.Does(kept, "refuse-acceptance", m{"reason": "N6", "guidance": "请起诉。", "notice_date": town.Today()}).Is(200)
		again := town.As(nil).Files()
		zheng.Sees(again)
		zheng.Does(again, "refuse-acceptance", joining(town, kept.ID)).Is(422)
	})
}
