// Package anomaly notices what somebody should look at in a case before it is paid for or sent to court: the same telephone
// for several parties, texts that are nearly one, signatures within seconds. It says what was seen and accuses nobody; a
// person of the bureau or the station looks, and clears the flag with a reason. Those who mediate a case, and its parties, are
// shown none.
package anomaly

import (
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/money"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Reading  authz.Action = "anomaly.read"
	Clearing authz.Action = "anomaly.clear"
	Looking  authz.Action = "anomaly.look" // to look again before the night comes
)

// How a flag stands.
const (
	Open    = "open"
	Cleared = "cleared"
)

// Flag is one thing that a rule saw in one case. It is raised once for the same evidence, and stays when it is cleared.
type Flag struct {
	ident.Key
	Version      int64        `gorm:"column:version"`
	CaseID       ident.ID     `gorm:"column:case_id"`
	CommitteeID  ident.ID     `gorm:"column:committee_id"` // that led the case when it was found
	AreaCode     ident.Area   `gorm:"column:area_code"`
	Rule         string       `gorm:"column:rule"` // Rules
	Weight       int          `gorm:"column:weight"`
	EvidenceKey  string       `gorm:"column:evidence_key"`
	EvidenceJSON string       `gorm:"column:evidence"`
	Evidence     Evidence     `gorm:"-"`
	FoundOn      calendar.Day `gorm:"column:found_on"`
	State        string       `gorm:"column:state"`
	ClearedBy    ident.ID     `gorm:"column:cleared_by"`
	ClearedAt    *time.Time   `gorm:"column:cleared_at"`
	ReasonSealed []byte       `gorm:"column:reason_sealed"`
	Reason       string       `gorm:"-"`
}

// TableName is the table's.
func (Flag) TableName() string { return "anomaly_flags" }

// Evidence is what a rule saw: ids, days and figures, never a name. Each rule fills its own part.
type Evidence struct {
	Cases    []ident.ID   `json:"cases,omitempty" doc:"Other cases that it was seen with, the first ten"`
	Count    int          `json:"count,omitempty" doc:"Of cases, in all"`
	Names    int          `json:"names,omitempty" doc:"How many different parties"`
	Within   bool         `json:"within,omitempty" doc:"Seen on both sides of this very case"`
	Unit     string       `json:"unit,omitempty" doc:"committee or mediator"`
	UnitID   ident.ID     `json:"unit_id,omitempty,omitzero"`
	Month    string       `json:"month,omitempty" doc:"YYYY-MM"`
	Past     int          `json:"past,omitempty" doc:"Cases in the months before"`
	Months   int          `json:"months,omitempty" doc:"How many months before"`
	Day      calendar.Day `json:"day,omitempty"`
	Due      calendar.Day `json:"due,omitempty"`
	Deadline calendar.Day `json:"deadline,omitempty"`
	Alike    int          `json:"alike,omitempty" doc:"Per cent"`
	Amount   money.Fen    `json:"amount_fen,omitempty"`
	Tie      string       `json:"tie,omitempty" doc:"address, employer, representative or phone"`
	Sessions []ident.ID   `json:"sessions,omitempty"`
	Minutes  int          `json:"minutes,omitempty" doc:"For how long they overlap"`
	Seconds  int          `json:"seconds,omitempty"`
	Was      string       `json:"was,omitempty" doc:"Outcome before"`
	Now      string       `json:"now,omitempty" doc:"Outcome after"`
}

// seen is what a rule found, before it is known whether that is new.
type seen struct {
	Case     ident.ID
	Rule     string
	Key      string
	Evidence Evidence
}

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Vault   *vault.Vault
	Policy  *authz.Policy
	Journal *journal.Journal
	Cases   *casework.Service
	Name    func(tx *db.Tx, person ident.ID) (string, error) // of whoever cleared a flag
}

// Service looks through the cases of a county, and keeps what was found and who cleared it.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// Held gives, for each of some cases of a county that is held by an open flag, the codes of the rules; a case that is not held
// is left out. Nothing is paid for a case while it is held.
func Held(tx *db.Tx, county ident.County, cases []ident.ID) (map[ident.ID][]string, error) {
	rows, err := openRules(tx, county, cases)
	out := map[ident.ID][]string{}
	for _, r := range rows {
		out[r.CaseID] = append(out[r.CaseID], r.Rule)
	}
	return out, err
}

// Flagged are all cases of a county that a rule ever flagged, cleared ones among them.
func Flagged(tx *db.Tx, county ident.County) (map[ident.ID]bool, error) {
	ids, err := everFlagged(tx, county)
	out := map[ident.ID]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}
