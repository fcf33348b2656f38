package opinion

import (
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Answer{}, &About{}, &mark{}}

func insert(tx *db.Tx, row any) error { return tx.Rows().Create(row).Error }

func insertMark(tx *db.Tx, m mark) error {
	err := tx.Rows().Create(&m).Error
	if db.IsDuplicate(err) {
		return errAnswered
	}
	return err
}

func marked(tx *db.Tx, m mark) (bool, error) {
	var n int64
	err := tx.Rows().Model(&mark{}).Where("county_code = ? AND case_id = ? AND party_id = ? AND form = ?", m.CountyCode, m.CaseID, m.PartyID, m.Form).Count(&n).Error
	return n > 0, err
}

func removeMark(tx *db.Tx, m mark) error {
	return tx.Rows().Where("county_code = ? AND case_id = ? AND party_id = ? AND form = ?", m.CountyCode, m.CaseID, m.PartyID, m.Form).Delete(&mark{}).Error
}

// cell counts the people of one county and quarter who gave one answer to one question.
type cell struct {
	CountyCode ident.County
	Quarter    string
	Part       string // what it is broken down by; empty in the whole
	Answer     string
	N          int64
}

// cellsOf counts the answers to a question in some counties and quarters. The column is one of the questions' names.
func cellsOf(tx *db.Tx, table string, q question, ask Ask) (out []cell, err error) {
	err = db.Cross(tx.Rows()).Table(table).Select("county_code, quarter, "+q.name+" AS answer, COUNT(*) AS n").
		Where("county_code IN ? AND quarter >= ? AND quarter <= ?", ask.counties, ask.first, ask.last).
		Group("county_code, quarter, " + q.name).Order("county_code, quarter, answer").Find(&out).Error
	return out, err
}

// partsOf is cellsOf an opinion, broken down by one of its columns.
func partsOf(tx *db.Tx, q question, by string, ask Ask) (out []cell, err error) {
	err = db.Cross(tx.Rows()).Table(Answer{}.TableName()).Select("county_code, quarter, "+by+" AS part, "+q.name+" AS answer, COUNT(*) AS n").
		Where("county_code IN ? AND quarter >= ? AND quarter <= ?", ask.counties, ask.first, ask.last).
		Group("county_code, quarter, " + by + ", " + q.name).Order("county_code, quarter, part, answer").Find(&out).Error
	return out, err
}

// linesOf are the answers with a free line of one county, in the order of their ids: in none.
func linesOf(tx *db.Tx, county ident.County, ask Ask) (out []Answer, err error) {
	err = tx.Rows().Where("county_code = ? AND quarter >= ? AND quarter <= ? AND line_sealed IS NOT NULL", county, ask.first, ask.last).
		Order("id").Find(&out).Error
	return out, err
}
