// Package training keeps what mediators were taught (O11): courses and who attended them, and the class hours that each should
// have in a year.
package training

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// The actions of this room in the policy.
const (
	Reading   authz.Action = "training.read"   // the chair, the station and the bureau
	Recording authz.Action = "training.record" // the station and the bureau, for mediators of their area
)

// Course is one course, entered for mediators of the area of the office that entered it.
type Course struct {
	ident.Key
	Version     int64        `gorm:"column:version"`
	AreaCode    ident.Area   `gorm:"column:area_code"`
	Title       string       `gorm:"column:title"`
	Organiser   string       `gorm:"column:organiser"`
	Kind        string       `gorm:"column:kind"` // codes.CourseKinds
	FromOn      calendar.Day `gorm:"column:from_on"`
	ToOn        calendar.Day `gorm:"column:to_on"` // the last day, by which it counts
	ClassHours  int          `gorm:"column:class_hours"`
	Form        string       `gorm:"column:form"` // codes.CourseForms
	Exam        bool         `gorm:"column:exam"`
	Certificate bool         `gorm:"column:certificate"`
	Trainer     string       `gorm:"column:trainer"`
	Place       string       `gorm:"column:place"`
	EnteredBy   ident.ID     `gorm:"column:entered_by"`
}

// TableName is the table's.
func (Course) TableName() string { return "training_courses" }

// Attendance is that somebody attended a course. A person counts once in a course, however many committees they serve.
type Attendance struct {
	ident.Key
	CourseID      ident.ID     `gorm:"column:course_id"`
	MediatorID    ident.ID     `gorm:"column:mediator_id"`
	PersonID      ident.ID     `gorm:"column:person_id"`
	CommitteeID   ident.ID     `gorm:"column:committee_id"`
	AreaCode      ident.Area   `gorm:"column:area_code"` // the committee's, on the day it was entered
	ToOn          calendar.Day `gorm:"column:to_on"`
	ClassHours    int          `gorm:"column:class_hours"`
	Result        string       `gorm:"column:result"` // codes.ExamResults; "" without an exam
	CertificateNo string       `gorm:"column:certificate_no"`
	EnteredBy     ident.ID     `gorm:"column:entered_by"`
	StruckOn      calendar.Day `gorm:"column:struck_on"` // a mistake: it no longer counts, and stays to be read
	StruckReason  string       `gorm:"column:struck_reason"`
	StruckBy      ident.ID     `gorm:"column:struck_by"`
}

// TableName is the table's.
func (Attendance) TableName() string { return "training_attendances" }

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Policy  *authz.Policy
	Journal *journal.Journal
}

// Service keeps the training log, each act in one transaction with one entry in the record.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// record enters an act in the record: a course has a chain of its own, as a case has.
func (s *Service) record(tx *db.Tx, id ident.ID, version int64, area ident.Area, event string, fact journal.Fact) error {
	_, err := s.Journal.Append(tx, journal.Entry{Case: id, Seq: version, Event: event, Actor: tx.By.Person, Role: tx.By.Over(area), Fact: fact})
	return err
}

var errStale = fault.New(fault.Stale, "", "刚刚有人改动过这条记录。请看过新内容后再试。", "Somebody has just changed this record. Please look at it again and retry.")
