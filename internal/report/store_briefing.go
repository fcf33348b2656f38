package report

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// grassroots are the committees of villages and communities (村居调委会).
var grassroots = []registry.Type{registry.OfVillage, registry.OfResidents}

const propertySector = "property"

// standing narrows to committees m of their own, of some types, that stood on a day: they had begun and had not ended.
func standing(q *gorm.DB, types []registry.Type, day calendar.Day) *gorm.DB {
	return q.Where("m.type IN ? AND m.parent_id IS NULL AND m.state <> ? AND m.activated_on <= ? AND (m.ended_on IS NULL OR m.ended_on > ?)",
		types, registry.Draft, day, day)
}

// committeesStanding counts the village and community committees of an area on a day, by type.
func committeesStanding(tx *db.Tx, ask tally.Ask, day calendar.Day) (map[registry.Type]int64, error) {
	var rows []struct {
		Type registry.Type
		N    int64
	}
	q := standing(tally.In(tx.Rows().Table("committees AS m"), "m", ask), grassroots, day)
	err := q.Select("m.type, COUNT(*) AS n").Group("m.type").Find(&rows).Error
	out := map[registry.Type]int64{}
	for _, r := range rows {
		out[r.Type] = r.N
	}
	return out, err
}

// mediatorsServing counts the persons who were mediators of those committees on a day: who serves two counts once.
func mediatorsServing(tx *db.Tx, ask tally.Ask, day calendar.Day) (n int64, err error) {
	q := tx.Rows().Table("mediators AS e").Joins("JOIN committees m ON m.county_code = e.county_code AND m.id = e.committee_id").
		Where("e.county_code IN ?", ask.Counties()).Where("e.engaged_on <= ? AND (e.left_on IS NULL OR e.left_on > ?)", day, day)
	err = standing(tally.In(q, "m", ask), grassroots, day).Select("COUNT(DISTINCT e.person_id)").Row().Scan(&n)
	return n, err
}

// compoundsCovered counts the compounds on the register on a day, and those that a property committee served then: the
// compound itself, its village, its town or its county.
func compoundsCovered(tx *db.Tx, ask tally.Ask, day calendar.Day) (covered, all int64, err error) {
	serves := standing(tx.Rows().Table("service_areas AS s").
		Joins("JOIN committees m ON m.county_code = s.county_code AND m.id = s.committee_id").Select("1").
		Where("s.county_code = o.county_code AND m.sector = ?", propertySector).
		Where("s.valid_from <= ? AND (s.valid_to IS NULL OR s.valid_to >= ?)", day, day), registry.Types, day)
	byName := serves.Session(&gorm.Session{}).Where("s.compound_id = o.id")
	byArea := serves.Session(&gorm.Session{}).
		Where("s.area_code IN (o.area_code, substr(o.area_code, 1, 9) || '000', substr(o.area_code, 1, 6) || '000000')")
	q := tally.In(tx.Rows().Table("compounds AS o"), "o", ask).Where("(o.ended_on IS NULL OR o.ended_on > ?)", day)
	err = q.Select("COALESCE(SUM(CASE WHEN EXISTS (?) OR EXISTS (?) THEN 1 ELSE 0 END), 0), COUNT(*)", byName, byArea).Row().Scan(&covered, &all)
	return covered, all, err
}

// presenceServices counts the legal services of the five presences in a period, by kind.
func presenceServices(tx *db.Tx, ask tally.Ask) (map[string]int64, error) {
	var rows []struct {
		Kind string
		N    int64
	}
	q := tally.During(tally.In(tx.Rows().Table("presence_services AS s"), "s", ask), "s.served_on", ask.From, ask.To)
	err := q.Select("s.kind, COUNT(*) AS n").Group("s.kind").Find(&rows).Error
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Kind] = r.N
	}
	return out, err
}

// dealt are cases accepted since the period began: of village and community committees those accepted in it, those
// closed before it ended and how; and, counted apart, those settled by committees for property matters of any type.
type dealt struct{ Accepted, Cases, Settled, Failed, PropertySettled int64 }

func casesDealt(tx *db.Tx, g authz.Grant, ask tally.Ask) (d dealt, err error) {
	months, err := cohorts(tx, g, ask, grassroots)
	for _, m := range months {
		d.Accepted, d.Cases, d.Settled = d.Accepted+m.N, d.Cases+m.Closed, d.Settled+m.Settled
		d.Failed, d.PropertySettled = d.Failed+m.Failed, d.PropertySettled+m.Property
	}
	return d, err
}

// presences are the codes of the five presences in their order.
func presences() []string {
	out := make([]string, 0, len(codes.Presences))
	for _, c := range codes.Presences {
		out = append(out, c.Code)
	}
	return out
}
