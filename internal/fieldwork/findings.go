package fieldwork

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Finding is one thing that a round found: it became a case of the committee's own motion, or a prevention record.
type Finding struct {
	ident.Key
	RoundID      ident.ID  `gorm:"column:round_id"`
	Number       int       `gorm:"column:number"` // 1, 2 … of the round
	TextSealed   []byte    `gorm:"column:text_sealed"`
	Text         string    `gorm:"-"`
	CaseID       ident.ID  `gorm:"column:case_id"`
	PreventionID ident.ID  `gorm:"column:prevention_id"`
	MadeAt       time.Time `gorm:"column:made_at"`
	MadeBy       ident.ID  `gorm:"column:made_by"`
}

// TableName is the table's.
func (Finding) TableName() string { return "screening_findings" }

// NewFinding is what was found, and what becomes of it: exactly one of the two.
type NewFinding struct {
	Text       string
	Case       *FoundCase
	Prevention *NewPrevention
}

// FoundCase is a dispute that a round found, as it is registered.
type FoundCase struct {
	Category   string             `json:"category" doc:"Kind of dispute"`
	AreaCode   ident.Area         `json:"area_code,omitempty" doc:"Where it arose; else where the round was"`
	CompoundID ident.ID           `json:"compound_id,omitempty,omitzero"`
	Title      string             `json:"title"`
	Facts      string             `json:"facts"`
	Request    string             `json:"request,omitempty"`
	Difficulty int                `json:"difficulty,omitempty"`
	Risk       int                `json:"risk,omitempty"`
	PartyPair  string             `json:"party_pair,omitempty"`
	Parties    []casework.PartyIn `json:"parties" nullable:"false" doc:"Two at least: nobody applied"`
}

// AddFinding enters what a round found: a case is registered with source 21, or a prevention record is made, and both ends
// know each other. A round that was reported as zero found nothing: what comes later belongs to a later round.
func (s *Service) AddFinding(ctx context.Context, g authz.Grant, round ident.ID, in NewFinding) (Finding, error) {
	r, err := s.roundToFill(ctx, g, round)
	if err != nil {
		return Finding{}, err
	}
	if err := in.check(); err != nil {
		return Finding{}, err
	}
	f := Finding{RoundID: r.ID, Text: strings.TrimSpace(in.Text)}
	if in.Case != nil {
		return s.findCase(ctx, g, r, f, *in.Case)
	}
	return s.findPrevention(ctx, g, r, f, *in.Prevention)
}

// roundToFill is a round of the recorder's own committee to which findings may be added.
func (s *Service) roundToFill(ctx context.Context, g authz.Grant, id ident.ID) (Round, error) {
	r, err := s.findRound(ctx, g, id)
	if err != nil {
		return r, err
	}
	if g.Action() != Screening || !g.CoversCommittee(r.CommitteeID) {
		return r, fault.NoSuch()
	}
	if r.Zero {
		return r, fault.New(fault.Conflict, "zero_report", "这次排查已作零报告。后来发现的纠纷，请登记在新的一次排查里。",
			"This round was reported as zero. Please enter what was found later in a round of its own.")
	}
	return r, nil
}

func (in NewFinding) check() error {
	var bad fault.Check
	switch n := len([]rune(strings.TrimSpace(in.Text))); {
	case n == 0:
		bad.Add("text", "请写明发现了什么。", "Please say what was found.")
	case n > maxText:
		bad.Add("text", "最多 %d 个字。", "At most %d characters.", maxText)
	}
	if (in.Case == nil) == (in.Prevention == nil) {
		bad.Add("case", "请选择立案调解或预防记录，二者选一。", "Please choose a case or a prevention record: one of the two.")
	}
	return bad.Err()
}

// findCase registers the case and its finding in one transaction.
func (s *Service) findCase(ctx context.Context, g authz.Grant, r Round, f Finding, in FoundCase) (Finding, error) {
	if in.AreaCode == "" {
		in.AreaCode = r.AreaCode
	}
	if !r.AreaCode.Covers(in.AreaCode) {
		return f, fault.New(fault.Invalid, "", "请选择这次排查范围内的地点。", "Choose a place within this round.").At("case.area_code")
	}
	file, err := s.policy.Allow(g.By(), "case.file")
	if err != nil {
		return f, err
	}
	made, err := s.cases.FileScreened(ctx, file, casework.Filing{Category: in.Category, AreaCode: in.AreaCode, CompoundID: in.CompoundID, Title: in.Title,
		Facts: in.Facts, Request: in.Request, Difficulty: in.Difficulty, Risk: in.Risk, PartyPair: in.PartyPair, CommitteeID: r.CommitteeID,
		Respondents: in.Parties}, r.ID, func(tx *db.Tx, id ident.ID) error {
		f.CaseID = id
		return s.enter(tx, &f)
	})
	if err != nil {
		return f, atCase(err)
	}
	if f.ID.IsZero() { // sent before: the case is shown again, and so is its finding
		f, err = s.findingOf(ctx, g, made.ID, f)
	}
	return f, err
}

// atCase names the values of a filing as they stand in a finding.
func atCase(err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return err
	}
	out := *f
	out.Fields = slices.Clone(f.Fields)
	for i := range out.Fields {
		out.Fields[i].At = "case." + strings.Replace(out.Fields[i].At, "respondents", "parties", 1)
	}
	return &out
}

func (s *Service) findingOf(ctx context.Context, g authz.Grant, made ident.ID, f Finding) (Finding, error) {
	text := f.Text
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		f, err = findingBy(tx, made)
		return err
	})
	f.Text = text
	return f, err
}

// enter writes a finding with the next number of its round.
func (s *Service) enter(tx *db.Tx, f *Finding) (err error) {
	f.Key, f.MadeAt, f.MadeBy = tx.NewKey(), tx.Now, tx.By.Person
	if f.Number, err = nextFinding(tx, f.RoundID); err != nil {
		return err
	}
	f.TextSealed = s.seal(f.TableName(), "text_sealed", f.ID, f.Text)
	return insertRow(tx, f)
}

// findPrevention makes the prevention record and its finding in one transaction.
func (s *Service) findPrevention(ctx context.Context, g authz.Grant, r Round, f Finding, in NewPrevention) (Finding, error) {
	in.Committee, in.round = r.CommitteeID, r.ID
	if in.AreaCode == "" {
		in.AreaCode = r.AreaCode
	}
	if in.PreventedOn == "" {
		in.PreventedOn = r.ScreenedOn
	}
	made, err := s.prevented(ctx, g, in, func(tx *db.Tx, id ident.ID) error {
		f.PreventionID = id
		return s.enter(tx, &f)
	})
	if err != nil {
		return f, atPrevention(err)
	}
	if f.ID.IsZero() {
		f, err = s.findingOf(ctx, g, made.ID, f)
	}
	return f, err
}

func atPrevention(err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return err
	}
	out := *f
	out.Fields = slices.Clone(f.Fields)
	for i := range out.Fields {
		out.Fields[i].At = "prevention." + out.Fields[i].At
	}
	return &out
}
