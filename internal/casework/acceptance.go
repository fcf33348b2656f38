package casework

import (
	"context"
	"fmt"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// Accept takes the case on: the case number is given, gap-free by committee and year, and the mediation clock starts.
func (s *Service) Accept(ctx context.Context, g authz.Grant, o Order) (View, error) {
	return s.act(ctx, g, o, Accept, func(d *deed, c *Case) (note, error) {
		committee, err := d.committee(c.CommitteeID)
		if err != nil {
			return note{}, err
		}
		if committee.Type == registry.Desk {
			return note{}, fault.Rule("A7", "受理窗口不是调委会，请先转到有管辖权的调委会。", "A desk is no committee; first hand the case to the committee that is competent.")
		}
		at, day := d.at, calendar.DayOf(d.at)
		c.AcceptedAt = &at
		if c.AcceptedDay.IsZero() { // a case that a party took up again was accepted once
			c.AcceptedDay = day
		}
		c.MediationDueDay = d.mediationUntil(c, day)
		if c.CaseNo == "" {
			no, err := d.caseNo(c, committee.ShortName, day)
			if err != nil {
				return note{}, err
			}
			c.CaseNo = no
		}
		return note{fact: journal.Fact{"case_no": c.CaseNo, "due": c.MediationDueDay}}, nil
	})
}

// caseNo is （YYYY）<short name>人调字第NNNN号: one case, one dossier, one number (R2).
func (d *deed) caseNo(c *Case, shortName string, day calendar.Day) (string, error) {
	n, err := d.number(c.CommitteeID, fmt.Sprintf("case %d", day.Year()))
	return fmt.Sprintf("（%d）%s人调字第%04d号", day.Year(), shortName, n), err
}

// Refusal is a decision not to accept a case, A6 and A8.
type Refusal struct {
	Reason   string       `json:"reason" doc:"N1–N9"`
	Guidance string       `json:"guidance,omitempty" doc:"Which organ or court is competent, and how to reach it"`
	Notice   calendar.Day `json:"notice_date,omitempty" doc:"The day on which the party was told"`
	SameAs   ident.ID     `json:"same_case_id,omitempty,omitzero" doc:"With N9: the case in which the same dispute is in hand. What was handed in here is taken over there"`
	Calming  string       `json:"calming_measures,omitempty" doc:"What was done to calm; needed when the risk is high"`
}

const highRisk = 3

// RefuseAcceptance does not accept the case: with a code, guidance and the day of notice (A8), and calming measures
// where the matter may escalate.
func (s *Service) RefuseAcceptance(ctx context.Context, g authz.Grant, o Order, r Refusal) (View, error) {
	return s.act(ctx, g, o, RefuseAcceptance, func(d *deed, c *Case) (note, error) {
		if err := codes.NonAcceptance.Check(r.Reason); err != nil {
			return note{}, fault.Of(err).At("reason")
		}
		if strings.TrimSpace(r.Guidance) == "" || r.Notice.IsZero() {
			return note{}, fault.Rule("A8", "不予受理须告知当事人可以找哪个机关或法院，并写明告知日期。",
				"When a case is not accepted the party must be told which organ or court to turn to, with the date of notice.")
		}
		if r.Notice.After(d.today()) {
			return note{}, fault.New(fault.Invalid, "", "告知日期不能晚于今天。", "The date of notice cannot lie in the future.").At("notice_date")
		}
		if r.Notice.Before(dayOf(c.RegisteredAt)) {
			return note{}, fault.New(fault.Invalid, "", "告知日期不能早于登记。", "The date of notice cannot lie before the case was registered.").At("notice_date")
		}
		if c.Risk >= highRisk && strings.TrimSpace(r.Calming) == "" {
			return note{}, fault.Rule("A8", "风险较高，须先采取稳控疏导措施并写明。", "The risk is high: calm the matter first and say what was done.")
		}
		n := note{fact: journal.Fact{"reason": r.Reason, "notice_date": r.Notice},
			words: journal.Words{"guidance": r.Guidance, "calming_measures": r.Calming}}
		if r.Reason == sameDispute && !r.SameAs.IsZero() {
			if err := d.into(c, r.SameAs, &n); err != nil {
				return note{}, err
			}
		}
		c.Guidance = strings.TrimSpace(r.Guidance)
		d.end(c, OutcomeNotAccepted, r.Reason, ident.ID{})
		c.ReasonCode = r.Reason
		return n, nil
	})
}
