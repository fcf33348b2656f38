package housetest

import (
	"fmt"
	"strings"
	"testing"
)

// Year is a town with a year's work.
func Year(t *testing.T, fn func(t *testing.T, town *Town)) {
	Each(t, func(t *testing.T, town *Town) {
		town.Works()
		fn(t, town)
	})
}

// Works does a year's work: one case settled in writing and one by word, one without agreement, one own-motion case without
// agreement, one refused before acceptance, two that are still open.
func (town *Town) Works() []*Case {
	su := town.As(town.Su)
	written := su.Files(M{"difficulty": 3})
	su.Performed(written, town.Su)
	su.Does(written, "close", nil).Is(200)
	oral := su.Files(M{"source": "14"})
	su.Met(oral, town.Su)
	su.Does(oral, "oral-agreement", oral.Terms()).Is(200)
	su.Does(oral, "record-performance", M{"obligation_id": oral.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
	su.Does(oral, "close", nil).Is(200)
	failed := su.Files(M{"source": "31"})
	su.Met(failed, town.Su)
	su.Does(failed, "terminate", M{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
	own := su.Files(M{"source": "21", "applicant": nil, "respondents": []M{{"name": "甲", "phone_reason": "无"}, {"name": "乙", "phone_reason": "无"}}})
	su.Does(own, "ask-consent", nil).Is(200)
	for i := range 2 {
		su.Does(own, "record-consent", M{"party_id": own.Last.Text(fmt.Sprintf("parties.%d.id", i)), "consent": "agreed", "channel": "phone"}).Is(200)
	}
	su.Does(own, "accept", nil).Is(200)
	su.Does(own, "terminate", M{"reason": "T9", "guidance": "可以起诉。"}).Is(200)
	refused := su.Files()
	su.Does(refused, "refuse-acceptance", M{"reason": "N4", "guidance": "请复议。", "notice_date": town.Today()}).Is(200)
	accepted, signed := su.Files(), su.Files()
	su.Accepted(accepted)
	su.Signed(signed, town.Su) // in force, and not closed yet
	return []*Case{written, oral, failed, own, refused, accepted, signed}
}

// Listed is how many cases a figure's address lists, up to a hundred.
func (h Hand) Listed(drill string) int {
	list := h.Get(strings.TrimPrefix(drill, "/api/v1") + "&limit=100").Is(200)
	items, _ := list.Value("items").([]any)
	return len(items)
}
