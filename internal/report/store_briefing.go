package report

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// grassroots are the committees of villages and communities (村居调委会).
var grassroots = []registry.Type{registry.OfVillage, registry.OfResidents}

const propertySector = tally.PropertySector

// committeesStanding counts the village and community committees of an area on a day, by type.
func committeesStanding(tx *db.Tx, ask tally.Ask, day calendar.Day) (map[registry.Type]int64, error) {
	var rows []struct {
		Type registry.Type
		N    int64
	}
	q := tally.Standing(tally.In(tx.Rows().Table("committees AS m"), "m", ask), grassroots, day)
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
	err = tally.Standing(tally.In(q, "m", ask), grassroots, day).Select("COUNT(DISTINCT e.person_id)").Row().Scan(&n)
	return n, err
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
