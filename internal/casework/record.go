package casework

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/wording"
)

// Details are what the record of a session says beside what was said, F7 and F9: sealed with it.
type Details struct {
	Recorder    string     `json:"recorder,omitempty" doc:"Who kept the record"`
	Matter      string     `json:"matter,omitempty" doc:"What it was about"`
	Interviewee string     `json:"interviewee,omitempty" doc:"Of an investigation: who was asked, F7"`
	AskedClosed []ident.ID `json:"asked_closed,omitempty,omitzero" nullable:"false" doc:"Parties that asked for a closed session, M4"`
	Helpers     []ident.ID `json:"helper_ids,omitempty,omitzero" nullable:"false" doc:"Agents, guardians, companions and interpreters who came with a party that was present"`
	Secret      string     `json:"secret,omitempty" doc:"privacy or trade_secret, where such things are said: the session is closed, M4"`
}

// sessionMediator says which mediator was present, and from when, so that their time is found without their whole past.
type sessionMediator struct {
	ident.Key
	SessionID  ident.ID `gorm:"column:session_id"`
	MediatorID ident.ID `gorm:"column:mediator_id"`
	StartsAt   time.Time
}

// TableName is the table's.
func (sessionMediator) TableName() string { return "session_mediators" }

// checkRecord looks at what a record says beside what was said.
func (in *Sitting) checkRecord(bad *fault.Check, c *Case) {
	atMost(bad, "recorder", in.Recorder, maxShort)
	atMost(bad, "matter", in.Matter, maxShort)
	atMost(bad, "interviewee", in.Interviewee, maxShort)
	for _, p := range in.Points {
		bad.Take("points", codes.SessionPoints.Check(p))
	}
	if in.Secret != "" {
		bad.Take("secret", codes.SessionSecrets.Check(in.Secret))
	}
	for _, id := range in.AskedClosed {
		if c.party(id) == nil {
			bad.Add("asked_closed", "请选择本案的当事人。", "Please choose parties of this case.")
		}
	}
	for _, id := range in.Helpers {
		if h := c.helper(id); h == nil || h.EndedAt != nil || !slices.Contains(in.Present, h.PartyID) {
			bad.Add("helper_ids", "请选择到场当事人的代理人、监护人、陪同人或翻译。", "Please choose helpers of a party that was present.")
		}
	}
	for _, id := range in.Mediators {
		if !c.mediates(id) {
			bad.Add("mediators", "请选择办理本案的调解员。", "Please choose mediators of this case.")
		}
	}
}

// mediates tells whether a mediator is host or co-mediator now.
func (c *Case) mediates(mediator ident.ID) bool { return slices.Contains(c.mediatorsNow(), mediator) }

// agreedTo: everybody who attends agrees to each person invited, M3. Who is named agreed; without names, who recorded it
// says that all did.
func (g *Guest) agreedTo(c *Case, attending []ident.ID) error {
	if len(g.Consents) == 0 {
		if !g.Consented {
			return fault.Rule("M3", "邀请 %s 参加须征得到场当事人同意。", "Inviting %s needs the consent of the parties present.", g.Name)
		}
		g.Consents = slices.Clone(attending)
		return nil
	}
	for _, id := range g.Consents {
		if c.party(id) == nil {
			return fault.New(fault.Invalid, "", "请选择本案的当事人。", "Please choose parties of this case.").At("participants")
		}
	}
	for _, id := range attending {
		if !slices.Contains(g.Consents, id) {
			return fault.Rule("M3", "邀请 %s 参加，还缺 %s 的同意。", "Inviting %s still needs the consent of %s.", g.Name, c.party(id).Name)
		}
	}
	g.Consented = true
	return nil
}

// closes tells why a session is closed although it was to be open, M4: closed wins.
func (in *Sitting) closes() (fault.Text, bool) {
	switch {
	case in.Kind == "caucus":
		return fault.Say("单方会谈不公开，已记为不公开。", "A caucus is never open; it is recorded as closed."), true
	case len(in.AskedClosed) > 0:
		return fault.Say("有当事人要求不公开，已记为不公开（M4）。", "A party asked for a closed session; it is recorded as closed (M4)."), true
	case in.Secret != "":
		return fault.Say("涉及隐私或商业秘密，已记为不公开（M4）。", "Privacy or a trade secret is concerned; it is recorded as closed (M4)."), true
	}
	return fault.Text{}, false
}

// warnings are what whoever records a session should mind; none of it stands in the way.
func (in *Sitting) warnings(d *deed, c *Case) ([]fault.Text, error) {
	var out []fault.Text
	if why, closed := in.closes(); closed && in.Open {
		out = append(out, why)
	}
	out = append(out, in.gaps()...)
	out = append(out, riskWords(in.Risk)...)
	if in.mixedUp(c) {
		out = append(out, fault.Say("受邀参加人里有当事人、调解员或记录人的姓名，请核对（F9）。", "A person invited bears the name of a party, a mediator or the recorder; please check (F9)."))
	}
	if in.Kind != caucusKind { // a note of a caucus is its mediator's alone
		out = append(out, wording.Told(wording.CheckRecord(wording.Record{Text: in.Record, Result: in.Result, On: dayOf(in.StartsAt)}))...)
	}
	elsewhere, err := d.elsewhere(c, in)
	if err == nil && elsewhere != nil {
		out = append(out, fault.Say("调解员在 %s 还有另一场调解记录，时间重叠，请核对（C7）。", "A mediator has another session on record at %s, at an overlapping time; please check (C7).", localTime(*elsewhere)))
	}
	return out, err
}

// riskWords are what whoever assessed the danger should do now, M8: measures from orange on, and an assessment at each
// session.
func riskWords(risk int) []fault.Text {
	switch risk {
	case 0:
		return []fault.Text{fault.Say("这次没有研判风险。每次调解都应研判，请补记（M8）。", "The risk was not assessed. It is at each session; please add it (M8).")}
	case highRisk:
		return []fault.Text{fault.Say("风险为橙色：请做好疏导稳控，安排第二名调解员，报告司法所，并考虑发出预警函（M8）。",
			"The risk is orange: please calm and watch the matter, bring in a second mediator, tell the justice station, and consider a letter of warning (M8).")}
	}
	return nil
}

// gaps names what the record does not show: the seven points of F9 for a joint session, who was asked about what for an
// investigation, F7. A form that has no room for the points leaves them nil, and whoever fills it in is not asked.
func (in *Sitting) gaps() []fault.Text {
	if in.Points == nil {
		return nil
	}
	lacking := func(names []fault.Text, form string) []fault.Text {
		if len(names) == 0 {
			return nil
		}
		zh, en := make([]string, len(names)), make([]string, len(names))
		for i, n := range names {
			zh[i], en[i] = n.ZH, n.EN
		}
		return []fault.Text{{ZH: fmt.Sprintf("记录里还没有写明：%s（%s）。", strings.Join(zh, "、"), form), EN: fmt.Sprintf("The record does not yet show: %s (%s).", strings.Join(en, "; "), form)}}
	}
	var names []fault.Text
	switch in.Kind {
	case "joint":
		for _, p := range codes.SessionPoints {
			if !slices.Contains(in.Points, p.Code) {
				names = append(names, p.Name)
			}
		}
		return lacking(names, "F9")
	case "investigation":
		for said, name := range map[*string]fault.Text{&in.Interviewee: fault.Say("被调查人", "who was asked"), &in.Matter: fault.Say("调查事项", "the matter")} {
			if strings.TrimSpace(*said) == "" {
				names = append(names, name)
			}
		}
		slices.SortFunc(names, func(a, b fault.Text) int { return strings.Compare(a.EN, b.EN) })
		return lacking(names, "F7")
	}
	return nil
}

// mixedUp tells whether somebody invited bears the name of somebody who is there in another part, F9.
func (in *Sitting) mixedUp(c *Case) bool {
	others := []string{in.Recorder}
	for _, p := range c.Here() {
		others = append(others, p.Name)
	}
	for _, p := range c.People {
		if isHosting(p.Part) {
			others = append(others, p.Name)
		}
	}
	return slices.ContainsFunc(in.Guests, func(g Guest) bool {
		return slices.ContainsFunc(others, func(name string) bool { return name != "" && ident.MatchName(name) == ident.MatchName(g.Name) })
	})
}

// overlap is a time in which somebody sat.
type overlap struct {
	mediators []ident.ID
	from, to  time.Time
	except    ident.ID // the case
}

// span is when a session was; one without an end is taken for a moment.
func span(starts time.Time, ends *time.Time) (from, to time.Time) {
	if ends != nil && ends.After(starts) {
		return starts, *ends
	}
	return starts, starts.Add(time.Minute)
}

// elsewhere is when a mediator present sat in another place at an overlapping time, C7; nil when none did. A caucus in
// the midst of a joint session, in the same place, is none.
func (d *deed) elsewhere(c *Case, in *Sitting) (*time.Time, error) {
	from, to := span(in.StartsAt, in.EndsAt)
	for _, v := range c.Sittings {
		start, end := span(v.StartsAt, v.EndsAt)
		same := ident.MatchName(v.Place) == ident.MatchName(in.Place)
		if !same && start.Before(to) && end.After(from) && slices.ContainsFunc(v.Mediators, func(id ident.ID) bool { return slices.Contains(in.Mediators, id) }) {
			return &start, nil
		}
	}
	return d.satThen(overlap{mediators: in.Mediators, from: from, to: to, except: c.ID})
}

// presentThen are the mediators present: those named, else the host and the co-mediators.
func (in *Sitting) presentThen(c *Case) {
	if len(in.Mediators) == 0 {
		in.Mediators = c.mediatorsNow()
	}
	slices.SortFunc(in.Mediators, byID)
	in.Mediators = slices.Compact(in.Mediators)
}

// mediatorsOf are the rows that say which mediators were present.
func mediatorsOf(newKey func() ident.Key, sittings []Session) []sessionMediator {
	var out []sessionMediator
	for _, v := range sittings {
		for _, m := range v.Mediators {
			out = append(out, sessionMediator{Key: newKey(), SessionID: v.ID, MediatorID: m, StartsAt: v.StartsAt})
		}
	}
	return out
}
