package casework

import (
	"errors"

	"gorm.io/gorm"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

func insertAttachment(tx *db.Tx, r attachmentRow) error { return tx.Rows().Create(&r).Error }

func attachmentRows(tx *db.Tx, caseID ident.ID) ([]attachmentRow, error) {
	var out []attachmentRow
	err := ofCase(tx, caseID).Order("id").Find(&out).Error
	return out, err
}

// ofCase are the rows of a table that belong to a case.
func ofCase(tx *db.Tx, id ident.ID) *gorm.DB {
	return tx.Rows().Where("county_code = ? AND case_id = ?", id.County(), id)
}

// beside is what a case's reader sees beside its own parts: the files, and the visits where visited asks for them.
func (s *Service) beside(tx *db.Tx, c *Case, visited bool) (files []attachmentRow, visits []Visit, err error) {
	var questions []db.Question
	if c.Version > 1 { // adding a file makes a version
		questions = append(questions, db.Question{Of: ofCase(tx, c.ID).Order("id"), Into: &files})
	}
	if visited && c.EffectiveAt != nil {
		questions = append(questions, db.Question{Of: ofCase(tx, c.ID).Order("visited_on, id"), Into: &visits})
	}
	if err := tx.FindAll(questions...); err != nil {
		return nil, nil, err
	}
	for i := range visits {
		err = errors.Join(err, s.unseal("follow_ups", visits[i].ID, unsealing{"note_sealed", visits[i].NoteSealed, &visits[i].Note}))
	}
	return files, visits, err
}

// dropAttachment removes a file from a case.
func dropAttachment(tx *db.Tx, r attachmentRow) error {
	return tx.Rows().Where("county_code = ? AND id = ?", r.CountyCode, r.ID).Delete(&attachmentRow{}).Error
}
