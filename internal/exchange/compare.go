package exchange

import (
	"context"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// compare looks for the same line: entered before, above in the file, or a case that somebody entered by hand.
func (j *job) compare(ctx context.Context, r *importRow, e entry, key string) error {
	return j.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		there, found, err := lineOf(tx, j.CommitteeID, j.Vault.Indexes("ledger line", j.CommitteeID.String()+"\n"+key))
		switch {
		case err != nil:
			return err
		case found && there.SaysKey != r.SaysKey:
			r.State, r.CaseID = rowBad, there.CaseID
			r.Problems = problems{{Column: headingOf(fieldNumber), Text: textOtherLine}}
			return nil
		case found:
			r.State, r.CaseID, r.Problems = rowThere, there.CaseID, problems{{Text: textThere}}
			return nil
		}
		above, err := rowAbove(tx, j.ID, r.LineKey, r.Number)
		if err != nil {
			return err
		}
		if above > 0 {
			r.State, r.Problems = rowDouble, problems{{Text: fault.Say("和第 %d 行是同一条。", "The same line as row %d.", above)}}
			return nil
		}
		r.CaseID, err = possible(tx, j.CommitteeID, ident.MatchName(e.Applicant.Name), ident.MatchName(e.Respondents[0].Name), e.On.Plus(-daysApart).Start(), e.On.Plus(daysApart).End())
		if err == nil && !r.CaseID.IsZero() {
			r.State, r.Problems = rowDouble, problems{{Text: textPossible}}
		}
		return err
	})
}

var (
	textThere     = fault.Say("这一条以前录过了，不会再录。", "This line was entered before; it is not entered again.")
	textPossible  = fault.Say("本会在前后三天内已有同样当事人的案件，可能是同一件。", "The committee has a case between the same people within three days; it may be the same.")
	textOtherLine = fault.Say("这个编号以前录过，但内容不一样。请核对编号。", "This number was entered before with other content. Please check the number.")
)

// problemsOf puts a refusal into the words of a row.
func problemsOf(err error) problems {
	f := fault.Of(err)
	if len(f.Fields) == 0 {
		return problems{{Text: f.Text}}
	}
	var out problems
	for _, one := range f.Fields {
		out = append(out, problem{Column: headingOf(asked[one.At]), Text: one.Text})
	}
	return out
}

// asked is by which field of a ledger a value of a line or a filing was given.
var asked = map[string]string{"on": fieldDate, "occurred_at": fieldDate, "area_code": fieldPlace, "compound_id": fieldPlace, "category": fieldCategory, "facts": fieldFacts, "source": fieldSource,
	"applicant.name": fieldApplicant, "applicant.phone": fieldPhone, "applicant.id_number": fieldID, "respondents": fieldRespondent, "respondents[0].name": fieldRespondent,
	"respondents[0].phone": fieldPhone2, "respondents[0].id_number": fieldID2, "outcome": fieldOutcome, "terms.text": fieldTerms, "terms.debtor": fieldDebtor,
	"terms.amount_fen": fieldAmount, "terms.due": fieldDue, "host_mediator_id": fieldMediators, "co_mediator_ids": fieldMediators}

func headingOf(name string) string {
	f, _ := fieldNamed(name)
	return f.Says.ZH
}
