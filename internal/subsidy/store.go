package subsidy

import (
	"time"

	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// Rows are this room's models.
var Rows = []any{&Claim{}, &Share{}, &Barred{}}

// Moment is when something was done.
type Moment = time.Time

var (
	ofClaims    = db.Columns{County: "county_code", Committee: "committee_id", Area: "area_code"}
	ofOffice    = db.Columns{County: "county_code", Area: "area_code"}
	ofMediators = db.Columns{County: "m.county_code", Committee: "m.committee_id", Area: "c.area_code"}
)

func one[T any](q *gorm.DB) (row T, err error) {
	if err = q.Take(&row).Error; db.IsNone(err) {
		err = fault.NoSuch()
	}
	return row, err
}

// caseWithin makes sure that a case is within a grant.
func caseWithin(tx *db.Tx, g authz.Grant, id ident.ID) error {
	h, err := one[casework.Head](tx.Rows().Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c"))).Where("c.county_code = ? AND c.id = ?", id.County(), id).
		Select("c.county_code, c.id, c.destroyed_at, c.destroyed_list"))
	if err == nil {
		err = h.Gone()
	}
	return err
}

func insertClaims(tx *db.Tx, rows []Claim) error {
	err := db.Load(tx, rows)
	if db.IsDuplicate(err) {
		return errClaimed
	}
	return err
}

func insertShares(tx *db.Tx, rows []Share) error { return db.Load(tx, rows) }

// updateClaim writes what an act made of a claim; Stale when somebody else wrote it since it was read.
func updateClaim(tx *db.Tx, c *Claim) error {
	r := tx.Rows().Model(&Claim{}).Where("county_code = ? AND id = ? AND version = ?", c.CountyCode, c.ID, c.Version-1).
		Select("version", "closed_on", "scheme_id", "scheme_sha256", "tier", "class", "form", "grade", "rate_fen", "bonus_fen", "fen", "codes", "state", "step", "refusal", "refusal_text",
			"same_case_id", "reply", "replied_at", "checked_by", "examined_by", "approved_by", "refused_by").Updates(c)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

// updateShares writes the shares of some claims of a county anew: who mediated a case may have been mended since.
func updateShares(tx *db.Tx, all []*Seen) error {
	ids, rows := make([]ident.ID, 0, len(all)), []Share{}
	for _, c := range all {
		ids = append(ids, c.ID)
		for i := range c.Shares {
			if c.Shares[i].ID.IsZero() {
				c.Shares[i].Key = tx.NewKey()
			}
			c.Shares[i].ClaimID = c.ID
		}
		rows = append(rows, c.Shares...)
	}
	if err := tx.Rows().Where("county_code = ? AND claim_id IN ?", tx.County, ids).Delete(&Share{}).Error; err != nil {
		return err
	}
	return insertShares(tx, rows)
}

func claimWithin(tx *db.Tx, g authz.Grant, id ident.ID) (Seen, error) {
	c, err := one[Claim](tx.Rows().Scopes(db.Within(g, ofClaims)).Where("county_code = ? AND id = ?", id.County(), id))
	if err != nil {
		return Seen{}, err
	}
	return seenOf(tx, c)
}

// mine is a claim in which one shares oneself.
func mine(tx *db.Tx, g authz.Grant, id ident.ID) (Seen, error) {
	c, err := seenByID(tx, id)
	if err == nil && c.Of(g.By().Person).ID.IsZero() {
		err = fault.NoSuch()
	}
	return c, err
}

func seenByID(tx *db.Tx, id ident.ID) (Seen, error) {
	c, err := one[Claim](tx.Rows().Where("county_code = ? AND id = ?", id.County(), id))
	if err != nil {
		return Seen{}, err
	}
	return seenOf(tx, c)
}

func seenOf(tx *db.Tx, c Claim) (Seen, error) {
	all, err := withShares(tx, []Claim{c})
	if err != nil {
		return Seen{}, err
	}
	return all[0], nil
}

// withShares adds the shares of some claims, which may lie in several counties.
func withShares(tx *db.Tx, rows []Claim) ([]Seen, error) {
	ids := map[ident.County][]ident.ID{}
	for _, c := range rows {
		ids[c.CountyCode] = append(ids[c.CountyCode], c.ID)
	}
	of := map[ident.ID][]Share{}
	for county, some := range ids {
		var all []Share
		if err := tx.Rows().Where("county_code = ? AND claim_id IN ?", county, some).Order("claim_id, id").Find(&all).Error; err != nil {
			return nil, err
		}
		for _, s := range all {
			of[s.ClaimID] = append(of[s.ClaimID], s)
		}
	}
	out := make([]Seen, 0, len(rows))
	for _, c := range rows {
		out = append(out, Seen{Claim: c, Shares: of[c.ID]})
	}
	return out, nil
}

func claims(tx *db.Tx, g authz.Grant, ask Asked) (out []Claim, err error) {
	q := tx.Rows().Scopes(db.Within(g, ofClaims))
	if ask.State != "" {
		q = q.Where("state = ?", ask.State)
	}
	if st, ok := steps[ask.Step]; ok {
		me := g.By().Person
		q = q.Where("(state = ? OR state = ? AND step = ?) AND claimed_by <> ?", st.from, Replied, ask.Step, me)
		for step, column := range map[Step]string{Check: "checked_by", Examine: "examined_by", Approve: "approved_by"} {
			if step != ask.Step {
				q = q.Where("("+column+" IS NULL OR "+column+" <> ?)", me)
			}
		}
		q = q.Where("NOT EXISTS (SELECT 1 FROM subsidy_shares s WHERE s.county_code = subsidy_claims.county_code AND s.claim_id = subsidy_claims.id AND s.person_id = ?)", me)
	}
	return newestClaims(q, ask)
}

func newestClaims(q *gorm.DB, ask Asked) (out []Claim, err error) {
	if !ask.After.IsZero() {
		q = q.Where("id < ?", ask.After)
	}
	err = q.Order("id DESC").Limit(ask.Limit + 1).Find(&out).Error
	return out, err
}

// ownClaims are those in which whoever holds the grant shares, in whichever county.
func ownClaims(tx *db.Tx, g authz.Grant, ask Asked) (out []Claim, err error) {
	return newestClaims(tx.Rows().Where("(county_code, id) IN (SELECT s.county_code, s.claim_id FROM subsidy_shares s WHERE s.person_id = ?)", g.By().Person), ask)
}

// unclaimed are the cases of a committee that were closed in a period, and not claimed for.
func unclaimed(tx *db.Tx, in Period, most int) (out []ident.ID, err error) {
	err = tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.committee_id = ? AND c.first_closed_day >= ? AND c.first_closed_day <= ? AND c.destroyed_at IS NULL", in.Committee.County(), in.Committee, in.From, in.To).
		Where("NOT EXISTS (SELECT 1 FROM subsidy_claims s WHERE s.county_code = c.county_code AND s.case_id = c.id)").Order("c.id").Limit(most).Pluck("c.id", &out).Error
	return out, err
}

// mediatedBy tells whether somebody took a mediator's part in a claim's case, ever, or shares in the claim.
func mediatedBy(tx *db.Tx, c Seen, person ident.ID) (bool, error) {
	if !c.Of(person).PersonID.IsZero() {
		return true, nil
	}
	if c.CaseID.IsZero() {
		return false, nil
	}
	var n int64
	err := tx.Rows().Table("case_people").Where("county_code = ? AND case_id = ? AND person_id = ? AND mediator_id IS NOT NULL", c.CountyCode, c.CaseID, person).Count(&n).Error
	return n > 0, err
}

func claimedFor(tx *db.Tx, id ident.ID) (n int64, err error) {
	err = tx.Rows().Model(&Claim{}).Where("county_code = ? AND case_id = ? AND state <> ?", id.County(), id, Refused).Count(&n).Error
	return n, err
}

// openComplaints are the cases of some about which a complaint is not decided yet (R4): nothing is paid for them until it is.
func openComplaints(tx *db.Tx, county ident.County, cases []ident.ID) (out []ident.ID, err error) {
	err = tx.Rows().Table("complaints").Where("county_code = ? AND case_id IN ? AND state <> ?", county, cases, "decided").Distinct("case_id").Order("case_id").Pluck("case_id", &out).Error
	return out, err
}

// member is a member of a committee.
type member struct {
	PersonID    ident.ID
	Name        string
	Committee   string
	CommitteeID ident.ID
	AreaCode    ident.Area
}

// membersOn are the members of a county's committees on a day who have no claim for the year, each person once.
func membersOn(tx *db.Tx, g authz.Grant, in Posts, on calendar.Day, most int) (out []member, err error) {
	all := tx.Rows().Table("committee_members AS m").Joins("JOIN committees c ON c.county_code = m.county_code AND c.id = m.committee_id").
		Scopes(db.Within(g, ofMediators)).Where("m.county_code = ? AND m.joined_on <= ? AND (m.left_on IS NULL OR m.left_on > ?) AND c.type <> ?", in.County, on, on, registry.Desk).
		Where("NOT EXISTS (SELECT 1 FROM subsidy_claims s WHERE s.county_code = m.county_code AND s.post_person_id = m.person_id AND s.post_year = ?)", in.Year).
		Select("m.person_id, m.name, c.name AS committee, c.id AS committee_id, c.area_code, row_number() OVER (PARTITION BY m.person_id ORDER BY m.id) AS nth")
	err = tx.Rows().Table("(?) AS members", all).Where("nth = ?", 1).Select("person_id, name, committee, committee_id, area_code").Order("person_id").Limit(most).Scan(&out).Error
	return out, err
}

// namesOf are the names of those who acted.
func namesOf(tx *db.Tx, entries []journal.Entry) (map[ident.ID]string, error) {
	var ids []ident.ID
	var counties []ident.County
	for _, e := range entries {
		if !e.Actor.IsZero() {
			ids, counties = append(ids, e.Actor), append(counties, e.Actor.County())
		}
	}
	var rows []struct {
		ID   ident.ID
		Name string
	}
	err := tx.Rows().Table("persons").Select("id, name").Where("county_code IN ? AND id IN ?", counties, ids).Scan(&rows).Error
	out := map[ident.ID]string{}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}

// mediatorWithin is a mediator of a committee that the grant reaches.
func mediatorWithin(tx *db.Tx, g authz.Grant, id ident.ID) (m registry.Mediator, err error) {
	return one[registry.Mediator](tx.Rows().Table("mediators AS m").Joins("JOIN committees c ON c.county_code = m.county_code AND c.id = m.committee_id").
		Scopes(db.Within(g, ofMediators)).Where("m.county_code = ? AND m.id = ?", id.County(), id))
}

func areaOf(tx *db.Tx, committee ident.ID) (ident.Area, error) {
	c, err := registry.FindCommittee(tx, committee)
	return c.AreaCode, err
}

// claimed tells whether a case was claimed for, whatever came of it.
func claimed(tx *db.Tx, id ident.ID) (n int64, err error) {
	err = tx.Rows().Model(&Claim{}).Where("county_code = ? AND case_id = ?", id.County(), id).Count(&n).Error
	return n, err
}

// claimCalled is the case of a claim by its number; zero when there is none, or more than one.
func claimCalled(tx *db.Tx, county ident.County, number string) (ident.ID, error) {
	var found []ident.ID
	err := tx.Rows().Model(&Claim{}).Where("county_code = ? AND called = ? AND case_id IS NOT NULL", county, number).Limit(2).Pluck("case_id", &found).Error
	if err != nil || len(found) != 1 {
		return ident.ID{}, err
	}
	return found[0], nil
}

// committeesWithin are the active committees that a grant reaches, for whoever chooses one.
func committeesWithin(tx *db.Tx, g authz.Grant) (out []registry.Committee, err error) {
	err = tx.Rows().Table("committees AS c").Scopes(db.Within(g, db.Columns{County: "c.county_code", Committee: "c.id", Area: "c.area_code"})).
		Where("c.state = ? AND c.type <> ?", registry.Active, registry.Desk).Order("c.area_code, c.name").Limit(mostCommittees).Find(&out).Error
	return out, err
}

const mostCommittees = 1000 // on one page
