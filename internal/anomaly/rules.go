package anomaly

import (
	"slices"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/registry"
)

// The rules, people.md §4.
const (
	SamePhone   = "same_phone"
	Spike       = "spike"
	SameDay     = "same_day"
	Repeated    = "repeated_parties"
	AlikeText   = "alike_text"
	DueBefore   = "due_before_agreed"
	NothingOwed = "nothing_to_enforce"
	RoundAmount = "related_round_amount"
	TwoPlaces   = "two_places"
	QuickSigns  = "quick_signatures"
	LateChange  = "changed_near_deadline"
)

// Rule is one thing that is looked for. Weight says how much it says by itself: 1 little, 3 much.
type Rule struct {
	Code     string
	Weight   int
	Name     fault.Text
	Advice   fault.Text // what to look at
	Settings []string   // its thresholds, which an area may set
}

// Rules are all there are. Each is an innocent thing in most cases it is seen in: that is why a person looks.
var Rules = []Rule{
	{SamePhone, 2, fault.Say("几位当事人使用同一电话", "One telephone for several parties"),
		fault.Say("请核对电话是不是本人的：家人、代办人共用一部电话很常见。可以请调委会以外的人回访。", "Please check whose telephone it is: families and those who file for others often share one. Somebody else may visit."),
		[]string{registry.AnomalyPhoneNames}},
	{Spike, 1, fault.Say("一个月的案件突然增多", "Many more cases in a month"),
		fault.Say("请了解这个月有没有集中排查、集体纠纷或者补录。抽看几件的原件。", "Please ask whether there was a screening, a dispute of many, or late entry that month, and look at the sheets of some."),
		[]string{registry.AnomalySpikeRate, registry.AnomalySpikeLeast}},
	{SameDay, 2, fault.Say("同一天受理并达成协议的案件成批", "A batch accepted and settled on one day"),
		fault.Say("请核对调解时间、地点能否排开，各方是否到场。", "Please check that times and places can follow each other, and that the parties were there."),
		[]string{registry.AnomalySameDay}},
	{Repeated, 1, fault.Say("同样的双方反复调解", "The same two sides again and again"),
		fault.Say("请核对是不是同一纠纷分成几件：同一纠纷只计一次。", "Please check whether one dispute was split: it counts once."), []string{registry.AnomalyRepeats}},
	{AlikeText, 3, fault.Say("协议文字几乎相同", "Agreements in nearly the same words"),
		fault.Say("请对照两份协议，看事实是不是各自的。用范本起草的，条款相近是正常的。", "Please lay the two agreements side by side: are the facts each its own? Terms from a model are alike by nature."),
		[]string{registry.AnomalyAlike, registry.AnomalyAlikeLeast}},
	{DueBefore, 3, fault.Say("履行期不晚于协议日，又申请司法确认", "Due no later than agreed, and sent to court"),
		fault.Say("请核对是否已当场履行；已经履行完的，没有需要强制执行的内容。", "Please check whether it was performed at once; then there is nothing left to enforce."), nil},
	{NothingOwed, 2, fault.Say("申请司法确认，但没有可执行的内容", "Sent to court with nothing to enforce"),
		fault.Say("请核对协议写了哪些义务，为什么需要法院确认。", "Please check what the agreement obliges to, and why a court is asked."), nil},
	{RoundAmount, 2, fault.Say("双方有关联，金额为大额整数", "Related sides and a large round amount"),
		fault.Say("请核对债务的来历：转账记录、借据，以及是否损害他人。", "Please look at where the debt comes from: transfers, notes, and whether others are harmed."),
		[]string{registry.AnomalyRound, registry.AnomalyRoundLeast}},
	{TwoPlaces, 3, fault.Say("调解员同一时间在两个地点", "A mediator in two places at once"),
		fault.Say("请核对两份调解记录的时间和地点，可能是登记笔误。", "Please check times and places of the two records; it may be a slip."), nil},
	{QuickSigns, 3, fault.Say("各方在几秒内先后签名", "Signatures of the sides within seconds"),
		fault.Say("请核对签名时各方是否在场、由谁操作。", "Please check that the sides were there when it was signed, and in whose hands the device was."), []string{registry.AnomalySeconds}},
	{LateChange, 2, fault.Say("期限临近时改变结果", "An outcome changed near a deadline"),
		fault.Say("请看记录里改变结果的原因，必要时回访当事人。", "Please read why the outcome changed, and visit the parties if need be."), []string{registry.AnomalyDeadline}},
}

// RuleOf finds a rule by its code; false when there is none.
func RuleOf(code string) (Rule, bool) {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.Code == code })
	if i < 0 {
		return Rule{}, false
	}
	return Rules[i], true
}

// limits are the thresholds that hold in an area.
type limits struct {
	phoneNames, sameDay, repeats, spikeLeast int
	spikeRate                                float64 // of false alarms
	alike, alikeLeast                        int     // per cent, characters
	round, roundLeast                        int     // yuan
	seconds, deadline                        int
	lookBack                                 int // days
}

func limitsOf(set registry.Settings, on calendar.Day) limits {
	n := func(name string) int { return set.Number(name, on) }
	return limits{phoneNames: n(registry.AnomalyPhoneNames), sameDay: n(registry.AnomalySameDay), repeats: n(registry.AnomalyRepeats),
		spikeLeast: n(registry.AnomalySpikeLeast), spikeRate: float64(n(registry.AnomalySpikeRate)) / 10000,
		alike: n(registry.AnomalyAlike), alikeLeast: n(registry.AnomalyAlikeLeast), round: n(registry.AnomalyRound), roundLeast: n(registry.AnomalyRoundLeast),
		seconds: n(registry.AnomalySeconds), deadline: n(registry.AnomalyDeadline), lookBack: n(registry.AnomalyLookBack)}
}
