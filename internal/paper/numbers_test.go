package paper_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

const (
	numberOfLin   = "11010519491231002X"
	numberOfAgent = "440524188001010014"
)

// joint is a case with an agreement in force and an agent, which a mediator of another committee mediates too.
func joint(town *housetest.Town) *housetest.Case {
	su, c := town.As(town.Su), town.As(nil).Files()
	su.Met(c, town.Su)
	su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "agent", "name": "林志远", "relation": "儿子", "id_number": numberOfAgent, "phone": "13700137000",
		"scopes": []string{"attend_sign"}, "dated": town.Today(), "signature_kind": "wet_ink"}).Is(http.StatusOK)
	su.Does(c, "transfer", m{"to_committee_id": town.Other.ID, "kind": "joint", "reason": "difficult", "text": "涉及两个社区，情况复杂。", "consents": []string{c.Applicant, c.Respondent}}).Is(http.StatusOK)
	other := town.As(town.OtherChair)
	other.Sees(c)
	other.Does(c, "accept-transfer", m{"co_mediator_ids": []any{town.OtherMediator.Mediator}}).Is(http.StatusOK)
	su.Sees(c)
	su.Does(c, "fix-agreement", c.Terms()).Is(http.StatusOK)
	hash := c.Last.Text("agreements.0.text_hash")
	for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
		who["kind"], who["text_hash"] = "wet_ink", hash
		su.Does(c, "sign", who).Is(http.StatusOK)
	}
	return c
}

// The papers that a court and a power of attorney ask for bear identity numbers: for the committee that leads the case and its station,
// and that they were drawn is a look of its own; whoever mediates it for another committee gets them masked.
func TestIdentityNumbersOnPapersAreForTheCommitteeThatLeads(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := joint(town)
		drawn := map[string]string{"f13": numberOfLin, "f6": numberOfAgent}
		for form, number := range drawn {
			for _, ask := range []string{"", "?format=docx"} {
				if got := town.As(town.OtherMediator).Get("/cases/" + c.ID + "/papers/" + form + ask).Is(http.StatusOK); got.Holds(number) || ask == "" && !got.Holds(number[:4]+"**********"+number[14:]) {
					t.Errorf("%s%s for a mediator who joined: %s", form, ask, got.Body)
				}
			}
			if got := town.As(town.OtherMediator).Page("GET", "/desk/cases/"+c.ID+"/papers/"+form, nil).Is(http.StatusOK); got.Holds(number) || !got.Holds("证件号码对您只显示一部分") || !got.Holds("请由承办这件案子的调委会") {
				t.Errorf("the page of %s for a mediator who joined: %s", form, got.Body)
			}
			if got := town.As(town.Su).Page("GET", "/desk/cases/"+c.ID+"/papers/"+form, nil).Is(http.StatusOK); !got.Holds(number) || got.Holds("只显示一部分") {
				t.Errorf("the page of %s for the committee that leads: %s", form, got.Body)
			}
			for who, want := range map[*housetest.Person]string{town.OtherMediator: "true", town.Su: "false"} {
				for _, i := range town.As(who).Get("/cases/" + c.ID + "/papers").Is(http.StatusOK).Value("items").([]any) {
					for _, s := range i.(map[string]any)["sheets"].([]any) {
						bears := i.(map[string]any)["form"] == form
						if got := fmt.Sprint(s.(map[string]any)["numbers_masked"]); bears && got != want {
							t.Errorf("%s in the list of %s: masked is %s", form, who.Name, got)
						}
					}
				}
			}
			town.As(town.Zheng).Get("/cases/" + c.ID + "/papers/" + form + "?blank=1").Is(http.StatusOK)
			for _, who := range []*housetest.Person{town.Su, town.Station} {
				if got := town.As(who).Get("/cases/" + c.ID + "/papers/" + form).Is(http.StatusOK); !got.Holds(number) {
					t.Errorf("%s for %s lacks the number", form, who.Name)
				}
			}
		}
		if got := town.Party(c, c.Code).Get("/cases/" + c.ID + "/papers/f13").Is(http.StatusOK); !got.Holds(numberOfLin) {
			t.Error("a party's own paper lacks its number")
		}
		if got := town.As(town.OtherMediator).Get("/cases/" + c.ID + "/dossier"); got.Status == http.StatusOK && (got.Holds(numberOfLin) || got.Holds(numberOfAgent)) {
			t.Error("the dossier for a mediator who joined")
		}
		told := map[string]bool{}
		for _, i := range town.As(town.Audit).Get("/reads").Is(http.StatusOK).Value("items").([]any) {
			one := i.(map[string]any)
			told[one["name"].(string)+" "+one["kind"].(string)] = true
		}
		for who, want := range map[*housetest.Person]bool{town.Su: true, town.Station: true, town.OtherMediator: false, town.Zheng: false} {
			if told[who.Name+" numbers"] != want || !told[who.Name+" papers"] {
				t.Errorf("%s saw numbers: %v; told is %v", who.Name, want, told)
			}
		}
		if got := town.Party(c, c.Code).Page("GET", "/mine/"+c.ID+"/reads", nil).Is(http.StatusOK); !strings.Contains(string(got.Body), "证件号码") {
			t.Errorf("the party is not told: %s", got.Body)
		}
	})
}
