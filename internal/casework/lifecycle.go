package casework

import (
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
)

// Event is an act on a case, by the handbook's name.
type Event string

const (
	Submit           Event = "submit"
	RefuseAcceptance Event = "refuse_acceptance"
	AskConsent       Event = "ask_consent"
	RecordConsent    Event = "record_consent"
	PartyRefuses     Event = "party_refuses"
	Accept           Event = "accept"
	Assign           Event = "assign"
	Choose           Event = "choose"
	RequestRecusal   Event = "request_recusal"
	GiveNotice       Event = "give_notice"
	ScheduleSession  Event = "schedule_session"
	OpenSession      Event = "open_session"
	HandOverNote     Event = "hand_over_note"
	DiscloseNote     Event = "disclose_note"
	RequestNote      Event = "request_note"
	DecideNote       Event = "decide_note"
	Extend           Event = "extend"
	Pause            Event = "pause"
	Resume           Event = "resume"
	FixAgreement     Event = "fix_agreement"
	Sign             Event = "sign"
	BecomeEffective  Event = "become_effective"
	ReopenAgreement  Event = "reopen_agreement"
	MakeOral         Event = "oral_agreement"
	Terminate        Event = "terminate"
	Withdraw         Event = "withdraw"
	RequestEnd       Event = "request_end"
	Reconsider       Event = "reconsider"
	RecordPerform    Event = "record_performance"
	FollowUp         Event = "follow_up"
	Close            Event = "close"
	Archive          Event = "archive"
	Amend            Event = "amend"
	Retract          Event = "retract"
	RetractRefusal   Event = "retract_refusal"
	Reroute          Event = "reroute"
	AssessRisk       Event = "assess_risk"
	ReportPolice     Event = "report_police"

	ApplyConfirmation  Event = "apply_confirmation"
	RecordConfirmation Event = "record_confirmation"
	Repudiate          Event = "repudiate"
	Remediate          Event = "remediate"
	Correct            Event = "correct"
	AddParty           Event = "add_party"
	RemoveParty        Event = "remove_party"
	DecideConflict     Event = "decide_conflict"
	RecordNeeds        Event = "record_needs"
	NameMediator       Event = "name_mediator"
	AddHelper          Event = "add_helper"
	EndHelper          Event = "end_helper"
	RecordProperty     Event = "record_property"
	OfferTransfer      Event = "transfer"
	AcceptTransfer     Event = "accept_transfer"
	DeclineTransfer    Event = "decline_transfer"
	TakeOver           Event = "take_over"
	HandOver           Event = "hand_over"
	HandOverHost       Event = "hand_over_host"
	JoinMediation      Event = "join_mediation"
	RecordReferral     Event = "record_referral"
	ReferOut           Event = "refer_out"
	MendData           Event = "mend_data"
	Destroy            Event = "destroy"
)

// Transition is one line of the table: in these states this event may happen, when its guards agree, to whoever has
// the action; it leads to To, or nowhere when To is empty.
type Transition struct {
	Event  Event
	From   []State
	To     State
	Guards []Guard
	Action authz.Action
}

// Guard is a condition on the case as it stands. Rule is the id of the rule of law it keeps, or empty. Conditions on
// what an act brings with it (which parties attend) belong to the act.
type Guard struct {
	Rule  string
	Check func(*Case) error
}

// alive are the states in which a case is being worked, in their order.
var alive = []State{Registered, AwaitingConsent, Accepted, Assigned, InMediation, Paused, AgreementPending, Performing}

// Alive tells whether a case in this state is being worked.
func (s State) Alive() bool { return slices.Contains(alive, s) }

// through gives the states from a to b in their order.
func through(a, b State) []State {
	return alive[slices.Index(alive, a) : slices.Index(alive, b)+1]
}

func at(states ...State) []State { return states }

// transferable are the states in which a case may be offered to another committee.
var transferable = through(Registered, Paused)

// ended are the states in which a case has come to its end.
var ended = at(NotAccepted, Closed, Archived, Transferred)

// noted are the states in which a case may have had a caucus: a note outlives the mediation. None of the acts about notes
// has a guard here, for a guard that asks whether there was a caucus would tell the other party.
var noted = append(slices.Clone(alive[2:]), AwaitingConsent, NotAccepted, Closed, Archived)

// Lifecycle is the whole law of how a case moves. The API's next steps, the buttons on a page, the diagram and the tests
// are made from it; nothing else asks for a state.
var Lifecycle = []Transition{
	{Submit, at(Draft), Registered, nil, "case.file"},
	{RefuseAcceptance, at(Registered, AwaitingConsent), NotAccepted, []Guard{guardNew}, "case.refuse_acceptance"},
	{AskConsent, at(Registered), AwaitingConsent, []Guard{guardA6}, "case.ask_consent"},
	{RecordConsent, through(AwaitingConsent, Paused), "", nil, "case.record_consent"},
	{PartyRefuses, at(AwaitingConsent), NotAccepted, nil, "case.record_consent"},
	{PartyRefuses, through(Accepted, Paused), Closed, nil, "case.record_consent"},
	{Accept, at(AwaitingConsent), Accepted, []Guard{guardA6, guardA2, guardConsent, guardA11, guardM7}, "case.accept"},
	{Assign, at(Accepted), Assigned, []Guard{guardA2}, "case.assign"},
	{Choose, at(Accepted), Assigned, []Guard{guardA2}, "case.assign"},
	{RequestRecusal, through(Assigned, Paused), Accepted, nil, "case.request_recusal"},
	{GiveNotice, through(Registered, Paused), "", nil, "case.give_notice"},
	{ScheduleSession, through(Accepted, Paused), "", []Guard{guardA2}, "case.schedule_session"},
	{OpenSession, at(Assigned, InMediation), InMediation, []Guard{guardA2, guardA10}, "case.open_session"},
	{HandOverNote, noted, "", nil, "case.hand_over_note"},
	{DiscloseNote, noted, "", nil, "case.disclose_note"},
	{RequestNote, noted, "", nil, "case.request_note"},
	{DecideNote, noted, "", nil, "case.decide_note"},
	{Extend, at(InMediation), "", nil, "case.extend"},
	{Pause, at(InMediation), Paused, nil, "case.pause"},
	{Resume, at(Paused), InMediation, nil, "case.resume"},
	{FixAgreement, at(InMediation), AgreementPending, []Guard{guardA2}, "case.fix_agreement"},
	{Sign, at(AgreementPending), "", nil, "case.sign"},
	{BecomeEffective, at(AgreementPending), Performing, []Guard{guardG4}, "case.sign"},
	{ReopenAgreement, at(AgreementPending), InMediation, nil, "case.reopen_agreement"},
	{MakeOral, at(InMediation), Performing, []Guard{guardA2}, "case.oral_agreement"},
	{Terminate, through(Accepted, AgreementPending), Closed, nil, "case.terminate"},
	{Terminate, at(AwaitingConsent), Closed, []Guard{guardAccepted}, "case.terminate"}, // taken up again, and in vain
	{Withdraw, at(Registered, AwaitingConsent), NotAccepted, nil, "case.withdraw"},
	{Withdraw, through(Accepted, AgreementPending), Closed, nil, "case.withdraw"},
	{RequestEnd, at(Registered, AwaitingConsent), NotAccepted, nil, "case.request_end"},
	{RequestEnd, through(Accepted, AgreementPending), Closed, nil, "case.request_end"},
	{Reconsider, at(NotAccepted, Closed), AwaitingConsent, []Guard{guardReconsider}, "case.reconsider"},
	{RecordPerform, after, "", []Guard{guardOwed}, "case.record_performance"},
	{FollowUp, at(Performing, Closed), "", nil, "case.follow_up"},
	{ApplyConfirmation, at(Performing, Closed), "", []Guard{guardG9}, "case.apply_confirmation"},
	{RecordConfirmation, after, "", []Guard{guardApplied}, "case.record_confirmation"},
	{Repudiate, after, "", []Guard{guardG8}, "case.repudiate"},
	{Close, at(Performing), Closed, []Guard{guardG1, guardG7, guardR6}, "case.close"},
	{Archive, at(Closed), Archived, []Guard{guardR1, guardM8, guardC}, "case.archive"},
	{Correct, at(Archived), "", nil, "case.correct"},
	{Remediate, at(Closed, Archived), InMediation, []Guard{guardG14}, "case.remediate"},
	{AddParty, through(Registered, Paused), "", []Guard{guardNoOffer}, "case.add_party"},
	{RemoveParty, through(Registered, Paused), "", nil, "case.remove_party"},
	{DecideConflict, through(Assigned, Paused), "", []Guard{guardM12}, "case.decide_conflict"},
	{HandOverHost, endable, "", nil, "case.hand_over_host"},
	{Amend, through(Registered, Performing), "", nil, "case.amend"},
	{Retract, append(slices.Clone(alive), NotAccepted, Closed), "", nil, "case.retract"},
	{RetractRefusal, at(NotAccepted), AwaitingConsent, nil, "case.retract"},
	{RetractRefusal, at(Closed), Accepted, nil, "case.retract"},
	{RecordProperty, alive, "", nil, "case.record_property"},
	{RecordNeeds, alive, "", nil, "case.record_needs"},
	{NameMediator, through(Registered, Paused), "", nil, "case.name_mediator"},
	{AddHelper, alive, "", nil, "case.add_helper"},
	{EndHelper, alive, "", nil, "case.end_helper"},
	{Reroute, at(Registered, AwaitingConsent), "", []Guard{guardUnaccepted, guardNoOffer}, "case.reroute"},
	{OfferTransfer, transferable, "", []Guard{guardNoOffer}, "case.transfer"},
	{DeclineTransfer, transferable, "", []Guard{guardOffer}, "case.decline_transfer"},
	{AcceptTransfer, through(Registered, Accepted), "", []Guard{guardOffer}, "case.accept_transfer"},
	{AcceptTransfer, through(Assigned, Paused), Accepted, []Guard{guardOffer}, "case.accept_transfer"}, // the host leaves with the old lead
	{JoinMediation, transferable, "", []Guard{guardOffer}, "case.accept_transfer"},
	{TakeOver, transferable, "", []Guard{guardOffer}, "case.accept_transfer"},          // across counties: before the linked case is registered
	{HandOver, transferable, Transferred, []Guard{guardOffer}, "case.accept_transfer"}, // … and when it is
	{RecordReferral, through(Registered, Accepted), "", nil, "case.record_referral"},
	{ReferOut, append(slices.Clone(alive), NotAccepted, Closed), "", nil, "case.refer_out"},
	{AssessRisk, append(slices.Clone(alive), NotAccepted, Closed), "", nil, "case.assess_risk"},
	{ReportPolice, append(slices.Clone(alive), NotAccepted, Closed), "", nil, "case.report_police"},
	{MendData, append(slices.Clone(alive), NotAccepted, Closed), "", nil, "privacy.decide"}, // a party's own data, as was granted
	{Destroy, at(Archived), "", nil, "disposal.approve"},                                    // by a list that two persons signed (R3)
}

// transition finds the line of the table for an event in a state.
func transition(e Event, s State) (Transition, bool) {
	i := slices.IndexFunc(Lifecycle, func(t Transition) bool { return t.Event == e && slices.Contains(t.From, s) })
	if i < 0 {
		return Transition{}, false
	}
	return Lifecycle[i], true
}

// Check asks the guards in order and gives the first refusal.
func (t Transition) Check(c *Case) error {
	for _, g := range t.Guards {
		if err := g.Check(c); err != nil {
			return err
		}
	}
	return nil
}

// open tells whether every guard agrees.
func (t Transition) open(c *Case) bool { return t.Check(c) == nil }

// LeadsTo is the state of a case after the event. A case that was accepted once, and that a party took up again, is not
// turned into one that never was: when it ends it is closed. undone is the state in which an end was made that is now taken
// back: consents that were being gathered then are gathered again.
func (t Transition) LeadsTo(c *Case, undone State) State {
	switch {
	case t.To == "":
		return c.State
	case t.To == NotAccepted && c.AcceptedAt != nil:
		return Closed
	case undone == AwaitingConsent:
		return AwaitingConsent
	}
	return t.To
}

// notNow is the refusal of an event that the state does not allow.
func notNow(e Event, s State) *fault.Fault {
	return fault.New(fault.Conflict, "lifecycle", "案件现在处于“%[2]s”，不能进行这一步。", "The case stands at “%[4]s”; this step is not possible now.",
		e, stateNames[s].ZH, e, stateNames[s].EN)
}

var stateNames = map[State]fault.Text{
	Draft: {ZH: "草稿", EN: "draft"}, Registered: {ZH: "已登记", EN: "registered"}, AwaitingConsent: {ZH: "待征得同意", EN: "awaiting consent"},
	NotAccepted: {ZH: "不予受理", EN: "not accepted"}, Accepted: {ZH: "已受理", EN: "accepted"}, Assigned: {ZH: "已指派", EN: "assigned"},
	InMediation: {ZH: "调解中", EN: "in mediation"}, Paused: {ZH: "暂停", EN: "paused"}, AgreementPending: {ZH: "协议待签", EN: "agreement to be signed"},
	Performing: {ZH: "已生效，履行中", EN: "in force, being performed"}, Closed: {ZH: "已结案", EN: "closed"}, Archived: {ZH: "已归档", EN: "archived"},
	Transferred: {ZH: "已移交", EN: "transferred"},
}

// Name is what the state is called.
func (s State) Name(lang string) string { return stateNames[s].In(lang) }

// internal events have no route of their own: another act or the system brings them about.
var internalEvents = []Event{Submit, PartyRefuses, Choose, BecomeEffective, RetractRefusal, JoinMediation, TakeOver, HandOver, HandOverHost, MendData, Destroy}

// IsInternal tells whether an event has no route of its own.
func (e Event) IsInternal() bool { return slices.Contains(internalEvents, e) }

// OpenStates are those of a case that is not over.
func OpenStates() []State { return slices.Clone(alive) }
