// Package subsidy takes claims for mediated disputes and for posts and has three persons look at each (R5). What is paid, and for
// what, is a scheme's to say. It sets nobody a number to reach, ranks nobody, and pays no party.
package subsidy

import (
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/money"
)

// The actions of this room in the policy.
const (
	Claiming  authz.Action = "subsidy.claim"   // whoever mediated the case, and the chair
	Owning    authz.Action = "subsidy.own"     // what one is paid oneself
	Reading   authz.Action = "subsidy.read"    // the chair, the station and the bureau
	Checking  authz.Action = "subsidy.check"   // the first look: the station; the bureau where there is none
	Examining authz.Action = "subsidy.examine" // the quality group of the bureau
	Approving authz.Action = "subsidy.approve"
	Barring   authz.Action = "subsidy.manage" // the bureau: who is barred, and the claims of a year's posts
)

// How far a claim has come: codes.SubsidyStates.
const (
	Claimed  = "claimed"
	Checked  = "checked"
	Examined = "examined"
	Approved = "approved"
	Batched  = "batched"
	Paid     = "paid"
	Refused  = "refused"
	Replied  = "replied"
)

// Step is one of the three looks: codes.SubsidySteps.
type Step string

const (
	Check   Step = "check"
	Examine Step = "examine"
	Approve Step = "approve"
)

// steps say from which state a look leads to which, by what action.
var steps = map[Step]struct {
	from, to string
	action   authz.Action
}{Check: {Claimed, Checked, Checking}, Examine: {Checked, Examined, Examining}, Approve: {Examined, Approved, Approving}}

// Claim is a claim for a case, or for a post in a year. What it is worth follows from its scheme and is written anew at each
// look; when it is approved it stays.
type Claim struct {
	ident.Key
	Version     int64        `gorm:"column:version"`
	Kind        string       `gorm:"column:kind"` // codes.SubsidyKinds
	CaseID      ident.ID     `gorm:"column:case_id"`
	PostPerson  ident.ID     `gorm:"column:post_person_id"`
	PostYear    int          `gorm:"column:post_year"`
	Called      string       `gorm:"column:called"` // the case's number, or the post
	CommitteeID ident.ID     `gorm:"column:committee_id"`
	AreaCode    ident.Area   `gorm:"column:area_code"` // the committee's
	ClosedOn    calendar.Day `gorm:"column:closed_on"` // by which the scheme is chosen
	SchemeID    ident.ID     `gorm:"column:scheme_id"`
	SchemeSHA   string       `gorm:"column:scheme_sha256"`
	Tier        string       `gorm:"column:tier"`
	Class       string       `gorm:"column:class"`
	Form        string       `gorm:"column:form"`
	Grade       string       `gorm:"column:grade"`
	RateFen     money.Fen    `gorm:"column:rate_fen"`
	BonusFen    money.Fen    `gorm:"column:bonus_fen"`
	Fen         money.Fen    `gorm:"column:fen"`   // 0 while something stands against it
	Codes       string       `gorm:"column:codes"` // codes.SubsidyRefusals that follow from the scheme, separated by blanks
	State       string       `gorm:"column:state"`
	Step        Step         `gorm:"column:step"` // at which it was refused
	Refusal     string       `gorm:"column:refusal"`
	RefusalText string       `gorm:"column:refusal_text"`
	SameCase    ident.ID     `gorm:"column:same_case_id"` // under which the dispute was counted
	Reply       string       `gorm:"column:reply"`
	RepliedAt   *time.Time   `gorm:"column:replied_at"`
	ClaimedBy   ident.ID     `gorm:"column:claimed_by"`
	ClaimedAt   time.Time    `gorm:"column:claimed_at"`
	CheckedBy   ident.ID     `gorm:"column:checked_by"`
	ExaminedBy  ident.ID     `gorm:"column:examined_by"`
	ApprovedBy  ident.ID     `gorm:"column:approved_by"`
	RefusedBy   ident.ID     `gorm:"column:refused_by"`
	BatchID     ident.ID     `gorm:"column:batch_id"`
}

// TableName is the table's.
func (Claim) TableName() string { return "subsidy_claims" }

// Against are the codes of what stands against a claim by its scheme.
func (c Claim) Against() []string { return strings.Fields(c.Codes) }

// Waits is the look that a claim waits for; "" when it waits for none.
func (c Claim) Waits() Step {
	if c.State == Replied {
		return c.Step
	}
	for step, s := range steps {
		if c.State == s.from {
			return step
		}
	}
	return ""
}

// Share is somebody's part of a claim.
type Share struct {
	ident.Key
	ClaimID    ident.ID  `gorm:"column:claim_id"`
	PersonID   ident.ID  `gorm:"column:person_id"`
	MediatorID ident.ID  `gorm:"column:mediator_id"`
	Name       string    `gorm:"column:name"`
	Part       string    `gorm:"column:part"` // host, co_mediator, member
	Weight     int64     `gorm:"column:weight"`
	Fen        money.Fen `gorm:"column:fen"`
}

// TableName is the table's.
func (Share) TableName() string { return "subsidy_shares" }

// Reviewed is the result of a dossier's review.
type Reviewed struct {
	Final, Vetoed bool
	Score         int
}

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Policy  *authz.Policy
	Journal *journal.Journal
	// Held gives what holds payment for some cases of a county: codes of what has to be looked into.
	Held func(tx *db.Tx, county ident.County, cases []ident.ID) (map[ident.ID][]string, error)
	// Reviews gives the results of some dossiers' reviews; a case without one is left out.
	Reviews func(tx *db.Tx, county ident.County, cases []ident.ID) (map[ident.ID]Reviewed, error)
}

// Service keeps claims, batches and accounts, each act in one transaction with one entry in the record.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// entry is an act on a claim, a batch or an account: each has a chain of its own, as a case has.
type entry struct {
	id       ident.ID
	version  int64
	event    string
	from, to string
	area     ident.Area
	fact     journal.Fact
}

func (s *Service) record(tx *db.Tx, all ...entry) error {
	entries := make([]journal.Entry, 0, len(all))
	for _, e := range all {
		entries = append(entries, journal.Entry{Case: e.id, Seq: e.version, Event: e.event, From: e.from, To: e.to, Actor: tx.By.Person, Role: hatOf(tx.By, e.area), Fact: e.fact})
	}
	return s.Journal.AppendAll(tx, entries)
}

// hatOf is the post in which somebody acts.
func hatOf(by actor.Actor, area ident.Area) actor.Role {
	for _, p := range by.Posts {
		if p.Area == "" || p.Area.Covers(area) {
			return p.Role
		}
	}
	return actor.Anyone
}

var errStale = fault.New(fault.Stale, "", "刚刚有人办理过。请看过新内容后再试。", "Somebody has just handled this. Please look at it again and retry.")

// words takes a text that may have several lines.
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

// sameCounty tells whether some ids are all of one county.
func sameCounty(ids []ident.ID) bool {
	return !slices.ContainsFunc(ids, func(id ident.ID) bool { return id.IsZero() || id.County() != ids[0].County() })
}
