package codes

// Tasks are what a case may ask of those who work on it; the sweep and the acts open and close them.
var Tasks = List{
	of("police_report", "报告公安机关", "Report to the police"),
	of("violence_report", "向公安机关报告家庭暴力", "Report the domestic violence to the police"),
	of("intake_overdue", "受理期限已过，请决定是否受理", "The time to decide on acceptance is over: decide"),
	of("consent_nudge", "再次联系还没有答复的当事人", "Ask again whoever has not answered"),
	of("consent_overdue", "等待答复的期限已过：继续联系，或按联系不上处理", "The time to answer is over: keep trying, or end it as unreached"),
	of("reassign", "调解员已回避，请另行指派", "The mediator withdrew: assign another"),
	of("conflict", "发现新的利害关系，请决定", "A new tie was found: decide"),
	of("propose_termination", "调解期限已满：经全部当事人同意延长，或终止调解", "Mediation has run its time: extend it with everybody's consent, or end it"),
	of("return_to_court", "法院委托的期限已满，请将案件退回法院", "The court's time is over: return the case"),
	of("tier_ageing", "已超过分级办理时限", "Older than its tier allows"),
	of("remind_obligation", "提醒：有一项履行将要到期", "A promise comes due soon"),
	of("obligation_due", "今天有一项履行到期", "A promise is due today"),
	of("check_performance", "到期三天还没有结果：请向双方了解", "Three days over and no result: call both sides"),
	of("repair", "约定没有做到：请约双方再谈一次", "A promise was not kept: meet to mend it"),
	of("confirm_performance", "一方称已履行，请向对方核实", "One side says it is done: ask the other"),
	of("follow_up", "回访", "Make a follow-up visit"),
	of("chase_court", "法院的期限已过，请向法院了解", "The court's time is over: ask the court"),
	of("inform_creditor", "告知权利人：申请强制执行的期限将满", "Tell the creditor: the time to ask for enforcement is running out"),
}

// RevealPurposes are what it is needed for to see what is masked of a party (P3); other is said in words.
var RevealPurposes = List{
	of("serve", "送达文书", "Serving papers"), of("identify", "核对身份或委托", "Checking identity or authority"),
	of("papers", "填写协议等文书", "Filling in the agreement or another paper"), of("court", "申请司法确认、立案或协助法院", "Confirmation by the court, or its own matter"),
	of("visit", "上门、调查或回访", "A visit, an investigation or a follow-up"), of("correct", "核对或更正登记内容", "Checking or mending what is on record"),
	of("report", "依法报告公安机关等部门", "A report to the police or another organ that the law asks for"), of("other", "其他（请写明）", "Something else (please say what)"),
}

// LegalTracks are how an agreement stands with the courts.
var LegalTracks = List{
	of("confirmation_applied", "已申请司法确认", "Confirmation applied for"), of("confirmed", "已司法确认", "Confirmed by the court"),
	of("confirmation_refused", "法院不予确认", "Confirmation refused"), of("repudiated_sued", "反悔起诉", "Repudiated and sued over"),
	of("enforcement", "申请强制执行", "Enforcement asked for"), of("judged_changed", "判决变更", "Changed by judgment"),
	of("judged_void", "判决无效", "Void by judgment"),
}

// CourtBases are why a court may confirm an agreement (G10).
var CourtBases = List{
	of("inviting", "邀请调解的法院", "The court that invited the mediation"), of("domicile", "当事人住所地基层法院", "Basic court of a party's domicile"),
	of("subject", "标的物所在地基层法院", "Basic court where the subject matter lies"),
	of("organisation", "调解组织所在地基层法院", "Basic court where the committee lies"),
	of("intermediate", "依级别管辖的中级法院", "Intermediate court where the dispute belongs to it"),
}

// ConfirmationSubjects are what an agreement may be about; a court does not confirm the last ones (G12).
var ConfirmationSubjects = List{
	of("money", "给付金钱", "Payment of money"), of("property", "给付财物", "Handing over of things"), of("act", "作为或不作为", "Doing or not doing something"),
	of("real_estate_title", "仅确认不动产权属", "Only title to land or buildings"), of("ip_title", "仅确认知识产权权属", "Only title to intellectual property"),
	of("identity", "确认身份关系", "Identity"), of("adoption", "确认收养关系", "Adoption"), of("marriage", "确认婚姻关系", "Marriage"),
}

// ConfirmationPapers are what the court wants to see (G11).
var ConfirmationPapers = List{
	of("application", "司法确认申请书", "Application"), of("agreement", "调解协议", "Agreement"), of("identity", "当事人身份、资格证明", "Proof of identity or standing"),
	of("property", "与协议相关的财产权利证明", "Proof of rights in the property"), of("contacts", "送达地址和电话", "Addresses and telephones"),
	of("power_of_attorney", "授权委托书", "Power of attorney"),
}

// ConfirmationResults are what a court did with an application for confirmation (G12, G13).
var ConfirmationResults = List{
	of("accepted", "已受理，还没有裁定", "Taken up, not yet decided"), of("confirmed", "裁定确认有效", "Confirmed"),
	of("refused", "不受理或驳回申请", "Refused"), of("withdrawn", "当事人撤回申请", "Withdrawn by the parties"),
}

// SuitResults are how a suit over an agreement, or its enforcement, ended.
var SuitResults = List{
	of("upheld", "协议有效，判令履行", "Upheld"), of("changed", "变更协议", "Changed"), of("void", "确认无效或撤销", "Void"),
	of("withdrawn", "撤诉", "Withdrawn"), of("enforced", "已执行", "Enforced"),
}

// RemedyGrounds are why a finished case is mediated again (G14).
var RemedyGrounds = List{
	of("illegal", "协议内容违法", "The agreement breaks the law"), of("unfair", "协议显失公平", "The agreement is manifestly unfair"),
	of("court_refused", "法院不予确认", "The court refused to confirm it"), of("repair", "约定没有做到，重新商量", "It was not kept; to be mended"),
}

// ConflictDecisions are what may be decided on a tie of a mediator (M12).
var ConflictDecisions = List{of("proceed", "继续办理，并告知全部当事人", "Go on, all parties told"), of("recuse", "回避", "Withdraw")}

// Help is what a party may need in order to take part; asked once and carried on.
var Help = List{
	of("interpreter", "翻译", "Interpreter"), of("sign_language", "手语", "Sign language"), of("wheelchair", "无障碍通道", "Step-free access"),
	of("large_print", "大字材料", "Large print"), of("read_aloud", "有人朗读", "Somebody to read aloud"), of("writer", "有人代写", "Somebody to write"),
	of("companion", "有人陪同", "A companion"), of("home_visit", "上门办理", "A visit at home"),
}

// ViolenceQuestions are asked one by one, for one broad question misses much of what happens at home (M11).
var ViolenceQuestions = List{
	of("V1", "有没有推搡、打人、掐人或者用东西砸人？", "Has anyone been pushed, hit, choked, or had things thrown at them?"),
	of("V2", "有没有威胁要伤害本人、孩子、老人或宠物？", "Has anyone threatened to hurt them, a child, an elder or a pet?"),
	of("V3", "有没有被关在家里、不让出门或不让和别人联系？", "Has anyone been locked in, or kept from going out or seeing others?"),
	of("V4", "有没有被跟踪、蹲守或反复电话骚扰？", "Has anyone been followed, waited for, or called over and over?"),
	of("V5", "有没有被控制钱财、证件或手机？", "Has anyone's money, papers or telephone been kept from them?"),
	of("V6", "现在回家或见面是否感到害怕？", "Are they afraid to go home or to meet now?"),
}

// Vulnerable are the victims of domestic violence for whom a report to the police is a duty (DVL 14).
var Vulnerable = List{of("minor", "未成年人", "A minor"), of("incapacitated", "无、限制民事行为能力人", "Without full capacity")}

// HelperKinds are the people who may stand beside a party.
var HelperKinds = List{
	of("agent", "代理人", "Agent"), of("guardian", "监护人", "Guardian"), of("companion", "陪同人", "Companion"), of("interpreter", "翻译", "Interpreter"),
}

// AgentScopes are what a power of attorney may cover (F6): each is a box of its own on the form.
var AgentScopes = List{
	of("apply_end", "申请、参加和终止调解", "Apply for, take part in and end the mediation"), of("evidence", "收集、提供证据", "Collect and give evidence"),
	of("choose_mediator", "选择、接受调解员，要求回避", "Choose, accept or object to the mediator"),
	of("dispose", "承认、变更、放弃请求（特别授权）", "Admit, change or waive requests (by express authority)"),
	of("attend_sign", "到场并签署协议", "Attend and sign the agreement"), of("papers", "领取文书", "Collect papers"), of("other", "其他", "Other"),
}

// Capacities are how a person may lack full civil capacity otherwise than by age (Civil Code 21, 22).
var Capacities = List{of("limited", "限制民事行为能力", "Limited capacity"), of("none", "无民事行为能力", "No capacity")}

// ApplicationForms are how a party applied (A4).
var ApplicationForms = List{of("oral", "口头申请", "By word of mouth"), of("written", "书面申请", "In writing"), of("online", "网上申请", "Online")}

// Retentions are the classes by which a dossier is kept (R3).
var Retentions = List{of("short", "短期", "Short"), of("long", "长期", "Long"), of("permanent", "永久", "For ever")}

// TransferKinds are what another committee may be asked for (A7).
var TransferKinds = List{of("transfer", "移交：由对方调委会接手主办", "Transfer: the other committee takes over"), of("joint", "联合调解：对方参加，本调委会仍主办", "Joint: the other joins, this one leads")}

// ReferralKinds are how an organ sent the parties (A3).
var ReferralKinds = List{
	of("advised", "告知引导当事人申请", "The parties were advised to apply"), of("delegated", "法院立案前委派", "Sent by a court before registration"),
	of("entrusted", "法院立案后委托", "Sent by a court after registration"), of("handed_over", "移送", "Handed over"),
}

// Procedures are a court's, by which its clock runs (M7).
var Procedures = List{of("ordinary", "普通程序", "Ordinary"), of("summary", "简易程序", "Summary")}

// YesNo are the two answers to a question that may also stay open.
var YesNo = List{of("yes", "是", "Yes"), of("no", "否", "No")}

// Disclosing is how much of a caucus is told with its party's consent.
var Disclosing = List{of("text", "下面这段话", "The words below"), of("whole", "全部笔录", "The whole note")}

// Approving is a second person's decision.
var Approving = List{of("approved", "批准", "Approve"), of("refused", "不批准", "Refuse")}

// Complaints are what a mediator may be complained about (R4).
var Complaints = List{
	of("K1", "偏袒一方", "Favouring a side"), of("K2", "侮辱当事人", "Insulting a party"),
	of("K3", "索取、收受财物或其他利益", "Asking for or taking benefits"), of("K4", "泄露隐私、商业秘密", "Leaking privacy or trade secrets"),
	of("K9", "其他", "Other"),
}

// ComplaintStates are how far a complaint has come.
var ComplaintStates = List{of("received", "已收到", "Received"), of("looking", "正在核实", "Being looked into"), of("decided", "已处理", "Decided")}

// ComplaintOutcomes are what came of a complaint (R4): the sanctions of the law, or none.
var ComplaintOutcomes = List{
	of("criticised", "批评教育", "Criticism"), of("ordered", "责令改正", "Ordered to mend"),
	of("removal", "建议罢免或解聘", "Removal or dismissal recommended"), of("unfounded", "不成立", "Not founded"),
}
