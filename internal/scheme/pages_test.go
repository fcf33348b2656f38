package scheme_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// A scheme of many rates and several lists of materials is typed into the form: the buttons add rows, and nothing that was typed
// is lost. What is wrong in a late row is said at that row.
func TestR5_ASchemeHasAsManyRowsAsItNeeds(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county := housetest.OnDoorstep(town).Enters(town.County)
		const path = "/subsidy/schemes/new"
		county.Opens(path).Reads("标准 6").ReadsNot("标准 7", "材料清单 2")
		county.Says("terms.rates.0.fen", "50", "more", "rates").Is(200, path).Reads("标准 12").ReadsNot("标准 13", "材料清单 2", "请填写")
		shows(t, county, `name="terms.rates.0.fen" class="short" inputmode="decimal" maxlength="12" value="50"`)
		county.Says("more", "materials").Reads("标准 12", "材料清单 2").ReadsNot("材料清单 3")
		typed := []string{"kind", "case", "name", "很多行的办法", "basis", "丰司〔2026〕9号", "valid_from", "2026-01-01", "valid_to", "2028-12-31",
			"terms.materials.0.items", "agreement", "terms.materials.1.tier", "village", "terms.materials.1.class", "1", "terms.materials.1.items", "session_record",
			"terms.bonuses.0.percent", "10", "terms.bonuses.1.class", "4", "terms.bonuses.1.fen", "100"}
		n := 0
		for _, tier := range []string{"village", "township", "enterprise", "society", "industry"} {
			for class := 1; class <= 4; class++ {
				row := fmt.Sprintf("terms.rates.%d.", n)
				typed = append(typed, row+"tier", tier, row+"class", strconv.Itoa(class), row+"fen", strconv.Itoa(50*class))
				n++
			}
		}
		wrong := append([]string{}, typed...)
		wrong[len(wrong)-1] = "许多"
		county.Opens(path).Says(wrong...).Is(422, path).Reads("标准 20")
		shows(t, county, `href="#f-terms-rates-19-fen"`, `value="很多行的办法"`)
		county.Opens(path).Says(append(append([]string{}, typed...), "terms.materials.2.class", "2")...).Is(422, path).Reads("请至少选一种材料")
		shows(t, county, `href="#f-terms-materials-2-items"`)
		county.Opens(path).Says(typed...).Reads("办法已发布", "200.00")
		one := town.As(town.County).Get("/subsidy/schemes").Is(200)
		if one.Text("items.0.terms.rates.19.fen") != "20000" || one.Text("items.0.terms.materials.1.tier") != "village" || one.Text("items.0.terms.materials.2") != "" ||
			one.Text("items.0.terms.bonuses.1.class") != "4" {
			t.Errorf("published: %s", one.Body)
		}
		none := housetest.M{"kind": "case", "name": "没有材料的清单", "basis": "依据", "valid_from": "2030-01-01", "valid_to": "2031-12-31", "terms": housetest.M{"rates": []housetest.M{{"fen": 100}}, "materials": []housetest.M{{"items": []string{}}}}}
		if got := town.As(town.County).Post("/subsidy/schemes", none).Is(422); !got.Holds("terms.materials[0].items") {
			t.Errorf("a list of nothing: %s", got.Body)
		}
	})
}

// shows makes sure that the page as it was sent holds some marks.
func shows(t *testing.T, r *housetest.Reader, marks ...string) {
	t.Helper()
	for _, mark := range marks {
		if !strings.Contains(r.Page, mark) {
			t.Errorf("%s lacks %s", r.At, mark)
		}
	}
}
