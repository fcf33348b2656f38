package anomaly

import (
	"fmt"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageFlags = "/anomalies"

// Pages mounts what should be looked into, for the bureau and the station.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageFlags, Reading, s.showList)
	site.Handle("POST", pageFlags+"/look", Looking, s.lookAgain)
	site.Handle("GET", pageFlags+"/:id", Reading, s.showOne)
	site.Handle("POST", pageFlags+"/:id/clear", Clearing, s.clearOne)
}

// line is a flag in words.
type line struct {
	Flag
	Name, What, Advice, Shade, Standing string
	CaseNo, Category, Committee         string
}

// shades are the tags of the weights.
var shades = map[int]string{1: "quiet", 2: "warn", 3: "err"}

func numberOf(h casework.Head) string {
	if h.CaseNo != "" {
		return h.CaseNo
	}
	return h.IntakeNo
}

// dress puts flags into words, with the numbers of their cases; a flag's county tells where they are.
func (s *Service) dress(r *page.Request, rows []Flag) (out []line, err error) {
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, f := range rows {
			rule, _ := RuleOf(f.Rule)
			l := line{Flag: f, Name: rule.Name.In(r.Lang), What: f.Says().In(r.Lang), Advice: rule.Advice.In(r.Lang), Shade: shades[f.Weight]}
			l.Standing = r.Say("anomaly.weight." + fmt.Sprint(f.Weight))
			heads, err := headsOf(tx, f.CountyCode, []ident.ID{f.CaseID})
			if err != nil {
				return err
			}
			for _, h := range heads {
				l.CaseNo, l.Category = numberOf(h), codes.Categories.Name(h.Category, r.Lang)
			}
			if l.Committee, _, err = registry.NameOf(tx, f.CommitteeID); err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

// listView is the list with its filters.
type listView struct {
	Lines                 []line
	Rules, States, Orders []page.Option
	Counts                []count
	Next                  string
	Narrowed              bool
	May                   bool // look again
}

type count struct {
	Rule, Name string
	N          int
}

func (s *Service) showList(r *page.Request) (page.Reply, error) {
	ask := Asked{State: r.Query("state"), Rule: r.Query("rule"), By: r.Query("order")}
	if at := r.Query("cursor"); at != "" {
		var text string
		if n, _ := fmt.Sscanf(at, "%d.%s", &ask.AfterWeight, &text); n != 2 {
			return page.Reply{}, fault.NoSuch()
		}
		var err error
		if ask.After, err = ident.ParseID(text); err != nil {
			return page.Reply{}, fault.NoSuch()
		}
	}
	rows, next, err := s.List(r.Context(), r.Grant, ask)
	if err != nil {
		return page.Reply{}, err
	}
	v := &listView{Narrowed: ask.Rule != "" || ask.State == Cleared, May: r.May(Looking)}
	if next != nil {
		v.Next = fmt.Sprintf("%d.%s", next.Weight, next.ID)
	}
	for _, one := range []string{Open, Cleared} {
		v.States = append(v.States, page.Option{Value: one, Text: r.Say("anomaly.state." + one)})
	}
	for _, one := range []string{"new", ByWeight, ByAge} {
		v.Orders = append(v.Orders, page.Option{Value: one, Text: r.Say("anomaly.order." + one)})
	}
	open, err := s.Counts(r.Context(), r.Grant)
	if err != nil {
		return page.Reply{}, err
	}
	for _, rule := range Rules {
		v.Rules = append(v.Rules, page.Option{Value: rule.Code, Text: rule.Name.In(r.Lang)})
		if n := open[rule.Code]; n > 0 {
			v.Counts = append(v.Counts, count{rule.Code, rule.Name.In(r.Lang), n})
		}
	}
	v.Lines, err = s.dress(r, rows)
	return page.Show("anomaly/list", v), err
}

func (s *Service) lookAgain(r *page.Request) (page.Reply, error) {
	_, err := s.LookAgain(r.Context(), r.Grant)
	return page.SeeOther(pageFlags + "?done=anomaly_looked"), err
}

// oneView is one flag with its evidence.
type oneView struct {
	line
	Together int
	Works    bool
	Clearer  string
	May      bool // clear it
	Others   []page.Link
	More     int // cases that are not named
}

func (s *Service) oneView(r *page.Request) (*oneView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	read, err := s.Policy.Allow(r.By(), Reading)
	if err != nil {
		return nil, err
	}
	seen, err := s.See(r.Context(), read, id)
	if err != nil {
		return nil, err
	}
	lines, err := s.dress(r, []Flag{seen.Flag})
	if err != nil {
		return nil, err
	}
	v := &oneView{line: lines[0], Together: seen.Together, Works: seen.Works, Clearer: seen.Clearer, May: r.May(Clearing) && seen.State == Open}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		if len(seen.Evidence.Cases) == 0 {
			return nil
		}
		heads, err := headsOf(tx, seen.CountyCode, seen.Evidence.Cases)
		for _, h := range heads {
			v.Others = append(v.Others, page.Link{Path: "/desk/cases/" + h.ID.String(), Text: numberOf(h)})
		}
		return err
	})
	if n := seen.Evidence.Count - 1 - len(v.Others); n > 0 && len(v.Others) > 0 {
		v.More = n
	}
	return v, err
}

func (s *Service) showOne(r *page.Request) (page.Reply, error) {
	v, err := s.oneView(r)
	return page.Show("anomaly/one", v), err
}

func (s *Service) clearOne(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	_, _, err = s.Clear(r.Context(), r.Grant, id, r.Version(), r.Form("reason"), r.Ticked("together"))
	if err == nil {
		return page.SeeOther(pageFlags + "/" + id.String() + "?done=anomaly_cleared"), nil
	}
	v, fails := s.oneView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("anomaly/one", v, err), nil
}
