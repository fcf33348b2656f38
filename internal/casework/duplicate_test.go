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

// Two persons of one name are two: the telephones, or the identity numbers, are both known and differ.
func TestOneNameIsNotOnePersonWhereTheNumbersDiffer(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		kept := town.As(nil).Files()
		zheng := town.As(town.Zheng)
		for what, applicant := range map[string]m{
			"telephone": {"kind": "person", "name": "林秀英", "phone": "13905951234"},
			"number":    {"kind": "person", "name": "林秀英", "id_number": "440524188001010014", "phone": "13800138000"},
		} {
			other := town.As(nil).Files(m{"applicant": applicant})
			town.Party(other, other.Code).SendAny("POST", "/cases/"+other.ID+"/attachments", housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(201)
			zheng.Sees(other)
			if a := zheng.Page("GET", "/desk/cases/"+other.ID+"/refuse-acceptance", nil).Is(200); a.Holds(kept.ID) {
				t.Errorf("%s: the other person's case is offered", what)
			}
			if a := zheng.Does(other, "refuse-acceptance", joining(town, kept.ID)); a.Status != 409 || !a.Holds("林秀英") {
				t.Errorf("%s: %d %s", what, a.Status, a.Body)
			}
		}
		zheng.Sees(kept)
		if files := attachmentsOf(kept.Last); len(files) != 0 {
			t.Errorf("what one person handed in became another's: %v", files)
		}
	})
}

// One person is one however the name was written: by the identity number, or by the telephone and a name that is read the same.
// Of two who share a telephone the case is shown, and they are not made one.
func TestOnePersonIsOneHoweverTheNameIsWritten(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		kept := town.As(nil).Files()
		zheng := town.As(town.Zheng)
		for name, applicant := range map[string]m{
			"read the same": {"kind": "person", "name": "林秀瑛", "phone": "13800138000"},
			"number":        {"kind": "person", "name": "林阿英", "id_number": "11010519491231002X", "phone": "13905951234"},
		} {
			again := town.As(nil).Files(m{"applicant": applicant})
			town.Party(again, again.Code).SendAny("POST", "/cases/"+again.ID+"/attachments", housetest.File{Name: name + ".png", Content: housetest.Pixel}).Is(201)
			zheng.Sees(again)
			if a := zheng.Page("GET", "/desk/cases/"+again.ID+"/refuse-acceptance", nil).Is(200); !a.Holds(kept.ID) {
				t.Errorf("%s: the case in hand is not offered", name)
			}
			zheng.Does(again, "refuse-acceptance", joining(town, kept.ID)).Is(200)
		}
		zheng.Sees(kept)
		files := attachmentsOf(kept.Last)
		if len(files) != 2 || files[0].(m)["party_id"] != kept.Applicant || files[1].(m)["party_id"] != kept.Applicant {
			t.Errorf("what she handed in: %v", files)
		}
		household := town.As(nil).Files(m{"applicant": m{"kind": "person", "name": "王水生", "phone": "13800138000"}})
		zheng.Sees(household)
		if a := zheng.Page("GET", "/desk/cases/"+household.ID+"/refuse-acceptance", nil).Is(200); !a.Holds(kept.ID) {
			t.Error("the case with the same telephone is not shown")
		}
		zheng.Does(household, "refuse-acceptance", joining(town, kept.ID)).Is(409)
	})
}

// Father and son, or two of one name in one case, are met each by their own.
func TestTwoOfOneNameAreMetEachByTheirOwn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		two := func(first, second string) []m {
			return []m{{"kind": "person", "name": "陈志强", "phone": first}, {"kind": "person", "name": "陈志强", "phone": second}}
		}
		kept := town.As(nil).Files(m{"respondents": two("13905950001", "13905950002")})
		again := town.As(nil).Files(m{"respondents": two("13905950002", "13905950001")})
		third := town.As(nil).Files(m{"respondents": []m{{"kind": "person", "name": "陈志强", "phone": nil, "phone_reason": "不知道"}, {"kind": "person", "name": "陈志强", "phone": "13905950001"}}})
		one := town.As(nil).Files(m{"respondents": two("13905950001", "13905950003")})
		zheng := town.As(town.Zheng)
		for c, want := range map[*housetest.Case]int{again: 200, third: 200, one: 409} {
			zheng.Sees(c)
			if a := zheng.Does(c, "refuse-acceptance", joining(town, kept.ID)); a.Status != want {
				t.Errorf("%d, want %d: %s", a.Status, want, a.Body)
			}
		}
	})
}
