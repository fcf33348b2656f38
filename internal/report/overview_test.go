package report_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

type m = housetest.M

func TestTheOverviewCountsMonthsAndRates(t *testing.T) {
	twentyOne(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		a := county.Get("/reports/trend?from=2021-05-10&to=2021-12-31").Is(200)
		for name, want := range map[string]string{
			"months.0.month": "2021-05", "months.0.accepted.value": "0", "months.0.closed.value": "6", "months.0.settled.value": "3",
			"months.7.month": "2021-12", "months.7.accepted.value": "2", "months.7.closed.value": "1",
			"totals.accepted.value": "2", "totals.closed.value": "7", "totals.settled.value": "4", "totals.pending.value": "2",
			"rates.success.percent": "57.14", "rates.success.low": "25.05", "rates.success.high": "84.18",
			"rates.settlement_a.denominator": "6", "rates.settlement_b.numerator": "1", "rates.settlement_b.denominator": "2",
			"rates.engagement.numerator": "2", "rates.engagement.denominator": "2",
			"categories.0.col": "21", "categories.0.success.n": "7", "areas.0.area": "350503001000", "areas.0.success.n": "7", "areas.1.success.percent": "–",
		} {
			if got := a.Text(name); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
	})
}

func TestEveryFigureOfTheOverviewLeadsToItsCases(t *testing.T) {
	housetest.Year(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		a := county.Get("/reports/trend").Is(200)
		check := func(value, drill string) {
			if got := fmt.Sprint(county.Listed(a.Text(drill))); got != a.Text(value) {
				t.Errorf("%s is %s, but %s lists %s", value, a.Text(value), a.Text(drill), got)
			}
		}
		for _, name := range []string{"totals.accepted", "totals.closed", "totals.settled", "totals.pending", "months.11.accepted", "months.11.closed", "months.11.settled"} {
			check(name+".value", name+".drill")
		}
		for _, name := range []string{"rates.engagement", "rates.mediated", "rates.settlement_a", "rates.settlement_b", "rates.success", "rates.performance", "rates.timely", "rates.returnees", "categories.0.success", "areas.0.success"} {
			check(name+".numerator", name+".drill.numerator")
			check(name+".denominator", name+".drill.denominator")
		}
		for i := range 9 {
			check(fmt.Sprintf("nine.%d.value", i), fmt.Sprintf("nine.%d.drill", i))
		}
		for i := range 4 {
			check(fmt.Sprintf("promises.%d.value", i), fmt.Sprintf("promises.%d.drill", i)) // one promise a case here
		}
		if a.Text("months.11.month") != "2026-03" || a.Text("totals.closed.value") == "0" || a.Text("rates.engagement.numerator") == "0" {
			t.Errorf("%s", a.Body)
		}
	})
}

// What fared beside the mediation: courts, cases taken up again, recusals, complaints and what parties said, each with its list, and
// nothing of it for who may not know.
func TestTheOverviewSaysHowAgreementsAndMediatorsFared(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files()
		su.Signed(c, town.Su)
		su.Does(c, "apply-confirmation", m{"court": "泉州市丰泽区人民法院", "applied_on": town.Today()}).Is(200)
		other := su.Files()
		su.Signed(other, town.Su)
		gone := su.Files(m{"applicant": m{"kind": "person", "name": "甲某某", "phone": "13800138003"}, "respondents": []m{{"name": "乙某某", "phone": "13800138004"}}})
		su.Accepted(gone)
		town.As(town.Zheng).Does(gone, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "committee"}).Is(200)
		town.As(town.Zheng).Does(gone, "request-recusal", m{"mediator_id": town.Hong.Mediator, "party_id": gone.Applicant, "reason": "Q4"}).Is(200)
		complaint := town.As(town.Station).Post("/cases/"+c.ID+"/complaints", m{"mediator_id": town.Su.Mediator, "kind": "K1", "text": "听的多是另一方的话", "party_id": c.Applicant}).Is(201)
		decide := func(step string, body m) {
			now := town.As(town.Zheng).Get("/complaints/" + complaint.Text("id")).Is(200)
			town.As(town.Zheng).With("If-Match", `"`+now.Text("version")+`"`).Post("/complaints/"+complaint.Text("id")+"/"+step, body).Is(200)
		}
		county := town.As(town.County)
		if before := county.Get("/reports/trend").Is(200); before.Text("rates.complaints.numerator") != "0" || before.Text("rates.complaints.denominator") != "3" {
			t.Errorf("a complaint that nobody has decided: %s", before.Text("rates.complaints"))
		}
		decide("take-up", nil)
		decide("decide", m{"outcome": "criticised", "reason": "当时没有让双方都说完，已批评教育", "decided_on": town.Today()})
		for reader, fair := range map[*housetest.Person]bool{town.County: true, town.Bureau: true, town.Zheng: false, town.Station: false} {
			hand := town.As(reader)
			a := hand.Get("/reports/trend").Is(200)
			for rate, want := range map[string]string{"confirmation_asked": "1/2", "confirmed": "0/1", "reopened": "0/0", "recused": "1/3", "complaints": "1/3"} {
				at := "rates." + rate
				if got := a.Text(at+".numerator") + "/" + a.Text(at+".denominator"); got != want {
					t.Errorf("%s: %s is %s, want %s", reader.Name, rate, got, want)
				}
				for _, part := range []string{"numerator", "denominator"} {
					if listed := fmt.Sprint(hand.Listed(a.Text(at + ".drill." + part))); listed != a.Text(at+"."+part) {
						t.Errorf("%s: the %s of %s is %s, and %s are listed", reader.Name, part, rate, a.Text(at+"."+part), listed)
					}
				}
			}
			if a.Holds(`"fair"`) != fair || fair && (a.Text("rates.fair.percent") != "–" || a.Text("rates.response.percent") != "–") {
				t.Errorf("%s: %s", reader.Name, a.Text("rates"))
			}
			if page := hand.Page("GET", "/reports", nil).Is(200); !page.Holds("申请司法确认率") || !page.Holds("回避率") || page.Holds("认为公正的") != fair {
				t.Errorf("the page of %s", reader.Name)
			}
		}
		if page := county.Page("GET", "/complaints?area=350503&received_from="+string(town.Today())+"&upheld=true", nil).Is(200); !page.Holds("看全部投诉") || !page.Holds(town.Su.Name) {
			t.Error("the list of complaints is not narrowed")
		}
		county.Page("GET", "/complaints?received_from=2026-02-30", nil).Is(http.StatusUnprocessableEntity)
	})
}

// What the page says stands in the file too: counts, where cases went, what fell due, and how long it took.
func TestTheFileOfTheOverviewSaysWhatThePageSays(t *testing.T) {
	housetest.Year(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County).With("Accept-Language", "zh-CN")
		a := county.Get("/reports/trend").Is(200)
		file := county.Get("/reports/trend/file?format=csv").Is(200)
		for name, line := range map[string]string{"totals.pending.value": "尚未结案", "nine.0.value": "登记", "nine.8.value": "反悔起诉", "promises.3.value": "情况不明", "took.n": "件数", "took.median_days": "中位数（天）", "took.p90_days": "九成不超过（天）"} {
			if want := "\n" + line + "," + a.Text(name); !file.Holds(want) {
				t.Errorf("no %q in\n%s", want, file.Body)
			}
		}
	})
}

func TestTheOverviewStaysWithinItsReader(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.FarCounty).Get("/reports/trend?area=350503").Is(http.StatusNotFound)
		town.As(town.County).Get("/reports/trend?from=2010-01-01&to=2026-01-01").Is(http.StatusUnprocessableEntity)
		town.As(town.Su).Get("/reports/trend").Is(http.StatusForbidden)
		city := town.As(town.Bureau).Get("/reports/trend").Is(200)
		if city.Text("areas.0.area") != "350502000000" || city.Text("areas.1.area") != "350503000000" {
			t.Errorf("areas: %s", city.Text("areas"))
		}
	})
}

func TestThePageOfTheOverviewSaysInFiguresWhatItDraws(t *testing.T) {
	housetest.Year(t, func(t *testing.T, town *housetest.Town) {
		page := town.As(town.County).Page("GET", "/reports", nil).Is(200)
		for _, text := range []string{"<svg class=\"chart\"", "2026-03", "n = 4", "95% 区间", "调解成功率 B", "近十二个月", "登记后的去向", "期限内办结率", "0 天"} {
			if !page.Holds(text) {
				t.Errorf("no %q in the page", text)
			}
		}
		if home := town.As(town.County).Page("GET", "/", nil).Is(http.StatusSeeOther); home.Header.Get("Location") != "/reports" {
			t.Errorf("home is %s", home.Header.Get("Location"))
		}
		if empty := town.As(town.FarCounty).Page("GET", "/reports", nil).Is(200); !empty.Holds("这段时间没有案件") {
			t.Error("an empty year is not told")
		}
		town.As(town.Zheng).Page("GET", "/reports", nil).Is(200)
	})
}

// A period at the edge of what a date can say is refused at once: counting its months would never end.
func TestAPeriodWithoutMeasureIsRefused(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		for _, period := range []string{"to=9999-12-31", "from=0001-01-01", "from=9999-01-01&to=9999-12-31", "from=2000-01-01&to=2026-01-01"} {
			town.As(town.County).Get("/reports/trend?area=350503&" + period).Is(422)
		}
		for _, period := range []string{"to=9999-12-31", "from=0001-01-01"} {
			town.As(town.County).Get("/reports/briefing?area=350503&" + period).Is(422)
			town.As(town.County).Get("/reports/case-table?area=350503&" + period).Is(422)
		}
		town.As(town.County).Get("/reports/trend?area=350503&from=2017-01-01&to=2026-12-31").Is(200)
		for _, path := range []string{"/reports", "/reports/briefing", "/reports/case-table"} {
			got := town.As(town.County).Page("GET", path+"?from=2026-02-30&to=2026-03-01", nil).Is(422)
			if !got.Holds("error-summary") || !got.Holds(`value="2026-02-30"`) || !got.Holds(`value="2026-03-01"`) {
				t.Errorf("%s: what was typed, or what is wrong with it, is not shown", path)
			}
			if backwards := town.As(town.County).Page("GET", path+"?from=2026-03-02&to=2026-03-01", nil).Is(422); !backwards.Holds(`value="2026-03-02"`) {
				t.Errorf("%s: a period that ends before it begins lost its days", path)
			}
		}
	})
}

// What was promised and what is known of it, how long mediations took and who came back: each by its definition.
func TestTheOverviewSaysWhatCameOfAgreements(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		first := su.Files(m{"applicant": m{"kind": "person", "name": "林秀英", "phone": "13800138001"}, "respondents": []m{{"name": "陈志强", "phone": "13800138002"}}})
		su.Performed(first, town.Su)
		su.Does(first, "close", nil).Is(200)
		unkept := su.Files(m{"applicant": m{"kind": "person", "name": "甲某某", "phone": "13800138003"}, "respondents": []m{{"name": "乙某某", "phone": "13800138004"}}})
		su.Signed(unkept, town.Su) // due in ten days, and nobody knows
		su.Does(unkept, "add-helper", m{"party_id": unkept.Applicant, "kind": "companion", "name": "林芳", "relation": "女儿"}).Is(200)
		town.Clock.Move(60 * 24 * time.Hour)
		town.SignInAgain()
		su = town.As(town.Su)
		again := su.Files(m{"applicant": m{"kind": "person", "name": "陈志强", "phone": "13800138002"}, "respondents": []m{{"name": "林秀英", "phone": "13800138001"}}})
		su.Accepted(again)
		town.Clock.Move(400 * 24 * time.Hour)
		town.SignInAgain()
		if _, err := town.App.Rollup.Roll(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, reader := range []*housetest.Person{town.County, town.Bureau} { // from rows, and from months
			a := town.As(reader).Get("/reports/trend?from=2026-01-01&to=2027-03-31").Is(200)
			for name, want := range map[string]string{"promises.0.value": "1", "promises.3.value": "1", "rates.performance.percent": "50.00", "took.n": "1", "took.median_days": "0", "rates.timely.percent": "100.00",
				"nine.0.value": "3", "nine.2.value": "3", "nine.6.value": "2", "nine.7.value": "1", "rates.mediated.percent": "66.67"} {
				if a.Text(name) != want {
					t.Errorf("%s: %s is %s, want %s", reader.Name, name, a.Text(name), want)
				}
			}
			b := town.As(reader).Get("/reports/trend?from=2027-01-01&to=2027-03-31").Is(200) // agreements of the first quarter of 2026
			if b.Text("rates.returnees.numerator") != "1" || b.Text("rates.returnees.denominator") != "2" || town.As(reader).Listed(b.Text("rates.returnees.drill.numerator")) != 1 {
				t.Errorf("%s: returnees: %s", reader.Name, b.Text("rates.returnees"))
			}
			v := town.As(reader).Get("/reports/survival?from=2026-01-01&to=2026-12-31").Is(200)
			if v.Text("curves.0.n") != "2" || v.Text("curves.0.ended") != "1" || v.Text("unknown") != "1" || v.Text("due") != "2" || town.As(reader).Listed(v.Text("drill")) != 2 {
				t.Errorf("%s: survival: %s", reader.Name, v.Body)
			}
			for by, key := range map[string]string{"form": "written", "confirmed": "0", "category": "02", "complex": "0"} {
				apart := town.As(reader).Get("/reports/survival?from=2026-01-01&to=2026-12-31&by=" + by).Is(200)
				if apart.Text("curves.0.key") != key || apart.Text("curves.0.n") != "2" || apart.Text("curves.0.ended") != "1" || apart.Text("curves.0.name") == "" {
					t.Errorf("%s: apart by %s: %s", reader.Name, by, apart.Body)
				}
			}
			if helped := town.As(reader).Get("/reports/survival?from=2026-01-01&to=2026-12-31&by=helped").Is(200); helped.Text("curves.0.key") != "0" || helped.Text("curves.0.ended") != "1" || helped.Text("curves.1.key") != "1" || helped.Text("curves.1.n") != "1" {
				t.Errorf("%s: apart by help: %s", reader.Name, helped.Body)
			}
			if run := town.As(reader).Get("/reports/survival?from=2027-01-15&to=2027-06-30").Is(200); run.Text("from") != "2027-01-01" || run.Text("to") != "2027-05-31" {
				t.Errorf("%s: the curve is about whole months that are over, and says %s to %s", reader.Name, run.Text("from"), run.Text("to"))
			}
			town.As(reader).Get("/reports/survival?from=2027-06-01&to=2027-06-30").Is(http.StatusUnprocessableEntity)
			y := town.As(reader).Get("/reports/yearly?year=2026").Is(200)
			if y.Text("sections.4.items.0.value") != "1" || y.Text("sections.7.items.0.rate.denominator") != "0" || y.Text("sections.0.items.0.value") != "–" || y.Text("from") != "2026-01-01" {
				t.Errorf("%s: year: %s", reader.Name, y.Body)
			}
		}
		county := town.As(town.County)
		if home := county.Get("/reports/trend?from=2026-01-01&to=2026-12-31&committee_id=" + town.Home.ID.String()).Is(200); home.Text("totals.accepted.value") != "3" || home.Text("committee") != town.Home.Name {
			t.Errorf("one committee: %s", home.Body)
		}
		county.Get("/reports/trend?committee_id=" + town.Far.ID.String()).Is(http.StatusNotFound)
		town.As(town.Zheng).Get("/reports/trend?committee_id=" + town.Other.ID.String()).Is(http.StatusNotFound)
		for _, path := range []string{"/reports/survival?from=2026-01-01&to=2026-12-31", "/reports/yearly?year=2026", "/reports/survival?by=nothing"} {
			want := http.StatusOK
			if strings.Contains(path, "nothing") {
				want = http.StatusUnprocessableEntity
			}
			county.Page("GET", path, nil).Is(want)
		}
		county.Page("GET", "/reports/yearly?year=2026&format=csv", nil).Is(200)
	})
}
