package fieldwork

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// cadence is how often a committee goes round: village half-monthly, township monthly, county quarterly, by its region's
// settings.
type cadence struct{ kind, setting string }

func cadenceOf(at ident.Area) cadence {
	switch at.Level() {
	case ident.Village:
		return cadence{"half_monthly", registry.ScreenVillage}
	case ident.Town:
		return cadence{"monthly", registry.ScreenTownship}
	}
	return cadence{"quarterly", registry.ScreenCounty}
}

// Due is when a committee's next round is due.
type Due struct {
	Committee  ident.ID
	Name       string
	AreaCode   ident.Area
	Kind       string       // of the round that is due
	LastOn     calendar.Day // none yet: counted from the day the committee began
	DueOn      calendar.Day
	Late       bool
	ReportedBy calendar.Day // this month's rounds are reported by this day
}

// DueRounds gives when the committees within the grant go round next, in the order of their ids, and the committee to go
// on after; zero when that was all.
func (s *Service) DueRounds(ctx context.Context, g authz.Grant, after ident.ID, limit int) ([]Due, ident.ID, error) {
	limit = pageSize(limit)
	var out []Due
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, err := lastRounds(tx, g, after, limit+1)
		for _, r := range rows {
			set, err := registry.SettingsIn(tx, r.AreaCode)
			if err != nil {
				return err
			}
			out = append(out, r.due(set, calendar.DayOf(tx.Now)))
		}
		return err
	})
	if err != nil || len(out) <= limit {
		return out, ident.ID{}, err
	}
	return out[:limit], out[limit-1].Committee, nil
}

// lastRound is a committee with its latest round.
type lastRound struct {
	ID          ident.ID
	Name        string
	AreaCode    ident.Area
	ActivatedOn calendar.Day
	LastOn      calendar.Day
}

// due applies the cadence that held when the period began; while special days last, theirs from the day they began.
func (r lastRound) due(set registry.Settings, today calendar.Day) Due {
	c := cadenceOf(r.AreaCode)
	began := max(r.LastOn, r.ActivatedOn)
	d := Due{Committee: r.ID, Name: r.Name, AreaCode: r.AreaCode, Kind: c.kind, LastOn: r.LastOn, DueOn: began.Plus(set.Number(c.setting, began))}
	if set.Word(registry.SpecialTime, today) == "on" {
		since := set.Since(registry.SpecialTime, today)
		if special := max(began, since).Plus(set.Number(registry.ScreenSpecial, today)); special.Before(d.DueOn) {
			d.DueOn, d.Kind = special, "special"
		}
	}
	d.Late = d.DueOn.Before(today)
	d.ReportedBy = (today[:8] + "01").Plus(set.Number(registry.ScreenReportDay, today) - 1)
	return d
}
