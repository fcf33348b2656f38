package casework

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

const newestFirst = "c.id DESC"

// find lists the cases of a filter, newest first, one more than asked for.
func (f Filter) find(tx *db.Tx, g authz.Grant) ([]Line, error) {
	q, err := f.respondents(f.narrow(tx), g)
	if err != nil {
		return nil, err
	}
	if !f.After.IsZero() {
		q = q.Where("c.id < ?", f.After)
	}
	if strings.TrimSpace(f.Query) == "" {
		return first(tx, g, q, newestFirst, f.Limit+1)
	}
	return f.search(tx, g, q)
}

// first gives the first lines of a condition within a grant, each with the widest view that the grant gives of it. Every
// reach of the grant is asked for its own first lines: what comes first in all comes first in each that has it.
func first(tx *db.Tx, g authz.Grant, q *gorm.DB, order string, most int) ([]Line, error) {
	q = q.Session(&gorm.Session{})
	return firstOf(tx, db.Branches(g, db.CaseColumns("c")), func(db.Branch) *gorm.DB { return q }, order, most)
}

// firstOf is first where each reach has a condition of its own.
func firstOf(tx *db.Tx, branches []db.Branch, of func(db.Branch) *gorm.DB, order string, most int) ([]Line, error) {
	var each []any
	for _, b := range branches {
		each = append(each, b.Of(of(b)).Select(lineColumns+", ? AS seen", b.View).Order(order).Limit(most))
	}
	switch len(each) {
	case 0:
		return nil, nil
	case 1:
		return scanLines(each[0].(*gorm.DB), most)
	}
	all := strings.Repeat(" UNION ALL SELECT * FROM (?) AS b", len(each))
	all = "(" + strings.TrimPrefix(all, " UNION ALL ") + ") AS c"
	return scanLines(tx.Rows().Table(all, each...).Select("c.*").Order(order), most)
}

const lineColumns = "c.id, c.reference, c.case_no, c.intake_no, c.state, c.outcome, c.category, c.title, c.applicant_names, c.respondent_names," +
	" c.committee_id, c.area_code, c.host_id, c.risk, c.registered_at, c.first_closed_day, c.next_due, c.next_due_name, c.version, c.restricted, c.destroyed_at IS NOT NULL AS destroyed"

// scanLines reads lines of lineColumns and a view. Where a case comes several times, the widest view of it holds.
func scanLines(q *gorm.DB, most int) ([]Line, error) {
	rows, err := q.Model(&Head{}).Rows() // the model lets the guard of counties look
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Line
	for rows.Next() {
		var l Line
		if err := rows.Scan(&l.ID, &l.Reference, &l.CaseNo, &l.IntakeNo, &l.State, &l.Outcome, &l.Category, &l.Title, &l.Applicants, &l.Respondents,
			&l.CommitteeID, &l.AreaCode, &l.HostID, &l.Risk, &l.RegisteredAt, &l.ClosedOn, &l.NextDue, &l.NextDueName, &l.Version, &l.Restricted, &l.Destroyed, &l.Seen); err != nil {
			return nil, err
		}
		switch n := len(out); {
		case n > 0 && out[n-1].ID == l.ID:
			if l.Seen.Wider(out[n-1].Seen) {
				out[n-1] = l
			}
		case n < most:
			out = append(out, l)
		}
	}
	return out, rows.Err()
}

// narrow is the list's condition, but for whom it may be shown to and what is searched for.
func (f Filter) narrow(tx *db.Tx) *gorm.DB {
	q := tx.Rows().Table("dispute_cases AS c")
	if f.State != "" {
		q = q.Where("c.state = ?", f.State)
	}
	if f.Outcome != "" {
		q = q.Where("c.outcome IN ?", several(string(f.Outcome)))
	}
	prefix := func(column, value string) {
		if value != "" {
			q = q.Where("c."+column+" >= ? AND c."+column+" < ?", value, value+":")
		}
	}
	prefix("category", f.Category)
	prefix("source", f.Source)
	if f.Settled {
		q = q.Where(WhereSettled)
	}
	if f.Difficult {
		q = q.Where(WhereComplex)
	}
	if !f.Committee.IsZero() {
		q = q.Where("c.county_code = ? AND c.committee_id = ?", f.Committee.County(), f.Committee)
	}
	if !f.Mediator.IsZero() {
		q = q.Where("c.host_id = ?", f.Mediator)
	}
	if !f.Compound.IsZero() {
		q = q.Where("c.county_code = ? AND c.compound_id = ?", f.Compound.County(), f.Compound)
	}
	if !f.Firm.IsZero() {
		q = q.Where("c.county_code = ? AND c.compound_id IN (SELECT o.id FROM compounds o WHERE o.county_code = ? AND o.property_firm_id = ?)", f.Firm.County(), f.Firm.County(), f.Firm)
	}
	q = f.became(lettered(q, f.Letter))
	q = counted(led(days(days(q, "first_closed_day", f.Closed), "accepted_day", f.Accepted), f), f)
	return dueIn(area(q, f.Area), f, calendar.DayOf(tx.Now))
}

// lettered narrows to cases that came with a letter of such a number, whichever brackets and case it is written in.
func lettered(q *gorm.DB, number string) *gorm.DB {
	number = strings.ToLower(strings.NewReplacer("（", "(", "）", ")", " ", "").Replace(number))
	if number == "" {
		return q
	}
	number = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(number)
	return q.Where("EXISTS (SELECT 1 FROM case_referrals r WHERE r.county_code = c.county_code AND r.case_id = c.id AND"+
		" LOWER(REPLACE(REPLACE(REPLACE(r.number, '（', '('), '）', ')'), ' ', '')) LIKE ? ESCAPE '\\')", "%"+number+"%")
}

// became narrows to cases by when they came and what became of them, as reports count it.
func (f Filter) became(q *gorm.DB) *gorm.DB {
	for column, between := range map[string][2]calendar.Day{"registered_at": f.Registered, "effective_at": f.Effective} {
		if !between[0].IsZero() {
			q = q.Where("c."+column+" >= ?", between[0].Start())
		}
		if !between[1].IsZero() {
			q = q.Where("c."+column+" < ?", between[1].End())
		}
	}
	for _, fate := range several(f.Fate) {
		q = q.Where(fates[fate])
	}
	if f.Promise == "" && f.Due == [2]calendar.Day{} {
		return q
	}
	promised := q.Session(&gorm.Session{NewDB: true}).Table("obligations AS o").Select("1").Where("o.county_code = c.county_code AND o.agreement_id = c.agreement_id")
	if !f.Due[0].IsZero() {
		promised = promised.Where("o.due_on >= ?", f.Due[0])
	}
	if !f.Due[1].IsZero() {
		promised = promised.Where("o.due_on <= ?", f.Due[1])
	}
	if f.Promise != "" {
		promised = promised.Where(Standing+" IN ?", several(f.Promise))
	}
	return q.Where("c.effective_at IS NOT NULL AND EXISTS (?)", promised)
}

// led narrows to cases by what leads them: committees of some types, or of a field.
func led(q *gorm.DB, f Filter) *gorm.DB {
	const by = "EXISTS (SELECT 1 FROM committees m WHERE m.county_code = c.county_code AND m.id = c.committee_id AND "
	if f.Type != "" {
		q = q.Where(by+"m.type IN ?)", several(f.Type))
	}
	if f.Sector != "" {
		q = q.Where(by+"m.sector IN ?)", several(f.Sector))
	}
	switch f.Led {
	case LedOwn:
		q = q.Where(by+"m.area_code = ?)", f.Area)
	case LedBelow:
		q = q.Where(by+"m.area_code <> ?)", f.Area)
	}
	return q
}

// counted narrows to what a report counts beside closed cases: those open on a day, and those asked in a period.
func counted(q *gorm.DB, f Filter) *gorm.DB {
	if f.AreaOnly {
		q = q.Where("c.area_code = ?", f.Area)
	}
	if !f.OpenOn.IsZero() {
		q = q.Where(WhereOpenOn, f.OpenOn, f.OpenOn)
	}
	if !f.Asked[0].IsZero() {
		q = q.Where("c.consent_asked_at >= ?", f.Asked[0].Start())
	}
	if !f.Asked[1].IsZero() {
		q = q.Where("c.consent_asked_at < ?", f.Asked[1].End())
	}
	switch f.Consent {
	case ConsentDecided:
		q = q.Where(WhereDecided)
	case ConsentAgreed:
		q = q.Where(WhereEngaged)
	}
	return q
}

func area(q *gorm.DB, a ident.Area) *gorm.DB {
	low, high := a.Range()
	switch {
	case low == "":
		return q
	case len(low) <= 6:
		return q.Where("c.county_code >= ? AND c.county_code < ?", low, high)
	}
	return q.Where("c.county_code = ? AND c.area_code >= ? AND c.area_code < ?", a.County(), low, high)
}

func days(q *gorm.DB, column string, between [2]calendar.Day) *gorm.DB {
	if !between[0].IsZero() {
		q = q.Where("c."+column+" >= ?", between[0])
	}
	if !between[1].IsZero() {
		q = q.Where("c."+column+" <= ?", between[1])
	}
	return q
}

func dueIn(q *gorm.DB, f Filter, today calendar.Day) *gorm.DB {
	if !f.DueBy.IsZero() {
		q = q.Where("c.next_due <= ?", f.DueBy)
	}
	if f.Overdue {
		q = q.Where("c.next_due < ?", today)
	}
	return q
}

// byPost tells whether a grant reaches anything beyond the cases in which its holder takes part.
func byPost(g authz.Grant) bool {
	return slices.ContainsFunc(g.Reaches(), func(r authz.Reach) bool { return r.Level != authz.LevelOwn })
}

// OpenCases counts the cases that a mediator hosts and that have not ended; the registry lets nobody go who has some (R8).
func OpenCases(tx *db.Tx, mediator ident.ID) (int64, error) {
	var n int64
	err := tx.Rows().Model(&Head{}).Where("county_code = ? AND host_id = ? AND state IN ?", mediator.County(), mediator, alive).Count(&n).Error
	return n, err
}

// OpenOf counts the cases that a committee leads and that have not ended; the registry closes no committee that has some (R8).
func OpenOf(tx *db.Tx, committee ident.ID) (int64, error) {
	var n int64
	err := tx.Rows().Model(&Head{}).Where("county_code = ? AND committee_id = ? AND state IN ?", committee.County(), committee, alive).Count(&n).Error
	return n, err
}
