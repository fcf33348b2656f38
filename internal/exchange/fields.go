package exchange

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// field is something that a row may tell.
type field struct {
	Name     string     // by which programs call it
	Says     fault.Text // by which people do; the heading of the template
	Needed   bool       // no row without it
	Hint     fault.Text
	synonyms string // other headings that ledgers are seen with, separated by blanks
}

// The fields, in the order of the template.
const (
	fieldNumber     = "number"
	fieldDate       = "date"
	fieldPlace      = "place"
	fieldApplicant  = "applicant"
	fieldPhone      = "applicant_phone"
	fieldID         = "applicant_id"
	fieldRespondent = "respondent"
	fieldPhone2     = "respondent_phone"
	fieldID2        = "respondent_id"
	fieldCategory   = "category"
	fieldFacts      = "facts"
	fieldSource     = "source"
	fieldOutcome    = "outcome"
	fieldTerms      = "terms"
	fieldDebtor     = "debtor"
	fieldAmount     = "amount"
	fieldDue        = "due"
	fieldKept       = "performed"
	fieldMediators  = "mediators"
	fieldRemarks    = "remarks"
)

var fields = []field{
	{Name: fieldNumber, Says: fault.Say("台账编号", "Ledger number"), Hint: fault.Say("本会台账里的编号，不重复；再导一次时据此认出已录过的", "Unique in the committee's ledger; by it a line is known again"), synonyms: "编号 案号 卷号 登记号 台账号 案件编号"},
	{Name: fieldDate, Says: fault.Say("日期", "Date"), Needed: true, Hint: fault.Say("调解的日期；没有调解的，登记的日期。例如 2025-03-06", "Of the mediation, else of the entry, such as 2025-03-06"), synonyms: "调解日期 调解时间 受理日期 受理时间 登记日期 登记时间 时间 纠纷发生时间 结案日期"},
	{Name: fieldPlace, Says: fault.Say("小区或地点", "Compound or place"), Hint: fault.Say("小区、村或社区的名称；空着就是本会所在地", "A compound, village or community; empty for the committee's own"), synonyms: "地点 小区 纠纷地点 发生地点 发生地 村居 村（居） 地址 住址"},
	{Name: fieldApplicant, Says: fault.Say("申请人", "Applicant"), Needed: true, synonyms: "申请人姓名 当事人甲 当事人甲方 甲方 甲方当事人 当事人一 当事人1 当事人（申请人）"},
	{Name: fieldPhone, Says: fault.Say("申请人电话", "Applicant's telephone"), Hint: fault.Say("没有就写“无”", "无 where there is none"), synonyms: "申请人联系电话 联系电话 电话 甲方电话 手机 联系方式 申请人联系方式"},
	{Name: fieldID, Says: fault.Say("申请人身份证号", "Applicant's identity number"), Hint: fault.Say("可以空着；请把这一列设成文本格式", "Optional; please format the column as text"), synonyms: "身份证号 身份证号码 申请人身份证号码 证件号码"},
	{Name: fieldRespondent, Says: fault.Say("被申请人", "Respondent"), Needed: true, Hint: fault.Say("几个人用顿号隔开", "Several are separated by 、"), synonyms: "被申请人姓名 对方当事人 对方 当事人乙 当事人乙方 乙方 乙方当事人 当事人二 当事人2 当事人（被申请人）"},
	{Name: fieldPhone2, Says: fault.Say("被申请人电话", "Respondent's telephone"), synonyms: "被申请人联系电话 对方电话 乙方电话 被申请人联系方式 对方联系电话"},
	{Name: fieldID2, Says: fault.Say("被申请人身份证号", "Respondent's identity number"), synonyms: "被申请人身份证号码 对方身份证号"},
	{Name: fieldCategory, Says: fault.Say("纠纷类型", "Kind of dispute"), Needed: true, Hint: fault.Say("从列表中选择，写名称或代码", "From the list, by name or code"), synonyms: "类型 类别 纠纷类别 案件类型 纠纷性质 案由"},
	{Name: fieldFacts, Says: fault.Say("纠纷简况", "What it was about"), Needed: true, synonyms: "简况 纠纷简要情况 简要情况 主要内容 纠纷内容 案情 简要案情 案情简介 基本情况 纠纷事实 事由"},
	{Name: fieldSource, Says: fault.Say("来源", "How it came"), Hint: fault.Say("空着就是窗口申请", "Empty: applied at the window"), synonyms: "案件来源 纠纷来源 受理方式 来源渠道"},
	{Name: fieldOutcome, Says: fault.Say("结果", "Outcome"), Hint: fault.Say("调解成功、调解不成；还没有调解的空着", "Settled or not; empty while it was not mediated"), synonyms: "调解结果 处理结果 调处结果 是否成功 调解情况 办理结果 结案方式 调解是否成功"},
	{Name: fieldTerms, Says: fault.Say("协议内容", "What was agreed"), Hint: fault.Say("谁做什么；调解成功的必填", "Who does what; needed where it was settled"), synonyms: "调解协议 协议主要内容 协议 达成协议内容 调解协议内容 口头协议内容"},
	{Name: fieldDebtor, Says: fault.Say("由谁履行", "Whose duty"), Hint: fault.Say("申请人或被申请人；空着就是被申请人", "Applicant or respondent; empty: respondent"), synonyms: "履行义务人 义务人 履行人"},
	{Name: fieldAmount, Says: fault.Say("金额（元）", "Amount (yuan)"), synonyms: "金额 涉及金额 协议金额 协议涉及金额 涉案金额 金额(元) 涉及金额（元） 协议金额（元） 标的额"},
	{Name: fieldDue, Says: fault.Say("履行期限", "Due"), Hint: fault.Say("要在哪一天之前做到", "By which day it is to be done"), synonyms: "履行日期 履行时间 约定履行日期 履行截止日期"},
	{Name: fieldKept, Says: fault.Say("履行情况", "Performance"), Hint: fault.Say("当场做到的写“已履行”", "已履行 where it was done on the spot"), synonyms: "是否履行 协议履行情况 履行状况"},
	{Name: fieldMediators, Says: fault.Say("调解员", "Mediators"), Hint: fault.Say("第一位是主持人，几位用顿号隔开；空着就是您自己", "The first is the host; empty: yourself"), synonyms: "调解人 主持人 调解主持人 承办人 调解员姓名 经办人 主办调解员"},
	{Name: fieldRemarks, Says: fault.Say("备注", "Remarks"), synonyms: "说明 其他"},
}

func fieldNamed(name string) (field, bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.Name == name })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// recognise finds the field that a heading names; "" for none.
func recognise(heading string) string {
	heading = plainHeading(heading)
	if heading == "" {
		return ""
	}
	for _, f := range fields {
		names := append([]string{f.Says.ZH, f.Says.EN, f.Name}, strings.Fields(f.synonyms)...)
		if slices.ContainsFunc(names, func(n string) bool { return plainHeading(n) == heading }) {
			return f.Name
		}
	}
	return ""
}

// plainHeading is a heading without what differs from one sheet to the next: blanks, stars, colons, width of brackets.
func plainHeading(s string) string {
	return strings.NewReplacer("（", "(", "）", ")", "*", "", "：", "", ":", "").Replace(ident.MatchName(s))
}

// recogniseAll matches headings; a field is taken once, by its first column.
func recogniseAll(headings []string, remembered map[string]string) columns {
	out := make(columns, len(headings))
	taken := map[string]bool{}
	for i, h := range headings {
		name, ok := remembered[plainHeading(h)]
		if !ok {
			name = recognise(h)
		}
		if other := ofOther[name]; other != "" && taken[fieldRespondent] { // the telephone behind a name is theirs
			name = other
		}
		if name != "" && !taken[name] {
			out[i], taken[name] = name, true
		}
	}
	return out
}

var ofOther = map[string]string{fieldPhone: fieldPhone2, fieldID: fieldID2}

// columns say which field each column is; "" for none.
type columns []string

// check refuses a matching in which a field stands twice, is unknown, or is needed and missing.
func (c columns) check(headings int) error {
	var bad fault.Check
	seen := map[string]bool{}
	for i, name := range c {
		at := fmt.Sprintf("columns[%d]", i)
		if _, ok := fieldNamed(name); !ok && name != "" {
			bad.Add(at, "没有这一项。", "There is no such field.")
		}
		if name != "" && seen[name] {
			bad.Add(at, "这一项已经选给了前面的一列。", "This was chosen for a column before.")
		}
		seen[name] = true
	}
	if len(c) != headings {
		bad.Add("columns", "列数和文件不一致。", "That is not as many columns as the file has.")
	}
	for _, f := range fields {
		if f.Needed && !seen[f.Name] {
			bad.Take("columns[0]", &fault.Fault{Kind: fault.Invalid, Text: fault.Text{ZH: "请指明哪一列是“" + f.Says.ZH + "”。", EN: "Please say which column is “" + f.Says.EN + "”."}})
		}
	}
	return bad.Err()
}

// of is what a row says of a field, and where.
func (c columns) of(cells []string, name string) string {
	i := slices.Index(c, name)
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}

// texts and columns are kept as JSON.
type texts []string

func (t texts) Value() (driver.Value, error)   { return asJSON([]string(t)) }
func (t *texts) Scan(src any) error            { return fromJSON(src, (*[]string)(t)) }
func (c columns) Value() (driver.Value, error) { return asJSON([]string(c)) }
func (c *columns) Scan(src any) error          { return fromJSON(src, (*[]string)(c)) }

func asJSON(v []string) (driver.Value, error) {
	if v == nil {
		v = []string{}
	}
	b, err := json.Marshal(v)
	return string(b), err
}

func fromJSON(src any, to *[]string) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), to)
	case []byte:
		return json.Unmarshal(v, to)
	}
	return fmt.Errorf("texts from %T", src)
}

// Value keeps problems as JSON.
func (p problems) Value() (driver.Value, error) {
	if p == nil {
		return "[]", nil
	}
	b, err := json.Marshal([]problem(p))
	return string(b), err
}

// Scan reads problems.
func (p *problems) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), (*[]problem)(p))
	case []byte:
		return json.Unmarshal(v, (*[]problem)(p))
	}
	return fmt.Errorf("problems from %T", src)
}
