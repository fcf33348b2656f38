package review

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Of is what a round found at one committee, of the dossiers that were drawn at random.
type Of struct {
	CommitteeID ident.ID       `json:"committee_id"`
	Committee   string         `json:"committee"`
	AreaCode    ident.Area     `json:"area_code"`
	Drawn       int            `json:"drawn"`
	Reviewed    int            `json:"reviewed"`
	Grades      map[string]int `json:"grades"`
	Vetoed      int            `json:"vetoed"`
	Passed      int            `json:"passed"`
	Low         float64        `json:"low" doc:"The share that passes lies, nineteen times in twenty, between low and high; per cent"`
	High        float64        `json:"high"`
}

// Report is what a round found so far.
type Report struct {
	Committees []Of `json:"committees" doc:"In the order of the area codes"`
	All        Of   `json:"all"`
	Risk       Of   `json:"risk" doc:"Added for a flag: reported apart"`
}

// of counts items.
func of(items []Item) Of {
	out := Of{Grades: map[string]int{}}
	for _, i := range items {
		out.Drawn++
		if i.Sheets == 0 {
			continue
		}
		out.Reviewed++
		out.Grades[i.Grade]++
		if i.Vetoed {
			out.Vetoed++
		}
		if passes(i.Grade) {
			out.Passed++
		}
	}
	out.Low, out.High = interval(out.Passed, out.Reviewed)
	return out
}

// interval is Wilson's, at nineteen in twenty, in per cent with one place; 0 to 100 where nothing was seen. A few dossiers of a
// committee say little, and this says how little.
func interval(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 100
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	tenth := func(x float64) float64 { return math.Round(min(max(x, 0), 1)*1000) / 10 }
	return tenth(mid - half), tenth(mid + half)
}

// Detail is a round with all that belongs to it.
type Detail struct {
	Round
	Strata    []Stratum
	Reviewers []Reviewer
	Report    Report
	Items     int
	Left      int // not reviewed, or answered and not decided
	Unread    int // for which no reviewer was found
}

// See shows a round. Its seed is told once it was drawn.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (Detail, error) {
	var out Detail
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if out.Round, err = roundWithin(tx, g, id); err != nil {
			return err
		}
		if out.DrawnAt != nil {
			if out.Seed, err = s.Vault.Open(seedOf(out.Round), out.SeedSealed); err != nil {
				return err
			}
		}
		if out.Strata, err = strataOf(tx, id); err != nil {
			return err
		}
		if out.Reviewers, err = reviewersOf(tx, id); err != nil {
			return err
		}
		items, err := itemsOf(tx, id)
		if err != nil {
			return err
		}
		return out.count(tx, items)
	})
	return out, err
}

func (d *Detail) count(tx *db.Tx, items []Item) error {
	by := map[ident.ID][]Item{}
	var random, risk []Item
	for _, i := range items {
		d.Items++
		if i.Sheets == 0 || i.State == Appealed {
			d.Left++
		}
		if i.ReviewerID.IsZero() && (i.State == Waiting || i.State == Appealed) {
			d.Unread++
		}
		if i.Why == Risk {
			risk = append(risk, i)
			continue
		}
		random = append(random, i)
		by[i.CommitteeID] = append(by[i.CommitteeID], i)
	}
	d.Report.All, d.Report.Risk = of(random), of(risk)
	for id, own := range by {
		one := of(own)
		one.CommitteeID, one.AreaCode = id, own[0].AreaCode
		var err error
		if one.Committee, _, err = registry.NameOf(tx, id); err != nil {
			return err
		}
		d.Report.Committees = append(d.Report.Committees, one)
	}
	slices.SortFunc(d.Report.Committees, func(a, b Of) int {
		return cmp.Or(cmp.Compare(a.AreaCode, b.AreaCode), cmp.Compare(a.CommitteeID.String(), b.CommitteeID.String()))
	})
	return nil
}

// Rounds are those within the grant, newest first, and the one to go on after; zero when that was all.
func (s *Service) Rounds(ctx context.Context, g authz.Grant, after ident.ID, limit int) (out []Round, next ident.ID, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		out, err = rounds(tx, g, after, limit+1)
		return err
	})
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].ID
	}
	return out, next, err
}

// Items are the items of a round within the grant, the first by id, and the one to go on after.
func (s *Service) Items(ctx context.Context, g authz.Grant, round, after ident.ID, limit int) (out []Item, next ident.ID, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if _, err := roundWithin(tx, g, round); err != nil {
			return err
		}
		out, err = itemsAfter(tx, round, after, limit+1)
		return err
	})
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].ID
	}
	return out, next, err
}

// Openings tell who opened which dossier of a round, the latest first, and the one to go on after.
func (s *Service) Openings(ctx context.Context, g authz.Grant, round, after ident.ID, limit int) (out []Opening, next ident.ID, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if _, err := roundWithin(tx, g, round); err != nil {
			return err
		}
		out, err = openings(tx, round, after, limit+1)
		return err
	})
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].ID
	}
	return out, next, err
}

// Mine are the items that somebody is to look at now, the oldest first, and the one to go on after.
func (s *Service) Mine(ctx context.Context, g authz.Grant, after ident.ID, limit int) (out []Item, next ident.ID, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		out, err = itemsToReview(tx, g.By().Person, after, limit+1)
		return err
	})
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].ID
	}
	return out, next, err
}

// Own is what became of a dossier of one's own.
type Own struct {
	Item
	Sheets []Sheet
	Final  bool
	May    bool // answer
}

// Owned are the reviewed dossiers of the cases within the grant, newest first: a mediator's own, a chair's committee's; and the
// one to go on after.
func (s *Service) Owned(ctx context.Context, g authz.Grant, after ident.ID, limit int) (out []Own, next ident.ID, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		items, err := owned(tx, g, after, limit+1)
		for _, i := range items {
			out = append(out, ownOf(i, calendar.DayOf(tx.Now)))
		}
		return err
	})
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].ID
	}
	return out, next, err
}

func ownOf(i Item, today calendar.Day) Own {
	final := i.Final(today)
	return Own{Item: i, Final: final, May: i.State == Submitted && !final}
}

// SeeOwn shows what became of a dossier of one's own, and why. Who reviewed it is not told.
func (s *Service) SeeOwn(ctx context.Context, g authz.Grant, id ident.ID) (out Own, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		i, err := own(tx, g, id)
		if err != nil {
			return err
		}
		out = ownOf(i, calendar.DayOf(tx.Now))
		out.Sheets, err = s.sheetsOf(tx, id)
		return errors.Join(err, s.openAppeal(&out.Item))
	})
	return out, err
}
