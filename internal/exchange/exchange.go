// Package exchange takes in the ledger that a committee has kept in a spreadsheet: a file is put aside sealed, its columns
// are matched with what a case needs, every row is tried, and the good ones become cases by the same acts as everywhere.
package exchange

import (
	"context"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/ledger"
	"fengqiao/internal/sheet"
	"fengqiao/internal/vault"
)

// Importing is the action of this room in the policy.
const Importing authz.Action = "ledger.import"

const (
	readingTime = time.Minute
	keptFor     = 7 * 24 * time.Hour // then the rows are deleted, whether they were entered or not
)

// row and problem are as they were read.
type (
	row     = sheet.Row
	problem = sheet.Problem
)

// State is where an import stands.
type State string

const (
	Uploaded  State = "uploaded"  // the rows are put aside; which column is what is to be confirmed
	Checking  State = "checking"  // every row is being tried
	Checked   State = "checked"   // what would happen is known; somebody decides
	Entering  State = "importing" // rows become cases
	Done      State = "done"
	Stopped   State = "stopped"   // all or nothing was asked for, and a row no longer passes
	Forgotten State = "forgotten" // the rows are deleted
)

// What a row came to.
const (
	rowNew    = "new"    // not looked at yet
	rowGood   = "good"   // would become a case
	rowBad    = "bad"    // would not: the problems say why
	rowDouble = "double" // may be a case that there is already, or a row above
	rowThere  = "there"  // this very line of the ledger was entered before
	rowMade   = "made"   // became a case
	rowFailed = "failed" // passed when it was tried, and not when it was entered
)

// Choices of whoever starts an import.
const (
	AllOrNothing = "all"
	GoodRows     = "good"
)

// Import is one file on its way in. Of what it holds it keeps counts; the rows lie beside it, sealed.
type Import struct {
	CountyCode  ident.County `gorm:"column:county_code;primaryKey" json:"-"`
	ID          ident.ID     `gorm:"column:id;primaryKey" json:"id"`
	Version     int64        `gorm:"column:version" json:"version"`
	CommitteeID ident.ID     `gorm:"column:committee_id" json:"committee_id"`
	ByPerson    ident.ID     `gorm:"column:by_person" json:"-"`
	ByName      string       `gorm:"column:by_name" json:"by"`
	State       State        `gorm:"column:state" json:"state"`
	Kind        string       `gorm:"column:kind" json:"kind" doc:"xlsx or csv"`
	HeadingRow  int          `gorm:"column:heading_row" json:"heading_row"`
	Headings    texts        `gorm:"column:headings" json:"headings" nullable:"false"`
	Columns     columns      `gorm:"column:columns" json:"columns" nullable:"false" doc:"Which field each column is, in the order of the headings; empty for none"`
	Choice      string       `gorm:"column:choice" json:"choice,omitempty"`
	Doubles     bool         `gorm:"column:with_doubles" json:"with_doubles"`
	Told        bool         `gorm:"column:rights_told" json:"rights_told"`
	Rows        int          `gorm:"column:row_count" json:"rows"`
	Looked      int          `gorm:"column:looked_at" json:"looked_at" doc:"Rows that were tried so far, or entered"`
	Good        int          `gorm:"column:good" json:"good"`
	Bad         int          `gorm:"column:bad" json:"bad"`
	Double      int          `gorm:"column:doubled" json:"double"`
	There       int          `gorm:"column:there" json:"there"`
	Made        int          `gorm:"column:made" json:"made"`
	Failed      int          `gorm:"column:failed" json:"failed"`
	Settled     int          `gorm:"column:settled_rows" json:"mediated" doc:"Good rows of disputes that were mediated"`
	MadeAt      time.Time    `gorm:"column:made_at" json:"made_at"`
	EndedAt     *time.Time   `gorm:"column:ended_at" json:"ended_at,omitempty"`
}

// TableName is the table's.
func (Import) TableName() string { return "ledger_imports" }

// Working tells whether the import goes on by itself.
func (i Import) Working() bool { return i.State == Checking || i.State == Entering }

// Percent is how far that has come.
func (i Import) Percent() int {
	if i.Whole() == 0 {
		return 100
	}
	return min(100, i.Looked*100/i.Whole())
}

// Whole is how many rows there are to do: to try all, and to enter those that pass.
func (i Import) Whole() int {
	switch {
	case i.Choice == "":
		return i.Rows
	case i.Doubles:
		return i.Good + i.Double
	}
	return i.Good
}

// Service takes ledgers in.
type Service struct {
	Options
	reading chan struct{} // holds one while a file is read: one at a time
	wake    chan struct{} // there is work
}

// Options are what a Service is made of.
type Options struct {
	Store  *db.Store
	Vault  *vault.Vault
	Policy *authz.Policy
	Cases  *casework.Service
	Ledger *ledger.Service
	// Actor is somebody as they may act today; the room of accounts knows it.
	Actor func(tx *db.Tx, person ident.ID) (actor.Actor, error)
}

// New makes a Service.
func New(o Options) *Service {
	return &Service{Options: o, reading: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
}

// committeeOf is the committee whose ledger a grant takes in: the one named, or the only one.
func committeeOf(g authz.Grant, named ident.ID) (ident.ID, error) {
	mine := g.Committees()
	switch {
	case len(mine) == 0 || !named.IsZero() && !g.CoversCommittee(named):
		return ident.ID{}, fault.New(fault.Denied, "", "台账由本调委会的主任录入。", "A committee's ledger is taken in by its chair.").At("committee_id")
	case !named.IsZero():
		return named, nil
	case len(mine) > 1:
		return ident.ID{}, fault.New(fault.Invalid, "", "请选择是哪个调委会的台账。", "Please choose whose ledger it is.").At("committee_id")
	}
	return mine[0], nil
}

// see finds an import within a grant.
func (s *Service) see(ctx context.Context, g authz.Grant, id ident.ID) (out Import, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		out, err = importWithin(tx, g, id)
		return err
	})
	return out, err
}
