package grade

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/training"
)

// factsOf are what is known of a mediator on a day: of the person, in all committees of the county that they serve.
func factsOf(tx *db.Tx, m registry.Mediator, area ident.Area, on calendar.Day) (Facts, error) {
	spells, err := spellsOf(tx, m.CountyCode, m.PersonID)
	if err != nil {
		return Facts{}, err
	}
	f, err := disputesOf(tx, m.CountyCode, idsOf(spells), on)
	if err != nil {
		return f, err
	}
	f.Years = Served(spells, on)
	if f.Misconduct, err = misconductOf(tx, m.CountyCode, m.PersonID, on); err != nil {
		return f, err
	}
	for i, year := range []int{on.Year(), on.Year() - 1} {
		_, due, err := training.DueOf(tx, m, area, year)
		if err != nil {
			return f, err
		}
		from, to := training.Span(year)
		had, err := training.HoursHad(tx, m.CountyCode, m.PersonID, from, earlier(to, on))
		if err != nil {
			return f, err
		}
		if i == 0 || f.Trained < f.HoursDue && had >= due && !m.EngagedOn.After(to) {
			f.Trained, f.HoursDue = had, due
		}
	}
	return f, nil
}

func earlier(a, b calendar.Day) calendar.Day {
	if b.Before(a) {
		return b
	}
	return a
}

func idsOf(spells []Spell) []ident.ID {
	out := make([]ident.ID, 0, len(spells))
	for _, s := range spells {
		out = append(out, s.ID)
	}
	return out
}

// standing is how a mediator stands to one grade on a day.
func standing(tx *db.Tx, m registry.Mediator, area ident.Area, grade string, on calendar.Day) (Standing, error) {
	out := Standing{Grade: grade}
	c, err := CriteriaIn(tx, area, grade, on)
	if err != nil || c == nil {
		return out, err
	}
	f, err := factsOf(tx, m, area, on)
	out.Criteria, out.Findings = c, Judge(*c, f)
	return out, err
}

// Record is what is kept of one mediator: the hours of a year, the courses, the grades, and how they stand to each grade.
type Record struct {
	training.Hours
	Year      int
	Courses   []training.AttendedCourse
	Grades    []Grade // the latest first
	Now       *Grade  // that holds today; nil for none
	Standings []Standing
}

// RecordOf is the record of a mediator within the grant, with the hours of a year: this one when 0.
func (s *Service) RecordOf(ctx context.Context, g authz.Grant, mediator ident.ID, year int) (out Record, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		m, area, err := training.MediatorWithin(tx, g, mediator)
		if err == nil {
			out, err = recordOf(tx, m, area, year)
		}
		return err
	})
	return out, err
}

// Mine is one's own record, as a mediator who serves now; Missing for whoever is none.
func (s *Service) Mine(ctx context.Context, g authz.Grant, year int) (out Record, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		m, area, err := training.Myself(tx, g)
		if err == nil {
			out, err = recordOf(tx, m, area, year)
		}
		return err
	})
	return out, err
}

func recordOf(tx *db.Tx, m registry.Mediator, area ident.Area, year int) (out Record, err error) {
	today := calendar.DayOf(tx.Now)
	if year == 0 {
		year = today.Year()
	}
	out.Mediator, out.AreaCode, out.Year = m, area, year
	if out.Committee, _, err = registry.NameOf(tx, m.CommitteeID); err != nil {
		return out, err
	}
	if out.As, out.Due, err = training.DueOf(tx, m, area, year); err != nil {
		return out, err
	}
	from, to := training.Span(year)
	if out.Had, err = training.HoursHad(tx, m.CountyCode, m.PersonID, from, to); err != nil {
		return out, err
	}
	if out.Courses, err = training.CoursesOf(tx, m.CountyCode, m.PersonID); err != nil {
		return out, err
	}
	if out.Grades, err = gradesOf(tx, m.CountyCode, m.PersonID); err != nil {
		return out, err
	}
	out.Now = Best(out.Grades, today)
	for _, grade := range codes.Grades {
		st, err := standing(tx, m, area, grade.Code, today)
		if err != nil {
			return out, err
		}
		out.Standings = append(out.Standings, st)
	}
	return out, nil
}

// BehindAsked asks for the cases behind a criterion.
type BehindAsked struct {
	Of    string // disputes, oral, unsettled
	After ident.ID
	Limit int // 1 to 100; 20 otherwise
}

// CaseLine is a case behind a criterion: what the register says of it, without names.
type CaseLine struct {
	ID             ident.ID
	CaseNo         string
	Category       string
	Outcome        string
	FirstClosedDay calendar.Day
}

// Behind lists the cases behind a criterion, newest first, and the one to go on after; zero when that was all.
//
// Faults: Missing for a mediator out of reach, and for a list that there is not.
func (s *Service) Behind(ctx context.Context, g authz.Grant, mediator ident.ID, ask BehindAsked) (out []CaseLine, next ident.ID, err error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 20
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		m, _, err := s.reached(tx, g, mediator)
		if err != nil {
			return err
		}
		spells, err := spellsOf(tx, m.CountyCode, m.PersonID)
		if err != nil {
			return err
		}
		out, err = behind(tx, m.CountyCode, idsOf(spells), ask)
		return err
	})
	if err == nil && len(out) > ask.Limit {
		out, next = out[:ask.Limit], out[ask.Limit-1].ID
	}
	return out, next, err
}

// reached is a mediator within the grant; by the grant of what is one's own, oneself.
func (s *Service) reached(tx *db.Tx, g authz.Grant, mediator ident.ID) (registry.Mediator, ident.Area, error) {
	if g.Action() == Owning {
		return training.Myself(tx, g)
	}
	return training.MediatorWithin(tx, g, mediator)
}
