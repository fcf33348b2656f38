package registry

import (
	"net/url"
	"slices"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

const (
	pageCommittees = "/registry/committees"
	pageMediators  = "/registry/mediators"
	pageCompounds  = "/registry/compounds"
	lines          = 20 // on a page of a list
)

// posters is the action of the room of spots, to whose posters these pages lead.
const posters authz.Action = "poster.print"

// Pages mounts the register for people: who serves a place is no secret.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/registry", Reading, func(*page.Request) (page.Reply, error) { return page.SeeOther(pageCommittees), nil })
	site.Handle("GET", pageCommittees, Reading, s.showCommittees)
	site.Handle("GET", pageCommittees+"/:id", Reading, s.showOneCommittee)
	site.Handle("GET", pageMediators, Reading, s.showMediators)
	site.Handle("GET", pageCompounds, Reading, s.showCompounds)
	site.Handle("GET", pageSettings, Writing, s.showSettings)
	site.Handle("POST", pageSettings, Writing, s.setSetting)
}

// frame is what every list of the register shows around its lines: where and on what day, and what else narrows it.
type frame struct {
	Place    Area
	Places   []page.Option
	Day      calendar.Day
	Chips    []chip // what narrows the list and has no field of its own
	Next     string
	Narrowed bool

	r       *page.Request
	path    string
	bad     fault.Check
	on      calendar.Day // as asked; none: today
	after   Page
	several string // names of several types
}

// chip is one narrowing, and the address without it.
type chip struct{ Text, Without string }

// The names by which the lists of the register are narrowed; reports lead here with the API's own.
var filters = []string{"area", "type", "sector", "committee_type", "committee_id", "covered", "on", "background"}

// frameOf reads what all lists are asked. What means nothing is told and not ignored: a list that is wider than was
// asked for misleads.
func frameOf(r *page.Request, path string) *frame {
	f := &frame{r: r, path: path, after: Page{Limit: lines}}
	if text := r.Query("on"); text != "" {
		day, err := calendar.ParseDay(text)
		f.bad.Take("on", err)
		f.on = day
	}
	f.after.After = f.id("cursor")
	f.Narrowed = slices.ContainsFunc(filters, func(name string) bool { return r.Query(name) != "" })
	return f
}

func (f *frame) id(name string) ident.ID {
	text := f.r.Query(name)
	if text == "" {
		return ident.ID{}
	}
	id, err := ident.ParseID(text)
	if err != nil {
		f.bad.Add(name, "这个地址不完整，请从列表的第一页重新开始。", "This address is not whole; please start again from the first page of the list.")
	}
	return id
}

// types reads the types of committees asked for. Several have no line of their own in the choice; they get one.
func (f *frame) types(name string) ([]Type, []page.Option) {
	asked, err := ParseTypes(name, f.r.Query(name), Types...)
	f.bad.Take(name, err)
	var options []page.Option
	for _, c := range codes.CommitteeTypes {
		options = append(options, page.Option{Value: c.Code, Text: c.Name.In(f.r.Lang)})
	}
	if len(asked) > 1 {
		f.several = joined(f.r, asked)
		options = append(options, page.Option{Value: f.r.Query(name), Text: f.several})
	}
	return asked, options
}

func joined(r *page.Request, types []Type) string {
	names := make([]string, 0, len(types))
	for _, t := range types {
		names = append(names, codes.CommitteeTypes.Name(string(t), r.Lang))
	}
	return strings.Join(names, r.Say("registry.and"))
}

// place settles where and on what day the list is, and what can be chosen instead.
func (f *frame) place(tx *db.Tx) error {
	f.Day = dayOr(tx, f.on)
	asked := f.r.Query("area")
	if asked == "" {
		asked = f.r.Form("area") // of a form that was sent
	}
	code, err := ident.Widen(asked), error(nil)
	if code == "" {
		if code, err = homeOf(tx, f.r.By()); err != nil {
			return err
		}
	}
	if f.Place, err = FindArea(tx, code); fault.Is(err, fault.Missing) {
		return noArea().At("area")
	}
	if err != nil {
		return err
	}
	around, below, err := Nearby(tx, code)
	f.Places = PlaceOptions(around, below)
	return err
}

// PlaceOptions offer what Nearby found, each area further in than the one that it lies in.
func PlaceOptions(around, below []Area) []page.Option {
	var out []page.Option
	for depth, a := range around {
		out = append(out, page.Option{Value: string(a.Code), Text: strings.Repeat("　", depth) + a.Name})
	}
	for _, a := range below {
		out = append(out, page.Option{Value: string(a.Code), Text: strings.Repeat("　", len(around)) + a.Name})
	}
	return out
}

// homeOf is where a reader looks first: the area of their post, the county of their committee, or the widest there is.
func homeOf(tx *db.Tx, by actor.Actor) (ident.Area, error) {
	for _, p := range by.Posts {
		if p.Area != "" {
			return p.Area, nil
		}
		if !p.Committee.IsZero() {
			return ident.Widen(string(p.Committee.County())), nil
		}
	}
	widest, err := AreasBelow(tx, "")
	if err != nil || len(widest) == 0 {
		return "", err
	}
	return widest[0].Code, nil
}

// narrowed says in words what narrows the list beside its fields: another day than today, several types.
func (f *frame) narrowed(tx *db.Tx, types string) {
	if f.Day != today(tx) {
		f.chip(f.r.Say("registry.chip.on", page.Day(f.Day, f.r.Lang)), "on")
	}
	if f.several != "" {
		f.chip(f.several, types)
	}
}

func (f *frame) chip(text, name string) {
	f.Chips = append(f.Chips, chip{text, address(f.path, f.r, func(n string) bool { return n != name })})
}

// Way is the address of another list, of the same place and day.
func (f *frame) Way(path string) string {
	return address(path, f.r, func(n string) bool { return n == "area" || n == "on" })
}

// Here tells whether a list is the one shown.
func (f *frame) Here(path string) bool { return path == f.path }

// address keeps some of the filters of a request; a list begins anew when a filter changes.
func address(path string, r *page.Request, keep func(string) bool) string {
	q := url.Values{}
	for _, name := range filters {
		if value := r.Query(name); value != "" && keep(name) {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// goOn says where the next page begins.
func (f *frame) goOn(more bool, last ident.ID) {
	if more {
		f.Next = last.String()
	}
}

func sectorName(r *page.Request, sector string) string {
	if sector == "" {
		return ""
	}
	return codes.Sectors.Name(sector, r.Lang)
}

func options(list codes.List, lang string) []page.Option {
	out := make([]page.Option, 0, len(list))
	for _, c := range list {
		out = append(out, page.Option{Value: c.Code, Text: c.Name.In(lang)})
	}
	return out
}

// CountyOptions are the counties that an area covers, to choose from: as Counties, each by its name.
func CountyOptions(tx *db.Tx, area ident.Area) (out []page.Option, err error) {
	counties, err := Counties(tx, area)
	for _, c := range counties {
		a, err := FindArea(tx, c.Area())
		if err != nil {
			return nil, err
		}
		out = append(out, page.Option{Value: string(c), Text: a.Name})
	}
	return out, err
}
