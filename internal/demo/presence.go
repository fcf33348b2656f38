package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fieldwork"
)

// presence enters the services of the five presences: those that the city itemised for January to November 2021, and
// about as many for the last twelve months.
func (l *loader) presence(ctx context.Context) error {
	past, now := map[*county][]fieldwork.PresenceService{}, l.Today.AddDate(-1, 0, 0)
	l.serve(rand.New(Chance(l.Seed, "presence")), past, at(2021, 1, 4, 9), 325)
	l.serve(rand.New(Chance(l.Seed, "presence", l.Today.Format(time.DateOnly))), past, now, 360)
	for _, c := range l.counties {
		rows := past[c]
		if len(rows) == 0 {
			continue
		}
		err := l.Store.Do(ctx, actor.System, c.area.Code.County(), func(tx *db.Tx) error {
			for i := range rows {
				rows[i].Key = tx.NewKey()
			}
			return fieldwork.BulkPresence(tx, rows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// serve draws the services of some days, spread over the counties.
func (l *loader) serve(chance *rand.Rand, out map[*county][]fieldwork.PresenceService, from time.Time, days int) {
	for i, n := range Presences {
		for range n {
			c := pick(chance, l.counties)
			on := from.AddDate(0, 0, chance.IntN(days))
			for !l.cal.IsWorking(calendar.DayOf(on)) {
				on = from.AddDate(0, 0, chance.IntN(days))
			}
			s := fieldwork.PresenceService{AreaCode: pick(chance, c.grass).committee.AreaCode, Kind: fieldwork.Kind(i + 1), ServedOn: calendar.DayOf(on),
				Provider: "lawyer", ProviderName: someone(chance, 2020).name, Minutes: 30 * (1 + chance.IntN(8)), MadeAt: on.UTC().Truncate(time.Second)}
			if chance.IntN(12) == 0 {
				s.Provider = "legal_worker"
			}
			out[c] = append(out[c], s)
		}
	}
}
