package spot_test

import (
	"net/http"
	"regexp"
	"testing"

	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

var posterCode = regexp.MustCompile(`/q/([2-9A-Z]{8})`)

func TestAPosterIsMadeByThoseWhoAnswerForThePlace(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		village, d := "/posters/"+string(housetest.Shaolin), housetest.OnDoorstep(town)
		for _, p := range []*housetest.Person{town.OtherChair, town.FarChair, town.FarStation} {
			d.Enters(p).Opens(village).Is(200, village).Reads("由负责这里的调委会主任或者司法所制作")
			if got := town.As(p).Page("POST", village, nil); got.Status != http.StatusNotFound {
				t.Errorf("%s makes a poster: %d", p.Name, got.Status)
			}
		}
		if got := town.As(town.Su).Page("POST", village, nil); got.Status != http.StatusForbidden {
			t.Errorf("a mediator makes a poster: %d", got.Status)
		}
		if got := town.As(town.Lin).Page("GET", village, nil); got.Status != http.StatusForbidden {
			t.Errorf("a resident prints a poster: %d", got.Status)
		}
		d.Enters(town.Station).Opens(village).Says().Is(200, village+"?done=poster").Reads("少林社区", "少林社区人民调解委员会")
		code := posterCode.FindStringSubmatch(d.Enters(town.Su).Opens(village).Page)[1]
		d.Comes().Opens("/q/"+code).Reads("少林社区").Says().Is(200, "/file/about?placed=yes")
		for _, none := range []string{"350503000000", "350503001999", ident.ID{}.String() + "x"} {
			d.Enters(town.Zheng).Opens("/posters/" + none).Reads("没有")
		}
	})
}
