package scheme

import (
	"slices"

	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
)

// Terms are what a scheme pays, and for what. The zero value of a condition asks for nothing.
type Terms struct {
	Head  string `json:"head,omitempty" doc:"The head that it is paid from: guidance, committee, mediator"`
	Rates []Rate `json:"rates,omitempty" nullable:"false" doc:"Of a scheme by the case"`

	// What a case must be before it is paid for.
	Archived    bool   `json:"archived,omitempty"`
	ReviewLeast int    `json:"review_least,omitempty" doc:"Points that the dossier's review must give; 0: no review is asked for"`
	Performed   bool   `json:"performed,omitempty"`
	Confirmed   bool   `json:"confirmed,omitempty" doc:"Each party has signed by its own access, or was visited by a second person"`
	Trained     bool   `json:"trained,omitempty" doc:"The host has the class hours of the year"`
	Evidence    bool   `json:"unsuccessful_evidence,omitempty" doc:"Without agreement: evidence was kept"`
	Guided      bool   `json:"unsuccessful_guided,omitempty" doc:"Without agreement: the parties were told of other ways"`
	OralPercent int    `json:"oral_percent,omitempty" doc:"An oral agreement is paid so many per cent of the written one's rate; 0: by rows of its own"`
	Presence    bool   `json:"oral_presence,omitempty" doc:"An oral agreement: proof that it was made there"`
	Materials   []Need `json:"materials,omitempty" nullable:"false" doc:"What the first check looks for in the dossier"`

	// Who is left out, beside those who are barred, who always are.
	NoFullTime   bool     `json:"no_full_time,omitempty"`
	NoAttributes []string `json:"no_attributes,omitempty" nullable:"false" doc:"Committees with one of these attributes, such as stationed_court"`

	Raises  []Raise `json:"raises,omitempty" nullable:"false" doc:"What lifts a case into a higher class"`
	Bonuses []Bonus `json:"bonuses,omitempty" nullable:"false" doc:"Paid on top once all is performed"`
	Indexed bool    `json:"indexed,omitempty" doc:"Rates are multiplied by the factor of the year of closing"`

	PostFen money.Fen `json:"post_fen,omitempty" doc:"Of a scheme for posts: to each member of a committee, a year"`
}

// Rate is an amount for cases of a kind. A field left out holds for any.
type Rate struct {
	Tier  string    `json:"tier,omitempty" doc:"village, township, enterprise, society, industry"`
	Class string    `json:"class,omitempty" doc:"1 to 4, as the difficulty"`
	Form  string    `json:"form,omitempty" doc:"written, oral, unsuccessful; left out: an agreement, written or oral"`
	Grade string    `json:"grade,omitempty" doc:"The host's: 1 to 4, none"`
	Fen   money.Fen `json:"fen"`
}

// Need is what a dossier must hold, of cases of a kind.
type Need struct {
	Tier  string   `json:"tier,omitempty"`
	Class string   `json:"class,omitempty"`
	Items []string `json:"items" nullable:"false"`
}

// Raise lifts a case into a class when it has so many parties, or is about so much.
type Raise struct {
	Class   string    `json:"class"`
	Parties int       `json:"parties,omitempty" doc:"At least; 0: does not matter"`
	Fen     money.Fen `json:"fen,omitempty" doc:"At least; 0: does not matter"`
}

// Bonus is paid on top once everything is performed: an amount, or so many per cent of what the rate gives.
type Bonus struct {
	Class   string    `json:"class,omitempty"`
	Fen     money.Fen `json:"fen,omitempty"`
	Percent int       `json:"percent,omitempty"`
}

const (
	unsuccessful = "unsuccessful"
	oral         = "oral"
)

// Bounds of a scheme: beyond them is a slip of the hand.
const (
	mostRates = 300
	mostRules = 60 // of materials, of raises, of bonuses
	mostFen   = money.Fen(1_000_000_00)
)

// check says all that is wrong with the terms of a scheme of a kind.
func (t *Terms) check(kind string, bad *fault.Check) {
	oneOf(bad, "terms.head", t.Head, codes.SubsidyHeads)
	if kind == ForPosts {
		if len(t.Rates) > 0 {
			bad.Add("terms.rates", "岗位补贴不按案件规定标准。", "A scheme for posts has no rates by the case.")
		}
		amount(bad, "terms.post_fen", t.PostFen)
		return
	}
	if t.PostFen != 0 {
		bad.Add("terms.post_fen", "岗位补贴请另立一个办法。", "An allowance for posts is a scheme of its own.")
	}
	if len(t.Rates) == 0 || len(t.Rates) > mostRates {
		bad.Add("terms.rates", "请填写 1 到 %d 行标准。", "Please give 1 to %d rates.", mostRates)
	}
	for i, r := range t.Rates {
		r.check(bad, at("terms.rates", i))
	}
	if err := standInLine(t.Rates); err != nil {
		bad.Take("terms.rates", err)
	}
	percent(bad, "terms.oral_percent", t.OralPercent)
	percent(bad, "terms.review_least", t.ReviewLeast)
	if t.OralPercent > 0 && slices.ContainsFunc(t.Rates, func(r Rate) bool { return r.Form == oral }) {
		bad.Add("terms.oral_percent", "口头协议已经按比例计算，标准里不要再单列。", "An oral agreement is paid as a percentage already: leave it out of the rates.")
	}
	t.checkRest(bad)
}

func (t *Terms) checkRest(bad *fault.Check) {
	for list, n := range map[string]int{"terms.materials": len(t.Materials), "terms.raises": len(t.Raises), "terms.bonuses": len(t.Bonuses)} {
		if n > mostRules {
			bad.Add(list, "最多 %d 行。", "At most %d rows.", mostRules)
		}
	}
	for i, n := range t.Materials {
		oneOf(bad, at("terms.materials", i)+".tier", n.Tier, codes.SubsidyTiers)
		oneOf(bad, at("terms.materials", i)+".class", n.Class, codes.Difficulties)
		if len(n.Items) == 0 {
			bad.Add(at("terms.materials", i)+".items", "请至少选一种材料。", "Please choose a material at least.")
		}
		for _, item := range n.Items {
			bad.Take(at("terms.materials", i)+".items", codes.SubsidyMaterials.Check(item))
		}
	}
	if err := standInLine(t.needs()); err != nil {
		bad.Take("terms.materials", err)
	}
	for _, a := range t.NoAttributes {
		if !slices.Contains(registry.Attributes, a) {
			bad.Add("terms.no_attributes", "没有这种调委会属性。", "Committees have no such attribute.")
		}
	}
	for i, r := range t.Raises {
		bad.Take(at("terms.raises", i)+".class", codes.Difficulties.Check(r.Class))
		if r.Parties < 0 || r.Fen < 0 || r.Parties == 0 && r.Fen == 0 {
			bad.Add(at("terms.raises", i), "请填写人数或者金额。", "Please give a number of parties, or an amount.")
		}
	}
	seen := map[string]bool{}
	for i, b := range t.Bonuses {
		oneOf(bad, at("terms.bonuses", i)+".class", b.Class, codes.Difficulties)
		percent(bad, at("terms.bonuses", i)+".percent", b.Percent)
		if b.Fen < 0 || b.Fen > mostFen || (b.Fen == 0) == (b.Percent == 0) || seen[b.Class] {
			bad.Add(at("terms.bonuses", i), "每类一行：填写金额，或者百分之几，只填一项。", "One row for a class: an amount, or a percentage, and not both.")
		}
		seen[b.Class] = true
	}
}

func (r Rate) check(bad *fault.Check, at string) {
	oneOf(bad, at+".tier", r.Tier, codes.SubsidyTiers)
	oneOf(bad, at+".class", r.Class, codes.Difficulties)
	oneOf(bad, at+".form", r.Form, codes.SubsidyForms)
	oneOf(bad, at+".grade", r.Grade, codes.SubsidyGrades)
	amount(bad, at+".fen", r.Fen)
}

func amount(bad *fault.Check, at string, f money.Fen) {
	if f < 1 || f > mostFen {
		bad.Add(at, "请填写金额，最多 %s 元。", "Please give an amount, at most %s yuan.", mostFen)
	}
}

func percent(bad *fault.Check, at string, n int) {
	if n < 0 || n > 100 {
		bad.Add(at, "请填写 0 到 100 之间的整数。", "Please give a whole number between 0 and 100.")
	}
}

// oneOf takes an entry of a list, or none.
func oneOf(bad *fault.Check, at, code string, list codes.List) {
	if code != "" {
		bad.Take(at, list.Check(code))
	}
}
