package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
)

// walk takes the cases of a county, one after the other, through their lives by the same acts that people use.
type walk struct {
	*loader
	*county
	cases  *casework.Service
	clock  *Clock
	chance *rand.Rand

	ctx   context.Context
	plan  plan
	story story
	names [2]string
	host  registry.Mediator
	pace  float64 // 1: at leisure; less: so that it ends in time
	view  casework.View
}

// leisure is how long a life takes at most, from filing to archive, when nobody hurries.
const leisure = 95 * 24 * time.Hour

func (w *walk) run(ctx context.Context, p plan) error {
	w.ctx, w.plan, w.view = ctx, p, casework.View{}
	w.clock.Set(p.begins)
	w.later(0)
	w.pace = min(1, float64(p.ends.Sub(p.begins))/float64(leisure))
	w.host = p.crew.people[1+w.chance.IntN(len(p.crew.people)-1)]
	if p.crew == w.home {
		w.host = p.crew.people[1]
	}
	w.story = w.hear()
	for _, do := range []func() error{w.file, w.consent, w.accept, w.assign, w.mediate, w.settle, w.perform, w.finish} {
		if err := do(); err != nil {
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		}
		if w.view.State == p.until {
			return nil
		}
	}
	return fmt.Errorf("ended in %s", w.view.State)
}

// hear draws what the dispute is about: property matters at a property committee, else by how common each kind is.
func (w *walk) hear() story {
	if w.plan.crew.committee.Sector != "" {
		return pick(w.chance, compoundStories)
	}
	n := w.chance.IntN(1000)
	for {
		s := pick(w.chance, stories)
		if n < weights[s.category]*5 { // the commonest always, the rarest seldom
			return s
		}
		n = w.chance.IntN(1000)
	}
}

// later lets hours go by, at the plan's pace, and comes out in office hours.
func (w *walk) later(hours float64) {
	t := w.clock.Now().Add(time.Duration(hours*w.pace*float64(time.Hour)) + time.Duration(1+w.chance.IntN(2400))*time.Second).In(shanghai)
	switch h := t.Hour(); {
	case h < 8:
		t = t.Add(time.Duration(8-h) * time.Hour)
	case h >= 18:
		t = t.Add(time.Duration(32-h) * time.Hour)
	}
	if t.After(w.plan.ends) {
		t = w.plan.ends
	}
	if now := w.clock.Now(); t.Before(now) {
		t = now
	}
	w.clock.Set(t.Truncate(time.Second))
}

func (w *walk) today() calendar.Day { return calendar.DayOf(w.clock.Now()) }

// act is what an act of the casework room is called with.
type act struct {
	ctx context.Context
	g   authz.Grant
	o   casework.Order
}

// take does one act as somebody, so many hours after the last, and keeps what the case then looks like.
func (w *walk) take(by actor.Actor, hours float64, action string, do func(a act) (casework.View, error)) error {
	w.later(hours)
	g, err := w.Policy.Allow(by, authz.Action("case."+action))
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	v, err := do(act{ctx: w.ctx, g: g, o: casework.Order{Case: w.view.ID, Expect: w.view.Version}})
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	w.view = v
	return nil
}

func (w *walk) mediator() actor.Actor { return w.plan.crew.as(w.host) }
func (w *walk) chair() actor.Actor    { return w.plan.crew.chair() }

// party draws somebody who is none of the committee's people.
func (w *walk) party() person {
	for {
		p := someone(w.chance, w.clock.Now().Year())
		known := false
		for _, m := range w.plan.crew.people {
			known = known || m.Name == p.name
		}
		if !known {
			return p
		}
	}
}

func (w *walk) file() error {
	one, two := w.party(), w.party()
	w.names = [2]string{one.name, two.name}
	f := casework.Filing{Source: w.plan.source, Category: w.story.category, Title: w.story.title, Facts: w.tell(w.story.facts), Request: w.story.request}
	if w.plan.byWhom == "" && f.Source == "" {
		f.Source = w.cameBy()
	}
	w.place(&f)
	by := w.filer(&f)
	if w.plan.byWhom == "resident" {
		w.names[0] = by.Name
		f.Facts = w.tell(w.story.facts)
	}
	a, b := w.partyIn(w.names[0], one), w.partyIn(w.names[1], two)
	if codes.IsOwnMotion(f.Source) {
		f.Respondents = []casework.PartyIn{a, b}
	} else {
		f.Applicant, f.Respondents = &a, []casework.PartyIn{b}
	}
	g, err := w.Policy.Allow(by, "case.file")
	if err != nil {
		return err
	}
	filed, err := w.cases.File(w.ctx, g, f)
	w.view = filed.View
	return err
}

// cameBy draws the way by which a case came.
func (w *walk) cameBy() string {
	n := w.chance.IntN(100)
	for _, s := range []struct {
		code string
		to   int
	}{{"11", 38}, {"13", 48}, {"14", 58}, {"21", 76}, {"22", 86}, {"23", 88}, {"31", 91}, {"33", 95}, {"34", 97}, {"351", 98}, {"352", 99}} {
		if n < s.to {
			return s.code
		}
	}
	return "353"
}

// place says where it arose: in a compound that the property committee serves, or in the committee's own area.
func (w *walk) place(f *casework.Filing) {
	c := w.plan.crew
	f.AreaCode = c.committee.AreaCode
	if c.committee.Sector != "" {
		h := pick(w.chance, c.compounds)
		f.CompoundID, f.AreaCode = h.ID, h.AreaCode
		return
	}
	if !codes.IsProperty(f.Category) {
		return
	}
	for _, h := range w.housesAt[f.AreaCode] {
		if w.byHouse[h.ID] == nil { // one whose disputes come to this committee
			f.CompoundID = h.ID
			return
		}
	}
}

// filer is who files: the public by itself when it came online, a mediator for whoever came to the window.
func (w *walk) filer(f *casework.Filing) actor.Actor {
	switch {
	case w.plan.byWhom != "":
		return w.people[w.plan.byWhom]
	case f.Source == "13":
		return actor.Actor{}
	}
	f.Difficulty, f.Risk, f.CommitteeID = w.difficulty(), 1+w.chance.IntN(8)/7, w.plan.crew.committee.ID
	return w.mediator()
}

func (w *walk) difficulty() int {
	switch n := w.chance.IntN(100); {
	case n < 45:
		return 1
	case n < 94:
		return 2
	case n < 99:
		return 3
	}
	return 4
}

func (w *walk) tell(s string) string {
	return strings.NewReplacer("%[1]s", w.names[0], "%[2]s", w.names[1]).Replace(s)
}

func (w *walk) partyIn(name string, p person) casework.PartyIn {
	return casework.PartyIn{Name: name, Phone: partyPhone(w.chance), Sex: string(p.sex), BornOn: p.born,
		Address: fmt.Sprintf("%s%d号", w.areas[w.plan.crew.committee.AreaCode].Name, 1+w.chance.IntN(380))}
}

func (w *walk) consent() error {
	switch w.plan.how {
	case "unaccepted":
		return w.take(w.mediator(), 20, "refuse_acceptance", func(a act) (casework.View, error) {
			return w.cases.RefuseAcceptance(a.ctx, a.g, a.o, casework.Refusal{Reason: "N4", Guidance: "此事属于行政争议，可以依法申请行政复议，或者向人民法院提起行政诉讼。", Notice: w.today()})
		})
	case "withdrawn":
		if len(w.view.Parties) > 0 && w.view.Parties[0].Role == casework.Applicant {
			return w.take(w.mediator(), 30, "withdraw", func(a act) (casework.View, error) {
				return w.cases.Withdraw(a.ctx, a.g, a.o, "双方已经自己商量好了，不用再调解。")
			})
		}
		w.plan.how = "refused" // nobody applied who could withdraw
	}
	if err := w.take(w.mediator(), 8, "ask_consent", func(a act) (casework.View, error) { return w.cases.AskConsent(a.ctx, a.g, a.o) }); err != nil {
		return err
	}
	if w.plan.until == casework.AwaitingConsent {
		return errEnough
	}
	for i, p := range w.view.Parties {
		answer := casework.Answer{PartyID: p.ID, Consent: casework.Agreed, Channel: pick(w.chance, []string{"phone", "phone", "in_person"})}
		if w.plan.how == "refused" && i == len(w.view.Parties)-1 {
			answer.Consent, answer.Reason = casework.Refused, fmt.Sprintf("D%d", w.chance.IntN(7))
		}
		if p.Consent == casework.Agreed && answer.Consent == casework.Agreed {
			continue // whoever applied has agreed
		}
		if err := w.take(w.mediator(), 20, "record_consent", func(a act) (casework.View, error) { return w.cases.RecordConsent(a.ctx, a.g, a.o, answer) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) accept() error {
	return w.take(w.chair(), 5, "accept", func(a act) (casework.View, error) { return w.cases.Accept(a.ctx, a.g, a.o) })
}

func (w *walk) assign() error {
	team := casework.Assignment{Host: w.host.ID, ChosenBy: "committee"}
	if co := pick(w.chance, w.plan.crew.people); co.ID != w.host.ID && w.chance.IntN(3) == 0 {
		team.Co = []ident.ID{co.ID}
	}
	return w.take(w.chair(), 4, "assign", func(a act) (casework.View, error) { return w.cases.Assign(a.ctx, a.g, a.o, team) })
}

func (w *walk) everyone() []ident.ID {
	var out []ident.ID
	for _, p := range w.view.Parties {
		out = append(out, p.ID)
	}
	return out
}

func (w *walk) mediate() error {
	if err := w.take(w.mediator(), 10, "give_notice", func(a act) (casework.View, error) {
		return w.cases.GiveNotice(a.ctx, a.g, a.o, casework.Notice{Parties: w.everyone(), Manner: "oral"})
	}); err != nil {
		return err
	}
	for range 1 + w.chance.IntN(7)/5 {
		if err := w.sit(); err != nil {
			return err
		}
	}
	return nil
}

// sit holds a session and writes it down when it is over.
func (w *walk) sit() error {
	w.later(60)
	start := w.clock.Now()
	return w.take(w.mediator(), 1.5/max(w.pace, 0.01), "open_session", func(a act) (casework.View, error) {
		end := w.clock.Now()
		return w.cases.OpenSession(a.ctx, a.g, a.o, casework.Sitting{StartsAt: start, EndsAt: &end, Place: w.plan.crew.committee.ShortName + "调解室", Kind: "joint", Present: w.everyone(),
			Record: "调解员听取双方陈述，说明有关法律和相邻关系的道理，双方各自提出方案。", Risk: 1, Result: "双方同意继续协商。"})
	})
}

func (w *walk) settle() error {
	switch w.plan.how {
	case "paused":
		return w.take(w.mediator(), 10, "pause", func(a act) (casework.View, error) {
			return w.cases.Pause(a.ctx, a.g, a.o, casework.Pausing{Reason: "委托鉴定损坏原因", Until: calendar.DayOf(w.Today).Plus(20)})
		})
	case "failed":
		return w.take(w.mediator(), 60, "terminate", func(a act) (casework.View, error) {
			return w.cases.Terminate(a.ctx, a.g, a.o, casework.Termination{Reason: pick(w.chance, []string{"T1", "T1", "T3", "T9"}), Guidance: "已告知双方可以向" + w.area.Name + "人民法院起诉，也可以拨打 12348 咨询。"})
		})
	case "ended":
		return w.take(w.mediator(), 30, "request_end", func(a act) (casework.View, error) {
			return w.cases.RequestEnd(a.ctx, a.g, a.o, casework.Ending{PartyID: w.view.Parties[0].ID, Reason: "D4"})
		})
	case "oral":
		return w.take(w.mediator(), 3, "oral_agreement", func(a act) (casework.View, error) {
			return w.cases.OralAgreement(a.ctx, a.g, a.o, w.draft())
		})
	}
	if err := w.take(w.mediator(), 6, "fix_agreement", func(a act) (casework.View, error) { return w.cases.FixAgreement(a.ctx, a.g, a.o, w.draft()) }); err != nil {
		return err
	}
	if w.plan.until == casework.AgreementPending {
		return errEnough
	}
	return w.sign()
}

func (w *walk) sign() error {
	hash := w.view.Agreements[0].TextHash
	var all []casework.Signing
	for _, p := range w.everyone() {
		all = append(all, casework.Signing{PartyID: p, Kind: "wet_ink", TextHash: hash})
	}
	all = append(all, casework.Signing{MediatorID: w.host.ID, Kind: "drawn", TextHash: hash}, casework.Signing{Seal: true, Kind: "wet_ink", TextHash: hash})
	for _, s := range all {
		if err := w.take(w.mediator(), 0, "sign", func(a act) (casework.View, error) { return w.cases.Sign(a.ctx, a.g, a.o, s) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) draft() casework.DraftAgreement {
	one, two := w.view.Parties[0].ID, w.view.Parties[1].ID
	d := casework.DraftAgreement{Facts: w.tell(w.story.facts), Issues: "双方对责任和费用有不同看法，经调解达成一致。"}
	for _, t := range w.story.agreed {
		p := casework.Promise{Debtor: one, Creditor: two, Kind: t.kind, Due: w.today().Plus(t.days), Manner: t.manner}
		if t.yuan > 0 { // between half and half as much again, in tens of yuan
			p.Amount = money.Fen(t.yuan/20+w.chance.IntN(t.yuan/10+1)) * 1000
		}
		if t.byRespondent {
			p.Debtor, p.Creditor = two, one
		}
		d.Clauses = append(d.Clauses, casework.Term{Text: w.tell(t.text), Obligation: &p})
	}
	return d
}

func (w *walk) perform() error {
	if w.view.State != casework.Performing {
		return nil
	}
	for _, o := range w.view.Obligations {
		done := casework.Performed{Obligation: o.ID, State: "performed", ConfirmedBy: "creditor"}
		if err := w.take(w.mediator(), 60+float64(w.chance.IntN(400)), "record_performance", func(a act) (casework.View, error) {
			done.On = w.today()
			return w.cases.RecordPerformance(a.ctx, a.g, a.o, done)
		}); err != nil {
			return err
		}
	}
	if w.chance.IntN(5) < 3 {
		if err := w.visit(); err != nil {
			return err
		}
	}
	if w.clock.Now().Before(w.plan.after) {
		w.clock.Set(w.plan.after)
	}
	return w.take(w.mediator(), 20, "close", func(a act) (casework.View, error) { return w.cases.Close(a.ctx, a.g, a.o) })
}

func (w *walk) visit() error {
	satisfied := 4 + w.chance.IntN(2)
	return w.take(w.mediator(), 150, "follow_up", func(a act) (casework.View, error) {
		return w.cases.FollowUp(a.ctx, a.g, a.o, casework.VisitIn{VisitedOn: w.today(), Visitor: w.plan.crew.people[0].Name, Satisfied: &satisfied, Performed: true, Note: "双方都表示满意，没有新的矛盾。"})
	})
}

func (w *walk) finish() error {
	return w.take(w.chair(), 40, "archive", func(a act) (casework.View, error) { return w.cases.Archive(a.ctx, a.g, a.o) })
}
