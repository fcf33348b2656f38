package demo

import (
	"context"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/bureau"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/registry"
)

const unsealedOf = 19 // committees: of one in so many the bureau was never told who keeps the seal

// kept enters what the bureaus keep beside the register: the committees' seals, but for a few; and in the home county a
// committee that is being set up, of which the court was not told yet.
func (l *loader) kept(ctx context.Context) error {
	l.Clock.Set(l.Today.Add(-time.Hour))
	for _, c := range l.counties {
		err := l.Store.Do(ctx, actor.System, c.area.Code.County(), func(tx *db.Tx) error {
			var rows []bureau.Seal
			for _, crews := range [][]*crew{c.grass, c.towns, c.property} {
				for _, one := range crews {
					if len(one.people) == 0 || len(rows)%unsealedOf == unsealedOf-1 {
						rows = append(rows, bureau.Seal{})
						continue
					}
					rows = append(rows, bureau.Seal{CommitteeID: one.committee.ID, MadeOn: one.committee.ActivatedOn, Keeper: one.people[0].Name})
				}
			}
			return bureau.BulkSeals(tx, rows)
		})
		if err != nil {
			return err
		}
	}
	return l.beginning(ctx)
}

// beginning begins a committee that has had its election and has no members yet.
func (l *loader) beginning(ctx context.Context) error {
	by, ok := l.people["county"]
	if !ok {
		return nil // a part of the city without its bureau
	}
	may, err := l.Policy.Allow(by, registry.Keeping)
	if err != nil {
		return err
	}
	kept := registry.NewService(registry.Options{Store: l.Store, Vault: l.Vault})
	today := calendar.DayOf(l.Today)
	c, err := kept.Draft(ctx, may, registry.NewCommittee{Type: registry.OfSociety, Name: "丰泽区旅游纠纷人民调解委员会", ShortName: "丰泽旅游", AreaCode: "350503000000",
		Sector: "tourism", Attributes: []string{"industry"}})
	if err == nil {
		_, err = kept.OpenTerm(ctx, may, c.ID, registry.NewTerm{Method: registry.ByFoundersAssembly, Electing: "丰泽区旅游行业协会", DecidedOn: today.Plus(-3)})
	}
	return err
}
