package demo

import (
	"fmt"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

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

// accept takes the case on, after those that the committee has accepted already: its numbers follow the days.
func (w *walk) accept() error {
	w.notBefore(w.plan.crew.accepted)
	defer func() { w.plan.crew.accepted = w.clock.Now() }()
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
	w.drag()
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
	if h := w.clock.Now().In(shanghai).Hour(); h >= 16 { // it would not end before the evening
		w.later(float64(24-h) / max(w.pace, 0.01))
	}
	start := w.clock.Now()
	end := start.Add(time.Duration(45+w.chance.IntN(75)) * time.Minute)
	if end.After(w.plan.ends) {
		end = start
	}
	w.notBefore(end)
	err := w.take(w.mediator(), 0, "open_session", func(a act) (casework.View, error) {
		return w.cases.OpenSession(a.ctx, a.g, a.o, casework.Sitting{StartsAt: start, EndsAt: &end, Place: w.plan.crew.committee.ShortName + "调解室", Kind: "joint", Present: w.everyone(),
			Record: "调解员听取双方陈述，说明有关法律和相邻关系的道理，双方各自提出方案。", Risk: 1, Result: "双方同意继续协商。"})
	})
	if err == nil && w.view.ID[15]%8 == 0 && end.After(start) { // in every eighth case they went aside in its midst
		return w.aside(start.Add(10*time.Minute), start.Add(25*time.Minute))
	}
	return err
}

// aside writes down a caucus with the first party; no time goes by, and no chance is drawn.
func (w *walk) aside(start, end time.Time) error {
	g, err := w.Policy.Allow(w.mediator(), "case.open_session")
	if err != nil {
		return err
	}
	w.view, err = w.cases.OpenSession(w.ctx, g, casework.Order{Case: w.view.ID, Expect: w.view.Version}, casework.Sitting{StartsAt: start, EndsAt: &end,
		Place: w.plan.crew.committee.ShortName + "调解室", Kind: "caucus", Present: w.everyone()[:1], Record: "当事人单独说明了顾虑和底线，请调解员先不要告诉对方。", Result: "愿意再谈。"})
	return err
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
		if w.plan.until == casework.Performing && w.chance.IntN(8) > 0 { // what is still being performed is mostly not due yet
			p.Due = max(p.Due, calendar.DayOf(w.Today).Plus(2+w.chance.IntN(20)))
		}
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
	w.settled()
	var done casework.Performed
	broken := false
	for _, o := range w.view.Obligations {
		state, from := w.kept(o)
		done, broken = casework.Performed{Obligation: o.ID, State: state, ConfirmedBy: "creditor"}, broken || state != "performed"
		if err := w.take(w.mediator(), w.untilDone(o, 60+float64(w.chance.IntN(400))), "record_performance", func(a act) (casework.View, error) {
			w.notBefore(from)
			done.On = w.today()
			return w.cases.RecordPerformance(a.ctx, a.g, a.o, done)
		}); err != nil {
			return err
		}
	}
	if w.chance.IntN(5) < 3 || broken { // R6
		if err := w.visit(!broken); err != nil {
			return err
		}
	}
	if w.clock.Now().Before(w.plan.after) {
		w.clock.Set(w.plan.after)
	}
	return w.take(w.mediator(), 20, "close", func(a act) (casework.View, error) { return w.cases.Close(a.ctx, a.g, a.o) })
}

func (w *walk) visit(kept bool) error {
	satisfied, found := 4+w.chance.IntN(2), "双方都表示满意，没有新的矛盾。"
	if !kept {
		satisfied, found = 2, "约定没有做到，已再次劝说，并告知可以向法院起诉。"
	}
	return w.take(w.mediator(), 150, "follow_up", func(a act) (casework.View, error) {
		return w.cases.FollowUp(a.ctx, a.g, a.o, casework.VisitIn{VisitedOn: w.today(), Visitor: w.plan.crew.people[0].Name, Satisfied: &satisfied, Performed: kept, Note: found})
	})
}

func (w *walk) finish() error {
	if w.plan.crew == w.home { // what can be looked at is filed with its proofs, when the rows are there
		w.later(40)
		w.unfiled = append(w.unfiled, unfiled{w.view, w.mediator(), w.clock.Now()})
		return errEnough
	}
	return w.take(w.chair(), 40, "archive", func(a act) (casework.View, error) { return w.cases.Archive(a.ctx, a.g, a.o, casework.Archiving{}) })
}
