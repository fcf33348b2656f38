package casework

import "fengqiao/internal/fault"

// NoticePart is one part of what parties are told before mediation, F5.
type NoticePart struct {
	Title fault.Text
	Items []fault.Text
}

// RightsNotice is what parties are told before mediation (A10): what the committee is, by which principles it works, what
// an agreement does, and their rights (PML 23) and duties (PML 24, M5).
var RightsNotice = []NoticePart{
	{fault.Say("人民调解是什么", "What mediation is"), []fault.Text{
		fault.Say("人民调解委员会是依法设立、帮助大家协商解决纠纷的群众性组织，不是法院，也不是政府机关。", "The committee is a body of the people, set up by law to help neighbours settle disputes. It is neither a court nor an office of the state."),
		fault.Say("调解不收任何费用。", "Mediation costs nothing."),
	}},
	{fault.Say("怎么调解", "How it works"), []fault.Text{
		fault.Say("自愿、平等；不违反法律和国家政策。", "Freely and as equals, within the law."),
		fault.Say("尊重您的权利：调解不影响您去仲裁、找行政机关或者到法院起诉。", "It keeps no road closed: you may still go to arbitration, to an office, or to court."),
		fault.Say("调解员对您的隐私和商业秘密保密。", "The mediator keeps your private matters and trade secrets."),
	}},
	{fault.Say("达成协议有什么效力", "What an agreement does"), []fault.Text{
		fault.Say("调解协议有法律约束力，各方应当按约定做到。", "An agreement binds; each side must do what it promised."),
		fault.Say("书面协议生效三十日内，各方可以一起到法院申请司法确认；确认后一方不履行的，可以申请强制执行。", "Within thirty days a written one may be confirmed by the court together; then it can be enforced."),
	}},
	{fault.Say("您的权利", "Your rights"), []fault.Text{
		fault.Say("选择或者接受调解员；要求调解员回避。", "Choose or accept the mediator, and ask one to withdraw."),
		fault.Say("接受调解、拒绝调解，或者随时要求终止调解。", "Accept, refuse, or end the mediation at any time."),
		fault.Say("要求公开或者不公开进行。", "Ask for open or closed doors."),
		fault.Say("自主表达意愿，自愿达成协议。", "Speak freely, and agree only to what you want."),
	}},
	{fault.Say("您的义务", "Your duties"), []fault.Text{
		fault.Say("如实陈述纠纷事实。", "Tell the facts as they are."),
		fault.Say("遵守调解现场秩序，尊重调解员。", "Keep order where you meet, and respect the mediator."),
		fault.Say("尊重对方当事人行使权利。", "Respect the other side's rights."),
	}},
}
