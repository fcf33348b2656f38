package casework_test

import (
	"slices"
	"strings"
	"time"
)

// happens is what an attempt that nothing stands against makes of the case.
func (l *law) happens(t try) {
	e := entry{from: l.state, event: t.event, by: t.who, side: t.side, sides: t.sides}
	switch t.event {
	case "refuse_acceptance", "terminate", "withdraw", "request_end", "record_consent", "reconsider", "remediate":
		l.answers(t, &e)
	case "ask_consent":
		l.state = "awaiting_consent"
	case "accept":
		l.state, l.accepted = "accepted", true
	case "assign":
		l.state, l.team = "assigned", []string{t.person}
		if t.co != "" {
			l.team = append(l.team, t.co)
		}
		if t.word == "parties" {
			e.event = "choose"
		}
	case "request_recusal":
		l.recuse(t.person)
	case "decide_conflict":
		l.tie = ""
		if t.word == "recuse" {
			e.event = "request_recusal"
			l.recuse(t.person)
		}
	case "give_notice":
		for _, p := range t.sides {
			p.told = true
		}
	case "open_session":
		l.sits(t)
	case "extend":
		l.extended = true
	case "pause":
		l.state = "paused"
	case "resume":
		l.state = "in_mediation"
	case "fix_agreement", "oral_agreement":
		l.draws(t)
	case "sign":
		l.signs(t, &e)
	case "reopen_agreement":
		l.drop()
		l.state = "in_mediation"
	default:
		l.happensBeside(t, &e)
	}
	l.enter(e)
	l.settle()
	if e.event == "sign" && l.allSigned() {
		l.state, l.outcome, l.deal.force, l.visits = "performing", "written_agreement", l.now, 0
		l.enter(entry{event: "become_effective"})
	}
}

func (l *law) enter(e entry) { l.entries = append(l.entries, e) }

// settle is what follows from where a case stands: an offer lapses, joined committees leave.
func (l *law) settle() {
	if l.offer != nil && !lines["transfer"].allows(l.state) {
		l.offer = nil
	}
	if slices.Contains([]string{"not_accepted", "closed", "archived", "transferred"}, l.state) {
		l.leaveJoint()
	}
	if !slices.Contains(l.team, l.tie) {
		l.tie = ""
	}
}

func (l *law) leaveJoint() {
	l.joined = nil
	l.team = slices.DeleteFunc(l.team, func(who string) bool { return folk[who].committee != l.lead })
}

func (l *law) recuse(who string) {
	l.team, l.recused, l.state = nil, append(l.recused, who), "accepted"
}

// answers are the acts in which parties say yes or no, and their ends.
func (l *law) answers(t try, e *entry) {
	switch t.event {
	case "record_consent":
		e.was, e.to = t.side.consent, t.word
		t.side.consent = t.word
		if t.word == "refused" {
			e.event = "party_refuses"
			l.end("party_refused", t.side)
		}
	case "request_end":
		l.end("party_ended", t.side)
	case "refuse_acceptance":
		l.end("not_accepted", nil)
	case "terminate":
		l.end("failed", nil)
	case "withdraw":
		was := l.outcome
		l.end("withdrawn", nil)
		if l.deal == nil {
			was = "withdrawn"
		}
		l.outcome = was
	case "reconsider":
		for _, p := range l.sides {
			p.consent = ""
		}
		t.side.consent = "agreed"
		l.state, l.team, l.endedBy, l.told, l.extended = "awaiting_consent", nil, nil, false, false
		l.reopen()
	case "remediate":
		for _, p := range l.here() {
			if p.consent = ""; slices.Contains(t.sides, p) {
				p.consent = "agreed"
			}
		}
		if len(l.team) == 0 {
			l.team = []string{t.person}
		}
		l.state, l.extended, l.endedBy = "in_mediation", false, nil
	}
}

// reopen: a case that goes on has no outcome, unless it has an agreement in force, which stands.
func (l *law) reopen() {
	if l.deal == nil {
		l.outcome = ""
	}
}

// end ends mediation without a new agreement. One in force stands, and with it the outcome (G14).
func (l *law) end(outcome string, by *side) {
	l.drop()
	l.ended, l.endedBy = l.now, by
	before := l.state == "registered" || l.state == "awaiting_consent"
	if l.deal == nil {
		l.outcome, l.told = outcome, true
		if !l.accepted {
			l.outcome = "not_accepted"
		}
	}
	l.state = "closed"
	if before && !l.accepted {
		l.state = "not_accepted"
	}
}

// drop voids a text that is not in force, and its signatures: what was in force before stands with its own.
func (l *law) drop() {
	if l.deal != nil && l.deal.force.IsZero() {
		l.deal, l.former = l.former, nil
	}
}

func (l *law) sits(t try) {
	l.state = "in_mediation"
	l.sessions++
	for _, p := range t.sides {
		p.sat = true
	}
	if risk, _ := t.body["risk"].(int); risk > 0 {
		l.risk, l.police = risk, l.police || risk == 4
	}
	if t.word == "caucus" {
		l.talks = append(l.talks, talk{with: t.sides[0], readers: slices.Clone(l.team[:1])})
	}
}

func (l *law) draws(t try) {
	if l.deal != nil {
		l.former = l.deal
	}
	l.deal = t.deal
	if t.event == "fix_agreement" {
		l.state = "agreement_pending"
		return
	}
	l.state, l.outcome, l.deal.force, l.visits = "performing", "oral_agreement", l.now, 0
}

func (l *law) signs(t try, e *entry) {
	e.key, e.deal = t.sign, l.deal
	switch t.sign {
	case "party":
		e.key += " " + t.side.id
	case "mediator":
		e.key += " " + t.person
	}
	l.deal.signed = append(l.deal.signed, e.key)
}

// allSigned is G4: every party, a mediator and the seal.
func (l *law) allSigned() bool {
	mediator := slices.ContainsFunc(l.deal.signed, func(key string) bool { return strings.HasPrefix(key, "mediator ") })
	return mediator && l.deal.has("seal") && all(l.here(), l.hasSigned)
}

// happensBeside are the acts that move little.
func (l *law) happensBeside(t try, e *entry) {
	switch t.event {
	case "record_performance":
		t.deal.result, t.deal.said = t.word, l.whoSaid(t)
	case "follow_up":
		l.visits++
	case "apply_confirmation":
		l.matter = l.deal
	case "record_confirmation":
		if t.word != "accepted" {
			l.matter.confirmed, l.matter = t.word == "confirmed", nil
		}
	case "repudiate":
		l.suit = t.word == "filed"
	case "close":
		l.state, l.ended, l.endedBy = "closed", l.now, nil
	case "archive":
		l.state = "archived"
	case "correct":
		l.asked = ""
		if t.word == "ask" {
			l.asked = t.who
		}
	case "add_party":
		if t.side.after = l.deal; l.deal != nil && l.deal.force.IsZero() {
			t.side.after = l.former
		}
		l.sides = append(l.sides, t.side)
		if t.side.kin && slices.Contains(l.team, "hong") {
			l.tie = "hong"
		}
	case "remove_party":
		t.side.gone = true
		l.company = slices.DeleteFunc(l.company, func(f friend) bool { return f.of == t.side })
	case "add_helper":
		l.company = append(l.company, friend{of: t.side})
	case "end_helper":
		l.company = slices.DeleteFunc(l.company, func(f friend) bool { return f.id == t.word })
	case "amend":
		l.amends(t)
	case "retract":
		l.retracts(t, e)
	case "reroute":
		l.lead = t.person
	case "record_referral":
		l.receipt = l.receipt || t.body["received_at"] != nil
		if t.body["exclusions"] != nil {
			l.exclusions = t.word
		}
	case "assess_risk":
		l.risk, _ = t.body["risk"].(int)
		l.police = l.police || l.risk == 4
		if t.word == "violence" {
			l.violence, l.violenceOwed = true, true
		}
	case "report_police":
		l.police, l.violenceOwed = false, false
	default:
		l.happensElsewhere(t, e)
	}
}

// whoSaid: a party says it for itself; staff say by whom it was told.
func (l *law) whoSaid(t try) string {
	if own := l.partyOf(t.who); own == t.deal.debtor && own != nil {
		return "debtor"
	} else if own != nil {
		return "creditor"
	}
	said, _ := t.body["confirmed_by"].(string)
	return said
}

func (l *law) amends(t try) {
	switch t.word {
	case "simple", "complex":
		l.simple = t.word == "simple"
	case "commission":
		l.bar = ""
	case "register":
		l.deal.whole = true
	}
}

func (l *law) happensElsewhere(t try, e *entry) {
	switch t.event {
	case "transfer":
		l.offer = &asking{t.word, t.person}
	case "decline_transfer":
		l.offer = nil
	case "accept_transfer":
		l.takesOver(t, e)
	case "hand_over_note":
		t.talk.readers = append(t.talk.readers, t.person)
	case "request_note":
		t.talk.request, t.talk.by = "asked", t.who
	case "decide_note":
		t.talk.request, t.talk.by = "", ""
	}
}

func (l *law) takesOver(t try, e *entry) {
	o := *l.offer
	l.offer = nil
	switch {
	case o.kind == "joint":
		e.event = "join_mediation"
		l.joined = append(l.joined, o.to)
		if t.person != "" {
			l.team = append(l.team, t.person)
		}
	case o.to == "far": // another county: the case ends here and goes on there
		l.enter(entry{event: "take_over", by: t.who})
		e.event = "hand_over"
		l.state, l.outcome, l.team, l.ended, l.endedBy = "transferred", "transferred", nil, l.now, nil
	default:
		if slices.Contains([]string{"assigned", "in_mediation", "paused"}, l.state) {
			l.state = "accepted"
		}
		l.team, l.joined, l.lead = nil, nil, o.to
	}
}

func (l *law) retracts(t try, e *entry) {
	was := &l.entries[t.entry]
	was.retracted = true
	switch was.event {
	case "record_consent":
		was.side.consent = was.was
	case "party_refuses":
		e.event = "retract_refusal"
		was.side.consent = was.was
		l.state = map[bool]string{true: "awaiting_consent", false: "accepted"}[was.from == "awaiting_consent"]
		l.ended, l.endedBy, l.team, l.told = time.Time{}, nil, nil, false
		l.reopen()
	case "give_notice":
		for _, p := range was.sides {
			again := func(e entry) bool { return e.event == "give_notice" && !e.retracted && slices.Contains(e.sides, p) }
			p.told = p.told && (p.gone || slices.ContainsFunc(l.entries, again)) // a removed party's rows stay as they were
		}
	case "sign":
		l.deal.signed = slices.DeleteFunc(l.deal.signed, func(key string) bool { return key == was.key })
	}
}
