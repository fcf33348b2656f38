package report

import (
	"context"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/tally"
)

// Funnel is how far those came who were to be brought to the table: of the respondents of the cases whose parties were asked
// in the period, how many were asked, reached, came to look, answered, met, agreed, and kept what was agreed. Whoever came
// to a step came to all before it. Cases of the committee's own motion, in which nobody asked for mediation, are counted
// apart. Source: people handbook, §6.
type Funnel struct {
	tally.Head
	All      Stages   `json:"all"`
	Ways     []Way    `json:"ways" doc:"The same by how they were asked: text message, e-mail, letter, or told by staff"`
	Own      Stages   `json:"own_motion" doc:"The parties of cases of the committee's own motion, apart"`
	Refusals []Reason `json:"refusals" doc:"Why respondents said no"`
	Smallest int64    `json:"smallest,omitempty" doc:"Smaller numbers than this are not told to this reader"`
}

// Stages are the steps of a group of respondents.
type Stages struct {
	People  int64       `json:"people" doc:"Respondents of the cases"`
	Refused tally.Count `json:"refused" doc:"Said no"`
	Steps   []Stage     `json:"steps"`
	Drill   string      `json:"drill" doc:"The cases of all of them"`

	of tally.Query
}

// Stage is one step: how many people came to it or further.
type Stage struct {
	Step   string     `json:"step"`
	Name   string     `json:"name"`
	People int64      `json:"people"`
	Hidden bool       `json:"hidden,omitempty" doc:"Too few to be told, or too few less than the step before: people is 0 then"`
	Share  tally.Rate `json:"share" doc:"Of those who came to the step before"`
	Drill  string     `json:"drill" doc:"The cases of these people: a case with several is listed once"`

	of tally.Query
}

// Way is the funnel of those who were asked in one way.
type Way struct {
	Channel string `json:"channel"`
	Name    string `json:"name"`
	Stages
}

// Reason is why respondents said no; nobody has to say.
type Reason struct {
	Code   string `json:"code" doc:"D0–D9; empty where none was given"`
	Name   string `json:"name"`
	People int64  `json:"people"`
}

// steps are the steps in their order.
var steps = []string{casework.StepAsked, casework.StepDelivered, casework.StepOpened, casework.StepAnswered, casework.StepMet, casework.StepAgreed, casework.StepKept}

// fewest is the smallest number told to a reader of counts only: from a smaller one a person might be guessed.
const fewest = 5

// Funnel counts the funnel of an area. Faults as CaseTable.
func (s *Service) Funnel(ctx context.Context, g authz.Grant, ask tally.Ask) (Funnel, error) {
	var f Funnel
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		ask.Basis = tally.ByClosing // it has one of its own
		if countsOnly(g.By()) {
			if err := wholeQuarter(&ask, g, tally.Today(tx)); err != nil {
				return err
			}
		}
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if f.Head, err = ask.Head(tx); err != nil {
			return err
		}
		f.Basis = tally.ByAsking
		rows, err := funnelRows(tx, g, ask)
		if err == nil {
			f.count(rows, ask.Cases().With("asked_from", string(ask.From), "asked_to", string(ask.To)))
		}
		return err
	})
	if err == nil && countsOnly(g.By()) {
		f.hide()
	}
	return f, err
}

// countsOnly tells whether a reader sees counts and no cases: what is small is not told then.
func countsOnly(by actor.Actor) bool { return by.Holds(actor.HousingViewer) && !holdsCases(by) }

var errQuarter = fault.New(fault.Invalid, "", "这里只统计已经过完的整个季度，只统计本单位的整个地区：别的时间和地区一减，就可能认出是谁。",
	"Here whole quarters that are over are counted, of the whole area of your post: from other days and areas a person might be worked out by subtraction.").At("from")

// wholeQuarter keeps whoever sees counts only to quarters that are over and to the whole of their area, so that no two answers
// differ by a few people. Without days it is the last of them.
func wholeQuarter(ask *tally.Ask, g authz.Grant, today calendar.Day) error {
	if ask.From.IsZero() && ask.To.IsZero() {
		ask.To = quarterOf(today).Plus(-1)
		ask.From = quarterOf(ask.To)
	}
	if ask.From.IsZero() || ask.To.IsZero() {
		return errQuarter
	}
	home := tally.Home(g)
	if ask.Area != "" && ask.Area != home && home.Covers(ask.Area) || ask.From != quarterOf(ask.From) || ask.To != ask.From.PlusMonths(3).Plus(-1) || !ask.To.Before(today) {
		return errQuarter
	}
	return nil
}

// quarterOf is the first day of the quarter of a day.
func quarterOf(d calendar.Day) calendar.Day {
	for first := d.FirstOfMonth(); ; first = first.PlusMonths(-1) {
		if m := first[5:7]; first.IsZero() || m == "01" || m == "04" || m == "07" || m == "10" {
			return first
		}
	}
}

// holdsCases tells whether a reader has a post that reaches cases: what is small for it is no secret then.
func holdsCases(by actor.Actor) bool {
	return by.Holds(actor.Chair) || by.Holds(actor.StationOfficer) || by.Holds(actor.BureauSupervisor)
}

func (f *Funnel) count(rows []came, list tally.Query) {
	asked := list.With("own_motion", "false")
	f.All = stages(rows, asked, func(c came) bool { return !c.Own })
	f.Own = stages(rows, list.With("own_motion", "true"), func(c came) bool { return c.Own })
	for _, way := range casework.AskedBys {
		of := stages(rows, asked.With("asked_by", way.Code), func(c came) bool { return !c.Own && c.Channel == way.Code })
		f.Ways = append(f.Ways, Way{Channel: way.Code, Stages: of})
	}
	why := map[string]int64{}
	for _, c := range rows {
		if !c.Own && c.Refused {
			why[c.Reason] += c.N
		}
	}
	for _, r := range append(codes.List{{}}, codes.Refusals...) {
		if n := why[r.Code]; n > 0 {
			f.Refusals = append(f.Refusals, Reason{Code: r.Code, People: n})
		}
	}
}

// stages counts one group.
func stages(rows []came, list tally.Query, in func(came) bool) Stages {
	out := Stages{of: list, Refused: tally.Count{Of: list.With("reached", casework.StepRefused)}}
	reached := make([]int64, len(steps)+1)
	for _, c := range rows {
		if !in(c) {
			continue
		}
		out.People += c.N
		if c.Refused {
			out.Refused.Value += c.N
		}
		for i := range c.Steps + 1 {
			reached[i] += c.N
		}
	}
	before := list
	for i, step := range steps {
		of := list.With("reached", step)
		out.Steps = append(out.Steps, Stage{Step: step, People: reached[i+1], Share: tally.RateOf(reached[i+1], reached[i], of, before), of: of})
		before = of
	}
	return out
}

// hide leaves of the funnel what may be told to whoever sees no cases: the whole, without numbers of a few, and without lists.
func (f *Funnel) hide() {
	f.Smallest, f.Ways, f.Refusals = fewest, nil, nil
	f.All.hide()
	f.Own.hide()
}

func (s *Stages) hide() {
	few := func(n int64) bool { return n > 0 && n < fewest }
	s.of, s.Refused = tally.Query{}, tally.Count{}
	if few(s.People) {
		s.People = 0
	}
	told, before := s.People, s.People // the last number that was told, and that of the step before: 0 where it was not
	for i := range s.Steps {
		p := &s.Steps[i]
		p.of = tally.Query{}
		p.Hidden = few(p.People) || told > 0 && few(told-p.People) // nor those few who came no further
		if p.Hidden {
			p.People = 0
		} else {
			told = p.People
		}
		p.Share = tally.RateOf(p.People, before, tally.Query{}, tally.Query{})
		if p.Hidden {
			p.Share = tally.RateOf(0, 0, tally.Query{}, tally.Query{})
		}
		before = p.People
	}
}

// In names the steps in a language and links every number to its list on a face.
func (f Funnel) In(lang string, l tally.Lists) Funnel {
	f.All, f.Own = f.All.in(lang, l), f.Own.in(lang, l)
	ways := make([]Way, 0, len(f.Ways))
	for _, w := range f.Ways {
		w.Name, w.Stages = casework.AskedBys.Name(w.Channel, lang), w.Stages.in(lang, l)
		ways = append(ways, w)
	}
	why := make([]Reason, 0, len(f.Refusals))
	for _, r := range f.Refusals {
		r.Name = noReason.In(lang)
		if r.Code != "" {
			r.Name = codes.Refusals.Name(r.Code, lang)
		}
		why = append(why, r)
	}
	f.Ways, f.Refusals = ways, why
	return f
}

var noReason = fault.Say("没有说明", "No reason given")

func (s Stages) in(lang string, l tally.Lists) Stages {
	s.Drill = l.Address(s.of)
	s.Refused.Link(l)
	named := make([]Stage, 0, len(s.Steps))
	for _, p := range s.Steps {
		p.Name, p.Drill = casework.Reachings.Name(p.Step, lang), l.Address(p.of)
		p.Share.Link(l)
		named = append(named, p)
	}
	s.Steps = named
	return s
}
