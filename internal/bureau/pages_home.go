package bureau

import (
	"slices"

	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const linesAtHome = 5 // of each part; the rest is a link away

// homeView is a county's register at a glance: what the law still wants, what ends, what the court was not told.
type homeView struct {
	*Place
	Figures   []figure
	Rules     []ruleLine
	Terms     []mindLine // that end next, or have ended
	Drafts    []draftLine
	Ready     int // drafts that keep every rule
	Begun     int // all drafts
	Uncovered []compoundLine
	MoreTerms bool
	Told      *registry.Notice // the last; nil for none
	Untold    int
}

type figure struct {
	Name string
	N    int64
}

// ruleLine is a rule that some committees do not keep.
type ruleLine struct {
	Rule, Path string
	Count      int
}

// mindLine is one thing to mend, in words, with the way to the form that mends it.
type mindLine struct {
	Mind
	Says, Path string
}

func lineOf(r *page.Request, m Mind) mindLine {
	l := mindLine{Mind: m, Says: m.Text.In(r.Lang)}
	if m.Mends != "" {
		l.Path = at(committees, m.Committee.ID) + "/" + m.Mends
	}
	return l
}

func (s *Service) showHome(r *page.Request) (page.Reply, error) {
	v := &homeView{}
	err := s.read(r, func(tx *db.Tx) (err error) {
		if v.Place, err = PlaceOf(tx, r); err != nil {
			return err
		}
		if err := v.mind(tx, r); err != nil {
			return err
		}
		if err := v.drafts(tx); err != nil {
			return err
		}
		if err := v.uncovered(tx); err != nil {
			return err
		}
		return v.court(tx)
	})
	return page.Show("bureau/home", v), err
}

// draftLine is a committee that is being set up, with the rules that it does not keep yet.
type draftLine struct {
	registry.Committee
	Lacks []registry.Warning
}

// drafts shows those that were begun first; there may be as many as a whole register.
func (v *homeView) drafts(tx *db.Tx) error {
	all, err := registry.DraftsIn(tx, v.County)
	v.Begun, v.Ready = len(all), len(ready(all))
	for _, d := range all[:min(len(all), linesAtHome)] {
		v.Drafts = append(v.Drafts, draftLine{d.Committee, d.Review.Lacks})
	}
	return err
}

func (s *Service) takeActivate(r *page.Request) (page.Reply, error) {
	county := ident.County(r.Form("county"))
	_, err := s.ActivateReady(r.Context(), r.Grant, county)
	return page.SeeOther(home + "?county=" + string(county) + "&done=bureau_all_active"), err
}

// mind counts what is to be mended by rule, and shows the terms that end first.
func (v *homeView) mind(tx *db.Tx, r *page.Request) error {
	all, err := minded(tx, v.County)
	if err != nil {
		return err
	}
	for _, rule := range ruleOrder {
		n := 0
		for _, m := range all {
			if m.Rule == rule {
				n++
			}
		}
		if n > 0 {
			v.Rules = append(v.Rules, ruleLine{rule, v.In(home+"/attention") + "&rule=" + rule, n})
		}
	}
	terms := slices.DeleteFunc(all, func(m Mind) bool { return m.Due.IsZero() })
	slices.SortStableFunc(terms, func(a, b Mind) int {
		if a.Due.Before(b.Due) {
			return -1
		}
		if b.Due.Before(a.Due) {
			return 1
		}
		return 0
	})
	v.MoreTerms = len(terms) > linesAtHome
	for _, m := range terms[:min(len(terms), linesAtHome)] {
		v.Terms = append(v.Terms, lineOf(r, m))
	}
	return nil
}

func (v *homeView) uncovered(tx *db.Tx) error {
	rows, _, err := registry.Compounds(tx, registry.CompoundsAsked{Area: v.County.Area(), Covered: "false"}, registry.Page{Limit: linesAtHome})
	if err != nil {
		return err
	}
	v.Uncovered, err = (&compoundsView{Place: v.Place}).lines(tx, rows)
	return err
}

// court says what the court knows, and adds the figures that a notice begins with.
func (v *homeView) court(tx *db.Tx) error {
	changes, err := registry.Untold(tx, v.County)
	if err != nil {
		return err
	}
	v.Untold = len(changes)
	last, _, err := registry.Notices(tx, v.County, registry.Page{Limit: 1})
	if err != nil {
		return err
	}
	if len(last) > 0 {
		v.Told = &last[0]
	}
	now, err := stoodOn(tx, v.County, v.Day)
	stood := 0
	for _, k := range now.Kinds {
		stood += k.Count
	}
	v.Figures = []figure{{"committees", int64(stood)}, {"mediators", now.Persons}, {"drafts", int64(v.Begun)}, {"untold", int64(v.Untold)}}
	return err
}

// attentionView is all that is to be mended, or what one rule asks for, some at a time.
type attentionView struct {
	*Place
	Rule  string
	Rules []page.Option
	Lines []mindLine
	Next  string
}

func (s *Service) showAttention(r *page.Request) (page.Reply, error) {
	v := &attentionView{Rule: r.Query("rule")}
	if v.Rule != "" && order(v.Rule) < 0 {
		return page.Reply{}, fault.NoSuch()
	}
	for _, rule := range ruleOrder {
		v.Rules = append(v.Rules, page.Option{Value: rule, Text: r.Say("bureau.rule." + rule)})
	}
	err := s.read(r, func(tx *db.Tx) (err error) {
		if v.Place, err = PlaceOf(tx, r); err != nil {
			return err
		}
		all, err := minded(tx, v.County)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(m Mind) bool { return v.Rule != "" && m.Rule != v.Rule })
		some, next := From(all, r.Query("cursor"), func(m Mind) string { return m.Rule + " " + m.Committee.ID.String() })
		v.Next = next
		for _, m := range some {
			v.Lines = append(v.Lines, lineOf(r, m))
		}
		return nil
	})
	return page.Show("bureau/attention", v), err
}

// From is a page of a list that is known as a whole: the lines after the one whose key is the cursor, and the next cursor.
func From[T any](all []T, cursor string, key func(T) string) ([]T, string) {
	if cursor != "" {
		all = all[slices.IndexFunc(all, func(one T) bool { return key(one) == cursor })+1:]
	}
	if len(all) <= linesOfPage {
		return all, ""
	}
	return all[:linesOfPage], key(all[linesOfPage-1])
}

// committeesView is the committees of a county in any state.
type committeesView struct {
	*Place
	States   []page.Option
	Lines    []committeeLine
	Next     string
	Narrowed bool
}

type committeeLine struct {
	registry.Committee
	Kind, At string
	Tag      page.Tag
}

func (s *Service) showCommittees(r *page.Request) (page.Reply, error) {
	v := &committeesView{Narrowed: r.Query("q") != "" || r.Query("state") != ""}
	states := []registry.State{registry.Active, registry.Draft, registry.Ended}
	for _, st := range states {
		v.States = append(v.States, page.Option{Value: string(st), Text: stateTag(r, st).Text})
	}
	if asked := registry.State(r.Query("state")); slices.Contains(states, asked) {
		states = []registry.State{asked}
	}
	err := s.read(r, func(tx *db.Tx) (err error) {
		if v.Place, err = PlaceOf(tx, r); err != nil {
			return err
		}
		all, err := registry.StandingIn(tx, v.County, states...)
		if err != nil {
			return err
		}
		all = called(all, r.Query("q"))
		slices.Reverse(all)
		some, next := From(all, r.Query("cursor"), func(c registry.Committee) string { return c.ID.String() })
		v.Next = next
		return v.lines(tx, r, some)
	})
	return page.Show("bureau/committees", v), err
}

func (v *committeesView) lines(tx *db.Tx, r *page.Request, some []registry.Committee) error {
	names, err := registry.NamesFrom(tx, v.Area, areasOf(some))
	for _, c := range some {
		v.Lines = append(v.Lines, committeeLine{c, codes.CommitteeTypes.Name(string(c.Type), r.Lang), names[c.AreaCode], stateTag(r, c.State)})
	}
	return err
}
