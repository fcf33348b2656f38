package anomaly

import (
	"context"
	"errors"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

const (
	lookAtOnce = 50             // cases that one reading transaction looks at
	again      = time.Hour      // looked through once more: what was begun before and written after
	everyDay   = 20 * time.Hour // a county whose record was looked through more lately is left for the next night
	missed     = 44 * time.Hour // … and one that had no night is not kept waiting for another
)

var night = calendar.Hours{From: 0, To: 6}

// Sweep looks through what was written in every county since the last time, once a night; where the program does not run by
// night, by day. It may run as often as one likes, and several at once: the same evidence raises one flag.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	var due []ident.County
	err := s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		since := missed
		if night.Next(tx.Now).Equal(tx.Now) {
			since = everyDay
		}
		due, err = countiesDue(tx, tx.Now.Add(-since))
		return err
	})
	n := 0
	for _, county := range due {
		found, bad := s.Look(ctx, county)
		n, err = n+found, errors.Join(err, bad)
	}
	return n, err
}

// Look looks through what was written in a county since the last time, and gives how many flags are new. The first time it
// looks at every case that is not older than what it would be compared with.
func (s *Service) Look(ctx context.Context, county ident.County) (int, error) {
	l := &look{Service: s, county: county, limits: map[ident.Area]limits{}, counted: map[unit]monthly{}, said: map[string]bool{}}
	var began time.Time
	var touched []ident.ID
	var first bool
	err := s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		began = tx.Now
		var last time.Time
		if last, err = lookedAt(tx, county); err != nil {
			return err
		}
		if first = last.IsZero(); !first {
			touched, err = journal.Touched(tx, county, last.Add(-again))
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	n := 0
	for after := (ident.ID{}); ; {
		batch := touched[:min(lookAtOnce, len(touched))]
		if touched = touched[len(batch):]; first {
			if batch, err = s.everyCase(ctx, county, after); err != nil {
				return n, err
			}
		}
		if len(batch) == 0 || ctx.Err() != nil {
			break
		}
		after = batch[len(batch)-1]
		found, err := l.through(ctx, batch)
		if n += found; err != nil {
			return n, err
		}
	}
	if ctx.Err() != nil {
		return n, ctx.Err()
	}
	return n, s.Store.Do(ctx, actor.System, county, func(tx *db.Tx) error { return markLooked(tx, county, began) })
}

func (s *Service) everyCase(ctx context.Context, county ident.County, after ident.ID) (out []ident.ID, err error) {
	err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		set, err := registry.SettingsIn(tx, county.Area())
		if err != nil {
			return err
		}
		today := calendar.DayOf(tx.Now)
		out, err = casesAfter(tx, county, after, today.Plus(-set.Number(registry.AnomalyLookBack, today)))
		return err
	})
	return out, err
}

// look is one run over a county: what it has learnt of the county serves all its cases.
type look struct {
	*Service
	tx      *db.Tx
	county  ident.County
	limits  map[ident.Area]limits
	counted map[unit]monthly
	said    map[string]bool       // of units and days: all their cases were told already
	fresh   map[string][]ident.ID // fingerprints that are not written yet
}

// through looks at some cases, and writes what is new.
func (l *look) through(ctx context.Context, batch []ident.ID) (n int, err error) {
	var found []seen
	var prints []fingerprint
	err = l.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		l.tx, l.fresh, found, prints = tx, map[string][]ident.ID{}, nil, nil
		for _, id := range batch {
			c, err := l.Cases.Whole(tx, id)
			if fault.Is(err, fault.Missing) { // the chain of something else
				continue
			}
			if err != nil {
				return err
			}
			more, print, err := l.at(&c)
			if err != nil {
				return err
			}
			found, prints = append(found, more...), append(prints, print...)
		}
		return nil
	})
	if err != nil || len(found)+len(prints) == 0 {
		return 0, err
	}
	err = l.Store.Do(ctx, actor.System, l.county, func(tx *db.Tx) (err error) {
		kept, err := casework.KeptOf(tx, casesOf(found, prints)) // a dossier may have been destroyed since it was read
		if err != nil {
			return err
		}
		prints = slices.DeleteFunc(prints, func(p fingerprint) bool { return !slices.Contains(kept, p.CaseID) })
		found = slices.DeleteFunc(found, func(f seen) bool { return !slices.Contains(kept, f.Case) })
		if err := keepPrints(tx, prints); err != nil {
			return err
		}
		n, err = l.keep(tx, found)
		return err
	})
	return n, err
}

// casesOf are the cases of which something was found; not all were looked at: what is alike is found at both.
func casesOf(found []seen, prints []fingerprint) (out []ident.ID) {
	for _, f := range found {
		out = append(out, f.Case)
	}
	for _, p := range prints {
		out = append(out, p.CaseID)
	}
	slices.SortFunc(out, func(a, b ident.ID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(out)
}

// at holds one case to every rule.
func (l *look) at(c *casework.Case) ([]seen, []fingerprint, error) {
	lim, err := l.limitsIn(c.AreaCode)
	if err != nil {
		return nil, nil, err
	}
	out := slices.Concat(dueBefore(c), nothingOwed(c), quickSigns(c, lim.seconds), roundAmount(c, lim.round, lim.roundLeast))
	for _, rule := range []func(*casework.Case, limits) ([]seen, error){l.phones, l.meetings, l.days, l.months, l.places, l.changes} {
		more, err := rule(c, lim)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, more...)
	}
	more, prints, err := l.texts(c, lim)
	return append(out, more...), prints, err
}

func (l *look) limitsIn(area ident.Area) (limits, error) {
	if known, ok := l.limits[area]; ok {
		return known, nil
	}
	set, err := registry.SettingsIn(l.tx, area)
	if err != nil {
		return limits{}, err
	}
	l.limits[area] = limitsOf(set, calendar.DayOf(l.tx.Now))
	return l.limits[area], nil
}

func (l *look) since(lim limits) time.Time { return l.tx.Now.AddDate(0, 0, -lim.lookBack) }

func (l *look) phones(c *casework.Case, lim limits) ([]seen, error) {
	var phones []string
	for _, p := range c.Here() {
		if p.PhoneIndex != "" {
			phones = append(phones, p.PhoneIndex)
		}
	}
	if len(phones) == 0 {
		return nil, nil
	}
	uses, err := phoneUses(l.tx, l.county, phones, l.since(lim))
	return samePhone(c, uses, lim.phoneNames), err
}

func (l *look) meetings(c *casework.Case, lim limits) ([]seen, error) {
	var names []string
	for _, p := range c.Here() {
		names = append(names, p.NameKey)
	}
	if len(names) < 2 {
		return nil, nil
	}
	all, err := meetingsOf(l.tx, l.county, names, l.since(lim))
	return repeated(c, all, lim.repeats), err
}

// once tells whether something is asked for the first time in this run.
func (l *look) once(key string) bool {
	was := l.said[key]
	l.said[key] = true
	return !was
}

func (l *look) days(c *casework.Case, lim limits) ([]seen, error) {
	if c.AcceptedDay.IsZero() || dayOf(c.EffectiveAt) != c.AcceptedDay || !l.once(c.CommitteeID.String()+string(c.AcceptedDay)) {
		return nil, nil
	}
	rows, err := acceptedOn(l.tx, l.county, c.CommitteeID, c.AcceptedDay)
	return sameDay(c.CommitteeID, c.AcceptedDay, rows, lim.sameDay), err
}

func (l *look) months(c *casework.Case, lim limits) (out []seen, err error) {
	if len(c.AcceptedDay) < 7 {
		return nil, nil
	}
	month := string(c.AcceptedDay[:7])
	for _, u := range []unit{{"committee", c.CommitteeID}, {"mediator", c.HostID}} {
		if u.ID.IsZero() || !l.once(u.ID.String()+month) {
			continue
		}
		n, known := l.counted[u]
		if !known {
			if n, err = countedBy(l.tx, l.county, u); err != nil {
				return nil, err
			}
			l.counted[u] = n
		}
		e, ok := spiking(u, month, n.before(month), lim)
		if !ok {
			continue
		}
		cases, err := acceptedIn(l.tx, l.county, u, month)
		if err != nil {
			return nil, err
		}
		out = append(out, each(Spike, keyOf(u.ID.String(), month), cases, e)...)
	}
	return out, nil
}

func (l *look) places(c *casework.Case, _ limits) ([]seen, error) {
	var elsewhere []sitting
	for _, v := range c.Sittings {
		if !inPlace(v) || len(v.Mediators) == 0 {
			continue
		}
		rows, err := l.satThen(l.tx, v)
		if err != nil {
			return nil, err
		}
		elsewhere = append(elsewhere, rows...)
	}
	return twoPlaces(c, elsewhere), nil
}

// changes reads the record of the few cases that had ended before they were settled.
func (l *look) changes(c *casework.Case, lim limits) ([]seen, error) {
	if c.EffectiveAt == nil || c.FirstClosedDay.IsZero() || dayOf(c.EffectiveAt).Before(c.FirstClosedDay) {
		return nil, nil
	}
	entries, err := l.Journal.Of(l.tx, c.ID)
	was := ""
	for _, e := range entries {
		if e.OccurredAt.After(*c.EffectiveAt) {
			break
		}
		if before, ok := e.Fact["was_outcome"].(string); ok {
			was = before
		} else if casework.Event(e.Event) == casework.RetractRefusal {
			was = string(casework.PartyRefused)
		}
	}
	return lateChange(c, was, lim.deadline), err
}
