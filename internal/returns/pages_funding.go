package returns

import (
	"strconv"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// listingOf reads what list a figure of the organisation table leads to.
func listingOf(r *page.Request) (in Listing, err error) {
	var bad fault.Check
	in = Listing{Area: ident.Widen(r.Query("area")), Place: ident.Widen(r.Query("place")), AreaOnly: r.Query("area_only") == "true", Led: r.Query("led")}
	if text := r.Query("on"); text != "" {
		in.On, err = calendar.ParseDay(text)
		bad.Take("on", err)
	}
	if in.Col, err = strconv.Atoi(r.Query("col")); err != nil {
		bad.Add("col", "没有这一栏。", "There is no such column.")
	}
	if in.After, err = r.After(); err != nil {
		return in, err
	}
	return in, bad.Err()
}

// fundingView is the form of a unit's money for a year, and what the units below entered.
type fundingView struct {
	Area   registry.Area
	Year   int
	Before int
	After  int
	Lines  []fundingLine
	Below  []fundingUnit
	By     Funding // who entered it last
	May    bool
}

// fundingLine is a head with its two amounts as the form has them.
type fundingLine struct {
	Name                string
	BudgetedAt, SpentAt string // names of the fields
	Budgeted, Spent     string // in yuan
}

// fundingUnit is a unit below with its sums.
type fundingUnit struct {
	Name            string
	Href            string
	Budgeted, Spent money.Fen
}

func (f *Funding) total() (budgeted, spent money.Fen) {
	for _, h := range heads {
		b, s := h.of(f)
		budgeted, spent = budgeted+*b, spent+*s
	}
	return budgeted, spent
}

func (s *Service) showFunding(r *page.Request) (page.Reply, error) {
	v, err := s.fundingView(r, r.Query("area"), r.Query("year"))
	return page.Show("report/funding", v), err
}

func (s *Service) fundingView(r *page.Request, place, of string) (*fundingView, error) {
	area := ident.Widen(place)
	if area == "" {
		area = tally.Home(r.Grant)
	}
	year, err := strconv.Atoi(of)
	if err != nil {
		year = 0
	}
	own, below, err := s.FundingOf(r.Context(), r.Grant, area, year)
	if err != nil {
		return nil, err
	}
	v := &fundingView{Year: own.Year, Before: own.Year - 1, After: own.Year + 1, By: own, May: r.May(Recording)}
	for _, h := range heads {
		b, sp := h.of(&own)
		v.Lines = append(v.Lines, fundingLine{h.text.In(r.Lang), h.code + "_budgeted_fen", h.code + "_spent_fen", yuan(*b), yuan(*sp)})
	}
	return v, s.db.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		if v.Area, err = registry.FindArea(tx, area); err != nil {
			return err
		}
		for i := range below {
			a, err := registry.FindArea(tx, below[i].AreaCode)
			if err != nil {
				return err
			}
			b, sp := below[i].total()
			v.Below = append(v.Below, fundingUnit{a.Name, fundingPath + "?area=" + string(a.Code) + "&year=" + strconv.Itoa(v.Year), b, sp})
		}
		return nil
	})
}

// yuan is an amount as a field shows it: empty for nothing.
func yuan(f money.Fen) string {
	if f == 0 {
		return ""
	}
	return f.String()
}

func (s *Service) takeFunding(r *page.Request) (page.Reply, error) {
	v, err := s.fundingView(r, r.Form("area"), r.Form("year"))
	if err != nil {
		return page.Reply{}, err
	}
	f := Funding{AreaCode: v.Area.Code, Year: v.Year}
	var bad fault.Check
	for i, h := range heads {
		line := &v.Lines[i]
		b, sp := h.of(&f)
		line.Budgeted, line.Spent = r.Form(line.BudgetedAt), r.Form(line.SpentAt)
		*b, *sp = amount(&bad, line.BudgetedAt, line.Budgeted), amount(&bad, line.SpentAt, line.Spent)
	}
	if err = bad.Err(); err == nil {
		_, err = s.EnterFunding(r.Context(), r.Grant, f)
	}
	if err != nil {
		return page.Again("report/funding", v, err), nil
	}
	return page.SeeOther(fundingPath + "?area=" + string(f.AreaCode) + "&year=" + strconv.Itoa(f.Year)), nil
}

func amount(bad *fault.Check, at, text string) money.Fen {
	if text == "" {
		return 0
	}
	f, err := money.Parse(text)
	bad.Take(at, err)
	return f
}
