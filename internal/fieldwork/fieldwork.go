// Package fieldwork keeps what is done beside cases where people live: the legal services of the five presences (五在场),
// the rounds by which a committee asks whether anything is wrong (排查), and what it kept from happening (预防).
package fieldwork

import (
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Reading   authz.Action = "fieldwork.read"   // the services of an area
	Recording authz.Action = "fieldwork.record" // the justice station of the place

	SeeingRounds authz.Action = "screening.read"    // rounds and prevention records: the committee, and who looks over it
	Screening    authz.Action = "screening.record"  // the committee that goes round
	Confirming   authz.Action = "screening.confirm" // a second person, of the committee or of its station
)

// Options say what the room needs from its neighbours.
type Options struct {
	Store  *db.Store
	Vault  *vault.Vault
	Policy *authz.Policy
	Cases  *casework.Service // where a finding is filed
}

// Service does what a grant allows, each act in one transaction.
type Service struct {
	store  *db.Store
	vault  *vault.Vault
	policy *authz.Policy
	cases  *casework.Service
}

// New makes the room's service.
func New(o Options) *Service { return &Service{o.Store, o.Vault, o.Policy, o.Cases} }

// Kind is which of the five presences a service was.
type Kind int

// The five presences, as the city counts them.
const (
	Decisions Kind = 1 + iota // major decisions of a village
	Rules                     // review and revision of village rules
	Advice                    // legal advice on major matters
	Disputes                  // mediation of major disputes
	Publicity                 // publicity of the law at key dates
)

// PresenceService is one legal service at one place on one day.
type PresenceService struct {
	ident.Key
	AreaCode     ident.Area   `gorm:"column:area_code"`
	Kind         Kind         `gorm:"column:kind"`
	ServedOn     calendar.Day `gorm:"column:served_on"`
	Provider     string       `gorm:"column:provider"` // lawyer or legal_worker
	ProviderName string       `gorm:"column:provider_name"`
	Minutes      int          `gorm:"column:minutes"` // how long it took
	CaseID       ident.ID     `gorm:"column:case_id"` // the dispute it helped with (Disputes), if it is a case
	MadeAt       time.Time    `gorm:"column:made_at"`
	MadeBy       ident.ID     `gorm:"column:made_by"`
}

// TableName is the table's.
func (PresenceService) TableName() string { return "presence_services" }
