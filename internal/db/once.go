package db

import (
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Done says that the act was already done under the same one-time key and body. It is not a failure: the caller shows
// again what was made.
type Done struct {
	ID      ident.ID
	Version int64
	Status  int
}

// Error makes Done travel as an error through Do.
func (d *Done) Error() string { return "already done under this key" }

const onceKept = 24 * time.Hour

type onceRow struct {
	KeyHash    string       `gorm:"column:key_hash;primaryKey"`
	BodyHash   string       `gorm:"column:body_hash"`
	CountyCode ident.County `gorm:"column:county_code"`
	ID         ident.ID     `gorm:"column:id"`
	Version    int64        `gorm:"column:version"`
	Status     int          `gorm:"column:status"`
	MadeAt     time.Time    `gorm:"column:made_at"`
}

func (onceRow) TableName() string { return "idempotency_keys" }

type directoryRow struct {
	Kind       string       `gorm:"column:kind;primaryKey"`
	Key        string       `gorm:"column:key;primaryKey"`
	CountyCode ident.County `gorm:"column:county_code"`
	ID         ident.ID     `gorm:"column:id"`
}

func (directoryRow) TableName() string { return "directory" }

// Rows are this room's models.
var Rows = []any{&onceRow{}, &directoryRow{}}

// Made remembers what the act made, for whoever sends it again under the same key.
func (tx *Tx) Made(id ident.ID, version int64, status int) {
	tx.made = &Done{ID: id, Version: version, Status: status}
}

// claimOnce writes the key. A rival in flight makes this wait (PostgreSQL on the row, SQLite on the single writer) and
// then see what the rival made.
func (tx *Tx) claimOnce() error {
	if tx.By.Once.IsZero() {
		return nil
	}
	row := onceRow{KeyHash: hex.EncodeToString(tx.By.Once.Key[:]), BodyHash: hex.EncodeToString(tx.By.Once.Body[:]),
		CountyCode: tx.County, MadeAt: tx.Now}
	isNew, err := tx.InsertNew(&row)
	if err != nil || isNew {
		return err
	}
	// Forget comes by only now and then: a key of yesterday that is still there counts as unused.
	old := tx.Rows().Where("key_hash = ? AND made_at < ?", row.KeyHash, tx.Now.Add(-onceKept)).Delete(&onceRow{})
	if old.Error != nil {
		return old.Error
	}
	if old.RowsAffected > 0 {
		if isNew, err = tx.InsertNew(&row); err != nil || isNew {
			return err
		}
	}
	var was onceRow
	if err := tx.Rows().Where("key_hash = ?", row.KeyHash).Take(&was).Error; err != nil {
		return err
	}
	if was.BodyHash != row.BodyHash {
		return fault.New(fault.Invalid, "idempotency", "这个一次性编号已经用于另一份内容。请刷新页面后再提交。",
			"This one-time key was already used for something else. Please reload and send again.")
	}
	return &Done{ID: was.ID, Version: was.Version, Status: was.Status}
}

func (tx *Tx) keepOnce() error {
	if tx.By.Once.IsZero() || tx.made == nil {
		return nil
	}
	return tx.Rows().Model(&onceRow{}).Where("key_hash = ?", hex.EncodeToString(tx.By.Once.Key[:])).
		Updates(map[string]any{"id": tx.made.ID, "version": tx.made.Version, "status": tx.made.Status}).Error
}

// InsertNew inserts a row unless its key is taken, and tells whether it did. The one place where ON CONFLICT is used.
func (tx *Tx) InsertNew(row any) (bool, error) {
	r := tx.Rows().Clauses(clause.OnConflict{DoNothing: true}).Create(row)
	return r.RowsAffected == 1, r.Error
}

// Forget removes one-time keys older than a day; housekeeping.
func (tx *Tx) Forget() (int64, error) {
	r := tx.Rows().Where("made_at < ?", tx.Now.Add(-onceKept)).Delete(&onceRow{})
	return r.RowsAffected, r.Error
}

// Register enters a name that must be found, and be unique, everywhere. Fault Conflict when it is taken.
func (tx *Tx) Register(kind, key string, id ident.ID) error {
	isNew, err := tx.InsertNew(&directoryRow{Kind: kind, Key: key, CountyCode: id.County(), ID: id})
	if err == nil && !isNew {
		err = fault.New(fault.Conflict, "taken", "这个名称已经有人使用。", "That name is already taken.")
	}
	return err
}

// LookUp finds a name in the directory; Missing when there is none.
func (tx *Tx) LookUp(kind, key string) (ident.ID, error) {
	var row directoryRow
	err := tx.Rows().Where("kind = ? AND key = ?", kind, key).Take(&row).Error
	if IsNone(err) {
		return ident.ID{}, fault.NoSuch()
	}
	return row.ID, err
}

// Unregister removes a name from the directory.
func (tx *Tx) Unregister(kind, key string) error {
	return tx.Rows().Where("kind = ? AND key = ?", kind, key).Delete(&directoryRow{}).Error
}

// RegisterAll enters many names at once, for loading in bulk, in the order of the names; a taken one fails the whole.
func (tx *Tx) RegisterAll(kind string, ids map[string]ident.ID) error {
	rows := make([]directoryRow, 0, len(ids))
	for _, key := range slices.Sorted(maps.Keys(ids)) {
		rows = append(rows, directoryRow{Kind: kind, Key: key, CountyCode: ids[key].County(), ID: ids[key]})
	}
	return Load(tx, rows)
}
