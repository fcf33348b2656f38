package turn

import (
	"encoding/hex"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// ringKey notes that values lie under a key of a ring, or keeps the keys of indexes.
type ringKey struct {
	Ring      string    `gorm:"column:ring;primaryKey"`
	Name      string    `gorm:"column:name;primaryKey"`
	KeySealed []byte    `gorm:"column:key_sealed"`
	MadeAt    time.Time `gorm:"column:made_at"`
}

func (ringKey) TableName() string { return "ring_keys" }

// Rows are this room's models.
var Rows = []any{&ringKey{}}

func notedIn(tx *db.Tx) (out []ringKey, err error) {
	err = tx.Rows().Order("ring, name").Find(&out).Error
	return out, err
}

func fixedIn(tx *db.Tx) (out ringKey, err error) {
	err = tx.Rows().Where("ring = ? AND name = ?", Vault, fixedName).Take(&out).Error
	return out, err
}

func note(tx *db.Tx, r ringKey) error {
	return tx.Rows().Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error
}

func keepFixed(tx *db.Tx, sealed []byte) error {
	return tx.Rows().Model(&ringKey{}).Where("ring = ? AND name = ?", Vault, fixedName).Update("key_sealed", sealed).Error
}

func forget(tx *db.Tx, r ringKey) error {
	return tx.Rows().Where("ring = ? AND name = ?", r.Ring, r.Name).Delete(&ringKey{}).Error
}

// rows are those of a column that hold a sealed value.
func (c Column) rows(q *gorm.DB) *gorm.DB {
	q = q.Table(c.Table).Where(c.Name + " IS NOT NULL")
	if c.where != "" {
		q = q.Where(c.where)
	}
	return q
}

func (c Column) counties(tx *db.Tx) (out []ident.County, err error) {
	err = db.Cross(tx.Rows()).Table(c.Table).Distinct("county_code").Order("county_code").Pluck("county_code", &out).Error
	return out, err
}

// count adds the values of a column to what was found, by their key.
func (c Column) count(tx *db.Tx, found map[string]int64) error {
	var rows []struct {
		Key    []byte
		Values int64 `gorm:"column:n"`
	}
	err := c.rows(db.Cross(tx.Rows())).Select("substr(" + c.Name + ", 2, 4) AS key, COUNT(*) AS n").Group("substr(" + c.Name + ", 2, 4)").Scan(&rows).Error
	for _, r := range rows {
		found[hex.EncodeToString(r.Key)] += r.Values
	}
	return err
}

// stale are the next values of a county that lie under another key than the current.
func (c Column) stale(tx *db.Tx, county ident.County, after value, current string, n int) (out []value, err error) {
	key, err := hex.DecodeString(current)
	if err != nil {
		return nil, err
	}
	number, order := "0", c.id
	if c.number != "" {
		number, order = c.number, c.id+", "+c.number
	}
	q := c.rows(tx.Rows()).Select(c.id+" AS id", number+" AS number", c.bound+" AS bound", c.Name+" AS sealed").
		Where("county_code = ? AND substr("+c.Name+", 2, 4) <> ?", county, key)
	switch {
	case after.ID.IsZero():
	case c.number != "":
		q = q.Where("("+c.id+" > ? OR "+c.id+" = ? AND "+c.number+" > ?)", after.ID, after.ID, after.Number)
	default:
		q = q.Where(c.id+" > ?", after.ID)
	}
	err = q.Order(order).Limit(n).Scan(&out).Error
	return out, err
}

// put writes values that were sealed anew, each only where the row still holds what was read. It gives how many it wrote.
func (c Column) put(tx *db.Tx, county ident.County, values []value) (int64, error) {
	if len(values) == 0 {
		return 0, nil
	}
	line := "(?, ?, ?, ?)"
	if tx.Rows().Name() == "postgres" {
		line = "(?::uuid, ?::bigint, ?::bytea, ?::bytea)"
	}
	args := make([]any, 0, 4*len(values)+1)
	for _, v := range values {
		args = append(args, v.ID, v.Number, v.Sealed, v.Anew)
	}
	sql := "UPDATE " + c.Table + " SET " + c.Name + " = v.column4 FROM (VALUES " + strings.TrimSuffix(strings.Repeat(line+", ", len(values)), ", ") +
		") AS v WHERE " + c.Table + ".county_code = ? AND " + c.Table + "." + c.id + " = v.column1 AND " + c.Table + "." + c.Name + " = v.column3"
	if c.number != "" {
		sql += " AND " + c.Table + "." + c.number + " = v.column2"
	}
	r := tx.Rows().Exec(sql, append(args, county)...)
	return r.RowsAffected, r.Error
}
