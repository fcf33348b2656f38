package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/opinion"
	"fengqiao/internal/privacy"
)

const heardOf = 20 // cases that came to an end in the last year: of one in so many the parties say how they were treated

// heard is a case whose parties say something when the rows are there.
type heard struct {
	casework.View
	host actor.Actor
}

// remember keeps what is needed of a case of the last year for what its parties say and are sent. No chance is drawn.
func (w *walk) remember() {
	if w.plan.begins.Before(w.Today.AddDate(-1, 0, 0)) {
		return
	}
	kept := heard{View: casework.View{ID: w.view.ID, State: w.view.State, Parties: w.view.Parties, EndedAt: w.view.EndedAt, Category: w.view.Category}, host: w.mediator()}
	switch {
	case w.plan.crew == w.home:
		w.ours = append(w.ours, kept)
	case w.view.EndedAt != nil && w.view.ID[15]%heardOf == 0:
		w.county.heard = append(w.county.heard, kept)
	}
}

// as is a party of a case as somebody who came with its code.
func (h heard) as(p casework.PartyView) actor.Actor {
	return actor.Actor{Case: h.ID, Party: p.ID, Part: actor.Role(p.Role), Name: p.Name}
}

// over tells whether a case has ended, and may still be acted on by its parties.
func (h heard) over() bool { return h.EndedAt != nil }

// voices enters what parties say and are sent beside their cases: opinions of the last year, questions about their own data,
// and in the home committee's cases a few messages.
func (l *loader) voices(ctx context.Context) error {
	chance := rand.New(Chance(l.Seed, "voices"))
	says := opinion.New(opinion.Options{Store: l.Store, Vault: l.Vault, Policy: l.Policy, Cases: l.Cases, Random: Chance(l.Seed, "opinions")})
	for _, c := range l.counties {
		for _, h := range c.heard {
			if err := l.opine(ctx, says, h, chance); err != nil {
				return err
			}
		}
	}
	if l.home == nil {
		return nil // a part of the city without the home committee
	}
	for _, h := range l.ours {
		if err := l.opine(ctx, says, h, chance); err != nil {
			return err
		}
	}
	l.Clock.Set(l.Today.Add(-50 * time.Minute))
	return errors.Join(l.asked(ctx), l.told(ctx))
}

// lines are what a few write at the end.
var lines = []string{"调解员很有耐心，听我把话说完了。", "希望能早一点通知时间。", "谈完心里舒服多了。", "晚上来调解方便上班的人，很好。", "最好能把结果再讲一遍，老人家记不住。", "对方没有来第二次，我有点失望。"}

// opine has the parties of a case that has ended say how they were treated, some days later: the applicant, and in one case of
// two the other side. Most were content.
func (l *loader) opine(ctx context.Context, says *opinion.Service, h heard, chance *rand.Rand) error {
	if !h.over() {
		return nil
	}
	at := h.EndedAt.AddDate(0, 0, 2+chance.IntN(9))
	if !at.Before(l.Today) {
		return nil
	}
	l.Clock.Set(at)
	for i, p := range h.Parties {
		if i > 0 && chance.IntN(2) == 0 {
			continue
		}
		g, err := l.Policy.Allow(h.as(p), opinion.Giving)
		if err != nil {
			return err
		}
		in := opinion.Said{Answers: map[string]string{}}
		for _, q := range []string{"heard", "understood", "free", "neutral", "again"} {
			in.Answers[q] = strconv.Itoa(pick(chance, []int{5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 2, 1, 0}))
		}
		if chance.IntN(6) == 0 {
			in.Line = pick(chance, lines)
		}
		if err := says.Give(ctx, g, h.ID, in); err != nil {
			return err
		}
		if chance.IntN(2) == 0 {
			continue
		}
		about := map[string]string{"age_band": pick(chance, []string{"18", "35", "35", "60", "60", "0"}), "sex": pick(chance, []string{"1", "2"}), "first_time": pick(chance, []string{"yes", "yes", "no"}), "helped": pick(chance, []string{"yes", "no", "no"})}
		if err := says.Tell(ctx, g, h.ID, opinion.Said{Answers: about}); err != nil {
			return err
		}
	}
	return nil
}

// ourCase is the first of the home committee's cases in a state; false where there is none.
func (l *loader) ourCase(s casework.State, after int) (heard, bool) {
	for _, h := range l.ours {
		if h.State != s || len(h.Parties) < 2 {
			continue
		}
		if after--; after < 0 {
			return h, true
		}
	}
	return heard{}, false
}

// asked enters three questions of parties about their own data: one to be answered, one refused by law, and an erasure that
// waits for its second person.
func (l *loader) asked(ctx context.Context) error {
	answers := privacy.New(privacy.Options{Store: l.Store, Vault: l.Vault, Policy: l.Policy, Journal: journal.New(l.Vault, Chance(l.Seed, "asked")), Cases: l.Cases})
	decides, err := l.Policy.Allow(l.home.chair(), privacy.Deciding)
	if err != nil {
		return err
	}
	for i, q := range []struct {
		in     privacy.NewRequest
		answer *privacy.Decision
	}{
		{privacy.NewRequest{Kind: privacy.Correction, Item: "address", Right: "少林社区 18 号 302（演示）", Why: "搬过家。"}, nil},
		{privacy.NewRequest{Kind: privacy.Erasure, Item: "id_number", Why: "不想留在系统里。"}, &privacy.Decision{Outcome: privacy.Refused, Reason: privacy.KeptByLaw, Words: "调解卷宗依法应当保存，到期后删除。"}},
		{privacy.NewRequest{Kind: privacy.Erasure, Item: "address"}, &privacy.Decision{Outcome: privacy.Done}},
	} {
		h, ok := l.ourCase(casework.InMediation, i)
		if !ok {
			return nil
		}
		asks, err := l.Policy.Allow(h.as(h.Parties[i%2]), privacy.Asking)
		if err != nil {
			return err
		}
		made, err := answers.Ask(ctx, asks, h.ID, q.in)
		if err == nil && q.answer != nil {
			_, err = answers.Decide(ctx, decides, made.ID, made.Version, *q.answer)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// told has the home committee's mediator send what parties are sent: two letters with a way in, of which one was read, and
// two meetings next week. What goes by telephone is sent when the demo opens.
func (l *loader) told(ctx context.Context) error {
	for i := range 2 {
		if h, ok := l.ourCase(casework.AwaitingConsent, i); ok {
			if err := l.letter(ctx, h, i == 0); err != nil {
				return err
			}
		}
		h, ok := l.ourCase(casework.InMediation, i)
		if !ok {
			continue
		}
		g, err := l.Policy.Allow(h.host, "case.schedule_session")
		if err != nil {
			return err
		}
		day := calendar.DayOf(l.Today).Plus(6 + i)
		for !l.cal.IsWorking(day) {
			day = day.Plus(1)
		}
		from := day.Start().Add(time.Duration(9+5*i) * time.Hour)
		to := from.Add(time.Hour)
		if _, err := l.Cases.ScheduleSession(ctx, g, casework.Order{Case: h.ID}, casework.Appointing{StartsAt: &from, EndsAt: &to, Place: "社区调解室"}); err != nil {
			return err
		}
	}
	return nil
}

// letter prints a party of the other side its way in; where it came and read it, it says so.
func (l *loader) letter(ctx context.Context, h heard, read bool) error {
	other := h.Parties[len(h.Parties)-1]
	g, err := l.Policy.Allow(h.host, "case.invite")
	if err != nil {
		return err
	}
	if _, err := l.Cases.Invite(ctx, g, h.ID, casework.Invitation{PartyID: other.ID, Channel: "letter"}); err != nil || !read {
		return err
	}
	own, err := l.Policy.Allow(h.as(other), authz.Action("case.acknowledge"))
	if err != nil {
		return err
	}
	sees, err := l.Policy.Allow(h.as(other), authz.Action("case.messages"))
	if err != nil {
		return err
	}
	all, err := l.Cases.Messages(ctx, sees, h.ID)
	if err != nil {
		return err
	}
	var ids []ident.ID
	for _, m := range all {
		ids = append(ids, m.ID)
	}
	return l.Cases.Acknowledge(ctx, own, h.ID, ids)
}
