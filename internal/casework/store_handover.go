package casework

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

const mostHanded = 500 // open cases of one mediator; more are handed over in several goes

// worksOn are the open cases on which a mediator works now.
func worksOn(tx *db.Tx, mediator ident.ID) (out []ident.ID, err error) {
	err = tx.Rows().Table("dispute_cases AS c").Joins("JOIN case_people p ON p.county_code = c.county_code AND p.case_id = c.id").
		Where("p.county_code = ? AND p.mediator_id = ? AND p.part IN ? AND p.ended_at IS NULL", mediator.County(), mediator, authz.HostParts()).
		Where("c.state IN ?", alive).Order("c.id").Pluck("c.id", &out).Error
	return out, err
}

// openCasesOf are the cases within a grant that a mediator works on, oldest first.
func openCasesOf(tx *db.Tx, g authz.Grant, m registry.Mediator) (out []OpenCase, err error) {
	out = []OpenCase{}
	err = tx.Rows().Table("dispute_cases AS c").Select("c.id, c.reference, c.case_no, c.title, c.state, p.part").
		Joins("JOIN case_people p ON p.county_code = c.county_code AND p.case_id = c.id").
		Where("p.county_code = ? AND p.person_id = ? AND p.mediator_id = ? AND p.part IN ? AND p.ended_at IS NULL", m.CountyCode, m.PersonID, m.ID, authz.HostParts()).
		Where("c.state IN ?", alive).Scopes(db.Within(g, db.CaseColumns("c"))).Order("c.id").Limit(mostHanded).Scan(&out).Error
	return out, err
}

// endable are the states of cases in which a cover can end: all but those whose dossier is filed away, or elsewhere.
var endable = append(OpenStates(), NotAccepted, Closed)

// coveredFor are the cases within a grant in which somebody stands in for a mediator, oldest first.
func coveredFor(tx *db.Tx, g authz.Grant, m registry.Mediator) (out []ident.ID, err error) {
	err = tx.Rows().Table("dispute_cases AS c").
		Joins("JOIN case_people p ON p.county_code = c.county_code AND p.case_id = c.id").
		Where("p.county_code = ? AND p.covers_id = ? AND p.ended_at IS NULL", m.CountyCode, m.ID).
		Where("c.state IN ?", endable).Scopes(db.Within(g, db.CaseColumns("c"))).Order("c.id").Pluck("DISTINCT c.id", &out).Error
	return out, err
}
