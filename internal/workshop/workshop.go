// Package workshop is where an agreement is written before it is fixed: terms are taken from the library of clauses and
// filled in, moved and mended, read for what should not stand in them, and compared with how like cases were settled. What
// is being written is kept between visits. The case changes only when it is done, and then by the case's own act.
package workshop

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/clause"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
	"fengqiao/internal/wording"
)

// The actions of this room in the policy; the acts themselves are the cases' own.
const (
	ReadingClauses authz.Action = "clause.read"          // whoever works here
	Checking       authz.Action = "case.check_agreement" // who may fix it
	Comparing      authz.Action = "case.similar"         // for which case: whoever works it
	compared       authz.Action = "settled.read"         // with which ones: those of the whole committee, as counts and bands
	reading        authz.Action = "case.read"
)

// Options say what the room needs from its neighbours.
type Options struct {
	Store  *db.Store
	Vault  *vault.Vault
	Policy *authz.Policy
	Cases  *casework.Service
}

// Service keeps drafts, checks them and shows the library.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// today is the legal day.
func (s *Service) today() calendar.Day { return calendar.DayOf(s.Store.Now()) }

// read shows a case to whoever works it here; to a party there is none.
func (s *Service) read(ctx context.Context, g authz.Grant, id ident.ID) (casework.View, error) {
	read, err := s.Policy.Allow(g.By(), reading)
	if err != nil {
		return casework.View{}, err
	}
	v, err := s.Cases.See(ctx, read, id)
	if err == nil && v.Seen == authz.Party {
		err = fault.NoSuch()
	}
	return v, err
}

// partiesOf are those who can owe and be owed: all that were not removed.
func partiesOf(v casework.View) (names []casework.PartyName, parties []clause.Party) {
	for _, p := range v.Parties {
		if !p.Removed {
			names = append(names, casework.PartyName{ID: p.ID, Name: p.Name})
			parties = append(parties, clause.Party{ID: p.ID, Name: p.Name})
		}
	}
	return names, parties
}

// Checked is what a draft should be looked at for.
type Checked struct {
	Blocks   bool            `json:"blocks" doc:"Something of it stands in the way of fixing the text"`
	Findings []CheckedDetail `json:"findings" nullable:"false"`
}

// CheckedDetail is one finding in the reader's language.
type CheckedDetail struct {
	wording.Finding
	Reason     string `json:"reason"`
	Suggestion string `json:"suggestion"`
}

// Check reads a draft for a case and changes nothing. form is casework.Written or casework.Oral.
//
// Faults: Missing out of reach; Invalid for another form.
func (s *Service) Check(ctx context.Context, g authz.Grant, id ident.ID, form string, in casework.DraftAgreement, lang string) (Checked, error) {
	v, err := s.Cases.See(ctx, g, id)
	if err != nil {
		return Checked{}, err
	}
	if !slices.Contains([]string{casework.Written, casework.Oral}, form) {
		return Checked{}, fault.New(fault.Invalid, "", "请选择 written 或 oral。", "Please choose written or oral.").At("form")
	}
	names, _ := partiesOf(v)
	out := Checked{Findings: []CheckedDetail{}}
	for _, f := range in.Findings(form, names, s.today()) {
		out.Blocks = out.Blocks || f.Level == wording.Blocks
		out.Findings = append(out.Findings, CheckedDetail{f, f.Says().In(lang), f.Suggestion.In(lang)})
	}
	return out, nil
}

// Fill fills a clause of the library in for a case: the term as it goes into a draft.
//
// Faults: Missing for an unknown clause or a case out of reach; Invalid with what is wrong in which place.
func (s *Service) Fill(ctx context.Context, g authz.Grant, id ident.ID, name string, values map[string]string) (casework.Term, error) {
	c, err := clause.Find(name, s.today())
	if err != nil {
		return casework.Term{}, err
	}
	v, err := s.read(ctx, g, id)
	if err != nil {
		return casework.Term{}, err
	}
	_, parties := partiesOf(v)
	f, err := c.Fill(values, parties, "values.")
	return termOf(f), err
}

// termOf is a filled clause as a term of an agreement.
func termOf(f clause.Filled) casework.Term {
	t := casework.Term{Text: f.Text}
	if f.Kind == "" {
		return t
	}
	t.Obligation = &casework.Promise{Debtor: f.Debtor, Creditor: f.Creditor, Kind: f.Kind, Amount: f.Amount, Due: f.Due, Manner: f.Manner}
	for _, p := range f.Parts {
		t.Obligation.Instalments = append(t.Obligation.Instalments, casework.Instalment{Due: p.Due, Amount: p.Amount})
	}
	return t
}
