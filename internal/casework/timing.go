package casework

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// Extension lengthens the mediation, M6.
type Extension struct {
	Days     int        `json:"days" doc:"1–30 calendar days"`
	Reason   string     `json:"reason"`
	Consents []ident.ID `json:"consents" nullable:"false" doc:"Parties that agreed; all must"`
	Court    bool       `json:"court_consents,omitempty" doc:"The court that sent the case before registration agrees too (M7)"`
}

// Extend moves the day on which mediation should end, with the consent of all parties.
func (s *Service) Extend(ctx context.Context, g authz.Grant, o Order, in Extension) (View, error) {
	return s.act(ctx, g, o, Extend, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		setting := registry.MediationMore
		if c.mediationClock() != mediationClock {
			setting = registry.CourtMore
		}
		most := d.set.Number(setting, d.today())
		if in.Days < 1 || in.Days > most || c.Extended {
			return note{}, fault.Rule("M6", "最多延长一次，不超过 %d 天。", "Mediation may be extended once, by %d days at most.", most)
		}
		for _, p := range c.Here() {
			if !slices.Contains(in.Consents, p.ID) {
				return note{}, fault.Rule("M6", "延长期限须全部当事人同意，还缺 %s。", "An extension needs every party's consent; that of %s is missing.", p.Name)
			}
		}
		if c.mediationClock() == courtBefore && !in.Court {
			return note{}, fault.Rule("M7", "法院立案前委派的案件，延长期限还须法院同意。", "A case that a court sent before registration is extended only with the court's consent.")
		}
		was := c.MediationDueDay
		c.MediationDueDay, c.Extended = d.cal.AddDays(was, in.Days), true
		return note{fact: journal.Fact{"was": was, "due": c.MediationDueDay, "days": in.Days, "consents": idTexts(in.Consents)},
			words: journal.Words{"reason": in.Reason}}, nil
	})
}

// Pausing stops the mediation clock, M6b: an appraisal is being made.
type Pausing struct {
	Reason   string       `json:"reason"`
	Document ident.ID     `json:"document_id,omitempty,omitzero" doc:"An attachment that shows why"`
	Until    calendar.Day `json:"until" doc:"When mediation is expected to go on"`
}

// Pause stops the clock while something outside the committee's hands is waited for.
func (s *Service) Pause(ctx context.Context, g authz.Grant, o Order, in Pausing) (View, error) {
	return s.act(ctx, g, o, Pause, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		day := calendar.DayOf(d.at)
		if !in.Until.After(day) {
			return note{}, fault.New(fault.Invalid, "", "请填写预计恢复的日期，应晚于今天。", "Please give the day on which mediation is to go on, later than today.").At("until")
		}
		n := note{fact: journal.Fact{"until": in.Until, "from": day}, words: journal.Words{"reason": in.Reason}}
		if in.Document.IsZero() {
			n.warnings = append(n.warnings, fault.Say("请补充暂停的依据材料（M6b）。", "Please add the document that shows the reason (M6b)."))
		} else if err := d.evidenceExists(c, []ident.ID{in.Document}); err != nil {
			return note{}, err
		}
		c.PausedDay = day
		return n, nil
	})
}

// Resume starts the clock again; the paused days are not counted.
func (s *Service) Resume(ctx context.Context, g authz.Grant, o Order) (View, error) {
	return s.act(ctx, g, o, Resume, func(d *deed, c *Case) (note, error) {
		was := c.MediationDueDay
		days := d.goOn(c)
		return note{fact: journal.Fact{"paused_days": days, "was": was, "due": c.MediationDueDay}}, nil
	})
}

// goOn starts a paused clock again: the days of the pause are not counted. It gives how many they were.
func (d *deed) goOn(c *Case) int {
	if c.PausedDay.IsZero() {
		return 0
	}
	days := max(calendar.Between(c.PausedDay, dayOf(d.at)), 0)
	if days > 0 {
		c.MediationDueDay = d.cal.AddDays(c.MediationDueDay, days)
	}
	c.PausedDay = ""
	return days
}
