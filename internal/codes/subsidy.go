package codes

import "fengqiao/internal/fault"

// SubsidyKinds are what a scheme pays for.
var SubsidyKinds = List{of("case", "以案定补", "By the case"), of("post", "岗位补贴", "For a post, by the year")}

// SubsidyTiers are the kinds of committees that schemes tell apart.
var SubsidyTiers = List{of("village", "村（社区）", "Village or community"), of("township", "乡镇（街道）", "Township or street"), of("enterprise", "企事业单位", "Enterprise"),
	of("society", "社会团体和其他组织", "Social group or other"), of("industry", "行业性专业性", "Industry")}

// SubsidyForms are how a dispute came to its end, as schemes tell it.
var SubsidyForms = List{of("written", "书面协议", "Written agreement"), of("oral", "口头协议", "Oral agreement"), of("unsuccessful", "调解不成", "Without agreement")}

// SubsidyGrades are the mediator's grades, with those who hold none.
var SubsidyGrades = append(append(List{}, Grades...), of("none", "没有等级", "No grade"))

// SubsidyHeads are the three heads under which people's mediation is funded.
var SubsidyHeads = List{of("guidance", "指导工作经费", "Guidance of the work"), of("committee", "调委会工作补助经费", "Support of committees"), of("mediator", "调解员补贴经费", "Allowances of mediators")}

// SubsidyMaterials are what may be wanted in a dossier before it is paid for; a person looks.
var SubsidyMaterials = List{of("application", "调解申请书或受理登记", "Application or register"), of("rights_notice", "权利义务告知书", "Notice of rights"), of("identity", "当事人身份证明", "Proof of identity"),
	of("authority", "授权委托材料", "Authority of agents"), of("investigation", "调查笔录", "Record of inquiry"), of("evidence", "证据材料", "Evidence"), of("session_record", "调解记录", "Record of the mediation"),
	of("agreement", "调解协议书或口头协议登记表", "Agreement or oral register"), of("signatures", "签名、盖章", "Signatures and seal"), of("performance", "履行凭证", "Proof of performance"),
	of("follow_up", "回访记录", "Record of follow-up"), of("cover", "封面、目录、备考表", "Cover, list and notes")}

// SubsidyRefusals are why nothing is paid for a claim. The first are found by the scheme itself, the others by whoever looks.
var SubsidyRefusals = List{
	of("no_scheme", "结案之日没有适用的补贴办法", "No scheme held on the day of closing"),
	of("no_rate", "补贴办法没有为这类案件规定标准", "The scheme names no rate for such a case"),
	of("not_archived", "案卷还没有归档", "The dossier is not archived yet"),
	of("no_agreement", "没有达成协议，补贴办法不补贴这类案件", "There is no agreement, and the scheme does not pay for that"),
	of("no_evidence", "没有固定证据材料", "No evidence was kept"),
	of("no_guidance", "没有告知当事人其他解决途径", "The parties were not told of other ways"),
	of("no_presence", "口头协议缺少现场证明材料", "The oral agreement lacks proof that it was made there"),
	of("not_performed", "协议还没有履行完毕", "The agreement is not performed yet"),
	of("unconfirmed", "当事人没有亲自确认，也没有第二人回访", "The parties have not confirmed it themselves, nor has a second person visited them"),
	of("review_missing", "案卷还没有评查结论", "The dossier is not reviewed yet"),
	of("review_failed", "案卷评查没有达到规定的分数", "The dossier did not pass its review"),
	of("vetoed", "案卷评查一票否决", "The dossier's review was vetoed"),
	of("duplicate", "同一纠纷只计一次", "The same dispute counts once"),
	of("nobody", "没有登记由谁调解", "Nobody is entered who mediated it"),
	of("barred", "承办人按规定不得兼职取酬", "Those who mediated must not be paid for part-time work"),
	of("full_time", "专职调解员另有报酬，补贴办法不包括", "Full-time mediators are paid otherwise, and the scheme leaves them out"),
	of("organ", "其他机关派驻的调解组织，补贴办法不包括", "The scheme leaves out committees stationed with other organs"),
	of("untrained", "承办人没有修满当年培训学时", "Whoever hosted it lacks class hours of the year"),
	of("no_factor", "当年的调整系数还没有公布", "The year's factor is not set yet"),
	of("materials", "案卷材料不全", "The dossier lacks materials"),
	of("not_genuine", "案件或者签名不真实", "The case or a signature is not genuine"),
	of("not_mediation", "不属于调解纠纷", "It was no mediation of a dispute"),
	of("late", "超过申报期限", "Claimed too late"),
	of("other", "其他原因", "Another reason"),
}

// SubsidyFound tells whether a refusal follows from the scheme: no person may add it to a claim that the scheme pays for. That a
// dispute was counted under another number, a person may find as well.
func SubsidyFound(code string) bool {
	switch code {
	case "duplicate", "materials", "not_genuine", "not_mediation", "late", "other":
		return false
	}
	_, ok := SubsidyRefusals.Find(code)
	return ok
}

// SubsidyStates are how far a claim has come.
var SubsidyStates = List{of("claimed", "已申报，待初审", "Claimed, waits for the first check"), of("checked", "初审通过，待质量评查", "Checked, waits for the quality group"),
	of("examined", "评查通过，待审批", "Examined, waits for approval"), of("approved", "已批准，待发放", "Approved, waits to be paid"), of("batched", "已列入发放批次", "In a batch"),
	of("paid", "已发放", "Paid"), of("refused", "不予补贴", "Refused"), of("replied", "已申辩，待复核", "Answered, to be looked at again")}

// SubsidySteps are the three looks that are taken at a claim.
var SubsidySteps = List{of("check", "司法所初审", "First check by the station"), of("examine", "质量评查小组评查", "Quality group of the bureau"), of("approve", "审批", "Approval")}

// SubsidyTold is what is said beside a code that has to be said at length.
var SubsidyTold = map[string]fault.Text{
	"anomaly":      fault.Say("有待核实的提示，核实以前暂不发放", "There is something to be looked into; nothing is paid until a person has looked"),
	"barred_since": fault.Say("领取人中有人已经登记为不得兼职取酬，须重新审批", "Somebody who shares in it is barred from being paid by now; it has to be approved anew"),
	"complaint":    fault.Say("有尚未处理的投诉，处理以前暂不发放", "A complaint is not decided yet; nothing is paid until it is"),
}
