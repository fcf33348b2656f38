package casework

import (
	"errors"
	"maps"
	"slices"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// tellLine is one line of the table of messages: by which events who of the parties hears, and in which words. %[1]s is
// the case's reference, %[2]s the time of a session.
type tellLine struct {
	kind string // Message.Kind
	on   []Event
	to   func(told, Party) bool
	text fault.Text
}

// told is what happened, for whoever asks whether a party is to hear of it.
type told struct {
	c       *Case
	event   Event
	note    note
	meeting meeting
}

const lookUp, lookUpEN = "请凭编号和查询码查看", "Please look it up with the reference and your code"

// toldWhom is the whole of what parties are told by acts; what stands in no line tells nobody. A telephone may be read by
// others: a text holds the reference and what to do, never a name or what the matter is. Invitations and codes, which
// somebody asked for, go their own way.
var toldWhom = []tellLine{
	{"answered", on(RecordConsent), toApplicants(newlyAgreed), say("有一方已答复。"+lookUp+"。", "An answer has come. "+lookUpEN+".")},
	{"accepted", on(Accept), toApplicants(nil), say("您的申请已受理。下一步"+lookUp+"。", "Your application was accepted. "+lookUpEN+" what comes next.")},
	{"not_accepted", on(RefuseAcceptance), toApplicants(nil), say("您的申请有了结果。原因和其他途径"+lookUp+"。", "Your application was decided on. "+lookUpEN+", with the reason and other ways to go.")},
	{"ended", on(RefuseAcceptance), toRespondents, allOver},
	{"ended", on(PartyRefuses, Withdraw, RequestEnd, Terminate, Close), toAll, allOver},
	{"session", on(ScheduleSession), func(t told, p Party) bool { return t.meeting.comes(p) && !t.meeting.came(p) },
		say("约您于 %[2]s 参加协商。地点和方式"+lookUp+"。", "You are asked to a meeting at %[2]s. "+lookUpEN+" where and how.")},
	{"session_moved", on(ScheduleSession), func(t told, p Party) bool { return t.meeting.comes(p) && t.meeting.came(p) },
		say("您的约定有变动，现在是 %[2]s。地点和方式"+lookUp+"。", "Your meeting was changed; it is now at %[2]s. "+lookUpEN+" where and how.")},
	{"session_cancelled", on(ScheduleSession), func(t told, p Party) bool { return !t.meeting.comes(p) && t.meeting.came(p) },
		say("原定 %[2]s 的约定已取消，您不用来。", "Your meeting at %[2]s was cancelled; you need not come.")},
	{"to_sign", on(FixAgreement), toAll, say("有一份文书等您查看和签字。"+lookUp+"，也可以到调委会当面签。", "A paper waits for you to read and sign. "+lookUpEN+", or come to the committee.")},
	{"in_force", on(BecomeEffective, MakeOral), toAll, say("谈定的内容已经生效。您的一份"+lookUp+"。", "What was settled is in force. "+lookUpEN+" for your copy.")},
	{"goes_on", on(Remediate, Reconsider, RetractRefusal), toOthers, say("协商重新开始。需要您做什么，"+lookUp+"。", "It is taken up again. "+lookUpEN+" what is asked of you.")},
	{"new_mediator", on(HandOverHost), func(t told, _ Party) bool { return t.note.fact["part"] == authz.PartHost },
		say("承办的调解员有变动，由另一位调解员继续办理。您可以凭编号和查询码查看，也可以要求更换。如有疑问请拨打 12348。", "Another mediator goes on with it. You may look it up with the reference and your code, and may ask for another. Questions: 12348.")},
	{addressChanged, on(RecordNeeds, MendData), func(t told, p Party) bool { return t.safeBefore(p) }, // to where it is written to no longer
		say("您登记的联系方式已经更改，以后的消息不再发到这里。不是您本人要改的，请马上联系调委会，或者拨打 12348。", "The way to reach you was changed; messages no longer come here. If it was not you who changed it, please call the committee at once, or 12348.")},
	{"said_done", on(RecordPerform), func(t told, p Party) bool { return t.saidDone(p.ID) },
		say("请告诉我们：约定的事做到了吗？没有做到，调解员会联系您。请凭编号和查询码答复。", "Please tell us: was it done as agreed? If not, the mediator will call you. Please answer with the reference and your code.")},
	{"said_undone", on(RecordPerform), func(t told, p Party) bool { return t.saidUndone(p.ID) },
		say("您约定的事有一项还没有办好。如已办好，请凭编号和查询码说明；有困难请联系调委会。", "Something that you agreed to is not done yet. If it is, please say so with the reference and your code; if it is hard, please call the committee.")},
}

var allOver = say("协商已经结束。结果"+lookUp+"。", "It has come to its end. "+lookUpEN+" with what result.")

// remindable are the tasks of which parties hear when their day comes.
var remindable = map[string]fault.Text{
	"remind_obligation": say("提醒：您有一项约定三天后到期。如已办好请忽略；有困难请联系调委会。", "A reminder: something that you agreed to is due in three days. If it is done, please pass over this; if it is hard, please call the committee."),
	"obligation_due":    say("提醒：您有一项约定今天到期。如已办好请忽略；有困难请联系调委会。", "A reminder: something that you agreed to is due today. If it is done, please pass over this; if it is hard, please call the committee."),
	"check_performance": say("请告诉我们：约定的事做到了吗？没有做到，调解员会联系您。", "Please tell us: was it done as agreed? If not, the mediator will call you."),
}

// Texts is everything that parties are told by acts and by days, by its kind and, for an act, the first of its events.
func Texts() map[string]fault.Text {
	texts := maps.Clone(remindable)
	for _, line := range toldWhom {
		texts[line.kind+" "+string(line.on[0])] = line.text
	}
	return texts
}

func on(events ...Event) []Event { return events }

func toAll(told, Party) bool { return true }

// toOthers: not to the party that brought it about, whoever wrote it down.
func toOthers(t told, p Party) bool { return p.ID != t.note.party }

func toRespondents(_ told, p Party) bool { return p.Role == Respondent }

func toApplicants(when func(told) bool) func(told, Party) bool {
	return func(t told, p Party) bool { return p.Role == Applicant && (when == nil || when(t)) }
}

// newlyAgreed: a respondent has said yes that had not.
func newlyAgreed(t told) bool {
	p := t.c.party(t.note.party)
	was := t.c.wasParty(t.note.party)
	return p != nil && was != nil && p.Role == Respondent && p.Consent == Agreed && was.Consent != Agreed
}

// obligation is the one whose performance was recorded; nil where it is as it was.
func (t told) obligation() *Obligation {
	for i, o := range t.c.obligations() {
		was := t.c.was.agreement.Obligations
		if o.ID.String() == t.note.fact["obligation"] && (i >= len(was) || o.State != was[i].State || o.ConfirmedBy != was[i].ConfirmedBy) {
			return &o
		}
	}
	return nil
}

// saidDone: the debtor calls it performed, and its creditor is asked.
func (t told) saidDone(creditor ident.ID) bool {
	o := t.obligation()
	return o != nil && o.Creditor == creditor && o.State == "performed" && o.ConfirmedBy == "debtor"
}

// saidUndone: the creditor calls it not, or not wholly, performed, and its debtor hears so.
func (t told) saidUndone(debtor ident.ID) bool {
	o := t.obligation()
	return o != nil && o.Debtor == debtor && o.deniedByCreditor()
}

func (o Obligation) deniedByCreditor() bool {
	return o.ConfirmedBy == "creditor" && (o.State == "unperformed" || o.State == "partly")
}

// meeting is an appointment before and after an act; nil where it was none, or takes place no more.
type meeting struct{ was, is *Appointment }

func (m meeting) comes(p Party) bool { return m.is != nil && slices.Contains(m.is.Attending, p.ID) }
func (m meeting) came(p Party) bool  { return m.was != nil && slices.Contains(m.was.Attending, p.ID) }

// of is the appointment of which a party is told: the one that takes place, else the one that was to.
func (m meeting) of(p Party) *Appointment {
	switch {
	case m.comes(p):
		return m.is
	case m.came(p):
		return m.was
	}
	return nil
}

// changed is the appointment that an act made, moved, cancelled or held.
func (c *Case) changed() (m meeting, id ident.ID) {
	for i := range c.Appointments {
		a := c.Appointments[i]
		known := c.was != nil && i < len(c.was.appointments)
		if known && a.Sequence == c.was.appointments[i].Sequence && a.State == c.was.appointments[i].State {
			continue
		}
		if known {
			m.was = &c.was.appointments[i]
		}
		if a.State == Planned {
			m.is = &a
		}
		return m, a.ID
	}
	return m, id
}

func (c *Case) wasParty(id ident.ID) *Party {
	if c.was == nil {
		return nil
	}
	if i := slices.IndexFunc(c.was.sides, func(p Party) bool { return p.ID == id }); i >= 0 {
		return &c.was.sides[i]
	}
	return nil
}

// knows tells whether a party has heard of the case: it filed, or it has answered, if only before all are asked again.
// Nobody learns from a message about its course that there is a case.
func (c *Case) knows(p Party) bool {
	answered := func(p *Party) bool { return p != nil && (p.Consent == Agreed || p.Consent == Refused) }
	return p.Role == Applicant || answered(&p) || answered(c.wasParty(p.ID))
}

// tellOf tells the parties of an act before it is written, in its own transaction; whoever acted itself knows. What was
// still on its way and is no longer so is taken back first. History that is loaded tells nobody.
func (d *deed) tellOf(c *Case, e Event, n note) error {
	if d.tx == nil || c.was == nil || d.quiet {
		return nil
	}
	t := told{c: c, event: e, note: n}
	var about ident.ID
	t.meeting, about = c.changed()
	if err := d.takeBack(c, e, about); err != nil {
		return err
	}
	for _, line := range toldWhom {
		if !slices.Contains(line.on, e) {
			continue
		}
		for _, p := range c.Here() {
			if line.kind == addressChanged && line.to(t, p) {
				if err := d.tellFormer(c, &p, line.text); err != nil {
					return err
				}
				continue
			}
			if !line.to(t, p) || !c.knows(p) || e != BecomeEffective && d.byParty(&p) {
				continue
			}
			if err := d.text(c, &p, about, line.kind, line.text, t.meeting); err != nil {
				return err
			}
		}
	}
	return nil
}

// text sends a party one of the texts, if there is a way; of a session not once that has begun.
func (d *deed) text(c *Case, p *Party, about ident.ID, kind string, text fault.Text, m meeting) error {
	var when string
	var until time.Time
	if a := m.of(*p); a != nil {
		when, until = localTime(a.StartsAt), a.StartsAt
	}
	message := p.message(kind, text, ident.Reference(c.Reference).Grouped(), when)
	message.Until = until
	return d.tellAbout(d.tx, c, p, about, message)
}

// takeBack removes letters that wait and are no longer so: of a session that was moved, cancelled or held, or whose case
// has ended; to a party that left, or wants no messages. Where its hours or its
// way changed, what waits goes by the new ones.
func (d *deed) takeBack(c *Case, e Event, changed ident.ID) (err error) {
	if !changed.IsZero() {
		err = journal.TakeBack(d.tx, c.ID, changed)
	}
	for _, a := range c.Appointments {
		if a.State == Planned && !c.State.Alive() {
			err = errors.Join(err, journal.TakeBack(d.tx, c.ID, a.ID))
		}
	}
	if e == MendData { // what waits goes to a number that is wrong, or not to be used any more
		for _, p := range c.Sides {
			if was := c.wasParty(p.ID); was != nil && was.Phone != p.Phone {
				err = errors.Join(err, journal.TakeBackFrom(d.tx, c.ID, p.ID))
			}
		}
	}
	if e != RecordNeeds && e != RemoveParty {
		return err
	}
	for _, p := range c.Sides {
		if _, ok := p.reachable(d.tx.Now); ok && p.RemovedAt == nil {
			err = errors.Join(err, d.redirect(c, &p), journal.KeepTo(d.tx, c.ID, p.ID, p.hours()))
		} else {
			err = errors.Join(err, journal.TakeBackFrom(d.tx, c.ID, p.ID))
		}
	}
	return err
}
