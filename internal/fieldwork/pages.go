package fieldwork

import (
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pagePresence = "/fieldwork/presence-services"

// Pages mounts the services of the five presences for people.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pagePresence, Reading, s.showPresence)
	site.Handle("GET", pagePresence+"/new", Recording, s.askPresence)
	site.Handle("POST", pagePresence+"/new", Recording, s.takePresence)
	s.screeningPages(site)
	s.preventionPages(site)
}

// presenceView is the list of services with its filters.
type presenceView struct {
	Kinds    []page.Option
	Places   []page.Option
	Area     ident.Area
	Lines    []presenceLine
	Next     string
	Narrowed bool
	Records  bool // the reader records services
}

type presenceLine struct {
	PresenceService
	Which, At, By string
}

func (s *Service) showPresence(r *page.Request) (page.Reply, error) {
	f, err := asked(r)
	if err != nil {
		return page.Reply{}, err
	}
	v := &presenceView{Kinds: options(codes.Presences, r), Records: r.May(Recording), Area: f.Area}
	for _, name := range []string{"area", "kind", "from", "to"} {
		v.Narrowed = v.Narrowed || r.Query(name) != ""
	}
	rows, next, err := s.List(r.Context(), r.Grant, f)
	if err != nil {
		return page.Reply{}, err
	}
	if next != nil {
		v.Next = next.String()
	}
	err = s.store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		if v.Places, err = placesIn(tx, r.Grant, f.Area); err != nil {
			return err
		}
		v.Lines, err = dress(tx, r, rows)
		return err
	})
	return page.Show("fieldwork/presence-services", v), err
}

// asked reads the filter from the address. A value that means nothing is told, not ignored.
func asked(r *page.Request) (Filter, error) {
	var bad fault.Check
	day := func(name string) calendar.Day {
		text := r.Query(name)
		if text == "" {
			return ""
		}
		d, err := calendar.ParseDay(text)
		bad.Take(name, err)
		return d
	}
	f := Filter{Area: ident.Widen(r.Query("area")), From: day("from"), To: day("to")}
	if text := r.Query("kind"); text != "" {
		f.Kind = kindOf(text)
		bad.Take("kind", f.Kind.check())
	}
	var err error
	f.After, err = parsePosition(r.Query("cursor"))
	bad.Take("cursor", err)
	return f, bad.Err()
}

// kindOf reads a kind; what is none is 0, which the room refuses.
func kindOf(text string) Kind {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return Kind(n)
}

// parsePosition reads what Position.String wrote.
func parsePosition(text string) (p Position, err error) {
	if text == "" {
		return p, nil
	}
	day, id, _ := strings.Cut(text, ".")
	p.On, err = calendar.ParseDay(day)
	if err == nil {
		p.ID, err = ident.ParseID(id)
	}
	if err != nil {
		return Position{}, fault.New(fault.Invalid, "cursor", "这个地址不完整，请从列表的第一页重新开始。",
			"This address is not whole; please start again from the first page of the list.")
	}
	return p, nil
}

func options(list codes.List, r *page.Request) []page.Option {
	out := make([]page.Option, 0, len(list))
	for _, c := range list {
		out = append(out, page.Option{Value: c.Code, Text: c.Name.In(r.Lang)})
	}
	return out
}

// placesIn are the areas that the reader can look at from the chosen one: of each post, what lies around and in it.
func placesIn(tx *db.Tx, g authz.Grant, chosen ident.Area) ([]page.Option, error) {
	var out []page.Option
	for _, reach := range g.Reaches() {
		at := reach.Area
		if at.Covers(chosen) {
			at = chosen
		}
		around, below, err := registry.Nearby(tx, at)
		if err != nil {
			return nil, err
		}
		around = slices.DeleteFunc(around, func(a registry.Area) bool { return !reach.Area.Covers(a.Code) })
		out = append(out, registry.PlaceOptions(around, below)...)
	}
	return out, nil
}

// dress adds the names that people read: places as seen from where the reader's post is.
func dress(tx *db.Tx, r *page.Request, rows []PresenceService) ([]presenceLine, error) {
	at := make([]ident.Area, 0, len(rows))
	for _, p := range rows {
		at = append(at, p.AreaCode)
	}
	home, err := registry.FindArea(tx, r.Grant.Reaches()[0].Area)
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	names, err := registry.NamesFrom(tx, home, at)
	out := make([]presenceLine, 0, len(rows))
	for _, p := range rows {
		out = append(out, presenceLine{p, codes.Presences.Name(strconv.Itoa(int(p.Kind)), r.Lang), names[p.AreaCode], codes.Providers.Name(p.Provider, r.Lang)})
	}
	return out, err
}
