package casework

import (
	"context"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// Termination ends a case without agreement, M9.
type Termination struct {
	Reason   string `json:"reason" doc:"T0–T9"`
	Guidance string `json:"guidance,omitempty" doc:"The arbitration, administrative and court routes the parties were told of"`
}

// Terminate ends the mediation without agreement; the parties are told of the other routes.
func (s *Service) Terminate(ctx context.Context, g authz.Grant, o Order, in Termination) (View, error) {
	return s.act(ctx, g, o, Terminate, func(d *deed, c *Case) (note, error) {
		if err := codes.Termination.Check(in.Reason); err != nil {
			return note{}, fault.Of(err).At("reason")
		}
		if strings.TrimSpace(in.Guidance) == "" {
			return note{}, fault.Rule("M9", "终止调解须告知当事人仲裁、行政、诉讼等途径，并写明。",
				"When mediation ends the parties must be told of arbitration, administrative and court routes; please write what they were told.")
		}
		c.Guidance = strings.TrimSpace(in.Guidance)
		d.end(c, Failed, in.Reason, ident.ID{})
		return note{fact: journal.Fact{"reason": in.Reason}, words: journal.Words{"guidance": in.Guidance}}, nil
	})
}

// Withdraw takes the application back, on the applicant's statement.
func (s *Service) Withdraw(ctx context.Context, g authz.Grant, o Order, statement string) (View, error) {
	return s.act(ctx, g, o, Withdraw, func(d *deed, c *Case) (note, error) {
		applicants := c.Side(Applicant)
		if len(applicants) == 0 {
			return note{}, fault.New(fault.Conflict, "no_applicant", "主动调解的案件没有申请人，不能撤回。", "An own-motion case has no applicant who could withdraw it.")
		}
		p := applicants[0].ID
		if by, err := d.actingParty(c, ident.ID{}); err == nil {
			if by.Role != Applicant {
				return note{}, fault.New(fault.Denied, "", "只有申请人可以撤回。", "Only the applicant can withdraw.")
			}
			p = by.ID
		} else if err := needReason(statement); err != nil {
			return note{}, fault.New(fault.Invalid, "", "请写明申请人的撤回意思。", "Please write the applicant's statement.").At("statement")
		}
		d.end(c, Withdrawn, "", ident.ID{})
		if c.AcceptedAt == nil {
			c.Outcome = Withdrawn
		}
		return note{party: p, words: journal.Words{"statement": statement}, fact: journal.Fact{}}, nil
	})
}

// Ending is a party's demand that mediation end, M4. None may block it.
type Ending struct {
	PartyID ident.ID `json:"party_id,omitempty,omitzero" doc:"Staff: which party demanded it"`
	Reason  string   `json:"reason,omitempty" doc:"D0–D9; nobody has to say"`
}

// RequestEnd ends the mediation because a party wants it to: at once, with the standard guidance handed over (M9).
func (s *Service) RequestEnd(ctx context.Context, g authz.Grant, o Order, in Ending) (View, error) {
	return s.act(ctx, g, o, RequestEnd, func(d *deed, c *Case) (note, error) {
		p, err := d.actingParty(c, in.PartyID)
		if err != nil {
			return note{}, err
		}
		if in.Reason != "" {
			if err := codes.Refusals.Check(in.Reason); err != nil {
				return note{}, fault.Of(err).At("reason")
			}
		}
		d.end(c, PartyEnded, in.Reason, p.ID)
		return note{party: p.ID, fact: journal.Fact{"party": p.ID.String(), "reason": in.Reason, "guidance": "standard"}}, nil
	})
}

// Close fixes the outcome of a case whose agreement was performed, or is due and dealt with.
func (s *Service) Close(ctx context.Context, g authz.Grant, o Order) (View, error) {
	return s.act(ctx, g, o, Close, func(d *deed, c *Case) (note, error) {
		for _, ob := range c.obligations() {
			if ob.State != "performed" && dayOf(d.at).Before(ob.Due) {
				return note{}, fault.Rule("G7", "有一项约定 %s 才到期，现在不能结案。", "A promise is due only on %s: the case cannot be closed yet.", ob.Due)
			}
		}
		at := d.at
		c.EndedAt = &at
		c.firstClose(at)
		n := note{fact: journal.Fact{"outcome": c.Outcome, "follow_ups": c.FollowUps, "amount_fen": c.AmountFen}}
		files, err := d.attachments(c.ID)
		if err == nil && len(files) == 0 && c.signedOnPaper() {
			n.warnings = append(n.warnings, askForPhoto) // before it is archived
		}
		return n, err
	})
}

// Archiving is the filing away of a dossier.
type Archiving struct {
	Retention string `json:"retention,omitempty" doc:"short, long or permanent (R3); else long where there is an agreement, short where there is none"`
}

// Archive makes the dossier read-only, R1 and R7, and says how long it is kept, R3. Nothing deletes it before.
func (s *Service) Archive(ctx context.Context, g authz.Grant, o Order, in Archiving) (View, error) {
	return s.act(ctx, g, o, Archive, func(d *deed, c *Case) (note, error) {
		if in.Retention == "" {
			in.Retention = map[bool]string{true: "long", false: "short"}[c.Agreement != nil]
		}
		if err := codes.Retentions.Check(in.Retention); err != nil {
			return note{}, fault.Of(err).At("retention")
		}
		if d.tx != nil { // history that is loaded has its visits in order
			_, visits, err := s.beside(d.tx, c, true)
			if err != nil {
				return note{}, err
			}
			if err := barred(filed(c, visits, nil)); err != nil {
				return note{}, err
			}
		}
		d.leave(c, func(p Participant) bool { return !p.CoversID.IsZero() }) // nothing is left in which to stand in for anybody
		at := d.at
		c.ArchivedAt, c.Retention, c.RetainUntil = &at, in.Retention, d.retainUntil(dayOf(at), in.Retention)
		return note{fact: journal.Fact{"outcome": c.Outcome, "case_no": c.CaseNo, "retention": c.Retention, "retain_until": c.RetainUntil}}, nil
	})
}

// retainUntil is the day until which a dossier is kept; none for one that is kept for ever.
func (p periods) retainUntil(archived calendar.Day, class string) calendar.Day {
	setting := map[string]string{"short": registry.RetainShort, "long": registry.RetainLong}[class]
	if setting == "" {
		return ""
	}
	return archived.PlusYears(p.set.Number(setting, archived))
}

// Risking is an assessment of the danger that a dispute escalates, M8.
type Risking struct {
	Risk     int        `json:"risk" doc:"1–4; 4 must be reported to the police"`
	Reason   string     `json:"reason"`
	Violence *Screening `json:"violence,omitempty" doc:"What was asked about domestic violence (M11)"`
}

// AssessRisk records the danger of escalation.
func (s *Service) AssessRisk(ctx context.Context, g authz.Grant, o Order, in Risking) (View, error) {
	return s.act(ctx, g, o, AssessRisk, func(d *deed, c *Case) (note, error) {
		var bad fault.Check
		between(&bad, "risk", in.Risk, 1, redRisk)
		need(&bad, "reason", in.Reason, 1000)
		if err := bad.Err(); err != nil {
			return note{}, err
		}
		n := note{fact: journal.Fact{"was": c.Risk, "risk": in.Risk}, words: journal.Words{"reason": in.Reason}}
		c.assess(in.Risk)
		n.warnings = append(n.warnings, riskWords(in.Risk)...)
		return n, in.Violence.take(d, c, &n)
	})
}

// PoliceReport is the record of a report to the police, M8.
type PoliceReport struct {
	To      string `json:"to"`
	At      string `json:"at" doc:"When, RFC 3339"`
	Channel string `json:"channel" doc:"How: phone, in person, in writing"`
	Receipt string `json:"receipt,omitempty" doc:"Number or name given in return"`
}

// ReportPolice records a report to the police, which ends the duty to make one.
func (s *Service) ReportPolice(ctx context.Context, g authz.Grant, o Order, in PoliceReport) (View, error) {
	return s.act(ctx, g, o, ReportPolice, func(d *deed, c *Case) (note, error) {
		var bad fault.Check
		need(&bad, "to", in.To, maxShort)
		if at, err := time.Parse(time.RFC3339, in.At); err != nil || at.After(d.now()) {
			bad.Add("at", "请填写报告的时间，不能晚于现在。", "Please give the moment of the report, not later than now.")
		}
		need(&bad, "channel", in.Channel, maxShort)
		atMost(&bad, "receipt", in.Receipt, maxShort)
		if err := bad.Err(); err != nil {
			return note{}, err
		}
		c.PoliceOpen, c.ViolenceOpen = false, false
		return note{fact: journal.Fact{"at": in.At},
			words: journal.Words{"to": in.To, "channel": in.Channel, "receipt": in.Receipt}}, nil
	})
}
