package counter

import (
	"encoding/json"
	"testing"
	"time"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/web"
)

// told are the texts of the pages in both languages.
func told(t *testing.T) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	for _, lang := range []string{"zh-CN", "en"} {
		raw, err := web.FS.ReadFile("i18n/" + lang + ".json")
		words := map[string]string{}
		if err == nil {
			err = json.Unmarshal(raw, &words)
		}
		if err != nil {
			t.Fatal(err)
		}
		out[lang] = words
	}
	return out
}

// partyTexts are the keys that the party's pages put together from what a case can be.
func partyTexts() []string {
	var keys []string
	add := func(family string, members ...string) {
		for _, m := range members {
			keys = append(keys, family+m)
		}
	}
	for _, s := range casework.States {
		add("mine.state.", string(s))
		for _, role := range []string{casework.Applicant, casework.Respondent} {
			add("mine.status."+role+".", string(s))
			add("mine.next."+role+".", string(s))
		}
	}
	for _, family := range []string{"mine.status.", "mine.next."} {
		add(family, casework.Applicant+".agreement_pending_signed", casework.Respondent+".agreement_pending_signed", casework.Respondent+".awaiting_consent_agreed")
	}
	for _, role := range []string{casework.Applicant, casework.Respondent} {
		add("mine.clock."+role+".", clocksForParties...)
		add("mine.role.", role)
	}
	for _, c := range codes.Outcomes {
		add("mine.outcome.", c.Code)
	}
	for _, c := range codes.Performances {
		add("mine.performed.", c.Code)
	}
	add("mine.performed.", "claimed")
	for _, c := range codes.SessionModes {
		add("mine.mode.", c.Code)
	}
	add("mine.attach_kind.", attachKinds...)
	return append(keys, eventTexts()...)
}

func eventTexts() []string {
	keys := []string{"mine.event.attach", "mine.event.invite"}
	for _, tr := range casework.Lifecycle {
		if !tr.Event.IsInward() {
			keys = append(keys, "mine.event."+string(tr.Event))
		}
	}
	for _, e := range byParties {
		keys = append(keys, "mine.event_of."+string(e), "mine.event_own."+string(e))
	}
	return keys
}

func TestAPartyIsToldWhereItStandsInEveryState(t *testing.T) {
	t.Parallel()
	for lang, words := range told(t) {
		for _, key := range partyTexts() {
			if words[key] == "" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
}

// Whatever a case can be, either party reads where it stands, what is expected of it and how it ended, in both languages.
func TestEitherPartyIsToldOfEveryStateAndOutcome(t *testing.T) {
	t.Parallel()
	words := told(t)
	ended := time.Unix(1, 0)
	for _, state := range casework.States {
		for _, role := range []string{casework.Applicant, casework.Respondent} {
			for _, outcome := range append(codes.List{{}}, codes.Outcomes...) {
				for _, consent := range []casework.Consent{casework.Unasked, casework.Agreed, casework.Refused, casework.Unreached} {
					for _, signed := range []bool{false, true} {
						m := &mine{View: casework.View{State: state, Outcome: casework.Outcome(outcome.Code)}, Role: role, Party: casework.PartyView{Consent: consent, Signed: signed}}
						if outcome.Code != "" {
							m.EndedAt = &ended
						}
						keys := []string{"mine.state." + string(state), "mine.status." + m.standing(), "mine.next." + m.standing()}
						if how := m.ended(); how != "" {
							keys = append(keys, "mine.outcome."+how)
						}
						for lang, w := range words {
							for _, key := range keys {
								if w[key] == "" {
									t.Fatalf("%s lacks %s", lang, key)
								}
							}
						}
					}
				}
			}
		}
	}
}
