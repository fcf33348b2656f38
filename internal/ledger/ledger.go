// Package ledger enters disputes that are settled already, as a village keeps them: a line of its book becomes a case with
// all that the law asks of one. Ten things are asked; what follows from them is derived, and every act is the cases' own.
package ledger

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
)

// Entering is the action of this room in the policy.
const Entering authz.Action = "ledger.enter"

// How a mediation ended.
const (
	Kept    = "kept"    // agreed by word of mouth and done on the spot, as the one to whom it was owed confirmed
	Settled = "settled" // agreed by word of mouth, to be done by a day
	Failed  = "failed"  // no agreement
)

// Line is what is told of a mediation that has taken place.
type Line struct {
	CommitteeID ident.ID           `json:"committee_id,omitempty,omitzero" doc:"Whose mediation it was; may be left out by whoever serves in one committee"`
	On          calendar.Day       `json:"on" doc:"The day of the mediation, today or earlier"`
	AreaCode    ident.Area         `json:"area_code" doc:"12-digit code of the place where it arose"`
	CompoundID  ident.ID           `json:"compound_id,omitempty,omitzero" doc:"The compound, where it arose in one"`
	Category    string             `json:"category" doc:"Kind of dispute"`
	Facts       string             `json:"facts" doc:"What it was about"`
	Applicant   casework.PartyIn   `json:"applicant" doc:"Who asked for mediation"`
	Respondents []casework.PartyIn `json:"respondents" nullable:"false" doc:"The other side, one at least"`
	Outcome     string             `json:"outcome" doc:"kept: agreed by word of mouth and done on the spot; settled: agreed, to be done by a day; failed: no agreement"`
	Terms       Terms              `json:"terms,omitempty,omitzero" doc:"What was agreed; not for failed"`
	Host        ident.ID           `json:"host_mediator_id,omitempty,omitzero" doc:"Who mediated; left out: yourself"`
	Co          []ident.ID         `json:"co_mediator_ids,omitempty,omitzero" nullable:"false" doc:"Who mediated beside the host"`
	Told        bool               `json:"rights_told" doc:"Before it began everybody agreed to mediation (A2) and was told their rights and duties (A10)"`

	Source string `json:"source,omitempty" doc:"How it came; left out: 11, applied for"`
}

// Terms are who does what by when.
type Terms struct {
	Debtor string       `json:"debtor,omitempty" doc:"Whose duty it is: applicant or respondent"`
	Text   string       `json:"text,omitempty"`
	Amount money.Fen    `json:"amount_fen,omitempty" doc:"Where it is money"`
	Due    calendar.Day `json:"due,omitempty" doc:"By when; for kept it is the day itself"`
}

// Service enters lines.
type Service struct{ Options }

// Options are what a Service is made of.
type Options struct {
	Cases  *casework.Service
	Store  *db.Store
	Policy *authz.Policy
}

// New makes a Service.
func New(o Options) *Service { return &Service{o} }

const (
	ofFamilies   = "01" // marriage and family, of the categories
	fromPetition = "34" // the petition office, of the sources
)

// Words that tell of violence: the first anywhere, the others within a family (M11). A quick entry sits both sides at one
// table, asks nobody what happened, and writes to everybody's telephone.
var (
	violence   = []string{"家暴", "家庭暴力"}
	inFamilies = []string{"殴打", "毒打", "打伤", "虐待", "掐脖"}
)

func (l *Line) speaksOfViolence() bool {
	words := violence
	if l.Category == ofFamilies {
		words = slices.Concat(violence, inFamilies)
	}
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(l.Facts+l.Terms.Text, w) })
}

const (
	mostTerms  = 2000 // characters of what was agreed
	mostAmount = money.Fen(1_000_000_000_00)
)

// check says all that is wrong with a line at once; what the acts look at themselves is left to them.
func (l *Line) check(today calendar.Day) error {
	var bad fault.Check
	if l.On.IsZero() || l.On.After(today) {
		bad.Add("on", "请填写调解的日期，不能晚于今天。", "Please give the day of the mediation, not later than today.")
	}
	if !l.On.IsZero() && l.On.Before(casework.Earliest) {
		bad.Add("on", "日期太早：人民调解委员会从 1954 年才有，请核对年份。", "That is too early: there have been mediation committees since 1954. Please check the year.")
	}
	if !ident.ValidArea(l.AreaCode) {
		bad.Add("area_code", "请选择纠纷发生的地点。", "Please choose where the dispute arose.")
	}
	bad.Take("category", codes.Categories.Check(l.Category))
	if len(l.Respondents) == 0 {
		bad.Add("respondents", "请至少填写一位对方当事人。", "Please name at least one on the other side.")
	}
	if !l.Told {
		bad.Add("rights_told", "调解须双方自愿（A2），并事先告知权利义务（A10）。确实做到的，请勾选；没有做到的，不能这样登记。",
			"Mediation needs everybody's agreement (A2), and rights and duties are told before it (A10). Please tick if that was done; if it was not, it cannot be entered like this.")
	}
	if l.Source == fromPetition {
		bad.Take("source", fault.Rule("A11", "信访转来的案件须先逐项核对不予受理的五种情形，不能快速登记：请用完整登记。",
			"For a case from the petition office the five exclusions are checked one by one first; a quick entry will not do: please use the full entry."))
	}
	if l.speaksOfViolence() {
		bad.Take("facts", fault.Rule("M11", "涉及家庭暴力的，不能快速登记：请用完整登记，先核实、保护当事人，并按规定报案。",
			"Where there is domestic violence a quick entry will not do: please use the full entry, which asks what happened, keeps the parties safe and reports it."))
	}
	if !slices.Contains([]string{Kept, Settled, Failed}, l.Outcome) {
		bad.Add("outcome", "请选择结果。", "Please choose how it ended.")
	} else if l.Outcome != Failed {
		l.Terms.check(&bad, l.Outcome, l.On)
	}
	return bad.Err()
}

func (t *Terms) check(bad *fault.Check, outcome string, on calendar.Day) {
	if strings.TrimSpace(t.Text) == "" {
		bad.Add("terms.text", "请写明谁、做什么。", "Please say who does what.")
	}
	if len([]rune(t.Text)) > mostTerms {
		bad.Add("terms.text", "最多 %d 个字。", "At most %d characters.", mostTerms)
	}
	if t.Debtor != casework.Applicant && t.Debtor != casework.Respondent {
		bad.Add("terms.debtor", "请选择由哪一方履行。", "Please choose whose duty it is.")
	}
	if t.Amount < 0 || t.Amount > mostAmount {
		bad.Add("terms.amount_fen", "金额应为正数，且不超过十亿元。", "The amount must be positive and at most 1,000,000,000 yuan.")
	}
	if outcome == Settled && t.Due.IsZero() {
		bad.Add("terms.due", "请填写在哪一天之前做到。", "Please say by which day.")
	}
	if outcome == Settled && !t.Due.IsZero() && t.Due.Before(on) {
		bad.Add("terms.due", "不能早于调解的日期。", "It cannot lie before the day of the mediation.")
	}
}

// Enter makes a case of a line: filed, agreed to by all, accepted, assigned, told, met and ended on the day of the
// mediation, in one transaction. An entry more than a day after the fact is marked late by the journal.
//
// Faults: Invalid with every value that needs mending; Conflict "rule.<id>" where a rule of law stands against it, as
// "conflict_of_interest" where the mediator has a tie (M12). Nothing is saved then.
func (s *Service) Enter(ctx context.Context, g authz.Grant, l Line) (casework.View, error) {
	id, err := s.EnterWith(ctx, g, l, casework.Along{})
	if err != nil {
		return casework.View{}, err
	}
	v, err := s.Cases.See(ctx, g, id)
	v.Warnings = append(v.Warnings, minded(v)...)
	return v, err
}

// minded is what speaks against the words of what was agreed: fees (O12), giving up a suit (M10), confused terms (C15).
func minded(v casework.View) (out []fault.Text) {
	for _, a := range v.Agreements {
		out = append(out, a.Wording()...)
	}
	return out
}

// EnterWith is Enter, and in the same transaction what comes along. It gives the case that was made.
func (s *Service) EnterWith(ctx context.Context, g authz.Grant, l Line, along casework.Along) (ident.ID, error) {
	return s.work(ctx, g, l, along, nil)
}

var errTried = errors.New("tried, and not entered")

// Try does all that Enter would, and undoes it: what is refused then is refused now, with nothing saved in either case.
func (s *Service) Try(ctx context.Context, g authz.Grant, l Line) error {
	_, err := s.work(ctx, g, l, casework.Along{}, errTried)
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

// work takes a line through its whole way; what it ends with undoes it.
func (s *Service) work(ctx context.Context, g authz.Grant, l Line, along casework.Along, end error) (ident.ID, error) {
	by := g.By()
	err := l.check(calendar.DayOf(s.Store.Now()))
	if err != nil {
		return ident.ID{}, err
	}
	if l.CommitteeID, err = committeeOf(g, l.CommitteeID); err != nil {
		return ident.ID{}, err
	}
	w, err := s.prepare(ctx, by, &l)
	if err != nil {
		return ident.ID{}, err
	}
	w.along = along
	return s.Cases.Together(ctx, by, l.AreaCode.County(), func(in *casework.Service) error {
		if err := w.enter(ctx, in); err != nil {
			return err
		}
		return end
	})
}

// prepare finds out what a line leaves open: who mediated, where they met.
func (s *Service) prepare(ctx context.Context, by actor.Actor, l *Line) (*writing, error) {
	w := &writing{policy: s.Policy, by: by, line: l, met: s.Store.Now()}
	if l.On.Before(calendar.DayOf(w.met)) {
		w.met = l.On.Start().Add(12 * time.Hour) // nobody says at what hour
		w.at = &w.met
	}
	return w, s.Store.Read(ctx, by, func(tx *db.Tx) error {
		committee, err := registry.FindCommittee(tx, l.CommitteeID)
		if err != nil {
			return err
		}
		w.place = committee.Name
		team, err := registry.MediatorsOf(tx, committee.ID)
		if err != nil {
			return err
		}
		w.me = mediatorIn(team, by.Person)
		if w.me.IsZero() {
			return fault.New(fault.Invalid, "", "登记的人须是本调委会的在任调解员。请由办理的调解员自己登记。",
				"Whoever enters must be a serving mediator of the committee. Please let the one who mediated enter it.").At("host_mediator_id")
		}
		if l.Host.IsZero() {
			l.Host = w.me
		}
		return l.served(team)
	})
}

// served: who mediated was a mediator of the committee on that day (O9). Who is none at all the assignment refuses.
func (l *Line) served(team []registry.Mediator) error {
	var bad fault.Check
	for _, m := range team {
		at := ""
		switch {
		case m.ID == l.Host:
			at = "host_mediator_id"
		case slices.Contains(l.Co, m.ID):
			at = "co_mediator_ids"
		default:
			continue
		}
		if m.EngagedOn.After(l.On) {
			bad.Add(at, "%s 从 %s 起才担任调解员，请核对日期或另选。", "%s has been a mediator only since %s; please check the day or choose another.", m.Name, m.EngagedOn)
		}
	}
	return bad.Err()
}

// committeeOf is the committee for which somebody enters: the one named, or the only one in which they serve.
func committeeOf(g authz.Grant, named ident.ID) (ident.ID, error) {
	mine := g.Committees()
	switch {
	case slices.Contains(mine, named):
		return named, nil
	case !named.IsZero() || len(mine) == 0:
		return ident.ID{}, fault.New(fault.Invalid, "", "只能为自己所在的调委会登记。", "You can enter only for your own committee.").At("committee_id")
	case len(mine) > 1:
		return ident.ID{}, fault.New(fault.Invalid, "", "您在几个调委会任职，请选择为哪一个登记。", "You serve in several committees: please choose for which one you enter.").At("committee_id")
	}
	return mine[0], nil
}

// mediatorIn is the mediator that a person is in a committee; zero where they are none, or serve no longer.
func mediatorIn(team []registry.Mediator, person ident.ID) ident.ID {
	for _, m := range team {
		if m.PersonID == person && m.Works() {
			return m.ID
		}
	}
	return ident.ID{}
}
