package casework_test

import (
	"slices"
	"strings"
	"time"
)

// law is a case as the handbook of the lifecycle tells it: a second account of the same law, that knows nothing of the
// guards and acts it is compared with. People are called by their logins.
type law struct {
	now              time.Time
	state, outcome   string
	lead             string // committee: home, other or far
	sides            []*side
	team             []string // host first
	recused          []string
	offer            *asking
	joined           []string // committees beside the lead
	channel          string   // of a referral: court, petition or none
	receipt          bool     // the court's file was signed for, M7
	exclusions       string   // A11: clean or bad once the referral is recorded
	bar              string   // A6
	property, simple bool
	accepted         bool // has been, once
	sessions         int
	talks            []talk
	company          []friend
	deal, former     *deal
	matter           *deal // what a court was asked to confirm and has not decided
	suit             bool  // a suit is pending
	visits           int
	risk             int
	police, violence bool
	violenceOwed     bool
	extended         bool
	ended            time.Time
	endedBy          *side
	told             bool   // of other ways, M9
	tie              string // a mediator whose new tie nobody has decided on, M12
	asked            string // who asked for a correction that waits
	entries          []entry
}

// side is a party.
type side struct {
	id, role  string
	consent   string
	told, sat bool
	gone      bool
	kin       bool  // of hong
	after     *deal // in force already when it was added
}

// deal is one version of an agreement.
type deal struct {
	form, hash, owed string
	debtor, creditor *side
	signed           []string // by whom, in the words of signer
	whole            bool     // the register of an oral one
	result, said     string
	due, force       time.Time
	confirmed        bool
}

type asking struct{ kind, to string }

// talk is a caucus: its party and who was there.
type talk struct {
	id      string
	with    *side
	readers []string
	request string // an undecided request to read its note
	by      string // whose
}

// friend is a companion whom a party brought along.
type friend struct {
	id string
	of *side
}

// entry is one of the journal's.
type entry struct {
	from, event, by string // from: the state before
	side            *side
	sides           []*side
	was, to         string
	key             string // of a signature
	deal            *deal  // that was signed
	retracted       bool
}

// try is one attempt at an event.
type try struct {
	event, who string
	side       *side
	sides      []*side
	word       string
	person, co string
	deal       *deal
	talk       *talk
	entry      int
	sign       string // party, mediator or seal
	flaw       string // what a refusal must say; empty for a right body
	stale      bool
	body       m
}

// line says from where an event leads, and who may do it.
type line struct{ from, who string }

const (
	begun  = "registered awaiting_consent accepted assigned in_mediation paused "
	living = begun + "agreement_pending performing "
	after  = "not_accepted closed "
)

// lines are the handbook's table: events with a route, with the words of near that may do them.
var lines = map[string]line{
	"refuse_acceptance":   {"registered awaiting_consent", "desk chair"},
	"ask_consent":         {"registered", "desk"},
	"record_consent":      {"awaiting_consent accepted assigned in_mediation paused", "desk own party"},
	"accept":              {"awaiting_consent", "desk chair"},
	"assign":              {"accepted", "desk chair"},
	"request_recusal":     {"assigned in_mediation paused", "desk chair party"},
	"give_notice":         {begun, "desk own"},
	"schedule_session":    {"accepted assigned in_mediation paused", "desk"},
	"open_session":        {"assigned in_mediation", "desk own"},
	"hand_over_note":      {living + after + "archived", "desk chair party"},
	"disclose_note":       {living + after + "archived", "desk party"},
	"request_note":        {living + after + "archived", "desk chair area"},
	"decide_note":         {living + after + "archived", "chair area"},
	"extend":              {"in_mediation", "desk"},
	"pause":               {"in_mediation", "desk"},
	"resume":              {"paused", "desk"},
	"fix_agreement":       {"in_mediation", "desk"},
	"sign":                {"agreement_pending", "desk chair party"},
	"reopen_agreement":    {"agreement_pending", "desk"},
	"oral_agreement":      {"in_mediation", "desk"},
	"terminate":           {"awaiting_consent accepted assigned in_mediation paused agreement_pending", "desk"},
	"withdraw":            {begun + "agreement_pending", "desk applicant"},
	"request_end":         {begun + "agreement_pending", "desk chair party"},
	"reconsider":          {after, "desk party"},
	"record_performance":  {"performing closed archived", "desk own party"},
	"follow_up":           {"performing closed", "desk own"},
	"apply_confirmation":  {"performing closed", "desk"},
	"record_confirmation": {"performing closed archived", "desk chair"},
	"repudiate":           {"performing closed archived", "desk party"},
	"close":               {"performing", "desk chair"},
	"archive":             {"closed", "desk chair"},
	"correct":             {"archived", "desk chair area"},
	"remediate":           {"closed archived", "desk chair"},
	"add_party":           {begun, "desk"},
	"remove_party":        {begun, "desk"},
	"decide_conflict":     {"assigned in_mediation paused", "chair"},
	"amend":               {living, "desk chair"},
	"retract":             {living + after, "desk chair"},
	"record_property":     {living, "desk"},
	"record_needs":        {living, "desk party"},
	"name_mediator":       {begun, "desk party"},
	"add_helper":          {living, "desk party"},
	"end_helper":          {living, "desk party"},
	"reroute":             {"registered awaiting_consent", "chair area"},
	"transfer":            {begun, "desk chair"},
	"decline_transfer":    {begun, "desk chair offered"},
	"accept_transfer":     {begun, "offered"},
	"record_referral":     {"registered awaiting_consent accepted", "desk chair"},
	"refer_out":           {living + after, "desk chair"},
	"assess_risk":         {living + after, "desk own"},
	"report_police":       {living + after, "desk own"},
}

func (l line) allows(state string) bool { return slices.Contains(strings.Fields(l.from), state) }

// folk are those who have a post, with the committee.
var folk = map[string]struct{ committee, post string }{
	"su": {"home", "mediator"}, "hong": {"home", "mediator"}, "zheng": {"home", "chair"},
	"otherchair": {"other", "chair"}, "othermediator": {"other", "mediator"}, "farchair": {"far", "chair"},
	"station": {"", "station"}, "county": {"", "county"}, "wang": {"", ""},
}

// near says how somebody stands to the case: the words of lines.
func (l *law) near(who string) []string {
	if p := l.partyOf(who); p != nil {
		return strings.Fields("party " + p.role)
	}
	var out []string
	add := func(yes bool, word string) {
		if yes {
			out = append(out, word)
		}
	}
	f := folk[who]
	if slices.Contains(l.recused, who) { // M2: out at once
		return nil
	}
	mine := f.committee == l.lead && f.committee != ""
	works := slices.Contains(l.team, who)
	add(mine && (works || len(l.team) == 0), "desk")
	add(mine && f.post == "chair", "chair")
	add(works, "own")
	add(f.post == "chair" && l.offer != nil && l.offer.to == f.committee, "offered")
	add(f.post == "station", "area")
	add(f.post == "county", "masked")
	return out
}

// partyOf is the party that somebody is: lin applies, chen is the other side.
func (l *law) partyOf(who string) *side {
	i := slices.Index([]string{"lin", "chen"}, who)
	if i < 0 || i >= len(l.sides) || l.sides[i].gone {
		return nil
	}
	return l.sides[i]
}

func (l *law) may(who, event string) bool {
	allowed := strings.Fields(lines[event].who)
	return slices.ContainsFunc(l.near(who), func(w string) bool { return slices.Contains(allowed, w) })
}

func (l *law) isStaff(who string) bool { return folk[who].post != "" }

func (l *law) here() []*side {
	return slices.DeleteFunc(slices.Clone(l.sides), func(p *side) bool { return p.gone })
}

func (l *law) side(role string) []*side {
	return slices.DeleteFunc(l.here(), func(p *side) bool { return p.role != role })
}

func all(list []*side, ok func(*side) bool) bool {
	return !slices.ContainsFunc(list, func(p *side) bool { return !ok(p) })
}

func saidYes(p *side) bool { return p.consent == "agreed" }

// reasons collects what stands against something.
type reasons []string

func (r *reasons) add(against bool, code string) {
	if against {
		*r = append(*r, code)
	}
}

// standing is what stands against an event whatever its body says. A reason with a minus is not shown as an obstacle that
// could be mended: the step is simply not offered.
func (l *law) standing(event, who string) reasons {
	var r reasons
	refused := slices.ContainsFunc(l.here(), func(p *side) bool { return p.consent == "refused" })
	barred := l.bar == "N1" || l.bar == "N2"
	switch event {
	case "ask_consent":
		r.add(barred, "rule.A6")
	case "accept":
		l.mayBeAccepted(&r, refused, barred)
	case "assign", "schedule_session", "fix_agreement", "oral_agreement":
		r.add(refused, "rule.A2")
	case "open_session":
		r.add(refused, "rule.A2")
		r.add(!slices.ContainsFunc(l.here(), func(p *side) bool { return p.told && saidYes(p) }), "rule.A10")
	case "reconsider":
		r.add(l.endedBy == nil || l.deal != nil && !l.deal.force.IsZero() || l.now.Sub(l.ended) > 90*24*time.Hour, "-lifecycle")
		r.add(l.partyOf(who) != nil && l.partyOf(who) != l.endedBy, "-denied")
	case "refuse_acceptance":
		r.add(l.accepted, "-lifecycle")
	case "terminate":
		r.add(l.state == "awaiting_consent" && !l.accepted, "-lifecycle")
	case "withdraw":
		r.add(len(l.side("applicant")) == 0, "-no_applicant")
	case "extend":
		r.add(l.extended, "-rule.M6")
	case "remove_party":
		r.add(len(l.here()) <= 2, "-last_party")
	case "record_property":
		r.add(!l.property, "-not_property")
	case "end_helper":
		p := l.partyOf(who)
		r.add(!slices.ContainsFunc(l.company, func(f friend) bool { return p == nil || f.of == p }), "-invalid")
	case "record_referral":
		r.add(l.channel == "", "-not_referred")
	case "sign":
		p := l.partyOf(who)
		r.add(p != nil && l.hasSigned(p), "-signed")
	case "hand_over_note", "disclose_note", "request_note", "decide_note":
		p := l.partyOf(who)
		r.add(!slices.ContainsFunc(l.talks, func(t talk) bool { return p == nil || t.with == p }), "-denied")
	default:
		l.standingLater(&r, event, who)
	}
	return r
}

func (l *law) mayBeAccepted(r *reasons, refused, barred bool) {
	apply, others := l.side("applicant"), l.side("respondent")
	said := len(slices.DeleteFunc(slices.Clone(others), func(p *side) bool { return !saidYes(p) }))
	r.add(barred, "rule.A6")
	r.add(refused, "rule.A2")
	r.add(!all(apply, saidYes) || said == 0 || len(apply) == 0 && said < 2, "consent")
	r.add(l.channel == "petition" && (!all(l.here(), saidYes) || l.exclusions == "bad"), "rule.A11")
	r.add(l.channel == "court" && !l.receipt, "rule.M7")
}

func (l *law) standingLater(r *reasons, event, who string) {
	inForce := l.deal != nil && !l.deal.force.IsZero()
	switch event {
	case "apply_confirmation":
		r.add(!inForce || l.deal.form != "written" || l.deal.confirmed || l.matter != nil, "rule.G9")
	case "record_confirmation":
		r.add(l.matter == nil, "no_application")
	case "repudiate":
		r.add(!inForce, "-lifecycle")
	case "record_performance":
		r.add(!inForce || l.state != "performing" && l.deal.result == "performed", "-lifecycle")
	case "close":
		r.add(l.deal.form == "oral" && !l.deal.whole, "rule.G1")
		r.add(!slices.Contains([]string{"performed", "partly", "unperformed"}, l.deal.result), "rule.G7")
		r.add(l.visits == 0 && (l.deal.result != "performed" || l.deal.said != "creditor"), "rule.R6")
	case "archive":
		l.mayBeArchived(r, inForce)
	case "correct":
		r.add(l.asked == who, "-denied")
		r.add(l.asked == who, "-pending")
	case "remediate":
		r.add(!inForce, "-lifecycle")
		r.add(l.matter != nil, "rule.G14")
	case "decide_conflict":
		r.add(l.tie == "" || !slices.Contains(l.team, l.tie), "no_conflict")
	case "reroute":
		r.add(l.accepted, "rule.O13")
		r.add(l.offer != nil, "transfer_pending")
	case "transfer", "add_party":
		r.add(l.offer != nil, "transfer_pending")
	case "decline_transfer", "accept_transfer":
		r.add(l.offer == nil, "no_transfer")
	}
}

func (l *law) mayBeArchived(r *reasons, inForce bool) {
	nobody := !slices.ContainsFunc(l.here(), func(p *side) bool { return p.told })
	r.add(l.sessions > 0 && nobody, "rule.R1")
	r.add(!inForce && !l.told, "rule.R1")
	r.add(l.police, "rule.M8")
	r.add(l.violenceOwed, "rule.M11")
	record := inForce && !(l.deal.form == "oral" && l.simple)
	r.add(record && !all(l.here(), func(p *side) bool { return p.sat || p.after == l.deal }), "rule.C4") // whom it does not bind
}

// next is what somebody may do now, and what stands in the way of what they might.
func (l *law) next(who string) (open []string, blocked map[string]reasons) {
	blocked = map[string]reasons{}
	for event, line := range lines {
		if !line.allows(l.state) || !l.may(who, event) {
			continue
		}
		if p := l.partyOf(who); event == "record_consent" && p != nil && p.consent == "refused" {
			continue // said already; whoever changes its mind reconsiders
		}
		r := l.standing(event, who)
		switch {
		case len(r) == 0:
			open = append(open, route(event))
		case !slices.ContainsFunc(r, func(s string) bool { return s[0] == '-' }):
			blocked[route(event)] = r
		}
	}
	slices.Sort(open)
	return open, blocked
}

func route(event string) string {
	if event == "refer_out" {
		return "referrals"
	}
	return strings.ReplaceAll(event, "_", "-")
}

// against is everything that may be said against an attempt; nothing: it must succeed. Whoever has no part in the case
// hears nothing of it, and an old version or a wrong state is said before any rule.
func (l *law) against(t try) reasons {
	switch {
	case !l.may(t.who, t.event):
		return reasons{"denied"}
	case t.stale && l.isStaff(t.who):
		return reasons{"stale"}
	case !lines[t.event].allows(l.state):
		return reasons{"lifecycle"}
	}
	r := l.standing(t.event, t.who)
	for i := range r {
		r[i] = strings.TrimPrefix(r[i], "-")
	}
	r.add(t.flaw != "", t.flaw)
	l.againstBody(&r, t)
	return r
}

// againstSaying: a party does not take back what came of an obligation, and whoever owes it not what the other side has said, but that
// it was done since.
func (d *deal) againstSaying(r *reasons, word string, own *side) {
	results := []string{"performed", "partly", "unperformed"}
	debtor, theirs := own == d.debtor, d.said == "creditor"
	if !slices.Contains(results, d.result) {
		return
	}
	r.add(debtor && theirs && d.result == "performed", "confirmed")
	r.add(!slices.Contains(results, word), "said_already")
	r.add(debtor && theirs && d.result != "performed" && word != "performed", "said_by_creditor")
}

func (l *law) againstBody(r *reasons, t try) {
	own := l.partyOf(t.who)
	if own != nil && t.side != nil && t.side != own && t.event != "remove_party" && t.event != "record_performance" {
		r.add(true, "denied") // a party speaks for itself alone
	}
	switch t.event {
	case "record_consent":
		r.add(t.word == "unreached" && saidYes(t.side), "consent")
		r.add(t.word == "unreached" && own != nil, "invalid")
	case "assign":
		l.againstTeam(r, t)
	case "oral_agreement":
		r.add(!all(l.here(), saidYes), "rule.A2")
		r.add(t.deal != nil && (!t.deal.debtor.sat || !t.deal.creditor.sat), "rule.G1")
	case "close":
		r.add(l.deal.result != "performed" && dayIn(l.now).Before(dayIn(l.deal.due)), "rule.G7")
	case "request_recusal":
		r.add(!slices.Contains(l.team, t.person), "invalid")
	case "open_session":
		l.againstSession(r, t)
	case "refuse_acceptance":
		r.add(l.risk >= 3 && t.body["calming_measures"] == nil, "rule.A8")
	case "extend":
		r.add(!sameParties(t.sides, l.here()), "rule.M6")
	case "remediate":
		r.add(!all(l.here(), func(p *side) bool { return p.after == l.deal || slices.Contains(t.sides, p) }), "rule.G14")
		r.add(len(l.team) == 0 && slices.Contains(l.recused, t.person), "invalid")
	case "transfer":
		r.add(!sameParties(t.sides, l.here()), "rule.O13")
		r.add(t.person == l.lead || slices.Contains(l.joined, t.person), "invalid")
	case "reroute":
		r.add(t.person == l.lead || t.person == "far", "invalid")
	case "sign":
		l.againstSignature(r, t, own)
	case "reconsider":
		r.add(t.side != l.endedBy, "denied")
	case "record_performance":
		r.add(own != nil && own != t.deal.debtor && own != t.deal.creditor, "denied")
		r.add(t.word == "unperformed" && dayIn(l.now).Before(dayIn(t.deal.due)), "invalid")
		if own != nil {
			t.deal.againstSaying(r, t.word, own)
		}
	case "apply_confirmation":
		if l.deal != nil && !l.deal.force.IsZero() {
			r.add(dayIn(l.now).After(dayIn(l.deal.force).AddDate(0, 0, 30)) && t.body["late_reason"] == nil, "rule.G9")
		}
	case "remove_party":
		r.add(len(l.side(t.side.role)) == 1, "last_party")
		bound := l.deal
		if bound == nil || bound.force.IsZero() {
			bound = l.former
		}
		r.add(bound != nil && t.side.after != bound, "bound")
	case "repudiate":
		r.add(l.deal != nil && t.side != nil && t.side.after == l.deal, "not_bound")
	case "accept_transfer":
		if l.offer != nil && l.offer.kind == "joint" && t.person != "" {
			r.add(len(l.team) == 0, "no_host")
			r.add(slices.Contains(l.recused, t.person), "rule.M2")
		}
	default:
		l.againstPaper(r, t)
	}
}

func (l *law) againstTeam(r *reasons, t try) {
	self, chair := t.person == t.who, folk[t.who].post == "chair"
	r.add(folk[t.person].committee != l.lead, "invalid")
	r.add(slices.Contains(l.recused, t.person) || slices.Contains(l.recused, t.co), "rule.M2")
	r.add(t.word == "committee" && !self && !chair, "denied")
	self = self || t.co == t.who
	kin := (t.person == "hong" || t.co == "hong") && slices.ContainsFunc(l.here(), func(p *side) bool { return p.kin })
	r.add(kin && (t.body["conflict_decision"] == nil || !chair || self), "conflict_of_interest")
}

func (l *law) againstSession(r *reasons, t try) {
	r.add(t.word == "joint" && l.violence && t.body["despite_violence"] == nil, "rule.M11")
	r.add(!all(t.sides, saidYes), "rule.A2")
	r.add(!all(t.sides, func(p *side) bool { return p.told }), "rule.A10")
	r.add(t.word == "joint" && len(t.sides) < 2 || t.word == "caucus" && len(t.sides) != 1, "invalid")
}

func (l *law) againstSignature(r *reasons, t try, own *side) {
	switch t.sign {
	case "party":
		r.add(l.hasSigned(t.side), "signed")
		r.add(own != nil && own == t.side, "invalid") // by itself it signs with a code, P8
		r.add(own == nil && t.word == "drawn", "denied")
	case "mediator":
		r.add(!slices.Contains(l.team, t.person), "invalid")
		r.add(own != nil || t.word == "drawn" && t.person != t.who, "denied")
		r.add(l.deal.has("mediator "+t.person), "signed")
	case "seal":
		r.add(own != nil, "denied")
		r.add(l.deal.has("seal"), "signed")
	}
}

func (d *deal) has(signer string) bool { return d != nil && slices.Contains(d.signed, signer) }

func (l *law) hasSigned(p *side) bool { return l.deal.has("party " + p.id) }

func (l *law) againstPaper(r *reasons, t try) {
	switch t.event {
	case "retract":
		l.againstRetraction(r, t)
	case "correct":
		if t.word == "ask" {
			r.add(l.asked != "", "pending")
			return
		}
		r.add(l.asked == "", "invalid")
		r.add(l.asked == t.who || t.word == "approve" && folk[t.who].post == "mediator", "denied")
	case "hand_over_note":
		r.add(t.talk.with.gone, "party_removed")
		r.add(!slices.Contains(l.team, t.person), "invalid")
		r.add(t.person == t.who, "denied")
		r.add(slices.Contains(t.talk.readers, t.person), "reader_already")
	case "disclose_note":
		r.add(t.talk.with.gone, "party_removed")
		r.add(l.partyOf(t.who) == nil && !slices.Contains(t.talk.readers, t.who), "denied")
	case "request_note":
		r.add(slices.Contains(t.talk.readers, t.who), "reader_already")
		r.add(folk[t.who].post == "mediator", "denied")
	case "decide_note":
		r.add(t.talk.request == "", "invalid")
		r.add(t.talk.by == t.who || folk[t.talk.by].post == folk[t.who].post, "denied")
	}
}

func (l *law) againstRetraction(r *reasons, t try) {
	if t.entry >= len(l.entries) {
		r.add(true, "invalid")
		return
	}
	e := l.entries[t.entry]
	r.add(e.retracted, "retracted")
	switch e.event {
	case "record_consent":
		r.add(e.by != t.who, "denied")
		r.add(e.side.gone || l.lastAnswer(e.side) != t.entry, "superseded")
		r.add(e.side.sat, "relied_on")
	case "party_refuses":
		r.add(e.by != t.who, "denied")
		r.add(e.side.gone || l.endedBy != e.side || l.lastAnswer(e.side) != t.entry, "superseded")
	case "give_notice":
		r.add(e.by != t.who, "denied")
		r.add(!all(e.sides, func(p *side) bool { return !p.sat }), "relied_on")
	case "sign":
		r.add(l.state != "agreement_pending", "lifecycle")
		r.add(e.by == t.who || folk[t.who].post != "chair", "denied")
		r.add(e.deal != l.deal || !l.deal.has(e.key), "superseded")
	default:
		r.add(true, "not_retractable")
	}
}

// lastAnswer is the entry with which a party answered last; one by which all were asked anew stands for its answer.
func (l *law) lastAnswer(p *side) int {
	for i := len(l.entries) - 1; i >= 0; i-- {
		e := l.entries[i]
		answer := (e.event == "record_consent" || e.event == "party_refuses") && e.side == p && !e.retracted
		if answer || e.event == "reconsider" || e.event == "remediate" {
			return i
		}
	}
	return -1
}

// sameParties tells whether two lists name the same parties.
func sameParties(a, b []*side) bool {
	return len(a) == len(b) && all(b, func(p *side) bool { return slices.Contains(a, p) })
}

// dayIn is a moment's day in Quanzhou.
func dayIn(t time.Time) time.Time {
	t = t.In(time.FixedZone("", 8*3600))
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
