package disposal

import (
	"context"
	"errors"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// Most is how many dossiers a list holds.
const Most = 200

// Candidate is a dossier whose time is over, and what keeps it from being destroyed.
type Candidate struct {
	Line
	Bar string // Bars; "" when nothing does
}

// NewList asks for a list.
type NewList struct {
	County ident.County `json:"county_code,omitempty" doc:"Left out: that of one's post"`
	Cases  []ident.ID   `json:"case_ids,omitempty" doc:"Which dossiers; left out: all whose time is over and that nothing holds, those first whose time ended first, 200 at most"`
}

// countyOf is the county that somebody means, or the one of their post.
func countyOf(g authz.Grant, county ident.County) (ident.County, error) {
	if county == "" {
		for _, r := range g.Reaches() {
			if r.Level == authz.LevelArea {
				county = r.Area.County()
			}
		}
	}
	if !g.CoversArea(county.Area()) { // a list is a county's
		return "", fault.NoSuch()
	}
	return county, nil
}

// Candidates are the dossiers of a county whose time is over: those that nothing keeps, and then some that something does, with what it is.
func (s *Service) Candidates(ctx context.Context, g authz.Grant, county ident.County) (out []Candidate, err error) {
	if county, err = countyOf(g, county); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		out = nil
		for _, free := range []bool{true, false} {
			some, err := over(tx, county, calendar.DayOf(tx.Now), free)
			if err == nil {
				err = complete(tx, some)
			}
			if err != nil {
				return err
			}
			out = append(out, some...)
		}
		return nil
	})
	return out, err
}

// complete adds to candidates what their rows do not say.
func complete(tx *db.Tx, all []Candidate) error {
	for i := range all {
		c := &all[i]
		var err error
		if c.Bar == "" {
			if c.Bar, err = linked(tx, c.CaseID); err != nil {
				return err
			}
		}
		if c.Committee, _, err = registry.NameOf(tx, c.CommitteeID); err != nil {
			return err
		}
	}
	return nil
}

// Propose draws up a list. Nothing is destroyed before another person has approved it.
//
// Faults: Missing for a county out of reach, and for a dossier that is none of it; Denied "own_case" where one's own case is among them;
// Conflict "nothing_over", and "barred" naming what keeps a dossier that was asked for.
func (s *Service) Propose(ctx context.Context, g authz.Grant, in NewList) (Seen, error) {
	county, err := countyOf(g, in.County)
	if err != nil {
		return Seen{}, err
	}
	if len(in.Cases) > Most {
		return Seen{}, fault.New(fault.Invalid, "", "一份清册最多 %[1]d 份卷宗。", "A list holds %[1]d dossiers at most.", Most).At("case_ids")
	}
	var out Seen
	err = s.Store.Do(ctx, g.By(), county, func(tx *db.Tx) error {
		year := calendar.DayOf(tx.Now).Year()
		number, err := nextNumber(tx, year) // before the choice: who draws up another meanwhile has the same number, and one of us begins anew
		if err != nil {
			return err
		}
		chosen, err := choose(tx, county, in.Cases)
		if err != nil {
			return err
		}
		if out, err = s.drawUp(tx, year, number, chosen); err != nil {
			return err
		}
		if err := notOwn(tx, out.Lines); err != nil {
			return err
		}
		tx.Made(out.ID, out.Version, 201)
		if err := insert(tx, &out); err != nil {
			return err
		}
		return s.record(tx, out.List, "disposal_proposed", "", journal.Fact{"sha256": out.SHA256, "dossiers": out.Dossiers, "number": out.Name()}, nil)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.See(ctx, g, done.ID)
	}
	return out, err
}

// choose are the dossiers of a list that is drawn up now.
func choose(tx *db.Tx, county ident.County, asked []ident.ID) ([]Candidate, error) {
	today := calendar.DayOf(tx.Now)
	if len(asked) == 0 {
		all, err := over(tx, county, today, true)
		if err == nil {
			err = complete(tx, all)
		}
		all = slices.DeleteFunc(all, func(c Candidate) bool { return c.Bar != "" })
		if err == nil && len(all) == 0 {
			err = fault.New(fault.Conflict, "nothing_over", "现在没有可以销毁的卷宗：保管期满、没有暂缓、没有未了事项的才能列入清册。",
				"There is no dossier to destroy now: only those whose time is over, that are not on hold and of which nothing is open, go on a list.")
		}
		return all, err
	}
	all, err := named(tx, county, asked, today)
	if err != nil {
		return nil, err
	}
	distinct := map[ident.ID]bool{}
	for _, id := range asked {
		distinct[id] = true
	}
	if len(all) != len(distinct) {
		return nil, fault.NoSuch()
	}
	if err := complete(tx, all); err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.Bar != "" {
			return nil, fault.New(fault.Conflict, "barred", "%[1]s 不能列入清册：%[2]s。", "%[1]s cannot go on the list: %[3]s.", c.CaseNo, Bars.Name(c.Bar, "zh-CN"), Bars.Name(c.Bar, "en"))
		}
	}
	return all, nil
}

func (s *Service) drawUp(tx *db.Tx, year, number int, chosen []Candidate) (out Seen, err error) {
	out.List = List{Key: tx.NewKey(), Version: 1, Year: year, Number: number, State: Proposed, Dossiers: len(chosen), ProposedBy: tx.By.Person, ProposedName: tx.By.Name, ProposedAt: tx.Now}
	for i, c := range chosen {
		l := c.Line
		l.Key, l.ListID, l.Place, l.State = tx.NewKey(), out.ID, i+1, Waiting
		if l.Entries, l.Head, err = journal.Head(tx, l.CaseID); err != nil {
			return out, err
		}
		if l.Files, err = countFiles(tx, l.CaseID); err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, l)
	}
	out.SHA256 = out.digest(out.Lines)
	return out, nil
}

// notOwn refuses whoever takes, or took, a part in one of the cases.
func notOwn(tx *db.Tx, lines []Line) error {
	for _, l := range lines {
		own, err := takesPart(tx, l.CaseID, tx.By.Person)
		if err != nil {
			return err
		}
		if own {
			return fault.New(fault.Denied, "own_case", "您参与过 %[1]s 一案，清册里有它时请由别人办理。", "You took a part in %[1]s: a list that holds it is for others.", l.CaseNo)
		}
	}
	return nil
}
