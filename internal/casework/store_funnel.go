package casework

import (
	"strings"

	"gorm.io/gorm"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
)

// How far somebody who was to be brought to the table came, each step further than the one before.
const (
	StepAsked     = "asked"
	StepDelivered = "delivered"
	StepOpened    = "opened"
	StepAnswered  = "answered"
	StepMet       = "met"
	StepAgreed    = "agreed"
	StepKept      = "kept"
	StepRefused   = "refused" // beside the others: answered, and said no
)

// Reachings are what a list may ask of its respondents: how far one of them came, at least.
var Reachings = codes.List{
	{Code: StepAsked, Name: fault.Say("已邀请或告知", "Asked")}, {Code: StepDelivered, Name: fault.Say("已送达", "Reached by the message")},
	{Code: StepOpened, Name: fault.Say("已打开", "Came to look")}, {Code: StepAnswered, Name: fault.Say("已答复", "Answered")},
	{Code: StepMet, Name: fault.Say("已到场协商", "Met")}, {Code: StepAgreed, Name: fault.Say("达成协议", "Agreed")},
	{Code: StepKept, Name: fault.Say("协议已履行", "Kept")}, {Code: StepRefused, Name: fault.Say("不愿意", "Refused")},
}

// ByStaff is how somebody was asked who was sent no invitation: told by those who work on the case.
const ByStaff = "staff"

// AskedBys are the ways in which respondents were asked.
var AskedBys = codes.List{
	{Code: BySMS, Name: fault.Say("手机短信", "Text message")}, {Code: ByEmail, Name: fault.Say("电子邮件", "E-mail")},
	{Code: "letter", Name: fault.Say("信件", "Letter")}, {Code: ByStaff, Name: fault.Say("工作人员告知", "Told by staff")},
}

// What is known of a respondent, case_parties AS p of dispute_cases AS c, from rows. Whoever came to a step came to all
// before it: to answer one must have been reached. A joint session only counts as met: of a caucus nobody is told.
const (
	// WhereRespondent: is to be brought to the table. In a case of the committee's own motion everybody is.
	WhereRespondent = "p.role = 'respondent' AND p.removed_at IS NULL"

	// AskedBy is the way of the latest invitation, else that of staff.
	AskedBy = "COALESCE((SELECT a.channel FROM access_codes a WHERE " + ofParty + " AND a.helper_id IS NULL AND a.channel IN ('sms', 'email', 'letter')" +
		" ORDER BY a.issued_at DESC, a.id DESC LIMIT 1), 'staff')"

	ofParty  = "a.county_code = p.county_code AND a.case_id = p.case_id AND a.party_id = p.id"
	answered = "p.consent IN ('agreed', 'refused')"
	invited  = "EXISTS (SELECT 1 FROM access_codes a WHERE " + ofParty + " AND a.helper_id IS NULL AND a.channel IN ('sms', 'email', 'letter'))"
	printed  = "EXISTS (SELECT 1 FROM access_codes a WHERE " + ofParty + " AND a.helper_id IS NULL AND a.channel = 'letter')"
	sent     = "EXISTS (SELECT 1 FROM party_messages a WHERE " + ofParty + " AND a.kind = 'invitation' AND a.sent_at IS NOT NULL)"
	sat      = "EXISTS (SELECT 1 FROM session_attendance t JOIN mediation_sessions s ON s.county_code = t.county_code AND s.id = t.session_id" +
		" WHERE t.county_code = p.county_code AND t.party_id = p.id AND s.kind = 'joint')"
	inForce = "(c.effective_at IS NOT NULL AND p.consent = 'agreed' AND (p.joined_after IS NULL OR p.joined_after <> c.agreement_id))"
	undone  = "EXISTS (SELECT 1 FROM obligations o WHERE o.county_code = c.county_code AND o.agreement_id = c.agreement_id AND o.state <> 'performed')"
)

// Reached is how many steps a respondent came, from 0 to 7.
const Reached = "CASE WHEN " + inForce + " AND NOT " + undone + " THEN 7 WHEN " + inForce + " THEN 6 WHEN " + sat + " THEN 5 WHEN " + answered +
	" THEN 4 WHEN p.opened_at IS NOT NULL THEN 3 WHEN p.notice_at IS NOT NULL OR " + printed + " OR " + sent + " THEN 2 WHEN p.consent <> '' OR " + invited + " THEN 1 ELSE 0 END"

// stepNumbers are the steps as Reached counts them.
var stepNumbers = map[string]int{StepAsked: 1, StepDelivered: 2, StepOpened: 3, StepAnswered: 4, StepMet: 5, StepAgreed: 6, StepKept: 7}

// respondents narrows a list to cases in which somebody was brought so far, or of which this or that became. Whoever is a party of a case finds it so in no
// list: what the other side did is not theirs to try out.
func (f Filter) respondents(q *gorm.DB, g authz.Grant) (*gorm.DB, error) {
	if f.OwnMotion != "" {
		q = q.Where(map[string]string{"true": "c.source LIKE '2%'", "false": "c.source NOT LIKE '2%'"}[f.OwnMotion])
	}
	tried := f.Reached != "" || f.AskedBy != "" || f.Fate != "" || f.Promise != "" || f.Effective != [2]calendar.Day{} || f.Due != [2]calendar.Day{}
	if !tried && f.DueBy.IsZero() && !f.Overdue {
		return q, nil
	}
	by := g.By()
	if !by.IsStaff() || by.Holds(actor.Referrer) {
		return nil, errNoSearch
	}
	q = q.Where("NOT EXISTS (SELECT 1 FROM case_people w WHERE w.county_code = c.county_code AND w.case_id = c.id AND w.person_id = ? AND w.party_id IS NOT NULL)", by.Person)
	if f.Reached == "" && f.AskedBy == "" {
		return q, nil
	}
	where, args := []string{WhereRespondent}, []any{}
	if f.Reached == StepRefused {
		where = append(where, "p.consent = 'refused'")
	} else if f.Reached != "" {
		where, args = append(where, "("+Reached+") >= ?"), append(args, stepNumbers[f.Reached])
	}
	if f.AskedBy != "" {
		where, args = append(where, AskedBy+" = ?"), append(args, f.AskedBy)
	}
	return q.Where("EXISTS (SELECT 1 FROM case_parties p WHERE p.county_code = c.county_code AND p.case_id = c.id AND "+strings.Join(where, " AND ")+")", args...), nil
}
