package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fieldwork"
	"fengqiao/internal/money"
	"fengqiao/internal/returns"
	"fengqiao/internal/tally"
)

// returned enters what the official tables ask beside cases: the rounds of the home county, what its committees kept from
// happening, and the money of the year; and hands in the months that are over, as a bureau would have.
func (l *loader) returned(ctx context.Context) error {
	by, ok := l.people["county"]
	if !ok || l.home == nil {
		return nil // a part of the city without its bureau
	}
	l.Clock.Set(l.Today.Add(-time.Hour))
	for _, do := range []func(context.Context, actor.Actor) error{l.rounds, l.prevented, l.funded, l.handedIn} {
		if err := do(ctx, by); err != nil {
			return err
		}
	}
	return nil
}

// rounds enters half-monthly rounds of the home county since the year before began; most found nothing.
func (l *loader) rounds(ctx context.Context, _ actor.Actor) error {
	chance := rand.New(Chance(l.Seed, "rounds", l.Today.Format(time.DateOnly)))
	county := l.home.committee.CountyCode
	today := calendar.DayOf(l.Today)
	return l.Store.Do(ctx, actor.System, county, func(tx *db.Tx) error {
		var rows []fieldwork.Round
		for _, c := range l.counties {
			if c.area.Code.County() != county {
				continue
			}
			for _, crew := range c.grass {
				for day := (today[:4] + "-01-01").PlusYears(-1).Plus(chance.IntN(10)); day < today; day = day.Plus(14 + chance.IntN(3)) {
					rows = append(rows, fieldwork.Round{Key: tx.NewKey(), CommitteeID: crew.committee.ID, AreaCode: crew.committee.AreaCode, Kind: "half_monthly", ScreenedOn: day,
						Zero: true, MadeAt: day.Start().Add(10 * time.Hour), MadeBy: crew.people[0].PersonID})
				}
			}
		}
		return fieldwork.BulkRounds(tx, rows)
	})
}

// prevented enters what the home committee kept from happening, confirmed by its chair but for the last.
func (l *loader) prevented(ctx context.Context, _ actor.Actor) error {
	field := fieldwork.New(fieldwork.Options{Store: l.Store, Vault: l.Vault, Policy: l.Policy})
	mediator, chair := l.home.as(l.home.people[1]), l.home.chair()
	may, err := l.Policy.Allow(mediator, fieldwork.Screening)
	if err != nil {
		return err
	}
	confirms, err := l.Policy.Allow(chair, fieldwork.Confirming)
	if err != nil {
		return err
	}
	today := calendar.DayOf(l.Today)
	for i, p := range []struct {
		kind, persons, ago int
		who, done          string
	}{{2, 3, 75, "邻居两家因宅基地边界争执", "当晚上门劝离，次日约双方到社区说清界线。"}, {1, 1, 40, "一位失业后情绪低落的居民", "与家属、社区医生一起陪伴，联系心理热线。"},
		{3, 12, 20, "小区业主因电梯停用准备集体上访", "请物业和业委会当面答复，定下维修日期。"}, {2, 2, 5, "合租人因押金争吵推搡", "劝开双方，约定第二天调解。"}} {
		made, err := field.RecordPrevention(ctx, may, fieldwork.NewPrevention{Kind: p.kind, Persons: p.persons, PreventedOn: today.Plus(-p.ago), Who: p.who, Done: p.done, Evidence: "现场记录（演示）"})
		if err == nil && i < 3 {
			_, err = field.Confirm(ctx, confirms, made.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// funded enters invented amounts for the home county and its station, for this year and the last.
func (l *loader) funded(ctx context.Context, by actor.Actor) error {
	tables := returns.New(l.Store)
	for _, unit := range []struct {
		by    actor.Actor
		scale money.Fen
	}{{by, 100}, {l.people["station"], 12}} {
		scale := unit.scale
		may, err := l.Policy.Allow(unit.by, returns.Recording)
		if err != nil {
			return err
		}
		for ago := range 2 {
			spent := money.Fen(100 - 15*(1-ago)) // per cent
			f := returns.Funding{AreaCode: tally.Home(may), Year: l.Today.Year() - ago, GuidanceBudgeted: scale * 250_000, SubsidyBudgeted: scale * 180_000, AllowanceBudgeted: scale * 420_000}
			f.GuidanceSpent, f.SubsidySpent, f.AllowanceSpent = f.GuidanceBudgeted*spent/100, f.SubsidyBudgeted*spent/100, f.AllowanceBudgeted*spent/100
			if _, err := tables.EnterFunding(ctx, may, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// handedIn hands in the home county's case table of the last three months, and of their quarter where they are one.
func (l *loader) handedIn(ctx context.Context, by actor.Actor) error {
	tables := returns.New(l.Store)
	may, err := l.Policy.Allow(by, returns.Handing)
	if err != nil {
		return err
	}
	hand := func(report string, from, to calendar.Day) error {
		_, err := tables.HandInTable(ctx, may, returns.HandIn{Report: report, Area: tally.Home(may), From: from, To: to})
		if err != nil {
			return fmt.Errorf("%s from %s to %s: %w", report, from, to, err)
		}
		return nil
	}
	this := calendar.DayOf(l.Today).FirstOfMonth()
	for ago := 3; ago > 0; ago-- {
		month := this.PlusMonths(-ago)
		if err := hand(returns.CaseTableReport, month, month.PlusMonths(1).Plus(-1)); err != nil {
			return err
		}
	}
	return hand(returns.OrganisationReport, this.PlusMonths(-1), this.Plus(-1))
}
