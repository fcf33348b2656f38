package grade

import (
	"context"
	"encoding/json"
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
	"fengqiao/internal/training"
)

// holds is for how many years a grade is given.
const holds = 2

// Grade is a grade that was given.
type Grade struct {
	ident.Key
	Version     int64        `gorm:"column:version"`
	MediatorID  ident.ID     `gorm:"column:mediator_id"`
	PersonID    ident.ID     `gorm:"column:person_id"`
	CommitteeID ident.ID     `gorm:"column:committee_id"`
	AreaCode    ident.Area   `gorm:"column:area_code"`
	Grade       string       `gorm:"column:grade"` // codes.Grades
	Level       string       `gorm:"column:level"` // codes.GradeLevels
	Alias       string       `gorm:"column:alias"` // what else it is called there: 特级, 首席
	GrantedOn   calendar.Day `gorm:"column:granted_on"`
	ValidTo     calendar.Day `gorm:"column:valid_to"` // the last day
	Panel       string       `gorm:"column:panel"`
	DocumentNo  string       `gorm:"column:document_no"`
	Published   string       `gorm:"column:published"`
	Found       string       `gorm:"column:found"`     // []Finding as JSON: what was known then
	Exception   string       `gorm:"column:exception"` // why it was given although something was missing
	EnteredBy   ident.ID     `gorm:"column:entered_by"`
	EndedOn     calendar.Day `gorm:"column:ended_on"` // the first day on which it no longer holds
	EndedReason string       `gorm:"column:ended_reason"`
}

// TableName is the table's.
func (Grade) TableName() string { return "mediator_grades" }

// HoldsOn tells whether a grade holds on a day.
func (g Grade) HoldsOn(on calendar.Day) bool {
	return !on.Before(g.GrantedOn) && !on.After(g.ValidTo) && (g.EndedOn.IsZero() || on.Before(g.EndedOn))
}

// Best is the highest of the grades that hold on a day; nil for none.
func Best(all []Grade, on calendar.Day) *Grade {
	var out *Grade
	for i, g := range all {
		if g.HoldsOn(on) && (out == nil || g.Grade < out.Grade) {
			out = &all[i]
		}
	}
	return out
}

// NewGrade is a grade that a panel gave.
type NewGrade struct {
	Grade      string       `json:"grade" doc:"1 to 4, 1 the highest"`
	Alias      string       `json:"alias,omitempty" doc:"What else it is called there"`
	GrantedOn  calendar.Day `json:"granted_on"`
	Panel      string       `json:"panel" doc:"Who gave it"`
	DocumentNo string       `json:"document_no"`
	Published  string       `json:"published,omitempty" doc:"Where it was made public"`
	NoCrime    bool         `json:"no_crime,omitempty" doc:"The panel says that no crime grew out of a mediation of theirs; needed where the grade asks for it"`
	Exception  string       `json:"exception,omitempty" doc:"Why it is given although something is missing"`
}

// Grant records that a panel gave a mediator a grade, with what was known of them on that day. It holds for two years. The
// first and the second are given in the city, the third and the fourth in a county. Something that is missing stops nobody,
// but the reason is recorded.
//
// Faults: Missing for a mediator out of reach; Invalid says all that is wrong.
func (s *Service) Grant(ctx context.Context, g authz.Grant, mediator ident.ID, in NewGrade) (Grade, error) {
	var out Grade
	err := s.Store.Do(ctx, g.By(), mediator.County(), func(tx *db.Tx) error {
		m, area, err := training.MediatorWithin(tx, g, mediator)
		if err != nil {
			return err
		}
		if out, err = in.checked(tx, g, m, area); err != nil {
			return err
		}
		out.Key, out.Version, out.EnteredBy = tx.NewKey(), 1, tx.By.Person
		tx.Made(out.ID, 1, 201)
		fact := journal.Fact{"mediator": m.ID.String(), "grade": out.Grade, "granted_on": out.GrantedOn, "valid_to": out.ValidTo, "exception": out.Exception != ""}
		return errors.Join(insertGrade(tx, &out), s.record(tx, out, "grade_granted", fact))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Grade, error) { return gradeByID(tx, done.ID) })
	}
	return out, err
}

func (in NewGrade) checked(tx *db.Tx, g authz.Grant, m registry.Mediator, area ident.Area) (Grade, error) {
	var bad fault.Check
	out := Grade{MediatorID: m.ID, PersonID: m.PersonID, CommitteeID: m.CommitteeID, AreaCode: area, Grade: in.Grade, Level: levelOf(in.Grade), GrantedOn: in.GrantedOn}
	bad.Take("grade", codes.Grades.Check(in.Grade))
	if out.Level == "city" && !g.CoversArea(cityOf(area)) {
		bad.Add("grade", "一级、二级由设区的市评定，请由市级登记。", "The first and the second grade are given in the city, and entered there.")
	}
	out.Alias, out.Panel = bad.Line("alias", in.Alias, 0, 20), bad.Line("panel", in.Panel, 2, 100)
	out.DocumentNo, out.Published = bad.Line("document_no", in.DocumentNo, 2, 50), bad.Line("published", in.Published, 0, 100)
	out.Exception = bad.Line("exception", in.Exception, 0, 500)
	if !in.GrantedOn.Given(&bad, "granted_on") {
		return out, bad.Err()
	}
	if in.GrantedOn.After(calendar.DayOf(tx.Now)) || in.GrantedOn.Before(m.EngagedOn) {
		bad.Add("granted_on", "评定日期应在聘任之后、今天之前。", "It is given after the engagement, and not later than today.")
	}
	out.ValidTo = in.GrantedOn.PlusYears(holds).Plus(-1)
	if err := bad.Err(); err != nil {
		return out, err
	}
	st, err := standing(tx, m, area, in.Grade, in.GrantedOn)
	if err != nil {
		return out, err
	}
	switch {
	case st.Criteria == nil:
		bad.Add("grade", "本地还没有规定这一等级的条件，请先规定。", "No criteria are set here for this grade; please set them first.")
	case st.Lacks() && out.Exception == "":
		bad.Add("exception", "有的条件还没有达到。请写明为什么仍然评定。", "Something that the grade asks for is missing. Please say why it is given all the same.")
	}
	if st.Says() && !in.NoCrime {
		bad.Add("no_crime", "请由评定小组确认：没有因调解不当引发刑事案件。", "The panel has to confirm that no crime grew out of poor mediation.")
	}
	found, fails := json.Marshal(st.Findings)
	out.Found = string(found)
	return out, errors.Join(bad.Err(), fails)
}

func levelOf(grade string) string {
	if grade == "1" || grade == "2" {
		return "city"
	}
	return "county"
}

func cityOf(area ident.Area) ident.Area { return ident.Widen(string(area[:4])) }

// TakeBack ends a grade before its time, from today on.
//
// Faults: Missing for a grade out of reach; Stale; Conflict where it holds no longer; Invalid without a reason.
func (s *Service) TakeBack(ctx context.Context, g authz.Grant, id ident.ID, expect int64, reason string) (Grade, error) {
	var out Grade
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if out, err = gradeWithin(tx, g, id); err != nil {
			return err
		}
		var bad fault.Check
		today := calendar.DayOf(tx.Now)
		switch out.EndedReason = bad.Line("reason", reason, 2, 200); {
		case out.Version != expect:
			return errStale
		case !out.HoldsOn(today):
			return fault.New(fault.Conflict, "grade_over", "这个等级已经不再有效。", "This grade does not hold any more.")
		case out.Level == "city" && !g.CoversArea(cityOf(out.AreaCode)):
			return fault.New(fault.Denied, "", "一级、二级由市级评定，也由市级取消。", "The first and the second grade are taken back in the city, where they are given.")
		}
		if err := bad.Err(); err != nil {
			return err
		}
		out.EndedOn, out.Version = today, out.Version+1
		tx.Made(out.ID, out.Version, 200)
		return errors.Join(endGrade(tx, out), s.record(tx, out, "grade_taken_back", journal.Fact{"ended_on": out.EndedOn}))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Grade, error) { return gradeByID(tx, done.ID) })
	}
	return out, err
}
