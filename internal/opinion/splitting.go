package opinion

import (
	"cmp"
	"slices"

	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Split is how those of one side answered, or those in one kind of case. What cannot be told apart stands together in one
// with an empty code.
type Split struct {
	Code    string `json:"code" doc:"applicant or respondent; a first-level kind of dispute; empty for the rest taken together"`
	Name    string `json:"name"`
	N       int64  `json:"n" doc:"How many said something"`
	Answers []Part `json:"answers"`
}

// What a row of opinions is broken down by, each a column.
const (
	bySide = "side"
	byKind = "category"
)

var restOf = fault.Say("其余，合在一起", "The rest, together")

var sideNames = map[string]fault.Text{"applicant": fault.Say("申请人", "Applicants"), "respondent": fault.Say("对方当事人", "Other side")}

// kindNames are the first levels that the official list has no name for.
var kindNames = map[string]fault.Text{"10": fault.Say("劳动争议", "Labour"), "14": fault.Say("消费", "Consumer")}

func nameOf(by, code, lang string) string {
	names := sideNames
	if by == byKind {
		names = kindNames
	}
	switch text, known := names[code]; {
	case code == "":
		return restOf.In(lang)
	case known:
		return text.In(lang)
	}
	return codes.Categories.Name(code, lang)
}

// splits breaks the rows down by side and by kind of case.
func splits(tx *db.Tx, rows []Row, of Ask, lang string) error {
	for i, q := range opinions {
		for by, to := range map[string]*[]Split{bySide: &rows[i].Sides, byKind: &rows[i].Kinds} {
			cells, err := partsOf(tx, q, by, of)
			if err != nil {
				return err
			}
			*to = q.split(cells, by, lang)
		}
	}
	return nil
}

// where is a county in a quarter: what is counted whole or not at all.
type where struct {
	county  ident.County
	quarter string
}

// apart tells which parts of one county's quarter are shown apart; what is left stands together. Parts and rest have five
// people at least or nobody, so that what is missing from the whole is about nobody's few either. A county's quarter is parted
// the same way in every report.
func apart(spoke map[string]int64) map[string]bool {
	out, rest := map[string]bool{}, int64(0)
	var large []string
	for part, n := range spoke {
		if n < least {
			rest += n
			continue
		}
		out[part], large = true, append(large, part)
	}
	slices.SortFunc(large, func(a, b string) int { return cmp.Or(cmp.Compare(spoke[a], spoke[b]), cmp.Compare(a, b)) })
	for ; rest > 0 && rest < least && len(large) > 0; large = large[1:] {
		rest += spoke[large[0]]
		delete(out, large[0])
	}
	return out
}

// split adds up the parts over the counties and quarters that are counted.
func (q question) split(cells []cell, by, lang string) []Split {
	spoke, whole := map[where]map[string]int64{}, map[where]int64{}
	for _, c := range cells {
		at := where{c.CountyCode, c.Quarter}
		if spoke[at] == nil {
			spoke[at] = map[string]int64{}
		}
		if c.Answer != "" {
			spoke[at][c.Part] += c.N
			whole[at] += c.N
		}
	}
	shown := map[where]map[string]bool{}
	for at, parts := range spoke {
		shown[at] = apart(parts)
	}
	sums := map[string]map[string]int64{}
	for _, c := range cells {
		at := where{c.CountyCode, c.Quarter}
		if whole[at] < least {
			continue
		}
		part := c.Part
		if !shown[at][part] {
			part = ""
		}
		if sums[part] == nil {
			sums[part] = map[string]int64{}
		}
		sums[part][c.Answer] += c.N
	}
	out := []Split{}
	for part, answers := range sums {
		s := Split{Code: part, Name: nameOf(by, part, lang), Answers: q.answers(answers, lang)}
		for answer, n := range answers {
			if answer != "" {
				s.N += n
			}
		}
		if s.N >= least { // else they are some who said nothing to this question
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Split) int {
		return cmp.Or(cmp.Compare(btoi(a.Code == ""), btoi(b.Code == "")), cmp.Compare(a.Code, b.Code))
	})
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
