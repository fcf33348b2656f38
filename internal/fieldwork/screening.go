package fieldwork

import (
	"context"
	"errors"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

// Round is one screening round (排查, F17a): people of a committee went round and asked. That nothing was found is a result
// (零报告); what was found became a case or a prevention record.
type Round struct {
	ident.Key
	CommitteeID   ident.ID     `gorm:"column:committee_id"`
	AreaCode      ident.Area   `gorm:"column:area_code"`
	Kind          string       `gorm:"column:kind"` // codes.Screenings
	ScreenedOn    calendar.Day `gorm:"column:screened_on"`
	Zero          bool         `gorm:"column:zero_report"`
	Findings      int          `gorm:"column:findings"`
	PersonsSealed []byte       `gorm:"column:persons_sealed"`
	NoteSealed    []byte       `gorm:"column:note_sealed"`
	Persons       string       `gorm:"-"` // who went round
	Note          string       `gorm:"-"`
	MadeAt        time.Time    `gorm:"column:made_at"`
	MadeBy        ident.ID     `gorm:"column:made_by"`
}

// TableName is the table's.
func (Round) TableName() string { return "screening_rounds" }

// Limits of texts, in characters.
const (
	maxText    = 4000
	maxNames   = 20 // people of one round
	betweenNos = "、"
)

// NewRound is what is recorded of a round. Committee, area, kind and persons may be left out: the recorder's only
// committee, its own place, its own cadence, the recorder alone.
type NewRound struct {
	Committee  ident.ID
	AreaCode   ident.Area
	Kind       string
	ScreenedOn calendar.Day // today when empty
	Persons    []string
	Zero       bool
	Note       string
}

// ZeroReport is the round of today that found nothing, by whoever records it: one tap.
func ZeroReport(committee ident.ID) NewRound { return NewRound{Committee: committee, Zero: true} }

// RecordRound enters a round of the recorder's committee. Fault Invalid says all that is wrong with it; Missing when the
// committee is another's. What was sent again under its one-time key is shown, not entered twice.
func (s *Service) RecordRound(ctx context.Context, g authz.Grant, in NewRound) (Round, error) {
	c, err := s.committeeOf(ctx, g, Screening, in.Committee)
	if err != nil {
		return Round{}, err
	}
	var r Round
	err = s.store.Do(ctx, g.By(), c.CountyCode, func(tx *db.Tx) error {
		if r, err = checkedRound(tx, g, c, in); err != nil {
			return err
		}
		r.Key, r.MadeAt, r.MadeBy = tx.NewKey(), tx.Now, tx.By.Person
		r.PersonsSealed, r.NoteSealed = s.seal(r.TableName(), "persons_sealed", r.ID, r.Persons), s.seal(r.TableName(), "note_sealed", r.ID, r.Note)
		tx.Made(r.ID, 1, 201)
		return insertRow(tx, &r)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.findRound(ctx, g, done.ID)
	}
	return r, err
}

// committeeOf is the committee for which somebody acts: the one named, or their only one. A committee that the grant does
// not cover is missing.
func (s *Service) committeeOf(ctx context.Context, g authz.Grant, wanted authz.Action, named ident.ID) (registry.Committee, error) {
	var c registry.Committee
	if g.Action() != wanted {
		return c, fault.NoSuch()
	}
	if named.IsZero() {
		mine := g.Committees()
		if len(mine) != 1 {
			return c, fault.New(fault.Invalid, "", "请选择调委会。", "Please choose the committee.").At("committee_id")
		}
		named = mine[0]
	}
	if !g.CoversCommittee(named) {
		return c, fault.NoSuch()
	}
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		c, err = registry.FindCommittee(tx, named)
		return err
	})
	if err == nil && (c.State != registry.Active || c.Type == registry.Desk) {
		err = fault.New(fault.Conflict, "committee_state", "这个调委会没有在工作。", "This committee is not active.")
	}
	return c, err
}

// checkedRound holds what is to be recorded to what may be: all that is wrong is said at once.
func checkedRound(tx *db.Tx, g authz.Grant, c registry.Committee, in NewRound) (Round, error) {
	r := Round{CommitteeID: c.ID, AreaCode: in.AreaCode, Kind: in.Kind, ScreenedOn: in.ScreenedOn, Zero: in.Zero, Note: strings.TrimSpace(in.Note)}
	if r.AreaCode == "" {
		r.AreaCode = c.AreaCode
	}
	if r.Kind == "" {
		r.Kind = cadenceOf(c.AreaCode).kind
	}
	if r.ScreenedOn == "" {
		r.ScreenedOn = calendar.DayOf(tx.Now)
	}
	if len(in.Persons) == 0 {
		in.Persons = []string{g.By().Name}
	}
	var bad fault.Check
	bad.Take("area_code", placeOf(tx, c, r.AreaCode))
	bad.Take("kind", codes.Screenings.Check(r.Kind))
	bad.Take("screened_on", checkDay(r.ScreenedOn, calendar.DayOf(tx.Now)))
	if len([]rune(r.Note)) > maxText {
		bad.Add("note", "最多 %d 个字。", "At most %d characters.", maxText)
	}
	names := make([]string, 0, len(in.Persons))
	for _, text := range in.Persons {
		name, err := ident.ParseName(text)
		bad.Take("persons", err)
		names = append(names, name)
	}
	if len(names) > maxNames {
		bad.Add("persons", "最多填写 %d 个人。", "At most %d people.", maxNames)
	}
	r.Persons = strings.Join(names, betweenNos)
	return r, bad.Err()
}

// placeOf wants a place in the committee's own.
func placeOf(tx *db.Tx, c registry.Committee, at ident.Area) error {
	_, err := registry.FindArea(tx, at)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if err != nil || !c.AreaCode.Covers(at) {
		return fault.New(fault.Invalid, "", "请选择本调委会范围内的地点。", "Choose a place of this committee's own.")
	}
	return nil
}

// seal closes a free text of a row.
func (s *Service) seal(table, column string, row ident.ID, text string) []byte {
	if text == "" {
		return nil
	}
	return s.vault.Seal(vault.Place{Table: table, Column: column, Row: row}, text)
}

// open reads what seal closed, for a view that shows words.
func (s *Service) open(view authz.View, table, column string, row ident.ID, sealed []byte, to *string) error {
	if view != authz.Full || len(sealed) == 0 {
		return nil
	}
	text, err := s.vault.Open(vault.Place{Table: table, Column: column, Row: row}, sealed)
	*to = text
	return err
}

func (s *Service) openRound(g authz.Grant, r *Round) error {
	view := g.ViewOf(authz.Standing{Committee: r.CommitteeID, Area: r.AreaCode})
	return errors.Join(s.open(view, r.TableName(), "persons_sealed", r.ID, r.PersonsSealed, &r.Persons),
		s.open(view, r.TableName(), "note_sealed", r.ID, r.NoteSealed, &r.Note))
}

func (s *Service) findRound(ctx context.Context, g authz.Grant, id ident.ID) (r Round, err error) {
	err = s.store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if r, err = roundWithin(tx, g, id); err != nil {
			return err
		}
		return s.openRound(g, &r)
	})
	return r, err
}

// RoundsAsked narrows a list of rounds. Empty fields narrow nothing.
type RoundsAsked struct {
	Narrowing
	Committee ident.ID
	From, To  calendar.Day // screened in these days, both in
	After     Position
	Limit     int // 1 to 100; 20 otherwise
}

// Narrowing is where the work was done, and whose it was. Empty fields narrow nothing.
type Narrowing struct {
	Area     ident.Area
	AreaOnly bool   // in the area as such, in no smaller one
	Led      string // casework.Ledings: by committees of the area itself, or of what lies below
}

func (n Narrowing) check() error {
	var bad fault.Check
	if n.Area != "" && !ident.ValidArea(n.Area) {
		bad.Add("area", "没有这个地点。", "There is no such place.")
	}
	if n.Led != "" {
		bad.Take("led", casework.Ledings.Check(n.Led))
	}
	return bad.Err()
}

// Rounds gives the rounds within the grant, the latest day first, and the position to go on after; nil when that was all.
func (s *Service) Rounds(ctx context.Context, g authz.Grant, ask RoundsAsked) ([]Round, *Position, error) {
	if err := errors.Join(inOrder(ask.From, ask.To), ask.check()); err != nil {
		return nil, nil, err
	}
	ask.Limit = pageSize(ask.Limit)
	var rows []Round
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if rows, err = rounds(tx, g, ask); err != nil {
			return err
		}
		for i := range rows {
			err = errors.Join(err, s.openRound(g, &rows[i]))
		}
		return err
	})
	if err != nil || len(rows) <= ask.Limit {
		return rows, nil, err
	}
	last := rows[ask.Limit-1]
	return rows[:ask.Limit], &Position{last.ScreenedOn, last.ID}, nil
}

func pageSize(n int) int {
	if n < 1 || n > 100 {
		return 20
	}
	return n
}

func inOrder(from, to calendar.Day) error {
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return fault.New(fault.Invalid, "", "截止日期不能早于开始日期。", "The last day cannot lie before the first.").At("to")
	}
	return nil
}

// RoundSeen is a round with what it found.
type RoundSeen struct {
	Round
	Found []Finding
}

// Round shows one round with what it found.
func (s *Service) Round(ctx context.Context, g authz.Grant, id ident.ID) (RoundSeen, error) {
	var out RoundSeen
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if out.Round, err = roundWithin(tx, g, id); err != nil {
			return err
		}
		if out.Found, err = findingsOf(tx, id); err != nil {
			return err
		}
		view := g.ViewOf(authz.Standing{Committee: out.CommitteeID, Area: out.AreaCode})
		for i := range out.Found {
			f := &out.Found[i]
			err = errors.Join(err, s.open(view, f.TableName(), "text_sealed", f.ID, f.TextSealed, &f.Text))
		}
		return errors.Join(err, s.openRound(g, &out.Round))
	})
	return out, err
}
