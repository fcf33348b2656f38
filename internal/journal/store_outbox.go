package journal

import (
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Letter is something that must still be done because of an act: a message to send, a figure to count.
type Letter struct {
	ID       ident.ID
	Topic    string
	Case     ident.ID
	Payload  []byte // sealed by whoever wrote it where it is personal
	Attempts int
	Kind     string   // what sort of letter, in a word that says nothing personal
	Subject  ident.ID // what it is about, if it may be taken back with that
	Channel  string   // by which it goes; with it and a party a record is kept that it was sent
	Party    ident.ID // to whom, if it may be taken back with them

	Hours calendar.Hours // in which it may be sent: no attempt is made at another

	MadeAt  time.Time
	Trouble string     // why it could not be sent at last, in words that hold nothing personal
	GivenUp *time.Time // since when nobody tries any more; nil while somebody does
}

// Post puts a letter into the outbox in the act's own transaction.
func Post(tx *db.Tx, id ident.ID, topic string, caseID ident.ID, payload []byte) error {
	return PostAt(tx, id, topic, caseID, payload, tx.Now)
}

// PostAt puts a letter into the outbox that is not due before a moment.
func PostAt(tx *db.Tx, id ident.ID, topic string, caseID ident.ID, payload []byte, due time.Time) error {
	return Put(tx, Letter{ID: id, Topic: topic, Case: caseID, Payload: payload}, due)
}

// Put puts a letter into the outbox that is not due before a moment, with what it can be found by.
func Put(tx *db.Tx, l Letter, due time.Time) error {
	row := outboxRow{Key: l.ID.Key(), Topic: l.Topic, CaseID: l.Case, Payload: l.Payload, DueAt: due, MadeAt: tx.Now,
		Kind: l.Kind, Subject: l.Subject, Party: l.Party, HourFrom: l.Hours.From, HourTo: l.Hours.To}
	return errors.Join(tx.Rows().Create(&row).Error, l.keep(tx))
}

// Counties are those with letters of a topic that are due.
func Counties(tx *db.Tx, topic string) ([]ident.County, error) {
	var out []ident.County
	err := db.Cross(tx.Rows()).Model(&outboxRow{}).Where("topic = ? AND due_at <= ?", topic, tx.Now).
		Distinct("county_code").Pluck("county_code", &out).Error
	return out, err
}

// Claim takes up to n due letters of the transaction's county; others skip those it holds (on SQLite the single writer
// is enough).
func Claim(tx *db.Tx, topic string, n int) ([]Letter, error) {
	var rows []outboxRow
	q := tx.Rows().Where("county_code = ? AND topic = ? AND due_at <= ?", tx.County, topic, tx.Now)
	if err := q.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).Order("due_at, id").Limit(n).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Letter, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.letter())
	}
	return out, nil
}

func (r outboxRow) letter() Letter {
	return Letter{ID: r.ID, Topic: r.Topic, Case: r.CaseID, Payload: r.Payload, Attempts: r.Attempts, Kind: r.Kind, Subject: r.Subject, Party: r.Party,
		Hours: calendar.Hours{From: r.HourFrom, To: r.HourTo}, MadeAt: r.MadeAt.UTC(), Trouble: r.Trouble, GivenUp: r.GivenUp}
}

// Delivered removes a letter that was handed over.
func Delivered(tx *db.Tx, id ident.ID) error {
	return errors.Join(drop(tx, id), mark(tx, id, map[string]any{"sent_at": tx.Now}))
}

// Dropped removes a letter that is of no use any more. One that is being sent at this moment may still arrive, and is then on record.
func Dropped(tx *db.Tx, id ident.ID) error { return takeBack(tx, id.County(), "id = ?", id) }

func drop(tx *db.Tx, id ident.ID) error {
	return tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Delete(&outboxRow{}).Error
}

// Later puts a letter off after a failed attempt.
func Later(tx *db.Tx, l Letter, until time.Time) error {
	return tx.Rows().Model(&outboxRow{}).Where("county_code = ? AND id = ?", l.ID.County(), l.ID).
		Updates(map[string]any{"attempts": l.Attempts + 1, "due_at": until}).Error
}

// TakeBack removes the letters of a case about something that is no longer so. One that is being sent at this moment may
// still arrive.
func TakeBack(tx *db.Tx, caseID, subject ident.ID) error {
	return takeBack(tx, caseID.County(), "case_id = ? AND subject_id = ?", caseID, subject)
}

// TakeBackFrom removes the letters of a case to somebody who is not to be written to any more.
func TakeBackFrom(tx *db.Tx, caseID, party ident.ID) error {
	return takeBack(tx, caseID.County(), "case_id = ? AND party_id = ?", caseID, party)
}

// takeBack takes the letters first and their records after them, as whoever hands letters over does: in another order each might wait
// for the other.
func takeBack(tx *db.Tx, county ident.County, where string, args ...any) error {
	var rows []outboxRow
	err := tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Select("id").Where("county_code = ?", county).Where(where, args...).Order("id").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return err
	}
	ids := make([]ident.ID, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	if err := tx.Rows().Where("county_code = ? AND id IN ?", county, ids).Delete(&outboxRow{}).Error; err != nil {
		return err
	}
	return takenBack(tx, county, ids)
}

// WaitingFor are the letters of a case to somebody that were not handed over yet.
func WaitingFor(tx *db.Tx, caseID, party ident.ID) ([]Letter, error) {
	var rows []outboxRow
	err := tx.Rows().Where("county_code = ? AND case_id = ? AND party_id = ?", caseID.County(), caseID, party).Order("id").Find(&rows).Error
	out := make([]Letter, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.letter())
	}
	return out, err
}

// Redirect has another letter go in the place of one that waits, when that would have: elsewhere, and with a record of its own. The
// first is taken back. One that is being sent at this moment may still arrive where it was meant to go; one that was sent is let be.
func Redirect(tx *db.Tx, id ident.ID, l Letter) error {
	var row outboxRow
	q := tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Where("county_code = ? AND id = ?", id.County(), id)
	if err := q.Take(&row).Error; err != nil {
		if db.IsNone(err) {
			return nil
		}
		return err
	}
	l.Case, l.Party, l.Kind = row.CaseID, row.Party, row.Kind
	row.Key, row.Payload = l.ID.Key(), l.Payload
	return errors.Join(Dropped(tx, id), tx.Rows().Create(&row).Error, l.keep(tx), mark(tx, l.ID, map[string]any{"given_up_at": row.GivenUp}))
}

// KeepTo has the letters of a case to somebody go at certain hours only, from now on.
func KeepTo(tx *db.Tx, caseID, party ident.ID, hours calendar.Hours) error {
	q := tx.Rows().Model(&outboxRow{}).Where("county_code = ? AND case_id = ? AND party_id = ?", caseID.County(), caseID, party)
	if err := q.Session(&gorm.Session{}).Updates(map[string]any{"hour_from": hours.From, "hour_to": hours.To}).Error; err != nil {
		return err
	}
	from := hours.Next(tx.Now)
	return q.Where("due_at < ?", from).Update("due_at", from).Error
}

// PutOff leaves a letter for later without an attempt.
func PutOff(tx *db.Tx, l Letter, until time.Time) error {
	return tx.Rows().Model(&outboxRow{}).Where("county_code = ? AND id = ?", l.ID.County(), l.ID).
		Updates(map[string]any{"attempts": l.Attempts, "due_at": until}).Error
}

// Failed notes why a letter could not be sent, and puts it off until a moment or the next of its hours.
func Failed(tx *db.Tx, l Letter, trouble string, until time.Time) error {
	return tx.Rows().Model(&outboxRow{}).Where("county_code = ? AND id = ?", l.ID.County(), l.ID).
		Updates(map[string]any{"attempts": l.Attempts + 1, "due_at": l.Hours.Next(until), "trouble": trouble}).Error
}

// GiveUp keeps a letter that nobody tries any more until somebody asks for it.
func GiveUp(tx *db.Tx, l Letter, trouble string) error {
	err := tx.Rows().Model(&outboxRow{}).Where("county_code = ? AND id = ?", l.ID.County(), l.ID).
		Updates(map[string]any{"attempts": l.Attempts + 1, "due_at": tx.Now.AddDate(100, 0, 0), "trouble": trouble, "given_up_at": tx.Now}).Error
	return errors.Join(err, mark(tx, l.ID, map[string]any{"given_up_at": tx.Now}))
}

// GivenUpIn tells how many letters of a topic were given up, by county.
func GivenUpIn(tx *db.Tx, topic string) (map[ident.County]int64, error) {
	var rows []struct {
		CountyCode ident.County
		N          int64
	}
	err := db.Cross(tx.Rows()).Model(&outboxRow{}).Where("topic = ? AND given_up_at IS NOT NULL", topic).
		Select("county_code, count(*) AS n").Group("county_code").Scan(&rows).Error
	out := map[ident.County]int64{}
	for _, r := range rows {
		out[r.CountyCode] = r.N
	}
	return out, err
}

// GivenUp are the letters of a topic that were given up in some counties, the newest first.
func GivenUp(tx *db.Tx, topic string, counties []ident.County, most int) ([]Letter, error) {
	var rows []outboxRow
	err := db.Cross(tx.Rows()).Where("county_code IN ? AND topic = ? AND given_up_at IS NOT NULL", counties, topic).
		Order("given_up_at DESC, id DESC").Limit(most).Find(&rows).Error
	out := make([]Letter, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.letter())
	}
	return out, err
}

// Again makes a letter that was given up due in its next hour, as if it had never been tried; false where there is none.
func Again(tx *db.Tx, topic string, id ident.ID) (bool, error) {
	var row outboxRow
	q := tx.Rows().Where("county_code = ? AND id = ? AND topic = ? AND given_up_at IS NOT NULL", id.County(), id, topic).Session(&gorm.Session{})
	if err := q.Take(&row).Error; err != nil {
		if db.IsNone(err) {
			return false, nil
		}
		return false, err
	}
	r := q.Model(&outboxRow{}).Updates(map[string]any{"attempts": 0, "due_at": row.letter().Hours.Next(tx.Now), "given_up_at": nil})
	return r.RowsAffected == 1, errors.Join(r.Error, mark(tx, id, map[string]any{"given_up_at": nil}))
}
