package returns

import (
	"context"
	"errors"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// Funding is the money of a unit for a year, in fen, as it was entered; the latest entry counts.
type Funding struct {
	ident.Key
	AreaCode          ident.Area `gorm:"column:area_code"`
	Year              int        `gorm:"column:year"`
	Number            int        `gorm:"column:number"`
	GuidanceBudgeted  money.Fen  `gorm:"column:guidance_budgeted"`
	GuidanceSpent     money.Fen  `gorm:"column:guidance_spent"`
	SubsidyBudgeted   money.Fen  `gorm:"column:subsidy_budgeted"`
	SubsidySpent      money.Fen  `gorm:"column:subsidy_spent"`
	AllowanceBudgeted money.Fen  `gorm:"column:allowance_budgeted"`
	AllowanceSpent    money.Fen  `gorm:"column:allowance_spent"`
	OwnBudgeted       money.Fen  `gorm:"column:own_budgeted"`
	OwnSpent          money.Fen  `gorm:"column:own_spent"`
	EnteredAt         time.Time  `gorm:"column:entered_at"`
	EnteredBy         ident.ID   `gorm:"column:entered_by"`
	EnteredName       string     `gorm:"column:entered_name"`
}

// TableName is the table's.
func (Funding) TableName() string { return "funding_entries" }

// head is a head of funding with its two amounts in an entry.
type head struct {
	code string
	text fault.Text
	of   func(*Funding) (budgeted, spent *money.Fen)
}

// heads are the three official heads and what the setting-up unit adds of its own.
var heads = []head{
	{"guidance", fault.Say("指导工作经费", "Guidance"), func(f *Funding) (*money.Fen, *money.Fen) { return &f.GuidanceBudgeted, &f.GuidanceSpent }},
	{"subsidy", fault.Say("调委会工作补助经费", "Subsidy of committees"), func(f *Funding) (*money.Fen, *money.Fen) { return &f.SubsidyBudgeted, &f.SubsidySpent }},
	{"allowance", fault.Say("调解员补贴经费", "Allowances of mediators"), func(f *Funding) (*money.Fen, *money.Fen) { return &f.AllowanceBudgeted, &f.AllowanceSpent }},
	{"own", fault.Say("设立单位自有经费", "Own funds of the setting-up unit"), func(f *Funding) (*money.Fen, *money.Fen) { return &f.OwnBudgeted, &f.OwnSpent }},
}

const mostFunding money.Fen = 100_000_000_000_00 // a hundred billion yuan in a year is a slip of the hand

// Recording is the action of whoever enters a unit's money.
const Recording authz.Action = "funding.record"

// EnterFunding enters the money of an area for a year. What was entered before stays on record.
//
// Faults: Invalid with all that is wrong; Missing for an area out of reach.
func (s *Service) EnterFunding(ctx context.Context, g authz.Grant, f Funding) (Funding, error) {
	if g.Action() != Recording || !ident.ValidArea(f.AreaCode) || !g.CoversArea(f.AreaCode) {
		return f, fault.NoSuch()
	}
	err := s.db.Do(ctx, g.By(), f.AreaCode.County(), func(tx *db.Tx) error {
		if err := f.check(tx); err != nil {
			return err
		}
		var err error
		if f.Number, err = nextFunding(tx, f); err != nil {
			return err
		}
		f.Key, f.EnteredAt, f.EnteredBy, f.EnteredName = tx.NewKey(), tx.Now, tx.By.Person, tx.By.Name
		tx.Made(f.ID, 1, 201)
		return insertRow(tx, &f)
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
			f, err = fundingByID(tx, done.ID)
			return err
		})
	}
	if db.IsDuplicate(err) {
		err = errMeanwhile
	}
	return f, err
}

func (f *Funding) check(tx *db.Tx) error {
	var bad fault.Check
	if _, err := registry.FindArea(tx, f.AreaCode); err != nil {
		return err
	}
	if this := calendarYear(tx); f.Year < 2000 || f.Year > this+1 {
		bad.Add("year", "年份应在 2000 到 %d 之间。", "The year must lie between 2000 and %d.", this+1)
	}
	for _, h := range heads {
		budgeted, spent := h.of(f)
		for _, a := range []struct {
			at  string
			fen money.Fen
		}{{h.code + "_budgeted_fen", *budgeted}, {h.code + "_spent_fen", *spent}} {
			if a.fen < 0 || a.fen > mostFunding {
				bad.Add(a.at, "金额不能小于 0，也不能这样大。", "An amount cannot be below 0, nor as large as this.")
			}
		}
	}
	return bad.Err()
}

func calendarYear(tx *db.Tx) int { return tally.Today(tx).Year() }

// FundingOf gives the latest entry of an area for a year, and those of the areas inside it; an entry without id where there is none.
func (s *Service) FundingOf(ctx context.Context, g authz.Grant, area ident.Area, year int) (own Funding, below []Funding, err error) {
	if !ident.ValidArea(area) || !g.CoversArea(area) {
		return own, nil, fault.NoSuch()
	}
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		ask := tally.Ask{Area: area}
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if year == 0 {
			year = calendarYear(tx)
		}
		all, err := fundingsOf(tx, ask, year)
		own = Funding{AreaCode: area, Year: year}
		for _, f := range all {
			if f.AreaCode == area {
				own = f
			} else {
				below = append(below, f)
			}
		}
		return err
	})
	return own, below, err
}
