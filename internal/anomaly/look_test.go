package anomaly_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/registry"
)

// rulesOn are the rules that flagged a case.
func rulesOn(t *testing.T, town *housetest.Town, c *housetest.Case) string {
	t.Helper()
	var out []string
	for _, one := range town.Again(town.County).Get("/anomalies?case_id=" + c.ID).Is(200).Value("items").([]any) {
		out = append(out, one.(map[string]any)["rule"].(string))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func sides(one, other string) m {
	return m{"applicant": m{"kind": "person", "name": one, "phone": nil, "phone_reason": "不知道", "address": "少林社区 1 号"},
		"respondents": []m{{"kind": "person", "name": other, "phone": nil, "phone_reason": "不知道"}}}
}

// met is a case in which Su sat at a place at noon.
func met(town *housetest.Town, people m, place string) *housetest.Case {
	su := town.Again(town.Su)
	c := su.Files(people)
	su.Hosted(c, town.Su)
	su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
	sitting := c.Sitting()
	sitting["place"] = place
	su.Does(c, "open-session", sitting).Is(200)
	return c
}

// settle brings a case that was heard to an agreement in force, with the same facts in every case.
func settle(town *housetest.Town, c *housetest.Case, names ...string) {
	settleAs(town, c, sameFacts, names...)
}

const sameFacts = "楼上卫生间防水层老化反复渗水，楼下客厅天花板发霉脱落木地板起翘，社区网格员三次上门查看拍照留存。" +
	"双方先后在社区居委会、物业服务中心当面商量维修时间和费用，因为施工期间的临时居住安排一直没有谈拢，申请人请求尽快修好并赔偿损失，被申请人愿意承担责任，但是认为申请人提出的粉刷费用偏高，希望按照市场价格由双方共同选定的施工队估算以后再确定最后的数额，并且在雨季到来之前完工，完工以后由社区网格员和双方一起验收签字确认。"

func settleAs(town *housetest.Town, c *housetest.Case, facts string, names ...string) {
	su, terms := town.Again(town.Su), c.Terms()
	terms["facts"] = facts
	terms["clauses"].([]m)[0]["text"] = names[1] + "赔偿" + names[0] + "粉刷费用。"
	su.Does(c, "fix-agreement", terms).Is(200)
	hash := c.Last.Text("agreements.0.text_hash")
	for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
		who["kind"], who["text_hash"] = "wet_ink", hash
		su.Does(c, "sign", who).Is(200)
	}
}

// The rules that ask the rows around a case, each once: what is planted is seen, and the case beside it is not.
func TestWhatIsSeenOnlyAmongSeveralCases(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		here := met(town, sides("黄丽华", "吴建国"), "社区调解室")
		there := met(town, sides("蔡美珍", "许文彬"), "东湖公园")
		elsewhere := town.Serves(town.Su, town.Other, actor.Mediator) // there she sat for another committee
		rows(t, town, func(tx *db.Tx) error {
			return tx.Rows().Exec("UPDATE session_mediators SET mediator_id = ? WHERE county_code = ? AND session_id IN (SELECT id FROM mediation_sessions WHERE county_code = ? AND case_id = ?)",
				elsewhere, tx.County, tx.County, there.ID).Error
		})
		town.Later(3 * time.Hour)
		apart := met(town, sides("柳小红", "杜志明"), "东湖公园")
		settle(town, here, "黄丽华", "吴建国")
		settle(town, there, "蔡美珍", "许文彬")
		town.Later(20 * time.Hour)
		many := []*housetest.Case{met(town, sides("洪阿梅", "某物业"), "居委会"), met(town, sides("洪阿菊", "某物业"), "居委会")}
		notice := strings.Repeat("物业公司在小区北门外墙翻新期间停用了两部电梯，业主认为公告张贴太晚、补偿标准没有征求意见，物业公司说明了施工合同和停梯时间，双方在居委会逐项核对后对减免物业费的月份取得一致。", 3)
		settleAs(town, many[0], notice, "洪阿梅", "某物业")
		settleAs(town, many[1], notice, "洪阿菊", "某物业")
		var often []*housetest.Case
		for range 3 {
			town.Later(3 * time.Hour)
			often = append(often, met(town, sides("林阿土", "陈金水"), "社区调解室"))
		}
		settle(town, often[0], "林阿土", "陈金水")
		limit(t, town, registry.AnomalySpikeLeast, "9")
		limit(t, town, registry.AnomalySameDay, "4")
		past(t, town, often[1:]...)
		look(t, town)
		for what, v := range map[string]struct {
			c    *housetest.Case
			want string
		}{"here": {here, "alike_text two_places"}, "there": {there, "alike_text two_places"}, "apart": {apart, ""}, "many against one": {many[1], ""}, "often": {often[1], "repeated_parties"}} {
			if got := rulesOn(t, town, v.c); got != v.want {
				t.Errorf("%s: %q, want %q", what, got, v.want)
			}
		}
		months(t, town, here)
		if got := rulesOn(t, town, here); got != "alike_text same_day spike two_places" {
			t.Errorf("after the month: %q", got)
		}
	})
}

// limit gives the county a threshold of its own.
func limit(t *testing.T, town *housetest.Town, name, value string) {
	t.Helper()
	town.Again(town.System).SendAny("PUT", "/registry/settings", m{"area_code": housetest.Fengze, "name": name, "value": value, "valid_from": town.Today()}).Is(204)
}

// past puts the acceptance of some cases months back.
func past(t *testing.T, town *housetest.Town, cases ...*housetest.Case) {
	t.Helper()
	rows(t, town, func(tx *db.Tx) error {
		for i, c := range cases {
			day := town.Today().PlusMonths(-3 * (i + 2))
			if err := tx.Rows().Exec("UPDATE dispute_cases SET accepted_day = ? WHERE county_code = ? AND id = ?", day, tx.County, c.ID).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

func rows(t *testing.T, town *housetest.Town, fn func(*db.Tx) error) {
	t.Helper()
	if err := town.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), fn); err != nil {
		t.Fatal(err)
	}
}

// months plants so many cases, of different people and all on the day of one of them, that a past of two in nine months does
// not explain the month.
func months(t *testing.T, town *housetest.Town, like *housetest.Case) {
	t.Helper()
	for i := range 14 {
		c := town.As(nil).Files(sides(fmt.Sprintf("甲%c", '一'+rune(i)), fmt.Sprintf("乙%c", '一'+rune(i))))
		rows(t, town, func(tx *db.Tx) error {
			const of = "(SELECT %[1]s FROM dispute_cases o WHERE o.county_code = dispute_cases.county_code AND o.id = ?)"
			set := "UPDATE dispute_cases SET accepted_day = " + fmt.Sprintf(of, "accepted_day") + ", effective_at = " + fmt.Sprintf(of, "effective_at") + " WHERE county_code = ? AND id = ?"
			return tx.Rows().Exec(set, like.ID, like.ID, tx.County, c.ID).Error
		})
	}
	look(t, town)
}
