package paper

import (
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
)

// makers draw the sheets of each form.
var makers = map[string]func(*file) []Paper{
	"f1": cover, "f2": contents, "f3": application, "f4": register, "f5": notices, "f6": powers, "f7": investigations, "f8": evidence,
	"f9": records, "f10": agreement, "f11": oralRegister, "f12": visits, "f13": confirmation, "f14": remarks, "f15": backCover,
	"f16": closing, "f17a": screening, "f17b": referrals, "f17c": termination, "f17d": nonAcceptance,
}

const organisation = "organisation"

// party are the fields of a party: of a natural person (name, sex, ethnicity, age, occupation or post, contact, employer or
// address), or of an organisation. What is kept from the reader says so; what is unknown is a blank.
func (f *file) party(p casework.Party) []Field {
	hidden := f.Hides(p.ID)
	show := func(text string) string {
		if hidden {
			return kept
		}
		return text
	}
	if p.Kind == organisation {
		return []Field{{Label: "名称", Value: p.Name, Wide: true}, {Label: "地址", Value: f.address(p), Wide: true},
			{Label: "法定代表人", Value: show(p.LegalRep)}, {Label: "职务"}, {Label: "联系方式", Value: show(p.Phone), Wide: true}}
	}
	home := f.address(p)
	if !hidden && !p.AddressHidden && p.Employer != "" { // who knows where somebody works finds them, M11
		home = strings.TrimPrefix(p.Employer+"；"+home, "；")
		home = strings.TrimSuffix(home, "；")
	}
	fields := []Field{{Label: "姓名", Value: p.Name}, {Label: "性别", Value: show(sex(p.Sex))}, {Label: "民族", Value: show(codes.Ethnicity(p.Ethnicity))},
		{Label: "年龄", Value: show(f.age(p))}, {Label: "职业或职务", Value: show(p.Occupation)}, {Label: "联系方式", Value: show(p.Phone)},
		{Label: "单位或住址", Value: home, Wide: true}}
	for _, h := range f.Helpers {
		if h.PartyID == p.ID && h.Kind == casework.AsGuardian && h.EndedAt == nil {
			fields = append(fields, Field{Label: "监护人", Value: h.Name + parens(h.Relation, h.Phone), Wide: true})
		}
	}
	return fields
}

// address is where a party lives or is; on no paper where it is kept safe (M11), since the other side gets the papers too.
func (f *file) address(p casework.Party) string {
	switch {
	case f.Hides(p.ID):
		return kept
	case p.AddressHidden:
		return keptSafe
	}
	return p.Address
}

func sex(code string) string {
	if code == "" || code == "0" {
		return ""
	}
	return codes.Sexes.Name(code, "zh-CN")
}

// age is the party's on the day on which the case was registered: the same on every paper of the dossier (C17).
func (f *file) age(p casework.Party) string {
	born := p.BornOn
	if born.IsZero() {
		born = calendar.Day(ident.IDNumber(p.IDNumber).Born())
	}
	if born.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d岁", born.AgeOn(calendar.DayOf(f.RegisteredAt)))
}

// sides are blocks with the fields of those of a side; a blank form has one of each.
func (f *file) sides(all []casework.Party, role, called string) (out []Block) {
	all = slices.DeleteFunc(slices.Clone(all), func(p casework.Party) bool { return p.Role != role })
	for i, p := range all {
		heading := called
		if len(all) > 1 {
			heading = fmt.Sprintf("%s（%d）", called, i+1)
		}
		out = append(out, Block{Heading: heading, Fields: f.party(p)})
	}
	return out
}

// everybody are parties of both sides as an agreement calls them.
func (f *file) everybody(all []casework.Party) []Block {
	if len(f.Side(casework.Applicant)) == 0 {
		return f.sides(all, casework.Respondent, "当事人")
	}
	return append(f.sides(all, casework.Applicant, "当事人（申请人）"), f.sides(all, casework.Respondent, "当事人（被申请人）")...)
}

// signer is the line of a party. An organisation signs by its representative and its seal.
func signer(called string, p casework.Party) Sign {
	if p.Kind == organisation {
		return Sign{Who: called + "（法定代表人签名并加盖公章）", Name: p.Name}
	}
	return Sign{Who: called + signHere, Name: p.Name}
}

// signed fills a line with a signature that stands under the agreement.
func (f *file) signed(line Sign, by func(casework.Signature) bool) Sign {
	all := f.Signatures()
	i := slices.IndexFunc(all, by)
	if i < 0 {
		return line
	}
	s := all[i]
	line.How, line.On, line.Hand = codes.SignatureKinds.Name(s.Kind, "zh-CN"), at(&s.SignedAt), s.Drawing
	if s.HelperID.IsZero() {
		return line
	}
	line.How += "，由代理人或者监护人签"
	if h := f.Helper(s.HelperID); h != nil {
		line.How = codes.SignatureKinds.Name(s.Kind, "zh-CN") + "，由" + codes.HelperKinds.Name(h.Kind, "zh-CN") + h.Name + "签"
	}
	return line
}

// partiesSign are the lines of parties, for them to sign.
func partiesSign(all []casework.Party) (out []Sign) {
	for _, p := range all {
		out = append(out, signer("当事人", p))
	}
	return out
}

// partiesSigned are the lines of the parties to the agreement, with what stands under it.
func (f *file) partiesSigned() []Sign {
	all := f.Bound()
	out := partiesSign(all)
	for i, p := range all {
		out[i] = f.signed(out[i], func(s casework.Signature) bool { return s.Signer == casework.ByParty && s.PartyID == p.ID })
	}
	return out
}

// staffSign are the lines of those who mediate and of who kept the record.
func (f *file) staffSign(bound bool, recorder string) (out []Sign) {
	all := f.Mediators()
	for _, m := range all {
		line := Sign{Who: "调解员（签名）", Name: m.Name}
		if bound {
			line = f.signed(line, func(s casework.Signature) bool {
				return s.Signer == casework.ByMediator && s.MediatorID == m.MediatorID
			})
		}
		out = append(out, line)
	}
	if len(all) == 0 {
		out = append(out, Sign{Who: "调解员（签名）"})
	}
	return append(out, Sign{Who: "记录人（签名）", Name: recorder})
}
