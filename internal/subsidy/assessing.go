package subsidy

import (
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/grade"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/scheme"
	"fengqiao/internal/training"
)

// assessed is a case as its scheme sees it.
type assessed struct {
	caseRow
	dispute scheme.Dispute
	scheme  *scheme.Scheme // nil where none held on the day of closing
	outcome scheme.Outcome
	payees  []payee // those who mediated it and may be paid; all of them where nobody may
}

// payee is one of those who mediated a case.
type payee struct {
	CaseID     ident.ID
	PersonID   ident.ID
	MediatorID ident.ID
	Name       string
	Part       string
}

// passing are the codes that time may mend: no claim is taken while one of them stands.
var passing = []string{"not_archived", "not_performed", "unconfirmed", "review_missing", "no_factor", "no_scheme"}

// passes gives those codes of a case that time may mend.
func (a assessed) passing() (out []string) {
	for _, c := range a.outcome.Codes {
		if slices.Contains(passing, c) {
			out = append(out, c)
		}
	}
	return out
}

// known is what is asked of the rooms around for some cases of a county at once.
type known struct {
	book    scheme.Book
	reviews map[ident.ID]Reviewed
	grades  grade.Holders
	barred  []Barred
	counted map[ident.ID]bool // cases whose linked case is claimed for
	done    map[ident.ID]performance
	proved  map[ident.ID]bool // confirmed by each party
	files   map[ident.ID]int
	people  map[ident.ID][]payee
}

// assess says what the schemes give for some cases of a county, in the order of the ids.
func (s *Service) assess(tx *db.Tx, county ident.County, ids []ident.ID) ([]assessed, error) {
	rows, err := caseRows(tx, county, ids)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	k, err := s.known(tx, county, rows, ids)
	if err != nil {
		return nil, err
	}
	out := make([]assessed, 0, len(rows))
	for _, row := range rows {
		a, err := k.assess(tx, row)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func (s *Service) known(tx *db.Tx, county ident.County, rows []caseRow, ids []ident.ID) (k known, err error) {
	if k.book, err = scheme.Open(tx, county); err != nil {
		return k, err
	}
	if k.people, err = peopleOf(tx, county, rows, ids); err != nil {
		return k, err
	}
	var persons []ident.ID
	for _, team := range k.people {
		for _, p := range team {
			persons = append(persons, p.PersonID)
		}
	}
	slices.SortFunc(persons, compareIDs)
	persons = slices.Compact(persons)
	if k.grades, err = grade.HeldBy(tx, county, persons); err != nil {
		return k, err
	}
	if k.barred, err = barredOf(tx, county, persons); err != nil {
		return k, err
	}
	if s.Reviews != nil {
		if k.reviews, err = s.Reviews(tx, county, ids); err != nil {
			return k, err
		}
	}
	if k.counted, err = countedElsewhere(tx, rows); err != nil {
		return k, err
	}
	if k.done, err = performances(tx, county, ids); err != nil {
		return k, err
	}
	if k.files, err = filesOf(tx, county, ids); err != nil {
		return k, err
	}
	k.proved, err = confirmedBy(tx, county, ids, k.people)
	return k, err
}

func (k known) assess(tx *db.Tx, row caseRow) (assessed, error) {
	a := assessed{caseRow: row}
	team := k.people[row.ID]
	free := slices.DeleteFunc(slices.Clone(team), func(p payee) bool { return k.isBarred(p.PersonID, row.FirstClosedDay) })
	if a.payees = free; len(free) == 0 {
		a.payees = team
	}
	done := k.done[row.ID]
	r := k.reviews[row.ID]
	a.dispute = scheme.Dispute{Tier: tierOf(row), Attributes: row.Attributes, Class: row.Difficulty, Form: formOf(row), Grade: "none", Parties: row.Parties, Amount: row.AmountFen,
		Archived: row.State == string(casework.Archived), Performed: done.Performed == done.Obligations, Confirmed: k.proved[row.ID], Files: k.files[row.ID], Guided: row.Guided,
		FullTime: row.FullTime, Nobody: len(team) == 0, Barred: len(team) > 0 && len(free) == 0, Counted: k.counted[row.ID], Reviewed: r.Final, Vetoed: r.Vetoed, Score: r.Score}
	for _, p := range team {
		if p.Part == "host" {
			if g := k.grades.On(p.PersonID, row.FirstClosedDay); g != "" {
				a.dispute.Grade = g
			}
		}
	}
	on := row.FirstClosedDay
	if on.IsZero() { // not closed yet: as the schemes are today, for whoever asks what is missing
		on = calendar.DayOf(tx.Now)
	}
	if a.scheme = k.book.On(row.CommitteeArea, scheme.ByCase, on); a.scheme == nil {
		a.outcome.Class, a.outcome.Codes = "", []string{"no_scheme"}
		return a, nil
	}
	if a.scheme.Terms.Trained && !row.HostID.IsZero() {
		var err error
		if a.dispute.Trained, err = training.Reached(tx, row.HostID, on.Year()); err != nil {
			return a, err
		}
	}
	a.outcome = a.scheme.Terms.Assess(a.dispute, k.book.Factor(a.scheme, on.Year()))
	if row.FirstClosedDay.IsZero() && !slices.Contains(a.outcome.Codes, "not_archived") {
		a.outcome.Codes = append(a.outcome.Codes, "not_archived") // nothing is paid before it is over
	}
	return a, nil
}

func (k known) isBarred(person ident.ID, on calendar.Day) bool {
	return slices.ContainsFunc(k.barred, func(b Barred) bool {
		return b.PersonID == person && !on.Before(b.FromOn) && (b.ToOn.IsZero() || !on.After(b.ToOn))
	})
}

// tierOf is the kind of committee, as schemes tell them apart: a field goes before the type.
func tierOf(row caseRow) string {
	switch t := row.Type; {
	case row.Sector != "" || slices.Contains(row.Attributes, "industry"):
		return "industry"
	case t == registry.OfVillage || t == registry.OfResidents:
		return "village"
	case t == registry.OfTown || t == registry.OfStreet:
		return "township"
	case t == registry.OfEnterprise:
		return "enterprise"
	case t == registry.OfSociety:
		return "society"
	}
	return ""
}

func formOf(row caseRow) string {
	switch casework.Outcome(row.Outcome) {
	case casework.WrittenAgreement:
		return "written"
	case casework.OralAgreement:
		return "oral"
	case casework.Failed:
		return "unsuccessful"
	case casework.PartyRefused, casework.PartyEnded, casework.Withdrawn, casework.OutcomeNotAccepted, casework.OutcomeTransferred:
	}
	return ""
}

// claim writes what was assessed into a claim, with the shares of those who mediated. Weights are as they were said; 1 for
// whoever none was said for.
func (a assessed) claim(c *Claim, weights map[ident.ID]int64) []Share {
	c.Kind, c.CaseID, c.Called, c.CommitteeID, c.AreaCode, c.ClosedOn = scheme.ByCase, a.ID, a.CaseNo, a.CommitteeID, a.CommitteeArea, a.FirstClosedDay
	if a.scheme != nil {
		c.SchemeID, c.SchemeSHA = a.scheme.ID, a.scheme.SHA256
	}
	c.Tier, c.Class, c.Form, c.Grade = a.dispute.Tier, a.outcome.Class, a.dispute.Form, a.dispute.Grade
	c.RateFen, c.BonusFen, c.Fen, c.Codes = a.outcome.Rate, a.outcome.Bonus, a.outcome.Fen(), strings.Join(a.outcome.Codes, " ")
	among := make([]scheme.Share, 0, len(a.payees))
	for _, p := range a.payees {
		weight := weights[p.PersonID]
		if weight == 0 {
			weight = 1
		}
		among = append(among, scheme.Share{ID: p.PersonID, Weight: weight})
	}
	out := make([]Share, 0, len(among))
	for i, part := range scheme.Split(c.Fen, among) {
		p := a.payees[i]
		out = append(out, Share{ClaimID: c.ID, PersonID: p.PersonID, MediatorID: p.MediatorID, Name: p.Name, Part: p.Part, Weight: part.Weight, Fen: part.Fen})
	}
	return out
}

// sentences say some codes in a language.
func sentences(of []string, lang string) []string {
	out := make([]string, 0, len(of))
	for _, code := range of {
		text := codes.SubsidyRefusals.Name(code, lang)
		if told, ok := codes.SubsidyTold[code]; ok {
			text = told.In(lang)
		}
		out = append(out, text)
	}
	return out
}
