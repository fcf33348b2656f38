// Package report counts cases as the official tables do. It reads rows within the reader's grant and writes no case;
// every figure says where its cases are listed, and every rate what it is a part of.
package report

import (
	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Options say what the room needs from its neighbours, who say themselves what a reader may know.
type Options struct {
	Store *db.Store
	// Upheld counts the complaints about mediators that were received in a period and found right; false for who may read none.
	Upheld func(tx *db.Tx, by actor.Actor, of About) (int64, bool, error)
	// Felt is how parties said they were treated, in the whole quarters of a period; false for who may not read it, and where
	// there is no such quarter.
	Felt func(tx *db.Tx, by actor.Actor, of About) (Felt, bool, error)
}

// About is which area or committee, and which days, a neighbour is asked about.
type About struct {
	Area      ident.Area
	Committee ident.ID // zero: all
	From, To  calendar.Day
}

// Felt is how parties said they were treated: those who agreed, of those who said something. Where fewer than five of a county and
// quarter did, they are in neither.
type Felt struct {
	From, To     calendar.Day // of the quarters
	Fair, Faired int64        // the mediator sided with nobody
	Again, Asked int64        // they would come again
}

// Service answers reports.
type Service struct {
	Options
	db *db.Store
}

// New makes a Service.
func New(o Options) *Service { return &Service{Options: o, db: o.Store} }
