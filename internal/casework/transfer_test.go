package casework_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// offer is an offer to a committee with both parties' consent.
func offer(c *housetest.Case, to ident.ID) m {
	return m{"to_committee_id": to, "reason": "difficult", "text": "涉及两个社区，情况复杂。", "consents": []string{c.Applicant, c.Respondent}}
}

func TestO13_NobodyHandsACaseOnWithoutConsent(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		one := offer(c, town.Other.ID)
		one["consents"] = []string{c.Applicant}
		if a := su.Does(c, "transfer", one).Refuses("rule.O13"); !a.Holds("陈志强") {
			t.Errorf("whose consent is missing: %s", a.Body)
		}
		town.As(town.Station).Does(c, "transfer", offer(c, town.Other.ID)).Is(http.StatusForbidden) // nobody assigns downward
		town.As(town.County).Does(c, "transfer", offer(c, town.Other.ID)).Is(http.StatusForbidden)
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		if c.Last.Text("committee.id") != town.Home.ID.String() || c.State != "assigned" {
			t.Errorf("an offer moved the case: %s", c.Last.Body)
		}
	})
}

func TestO13_AnOfferNamesWhatIsWrong(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		for field, wrong := range map[string]any{"to_committee_id": town.Home.ID, "reason": "tired", "text": " ", "kind": "gift", "consents": []string{town.Su.ID.String()}} {
			body := offer(c, town.Other.ID)
			body[field] = wrong
			if a := su.Does(c, "transfer", body).Is(http.StatusUnprocessableEntity); !a.Holds(`"location":"`+field) && !a.Holds(`"location":"body.`+field) {
				t.Errorf("%s: %s", field, a.Body)
			}
		}
		draft := housetest.Leak()
		desk := town.As(nil).Files(m{"area_code": "350503008001", "title": draft["title"]}).Last.Text("committee.id")
		body := offer(c, town.Other.ID)
		body["to_committee_id"] = desk
		su.Does(c, "transfer", body).Is(http.StatusUnprocessableEntity) // a desk is no committee
		if su.Sees(c).Text("transfers") != "[]" {
			t.Errorf("an offer was kept: %s", c.Last.Body)
		}
	})
}

func TestA7_TheReceiverLeadsOnceItAccepts(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		no, due := c.Last.Text("case_no"), c.Last.Text("clocks.0.due")
		other := town.As(town.OtherChair)
		other.Get("/cases/" + c.ID).Is(http.StatusNotFound)
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		if got := c.Last.Text("clocks.0.name") + " " + c.Last.Text("clocks.0.due"); got != "transfer_answer 2026-03-10" { // two working days from a Friday
			t.Errorf("clock %s", got)
		}
		su.Does(c, "transfer", offer(c, town.Other.ID)).Refuses("transfer_pending")
		seen := other.Sees(c).Is(200)
		if seen.Text("view") != "offered" || !seen.Holds("天花板发霉") || !seen.Holds("陈志强") || !strings.Contains(seen.Text("next"), "accept-transfer") {
			t.Errorf("the receiver sees %s", seen.Body)
		}
		for _, secret := range []string{"13800138000", "双方陈述", "少林社区 1 号"} {
			if seen.Holds(secret) {
				t.Errorf("the receiver reads %q", secret)
			}
		}
		if !town.As(town.OtherChair).Get("/cases").Is(200).Holds(c.ID) {
			t.Error("the offer is not on the receiver's list")
		}
		town.As(town.OtherMediator).Get("/cases/" + c.ID).Is(http.StatusNotFound)
		town.As(town.Zheng).Does(c, "accept-transfer", nil).Is(http.StatusNotFound) // not the sender's to accept
		other.Does(c, "accept-transfer", nil).Is(200)
		mine := other.Sees(c).Is(200)
		if c.State != "accepted" || mine.Text("committee.id") != town.Other.ID.String() || mine.Text("case_no") != no || mine.Text("view") != "full" ||
			mine.Text("clocks.0.name") != "mediation" || mine.Text("clocks.0.due") != due || mine.Text("people.0.ended_at") == "" {
			t.Errorf("taken over: %s", mine.Body)
		}
		su.Get("/cases/" + c.ID).Is(http.StatusNotFound)
		other.Does(c, "assign", m{"host_mediator_id": town.OtherMediator.Mediator, "chosen_by": "committee"}).Is(200)
		town.As(town.OtherMediator).Does(c, "open-session", c.Sitting()).Is(200) // notices and consents go with the case
	})
}

// The committee that handed a case over reads how it stands and what was its own work, and does nothing more.
func TestHistoryIsReadOnlyForTheOldLead(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		other, zheng := town.As(town.OtherChair), town.As(town.Zheng)
		other.Sees(c)
		other.Does(c, "accept-transfer", nil).Is(200)
		handed := c.Version
		other.Does(c, "assess-risk", m{"risk": 2, "reason": "对方情绪激动"}).Is(200)
		if a := zheng.Get("/cases/" + c.ID).Is(200); a.Text("view") != "status" || a.Holds("天花板发霉") || a.Holds("林秀英") || a.Text("next") != "[]" {
			t.Errorf("the old lead sees %s", a.Body)
		}
		a := zheng.Get("/cases/" + c.ID + "/timeline").Is(200)
		if !a.Holds(`"seq":`+handed) || a.Holds("assess_risk") || a.Holds("对方情绪激动") {
			t.Errorf("the old lead reads %s", a.Body)
		}
		zheng.Does(c, "amend", m{"set": m{"title": "x"}, "reason": "x"}).Is(http.StatusNotFound)
		su.Get("/cases/" + c.ID + "/timeline").Is(http.StatusNotFound)
		if all := other.Get("/cases/" + c.ID + "/timeline").Is(200); !all.Holds("assess_risk") {
			t.Errorf("the new lead reads %s", all.Body)
		}
	})
}

// What was said in a caucus before is not for the new lead.
func TestACaucusStaysWithThoseWhoHeldIt(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		caucus := c.Sitting()
		caucus["kind"], caucus["attending"], caucus["record"] = "caucus", []string{c.Applicant}, "她最低只要八百元"
		su.Does(c, "open-session", caucus).Is(200)
		note := "/cases/" + c.ID + "/sessions/" + c.Last.Text("sessions.1.id") + "/note"
		if c.Last.Text("sessions.1.kind") != "caucus" {
			note = "/cases/" + c.ID + "/sessions/" + c.Last.Text("sessions.0.id") + "/note"
		}
		if a := su.Get(note).Is(200); !a.Holds("她最低只要八百元") {
			t.Fatalf("the host does not read her own record: %s", a.Body)
		}
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		other := town.As(town.OtherChair)
		if a := other.Sees(c); a.Holds("caucus") || other.Get("/cases/"+c.ID+"/timeline").Is(200).Holds("caucus") {
			t.Errorf("the offer tells of a caucus: %s", a.Body)
		}
		other.Does(c, "accept-transfer", nil).Is(200)
		other.Does(c, "assign", m{"host_mediator_id": town.OtherMediator.Mediator, "chosen_by": "committee"}).Is(200)
		if a := town.As(town.OtherMediator).Sees(c).Is(200); a.Holds("她最低只要八百元") || !a.Holds("双方陈述") {
			t.Errorf("the new host reads %s", a.Body)
		}
		town.As(town.OtherMediator).Get(note).Is(http.StatusForbidden)
	})
}

func TestAnOfferIsDeclinedOrWithdrawnWithAReason(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		other := town.As(town.OtherChair)
		su.Does(c, "decline-transfer", m{"reason": "x"}).Refuses("no_transfer")
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		other.Sees(c)
		other.Does(c, "decline-transfer", m{"reason": ""}).Is(http.StatusUnprocessableEntity)
		sent := other.With("Idempotency-Key", "no")
		sent.Does(c, "decline-transfer", m{"reason": "人手不足"}).Is(200)
		other.Get("/cases/" + c.ID).Is(http.StatusNotFound) // only while it is pending
		again := sent.With("If-Match", `"6"`).Post("/cases/"+c.ID+"/decline-transfer", m{"reason": "人手不足"}).Is(200)
		if again.Text("view") != "status" || again.Text("id") != c.ID {
			t.Errorf("sent again: %s", again.Body)
		}
		if su.Sees(c); c.Last.Text("transfers.0.state") != "declined" || c.Last.Text("transfers.0.answer") != "人手不足" || c.State != "assigned" {
			t.Errorf("declined: %s", c.Last.Body)
		}
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		su.Does(c, "decline-transfer", m{"reason": "双方和好了"}).Is(200)
		if c.Last.Text("transfers.1.state") != "withdrawn" {
			t.Errorf("withdrawn: %s", c.Last.Body)
		}
		other.With("If-Match", `"`+c.Version+`"`).Post("/cases/"+c.ID+"/accept-transfer", m{}).Is(http.StatusNotFound)
	})
}

// An offer ends with the states in which a case may be transferred.
func TestAnOfferLapsesWithTheCase(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		if c.Last.Text("transfers.0.state") != "lapsed" {
			t.Errorf("lapsed: %s", c.Last.Body)
		}
		town.As(town.OtherChair).Get("/cases/" + c.ID).Is(http.StatusNotFound)
		su.Does(c, "transfer", offer(c, town.Other.ID)).Refuses("lifecycle")
	})
}

// A mediator who joins hears the caucuses from then on, and reads none that were held before.
func TestACaucusBeforeTheyJoinedIsNotForTheJoined(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		caucus := c.Sitting()
		caucus["kind"], caucus["attending"], caucus["record"] = "caucus", []string{c.Applicant}, "她最低只要八百元"
		su.Does(c, "open-session", caucus).Is(200)
		body := offer(c, town.Other.ID)
		body["kind"] = "joint"
		su.Does(c, "transfer", body).Is(200)
		other := town.As(town.OtherChair)
		other.Sees(c)
		other.Does(c, "accept-transfer", m{"co_mediator_ids": []any{town.OtherMediator.Mediator}}).Is(200)
		town.Later(3 * time.Hour)
		caucus = c.Sitting()
		caucus["kind"], caucus["attending"], caucus["record"] = "caucus", []string{c.Applicant}, "她愿意再等一周"
		town.Again(town.OtherMediator).Does(c, "open-session", caucus).Is(200)
		for _, who := range []struct {
			mediator *housetest.Person
			notes    int
		}{{town.OtherMediator, 1}, {town.Su, 2}} {
			hand, read := town.Again(who.mediator), 0
			hand.Sees(c).Is(200)
			for i := range 3 {
				if c.Last.Text(fmt.Sprintf("sessions.%d.kind", i)) == "caucus" && hand.Get("/cases/"+c.ID+"/sessions/"+c.Last.Text(fmt.Sprintf("sessions.%d.id", i))+"/note").Status == 200 {
					read++
				}
			}
			if read != who.notes {
				t.Errorf("%s reads %d notes, not %d", who.mediator.Name, read, who.notes)
			}
		}
	})
}

// However many answer at once, one answer holds, and the case has one lead.
func TestA7_OneLeadAtAnyTime(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		other := town.As(town.OtherChair).With("If-Match", `"`+c.Version+`"`)
		withdraws := su.With("If-Match", `"`+c.Version+`"`)
		answers := make([]housetest.Answer, 12)
		var all sync.WaitGroup
		for i := range answers {
			all.Add(1)
			go func() {
				defer all.Done()
				switch i % 3 {
				case 0:
					answers[i] = other.Post("/cases/"+c.ID+"/accept-transfer", m{})
				case 1:
					answers[i] = other.Post("/cases/"+c.ID+"/decline-transfer", m{"reason": "人手不足"})
				default:
					answers[i] = withdraws.Post("/cases/"+c.ID+"/decline-transfer", m{"reason": "双方和好了"})
				}
			}()
		}
		all.Wait()
		won := -1
		for i, a := range answers {
			switch {
			case a.Status == http.StatusOK && won >= 0:
				t.Errorf("two answers held: %s and %s", answers[won].Body, a.Body)
			case a.Status == http.StatusOK:
				won = i
			case a.Status != http.StatusPreconditionFailed && a.Status != http.StatusNotFound:
				t.Errorf("%d: %d %s", i, a.Status, a.Body)
			}
		}
		if won < 0 {
			t.Fatal("no answer held")
		}
		leads := 0
		for _, chair := range []*housetest.Person{town.Zheng, town.OtherChair} {
			if a := town.As(chair).Get("/cases/" + c.ID); a.Status == http.StatusOK && a.Text("view") == "full" {
				leads++
			}
		}
		if leads != 1 {
			t.Errorf("%d leads", leads)
		}
	})
}

// A pause ends with the old lead's work, and its days are not counted.
func TestM6_ATransferEndsAPause(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "pause", m{"reason": "等待鉴定", "until": town.Today().Plus(20)}).Is(200)
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		town.Later(10 * 24 * time.Hour)
		other := town.Again(town.OtherChair)
		other.Sees(c)
		other.Does(c, "accept-transfer", nil).Is(200)
		if other.Sees(c); c.State != "accepted" || c.Last.Text("clocks.0.due") != "2026-04-17" { // 7 April and ten days
			t.Errorf("taken over in a pause: %s %s", c.State, c.Last.Text("clocks"))
		}
	})
}

func TestA7_JointMediationKeepsItsLead(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		body := offer(c, town.Far.ID) // of another county, too
		body["kind"] = "joint"
		su.Does(c, "transfer", body).Is(200)
		far := town.As(town.FarChair)
		far.Sees(c).Is(200)
		far.Does(c, "accept-transfer", m{"co_mediator_ids": []any{town.OtherMediator.Mediator}}).Is(http.StatusUnprocessableEntity)
		far.Does(c, "accept-transfer", m{"co_mediator_ids": []any{town.FarMediator.Mediator}}).Is(200)
		far.Get("/cases/" + c.ID).Is(http.StatusNotFound) // its people reach the case only through their part
		joined := town.As(town.FarMediator)
		seen := joined.Sees(c).Is(200)
		if seen.Text("committee.id") != town.Home.ID.String() || c.State != "in_mediation" || seen.Text("view") != "full" || !strings.Contains(seen.Text("next"), "open-session") ||
			strings.Contains(seen.Text("next"), "terminate") {
			t.Errorf("joined: %s", seen.Body)
		}
		joined.Does(c, "open-session", c.Sitting()).Is(200)
		joined.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusNotFound)
		if !joined.Get("/cases").Is(200).Holds(c.ID) {
			t.Error("not on the co-mediator's list")
		}
		su.Sees(c)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以向丰泽区人民法院起诉。"}).Is(200)
		joined.Get("/cases/" + c.ID).Is(http.StatusNotFound) // it ends at the close
		if c.Last.Text("transfers.0.ended_on") == "" {
			t.Errorf("joint mediation did not end: %s", c.Last.Body)
		}
		if n := strings.Count(string(town.As(town.Bureau).Get("/cases?area=350500000000").Is(200).Body), c.ID); n != 1 {
			t.Errorf("the case is listed %d times", n)
		}
	})
}

// The lead names joined mediators when it assigns; the host is the lead's own.
func TestA7_TheHostIsOfTheLead(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Accepted(c)
		body := offer(c, town.Other.ID)
		body["kind"] = "joint"
		su.Does(c, "transfer", body).Is(200)
		other := town.As(town.OtherChair)
		other.Sees(c)
		other.Does(c, "accept-transfer", m{"co_mediator_ids": []any{town.OtherMediator.Mediator}}).Refuses("no_host")
		other.Does(c, "accept-transfer", nil).Is(200)
		su.Does(c, "assign", m{"host_mediator_id": town.OtherMediator.Mediator, "chosen_by": "parties"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "co_mediator_ids": []any{town.OtherMediator.Mediator}, "chosen_by": "parties"}).Is(200)
		town.As(town.OtherMediator).Sees(c).Is(200)
		su.Does(c, "transfer", body).Is(http.StatusUnprocessableEntity) // it takes part already
	})
}

func TestM12_AJoinedMediatorIsChecked(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		town.Ties(town.OtherMediator, "kin", "陈志强")
		body := offer(c, town.Other.ID)
		body["kind"] = "joint"
		su.Does(c, "transfer", body).Is(200)
		other := town.As(town.OtherChair)
		other.Sees(c)
		other.Does(c, "accept-transfer", m{"co_mediator_ids": []any{town.OtherMediator.Mediator}}).Refuses("conflict_of_interest")
	})
}

func TestA7_AcrossCountiesALinkedCaseGoesOn(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		file := su.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(201)
		su.Sees(c)
		su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "interpreter", "name": "蔡惠安", "language": "惠安话"}).Is(200)
		su.Does(c, "add-helper", power(town, c.Applicant, "papers")).Is(200)
		su.Does(c, "transfer", offer(c, town.Far.ID)).Is(200)
		far := town.As(town.FarChair).With("Idempotency-Key", "yes")
		if a := far.Sees(c).Is(200); a.Text("view") != "offered" {
			t.Fatalf("offered: %s", a.Body)
		}
		version := c.Version
		done := far.Does(c, "accept-transfer", nil).Is(200)
		next := done.Text("linked_to")
		if done.Text("state") != "transferred" || done.Text("outcome") != "transferred" || next == "" {
			t.Fatalf("handed over: %s", done.Body)
		}
		again := far.With("If-Match", `"`+version+`"`).Post("/cases/"+c.ID+"/accept-transfer", m{}).Is(200)
		if again.Text("linked_to") != next {
			t.Errorf("sent again: %s", again.Body)
		}
		linked := &housetest.Case{ID: next}
		a := town.As(town.FarChair).Sees(linked).Is(200)
		if linked.State != "registered" || a.Text("linked_from") != c.ID || a.Text("source") != "354" || a.Text("committee.id") != town.Far.ID.String() ||
			a.Text("consents.0.consent") != "agreed" || a.Text("consents.1.consent") != "" {
			t.Errorf("linked: %s", a.Body)
		}
		for _, part := range []string{"林秀英", "陈志强", "13800138000", "天花板发霉"} {
			if !a.Holds(part) {
				t.Errorf("the linked case lacks %s: %s", part, a.Body)
			}
		}
		if a.Text("helpers.0.name") != "蔡惠安" || a.Holds("林芳") { // asked for once; a power of attorney is shown anew
			t.Errorf("helpers: %s", a.Text("helpers"))
		}
		if a.Holds("双方陈述") || a.Text("sessions") != "[]" || a.Text("attachments.0.sha256") != file.Text("sha256") {
			t.Errorf("linked: %s", a.Body)
		}
		town.As(town.FarChair).Get("/cases/" + next + "/attachments/" + a.Text("attachments.0.id")).Is(200)
		old := town.As(town.Zheng).Sees(c).Is(200)
		if old.Text("linked_to") != next || old.Text("next") != "[]" || old.Text("first_closed_on") != "" || !old.Holds("双方陈述") {
			t.Errorf("the old case: %s", old.Body)
		}
		town.As(town.Zheng).Does(c, "amend", m{"set": m{"title": "x"}, "reason": "x"}).Refuses("lifecycle")
		town.As(town.FarChair).Get("/cases/" + c.ID).Is(http.StatusNotFound)
	})
}

// A crash after the linked case was registered leaves one case to go on with: the old one is held for its receiver, and
// accepting again ends it.
func TestAHandOverIsHealedByAcceptingAgain(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Far.ID)).Is(200)
		far := town.As(town.FarChair)
		far.Sees(c)
		again := town.NoCaseBecomes("transferred")
		far.Does(c, "accept-transfer", nil).Is(http.StatusInternalServerError)
		again()
		listed := far.Get("/cases").Is(200)
		next := listed.Text("items.0.id")
		if next == c.ID {
			next = listed.Text("items.1.id")
		}
		if n := strings.Count(string(listed.Body), `"reference"`); n != 2 { // the offer, and the linked case
			t.Fatalf("%d cases: %s", n, listed.Body)
		}
		su.Sees(c).Is(200)
		su.Does(c, "decline-transfer", m{"reason": "后悔了"}).Refuses("taken_over")
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant}, "manner": "oral"}).Refuses("taken_over")
		far.Sees(c).Is(200)
		if healed := far.Does(c, "accept-transfer", nil).Is(200); healed.Text("linked_to") != next || healed.Text("state") != "transferred" {
			t.Errorf("healed: %s, want %s", healed.Body, next)
		}
		if left := far.Get("/cases").Is(200); left.Text("items.0.id") != next || left.Text("items.1.id") != "" {
			t.Errorf("left: %s", left.Body)
		}
	})
}

// A party may end its mediation even while the case is being handed over.
func TestM4_AHandOverHoldsNoParty(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Far.ID)).Is(200)
		far := town.As(town.FarChair)
		far.Sees(c)
		again := town.NoCaseBecomes("transferred")
		far.Does(c, "accept-transfer", nil).Is(http.StatusInternalServerError)
		again()
		if a := town.Party(c, c.Code).Post("/cases/"+c.ID+"/request-end", m{}).Is(200); a.Text("state") != "closed" || a.Text("transfers.0.state") != "lapsed" {
			t.Errorf("ended: %s", a.Body)
		}
		far.Get("/cases/" + c.ID).Is(http.StatusNotFound)
	})
}

// Whoever of many accepts across counties at once, one linked case is made.
func TestA7_OneLinkedCaseHoweverManyAccept(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Far.ID)).Is(200)
		far := town.As(town.FarChair).With("If-Match", `"`+c.Version+`"`)
		var all sync.WaitGroup
		for range 6 {
			all.Add(1)
			go func() {
				defer all.Done()
				if a := far.Post("/cases/"+c.ID+"/accept-transfer", m{}); a.Status >= 500 {
					t.Errorf("%d %s", a.Status, a.Body)
				}
			}()
		}
		all.Wait()
		list := town.As(town.FarChair).Get("/cases").Is(200)
		if n := strings.Count(string(list.Body), `"reference"`); n != 1 || list.Holds(c.ID) {
			t.Errorf("%d cases at the receiver: %s", n, list.Body)
		}
		if a := town.As(town.Zheng).Sees(c); c.State != "transferred" {
			t.Errorf("the old case: %s", a.Body)
		}
	})
}

func TestATransferIsForAnActiveCommittee(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		err := town.Store.Do(t.Context(), actor.System, town.Other.CountyCode, func(tx *db.Tx) error {
			return tx.Rows().Exec("UPDATE committees SET state = ? WHERE county_code = ? AND id = ?", "ended", town.Other.CountyCode, town.Other.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		other := town.As(town.OtherChair)
		other.Sees(c)
		other.Does(c, "accept-transfer", nil).Refuses("committee_state")
		other.Does(c, "decline-transfer", m{"reason": "本会已撤销"}).Is(200)
		su.Sees(c)
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(http.StatusUnprocessableEntity)
	})
}

// The pages of the desk show an offer to whoever was asked, and no record of a session.
func TestTheDeskShowsAnOffer(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		other := town.As(town.OtherChair)
		if desk := other.Page("GET", "/desk", nil).Is(200); !desk.Holds("答复移交") || !desk.Holds("楼上漏水") {
			t.Errorf("the desk: %s", desk.Body)
		}
		if page := other.Page("GET", "/desk/cases/"+c.ID, nil).Is(200); !page.Holds("陈志强") || page.Holds("双方陈述") || page.Holds("13800138000") {
			t.Errorf("the case: %s", page.Body)
		}
		other.Sees(c)
		other.Does(c, "accept-transfer", nil).Is(200)
		town.As(town.Zheng).Page("GET", "/desk/cases/"+c.ID, nil).Is(200)
	})
}

// O13: every party agrees to a transfer. Who comes in while an offer waits was not asked, so nobody comes in then.
func TestO13_NobodyComesInWhileAnOfferWaits(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		more := m{"kind": "person", "name": "王小明", "phone": "13800138077", "reason": "同住人"}
		su.Does(c, "add-party", more).Refuses("transfer_pending")
		su.Does(c, "decline-transfer", m{"reason": "先补充当事人"}).Is(200)
		su.Does(c, "add-party", more).Is(200)
		su.Does(c, "transfer", offer(c, town.Other.ID)).Refuses("rule.O13")
	})
}

// A committee that was only asked does not learn that a caucus is to be held.
func TestAnOfferDoesNotTellOfACaucus(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "schedule-session", m{"kind": "caucus", "starts_at": tomorrow(town, 9, 30), "ends_at": tomorrow(town, 10, 30), "place": "调解室", "attending": []string{c.Applicant}}).Is(200)
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		if seen := town.As(town.OtherChair).Sees(c).Is(200); seen.Text("view") != "offered" || seen.Text("appointments") != "[]" || seen.Holds(`"name":"session"`) || seen.Holds("caucus") {
			t.Errorf("%s", seen.Body)
		}
	})
}
