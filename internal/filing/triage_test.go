package filing_test

import (
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// begins tells where it was and what it is about.
func begins(d *housetest.Doorstep, kind, danger string) *housetest.Reader {
	r := d.Comes()
	r.Opens("/file/place").Says("area_code", "350503000000").Says("area_code", "350503001000").Says("area_code", string(housetest.Shaolin))
	return r.Says("category", kind).Is(200, "/file/safe").Says("danger", danger)
}

// finishes answers what follows the advice, and files.
func finishes(r *housetest.Reader) *housetest.Reader {
	r.Is(200, "/file/facts").Says("facts", "PLANTED-FACTS").Says("request", "").Says()
	r.Says("applicant.name", "林秀英", "applicant.phone", "13800138000")
	return r.Says("respondents.0.kind", "person", "respondents.0.name", "陈志强", "unknown", "yes").Is(200, "/file/check")
}

func TestM10_AdviceIsGivenWhereOthersCanHelpAndNeverBlocks(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		for kind, says := range map[string]string{"1001": "12333", "1099": "一般是一年", "01": "12338", "06": "要由他们把事情转过来", "1499": "12315", "12": "110"} {
			r := begins(d, kind, "no").Is(200, "/file/advice").Reads(says, "不影响您报警", "知道了，继续申请")
			finishes(r.ReadsNot("不要给我发短信").Says()).Says().Is(200, "/file/done").ReadsNot("先设定怎样联系")
		}
		for _, kind := range []string{"02", "99", "04"} {
			begins(d, kind, "unsaid").Is(200, "/file/facts")
		}
		r := begins(d, "02", "").Is(422, "/file/safe").Reads("不想说也可以").Says("danger", "perhaps").Is(422, "/file/safe")
		// who changes their mind on the check page reads what is new to them, once
		r = finishes(r.Says("danger", "no")).Opens("/file/about?to=check").Says("category", "1099").Is(200, "/file/advice?to=check").Reads("一般是一年")
		r.Says().Is(200, "/file/check").Opens("/file/about?to=check").Says("category", "1099").Is(200, "/file/check")
	})
}

func TestM8_WhoeverIsAfraidIsHeardFirstAndTheMediatorTold(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		r := begins(d, "02", "yes").Is(200, "/file/advice").Reads("110", "12338", "不要给我发短信")
		if a, b := strings.Index(r.Page, "tel:110"), strings.Index(r.Page, "tel:12348"); a < 0 || a > b {
			t.Error("110 does not come first")
		}
		finishes(r.Says("careful", "yes")).Reads("现在有没有危险").Says().Is(200, "/file/done").Reads("先设定怎样联系您才安全")
		r.Says("to", "needs").Reads("联系")
		home := strings.TrimSuffix(r.At, "/needs")
		if home == r.At {
			t.Fatalf("led to %s, want where needs are said", r.At)
		}
		if !strings.Contains(r.Page, `value="no_message" checked`) {
			t.Error("messages are sent before she said how")
		}
		id := strings.TrimPrefix(home, "/mine/")
		d.Enters(town.Zheng).Opens("/desk/cases/"+id).Reads("有人处在危险中", "请先单独联系申请人")
		d.Enters(town.County).Opens("/desk/cases/" + id).ReadsNot("处在危险中")
		if risk := town.As(town.Su).Get("/cases/" + id).Value("risk"); risk != float64(3) {
			t.Errorf("risk %v, want high", risk)
		}
	})
}

// What one side says of danger never reaches the other, on no page and by no call.
func TestTheOtherSideIsNeverToldOfFear(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := finishes(begins(d, "02", "yes").Says())
		ref, _ := lin.Says().Receipt()
		id := strings.TrimPrefix(lin.Says().At, "/mine/")
		seen := town.As(town.Su).Get("/cases/" + id)
		var other string
		for i := range 2 {
			if p := "parties." + string(rune('0'+i)); seen.Text(p+".role") == "respondent" {
				other = seen.Text(p + ".id")
			}
		}
		town.As(town.Su).Send("POST", "/cases/"+id+"/ask-consent", housetest.M{"version": seen.Value("version")})
		letter := town.As(town.Su).Post("/cases/"+id+"/invitations", housetest.M{"party_id": other, "channel": "letter"})
		chen := d.Comes().Opens("/follow").Says("reference", ref, "code", letter.Text("letter.code")).Is(200, "/mine/"+id)
		chen.ReadsNot("危险", "害怕", "PLANTED", "高")
		hand := town.Party(&housetest.Case{Reference: ref}, letter.Text("letter.code"))
		for _, path := range []string{"", "/timeline"} {
			got := string(hand.Get("/cases/" + id + path).Is(200).Body)
			for _, bad := range []string{"afraid", `"risk"`, "no_message"} {
				if strings.Contains(got, bad) {
					t.Errorf("the other side reads %s in %s", bad, path)
				}
			}
		}
	})
}
