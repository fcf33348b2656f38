package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// The channels by which a case is referred to a committee.
const (
	FromCourt         = "court"
	FromProcuratorate = "procuratorate"
	FromPolice        = "police"
	FromPetition      = "petition"
	FromHotline       = "hotline"
	FromCentre        = "centre"
	FromHousing       = "housing"
	FromCommittee     = "committee"
	FromOrgan         = "organ"
	FromScan          = "scan"
	FromGrid          = "grid"
	FromDeputy        = "deputy"
)

// The kinds of referral, A3.
const (
	Advised    = "advised"     // 告知引导: the parties were advised to apply
	Delegated  = "delegated"   // 委派: by a court before it registered the case
	Entrusted  = "entrusted"   // 委托: by a court after it registered the case
	HandedOver = "handed_over" // 移送
)

// The two procedures of a court, M7.
const (
	Ordinary = "ordinary"
	Summary  = "summary"
)

// channelOf is the channel that a source is; empty where nobody refers.
func channelOf(source string) string {
	return map[string]string{"31": FromCourt, "32": FromProcuratorate, "33": FromPolice, "34": FromPetition, "35": FromOrgan, "351": FromHotline,
		"352": FromCentre, "353": FromHousing, "354": FromCommittee, "12": FromScan, "22": FromGrid, "23": FromDeputy}[source]
}

// kindsOf are the kinds of referral that a channel knows.
func kindsOf(channel string) []string {
	if channel == FromCourt {
		return []string{Advised, Delegated, Entrusted}
	}
	return []string{Advised, HandedOver}
}

// Referral is how a case was referred. The clocks of M7 read its channel, kind, procedure, moment of receipt and deadline.
type Referral struct {
	ident.Key
	CaseID         ident.ID     `gorm:"column:case_id"`
	Channel        string       `gorm:"column:channel"`
	Kind           string       `gorm:"column:kind"`
	Organ          string       `gorm:"column:organ"`
	Number         string       `gorm:"column:number"` // of the letter, incident, petition, work order or centre's case
	OfficerSealed  []byte       `gorm:"column:officer_sealed"`
	Officer        string       `gorm:"-"`                  // whom to ask there; a grid's reporter, a deputy
	ReceivedAt     *time.Time   `gorm:"column:received_at"` // when receipt was signed for; nil while it was not
	Procedure      string       `gorm:"column:procedure"`   // ordinary or summary, of what a court entrusted
	Deadline       calendar.Day `gorm:"column:deadline"`    // given by the organ
	OrganCategory  string       `gorm:"column:organ_category"`
	ConsentToShare bool         `gorm:"column:consent_to_share"` // of the caller or sender
	PenaltyCase    *bool        `gorm:"column:penalty_case"`     // of the police; nil where it was not said
	Exclusions     string       `gorm:"column:exclusions"`       // JSON of Exclusions
	ReplyToSealed  []byte       `gorm:"column:reply_to_sealed"`
	ReplyTo        string       `gorm:"-"` // the organ's e-mail address, for a neutral message
	RecordedAt     time.Time    `gorm:"column:recorded_at"`
}

// TableName is the table's.
func (Referral) TableName() string { return "case_referrals" }

// beforeRegistration tells whether a court sent the parties before it registered a case, so that they may still file it.
func (r *Referral) beforeRegistration() bool {
	return r != nil && r.Channel == FromCourt && r.Kind != Entrusted
}

// commissions tells whether the organ's own document hands the matter to the committee: it lifts N2, A6. Advice to apply
// is no such document, and neither is the number of somebody who only passed it on: a hotline, a centre, the grid.
func (r *Referral) commissions() bool {
	return r != nil && r.Kind != Advised && r.Number != "" && !slices.Contains([]string{FromHotline, FromCentre, FromCommittee, FromScan, FromGrid, FromDeputy}, r.Channel)
}

// Exclusions are the five questions of a petition office's checklist, A11: each answered yes stands against acceptance.
type Exclusions struct {
	SpecialOrgan   *bool `json:"special_organ,omitempty" doc:"Reserved to a special organ"`
	Pending        *bool `json:"pending_proceedings,omitempty" doc:"Suit, reconsideration or criminal case pending"`
	Administrative *bool `json:"administrative,omitempty" doc:"An administrative dispute"`
	Refused        *bool `json:"refused,omitempty" doc:"A party clearly refuses"`
	Unsuitable     *bool `json:"unsuitable,omitempty" doc:"Otherwise unsuitable"`
}

// each are the places of the five answers, in the order of answers.
func (e *Exclusions) each() []**bool {
	return []**bool{&e.SpecialOrgan, &e.Pending, &e.Administrative, &e.Refused, &e.Unsuitable}
}

func (e Exclusions) answers() []*bool {
	return []*bool{e.SpecialOrgan, e.Pending, e.Administrative, e.Refused, e.Unsuitable}
}

// exclusions are the answers recorded so far.
func (r *Referral) exclusions() Exclusions {
	var e Exclusions
	_ = json.Unmarshal([]byte(r.Exclusions), &e) // written by us as JSON; empty before an answer
	return e
}

// M7: a court's registered case is counted from the moment at which its receipt was signed for.
var guardM7 = Guard{"M7", func(c *Case) error {
	if r := c.Referral; r != nil && r.Channel == FromCourt && r.Kind == Entrusted && r.ReceivedAt == nil {
		return fault.Rule("M7", "法院立案后委托的案件，须先登记签收时间，期限从签收起算。",
			"A case entrusted by a court after registration is counted from the signed receipt; please record when it was signed.")
	}
	return nil
}}

// excluded keeps the checklist of A11: five answers, none of them yes.
func (r *Referral) excluded() error {
	for _, a := range r.exclusions().answers() {
		switch {
		case a == nil:
			return fault.Rule("A11", "信访转来的案件须先逐项核对不予受理的五种情形。", "For a case from the petition office the five exclusions must be checked one by one first.")
		case *a:
			return fault.Rule("A11", "信访核对结果显示属于不予受理的情形，不能受理。", "By the petition checklist one of the exclusions applies; it cannot be accepted.")
		}
	}
	return nil
}

// ReferralIn is what is told of a referral. What is left out stays as it is.
type ReferralIn struct {
	Kind           string        `json:"kind,omitempty" doc:"advised, delegated (court, before registration), entrusted (court, after registration), handed_over"`
	Organ          string        `json:"organ,omitempty" doc:"Which court, station, office"`
	Number         string        `json:"number,omitempty" doc:"Of the letter, incident, petition, work order or centre's case"`
	Officer        string        `json:"officer,omitempty" doc:"Whom to ask there; the reporter or sender"`
	ReceivedAt     *time.Time    `json:"received_at,omitempty" doc:"When the receiving committee signed for it"`
	Procedure      string        `json:"procedure,omitempty" doc:"ordinary or summary, of what a court entrusted"`
	Deadline       *calendar.Day `json:"deadline,omitempty" doc:"Given by the organ"`
	OrganCategory  string        `json:"organ_category,omitempty" doc:"The organ's own category"`
	ConsentToShare *bool         `json:"consent_to_share,omitempty" doc:"The caller or sender agrees that it is shared"`
	PenaltyCase    *bool         `json:"penalty_case,omitempty" doc:"Police: a public-security penalty case"`
	Exclusions     *Exclusions   `json:"exclusions,omitempty" doc:"Petition: the five answers of A11"`
	ReplyTo        string        `json:"reply_to,omitempty" doc:"The organ's e-mail address, for a message that there is a result"`
}

// RecordReferral adds how a case was referred, or completes it.
func (s *Service) RecordReferral(ctx context.Context, g authz.Grant, o Order, in ReferralIn) (View, error) {
	return s.act(ctx, g, o, RecordReferral, func(d *deed, c *Case) (note, error) {
		if channelOf(c.Source) == "" && c.Referral == nil {
			return note{}, fault.New(fault.Conflict, "not_referred", "这件案子不是其他单位移送的。", "This case was not referred by anybody.")
		}
		var bad fault.Check
		d.refer(&bad, "", c, in)
		if err := bad.Err(); err != nil {
			return note{}, err
		}
		if c.AcceptedAt != nil && !c.Extended { // told after the acceptance: the court's clock runs all the same, M7
			was := c.MediationDueDay
			if c.Referral.Channel == FromCourt || was.IsZero() {
				c.MediationDueDay = d.mediationUntil(c, dayOf(*c.AcceptedAt))
			}
		}
		return note{fact: c.Referral.fact(), words: c.Referral.words()}, nil
	})
}

// refer makes or completes a case's referral; at is the path of the object in the submission, with its dot.
func (d *deed) refer(bad *fault.Check, at string, c *Case, in ReferralIn) {
	channel := channelOf(c.Source)
	if c.Referral != nil {
		channel = c.Referral.Channel
	}
	if channel == "" {
		bad.Add(strings.TrimSuffix(at, "."), "这件案子不是其他单位移送的。", "This case was not referred by anybody.")
		return
	}
	r := Referral{Channel: channel}
	if c.Referral != nil {
		r = *c.Referral
	} else {
		r.Key, r.CaseID = d.newKey(), c.ID
	}
	in.apply(&r)
	r.RecordedAt = d.now()
	in.check(bad, at, d, &r)
	c.Referral, c.Referred = &r, true
}

// apply takes over what was said.
func (in ReferralIn) apply(r *Referral) {
	set := func(to *string, said string) {
		if said = strings.TrimSpace(said); said != "" {
			*to = said
		}
	}
	set(&r.Kind, in.Kind)
	set(&r.Organ, in.Organ)
	set(&r.Number, in.Number)
	set(&r.Officer, in.Officer)
	set(&r.Procedure, in.Procedure)
	set(&r.OrganCategory, in.OrganCategory)
	set(&r.ReplyTo, in.ReplyTo)
	if in.ReceivedAt != nil {
		at := moment(*in.ReceivedAt)
		r.ReceivedAt = &at
	}
	if in.Deadline != nil {
		r.Deadline = *in.Deadline
	}
	if in.ConsentToShare != nil {
		r.ConsentToShare = *in.ConsentToShare
	}
	if in.PenaltyCase != nil {
		r.PenaltyCase = in.PenaltyCase
	}
	if r.Kind != Entrusted && in.Procedure == "" { // it was of another kind, and was corrected
		r.Procedure = ""
	}
	if in.Exclusions != nil {
		said, now := in.Exclusions.answers(), r.exclusions()
		for i, to := range now.each() {
			if said[i] != nil {
				*to = said[i]
			}
		}
		if text, err := json.Marshal(now); err == nil { // five answers always marshal
			r.Exclusions = string(text)
		}
	}
}

func (in ReferralIn) check(bad *fault.Check, at string, d *deed, r *Referral) {
	if !slices.Contains(kindsOf(r.Channel), r.Kind) {
		bad.Add(at+"kind", "请选择移送方式：告知引导、委派、委托或移送。", "Please say how it was referred: advised, delegated, entrusted or handed over.")
	}
	need(bad, at+"organ", r.Organ, maxShort)
	for field, text := range map[string]string{"number": r.Number, "officer": r.Officer, "organ_category": r.OrganCategory, "reply_to": r.ReplyTo} {
		atMost(bad, at+field, text, maxShort)
	}
	if r.ReplyTo != "" && !strings.Contains(r.ReplyTo, "@") {
		bad.Add(at+"reply_to", "请填写电子邮箱。", "Please give an e-mail address.")
	}
	in.checkTimes(bad, at, d, r)
	if r.Procedure != "" && (r.Procedure != Ordinary && r.Procedure != Summary || r.Kind != Entrusted) {
		bad.Add(at+"procedure", "只有法院立案后委托的案件填写：普通程序或简易程序。", "Only for what a court entrusted after registration: ordinary or summary.")
	}
	if r.PenaltyCase != nil && r.Channel != FromPolice {
		bad.Add(at+"penalty_case", "只有公安移送的案件填写。", "Only for what the police referred.")
	}
	if in.Exclusions != nil && r.Channel != FromPetition {
		bad.Add(at+"exclusions", "只有信访转来的案件填写。", "Only for what a petition office referred.")
	}
}

// checkTimes: the receiving committee signs for a case, so a referring organ cannot say when it did.
func (in ReferralIn) checkTimes(bad *fault.Check, at string, d *deed, r *Referral) {
	switch {
	case in.ReceivedAt != nil && d.grant.By().Holds(actor.Referrer):
		bad.Add(at+"received_at", "签收时间由接收的调委会登记。", "When it was signed for is recorded by the committee that receives it.")
	case in.ReceivedAt != nil && in.ReceivedAt.After(d.now()):
		bad.Add(at+"received_at", "签收时间不能晚于现在。", "It cannot have been signed for later than now.")
	}
	if r.ReceivedAt != nil && !r.Deadline.IsZero() && r.Deadline.Before(dayOf(*r.ReceivedAt)) {
		bad.Add(at+"deadline", "期限不能早于签收。", "The deadline cannot lie before the receipt.")
	}
}

// fact is what the journal says of a referral, codes only.
func (r *Referral) fact() journal.Fact {
	f := journal.Fact{"channel": r.Channel, "kind": r.Kind, "procedure": r.Procedure, "deadline": r.Deadline, "consent_to_share": r.ConsentToShare}
	if r.ReceivedAt != nil {
		f["received_at"] = r.ReceivedAt.Format(time.RFC3339)
	}
	if r.PenaltyCase != nil {
		f["penalty_case"] = *r.PenaltyCase
	}
	if r.Exclusions != "" {
		f["exclusions"] = r.exclusions()
	}
	return f
}

func (r *Referral) words() journal.Words {
	return journal.Words{"organ": r.Organ, "number": r.Number, "officer": r.Officer, "organ_category": r.OrganCategory}
}

// ReferralView is how a case was referred, for those who work it and for the organ.
type ReferralView struct {
	Channel        string       `json:"channel"`
	Kind           string       `json:"kind"`
	Organ          string       `json:"organ"`
	Number         string       `json:"number,omitempty"`
	Officer        string       `json:"officer,omitempty"`
	ReceivedAt     *time.Time   `json:"received_at,omitempty"`
	Procedure      string       `json:"procedure,omitempty"`
	Deadline       calendar.Day `json:"deadline,omitempty"`
	OrganCategory  string       `json:"organ_category,omitempty"`
	ConsentToShare bool         `json:"consent_to_share,omitempty"`
	PenaltyCase    *bool        `json:"penalty_case,omitempty"`
	Exclusions     *Exclusions  `json:"exclusions,omitempty"`
}

func (r *Referral) view() *ReferralView {
	if r == nil {
		return nil
	}
	v := &ReferralView{Channel: r.Channel, Kind: r.Kind, Organ: r.Organ, Number: r.Number, Officer: r.Officer, ReceivedAt: r.ReceivedAt, Procedure: r.Procedure,
		Deadline: r.Deadline, OrganCategory: r.OrganCategory, ConsentToShare: r.ConsentToShare, PenaltyCase: r.PenaltyCase}
	if r.Exclusions != "" {
		e := r.exclusions()
		v.Exclusions = &e
	}
	return v
}

// isReferrer tells whether a person referred the case.
func (c *Case) isReferrer(person ident.ID) bool {
	return slices.Contains(c.partsOf(person), authz.PartReferrer)
}
