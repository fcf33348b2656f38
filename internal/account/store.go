package account

import (
	"time"

	"gorm.io/gorm/clause"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

type personRow struct {
	ident.Key
	Version        int64        `gorm:"column:version"`
	Name           string       `gorm:"column:name"`
	IDNumberSealed []byte       `gorm:"column:id_number_sealed"`
	IDNumberIndex  string       `gorm:"column:id_number_index"`
	PhoneSealed    []byte       `gorm:"column:phone_sealed"`
	PhoneIndex     string       `gorm:"column:phone_index"`
	AddressSealed  []byte       `gorm:"column:address_sealed"`
	Sex            string       `gorm:"column:sex"`
	Ethnicity      string       `gorm:"column:ethnicity"`
	Born           calendar.Day `gorm:"column:born"`
	MadeAt         time.Time    `gorm:"column:made_at"`
}

func (personRow) TableName() string { return "persons" }

type accountRow struct {
	ident.Key
	Version      int64      `gorm:"column:version"`
	PersonID     ident.ID   `gorm:"column:person_id"`
	Login        string     `gorm:"column:login"`
	PasswordHash string     `gorm:"column:password_hash"`
	State        State      `gorm:"column:state"`
	MustChange   bool       `gorm:"column:must_change"`
	GivenAt      *time.Time `gorm:"column:given_at"` // when somebody else chose the password
	TOTPSealed   []byte     `gorm:"column:totp_sealed"`
	TOTPNext     []byte     `gorm:"column:totp_next_sealed"`
	TOTPStep     int64      `gorm:"column:totp_step"`
	SingleKey    string     `gorm:"column:single_key"`
	MadeAt       time.Time  `gorm:"column:made_at"`
	ChangedAt    time.Time  `gorm:"column:changed_at"`
}

func (accountRow) TableName() string { return "accounts" }

type postRow struct {
	ident.Key
	PersonID    ident.ID     `gorm:"column:person_id"`
	Role        actor.Role   `gorm:"column:role"`
	CommitteeID ident.ID     `gorm:"column:committee_id"`
	AreaCode    ident.Area   `gorm:"column:area_code"`
	FromDay     calendar.Day `gorm:"column:from_day"`
	UntilDay    calendar.Day `gorm:"column:until_day"`
	MadeAt      time.Time    `gorm:"column:made_at"`
	MadeBy      ident.ID     `gorm:"column:made_by"`
	DeputyFor   ident.ID     `gorm:"column:deputy_for"`
}

func (postRow) TableName() string { return "posts" }

type sessionRow struct {
	ident.Key
	Kind       kind       `gorm:"column:kind"`
	PersonID   ident.ID   `gorm:"column:person_id"`
	CaseID     ident.ID   `gorm:"column:case_id"`
	PartyID    ident.ID   `gorm:"column:party_id"`
	SecretHash string     `gorm:"column:secret_hash"`
	Actor      string     `gorm:"column:actor"`
	MadeAt     time.Time  `gorm:"column:made_at"`
	SeenAt     time.Time  `gorm:"column:seen_at"`
	EndsAt     time.Time  `gorm:"column:ends_at"`
	Confirmed  *time.Time `gorm:"column:confirmed_at"`
	Device     Device     `gorm:"column:device"`
}

func (sessionRow) TableName() string { return "sessions" }

type triesRow struct {
	Key   string    `gorm:"column:key;primaryKey"`
	Tries int       `gorm:"column:tries"`
	Waits int       `gorm:"column:waits"`
	Since time.Time `gorm:"column:since"`
	Until time.Time `gorm:"column:until"`
}

func (triesRow) TableName() string { return "sign_in_tries" }

// Rows are this room's models.
var Rows = []any{&personRow{}, &accountRow{}, &postRow{}, &sessionRow{}, &triesRow{}, &recoveryRow{}, &eventRow{}}

// byID finds a row of a county table; Missing when there is none.
func byID[T any](tx *db.Tx, id ident.ID) (row T, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&row).Error
	if db.IsNone(err) {
		err = fault.NoSuch()
	}
	return row, err
}

func personByID(tx *db.Tx, id ident.ID) (personRow, error)   { return byID[personRow](tx, id) }
func accountByID(tx *db.Tx, id ident.ID) (accountRow, error) { return byID[accountRow](tx, id) }
func sessionByID(tx *db.Tx, id ident.ID) (sessionRow, error) { return byID[sessionRow](tx, id) }

func accountByLogin(tx *db.Tx, login string) (accountRow, error) {
	id, err := tx.LookUp(loginKind, login)
	if err != nil {
		return accountRow{}, err
	}
	return accountByID(tx, id)
}

func accountByPerson(tx *db.Tx, person ident.ID) (row accountRow, err error) {
	err = tx.Rows().Where("county_code = ? AND person_id = ?", person.County(), person).Take(&row).Error
	if db.IsNone(err) {
		err = fault.NoSuch()
	}
	return row, err
}

// noAccount tells whether nobody at all has an account.
func noAccount(tx *db.Tx) (bool, error) {
	var row accountRow
	err := db.Cross(tx.Rows()).Select("county_code", "id").Take(&row).Error
	if db.IsNone(err) {
		return true, nil
	}
	return false, err
}

func updateAccount(tx *db.Tx, row accountRow, set map[string]any) error {
	set["version"] = row.Version + 1
	r := tx.Rows().Model(&accountRow{}).Where("county_code = ? AND id = ? AND version = ?", row.CountyCode, row.ID, row.Version).
		Updates(set)
	if r.Error == nil && r.RowsAffected != 1 {
		return fault.New(fault.Stale, "", "这个账号刚被别人修改过，请重新打开。", "Somebody else has just changed this account; please open it again.")
	}
	return r.Error
}

func postsOf(tx *db.Tx, person ident.ID) ([]Post, error) {
	var rows []postRow
	if err := tx.Rows().Where("county_code = ? AND person_id = ?", person.County(), person).
		Order("from_day, role, committee_id, area_code").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Post, len(rows))
	for i, r := range rows {
		out[i] = r.post()
	}
	return out, nil
}

func postByID(tx *db.Tx, id ident.ID) (Post, error) {
	row, err := byID[postRow](tx, id)
	return row.post(), err
}

func (r postRow) post() Post {
	return Post{ID: r.ID, Person: r.PersonID, Role: r.Role, Committee: r.CommitteeID, Area: r.AreaCode, From: r.FromDay, Until: r.UntilDay, DeputyFor: r.DeputyFor}
}

// holdAccount is an account as it stands once nobody else changes what its owner holds: who waited for that finds what has become of it.
func holdAccount(tx *db.Tx, id ident.ID) (accountRow, error) {
	row, err := accountByID(tx, id)
	if err == nil {
		err = holdPerson(tx, row.PersonID)
	}
	if err != nil {
		return row, err
	}
	return accountByID(tx, id)
}

// standing is an account of whoever acts, held like that, while the session stands by which they act: a reset, a closing and whoever
// ended it meanwhile have taken from it what it was about to do. Fault Unauthenticated.
func standing(tx *db.Tx, id ident.ID, by actor.Actor) (accountRow, error) {
	row, err := holdAccount(tx, id)
	if err != nil {
		return row, err
	}
	session, err := sessionByID(tx, by.Session)
	if fault.Is(err, fault.Missing) || err == nil && (session.PersonID != row.PersonID || row.State != Active) {
		err = errEnded
	}
	return row, err
}

// holdPerson keeps others from changing what a person holds, or letting them in, until the transaction ends.
func holdPerson(tx *db.Tx, id ident.ID) error {
	var row personRow
	err := tx.Rows().Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Select("county_code", "id").Where("county_code = ? AND id = ?", id.County(), id).Take(&row).Error
	if db.IsNone(err) {
		err = fault.NoSuch()
	}
	return err
}

// guards are the posts of administrators of some kinds, present and coming, whose account is open; of all counties, by their holders.
func guards(tx *db.Tx, roles ...actor.Role) ([]Post, error) {
	var rows []postRow
	err := db.Cross(tx.Rows()).Where("role IN ? AND (until_day IS NULL OR until_day > ?)", roles, calendar.DayOf(tx.Now)).
		Where("EXISTS (SELECT 1 FROM accounts a WHERE a.county_code = posts.county_code AND a.person_id = posts.person_id AND a.state = ?)", Active).Order("person_id, id").Find(&rows).Error
	out := make([]Post, len(rows))
	for i, r := range rows {
		out[i] = r.post()
	}
	return out, err
}

// stoodRow is a post that was held for another, with the name of its holder.
type stoodRow struct {
	ID          ident.ID
	PersonID    ident.ID
	Role        actor.Role
	CommitteeID ident.ID
	AreaCode    ident.Area
	FromDay     calendar.Day
	UntilDay    calendar.Day
	MadeAt      time.Time
	ForPerson   ident.ID
	ForName     string
}

// stoodIn are the posts that people hold for others: nobody holds such a post of their own at the same time.
func stoodIn(tx *db.Tx, county ident.County, people []ident.ID) (out []stoodRow, err error) {
	err = tx.Rows().Table("posts AS p").Joins("JOIN posts AS o ON o.county_code = p.county_code AND o.id = p.deputy_for").
		Joins("JOIN persons AS n ON n.county_code = o.county_code AND n.id = o.person_id").Select("p.id, p.person_id, p.role, p.committee_id, p.area_code, p.from_day, p.until_day, p.made_at, o.person_id AS for_person, n.name AS for_name").
		Where("p.county_code = ? AND p.person_id IN ? AND p.deputy_for IS NOT NULL", county, people).
		Order("p.from_day, p.id").Find(&out).Error
	return out, err
}

// postsEnded is when posts were ended, the last time.
func postsEnded(tx *db.Tx, county ident.County, posts []stoodRow) (map[ident.ID]time.Time, error) {
	ids := make([]ident.ID, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	var rows []eventRow
	err := tx.Rows().Where("county_code = ? AND post_id IN ? AND event = ?", county, ids, PostEnded).Order("at").Find(&rows).Error
	out := map[ident.ID]time.Time{}
	for _, r := range rows {
		out[r.PostID] = r.At
	}
	return out, err
}

// deputiesOf are the posts that stand for another.
func deputiesOf(tx *db.Tx, post ident.ID) ([]Post, error) {
	var rows []postRow
	err := tx.Rows().Where("county_code = ? AND deputy_for = ?", post.County(), post).Order("from_day, id").Find(&rows).Error
	out := make([]Post, len(rows))
	for i, r := range rows {
		out[i] = r.post()
	}
	return out, err
}

func setUntil(tx *db.Tx, id ident.ID, until calendar.Day) error {
	return tx.Rows().Model(&postRow{}).Where("county_code = ? AND id = ?", id.County(), id).Update("until_day", until).Error
}

func endSession(tx *db.Tx, id ident.ID, secretHash string) error {
	return tx.Rows().Where("county_code = ? AND id = ? AND secret_hash = ?", id.County(), id, secretHash).Delete(&sessionRow{}).Error
}

func endSessionsOf(tx *db.Tx, person ident.ID) error {
	return tx.Rows().Where("county_code = ? AND person_id = ?", person.County(), person).Delete(&sessionRow{}).Error
}

func endPartySessions(tx *db.Tx, caseID, partyID ident.ID) error {
	return tx.Rows().Where("county_code = ? AND case_id = ? AND party_id = ?", caseID.County(), caseID, partyID).Delete(&sessionRow{}).Error
}

// seen moves a session's last use on, unless another request has.
func seen(tx *db.Tx, id ident.ID, was time.Time) error {
	return tx.Rows().Model(&sessionRow{}).Where("county_code = ? AND id = ? AND seen_at = ?", id.County(), id, was).
		Update("seen_at", tx.Now).Error
}

func forgetSessions(tx *db.Tx) error {
	return db.Cross(tx.Rows()).Where("ends_at <= ?", tx.Now).Delete(&sessionRow{}).Error
}

func triesOf(tx *db.Tx, key string) (triesRow, error) {
	var row triesRow
	err := tx.Rows().Where("key = ?", key).Take(&row).Error
	if db.IsNone(err) {
		return triesRow{}, nil
	}
	return row, err
}

// lockTries is a count that nobody else can change until the transaction ends.
func lockTries(tx *db.Tx, key string) (row triesRow, err error) {
	if _, err := tx.InsertNew(&triesRow{Key: key, Since: tx.Now, Until: tx.Now}); err != nil {
		return row, err
	}
	err = tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Where("key = ?", key).Take(&row).Error
	return row, err
}

func saveTries(tx *db.Tx, row triesRow) error {
	return tx.Rows().Model(&triesRow{}).Where("key = ?", row.Key).
		Updates(map[string]any{"tries": row.Tries, "waits": row.Waits, "since": row.Since, "until": row.Until}).Error
}

func forgetTries(tx *db.Tx, before time.Time) error {
	return tx.Rows().Where("until < ?", before).Delete(&triesRow{}).Error
}
