package account

import (
	"time"

	"gorm.io/gorm"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

type recoveryRow struct {
	ident.Key
	AccountID ident.ID   `gorm:"column:account_id"`
	Index     string     `gorm:"column:code_index"`
	UsedAt    *time.Time `gorm:"column:used_at"`
}

func (recoveryRow) TableName() string { return "recovery_codes" }

type eventRow struct {
	ident.Key
	AccountID ident.ID  `gorm:"column:account_id"`
	Event     Event     `gorm:"column:event"`
	At        time.Time `gorm:"column:at"`
	By        ident.ID  `gorm:"column:by_person"`
	PostID    ident.ID  `gorm:"column:post_id"`
}

func (eventRow) TableName() string { return "account_events" }

// takeStep moves an account's last step on to the one of a code that is used now; false when that one, or a later one, was
// used already: by another process too.
func takeStep(tx *db.Tx, row accountRow, step int64) (bool, error) {
	r := tx.Rows().Model(&accountRow{}).Where("county_code = ? AND id = ? AND totp_step < ?", row.CountyCode, row.ID, step).
		Update("totp_step", step)
	return r.RowsAffected == 1, r.Error
}

// takeRecovery uses up a recovery code that lies under one of some indexes; false when none does that is not used.
func takeRecovery(tx *db.Tx, row accountRow, indexes []string) (bool, error) {
	r := tx.Rows().Model(&recoveryRow{}).Where("county_code = ? AND account_id = ? AND code_index IN ? AND used_at IS NULL", row.CountyCode, row.ID, indexes).
		Update("used_at", tx.Now)
	return r.RowsAffected == 1, r.Error
}

func replaceRecovery(tx *db.Tx, row accountRow, indexes []string) error {
	if err := tx.Rows().Where("county_code = ? AND account_id = ?", row.CountyCode, row.ID).Delete(&recoveryRow{}).Error; err != nil || len(indexes) == 0 {
		return err
	}
	rows := make([]recoveryRow, len(indexes))
	for i, index := range indexes {
		rows[i] = recoveryRow{Key: tx.NewKey(), AccountID: row.ID, Index: index}
	}
	return tx.Rows().Create(&rows).Error
}

func recoveryLeft(tx *db.Tx, row accountRow) (n int64, err error) {
	err = tx.Rows().Model(&recoveryRow{}).Where("county_code = ? AND account_id = ? AND used_at IS NULL", row.CountyCode, row.ID).Count(&n).Error
	return n, err
}

func confirmSession(tx *db.Tx, id ident.ID) error {
	return tx.Rows().Model(&sessionRow{}).Where("county_code = ? AND id = ?", id.County(), id).Update("confirmed_at", tx.Now).Error
}

// endSessionByID ends a session, and tells whether it was open.
func endSessionByID(tx *db.Tx, id ident.ID) (bool, error) {
	r := tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Delete(&sessionRow{})
	return r.RowsAffected == 1, r.Error
}

// endSessionOf ends one session of a person, or all but one; how many there were.
func endSessionOf(tx *db.Tx, person, id ident.ID, others bool) (int64, error) {
	which := "id = ?"
	if others {
		which = "id <> ?"
	}
	r := tx.Rows().Where("county_code = ? AND person_id = ? AND "+which, person.County(), person, id).Delete(&sessionRow{})
	return r.RowsAffected, r.Error
}

func sessionsOf(tx *db.Tx, person ident.ID) (rows []sessionRow, err error) {
	err = tx.Rows().Where("county_code = ? AND person_id = ? AND kind <> ?", person.County(), person, half).
		Order("seen_at DESC, id DESC").Find(&rows).Error
	return rows, err
}

// events is the log with the login of each account.
func events(tx *db.Tx) *gorm.DB {
	return db.Cross(tx.Rows()).Table("account_events e").
		Joins("JOIN accounts a ON a.county_code = e.county_code AND a.id = e.account_id").
		Joins("LEFT JOIN posts p ON p.county_code = e.county_code AND p.id = e.post_id").
		Select("e.id, e.event, e.at, e.account_id AS account, a.login, e.by_person AS by_id, p.role, p.committee_id, p.area_code, p.until_day, p.deputy_for").Order("e.at DESC, e.id DESC")
}

type eventLine struct {
	ID      ident.ID
	Event   Event
	At      time.Time
	Account ident.ID
	Login   string
	ByID    ident.ID

	Role        actor.Role
	CommitteeID ident.ID
	AreaCode    ident.Area
	UntilDay    calendar.Day
	DeputyFor   ident.ID
}

func eventsOf(tx *db.Tx, county ident.County, account ident.ID, limit int) ([]Happened, error) {
	return readEvents(tx, events(tx).Where("e.county_code = ? AND e.account_id = ?", county, account).Limit(limit))
}

// lastReset is when somebody else last gave an account a password; the zero time when nobody did.
func lastReset(tx *db.Tx, of accountRow) (time.Time, error) {
	var last []eventRow
	err := tx.Rows().Select("county_code", "id", "at").Where("county_code = ? AND account_id = ? AND event = ?", of.CountyCode, of.ID, PasswordReset).
		Order("at DESC").Limit(1).Find(&last).Error
	if err != nil || len(last) == 0 {
		return time.Time{}, err
	}
	return last[0].At, nil
}

func eventsWithin(tx *db.Tx, g authz.Grant, before Happened, limit int) ([]Happened, error) {
	q := events(tx).Scopes(db.Within(g, db.Columns{County: "e.county_code", Area: "e.county_code"}))
	if !before.ID.IsZero() {
		q = q.Where("(e.at < ? OR e.at = ? AND e.id < ?)", before.At, before.At, before.ID)
	}
	return readEvents(tx, q.Limit(limit))
}

// readEvents reads lines of the log, and by whom: each person once, for they may be of another county.
func readEvents(tx *db.Tx, q *gorm.DB) ([]Happened, error) {
	var lines []eventLine
	if err := q.Scan(&lines).Error; err != nil {
		return nil, err
	}
	names := map[ident.ID]string{{}: ""}
	out := make([]Happened, len(lines))
	for i, l := range lines {
		if _, known := names[l.ByID]; !known {
			p, err := personByID(tx, l.ByID)
			if err != nil {
				return nil, err
			}
			names[l.ByID] = p.Name
		}
		out[i] = Happened{ID: l.ID, Event: l.Event, At: l.At.UTC(), Account: l.Account, Login: l.Login, By: l.ByID, ByName: names[l.ByID],
			Role: l.Role, Committee: l.CommitteeID, Area: l.AreaCode, Until: l.UntilDay, Deputy: !l.DeputyFor.IsZero()}
	}
	return out, nil
}
