package demo

import (
	"strings"

	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// seat is a committee to be set up, and how many mediators it gets.
type seat struct {
	area      registry.Area
	of        registry.Type
	mediators int
	also      []registry.Area // units without a committee of their own that it serves
}

// seats shares 2,525 committees and 10,226 mediators out over the village-level units: they are fewer than the units,
// so that some serve a neighbour as well; and gives every street and town its own committee.
func seats(areas []registry.Area) map[ident.County][]seat {
	var units []registry.Area
	for _, a := range areas {
		if a.Level == ident.Village {
			units = append(units, a)
		}
	}
	without := len(units) - Committees
	extra := Mediators - 4*Committees // so many have a fifth mediator
	out := map[ident.County][]seat{}
	for i, a := range units {
		county := a.Code.County()
		list := out[county]
		if last := len(list) - 1; without > 0 && last >= 0 && a.Code != HomeArea && i%50 == 49 && list[last].area.Parent == a.Parent {
			list[last].also = append(list[last].also, a)
			without--
			continue
		}
		s := seat{area: a, of: registry.OfResidents, mediators: 4}
		if a.Code[9] >= '2' {
			s.of = registry.OfVillage
		}
		if extra > 0 && i%20 == 7 {
			s.mediators, extra = 5, extra-1
		}
		out[county] = append(list, s)
	}
	return withTowns(settle(out, without, extra), areas)
}

// settle hands out what the even spread left over, from the end of the biggest county.
func settle(out map[ident.County][]seat, without, extra int) map[ident.County][]seat {
	const biggest ident.County = "350583"
	list := out[biggest]
	for i := len(list) - 1; i > 0 && without > 0; i-- {
		if list[i-1].area.Parent == list[i].area.Parent && len(list[i].also) == 0 {
			list[i-1].also = append(list[i-1].also, list[i].area)
			list = append(list[:i], list[i+1:]...)
			without--
			i--
		}
	}
	for i := range list {
		if extra > 0 && list[i].mediators == 4 {
			list[i].mediators, extra = 5, extra-1
		}
	}
	out[biggest] = list
	return out
}

func withTowns(out map[ident.County][]seat, areas []registry.Area) map[ident.County][]seat {
	for _, a := range areas {
		if a.Level != ident.Town {
			continue
		}
		of := registry.OfTown
		if a.Code[6] == '0' {
			of = registry.OfStreet
		}
		out[a.Code.County()] = append(out[a.Code.County()], seat{area: a, of: of, mediators: 3})
	}
	return out
}

// studios are the counties whose property mechanism has a committee of the county beside those of communities.
var studios = []ident.County{"350502", "350503", "350582", "350583"}

const communityBodies = 116 // property committees of communities; with the studios 120

// density is how many compounds a community of a county has.
var density = map[ident.County]int{"350502": 5, "350503": 6, "350504": 4, "350505": 3, "350521": 4, "350524": 3, "350525": 2, "350526": 2,
	"350581": 4, "350582": 4, "350583": 4}

// estate is a community with so many compounds, of which so many are served by the property mechanism.
type estate struct {
	area              registry.Area
	compounds, served int
}

// estates spreads 2,034 compounds over the communities, 1,200 of them served: about three communities of five whole.
// The home community's are not: there its own committee hears property disputes.
func estates(areas []registry.Area) map[ident.County][]estate {
	var all []estate
	total := 0
	for _, a := range areas {
		if a.Level != ident.Village || a.Code[9] >= '2' {
			continue
		}
		n := density[a.Code.County()]
		if a.Code == HomeArea {
			n = len(homeCompounds)
		}
		all, total = append(all, estate{area: a, compounds: n}), total+n
	}
	for i := 0; total > Compounds; i = (i + 7) % len(all) {
		if all[i].area.Code != HomeArea && all[i].compounds > 1 {
			all[i].compounds, total = all[i].compounds-1, total-1
		}
	}
	left := Covered
	for turn := range 2 {
		for i := range all {
			if e := &all[i]; e.area.Code != HomeArea && e.served == 0 && (i%5 < 3 || turn == 1) {
				e.served = min(left, e.compounds)
				left -= e.served
			}
		}
	}
	out := map[ident.County][]estate{}
	for _, e := range all {
		out[e.area.Code.County()] = append(out[e.area.Code.County()], e)
	}
	return out
}

// bodies are how many property committees of communities each county gets, in the measure of its served communities.
func bodies(all map[ident.County][]estate, order []ident.County) map[ident.County]int {
	served, total := map[ident.County]int{}, 0
	for county, list := range all {
		for _, e := range list {
			if e.served > 0 {
				served[county], total = served[county]+1, total+1
			}
		}
	}
	out, seen, given := map[ident.County]int{}, 0, 0
	for _, county := range order {
		seen += served[county]
		out[county] = communityBodies*seen/total - given
		given += out[county]
	}
	return out
}

var homeCompounds = []string{"东湖花苑", "少林雅居", "圣湖新村", "学府佳苑"}

// What compounds are called.
var (
	compoundFirst = []string{"锦绣", "阳光", "金色", "翡翠", "东方", "世纪", "滨江", "湖心", "凤凰", "御景", "华景", "丰盛", "海峡", "刺桐", "清源", "紫薇"}
	compoundLast  = []string{"花园", "家园", "新城", "名邸", "华庭", "小区", "嘉园", "公寓"}
)

var shorter = strings.NewReplacer("居民委员会", "", "村民委员会", "", "社区居委会", "", "居委会", "", "村委会", "", "街道", "", "社区", "")

// tail is the last place of a full name: 福建省泉州市丰泽区东湖街道 → 东湖街道.
func tail(full []rune) string {
	for i := len(full) - 2; i >= 0; i-- {
		if strings.ContainsRune("市区县", full[i]) {
			return string(full[i+1:])
		}
	}
	return string(full)
}
