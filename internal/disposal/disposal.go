// Package disposal destroys dossiers that were kept as long as they must be (R3): one person of the bureau draws up a list (销毁清册), another
// approves it, and only then, dossier by dossier, is destroyed what they hold. The list stays for ever and names no party; the case's row
// stays without words, for the figures, and its record stays as hashes.
package disposal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Reading   authz.Action = "disposal.read"
	Proposing authz.Action = "disposal.propose" // drawing a list up, and taking it back
	Approving authz.Action = "disposal.approve" // approving or refusing it: another person; and noting that the paper was destroyed
)

// How far a list has come.
const (
	Proposed  = "proposed"
	Approved  = "approved" // being carried out
	Done      = "done"
	Refused   = "refused"
	Withdrawn = "withdrawn" // by whoever drew it up
)

// What became of a dossier of a list.
const (
	Waiting   = "waiting"
	Destroyed = "destroyed"
	Stopped   = "stopped" // something came up since the list was drawn up: its Why
)

// List is a list of dossiers that are to be destroyed, or were.
type List struct {
	ident.Key
	Version      int64        `gorm:"column:version"`
	Year         int          `gorm:"column:year"`
	Number       int          `gorm:"column:number"`
	State        string       `gorm:"column:state"`
	Dossiers     int          `gorm:"column:dossiers"`
	Destroyed    int          `gorm:"column:destroyed"`
	Stopped      int          `gorm:"column:stopped"`
	SHA256       string       `gorm:"column:sha256"` // of the lines: what both persons sign
	ProposedBy   ident.ID     `gorm:"column:proposed_by"`
	ProposedName string       `gorm:"column:proposed_name"`
	ProposedAt   time.Time    `gorm:"column:proposed_at"`
	DecidedBy    ident.ID     `gorm:"column:decided_by"`
	DecidedName  string       `gorm:"column:decided_name"`
	DecidedRole  actor.Role   `gorm:"column:decided_role"`
	DecidedAt    *time.Time   `gorm:"column:decided_at"`
	ReasonSealed []byte       `gorm:"column:reason_sealed"`
	Reason       string       `gorm:"-"` // why it was refused
	DoneAt       *time.Time   `gorm:"column:done_at"`
	PaperOn      calendar.Day `gorm:"column:paper_on"` // on which what was on paper was destroyed
	PaperFirst   string       `gorm:"column:paper_first"`
	PaperSecond  string       `gorm:"column:paper_second"` // who watched
}

// TableName is the table's.
func (List) TableName() string { return "disposal_lists" }

// Name is how people name a list: the county's code, the year, and its number in the year.
func (l List) Name() string { return fmt.Sprintf("%s-%d-%02d", l.CountyCode, l.Year, l.Number) }

// Line is a dossier of a list: what it is called and how long it was kept, and nothing of what it was about.
type Line struct {
	ident.Key
	ListID      ident.ID         `gorm:"column:list_id"`
	Place       int              `gorm:"column:place"`
	CaseID      ident.ID         `gorm:"column:case_id"`
	CaseNo      string           `gorm:"column:case_no"`
	Reference   string           `gorm:"column:reference"`
	CommitteeID ident.ID         `gorm:"column:committee_id"`
	Committee   string           `gorm:"column:committee"`
	Category    string           `gorm:"column:category"`
	Outcome     casework.Outcome `gorm:"column:outcome"`
	AcceptedOn  calendar.Day     `gorm:"column:accepted_on"`
	ClosedOn    calendar.Day     `gorm:"column:closed_on"`
	ArchivedOn  calendar.Day     `gorm:"column:archived_on"`
	Retention   string           `gorm:"column:retention"`
	Until       calendar.Day     `gorm:"column:retain_until"`
	Files       int              `gorm:"column:files"`
	Entries     int64            `gorm:"column:entries"`
	Head        string           `gorm:"column:head"`
	State       string           `gorm:"column:state"`
	Why         string           `gorm:"column:why"` // Bars
	DoneAt      *time.Time       `gorm:"column:done_at"`
}

// TableName is the table's.
func (Line) TableName() string { return "disposal_lines" }

// Seen is a list with its lines.
type Seen struct {
	List
	Lines []Line
}

// Bars are why a dossier is not destroyed, though it is listed or its time is over.
var Bars = codes.List{
	{Code: "destroyed", Name: fault.Say("已经销毁", "It was destroyed already")},
	{Code: "reopened", Name: fault.Say("案件又在办理，或者还没有归档", "The case is being worked again, or is not archived")},
	{Code: "permanent", Name: fault.Say("永久保管", "It is kept for ever")},
	{Code: "runs", Name: fault.Say("保管期限未满", "Its time still runs")},
	{Code: "held", Name: fault.Say("已暂缓销毁", "It is on hold")},
	{Code: "listed", Name: fault.Say("已列入另一份清册", "Another list holds it")},
	{Code: "linked", Name: fault.Say("相连的案件还要保管", "A case that goes on with it is still kept")},
	{Code: "flag", Name: fault.Say("有待核实的提示", "Something is to be looked into")},
	{Code: "complaint", Name: fault.Say("有未办结的投诉", "A complaint is not decided")},
	{Code: "request", Name: fault.Say("有未答复的个人信息申请", "A request about personal data is not answered")},
	{Code: "correction", Name: fault.Say("有待批准的更正", "A correction waits for approval")},
	{Code: "review", Name: fault.Say("正在评查", "It is under review")},
	{Code: "claim", Name: fault.Say("补贴还没有办结", "A subsidy for it is not settled")},
	{Code: "changed", Name: fault.Say("编制清册以后有新的记录", "Something was entered after the list was drawn up")},
	{Code: "altered", Name: fault.Say("清册审批以后被改动过，整册不再执行", "The list was changed after it was approved; nothing of it is carried out")},
}

// digest is the SHA-256 of a list over its canonical lines in their order, each text with its length before it.
func (l List) digest(lines []Line) string {
	h := sha256.New()
	h.Write(journal.Framed("disposal list 1", l.Name(), strconv.Itoa(len(lines))))
	for _, d := range lines {
		h.Write(journal.Framed(strconv.Itoa(d.Place), d.CaseID.String(), d.CaseNo, d.Reference, d.Committee, d.Category, string(d.Outcome), string(d.AcceptedOn), string(d.ClosedOn),
			string(d.ArchivedOn), d.Retention, string(d.Until), strconv.Itoa(d.Files), strconv.FormatInt(d.Entries, 10), d.Head))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Vault   *vault.Vault
	Journal *journal.Journal
	Cases   *casework.Service
	Files   *files.Files
	Log     *slog.Logger
}

// Service keeps the lists and carries them out.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

func reasonAt(l List) vault.Place {
	return vault.Place{Table: l.TableName(), Column: "reason_sealed", Row: l.ID}
}

var errStale = fault.New(fault.Stale, "", "刚刚有人办理过。请看过新内容后再试。", "Somebody has just handled this. Please look at it again and retry.")

// record enters an act on a list into the list's own chain.
func (s *Service) record(tx *db.Tx, l List, event, from string, fact journal.Fact, words journal.Words) error {
	role := tx.By.Over(l.CountyCode.Area())
	_, err := s.Journal.Append(tx, journal.Entry{Case: l.ID, Seq: l.Version, Event: event, From: from, To: l.State, Actor: tx.By.Person, Role: role, Fact: fact, Words: words})
	return err
}
