package wording

import (
	"regexp"
	"slices"
	"strings"

	"fengqiao/internal/fault"
)

// level of what a written agreement must hold, G3; the register of an oral one is only reminded of it.
func (d Draft) must() Level {
	if d.Oral {
		return Warns
	}
	return Blocks
}

// duty looks whether an obligation says who, to whom, how much, when and how: G3, C8.
func (r *reader) duty(at string, o Owed, d Draft) {
	lack := func(kind, rule, field string, level Level, say, fix fault.Text) {
		r.about(Finding{Kind: kind, Rule: rule, Level: level, At: at + "." + field, Reason: say, Suggestion: fix})
	}
	if o.Debtor == "" {
		lack("missing_payer", "C8", "debtor_party_id", Blocks, fault.Say("没有写明由谁履行", "It is not said who performs"), fault.Say("请选择义务人。", "Please choose who owes it."))
	}
	if o.Creditor == "" {
		lack("missing_payee", "C8", "creditor_party_id", Blocks, fault.Say("没有写明向谁履行", "It is not said to whom it is owed"), fault.Say("请选择权利人。", "Please choose to whom."))
	}
	if o.Kind == "pay" && o.total() == 0 {
		lack("missing_amount", "G3", "amount_fen", d.must(), fault.Say("是支付，但没有金额", "It is a payment without its amount"), fault.Say("请填写金额。", "Please give the amount."))
	}
	switch due := o.lastDay(); {
	case due.IsZero():
		lack("missing_date", "G3", "due", d.must(), fault.Say("没有履行期限", "It has no day by which it is done"), fault.Say("请填写具体日期。", "Please give a day."))
	case !d.On.IsZero() && due.Before(d.On):
		lack("day_past", "", "due", Hints, fault.Say("履行期限 %s 已经过去", "The day %s is over already", due), fault.Say("如果已经当场履行，请在履行方式里写明。", "Where it was performed on the spot, please say so in the manner."))
	}
	if strings.TrimSpace(o.Manner) == "" {
		lack("missing_manner", "G3", "manner", d.must(), fault.Say("没有写明履行方式", "It is not said in what manner it is done"), fault.Say("例如：银行转账到某账户；请师傅上门施工，双方到场验收。", "For example: by bank transfer; by a workman, both sides looking at it afterwards."))
	}
}

var (
	paying   = regexp.MustCompile(`支付|付给|付清|赔偿|补偿|退还|返还|归还|偿还|给付|还清|缴纳|交纳|补缴`)
	somebody = regexp.MustCompile(`甲方|乙方|丙方|丁方|甲乙|申请人|双方|各方|三方|对方|业主|物业|公司|委员会|业委会|调委会|村委会|居委会|用人单位|房东|租客|承租人|出租人|施工方|开发商|建设单位|保险|学校|医院|商家|店主|房主|户主|男方|女方|劳动者|工人|单位|老板|借款人|出借人|出卖人|买受人|承包人|发包人|保证人|[\p{Han}]某|父母|父亲|母亲|子女|兄弟|儿子|女儿|\b(party|parties|applicant|respondent|owner|company|landlord|tenant)\b`)
	settling = regexp.MustCompile(`违约金|逾期|如有|若|未按|不履行|拖欠`)
)

// parties looks whether a term that speaks of a payment says of whom, and is followed: C16, C8.
func (r *reader) parties(at string, c Clause, d Draft) {
	if len(sumsIn(c.Text)) == 0 || !paying.MatchString(c.Text) || settling.MatchString(c.Text) {
		return
	}
	named := slices.ContainsFunc(d.Parties, func(name string) bool { return name != "" && strings.Contains(c.Text, name) }) || somebody.MatchString(lower(c.Text))
	if !named {
		r.about(Finding{Kind: "missing_payer", Rule: "C16", Level: Warns, At: at + ".text", Reason: fault.Say("说到付款，却没有说由谁付给谁", "It speaks of a payment and not of who pays whom"),
			Suggestion: fault.Say("请写明付款人和收款人的姓名。", "Please name who pays and who is paid.")})
	}
	if c.Owed == nil {
		r.about(Finding{Kind: "not_followed", Rule: "C8", Level: Warns, At: at + ".text", Reason: fault.Say("说到付款，却没有登记履行事项，到期不会提醒", "It speaks of a payment without an obligation: nobody will be reminded of it"),
			Suggestion: fault.Say("请填写这一条的履行事项。", "Please fill in the obligation of this term.")})
	}
}

// whole looks at the draft as one: what a written agreement must hold (G3), and whether all duties lie on one side (G14).
func (r *reader) whole(d Draft) {
	if !d.Oral && strings.TrimSpace(d.Facts) == "" {
		r.about(Finding{Kind: "missing_facts", Rule: "G3", Level: Blocks, At: "facts", Reason: fault.Say("没有写明主要事实", "The main facts are not stated"), Suggestion: fault.Say("请写明何时、何地、发生了什么。", "Please say what happened, when and where.")})
	}
	if !d.Oral && strings.TrimSpace(d.Issues) == "" {
		r.about(Finding{Kind: "missing_issues", Rule: "G3", Level: Blocks, At: "issues", Reason: fault.Say("没有写明争议事项和各方责任", "What is in dispute and who is responsible is not stated"), Suggestion: fault.Say("请写明争议事项和各方责任。", "Please state the issues and who is responsible.")})
	}
	debtors, owed := map[string]bool{}, 0
	for _, c := range d.Clauses {
		if c.Owed != nil && c.Owed.Debtor != "" {
			debtors[c.Owed.Debtor] = true
			owed++
		}
	}
	if owed >= 3 && len(debtors) == 1 && len(d.Parties) > 1 {
		r.about(Finding{Kind: "one_sided", Rule: "G14", Level: Hints, At: "clauses", Reason: fault.Say("所有履行事项都由同一方承担", "All duties lie on the same side"),
			Suggestion: fault.Say("请核对另一方是否也作了承诺，例如验收、撤诉、不再追究。", "Please check whether the other side promised something too.")})
	}
	if owed == 0 && !hasDuty(d) {
		r.about(Finding{Kind: "no_duty", Rule: "G3", Level: Blocks, At: "clauses", Reason: fault.Say("没有一项写明谁、做什么、何时、如何履行", "It says nowhere who does what, when and how"),
			Suggestion: fault.Say("请至少填写一项履行事项。", "Please fill in at least one obligation.")})
	}
}

func hasDuty(d Draft) bool {
	for _, c := range d.Clauses {
		if c.Owed != nil {
			return true
		}
	}
	return false
}
