package codes

// DataItems are what of a party's own data it may ask to have corrected or erased.
var DataItems = List{
	of("phone", "电话", "Telephone"), of("address", "住址", "Address"), of("needs", "讲什么话、需要什么帮助", "My language, and what helps me"),
	of("attachment", "我交来的一份材料", "A paper that I handed in"), of("name", "姓名", "Name"), of("id_number", "身份证号", "Identity number"),
	of("facts", "我说的事情经过和要求", "What I said happened, and what I ask for"), of("other", "其他", "Something else"),
}

// DataKinds are what a party asks for about its own data.
var DataKinds = List{of("correction", "更正", "Correction"), of("erasure", "删除", "Erasure")}

// DataStates are how far such a request has come.
var DataStates = List{of("received", "已收到，等待答复", "Received, to be answered"), of("proposed", "等待第二人核准", "Waiting for a second person"), of("decided", "已答复", "Answered")}

// DataOutcomes are what came of it.
var DataOutcomes = List{of("done", "已办理", "Done"), of("partly", "办理了一部分", "Partly done"), of("refused", "没有办理", "Refused")}

// DataRefusals are why it was not done, or not wholly.
var DataRefusals = List{
	of("L1", "依法应当保存", "It must be kept by law"), of("L2", "核实后没有发现错误", "It was checked and found right"),
	of("L3", "是证据或已签字的文书，不能改动", "It is evidence, or a signed paper, and is not changed"), of("L4", "涉及其他人的资料", "It concerns somebody else's data"),
	of("L9", "其他", "Another reason"),
}
