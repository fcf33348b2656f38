package casework

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/wording"
)

// PartyName is what a party is called in an agreement.
type PartyName struct {
	ID   ident.ID
	Name string
}

// Findings are what a draft should be looked at for, before it is fixed: nothing is changed by asking. form is Written or
// Oral, on the day on which it is read. What is said against a text is O12, M10, W3, C10, C15 and C16, each in its own words.
func (in DraftAgreement) Findings(form string, parties []PartyName, on calendar.Day) []wording.Finding {
	names := map[ident.ID]string{}
	d := wording.Draft{Oral: form == Oral, Facts: in.Facts, Issues: in.Issues, On: on}
	for _, p := range parties {
		names[p.ID] = p.Name
		d.Parties = append(d.Parties, p.Name)
	}
	for _, t := range in.Clauses {
		c := wording.Clause{Text: t.Text}
		if p := t.Obligation; p != nil {
			c.Owed = &wording.Owed{Kind: p.Kind, Debtor: names[p.Debtor], Creditor: names[p.Creditor], Amount: p.Amount, Due: p.Due, Manner: p.Manner}
			for _, part := range p.Instalments {
				c.Owed.Parts = append(c.Owed.Parts, wording.Part{Due: part.Due, Amount: part.Amount})
			}
		}
		d.Clauses = append(d.Clauses, c)
	}
	return wording.Check(d)
}

// read refuses a draft for what a rule of law forbids, and gives what should be minded.
func (in DraftAgreement) read(c *Case, form string, on calendar.Day) ([]wording.Finding, error) {
	var parties []PartyName
	for _, p := range c.Here() {
		parties = append(parties, PartyName{p.ID, p.Name})
	}
	found := in.Findings(form, parties, on)
	if b := wording.Blocking(found); b != nil {
		refused := &fault.Fault{Kind: fault.Conflict, Code: "rule." + b.Rule, Text: b.Says()}
		return nil, refused.At(b.At)
	}
	return found, nil
}

// Wording says what in a text that is fixed already should be looked at again.
func (a AgreementView) Wording() []fault.Text {
	texts := make([]string, len(a.Clauses))
	for i, c := range a.Clauses {
		texts[i] = c.Text
	}
	return wording.Told(wording.CheckText(a.Facts, a.Issues, texts))
}
