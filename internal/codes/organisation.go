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

// Screenings are the kinds of a screening round (排查): the three cadences by the level of the committee, and special days.
var Screenings = List{
	of("half_monthly", "村（社区）半月排查", "Half-monthly, village"), of("monthly", "乡镇（街道）每月排查", "Monthly, township"),
	of("quarterly", "县级每季排查", "Quarterly, county"), of("special", "特殊时段排查", "Special days"),
}

// Preventions are what a committee kept from happening; columns 42, 44, 46 and 48 of the case table count the events, the
// column after each the persons.
var Preventions = List{
	col(42, "1", "防止自杀", "Suicide"), col(44, "2", "防止民转刑", "A civil dispute turning criminal"),
	col(46, "3", "防止群体性上访", "A mass petition"), col(48, "4", "防止群体性械斗", "A mass fight"),
}

// Backgrounds are what mediators bring with them (W4): Hangzhou composes property committees of owners, peacemakers, property
// staff and community officers, Quanzhou asks for party members, deputies, members of the CPPCC and lawyers.
var Backgrounds = List{
	of("owners_committee", "业委会成员", "Owners' committee"), of("owner", "业主", "Owner"), of("local_peacemaker", "和事佬", "Local peacemaker"),
	of("property_staff", "物业工作人员", "Property staff"), of("community_officer", "社区工作者", "Community officer"), of("party_member", "党员", "Party member"),
	of("congress_deputy", "人大代表", "Deputy to a people's congress"), of("cppcc_member", "政协委员", "Member of the CPPCC"), of("lawyer", "律师", "Lawyer"),
	of("legal_worker", "基层法律服务工作者", "Grassroots legal worker"), of("ex_judge", "退休法官", "Former judge"), of("ex_prosecutor", "退休检察官", "Former prosecutor"),
	of("ex_police", "退休民警", "Former police officer"), of("other", "其他", "Other"),
}

// ElectionMethods are how the members of a committee come to office: whom the law names for villages, residents and
// enterprises (PML 9), and who founds one elsewhere (PML 34).
var ElectionMethods = List{
	of("villagers_meeting", "村民会议", "Villagers' meeting"), of("villagers_representatives", "村民代表会议", "Villagers' representatives"),
	of("residents_meeting", "居民会议", "Residents' meeting"), of("residents_representatives", "居民代表会议", "Residents' representatives"),
	of("staff_meeting", "职工大会", "Staff meeting"), of("staff_representatives", "职工代表大会", "Staff representatives"), of("union", "工会组织", "Union"),
	of("founding_body", "设立单位确定", "The founding body"), of("founders_assembly", "设立单位会议推选", "Assembly of the founders"),
}

// Offices are those of a committee's members.
var Offices = List{of("chair", "主任", "Chair"), of("deputy_chair", "副主任", "Deputy chair"), of("member", "委员", "Member")}

// Educations are the levels of the national standard (GB/T 4658).
var Educations = List{
	of("10", "研究生", "Postgraduate"), of("20", "大学本科", "Bachelor"), of("30", "大学专科", "Junior college"), of("40", "中等职业教育", "Vocational school"),
	of("60", "普通高中", "High school"), of("70", "初级中学", "Middle school"), of("80", "小学", "Primary school"), of("90", "其他", "Other"),
}

// Ties are how a mediator may be bound to somebody who becomes a party (M12).
var Ties = List{
	of("kin", "亲属", "Kin"), of("employer", "工作单位", "Employer"), of("firm", "在物业企业工作", "Works for a property firm"),
	of("owners_committee", "业委会成员", "Sits in an owners' committee"), of("other", "其他关系", "Other tie"),
}

// SealEnds are how a committee's seal goes out of use.
var SealEnds = List{of("lost", "遗失", "Lost"), of("withdrawn", "收回", "Withdrawn"), of("replaced", "更换", "Replaced")}

// RegisterChanges are what may change in a committee and its people, as the court is told (O7).
var RegisterChanges = List{
	of("drafted", "开始筹备", "Begun"), of("term_opened", "选举（换届）", "Election"), of("member_left", "委员离任", "Member left"),
	of("member_joined", "委员就任", "Member took office"), of("office_changed", "职务变更", "Office changed"), of("activated", "设立", "Set up"), of("renamed", "更名", "Renamed"),
	of("mediator_engaged", "聘任调解员", "Mediator engaged"), of("mediator_left", "调解员离任", "Mediator left"),
	of("mediator_amended", "调解员情况变更", "Mediator's particulars changed"),
	of("service_area_added", "增加服务范围", "Place to serve given"), of("service_area_ended", "终止服务范围", "Place to serve taken"),
	of("ended", "撤销", "Closed down"),
}
