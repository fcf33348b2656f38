package casework

import (
	"context"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/search"
)

// foundBy is what the words of a case are made from. While it stays as it was they are not written again.
type foundBy struct {
	names, title string
	area         ident.Area
	compound     ident.ID
}

// foundBy: of a restricted case neither names nor title are kept, for its list shows neither; removed parties are gone.
func (c *Case) foundBy() foundBy {
	out := foundBy{area: c.AreaCode, compound: c.CompoundID}
	if c.Restricted {
		return out
	}
	out.title = c.Title
	for _, p := range c.Here() {
		out.names += p.Name + "\n"
	}
	return out
}

// wordsOf are the words of a case, in an office that knows its place.
func wordsOf(o office, c *Case) (search.Words, error) {
	var w search.Words
	if !c.Restricted {
		w.Title = c.Title
		for _, p := range c.Here() {
			w.Names = append(w.Names, p.Name)
		}
	}
	area, err := o.area(c.AreaCode)
	if err != nil {
		return w, err
	}
	w.Places = append(w.Places, area.Name)
	if !c.CompoundID.IsZero() {
		compound, err := o.compound(c.CompoundID)
		if err != nil {
			return w, err
		}
		w.Places = append(w.Places, compound.Name)
	}
	return w, nil
}

// saveWords keeps by what the case is found, where that has changed.
func (s *Service) saveWords(tx *db.Tx, c *Case, was *loaded) error {
	if c.was != nil && c.foundBy() == was.found {
		return nil
	}
	w, err := wordsOf(counter{s, tx}, c)
	if err != nil {
		return err
	}
	return search.Keep(tx, c.ID, w, c.was == nil)
}

const wordsAtOnce = 100 // cases of one transaction

// KeepWords keeps the words of cases from before the search knew them, or of all that were asked for anew, some at a time:
// it may be stopped and begun again, and is done when it gives 0.
func (s *Service) KeepWords(ctx context.Context) (done int, err error) {
	var ids []ident.ID
	err = s.db.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		ids, err = search.Due(tx, wordsAtOnce)
		return err
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	err = s.db.Do(ctx, actor.System, ids[0].County(), func(tx *db.Tx) error {
		for _, id := range ids {
			if err := s.keepWordsOf(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	return len(ids), err
}

func (s *Service) keepWordsOf(tx *db.Tx, id ident.ID) error {
	if err := hold(tx, id); fault.Is(err, fault.Missing) {
		return search.Done(tx, id)
	} else if err != nil {
		return err
	}
	var c Case
	if err := headOf(tx, id, &c.Head); err != nil {
		return err
	}
	if err := partiesOf(tx, id, &c.Sides); err != nil {
		return err
	}
	w, err := wordsOf(counter{s, tx}, &c)
	if err != nil {
		return err
	}
	if err := search.Keep(tx, id, w, false); err != nil {
		return err
	}
	return search.Done(tx, id)
}

// KeepAllWords makes the words of every case due, and keeps them.
func (s *Service) KeepAllWords(ctx context.Context) (done int, err error) {
	var counties []ident.County
	err = s.db.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		counties, err = search.Counties(tx)
		return err
	})
	for _, county := range counties {
		if err == nil {
			err = s.db.Do(ctx, actor.System, county, search.Again)
		}
	}
	for err == nil {
		n := 0
		if n, err = s.KeepWords(ctx); n == 0 {
			break
		}
		done += n
	}
	return done, err
}
