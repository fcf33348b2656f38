package anomaly

import (
	"slices"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

const mostAround = 500 // rows that a case is compared with: more say nothing new

// casesAfter are the next cases of a county that were accepted since a day, or not yet, in the order of their ids.
func casesAfter(tx *db.Tx, county ident.County, after ident.ID, since calendar.Day) (out []ident.ID, err error) {
	q := tx.Rows().Model(&casework.Head{}).Where("county_code = ? AND (accepted_day IS NULL OR accepted_day >= ?)", county, since)
	if !after.IsZero() {
		q = q.Where("id > ?", after)
	}
	err = q.Order("id").Limit(lookAtOnce).Pluck("id", &out).Error
	return out, err
}

// phoneUses are the parties of a county's cases that gave one of some telephones.
func phoneUses(tx *db.Tx, county ident.County, phones []string, since time.Time) (out []phoneUse, err error) {
	err = tx.Rows().Model(&casework.Party{}).Select("phone_index", "name_key", "case_id").
		Where("county_code = ? AND phone_index IN ? AND phone_index <> '' AND removed_at IS NULL AND id > ?", county, phones, ident.Since(since)).
		Order("case_id").Limit(mostAround).Scan(&out).Error
	return out, err
}

// meetingsOf are the cases in which two of some names stand on opposite sides.
func meetingsOf(tx *db.Tx, county ident.County, names []string, since time.Time) (out []meeting, err error) {
	err = tx.Rows().Table("case_parties AS a").Joins("JOIN case_parties b ON b.county_code = a.county_code AND b.case_id = a.case_id AND b.role <> a.role").
		Select("a.case_id, a.name_key AS one, b.name_key AS other").
		Where("a.county_code = ? AND a.name_key IN ? AND b.name_key IN ? AND a.name_key <= b.name_key", county, names, names).
		Where("a.removed_at IS NULL AND b.removed_at IS NULL AND a.id > ?", ident.Since(since)).Order("a.case_id").Limit(mostAround).Scan(&out).Error
	return out, err
}

// acceptedOn are the cases that a committee accepted on a day.
func acceptedOn(tx *db.Tx, county ident.County, committee ident.ID, day calendar.Day) (out []settledCase, err error) {
	err = tx.Rows().Model(&casework.Head{}).Select("id", "effective_at", "applicant_names", "respondent_names").
		Where("county_code = ? AND committee_id = ? AND accepted_day = ?", county, committee, day).Order("id").Limit(mostAround).Scan(&out).Error
	return out, err
}

func (u unit) column() string {
	return map[string]string{"committee": "committee_id", "mediator": "host_id"}[u.Kind]
}

// countedBy counts the cases that a unit accepted, by month.
func countedBy(tx *db.Tx, county ident.County, u unit) (monthly, error) {
	var rows []struct {
		AcceptedDay calendar.Day
		N           int
	}
	err := tx.Rows().Model(&casework.Head{}).Select("accepted_day, COUNT(*) AS n").
		Where("county_code = ? AND "+u.column()+" = ? AND accepted_day IS NOT NULL", county, u.ID).Group("accepted_day").Scan(&rows).Error
	out := monthly{}
	for _, r := range rows {
		out[string(r.AcceptedDay[:7])] += r.N
	}
	return out, err
}

// before are the months that a month is compared with, and itself.
func (n monthly) before(month string) monthly {
	out := monthly{}
	first := string(calendar.Day(month + "-01").PlusMonths(-pastMonths)[:7])
	for m, k := range n {
		if m >= first && m <= month {
			out[m] = k
		}
	}
	return out
}

// acceptedIn are the cases that a unit accepted in a month.
func acceptedIn(tx *db.Tx, county ident.County, u unit, month string) (out []ident.ID, err error) {
	first := calendar.Day(month + "-01")
	err = tx.Rows().Model(&casework.Head{}).Where("county_code = ? AND "+u.column()+" = ? AND accepted_day >= ? AND accepted_day < ?", county, u.ID, first, first.PlusMonths(1)).
		Order("id").Limit(mostAround).Pluck("id", &out).Error
	return out, err
}

const longest = 12 * time.Hour // a session that began earlier is over

// satThen are the sessions of other cases in which a mediator of this one sat while it ran, for whichever committee: a person is
// a mediator of each in which they serve.
func (s *Service) satThen(tx *db.Tx, v casework.Session) (out []sitting, err error) {
	var who []struct{ SessionID, MediatorID ident.ID }
	err = tx.Rows().Table("mediators AS a").Select("m.session_id, a.id AS mediator_id").
		Joins("JOIN mediators b ON b.county_code = a.county_code AND b.person_id = a.person_id").
		Joins("JOIN session_mediators m ON m.county_code = b.county_code AND m.mediator_id = b.id").
		Where("a.county_code = ? AND a.id IN ? AND m.starts_at > ? AND m.starts_at < ? AND m.session_id <> ?", v.CountyCode, v.Mediators,
			v.StartsAt.Add(-longest), endOf(v), v.ID).Limit(mostAround).Scan(&who).Error
	if err != nil || len(who) == 0 {
		return nil, err
	}
	var ids []ident.ID
	for _, w := range who {
		ids = append(ids, w.SessionID)
	}
	var sessions []casework.Session
	if err := tx.Rows().Where("county_code = ? AND id IN ? AND case_id <> ?", v.CountyCode, ids, v.CaseID).Find(&sessions).Error; err != nil {
		return nil, err
	}
	for _, w := range who {
		i := slices.IndexFunc(sessions, func(one casework.Session) bool { return one.ID == w.SessionID })
		if i < 0 {
			continue
		}
		one := sitting{sessions[i], w.MediatorID}
		if one.Place, err = s.Vault.Open(vault.Place{Table: "mediation_sessions", Column: "place_sealed", Row: one.ID}, one.PlaceSealed); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// sharing are the cases that have a fingerprint in common with some, the oldest first.
func sharing(tx *db.Tx, county ident.County, prints []string, but ident.ID) (out []ident.ID, err error) {
	err = tx.Rows().Model(&fingerprint{}).Distinct("case_id").Where("county_code = ? AND print IN ? AND case_id <> ?", county, prints, but).
		Order("case_id").Limit(mostCompared).Pluck("case_id", &out).Error
	return out, err
}

// keepPrints puts the fingerprints of some cases in the place of those they had.
func keepPrints(tx *db.Tx, prints []fingerprint) error {
	var cases []ident.ID
	for _, p := range prints {
		if p.Band == 0 {
			cases = append(cases, p.CaseID)
		}
	}
	if len(cases) == 0 {
		return nil
	}
	if err := tx.Rows().Where("county_code = ? AND case_id IN ?", tx.County, cases).Delete(&fingerprint{}).Error; err != nil {
		return err
	}
	_, err := tx.InsertNew(&prints) // somebody may look at the same moment
	return err
}
