// Package grade keeps the grade that each mediator holds: what the four national grades ask for in a region, how a mediator
// stands to them, with the cases behind each figure, and what a panel gave. It gives no grade itself.
package grade

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/journal"
)

// The actions of this room in the policy.
const (
	Reading authz.Action = "training.read" // as the training: the chair, the station and the bureau
	Owning  authz.Action = "training.own"  // a mediator: what is theirs
	Grading authz.Action = "grade.grant"   // the bureau: grades, and what they ask for
)

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Policy  *authz.Policy
	Journal *journal.Journal
}

// Service keeps the grades, each act in one transaction with one entry in the record.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// record enters an act in the record: a grade has a chain of its own, as a case has.
func (s *Service) record(tx *db.Tx, g Grade, event string, fact journal.Fact) error {
	_, err := s.Journal.Append(tx, journal.Entry{Case: g.ID, Seq: g.Version, Event: event, Actor: tx.By.Person, Role: tx.By.Over(g.AreaCode), Fact: fact})
	return err
}

var errStale = fault.New(fault.Stale, "", "刚刚有人改动过这条记录。请看过新内容后再试。", "Somebody has just changed this record. Please look at it again and retry.")
