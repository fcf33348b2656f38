package report

import (
	"fmt"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Counts are the sums of one group of cases.
type Counts struct {
	Prefix       string   `gorm:"column:prefix"`
	CommitteeID  ident.ID `gorm:"column:committee_id"`
	Total        int64    `gorm:"column:total"`
	Parties      int64    `gorm:"column:parties"`
	Settled      int64    `gorm:"column:settled"`
	Complex      int64    `gorm:"column:complex"`
	AmountFen    int64    `gorm:"column:amount_fen"`
	Type01       int64    `gorm:"column:type01"`
	Type02       int64    `gorm:"column:type02"`
	Type03       int64    `gorm:"column:type03"`
	Type04       int64    `gorm:"column:type04"`
	Type05       int64    `gorm:"column:type05"`
	Type06       int64    `gorm:"column:type06"`
	OwnMotion    int64    `gorm:"column:own_motion"`
	Applied      int64    `gorm:"column:applied"`
	Commissioned int64    `gorm:"column:commissioned"`
}

func (c *Counts) add(o Counts) {
	c.Total += o.Total
	c.Parties += o.Parties
	c.Settled += o.Settled
	c.Complex += o.Complex
	c.AmountFen += o.AmountFen
	c.Type01 += o.Type01
	c.Type02 += o.Type02
	c.Type03 += o.Type03
	c.Type04 += o.Type04
	c.Type05 += o.Type05
	c.Type06 += o.Type06
	c.OwnMotion += o.OwnMotion
	c.Applied += o.Applied
	c.Commissioned += o.Commissioned
}

// The case table: cases by the day of their first close (or of acceptance), once each, at the lead committee; settled
// are those that ended in an agreement; the amount is that of settled cases.
const sums = `COUNT(*) AS total, COALESCE(SUM(c.parties), 0) AS parties,
	COALESCE(SUM(CASE WHEN c.outcome IN ('written_agreement', 'oral_agreement') AND c.first_closed_day IS NOT NULL THEN 1 ELSE 0 END), 0) AS settled,
	COALESCE(SUM(CASE WHEN c.difficulty >= 3 THEN 1 ELSE 0 END), 0) AS complex,
	COALESCE(SUM(CASE WHEN c.outcome IN ('written_agreement', 'oral_agreement') AND c.first_closed_day IS NOT NULL THEN c.amount_fen ELSE 0 END), 0) AS amount_fen,
	COALESCE(SUM(CASE WHEN m.type = '01' THEN 1 ELSE 0 END), 0) AS type01, COALESCE(SUM(CASE WHEN m.type = '02' THEN 1 ELSE 0 END), 0) AS type02,
	COALESCE(SUM(CASE WHEN m.type = '03' THEN 1 ELSE 0 END), 0) AS type03, COALESCE(SUM(CASE WHEN m.type = '04' THEN 1 ELSE 0 END), 0) AS type04,
	COALESCE(SUM(CASE WHEN m.type = '05' THEN 1 ELSE 0 END), 0) AS type05, COALESCE(SUM(CASE WHEN m.type = '06' THEN 1 ELSE 0 END), 0) AS type06,
	COALESCE(SUM(CASE WHEN c.source >= '2' AND c.source < '3' THEN 1 ELSE 0 END), 0) AS own_motion,
	COALESCE(SUM(CASE WHEN c.source >= '1' AND c.source < '2' THEN 1 ELSE 0 END), 0) AS applied,
	COALESCE(SUM(CASE WHEN c.source >= '3' AND c.source < '4' THEN 1 ELSE 0 END), 0) AS commissioned`

// groupings are what a table can be broken down by: the area one level below the one asked for, or the committee.
func grouping(ask Ask) string {
	if ask.Group == "committee" {
		return "c.committee_id"
	}
	digits := map[ident.Level]int{ident.Province: 4, ident.City: 6, ident.Of6: 9, ident.Town: 12, ident.Village: 12}[ask.Area.Level()]
	return fmt.Sprintf("substr(c.area_code, 1, %d)", digits)
}

// count sums the cases of a table by its groups, in the order of their codes.
func count(tx *db.Tx, g authz.Grant, ask Ask) ([]Counts, error) {
	by := grouping(ask)
	as := by + " AS prefix"
	if ask.Group == "committee" {
		as = by + " AS committee_id"
	}
	day := map[Basis]string{ByClosing: "c.first_closed_day", ByAcceptance: "c.accepted_day"}[ask.Basis]
	low, high := ask.Area.Range()
	var out []Counts
	err := tx.Rows().Table("dispute_cases AS c").Joins("JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id").
		Scopes(db.Within(g, db.CaseColumns("c"))).
		Where(day+" >= ? AND "+day+" <= ?", ask.From, ask.To).
		Where("c.area_code >= ? AND c.area_code < ?", low, high).
		Select(as + ", " + sums).Group(by).Order(by).Find(&out).Error
	return out, err
}
