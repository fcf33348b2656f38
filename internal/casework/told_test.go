package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// beyond are the events that stand beside the lifecycle: they move nothing.
var beyond = []casework.Event{casework.Invite, casework.Attach, casework.ReadOnce, casework.Remind}

// ledger remembers of which events somebody has said whom they tell, and looks whether it is so.
type ledger struct {
	*testing.T
	town *housetest.Town
	said map[string]bool
	seen map[string]int // entries of a case that have been looked at
}

// events are what the record of a case holds, oldest first.
func (l *ledger) events(c *housetest.Case) (out []string) {
	l.Helper()
	id, err := ident.ParseID(c.ID)
	if err == nil {
		err = l.town.Store.Read(context.Background(), actor.System, func(tx *db.Tx) error {
			return tx.Rows().Table("journal").Where("county_code = ? AND case_id = ?", id.County(), id).Order("seq").Pluck("event", &out).Error
		})
	}
	if err != nil {
		l.Fatal(err)
	}
	return out
}

// tells says of the entries made since the last look which they are, and which messages came of them; "" is none.
func (l *ledger) tells(c *housetest.Case, events, messages string) {
	l.Helper()
	all := l.events(c)
	made := all[l.seen[c.ID]:]
	l.seen[c.ID] = len(all)
	if got := strings.Join(made, " "); got != events {
		l.Errorf("the record holds %q, want %q", got, events)
	}
	if got := came(l.town, c); got != messages {
		l.Errorf("%s: came %q, want %q", events, got, messages)
	}
	for _, e := range made {
		l.said[e] = true
	}
}

// passes over what another test looks at step by step.
func (l *ledger) passes(c *housetest.Case) {
	l.Helper()
	came(l.town, c)
	l.seen[c.ID] = len(l.events(c))
}

// files is a case of both sides, of which nothing has been told yet.
func (l *ledger) files(title string) *housetest.Case {
	l.Helper()
	l.town.Later(time.Second)
	c := l.town.As(nil).Files(both(), m{"title": title})
	l.tells(c, "submit", "")
	return c
}

// until is a case brought on by its mediator, with what that tells looked at elsewhere.
func (l *ledger) until(title string, bring func(housetest.Hand, *housetest.Case, *housetest.Person)) *housetest.Case {
	l.Helper()
	c := l.files(title)
	su := l.town.Again(l.town.Su)
	su.Sees(c)
	bring(su, c, l.town.Su)
	l.passes(c)
	return c
}

func accepted(h housetest.Hand, c *housetest.Case, _ *housetest.Person) { h.Accepted(c) }

// For every event of the lifecycle, and every one beside it, somebody says which messages it makes to each side, none
// included. An event that is new fails here until somebody has thought of whom it tells.
func TestEveryEventSaysWhomItTells(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		l := &ledger{T: t, town: town, said: map[string]bool{}, seen: map[string]int{}}
		l.oneCaseThrough()
		l.endsEarly()
		l.beside()
		l.aside()
		l.handedOn()
		l.atCourt()
		for _, tr := range casework.Lifecycle {
			if !l.said[string(tr.Event)] {
				t.Errorf("nobody says whom %s tells", tr.Event)
			}
		}
		for _, e := range beyond {
			if !l.said[string(e)] {
				t.Errorf("nobody says whom %s tells", e)
			}
		}
		for e := range l.said {
			if !slices.Contains(beyond, casework.Event(e)) && !slices.ContainsFunc(casework.Lifecycle, func(tr casework.Transition) bool { return string(tr.Event) == e }) {
				t.Errorf("%s stands in no list of events", e)
			}
		}
	})
}

// oneCaseThrough is a case from its filing to the archive, act by act.
func (l *ledger) oneCaseThrough() {
	l.Helper()
	c := l.files("main")
	for _, steps := range [][]step{opening(l.town, c), meetings(l.town, c), settling(l.town, c)} {
		walks(l.T, l.town, c, steps)
	}
	for _, e := range l.events(c) {
		l.said[e] = true
	}
	l.passes(c)
	su := l.town.Again(l.town.Su)
	su.Sees(c)
	su.Does(c, "correct", m{"set": m{"title": "楼上渗水"}, "reason": "笔误"}).Is(200)
	l.tells(c, "correct", "")
	id, err := ident.ParseID(c.ID)
	if err == nil { // when its time is over
		err = l.town.Store.Do(context.Background(), actor.System, id.County(), func(tx *db.Tx) error {
			return l.town.App.Cases.Destroy(tx, casework.Destroying{Case: id, List: tx.NewID(), Number: "350503-2032-01"})
		})
	}
	if err != nil {
		l.Fatal(err)
	}
	l.tells(c, "destroy", "")
}

// endsEarly are cases that end before they came to anything, and go on again.
func (l *ledger) endsEarly() {
	l.Helper()
	su := l.town.Again(l.town.Su)
	c := l.files("not accepted")
	su.Sees(c)
	su.Does(c, "refuse-acceptance", m{"reason": "N4", "guidance": "请向区政府申请行政复议。", "notice_date": l.town.Today()}).Is(200)
	l.tells(c, "refuse_acceptance", "L not_accepted")
	c = l.until("refused", accepted)
	chen := invited(l.town, su, c)
	l.tells(c, "invite", "")
	chen.Post("/cases/"+c.ID+"/record-consent", m{"consent": "refused"}).Is(200)
	l.tells(c, "party_refuses", "L ended")
	chen.Post("/cases/"+c.ID+"/reconsider", m{}).Is(200)
	l.tells(c, "reconsider", "L goes_on")
	c = l.until("by mistake", accepted)
	su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "refused", "channel": "phone"}).Is(200)
	l.tells(c, "party_refuses", "C ended, L ended")
	su.Does(c, "retract", m{"entry": c.Version, "reason": "听错了"}).Is(200)
	l.tells(c, "retract_refusal", "C goes_on, L goes_on")
	c = l.until("withdrawn", accepted)
	l.town.Party(c, c.Code).Post("/cases/"+c.ID+"/withdraw", m{}).Is(200)
	l.tells(c, "withdraw", "C ended")
	c = l.until("ended by one", accepted)
	l.town.Party(c, c.Code).Post("/cases/"+c.ID+"/request-end", m{}).Is(200)
	l.tells(c, "request_end", "C ended")
}

// beside is what moves nothing, and who comes and goes.
func (l *ledger) beside() {
	l.Helper()
	su, zheng := l.town.Again(l.town.Su), l.town.Again(l.town.Zheng)
	c := l.until("beside", housetest.Hand.Met)
	su.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(201)
	l.tells(c, "attach", "")
	su.Sees(c)
	su.Does(c, "report-police", m{"to": "东湖派出所", "at": "2026-03-06T10:00:00+08:00", "channel": "phone", "receipt": "接警 12 号"}).Is(200)
	l.tells(c, "report_police", "")
	su.Does(c, "referrals", referOut(c)).Is(200)
	l.tells(c, "refer_out", "")
	su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "companion", "name": "林芳", "relation": "女儿"}).Is(200)
	l.tells(c, "add_helper", "")
	su.Does(c, "end-helper", m{"helper_id": helper(c, "林芳"), "reason": "x"}).Is(200)
	l.tells(c, "end_helper", "")
	l.town.Ties(l.town.Su, "kin", "苏家表弟")
	su.Does(c, "add-party", m{"name": "苏家表弟", "phone_reason": "不知道", "reason": "共同责任人"}).Is(200)
	l.tells(c, "add_party", "")
	zheng.Sees(c)
	zheng.Does(c, "decide-conflict", m{"mediator_id": l.town.Su.Mediator, "decision": "proceed", "reason": "远亲，各方知情"}).Is(200)
	l.tells(c, "decide_conflict", "")
	su.Sees(c)
	su.Does(c, "remove-party", m{"party_id": c.Last.Text("parties.2.id"), "reason": "与他无关"}).Is(200)
	l.tells(c, "remove_party", "")
	l.town.Party(c, c.Code).Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": l.town.Su.Mediator}).Is(200)
	l.tells(c, "request_recusal", "")
	zheng.Sees(c)
	zheng.Does(c, "assign", m{"host_mediator_id": l.town.Hong.Mediator, "co_mediator_ids": []string{}, "chosen_by": "committee"}).Is(200)
	l.tells(c, "assign", "")
	c = l.files("wrong entry")
	su.Sees(c)
	su.Does(c, "ask-consent", nil).Is(200)
	su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "unreached", "channel": "phone"}).Is(200)
	l.passes(c)
	su.Does(c, "retract", m{"entry": c.Version, "reason": "打错了电话"}).Is(200)
	l.tells(c, "retract", "")
	c = su.Files(both(), m{"title": "property", "category": "1303", "party_pair": "PP3"})
	l.passes(c)
	su.Does(c, "record-property", m{"common_income": m{"earned_fen": 1200000, "cost_fen": 350000, "period": "2025"}}).Is(200)
	l.tells(c, "record_property", "")
}

// aside are the acts about the note of a caucus.
func (l *ledger) aside() {
	l.Helper()
	su, zheng, station := l.town.Again(l.town.Su), l.town.Again(l.town.Zheng), l.town.Again(l.town.Station)
	c := l.until("aside", housetest.Hand.Met)
	talk := c.Sitting()
	talk["kind"], talk["attending"], talk["record"] = "caucus", []string{c.Applicant}, "她愿意让一步"
	talk["starts_at"] = l.town.Clock.Now().Add(-time.Hour)
	su.Does(c, "open-session", talk).Is(200)
	l.tells(c, "open_session", "")
	session := c.Last.Text("sessions.0.id")
	if c.Last.Text("sessions.0.kind") != "caucus" {
		session = c.Last.Text("sessions.1.id")
	}
	lin := l.town.Party(c, c.Code)
	lin.Post("/cases/"+c.ID+"/disclose-note", m{"session_id": session, "text": "价钱可以商量"}).Is(200)
	l.tells(c, "disclose_note", "")
	asked := lin.Post("/cases/"+c.ID+"/data-requests", m{"kind": "correction", "item": "address", "right": "少林路 9 号"}).Is(201)
	zheng.With("If-Match", `"`+asked.Text("version")+`"`).Post("/data-requests/"+asked.Text("id")+"/decide", m{"outcome": "done", "words": "已改。"}).Is(200)
	l.tells(c, "mend_data", "L data_answer")
	number := func(item m, more m) {
		asked := lin.Post("/cases/"+c.ID+"/data-requests", item).Is(201)
		more["outcome"], more["words"] = "done", "已改。"
		zheng.With("If-Match", `"`+asked.Text("version")+`"`).Post("/data-requests/"+asked.Text("id")+"/decide", more).Is(200)
	}
	number(m{"kind": "correction", "item": "phone", "right": "13800138009"}, m{})
	l.tells(c, "mend_data", "L address_changed, data_answer") // the answer goes to the new number
	number(m{"kind": "correction", "item": "phone", "right": linPhone}, m{"former_unsafe": true})
	l.tells(c, "mend_data", "L data_answer")
	lin.Post("/cases/"+c.ID+"/record-needs", m{"email": "lin@example.com", "channel": "email"}).Is(200)
	l.tells(c, "record_needs", "L address_changed")
	lin.Post("/cases/"+c.ID+"/record-needs", m{"email": "", "channel": "sms", "former_unsafe": true}).Is(200)
	l.tells(c, "record_needs", "")
	does(zheng, c, "request-note", m{"session_id": session, "purpose": "read", "reason_code": "B1", "why": "扬言动手"}).Is(200)
	l.tells(c, "request_note", "")
	does(station, c, "decide-note", m{"request_id": c.Last.Text("note_requests.0.id"), "decision": "approved"}).Is(200)
	l.tells(c, "decide_note", "")
	zheng.Post("/cases/"+c.ID+"/sessions/"+session+"/break-glass", nil).Is(200)
	l.tells(c, "read_note", "")
	zheng.Post(handOver(l.town.Su), m{"to_mediator_id": l.town.Hong.Mediator, "cases": []string{c.ID}}).Is(200)
	l.tells(c, "hand_over_host", "C new_mediator, L new_mediator")
	lin.Post("/cases/"+c.ID+"/hand-over-note", m{"session_id": session, "mediator_id": l.town.Hong.Mediator}).Is(200)
	l.tells(c, "hand_over_note", "")
}

// handedOn are cases that another committee takes over, joins, or does not.
func (l *ledger) handedOn() {
	l.Helper()
	su, other, far := l.town.Again(l.town.Su), l.town.Again(l.town.OtherChair), l.town.Again(l.town.FarChair)
	c := l.until("handed on", housetest.Hand.Hosted)
	su.Does(c, "transfer", offer(c, l.town.Other.ID)).Is(200)
	l.tells(c, "transfer", "")
	other.Sees(c)
	other.Does(c, "decline-transfer", m{"reason": "人手不足"}).Is(200)
	l.tells(c, "decline_transfer", "")
	su.Sees(c)
	body := offer(c, l.town.Far.ID)
	body["kind"] = "joint"
	su.Does(c, "transfer", body).Is(200)
	far.Sees(c)
	far.Does(c, "accept-transfer", m{"co_mediator_ids": []any{l.town.FarMediator.Mediator}}).Is(200)
	l.tells(c, "transfer join_mediation", "")
	su.Sees(c)
	su.Does(c, "transfer", offer(c, l.town.Other.ID)).Is(200)
	other.Sees(c)
	other.Does(c, "accept-transfer", nil).Is(200)
	l.tells(c, "transfer accept_transfer", "")
	c = l.until("across", housetest.Hand.Hosted)
	su.Does(c, "transfer", offer(c, l.town.Far.ID)).Is(200)
	far.Sees(c)
	far.Does(c, "accept-transfer", nil).Is(200)
	l.tells(c, "transfer take_over hand_over", "")
	c = l.files("elsewhere")
	zheng := l.town.Again(l.town.Zheng)
	zheng.Sees(c)
	zheng.Does(c, "reroute", m{"committee_id": l.town.Other.ID, "reason": "住在那边"}).Is(200)
	l.tells(c, "reroute", "")
	c = su.Files(both(), m{"title": "referred", "source": "31"})
	l.passes(c)
	su.Does(c, "record-referral", letter("delegated")).Is(200)
	l.tells(c, "record_referral", "")
}

// atCourt is an oral agreement, its confirmation, a suit over it; and what time alone brings about.
func (l *ledger) atCourt() {
	l.Helper()
	su := l.town.Again(l.town.Su)
	c := l.until("at court", housetest.Hand.Met)
	su.Does(c, "oral-agreement", c.Terms()).Is(200)
	l.tells(c, "oral_agreement", "C in_force, L in_force")
	c = l.until("confirmed", housetest.Hand.Signed)
	su.Does(c, "apply-confirmation", m{"court": court, "applied_on": l.town.Today()}).Is(200)
	l.tells(c, "apply_confirmation", "")
	su.Does(c, "record-confirmation", m{"decision": "withdrawn", "decided_on": l.town.Today()}).Is(200)
	l.tells(c, "record_confirmation", "")
	l.town.Party(c, c.Code).Post("/cases/"+c.ID+"/repudiate", m{"court": court, "filed_on": l.town.Today(), "reason": "金额不对"}).Is(200)
	l.tells(c, "repudiate", "")
	c = l.until("reminded", housetest.Hand.Signed)
	for range 7 {
		l.town.Later(day)
		if _, err := l.town.App.Cases.Sweep(context.Background()); err != nil {
			l.Fatal(err)
		}
	}
	l.tells(c, "remind", "C reminder")
}
