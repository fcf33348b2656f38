package codes

// Papers are the papers of a dossier as a file may be marked with them: the forms F1–F17 whose signed sheet was
// photographed back, and the proofs that have a place of their own in the order of the dossier.
var Papers = List{
	of("f3", "申请书", "Application"), of("f4", "受理登记表", "Acceptance register"), of("f5", "权利义务告知书", "Rights notice"),
	of("identity", "当事人身份证明", "Proof of a party's identity"), of("f6", "授权委托书", "Power of attorney"),
	of("f7", "调查记录", "Record of an investigation"), of("f8", "证据材料", "Evidence"), of("f9", "调解记录", "Record of a session"),
	of("f10", "人民调解协议书", "Mediation agreement"), of("f11", "口头协议登记表", "Register of an oral agreement"),
	of("f17c", "终止调解通知书", "Notice of termination"), of("f17d", "不予受理通知书", "Notice of non-acceptance"),
	of("performance", "履行凭证", "Receipt of performance"), of("f12", "回访记录", "Record of a follow-up visit"),
	of("f13", "司法确认申请书", "Application for judicial confirmation"), of("decision", "法院裁定书", "Decision of the court"),
	of("f14", "卷宗情况说明", "Note on the dossier"), of("f16", "结案报告表", "Closing report"), of("f15", "封底", "Back cover"),
	of("f1", "卷宗封面", "Cover"), of("f2", "卷内目录", "Contents"),
	of("f17a", "排查登记表", "Screening entry"), of("f17b", "移交（转）函", "Letter of referral"),
}
