package exchange

import (
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// world is what a committee's ledger is read against: its own place and those around it, who mediates for it, the day.
type world struct {
	committee  registry.Committee
	team       map[string]ident.ID // by name as names are compared; zero where two are called so
	me         ident.ID            // the mediator who takes the ledger in; zero for whoever is none
	places     map[string]place
	today      calendar.Day
	categories map[string]string
	sources    map[string]string
}

type place struct {
	area     ident.Area
	compound ident.ID
}

func worldOf(tx *db.Tx, committee, person ident.ID) (*world, error) {
	c, err := registry.FindCommittee(tx, committee)
	if err != nil {
		return nil, err
	}
	w := &world{committee: c, team: map[string]ident.ID{}, places: map[string]place{}, today: calendar.DayOf(tx.Now),
		categories: named(codes.Categories.Offered(), "纠纷", "争议"), sources: named(codes.Sources.Offered())}
	team, err := registry.MediatorsOf(tx, committee)
	if err != nil {
		return nil, err
	}
	for _, m := range team {
		if !m.Works() {
			continue
		}
		key := ident.MatchName(m.Name)
		if _, two := w.team[key]; two {
			w.team[key] = ident.ID{}
		} else {
			w.team[key] = m.ID
		}
		if m.PersonID == person {
			w.me = m.ID
		}
	}
	return w, w.around(tx)
}

// around knows the villages and compounds of the town in which the committee lies, by their names; of two that are called the
// same, the one in the committee's own village.
func (w *world) around(tx *db.Tx) error {
	at := w.committee.AreaCode
	town := at
	if at.Level() == ident.Village {
		town = at.Parent()
	}
	villages, err := registry.AreasBelow(tx, town)
	if err != nil {
		return err
	}
	for _, v := range villages {
		w.place(v.Name, place{area: v.Code})
		for _, office := range []string{"居民委员会", "村民委员会", "居委会", "村委会"} {
			w.place(strings.TrimSuffix(v.Name, office), place{area: v.Code})
		}
	}
	for page := (registry.Page{Limit: 100}); ; {
		compounds, more, err := registry.CompoundsIn(tx, town, page)
		if err != nil {
			return err
		}
		for _, c := range compounds {
			w.place(c.Name, place{area: c.AreaCode, compound: c.ID})
		}
		if !more || len(compounds) == 0 {
			return nil
		}
		page.After = compounds[len(compounds)-1].ID
	}
}

func (w *world) place(name string, p place) {
	key := ident.MatchName(name)
	if was, ok := w.places[key]; !ok || p.area == w.committee.AreaCode && was.area != p.area {
		w.places[key] = p
	}
}

// where understands a place. One that is not known is the committee's own, and its words go into the facts.
func (w *world) where(text string) (at place, known bool) {
	if text == "" {
		return place{area: w.committee.AreaCode}, true
	}
	key := ident.MatchName(text)
	if p, ok := w.places[key]; ok {
		return p, true
	}
	best := "" // 东湖花园3号楼502: the longest name in it
	for name := range w.places {
		if len(name) > len(best) && len([]rune(name)) > 2 && strings.Contains(key, name) {
			best = name
		}
	}
	if best != "" {
		return w.places[best], false
	}
	return place{area: w.committee.AreaCode}, false
}

// named finds codes by themselves, by their names, and by their names with an ending that people add.
func named(list codes.List, endings ...string) map[string]string {
	out := map[string]string{}
	for _, c := range list {
		out[ident.MatchName(c.Code)] = c.Code
		for _, name := range slices.Concat([]string{c.Name.ZH, strings.ToLower(c.Name.EN)}, strings.Split(c.Name.ZH, "、")) {
			key := ident.MatchName(name)
			if _, taken := out[key]; !taken || name == c.Name.ZH {
				out[key] = c.Code
			}
			for _, end := range endings {
				if _, taken := out[key+end]; !taken {
					out[key+end] = c.Code
				}
			}
		}
	}
	for other, code := range otherNames {
		if _, ok := list.Find(code); ok {
			out[other], out[other+"纠纷"] = code, code
		}
	}
	return out
}

// otherNames are how ledgers call what the lists call otherwise.
var otherNames = map[string]string{"婚姻": "01", "家庭": "01", "婚姻家庭": "01", "邻里关系": "02", "相邻": "02", "相邻关系": "02", "房屋": "03", "宅基地": "03", "房屋、宅基地": "03", "土地": "07", "山林": "07",
	"拆迁": "08", "征地": "08", "损害": "06", "人身损害": "06", "人身损害赔偿": "06", "赔偿": "06", "劳动": "1099", "劳动争议": "1099", "劳务": "1099", "工资": "1001", "拖欠工资": "1001", "消费": "1499", "医患": "11", "交通事故": "12", "交通": "12",
	"环境": "09", "环境保护": "09", "借贷": "04", "民间借贷": "04", "债务": "04", "经济": "04", "物业管理": "13", "物业服务": "1302", "漏水": "1306", "停车": "1305", "电梯": "1310",
	"窗口": "11", "来访": "11", "上门": "11", "扫码": "12", "网络": "13", "电话": "14", "排查": "21", "主动排查": "21", "网格": "22", "依申请": "11", "主动": "21", "主动调解": "21"}
