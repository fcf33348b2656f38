package casework

import (
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// heads finds the register lines of a list, newest first by id, one more than asked for.
func (s *Service) heads(tx *db.Tx, g authz.Grant, f Filter) ([]Head, error) {
	q, err := s.narrow(tx, g, f)
	if err != nil {
		return nil, err
	}
	if !f.After.IsZero() {
		q = q.Where("c.id < ?", f.After)
	}
	var out []Head
	err = q.Select("c.*").Order("c.id DESC").Limit(f.Limit + 1).Find(&out).Error
	return out, err
}

// narrow is the list's condition: the grant's reach and the filter.
func (s *Service) narrow(tx *db.Tx, g authz.Grant, f Filter) (*gorm.DB, error) {
	q := tx.Rows().Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c")))
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
	q = counted(led(days(days(q, "first_closed_day", f.Closed), "accepted_day", f.Accepted), f), f)
	return s.search(dueIn(area(q, f.Area), f, calendar.DayOf(tx.Now)), g, f.Query)
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

// numberForm is a case number or an intake number; a name may hold 登 or 号 as well.
var numberForm = regexp.MustCompile(`^登\d{8}-\d+$|字第\d+号$`)

// search narrows to a number or reference, or to cases with a party of that name; by name only among the cases whose
// names the reader may see: a hit would tell who is a party.
func (s *Service) search(q *gorm.DB, g authz.Grant, text string) (*gorm.DB, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return q, nil
	}
	if r, err := ident.ParseReference(text); err == nil {
		return q.Where("c.reference = ?", string(r)), nil
	}
	if numberForm.MatchString(text) {
		return q.Where("(c.case_no = ? OR c.intake_no = ?)", text, text), nil
	}
	names := g.Seeing(authz.Party)
	if byPost(g) && !byPost(names) {
		return nil, errNoSearch
	}
	key := ident.MatchName(text)
	return q.Scopes(db.Within(names, db.CaseColumns("c"))).Where("EXISTS (SELECT 1 FROM case_parties p WHERE p.county_code = c.county_code AND p.case_id = c.id"+
		" AND p.name_key >= ? AND p.name_key < ?)", key, key+"\U0010FFFF"), nil
}

// byPost tells whether a grant reaches anything beyond the cases in which its holder takes part.
func byPost(g authz.Grant) bool {
	return slices.ContainsFunc(g.Reaches(), func(r authz.Reach) bool { return r.Level != authz.LevelOwn })
}

// viewsOf says how much of each row the grant shows. Where a person has several posts, it depends on the parts they
// take in each case.
func viewsOf(tx *db.Tx, g authz.Grant, heads []Head) ([]authz.View, error) {
	out := make([]authz.View, len(heads))
	if view, one := g.ViewOfRows(); one {
		for i := range out {
			out[i] = view
		}
		return out, nil
	}
	parts, err := partsIn(tx, g.By().Person, heads)
	if err != nil {
		return nil, err
	}
	for i, h := range heads {
		out[i] = g.ViewOf(authz.Standing{Case: h.ID, Committee: h.CommitteeID, Area: h.AreaCode, Hosted: !h.HostID.IsZero(), Parts: parts[h.ID]})
	}
	return out, nil
}

func partsIn(tx *db.Tx, person ident.ID, heads []Head) (map[ident.ID][]string, error) {
	out := map[ident.ID][]string{}
	if person.IsZero() || len(heads) == 0 {
		return out, nil
	}
	var ids []ident.ID
	var counties []ident.County
	for _, h := range heads {
		ids = append(ids, h.ID)
		if !slices.Contains(counties, h.CountyCode) {
			counties = append(counties, h.CountyCode)
		}
	}
	var rows []Participant
	err := tx.Rows().Where("county_code IN ? AND case_id IN ? AND person_id = ? AND ended_at IS NULL", counties, ids, person).Find(&rows).Error
	for _, r := range rows {
		out[r.CaseID] = append(out[r.CaseID], r.Part)
	}
	return out, err
}

// OpenCases counts the cases that a mediator hosts and that have not ended; the registry lets nobody go who has some (R8).
func OpenCases(tx *db.Tx, mediator ident.ID) (int64, error) {
	var n int64
	err := tx.Rows().Model(&Head{}).Where("county_code = ? AND host_id = ? AND state IN ?", mediator.County(), mediator, alive).Count(&n).Error
	return n, err
}
