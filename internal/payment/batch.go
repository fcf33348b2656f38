package payment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/money"
	"fengqiao/internal/scheme"
	"fengqiao/internal/subsidy"
)

// How far a batch has come.
const (
	Open       = "open"
	SignedOnce = "signed_once"
	Signed     = "signed"
	PaidOut    = "paid"
)

// Batch is what is paid together in a county. Two persons sign the digest of its lines; whatever changes after the first
// signature voids it.
type Batch struct {
	ident.Key
	Version    int64        `gorm:"column:version"`
	Number     int          `gorm:"column:number"`
	Kind       string       `gorm:"column:kind"` // codes.SubsidyKinds
	FromOn     calendar.Day `gorm:"column:from_on"`
	ToOn       calendar.Day `gorm:"column:to_on"` // days of closing
	Claims     int          `gorm:"column:claims"`
	Fen        money.Fen    `gorm:"column:fen"`
	SHA256     string       `gorm:"column:sha256"` // of the lines, as they were when it was last changed
	State      string       `gorm:"column:state"`
	HeldJSON   string       `gorm:"column:held"`
	Held       []HeldOut    `gorm:"-"`
	MadeBy     ident.ID     `gorm:"column:made_by"`
	MadeAt     time.Time    `gorm:"column:made_at"`
	FirstBy    ident.ID     `gorm:"column:first_by"`
	FirstName  string       `gorm:"column:first_name"`
	FirstAt    *time.Time   `gorm:"column:first_at"`
	FirstSHA   string       `gorm:"column:first_sha256"`
	SecondBy   ident.ID     `gorm:"column:second_by"`
	SecondName string       `gorm:"column:second_name"`
	SecondAt   *time.Time   `gorm:"column:second_at"`
	PaidOn     calendar.Day `gorm:"column:paid_on"`
}

// TableName is the table's.
func (Batch) TableName() string { return "subsidy_batches" }

// Ready tells whether both have signed.
func (b Batch) Ready() bool { return b.State == Signed || b.State == PaidOut }

// Line is one person's part of one claim in a batch.
type Line struct {
	ident.Key
	BatchID  ident.ID  `gorm:"column:batch_id"`
	ClaimID  ident.ID  `gorm:"column:claim_id"`
	Called   string    `gorm:"column:called"`
	PersonID ident.ID  `gorm:"column:person_id"`
	Name     string    `gorm:"column:name"`
	Fen      money.Fen `gorm:"column:fen"`
}

// TableName is the table's.
func (Line) TableName() string { return "subsidy_lines" }

// HeldOut is an approved claim that stayed out of a batch, and why.
type HeldOut struct {
	ClaimID ident.ID `json:"claim_id"`
	Called  string   `json:"called"`
	Why     []string `json:"why" doc:"anomaly, complaint, barred_since"`
}

// digest is the SHA-256 of a batch over its canonical lines: what it is, then each claim with person, name and amount, in the
// order of their ids, each text with its length before it.
func (b Batch) digest(lines []Line) string {
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(a, c Line) int {
		if n := bytes.Compare(a.ClaimID[:], c.ClaimID[:]); n != 0 {
			return n
		}
		return bytes.Compare(a.PersonID[:], c.PersonID[:])
	})
	h := sha256.New()
	h.Write(journal.Framed("subsidy batch 1", string(b.CountyCode), strconv.Itoa(b.Number), b.Kind, string(b.FromOn), string(b.ToOn), strconv.Itoa(len(lines))))
	for _, l := range lines {
		h.Write(journal.Framed(l.ClaimID.String(), l.Called, l.PersonID.String(), l.Name, strconv.FormatInt(int64(l.Fen), 10)))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// count writes into a batch what its lines are.
func (b *Batch) count(lines []Line) {
	b.Fen, b.Claims = 0, 0
	seen := map[ident.ID]bool{}
	for _, l := range lines {
		b.Fen += l.Fen
		if !seen[l.ClaimID] {
			seen[l.ClaimID] = true
			b.Claims++
		}
	}
	b.SHA256 = b.digest(lines)
}

// NewBatch asks for a batch of what was approved.
type NewBatch struct {
	County ident.County `json:"county_code,omitempty" doc:"Left out: that of one's post"`
	Kind   string       `json:"kind,omitempty" doc:"case or post; left out: case"`
	From   calendar.Day `json:"from" doc:"First day of closing"`
	To     calendar.Day `json:"to" doc:"Last day of closing"`
}

const mostClaims = 5000 // of one batch

// Compose puts into a batch what was approved in a county and closed between two days. What is held stays out, and is named.
//
// Faults: Missing for a county out of reach; Conflict where nothing is to be paid; Invalid for days that are none.
func (s *Service) Compose(ctx context.Context, g authz.Grant, in NewBatch) (BatchSeen, error) {
	var out BatchSeen
	if in.County == "" {
		in.County = scheme.HomeOf(g).County()
	}
	if in.Kind == "" {
		in.Kind = scheme.ByCase
	}
	if !g.CoversArea(in.County.Area()) {
		return out, fault.NoSuch()
	}
	if err := errors.Join(calendar.Span(in.From, in.To), codes.SubsidyKinds.Check(in.Kind)); err != nil {
		return out, err
	}
	err := s.Store.Do(ctx, g.By(), in.County, func(tx *db.Tx) error {
		b, lines, paid, err := s.composed(tx, in)
		if err != nil {
			return err
		}
		tx.Made(b.ID, 1, 201)
		if err := insertBatch(tx, &b, lines); err != nil {
			return err
		}
		if err := s.Claims.PutInto(tx, b.ID, paid); err != nil {
			return err
		}
		out = BatchSeen{Batch: b, Lines: lines}
		return s.record(tx, entry{b.ID, 1, "batch_made", "", Open, journal.Fact{"claims": b.Claims, "fen": b.Fen, "sha256": b.SHA256, "held": len(b.Held)}})
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.SeeBatch(ctx, g, done.ID)
	}
	return out, err
}

func (s *Service) composed(tx *db.Tx, in NewBatch) (b Batch, lines []Line, paid []subsidy.Seen, err error) {
	all, err := subsidy.Approvals(tx, subsidy.Days{County: in.County, Kind: in.Kind, From: in.From, To: in.To}, mostClaims)
	if err != nil {
		return b, nil, nil, err
	}
	held, err := s.Claims.HeldUp(tx, in.County, all)
	if err != nil {
		return b, nil, nil, err
	}
	b = Batch{Key: tx.NewKey(), Version: 1, Kind: in.Kind, FromOn: in.From, ToOn: in.To, State: Open, MadeBy: tx.By.Person, MadeAt: tx.Now, Held: []HeldOut{}}
	for _, c := range all {
		if why := held[c.ID]; len(why) > 0 {
			b.Held = append(b.Held, HeldOut{c.ID, c.Called, why})
			continue
		}
		paid = append(paid, c)
		for _, share := range c.Shares {
			lines = append(lines, Line{Key: tx.NewKey(), BatchID: b.ID, ClaimID: c.ID, Called: c.Called, PersonID: share.PersonID, Name: share.Name, Fen: share.Fen})
		}
	}
	if len(lines) == 0 {
		err = fault.New(fault.Conflict, "nothing_to_pay", "这段时间没有可以发放的申报。", "There is nothing to be paid in these days.")
		if n := len(b.Held); n > 0 {
			err = fault.New(fault.Conflict, "nothing_to_pay", "这段时间的 %d 件申报都有待核实的问题，暂不能发放。", "All %d claims of these days are held until somebody has looked.", n)
		}
		return b, nil, nil, err
	}
	if b.Number, err = nextNumber(tx, in.County); err != nil {
		return b, nil, nil, err
	}
	text, err := json.Marshal(b.Held)
	b.HeldJSON = string(text)
	b.count(lines)
	return b, lines, paid, err
}

// BatchSeen is a batch with its lines and who took its payment list.
type BatchSeen struct {
	Batch
	Lines    []Line
	Exports  []Export
	NoAccess []string // names of those who are to be paid and have entered no account
}

// Payees are how many persons are paid.
func (b BatchSeen) Payees() int {
	seen := map[ident.ID]bool{}
	for _, l := range b.Lines {
		seen[l.PersonID] = true
	}
	return len(seen)
}

// Capital is the amount in capitals.
func (b Batch) Capital() string { return b.Fen.Capital() }

// SeeBatch shows a batch of a county within the grant.
func (s *Service) SeeBatch(ctx context.Context, g authz.Grant, id ident.ID) (BatchSeen, error) {
	return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (out BatchSeen, err error) {
		if out.Batch, err = batchWithin(tx, g, id); err != nil {
			return out, err
		}
		if out.Lines, err = linesOf(tx, id); err != nil {
			return out, err
		}
		if out.Exports, err = exportsOf(tx, id); err != nil {
			return out, err
		}
		accounts, err := accountsOf(tx, id.County(), personsIn(out.Lines))
		for _, p := range personsIn(out.Lines) {
			if _, ok := accounts[p]; !ok {
				out.NoAccess = append(out.NoAccess, nameIn(out.Lines, p))
			}
		}
		return out, err
	})
}

func personsIn(lines []Line) (out []ident.ID) {
	for _, l := range lines {
		if !slices.Contains(out, l.PersonID) {
			out = append(out, l.PersonID)
		}
	}
	return out
}

func nameIn(lines []Line, person ident.ID) string {
	for _, l := range lines {
		if l.PersonID == person {
			return l.Name
		}
	}
	return ""
}

// Batches lists the batches within the grant, newest first, and the one to go on after; zero when that was all.
func (s *Service) Batches(ctx context.Context, g authz.Grant, after ident.ID, limit int) (out []Batch, next ident.ID, err error) {
	if limit < 1 || limit > 100 {
		limit = 20
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error { out, err = batches(tx, g, after, limit); return err })
	if err == nil && len(out) > limit {
		out, next = out[:limit], out[limit-1].ID
	}
	return out, next, err
}
