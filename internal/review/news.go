package review

import (
	"context"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// News is what somebody hears where their day begins: how many dossiers wait for their look, and which of their own may be answered
// still, or were decided lately.
type News struct {
	ToDo int // at most mostToDo are counted
	Own  []Own
}

const (
	mostToDo = 100
	mostNews = 20
	lately   = 14 // days for which a decision is news
)

// News gives what somebody should hear. Whoever neither reviews nor mediates hears nothing.
func (s *Service) News(ctx context.Context, by actor.Actor) (out News, err error) {
	work, err := s.Policy.Allow(by, MyWork)
	if fault.Is(err, fault.Denied) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	items, _, err := s.Mine(ctx, work, ident.ID{}, mostToDo)
	out.ToDo = len(items)
	if err != nil {
		return out, err
	}
	g, err := s.Policy.Allow(by, Results)
	if fault.Is(err, fault.Denied) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, by, func(tx *db.Tx) error {
		rows, err := ownNews(tx, g, tx.Now.AddDate(0, 0, -lately))
		for _, i := range rows {
			out.Own = append(out.Own, ownOf(i, calendar.DayOf(tx.Now)))
		}
		return err
	})
	return out, err
}
