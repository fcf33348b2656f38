package report

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/tally"
)

// came is how many respondents came exactly so far, of those asked in one way, of the committee's own motion or not; and
// why they refused, if they did.
type came struct {
	Channel string
	Own     bool
	Steps   int
	Refused bool
	Reason  string
	N       int64
}

// funnelRows counts the respondents of the cases whose parties were asked in a period. Each is looked at once, by rows that
// an index finds: its messages, codes, sessions and what its case agreed.
func funnelRows(tx *db.Tx, g authz.Grant, ask tally.Ask) ([]came, error) {
	each := tally.CasesOf(tx, g, ask).Where("c.consent_asked_at >= ? AND c.consent_asked_at < ?", ask.From.Start(), ask.To.End()).
		Joins("JOIN case_parties p ON p.county_code = c.county_code AND p.case_id = c.id AND " + casework.WhereRespondent).
		Select(casework.AskedBy + " AS channel, c.source LIKE '2%' AS own, " + casework.Reached + " AS steps, p.consent = 'refused' AS refused, p.refusal AS reason")
	var out []came
	err := tx.Rows().Table("(?) AS r", each).Select("channel, own, steps, refused, reason, COUNT(*) AS n").
		Group("channel, own, steps, refused, reason").Scan(&out).Error
	return out, err
}
