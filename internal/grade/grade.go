package grade

import (
	"fmt"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
)

// Criteria are what a grade asks for in an area from a day on.
type Criteria struct {
	AreaCode     ident.Area   `gorm:"column:area_code;primaryKey"`
	Grade        string       `gorm:"column:grade;primaryKey"` // codes.Grades
	ValidFrom    calendar.Day `gorm:"column:valid_from;primaryKey"`
	Years        int          `gorm:"column:years"`         // of service, at least
	Disputes     int          `gorm:"column:disputes"`      // hosted and closed, at least
	OralMost     *int         `gorm:"column:oral_most"`     // per cent of the disputes; nil for any
	SuccessLeast *int         `gorm:"column:success_least"` // per cent of the disputes; nil for any
	NoMisconduct bool         `gorm:"column:no_misconduct"` // no complaint found to be right (R4)
	NoCrime      bool         `gorm:"column:no_crime"`      // none that grew out of poor mediation: the panel says so
	Training     bool         `gorm:"column:training"`      // the hours of the year, or of the year before (O11)
	Basis        string       `gorm:"column:basis"`         // the document that it follows
	MadeAt       time.Time    `gorm:"column:made_at"`
	MadeBy       ident.ID     `gorm:"column:made_by"`
}

// TableName is the table's.
func (Criteria) TableName() string { return "grade_criteria" }

// Default tells whether nobody set them.
func (c Criteria) Default() bool { return c.ValidFrom.IsZero() }

// Usual are the criteria of the fourth grade where no area has set any: those that Guangdong published. The other grades
// are a region's to set, and have none until it does.
func Usual(grade string) *Criteria {
	if grade != "4" {
		return nil
	}
	oral, success := 30, 85
	return &Criteria{Grade: grade, Years: 2, Disputes: 50, OralMost: &oral, SuccessLeast: &success, NoMisconduct: true, NoCrime: true, Training: true,
		Basis: "广东省四级人民调解员评定条件"}
}

// Facts are what is known of a mediator on a day.
type Facts struct {
	Years      int   // of service that are full
	Disputes   int64 // hosted, and closed
	Oral       int64 // of these, ended with an oral agreement
	Settled    int64 // of these, ended with an agreement
	Misconduct int64 // complaints found to be right
	Trained    int   // class hours, of the better of this year and the year before
	HoursDue   int   // in that year
}

// How a criterion stands.
const (
	Met     = "met"
	Missing = "missing"
	Asked   = "asked" // the panel has to say
)

// Finding is one criterion: what is wanted, what is had, of how many, and where the cases behind it are listed.
type Finding struct {
	Criterion string `json:"criterion" doc:"years, disputes, oral_share, success, misconduct, crime, training"`
	Want      int64  `json:"want" doc:"At least so many, or so many per cent; of oral_share and misconduct at most"`
	Have      int64  `json:"have"`
	Of        int64  `json:"of,omitempty" doc:"The disputes of which a share is taken"`
	State     string `json:"state" doc:"met, missing, asked (the panel has to say)"`
	Cases     string `json:"cases,omitempty" doc:"The list behind it: disputes, oral, unsettled"`
}

// Share is have of so many, in per cent with one decimal, half up; "" where no share is meant or there is nothing to share.
func (f Finding) Share() string {
	if f.Of == 0 {
		return ""
	}
	n := (2*f.Have*1000 + f.Of) / (2 * f.Of)
	return fmt.Sprintf("%d.%d", n/10, n%10)
}

// Judge compares what is known with what is asked for, criterion by criterion. Shares are compared as whole numbers: 20 of
// 60 are more than 30 per cent, 15 of 50 are not. A share of no disputes is not met where one is wanted at least.
func Judge(c Criteria, f Facts) []Finding {
	out := []Finding{
		{Criterion: "years", Want: int64(c.Years), Have: int64(f.Years), State: stateOf(f.Years >= c.Years)},
		{Criterion: "disputes", Want: int64(c.Disputes), Have: f.Disputes, State: stateOf(f.Disputes >= int64(c.Disputes)), Cases: "disputes"},
	}
	if c.OralMost != nil {
		most := int64(*c.OralMost)
		out = append(out, Finding{Criterion: "oral_share", Want: most, Have: f.Oral, Of: f.Disputes, State: stateOf(f.Oral*100 <= most*f.Disputes), Cases: "oral"})
	}
	if c.SuccessLeast != nil {
		least := int64(*c.SuccessLeast)
		met := f.Settled*100 >= least*f.Disputes && (f.Disputes > 0 || least == 0)
		out = append(out, Finding{Criterion: "success", Want: least, Have: f.Settled, Of: f.Disputes, State: stateOf(met), Cases: "unsettled"})
	}
	if c.NoMisconduct {
		out = append(out, Finding{Criterion: "misconduct", Have: f.Misconduct, State: stateOf(f.Misconduct == 0)})
	}
	if c.NoCrime {
		out = append(out, Finding{Criterion: "crime", State: Asked})
	}
	if c.Training {
		out = append(out, Finding{Criterion: "training", Want: int64(f.HoursDue), Have: int64(f.Trained), State: stateOf(f.Trained >= f.HoursDue)})
	}
	return out
}

func stateOf(met bool) string {
	if met {
		return Met
	}
	return Missing
}

// Standing is how a mediator stands to a grade.
type Standing struct {
	Grade    string
	Criteria *Criteria // nil where the region has set none
	Findings []Finding
}

// Lacks tells whether something that is asked for is missing, or nothing is known of what is asked for.
func (s Standing) Lacks() bool {
	for _, f := range s.Findings {
		if f.State == Missing {
			return true
		}
	}
	return s.Criteria == nil
}

// Says tells whether the panel has to say that no crime grew out of a mediation.
func (s Standing) Says() bool { return s.Criteria != nil && s.Criteria.NoCrime }

// Served are the full years of service by a day: in each stretch without a gap the years, and of what is left over from all
// of them a year for every 365 days.
func Served(spells []Spell, on calendar.Day) int {
	years, days := 0, 0
	var from, to calendar.Day
	end := func() {
		if from.Before(to) {
			n := from.AgeOn(to)
			years, days = years+n, days+calendar.Between(from.PlusYears(n), to)
		}
	}
	for _, s := range spells { // the earliest first
		last := s.LeftOn
		if last.IsZero() || last.After(on) {
			last = on
		}
		if from.IsZero() || s.EngagedOn.After(to) {
			end()
			from, to = s.EngagedOn, s.EngagedOn
		}
		if last.After(to) {
			to = last
		}
	}
	end()
	return years + days/365
}

// Spell is an engagement.
type Spell struct {
	ID        ident.ID
	EngagedOn calendar.Day
	LeftOn    calendar.Day
}
