package review

import (
	"slices"

	"fengqiao/internal/fault"
)

// The items of the sheet.
const (
	Scope      = "scope"
	Notice     = "notice"
	Identity   = "identity"
	Evidence   = "evidence"
	Session    = "session"
	Agreement  = "agreement"
	Signatures = "signatures"
	FollowUp   = "follow_up"
	Filing     = "filing"
)

// Part is one item of the sheet with its points.
type Part struct {
	Code   string
	Points int
	Name   fault.Text
	Looks  fault.Text // what a person looks at
}

// Parts are the sheet: a hundred points.
var Parts = []Part{
	{Scope, 10, fault.Say("受理与范围", "Acceptance and scope"), fault.Say("是否属于民间纠纷、由本调委会受理；申请或者登记是否齐全。", "A dispute that may be mediated, by this committee; applied for or registered.")},
	{Notice, 10, fault.Say("告知与自愿", "Notice and consent"), fault.Say("各方是否自愿，权利义务是否在调解前告知。", "Every side agreed, and was told its rights and duties before.")},
	{Identity, 10, fault.Say("身份与代理", "Identity and authority"), fault.Say("身份证明是否齐全；代理、监护是否有据。", "Proofs of identity; powers of agents and guardians.")},
	{Evidence, 10, fault.Say("调查与证据", "Investigation and evidence"), fault.Say("主要事实有没有依据：证据、调查或者双方一致的陈述。", "What the main facts rest on: evidence, investigation, or what both sides say.")},
	{Session, 15, fault.Say("调解记录", "Record of mediation"), fault.Say("七个要点是否齐全，记录是否真实反映调解过程。", "The seven points, and whether it shows what happened.")},
	{Agreement, 20, fault.Say("协议合法明确", "Agreement lawful and clear"), fault.Say("内容是否合法、公平；谁、做什么、多少、何时、怎样履行是否写明。未达成协议的，看终止告知。", "Lawful and fair; who, what, how much, when and how. Without an agreement: what the parties were told.")},
	{Signatures, 10, fault.Say("签名盖章", "Signatures and seal"), fault.Say("当事人、调解员签名和印章是否齐全、真实。未达成协议的，看通知书用印。", "There, and genuine. Without an agreement: the seal of the notice.")},
	{FollowUp, 10, fault.Say("履行与回访", "Performance and follow-up"), fault.Say("履行情况是否有记录，是否按时回访。", "What became of it, and visits in time.")},
	{Filing, 5, fault.Say("立卷归档", "Filing and numbering"), fault.Say("文书顺序、编号、页码、目录是否一致。", "Order, numbers, pages and contents agree.")},
}

func partOf(code string) (Part, bool) {
	i := slices.IndexFunc(Parts, func(p Part) bool { return p.Code == code })
	if i < 0 {
		return Part{}, false
	}
	return Parts[i], true
}

// Veto is a reason for which a dossier gets no point at all.
type Veto struct {
	Code string
	Name fault.Text
}

// Vetoes are all there are.
var Vetoes = []Veto{
	{"signature", fault.Say("当事人签名缺失或者不是本人所签", "A party's signature is missing, or not its own")},
	{"illegal", fault.Say("协议内容违法", "What was agreed is against the law")},
	{"third_party", fault.Say("损害国家、集体或者他人利益", "It harms the state, the public or somebody else")},
}

func vetoOf(code string) (Veto, bool) {
	i := slices.IndexFunc(Vetoes, func(v Veto) bool { return v.Code == code })
	if i < 0 {
		return Veto{}, false
	}
	return Vetoes[i], true
}

// Grade is a step of the result.
type Grade struct {
	Code  string
	Least int
	Name  fault.Text
}

// Grades are the four, best first.
var Grades = []Grade{
	{"excellent", 90, fault.Say("优秀", "excellent")},
	{"good", 75, fault.Say("合格", "good")},
	{"fair", 60, fault.Say("基本合格", "fair")},
	{"poor", 0, fault.Say("不合格", "poor")},
}

// gradeOf is the grade of a score.
func gradeOf(score int) string {
	for _, g := range Grades {
		if score >= g.Least {
			return g.Code
		}
	}
	return "poor"
}

// GradeName is what a grade is called.
func GradeName(code, lang string) string {
	for _, g := range Grades {
		if g.Code == code {
			return g.Name.In(lang)
		}
	}
	return code
}

// passes tells whether a grade is a pass.
func passes(grade string) bool { return grade != "" && grade != "poor" }

// Filled is a sheet as a reviewer sends it.
type Filled struct {
	Points  map[string]int    `json:"points" doc:"By item: scope, notice, identity, evidence, session, agreement, signatures, follow_up, filing"`
	Remarks map[string]string `json:"remarks,omitempty" doc:"Why points were taken off, by item; \"veto\" says why there is one, \"all\" what else there is to say"`
	Veto    string            `json:"veto,omitempty" doc:"signature, illegal or third_party"`
}

const longestRemark = 1000 // characters

// check refuses a sheet that is not whole: every item has its points, and whoever takes off more, or less, than the machine
// did says why.
func (in Filled) check(machine []Deduction) error {
	var bad fault.Check
	for _, p := range Parts {
		n, given := in.Points[p.Code]
		at := "points." + p.Code
		switch {
		case !given:
			bad.Add(at, "请打分。", "Please give points.")
		case n < 0 || n > p.Points:
			bad.Add(at, "应在 0 到 %d 之间。", "Must be between 0 and %d.", p.Points)
		case n != left(p, machine) && in.Remarks[p.Code] == "":
			bad.Add("remarks."+p.Code, "扣分或者改动自动评分的，请说明理由。", "Please say why points are taken off, or why they differ from what the machine saw.")
		}
	}
	for code := range in.Points {
		if _, known := partOf(code); !known {
			bad.Add("points", "没有“%[1]s”这一项。", "There is no item “%[1]s”.", code)
		}
	}
	for code, text := range in.Remarks {
		if len([]rune(text)) > longestRemark {
			bad.Add("remarks."+code, "最多 %d 个字。", "At most %d characters.", longestRemark)
		}
	}
	if in.Veto != "" {
		if _, known := vetoOf(in.Veto); !known {
			bad.Add("veto", "请从列表中选择。", "Please choose one from the list.")
		}
		if in.Remarks["veto"] == "" {
			bad.Add("remarks.veto", "一票否决的，请写明事实和依据。", "Please say what it rests on.")
		}
	}
	return bad.Err()
}

// score adds the points up; a veto makes them nothing.
func (in Filled) score() int {
	if in.Veto != "" {
		return 0
	}
	sum := 0
	for _, p := range Parts {
		sum += in.Points[p.Code]
	}
	return sum
}

// Deduction is what a machine sees: points that would be taken off an item, and why.
type Deduction struct {
	Part   string
	Rule   string // C4, A10 …
	Points int
	Says   fault.Text
}

// left are the points of an item after what a machine saw.
func left(p Part, machine []Deduction) int {
	n := p.Points
	for _, d := range machine {
		if d.Part == p.Code {
			n -= d.Points
		}
	}
	return max(n, 0)
}
