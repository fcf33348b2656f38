// Package codes holds the field's code lists: what a code is called in both languages, what it rolls up to, and which
// column of the official table counts it. A code once used is never given another meaning; a retired one stays readable.
package codes

import (
	"slices"
	"strings"

	"fengqiao/internal/fault"
)

// Code is one entry of a list.
type Code struct {
	Code    string
	Name    fault.Text
	Column  int  // of the official case table; 0 where none counts it
	Retired bool // readable on old cases, not offered
}

// List is a code list in its official order.
type List []Code

// Find gives an entry; false when the list has no such code.
func (l List) Find(code string) (Code, bool) {
	i := slices.IndexFunc(l, func(c Code) bool { return c.Code == code })
	if i < 0 {
		return Code{}, false
	}
	return l[i], true
}

// Name is what a code is called; the bare code when the list does not know it.
func (l List) Name(code, lang string) string {
	if c, ok := l.Find(code); ok {
		return c.Name.In(lang)
	}
	return code
}

// Untitled is what a case is called, in the register's language, to which its applicant gave no name.
func Untitled(category string) string { return Categories.Name(category, "zh-CN") + "纠纷" }

// Offered are the entries that may still be chosen.
func (l List) Offered() List {
	return slices.DeleteFunc(slices.Clone(l), func(c Code) bool { return c.Retired })
}

// Check is nil when the code may be chosen.
func (l List) Check(code string) error {
	if c, ok := l.Find(code); ok && !c.Retired {
		return nil
	}
	return fault.New(fault.Invalid, "code", "请从列表中选择。", "Please choose one from the list.")
}

// Resolve finds an entry by its code or by its Chinese name.
func (l List) Resolve(s string) (Code, bool) {
	i := slices.IndexFunc(l, func(c Code) bool { return c.Code == s || c.Name.ZH == s })
	if i < 0 {
		return Code{}, false
	}
	return l[i], true
}

func of(code, zh, en string) Code { return Code{Code: code, Name: fault.Text{ZH: zh, EN: en}} }

func col(column int, code, zh, en string) Code {
	c := of(code, zh, en)
	c.Column = column
	return c
}

// OfficialCategories are the eighteen that have a column of their own in the case table; sub-kinds are counted in the one
// above them, whose code theirs begin with.
func OfficialCategories() (out List) {
	for _, c := range Categories {
		if !slices.ContainsFunc(out, func(o Code) bool { return o.Column == c.Column }) {
			out = append(out, c)
		}
	}
	return out
}

// Categories are the kinds of dispute: the eighteen official ones, and the sub-kinds of property disputes (13xx), which
// roll up to 13.
var Categories = List{
	col(20, "01", "婚姻家庭", "Marriage and family"), col(21, "02", "邻里", "Neighbours"),
	col(22, "03", "房屋宅基地", "House and homestead"), col(23, "04", "合同", "Contract"),
	col(24, "05", "生产经营", "Business"), col(25, "06", "损害赔偿", "Damages"),
	col(26, "07", "山林土地", "Forest and land"), col(27, "08", "征地拆迁", "Expropriation"),
	col(28, "09", "环境污染", "Environment"), col(29, "1001", "拖欠农民工工资", "Wage arrears of migrant workers"),
	col(30, "1099", "其他劳动争议", "Other labour"), col(31, "1401", "旅游", "Tourism"),
	col(32, "1402", "电子商务", "E-commerce"), col(33, "1499", "其他消费", "Other consumer"),
	col(34, "11", "医疗", "Medical"), col(35, "12", "道路交通事故", "Traffic accident"),
	col(36, "13", "物业", "Property"), col(37, "99", "其他", "Other"),
	col(36, "1301", "物业费", "Property fee"), col(36, "1302", "物业服务质量", "Quality of service"),
	col(36, "1303", "公共收益", "Common income"), col(36, "1304", "维修资金", "Maintenance fund"),
	col(36, "1305", "停车、车位", "Parking"), col(36, "1306", "漏水、返水", "Leak"),
	col(36, "1307", "噪音", "Noise"), col(36, "1308", "违建、装修、住改商", "Building works and change of use"),
	col(36, "1309", "宠物、家禽", "Animals"), col(36, "1310", "电梯维修、加装", "Lift"),
	col(36, "1311", "公共设施、占道、堆物", "Common facilities and obstruction"), col(36, "1312", "高空抛物、坠物", "Falling objects"),
	col(36, "1313", "物业交接", "Hand-over between firms"), col(36, "1314", "业委会选举、履职、表决", "Owners' committee"),
	col(36, "1315", "开发遗留问题", "Developer legacy"), col(36, "1399", "其他物业纠纷", "Other property"),
}

// IsProperty tells whether a category is a property dispute.
func IsProperty(category string) bool { return strings.HasPrefix(category, "13") }

// Sources are the ways by which a case came; the first digit rolls up to application, own motion and commission.
var Sources = List{
	col(13, "11", "窗口申请", "Applied at the window"), col(13, "12", "小区扫码", "Scanned in the compound"),
	col(13, "13", "网上申请", "Applied online"), col(13, "14", "电话申请", "Applied by telephone"),
	col(12, "21", "排查发现", "Found by screening"), col(12, "22", "网格员发现", "Found by a grid worker"),
	col(12, "23", "代表委员反映", "Told by a deputy or CPPCC member"),
	col(14, "31", "法院", "Court"), col(14, "32", "检察院", "Procuratorate"), col(14, "33", "公安", "Police"),
	col(14, "34", "信访", "Petition office"), col(14, "35", "其他部门", "Other organ"), col(14, "351", "12345 热线", "Hotline 12345"),
	col(14, "352", "综治中心", "Governance centre"), col(14, "353", "住建部门", "Housing bureau"),
	col(14, "354", "其他调委会", "Another committee"),
}

// IsApplication tells whether a party applied: the first of the three official families of sources.
func IsApplication(source string) bool { return strings.HasPrefix(source, "1") }

// IsOwnMotion tells whether the committee acted by itself.
func IsOwnMotion(source string) bool { return strings.HasPrefix(source, "2") }

// IsCommissioned tells whether an organ sent the case.
func IsCommissioned(source string) bool { return strings.HasPrefix(source, "3") }

// CommitteeTypes are the six statistical types of committees.
var CommitteeTypes = List{
	col(6, "01", "村民委员会调委会", "Village committee"), col(7, "02", "居民委员会调委会", "Residents' committee"),
	col(8, "03", "乡镇调委会", "Township committee"), col(9, "04", "街道调委会", "Street committee"),
	col(10, "05", "企事业单位调委会", "Enterprise committee"), col(11, "06", "社会团体和其他组织调委会", "Social group or other organisation"),
}

// Outcomes say how a case ended.
var Outcomes = List{
	of("written_agreement", "达成书面协议", "Written agreement"), of("oral_agreement", "达成口头协议", "Oral agreement"),
	of("failed", "调解不成", "No agreement"), of("party_refused", "当事人不同意调解", "A party refused"),
	of("party_ended", "当事人要求终止", "A party ended it"), of("withdrawn", "申请人撤回", "Withdrawn"),
	of("transferred", "移交", "Transferred"), of("not_accepted", "不予受理", "Not accepted"),
}

// NonAcceptance are the reasons for refusing acceptance (A6, A8).
var NonAcceptance = List{
	of("N1", "法律规定由专门机关管辖或禁止调解", "Reserved to a special organ, or barred from mediation"),
	of("N2", "法院、公安或其他机关已受理或已解决", "Already accepted or resolved by an organ"),
	of("N3", "正在诉讼、复议或刑事程序中", "Pending suit, reconsideration or criminal case"),
	of("N4", "行政争议", "Administrative dispute"), of("N5", "当事人不同意调解", "A party refuses"),
	of("N6", "不属于民间纠纷", "Not a matter of civil rights"), of("N7", "应由其他调委会调解", "Another committee is competent"),
	of("N8", "其他不宜调解的情形", "Otherwise unsuitable"), of("N9", "同一纠纷正在调解", "The same dispute is in hand"),
}

// Termination are the reasons for ending without agreement (M9).
var Termination = List{
	of("T1", "未能达成协议", "No agreement"), of("T2", "当事人要求终止", "A party demanded it"), of("T3", "期限届满", "Time expired"),
	of("T4", "当事人拒绝调解", "A party refused"), of("T5", "当事人死亡或终止", "A party died or was dissolved"),
	of("T6", "其他机关已处理", "Taken by an organ"), of("T7", "涉嫌虚假或损害他人", "Suspected sham or harm to a third party"),
	of("T8", "安全原因", "Safety"), of("T9", "联系不上当事人", "Unreachable"), of("T0", "其他", "Other"),
}

// Refusals are why a party says no; saying nothing is allowed.
var Refusals = List{
	of("D1", "已经试过", "Already tried"), of("D2", "不清楚会怎样", "Not sure what would happen"),
	of("D3", "解决不了问题", "Would not solve it"), of("D4", "不想拖延", "No delay wanted"),
	of("D5", "希望由法官裁判", "Wants a judge"), of("D6", "不信任对方", "Does not trust the other side"),
	of("D7", "感到不安全", "Does not feel safe"), of("D8", "不接受调解员", "Objects to the mediator"),
	of("D9", "其他", "Other"), of("D0", "不想说", "Rather not say"),
}

// TransferReasons are why a case is offered to another committee.
var TransferReasons = List{
	of("difficult", "疑难复杂", "Difficult"), of("cross_area", "跨区域", "Across areas"),
	of("conflict", "有利益关系", "Conflict of interest"), of("party_wish", "当事人愿望", "The parties' wish"),
}

// ReferredTo are the organs to which a committee refers a case on.
var ReferredTo = List{
	of("court", "法院", "Court"), of("arbitration", "仲裁机构", "Arbitration body"), of("police", "公安", "Police"),
	of("petition", "信访", "Petition office"), of("organ", "行政机关", "Administrative organ"), of("committee", "其他调解组织", "Another mediation body"),
	of("legal_aid", "法律援助", "Legal aid"), of("other", "其他", "Other"),
}

// Recusals are the reasons for a mediator to withdraw (M2).
var Recusals = List{
	of("Q1", "是当事人的近亲属", "Kin"), of("Q2", "工作单位或利益关系", "Employer or interest"),
	of("Q3", "曾参与处理", "Prior role"), of("Q4", "当事人要求（无需理由）", "A party asks (no reason needed)"),
}

// Consents are what a party answered when asked.
var Consents = List{
	of("agreed", "同意调解", "Agreed"), of("refused", "不同意调解", "Refused"), of("unreached", "暂未联系上", "Not reached"),
}

// Channels are how an answer, a notice or a message went.
var Channels = List{
	of("in_person", "到场", "In person"), of("phone", "电话", "Telephone"), of("link", "网上", "Online"),
	of("paper", "书面", "On paper"), of("relayed", "他人转达", "Told by somebody else"),
}

// Difficulties are the four classes; column 4 of the case table counts 3 and 4.
var Difficulties = List{of("1", "简易", "Simple"), of("2", "一般", "Ordinary"), of("3", "疑难复杂", "Complex"), of("4", "重大", "Major")}

// Risks are the four levels; 4 must be reported to the police.
var Risks = List{of("1", "低", "Low"), of("2", "中", "Medium"), of("3", "高", "High"), of("4", "红（须报告公安）", "Red (report to the police)")}

// Performances are the states of an obligation.
var Performances = List{
	of("not_due", "未到期", "Not due"), of("in_progress", "履行中", "In progress"), of("performed", "已履行", "Performed"),
	of("partly", "部分履行", "Partly performed"), of("unperformed", "未履行", "Not performed"),
}

// ObligationKinds are what somebody promises.
var ObligationKinds = List{of("pay", "支付", "Pay"), of("do", "作为", "Do"), of("refrain", "不作为", "Refrain")}

// SessionKinds are the three forms of a meeting.
var SessionKinds = List{
	of("joint", "共同调解", "Joint session"), of("caucus", "单方会谈", "Caucus"), of("investigation", "调查", "Investigation"),
}

// SessionPoints are the seven points that the record of a session shows (F9).
var SessionPoints = List{
	of("rights_told", "告知权利义务", "rights and duties told"), of("identity_told", "告知原则、方法和身份", "principles, method and identity told"),
	of("statements", "各方陈述", "each side's statement"), of("findings_checked", "核对查明的事实", "findings checked"),
	of("risk_told", "告知结果的风险", "risk of the result told"), of("outcome", "协议内容，或未成的原因和其他途径", "what was agreed, or why not and other routes"),
	of("signatures", "各方签名和盖章", "all signatures and the seal"),
}

// SessionSecrets are why a session is closed whoever asked for what (M4).
var SessionSecrets = List{of("privacy", "个人隐私", "Privacy"), of("trade_secret", "商业秘密", "Trade secret")}

// NoteReadings are why two people let one of them read the note of a caucus.
var NoteReadings = List{
	of("B1", "有人身安全危险", "Danger to somebody's safety"), of("B2", "查处对调解员的投诉", "Complaint against a mediator"),
	of("B3", "有权机关依法调取", "Lawful demand of an organ"), of("B4", "在场调解员已无法履职", "Those present can no longer act"),
}

// NoteDestructions are why two people destroy the key of a note.
var NoteDestructions = List{
	of("K1", "该当事人要求销毁", "Its party asks for it"), of("K2", "保存已无必要", "No longer needed"), of("K3", "误记", "Written by mistake"),
}

// SessionModes are how people meet.
var SessionModes = List{of("in_person", "当面", "In person"), of("online", "线上", "Online"), of("phone", "电话", "By telephone")}

// SignatureKinds are how somebody signs.
var SignatureKinds = List{
	of("drawn", "手写", "Drawn"), of("fingerprint", "指印", "Fingerprint"), of("wet_ink", "纸质签名", "Ink on paper"), of("code", "验证码确认", "One-time code"),
}

// InvitedKinds are who may be invited to help (M3).
var InvitedKinds = List{
	of("kin", "亲属", "Kin"), of("neighbour", "邻里", "Neighbour"), of("colleague", "同事", "Colleague"), of("expert", "专家", "Expert"),
	of("social", "社会组织", "Social organisation"), of("deputy", "人大代表", "Congress deputy"), of("cppcc", "政协委员", "CPPCC member"),
	of("lawyer", "律师", "Lawyer"), of("party_member", "党员", "Party member"),
}

// Evidence are the types of evidence; 99 is a paper that proves no fact, such as a signed copy photographed back.
var Evidence = List{
	of("1", "书证", "Document"), of("2", "物证或照片", "Object or photograph"), of("3", "视听资料", "Sound or film"),
	of("4", "电子数据", "Electronic data"), of("5", "证人证言", "Testimony"), of("6", "当事人陈述", "Statement of a party"),
	of("7", "鉴定意见", "Expert opinion"), of("8", "勘验笔录", "Record of inspection"), of("81", "现场查看", "Visit to the place"),
	of("99", "其他材料", "Other paper"),
}

// PartyPairs are who stands against whom: in property matters by the classes of Hangzhou, else citizens (1) or with an
// organisation (2), A5.
var PartyPairs = List{
	of("1", "公民与公民", "Citizen and citizen"), of("2", "公民与法人及其他组织", "Citizen and organisation"),
	of("PP1", "业主与业主", "Owner and owner"), of("PP2", "业主与业委会", "Owner and owners' committee"),
	of("PP3", "业主、业委会与物业", "Owner or owners' committee and property firm"), of("PP4", "物业与物业", "Property firm and property firm"),
	of("PP5", "业主、业委会与建设单位或其他单位", "Owner or owners' committee and developer or other unit"), of("PP9", "其他", "Other"),
}
