// Package privacy answers people about their own data (PIPL 44–50): who sees what, by the policy itself; a copy at once;
// what they ask to have corrected or erased, and what came of it. Requests lie beside the case, each with a chain of its own.
package privacy

import (
	"strconv"
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
	Asking     authz.Action = "privacy.ask"     // a party, about itself
	Reading    authz.Action = "privacy.read"    // one's own; the chair and the bureau
	Deciding   authz.Action = "privacy.decide"  // the chair
	Confirming authz.Action = "privacy.confirm" // the bureau: nothing is erased by one person
)

// What is asked for: codes.DataKinds.
const (
	Correction = "correction"
	Erasure    = "erasure"
)

// How far a request has come: codes.DataStates.
const (
	Received = "received"
	Proposed = "proposed" // an erasure that the chair grants and another person has not confirmed yet
	Decided  = "decided"
)

// What came of it: codes.DataOutcomes.
const (
	Done    = "done"
	Partly  = "partly"
	Refused = "refused"
)

// KeptByLaw is the refusal that says until when.
const KeptByLaw = "L1"

// Request is what one party asks for about one item of its own data.
type Request struct {
	ident.Key
	Version      int64        `gorm:"column:version"`
	CaseID       ident.ID     `gorm:"column:case_id"`
	PartyID      ident.ID     `gorm:"column:party_id"`
	Number       int          `gorm:"column:number"` // of this party's in this case
	Kind         string       `gorm:"column:kind"`
	Item         string       `gorm:"column:item"` // codes.DataItems
	AttachmentID ident.ID     `gorm:"column:attachment_id"`
	RightSealed  []byte       `gorm:"column:right_sealed"`
	WhySealed    []byte       `gorm:"column:why_sealed"`
	Right        string       `gorm:"-"` // what it should say
	Why          string       `gorm:"-"`
	State        string       `gorm:"column:state"`
	Outcome      string       `gorm:"column:outcome"`
	Reason       string       `gorm:"column:reason"` // codes.DataRefusals
	KeptUntil    calendar.Day `gorm:"column:kept_until"`
	KeptForEver  bool         `gorm:"column:kept_for_ever"`
	WordsSealed  []byte       `gorm:"column:words_sealed"`
	Words        string       `gorm:"-"` // the answer, in a sentence
	Entry        int64        `gorm:"column:entry"`
	ReceivedAt   time.Time    `gorm:"column:received_at"`
	DueOn        calendar.Day `gorm:"column:due_on"`
	ProposedBy   ident.ID     `gorm:"column:proposed_by"`
	DecidedBy    ident.ID     `gorm:"column:decided_by"`
	DecidedAt    *time.Time   `gorm:"column:decided_at"`
}

// TableName is the table's.
func (Request) TableName() string { return "data_requests" }

// Open tells whether it waits for an answer.
func (r Request) Open() bool { return r.State != Decided }

// Overdue tells whether the answer is late.
func (r Request) Overdue(today calendar.Day) bool { return r.Open() && r.DueOn.Before(today) }

// reference is by what its party names a request: the case's and its own number.
func (r Request) reference(ofCase string) string {
	return ident.Reference(ofCase).Grouped() + "-" + strconv.Itoa(r.Number)
}

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Vault   *vault.Vault
	Policy  *authz.Policy
	Journal *journal.Journal
	Cases   *casework.Service
}

// Service answers people about their own data.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }
