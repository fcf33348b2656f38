package anomaly

import (
	"slices"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// dayOf is the legal day of a moment; none for none.
func dayOf(t *time.Time) calendar.Day {
	if t == nil {
		return ""
	}
	return calendar.DayOf(*t)
}

// confirming is the application for judicial confirmation of the agreement in force; nil when there is none.
func confirming(c *casework.Case) *casework.CourtMatter {
	for i, m := range c.Courts {
		if m.Kind == casework.Confirming && m.AgreementID == c.AgreementID && m.Result != "withdrawn" {
			return &c.Courts[i]
		}
	}
	return nil
}

// dueBefore: what is owed was due on the day of the agreement or before, and a court is asked to confirm it.
func dueBefore(c *casework.Case) []seen {
	if confirming(c) == nil || c.Agreement == nil {
		return nil
	}
	agreed := dayOf(c.EffectiveAt)
	if c.Agreement.FixedAt != nil {
		agreed = dayOf(c.Agreement.FixedAt)
	}
	for _, o := range c.Agreement.Obligations {
		if !o.Due.IsZero() && !o.Due.After(agreed) {
			return []seen{{c.ID, DueBefore, c.AgreementID.String(), Evidence{Due: o.Due, Day: agreed}}}
		}
	}
	return nil
}

// nothingOwed: a court is asked to confirm an agreement that obliges to nothing any more.
func nothingOwed(c *casework.Case) []seen {
	m := confirming(c)
	if m == nil || c.Agreement == nil {
		return nil
	}
	owed := slices.ContainsFunc(c.Agreement.Obligations, func(o casework.Obligation) bool {
		return o.State != "performed" || o.StateOn.After(m.FiledOn)
	})
	if owed {
		return nil
	}
	return []seen{{c.ID, NothingOwed, c.AgreementID.String(), Evidence{Count: len(c.Agreement.Obligations), Day: m.FiledOn}}}
}

// quickSigns: two sides put their own signatures under an agreement within seconds. What staff recorded of ink has the moment
// that they recorded, and says nothing.
func quickSigns(c *casework.Case, most int) []seen {
	if c.Agreement == nil {
		return nil
	}
	var own []casework.Signature
	for _, s := range c.Agreement.Standing() {
		if s.Signer == casework.ByParty && (s.Kind == "drawn" || s.Kind == "code") {
			own = append(own, s)
		}
	}
	slices.SortFunc(own, func(a, b casework.Signature) int { return a.SignedAt.Compare(b.SignedAt) })
	for i := 1; i < len(own); i++ {
		apart := int(own[i].SignedAt.Sub(own[i-1].SignedAt).Seconds())
		if own[i].PartyID != own[i-1].PartyID && apart <= most {
			return []seen{{c.ID, QuickSigns, c.AgreementID.String(), Evidence{Seconds: max(apart, 1), Names: len(own)}}}
		}
	}
	return nil
}

// roundAmount: the two sides are tied to each other, and what is owed is a large round sum. Kin settle family matters, so these
// are left out.
func roundAmount(c *casework.Case, unit, least int) []seen {
	if c.Agreement == nil || c.EffectiveAt == nil || c.Category == "01" || c.AmountFen < money.Fen(least)*100 || c.AmountFen%(money.Fen(unit)*100) != 0 {
		return nil
	}
	for _, a := range c.Side(casework.Applicant) {
		for _, b := range c.Side(casework.Respondent) {
			if tie := tied(a, b); tie != "" {
				return []seen{{c.ID, RoundAmount, c.AgreementID.String(), Evidence{Amount: c.AmountFen, Tie: tie}}}
			}
		}
	}
	return nil
}

// tied tells how two parties are bound to each other, as far as the case itself shows it.
func tied(a, b casework.Party) string {
	same := func(x, y string) bool { return x != "" && ident.MatchName(x) == ident.MatchName(y) }
	switch {
	case same(a.Address, b.Address):
		return "address"
	case a.PhoneIndex != "" && a.PhoneIndex == b.PhoneIndex:
		return "phone"
	case same(a.LegalRep, b.Name), same(b.LegalRep, a.Name), same(a.LegalRep, b.LegalRep):
		return "representative"
	case same(a.Employer, b.Employer), same(a.Employer, b.Name), same(b.Employer, a.Name):
		return "employer"
	}
	return ""
}

// lateChange: mediation had ended without an agreement, was taken up again and settled, and that within a few days before its
// time ran out or a quarter's figures were drawn.
func lateChange(c *casework.Case, was string, most int) []seen {
	unsettled := []string{string(casework.Failed), string(casework.PartyRefused), string(casework.PartyEnded), string(casework.Withdrawn)}
	if !slices.Contains(unsettled, was) || c.EffectiveAt == nil || c.Agreement == nil {
		return nil
	}
	on := dayOf(c.EffectiveAt)
	for _, deadline := range []calendar.Day{c.MediationDueDay, quarterEnd(on)} {
		if !deadline.IsZero() && !on.After(deadline) && calendar.Between(on, deadline) <= most {
			return []seen{{c.ID, LateChange, c.AgreementID.String(), Evidence{Was: was, Now: string(c.Agreement.Form) + "_agreement", Day: on, Deadline: deadline}}}
		}
	}
	return nil
}

// quarterEnd is the last day of a day's quarter: figures are drawn on it.
func quarterEnd(d calendar.Day) calendar.Day {
	for _, end := range []string{"-03-31", "-06-30", "-09-30", "-12-31"} {
		if string(d)[4:] <= end {
			return d[:4] + calendar.Day(end)
		}
	}
	return ""
}
