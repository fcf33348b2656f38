package filing

import (
	"context"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/page"
	"fengqiao/internal/spot"
)

// placePages mounts the other ways to a place: by its name, and by the code on its poster.
func (s *Service) placePages(site *page.Site) {
	site.Handle("GET", "/file/find", "case.file", s.find)
	site.Handle("POST", "/file/find", "case.file", s.takeFound)
	site.Handle("GET", "/q/:code", "case.file", s.scanned)
	site.Handle("POST", "/q/:code", "case.file", s.takeScanned)
}

// findView is the search by name and what it found.
type findView struct {
	Query   string
	Options []page.Option
	TooMany bool
}

func (s *Service) findView(r *page.Request, query string) (findView, error) {
	v := findView{Query: query}
	if query == "" {
		return v, nil
	}
	err := s.store.Read(r.Context(), actor.Actor{}, func(tx *db.Tx) error {
		found, err := seek(tx, query)
		v.TooMany = found.TooMany
		for _, p := range found.Spots {
			o := page.Option{Value: p.Word(), Text: p.Name, Hint: p.Full}
			if p.Address != "" {
				o.Hint += " " + p.Address
			}
			v.Options = append(v.Options, o)
		}
		return err
	})
	return v, err
}

// seek looks in the whole city.
func seek(tx *db.Tx, name string) (spot.Found, error) {
	city, err := cityOf(tx)
	if err != nil {
		return spot.Found{}, err
	}
	return spot.Seek(tx, city, name)
}

func (s *Service) find(r *page.Request) (page.Reply, error) {
	v, err := s.findView(r, r.Query("q"))
	if err != nil {
		return page.Again("filing/find", v, err), nil
	}
	return page.Show("filing/find", v), nil
}

var errNothingChosen = fault.New(fault.Invalid, "", "请选择一个地方；都不是的，换个名字再找。",
	"Please choose a place; if it is none of these, search for another name.").At("place")

// takeFound sets the place that was chosen among those found.
func (s *Service) takeFound(r *page.Request) (page.Reply, error) {
	p, err := s.spotAt(r.Context(), r.Form("place"))
	if fault.Is(err, fault.Missing) {
		v, err := s.findView(r, r.Form("q"))
		if err == nil {
			err = errNothingChosen
		}
		return page.Again("filing/find", v, err), nil
	}
	if err != nil {
		return page.Reply{}, err
	}
	return s.settle(r, p)
}

func (s *Service) spotAt(ctx context.Context, word string) (p spot.Spot, err error) {
	err = s.store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		p, err = spot.At(tx, word)
		return err
	})
	return p, err
}

// settle keeps the place with whatever else was told, and goes on to the first question still open.
func (s *Service) settle(r *page.Request, p spot.Spot) (page.Reply, error) {
	a, _, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if a.Receipt != nil {
		a = Answers{}
	}
	err = s.store.Read(r.Context(), actor.Actor{}, func(tx *db.Tx) error { return a.settle(&registryNow{tx: tx, say: r.Say}, p) })
	if err != nil {
		return page.Reply{}, err
	}
	token, err := s.keepAnswers(r.Context(), r.Cookie(draftCookie), a)
	if err != nil {
		return page.Reply{}, err
	}
	r.SetCookie(draftCookie, token, draftKept)
	if next, open := a.open(); open {
		return page.SeeOther("/file/" + next.path + "?placed=yes"), nil
	}
	return page.SeeOther("/file/check"), nil
}

// placed is the whole name of the place that was just chosen, for the notice above the question that follows.
func (s *Service) placed(ctx context.Context, a *Answers) (name string, err error) {
	err = s.store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		place, compound, err := placeAndCompound(tx, a)
		name = strings.TrimSpace(place + " " + compound)
		return err
	})
	return name, err
}

// scannedView is what somebody sees who has scanned a poster. Nothing is kept before they say so: a telephone may look
// at an address by itself.
type scannedView struct {
	Place  string
	Action string
	Begun  bool // there is a filing that this place would go into
}

func (s *Service) scanned(r *page.Request) (page.Reply, error) {
	p, err := s.spots.OfCode(r.Context(), r.Param("code"))
	if fault.Is(err, fault.Missing) {
		return page.Show("filing/no-such-place", nil), nil
	}
	if err != nil {
		return page.Reply{}, err
	}
	a, found, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	v := scannedView{Place: p.Whole(), Action: "/q/" + r.Param("code"), Begun: found && a.Receipt == nil && a.Place() != ""}
	return page.Show("filing/scanned", v), err
}

func (s *Service) takeScanned(r *page.Request) (page.Reply, error) {
	p, err := s.spots.OfCode(r.Context(), r.Param("code"))
	if fault.Is(err, fault.Missing) {
		return page.Show("filing/no-such-place", nil), nil
	}
	if err != nil {
		return page.Reply{}, err
	}
	return s.settle(r, p)
}
