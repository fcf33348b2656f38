package journal

import (
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Sent is a message to a party of a case: that there was one, of which kind and by which channel, and what became of it.
// It holds no text and no address, and stays with the case when the letter itself is gone.
type Sent struct {
	ident.Key
	CaseID    ident.ID   `gorm:"column:case_id"`
	PartyID   ident.ID   `gorm:"column:party_id"`
	Kind      string     `gorm:"column:kind"`
	Channel   string     `gorm:"column:channel"` // sms, email, letter; page where it stands on the party's page alone
	MadeAt    time.Time  `gorm:"column:made_at"`
	SentAt    *time.Time `gorm:"column:sent_at"`       // handed over to the channel, or printed
	GivenUpAt *time.Time `gorm:"column:given_up_at"`   // could not be handed over
	OpenedAt  *time.Time `gorm:"column:opened_at"`     // the party came to its page afterwards
	ReadAt    *time.Time `gorm:"column:read_at"`       // the party, or who acts for it, said that they have read it
	ReadBy    ident.ID   `gorm:"column:read_by"`       // who acted for the party in that; NULL for the party itself
	TakenBack *time.Time `gorm:"column:taken_back_at"` // the letter was taken back; sent all the same where it was under way
}

// TableName is the table's.
func (Sent) TableName() string { return "party_messages" }

// Told keeps a message that needs no letter: it was printed, or stands on the party's page.
func Told(tx *db.Tx, s Sent) error {
	s.Key, s.MadeAt, s.SentAt = tx.NewKey(), tx.Now, &tx.Now
	return tx.Rows().Create(&s).Error
}

// SentTo are the messages of a case, the newest first: to one party, or to all where none is named. Of what was taken back only that
// is told which arrived all the same.
func SentTo(tx *db.Tx, caseID, party ident.ID, most int) (out []Sent, err error) {
	q := tx.Rows().Where("county_code = ? AND case_id = ? AND (taken_back_at IS NULL OR sent_at IS NOT NULL)", caseID.County(), caseID)
	if !party.IsZero() {
		q = q.Where("party_id = ?", party)
	}
	err = q.Order("made_at DESC, id DESC").Limit(most).Find(&out).Error
	return out, err
}

// Seen notes that a party came to its page: whatever had been handed over by then could be read there.
func Seen(tx *db.Tx, caseID, party ident.ID) error {
	return tx.Rows().Model(&Sent{}).Where("county_code = ? AND case_id = ? AND party_id = ? AND sent_at IS NOT NULL AND opened_at IS NULL", caseID.County(), caseID, party).
		Update("opened_at", tx.Now).Error
}

// Acknowledge notes which of its messages a party has read, or helper for it. The party's own word takes the place of that
// of whoever acts for it, and not the other way about.
func Acknowledge(tx *db.Tx, caseID, party, helper ident.ID, read []ident.ID) error {
	q := tx.Rows().Model(&Sent{}).Where("county_code = ? AND case_id = ? AND party_id = ? AND id IN ? AND sent_at IS NOT NULL", caseID.County(), caseID, party, read)
	if helper.IsZero() {
		return q.Where("(read_at IS NULL OR read_by IS NOT NULL)").Updates(map[string]any{"read_at": tx.Now, "read_by": nil}).Error
	}
	return q.Where("read_at IS NULL").Updates(map[string]any{"read_at": tx.Now, "read_by": helper}).Error
}

// keep begins the record of a letter to a party.
func (l Letter) keep(tx *db.Tx) error {
	if l.Channel == "" || l.Party.IsZero() {
		return nil
	}
	return tx.Rows().Create(&Sent{Key: l.ID.Key(), CaseID: l.Case, PartyID: l.Party, Kind: l.Kind, Channel: l.Channel, MadeAt: tx.Now}).Error
}

// mark writes into the record of a letter; there is none of a letter to somebody who is no party.
func mark(tx *db.Tx, id ident.ID, values map[string]any) error {
	return tx.Rows().Model(&Sent{}).Where("county_code = ? AND id = ?", id.County(), id).Updates(values).Error
}

// takenBack notes that letters were taken back: nobody was told, unless one of them is on its way.
func takenBack(tx *db.Tx, county ident.County, letters []ident.ID) error {
	return tx.Rows().Model(&Sent{}).Where("county_code = ? AND id IN ?", county, letters).Update("taken_back_at", tx.Now).Error
}
