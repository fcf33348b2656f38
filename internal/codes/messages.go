package codes

// MessageKinds are what parties are sent messages about, in the words that a party reads.
var MessageKinds = List{
	of("invitation", "邀请您参与协商", "An invitation to talk"), of("recovery", "新的查询码", "A new code"), of("signing_code", "签字用的验证码", "A code for signing"),
	of("answered", "有一方已答复", "An answer has come"), of("accepted", "申请已受理", "Your application was accepted"),
	of("not_accepted", "申请有了结果", "Your application was decided on"), of("ended", "协商已经结束", "It has come to its end"),
	of("session", "约您参加协商", "You are asked to a meeting"), of("session_moved", "约定的时间有变动", "A meeting was changed"),
	of("session_cancelled", "约定已取消", "A meeting was cancelled"), of("session_reminder", "协商前的提醒", "A reminder of a meeting"),
	of("to_sign", "有文书等您签字", "A paper waits for you to sign"), of("in_force", "谈定的内容已经生效", "What was settled is in force"),
	of("goes_on", "协商重新开始", "It is taken up again"), of("new_mediator", "承办的调解员有变动", "Another mediator goes on with it"),
	of("said_done", "请说说约定的事做到了吗", "Was it done as agreed?"), of("said_undone", "有一项约定还没有办好", "Something agreed is not done yet"),
	of("reminder", "约定事项的提醒", "A reminder of what was agreed"), of("agent_acted", "您的代理人代您办理了一步", "Your agent took a step for you"),
	of("address_changed", "联系方式已更改（发到原来的号码或邮箱）", "The way to reach you was changed (sent to the former number or address)"),
	of("complaint_answer", "您反映的情况有了答复", "What you told us of was answered"), of("data_answer", "您关于个人信息的申请有了答复", "Your request about your data was answered"),
}
