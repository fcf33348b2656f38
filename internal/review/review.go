// Package review draws dossiers of closed cases and has them looked at by somebody of another committee (卷宗评查): a sheet of
// nine items, filled in as far as a machine can see, the rest by a person who says why. Whoever mediated may answer once, and a
// second reviewer decides. The draw can be repeated by anybody who has the seed.
package review

import (
	"context"
	"io"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Reading   authz.Action = "review.read"      // rounds and results
	Managing  authz.Action = "review.manage"    // make a round, name reviewers, draw
	Working                = casework.ForReview // a reviewer: the dossier of an item, and its sheet
	Results   authz.Action = "review.results"   // what became of one's own dossiers
	Answering authz.Action = "review.answer"    // answer to it, once
	MyWork    authz.Action = "review.my_work"   // the list of what one is to look at
)

// How far an item has come. A sheet that nobody answered in time is final without an act: see Item.Final.
const (
	Waiting   = "waiting" // for a reviewer
	Assigned  = "assigned"
	Submitted = "submitted"
	Appealed  = "appealed"
	Decided   = "decided"
)

// Why a dossier is looked at.
const (
	Random = "random"
	Risk   = "risk" // it was flagged; reported apart
)

// Round is one review: which cases, how many of them, by which seed.
type Round struct {
	ident.Key
	Version       int64        `gorm:"column:version"`
	AreaCode      ident.Area   `gorm:"column:area_code"`
	Name          string       `gorm:"column:name"`
	FromOn        calendar.Day `gorm:"column:from_on"` // first closed, the first day
	ToOn          calendar.Day `gorm:"column:to_on"`   // and the last
	RateConfirmed int          `gorm:"column:rate_confirmed"`
	RateRest      int          `gorm:"column:rate_rest"`
	AppealDays    int          `gorm:"column:appeal_days"`
	Trial         bool         `gorm:"column:trial"`
	SeedSealed    []byte       `gorm:"column:seed_sealed"`
	SeedHash      string       `gorm:"column:seed_hash"`
	Seed          string       `gorm:"-"` // known once it was drawn
	FixedAt       time.Time    `gorm:"column:fixed_at"`
	FixedBy       ident.ID     `gorm:"column:fixed_by"`
	DrawnAt       *time.Time   `gorm:"column:drawn_at"`
	LeftOut       int          `gorm:"column:left_out"`
}

// TableName is the table's.
func (Round) TableName() string { return "review_rounds" }

// Reviewer is somebody named for a round.
type Reviewer struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey" json:"-"`
	RoundID    ident.ID     `gorm:"column:round_id;primaryKey" json:"-"`
	PersonID   ident.ID     `gorm:"column:person_id;primaryKey" json:"person_id"`
	Name       string       `gorm:"column:name" json:"name"`
	NamedAt    time.Time    `gorm:"column:named_at" json:"named_at"`
	Committees []ident.ID   `gorm:"-" json:"-"` // in which they serve
	Streets    []ident.Area `gorm:"-" json:"-"` // whose station they are: it looks after the committees there
}

// TableName is the table's.
func (Reviewer) TableName() string { return "review_reviewers" }

// Item is one dossier of a round.
type Item struct {
	ident.Key
	Version       int64         `gorm:"column:version"`
	RoundID       ident.ID      `gorm:"column:round_id"`
	CaseID        ident.ID      `gorm:"column:case_id"`
	CaseNo        string        `gorm:"column:case_no"`
	CommitteeID   ident.ID      `gorm:"column:committee_id"`
	AreaCode      ident.Area    `gorm:"column:area_code"`
	CommitteeType registry.Type `gorm:"column:committee_type"`
	Category      string        `gorm:"column:category"`
	Confirmed     bool          `gorm:"column:confirmed"`
	Why           string        `gorm:"column:why"`
	Place         int           `gorm:"column:place"`
	Trial         bool          `gorm:"column:trial"`
	ReviewerID    ident.ID      `gorm:"column:reviewer_id"`
	ReviewerName  string        `gorm:"column:reviewer_name"`
	State         string        `gorm:"column:state"`
	Sheets        int           `gorm:"column:sheets"`
	Score         int           `gorm:"column:score"`
	Grade         string        `gorm:"column:grade"`
	Vetoed        bool          `gorm:"column:vetoed"`
	AppealBy      calendar.Day  `gorm:"column:appeal_by"`
	AppealedBy    ident.ID      `gorm:"column:appealed_by"`
	AppealSealed  []byte        `gorm:"column:appeal_sealed"`
	Appeal        string        `gorm:"-"`
}

// TableName is the table's.
func (Item) TableName() string { return "review_items" }

// Final tells whether a result stands: it was decided, or nobody answered in time.
func (i Item) Final(today calendar.Day) bool {
	return i.State == Decided || i.State == Submitted && today.After(i.AppealBy)
}

// Sheet is what one reviewer made of a dossier.
type Sheet struct {
	ident.Key
	ItemID        ident.ID          `gorm:"column:item_id"`
	Number        int               `gorm:"column:number"`
	PersonID      ident.ID          `gorm:"column:person_id"`
	PointsJSON    string            `gorm:"column:points"`
	RemarksSealed []byte            `gorm:"column:remarks_sealed"`
	Veto          string            `gorm:"column:veto"`
	Score         int               `gorm:"column:score"`
	Grade         string            `gorm:"column:grade"`
	MadeAt        time.Time         `gorm:"column:made_at"`
	Points        map[string]int    `gorm:"-"`
	Remarks       map[string]string `gorm:"-"`
	Seen          []Deduction       `gorm:"-"` // by the machine, where it still counts
}

// TableName is the table's.
func (Sheet) TableName() string { return "review_sheets" }

// Options say what the room needs from its neighbours.
type Options struct {
	Store    *db.Store
	Vault    *vault.Vault
	Policy   *authz.Policy
	Journal  *journal.Journal
	Cases    *casework.Service
	Accounts *account.Service
	Random   io.Reader
	Looked   func(ctx context.Context, by actor.Actor, action authz.Action, of ident.ID) error // notes that somebody looks at a case
}

// Service makes rounds, hands out dossiers and keeps what came of them.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// Result is what a review made of a case.
type Result struct {
	Score  int
	Grade  string // excellent, good, fair or poor
	Final  bool
	Vetoed bool
}

// ResultOf gives, for each of some cases of a county whose dossier was reviewed, what came of it last; one that nobody has
// looked at is left out, and trials do not count.
func ResultOf(tx *db.Tx, county ident.County, cases []ident.ID) (map[ident.ID]Result, error) {
	rows, err := reviewed(tx, county, cases)
	out := map[ident.ID]Result{}
	today := calendar.DayOf(tx.Now)
	for _, i := range rows { // the latest comes last
		out[i.CaseID] = Result{Score: i.Score, Grade: i.Grade, Final: i.Final(today), Vetoed: i.Vetoed}
	}
	return out, err
}
