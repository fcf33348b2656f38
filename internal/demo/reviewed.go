package demo

import (
	"context"
	"log/slog"
	"time"

	"fengqiao/internal/anomaly"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/reads"
	"fengqiao/internal/review"
)

// reviewed looks through the home county for what should be looked into, as every night does, and reviews dossiers of the last
// three months on trial: most sheets are in, one waits for its reviewer.
func (l *loader) reviewed(ctx context.Context) error {
	if _, ok := l.people["county"]; !ok {
		return nil // a part of the city without its bureau
	}
	l.Clock.Set(l.Today.Add(-50 * time.Minute))
	record := journal.New(l.Vault, Chance(l.Seed, "reviewed"))
	flags := anomaly.New(anomaly.Options{Store: l.Store, Vault: l.Vault, Policy: l.Policy, Journal: record, Cases: l.Cases})
	if _, err := flags.Look(ctx, HomeArea.County()); err != nil {
		return err
	}
	looks := &reads.Service{Store: l.Store, Cases: l.Cases, Accounts: l.Accounts, Policy: l.Policy, Log: slog.Default()}
	s := review.New(review.Options{Store: l.Store, Vault: l.Vault, Policy: l.Policy, Journal: record, Cases: l.Cases, Accounts: l.Accounts,
		Random: Chance(l.Seed, "seed", l.Today.Format(time.DateOnly)), Looked: looks.Note})
	may, err := l.Policy.Allow(l.people["county"], review.Managing)
	if err != nil {
		return err
	}
	this := calendar.DayOf(l.Today).FirstOfMonth()
	round, err := s.MakeRound(ctx, may, review.NewRound{Name: "季度案卷评查（演示，试评）", From: this.PlusMonths(-3), To: this.Plus(-1), Trial: true})
	if err != nil {
		return err
	}
	reviewers := []string{"station", "supervisor", "chair"}
	if round, err = s.NameReviewers(ctx, may, round.ID, round.Version, reviewers); err != nil {
		return err
	}
	if _, err = s.Draw(ctx, may, round.ID, round.Version); err != nil {
		return err
	}
	for i, login := range reviewers {
		if err := l.sheets(ctx, s, login, i == 0); err != nil {
			return err
		}
	}
	return nil
}

// sheets fills in the sheets of one reviewer, the last one not where something is to be left.
func (l *loader) sheets(ctx context.Context, s *review.Service, login string, leave bool) error {
	may, err := l.Policy.Allow(l.people[login], review.Working)
	if err != nil {
		return err
	}
	mine, _, err := s.Mine(ctx, may, ident.ID{}, 100)
	if err != nil {
		return err
	}
	if leave && len(mine) > 0 {
		mine = mine[:len(mine)-1]
	}
	for i, item := range mine {
		if err := l.sheet(ctx, s, may, item, i); err != nil {
			return err
		}
	}
	return nil
}

// sheet takes off what the machine takes off, and in every third dossier a little for how the session was written down.
func (l *loader) sheet(ctx context.Context, s *review.Service, may authz.Grant, item review.Item, nth int) error {
	d, err := s.Open(ctx, may, item.ID)
	if err != nil {
		return err
	}
	in := review.Filled{Points: map[string]int{}, Remarks: map[string]string{}}
	for _, p := range review.Parts {
		in.Points[p.Code] = p.Points
	}
	for _, m := range d.Machine {
		in.Points[m.Part] = max(0, in.Points[m.Part]-m.Points)
	}
	if p := in.Points[review.Session]; nth%3 == 0 && p > 3 {
		in.Points[review.Session], in.Remarks[review.Session] = p-3, "记录过于简单，没有写明双方各自的主张和让步过程。"
	}
	_, err = s.Submit(ctx, may, item.ID, d.Version, in)
	return err
}
