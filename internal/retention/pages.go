package retention

import (
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageRetention = "/retention"

// Pages mounts the list and the holds, for the bureau.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageRetention, Reading, s.showList)
	site.Handle("GET", pageRetention+"/:id", Reading, s.showOne)
	site.Handle("POST", pageRetention+"/:id/hold", Holding, s.setOne)
	site.Handle("POST", pageRetention+"/:id/lift", Holding, s.liftOne)
}

// line is a dossier in words.
type line struct {
	Dossier
	Class, Kind string
	IsOver      bool
}

func (s *Service) dress(r *page.Request, rows []Dossier) (out []line, err error) {
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, d := range rows {
			l := line{Dossier: d, Class: codes.Retentions.Name(d.Retention, r.Lang), Kind: codes.Categories.Name(d.Category, r.Lang), IsOver: d.Over(calendar.DayOf(tx.Now))}
			if l.Committee, _, err = registry.NameOf(tx, d.CommitteeID); err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

// listView is the list with its counts.
type listView struct {
	Lines  []line
	Counts []classCount
	States []page.Option
	Next   string
}

type classCount struct {
	Count
	Class string
}

func (s *Service) showList(r *page.Request) (page.Reply, error) {
	ask := Asked{State: r.Query("state")}
	if ask.State != Held && ask.State != Running {
		ask.State = Over
	}
	if at := r.Query("cursor"); at != "" {
		until, id, _ := strings.Cut(at, ".")
		var err error
		if ask.After.ID, err = ident.ParseID(id); err != nil {
			return page.Reply{}, fault.NoSuch()
		}
		ask.After.Until = calendar.Day(until)
	}
	rows, more, err := s.List(r.Context(), r.Grant, ask)
	if err != nil {
		return page.Reply{}, err
	}
	v := listView{}
	if more != nil {
		v.Next = string(more.Until) + "." + more.ID.String()
	}
	for _, one := range []string{Over, Held, Running} {
		v.States = append(v.States, page.Option{Value: one, Text: r.Say("retention.state." + one)})
	}
	all, err := s.Counts(r.Context(), r.Grant)
	if err != nil {
		return page.Reply{}, err
	}
	for _, c := range all {
		v.Counts = append(v.Counts, classCount{c, codes.Retentions.Name(c.Retention, r.Lang)})
	}
	v.Lines, err = s.dress(r, rows)
	return page.Show("retention/list", v), err
}

// oneView is a dossier with its holds.
type oneView struct {
	line
	Holds []Hold
	Stand *Hold // the hold that stands
	May   bool
}

func (s *Service) oneView(r *page.Request, id ident.ID) (*oneView, error) {
	d, holds, err := s.See(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	lines, err := s.dress(r, []Dossier{d})
	if err != nil {
		return nil, err
	}
	v := &oneView{line: lines[0], Holds: holds, May: r.May(Holding) && d.DestroyedAt == nil}
	for i := range holds {
		if holds[i].LiftedAt == nil {
			v.Stand = &holds[i]
		}
	}
	return v, nil
}

func (s *Service) showOne(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	v, err := s.oneView(r, id)
	return page.Show("retention/one", v), err
}

func (s *Service) setOne(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	_, err = s.Set(r.Context(), r.Grant, id, r.Form("reason"))
	return s.acted(r, id, err, "retention_held")
}

// liftOne lifts the hold that stands on a dossier.
func (s *Service) liftOne(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	v, err := s.oneView(r, id)
	if err != nil {
		return page.Reply{}, err
	}
	if v.Stand == nil {
		return s.acted(r, id, errStale, "")
	}
	_, err = s.Lift(r.Context(), r.Grant, v.Stand.ID, r.Version(), r.Form("reason"))
	return s.acted(r, id, err, "retention_lifted")
}

func (s *Service) acted(r *page.Request, id ident.ID, err error, done string) (page.Reply, error) {
	if err == nil {
		return page.SeeOther(pageRetention + "/" + id.String() + "?done=" + done), nil
	}
	v, fails := s.oneView(r, id)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("retention/one", v, err), nil
}
