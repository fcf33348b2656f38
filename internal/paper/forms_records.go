package paper

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
)

// investigations is F7: one sheet for each person who was asked.
func investigations(f *file) (out []Paper) {
	for _, v := range f.Sittings {
		if v.Kind == "investigation" {
			out = append(out, f.investigation(v))
		}
	}
	if f.empty {
		out = append(out, f.investigation(casework.Session{}))
	}
	return out
}

func (f *file) investigation(v casework.Session) Paper {
	asked := v.Details.Interviewee
	p := Paper{About: strings.Trim(asked+" "+dayOrNot(v), " "), Blocks: []Block{{Fields: []Field{
		{Label: "时间", Value: span(v.StartsAt, v.EndsAt), Wide: true}, {Label: "地点", Value: v.Place, Wide: true}, {Label: "在场人", Value: f.present(v), Wide: true},
		{Label: "被调查人", Value: asked}, {Label: "调查人", Value: f.sat(v)}, {Label: "记录人", Value: v.Details.Recorder}, {Label: "调查事项", Value: v.Details.Matter}}}}}
	turns := turnsOf(v.Record)
	body := Block{Heading: "调查笔录", Turns: turns}
	if len(turns) == 0 {
		body = Block{Heading: "调查笔录", Lines: 14}
	}
	p.Blocks = append(p.Blocks, body)
	if len(paras(v.Result)) > 0 {
		p.Blocks = append(p.Blocks, told("调查结果", v.Result, 0))
	}
	p.Blocks = append(p.Blocks, Block{Paras: []string{"以上笔录已经交我阅读（或者向我宣读），与我所说的相符。"}},
		Block{Signs: []Sign{{Who: "被调查人" + signHere, Name: asked}, {Who: "调查人（签名）", Name: f.sat(v)}, {Who: "记录人（签名）", Name: v.Details.Recorder}}})
	return p
}

func dayOrNot(v casework.Session) string {
	if v.StartsAt.IsZero() {
		return ""
	}
	return day(calendar.DayOf(v.StartsAt))
}

// sat are the mediators who were present.
func (f *file) sat(v casework.Session) string {
	var names []string
	for _, id := range v.Mediators {
		if name := f.MediatorName(id); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, "、")
}

// present are the parties who were there, each with those who came along.
func (f *file) present(v casework.Session) string {
	var names []string
	for _, id := range v.Attending {
		names = append(names, f.nameOf(id)+parens(f.came(v, id)))
	}
	return strings.Join(names, "、")
}

func (f *file) came(v casework.Session, party ident.ID) string {
	var with []string
	for _, id := range v.Details.Helpers {
		if h := f.Helper(id); h != nil && h.PartyID == party {
			with = append(with, codes.HelperKinds.Name(h.Kind, "zh-CN")+h.Name)
		}
	}
	return strings.Join(with, "、")
}

// invited are those invited to help: no mediator, party or recorder is among them.
func invited(v casework.Session) string {
	var names []string
	for _, g := range v.Guests {
		names = append(names, g.Name+parens(codes.InvitedKinds.Name(g.Kind, "zh-CN")))
	}
	return strings.Join(names, "、")
}

var turn = regexp.MustCompile(`^(问|答|[^：:，。；]{1,8})[：:]\s*(.*)$`)

// turnsOf splits a record into what was asked and answered, or who said what; a line without a speaker goes on with the one
// before.
func turnsOf(record string) (out []Turn) {
	for _, line := range paras(record) {
		if m := turn.FindStringSubmatch(line); m != nil {
			out = append(out, Turn{m[1], m[2]})
			continue
		}
		out = append(out, Turn{"", line})
	}
	return out
}

// records is F9: one sheet for each joint session. What was said in a caucus stands in no record.
func records(f *file) (out []Paper) {
	for _, v := range f.Sittings {
		if v.Kind == "joint" {
			out = append(out, f.record(v))
		}
	}
	if f.empty {
		out = append(out, f.record(casework.Session{}))
	}
	return out
}

func (f *file) record(v casework.Session) Paper {
	mode := ""
	if v.Mode != "" && v.Mode != "in_person" {
		mode = codes.SessionModes.Name(v.Mode, "zh-CN")
	}
	open := ""
	if !f.empty {
		open = map[bool]string{true: "公开", false: "不公开"}[v.Open]
	}
	matter := v.Details.Matter
	if matter == "" {
		matter = f.title()
	}
	p := Paper{About: dayOrNot(v), Blocks: []Block{{Fields: []Field{
		{Label: "时间", Value: span(v.StartsAt, v.EndsAt), Wide: true}, {Label: "地点", Value: strings.TrimSpace(v.Place + " " + mode), Wide: true}, {Label: "事由", Value: matter, Wide: true},
		{Label: "到场当事人", Value: f.present(v), Wide: true}, {Label: "参加人（受邀）", Value: invited(v), Wide: true},
		{Label: "调解员", Value: f.sat(v)}, {Label: "记录人", Value: v.Details.Recorder}, {Label: "公开或不公开", Value: open, Wide: true}}}}}
	var points []Box
	for _, c := range codes.SessionPoints {
		points = append(points, Box{slices.Contains([]string(v.Points), c.Code), c.Name.ZH})
	}
	body := Block{Heading: "调解记录", Turns: turnsOf(v.Record)}
	if len(body.Turns) == 0 {
		body = Block{Heading: body.Heading, Lines: 12}
	}
	p.Blocks = append(p.Blocks, body, told("调解结果", v.Result, 3), Block{Heading: "记录中已经写明（勾选）", Boxes: points})
	var lines []Sign
	for _, party := range f.Here() {
		if f.empty || slices.Contains(v.Attending, party.ID) {
			lines = append(lines, signer("当事人", party))
		}
	}
	for _, g := range v.Guests {
		lines = append(lines, Sign{Who: "参加人（签名）", Name: g.Name})
	}
	lines = append(lines, Sign{Who: "调解员（签名）", Name: f.sat(v)}, Sign{Who: "记录人（签名）", Name: v.Details.Recorder})
	p.Blocks = append(p.Blocks, Block{Signs: lines, Seal: f.Committee.Name})
	return p
}

// visits is F12: one sheet for each follow-up visit.
func visits(f *file) (out []Paper) {
	for _, v := range f.Visits {
		out = append(out, f.visit(v))
	}
	if f.empty {
		out = append(out, f.visit(casework.Visit{}))
	}
	return out
}

func (f *file) visit(v casework.Visit) Paper {
	satisfied, no, suits := "", "", ""
	if v.Satisfied > 0 {
		satisfied = fmt.Sprintf("%d分（满分5分）", v.Satisfied)
	}
	if f.Agreement != nil && f.EffectiveAt != nil && !v.VisitedOn.Before(calendar.DayOf(*f.EffectiveAt)) { // an earlier visit was about an earlier agreement, C1
		no = f.agreementNo()
	}
	for _, m := range f.Courts {
		if m.Kind == casework.Suing {
			result := "尚未裁判"
			if m.Result != "" {
				result = codes.SuitResults.Name(m.Result, "zh-CN")
			}
			suits += m.Court + "，" + day(m.FiledOn) + "起诉，" + result + "。"
		}
	}
	done := []Box{{v.Performed, "已经履行"}, {!f.empty && !v.Performed, "没有履行，或者没有全部履行"}}
	p := Paper{About: known(v.VisitedOn), Blocks: []Block{{Fields: []Field{
		{Label: "被回访当事人", Value: f.namesOf(v.Visited)}, {Label: "协议编号", Value: no}, {Label: "回访事由", Value: f.title(), Wide: true}, {Label: "回访时间", Value: known(v.VisitedOn)}, {Label: "回访人", Value: v.Visitor}}},
		{Heading: "协议履行情况", Boxes: done}, {Fields: []Field{{Label: "当事人满意度", Value: satisfied, Wide: true}, {Label: "起诉和裁判", Value: suits, Wide: true},
			{Label: "调解有无错误", Wide: true}, {Label: "有无激化、隐患", Wide: true}}}, told("回访记录和采取的措施", v.Note, 5),
		{Signs: []Sign{{Who: "回访人（签名）", Name: v.Visitor, On: known(v.VisitedOn)}}}}}
	return p
}
