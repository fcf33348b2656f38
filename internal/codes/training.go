package codes

// CourseKinds are why a course is held (O11).
var CourseKinds = List{of("induction", "岗前培训", "Induction"), of("annual", "年度培训", "Annual"), of("special", "专题培训", "Special subject")}

// CourseForms are how it is taught.
var CourseForms = List{of("class", "集中授课", "In class"), of("online", "网络培训", "Online"), of("practice", "跟案学习、旁听庭审", "Following cases, sitting in court"),
	of("exchange", "案例研讨、交流", "Case discussion")}

// ExamResults are how somebody did in a course's exam.
var ExamResults = List{of("passed", "合格", "Passed"), of("failed", "不合格", "Not passed"), of("absent", "未参加考试", "Did not sit it")}

// Grades are the four national grades of mediators, the first the highest.
var Grades = List{of("1", "一级调解员", "First grade"), of("2", "二级调解员", "Second grade"), of("3", "三级调解员", "Third grade"), of("4", "四级调解员", "Fourth grade")}

// GradeLevels are the levels at which a grade is given: a city gives the first and the second, a county the others.
var GradeLevels = List{of("city", "设区的市", "City"), of("county", "县（市、区）", "County")}
