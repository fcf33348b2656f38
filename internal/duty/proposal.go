package duty

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Candidate is a mediator as one would weigh them for a case.
type Candidate struct {
	MediatorID ident.ID       `json:"mediator_id"`
	Name       string         `json:"name"`
	Proposed   bool           `json:"proposed" doc:"The one to take, by what is known"`
	Barred     bool           `json:"barred" doc:"A rule stands against them: they withdrew (M2), are away, or have a tie (M12)"`
	Open       int            `json:"open_cases" doc:"That they host"`
	Covers     int            `json:"covering,omitempty" doc:"In which they stand in for somebody who is away"`
	Alike      int            `json:"settled_alike" doc:"Cases of the kind that they settled in the last three years"`
	Last       calendar.Day   `json:"last_accepted,omitempty" doc:"When a case that they host was accepted last"`
	WantedBy   int            `json:"wanted_by" doc:"How many of the parties would like them (M4)"`
	Shares     int            `json:"languages_shared" doc:"How many of the parties' languages they speak"`
	Ties       []casework.Tie `json:"ties" nullable:"false"`
	Why        []string       `json:"reasons" nullable:"false"`
	Reasons    []fault.Text   `json:"-"`

	Agreed bool `json:"-"` // every party named them (M1)
}

// years is how far back experience counts.
const years = 3

// Propose weighs the serving mediators of the committee that leads a case, the one to take first. Nobody is proposed against
// whom a rule stands. Of the others comes first whom all parties named (M1); then whom most of them would like (M4), who
// speaks their languages, who has least in hand, what they do for somebody who is away with it (two more are no matter where they settled such a case before), and who has
// waited longest for one. Each reason is told. It is a proposal: the chair decides, and a party may object.
func (s *Service) Propose(ctx context.Context, g authz.Grant, caseID ident.ID) ([]Candidate, error) {
	fits, err := s.Cases.WhoFits(ctx, g, caseID)
	if err != nil {
		return nil, err
	}
	out := make([]Candidate, 0, len(fits.Team))
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		team := make([]ident.ID, 0, len(fits.Team))
		for _, f := range fits.Team {
			team = append(team, f.ID)
		}
		county, today := fits.CommitteeID.County(), calendar.DayOf(tx.Now)
		loads, err := loadsOf(tx, county, team, fits.Category, today.PlusYears(-years))
		if err != nil {
			return err
		}
		speak, err := languagesOf(tx, county, team)
		if err != nil {
			return err
		}
		away, err := absencesOf(tx, county, fits.CommitteeID)
		for _, f := range fits.Team {
			out = append(out, weigh(f, fits, loads[f.ID], speak[f.ID], absentOn(away, f.ID, today)))
		}
		return err
	})
	Rank(out)
	return out, err
}

func absentOn(all []Absence, mediator ident.ID, day calendar.Day) *Absence {
	i := slices.IndexFunc(all, func(a Absence) bool { return a.MediatorID == mediator && a.on(day) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// weigh puts what is known of a mediator beside what a case asks for.
func weigh(f casework.Fit, asks casework.Fitting, l load, speaks []string, away *Absence) Candidate {
	c := Candidate{MediatorID: f.ID, Name: f.Name, Open: l.Open, Covers: l.Covers, Alike: l.Alike, Last: l.Last, Ties: append([]casework.Tie{}, f.Ties...),
		WantedBy: len(asks.Wanted[f.ID]), Agreed: !asks.Wish.IsZero() && asks.Wish == f.ID}
	say := func(zh, en string, args ...any) { c.Reasons = append(c.Reasons, fault.Say(zh, en, args...)) }
	c.Barred = f.Recused || away != nil || len(f.Ties) > 0
	if f.Recused {
		say("已经回避本案（M2）", "has withdrawn from this case (M2)")
	}
	if len(f.Ties) > 0 {
		say("与本案有利益关系（M12）", "has a tie to the case (M12)")
	}
	if away != nil {
		say("请假至 %s", "is away until %s", away.ToOn)
	}
	if c.WantedBy > 0 {
		say("%s 选了这位", "named by %s", strings.Join(asks.Wanted[f.ID], "、"))
	}
	if c.Agreed {
		say("全部当事人都选这位（M1）", "every party named them (M1)")
	}
	for _, language := range speaks {
		if slices.Contains(asks.Speaks, language) {
			c.Shares++
			say("会说%s", "speaks %s", language)
		}
	}
	if l.Alike > 0 {
		say("近三年调成同类 %d 件", "settled %d of the kind in three years", l.Alike)
	}
	say("在办 %d 件", "%d in hand", l.Open)
	if l.Covers > 0 {
		say("替别人代班 %d 件", "stands in for others in %d", l.Covers)
	}
	if l.Last.IsZero() {
		say("还没有承办过", "has hosted none yet")
	} else {
		say("上一件 %s 受理", "the last one accepted on %s", l.Last)
	}
	return c
}

// Rank puts the one to take first, and marks it.
func Rank(all []Candidate) {
	slices.SortStableFunc(all, Candidate.before)
	if len(all) > 0 && !all[0].Barred {
		all[0].Proposed = true
	}
}

// worth is how many more cases in hand somebody may have who has settled such a case before one who has not is better. It
// is the same however many they settled: else whoever has done most would get ever more.
const worth = 2

// burden is what somebody has in hand, less what their experience is worth.
func (c Candidate) burden() int {
	hand := c.Open + c.Covers
	if c.Alike > 0 {
		hand -= worth
	}
	return hand
}

// before orders two candidates: below zero where c comes first.
func (c Candidate) before(o Candidate) int {
	no := func(b bool) int {
		if b {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(no(!c.Barred), no(!o.Barred)),
		cmp.Compare(no(c.Agreed), no(o.Agreed)),
		cmp.Compare(o.WantedBy, c.WantedBy),
		cmp.Compare(o.Shares, c.Shares),
		cmp.Compare(c.burden(), o.burden()),
		cmp.Compare(no(c.Alike > 0), no(o.Alike > 0)),
		cmp.Compare(c.Last, o.Last),
		strings.Compare(c.MediatorID.String(), o.MediatorID.String()))
}

// In puts the reasons into a language.
func (c Candidate) In(lang string) Candidate {
	c.Why = make([]string, 0, len(c.Reasons))
	for _, r := range c.Reasons {
		c.Why = append(c.Why, r.In(lang))
	}
	return c
}
