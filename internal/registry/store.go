package registry

import (
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Area{}, &holiday{}, &setting{}, &Committee{}, &Term{}, &Member{}, &Mediator{}, &PropertyFirm{},
	&Compound{}, &OwnersCommittee{}, &Tie{}, &ServiceArea{}, &Notice{}, &Change{}}

const batch = 400 // rows an insert; SQLite takes 32,766 values a statement

func insertRow[T any](tx *db.Tx, row *T) error { return tx.Rows().Create(row).Error }

func insertRows[T any](tx *db.Tx, rows []T) error { return db.Load(tx, rows) }

// all reads every row that a statement finds.
func all[T any](q *gorm.DB) ([]T, error) {
	var rows []T
	err := q.Find(&rows).Error
	return rows, err
}

// find is one row of a county table by its id.
func find[T any](tx *db.Tx, id ident.ID) (T, error) {
	var row T
	err := tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&row).Error
	if db.IsNone(err) {
		return row, fault.NoSuch()
	}
	return row, err
}

// FindCommittee is a committee by its id, in whatever state; Missing when there is none.
func FindCommittee(tx *db.Tx, id ident.ID) (Committee, error) { return find[Committee](tx, id) }

// NameOf is what a committee is called, and its telephone.
func NameOf(tx *db.Tx, committee ident.ID) (name, phone string, err error) {
	c, ok := db.Recall[nameAndPhone](tx, committeeKey(committee))
	if ok {
		return c.name, c.phone, nil
	}
	row, err := FindCommittee(tx, committee)
	if err == nil {
		tx.Keep(committeeKey(committee), nameAndPhone{row.Name, row.Phone})
	}
	return row.Name, row.Phone, err
}

type nameAndPhone struct{ name, phone string }

// FindMediator is a mediator by id, working or gone; Missing when there is none.
func FindMediator(tx *db.Tx, id ident.ID) (Mediator, error) { return find[Mediator](tx, id) }

// FindCompound is a compound by its id; Missing when there is none.
func FindCompound(tx *db.Tx, id ident.ID) (Compound, error) { return find[Compound](tx, id) }

// FindTerm is a term of office by its id; Missing when there is none.
func FindTerm(tx *db.Tx, id ident.ID) (Term, error) { return find[Term](tx, id) }

// FindMember is a member by id, in office or gone; Missing when there is none.
func FindMember(tx *db.Tx, id ident.ID) (Member, error) { return find[Member](tx, id) }

// FindTie is a declared tie by its id; Missing when there is none.
func FindTie(tx *db.Tx, id ident.ID) (Tie, error) { return find[Tie](tx, id) }

// FindFirm is a property firm by its id; Missing when there is none.
func FindFirm(tx *db.Tx, id ident.ID) (PropertyFirm, error) { return find[PropertyFirm](tx, id) }

// FindOwners is an owners' committee by its id; Missing when there is none.
func FindOwners(tx *db.Tx, id ident.ID) (OwnersCommittee, error) {
	return find[OwnersCommittee](tx, id)
}

// FindServiceArea is a service area by its id; Missing when there is none.
func FindServiceArea(tx *db.Tx, id ident.ID) (ServiceArea, error) { return find[ServiceArea](tx, id) }

// FindNotice is a notice to a court by its id; Missing when there is none.
func FindNotice(tx *db.Tx, id ident.ID) (Notice, error) { return find[Notice](tx, id) }

// versioned rows are changed only by whoever saw their latest version.
type versioned interface {
	bump(expect int64) ident.Key
}

func (c *Committee) bump(expect int64) ident.Key       { c.Version = expect + 1; return c.Key }
func (m *Mediator) bump(expect int64) ident.Key        { m.Version = expect + 1; return m.Key }
func (c *Compound) bump(expect int64) ident.Key        { c.Version = expect + 1; return c.Key }
func (f *PropertyFirm) bump(expect int64) ident.Key    { f.Version = expect + 1; return f.Key }
func (o *OwnersCommittee) bump(expect int64) ident.Key { o.Version = expect + 1; return o.Key }

// update writes some columns of a row, if it still has the version that was seen.
func update(tx *db.Tx, row versioned, expect int64, columns ...string) error {
	if _, named := row.(*Committee); named {
		tx.Outdate()
	}
	key := row.bump(expect)
	r := tx.Rows().Model(row).Select(append(columns, "version")).
		Where("county_code = ? AND id = ? AND version = ?", key.CountyCode, key.ID, expect).Updates(row)
	if r.Error == nil && r.RowsAffected == 0 {
		return fault.New(fault.Stale, "", "这条记录刚被别人改过，请刷新后再改。", "Somebody else has just changed this; please reload and try again.")
	}
	return r.Error
}

// taken turns a refused unique key into a sentence.
func taken(err error, code, zh, en string) error {
	if db.IsDuplicate(err) {
		return (&fault.Fault{Kind: fault.Conflict, Code: code, Text: fault.Text{ZH: zh, EN: en}}).Because(err)
	}
	return err
}

func insertCommittee(tx *db.Tx, c Committee) error {
	return taken(insertRow(tx, &c), "short_name", "本县（市、区）已有调委会使用这个简称（案号用），请换一个。",
		"Another committee of the county has this short name (for case numbers); please choose another.")
}

func insertDesk(tx *db.Tx, c Committee) error {
	var n int64
	err := tx.Rows().Model(&Committee{}).Where("county_code = ? AND type = ?", tx.County, Desk).Limit(1).Count(&n).Error
	if err != nil || n > 0 {
		return err
	}
	c.Key, c.Version = tx.NewKey(), 1
	_, err = tx.InsertNew(&c)
	return err
}

func insertTerm(tx *db.Tx, t Term) error {
	return taken(insertRow(tx, &t), "term", "这一天开始的任期已经登记过。", "A term that begins on this day is already recorded.")
}

func insertMember(tx *db.Tx, m Member) error {
	return taken(insertRow(tx, &m), "member", "此人已经是本会委员，或者主任已有人担任。", "This person is a member already, or there is a chair already.")
}

func insertMediator(tx *db.Tx, m Mediator) error {
	return taken(insertRow(tx, &m), "mediator", "此人已经是本会调解员。", "This person is a mediator of this committee already.")
}

func insertCompound(tx *db.Tx, c Compound) error {
	return taken(insertRow(tx, &c), "compound", "这个村（社区）已有同名小区。", "There is a compound of this name in the community already.")
}

func insertTie(tx *db.Tx, t Tie) error { return insertRow(tx, &t) }

func memberLeft(tx *db.Tx, m Member) error {
	r := tx.Rows().Model(&Member{}).Where("county_code = ? AND id = ? AND left_on IS NULL", m.CountyCode, m.ID).
		Updates(map[string]any{"left_on": m.LeftOn, "left_reason": m.LeftReason})
	if r.Error == nil && r.RowsAffected == 0 {
		return fault.New(fault.Conflict, "left", "此人已经离任。", "This person has left already.")
	}
	return r.Error
}

func officeChanged(tx *db.Tx, m Member) error {
	r := tx.Rows().Model(&Member{}).Where("county_code = ? AND id = ? AND left_on IS NULL", m.CountyCode, m.ID).Updates(map[string]any{"office": m.Office})
	if r.Error == nil && r.RowsAffected == 0 {
		return fault.New(fault.Conflict, "left", "此人已经离任。", "This person has left already.")
	}
	return r.Error
}

func tieEnded(tx *db.Tx, t Tie) error {
	return tx.Rows().Model(&Tie{}).Where("county_code = ? AND id = ?", t.CountyCode, t.ID).
		Updates(map[string]any{"ended_on": t.EndedOn}).Error
}

// hold makes others wait who would change a committee's members at the same time.
func hold(tx *db.Tx, committee ident.ID) error {
	var c Committee
	return tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Select("id").
		Where("county_code = ? AND id = ?", committee.County(), committee).Take(&c).Error
}

// MembersOf are those who hold office in a committee now, chair first.
func MembersOf(tx *db.Tx, committee ident.ID) ([]Member, error) {
	var rows []Member
	err := tx.Rows().Where("county_code = ? AND committee_id = ? AND left_on IS NULL", committee.County(), committee).
		Order("id").Find(&rows).Error
	slices.SortStableFunc(rows, func(a, b Member) int { return a.Office.order() - b.Office.order() })
	return rows, err
}

func (o Office) order() int { return slices.Index([]Office{Chair, DeputyChair, Ordinary}, o) }

// MediatorsOf are those who mediate for a committee now.
func MediatorsOf(tx *db.Tx, committee ident.ID) ([]Mediator, error) {
	return all[Mediator](tx.Rows().Where("county_code = ? AND committee_id = ? AND left_on IS NULL", committee.County(), committee).
		Order("id"))
}

// MediatorOf is the row by which a person mediates for a committee now; Missing when they do not.
func MediatorOf(tx *db.Tx, committee, person ident.ID) (Mediator, error) {
	var m Mediator
	err := tx.Rows().Where("county_code = ? AND committee_id = ? AND person_id = ? AND left_on IS NULL", committee.County(), committee, person).
		Take(&m).Error
	if db.IsNone(err) {
		return m, fault.NoSuch()
	}
	return m, err
}

// TermOf is the latest term of a committee; the zero Term when none was recorded.
func TermOf(tx *db.Tx, committee ident.ID) (Term, error) {
	var rows []Term
	err := tx.Rows().Where("county_code = ? AND committee_id = ?", committee.County(), committee).
		Order("starts_on DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return Term{}, err
	}
	return rows[0], nil
}

// TiesOf are the ties that a mediator has declared and that still hold.
func TiesOf(tx *db.Tx, mediator ident.ID) ([]Tie, error) {
	return all[Tie](tx.Rows().Where("county_code = ? AND mediator_id = ? AND ended_on IS NULL", mediator.County(), mediator).Order("id"))
}

// standings are the committees of a county in a state as they are reviewed, bodies under a committee among them; of their
// mediators those who work full time.
func standings(tx *db.Tx, county ident.County, state State) ([]standing, error) {
	committees, err := StandingIn(tx, county, state)
	if err != nil {
		return nil, err
	}
	var members []Member
	if err := tx.Rows().Where("county_code = ? AND left_on IS NULL", county).Find(&members).Error; err != nil {
		return nil, err
	}
	var terms []Term
	if err := tx.Rows().Where("county_code = ?", county).Order("starts_on").Find(&terms).Error; err != nil {
		return nil, err
	}
	var mediators []Mediator
	if err := tx.Rows().Where("county_code = ? AND full_time = ? AND left_on IS NULL", county, true).Find(&mediators).Error; err != nil {
		return nil, err
	}
	var ethnic []Area
	if err := tx.Rows().Where("multi_ethnic = ?", true).Find(&ethnic).Error; err != nil {
		return nil, err
	}
	out, at := make([]standing, len(committees)), map[ident.ID]*standing{}
	for i, c := range committees {
		covers := func(a Area) bool { return a.Code.Covers(c.AreaCode) }
		out[i] = standing{committee: c, multiEthnic: slices.ContainsFunc(ethnic, covers)}
		at[c.ID] = &out[i]
	}
	for _, m := range members {
		if st := at[m.CommitteeID]; st != nil {
			st.members = append(st.members, m)
		}
	}
	for _, m := range mediators {
		if st := at[m.CommitteeID]; st != nil {
			st.mediators = append(st.mediators, m)
		}
	}
	for _, t := range terms { // the latest comes last and stays
		if st := at[t.CommitteeID]; st != nil {
			st.term = t
		}
	}
	return out, nil
}

func changesTold(tx *db.Tx, county ident.County, notice ident.ID) ([]Change, error) {
	q := tx.Rows().Where("county_code = ?", county).Order("id")
	if notice.IsZero() {
		q = q.Where("notice_id IS NULL")
	} else {
		q = q.Where("notice_id = ?", notice)
	}
	return all[Change](q)
}

func changesNoticed(tx *db.Tx, n Notice) error {
	return tx.Rows().Model(&Change{}).Where("county_code = ? AND notice_id IS NULL", n.CountyCode).
		Updates(map[string]any{"notice_id": n.ID}).Error
}

// escapeLike makes a typed text harmless in a LIKE pattern whose escape character is \.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

func endServiceAreas(tx *db.Tx, committee ident.ID) error {
	return tx.Rows().Model(&ServiceArea{}).Where("county_code = ? AND committee_id = ? AND valid_to IS NULL", committee.County(), committee).
		Updates(map[string]any{"valid_to": today(tx)}).Error
}

func serviceAreaEnded(tx *db.Tx, a ServiceArea) error {
	return tx.Rows().Model(&ServiceArea{}).Where("county_code = ? AND id = ?", a.CountyCode, a.ID).
		Updates(map[string]any{"valid_to": a.ValidTo}).Error
}

// candidates are the committees that may serve a place today.
func candidates(tx *db.Tx, p Place, around []ident.Area) ([]candidate, error) {
	county := p.Area.County()
	var through []ServiceArea
	err := tx.Rows().Where("county_code = ? AND (area_code IN ? OR compound_id = ?)", county, around, p.Compound).Find(&through).Error
	if err != nil {
		return nil, err
	}
	ids := []ident.ID{}
	for _, a := range through {
		ids = append(ids, a.CommitteeID)
	}
	var committees []Committee
	err = tx.Rows().Where("county_code = ? AND state = ? AND (type = ? OR area_code IN ? OR id IN ?)", county, Active, Desk, around, ids).
		Find(&committees).Error
	if err != nil {
		return nil, err
	}
	return eligible(committees, through, p, around, today(tx)), nil
}

func eligible(committees []Committee, through []ServiceArea, p Place, around []ident.Area, day calendar.Day) []candidate {
	var out []candidate
	for _, c := range committees {
		all := []candidate{{Committee: c}}
		for _, a := range through {
			if a.CommitteeID == c.ID {
				all = append(all, candidate{c, a})
			}
		}
		for _, one := range all {
			if one.serves(p, around, day) {
				out = append(out, one)
			}
		}
	}
	return out
}
