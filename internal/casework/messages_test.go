package casework_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

const linPhone, chenPhone = "13800138000", "13900139000"

// both is a filing in which both sides have a telephone.
func both() m {
	body := housetest.Leak()
	body["respondents"].([]m)[0]["phone"] = chenPhone
	return body
}

// came are the messages that have come for a case since one last looked: "C ended, L ended"; C is Chen and L is Lin.
func came(town *housetest.Town, c *housetest.Case) string {
	var out []string
	for _, one := range town.Delivered(c) {
		out = append(out, map[string]string{linPhone: "L ", chenPhone: "C "}[one.To]+one.Kind)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// step is an act with the messages that it makes; "" is none at all.
type step struct {
	event string
	body  func() m
	want  string
}

func walks(t *testing.T, town *housetest.Town, c *housetest.Case, steps []step) {
	t.Helper()
	su := town.As(town.Su)
	for _, s := range steps {
		town.Later(time.Second)
		body := m{}
		if s.body != nil {
			body = s.body()
		}
		su.Does(c, s.event, body).Is(200)
		if got := came(town, c); got != s.want {
			t.Errorf("%s: came %q, want %q", s.event, got, s.want)
		}
	}
}

func given(body m) func() m { return func() m { return body } }

func says(party, consent string) func() m {
	return given(m{"party_id": party, "consent": consent, "channel": "phone"})
}

func inHours(town *housetest.Town, hours int) string {
	return town.Clock.Now().Add(time.Duration(hours) * time.Hour).Format(time.RFC3339)
}

// meets is a session so many hours from now.
func meets(town *housetest.Town, hours int, more m) func() m {
	return func() m {
		out := m{"starts_at": inHours(town, hours), "ends_at": inHours(town, hours+1), "place": "调解室"}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
}

func changes(c *housetest.Case, which string, body m) func() m {
	return func() m { body["appointment_id"] = c.Last.Text("appointments." + which + ".id"); return body }
}

func signs(c *housetest.Case, who m) func() m {
	return func() m {
		who["kind"], who["text_hash"] = "wet_ink", c.Last.Text("agreements.0.text_hash")
		return who
	}
}

func performance(town *housetest.Town, c *housetest.Case, state, by string) func() m {
	return func() m {
		return m{"obligation_id": c.Last.Text("obligations.0.id"), "state": state, "on": town.Today(), "confirmed_by": by}
	}
}

// opening goes until acceptance and the host.
func opening(town *housetest.Town, c *housetest.Case) []step {
	return []step{
		{"amend", given(m{"set": m{"title": "漏水"}, "reason": "x"}), ""},
		{"assess-risk", given(m{"risk": 2, "reason": "x"}), ""},
		{"ask-consent", nil, ""},
		{"record-consent", says(c.Applicant, "agreed"), ""},
		{"record-consent", says(c.Respondent, "unreached"), ""},
		{"record-consent", says(c.Respondent, "agreed"), "L answered"},
		{"record-consent", says(c.Respondent, "agreed"), ""},
		{"accept", nil, "L accepted"},
		{"assign", given(m{"host_mediator_id": town.Su.Mediator, "co_mediator_ids": []string{}, "chosen_by": "parties"}), ""},
		{"give-notice", given(m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}), ""},
		{"record-needs", given(m{"party_id": c.Applicant, "language": "闽南语"}), ""},
		{"name-mediator", given(m{"party_id": c.Applicant, "mediator_id": town.Su.Mediator}), ""},
	}
}

// meetings are sessions arranged, moved, cancelled and held: a caucus is told to its own party alone.
func meetings(town *housetest.Town, c *housetest.Case) []step {
	return []step{
		{"schedule-session", meets(town, 100, nil), "C session, L session"},
		{"schedule-session", func() m { return changes(c, "0", m{"starts_at": inHours(town, 120)})() }, "C session_moved, L session_moved"},
		{"schedule-session", changes(c, "0", m{"cancelled": true, "reason": "x"}), "C session_cancelled, L session_cancelled"},
		{"schedule-session", meets(town, 90, m{"kind": "caucus", "attending": []string{c.Respondent}}), "C session"},
		{"open-session", func() m { return c.Sitting() }, ""},
		{"extend", given(m{"days": 5, "reason": "x", "consents": []string{c.Applicant, c.Respondent}}), ""},
		{"pause", func() m { return m{"reason": "鉴定", "until": town.Today().Plus(10)} }, ""},
		{"resume", nil, ""},
	}
}

// settling goes from a text to sign to what was performed, and what was not.
func settling(town *housetest.Town, c *housetest.Case) []step {
	return []step{
		{"fix-agreement", func() m { return c.Terms() }, "C to_sign, L to_sign"},
		{"reopen-agreement", given(m{"reason": "x"}), ""},
		{"fix-agreement", func() m { return c.Terms() }, "C to_sign, L to_sign"},
		{"sign", signs(c, m{"party_id": c.Applicant}), ""},
		{"sign", signs(c, m{"party_id": c.Respondent}), ""},
		{"sign", signs(c, m{"mediator_id": town.Su.Mediator}), ""},
		{"sign", signs(c, m{"seal": true}), "C in_force, L in_force"},
		{"record-performance", performance(town, c, "performed", "debtor"), "L said_done"},
		{"record-performance", performance(town, c, "partly", "creditor"), "C said_undone"},
		{"record-performance", performance(town, c, "performed", "creditor"), ""},
		{"follow-up", func() m { return m{"visited_on": town.Today(), "visitor": "洪国荣", "performed": true} }, ""},
		{"close", nil, "C ended, L ended"},
		{"remediate", given(m{"ground": "repair", "reason": "x", "consents": []string{c.Applicant, c.Respondent}}), "C goes_on, L goes_on"},
		{"terminate", given(m{"reason": "T1", "guidance": "可以起诉。"}), "C ended, L ended"},
		{"archive", nil, ""},
	}
}

// One case, act by act, and every message that comes of each.
func TestEveryActTellsWhomTheTableNames(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(both())
		if got := came(town, c); got != "" {
			t.Errorf("filed: %q", got)
		}
		walks(t, town, c, opening(town, c))
		walks(t, town, c, meetings(town, c))
		walks(t, town, c, settling(town, c))
	})
}

// One that ends before it began, and is taken up again; who acts itself is not told, who never answered neither.
func TestWhoActedAndWhoNeverAnsweredAreNotTold(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files(both())
		su.Does(c, "ask-consent", nil).Is(200)
		su.Does(c, "refuse-acceptance", m{"reason": "N4", "guidance": "请向区政府申请行政复议。", "notice_date": town.Today()}).Is(200)
		if got := came(town, c); got != "L not_accepted" {
			t.Errorf("refused, and Chen has not answered: %q", got)
		}
		c = town.As(nil).Files(both(), m{"title": "噪音"})
		su.Does(c, "ask-consent", nil).Is(200)
		chen := town.Party(c, su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code"))
		for _, s := range []struct{ answer, want string }{{"agreed", "L answered"}, {"refused", "L ended"}} {
			town.Later(time.Second)
			chen.Post("/cases/"+c.ID+"/record-consent", m{"consent": s.answer}).Is(200)
			if got := came(town, c); got != s.want {
				t.Errorf("%s: came %q, want %q", s.answer, got, s.want)
			}
		}
		chen.Post("/cases/"+c.ID+"/reconsider", m{}).Is(200)
		if got := came(town, c); got != "L goes_on" {
			t.Errorf("a change of mind: %q", got)
		}
		su.Sees(c)
		town.Party(c, c.Code).Post("/cases/"+c.ID+"/withdraw", m{}).Is(200)
		if got := came(town, c); got != "C ended" {
			t.Errorf("withdrawn: %q", got)
		}
	})
}

// A party that wants no messages gets none; one with hours gets them then; and what waits follows a change of mind.
func TestMessagesKeepToWhatAPartySaid(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) { // Friday 6 March, 10:00
		su := town.As(town.Su)
		c := town.As(nil).Files(both())
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "contact": "no_message"}).Is(200)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "contact": "hours", "from_hour": 18, "to_hour": 20}).Is(200)
		su.Hosted(c, town.Su)
		su.Does(c, "schedule-session", meets(town, 72, nil)()).Is(200)
		if got := came(town, c); got != "" {
			t.Errorf("at ten in the morning: %q", got)
		}
		town.Later(8*time.Hour - time.Second)
		if got := came(town, c); got != "" {
			t.Errorf("a second before six: %q", got)
		}
		town.Later(time.Second)
		if got := town.Messages(c); len(got) != 1 || got[0].Kind != "session" || got[0].To != chenPhone {
			t.Errorf("at six: %v", got)
		}
		su = town.Again(town.Su)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "contact": "hours", "from_hour": 19, "to_hour": 20}).Is(200)
		if got := town.Messages(c); len(got) != 0 {
			t.Errorf("not before seven now: %v", got)
		}
		town.Later(time.Hour)
		if got := town.Messages(c); len(got) != 1 {
			t.Errorf("at seven: %v", got)
		}
		su = town.Again(town.Su)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "contact": "no_message"}).Is(200)
		su.Does(c, "schedule-session", meets(town, 99, nil)()).Is(200)
		if got := town.Messages(c); len(got) != 0 {
			t.Errorf("wants none now: %v", got)
		}
	})
}

// Said 'not done' by whom it was owed to, it is a task for the mediator until somebody says otherwise.
func TestNotDoneReachesAPerson(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(both())
		town.As(town.Su).Signed(c, town.Su)
		town.Later(11 * day)
		su := town.Again(town.Su)
		for _, s := range []struct{ state, by, task string }{{"unperformed", "creditor", "repair"}, {"performed", "debtor", "confirm_performance"},
			{"partly", "creditor", "repair"}, {"performed", "creditor", ""}} {
			su.Does(c, "record-performance", performance(town, c, s.state, s.by)()).Is(200)
			got := kinds(c)
			for _, kind := range []string{"repair", "confirm_performance"} {
				if slices.Contains(got, kind) != (kind == s.task) {
					t.Errorf("%s said by the %s: tasks %q, want %q", s.state, s.by, got, s.task)
				}
			}
		}
	})
}

// What waits for its hour goes where the party wants to be written to by then: the old address may be the one that somebody
// else reads.
func TestWhatWaitsFollowsTheAddress(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) { // Friday 6 March, 10:00
		c := town.As(nil).Files()
		su := town.As(town.Su)
		wants := func(channel, email string) {
			t.Helper()
			su.Sees(c)
			su.Does(c, "record-needs", m{"party_id": c.Applicant, "contact": "hours", "from_hour": 18, "to_hour": 20, "channel": channel, "email": email}).Is(200)
		}
		wants("sms", "")
		su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "sms"}).Is(201)
		wants("email", "old@example.com")
		wants("email", "new@example.com")
		got := su.Get("/cases/" + c.ID + "/messages").Is(200)
		at := 0 // of what was made in one moment, any may stand first
		for got.Text(fmt.Sprintf("items.%d.kind", at)) == "address_changed" {
			at++
		}
		if got.Text(fmt.Sprintf("items.%d.kind", at)) != "invitation" || got.Text(fmt.Sprintf("items.%d.channel", at)) != "email" {
			t.Errorf("the record of it: %s", got.Body)
		}
		town.Later(8 * time.Hour)
		if got := town.Messages(c, "invitation"); len(got) != 1 || got[0].To != "new@example.com" || got[0].Channel != "email" {
			t.Errorf("at six: %v", got)
		}
	})
}

// Whoever holds a party's code and has its messages go elsewhere does not do so unseen: a word goes to where they went before,
// whoever changed it; not where the party says that others read there, nor against its wish for no messages.
func TestAChangedAddressIsToldAtTheFormerOne(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(both())
		lin, su := town.Party(c, c.Code), town.As(town.Su)
		for i, s := range []struct {
			by   string
			body m
			want string // where and by what
		}{
			{"lin", m{"language": "闽南语"}, ""},
			{"lin", m{"email": "a@example.com"}, ""}, // the telephone stays where it is written to
			{"lin", m{"email": "a@example.com", "channel": "email"}, "sms " + linPhone},
			{"lin", m{"email": "b@example.com", "channel": "email"}, "email a@example.com"},
			{"su", m{"email": "c@example.com", "channel": "email"}, "email b@example.com"},
			{"lin", m{"email": "d@example.com", "channel": "email", "former_unsafe": true}, ""},
			{"lin", m{"email": "", "channel": "sms"}, "email d@example.com"},
			{"lin", m{"email": "e@example.com", "channel": "email", "contact": "no_message"}, ""},
			{"lin", m{"email": "f@example.com", "channel": "email", "contact": "any"}, ""},
			{"lin", m{"email": "f@example.com", "channel": "email", "contact": "hours", "from_hour": 18, "to_hour": 20}, ""},
			{"lin", m{"email": "g@example.com", "channel": "email", "contact": "any"}, ""}, // at six, in the former hours
			{"lin", m{"email": "h@example.com", "channel": "email", "contact": "any"}, "email g@example.com"},
		} {
			town.Later(time.Second)
			if s.body["party_id"] = c.Applicant; s.by == "su" {
				su.Sees(c)
				su.Does(c, "record-needs", s.body).Is(200)
			} else {
				lin.Post("/cases/"+c.ID+"/record-needs", s.body).Is(200)
			}
			got := ""
			for _, one := range town.Delivered(c) {
				if got += one.Channel + " " + one.To; one.Kind != "address_changed" || strings.Contains(one.Text, "example") || !strings.Contains(one.Text, "不是您本人") {
					t.Errorf("%d: %v", i, one)
				}
			}
			if got != s.want {
				t.Errorf("%d, %v: came %q, want %q", i, s.body, got, s.want)
			}
		}
		town.Later(8 * time.Hour)
		if got := town.Delivered(c); len(got) != 1 || got[0].To != "f@example.com" {
			t.Errorf("at six: %v", got)
		}
		su = town.Again(town.Su)
		if got := su.Get("/cases/" + c.ID + "/messages").Is(200); got.Text("items.0.kind") != "address_changed" {
			t.Errorf("the record: %s", got.Body)
		}
		su.Sees(c) // the other side has neither come nor answered: it does not learn from this that there is a case
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "email": "x@example.com", "channel": "email"}).Is(200)
		if got := town.Delivered(c); len(got) != 0 {
			t.Errorf("to whom knows nothing: %v", got)
		}
	})
}

// A day begins at midnight: what time alone brings about does not wake a party that has named no hours.
func TestADayThatComesDoesNotRingAtNight(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) { // Friday 6 March, 10:00
		c := town.As(nil).Files(both())
		town.As(town.Su).Signed(c, town.Su) // due on the 16th
		came(town, c)
		town.Later(6*day + 14*time.Hour + 5*time.Minute)
		if _, err := town.App.Cases.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := came(town, c); got != "" {
			t.Errorf("%s: %q", town.Clock.Now(), got)
		}
		town.Later(8 * time.Hour)
		if got := came(town, c); got != "C reminder" {
			t.Errorf("in the morning: %q", got)
		}
	})
}
