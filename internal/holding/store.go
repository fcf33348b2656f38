package holding

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&heldRow{}, &eventRow{}, &countRow{}}

// heldRow is a filing that waits, and afterwards what remains of it: when it came and what became of it.
type heldRow struct {
	ident.Key
	Version      int64      `gorm:"column:version"`
	State        string     `gorm:"column:state"`
	CommitteeID  ident.ID   `gorm:"column:committee_id"`
	AreaCode     ident.Area `gorm:"column:area_code"`
	CameAt       time.Time  `gorm:"column:came_at"`
	DueAt        *time.Time `gorm:"column:due_at"` // becomes a case by itself then, or is destroyed; NULL when nothing more happens
	Bound        string     `gorm:"column:bound"`
	Urgent       bool       `gorm:"column:urgent"`
	ApplicantID  ident.ID   `gorm:"column:applicant_id"`
	CodeHash     string     `gorm:"column:code_hash"`
	FilingSealed []byte     `gorm:"column:filing_sealed"` // NULL when it is a case or destroyed
	Reason       string     `gorm:"column:reason"`
	WordsSealed  []byte     `gorm:"column:words_sealed"`
	Trouble      string     `gorm:"column:trouble"`    // why it cannot become a case as it is
	ProofHash    string     `gorm:"column:proof_hash"` // of the code that was sent last
	ProofUntil   *time.Time `gorm:"column:proof_until"`
	ProofTries   int        `gorm:"column:proof_tries"`
}

func (heldRow) TableName() string { return "held_filings" }

// eventRow is that somebody looked at a filing that waits, or what they did with it.
type eventRow struct {
	ident.Key
	HeldID   ident.ID  `gorm:"column:held_id"`
	PersonID ident.ID  `gorm:"column:person_id"` // NULL: the program, when the time had come
	Event    string    `gorm:"column:event"`
	At       time.Time `gorm:"column:at"`
}

func (eventRow) TableName() string { return "held_events" }

// countRow is how many filings came under a key.
type countRow struct {
	Key   string    `gorm:"column:key;primaryKey"`
	N     int       `gorm:"column:n"`
	Since time.Time `gorm:"column:since"`
	Until time.Time `gorm:"column:until"`
}

func (countRow) TableName() string { return "filing_counts" }

// behind is how far a transaction may have begun before one that was counted sooner: it waited for it.
const behind = time.Minute

// count counts one more under a key, which nobody else can change until the transaction ends, and gives how many there are.
func count(tx *db.Tx, key string, within time.Duration) (int, error) {
	return countMore(tx, key, 1, within)
}

// countMore counts several more.
func countMore(tx *db.Tx, key string, more int, within time.Duration) (int, error) {
	if _, err := tx.InsertNew(&countRow{Key: key, Since: tx.Now, Until: tx.Now.Add(within)}); err != nil {
		return 0, err
	}
	var row countRow
	if err := tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Where("key = ?", key).Take(&row).Error; err != nil {
		return 0, err
	}
	if age := tx.Now.Sub(row.Since); age >= within || age < -behind { // a moment earlier is one that waited; more is a clock that was put back
		row.N, row.Since, row.Until = 0, tx.Now, tx.Now.Add(within)
	}
	row.N += more
	err := tx.Rows().Model(&countRow{}).Where("key = ?", key).Updates(map[string]any{"n": row.N, "since": row.Since, "until": row.Until}).Error
	return row.N, err
}

// counted is how many there are under a key, and counts none.
func counted(tx *db.Tx, key string) (int, error) {
	var row countRow
	err := tx.Rows().Where("key = ? AND until > ?", key, tx.Now).Take(&row).Error
	if db.IsNone(err) {
		return 0, nil
	}
	return row.N, err
}

func forgetCounts(tx *db.Tx) error {
	return tx.Rows().Where("until < ?", tx.Now).Delete(&countRow{}).Error
}

func insertHeld(tx *db.Tx, r heldRow) error { return tx.Rows().Create(&r).Error }

func findHeld(tx *db.Tx, id ident.ID) (r heldRow, found bool, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&r).Error
	if db.IsNone(err) {
		return r, false, nil
	}
	return r, err == nil, err
}

// lockHeld finds a filing and keeps it from others until the transaction ends.
func lockHeld(tx *db.Tx, id ident.ID) (r heldRow, found bool, err error) {
	err = tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Where("county_code = ? AND id = ?", id.County(), id).Take(&r).Error
	if db.IsNone(err) {
		return r, false, nil
	}
	return r, err == nil, err
}

// keepCode keeps the hash of a code that is sent; an earlier one is good no more.
func keepCode(tx *db.Tx, r heldRow, hash string, until time.Time) error {
	return tx.Rows().Model(&heldRow{}).Where("county_code = ? AND id = ?", r.CountyCode, r.ID).
		Updates(map[string]any{"proof_hash": hash, "proof_until": until, "proof_tries": 0}).Error
}

func countTry(tx *db.Tx, r heldRow) error {
	return tx.Rows().Model(&heldRow{}).Where("county_code = ? AND id = ?", r.CountyCode, r.ID).Updates(map[string]any{"proof_tries": r.ProofTries + 1}).Error
}

// lastInFear are the last moments at which filings of the same committee in which somebody is afraid become cases by themselves, the
// latest first.
func lastInFear(tx *db.Tx, r heldRow, most int) (out []time.Time, err error) {
	err = tx.Rows().Model(&heldRow{}).Where("county_code = ? AND committee_id = ? AND state = ? AND trouble = '' AND urgent = ? AND due_at IS NOT NULL", r.CountyCode, r.CommitteeID, Waits, true).
		Order("due_at DESC").Limit(most).Pluck("due_at", &out).Error
	return out, err
}

// setTrouble notes why a filing cannot become a case as it is, unless somebody was sooner, and tells whether that is news. It is tried
// again the next day: the place may be served again by then.
func setTrouble(tx *db.Tx, r heldRow, trouble string) (bool, error) {
	change := map[string]any{"trouble": trouble, "due_at": tx.Now.Add(triedAgain)}
	if r.Trouble != trouble {
		change["version"] = r.Version + 1
	}
	w := tx.Rows().Model(&heldRow{}).Where("county_code = ? AND id = ? AND state = ? AND version = ?", r.CountyCode, r.ID, Waits, r.Version).Updates(change)
	return w.RowsAffected == 1 && r.Trouble != trouble, w.Error
}

// restorings is how often a dropping of a filing was taken back.
func restorings(tx *db.Tx, r heldRow) (int, error) {
	var ids []ident.ID
	err := tx.Rows().Model(&eventRow{}).Where("county_code = ? AND held_id = ? AND event = ?", r.CountyCode, r.ID, restored).Limit(mostRestored).Pluck("id", &ids).Error
	return len(ids), err
}

// reached are the filings that a grant reaches.
func reached(tx *db.Tx, g authz.Grant) *gorm.DB {
	return tx.Rows().Table("held_filings AS h").Where("h.county_code <> ''").
		Scopes(db.Within(g, db.Columns{County: "h.county_code", Committee: "h.committee_id", Area: "h.area_code"}))
}

// within finds a filing that a grant reaches; out of reach it is missing.
func within(tx *db.Tx, g authz.Grant, id ident.ID) (r heldRow, err error) {
	err = reached(tx, g).Where("h.county_code = ? AND h.id = ?", id.County(), id).Take(&r).Error
	if db.IsNone(err) {
		return r, fault.NoSuch()
	}
	return r, err
}

// list are those in a state, where they wait the urgent and then the oldest first, else the newest.
func list(tx *db.Tx, g authz.Grant, ask Asked) (out []heldRow, err error) {
	q := reached(tx, g).Where("h.state = ?", ask.State)
	if ask.State != Waits {
		if !ask.After.IsZero() {
			q = q.Where("h.id < ?", ask.After)
		}
		return out, q.Order("h.id DESC").Limit(ask.Limit + 1).Find(&out).Error
	}
	var last heldRow
	if !ask.After.IsZero() {
		if last, _, err = findHeld(tx, ask.After); err != nil {
			return nil, err
		}
	}
	for _, urgent := range []bool{true, false} { // each walks along an index, however many there are
		q := reached(tx, g).Where("h.state = ? AND h.urgent = ?", Waits, urgent)
		switch {
		case ask.After.IsZero():
		case last.Urgent == urgent:
			q = q.Where("h.id > ?", ask.After)
		case urgent: // they were on an earlier page
			continue
		}
		if len(out) > ask.Limit {
			break
		}
		var some []heldRow
		if err = q.Order("h.id").Limit(ask.Limit + 1 - len(out)).Find(&some).Error; err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// sums are how many there are of each state and reason, with how many wait in fear.
func sums(tx *db.Tx, g authz.Grant) (out []Sum, err error) {
	err = reached(tx, g).Select("h.state, h.reason, COUNT(*) AS n, SUM(CASE WHEN h.urgent THEN 1 ELSE 0 END) AS urgent").Group("h.state, h.reason").Order("h.state, h.reason").Find(&out).Error
	return out, err
}

// waitingNow counts those that wait, those of them in fear, and those that cannot become cases as they are; no further than a desk
// shows, and in an index alone.
func waitingNow(tx *db.Tx, g authz.Grant) (w Waiting, err error) {
	for _, one := range []struct {
		into  *int
		where string
		args  []any
	}{{&w.All, "h.state = ?", []any{Waits}}, {&w.Urgent, "h.state = ? AND h.trouble = '' AND h.urgent = ?", []any{Waits, true}}, {&w.Stuck, "h.state = ? AND h.trouble > ''", []any{Waits}}} {
		some := reached(tx, g).Select("h.urgent").Where(one.where, one.args...).Limit(MostCounted + 1)
		var n int64
		if err = tx.Rows().Table("(?) AS few", some).Count(&n).Error; err != nil {
			return w, err
		}
		*one.into = int(n)
	}
	return w, nil
}

// settle writes what became of a filing, unless somebody else was sooner.
func settle(tx *db.Tx, r heldRow, from string) error {
	w := tx.Rows().Model(&heldRow{}).Where("county_code = ? AND id = ? AND state = ? AND version = ?", r.CountyCode, r.ID, from, r.Version).
		Updates(map[string]any{"version": r.Version + 1, "state": r.State, "due_at": r.DueAt, "filing_sealed": r.FilingSealed, "reason": r.Reason, "words_sealed": r.WordsSealed,
			"trouble": "", "proof_hash": "", "proof_until": nil, "proof_tries": 0})
	if w.Error == nil && w.RowsAffected != 1 {
		return errSettled
	}
	return w.Error
}

// noted enters that somebody looked, or what they did.
func noted(tx *db.Tx, r heldRow, event string) error {
	return tx.Rows().Create(&eventRow{Key: tx.NewKey(), HeldID: r.ID, PersonID: tx.By.Person, Event: event, At: tx.Now}).Error
}

// lookedSince tells whether a look by a person is noted already.
func lookedSince(tx *db.Tx, r heldRow, since time.Time) (bool, error) {
	var n int64
	err := tx.Rows().Model(&eventRow{}).Where("county_code = ? AND held_id = ? AND person_id = ? AND event = ? AND at >= ?", r.CountyCode, r.ID, tx.By.Person, looked, since).
		Limit(1).Count(&n).Error
	return n > 0, err
}

func eventsOf(tx *db.Tx, r heldRow) (out []eventRow, err error) {
	err = tx.Rows().Where("county_code = ? AND held_id = ?", r.CountyCode, r.ID).Order("at, id").Limit(200).Find(&out).Error
	return out, err
}

// due are some filings whose time has come, of all counties, who waits longest first.
func due(tx *db.Tx, after heldRow, most int) (out []heldRow, err error) {
	q := db.Cross(tx.Rows()).Where("due_at <= ?", tx.Now)
	if after.DueAt != nil {
		q = q.Where("(due_at > ? OR due_at = ? AND id > ?)", *after.DueAt, *after.DueAt, after.ID)
	}
	return out, q.Order("due_at, id").Limit(most).Find(&out).Error
}
