package exchange

import (
	"slices"
	"strings"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/ledger"
	"fengqiao/internal/money"
	"fengqiao/internal/sheet"
)

// entry is what a row was understood to tell: a mediation that took place, or a dispute that was only brought.
type entry struct {
	ledger.Line
	mediated bool
	number   string // in the ledger; "" for none
	problems []problem
}

// reader understands one row.
type reader struct {
	*world
	columns columns
	row     row
	out     entry
}

func (r *reader) get(name string) string { return r.columns.of(r.row.Cells, name) }

func (r *reader) wrong(name, zh, en string, args ...any) { //nolint:unparam // a wrapper, so that what it says is checked
	r.out.problems = append(r.out.problems, problem{Column: headingOf(name), Text: fault.Say(zh, en, args...)})
}

// take notes what the domain says of a value.
func (r *reader) take(name string, err error) {
	if err != nil {
		r.out.problems = append(r.out.problems, problem{Column: headingOf(name), Text: fault.Of(err).Text})
	}
}

// understand reads a row against the world. Every problem is told, not only the first.
func (w *world) understand(c columns, in row) entry {
	r := &reader{world: w, columns: c, row: in}
	r.out.problems = append(r.out.problems, in.Problems...)
	r.out.number = r.get(fieldNumber)
	l := &r.out.Line
	l.CommitteeID, l.Told = w.committee.ID, true
	l.On = r.day(fieldDate, true)
	if l.On.After(w.today) {
		r.wrong(fieldDate, "日期不能晚于今天。", "The day cannot be later than today.")
	}
	r.what()
	r.who()
	r.outcome()
	r.mediators()
	return r.out
}

func (r *reader) need(name string) string {
	text := r.get(name)
	if text == "" {
		r.wrong(name, "请填写这一项。", "Please fill this in.")
	}
	return text
}

func (r *reader) what() {
	l := &r.out.Line
	var known bool
	at, known := r.where(r.get(fieldPlace))
	l.AreaCode, l.CompoundID = at.area, at.compound
	if text := r.need(fieldCategory); text != "" {
		if l.Category = r.categories[ident.MatchName(text)]; l.Category == "" {
			r.wrong(fieldCategory, "没有这个类型，请从模板的列表中选择。", "There is no such kind; please choose one of the list in the template.")
		}
	}
	if text := r.get(fieldSource); text != "" {
		if l.Source = r.sources[ident.MatchName(text)]; l.Source == "" {
			r.wrong(fieldSource, "没有这个来源，请从模板的列表中选择，或者空着。", "There is no such source; please choose one of the list in the template, or leave it empty.")
		}
	}
	l.Facts = r.need(fieldFacts)
	if !known {
		l.Facts += "\n地点：" + r.get(fieldPlace)
	}
	if text := r.get(fieldRemarks); text != "" {
		l.Facts += "\n备注：" + text
	}
}

func (r *reader) who() {
	l := &r.out.Line
	r.need(fieldApplicant)
	r.need(fieldRespondent)
	l.Applicant = r.person(r.get(fieldApplicant), fieldApplicant, fieldPhone, fieldID)
	l.Respondents = ledger.People(r.get(fieldRespondent), r.phone(fieldPhone2))
	if len(l.Respondents) > 0 {
		l.Respondents[0] = r.person(l.Respondents[0].Name, fieldRespondent, fieldPhone2, fieldID2)
	}
	if len(l.Respondents) > 50 {
		r.wrong(fieldRespondent, "最多 50 位。", "At most 50.")
	}
	for _, p := range l.Respondents {
		_, err := ident.ParseName(p.Name)
		r.take(fieldRespondent, err)
	}
}

// phone is a telephone as a ledger has it: nothing there is none known. A spreadsheet may have kept it as a number.
func (r *reader) phone(name string) string {
	text := strings.TrimSuffix(r.get(name), ".0")
	if text == "" {
		return "无"
	}
	return text
}

func (r *reader) person(name, field, phone, number string) casework.PartyIn {
	p := ledger.Person(name, r.phone(phone))
	if r.get(phone) == "" {
		p.PhoneReason = "台账没有记载"
	}
	if name != "" && field == fieldApplicant {
		_, err := ident.ParseName(name)
		r.take(field, err)
	}
	if p.Phone != "" {
		_, err := ident.ParsePhone(p.Phone)
		r.take(phone, err)
	}
	if text := r.get(number); text != "" && p.Kind != "organisation" {
		if strings.ContainsAny(text, "eE") {
			r.wrong(number, "身份证号变成了科学计数，后几位已经丢失。请把这一列设成文本格式，重新填写。", "The number was kept in scientific notation, and its end is lost. Please format the column as text and fill it in again.")
			return p
		}
		n, err := ident.ParseIDNumber(text, string(r.today))
		r.take(number, err)
		p.IDNumber = string(n)
	}
	return p
}

// Words by which ledgers say how it ended.
var (
	saysSettled = []string{"调解成功", "成功", "达成协议", "调成", "已调解", "调解达成协议", "口头协议", "达成口头协议", "和解", "已化解", "化解", "已解决", "是", "settled"}
	saysFailed  = []string{"调解不成", "调解不成功", "不成功", "未成功", "失败", "调解失败", "未达成协议", "终止", "终止调解", "调解终止", "否", "failed"}
	saysOpen    = []string{"调解中", "正在调解", "未调解", "办理中", "登记", "未结", "受理", "open"}
	saysWritten = []string{"书面协议", "达成书面协议", "签订协议", "签订书面协议", "written"}
	saysKept    = []string{"已履行", "当场履行", "履行完毕", "全部履行", "履行", "即时履行", "已履行完毕", "是", "performed"}
	saysUnkept  = []string{"未履行", "履行中", "部分履行", "未到期", "正在履行", "否"}
)

func says(list []string, text string) bool {
	return slices.Contains(list, strings.TrimRight(strings.ToLower(strings.TrimSpace(text)), "。."))
}

func (r *reader) outcome() {
	l := &r.out.Line
	text := r.get(fieldOutcome)
	switch {
	case text == "", says(saysOpen, text):
		return
	case says(saysWritten, text):
		r.wrong(fieldOutcome, "书面协议要有各方签名和盖章，不能从台账录入。请在案件里办理；是口头协议的，写“调解成功”。",
			"A written agreement needs signatures and the seal, and cannot come from a ledger. Please work it as a case; where it was by word of mouth, write 调解成功.")
	case says(saysFailed, text):
		l.Outcome = ledger.Failed
	case says(saysSettled, text):
		l.Outcome = ledger.Settled
		r.agreed()
	default:
		r.wrong(fieldOutcome, "看不懂结果，请写“调解成功”或“调解不成”，还没有调解的空着。", "This outcome is not understood; please write 调解成功 or 调解不成, or leave it empty while it was not mediated.")
	}
	r.out.mediated = true
}

// agreed reads what was agreed: by word of mouth, done on the spot or by a day.
func (r *reader) agreed() {
	l := &r.out.Line
	l.Terms.Text = r.need(fieldTerms)
	l.Terms.Debtor = casework.Respondent
	switch text := r.get(fieldDebtor); ident.MatchName(text) {
	case "", "被申请人", "respondent", "对方", "乙方", ident.MatchName(r.get(fieldRespondent)):
	case "申请人", "applicant", "甲方", ident.MatchName(r.get(fieldApplicant)):
		l.Terms.Debtor = casework.Applicant
	default:
		r.wrong(fieldDebtor, "请写“申请人”或“被申请人”，或者空着。", "Please write 申请人 or 被申请人, or leave it empty.")
	}
	if text := r.get(fieldAmount); text != "" && text != "0" && text != "/" {
		amount, err := money.Parse(strings.TrimSuffix(text, "元"))
		r.take(fieldAmount, err)
		l.Terms.Amount = amount
	}
	kept := r.get(fieldKept)
	l.Terms.Due = r.day(fieldDue, false)
	switch {
	case says(saysKept, kept):
		l.Outcome, l.Terms.Due = ledger.Kept, ""
	case kept != "" && !says(saysUnkept, kept):
		r.wrong(fieldKept, "看不懂履行情况，请写“已履行”或“未履行”。", "This is not understood; please write 已履行 or 未履行.")
	case l.Terms.Due.IsZero():
		r.wrong(fieldDue, "请填写履行期限；当场做到的，在“履行情况”写“已履行”。", "Please say by which day; where it was done on the spot, write 已履行 under 履行情况.")
	case l.Terms.Due.Before(l.On):
		r.wrong(fieldDue, "不能早于调解的日期。", "It cannot lie before the day of the mediation.")
	}
}

func (r *reader) mediators() {
	l := &r.out.Line
	if !r.out.mediated {
		return
	}
	names := strings.FieldsFunc(r.get(fieldMediators), func(c rune) bool { return strings.ContainsRune("、,，;；/\n", c) })
	if len(names) == 0 {
		if l.Host = r.me; r.me.IsZero() {
			r.wrong(fieldMediators, "请填写调解员：您自己不是本会的调解员。", "Please name the mediators: you are none of this committee yourself.")
		}
		return
	}
	for i, name := range names {
		id, known := r.team[ident.MatchName(name)]
		switch {
		case !known:
			r.wrong(fieldMediators, "本会现在没有叫这个名字的调解员。已经离任的，请写现在的调解员，并在备注里说明。", "Nobody of this name mediates for the committee now. For one who has left, please name one of today and say so in the remarks.")
		case id.IsZero():
			r.wrong(fieldMediators, "本会有两位调解员叫这个名字，请在案件里录入。", "Two mediators of the committee have this name; please enter it as a case.")
		case i == 0:
			l.Host = id
		case id != l.Host && !slices.Contains(l.Co, id):
			l.Co = append(l.Co, id)
		}
	}
}

// day reads a day: as a spreadsheet keeps it, in numbers, or as people write it.
func (r *reader) day(name string, needed bool) calendar.Day {
	text := r.get(name)
	if text == "" {
		if needed {
			r.need(name)
		}
		return ""
	}
	d, ok := sheet.Day(text)
	if !ok {
		r.wrong(name, "看不懂这个日期，请写成 2025-03-06 这样。", "This day is not understood; please write it like 2025-03-06.")
	}
	return calendar.Day(d)
}

// key is by what this line of the committee's ledger is known again, and what it says. A number in a ledger counts within its
// year; where there is none, the line is what it says.
func (e entry) key() (key, says string) {
	people := make([]string, 0, 1+len(e.Respondents))
	for _, p := range append([]casework.PartyIn{e.Applicant}, e.Respondents...) {
		people = append(people, ident.MatchName(p.Name))
	}
	says = strings.Join([]string{string(e.On), strings.Join(people, "、"), e.Category, ident.MatchName(e.Facts)}, "\n")
	if e.number == "" {
		return says, says
	}
	return "number " + string(e.On)[:min(4, len(e.On))] + " " + ident.MatchName(e.number), says
}

// filing is what becomes of a dispute that was not mediated.
func (e entry) filing(at *time.Time) casework.Filing {
	source := e.Source
	if source == "" {
		source = "11"
	}
	f := casework.Filing{Source: source, Category: e.Category, AreaCode: e.AreaCode, CompoundID: e.CompoundID, Title: codes.Untitled(e.Category),
		Facts: e.Facts, CommitteeID: e.CommitteeID, Applicant: &e.Applicant, Respondents: e.Respondents, OccurredAt: at}
	switch {
	case codes.IsOwnMotion(source):
		f.Applicant, f.Respondents = nil, append([]casework.PartyIn{e.Applicant}, e.Respondents...)
	case codes.IsApplication(source):
		f.Form = "oral"
	}
	return f
}
