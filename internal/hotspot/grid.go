package hotspot

import (
	"fmt"
	"strings"

	"fengqiao/internal/fault"
	"fengqiao/internal/sheet"
)

var (
	title    = fault.Say("纠纷集中的小区", "Where disputes gather")
	headings = []fault.Text{fault.Say("类型", "What"), fault.Say("名称", "Name"), fault.Say("地点", "Place"), fault.Say("户数", "Households"), fault.Say("纠纷", "Cases"),
		fault.Say("预期", "Expected"), fault.Say("倍数", "Ratio"), fault.Say("偶然概率", "Chance"), fault.Say("种类", "Kinds")}
	compoundText = fault.Say("小区", "Compound")
	firmText     = fault.Say("物业企业", "Property firm")
	rateNote     = fault.Text{ZH: "共查看 %d 个小区、%d 家物业企业；列出的当中，预计属于偶然的不超过 %d%%。", EN: "%d compounds and %d firms were looked at; of those named, no more than %d%% are expected to be chance."}
	lookNote     = fault.Say("这张表只提示到哪里去看，不说明谁有过错。", "This says where to look, and not that anybody is at fault.")
)

// File is what the report is called as a file.
func (r Report) File() string { return r.FileName("hot-spots") }

// Grid is a line for each compound and firm that stands out.
func (r Report) Grid(lang string) sheet.Grid {
	g := sheet.Grid{Name: title.In(lang), Title: title.In(lang), Under: r.Under(lang), Head: [][]sheet.Span{{}}}
	for _, h := range headings {
		g.Head[0] = append(g.Head[0], sheet.Span{Text: h.In(lang)})
	}
	for _, of := range []struct {
		what  fault.Text
		group Group
	}{{compoundText, r.Compounds}, {firmText, r.Firms}} {
		for _, s := range of.group.Found {
			var kinds []string
			for _, k := range s.Kinds {
				kinds = append(kinds, fmt.Sprint(k.Name, " ", k.Cases))
			}
			g.Rows = append(g.Rows, []any{of.what.In(lang), s.Name, s.Place, s.Households, s.Cases.Value, sheet.Decimal(s.Expected), sheet.Decimal(s.Ratio), s.Chance, strings.Join(kinds, " · ")})
		}
	}
	g.Notes = []string{fault.Say(rateNote.ZH, rateNote.EN, r.Compounds.Looked, r.Firms.Looked, r.Rate).In(lang), lookNote.In(lang)}
	return g
}
