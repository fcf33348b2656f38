package casework_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"fengqiao/internal/codes"
)

// kinName is a party's whom hong is tied to.
const kinName = "黄建国"

// one draws from a list.
func one[T any](w *walk, label string, list ...T) T { return rapid.SampledFrom(list).Draw(w.t, label) }

// draw chooses an attempt: mostly one that somebody may make as the case stands, with a right body; now and then any event
// by anybody, a body with something wrong, or an old version.
func (w *walk) draw() try {
	var t try
	t.event, t.who = w.choose()
	w.fill(&t)
	if w.straight {
		return t
	}
	switch chance := rapid.IntRange(0, 19).Draw(w.t, "chance"); {
	case chance == 0 && w.isStaff(t.who):
		t.stale = true
	case chance < 4:
		w.spoil(&t)
	}
	return t
}

func (w *walk) choose() (event, who string) {
	events := slices.Sorted(maps.Keys(lines))
	if !w.straight && rapid.IntRange(0, 9).Draw(w.t, "wild") == 0 {
		return one(w, "event", slices.DeleteFunc(events, w.cannotFill)...), one(w, "who", actors...)
	}
	possible := map[string][]string{}
	for _, who := range actors {
		open, _ := w.next(who)
		for _, e := range events {
			if slices.Contains(open, route(e)) && !w.cannotFill(e) {
				possible[e] = append(possible[e], who)
			}
		}
	}
	theme := w.theme
	switch {
	case theme == "record_confirmation" && w.matter == nil:
		theme = "apply_confirmation"
	case theme == "decide_conflict" && w.tie == "":
		theme = "add_party"
	case theme == "retract" && w.endedBy == nil && rapid.Bool().Draw(w.t, "refused"):
		theme = "record_consent"
	case theme == "accept_transfer" && w.offer == nil:
		theme = "transfer"
	case theme == "hand_over_note" && len(w.talks) == 0:
		theme = "open_session"
	}
	if last := w.entries[len(w.entries)-1]; last.event == "party_refuses" && slices.Contains(possible["retract"], last.by) && rapid.Bool().Draw(w.t, "mistaken") {
		return "retract", last.by // who wrote it
	}
	if on := possible[theme]; !w.straight && len(on) > 0 && rapid.IntRange(0, 3).Draw(w.t, "theme") > 0 {
		return theme, one(w, "who", on...)
	}
	ending := !w.straight && rapid.IntRange(0, 9).Draw(w.t, "ending") == 0
	maps.DeleteFunc(possible, func(e string, _ []string) bool { return slices.Contains(enders, e) != ending })
	if ahead := w.ahead(); len(possible[ahead]) > 0 && (w.straight || rapid.IntRange(0, 2).Draw(w.t, "ahead") == 0) {
		return ahead, one(w, "who", possible[ahead]...)
	}
	if len(possible) == 0 {
		return "report_police", "wang"
	}
	event = one(w, "event", slices.Sorted(maps.Keys(possible))...)
	return event, one(w, "who", possible[event]...)
}

// themes are what is rare by chance alone: each sequence has one, and comes back to it whenever it can.
var themes = []string{"accept_transfer", "accept_transfer", "add_party", "apply_confirmation", "correct", "decide_conflict", "decide_conflict", "decide_note", "decline_transfer",
	"hand_over_note", "hand_over_note", "oral_agreement", "pause", "reconsider", "record_confirmation", "record_confirmation", "record_confirmation", "record_property", "refuse_acceptance", "remediate", "repudiate", "request_end",
	"request_recusal", "reroute", "retract", "retract", "terminate", "transfer", "withdraw"}

// goneBefore is how far a clerk goes before some themes can be come to.
var goneBefore = map[string]int{"reroute": 0, "decide_conflict": 8, "hand_over_note": 8, "record_confirmation": 18, "apply_confirmation": 18, "remediate": 20, "correct": 22}

// ahead is the step that a clerk would take next.
func (w *walk) ahead() string {
	switch {
	case w.tie != "":
		return "decide_conflict"
	case slices.ContainsFunc(w.talks, func(t talk) bool { return t.request != "" }):
		return "decide_note"
	case w.offer != nil && !w.straight:
		return one(w, "answer", "accept_transfer", "decline_transfer")
	case w.endedBy != nil:
		return one(w, "mind", "reconsider", "retract")
	case w.matter != nil && rapid.Bool().Draw(w.t, "decided"):
		return "record_confirmation"
	case len(w.talks) > 0 && !w.straight && rapid.IntRange(0, 3).Draw(w.t, "note") == 0:
		return one(w, "about it", "request_note", "request_note", "hand_over_note", "disclose_note")
	}
	switch w.state {
	case "registered":
		return "ask_consent"
	case "awaiting_consent":
		if !all(w.here(), saidYes) {
			return "record_consent"
		}
		if w.channel != "" && len(w.standing("accept", "su")) > 0 {
			return "record_referral"
		}
		return "accept"
	case "accepted":
		return "assign"
	case "assigned", "in_mediation":
		if !all(w.here(), saidYes) {
			return "record_consent"
		}
		if !all(w.here(), func(p *side) bool { return p.told }) {
			return "give_notice"
		}
		if !all(w.here(), func(p *side) bool { return p.sat }) {
			return "open_session"
		}
		if w.straight && rapid.IntRange(0, 3).Draw(w.t, "written") > 0 {
			return "fix_agreement"
		}
		return one(w, "end", "fix_agreement", "fix_agreement", "oral_agreement", "open_session", "open_session", "pause", "extend")
	case "paused":
		return "resume"
	case "agreement_pending":
		return "sign"
	case "performing":
		if len(w.standing("close", "su")) > 0 {
			return one(w, "end", "record_performance", "record_performance", "follow_up", "amend")
		}
		return "close"
	case "closed":
		if len(w.standing("archive", "su")) > 0 {
			return one(w, "mend", "remediate", "report_police")
		}
		return one(w, "then", "archive", "archive", "apply_confirmation", "repudiate")
	}
	return "correct"
}

// cannotFill: an event whose body would have nothing to be about.
func (w *walk) cannotFill(event string) bool {
	switch event {
	case "hand_over_note", "disclose_note", "request_note", "decide_note":
		return len(w.talks) == 0
	case "record_performance":
		return w.deal == nil
	case "sign":
		return w.deal == nil
	case "add_party":
		return len(w.here()) >= 4
	}
	return false
}

func ids(list []*side) []string {
	out := []string{}
	for _, p := range list {
		out = append(out, p.id)
	}
	return out
}

func (w *walk) someone() *side { return one(w, "party", w.here()...) }

// own is the party that acts, or one for whom staff act.
func (w *walk) own(t *try, pick *side) {
	t.side = pick
	if p := w.partyOf(t.who); p != nil && (w.straight || rapid.IntRange(0, 9).Draw(w.t, "other") > 0) {
		t.side = p
	}
	t.body["party_id"] = t.side.id
}

// everybody is all parties, now and then all but one.
func (w *walk) everybody(t *try) []string {
	t.sides = w.here()
	switch all := rapid.IntRange(0, 9).Draw(w.t, "all"); {
	case all == 0 && !w.straight:
		t.sides = t.sides[1:]
	case all < 5 && t.event == "remediate" && w.deal != nil: // whom the agreement does not bind is asked anew
		t.sides = slices.DeleteFunc(t.sides, func(p *side) bool { return p.after == w.deal })
	}
	return ids(t.sides)
}

func (w *walk) today() string { return string(w.town.Today()) }

func (w *walk) mediator(who string) string { return w.people[who].Mediator.String() }

// fill writes the body of an attempt.
func (w *walk) fill(t *try) {
	t.body = m{}
	switch t.event {
	case "refuse_acceptance":
		t.body = m{"reason": "N4", "guidance": "请申请行政复议。", "notice_date": w.today(), "calming_measures": "已稳控。"}
		if rapid.Bool().Draw(w.t, "hot") {
			delete(t.body, "calming_measures")
		}
	case "record_consent":
		w.fillConsent(t)
	case "assign":
		w.fillTeam(t)
	case "request_recusal":
		t.person = one(w, "mediator", append(slices.Clone(w.team), "hong")...)
		t.body = m{"mediator_id": w.mediator(t.person), "reason": "Q4"}
	case "give_notice":
		t.sides = one(w, "told", w.here(), w.here(), w.here()[:1])
		t.body = m{"party_ids": ids(t.sides), "manner": "oral"}
	case "schedule_session":
		w.booked++
		at := w.last.Add(time.Duration(48*60+2*w.booked) * time.Minute)
		t.body = m{"starts_at": at, "ends_at": at.Add(time.Minute), "place": "电话", "mode": "phone", "kind": "joint"}
	case "open_session":
		w.fillSession(t)
	case "extend":
		t.body = m{"days": 5, "reason": "等鉴定", "consents": w.everybody(t)}
	case "pause":
		t.body = m{"reason": "鉴定", "until": w.town.Today().Plus(9)}
	case "fix_agreement", "oral_agreement":
		w.fillAgreement(t)
	case "sign":
		w.fillSignature(t)
	case "reopen_agreement":
		t.body = m{"reason": "改一处"}
	case "terminate":
		t.body = m{"reason": "T1", "guidance": "可以起诉。"}
	case "withdraw":
		t.body = m{"statement": "不调了"}
	case "request_end", "record_needs", "name_mediator":
		w.own(t, w.someone())
	case "reconsider":
		pick := w.someone()
		if w.endedBy != nil && rapid.IntRange(0, 9).Draw(w.t, "same") > 0 {
			pick = w.endedBy
		}
		w.own(t, pick)
		if !w.isStaff(t.who) {
			t.side = w.partyOf(t.who)
			delete(t.body, "party_id")
		}
	default:
		w.fillLater(t)
	}
}

func (w *walk) fillConsent(t *try) {
	waiting := slices.DeleteFunc(w.here(), saidYes)
	if len(waiting) == 0 || rapid.IntRange(0, 4).Draw(w.t, "again") == 0 {
		waiting = w.here()
	}
	w.own(t, one(w, "party", waiting...))
	answers := []string{"agreed", "agreed", "agreed", "agreed", "agreed", "agreed", "unreached", "refused"}
	if w.theme == "retract" {
		answers = []string{"agreed", "refused"}
	}
	if t.word = "agreed"; !w.straight {
		t.word = one(w, "answer", answers...)
	}
	t.body["consent"], t.body["channel"] = t.word, "phone"
}

func (w *walk) fillTeam(t *try) {
	committee := map[string][]string{"home": {"su", "hong", "zheng"}, "other": {"otherchair", "othermediator"}}[w.lead]
	t.word = one(w, "by", "parties", "parties", "committee")
	if t.person = one(w, "host", committee...); !w.straight {
		t.person = one(w, "any", t.person, t.person, t.person, "su", "othermediator")
	}
	if w.theme == "decide_conflict" && w.lead == "home" {
		t.person = "hong"
	}
	t.body = m{"host_mediator_id": w.mediator(t.person), "chosen_by": t.word}
	co := one(w, "co", append(slices.Clone(committee), "", "")...)
	if i := slices.IndexFunc(committee, func(who string) bool { return who != t.person }); w.theme == "hand_over_note" && i >= 0 {
		co = committee[i]
	}
	if co != "" && co != t.person {
		t.co = co
		t.body["co_mediator_ids"] = []string{w.mediator(co)}
	}
	if w.straight || rapid.Bool().Draw(w.t, "decided") {
		t.body["conflict_decision"] = m{"decision": "proceed", "reason": "各方同意"}
	}
}

func (w *walk) fillSession(t *try) {
	t.word = one(w, "kind", "joint", "joint", "joint", "caucus", "caucus", "investigation")
	if w.theme == "hand_over_note" && !w.straight {
		t.word = "caucus"
	}
	t.sides = w.here()
	if t.word == "caucus" {
		t.sides = []*side{w.someone()}
	}
	t.body = m{"starts_at": w.now.Add(-time.Minute), "place": "社区调解室", "kind": t.word, "attending": ids(t.sides), "record": "各自陈述。",
		"risk": one(w, "risk", 1, 1, 1, 2, 3, 4)}
	if w.straight {
		if t.word, t.sides = "joint", w.here(); all(t.sides, func(p *side) bool { return p.sat }) {
			t.word, t.sides = "caucus", t.sides[:1]
		}
		t.body["kind"], t.body["attending"] = t.word, ids(t.sides)
	}
	if t.word == "caucus" && len(w.team) > 1 { // the host alone
		t.body["mediators"] = []string{w.mediator(w.team[0])}
	}
	if w.straight || rapid.Bool().Draw(w.t, "despite") {
		t.body["despite_violence"] = "受害人要求，有人陪同"
	}
}

func (w *walk) fillAgreement(t *try) {
	debtor, creditor := w.here()[1], w.here()[0]
	due := w.town.Today().Plus(10)
	owes := m{"debtor_party_id": debtor.id, "creditor_party_id": creditor.id, "kind": "pay", "amount_fen": 180000, "due": due, "manner": "微信转账"}
	t.deal = &deal{form: "written", debtor: debtor, creditor: creditor, whole: true, due: due.Start()}
	t.body = m{"facts": "渗水", "issues": "维修", "clauses": []m{{"text": "赔偿粉刷费用。", "obligation": owes}}}
	if t.event == "oral_agreement" {
		t.deal.form, t.deal.whole = "oral", rapid.Bool().Draw(w.t, "whole")
		if !t.deal.whole {
			delete(t.body, "facts")
		}
	}
}

func (w *walk) fillSignature(t *try) {
	if t.word = "wet_ink"; !w.straight {
		t.word = one(w, "kind", "wet_ink", "wet_ink", "wet_ink", "drawn")
	}
	var open []*side
	for _, p := range w.here() {
		if !w.hasSigned(p) {
			open = append(open, p)
		}
	}
	mediator := slices.ContainsFunc(w.deal.signed, func(key string) bool { return strings.HasPrefix(key, "mediator ") })
	kinds := []string{"party", "mediator", "seal"}
	switch {
	case w.straight && !mediator:
		kinds = []string{"mediator"}
	case w.straight && !w.deal.has("seal"):
		kinds = []string{"seal"}
	case w.straight:
		kinds = []string{"party"}
	case len(open) > 0:
		kinds = []string{"party", "party", "party", "mediator", "seal"}
	case !mediator:
		kinds = append(kinds, "mediator", "mediator")
	case !w.deal.has("seal"):
		kinds = append(kinds, "seal", "seal")
	}
	switch t.sign = one(w, "signer", kinds...); t.sign {
	case "party":
		if !w.straight {
			open = append(open, w.here()[0])
		}
		w.own(t, one(w, "party", open...))
	case "mediator":
		if t.person = w.team[0]; !w.straight {
			t.person = one(w, "mediator", append(slices.Clone(w.team), w.team[0], "hong")...)
		}
		t.body["mediator_id"] = w.mediator(t.person)
	case "seal":
		t.body["seal"] = true
	}
	t.body["kind"], t.body["text_hash"] = t.word, w.deal.hash
}

func (w *walk) fillLater(t *try) {
	switch t.event {
	case "record_performance":
		t.deal = w.deal
		t.word = one(w, "result", "performed", "performed", "performed", "partly", "in_progress", "unperformed")
		t.body = m{"obligation_id": w.deal.owed, "state": t.word, "on": w.today(), "confirmed_by": one(w, "said", "creditor", "creditor", "debtor", "mediator")}
	case "follow_up":
		t.body = m{"visited_on": w.today(), "visitor": "洪国荣", "performed": true}
	case "apply_confirmation":
		t.body = m{"court": "丰泽区人民法院", "applied_on": w.today(), "basis": "organisation", "subject": "money"}
		if w.deal != nil && w.now.Sub(w.deal.force) < 45*24*time.Hour { // a last day that is no working day moves the end: not told apart here
			t.body["late_reason"] = "法院已受理"
		}
	case "record_confirmation":
		t.word = one(w, "decision", "accepted", "confirmed", "refused", "withdrawn")
		t.body = m{"decision": t.word, "decided_on": w.today(), "document_no": "（2026）闽0503民特1号"}
	case "repudiate":
		w.own(t, w.someone())
		t.word = "filed"
		t.body["court"], t.body["filed_on"] = "丰泽区人民法院", w.today()
		if w.suit && rapid.Bool().Draw(w.t, "decided") {
			t.word = "decided"
			t.body["result"], t.body["decided_on"], t.body["document_no"] = one(w, "result", codes.SuitResults...).Code, w.today(), "（2026）闽0503民初2号"
		}
	case "correct":
		t.word = one(w, "step", "ask", "approve", "refuse")
		t.body = m{"reason": "笔误", "set": m{"title": fmt.Sprintf("楼上漏水 %d", len(w.entries))}}
		if w.correction == "" {
			t.word = "ask"
		}
		if t.word != "ask" {
			t.body = m{"reason": "核对过", "correction_id": w.correction, "approve": t.word == "approve"}
		}
	case "remediate":
		t.body = m{"ground": one(w, "ground", codes.RemedyGrounds...).Code, "reason": "没有履行", "consents": w.everybody(t)}
		if len(w.team) == 0 {
			t.person = map[string]string{"home": "zheng", "other": "otherchair"}[w.lead]
			t.body["host_mediator_id"] = w.mediator(t.person)
		}
	case "add_party":
		name := one(w, "name", "蔡美华", kinName)
		if w.theme == "decide_conflict" {
			name = kinName
		}
		t.side = &side{role: "respondent", kin: name == kinName}
		t.body = m{"name": name, "phone_reason": "不知道", "reason": "漏水也经过他家"}
	case "remove_party":
		t.side = one(w, "party", w.here()[1:]...)
		t.body = m{"party_id": t.side.id, "reason": "与他无关"}
	case "decide_conflict":
		t.person, t.word = "hong", one(w, "decision", "proceed", "recuse")
		t.body = m{"mediator_id": w.mediator("hong"), "decision": t.word, "reason": "远亲"}
	default:
		w.fillPaper(t)
	}
}

func (w *walk) fillPaper(t *try) {
	switch t.event {
	case "amend":
		w.fillAmendment(t)
	case "retract":
		t.entry = one(w, "entry", w.worthRetracting(t.who)...)
		if last := len(w.entries) - 1; w.entries[last].event == "party_refuses" && rapid.Bool().Draw(w.t, "last") {
			t.entry = last
		}
		t.body = m{"entry": fmt.Sprint(t.entry + 1), "reason": "误记"}
	case "record_property":
		t.body = m{"common_income": m{"earned_fen": 100000, "cost_fen": 20000}}
	case "add_helper":
		w.own(t, w.someone())
		t.body["kind"], t.body["name"], t.body["relation"] = "companion", "吴素珍", "邻居"
	case "end_helper":
		known := slices.DeleteFunc(slices.Clone(w.company), func(f friend) bool { return w.partyOf(t.who) != nil && f.of != w.partyOf(t.who) })
		t.word = w.c.ID // nobody's
		if len(known) > 0 {
			t.word = one(w, "friend", known...).id
		}
		t.body = m{"helper_id": t.word, "reason": "不再来了"}
	case "reroute":
		t.person = one(w, "committee", "home", "other", "far")
		t.body = m{"committee_id": w.committee(t.person), "reason": "住在那边"}
	case "transfer":
		t.word = one(w, "kind", "transfer", "joint")
		t.person = one(w, "committee", "home", "other", "other", "far")
		if w.theme == "accept_transfer" {
			t.word, t.person = "transfer", one(w, "receiver", "other", "far")
		}
		t.body = m{"to_committee_id": w.committee(t.person), "kind": t.word, "reason": "difficult", "text": "请协助", "consents": w.everybody(t)}
	case "decline_transfer":
		t.body = m{"reason": "人手不够"}
	case "accept_transfer":
		if w.offer != nil && w.offer.kind == "joint" && w.offer.to == "other" && rapid.Bool().Draw(w.t, "co") {
			t.person = "othermediator"
			t.body = m{"co_mediator_ids": []string{w.mediator(t.person)}}
		}
	case "record_referral":
		w.fillReferral(t)
	case "refer_out":
		t.body = m{"organ_kind": one(w, "organ", codes.ReferredTo...).Code, "organ": "有关单位", "reason": "属其职责", "told_party_ids": ids(w.here())}
	case "assess_risk":
		t.body = m{"risk": one(w, "risk", 1, 2, 3, 4), "reason": "情绪激动"}
		if rapid.IntRange(0, 5).Draw(w.t, "screened") == 0 {
			t.word = "violence"
			t.body["violence"] = m{"answers": m{"V1": true, "V2": false}, "vulnerable": "minor"}
		}
	case "report_police":
		t.body = m{"to": "东湖派出所", "at": w.now.Format(time.RFC3339), "channel": "电话", "receipt": "1101"}
	default:
		w.fillNote(t)
	}
}

// worthRetracting are the entries that somebody might take back: its own answers, notices and signatures mostly.
func (w *walk) worthRetracting(who string) []int {
	out := []int{len(w.entries), rapid.IntRange(0, len(w.entries)).Draw(w.t, "any entry")}
	for i, e := range w.entries {
		mine := e.by == who || e.event == "sign"
		if mine && slices.Contains([]string{"record_consent", "party_refuses", "give_notice", "sign"}, e.event) {
			out = append(out, i, i)
		}
	}
	return out
}

func (w *walk) fillAmendment(t *try) {
	t.word = map[bool]string{true: "complex", false: "simple"}[w.simple]
	set := m{"difficulty": map[string]int{"simple": 1, "complex": 3}[t.word]}
	switch {
	case w.bar == "N2" && rapid.Bool().Draw(w.t, "commission"):
		t.word, set = "commission", m{"bar_document": "（2026）委派 7 号"}
	case w.bar == "N1" && rapid.Bool().Draw(w.t, "commission"):
		t.word, set = "commission", m{"bar": ""}
	case w.deal != nil && w.deal.form == "oral" && !w.deal.whole && rapid.IntRange(0, 9).Draw(w.t, "register") > 0:
		t.word, set = "register", m{"agreement_facts": "渗水"}
	}
	t.body = m{"set": set, "reason": "更正"}
}

func (w *walk) fillReferral(t *try) {
	yes, no := true, false
	switch w.channel {
	case "court":
		t.body = m{"kind": "entrusted", "organ": "丰泽区人民法院", "received_at": w.now.Add(-time.Minute)}
	case "petition":
		t.word = one(w, "checklist", "clean", "clean", "bad")
		first := map[string]*bool{"clean": &no, "bad": &yes}[t.word]
		t.body = m{"kind": "handed_over", "organ": "区信访局", "exclusions": m{"special_organ": first, "pending_proceedings": &no, "administrative": &no, "refused": &no, "unsuitable": &no}}
	}
}

func (w *walk) fillNote(t *try) {
	if len(w.talks) == 0 {
		return
	}
	known := []*talk{}
	for i := range w.talks {
		if p := w.partyOf(t.who); p == nil || w.talks[i].with == p {
			known = append(known, &w.talks[i])
		}
	}
	if len(known) == 0 { // somebody asks for what it cannot know of
		known = []*talk{&w.talks[0]}
	}
	t.talk = one(w, "talk", known...)
	switch t.event {
	case "hand_over_note":
		t.person = one(w, "reader", append(slices.Clone(w.team), "hong")...)
		if len(w.team) > 1 && rapid.Bool().Draw(w.t, "beside") {
			t.person = w.team[1]
		}
		t.body = m{"session_id": t.talk.id, "mediator_id": w.mediator(t.person), "channel": "phone"}
	case "disclose_note":
		t.body = m{"session_id": t.talk.id, "text": "愿意道歉", "channel": "phone"}
	case "request_note":
		t.body = m{"session_id": t.talk.id, "purpose": "read", "reason_code": codes.NoteReadings[0].Code, "why": "核实"}
	case "decide_note":
		t.body = m{"request_id": t.talk.request, "decision": one(w, "decision", "approved", "refused")}
		if t.talk.request == "" {
			t.body["request_id"] = w.c.ID
		}
	}
}

func (w *walk) committee(name string) string {
	return map[string]string{"home": w.town.Home.ID.String(), "other": w.town.Other.ID.String(), "far": w.town.Far.ID.String()}[name]
}

// flaw is something wrong with a body, and what a refusal must then say.
type flaw struct {
	says  string
	spoil func(m)
}

func set(name string, value any) func(m) { return func(b m) { b[name] = value } }

func without(name string) func(m) { return func(b m) { delete(b, name) } }

// flaws of each event's body.
var flaws = map[string][]flaw{
	"refuse_acceptance":   {{"rule.A8", without("guidance")}, {"rule.A8", without("notice_date")}, {"invalid", set("reason", "X1")}},
	"record_consent":      {{"invalid", set("consent", "maybe")}},
	"assign":              {{"invalid", set("chosen_by", "lot")}},
	"request_recusal":     {{"invalid", set("reason", "X1")}},
	"give_notice":         {{"invalid", set("manner", "sung")}, {"invalid", set("party_ids", []string{})}},
	"schedule_session":    {{"invalid", set("place", "")}},
	"open_session":        {{"invalid", set("place", "")}, {"rule.M3", set("participants", []m{{"name": "王水木", "kind": "neighbour"}})}},
	"extend":              {{"rule.M6", set("days", 31)}, {"rule.M6", set("consents", []string{})}, {"invalid", set("reason", "")}},
	"pause":               {{"invalid", set("reason", "")}, {"invalid", set("until", "2025-01-01")}},
	"fix_agreement":       {{"rule.G3", without("facts")}, {"rule.G3", without("issues")}, {"invalid", set("clauses", []m{})}},
	"oral_agreement":      {{"rule.G1", set("clauses", []m{{"text": "以后再说"}})}, {"invalid", set("clauses", []m{})}},
	"sign":                {{"text_changed", set("text_hash", "00")}},
	"reopen_agreement":    {{"invalid", set("reason", "")}},
	"terminate":           {{"rule.M9", without("guidance")}, {"invalid", set("reason", "X1")}},
	"request_end":         {{"invalid", set("reason", "X1")}},
	"record_performance":  {{"invalid", set("on", "2099-01-01")}, {"invalid", set("state", "x")}},
	"follow_up":           {{"invalid", set("visitor", "")}},
	"apply_confirmation":  {{"rule.G12", set("subject", "marriage")}, {"invalid", set("court", "")}},
	"record_confirmation": {{"invalid", set("decision", "x")}},
	"repudiate":           {{"invalid", set("kind", "x")}},
	"correct":             {{"invalid", set("reason", "")}},
	"remediate":           {{"rule.G14", set("consents", []string{})}, {"invalid", set("ground", "x")}},
	"add_party":           {{"invalid", set("name", "")}, {"invalid", set("reason", "")}},
	"remove_party":        {{"invalid", set("reason", "")}},
	"decide_conflict":     {{"invalid", set("decision", "x")}},
	"amend":               {{"invalid", set("reason", "")}, {"invalid", set("set", m{})}},
	"retract":             {{"invalid", set("reason", "")}},
	"record_property":     {{"invalid", func(b m) { clear(b) }}},
	"record_needs":        {{"invalid", set("contact", "x")}},
	"name_mediator":       {{"invalid", set("mediator_id", "019cc0df-8500-878b-9564-9df74b35609c")}},
	"add_helper":          {{"invalid", set("kind", "x")}},
	"end_helper":          {{"invalid", set("reason", "")}},
	"reroute":             {{"invalid", set("reason", "")}},
	"transfer":            {{"rule.O13", set("consents", []string{})}, {"invalid", set("text", "")}, {"invalid", set("reason", "x")}},
	"decline_transfer":    {{"invalid", set("reason", "")}},
	"record_referral":     {{"invalid", set("kind", "x")}},
	"refer_out":           {{"invalid", set("told_party_ids", []string{})}, {"invalid", set("organ", "")}},
	"assess_risk":         {{"invalid", set("risk", 9)}, {"invalid", set("reason", "")}},
	"report_police":       {{"invalid", set("to", "")}, {"invalid", set("at", "2099-01-01T00:00:00Z")}},
	"disclose_note":       {{"invalid", set("whole", true)}},
	"request_note":        {{"invalid", set("purpose", "x")}},
	"decide_note":         {{"invalid", set("decision", "x")}},
}

// spoil puts something wrong into a body.
func (w *walk) spoil(t *try) {
	if list := flaws[t.event]; len(list) > 0 {
		f := one(w, "flaw", list...)
		f.spoil(t.body)
		t.flaw = f.says
	}
}
