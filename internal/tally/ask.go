// Package tally is how figures are made here: what a question of an area and a period may count, a rate with what it is a
// part of, and the list to which every figure leads. The rooms of reports and of official returns count with it.
package tally

import (
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Basis says which day puts a case into a period.
type Basis string

const (
	ByClosing    Basis = "closed" // the official basis: cases first closed in the period
	ByAcceptance Basis = "accepted"
	ByAsking     Basis = "asked"      // of the funnel alone
	ByRegister   Basis = "registered" // of what is counted by compound
)

// The groups in which a table may count.
const ByArea, ByCommittee = "area", "committee"

// Ask is what a report is asked for. What is left out is the reader's own area, the running year, the official basis.
type Ask struct {
	Area     ident.Area
	From, To calendar.Day // both in
	Basis    Basis
	Group    string   // "", area or committee
	Only     ident.ID // one committee of the area; zero for all

	counties  []ident.County // that the area covers
	committee ident.ID       // the one committee that a chair's post reaches; zero for who supervises the area
	name      string         // of the area, without what it lies in
	fullName  string
}

// Head is what every report says of itself.
type Head struct {
	Area      ident.Area   `json:"area"`
	AreaName  string       `json:"area_name"`
	Committee string       `json:"committee,omitempty" doc:"The one committee whose cases are counted, for a reader who leads it"`
	From      calendar.Day `json:"from"`
	To        calendar.Day `json:"to"`
	Basis     Basis        `json:"basis" doc:"closed: cases first closed in the period; accepted: cases accepted in it; asked: cases whose parties were asked in it; registered: cases registered in it"`
	Snapshot  time.Time    `json:"snapshot_at"`
}

// Settle fills in what was not asked and keeps the question inside the grant.
//
// Faults: Invalid for what cannot be counted, Missing for an area out of reach.
func (a *Ask) Settle(tx *db.Tx, g authz.Grant) error {
	if a.Basis == "" {
		a.Basis = ByClosing
	}
	if a.To.IsZero() {
		a.To = calendar.DayOf(tx.Now)
	}
	if a.From.IsZero() {
		a.From = a.To[:4] + "-01-01"
	}
	if err := a.check(); err != nil {
		return err
	}
	if err := a.within(g); err != nil {
		return err
	}
	if err := a.locate(tx); err != nil {
		return err
	}
	return a.only(tx, g)
}

// only keeps the question to the one committee that it names; out of reach it is missing.
func (a *Ask) only(tx *db.Tx, g authz.Grant) error {
	if a.Only.IsZero() || a.Only == a.committee {
		return nil
	}
	c, err := registry.FindCommittee(tx, a.Only)
	if err != nil {
		return err
	}
	if !a.committee.IsZero() || !g.CoversArea(c.AreaCode) || !a.Area.Covers(c.AreaCode) {
		return fault.NoSuch()
	}
	a.committee = c.ID
	return nil
}

// The years that a period may touch: mediation committees are older than the one, nobody plans past the other.
const firstYear, lastYear = 1950, 2200

func (a *Ask) check() error {
	var bad fault.Check
	plausible := func(at string, day calendar.Day) {
		if day.Year() < firstYear || day.Year() > lastYear {
			bad.Add(at, "年份应在 %d 到 %d 之间。", "The year must lie between %d and %d.", firstYear, lastYear)
		}
	}
	plausible("from", a.From)
	plausible("to", a.To)
	if a.To.Before(a.From) {
		bad.Add("to", "结束日期不能早于开始日期。", "The period cannot end before it begins.")
	}
	if a.Basis != ByClosing && a.Basis != ByAcceptance {
		bad.Add("basis", "口径只能是 closed（结案）或 accepted（受理）。", "The basis is closed or accepted.")
	}
	if a.Group != "" && a.Group != ByArea && a.Group != ByCommittee {
		bad.Add("group", "分组只能是 area（区域）或 committee（调委会）。", "Group by area or committee.")
	}
	return bad.Err()
}

// Today is the day of a transaction.
func Today(tx *db.Tx) calendar.Day { return calendar.DayOf(tx.Now) }

// AsOf is the day on which what stands is taken: the period's last, or today if that is earlier.
func (a Ask) AsOf(tx *db.Tx) calendar.Day { return min(a.To, calendar.DayOf(tx.Now)) }

// within keeps the asked area inside the grant; without one it is the area of the reader's post. Who leads a committee
// may ask about its county and hears of that committee alone.
func (a *Ask) within(g authz.Grant) error {
	if a.Area == "" {
		a.Area = Home(g)
	}
	if !ident.ValidArea(a.Area) {
		return fault.New(fault.Invalid, "", "请选择区域。", "Please choose an area.").At("area")
	}
	if g.CoversArea(a.Area) {
		return nil
	}
	for _, r := range g.Reaches() {
		if r.Level == authz.LevelCommittee && a.Area.Covers(home(r)) {
			a.committee = r.Committee
			return nil
		}
	}
	return fault.NoSuch()
}

// Home is the area of a reader's post; empty for who has none.
func Home(g authz.Grant) (out ident.Area) {
	for _, r := range g.Reaches() {
		if out == "" {
			out = home(r)
		}
	}
	return out
}

// home is the area that a reach is about.
func home(r authz.Reach) ident.Area {
	switch r.Level {
	case authz.LevelArea:
		return r.Area
	case authz.LevelCommittee:
		return r.Committee.County().Area()
	}
	return ""
}

// locate finds what the area is called and which counties it covers.
func (a *Ask) locate(tx *db.Tx) error {
	area, err := registry.FindArea(tx, a.Area)
	if err != nil {
		return err
	}
	a.name, a.fullName = area.Name, area.FullName
	a.counties, err = registry.Counties(tx, a.Area)
	return err
}

// Wide tells whether the question is about whole counties only: then months that are added up answer it.
func (a *Ask) Wide() bool {
	return a.committee.IsZero() && a.Group != ByCommittee && DigitsBelow[a.Area.Level()] <= 6
}

// Part is the question about some of its days and counties.
func (a Ask) Part(from, to calendar.Day, counties []ident.County) Ask {
	a.From, a.To, a.counties = from, to, counties
	return a
}

// Counties are those that the area covers.
func (a *Ask) Counties() []ident.County { return a.counties }

// Committee is the one committee that the reader's post reaches; zero for who supervises the area.
func (a *Ask) Committee() ident.ID { return a.committee }

// Name is what the area is called, without what it lies in.
func (a *Ask) Name() string { return a.name }

// Head is what the report says of itself.
func (a *Ask) Head(tx *db.Tx) (Head, error) {
	h := Head{Area: a.Area, AreaName: a.fullName, From: a.From, To: a.To, Basis: a.Basis, Snapshot: tx.Now}
	if a.committee.IsZero() {
		return h, nil
	}
	c, err := registry.FindCommittee(tx, a.committee)
	h.Committee = c.Name
	return h, err
}

// Cases is the list of cases that the question is about, before any period.
func (a *Ask) Cases() Query {
	return Listed(OfCases, "area", string(a.Area), "committee_id", a.committeeID())
}

// CommitteeText is the one committee as a list is narrowed to it; empty for all.
func (a *Ask) CommitteeText() string { return a.committeeID() }

func (a *Ask) committeeID() string {
	if a.committee.IsZero() {
		return ""
	}
	return a.committee.String()
}
