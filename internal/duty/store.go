package duty

import (
	"errors"
	"slices"

	"gorm.io/gorm/clause"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

func insertAbsence(tx *db.Tx, a Absence) error { return tx.Rows().Create(&a).Error }

// absencesOf are those of a committee that nobody came back from yet, the first to end first.
func absencesOf(tx *db.Tx, county ident.County, committee ident.ID) (out []Absence, err error) {
	err = tx.Rows().Where("county_code = ? AND committee_id = ? AND ended_on IS NULL", county, committee).Order("to_on, id").Find(&out).Error
	return out, err
}

func findAbsence(tx *db.Tx, m registry.Mediator, id ident.ID) (a Absence, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ? AND mediator_id = ? AND ended_on IS NULL", m.CountyCode, id, m.ID).Take(&a).Error
	if db.IsNone(err) {
		err = fault.NoSuch()
	}
	return a, err
}

// absence is one of a county, whether somebody came back from it or not.
func absence(tx *db.Tx, id ident.ID) (a Absence, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&a).Error
	if db.IsNone(err) {
		err = fault.NoSuch()
	}
	return a, err
}

// holdTeam makes others wait who would hold a committee's mediators as well.
func holdTeam(tx *db.Tx, m registry.Mediator) error {
	var held []ident.ID
	return tx.Rows().Model(&registry.Mediator{}).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).
		Where("county_code = ? AND committee_id = ?", m.CountyCode, m.CommitteeID).Order("id").Pluck("id", &held).Error
}

func endAbsence(tx *db.Tx, a Absence, day calendar.Day) error {
	return tx.Rows().Model(&Absence{}).Where("county_code = ? AND id = ?", a.CountyCode, a.ID).Update("ended_on", day).Error
}

func setLanguages(tx *db.Tx, m registry.Mediator, languages []string) error {
	if err := tx.Rows().Where("county_code = ? AND mediator_id = ?", m.CountyCode, m.ID).Delete(&spoken{}).Error; err != nil {
		return err
	}
	for i, l := range languages {
		if slices.Contains(languages[:i], l) {
			continue
		}
		if err := tx.Rows().Create(&spoken{CountyCode: m.CountyCode, MediatorID: m.ID, Language: l}).Error; err != nil {
			return err
		}
	}
	return nil
}

// languagesOf are the languages of some mediators of a county.
func languagesOf(tx *db.Tx, county ident.County, team []ident.ID) (map[ident.ID][]string, error) {
	var rows []spoken
	err := tx.Rows().Where("county_code = ? AND mediator_id IN ?", county, team).Order("mediator_id, language").Find(&rows).Error
	out := map[ident.ID][]string{}
	for _, r := range rows {
		out[r.MediatorID] = append(out[r.MediatorID], r.Language)
	}
	return out, err
}

// load is what a mediator has in hand, and has done.
type load struct {
	MediatorID ident.ID
	Open       int          // cases that they host and that are not over
	Alike      int          // cases of the kind that they settled in the last three years
	Last       calendar.Day // when a case that they host was accepted last
	Covers     int          // cases that are not over in which they stand in for somebody who is away
}

// loadsOf counts what mediators of a county host: open, settled of a kind since a day, and the last that was accepted.
func loadsOf(tx *db.Tx, county ident.County, team []ident.ID, category string, since calendar.Day) (map[ident.ID]load, error) {
	var rows []load
	err := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.host_id IN ?", county, team).
		Select("c.host_id AS mediator_id, SUM(CASE WHEN c.state IN ? THEN 1 ELSE 0 END) AS open, "+
			"SUM(CASE WHEN c.category = ? AND c.first_closed_day >= ? AND "+casework.WhereSettled+" THEN 1 ELSE 0 END) AS alike, MAX(c.accepted_day) AS last",
			casework.OpenStates(), category, since).Group("c.host_id").Scan(&rows).Error
	out := map[ident.ID]load{}
	for _, r := range rows {
		out[r.MediatorID] = r
	}
	return out, errors.Join(err, coversOf(tx, county, team, out))
}

// coversOf adds in how many cases mediators stand in for others: for as long as it lasts it is theirs to do.
func coversOf(tx *db.Tx, county ident.County, team []ident.ID, to map[ident.ID]load) error {
	var rows []load
	err := tx.Rows().Table("case_people AS p").Joins("JOIN dispute_cases c ON c.county_code = p.county_code AND c.id = p.case_id").
		Where("p.county_code = ? AND p.covers_id IS NOT NULL AND p.ended_at IS NULL AND p.mediator_id IN ? AND c.state IN ?", county, team, casework.OpenStates()).
		Select("p.mediator_id, COUNT(*) AS covers").Group("p.mediator_id").Scan(&rows).Error
	for _, r := range rows {
		l := to[r.MediatorID]
		l.MediatorID, l.Covers = r.MediatorID, r.Covers
		to[r.MediatorID] = l
	}
	return err
}
