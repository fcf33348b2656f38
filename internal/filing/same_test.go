package filing_test

import (
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

func grouped(reference string) string {
	if strings.Contains(reference, "-") {
		return reference
	}
	return reference[:4] + "-" + reference[4:]
}

func TestAResidentIsAskedOnceWhetherItIsTheirOtherMatter(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Enters(town.Lin).Tells() // nothing under way: straight to the check page
		c := town.As(town.Lin).Files()
		town.As(town.Wang).Files() // somebody else's, of no concern
		lin.Opens("/file/check").Is(200, "/file/same").Reads("是不是这里面的一件事", grouped(c.Reference), `href="/mine/`+c.ID+`"`)
		if n := strings.Count(lin.Page, `href="/mine/`); n != 1 {
			t.Errorf("%d matters shown, want her own", n)
		}
		lin.Says().Is(200, "/file/check").Reads("林秀英")
		lin.Opens("/file/facts?to=check").Says("facts", "另一件事").Is(200, "/file/check") // not asked again
		lin.Opens("/file/same").Is(200, "/file/check")
	})
}

func TestAMatterThatIsOverIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		lin := housetest.OnDoorstep(town).Enters(town.Lin).Tells()
		c := town.As(town.Lin).Files()
		town.As(town.Lin).Does(c, "withdraw", housetest.M{}).Is(http.StatusOK)
		lin.Opens("/file/check").Is(200, "/file/check")
	})
}

func TestWhatThisBrowserFiledIsAskedAbout(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Comes().Tells().Says()
		ref, _ := lin.Receipt()
		again := func(r *housetest.Reader) *housetest.Reader {
			r.Opens("/file/place").Says("area_code", "350527000000").Says("category", "02").Says("danger", "no").Says("facts", "又漏了").Says("request", "").Says()
			r.Says("applicant.name", "林秀英", "applicant.phone", "13800138000")
			return r.Says("respondents.0.kind", "person", "respondents.0.name", "陈志强", "unknown", "yes")
		}
		again(lin).Is(200, "/file/same").Reads(ref, `href="/file/done"`)
		// the same name and the same telephone typed by a stranger: nothing is told
		again(d.Comes()).Is(200, "/file/check").ReadsNot(ref)
	})
}

func TestWhoCameInByCodeIsAskedAboutThatCase(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		ref, code := d.Comes().Tells().Says().Receipt()
		lin := d.Comes().Tells()
		lin.Opens("/follow").Says("reference", ref, "code", code)
		lin.Opens("/file/check").Is(200, "/file/same").Reads(ref, `href="/mine/`)
		lin.Says().Is(200, "/file/check")
	})
}

// The mediator is told of another case with the applicant's telephone, if they may read it.
func TestTheDeskIsToldOfPossiblyTheSameMatter(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		ref, _ := d.Comes().Tells().Says().Receipt()
		lin := d.Comes().Tells()
		ref2, _ := lin.Says().Receipt()
		home := strings.Replace(lin.Says().At, "/mine/", "/desk/cases/", 1)
		wang := town.As(town.Wang).Files(housetest.M{"applicant": housetest.M{"name": "王水木", "phone": "13900000002"}})
		d.Enters(town.Zheng).Opens("/desk/cases/"+wang.ID).Is(200, "/desk/cases/"+wang.ID).ReadsNot("可能是同一件事")
		d.Enters(town.Zheng).Opens(home).Reads("可能是同一件事", ref).ReadsNot(grouped(wang.Reference))
		d.Enters(town.Station).Opens(home).Reads("可能是同一件事", ref)
		d.Enters(town.County).Opens(home).ReadsNot("可能是同一件事", ref) // who sees no names is told of no person's matters

		// at another committee: its mediator learns nothing of this one's
		r := d.Comes().Tells()
		r.Opens("/file/village?to=check").Says("area_code", string(housetest.Donghu)).Is(200, "/file/check")
		r.Says().Receipt()
		there := strings.Replace(r.Says().At, "/mine/", "/desk/cases/", 1)
		d.Enters(town.OtherChair).Opens(there).Is(200, there).ReadsNot("可能是同一件事", ref, ref2)
	})
}
