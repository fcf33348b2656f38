package paper

import (
	"fmt"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
)

// remarks is F14: what whoever opens the dossier should know of it. Corrections after filing stand there by themselves (R7).
func remarks(f *file) []Paper {
	if f.State != casework.Closed && f.State != casework.Archived && !f.empty {
		return nil
	}
	var lines []string
	for _, r := range f.Corrections {
		if r.DecidedAt != nil && r.Approved {
			lines = append(lines, fmt.Sprintf("归档后更正一次：%s提出，%s批准。原因：%s", at(&r.AskedAt), at(r.DecidedAt), r.Reason))
		}
	}
	body := told("情况说明", strings.Join(lines, "\n"), 0)
	body.Lines = 12
	return []Paper{{Blocks: []Block{{Fields: []Field{{Label: "卷名", Value: f.title(), Wide: true}}}, body,
		{Signs: []Sign{{Who: "立卷人（签名）"}, {Who: "检查人（签名）"}}}}}}
}

// backCover is F15: how many pages the volume has.
func backCover(f *file) []Paper {
	pages := "本卷共　　　　页"
	if f.total > 0 {
		pages = fmt.Sprintf("本卷共%d页", f.total)
	}
	return []Paper{{Cover: true, Blocks: []Block{{Paras: []string{pages}}, {Fields: []Field{{Label: "立卷单位", Value: f.Committee.Name, Wide: true}, {Label: "检查人"}, {Label: "检查日期"}}}}}}
}

// closing is F16: filled in when the dossier is filed. Closed means performed, or dealt with.
func closing(f *file) []Paper {
	if f.State != casework.Closed && f.State != casework.Archived && !f.empty {
		return nil
	}
	result := ""
	if f.Outcome != "" {
		result = codes.Outcomes.Name(string(f.Outcome), "zh-CN")
	}
	if a := f.Agreement; a != nil && a.AmountFen > 0 {
		result += "，涉及金额" + yuan(a.AmountFen)
	}
	source := ""
	if f.Source != "" {
		source = codes.Sources.Name(f.Source, "zh-CN")
	}
	return []Paper{{Blocks: []Block{{Fields: []Field{
		{Label: "案件编号", Value: f.number(), Wide: true}, {Label: "填表日期", Value: at(f.ArchivedAt)}, {Label: "单位", Value: f.Committee.Name},
		{Label: "承办人", Value: f.host()}, {Label: "案件来源", Value: source}, {Label: "受理日期", Value: known(f.AcceptedDay)}, {Label: "结案日期", Value: at(f.EndedAt)},
		{Label: "当事人", Value: strings.Trim(f.names(casework.Applicant)+"、"+f.names(casework.Respondent), "、"), Wide: true}}},
		told("简要案情", f.Facts, 6), told("处理结果", result, 3), {Signs: []Sign{{Who: "承办人（签名）", Name: f.host()}}}}}}
}

// screening is F17a: of a case that a screening round found.
func screening(f *file) []Paper {
	if f.ScreeningRound.IsZero() && !f.empty {
		return nil
	}
	r := f.screened
	if r == nil {
		r = &Screened{}
	}
	area := f.Place
	if f.empty {
		area = ""
	}
	return []Paper{{Blocks: []Block{{Fields: []Field{{Label: "排查日期", Value: known(r.On)}, {Label: "排查类型", Value: r.Kind}, {Label: "排查区域", Value: area, Wide: true}, {Label: "排查人员", Value: r.Persons, Wide: true}}},
		{Boxes: []Box{{r.Found != "", "发现矛盾纠纷"}, {false, "没有发现（零报告）"}}}, told("排查发现", r.Found, 5), told("处理情况", f.taken(), 3),
		{Signs: []Sign{{Who: "排查人（签名）", Name: r.Persons, On: known(r.On)}}}}}}
}

func (f *file) taken() string {
	if f.empty {
		return ""
	}
	return "登记为纠纷案件，登记编号" + f.IntakeNo + "。"
}

// referrals is F17b: one letter for each organ to which the case was referred on.
func referrals(f *file) (out []Paper) {
	for _, r := range f.ReferralsOut {
		out = append(out, f.referral(r))
	}
	if f.empty {
		out = append(out, f.referral(casework.ReferralOut{}))
	}
	return out
}

func (f *file) referral(r casework.ReferralOut) Paper {
	var papers []string
	for _, a := range f.Attachments {
		if strings.Contains(r.Papers, a.ID.String()) {
			papers = append(papers, a.Name)
		}
	}
	told1 := f.namesIn(r.Told)
	if told1 == "" && r.NotTold != "" {
		told1 = "未告知，原因：" + r.NotTold
	}
	made := ""
	if !r.MadeAt.IsZero() {
		made = day(calendar.DayOf(r.MadeAt))
	}
	sheet := Paper{About: r.Organ, Blocks: []Block{
		{Paras: []string{orBlank(r.Organ) + "：", "现将" + orBlank(f.title()) + "一案的有关情况移交（转）你单位处理。"}},
		told("移交（转）的原因", r.Reason, 4),
		{Fields: []Field{{Label: "征得同意的当事人", Value: f.namesIn(r.Consents), Wide: true}, {Label: "已告知的当事人", Value: told1, Wide: true}, {Label: "请于何日前函复", Value: known(r.ReplyBy), Wide: true}}}}}
	if len(papers) > 0 {
		sheet.Blocks = append(sheet.Blocks, Block{Heading: "随函材料", Items: papers})
	} else {
		sheet.Blocks = append(sheet.Blocks, Block{Heading: "随函材料", Lines: 2})
	}
	sheet.Blocks = append(sheet.Blocks, Block{Fields: []Field{{Label: "移交单位", Value: f.Committee.Name}, {Label: "日期", Value: made}}, Seal: f.Committee.Name},
		Block{Heading: "回执", Paras: []string{"收到上述移交（转）函及材料。"}, Signs: []Sign{{Who: "接收单位（盖章）"}, {Who: "接收人（签名）"}}})
	return sheet
}

func (f *file) namesIn(ids string) string {
	var names []string
	for _, p := range f.Sides {
		if p.ID != (ident.ID{}) && strings.Contains(ids, p.ID.String()) {
			names = append(names, p.Name)
		}
	}
	return strings.Join(names, "、")
}

// termination is F17c: mediation ended without an agreement, and the parties are told of the other ways (M9).
func termination(f *file) []Paper {
	if !f.Terminated() && !f.empty {
		return nil
	}
	reason := "　　　　　　　　"
	switch {
	case f.ReasonCode != "" && strings.HasPrefix(f.ReasonCode, "T"):
		reason = codes.Termination.Name(f.ReasonCode, "zh-CN") + "（" + f.ReasonCode + "）"
	case f.Outcome != "":
		reason = codes.Outcomes.Name(string(f.Outcome), "zh-CN")
	}
	blocks := []Block{{Fields: []Field{{Label: "当事人", Value: strings.Trim(f.names(casework.Applicant)+"、"+f.names(casework.Respondent), "、"), Wide: true}}},
		{Paras: []string{"本调委会主持的" + orBlank(f.matter()) + "，因" + reason + "，根据《中华人民共和国人民调解法》第二十六条，现终止调解。"}},
		told("其他解决途径", f.Guidance, 4),
		{Paras: []string{"当事人可以依法通过仲裁、行政、司法等途径维护自己的权利。"}},
		{Signs: []Sign{{Who: "调解员（签名）", Name: f.host()}}, Seal: f.Committee.Name}, {Fields: []Field{{Label: "日期", Value: dated(at(f.EndedAt), f.empty), Wide: true}}}}
	return []Paper{{Blocks: append(blocks, receiptLine(f))}}
}

func receiptLine(f *file) Block {
	b := Block{Heading: "送达"}
	for _, p := range f.Here() {
		b.Signs = append(b.Signs, signer("当事人", p))
	}
	return b
}

// nonAcceptance is F17d: why a case was not accepted, and who is competent (A8).
func nonAcceptance(f *file) []Paper {
	if f.State != casework.NotAccepted && !f.empty {
		return nil
	}
	reason := "　　　　　　　　"
	if f.ReasonCode != "" {
		reason = codes.NonAcceptance.Name(f.ReasonCode, "zh-CN") + "（" + f.ReasonCode + "）"
	}
	told1 := f.NotAccepted.On
	if told1.IsZero() && f.EndedAt != nil {
		told1 = calendar.DayOf(*f.EndedAt)
	}
	blocks := []Block{{Fields: []Field{{Label: "当事人", Value: strings.Trim(f.names(casework.Applicant)+"、"+f.names(casework.Respondent), "、"), Wide: true}}},
		{Paras: []string{"关于" + orBlank(f.matter()) + "的人民调解申请，因" + reason + "，本调委会不予受理。"}},
		told("可以找哪个机关或者法院", f.Guidance, 4)}
	if f.Seen != authz.Party {
		blocks = append(blocks, told("已采取的疏导稳控措施", f.NotAccepted.Calming, 3))
	}
	blocks = append(blocks, Block{Fields: []Field{{Label: "告知日期", Value: dated(known(told1), f.empty), Wide: true}}, Seal: f.Committee.Name}, receiptLine(f))
	return []Paper{{Blocks: blocks}}
}
