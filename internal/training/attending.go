package training

import (
	"context"
	"errors"
	"fmt"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// NewAttendance is somebody who attended a course.
type NewAttendance struct {
	Mediator      ident.ID `json:"mediator_id"`
	ClassHours    int      `json:"class_hours,omitempty" doc:"Left out: all of the course's"`
	Result        string   `json:"result,omitempty" doc:"Of a course with an exam: passed, failed, absent"`
	CertificateNo string   `json:"certificate_no,omitempty" doc:"Of a course that gave one"`
}

const mostAtOnce = 200 // attendances in one act

// Attend enters who attended a course: all of them, or nobody when anything is wrong.
//
// Faults: Missing for a course out of reach; Stale when it was changed since; Invalid for whoever does not mediate in the
// course's area or attended it already, and for hours, results and certificates that the course cannot have given.
func (s *Service) Attend(ctx context.Context, g authz.Grant, course ident.ID, expect int64, in []NewAttendance) (CourseSeen, error) {
	return s.change(ctx, g, course, expect, func(tx *db.Tx, c *Course) (string, journal.Fact, error) {
		var bad fault.Check
		if len(in) == 0 || len(in) > mostAtOnce {
			bad.Add("attendances", "请选择参加的人，一次最多 %d 人。", "Please choose who attended, at most %d at once.", mostAtOnce)
			return "", nil, bad.Err()
		}
		there, err := attendedOf(tx, c.ID)
		if err != nil {
			return "", nil, err
		}
		present := map[ident.ID]bool{}
		for _, a := range there {
			if a.StruckOn.IsZero() {
				present[a.PersonID] = true
			}
		}
		var rows []Attendance
		var who []string
		for i, one := range in {
			a, err := one.checked(tx, &bad, fmt.Sprintf("attendances[%d]", i), *c, present)
			if err != nil {
				return "", nil, err
			}
			rows, who = append(rows, a), append(who, one.Mediator.String())
		}
		if err := bad.Err(); err != nil {
			return "", nil, err
		}
		return "attendance_recorded", journal.Fact{"mediators": who}, insertAll(tx, rows)
	})
}

func (in NewAttendance) checked(tx *db.Tx, bad *fault.Check, at string, c Course, present map[ident.ID]bool) (Attendance, error) {
	a := Attendance{Key: tx.NewKey(), CourseID: c.ID, ToOn: c.ToOn, ClassHours: in.ClassHours, Result: in.Result, EnteredBy: tx.By.Person}
	if a.ClassHours == 0 {
		a.ClassHours = c.ClassHours
	}
	if a.ClassHours < 1 || a.ClassHours > c.ClassHours {
		bad.Add(at+".class_hours", "学时应在 1 到 %d 之间。", "The class hours lie between 1 and %d.", c.ClassHours)
	}
	switch {
	case c.Exam:
		bad.Take(at+".result", codes.ExamResults.Check(in.Result))
	case in.Result != "":
		bad.Add(at+".result", "这次培训没有考试。", "This course had no exam.")
	}
	if a.CertificateNo = bad.Line(at+".certificate_no", in.CertificateNo, 0, 50); a.CertificateNo != "" && !c.Certificate {
		bad.Add(at+".certificate_no", "这次培训不发证书。", "This course gave no certificate.")
	}
	m, committee, err := findIn(tx, c, in.Mediator)
	switch {
	case fault.Is(err, fault.Missing):
		bad.Add(at+".mediator_id", "请选择这个地区调委会的调解员。", "Please choose a mediator of a committee of this area.")
		return a, nil
	case err != nil:
		return a, err
	case present[m.PersonID]:
		bad.Add(at+".mediator_id", "%[1]s 已经登记参加了这次培训。", "%[1]s: entered for this course already.", m.Name)
	case !m.LeftOn.IsZero() && m.LeftOn.Before(c.ToOn):
		bad.Add(at+".mediator_id", "%[1]s 在培训之前已经离任。", "%[1]s: left before the course.", m.Name)
	}
	present[m.PersonID] = true
	a.MediatorID, a.PersonID, a.CommitteeID, a.AreaCode = m.ID, m.PersonID, m.CommitteeID, committee.AreaCode
	return a, nil
}

// findIn finds a mediator of a committee in a course's area.
func findIn(tx *db.Tx, c Course, id ident.ID) (registry.Mediator, registry.Committee, error) {
	if id.IsZero() || id.County() != c.CountyCode {
		return registry.Mediator{}, registry.Committee{}, fault.NoSuch()
	}
	m, err := registry.FindMediator(tx, id)
	if err != nil {
		return m, registry.Committee{}, err
	}
	committee, err := registry.FindCommittee(tx, m.CommitteeID)
	if err == nil && !c.AreaCode.Covers(committee.AreaCode) {
		err = fault.NoSuch()
	}
	return m, committee, err
}

// Strike takes an attendance that was a mistake out of the count. It stays to be read, with the reason.
//
// Faults: Missing for what is out of reach or struck out already; Stale; Invalid without a reason.
func (s *Service) Strike(ctx context.Context, g authz.Grant, course, attendance ident.ID, expect int64, reason string) (CourseSeen, error) {
	return s.change(ctx, g, course, expect, func(tx *db.Tx, c *Course) (string, journal.Fact, error) {
		var bad fault.Check
		reason := bad.Line("reason", reason, 2, 200)
		if err := bad.Err(); err != nil {
			return "", nil, err
		}
		err := strike(tx, *c, attendance, calendar.DayOf(tx.Now), reason)
		return "attendance_struck", journal.Fact{"attendance": attendance.String()}, err
	})
}

// change is the one way in which a course changes after it was entered: found within the grant, of the version that was
// seen, written with the next, entered in the record.
func (s *Service) change(ctx context.Context, g authz.Grant, id ident.ID, expect int64, do func(*db.Tx, *Course) (string, journal.Fact, error)) (out CourseSeen, err error) {
	err = s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		c, err := courseWithin(tx, g, id)
		if err != nil {
			return err
		}
		if c.Version != expect {
			return errStale
		}
		if err := nextVersion(tx, &c); err != nil { // the course is held from here on: two who enter at once come one by one
			return err
		}
		event, fact, err := do(tx, &c)
		if err != nil {
			return err
		}
		tx.Made(c.ID, c.Version, 200)
		if err := s.record(tx, c.ID, c.Version, c.AreaCode, event, fact); err != nil {
			return err
		}
		out, err = courseSeen(tx, g, id)
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.Course(ctx, g, done.ID)
	}
	return out, err
}

// AttendedCourse is a course that somebody attended.
type AttendedCourse struct {
	Attendance
	Title, Organiser, Kind string
}

// Myself is the mediator that somebody is in one of the committees of their posts.
func Myself(tx *db.Tx, g authz.Grant) (registry.Mediator, ident.Area, error) {
	for _, p := range g.By().Posts {
		if p.Committee.IsZero() {
			continue
		}
		m, err := registry.MediatorOf(tx, p.Committee, g.By().Person)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return m, "", err
		}
		c, err := registry.FindCommittee(tx, p.Committee)
		return m, c.AreaCode, err
	}
	return registry.Mediator{}, "", fault.NoSuch()
}
