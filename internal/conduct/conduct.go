// Package conduct takes complaints about how a mediator behaves (R4; People's Mediation Law, article 15) and what came of
// them. They are kept apart from the case: who mediates it does not learn of them, and the one complained about never
// reads one, nor who made it.
package conduct

import (
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Complaining authz.Action = "conduct.complain" // a party; the chair and the station on somebody's behalf
	Reading     authz.Action = "conduct.read"     // one's own; the chair, the station and the bureau
	Handling    authz.Action = "conduct.handle"   // the chair; the station and the bureau where it is about the chair
)

// How far a complaint has come: codes.ComplaintStates.
const (
	Received = "received"
	Looking  = "looking"
	Decided  = "decided"
)

// Removal is the outcome that only the unit which elected or engaged the mediator can bring about.
const Removal = "removal"

// upheld are the outcomes of a complaint that was found right.
var upheld = []string{"criticised", "ordered", Removal}

// Complaint is one complaint about one mediator.
type Complaint struct {
	ident.Key
	Version        int64        `gorm:"column:version"`
	CaseID         ident.ID     `gorm:"column:case_id"`
	CommitteeID    ident.ID     `gorm:"column:committee_id"` // the mediator's
	ChairOf        ident.ID     `gorm:"column:chair_of"`     // the committee whose chair handles it; NULL where the station does
	AreaCode       ident.Area   `gorm:"column:area_code"`    // the committee's
	MediatorID     ident.ID     `gorm:"column:mediator_id"`
	MediatorPerson ident.ID     `gorm:"column:mediator_person_id"`
	MediatorName   string       `gorm:"column:mediator_name"`
	Kind           string       `gorm:"column:kind"` // codes.Complaints
	TextSealed     []byte       `gorm:"column:text_sealed"`
	NameSealed     []byte       `gorm:"column:name_sealed"`
	Text           string       `gorm:"-"`
	Name           string       `gorm:"-"` // who complains
	PartyID        ident.ID     `gorm:"column:party_id"`
	ComplainantID  ident.ID     `gorm:"column:complainant_id"` // their person, where they came with an account
	RecorderID     ident.ID     `gorm:"column:recorder_id"`    // of the staff who wrote it down for them
	State          string       `gorm:"column:state"`
	Outcome        string       `gorm:"column:outcome"` // codes.ComplaintOutcomes
	ReasonSealed   []byte       `gorm:"column:reason_sealed"`
	UnitSealed     []byte       `gorm:"column:unit_sealed"`
	Reason         string       `gorm:"-"`
	Unit           string       `gorm:"-"` // that elected or engaged the mediator
	ReceivedAt     time.Time    `gorm:"column:received_at"`
	DecidedOn      calendar.Day `gorm:"column:decided_on"`
	ToldAt         *time.Time   `gorm:"column:told_at"`
}

// TableName is the table's.
func (Complaint) TableName() string { return "complaints" }

// ByStation tells whether the station handles it, not the chair.
func (c Complaint) ByStation() bool { return c.ChairOf.IsZero() }

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Vault   *vault.Vault
	Policy  *authz.Policy
	Journal *journal.Journal
	Cases   *casework.Service
}

// Service takes complaints and keeps what came of them, each act in one transaction with one entry in the record.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }
