package spot

import (
	"context"
	"errors"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// The actions on posters: whoever works here may print one; its code is made by those who answer for the place.
const (
	PrintingPosters authz.Action = "poster.print"
	MakingPosters   authz.Action = "poster.make"
)

// posterKind is what the directory calls the codes of posters.
const posterKind = "poster"

// poster is what hangs at a place: where it leads, and who serves there.
type poster struct {
	Spot
	Code       string // "" while none was made
	MadeAt     time.Time
	Committees []registry.Committee // for everything, and for property matters where that is another
	MayMake    bool
}

// posterOf reads what a place's poster holds, and whether a grant to make it reaches the place.
func posterOf(tx *db.Tx, making authz.Grant, word string) (poster, error) {
	p := poster{}
	var err error
	if p.Spot, err = At(tx, word); err != nil {
		return p, err
	}
	if p.Committees, err = servingAt(tx, p.Spot); err != nil {
		return p, err
	}
	p.MayMake = making.CoversArea(p.Area)
	for _, c := range p.Committees {
		p.MayMake = p.MayMake || making.CoversCommittee(c.ID)
	}
	row, found, err := findPoster(tx, p.Spot)
	if found {
		p.Code, p.MadeAt = row.Code, row.MadeAt
	}
	return p, err
}

func servingAt(tx *db.Tx, p Spot) ([]registry.Committee, error) {
	all, err := registry.Serving(tx, registry.Place{Area: p.Area, Compound: p.Compound})
	out := []registry.Committee{all}
	if err != nil || p.Compound.IsZero() {
		return out, err
	}
	property, err := registry.Serving(tx, registry.Place{Area: p.Area, Compound: p.Compound, Category: "13"})
	if property.ID != all.ID {
		out = append(out, property)
	}
	return out, err
}

// makePoster gives a place's poster a new code. The old one, where there was one, leads nowhere from then on.
//
// Faults: Missing for a place that is none, or out of reach; Stale when somebody else made one at the same moment.
func (s *Service) makePoster(ctx context.Context, g authz.Grant, word string) error {
	var at Spot
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		p, err := posterOf(tx, g, word)
		if err == nil && !p.MayMake {
			err = fault.NoSuch()
		}
		at = p.Spot
		return err
	})
	if err != nil {
		return err
	}
	err = s.Store.Do(ctx, g.By(), at.Area.County(), func(tx *db.Tx) error { return s.renewPoster(tx, at) })
	var done *db.Done
	if errors.As(err, &done) {
		return nil // sent twice, made once
	}
	return err
}

func (s *Service) renewPoster(tx *db.Tx, at Spot) error {
	row, found, err := findPoster(tx, at)
	if err != nil {
		return err
	}
	if !found {
		row = posterRow{Key: tx.NewKey(), AreaCode: at.Area, CompoundID: at.Compound}
	}
	was := row.Code
	if row.Code, err = s.drawPosterCode(tx, row.ID); err != nil {
		return err
	}
	row.MadeAt, row.MadeBy = tx.Now, tx.By.Person
	if !found {
		return insertPoster(tx, row)
	}
	if err := tx.Unregister(posterKind, was); err != nil {
		return err
	}
	return savePoster(tx, row, was)
}

// drawPosterCode draws a code that no poster has. It is no secret: it hangs on a wall; it only must not be guessed by
// counting.
func (s *Service) drawPosterCode(tx *db.Tx, id ident.ID) (string, error) {
	for range 10 {
		code, err := ident.MakeReference(s.Random)
		if err != nil {
			return "", err
		}
		if err = tx.Register(posterKind, string(code), id); fault.Is(err, fault.Conflict) {
			continue
		}
		return string(code), err
	}
	return "", errors.New("no free code of a poster in ten draws")
}

// OfCode is the place on whose poster a code stands; Missing for a code that is none, or no more.
func (s *Service) OfCode(ctx context.Context, typed string) (out Spot, err error) {
	code, err := ident.ParseReference(typed)
	if err != nil {
		return out, fault.NoSuch()
	}
	err = s.Store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		id, err := tx.LookUp(posterKind, string(code))
		if err != nil {
			return err
		}
		row, err := posterByID(tx, id)
		if err != nil {
			return err
		}
		out, err = At(tx, Spot{Area: row.AreaCode, Compound: row.CompoundID}.Word())
		return err
	})
	return out, err
}
