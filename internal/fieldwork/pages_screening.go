package fieldwork

import (
	"fmt"
	"strconv"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageRounds = "/fieldwork/screening-rounds"

func (s *Service) screeningPages(site *page.Site) {
	site.Handle("GET", pageRounds, SeeingRounds, s.showRounds)
	site.Handle("POST", pageRounds+"/zero", Screening, s.takeZero)
	site.Handle("GET", pageRounds+"/new", Screening, s.askRound)
	site.Handle("POST", pageRounds+"/new", Screening, s.takeRound)
	site.Handle("GET", pageRounds+"/:id", SeeingRounds, s.showRound)
	site.Handle("GET", pageRounds+"/:id/case", Screening, s.askFoundCase)
	site.Handle("POST", pageRounds+"/:id/case", Screening, s.takeFoundCase)
	site.Handle("GET", pageRounds+"/:id/prevention", Screening, s.askFoundPrevention)
	site.Handle("POST", pageRounds+"/:id/prevention", Screening, s.takeFoundPrevention)
}

// roundsView is what is due and what was done.
type roundsView struct {
	Due      []dueLine
	NextDue  string
	Lines    []roundLine
	Next     string
	Records  bool
	Reported calendar.Day
	Narrowed string // to what a report narrowed the list, in words
}

// narrowed reads how a report narrowed a list. What means nothing is told and not ignored.
func narrowed(r *page.Request) (n Narrowing, committee ident.ID, from, to calendar.Day, err error) {
	var bad fault.Check
	day := func(name string) (d calendar.Day) {
		if text := r.Query(name); text != "" {
			var err error
			d, err = calendar.ParseDay(text)
			bad.Take(name, err)
		}
		return d
	}
	n = Narrowing{Area: ident.Widen(r.Query("area")), AreaOnly: r.Query("area_only") == "true", Led: r.Query("led")}
	if text := r.Query("committee_id"); text != "" {
		committee, err = ident.ParseID(text)
		bad.Take("committee_id", err)
	}
	from, to = day("from"), day("to")
	return n, committee, from, to, bad.Err()
}

// narrowedTo says in words what a list was narrowed to; "" where it was not.
func (s *Service) narrowedTo(r *page.Request, n Narrowing, committee ident.ID, from, to calendar.Day) (string, error) {
	var words []string
	err := s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		if n.Area != "" {
			a, err := registry.FindArea(tx, n.Area)
			if err != nil {
				return err
			}
			words = append(words, a.FullName)
		}
		if !committee.IsZero() {
			c, err := registry.FindCommittee(tx, committee)
			if err != nil {
				return err
			}
			words = append(words, c.Name)
		}
		return nil
	})
	if n.Led != "" {
		words = append(words, casework.Ledings.Name(n.Led, r.Lang))
	}
	if !from.IsZero() && !to.IsZero() {
		words = append(words, r.Say("report.period", page.Day(from, r.Lang), page.Day(to, r.Lang)))
	}
	return strings.Join(words, " · "), err
}

type dueLine struct {
	Due
	Which string
	Mine  bool // the reader may report zero for it
}

type roundLine struct {
	Round
	Which, By, At string
}

func (s *Service) showRounds(r *page.Request) (page.Reply, error) {
	v := &roundsView{Records: r.May(Screening)}
	after, err := parsePosition(r.Query("cursor"))
	if err != nil {
		return page.Reply{}, err
	}
	if err := s.showDue(r, v); err != nil {
		return page.Reply{}, err
	}
	ask := RoundsAsked{After: after}
	if ask.Narrowing, ask.Committee, ask.From, ask.To, err = narrowed(r); err != nil {
		return page.Reply{}, err
	}
	rows, next, err := s.Rounds(r.Context(), r.Grant, ask)
	if err != nil {
		return page.Reply{}, err
	}
	if next != nil {
		v.Next = next.String()
	}
	if v.Narrowed, err = s.narrowedTo(r, ask.Narrowing, ask.Committee, ask.From, ask.To); err != nil {
		return page.Reply{}, err
	}
	v.Lines, err = s.dressRounds(r, rows)
	return page.Show("fieldwork/screening-rounds", v), err
}

func (s *Service) showDue(r *page.Request, v *roundsView) error {
	var after ident.ID
	if text := r.Query("due"); text != "" {
		var err error
		if after, err = ident.ParseID(text); err != nil {
			return fault.NoSuch()
		}
	}
	due, next, err := s.DueRounds(r.Context(), r.Grant, after, 0)
	for _, d := range due {
		mine := v.Records && r.Grant.CoversCommittee(d.Committee)
		v.Due, v.Reported = append(v.Due, dueLine{d, codes.Screenings.Name(d.Kind, r.Lang), mine}), d.ReportedBy
	}
	if !next.IsZero() {
		v.NextDue = pageRounds + "?due=" + next.String()
	}
	return err
}

// dressRounds adds the names that people read.
func (s *Service) dressRounds(r *page.Request, rows []Round) (out []roundLine, err error) {
	err = s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, row := range rows {
			name, _, err := registry.NameOf(tx, row.CommitteeID)
			if err != nil {
				return err
			}
			at, err := registry.FullName(tx, row.AreaCode)
			if err != nil {
				return err
			}
			out = append(out, roundLine{row, codes.Screenings.Name(row.Kind, r.Lang), name, at})
		}
		return nil
	})
	return out, err
}

// takeZero is the one tap: a round of today that found nothing.
func (s *Service) takeZero(r *page.Request) (page.Reply, error) {
	committee, err := ident.ParseID(r.Form("committee_id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	if _, err := s.RecordRound(r.Context(), r.Grant, ZeroReport(committee)); err != nil {
		return page.Reply{}, err
	}
	return page.SeeOther(pageRounds + "?done=screening_zero"), nil
}

// roundForm is the form by which a round is recorded.
type roundForm struct {
	Committees, Places, Kinds []page.Option
	First                     string
	Usual                     string // the cadence of the committee
	Me                        string
}

func (s *Service) roundForm(r *page.Request) (*roundForm, error) {
	v := &roundForm{Kinds: options(codes.Screenings, r), Me: r.By().Name}
	return v, s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, id := range r.Grant.Committees() {
			c, err := registry.FindCommittee(tx, id)
			if err != nil {
				return err
			}
			v.Committees = append(v.Committees, page.Option{Value: id.String(), Text: c.Name})
			places, err := placesOf(tx, c)
			if err != nil {
				return err
			}
			v.Places, v.First, v.Usual = append(v.Places, places...), string(c.AreaCode), cadenceOf(c.AreaCode).kind
		}
		return nil
	})
}

// placesOf are a committee's own place and what lies right below it.
func placesOf(tx *db.Tx, c registry.Committee) ([]page.Option, error) {
	own, err := registry.FindArea(tx, c.AreaCode)
	if err != nil {
		return nil, err
	}
	below, err := registry.AreasBelow(tx, c.AreaCode)
	out := []page.Option{{Value: string(own.Code), Text: own.Name}}
	for _, a := range below {
		out = append(out, page.Option{Value: string(a.Code), Text: a.Name})
	}
	return out, err
}

func (s *Service) askRound(r *page.Request) (page.Reply, error) {
	v, err := s.roundForm(r)
	return page.Show("fieldwork/screening-round-new", v), err
}

func (s *Service) takeRound(r *page.Request) (page.Reply, error) {
	in := NewRound{AreaCode: ident.Area(r.Form("area_code")), Kind: r.Form("kind"), ScreenedOn: calendar.Day(r.Form("screened_on")),
		Persons: namesIn(r.Form("persons")), Zero: r.Form("found") == "zero", Note: r.Form("note")}
	var bad fault.Check
	if r.Form("found") != "zero" && r.Form("found") != "some" {
		bad.Add("found", "请选择有没有发现情况。", "Please say whether anything was found.")
	}
	if text := r.Form("committee_id"); text != "" {
		id, err := ident.ParseID(text)
		bad.Take("committee_id", err)
		in.Committee = id
	}
	err := bad.Err()
	var made Round
	if err == nil {
		made, err = s.RecordRound(r.Context(), r.Grant, in)
	}
	if err == nil && made.Zero {
		return page.SeeOther(pageRounds + "?done=screening_zero"), nil
	}
	if err == nil {
		return page.SeeOther(pageRounds + "/" + made.ID.String() + "?done=screening_found"), nil
	}
	v, fails := s.roundForm(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("fieldwork/screening-round-new", v, err), nil
}

// namesIn reads names with any of the usual marks between them.
func namesIn(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("、，,;；\n", c) })
}

// roundView is one round.
type roundView struct {
	roundLine
	Found   []Finding
	Records bool
}

func (s *Service) showRound(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	seen, err := s.Round(r.Context(), r.Grant, id)
	if err != nil {
		return page.Reply{}, err
	}
	lines, err := s.dressRounds(r, []Round{seen.Round})
	if err != nil {
		return page.Reply{}, err
	}
	v := &roundView{roundLine: lines[0], Found: seen.Found, Records: r.May(Screening) && r.Grant.CoversCommittee(seen.CommitteeID) && !seen.Zero}
	return page.Show("fieldwork/screening-round", v), nil
}

// foundView is the form of what a round found.
type foundView struct {
	Round
	Places, Categories, Kinds, Committees []page.Option
	Parties                               []string // paths of the parties' questions
}

// Nth is the number of a party as people count.
func (*foundView) Nth(i int) int { return i + 1 }

const partiesAsked = 2 // nobody applied: both sides are named

func (s *Service) foundForm(r *page.Request) (*foundView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	v := &foundView{Categories: options(codes.Categories.Offered(), r), Kinds: options(codes.Preventions, r)}
	if v.Round, err = s.roundToFill(r.Context(), r.Grant, id); err != nil {
		return nil, err
	}
	for i := range partiesAsked {
		v.Parties = append(v.Parties, fmt.Sprintf("case.parties[%d]", i))
	}
	return v, s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		c, err := registry.FindCommittee(tx, v.CommitteeID)
		if err != nil {
			return err
		}
		c.AreaCode = v.Round.AreaCode
		v.Places, err = placesOf(tx, c)
		return err
	})
}

func (s *Service) askFoundCase(r *page.Request) (page.Reply, error) {
	v, err := s.foundForm(r)
	return page.Show("fieldwork/screening-case", v), err
}

func (s *Service) takeFoundCase(r *page.Request) (page.Reply, error) {
	v, err := s.foundForm(r)
	if err != nil {
		return page.Reply{}, err
	}
	in := FoundCase{Category: r.Form("case.category"), AreaCode: ident.Area(r.Form("case.area_code")), Title: r.Form("case.title"), Facts: r.Form("text"), Request: r.Form("case.request")}
	for _, at := range v.Parties {
		in.Parties = append(in.Parties, casework.PartyIn{Name: r.Form(at + ".name"), Phone: r.Form(at + ".phone"), PhoneReason: r.Form(at + ".phone_reason")})
	}
	f, err := s.AddFinding(r.Context(), r.Grant, v.Round.ID, NewFinding{Text: r.Form("text"), Case: &in})
	if err != nil {
		return page.Again("fieldwork/screening-case", v, err), nil
	}
	return page.SeeOther("/desk/cases/" + f.CaseID.String() + "?done=screening_case"), nil
}

func (s *Service) askFoundPrevention(r *page.Request) (page.Reply, error) {
	v, err := s.foundForm(r)
	return page.Show("fieldwork/screening-prevention", v), err
}

func (s *Service) takeFoundPrevention(r *page.Request) (page.Reply, error) {
	v, err := s.foundForm(r)
	if err != nil {
		return page.Reply{}, err
	}
	in := preventionTyped(r, "prevention.")
	_, err = s.AddFinding(r.Context(), r.Grant, v.Round.ID, NewFinding{Text: r.Form("text"), Prevention: &in})
	if err != nil {
		return page.Again("fieldwork/screening-prevention", v, err), nil
	}
	return page.SeeOther(pageRounds + "/" + v.Round.ID.String() + "?done=prevention"), nil
}

// preventionTyped reads what was typed of an event; what is no number is 0, which the room refuses.
func preventionTyped(r *page.Request, at string) NewPrevention {
	number := func(name string) int {
		n, err := strconv.Atoi(r.Form(at + name))
		if err != nil {
			return 0
		}
		return n
	}
	return NewPrevention{AreaCode: ident.Area(r.Form(at + "area_code")), Kind: number("kind"), PreventedOn: calendar.Day(r.Form(at + "prevented_on")),
		Persons: number("persons"), Who: r.Form(at + "who"), Done: r.Form(at + "done"), Evidence: r.Form(at + "evidence")}
}
