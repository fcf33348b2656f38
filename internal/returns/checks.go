package returns

import "fengqiao/internal/fault"

// Check is one check sum of the handbook.
type Check struct {
	ID    string     `json:"id"`
	OK    bool       `json:"ok"`
	Left  int64      `json:"left"`
	Right int64      `json:"right"`
	Says  string     `json:"says"`
	Text  fault.Text `json:"-"`
}

func equal(id string, left, right int64, zh, en string) Check {
	return Check{ID: id, OK: left == right, Left: left, Right: right, Text: fault.Text{ZH: zh, EN: en}}
}

func atMost(id string, left, right int64, zh, en string) Check {
	return Check{ID: id, OK: left <= right, Left: left, Right: right, Text: fault.Text{ZH: zh, EN: en}}
}

// checksOf are the check sums that the columns of a case table must satisfy; below are its rows by area, which with its own
// cases must make the whole. Nothing is handed in while one fails. Source: statistics handbook, §1.
func checksOf(s *sums, parts []sums) []Check {
	out := []Check{
		equal("S1", s.from(6, 11), s[1], "第 6–11 栏之和等于第 1 栏", "Columns 6–11 add up to column 1"),
		equal("S2", s.from(12, 14), s[1], "第 12–14 栏之和等于第 1 栏", "Columns 12–14 add up to column 1"),
		equal("S3", s.from(15, 19), s[14], "第 15–19 栏之和等于第 14 栏", "Columns 15–19 add up to column 14"),
		equal("S4", s.from(20, 37), s[1], "第 20–37 栏之和等于第 1 栏", "Columns 20–37 add up to column 1"),
		equal("S5", s.from(38, 39), s[3], "第 38、39 栏之和等于第 3 栏", "Columns 38 and 39 add up to column 3"),
		atMost("S6", s[3], s[1], "第 3 栏不大于第 1 栏", "Column 3 is at most column 1"),
		atMost("S7", s[4], s[1], "第 4 栏不大于第 1 栏", "Column 4 is at most column 1"),
		personsOf(s), unitsOf(s, parts),
		atMost("S10", 2*s[1], s[2], "第 2 栏不小于第 1 栏的两倍", "Column 2 is at least twice column 1"),
		equal("S12", s[inSubKinds], s[36], "物业纠纷各子类之和等于第 36 栏", "The sub-kinds of property disputes add up to column 36"),
		atMost("S13", s[referredMet], s[14], "受委托移送后实际调解的不多于第 14 栏（调解次数可以更多）", "Of the referred cases no more were mediated than were referred (sessions may be more)"),
	}
	return out
}

// personsOf is S8: nobody is saved fewer times than there were events. It names the first pair that fails.
func personsOf(s *sums) Check {
	zh, en := "第 43、45、47、49 栏（人）不小于各自的件数栏", "Columns 43, 45, 47 and 49 (persons) are at least their columns of events"
	for col := 42; col < 50; col += 2 {
		if s[col] > s[col+1] {
			return atMost("S8", s[col], s[col+1], zh, en)
		}
	}
	return atMost("S8", s[42]+s[44]+s[46]+s[48], s[43]+s[45]+s[47]+s[49], zh, en)
}

// unitsOf is S9: what the units own and below counted is the whole, in every column. It names the first that fails; where
// none does it shows the cases.
func unitsOf(s *sums, parts []sums) Check {
	zh, en := "本级与各下级单位之和等于合计", "The area's own figures and those of the units below add up to the whole"
	var all sums
	for i := range parts {
		all.plus(&parts[i])
	}
	for col := 1; col <= columnCount; col++ {
		if all[col] != s[col] {
			return equal("S9", all[col], s[col], zh, en)
		}
	}
	return equal("S9", all[1], s[1], zh, en)
}
