package counter

import (
	"encoding/json"
	"testing"

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
	for _, c := range codes.SessionModes {
		add("mine.mode.", c.Code)
	}
	add("mine.attach_kind.", attachKinds...)
	add("file.kind.", kindsOffered(true)...)
	add("file.kind.", kindsOffered(false)...)
	add("file.kind_hint.", kindsOffered(true)...)
	add("file.kind_hint.", kindsOffered(false)...)
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

func TestTheKindsOfferedAreOnTheOfficialList(t *testing.T) {
	t.Parallel()
	for _, code := range append(kindsOffered(true), kindsOffered(false)...) {
		if err := codes.Categories.Check(code); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}
}
