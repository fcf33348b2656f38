package report_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fengqiao/internal/casework"
	"fengqiao/internal/fieldwork"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

const briefing = "/reports/briefing?area=350503&from=2020-01-01&to=2021-12-31"

// twentyOne is a town with the rows of 2020 and 2021 in it, each definition with one that a wrong count would take in.
// Home and Other stand since 2020 and count too; their mediators were engaged in 2025.
func twentyOne(t *testing.T, fn func(t *testing.T, town *housetest.Town)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) {
			village := p.Committee(registry.OfVillage, nil)
			street := p.Committee(registry.OfStreet, nil)
			property := p.Committee(registry.OfSociety, func(c *registry.Committee) { c.Sector = "property" })
			ended := p.Committee(registry.OfResidents, func(c *registry.Committee) { c.State, c.EndedOn = registry.Ended, "2021-12-31" })
			p.Committee(registry.OfVillage, func(c *registry.Committee) { c.State, c.EndedOn = registry.Ended, "2022-01-01" }) // stood on the day
			under := p.Committee(registry.OfVillage, func(c *registry.Committee) { c.ParentID = village })
			p.Committee(registry.OfVillage, func(c *registry.Committee) { c.State, c.ActivatedOn = registry.Draft, "" })
			p.Committee(registry.OfVillage, func(c *registry.Committee) { c.ActivatedOn = "2022-01-01" })
			people(p, village, town.Home.ID, street, ended, under)
			compounds(p, property, village)
			disputes(p, village, street, property)
			for kind := fieldwork.Decisions; kind <= fieldwork.Publicity; kind++ {
				for range kind {
					p.Presence(kind, "2021-06-01")
				}
				p.Presence(kind, "2022-01-01")
			}
		})
		fn(t, town)
	})
}

// people: two who count, of whom one serves two committees.
func people(p *housetest.Past, village, home, street, ended, under ident.ID) {
	one, two := p.Tx.NewID(), p.Tx.NewID()
	p.Mediator(one, village, "2020-01-01", "")
	p.Mediator(one, home, "2020-01-01", "")
	p.Mediator(two, village, "2021-12-31", "2022-01-01")          // there on the day
	p.Mediator(p.Tx.NewID(), village, "2020-01-01", "2021-12-31") // gone on the day
	p.Mediator(p.Tx.NewID(), village, "2022-01-01", "")
	for _, other := range []ident.ID{street, ended, under} {
		p.Mediator(p.Tx.NewID(), other, "2020-01-01", "")
	}
}

// compounds: six on the register, of which four are covered: by name, with its village, with its town, and twice.
func compounds(p *housetest.Past, property, village ident.ID) {
	named := p.Compound("350503002001", "")
	p.Serves(property, "", named, "2021-01-01", "2021-12-31") // on its last day
	p.Compound("350503003001", "")
	p.Serves(property, "350503003001", ident.ID{}, "2021-01-01", "")
	p.Compound("350503004002", "2022-01-01")
	p.Serves(property, "350503004000", ident.ID{}, "2021-01-01", "")
	twice := p.Compound("350503004003", "")
	p.Serves(property, "", twice, "2021-01-01", "")
	over := p.Compound("350503005001", "")
	p.Serves(property, "", over, "2021-01-01", "2021-12-30") // over by then
	other := p.Compound("350503006001", "")
	p.Serves(village, "", other, "2021-01-01", "") // not a property committee
	gone := p.Compound("350503002001", "2021-12-31")
	p.Serves(property, "", gone, "2021-01-01", "")
}

// disputes: five that count, of which three are settled; two of the property committee, of which one is settled.
func disputes(p *housetest.Past, village, street, property ident.ID) {
	p.Dispute(village, "2020-01-01", "2020-01-10", casework.WrittenAgreement)
	p.Dispute(village, "2021-12-01", "2021-12-31", casework.OralAgreement)
	p.Dispute(village, "2021-05-01", "2021-05-20", casework.WrittenAgreement)
	p.Dispute(village, "2021-05-01", "2021-05-20", casework.Failed)
	p.Dispute(village, "2021-05-01", "2021-05-20", casework.Withdrawn)
	p.Dispute(village, "2019-12-31", "2020-02-01", casework.WrittenAgreement) // accepted before
	p.Dispute(village, "2021-12-01", "2022-01-01", casework.WrittenAgreement) // closed after: pending
	p.Dispute(village, "2019-06-01", "", "")                                  // still open: pending
	p.Dispute(street, "2021-05-01", "2021-05-20", casework.WrittenAgreement)
	p.Dispute(property, "2021-05-01", "2021-05-20", casework.WrittenAgreement)
	p.Dispute(property, "2021-05-01", "2021-05-20", casework.Failed)
	p.Dispute(village, "2021-05-01", "", "", func(h *casework.Head) { // asked and refused before acceptance
		h.AcceptedDay, h.AcceptedAt, h.EndedAt, h.Outcome, h.State = "", nil, h.ConsentAskedAt, casework.OutcomeNotAccepted, casework.NotAccepted
	})
	p.Dispute(village, "2021-05-01", "", "", func(h *casework.Head) { // asked, and no answer yet
		h.AcceptedDay, h.AcceptedAt, h.State = "", nil, casework.AwaitingConsent
	})
}

func TestTheBriefingCountsFromRows(t *testing.T) {
	twentyOne(t, func(t *testing.T, town *housetest.Town) {
		a := town.As(town.County).Get(briefing).Is(200)
		for name, want := range map[string]string{
			"figures.committees": "4", "figures.mediators": "2", "figures.cases": "5", "figures.settled": "3", "figures.success_rate": "60.00",
			"figures.compounds": "6", "figures.compounds_covered": "4", "figures.coverage": "66.67", "figures.property_settled": "1",
			"figures.presence.decisions": "1", "figures.presence.rules": "2", "figures.presence.advice": "3", "figures.presence.disputes": "4",
			"figures.presence.publicity": "5", "committees_by_type.0.count": "2", "committees_by_type.1.count": "2",
			"basis": "closed", "as_of": "2021-12-31", "area_name": "福建省泉州市丰泽区", "footnote.pending.value": "2",
			"footnote.settlement_a.numerator": "3", "footnote.settlement_a.denominator": "4", "footnote.settlement_a.percent": "75.00",
			"footnote.settlement_b.numerator": "3", "footnote.settlement_b.denominator": "6", "footnote.settlement_b.n": "6",
			"footnote.engagement.numerator": "6", "footnote.engagement.denominator": "7",
		} {
			if got := a.Text(name); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		for _, words := range []string{"On 31 December 2021, 丰泽区 had 4 people's mediation committees", "a success rate of 60%", "covers 4 of 6 residential compounds, or 67%"} {
			if !strings.Contains(a.Text("text"), words) {
				t.Errorf("no %q in %s", words, a.Text("text"))
			}
		}
		zh := town.As(town.County).With("Accept-Language", "zh-CN").Get(briefing).Is(200).Text("text")
		if !strings.HasPrefix(zh, "截至2021年12月31日，丰泽区共有村（居）人民调解委员会4个，人民调解员2名。") {
			t.Error(zh)
		}
	})
}

func TestEveryFigureOfTheBriefingLeadsToItsCases(t *testing.T) {
	twentyOne(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		a := county.Get(briefing).Is(200)
		for value, drill := range map[string]string{
			"figures.cases": "drill.cases", "figures.settled": "drill.settled", "figures.property_settled": "drill.property_settled",
			"footnote.pending.value": "footnote.pending.drill", "rates.success.numerator": "rates.success.drill.numerator",
			"footnote.engagement.numerator": "footnote.engagement.drill.numerator", "footnote.engagement.denominator": "footnote.engagement.drill.denominator",
			"footnote.settlement_a.denominator": "footnote.settlement_a.drill.denominator", "footnote.settlement_b.denominator": "footnote.settlement_b.drill.denominator",
		} {
			if got := fmt.Sprint(county.Listed(a.Text(drill))); got != a.Text(value) {
				t.Errorf("%s is %s, but %s lists %s", value, a.Text(value), a.Text(drill), got)
			}
		}
		for drill, want := range map[string]string{
			"committees": "/api/v1/registry/committees?area=350503000000&on=2021-12-31&type=01,02", "mediators": "/api/v1/registry/mediators?area=350503000000&committee_type=01,02&on=2021-12-31",
			"compounds": "/api/v1/registry/compounds?area=350503000000&on=2021-12-31", "compounds_covered": "/api/v1/registry/compounds?area=350503000000&covered=true&on=2021-12-31",
			"presence.disputes": "/api/v1/fieldwork/presence-services?area=350503000000&from=2020-01-01&kind=4&to=2021-12-31",
		} {
			if got, err := url.PathUnescape(a.Text("drill." + drill)); err != nil || got != want {
				t.Errorf("%s leads to %s, want %s", drill, got, want)
			}
		}
	})
}

func TestARateOfNothingIsADash(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		a := town.As(town.FarCounty).Get("/reports/briefing?from=2020-01-01&to=2020-12-31").Is(200)
		for _, name := range []string{"figures.success_rate", "figures.coverage", "footnote.engagement.percent", "footnote.settlement_a.low"} {
			if a.Text(name) != "–" {
				t.Errorf("%s is %q", name, a.Text(name))
			}
		}
		if !strings.Contains(a.Text("text"), "a success rate of –") {
			t.Error(a.Text("text"))
		}
	})
}

func TestTheDayOfTheRegisterIsNeverInTheFuture(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		if a := town.As(town.County).Get("/reports/briefing?from=2026-01-01&to=2026-12-31").Is(200); a.Text("as_of") != string(town.Today()) {
			t.Errorf("as of %s", a.Text("as_of"))
		}
	})
}

func TestABriefingIsForWhoSupervisesTheArea(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.FarCounty).Get(briefing).Is(http.StatusNotFound)
		town.As(town.Station).Get(briefing).Is(http.StatusNotFound)
		town.As(town.Station).Get("/reports/briefing").Is(200)
		town.As(town.Zheng).Get("/reports/briefing").Is(http.StatusForbidden)
		town.As(town.Su).Get(briefing).Is(http.StatusForbidden)
		town.As(nil).Get(briefing).Is(http.StatusUnauthorized)
		if a := town.As(town.Bureau).Get("/reports/briefing?area=3505").Is(200); a.Text("figures.committees") != "3" {
			t.Errorf("the city has %s committees", a.Text("figures.committees"))
		}
		town.As(town.Zheng).Page("GET", "/reports/briefing", nil).Is(http.StatusForbidden)
	})
}

func TestTheBriefingIsADocumentWhoseFiguresAreLinks(t *testing.T) {
	twentyOne(t, func(t *testing.T, town *housetest.Town) {
		page := town.As(town.County).Page("GET", briefing, nil).Is(200)
		for _, text := range []string{`committee_type=01%2C02`, `href="/desk/cases?accepted_from=2020-01-01&amp;`, `href="/registry/compounds?`, "共有村（居）人民调解委员会", "66.67%"} {
			if !page.Holds(text) {
				t.Errorf("no %q in the page", text)
			}
		}
		list := town.As(town.County).Page("GET", "/desk/cases?area=350503&sector=property&committee_type=01,06&accepted_from=2020-01-01&closed_to=2021-12-31&outcome=written_agreement,failed&consent=agreed&open_on=2020-01-01", nil).Is(200)
		for _, text := range []string{"物业", "村民委员会调委会、社会团体和其他组织调委会", "2020年1月1日 起受理", "2021年12月31日 及以前结案", "2020年1月1日 时尚未结案"} {
			if !list.Holds(text) {
				t.Errorf("no chip %q", text)
			}
		}
		if wrong := town.As(town.County).Page("GET", "/reports/briefing?from=2021-01-01&to=2020-01-01", nil).Is(422); !wrong.Holds("结束日期不能早于开始日期") {
			t.Error("a period that ends before it begins is not told")
		}
	})
}
