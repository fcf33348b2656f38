package journal

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Row is an entry as the table keeps it.
type Row struct {
	ident.Key
	CaseID      ident.ID  `gorm:"column:case_id"`
	Seq         int64     `gorm:"column:seq"`
	Event       string    `gorm:"column:event"`
	FromState   string    `gorm:"column:from_state"`
	ToState     string    `gorm:"column:to_state"`
	ActorID     ident.ID  `gorm:"column:actor_id"`
	ActorRole   string    `gorm:"column:actor_role"`
	PartyID     ident.ID  `gorm:"column:party_id"`
	OccurredAt  time.Time `gorm:"column:occurred_at"`
	RecordedAt  time.Time `gorm:"column:recorded_at"`
	Late        bool      `gorm:"column:late"`
	Fact        string    `gorm:"column:fact"`
	WordsSealed []byte    `gorm:"column:words_sealed"`
	Salt        []byte    `gorm:"column:salt"`
	WordsDigest string    `gorm:"column:words_digest"`
	PrevHash    string    `gorm:"column:prev_hash"`
	Hash        string    `gorm:"column:hash"`
}

// TableName is the table's.
func (Row) TableName() string { return "journal" }

type outboxRow struct {
	ident.Key
	Topic    string     `gorm:"column:topic"`
	CaseID   ident.ID   `gorm:"column:case_id"`
	EntryID  ident.ID   `gorm:"column:entry_id"`
	Payload  []byte     `gorm:"column:payload"`
	Attempts int        `gorm:"column:attempts"`
	DueAt    time.Time  `gorm:"column:due_at"`
	MadeAt   time.Time  `gorm:"column:made_at"`
	Kind     string     `gorm:"column:kind"`
	Subject  ident.ID   `gorm:"column:subject_id"`
	Party    ident.ID   `gorm:"column:party_id"`
	Trouble  string     `gorm:"column:trouble"`
	GivenUp  *time.Time `gorm:"column:given_up_at"`
	HourFrom int        `gorm:"column:hour_from"`
	HourTo   int        `gorm:"column:hour_to"` // 0: at any hour
}

func (outboxRow) TableName() string { return "outbox" }

// Rows are this room's models.
var Rows = []any{&Row{}, &outboxRow{}, &Sent{}, &Recount{}}

func (r Row) entry(words Words) Entry {
	var fact Fact
	told := json.NewDecoder(strings.NewReader(r.Fact))
	told.UseNumber()       // fen and counts as they were written, not as floating-point numbers
	_ = told.Decode(&fact) // written by us as JSON; a broken one is found by Verify
	return Entry{ID: r.ID, Case: r.CaseID, Seq: r.Seq, Event: r.Event, From: r.FromState, To: r.ToState, Actor: r.ActorID,
		Role: actor.Role(r.ActorRole), Party: r.PartyID, OccurredAt: r.OccurredAt.UTC(), RecordedAt: r.RecordedAt.UTC(),
		Late: r.Late, Fact: fact, Words: words, Prev: r.PrevHash, Hash: r.Hash}
}

func insert(tx *db.Tx, r Row) error {
	if err := tx.Rows().Create(&r).Error; err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// behindSeals is the moment of a new entry's id: now, or the first that no seal of the county holds. A clock that went ahead may
// have sealed days that are not over; what happens in them after it was put right belongs to the next seal.
func behindSeals(tx *db.Tx) (time.Time, error) {
	var until []calendar.Day
	err := tx.Rows().Table("record_seals").Where("county_code = ?", tx.County).Order("number DESC").Limit(1).Pluck("until_on", &until).Error
	if err != nil {
		return time.Time{}, fmt.Errorf("journal: %w", err)
	}
	for _, day := range until {
		if end := day.Plus(1).Start(); tx.Now.Before(end) {
			return end, nil
		}
	}
	return tx.Now, nil
}

// InsertAll writes rows made by Chain, for loading in bulk.
func InsertAll(tx *db.Tx, rows []Row) error { return db.Load(tx, rows) }

// lastHash is the hash that the entry with this seq follows; the first follows nothing.
func lastHash(tx *db.Tx, caseID ident.ID, seq int64) (string, error) {
	if seq == 1 {
		return "", nil
	}
	var hash string
	err := tx.Rows().Model(&Row{}).Where("county_code = ? AND case_id = ? AND seq = ?", caseID.County(), caseID, seq-1).
		Select("hash").Take(&hash).Error
	if err != nil {
		return "", fmt.Errorf("journal: entry %d of case %s: %w", seq-1, caseID, err)
	}
	return hash, nil
}

// lastHashes are the hashes that some entries follow, by chain.
func lastHashes(tx *db.Tx, all []Entry) (map[ident.ID]string, error) {
	seqs := map[ident.ID]int64{}
	var ids []ident.ID
	for _, e := range all {
		if e.Seq > 1 {
			seqs[e.Case] = e.Seq - 1
			ids = append(ids, e.Case)
		}
	}
	out := map[ident.ID]string{}
	for from := 0; from < len(ids); from += mostAsked {
		var rows []Row
		err := tx.Rows().Select("case_id", "seq", "hash").Where("county_code = ? AND case_id IN ?", tx.County, ids[from:min(from+mostAsked, len(ids))]).Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		for _, r := range rows {
			if r.Seq == seqs[r.CaseID] {
				out[r.CaseID] = r.Hash
			}
		}
	}
	return out, nil
}

const mostAsked = 1000 // chains of one statement

// Forget erases what was said in an entry, with the salt: its digest stays, and says nothing any more. The chain holds.
func Forget(tx *db.Tx, id ident.ID) error {
	return tx.Rows().Model(&Row{}).Where("county_code = ? AND id = ?", id.County(), id).Updates(map[string]any{"words_sealed": nil, "salt": nil}).Error
}

// ForgetAll erases what was said in every entry of some chains, with the salts.
func ForgetAll(tx *db.Tx, chains []ident.ID) error {
	return tx.Rows().Model(&Row{}).Where("county_code = ? AND case_id IN ?", tx.County, chains).Updates(map[string]any{"words_sealed": nil, "salt": nil}).Error
}

// Head is how many entries a chain has, and the hash of the last.
func Head(tx *db.Tx, chain ident.ID) (length int64, hash string, err error) {
	var last Row
	err = tx.Rows().Select("county_code", "id", "seq", "hash").Where("county_code = ? AND case_id = ?", chain.County(), chain).Order("seq DESC").Take(&last).Error
	return last.Seq, last.Hash, err
}

func rowsOf(tx *db.Tx, caseID ident.ID) ([]Row, error) {
	var rows []Row
	err := tx.Rows().Where("county_code = ? AND case_id = ?", caseID.County(), caseID).Order("seq").Find(&rows).Error
	return rows, err
}

// rowsAfter are the first n entries of a county's chains that follow a case's.
func rowsAfter(tx *db.Tx, county ident.County, after ident.ID, n int) (rows []Row, err error) {
	q := tx.Rows().Where("county_code = ?", county)
	if !after.IsZero() {
		q = q.Where("case_id > ?", after)
	}
	err = q.Order("case_id, seq").Limit(n).Find(&rows).Error
	return rows, err
}

// Recorded are the counties that have a record.
func Recorded(tx *db.Tx) (out []ident.County, err error) {
	err = db.Cross(tx.Rows()).Model(&Row{}).Distinct("county_code").Order("county_code").Pluck("county_code", &out).Error
	return out, err
}

// Touched are the chains of a county that an entry was added to since a moment, each once: cases, and what has a chain of its
// own beside them. It reads the entries by their ids, which sort by time, and nothing that is older.
func Touched(tx *db.Tx, county ident.County, since time.Time) (out []ident.ID, err error) {
	var all []ident.ID
	err = tx.Rows().Model(&Row{}).Where("county_code = ? AND id > ?", county, ident.Since(since)).Pluck("case_id", &all).Error
	known := map[ident.ID]bool{}
	for _, id := range all {
		if !known[id] {
			known[id] = true
			out = append(out, id)
		}
	}
	return out, err
}
