package casework

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Worked tells whether a person mediates a case or keeps its record, or did.
func Worked(tx *db.Tx, id, person ident.ID) (bool, error) {
	var n int64
	err := tx.Rows().Model(&Participant{}).Where("county_code = ? AND case_id = ? AND person_id = ? AND part IN ?", id.County(), id, person,
		append(authz.HostParts(), authz.PartRecused)).Count(&n).Error
	return n > 0, err
}

// Review lets a person read the dossier of a case of the transaction's county, until EndReview. They are none of the case's
// people: nobody who works on it is shown who they are.
func Review(tx *db.Tx, id, person ident.ID, name string) error {
	return tx.Rows().Create(&Participant{Key: tx.NewKey(), CaseID: id, PersonID: person, Name: name, Part: authz.PartReviewer, BeganAt: tx.Now}).Error
}

// EndReview ends it.
func EndReview(tx *db.Tx, id, person ident.ID) error {
	return tx.Rows().Model(&Participant{}).Where("county_code = ? AND case_id = ? AND person_id = ? AND part = ? AND ended_at IS NULL",
		tx.County, id, person, authz.PartReviewer).Update("ended_at", tx.Now).Error
}

// apart takes those who are to look at a dossier out of the people of a case.
func apart(people []Participant) (rest []Participant, reviewers []ident.ID) {
	for _, p := range people {
		switch {
		case p.Part != authz.PartReviewer:
			rest = append(rest, p)
		case p.EndedAt == nil:
			reviewers = append(reviewers, p.PersonID)
		}
	}
	return rest, reviewers
}
