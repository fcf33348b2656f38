package casework_test

import (
	"context"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"fengqiao/internal/housetest"
)

// finds asks the list, as programs do.
func finds(h housetest.Hand, q string, c *housetest.Case) bool {
	return h.Get("/cases?q=" + url.QueryEscape(q)).Is(200).Holds(c.ID)
}

// boxFinds asks as the search box does.
func boxFinds(h housetest.Hand, q string, c *housetest.Case) bool {
	return h.Post("/searches", m{"text": q}).Is(200).Holds(c.ID)
}

func TestACaseIsFoundByNamesPinyinTitleAndPlace(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		chair := town.As(town.Zheng)
		for _, q := range []string{"林秀英", "秀英", "志强", "linxiuying", "lxy", "czq", "漏水", "少林社区", "少林 漏水", "林秀英 陈志强", c.Reference} {
			if !finds(chair, q, c) || !boxFinds(chair, q, c) || !boxFinds(town.As(town.Station), q, c) {
				t.Errorf("not found by %q", q)
			}
			for _, other := range []*housetest.Person{town.OtherChair, town.FarChair, town.FarStation} {
				if boxFinds(town.As(other), q, c) {
					t.Errorf("%s finds it by %q", other.Name, q)
				}
			}
		}
		for _, q := range []string{"林秀兰", "天花板", "发霉", "lxyz", "漏水 林秀兰"} { // the facts are sealed
			if boxFinds(chair, q, c) {
				t.Errorf("found by %q", q)
			}
		}
		county := town.As(town.County)
		if !finds(county, "少林社区", c) || !finds(town.As(town.Bureau), "少林社区", c) {
			t.Error("the bureau finds no case by its place")
		}
		for _, q := range []string{"林秀英", "漏水", "lxy", "秀英"} {
			county.Get("/cases?q=" + url.QueryEscape(q)).Is(403)
		}
		if !finds(town.Party(c, c.Code), "志强", c) || finds(town.Party(c, c.Code), "漏水", c) {
			t.Error("a party finds its case by the names in it, and not by its title")
		}
	})
}

func TestWhatACaseIsFoundByFollowsTheCase(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"respondents": []m{{"name": "陈志强", "phone_reason": "不知道"}, {"name": "黄阿金", "phone": "13705950001"}}})
		if !finds(su, "黄阿金", c) || !boxFinds(su, "13705950001", c) {
			t.Fatal("not found by a party's name or telephone")
		}
		second := su.Sees(c).Text("parties.2.id")
		su.Does(c, "remove-party", m{"party_id": second, "reason": "与本案无关"}).Is(200)
		if finds(su, "黄阿金", c) || boxFinds(su, "137 0595 0001", c) || !finds(su, "陈志强", c) {
			t.Error("a party that was removed is still found, or one that stayed is not")
		}
		su.Does(c, "amend", m{"set": m{"title": "噪音扰民"}, "reason": "写错了"}).Is(200)
		if finds(su, "漏水", c) || !finds(su, "噪音", c) {
			t.Error("found by the old title, or not by the new one")
		}
	})
}

// Of a restricted case the list shows no names: nobody finds it by one, nor by a telephone.
func TestARestrictedCaseIsFoundByItsNumberOnly(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		chair := town.As(town.Zheng)
		c := chair.Files(m{"category": "01", "title": "家庭暴力", "applicant": m{"name": "林秀英", "phone": "13800138000", "born_on": "2015-05-05"}})
		if !chair.Get("/cases").Holds(`"restricted":true`) {
			t.Fatal("not restricted")
		}
		for _, q := range []string{"林秀英", "lxy", "家庭", "13800138000"} {
			if boxFinds(chair, q, c) {
				t.Errorf("found by %q", q)
			}
		}
		if !boxFinds(chair, c.Reference, c) || !boxFinds(chair, "少林社区", c) {
			t.Error("not found by its reference or its place")
		}
	})
}

func TestANumberOfAPersonIsLookedUpWholeAndSeldom(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		chair := town.As(town.Zheng)
		for _, q := range []string{"13800138000", "+86 138-0013-8000", "11010519491231002x", "11010519491231002X"} {
			if !boxFinds(chair, q, c) || boxFinds(town.As(town.OtherChair), q, c) {
				t.Errorf("%q", q)
			}
			chair.Get("/cases?q=" + url.QueryEscape(q)).Is(422) // no number of a person in an address
		}
		if boxFinds(chair, "1380013", c) || boxFinds(chair, "110105", c) {
			t.Error("a piece of a number finds a case")
		}
		chair.Post("/searches", m{"text": "110105194912310021"}).Is(422)
		town.As(town.County).Post("/searches", m{"text": "13800138000"}).Is(403)
		town.Party(c, c.Code).Post("/searches", m{"text": "13800138000"}).Is(403)
		for range 26 {
			chair.Post("/searches", m{"text": "13900000000"}).Is(200)
		}
		chair.Post("/searches", m{"text": "13800138000"}).Is(429)
		if !boxFinds(chair, "林秀英", c) {
			t.Error("names are slowed down with the numbers")
		}
		town.Later(3600e9 + 1)
		if !boxFinds(town.Again(town.Zheng), "13800138000", c) {
			t.Error("still refused after an hour")
		}
	})
}

// The bound of an hour holds for requests that come together, too.
func TestNumbersLookedUpAtOnceAreCounted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		chair := town.As(town.Zheng)
		for range 26 {
			chair.Post("/searches", m{"text": "13900000000"}).Is(200)
		}
		var all sync.WaitGroup
		var found atomic.Int64
		for range 16 {
			all.Go(func() {
				if chair.Post("/searches", m{"text": "13900000000"}).Status == 200 {
					found.Add(1)
				}
			})
		}
		all.Wait()
		if n := found.Load(); n != 4 {
			t.Errorf("%d of sixteen numbers were looked up, after 26 in the hour", n)
		}
	})
}

// That a number was looked up is neither changed nor taken away.
func TestALookUpOfANumberIsKeptForGood(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Zheng).Post("/searches", m{"text": "13900000000"}).Is(200)
		town.OnlyAddedTo(t, "number_look_ups", "found")
	})
}

// Cases from before the search, and all when somebody asks for it, get their words in the background.
func TestTheWordsOfOldCasesAreKeptLater(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		a, b := town.As(nil).Files(), town.As(nil).Files(m{"area_code": housetest.Faraway})
		for _, county := range []string{"350502", "350503"} {
			forgetWords(t, town, county)
		}
		if finds(town.As(town.Zheng), "林秀英", a) {
			t.Fatal("found without words")
		}
		if n, err := town.App.Cases.KeepAllWords(context.Background()); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		if n, err := town.App.Cases.KeepWords(context.Background()); err != nil || n != 0 {
			t.Fatal(n, err)
		}
		if !finds(town.As(town.Zheng), "lxy", a) || !finds(town.As(town.FarChair), "林秀英", b) {
			t.Error("not found")
		}
	})
}

func forgetWords(t *testing.T, town *housetest.Town, county string) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err == nil {
		_, err = pool.ExecContext(t.Context(), "DELETE FROM case_terms WHERE county_code = '"+county+"'")
	}
	if err != nil {
		t.Fatal(err)
	}
}
