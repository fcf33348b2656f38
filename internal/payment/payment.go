// Package payment pays what was approved, in batches that two persons sign, and keeps where each is paid apart from every case
// (R5). An account leaves the system in one way only: in the payment list of a batch that both have signed, and who took it is
// written down.
package payment

import (
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/subsidy"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Paying authz.Action = "payment.make"    // the bureau: batches, payment lists, accounts of others
	Owning authz.Action = "payment.account" // one's own account
)

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Vault   *vault.Vault
	Policy  *authz.Policy
	Journal *journal.Journal
	Claims  *subsidy.Service
}

// Service keeps batches and accounts, each act in one transaction with one entry in the record.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// entry is an act on a batch or an account: each has a chain of its own, as a case has.
type entry struct {
	id       ident.ID
	version  int64
	event    string
	from, to string
	fact     journal.Fact
}

func (s *Service) record(tx *db.Tx, e entry) error {
	_, err := s.Journal.Append(tx, journal.Entry{Case: e.id, Seq: e.version, Event: e.event, From: e.from, To: e.to, Actor: tx.By.Person, Role: hatOf(tx.By, e.id.County()), Fact: e.fact})
	return err
}

// hatOf is the post in which somebody acts in a county.
func hatOf(by actor.Actor, county ident.County) actor.Role {
	for _, p := range by.Posts {
		if p.Area.Covers(county.Area()) || p.Committee.County() == county {
			return p.Role
		}
	}
	return actor.Anyone
}

var errStale = fault.New(fault.Stale, "", "刚刚有人办理过。请看过新内容后再试。", "Somebody has just handled this. Please look at it again and retry.")

// words takes a text that has to be given.
func words(bad *fault.Check, at, text string, least, most int) string {
	text = strings.TrimSpace(text)
	switch n := len([]rune(text)); {
	case n < least:
		bad.Add(at, "请填写这一项。", "Please fill this in.")
	case n > most:
		bad.Add(at, "最多 %d 个字。", "At most %d characters.", most)
	}
	return text
}
