package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
)

// writing is one line on its way to a case.
type writing struct {
	policy *authz.Policy
	by     actor.Actor
	line   *Line
	place  string     // where they met
	me     ident.ID   // the mediator who enters it; zero for whoever is none
	at     *time.Time // the legal moment of every act; nil for now
	met    time.Time
	along  casework.Along

	cases *casework.Service
	id    ident.ID
	view  casework.View
}

// enter takes the case through its whole way. Each step asks the policy for its own grant.
func (w *writing) enter(ctx context.Context, in *casework.Service) error {
	w.cases = in
	steps := []func(context.Context) error{w.file, w.consents, w.accept, w.assign, w.notice, w.meet}
	switch w.line.Outcome {
	case Failed:
		steps = append(steps, w.fail)
	case Kept:
		steps = append(steps, w.agree, w.perform, w.closing)
	default:
		steps = append(steps, w.agree)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// may is the grant for one act.
func (w *writing) may(action authz.Action) (authz.Grant, error) { return w.policy.Allow(w.by, action) }

func (w *writing) order() casework.Order { return casework.Order{Case: w.id, OccurredAt: w.at} }

// take does an act under its own grant and keeps what the case has become.
func (w *writing) take(action authz.Action, do func(authz.Grant) (casework.View, error)) error {
	g, err := w.may(action)
	if err != nil {
		return err
	}
	w.view, err = do(g)
	return err
}

func (w *writing) file(ctx context.Context) error {
	l := w.line
	f := casework.Filing{Source: cmp.Or(l.Source, "11"), Category: l.Category, AreaCode: l.AreaCode, CompoundID: l.CompoundID,
		Title: codes.Categories.Name(l.Category, "zh-CN"), Facts: l.Facts, Difficulty: simple, CommitteeID: l.CommitteeID, Form: "oral",
		Applicant: &l.Applicant, Respondents: l.Respondents, OccurredAt: w.at}
	if codes.IsOwnMotion(f.Source) {
		f.Form, f.Applicant, f.Respondents = "", nil, append([]casework.PartyIn{l.Applicant}, l.Respondents...)
	}
	return w.take("case.file", func(g authz.Grant) (casework.View, error) {
		filed, err := w.cases.FileWith(ctx, g, f, w.along)
		w.id = filed.ID
		return filed.View, err
	})
}

const simple = 1 // difficulty: a simple case settled by word of mouth needs its register and one record

// consents records that the other side, too, agreed: a tick stood for it.
func (w *writing) consents(ctx context.Context) error {
	err := w.take("case.ask_consent", func(g authz.Grant) (casework.View, error) { return w.cases.AskConsent(ctx, g, w.order()) })
	for _, p := range w.view.Parties {
		if err != nil || p.Consent == casework.Agreed {
			continue
		}
		err = w.take("case.record_consent", func(g authz.Grant) (casework.View, error) {
			return w.cases.RecordConsent(ctx, g, w.order(), casework.Answer{PartyID: p.ID, Consent: casework.Agreed, Channel: "in_person"})
		})
	}
	return err
}

func (w *writing) accept(ctx context.Context) error {
	return w.take("case.accept", func(g authz.Grant) (casework.View, error) { return w.cases.Accept(ctx, g, w.order()) })
}

func (w *writing) assign(ctx context.Context) error {
	return w.take("case.assign", func(g authz.Grant) (casework.View, error) {
		return w.cases.Assign(ctx, g, w.order(), casework.Assignment{Host: w.line.Host, Co: w.line.Co, Recorder: w.recorder(), ChosenBy: "committee"})
	})
}

// recorder is whoever enters what others mediated.
func (w *writing) recorder() ident.ID {
	if w.me == w.line.Host || slices.Contains(w.line.Co, w.me) {
		return ident.ID{}
	}
	return w.me
}

func (w *writing) notice(ctx context.Context) error {
	return w.take("case.give_notice", func(g authz.Grant) (casework.View, error) {
		return w.cases.GiveNotice(ctx, g, w.order(), casework.Notice{Parties: w.parties(), Manner: "oral"})
	})
}

func (w *writing) parties() []ident.ID {
	var out []ident.ID
	for _, p := range w.view.Parties {
		out = append(out, p.ID)
	}
	return out
}

func (w *writing) meet(ctx context.Context) error {
	return w.take("case.open_session", func(g authz.Grant) (casework.View, error) {
		return w.cases.OpenSession(ctx, g, w.order(), casework.Sitting{StartsAt: w.met, Place: w.place, Kind: "joint",
			Present: w.parties(), Record: w.line.Facts, Result: strings.TrimSpace(w.line.Terms.Text), Points: []string{"rights_told", "outcome"}})
	})
}

func (w *writing) agree(ctx context.Context) error {
	t := w.line.Terms
	debtor, creditor := w.side(t.Debtor)
	promise := casework.Promise{Debtor: debtor, Creditor: creditor, Kind: "do", Amount: t.Amount, Due: t.Due, Manner: "按协议内容履行"}
	if t.Amount > 0 {
		promise.Kind = "pay"
	}
	if w.line.Outcome == Kept {
		promise.Due, promise.Manner = w.line.On, "当场履行"
	}
	return w.take("case.oral_agreement", func(g authz.Grant) (casework.View, error) {
		return w.cases.OralAgreement(ctx, g, w.order(), casework.DraftAgreement{Facts: w.line.Facts, AgreedAt: w.at,
			Clauses: []casework.Term{{Text: t.Text, Obligation: &promise}}})
	})
}

// side is who owes and to whom, by the sides of the line. Without an applicant the first party asked.
func (w *writing) side(debtor string) (owes, owed ident.ID) {
	first, other := w.view.Parties[0].ID, w.view.Parties[1].ID
	for _, p := range w.view.Parties {
		if p.Role == casework.Applicant {
			first = p.ID
		}
	}
	for _, p := range w.view.Parties {
		if p.ID != first {
			other = p.ID
			break
		}
	}
	if debtor == casework.Applicant {
		return first, other
	}
	return other, first
}

func (w *writing) perform(ctx context.Context) error {
	obligation := w.view.Obligations[0].ID
	return w.take("case.record_performance", func(g authz.Grant) (casework.View, error) {
		return w.cases.RecordPerformance(ctx, g, w.order(), casework.Performed{Obligation: obligation, State: "performed", On: w.line.On, ConfirmedBy: "creditor"})
	})
}

func (w *writing) closing(ctx context.Context) error {
	return w.take("case.close", func(g authz.Grant) (casework.View, error) { return w.cases.Close(ctx, g, w.order()) })
}

func (w *writing) fail(ctx context.Context) error {
	return w.take("case.terminate", func(g authz.Grant) (casework.View, error) {
		return w.cases.Terminate(ctx, g, w.order(), casework.Termination{Reason: "T1", Guidance: casework.StandardGuidance.ZH})
	})
}
