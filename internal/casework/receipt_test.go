package casework_test

import (
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
	"fengqiao/internal/receipt"
)

// proven fetches a receipt and checks it against the key that is published.
func proven(t *testing.T, town *housetest.Town, h housetest.Hand, c *housetest.Case) receipt.Checked {
	t.Helper()
	keys, err := receipt.ReadKeys(town.As(nil).Get("/receipt-keys").Is(200).Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := receipt.Verify(h.Get("/cases/"+c.ID+"/receipt").Is(200).Body, keys)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// shownAs finds the entries of an event and says how much a receipt shows of each.
func shownAs(r receipt.Checked, event string) (out []string) {
	for _, e := range r.Entries {
		if e.Event == event {
			out = append(out, map[bool]string{true: "whole", false: "told"}[e.Inputs != nil])
		}
	}
	return out
}

func TestBothSidesHoldReceiptsOfOneRecord(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		chen, lin := invited(town, su, c), town.Party(c, c.Code)
		earlier := proven(t, town, chen, c)
		lin.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(201)
		chen.Post("/cases/"+c.ID+"/record-needs", m{"language": "minnan"}).Is(200)
		of := map[string]receipt.Checked{"lin": proven(t, town, lin, c), "chen": proven(t, town, chen, c), "su": proven(t, town, su, c)}
		for who, r := range of {
			if r.Head != of["su"].Head || r.Version != of["su"].Version || r.Reference != strings.ReplaceAll(c.Reference, "-", "") || r.State != "in_mediation" {
				t.Errorf("%s holds a receipt of another record: %s", who, r)
			}
			if err := r.Extend(earlier); err != nil {
				t.Errorf("%s: %v", who, err)
			}
		}
		for who, want := range map[string]map[string]string{
			"lin":  {"submit": "whole", "attach": "whole", "record_needs": "", "open_session": "told told", "accept": "told"},
			"chen": {"submit": "told", "attach": "", "record_needs": "whole", "open_session": "told", "accept": "told"},
			"su":   {"submit": "whole", "attach": "whole", "record_needs": "whole", "open_session": "whole whole", "accept": "whole"},
		} {
			for event, shown := range want {
				if got := strings.Join(shownAs(of[who], event), " "); got != shown {
					t.Errorf("%s of %s: %q, want %q", event, who, got, shown)
				}
			}
		}
		other := chen.Get("/cases/" + c.ID + "/receipt")
		for _, text := range []string{session, "caucus", "陈志强", "林秀英", "13800138000", "漏水", secret, c.Applicant, town.Su.ID.String(), town.Su.Mediator.String()} {
			if other.Holds(text) {
				t.Errorf("Chen's receipt holds %s: %s", text, other.Body)
			}
		}
	})
}

func TestAReceiptGoesToPartiesAndToWhoWorksTheCase(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		town.As(town.Su).Hosted(c, town.Su)
		for _, who := range []*housetest.Person{town.Lin, town.Su, town.Zheng, town.Station} {
			proven(t, town, town.As(who), c)
		}
		for _, who := range []*housetest.Person{town.County, town.Bureau} { // masked
			town.As(who).Get("/cases/" + c.ID + "/receipt").Is(http.StatusForbidden)
		}
		for _, who := range []*housetest.Person{town.Wang, town.Hong, town.FarStation} {
			town.As(who).Get("/cases/" + c.ID + "/receipt").Is(http.StatusNotFound)
		}
		town.As(nil).Get("/cases/" + c.ID + "/receipt").Is(http.StatusUnauthorized)
	})
}

// Signed and in force: the receipt names the agreement's text, and who signed can show that they signed that text.
func TestAReceiptNamesTheAgreement(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Signed(c, town.Su)
		hash := su.Get("/cases/" + c.ID).Text("agreements.0.text_hash")
		r := proven(t, town, town.Party(c, c.Code), c)
		if hash == "" || r.AgreementHash != hash {
			t.Errorf("%q, the agreement's is %q", r.AgreementHash, hash)
		}
		if got := strings.Join(shownAs(r, "become_effective"), " "); got != "whole" {
			t.Errorf("becoming effective is shown as %q", got)
		}
	})
}
