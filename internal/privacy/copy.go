package privacy

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Copy is what is held about a party and what it may see of its case, under plain headings (PIPL 45). It holds nothing
// that the party's own page would not show.
type Copy struct {
	Reference string    `json:"reference"`
	MadeOn    string    `json:"made_on"`
	Sections  []Section `json:"sections"`
}

// Section is one heading of a copy.
type Section struct {
	Heading string `json:"heading"`
	Note    string `json:"note,omitempty"`
	Lines   []Line `json:"lines"`
}

// Line is one thing that is held.
type Line struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// namer tells what an act is called.
type namer func(casework.Event) string

// Copy gives a party its own data at once.
//
// Faults: Missing out of reach; rule.C12 for an agent.
func (s *Service) Copy(ctx context.Context, g authz.Grant, id ident.ID, lang string, called namer) (Copy, error) {
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		_, err := s.Cases.OwnDataOf(tx, g, id)
		return err
	})
	if err != nil {
		return Copy{}, err
	}
	v, err := s.Cases.See(ctx, g, id)
	if err != nil {
		return Copy{}, err
	}
	i := slices.IndexFunc(v.Parties, func(p casework.PartyView) bool { return p.ID == v.Me })
	if i < 0 || v.Seen != authz.Party {
		return Copy{}, fault.NoSuch()
	}
	told, err := s.Cases.Timeline(ctx, g, id)
	if err != nil {
		return Copy{}, err
	}
	sent, err := s.Cases.Messages(ctx, g, id)
	if err != nil {
		return Copy{}, err
	}
	asked, err := s.List(ctx, g, id)
	w := writer{lang: lang, View: v.In(lang)}
	w.aboutMe(v.Parties[i])
	w.aboutNeeds(v.Parties[i])
	w.helpers()
	w.theCase(v.Parties[i])
	w.terms()
	w.meetings()
	w.files()
	w.requests(asked)
	w.messages(sent)
	w.happened(told, called)
	return Copy{Reference: ident.Reference(v.Reference).Grouped(), MadeOn: string(calendar.DayOf(s.Store.Now())), Sections: w.out}, err
}

// writer draws a copy in a language, section by section.
type writer struct {
	casework.View
	lang string
	out  []Section
}

func (w *writer) section(zh, en string) {
	w.out = append(w.out, Section{Heading: fault.Text{ZH: zh, EN: en}.In(w.lang), Lines: []Line{}})
}

func (w *writer) note(zh, en string) {
	w.out[len(w.out)-1].Note = fault.Text{ZH: zh, EN: en}.In(w.lang)
}

// line adds what is held; what is not held has no line.
func (w *writer) line(zh, en, value string) {
	if value != "" {
		w.row(fault.Text{ZH: zh, EN: en}.In(w.lang), value)
	}
}

func (w *writer) row(name, value string) {
	last := &w.out[len(w.out)-1]
	last.Lines = append(last.Lines, Line{name, value})
}

func (w *writer) names(l codes.List, list []string) string {
	out := make([]string, 0, len(list))
	for _, code := range list {
		out = append(out, l.Name(code, w.lang))
	}
	return strings.Join(out, fault.Say("、", ", ").In(w.lang))
}

func (w *writer) yes(b bool) string {
	if !b {
		return ""
	}
	return fault.Say("是", "yes").In(w.lang)
}

// moment is an instant as a clock on the wall shows it.
func moment(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	day := calendar.DayOf(*t)
	return string(day) + " " + time.Time{}.Add(t.Sub(day.Start())).Format("15:04")
}

func (w *writer) aboutMe(p casework.PartyView) {
	w.section("关于您", "About you")
	w.note("证件号为了安全只显示一部分。", "For safety only a part of the identity number is shown.")
	w.line("身份", "Side", map[string]fault.Text{casework.Applicant: fault.Say("申请人", "applicant"), casework.Respondent: fault.Say("被申请人", "respondent")}[p.Role].In(w.lang))
	w.line("姓名", "Name", p.Name)
	w.line("证件号", "Identity number", p.IDNumber)
	w.line("统一社会信用代码", "Credit code", p.CreditCode)
	w.line("法定代表人", "Legal representative", p.LegalRep)
	w.line("电话", "Telephone", p.Phone)
	w.line("没有电话的原因", "Why there is no telephone", p.PhoneWhy)
	w.line("住址", "Address", p.Address)
	w.line("性别", "Sex", map[string]fault.Text{"1": fault.Say("男", "male"), "2": fault.Say("女", "female")}[p.Sex].In(w.lang))
	w.line("出生日期", "Born on", string(p.BornOn))
	w.line("职业", "Occupation", p.Occupation)
	w.line("工作单位", "Employer", p.Employer)
}

func (w *writer) aboutNeeds(p casework.PartyView) {
	w.section("怎样联系您、需要什么帮助", "How to reach you, and what helps")
	n := p.Needs
	if n == nil {
		return
	}
	w.line("讲什么话", "Language", n.Language)
	w.line("需要的帮助", "Help", w.names(codes.Help, n.Help))
	w.line("电子邮箱", "E-mail", n.Address())
	w.line("消息发到", "Messages go by", map[string]fault.Text{casework.BySMS: fault.Say("手机短信", "text message"), casework.ByEmail: fault.Say("电子邮箱", "e-mail")}[n.Way(p.Phone)].In(w.lang))
	w.line("消息的文字", "Language of messages", map[string]string{"zh-CN": "中文", "en": "English"}[n.Reads])
	w.line("住址保密", "Address kept hidden", w.yes(n.HideAddress))
	w.line("民事行为能力", "Civil capacity", w.names(codes.Capacities, present(n.Capacity)))
	switch n.Contact {
	case casework.ContactNone:
		w.line("短信", "Messages", fault.Say("不要发", "none").In(w.lang))
	case casework.ContactHours:
		w.line("短信", "Messages", fault.Say("只在 %[1]d 点到 %[2]d 点发", "only between %[1]d and %[2]d o'clock", n.From, n.To).In(w.lang))
	}
}

func present(code string) []string {
	if code == "" {
		return nil
	}
	return []string{code}
}

func (w *writer) helpers() {
	w.section("陪同您、代理您的人", "Who helps you")
	for _, h := range w.Helpers {
		about := []string{h.Name, h.Relation, h.IDNumber, h.Phone, h.Language, w.names(codes.AgentScopes, h.Scopes)}
		w.row(codes.HelperKinds.Name(h.Kind, w.lang), strings.Join(slices.DeleteFunc(about, func(s string) bool { return s == "" }), " · "))
	}
}

func (w *writer) theCase(p casework.PartyView) {
	w.section("这件纠纷", "The dispute")
	w.line("卷号", "Case number", w.CaseNo)
	w.line("调解委员会", "Committee", w.Committee.Name)
	w.line("类别", "Kind", w.CategoryName(w.lang))
	w.line("地点", "Place", w.AreaName)
	w.line("现在", "Now", w.State.Name(w.lang))
	w.line("结果", "Result", w.names(codes.Outcomes, present(string(w.Outcome))))
	w.line("登记", "Registered", moment(&w.RegisteredAt))
	w.line("受理", "Accepted", moment(w.AcceptedAt))
	w.line("结束", "Ended", moment(w.EndedAt))
	w.line("您的答复", "Your answer", w.names(codes.Consents, present(string(p.Consent))))
	w.line("告知权利义务", "Rights and duties told", moment(p.NoticeAt))
	w.line("标题", "Title", w.ownTitle(p))
	w.line("您说的经过", "What you told", w.Facts)
	w.line("您的要求", "What you ask for", w.Request)
	w.line("给您的指引", "What you were advised", w.Guidance)
}

// ownTitle: the title is in the words of whoever applied, and the other side is told neutrally.
func (w *writer) ownTitle(p casework.PartyView) string {
	if p.Role != casework.Applicant {
		return ""
	}
	return w.Title
}

func (w *writer) terms() {
	w.section("协议", "The agreement")
	for _, a := range w.Agreements {
		w.line("事实", "Facts", a.Facts)
		w.line("争议", "Issues", a.Issues)
		for i, c := range a.Clauses {
			w.row(strconv.Itoa(i+1), c.Text)
		}
		w.line("生效", "In force since", moment(a.EffectiveAt))
	}
	for _, o := range w.Obligations {
		w.row(codes.ObligationKinds.Name(o.Kind, w.lang), strings.Join(slices.DeleteFunc([]string{string(o.Due), o.Manner, codes.Performances.Name(o.State, w.lang)},
			func(s string) bool { return s == "" }), " · "))
	}
}

func (w *writer) meetings() {
	w.section("见面和约定", "Meetings")
	for _, m := range w.Sessions {
		w.row(codes.SessionKinds.Name(m.Kind, w.lang), strings.TrimSpace(moment(&m.StartsAt)+" "+m.Place))
	}
	for _, a := range w.Appointments {
		w.row(fault.Say("约定", "arranged").In(w.lang), strings.TrimSpace(moment(&a.StartsAt)+" "+a.Place))
	}
}

func (w *writer) files() {
	w.section("材料", "Papers")
	w.note("文件本身可以在案件页面下载。", "The files themselves can be downloaded from the page of the case.")
	for _, a := range w.Attachments {
		who := fault.Say("双方都能看", "both sides may see it")
		if a.PartyID == w.Me {
			who = fault.Say("您交来的", "handed in by you")
		}
		w.row(a.Name, strings.Join([]string{codes.Evidence.Name(a.Kind, w.lang), who.In(w.lang), moment(&a.AddedAt)}, " · "))
	}
}

func (w *writer) requests(asked []Seen) {
	w.section("您对个人信息提出的申请", "What you asked about your data")
	for _, r := range asked {
		if r.Own {
			w.row(r.Reference, strings.Join([]string{codes.DataKinds.Name(r.Kind, w.lang), codes.DataItems.Name(r.Item, w.lang), r.Status(w.lang)}, " · "))
		}
	}
}

func (w *writer) messages(sent []casework.MessageView) {
	w.section("发给您的消息", "Messages sent to you")
	w.note("只记下什么时候、为什么事、怎样发的；消息的原文不保存。", "Only when, about what and how is kept, and not what they said.")
	for _, m := range sent {
		how := map[string]fault.Text{casework.BySMS: fault.Say("短信", "text message"), casework.ByEmail: fault.Say("电子邮件", "e-mail"),
			"letter": fault.Say("信件", "letter")}[m.Channel]
		parts := []string{codes.MessageKinds.Name(m.Kind, w.lang)}
		if how.ZH != "" {
			parts = append(parts, how.In(w.lang))
		}
		if m.SentAt == nil {
			parts = append(parts, fault.Say("还没有发出", "not sent").In(w.lang))
		}
		w.row(moment(&m.MadeAt), strings.Join(parts, " · "))
	}
}

func (w *writer) happened(told []casework.Happened, called namer) {
	w.section("办理经过", "What happened")
	w.note("单方会谈的笔录另外封存，不在这份副本里。", "Notes of talks with one side alone are sealed apart and not in this copy.")
	for _, e := range told {
		if e.Event == casework.Attach && e.PartyID != w.Me { // handed in by the other side for the mediator alone
			continue
		}
		w.row(moment(&e.OccurredAt), called(e.Event))
	}
}
