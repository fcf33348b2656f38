// Package fieldwork keeps what is done beside cases where people live: the legal services of the five presences (五在场).
package fieldwork

import (
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// The actions of this room in the policy.
const (
	Reading   authz.Action = "fieldwork.read"   // the services of an area
	Recording authz.Action = "fieldwork.record" // the justice station of the place
)

// Service does what a grant allows, each act in one transaction.
type Service struct{ store *db.Store }

// New makes the room's service.
func New(store *db.Store) *Service { return &Service{store} }

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
