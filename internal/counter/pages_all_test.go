package counter_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/casework"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// inEveryState are cases with both sides let in, one for each state that a case can stand in.
func inEveryState(t *testing.T, d *housetest.Doorstep) map[casework.State]*known {
	t.Helper()
	out := map[casework.State]*known{}
	su := d.As(d.Su)
	come := func(state casework.State) *known {
		k := &known{Case: d.As(nil).Files()}
		out[state] = k
		return k
	}
	su.Sees(come(casework.Registered).Case)
	su.Does(come(casework.AwaitingConsent).Case, "ask-consent", nil).Is(200)
	k := come(casework.NotAccepted)
	su.Does(k.Case, "ask-consent", nil).Is(200)
	su.Does(k.Case, "record-consent", housetest.M{"party_id": k.Respondent, "consent": "refused", "channel": "phone", "reason": "D1"}).Is(200)
	su.Accepted(come(casework.Accepted).Case)
	su.Hosted(come(casework.Assigned).Case, d.Su)
	su.Met(come(casework.InMediation).Case, d.Su)
	k = come(casework.Paused)
	su.Met(k.Case, d.Su)
	su.Does(k.Case, "pause", housetest.M{"reason": "等待鉴定", "until": d.Today().Plus(20)}).Is(200)
	k = come(casework.AgreementPending)
	su.Met(k.Case, d.Su)
	su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
	su.Signed(come(casework.Performing).Case, d.Su)
	k = come(casework.Closed)
	su.Performed(k.Case, d.Su)
	su.Does(k.Case, "close", nil).Is(200)
	return out
}

// enters lets both sides in by letters of their own.
func (k *known) enters(t *testing.T, d *housetest.Doorstep) {
	t.Helper()
	su := d.As(d.Su)
	for party, into := range map[string]**housetest.Reader{k.Applicant: &k.lin, k.Respondent: &k.chen} {
		letter := su.Post("/cases/"+k.ID+"/invitations", housetest.M{"party_id": party, "channel": "letter"}).Is(201)
		*into = d.Comes().Opens("/follow").Says("reference", k.Reference, "code", letter.Text("letter.code")).Is(200, k.home())
	}
}

// Every page that a party can come to is drawn in every state, for either side, in both languages: whole, with no text
// missing, and nothing of the other side on it. What a state does not allow leads back to the case.
func TestEveryPageOfAPartyInEveryState(t *testing.T) {
	t.Parallel()
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	d := housetest.OnDoorstep(town)
	cases := inEveryState(t, d)
	var paths []string
	for _, r := range town.App.Site.Routes() {
		if rest, mine := strings.CutPrefix(r.Path, "/mine/:id"); mine && r.Method == http.MethodGet && !strings.Contains(rest, ":") {
			paths = append(paths, rest)
		}
	}
	if len(paths) < 15 {
		t.Fatalf("only %q", paths)
	}
	drawn := 0
	for _, state := range casework.States {
		k, stands := cases[state]
		if !stands {
			if !slices.Contains([]casework.State{casework.Draft, casework.Archived, casework.Transferred}, state) {
				t.Errorf("no case stands %s", state)
			}
			continue
		}
		if got := d.As(d.Su).Sees(k.Case).Text("state"); got != string(state) {
			t.Fatalf("the case of %s stands %s", state, got)
		}
		k.enters(t, d)
		for _, lang := range []string{"zh-CN", "en"} {
			for who, r := range map[string]*housetest.Reader{"applicant": k.lin, "respondent": k.chen} {
				r.Takes(&http.Cookie{Name: "fengqiao-lang", Value: lang})
				for _, path := range paths {
					r.Opens(k.home() + path)
					want := http.StatusOK
					if who == "respondent" && path == "/withdraw" {
						want = http.StatusForbidden // only whoever filed takes it back
					}
					switch {
					case r.Status != want:
						t.Errorf("%s, %s, %s%s: %d", state, who, lang, path, r.Status)
					case strings.HasPrefix(r.Page, "{"): // a file to keep
					default:
						drawn++
						r.Reads(`<html lang="` + lang + `"`)
						if who == "respondent" {
							r.ReadsNot("13800138000", "天花板")
						}
					}
				}
			}
		}
	}
	if drawn < 4*len(paths) {
		t.Errorf("only %d pages were drawn", drawn)
	}
}
