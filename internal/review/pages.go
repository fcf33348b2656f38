package review

import (
	"bytes"
	"fmt"
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
	"fengqiao/internal/sheet"
)

const (
	pageRounds  = "/review"
	pageRound   = "/review/rounds/"
	pageItem    = "/review/items/"
	pageResults = "/review/results/"
	pageMine    = "/review/mine"
	atOnce      = 20 // rounds of a page
)

// Pages mounts the review for people: the bureau that draws, reviewers, and those whose dossiers were drawn.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageRounds, Reading, s.showRounds)
	site.Handle("GET", pageRounds+"/new", Managing, s.askRound)
	site.Handle("POST", pageRounds+"/new", Managing, s.takeRound)
	site.Handle("GET", pageRound+":id", Reading, s.showRound)
	site.Handle("POST", pageRound+":id/reviewers", Managing, s.takeReviewers)
	site.Handle("POST", pageRound+":id/draw", Managing, s.takeDraw)
	site.Handle("GET", pageRound+":id/openings", Reading, s.showOpenings)
	site.Handle("GET", pageMine, MyWork, s.showMine)
	s.itemPages(site)
}

type roundLine struct {
	Round
	Place, Shade, Standing string
}

func lineOf(r *page.Request, one Round) roundLine {
	out := roundLine{Round: one, Shade: "info", Standing: r.Say("review.state.fixed")}
	if one.DrawnAt != nil {
		out.Shade, out.Standing = "ok", r.Say("review.state.drawn")
	}
	return out
}

type roundsView struct {
	Lines   []roundLine
	Next    string
	Manages bool
	ToDo    int // dossiers that wait for the reader's own look
}

func (s *Service) showRounds(r *page.Request) (page.Reply, error) {
	after, err := r.After()
	if err != nil {
		return page.Reply{}, err
	}
	rows, next, err := s.Rounds(r.Context(), r.Grant, after, atOnce)
	if err != nil {
		return page.Reply{}, err
	}
	news, err := s.News(r.Context(), r.By())
	if err != nil {
		return page.Reply{}, err
	}
	v := &roundsView{Manages: r.May(Managing), Next: next.String(), ToDo: news.ToDo}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, one := range rows {
			l := lineOf(r, one)
			if l.Place, err = registry.FullName(tx, one.AreaCode); err != nil {
				return err
			}
			v.Lines = append(v.Lines, l)
		}
		return nil
	})
	return page.Show("review/rounds", v), err
}

// newView is the form of a round.
type newView struct {
	Places []page.Option
	Place  string
	From   calendar.Day
	To     calendar.Day
}

func (s *Service) newView(r *page.Request) (*newView, error) {
	v := &newView{}
	err := s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		today := calendar.DayOf(tx.Now)
		v.From = today[:5] + "01-01"
		v.To = today[:5] + "12-31"
		for _, reach := range r.Grant.Reaches() {
			if reach.Level != authz.LevelArea {
				continue
			}
			counties, err := registry.Counties(tx, reach.Area)
			if err != nil {
				return err
			}
			if len(counties) == 1 { // a county, or a place in it
				counties = nil
				if err := v.add(tx, reach.Area); err != nil {
					return err
				}
			}
			for _, c := range counties {
				if err := v.add(tx, c.Area()); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return v, err
}

func (v *newView) add(tx *db.Tx, area ident.Area) error {
	if len(area.Prefix()) < 6 {
		return nil
	}
	a, err := registry.FindArea(tx, area)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	v.Places = append(v.Places, page.Option{Value: string(a.Code), Text: a.Name})
	return err
}

func (s *Service) askRound(r *page.Request) (page.Reply, error) {
	v, err := s.newView(r)
	return page.Show("review/new", v), err
}

func (s *Service) takeRound(r *page.Request) (page.Reply, error) {
	var bad fault.Check
	number := func(name string) int {
		n, err := strconv.Atoi(r.Form(name))
		if r.Form(name) != "" && err != nil {
			bad.Add(name, "请填写整数。", "Please give a whole number.")
		}
		return n
	}
	in := NewRound{Name: r.Form("name"), Area: ident.Area(r.Form("area_code")), From: calendar.Day(r.Form("from")), To: calendar.Day(r.Form("to")),
		RateConfirmed: number("rate_confirmed"), RateRest: number("rate_rest"), AppealDays: number("appeal_days"), Trial: r.Ticked("trial")}
	err := bad.Err()
	var made Round
	if err == nil {
		made, err = s.MakeRound(r.Context(), r.Grant, in)
	}
	if err == nil {
		return page.SeeOther(pageRound + made.ID.String() + "?done=review_fixed"), nil
	}
	v, fails := s.newView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("review/new", v, err), nil
}

// roundView is a round with what can be done about it.
type roundView struct {
	Detail
	Place    string
	Tag      page.Tag
	Recipe   string
	Manages  bool
	Drawable bool
	Layers   []layer
	Results  []result
	All      result
	Risky    result
	Items    []itemLine
	Next     string
}

type layer struct {
	Stratum
	Type, Kind string
}

type result struct {
	Of
	Excellent, Good, Fair, Poor int
	Name, Interval              string
}

type itemLine struct {
	Item
	Kind, Shade, Standing, Result string
}

func resultOf(one Of, name string) result {
	g := one.Grades
	out := result{Of: one, Excellent: g["excellent"], Good: g["good"], Fair: g["fair"], Poor: g["poor"], Name: name}
	if one.Reviewed > 0 {
		out.Interval = fmt.Sprintf("%.1f–%.1f", one.Low, one.High)
	}
	return out
}

var shades = map[string]string{Waiting: "err", Assigned: "warn", Submitted: "info", Appealed: "warn", Decided: "ok"}

func itemLineOf(r *page.Request, i Item, today calendar.Day) itemLine {
	state := i.State
	if i.Final(today) {
		state = Decided
	}
	out := itemLine{Item: i, Kind: kindName(i.Category, r.Lang), Shade: shades[state], Standing: r.Say("review.item." + state)}
	if i.Sheets > 0 {
		out.Result = GradeName(i.Grade, r.Lang) + " " + strconv.Itoa(i.Score)
	}
	return out
}

func kindName(category, lang string) string { return codes.Categories.Name(category, lang) }

func (s *Service) roundView(r *page.Request) (*roundView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	read, err := s.Policy.Allow(r.By(), Reading)
	if err != nil {
		return nil, err
	}
	d, err := s.See(r.Context(), read, id)
	if err != nil {
		return nil, err
	}
	today := calendar.DayOf(s.Store.Now())
	l := lineOf(r, d.Round)
	v := &roundView{Detail: d, Tag: page.Tag{Kind: l.Shade, Text: l.Standing}, Recipe: recipe.In(r.Lang), Manages: r.May(Managing)}
	v.Drawable = v.Manages && d.DrawnAt == nil && today.After(d.ToOn) && len(d.Reviewers) > 0
	for _, one := range d.Strata {
		v.Layers = append(v.Layers, layer{one, codes.CommitteeTypes.Name(string(one.CommitteeType), r.Lang), kindName(one.Category, r.Lang)})
	}
	for _, one := range d.Report.Committees {
		v.Results = append(v.Results, resultOf(one, one.Committee))
	}
	v.All, v.Risky = resultOf(d.Report.All, r.Say("review.all")), resultOf(d.Report.Risk, r.Say("review.risk"))
	after, _ := ident.ParseID(r.Query("cursor"))
	items, next, err := s.Items(r.Context(), read, id, after, 2*atOnce)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		v.Items = append(v.Items, itemLineOf(r, i, today))
	}
	v.Next = next.String()
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		v.Place, err = registry.FullName(tx, d.AreaCode)
		return err
	})
	return v, err
}

func (s *Service) showRound(r *page.Request) (page.Reply, error) {
	v, err := s.roundView(r)
	if err == nil && r.Query("format") == "csv" {
		return v.file(r)
	}
	return page.Show("review/round", v), err
}

// file is the table of the results, as it stands on the page.
func (v *roundView) file(r *page.Request) (page.Reply, error) {
	var b bytes.Buffer
	w, err := sheet.New(&b, sheet.CSV, "review")
	if err != nil {
		return page.Reply{}, err
	}
	head := []any{}
	for _, key := range []string{"committee", "area", "drawn", "reviewed", "excellent", "good", "fair", "poor", "vetoed", "interval"} {
		head = append(head, r.Say("review.col."+key))
	}
	err = w.Row(head...)
	for _, one := range append(append([]result{}, v.Results...), v.All, v.Risky) {
		if err == nil {
			err = w.Row(one.Name, string(one.AreaCode), one.Drawn, one.Reviewed, one.Excellent, one.Good, one.Fair, one.Poor, one.Vetoed, one.Interval)
		}
	}
	if err == nil {
		err = w.Close()
	}
	return page.Download("review-"+string(v.FromOn)+"-"+string(v.ToOn)+".csv", sheet.CSV.MediaType(), &b), err
}

// acted leads back to the round, or shows it again with what was wrong.
func (s *Service) acted(r *page.Request, err error, done string) (page.Reply, error) {
	if err == nil {
		return page.SeeOther(pageRound + r.Param("id") + "?done=" + done), nil
	}
	v, fails := s.roundView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("review/round", v, err), nil
}

func (s *Service) takeReviewers(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err == nil {
		logins := strings.FieldsFunc(r.Form("logins"), func(c rune) bool { return strings.ContainsRune(" \n\r\t,，、;；", c) })
		_, err = s.NameReviewers(r.Context(), r.Grant, id, r.Version(), logins)
	}
	return s.acted(r, err, "review_named")
}

func (s *Service) takeDraw(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err == nil {
		_, err = s.Draw(r.Context(), r.Grant, id, r.Version())
	}
	return s.acted(r, err, "review_drawn")
}

type openingsView struct {
	Home  string
	Lines []openingLine
	Next  string
}

type openingLine struct {
	Opening
	Of string
}

func (s *Service) showOpenings(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	after, _ := ident.ParseID(r.Query("cursor")) // what is none asks for the first page
	rows, next, err := s.Openings(r.Context(), r.Grant, id, after, 2*atOnce)
	v := &openingsView{Home: pageRound + id.String(), Next: next.String()}
	for _, o := range rows {
		of := r.Say("review.opened_what.dossier")
		switch {
		case o.What == "papers":
			of = r.Say("review.opened_what.papers")
		case codes.Papers.Check(o.What) == nil:
			of = codes.Papers.Name(o.What, r.Lang)
		case o.What != "dossier":
			of = r.Say("review.opened_what.file")
		}
		v.Lines = append(v.Lines, openingLine{o, of})
	}
	return page.Show("review/openings", v), err
}

// mineView is what somebody has to look at, and what became of their own dossiers.
type mineView struct {
	ToDo   []itemLine
	More   bool // than are shown: the next come when these are done
	Own    []ownLine
	Next   string
	Judged bool // they may have dossiers of their own
}

type ownLine struct {
	Own
	Kind, Shade, Standing, Result string
}

func (s *Service) showMine(r *page.Request) (page.Reply, error) {
	items, more, err := s.Mine(r.Context(), r.Grant, ident.ID{}, 2*atOnce)
	if err != nil {
		return page.Reply{}, err
	}
	today := calendar.DayOf(s.Store.Now())
	v := &mineView{More: !more.IsZero()}
	for _, i := range items {
		v.ToDo = append(v.ToDo, itemLineOf(r, i, today))
	}
	if v.Judged = r.May(Results); !v.Judged { // no dossiers of their own
		return page.Show("review/mine", v), nil
	}
	own, err := s.Policy.Allow(r.By(), Results)
	if err != nil {
		return page.Reply{}, err
	}
	after, _ := ident.ParseID(r.Query("cursor")) // what is none asks for the first page
	rows, next, err := s.Owned(r.Context(), own, after, atOnce)
	v.Next = next.String()
	for _, o := range rows {
		l := itemLineOf(r, o.Item, today)
		v.Own = append(v.Own, ownLine{o, l.Kind, l.Shade, l.Standing, l.Result})
	}
	return page.Show("review/mine", v), err
}
