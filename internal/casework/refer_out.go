package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// ReferralOut is a case referred on to an organ: to whom, why, which papers went along, and which party was told; the
// data of a letter of referral (F17b).
type ReferralOut struct {
	ident.Key
	CaseID        ident.ID     `gorm:"column:case_id"`
	Number        int          `gorm:"column:number"`     // 1, 2 … of the case
	OrganKind     string       `gorm:"column:organ_kind"` // codes.ReferredTo
	Organ         string       `gorm:"column:organ"`
	ReasonSealed  []byte       `gorm:"column:reason_sealed"`
	Reason        string       `gorm:"-"`
	Papers        string       `gorm:"column:papers"`   // attachment ids as JSON
	Consents      string       `gorm:"column:consents"` // party ids as JSON
	Told          string       `gorm:"column:told"`     // party ids as JSON
	NotToldSealed []byte       `gorm:"column:not_told_sealed"`
	NotTold       string       `gorm:"-"` // why nobody was told
	ReplyBy       calendar.Day `gorm:"column:reply_by"`
	MadeAt        time.Time    `gorm:"column:made_at"`
	MadeBy        ident.ID     `gorm:"column:made_by"`
}

// TableName is the table's.
func (ReferralOut) TableName() string { return "referrals_out" }

// ReferringOut refers a case on.
type ReferringOut struct {
	OrganKind string       `json:"organ_kind" doc:"court, arbitration, police, petition, organ, committee, legal_aid, other"`
	Organ     string       `json:"organ" doc:"Which one"`
	Reason    string       `json:"reason"`
	Papers    []ident.ID   `json:"papers,omitempty,omitzero" nullable:"false" doc:"Attachments shared with it"`
	Consents  []ident.ID   `json:"consents,omitempty,omitzero" nullable:"false" doc:"Parties that agreed to it"`
	Told      []ident.ID   `json:"told_party_ids,omitempty,omitzero" nullable:"false" doc:"Parties that were told"`
	NotTold   string       `json:"not_told_reason,omitempty" doc:"Why no party was told, such as danger to one"`
	ReplyBy   calendar.Day `json:"reply_by,omitempty"`
}

// ReferOut refers a case on to an organ: after it ended or was not accepted, or beside mediation. It moves nothing: the
// committee stays the lead, and a report that is owed to the police is owed still (M8).
func (s *Service) ReferOut(ctx context.Context, g authz.Grant, o Order, in ReferringOut) (View, error) {
	return s.act(ctx, g, o, ReferOut, func(d *deed, c *Case) (note, error) {
		if err := in.check(d, c); err != nil {
			return note{}, err
		}
		if err := d.evidenceExists(c, in.Papers); err != nil {
			return note{}, err
		}
		r := ReferralOut{Key: d.newKey(), CaseID: c.ID, Number: len(c.ReferralsOut) + 1, OrganKind: in.OrganKind, Organ: strings.TrimSpace(in.Organ),
			Reason: strings.TrimSpace(in.Reason), Papers: idsText(in.Papers), Consents: idsText(in.Consents), Told: idsText(in.Told),
			NotTold: strings.TrimSpace(in.NotTold), ReplyBy: in.ReplyBy, MadeAt: d.at, MadeBy: d.grant.By().Person}
		c.ReferralsOut = append(c.ReferralsOut, r)
		c.OutCount = len(c.ReferralsOut)
		n := note{fact: journal.Fact{"referral": r.ID.String(), "organ_kind": r.OrganKind, "papers": idTexts(in.Papers), "told": idTexts(in.Told),
			"consents": idTexts(in.Consents), "reply_by": r.ReplyBy}, words: journal.Words{"organ": r.Organ, "reason": r.Reason, "not_told_reason": r.NotTold}}
		if in.OrganKind == FromPolice && c.PoliceOpen {
			n.warnings = append(n.warnings, fault.Say("风险为红色：移送不能代替报告公安，请另行报告并记录回执（M8）。",
				"The risk is red: a referral does not stand for the report to the police; please report and record the receipt as well (M8)."))
		}
		return n, nil
	})
}

func (in ReferringOut) check(d *deed, c *Case) error {
	var bad fault.Check
	bad.Take("organ_kind", codes.ReferredTo.Check(in.OrganKind))
	need(&bad, "organ", in.Organ, maxShort)
	need(&bad, "reason", in.Reason, maxReason)
	atMost(&bad, "not_told_reason", in.NotTold, maxReason)
	if len(in.Told) == 0 && strings.TrimSpace(in.NotTold) == "" {
		bad.Add("told_party_ids", "请选择已告知的当事人；没有告知的，请说明原因。", "Please choose the parties that were told; if none was, say why.")
	}
	for field, ids := range map[string][]ident.ID{"told_party_ids": in.Told, "consents": in.Consents} {
		if slices.ContainsFunc(ids, func(id ident.ID) bool { return c.party(id) == nil }) {
			bad.Add(field, "请选择本案的当事人。", "Please choose parties of this case.")
		}
	}
	if !in.ReplyBy.IsZero() && in.ReplyBy.Before(dayOf(d.at)) {
		bad.Add("reply_by", "答复日期不能早于移送。", "The day of reply cannot lie before the referral.")
	}
	return bad.Err()
}

// idsText keeps ids in one column.
func idsText(ids []ident.ID) string {
	text, err := json.Marshal(idTexts(ids))
	if err != nil {
		panic(err) // texts always marshal
	}
	return string(text)
}

// idsIn reads what idsText wrote.
func idsIn(list string) []string {
	out := []string{}
	_ = json.Unmarshal([]byte(list), &out) // written by us as JSON
	return out
}

// ReferralOutView is a referral as staff see it; a party that was told sees to whom and when.
type ReferralOutView struct {
	ID        ident.ID     `json:"id"`
	Number    int          `json:"number"`
	OrganKind string       `json:"organ_kind"`
	Organ     string       `json:"organ"`
	On        calendar.Day `json:"referred_on"`
	Reason    string       `json:"reason,omitempty"`
	Papers    []string     `json:"papers"`
	Consents  []string     `json:"consents"`
	Told      []string     `json:"told_party_ids"`
	NotTold   string       `json:"not_told_reason,omitempty"`
	ReplyBy   calendar.Day `json:"reply_by,omitempty"`
}

func (c *Case) addReferralsOut(v *View, full bool) {
	for _, r := range c.ReferralsOut {
		told := idsIn(r.Told)
		out := ReferralOutView{ID: r.ID, Number: r.Number, OrganKind: r.OrganKind, Organ: r.Organ, On: dayOf(r.MadeAt), Papers: []string{}, Consents: []string{}, Told: []string{}}
		switch {
		case full:
			out.Reason, out.NotTold, out.ReplyBy, out.Papers, out.Consents, out.Told = r.Reason, r.NotTold, r.ReplyBy, idsIn(r.Papers), idsIn(r.Consents), told
		case !slices.Contains(told, v.Me.String()):
			continue
		}
		v.ReferralsOut = append(v.ReferralsOut, out)
	}
}
