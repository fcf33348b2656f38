package bureau

import (
	"slices"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const (
	home        = "/bureau"
	committees  = home + "/committees"
	mediators   = home + "/mediators"
	compounds   = home + "/compounds"
	firms       = home + "/firms"
	notices     = home + "/notices"
	saved       = "?done=bureau_saved"
	linesOfPage = 20
)

// Pages mounts the register for the bureau that keeps it.
func (s *Service) Pages(site *page.Site) {
	show := func(path string, fn func(*page.Request) (page.Reply, error)) {
		site.Handle("GET", path, registry.Keeping, fn)
	}
	show(home, s.showHome)
	show(home+"/attention", s.showAttention)
	site.Handle("POST", home+"/activate", registry.Keeping, s.takeActivate)
	show(home+"/documents/:id", s.showDocument)
	show(committees, s.showCommittees)
	for _, st := range s.steps() {
		var about []page.About
		if st.upload {
			about = append(about, page.Uploads())
		}
		site.Handle("GET", st.at, registry.Keeping, s.asker(st))
		site.Handle("POST", st.at, registry.Keeping, s.taker(st), about...)
	}
	show(committees+"/:id", s.showCommittee)
	show(committees+"/:id/history", s.showHistory)
	show(mediators+"/:id", s.showMediator)
	show(compounds, s.showCompounds)
	show(compounds+"/:id", s.showCompound)
	show(firms, s.showFirms)
	show(notices, s.showNotices)
	show(notices+"/due", s.showDue)
	site.Handle("GET", notices+"/due/table", registry.Exporting, s.dueTable, page.Saves())
	site.Handle("POST", notices+"/due", registry.Keeping, s.takeNotice)
	show(notices+"/:id", s.showNotice)
	site.Handle("GET", notices+"/:id/table", registry.Exporting, s.noticeTable, page.Saves())
}

// Place is the county whose register is open, and the others that the reader keeps.
type Place struct {
	County   ident.County
	Area     registry.Area
	Counties []page.Option
	Day      calendar.Day
}

// PlaceOf settles whose register is open: the one that the address names, else the first that the reader keeps as a whole; a
// county before the city's own.
func PlaceOf(tx *db.Tx, r *page.Request) (*Place, error) {
	mine, err := counties(tx, r.Grant)
	if err != nil {
		return nil, err
	}
	if len(mine) == 0 {
		return nil, fault.NoSuch()
	}
	slices.SortStableFunc(mine, func(a, b ident.County) int { return rank(a) - rank(b) })
	p := &Place{County: mine[0], Day: today(tx)}
	asked := r.Query("county")
	if asked == "" {
		asked = r.Form("county")
	}
	if asked != "" {
		if p.County = ident.County(asked); !slices.Contains(mine, p.County) {
			return nil, fault.NoSuch()
		}
	}
	for _, c := range mine {
		a, err := registry.FindArea(tx, c.Area())
		if err != nil {
			return nil, err
		}
		p.Counties = append(p.Counties, page.Option{Value: string(c), Text: a.Name})
		if c == p.County {
			p.Area = a
		}
	}
	return p, nil
}

func rank(c ident.County) int {
	if c.Area().Level() == ident.City {
		return 1
	}
	return 0
}

// In is an address with the county that is open.
func (p *Place) In(path string) string { return path + "?county=" + string(p.County) }

// IDOf is a part of the path that is an id; Missing for what is none.
func IDOf(r *page.Request, name string) (ident.ID, error) {
	id, err := ident.ParseID(r.Param(name))
	if err != nil {
		return id, fault.NoSuch()
	}
	return id, nil
}

// AfterOf is where a page of a list begins.
func AfterOf(r *page.Request) (ident.ID, error) {
	text := r.Query("cursor")
	if text == "" {
		return ident.ID{}, nil
	}
	id, err := ident.ParseID(text)
	if err != nil {
		return id, fault.NoSuch()
	}
	return id, nil
}

// read looks something up for a page.
func (s *Service) read(r *page.Request, fn func(tx *db.Tx) error) error {
	return s.Store.Read(r.Context(), r.By(), fn)
}

func (s *Service) showDocument(r *page.Request) (page.Reply, error) {
	id, err := IDOf(r, "id")
	if err != nil {
		return page.Reply{}, err
	}
	body, d, err := s.Document(r.Context(), r.Grant, id)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download(d.Name, d.MediaType, body), nil
}
