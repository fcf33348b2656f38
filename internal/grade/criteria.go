package grade

import (
	"context"
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// NewCriteria are criteria that an area sets for a grade.
type NewCriteria struct {
	AreaCode     ident.Area   `json:"area_code"`
	Grade        string       `json:"grade"`
	ValidFrom    calendar.Day `json:"valid_from,omitempty" doc:"Today when left out; never before"`
	Years        int          `json:"years"`
	Disputes     int          `json:"disputes"`
	OralMost     *int         `json:"oral_most_percent,omitempty" doc:"Most oral agreements, in per cent of the disputes; left out: any"`
	SuccessLeast *int         `json:"success_least_percent,omitempty" doc:"Least success, in per cent of the disputes; left out: any"`
	NoMisconduct bool         `json:"no_misconduct,omitempty"`
	NoCrime      bool         `json:"no_crime,omitempty"`
	Training     bool         `json:"training,omitempty"`
	Basis        string       `json:"basis" doc:"The document that they follow"`
}

// SetCriteria sets what a grade asks for in an area and all below it, from a day on. What was given before stays given. A
// city sets the first and the second grade; a county may set the others for itself.
//
// Faults: Missing for an area out of reach; Invalid says all that is wrong.
func (s *Service) SetCriteria(ctx context.Context, g authz.Grant, in NewCriteria) (Criteria, error) {
	if !g.CoversArea(in.AreaCode) {
		return Criteria{}, fault.NoSuch()
	}
	var c Criteria
	err := s.Store.Do(ctx, g.By(), in.AreaCode.County(), func(tx *db.Tx) (err error) {
		if c, err = in.checked(tx); err != nil {
			return err
		}
		return putCriteria(tx, c)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Criteria, error) {
			now, err := CriteriaIn(tx, in.AreaCode, in.Grade, calendar.DayOf(tx.Now))
			if now == nil {
				now = &Criteria{}
			}
			return *now, err
		})
	}
	return c, err
}

func (in NewCriteria) checked(tx *db.Tx) (Criteria, error) {
	var bad fault.Check
	today := calendar.DayOf(tx.Now)
	c := Criteria{AreaCode: in.AreaCode, Grade: in.Grade, ValidFrom: in.ValidFrom, Years: in.Years, Disputes: in.Disputes, OralMost: in.OralMost, SuccessLeast: in.SuccessLeast,
		NoMisconduct: in.NoMisconduct, NoCrime: in.NoCrime, Training: in.Training, MadeAt: tx.Now, MadeBy: tx.By.Person}
	bad.Take("grade", codes.Grades.Check(in.Grade))
	if _, err := registry.FindArea(tx, in.AreaCode); err != nil {
		return c, err
	}
	if level := in.AreaCode.Level(); level != ident.City && (level != ident.Of6 || levelOf(in.Grade) == "city") {
		bad.Add("area_code", "一级、二级的条件由市规定，三级、四级由市或者县规定。", "The city sets the first and the second grade, the city or a county the others.")
	}
	upTo := func(at string, n, most int) {
		if n < 0 || n > most {
			bad.Add(at, "请填写 0 到 %d 之间的整数。", "Please give a whole number between 0 and %d.", most)
		}
	}
	upTo("years", c.Years, 60)
	upTo("disputes", c.Disputes, 100_000)
	if c.OralMost != nil {
		upTo("oral_most_percent", *c.OralMost, 100)
	}
	if c.SuccessLeast != nil {
		upTo("success_least_percent", *c.SuccessLeast, 100)
	}
	c.Basis = bad.Line("basis", in.Basis, 2, 200)
	if c.ValidFrom.IsZero() {
		c.ValidFrom = today
	}
	if c.ValidFrom.Given(&bad, "valid_from") && c.ValidFrom.Before(today) {
		bad.Add("valid_from", "生效日期不能早于今天：已经评定的等级按当时的条件。", "They cannot begin before today: what was given follows what was set then.")
	}
	return c, bad.Err()
}

// CriteriaIn are what a grade asks for in an area on a day: the narrowest area's around it, and of these the latest; the
// usual ones where nobody has set any, nil where there are none.
func CriteriaIn(tx *db.Tx, area ident.Area, grade string, on calendar.Day) (*Criteria, error) {
	rows, err := criteriaAround(tx, area.Wider(), grade, on)
	var found *Criteria
	for i, r := range rows { // the earliest first
		if found == nil || len(r.AreaCode.Prefix()) >= len(found.AreaCode.Prefix()) {
			found = &rows[i]
		}
	}
	if found == nil {
		found = Usual(grade)
	}
	return found, err
}

// Criteria are the criteria of the four grades in an area today, the highest first; without any where none are set.
func (s *Service) Criteria(ctx context.Context, g authz.Grant, area ident.Area) (out []Standing, err error) {
	if !g.CoversArea(area) {
		return nil, fault.NoSuch()
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		for _, grade := range codes.Grades {
			c, err := CriteriaIn(tx, area, grade.Code, calendar.DayOf(tx.Now))
			if err != nil {
				return err
			}
			out = append(out, Standing{Grade: grade.Code, Criteria: c})
		}
		return nil
	})
	return out, err
}
