package search

import (
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Row{}, &due{}, &LookUp{}}

// Row is a term of a case.
type Row struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"`
	CaseID     ident.ID     `gorm:"column:case_id;primaryKey"`
	Kind       Kind         `gorm:"column:kind;primaryKey"`
	Term       string       `gorm:"column:term;primaryKey"`
}

// TableName is the table's.
func (Row) TableName() string { return "case_terms" }

// due is a case whose words were not kept yet: from before this room, or because somebody asked for all to be kept anew.
type due struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"`
	CaseID     ident.ID     `gorm:"column:case_id;primaryKey"`
}

func (due) TableName() string { return "case_terms_due" }

// RowsOf are the rows of a case's words.
func RowsOf(id ident.ID, w Words) []Row {
	terms := w.Terms()
	out := make([]Row, 0, len(terms))
	for _, t := range terms {
		out = append(out, Row{CountyCode: id.County(), CaseID: id, Kind: t.Kind, Term: t.Text})
	}
	return out
}

// Keep writes by what a case is found from now on, in the transaction of the act that changed it.
func Keep(tx *db.Tx, id ident.ID, w Words, isNew bool) error {
	if !isNew {
		if err := tx.Rows().Where("county_code = ? AND case_id = ?", id.County(), id).Delete(&Row{}).Error; err != nil {
			return err
		}
	}
	return db.Load(tx, RowsOf(id, w))
}

// How many cases are named one by one. Of more in one county the newest are looked through until there are enough; cases of
// several counties lie in no order in which that could be done.
const (
	fewHits     = 1000
	fewOfCities = 4000
)

var errTooMany = fault.New(fault.Invalid, "too_many_hits", "找到的太多了，请再写具体一些。", "That finds too many cases; please be more specific.").At("q")

// Where narrows cases AS c to those that a query finds by some kinds of words; false where it finds none. Databases guess badly
// how many cases begin a word, so this looks: what few cases have is named, and what many have is asked of the newest first.
// Where no county is known nothing is looked up, and whatever else narrows the cases must leave few.
func (q Query) Where(tx *db.Tx, on *gorm.DB, kinds []Kind, counties []ident.County) (*gorm.DB, bool, error) {
	var named map[ident.ID]bool
	for _, word := range q.words {
		for _, piece := range word {
			ids, few, err := hits(tx, piece, kinds, counties)
			switch {
			case err != nil:
				return on, false, err
			case !few && len(counties) > 1:
				return on, false, errTooMany
			case !few:
				on = on.Where("(SELECT t.case_id FROM case_terms t WHERE t.county_code = c.county_code AND t.case_id = c.id AND t.kind IN ? AND (t.term >= ? AND t.term < ?) IS TRUE LIMIT 1) IS NOT NULL", // IS TRUE: by the case, not by the term
					kinds, piece, piece+beyond)
			default:
				named = both(named, ids)
				if len(named) == 0 {
					return on, false, nil
				}
			}
		}
	}
	if named != nil {
		on = on.Where(theNamed(named))
	}
	return on, !q.Empty(), nil
}

// theNamed is the condition of some cases: an id says in which county it lies.
func theNamed(named map[ident.ID]bool) clause.Expression {
	in := map[ident.County][]ident.ID{}
	for id := range named {
		in[id.County()] = append(in[id.County()], id)
	}
	var each []clause.Expression
	for _, county := range slices.Sorted(maps.Keys(in)) {
		each = append(each, clause.Expr{SQL: "(c.county_code = ? AND c.id IN ?)", Vars: []any{county, in[county]}})
	}
	return clause.Or(each...)
}

// hits are the cases that a piece finds, where they are few.
func hits(tx *db.Tx, piece string, kinds []Kind, counties []ident.County) (ids []ident.ID, few bool, err error) {
	if len(counties) == 0 {
		return nil, false, nil
	}
	most := fewHits
	if len(counties) > 1 {
		most = fewOfCities
	}
	err = tx.Rows().Model(&Row{}).Where("county_code IN ? AND kind IN ? AND term >= ? AND term < ?", counties, kinds, piece, piece+beyond).
		Distinct("case_id").Limit(most+1).Pluck("case_id", &ids).Error
	return ids, len(ids) <= most, err
}

// both are what is in two sets; nil is everything.
func both(of map[ident.ID]bool, ids []ident.ID) map[ident.ID]bool {
	out := map[ident.ID]bool{}
	for _, id := range ids {
		if of == nil || of[id] {
			out[id] = true
		}
	}
	return out
}

const beyond = "\U0010FFFF" // behind whatever begins with a term

// Due are cases whose words are still to be kept, some of one county.
func Due(tx *db.Tx, most int) (ids []ident.ID, err error) {
	var first due
	err = db.Cross(tx.Rows()).Order("county_code, case_id").Take(&first).Error
	if db.IsNone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	err = tx.Rows().Model(&due{}).Where("county_code = ?", first.CountyCode).Order("case_id").Limit(most).Pluck("case_id", &ids).Error
	return ids, err
}

// Done strikes a case from those that are due.
func Done(tx *db.Tx, id ident.ID) error {
	return tx.Rows().Where("county_code = ? AND case_id = ?", id.County(), id).Delete(&due{}).Error
}

// Again makes the words of all cases of a county due.
func Again(tx *db.Tx) error {
	return tx.Rows().Exec("INSERT INTO case_terms_due (county_code, case_id) SELECT c.county_code, c.id FROM dispute_cases c WHERE c.county_code = ?"+
		" AND NOT EXISTS (SELECT 1 FROM case_terms_due d WHERE d.county_code = c.county_code AND d.case_id = c.id)", tx.County).Error
}

// Counties are those that have cases.
func Counties(tx *db.Tx) (out []ident.County, err error) {
	err = db.Cross(tx.Rows()).Table("dispute_cases").Distinct("county_code").Order("county_code").Pluck("county_code", &out).Error
	return out, err
}

// LookUp is that somebody looked up a number of a person: neither which nor whose.
type LookUp struct {
	ident.Key
	PersonID ident.ID  `gorm:"column:person_id"`
	Kind     string    `gorm:"column:kind"` // phone or id_number
	Found    int       `gorm:"column:found"`
	At       time.Time `gorm:"column:looked_up_at"`
}

// TableName is the table's.
func (LookUp) TableName() string { return "number_look_ups" }

// Note enters a look-up.
func Note(tx *db.Tx, l LookUp) error { return tx.Rows().Create(&l).Error }

// Recent tells how many look-ups somebody made since a moment, and no more than most.
func Recent(tx *db.Tx, person ident.ID, since time.Time, most int) (int, error) {
	var ids []ident.ID
	err := tx.Rows().Model(&LookUp{}).Where("county_code = ? AND person_id = ? AND looked_up_at > ?", person.County(), person, since).
		Limit(most).Pluck("id", &ids).Error
	return len(ids), err
}
