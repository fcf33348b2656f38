package paper

import (
	"fmt"
	"slices"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
)

// agreement is F10, in the words that were fixed; the day is the one on which the text was fixed.
func agreement(f *file) []Paper {
	a := f.Agreement
	if a == nil || a.Form != casework.Written {
		if !f.empty {
			return nil
		}
		a = &casework.Agreement{}
	}
	copies := "本协议一式　　份，各方当事人各执一份，人民调解委员会留存一份。"
	if a.Copies > 0 {
		copies = fmt.Sprintf("本协议一式%d份，各方当事人各执一份，人民调解委员会留存一份。", a.Copies)
	}
	blocks := append([]Block{{Fields: []Field{{Label: "编号", Value: f.agreementNo(), Wide: true}}}}, f.everybody(f.Bound())...)
	blocks = append(blocks, told("纠纷的主要事实", a.Facts, 5), told("争议事项和各方责任", a.Issues, 3))
	blocks = append(blocks, f.terms(a, "经调解，各方自愿达成如下协议")...)
	blocks = append(blocks, Block{Paras: []string{copies + "本协议自各方当事人签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效。"}},
		Block{Signs: append(f.partiesSigned(), f.staffSign(true, f.recorder())...), Seal: f.Committee.Name},
		Block{Fields: []Field{{Label: "协议日期", Value: dated(at(a.FixedAt), f.empty)}, {Label: "印章", Value: f.sealed()}}})
	return []Paper{{Blocks: blocks, Foot: Foot{TextHash: a.TextHash}}}
}

func dated(d string, empty bool) string {
	if empty {
		return noDay
	}
	return d
}

// recorder is who kept the record of the last session.
func (f *file) recorder() (name string) {
	for _, v := range f.Sittings {
		if v.Kind == "joint" && v.Details.Recorder != "" {
			name = v.Details.Recorder
		}
	}
	return name
}

func (f *file) sealed() string {
	for _, s := range f.Signatures() {
		if s.Signer == casework.BySeal {
			return at(&s.SignedAt) + "加盖"
		}
	}
	return ""
}

// terms are what was agreed, and a table of who owes whom what, how much, when and how.
func (f *file) terms(a *casework.Agreement, heading string) []Block {
	list := Block{Heading: heading, Items: []string{}}
	for _, c := range a.Clauses {
		list.Items = append(list.Items, c.Text)
	}
	if len(list.Items) == 0 {
		list = Block{Heading: heading, Lines: 8}
	}
	t := &Table{Head: []string{"义务人", "权利人", "内容和金额", "期限", "方式、地点"}, Widths: []int{15, 15, 32, 20, 18}}
	for _, o := range a.Obligations {
		n := slices.IndexFunc(a.Clauses, func(c casework.Clause) bool { return c.ID == o.ClauseID })
		what := codes.ObligationKinds.Name(o.Kind, "zh-CN") + fmt.Sprintf("（第%d条）", n+1)
		if o.AmountFen > 0 {
			what += " " + yuan(o.AmountFen)
		}
		t.Rows = append(t.Rows, []string{f.nameOf(o.Debtor), f.nameOf(o.Creditor), what, known(o.Due), o.Manner})
	}
	for len(t.Rows) == 0 || f.empty && len(t.Rows) < 3 {
		t.Rows = append(t.Rows, make([]string, len(t.Head)))
	}
	out := []Block{list, {Heading: "履行的方式和期限", Table: t}}
	if len(a.Obligations) > 1 && a.AmountFen > 0 {
		out = append(out, Block{Paras: []string{"以上金额合计" + yuan(a.AmountFen) + "。"}})
	}
	return out
}

// oralRegister is F11: what was agreed by word of mouth, entered by the mediator. The parties need not sign.
func oralRegister(f *file) []Paper {
	a := f.Agreement
	if a == nil || a.Form != casework.Oral {
		if !f.empty {
			return nil
		}
		a = &casework.Agreement{}
	}
	blocks := append([]Block{{Fields: []Field{{Label: "编号", Value: f.agreementNo(), Wide: true}}}}, f.everybody(f.Bound())...)
	blocks = append(blocks, told("纠纷的主要事实", a.Facts, 5), told("争议事项", a.Issues, 3))
	blocks = append(blocks, f.terms(a, "口头协议内容")...)
	blocks = append(blocks, Block{Fields: []Field{{Label: "达成日期", Value: dated(at(a.AgreedAt), f.empty)}, {Label: "登记日期"}}},
		Block{Signs: []Sign{{Who: "调解员（签名）", Name: f.host()}}, Seal: f.Committee.Name})
	return []Paper{{Blocks: blocks, Foot: Foot{TextHash: a.TextHash}}}
}

// confirmation is F13: both sides ask the court together, within thirty days of the agreement's taking effect (G9).
func confirmation(f *file) []Paper {
	m, asked := f.matterAtCourt()
	if !asked && !f.empty && (f.ConfirmBy.IsZero() || f.Today.After(f.ConfirmBy) || f.LegalTrack != "") {
		return nil
	}
	var blocks []Block
	for _, p := range f.Bound() {
		blocks = append(blocks, Block{Heading: "申请人", Fields: f.applicantAtCourt(p)})
	}
	formed, facts := noDay, ""
	if a := f.Agreement; a != nil {
		facts = a.Facts
		if a.FixedAt != nil {
			formed = at(a.FixedAt)
		}
	}
	unit := f.Committee.Name
	blocks = append(blocks,
		Block{Heading: "请求事项", Paras: []string{"请求人民法院依法确认申请人于" + formed + "经" + unit + "主持达成的人民调解协议（编号：" + f.agreementNo() + "）有效。"}},
		told("事实和理由", facts, 5),
		Block{Paras: []string{"申请人因上述纠纷，经" + unit + "调解，自愿达成调解协议。"}},
		Block{Heading: "承诺", Paras: []string{"申请人出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；所提供的材料真实。如果因为该协议内容给他人造成损害，愿意承担相应的民事责任和其他法律责任。"}},
		Block{Heading: "附", Items: []string{"人民调解协议书", "当事人身份或者资格证明", "与协议有关的财产权利证明", "送达地址、电话号码等联系方式", "委托代理人的，授权委托书和代理人身份证明"}},
		Block{Paras: []string{"此致", orBlank(m.Court)}}, Block{Signs: f.applicantsSign(m)})
	numbered := f.numbered(f.Bound())
	return []Paper{{Blocks: blocks, Bears: f.Whole && numbered, Masks: !f.Whole && numbered}}
}

// numbered tells whether the identity number of one of these parties stands on a paper of this reader, whole or masked.
func (f *file) numbered(parties []casework.Party) bool {
	return slices.ContainsFunc(parties, func(p casework.Party) bool { return p.IDNumber != "" && !f.Hides(p.ID) })
}

func (f *file) matterAtCourt() (casework.CourtMatter, bool) {
	i := slices.IndexFunc(f.Courts, func(m casework.CourtMatter) bool {
		return m.Kind == casework.Confirming && m.AgreementID == f.AgreementID
	})
	if i < 0 {
		return casework.CourtMatter{}, false
	}
	return f.Courts[i], true
}

func (f *file) applicantsSign(m casework.CourtMatter) (out []Sign) {
	for _, p := range f.Bound() {
		line := signer("申请人", p)
		line.On = known(m.FiledOn)
		out = append(out, line)
	}
	return out
}

// applicantAtCourt is a party as a court wants it: with the number of its identity card, or its credit code.
func (f *file) applicantAtCourt(p casework.Party) []Field {
	fields := f.party(p)
	label, value := "身份证号码", p.IDNumber
	if p.Kind == organisation {
		label, value = "统一社会信用代码", p.CreditCode
	}
	if f.Hides(p.ID) {
		value = kept
	}
	return append(fields, Field{Label: label, Value: value, Wide: true})
}
