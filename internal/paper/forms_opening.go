package paper

import (
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
)

// cover is F1. The dates run from the first session to the agreement, or to the end where there is none.
func cover(f *file) []Paper {
	till := f.EndedAt
	if f.Agreement != nil && f.EffectiveAt != nil {
		till = f.EffectiveAt
	}
	if f.FirstSessionAt == nil {
		till = nil
	}
	dates := ""
	if f.FirstSessionAt != nil {
		dates = at(f.FirstSessionAt) + "至"
		if till != nil {
			dates += at(till)
		}
	}
	class := ""
	if f.Retention != "" {
		class = codes.Retentions.Name(f.Retention, "zh-CN")
	}
	return []Paper{{Cover: true, Blocks: []Block{{Fields: []Field{
		{Label: "调委会", Value: f.Committee.Name, Wide: true}, {Label: "卷名", Value: f.title(), Wide: true}, {Label: "编号", Value: f.number(), Wide: true},
		{Label: "调解员", Value: f.mediators(), Wide: true}, {Label: "调解日期", Value: dates, Wide: true},
		{Label: "立卷人"}, {Label: "立卷日期", Value: at(f.ArchivedAt)}, {Label: "保管期限", Value: class}, {Label: "备注"},
	}}}}}
}

// contents is F2; the pages are those of the dossier as it is printed, where somebody counted them.
func contents(f *file) []Paper {
	t := &Table{Head: []string{"序号", "文书名称", "页号", "备注"}, Widths: []int{10, 54, 12, 24}}
	for i, l := range f.contents {
		page := ""
		if l.Page > 0 {
			page = fmt.Sprint(l.Page)
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), l.Name, page, l.Remark})
		t.Links = append(t.Links, l.Anchor)
	}
	for len(t.Rows) < 12 {
		t.Rows = append(t.Rows, make([]string, 4))
	}
	return []Paper{{Blocks: []Block{{Table: t}}}}
}

// application is F3: of those who asked for mediation.
func application(f *file) []Paper {
	who := f.Side(casework.Applicant)
	if len(who) == 0 {
		if !f.empty {
			return nil
		}
		who = []casework.Party{{Role: casework.Applicant}}
	}
	out := Paper{Blocks: append(f.sides(f.Here(), casework.Applicant, "申请人"), f.sides(f.Here(), casework.Respondent, "被申请人")...)}
	if f.Seen == authz.Party && !slices.ContainsFunc(who, func(p casework.Party) bool { return p.ID == f.Me }) {
		return nil // the other side is told neutrally what it is about
	}
	wishes := Block{Heading: "当事人申请事项", Items: paras(f.Request)}
	if len(wishes.Items) == 0 {
		wishes = Block{Heading: wishes.Heading, Lines: 3}
	}
	lines := []Sign{}
	for _, p := range who {
		line := signer("申请人", p)
		if f.ApplicationBy != "" {
			line.How = codes.SignatureKinds.Name(f.ApplicationBy, "zh-CN")
		}
		if !f.empty {
			line.On = at(&f.RegisteredAt)
		}
		lines = append(lines, line)
	}
	out.Blocks = append(out.Blocks, told("纠纷简要情况", f.Facts, 8), wishes,
		Block{Paras: []string{"人民调解委员会已将申请人民调解的相关规定告知我，现自愿申请人民调解。"}},
		Block{Paras: []string{"此致", f.Committee.Name}}, Block{Signs: lines})
	return []Paper{out}
}

// register is F4. The paper has two sources; the eight that a case may have roll up to them.
func register(f *file) []Paper {
	if f.AcceptedAt == nil && !f.empty {
		return nil
	}
	applied := codes.IsApplication(f.Source) || codes.IsCommissioned(f.Source) && len(f.Side(casework.Applicant)) > 0
	source := ""
	if f.Source != "" {
		source = codes.Sources.Name(f.Source, "zh-CN")
	}
	kind := ""
	if f.Category != "" {
		kind = codes.Categories.Name(f.Category, "zh-CN")
	}
	var consents []string
	for _, p := range f.Here() {
		if p.Consent != casework.Unasked {
			consents = append(consents, p.Name+"："+codes.Consents.Name(string(p.Consent), "zh-CN")+parens(codes.Channels.Name(p.ConsentChannel, "zh-CN"), at(p.ConsentAt)))
		}
	}
	blocks := []Block{{Fields: []Field{{Label: "受理日期", Value: known(f.AcceptedDay)}, {Label: "登记编号", Value: f.IntakeNo}, {Label: "纠纷类别", Value: kind}, {Label: "来源说明", Value: source}}},
		{Heading: "来源", Boxes: []Box{{applied, "①依当事人申请"}, {!applied && f.Source != "", "②人民调解委员会主动调解"}}}}
	blocks = append(blocks, f.everybody(f.Here())...)
	blocks = append(blocks, told("纠纷简要情况", f.Facts, 8), told("征得当事人同意的情况", strings.Join(consents, "\n"), 2), Block{Heading: "备注", Lines: 2},
		Block{Signs: append(partiesSign(f.Here()), Sign{Who: "登记人（签名）"}), Seal: f.Committee.Name})
	return []Paper{{Blocks: blocks}}
}

func parens(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return ""
	}
	return "（" + strings.Join(parts, "，") + "）"
}

// notices is F5: what each party is told before mediation, to be signed by each.
func notices(f *file) (out []Paper) {
	who := f.Here()
	if f.empty {
		who = []casework.Party{{}}
	}
	for _, p := range who {
		sheet := Paper{About: p.Name, Party: p.ID, Blocks: []Block{{Fields: []Field{{Label: "被告知人", Value: p.Name}, {Label: "纠纷", Value: f.matter()}}}}}
		for _, part := range casework.RightsNotice {
			b := Block{Heading: part.Title.ZH}
			for _, item := range part.Items {
				b.Items = append(b.Items, item.ZH)
			}
			sheet.Blocks = append(sheet.Blocks, b)
		}
		line := signer("被告知人", p)
		line.On = at(p.NoticeAt)
		if p.NoticeManner != "" {
			line.How = map[string]string{"oral": "已口头告知", "written": "已书面告知"}[p.NoticeManner]
		}
		sheet.Blocks = append(sheet.Blocks, Block{Paras: []string{"以上内容已经告知我，我已经清楚。"}}, Block{Signs: []Sign{line, {Who: "告知人（签名）"}}})
		out = append(out, sheet)
	}
	return out
}

// matter is what a paper says that it is about: to the other side the kind alone.
func (f *file) matter() string {
	switch {
	case f.empty:
		return ""
	case f.Seen == authz.Party && f.Title == "":
		return codes.Untitled(f.Category)
	}
	return f.title()
}

// powers is F6: of each party that has an agent. What is waived needs its own box.
func powers(f *file) (out []Paper) {
	for _, h := range f.Helpers {
		if h.Kind == casework.AsAgent && !h.Void {
			out = append(out, f.power(h))
		}
	}
	if f.empty {
		out = append(out, f.power(casework.Helper{}))
	}
	return out
}

func (f *file) power(h casework.Helper) Paper {
	principal := casework.Party{}
	for _, p := range f.Sides {
		if p.ID == h.PartyID && !h.PartyID.IsZero() {
			principal = p
		}
	}
	var boxes []Box
	for _, c := range codes.AgentScopes {
		boxes = append(boxes, Box{slices.Contains(strings.Fields(h.Scopes), c.Code), c.Name.ZH})
	}
	line := signer("委托人", principal)
	line.On = known(h.Dated)
	if h.SignatureKind != "" {
		line.How = codes.SignatureKinds.Name(h.SignatureKind, "zh-CN")
	}
	return Paper{About: principal.Name, Party: h.PartyID, Bears: f.Whole && h.IDNumber != "", Masks: !f.Whole && h.IDNumber != "", Blocks: []Block{
		{Heading: "委托人", Fields: f.party(principal)},
		{Heading: "受委托人", Fields: []Field{{Label: "姓名", Value: h.Name}, {Label: "与委托人的关系", Value: h.Relation}, {Label: "身份证号码", Value: h.IDNumber}, {Label: "联系方式", Value: h.Phone}}},
		{Paras: []string{"现委托上列受委托人，在" + orBlank(f.matter()) + "的人民调解中，作为委托人的代理人。"}},
		{Heading: "授权范围（在方框内勾选）", Boxes: boxes},
		{Paras: []string{"没有勾选的，受委托人不能代为办理；承认、变更、放弃请求须有特别授权。"}},
		{Signs: []Sign{line}}}}
}

func orBlank(s string) string {
	if s == "" {
		return "________________________"
	}
	return s
}

// evidence is F8: a list of what was handed in, each file with its own print.
func evidence(f *file) []Paper {
	t := &Table{Head: []string{"序号", "名称", "提供人", "份数、页数", "核对原件", "提交日期", "文件校验值（SHA-256）"}, Widths: []int{7, 20, 14, 10, 9, 18, 22}}
	for _, a := range f.Attachments {
		if a.Paper != "" && a.Paper != "f8" {
			continue
		}
		from := f.nameOf(a.PartyID)
		if from == "" {
			from = "调委会收集"
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(len(t.Rows) + 1), a.Name + "（" + codes.Evidence.Name(a.Kind, "zh-CN") + "）", from, "", "□", day(calendar.DayOf(a.AddedAt)), a.SHA256})
	}
	if len(t.Rows) == 0 && !f.empty {
		return nil
	}
	for len(t.Rows) < 6 {
		t.Rows = append(t.Rows, make([]string, len(t.Head)))
	}
	return []Paper{{Blocks: []Block{{Table: t}, {Signs: []Sign{{Who: "提供人" + signHere}, {Who: "接收人（签名）"}}}}}}
}
