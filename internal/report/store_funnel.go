package report

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/rollup"
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
	q, err := rollup.ReadDays(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.CasesOf(tx, g, part).Where("c.consent_asked_at >= ? AND c.consent_asked_at < ?", part.From.Start(), part.To.End()).
			Joins("JOIN case_parties p ON p.county_code = c.county_code AND p.case_id = c.id AND " + casework.WhereRespondent).
			Select(rollup.Respondent + ", 1 AS n")
	}, func(part tally.Ask) *gorm.DB {
		return rollup.Days(tx, "respondent_days", part).Select("c.channel, c.own, c.steps, c.refused, c.reason, c.n")
	})
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Channel             string
		Own, Steps, Refused int
		Reason              string
		N                   int64
	}
	err = q.Select("t.channel, t.own, t.steps, t.refused, t.reason, SUM(t.n) AS n").Group("t.channel, t.own, t.steps, t.refused, t.reason").Scan(&rows).Error
	out := make([]came, 0, len(rows))
	for _, r := range rows {
		out = append(out, came{r.Channel, r.Own == 1, r.Steps, r.Refused == 1, r.Reason, r.N})
	}
	return out, err
}
