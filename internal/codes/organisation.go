package codes

// Sectors are the fields of industry committees; a committee of none serves all matters of its place.
var Sectors = List{
	of("medical", "医疗", "Medical"), of("traffic", "道路交通", "Traffic"), of("labour", "劳动", "Labour"),
	of("property", "物业", "Property"), of("consumer", "消费", "Consumer"), of("tourism", "旅游", "Tourism"),
	of("environment", "环境保护", "Environment"), of("family", "婚姻家庭", "Family"), of("finance", "金融", "Finance"),
	of("intellectual_property", "知识产权", "Intellectual property"), of("education", "教育", "Education"), of("other", "其他行业", "Other field"),
}

// Presences are the five kinds of legal service brought to a village (五在场), as the city counts them.
var Presences = List{
	of("1", "村级重大决策在场", "Major village decisions"), of("2", "村规民约评审修订在场", "Village rules"),
	of("3", "重大事项法律咨询在场", "Legal advice on major matters"), of("4", "重大纠纷调解在场", "Mediation of major disputes"),
	of("5", "重要节点普法宣传在场", "Publicity of the law"),
}

// Providers are those who may bring a legal service to a village.
var Providers = List{of("lawyer", "律师", "Lawyer"), of("legal_worker", "基层法律服务工作者", "Grassroots legal worker")}
