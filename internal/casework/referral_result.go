package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// What is made known to the organ that referred a case.
const (
	StepMade   = "step"   // the case moved: for channels that follow each step
	ResultMade = "result" // it ended, or its agreement took effect
)

// The letters that tell a result.
const (
	LetterAgreement   = "agreement"
	LetterNoAgreement = "no_agreement"
	LetterNotAccepted = "not_accepted"
	LetterTransferred = "transferred"
)

// Result is what is made known of a referred case, without names and without what was said. One result stands; when the
// case goes on after all, or ends anew, it is superseded.
type Result struct {
	ident.Key
	CaseID       ident.ID     `gorm:"column:case_id"`
	Seq          int64        `gorm:"column:seq"` // the entry that brought it
	Kind         string       `gorm:"column:kind"`
	Event        Event        `gorm:"column:event"`
	State        State        `gorm:"column:state"`
	Outcome      Outcome      `gorm:"column:outcome"`
	ReasonCode   string       `gorm:"column:reason_code"` // N… or T…; why a party said no is its own
	Letter       string       `gorm:"column:letter"`
	AgreedOn     calendar.Day `gorm:"column:agreed_on"`
	EndedOn      calendar.Day `gorm:"column:ended_on"`
	ToldToSue    bool         `gorm:"column:told_to_sue"` // court, before registration: the parties were told how to file suit
	MadeAt       time.Time    `gorm:"column:made_at"`
	SupersededAt *time.Time   `gorm:"column:superseded_at"`
}

// TableName is the table's.
func (Result) TableName() string { return "referral_results" }

// followsSteps tells whether a channel is told of every step: a governance centre and the hotline follow a case through.
func (r *Referral) followsSteps() bool { return r.Channel == FromCentre || r.Channel == FromHotline }

// shares tells whether the organ may be told the result: the housing bureau and deputies with consent only.
func (r *Referral) shares() bool {
	return r.ConsentToShare || r.Channel != FromHousing && r.Channel != FromDeputy
}

// telling are the states that are a result for whoever referred the case.
var telling = at(NotAccepted, Performing, Closed, Transferred)

// reportBack makes known to the organ what an act brought about, in the act's own transaction.
func (d *deed) reportBack(c *Case, e Event, from State) error {
	r := c.Referral
	if r == nil || from == c.State {
		return nil
	}
	if r.followsSteps() {
		c.Results = append(c.Results, d.madeKnown(c, StepMade, e))
	}
	wasResult, isResult := slices.Contains(telling, from), slices.Contains(telling, c.State)
	if !isResult && !(wasResult && c.State != Archived) {
		return nil
	}
	at := d.now()
	for i := range c.Results {
		if old := &c.Results[i]; old.Kind == ResultMade && old.SupersededAt == nil {
			old.SupersededAt = &at
		}
	}
	if !isResult {
		return nil
	}
	c.Results = append(c.Results, d.madeKnown(c, ResultMade, e))
	if d.tx == nil || r.ReplyTo == "" || !r.shares() { // history that is loaded sends nothing
		return nil
	}
	return d.send(d.tx, c, Message{Channel: "email", To: r.ReplyTo, Kind: "referral_result", Text: resultText(r.Number, ident.Reference(c.Reference).Grouped())}, d.now())
}

// resultText tells nothing of the case: others may read the mailbox.
func resultText(number, reference string) string {
	if number == "" {
		return "【人民调解】贵单位移送的事项（编号 " + reference + "）已有办理结果，请登录查看。"
	}
	return "【人民调解】贵单位移送的 " + number + "（编号 " + reference + "）已有办理结果，请登录查看。"
}

func (d *deed) madeKnown(c *Case, kind string, e Event) Result {
	r := Result{Key: d.newKey(), CaseID: c.ID, Seq: c.Version + 1, Kind: kind, Event: e, State: c.State, MadeAt: d.now()}
	if kind == StepMade {
		return r
	}
	r.Outcome = c.Outcome
	if !strings.HasPrefix(c.ReasonCode, "D") {
		r.ReasonCode = c.ReasonCode
	}
	settled := c.Outcome == WrittenAgreement || c.Outcome == OralAgreement
	switch {
	case settled:
		r.Letter = LetterAgreement
	case c.State == Transferred:
		r.Letter = LetterTransferred
	case c.State == NotAccepted:
		r.Letter = LetterNotAccepted
	default:
		r.Letter = LetterNoAgreement
	}
	if settled && c.EffectiveAt != nil {
		r.AgreedOn = dayOf(*c.EffectiveAt)
	}
	if c.EndedAt != nil {
		r.EndedOn = dayOf(*c.EndedAt)
	}
	r.ToldToSue = !settled && c.State != Transferred && c.Referral.beforeRegistration() && strings.Contains(c.Guidance, suitGuidance.ZH)
	return r
}

// suitGuidance is added to what the parties are told when a case ends that a court sent before registering it, M9.
var suitGuidance = fault.Say("这起纠纷法院还没有立案：可以带上起诉状、身份证明和证据，到委派调解的法院申请立案，也可以网上立案。",
	"The court has not registered this dispute yet: you may file suit there with your statement, proof of identity and evidence, or online.")

// tellHowToSue completes the guidance of a case that a court sent before registering it.
func (c *Case) tellHowToSue() {
	if c.Referral.beforeRegistration() && !strings.Contains(c.Guidance, suitGuidance.ZH) {
		c.Guidance = strings.TrimSpace(c.Guidance + "\n" + suitGuidance.ZH)
	}
}

// Reported is a result or a step as the organ reads it.
type Reported struct {
	Event      Event        `json:"event"`
	State      State        `json:"state"`
	Outcome    Outcome      `json:"outcome,omitempty"`
	ReasonCode string       `json:"reason_code,omitempty"`
	Letter     string       `json:"letter,omitempty" doc:"agreement, no_agreement, not_accepted, transferred"`
	AgreedOn   calendar.Day `json:"agreed_on,omitempty"`
	EndedOn    calendar.Day `json:"ended_on,omitempty"`
	ToldToSue  bool         `json:"told_to_sue,omitempty" doc:"Court, before registration: the parties were told how to file suit"`
	MadeAt     time.Time    `json:"made_at"`
	Superseded *time.Time   `json:"superseded_at,omitempty"`
}

func (r Result) told() Reported {
	return Reported{Event: r.Event, State: r.State, Outcome: r.Outcome, ReasonCode: r.ReasonCode, Letter: r.Letter, AgreedOn: r.AgreedOn, EndedOn: r.EndedOn,
		ToldToSue: r.ToldToSue, MadeAt: r.MadeAt, Superseded: r.SupersededAt}
}

// Referred is a referral as the organ that made it sees it: where the case stands and how it ended, and nothing else.
type Referred struct {
	CaseID       ident.ID      `json:"case_id"`
	Reference    string        `json:"reference"`
	State        State         `json:"state"`
	CommitteeID  ident.ID      `json:"committee_id"`
	RegisteredAt time.Time     `json:"registered_at"`
	Referral     *ReferralView `json:"referral,omitempty"`
	Result       *Reported     `json:"result" doc:"The result that stands; null while there is none"`
	Earlier      []Reported    `json:"earlier" doc:"Results that a later one superseded"`
	Steps        []Reported    `json:"steps" doc:"For channels that follow each step"`
}

func (c *Case) referred(id ident.ID, reference string, state State, registered time.Time) Referred {
	out := Referred{CaseID: id, Reference: reference, State: state, RegisteredAt: registered, Referral: c.Referral.view(), Earlier: []Reported{}, Steps: []Reported{}}
	for _, r := range c.Results {
		told := r.told()
		switch {
		case r.Kind == StepMade:
			out.Steps = append(out.Steps, told)
		case !c.Referral.shares():
		case r.SupersededAt != nil:
			out.Earlier = append(out.Earlier, told)
		default:
			out.Result = &told
		}
	}
	return out
}

// Referrals are the cases that somebody referred, newest first, with what was made known of each.
func (s *Service) Referrals(ctx context.Context, g authz.Grant, f Filter) ([]Referred, ident.ID, error) {
	lines, next, err := s.List(ctx, g, f)
	if err != nil {
		return nil, next, err
	}
	ids := make([]ident.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	out := make([]Referred, 0, len(lines))
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		known, err := referralsOf(tx, ids)
		for _, l := range lines {
			c := known[l.ID]
			if c == nil {
				c = &Case{}
			}
			one := c.referred(l.ID, l.Reference, l.State, l.RegisteredAt)
			one.CommitteeID = l.CommitteeID
			out = append(out, one)
		}
		return err
	})
	return out, next, err
}

// ReferralResult is what is known of one referral.
func (s *Service) ReferralResult(ctx context.Context, g authz.Grant, id ident.ID) (Referred, error) {
	var out Referred
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err == nil {
			out = c.referred(c.ID, c.Reference, c.State, c.RegisteredAt)
			out.CommitteeID = c.CommitteeID
		}
		return err
	})
	return out, err
}
