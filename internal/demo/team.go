package demo

import (
	"context"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/duty"
)

// team enters what the home committee's chair knows of its people: which languages they speak, and who is on leave today
// with somebody standing in.
func (l *loader) team(ctx context.Context) error {
	l.Clock.Set(l.Today.Add(-time.Hour))
	may, err := l.Policy.Allow(l.home.chair(), duty.Managing)
	if err != nil {
		return err
	}
	people := l.home.people
	for i, spoken := range [][]string{{"闽南语"}, {"闽南语"}, {"闽南语", "英语"}, {"闽南语", "手语"}} {
		if i >= len(people) {
			break
		}
		if err := l.Duty.Speak(ctx, may, people[i].ID, spoken); err != nil {
			return err
		}
	}
	if len(people) < 4 {
		return nil
	}
	today := calendar.DayOf(l.Today)
	_, err = l.Duty.GoAway(ctx, may, people[3].ID, duty.Leave{From: today, To: today.Plus(4), Cover: people[2].ID})
	return err
}
