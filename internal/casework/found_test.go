package casework_test

// Faults that drawn sequences, or the account of the law that they are held to, brought to light.

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"fengqiao/internal/housetest"
	"fengqiao/migrations"
)

// What was agreed stands, whatever becomes of attempts to mediate it again: a party that ends one, agrees to another and
// sees that fail leaves the case with the outcome that it had (G14). It is remediated once more, not reconsidered: what is
// in force was not refused.
func TestG14_AnAttemptAtARemedyThatFailsTwiceLeavesTheOutcome(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(http.StatusOK)
		both := []string{c.Applicant, c.Respondent}
		su.Does(c, "remediate", m{"ground": "unfair", "reason": "对方反映显失公平", "consents": both}).Is(http.StatusOK)
		su.Does(c, "request-end", m{"party_id": c.Respondent}).Is(http.StatusOK)
		su.Does(c, "reconsider", m{"party_id": c.Respondent}).Is(http.StatusConflict)
		su.Does(c, "remediate", m{"ground": "unfair", "reason": "双方愿意再谈一次", "consents": both}).Is(http.StatusOK)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
		if got := c.Last.Text("outcome"); c.State != "closed" || got != "written_agreement" {
			t.Errorf("%s with outcome %q", c.State, got)
		}
	})
}

// What somebody asked to be put right before an archived case was mediated again waits still when it is archived anew, and the answer
// says so at once.
func TestR7_ACorrectionWaitsThroughAnotherMediation(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(http.StatusOK)
		su.Does(c, "archive", nil).Is(http.StatusOK)
		su.Does(c, "correct", m{"set": m{"title": "楼上卫生间漏水"}, "reason": "标题写错"}).Is(http.StatusOK)
		su.Does(c, "remediate", m{"ground": "unfair", "reason": "对方反映显失公平", "consents": []string{c.Applicant, c.Respondent}}).Is(http.StatusOK)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
		su.Does(c, "archive", nil).Is(http.StatusOK)
		answered := c.Last
		if seen := su.Sees(c); slices.Contains(answered.Value("next").([]any), any("correct")) || answered.Text("corrections.0.id") != seen.Text("corrections.0.id") || seen.Text("corrections.0.id") == "" {
			t.Errorf("the answer says %s, and the case %s", answered.Text("corrections"), seen.Text("corrections"))
		}
		approve := m{"correction_id": answered.Text("corrections.0.id"), "approve": true, "reason": "同意"}
		if town.As(town.Zheng).Does(c, "correct", approve).Is(http.StatusOK); c.Last.Text("title") != "楼上卫生间漏水" {
			t.Errorf("put right: %s", c.Last.Text("title"))
		}
	})
}

// Whoever is brought in when an agreement is mediated again is no party to it: where that fails it stands as it was signed, and the
// dossier is archived. A version that takes its place they must sign.
func TestG14_WhoJoinsLaterSignsTheNextVersionOnly(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		for _, agree := range []bool{false, true} {
			c := town.As(town.Lin).Files()
			su.Performed(c, town.Su)
			su.Does(c, "close", nil).Is(http.StatusOK)
			both := []string{c.Applicant, c.Respondent}
			su.Does(c, "remediate", m{"ground": "unfair", "reason": "对方反映显失公平", "consents": both}).Is(http.StatusOK)
			su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}).Is(http.StatusOK)
			if wu := c.Last.Text("parties.2.id"); !agree {
				su.Does(c, "remove-party", m{"party_id": both[1], "reason": "与本案无关"}).Refuses("bound")
				su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
				if missing := c.Last.Value("agreements.0.missing").([]any); len(missing) > 0 {
					t.Errorf("the agreement in force lacks %v", missing)
				}
				paper := su.Get("/cases/" + c.ID + "/papers/f10").Is(http.StatusOK)
				if !paper.Holds("陈志强") || paper.Holds("吴建国") {
					t.Error("the paper of the agreement in force names another than its parties")
				}
				if got := findings(c); len(got) > 0 {
					t.Errorf("found: %v", got)
				}
				su.Does(c, "repudiate", m{"party_id": wu, "court": "丰泽区人民法院", "filed_on": town.Today()}).Refuses("not_bound")
				asks := m{"court": "丰泽区人民法院", "applied_on": town.Today(), "applicants": append(both, wu)}
				su.Does(c, "apply-confirmation", asks).Is(http.StatusUnprocessableEntity)
				su.Does(c, "archive", nil).Is(http.StatusOK)
				continue
			}
			su.Does(c, "record-consent", m{"party_id": c.Last.Text("parties.2.id"), "consent": "agreed", "channel": "phone"}).Is(http.StatusOK)
			su.Does(c, "fix-agreement", c.Terms()).Is(http.StatusOK)
			if missing := c.Last.Value("agreements.0.missing").([]any); !slices.Contains(missing, any("signature of 吴建国")) {
				t.Errorf("the next version lacks %v", missing)
			}
		}
	})
}

// Whom the agreement does not bind, since they joined in an attempt that failed, does not hold up those whom it binds: these mediate once
// more without them (G14). Whoever joined is asked anew (A2), or leaves the case.
func TestG14_WhoJoinedInVainHoldsNobodyUp(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(http.StatusOK)
		both := []string{c.Applicant, c.Respondent}
		again := m{"ground": "unfair", "reason": "对方反映显失公平", "consents": both}
		su.Does(c, "remediate", again).Is(http.StatusOK)
		su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}).Is(http.StatusOK)
		wu := c.Last.Text("parties.2.id")
		asked := m{"party_id": wu, "consent": "agreed", "channel": "phone"}
		su.Does(c, "record-consent", asked).Is(http.StatusOK)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)

		su.Does(c, "remediate", m{"ground": "unfair", "reason": "对方反映显失公平", "consents": []string{c.Applicant, wu}}).Refuses("rule.G14")
		su.Does(c, "remediate", again).Is(http.StatusOK)
		if got := c.Last.Text("parties.2.consent"); got != "" {
			t.Errorf("whoever was not asked stands with %q", got)
		}
		asked["consent"] = "refused"
		if su.Does(c, "record-consent", asked).Is(http.StatusOK).Text("state") != "closed" {
			t.Error("whoever was asked refused, and mediation goes on")
		}
		su.Does(c, "remediate", m{"ground": "unfair", "reason": "对方反映显失公平", "consents": append(both, wu)}).Is(http.StatusOK)
		if got := c.Last.Text("parties.2.consent"); got != "agreed" {
			t.Errorf("whoever agreed with them stands with %q", got)
		}
		su.Does(c, "remove-party", m{"party_id": wu, "reason": "与本案无关"}).Is(http.StatusOK)
		su.Does(c, "fix-agreement", c.Terms()).Is(http.StatusOK)
		if missing := c.Last.Value("agreements.0.missing").([]any); slices.Contains(missing, any("signature of 吴建国")) {
			t.Errorf("the next version lacks %v", missing)
		}
	})
}

// Whoever joined a case after an agreement took effect reads nothing of what the others agreed and of what became of it, is offered no
// step over it, and stands in no paper of it (P4); in the version that they sign they read all.
func TestP4_WhoJoinsLaterDoesNotReadWhatOthersAgreed(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Hosted(c, town.Su)
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(http.StatusOK)
		alone := c.Sitting()
		alone["kind"], alone["attending"] = "caucus", []string{c.Applicant}
		su.Does(c, "open-session", alone).Is(http.StatusOK)
		town.As(town.Lin).Sees(c)
		town.As(town.Lin).Does(c, "disclose-note", m{"session_id": c.Last.Text("sessions.0.id"), "text": "一千八百元我同意"}).Is(http.StatusOK)
		su.Sees(c)
		su.Does(c, "open-session", c.Sitting()).Is(http.StatusOK)
		su.Does(c, "fix-agreement", c.Terms()).Is(http.StatusOK)
		first := c.Last.Text("agreements.0.text_hash")
		for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", first
			su.Does(c, "sign", who).Is(http.StatusOK)
		}
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(http.StatusOK)
		su.Does(c, "close", nil).Is(http.StatusOK)
		su.Does(c, "apply-confirmation", m{"court": "丰泽区人民法院", "applied_on": town.Today()}).Is(http.StatusOK)
		su.Does(c, "record-confirmation", m{"decision": "refused", "decided_on": town.Today(), "document_no": "（2026）闽0503民特1号"}).Is(http.StatusOK)
		signed := su.SendForm("POST", "/cases/"+c.ID+"/attachments", map[string]string{"shared": "true"}, housetest.File{Name: "签署后的协议.png", Content: housetest.Pixel}).Is(http.StatusCreated).Text("id")
		su.Sees(c)
		both := []string{c.Applicant, c.Respondent}
		again := m{"ground": "court_refused", "reason": "法院不予确认", "consents": both}
		su.Does(c, "remediate", again).Is(http.StatusOK)
		su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}).Is(http.StatusOK)
		wu := c.Last.Text("parties.2.id")
		code := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": wu, "channel": "letter"}).Is(http.StatusCreated).Text("letter.code")
		reads := func(when string) housetest.Answer {
			t.Helper()
			h := town.Party(c, code)
			for _, path := range []string{"", "/timeline", "/receipt", "/papers"} {
				seen := h.Get("/cases/" + c.ID + path).Is(http.StatusOK)
				for _, theirs := range []string{"become_effective", "record_performance", "apply_confirmation", "record_confirmation", "民特1号", "confirmation_refused", "签署后的协议"} {
					if seen.Holds(theirs) {
						t.Errorf("%s: whoever joined reads %s at %q: %s", when, theirs, path, seen.Body)
					}
				}
			}
			if told := h.Get("/cases/" + c.ID); len(told.Value("disclosed").([]any))+len(told.Value("appointments").([]any)) > 0 {
				t.Errorf("%s: whoever joined reads what was told and arranged before: %s", when, told.Body)
			}
			for _, asked := range []string{"effective_from=2026-03-06&effective_to=2026-03-06", "due_from=2026-03-16&due_to=2026-03-16", "due=2026-03-16", "overdue=true"} {
				h.Get("/cases?" + asked).Is(http.StatusForbidden)
			}
			h.Get("/cases/" + c.ID + "/attachments/" + signed).Is(http.StatusNotFound)
			h.Get("/cases/" + c.ID + "/papers/f13").Is(http.StatusNotFound)
			if line := h.Get("/cases").Is(http.StatusOK); slices.Contains([]string{"obligation", "follow_up", "enforcement", "confirmation_window"}, line.Text("items.0.next_due_name")) {
				t.Errorf("%s: the list tells of %s", when, line.Text("items.0.next_due_name"))
			}
			return h.Get("/cases/" + c.ID)
		}
		nothing := func(when string) {
			t.Helper()
			seen := reads(when)
			if len(seen.Value("agreements").([]any))+len(seen.Value("obligations").([]any)) > 0 || seen.Holds("粉刷") {
				t.Errorf("%s: whoever joined reads %s", when, seen.Body)
			}
			for _, clock := range seen.Value("clocks").([]any) {
				if name := clock.(map[string]any)["name"]; name != "mediation" {
					t.Errorf("%s: whoever joined is told of %v", when, name)
				}
			}
			if seen.Text("outcome") != "" {
				t.Errorf("%s: whoever joined is told that it ended with %s", when, seen.Text("outcome"))
			}
			if next := seen.Value("next").([]any); slices.Contains(next, any("repudiate")) || slices.Contains(next, any("record-performance")) || slices.Contains(next, any("reconsider")) {
				t.Errorf("%s: whoever joined is offered %v", when, next)
			}
			if slip := town.Party(c, code).Get("/cases/" + c.ID + "/receipt").Is(http.StatusOK); slip.Text("agreement_hash") != "" {
				t.Errorf("%s: the receipt holds the hash of what others agreed", when)
			}
			town.Party(c, code).Get("/cases/" + c.ID + "/papers/f10").Is(http.StatusNotFound)
			paper := town.As(town.Lin).Get("/cases/" + c.ID + "/papers/f10").Is(http.StatusOK)
			if !paper.Holds("陈志强") || paper.Holds("吴建国") {
				t.Errorf("%s: the agreement in force, as one of its parties has it, names another than its parties", when)
			}
			su.Sees(c)
		}
		nothing("while it is mediated again")
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
		nothing("after it failed")

		su.Does(c, "remediate", again).Is(http.StatusOK)
		su.Does(c, "record-consent", m{"party_id": wu, "consent": "refused", "channel": "phone"}).Is(http.StatusOK)
		nothing("after they refused")

		again["consents"] = append(both, wu)
		su.Does(c, "remediate", again).Is(http.StatusOK)
		su.Does(c, "fix-agreement", c.Terms()).Is(http.StatusOK)
		if seen := reads("when they are to sign"); !seen.Holds("粉刷") {
			t.Errorf("whoever is to sign does not read what: %s", seen.Body)
		}
		su.Sees(c)
		hash := c.Last.Text("agreements.0.text_hash")
		for _, who := range []m{{"party_id": both[0]}, {"party_id": both[1]}, {"party_id": wu}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(c, "sign", who).Is(http.StatusOK)
		}
		seen := town.Party(c, code).Get("/cases/" + c.ID + "/timeline").Is(http.StatusOK)
		if !seen.Holds("become_effective") || seen.Holds("apply_confirmation") {
			t.Errorf("of their own agreement they read %s", seen.Body)
		}
		town.Party(c, code).Get("/cases/" + c.ID + "/papers/f10").Is(http.StatusOK)
	})
}

// After which agreement a party joined is read from the record for those who were added before it was kept; of those who were parties
// from the beginning nothing is said.
func TestG14_WhoJoinedBeforeItWasKeptIsKnownByTheRecord(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Does(c, "add-party", m{"name": "黄文斌", "phone_reason": "不知道", "reason": "漏水也经过他家"}).Is(http.StatusOK)
		huang := c.Last.Text("parties.2.id")
		su.Does(c, "remove-party", m{"party_id": huang, "reason": "与本案无关"}).Is(http.StatusOK)
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(http.StatusOK)
		su.Does(c, "remediate", m{"ground": "unfair", "reason": "对方反映显失公平", "consents": []string{c.Applicant, c.Respondent}}).Is(http.StatusOK)
		su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}).Is(http.StatusOK)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)

		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		joined := func(statement string) (after string) {
			t.Helper()
			if statement != "" {
				if _, err := pool.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			rows := "SELECT string_agg(name || ' ' || COALESCE(CAST(joined_after AS text), ''), ', ' ORDER BY id) FROM case_parties WHERE case_id = '" + c.ID + "'"
			if err := pool.QueryRowContext(t.Context(), rows).Scan(&after); err != nil {
				t.Fatal(err)
			}
			return after
		}
		kept := joined("")
		if before := joined("UPDATE case_parties SET joined_after = NULL"); before == kept {
			t.Fatalf("nothing was kept: %q", kept)
		}
		if missing := su.Get("/cases/" + c.ID).Value("agreements.0.missing").([]any); len(missing) == 0 {
			t.Error("as it was before it was kept, nothing is missing")
		}
		text, err := migrations.FS.ReadFile(town.Store.Dialect() + "/00064_joined_before.sql")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if after := joined(string(text)); after != kept {
				t.Errorf("joined after %q, kept was %q", after, kept)
			}
		}
		if missing := su.Get("/cases/" + c.ID).Value("agreements.0.missing").([]any); len(missing) > 0 {
			t.Errorf("the agreement in force lacks %v", missing)
		}
	})
}

// A refusal that was recorded wrongly while an agreement was mediated again is taken back; what was agreed stood all along.
func TestG14_ARetractedRefusalLeavesTheOutcome(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(http.StatusOK)
		counted := c.Last.Text("first_closed_on")
		su.Does(c, "remediate", m{"ground": "unfair", "reason": "对方反映显失公平", "consents": []string{c.Applicant, c.Respondent}}).Is(http.StatusOK)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "refused", "channel": "phone"}).Is(http.StatusOK)
		su.Does(c, "retract", m{"entry": c.Version, "reason": "听错了"}).Is(http.StatusOK)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
		if c.Last.Text("outcome") != "written_agreement" || c.Last.Text("first_closed_on") != counted || counted == "" {
			t.Errorf("outcome %q, counted on %q, before on %q", c.Last.Text("outcome"), c.Last.Text("first_closed_on"), counted)
		}
	})
}

// An answer that was recorded wrongly is taken back, and the one before it stands, as it was given (A2): from when, and how.
func TestA2_WhatIsTakenBackLeavesTheAnswerBefore(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Does(c, "ask-consent", nil).Is(http.StatusOK)
		says := func(consent, channel string) (entry string) {
			t.Helper()
			su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": consent, "channel": channel}).Is(http.StatusOK)
			return c.Version
		}
		takenBack := func(entry, state, stands string) {
			t.Helper()
			su.Does(c, "retract", m{"entry": entry, "reason": "听错了"}).Is(http.StatusOK)
			one := c.Last.Value("consents.1").(map[string]any)
			got, _ := one["at"].(string)
			if channel, _ := one["channel"].(string); c.State != state || one["consent"].(string)+" "+channel+" "+got != stands {
				t.Errorf("%s: %v, want %s: %s", c.State, one, state, stands)
			}
		}
		first := town.Clock.Now().Format(time.RFC3339)
		agreed := says("agreed", "phone")
		town.Later(24 * time.Hour)
		su = town.Again(town.Su)
		takenBack(says("agreed", "paper"), "awaiting_consent", "agreed phone "+first)
		takenBack(says("refused", "phone"), "awaiting_consent", "agreed phone "+first)
		su.Does(c, "accept", nil).Is(http.StatusOK)
		takenBack(says("refused", "phone"), "accepted", "agreed phone "+first)
		takenBack(agreed, "accepted", "  ")
	})
}

// A guardian who was taken to have refused is as before when that is taken back, and the child may still be heard (P2).
func TestP2_WhatIsTakenBackLeavesTheGuardiansAnswerBefore(t *testing.T) {
	minor(t, "2014-01-01", func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "ask-consent", nil).Is(http.StatusOK)
		su.Does(c, "add-helper", m{"party_id": c.Respondent, "kind": "guardian", "name": "陈志强", "relation": "父亲"}).Is(http.StatusOK)
		says := m{"party_id": c.Respondent, "helper_id": helper(c, "陈志强"), "consent": "agreed", "channel": "in_person"}
		su.Does(c, "record-consent", says).Is(http.StatusOK)
		says["consent"], says["channel"] = "refused", "phone"
		su.Does(c, "record-consent", says).Is(http.StatusOK)
		su.Does(c, "retract", m{"entry": c.Version, "reason": "听错了"}).Is(http.StatusOK)
		if got := c.Last.Text("helpers.0.consent") + " " + c.Last.Text("parties.1.consent"); got != "agreed agreed" {
			t.Errorf("guardian and child: %s", got)
		}
		su.Does(c, "accept", nil).Is(http.StatusOK)
	})
}

// G9: a court confirms an agreement once. Enforcing what it confirmed does not open the way to a second confirmation.
func TestG9_WhatWasConfirmedIsNotConfirmedAgain(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Signed(c, town.Su)
		apply := m{"court": "丰泽区人民法院", "applied_on": town.Today()}
		su.Does(c, "apply-confirmation", apply).Is(http.StatusOK)
		su.Does(c, "record-confirmation", m{"decision": "confirmed", "decided_on": town.Today(), "document_no": "（2026）闽0503民特1号"}).Is(http.StatusOK)
		su.Does(c, "repudiate", m{"party_id": c.Applicant, "kind": "enforcement", "court": "丰泽区人民法院", "filed_on": town.Today()}).Is(http.StatusOK)
		su.Does(c, "apply-confirmation", apply).Refuses("rule.G9")
	})
}

// A suit is over an agreement: where none was reached, nobody is offered to record one (G8).
func TestG8_WithoutAnAgreementThereIsNothingToRepudiate(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Accepted(c)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
		su.Does(c, "repudiate", m{"party_id": c.Applicant, "court": "丰泽区人民法院", "filed_on": town.Today()}).Refuses("lifecycle")
		if c.Last.Holds("repudiate") {
			t.Errorf("offered: %s", c.Last.Text("next"))
		}
	})
}

// Only the last answer is taken back: once all were asked anew, what was said before is history.
func TestAnAnswerBeforeAllWereAskedAnewIsNotTakenBack(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		yes := m{"party_id": c.Respondent, "consent": "agreed", "channel": "phone"}
		su.Does(c, "ask-consent", nil).Is(http.StatusOK)
		su.Does(c, "record-consent", yes).Is(http.StatusOK)
		old := c.Version
		su.Does(c, "request-end", m{"party_id": c.Applicant}).Is(http.StatusOK)
		su.Does(c, "reconsider", m{"party_id": c.Applicant}).Is(http.StatusOK)
		su.Does(c, "record-consent", yes).Is(http.StatusOK)
		now := c.Version
		su.Does(c, "retract", m{"entry": old, "reason": "误记"}).Refuses("superseded")
		su.Does(c, "retract", m{"entry": now, "reason": "误记"}).Is(http.StatusOK)
	})
}

// What no body could bring about is not offered: a second extension, the removal of one of two, a property matter in
// another dispute, a change of mind after 90 days.
func TestNothingIsOfferedThatNoBodyBringsAbout(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Met(c, town.Su)
		both := []string{c.Applicant, c.Respondent}
		su.Does(c, "extend", m{"days": 5, "reason": "等鉴定", "consents": both}).Is(http.StatusOK)
		next := func() []any { list, _ := c.Last.Value("next").([]any); return list }
		for _, e := range []any{"extend", "remove-party", "record-property", "end-helper"} {
			if slices.Contains(next(), e) {
				t.Errorf("%s is offered", e)
			}
		}
		su.Does(c, "request-end", m{"party_id": c.Respondent}).Is(http.StatusOK)
		if !slices.Contains(next(), any("reconsider")) {
			t.Errorf("nobody may change its mind: %v", next())
		}
		town.Later(91 * 24 * time.Hour)
		town.Again(town.Su).Sees(c).Is(http.StatusOK)
		if slices.Contains(next(), any("reconsider")) {
			t.Errorf("a change of mind is offered after 91 days: %v", next())
		}
	})
}

// Whoever stands on a side of a case is no staff there, whatever post they hold elsewhere.
func TestC12_AnAgentWithAPostElsewhereIsStillAnAgent(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		nephew := power(town, c.Applicant, "apply_end", "attend_sign")
		nephew["person_id"] = town.OtherMediator.ID
		su.Does(c, "add-helper", nephew).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		agent := town.As(town.OtherMediator)
		a := agent.Post("/cases/"+c.ID+"/sign", m{"party_id": c.Respondent, "kind": "wet_ink", "text_hash": c.Last.Text("agreements.0.text_hash")})
		if a.Status == 200 {
			t.Errorf("signed for the other side: %s", a.Body)
		}
		if a := agent.Post("/cases/"+c.ID+"/request-end", m{"party_id": c.Respondent}); a.Status == 200 {
			t.Errorf("ended for the other side: %s", a.Body)
		}
	})
}

func TestM7_AReferralToldAfterAcceptanceSetsTheCourtsClock(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, c := town.As(town.Su), town.As(town.Court).Files(m{"source": "31"})
		su.Sees(c).Is(200)
		su.Accepted(c)
		su.Does(c, "record-referral", m{"kind": "entrusted", "organ": "丰泽区人民法院", "number": "（2026）1号", "procedure": "summary", "received_at": town.Clock.Now().Add(-time.Hour)}).Is(200)
		if got := c.Last.Text("clocks.0.name") + " " + c.Last.Text("clocks.0.due"); got != "court_registered 2026-03-13" {
			t.Errorf("clock %s", got)
		}
	})
}

// A committee that handed a case over and is asked to take it back reads its own work, and of the rest what an offer shows.
func TestAnOfferBackOpensNoHistory(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		other, zheng := town.As(town.OtherChair), town.As(town.Zheng)
		other.Sees(c)
		other.Does(c, "accept-transfer", nil).Is(200)
		other.Does(c, "assess-risk", m{"risk": 2, "reason": "对方情绪激动"}).Is(200)
		other.Does(c, "transfer", offer(c, town.Home.ID)).Is(200)
		a := zheng.Get("/cases/" + c.ID + "/timeline").Is(200)
		if a.Holds("对方情绪激动") || !a.Holds("open_session") {
			t.Errorf("the former lead reads %s", a.Body)
		}
	})
}

// A case that was accepted stays one: where a party takes it up again and a party refuses once more, it is closed with its
// number and its outcome, and can be archived.
func TestA2_WhatWasAcceptedOnceIsClosedNotUnaccepted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		again := func() *housetest.Case {
			c := town.As(town.Lin).Files()
			su.Hosted(c, town.Su)
			su.Does(c, "request-end", m{"party_id": c.Respondent}).Is(http.StatusOK)
			su.Does(c, "reconsider", m{"party_id": c.Respondent}).Is(http.StatusOK)
			su.Does(c, "refuse-acceptance", m{"reason": "N8", "guidance": "可以起诉。", "notice_date": town.Today()}).Refuses("lifecycle")
			return c
		}
		c := again()
		su.Does(c, "record-consent", m{"party_id": c.Applicant, "consent": "refused", "channel": "phone", "reason": "D1"}).Is(http.StatusOK)
		if c.State != "closed" || c.Last.Text("outcome") != "party_refused" || c.Last.Text("case_no") == "" {
			t.Errorf("%s, %s, %q", c.State, c.Last.Text("outcome"), c.Last.Text("case_no"))
		}
		su.Does(c, "retract", m{"entry": c.Version, "reason": "记错了"}).Is(http.StatusOK)
		if c.State != "awaiting_consent" {
			t.Errorf("a refusal taken back: %s", c.State)
		}
		su.Does(c, "request-end", m{"party_id": c.Applicant}).Is(http.StatusOK)
		su.Does(c, "archive", nil).Is(http.StatusOK)
		c = again()
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
		if c.State != "closed" || c.Last.Text("outcome") != "failed" {
			t.Errorf("terminated: %s, %s", c.State, c.Last.Text("outcome"))
		}
		c = town.As(town.Lin).Files()
		su.Does(c, "ask-consent", nil).Is(http.StatusOK)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Refuses("lifecycle") // never accepted
	})
}
