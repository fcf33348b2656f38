package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// plan is how far a case has come when the demo opens, and how it went.
type plan struct {
	until  casework.State
	how    string // "", refused, withdrawn, ended, failed, oral, unaccepted, paused, unperformed
	count  int
	source string
	byWhom string // resident: filed by the demo's resident; referrer: sent by the court
}

// plans are the cases around the home committee: every state, and every way to end.
var plans = []plan{
	{casework.Registered, "", 3, "13", ""}, {casework.Registered, "", 1, "", "resident"}, {casework.Registered, "", 1, "31", "referrer"},
	{casework.AwaitingConsent, "", 3, "11", ""}, {casework.AwaitingConsent, "", 1, "", "resident"},
	{casework.NotAccepted, "refused", 2, "13", ""}, {casework.NotAccepted, "unaccepted", 1, "11", ""}, {casework.NotAccepted, "withdrawn", 1, "13", ""},
	{casework.Accepted, "", 2, "21", ""}, {casework.Assigned, "", 2, "11", ""}, {casework.Assigned, "", 1, "", "resident"},
	{casework.InMediation, "", 3, "13", ""}, {casework.InMediation, "", 1, "", "resident"}, {casework.Paused, "paused", 1, "11", ""},
	{casework.AgreementPending, "", 2, "22", ""}, {casework.AgreementPending, "", 1, "", "resident"},
	{casework.Performing, "", 2, "11", ""}, {casework.Performing, "oral", 1, "13", ""}, {casework.Performing, "", 1, "", "resident"},
	{casework.Closed, "", 4, "13", ""}, {casework.Closed, "oral", 2, "22", ""}, {casework.Closed, "failed", 2, "33", ""}, {casework.Closed, "ended", 1, "11", ""},
	{casework.Archived, "", 4, "11", ""}, {casework.Archived, "oral", 2, "21", ""}, {casework.Archived, "failed", 1, "31", ""},
}

func (l *loader) cases(ctx context.Context) error {
	n := 0
	for _, p := range plans {
		for range p.count {
			w := &walk{loader: l, ctx: ctx, plan: p, story: stories[n%len(stories)]}
			n++
			if err := w.run(n); err != nil {
				return fmt.Errorf("case %d to %s: %w", n, p.until, err)
			}
		}
	}
	l.Clock.Set(l.Today)
	l.say("  %d 件演示案件", n)
	return nil
}

// walk takes one case through its life by the same acts that people use.
type walk struct {
	*loader
	ctx   context.Context
	plan  plan
	story story
	names [2]string
	view  casework.View
}

// how many days before today a case begins, so that it is neither long overdue nor all on one day.
var begins = map[casework.State]int{casework.Registered: 2, casework.AwaitingConsent: 5, casework.Accepted: 8, casework.Assigned: 10, casework.InMediation: 18,
	casework.Paused: 24, casework.AgreementPending: 20, casework.Performing: 26, casework.NotAccepted: 40, casework.Closed: 90, casework.Archived: 150}

func (w *walk) run(n int) error {
	w.Clock.Set(w.Today.AddDate(0, 0, -begins[w.plan.until]-n%4).Add(-time.Duration(n%7) * time.Hour))
	for _, do := range []func() error{w.file, w.consent, w.accept, w.assign, w.mediate, w.settle, w.perform, w.finish} {
		if err := do(); err != nil {
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		}
		if w.view.State == w.plan.until {
			return nil
		}
	}
	return fmt.Errorf("ended in %s", w.view.State)
}

var errEnough = errors.New("the case has come as far as planned")

func (w *walk) later(hours int) {
	next := w.Clock.Now().Add(time.Duration(hours)*time.Hour + time.Duration(w.chance.IntN(50))*time.Minute)
	if next.After(w.Today) {
		next = w.Today
	}
	w.Clock.Set(next)
}

// by is a login as the actor of an act.
func (w *walk) by(login string) actor.Actor { return w.people[login] }

// take does one act as somebody and keeps what the case then looks like.
func (w *walk) take(login string, action string, do func(a act) (casework.View, error)) error {
	w.later(3 + w.chance.IntN(20))
	g, err := w.Policy.Allow(w.by(login), authz.Action("case."+action))
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	a := act{ctx: w.ctx, g: g, o: casework.Order{Case: w.view.ID, Expect: w.view.Version}}
	v, err := do(a)
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	w.view = v
	return nil
}

func (w *walk) file() error {
	a, b := someone(w.chance, w.Today.Year()), someone(w.chance, w.Today.Year())
	w.names = [2]string{a.name, b.name}
	filer := map[string]string{"": "mediator"}[w.plan.byWhom]
	if filer == "" {
		filer = w.plan.byWhom
	}
	if w.plan.byWhom == "resident" {
		w.names[0] = w.by("resident").Name
	}
	f := casework.Filing{Source: w.plan.source, Category: w.story.category, AreaCode: HomeArea, Title: w.story.title, CommitteeID: w.home.ID,
		Facts: w.tell(w.story.facts), Request: w.story.request, Difficulty: 1 + w.chance.IntN(3), Risk: 1 + w.chance.IntN(2)}
	if codes.IsProperty(f.Category) {
		f.CompoundID = pick(w.chance, w.compounds).ID
	}
	one, two := w.party(w.names[0], a), w.party(w.names[1], b)
	if f.Source >= "2" && f.Source < "3" {
		f.Respondents = []casework.PartyIn{one, two}
	} else {
		f.Applicant, f.Respondents = &one, []casework.PartyIn{two}
	}
	by := w.by(filer)
	if w.plan.source == "13" {
		by = actor.Actor{} // filed online, without an account
	}
	if !by.IsStaff() { // what only staff may say
		f.Difficulty, f.Risk, f.CommitteeID = 0, 0, ident.ID{}
	}
	g, err := w.Policy.Allow(by, "case.file")
	if err != nil {
		return err
	}
	filed, err := w.Cases.File(w.ctx, g, f)
	w.view = filed.View
	if w.plan.until == casework.Registered {
		return errors.Join(err, enough(err))
	}
	return err
}

func enough(err error) error {
	if err != nil {
		return nil
	}
	return errEnough
}

func (w *walk) tell(s string) string { return fmt.Sprintf(s+"%.0[1]s%.0[2]s", w.names[0], w.names[1]) }

func (w *walk) party(name string, p person) casework.PartyIn {
	return casework.PartyIn{Name: name, Phone: phone(w.chance), Sex: string(p.sex), BornOn: p.born, Address: fmt.Sprintf("少林社区%d号%d室", 1+w.chance.IntN(200), 101+w.chance.IntN(600))}
}

func (w *walk) consent() error {
	switch w.plan.how {
	case "unaccepted":
		return w.take("mediator", "refuse_acceptance", func(a act) (casework.View, error) {
			return w.Cases.RefuseAcceptance(a.ctx, a.g, a.o, casework.Refusal{Reason: "N4", Guidance: "此事属于行政争议，可以向区人民政府申请行政复议，或者向人民法院提起行政诉讼。", Notice: calendar.DayOf(w.Clock.Now())})
		})
	case "withdrawn":
		return w.take("mediator", "withdraw", func(a act) (casework.View, error) {
			return w.Cases.Withdraw(a.ctx, a.g, a.o, "双方已经自己商量好了，不用再调解。")
		})
	}
	if err := w.take("mediator", "ask_consent", func(a act) (casework.View, error) { return w.Cases.AskConsent(a.ctx, a.g, a.o) }); err != nil {
		return err
	}
	if w.plan.until == casework.AwaitingConsent {
		return errEnough
	}
	for _, p := range w.view.Parties {
		answer := casework.Answer{PartyID: p.ID, Consent: casework.Agreed, Channel: "phone"}
		if w.plan.how == "refused" && p.Role == casework.Respondent {
			answer.Consent, answer.Reason = casework.Refused, "D5"
		}
		if err := w.take("mediator", "record_consent", func(a act) (casework.View, error) { return w.Cases.RecordConsent(a.ctx, a.g, a.o, answer) }); err != nil {
			return err
		}
		if w.view.State == casework.NotAccepted {
			return nil
		}
	}
	return nil
}

func (w *walk) accept() error {
	return w.take("chair", "accept", func(a act) (casework.View, error) { return w.Cases.Accept(a.ctx, a.g, a.o) })
}

func (w *walk) assign() error {
	host := w.staff[1].ID
	return w.take("chair", "assign", func(a act) (casework.View, error) {
		return w.Cases.Assign(a.ctx, a.g, a.o, casework.Assignment{Host: host, Co: []ident.ID{w.staff[2].ID}, ChosenBy: "committee"})
	})
}

func (w *walk) everyone() []ident.ID {
	var out []ident.ID
	for _, p := range w.view.Parties {
		out = append(out, p.ID)
	}
	return out
}

func (w *walk) mediate() error {
	if err := w.take("mediator", "give_notice", func(a act) (casework.View, error) {
		return w.Cases.GiveNotice(a.ctx, a.g, a.o, casework.Notice{Parties: w.everyone(), Manner: "oral"})
	}); err != nil {
		return err
	}
	w.later(30)
	start := w.Clock.Now()
	end := start.Add(90 * time.Minute)
	return w.take("mediator", "open_session", func(a act) (casework.View, error) {
		return w.Cases.OpenSession(a.ctx, a.g, a.o, casework.Sitting{StartsAt: start, EndsAt: &end, Place: "少林社区调解室", Kind: "joint", Present: w.everyone(),
			Record: "调解员听取双方陈述，说明有关法律和相邻关系的道理，双方各自提出方案。", Risk: 1, Result: "双方同意继续协商。"})
	})
}

func (w *walk) settle() error {
	switch w.plan.how {
	case "paused":
		return w.take("mediator", "pause", func(a act) (casework.View, error) {
			return w.Cases.Pause(a.ctx, a.g, a.o, casework.Pausing{Reason: "委托鉴定渗漏原因", Until: calendar.DayOf(w.Today).Plus(20)})
		})
	case "failed":
		return w.take("mediator", "terminate", func(a act) (casework.View, error) {
			return w.Cases.Terminate(a.ctx, a.g, a.o, casework.Termination{Reason: "T1", Guidance: "已告知双方可以向丰泽区人民法院起诉，也可以拨打 12348 咨询。"})
		})
	case "ended":
		return w.take("mediator", "request_end", func(a act) (casework.View, error) {
			return w.Cases.RequestEnd(a.ctx, a.g, a.o, casework.Ending{PartyID: w.view.Parties[0].ID, Reason: "D4"})
		})
	case "oral":
		return w.take("mediator", "oral_agreement", func(a act) (casework.View, error) {
			return w.Cases.OralAgreement(a.ctx, a.g, a.o, w.draft())
		})
	}
	if err := w.take("mediator", "fix_agreement", func(a act) (casework.View, error) { return w.Cases.FixAgreement(a.ctx, a.g, a.o, w.draft()) }); err != nil {
		return err
	}
	if w.plan.until == casework.AgreementPending {
		return errEnough
	}
	hash := w.view.Agreements[0].TextHash
	signings := []casework.Signing{{MediatorID: w.staff[1].ID, Kind: "drawn", TextHash: hash}, {Seal: true, Kind: "wet_ink", TextHash: hash}}
	for _, p := range w.everyone() {
		signings = append(signings, casework.Signing{PartyID: p, Kind: "wet_ink", TextHash: hash})
	}
	for _, s := range signings {
		if err := w.take("mediator", "sign", func(a act) (casework.View, error) { return w.Cases.Sign(a.ctx, a.g, a.o, s) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) draft() casework.DraftAgreement {
	one, two := w.view.Parties[0].ID, w.view.Parties[1].ID
	d := casework.DraftAgreement{Facts: w.tell(w.story.facts), Issues: "双方对责任和费用有不同看法，经调解达成一致。"}
	for _, t := range w.story.agreed {
		p := casework.Promise{Debtor: one, Creditor: two, Kind: t.kind, Amount: money.Fen(t.yuan * 100), Due: calendar.DayOf(w.Clock.Now()).Plus(t.days), Manner: t.manner}
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
		w.later(40)
		on := calendar.DayOf(w.Clock.Now())
		if err := w.take("mediator", "record_performance", func(a act) (casework.View, error) {
			return w.Cases.RecordPerformance(a.ctx, a.g, a.o, casework.Performed{Obligation: o.ID, State: "performed", On: on, ConfirmedBy: "creditor"})
		}); err != nil {
			return err
		}
	}
	satisfied := 4 + w.chance.IntN(2)
	w.later(24 * 12)
	if err := w.take("mediator", "follow_up", func(a act) (casework.View, error) {
		return w.Cases.FollowUp(a.ctx, a.g, a.o, casework.VisitIn{VisitedOn: calendar.DayOf(w.Clock.Now()), Visitor: w.staff[2].Name, Satisfied: &satisfied, Performed: true, Note: "双方都表示满意，没有新的矛盾。"})
	}); err != nil {
		return err
	}
	return w.take("mediator", "close", func(a act) (casework.View, error) { return w.Cases.Close(a.ctx, a.g, a.o) })
}

func (w *walk) finish() error {
	return w.take("chair", "archive", func(a act) (casework.View, error) { return w.Cases.Archive(a.ctx, a.g, a.o) })
}
