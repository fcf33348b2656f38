package review

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// candidate is a closed case of a round's period.
type candidate struct {
	ID            ident.ID
	CaseNo        string
	CommitteeID   ident.ID
	AreaCode      ident.Area // the committee's
	CommitteeType registry.Type
	Category      string
	LegalTrack    string
	Restricted    bool
}

// Stratum is a kind of cases of which a share is drawn.
type Stratum struct {
	CountyCode    ident.County  `gorm:"column:county_code;primaryKey" json:"-"`
	RoundID       ident.ID      `gorm:"column:round_id;primaryKey" json:"-"`
	CommitteeType registry.Type `gorm:"column:committee_type;primaryKey" json:"committee_type"`
	Category      string        `gorm:"column:category;primaryKey" json:"category"`
	Confirmed     bool          `gorm:"column:confirmed;primaryKey" json:"confirmed" doc:"A court confirmed the agreement"`
	Cases         int           `gorm:"column:cases" json:"cases"`
	Drawn         int           `gorm:"column:drawn" json:"drawn"`
}

// TableName is the table's.
func (Stratum) TableName() string { return "review_strata" }

// categoryOf is the category by which cases are drawn: the kinds of property disputes are one.
func categoryOf(category string) string {
	if strings.HasPrefix(category, "13") {
		return "13"
	}
	return category
}

func (c candidate) stratum() Stratum {
	return Stratum{CommitteeType: c.CommitteeType, Category: categoryOf(c.Category), Confirmed: c.LegalTrack == "confirmed"}
}

// orderOf is where a case stands in its stratum: SHA-256 of the seed and the case's number behind it, in hexadecimal digits.
func orderOf(seed, caseNo string) string {
	sum := sha256.Sum256([]byte(seed + caseNo))
	return hex.EncodeToString(sum[:])
}

// share is how many of n are drawn at a rate in per cent: never less than the rate, and at least one.
func share(n, rate int) int {
	if n == 0 {
		return 0
	}
	return min(n, max(1, (n*rate+99)/100))
}

// drawn is a case that was drawn, in the order of its stratum; from is the kind it was drawn from.
type drawn struct {
	candidate
	Place int
}

// draw takes from each kind of cases its share, in the order that the seed gives. Whoever has the seed and the numbers comes to
// the same.
func draw(seed string, confirmed, rest int, all []candidate) (strata []Stratum, taken []drawn) {
	by := map[Stratum][]candidate{}
	for _, c := range all {
		by[c.stratum()] = append(by[c.stratum()], c)
	}
	for s := range by {
		strata = append(strata, s)
	}
	slices.SortFunc(strata, func(a, b Stratum) int {
		if n := strings.Compare(string(a.CommitteeType)+a.Category, string(b.CommitteeType)+b.Category); n != 0 || a.Confirmed == b.Confirmed {
			return n
		}
		if a.Confirmed {
			return -1
		}
		return 1
	})
	for i, s := range strata {
		cases := by[s]
		slices.SortFunc(cases, func(a, b candidate) int { return strings.Compare(orderOf(seed, a.CaseNo), orderOf(seed, b.CaseNo)) })
		rate := rest
		if s.Confirmed {
			rate = confirmed
		}
		strata[i].Cases, strata[i].Drawn = len(cases), share(len(cases), rate)
		for place, c := range cases[:strata[i].Drawn] {
			taken = append(taken, drawn{c, place + 1})
		}
	}
	return strata, taken
}

// near are the people who may not review a case: whoever took a part in it.
type near map[ident.ID][]ident.ID // by case

// mayReview tells whether somebody may look at a dossier: of another committee, not of the station that looks after it, and
// with no part in the case.
func (r Reviewer) mayReview(i Item, parts near) bool {
	ours := slices.ContainsFunc(r.Streets, func(a ident.Area) bool { return a.Covers(i.AreaCode) })
	return !ours && !slices.Contains(r.Committees, i.CommitteeID) && !slices.Contains(parts[i.CaseID], r.PersonID)
}

// assign gives each item in its order to the reviewer who may look at it and has the fewest; of several, the first by id. load
// is what each has already. Items that nobody may look at are left without.
func assign(items []Item, reviewers []Reviewer, parts near, load map[ident.ID]int, but func(Item) ident.ID) {
	slices.SortFunc(reviewers, func(a, b Reviewer) int { return strings.Compare(a.PersonID.String(), b.PersonID.String()) })
	for i := range items {
		best := -1
		for n, r := range reviewers {
			if r.PersonID != but(items[i]) && r.mayReview(items[i], parts) && (best < 0 || load[r.PersonID] < load[reviewers[best].PersonID]) {
				best = n
			}
		}
		if best < 0 {
			continue
		}
		items[i].ReviewerID, items[i].ReviewerName = reviewers[best].PersonID, reviewers[best].Name
		load[reviewers[best].PersonID]++
	}
}

// recipe is how anybody repeats a draw; it stands on the round's page and in the API.
var recipe = fault.Say("每一层（调委会类型 × 纠纷类型 × 是否经司法确认）：把种子（32 个十六进制字符）和案号直接连在一起，按 UTF-8 计算 SHA-256，以十六进制从小到大排列，取前 n 件；n = 比例 × 件数，向上取整，至少一件。种子的 SHA-256 在时段结束前已经公布。",
	"In each stratum (type of committee × kind of dispute × confirmed or not): put the seed (32 hexadecimal digits) and the case number together without anything between, take the SHA-256 of their UTF-8, order by its hexadecimal digits, and take the first n; n is the rate times the number of cases, rounded up, and at least one. The SHA-256 of the seed was told before the period closed.")
