package casework

import (
	"context"
	"encoding/json"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/journal"
	"fengqiao/internal/money"
	"fengqiao/internal/property"
)

// PropertyFacts are what a property dispute may turn on: an owners' vote, and what the common parts earned.
type PropertyFacts struct {
	Vote   *property.Vote   `json:"vote,omitempty" doc:"Of the owners (W1)"`
	Income *property.Income `json:"common_income,omitempty" doc:"Of the common parts (W2)"`
}

// PropertyView are the facts with what follows from them.
type PropertyView struct {
	PropertyFacts
	Verdict *property.Verdict `json:"verdict,omitempty" doc:"Whether the vote suffices"`
	Says    string            `json:"detail,omitempty"`
	Owners  *money.Fen        `json:"owners_fen,omitempty" doc:"What belongs to the owners of the income"`
}

// RecordProperty keeps the facts of a property dispute and counts what follows from them.
func (s *Service) RecordProperty(ctx context.Context, g authz.Grant, o Order, in PropertyFacts) (View, error) {
	return s.act(ctx, g, o, RecordProperty, func(_ *deed, c *Case) (note, error) {
		if !codes.IsProperty(c.Category) {
			return note{}, fault.New(fault.Conflict, "not_property", "这不是物业纠纷。", "This is no property dispute.")
		}
		if in.Vote == nil && in.Income == nil {
			return note{}, fault.New(fault.Invalid, "", "请填写表决或公共收益。", "Please give a vote or an income.").At("vote")
		}
		n := note{fact: journal.Fact{}}
		if in.Vote != nil {
			if err := in.Vote.Check(); err != nil {
				return n, err
			}
			n.fact["passed"] = in.Vote.Count().Passed
		}
		if in.Income != nil {
			if err := in.Income.Check(); err != nil {
				return n, err
			}
			n.fact["owners_fen"] = in.Income.Owners()
			n.warnings = append(n.warnings, commonIncome)
		}
		text, err := json.Marshal(in)
		c.Property = string(text)
		return n, err
	})
}

// property are the facts of a property dispute as they are shown; nil where none were told.
func (c *Case) property() *PropertyView {
	if c.Property == "" {
		return nil
	}
	var v PropertyView
	if json.Unmarshal([]byte(c.Property), &v.PropertyFacts) != nil { // written by us
		return nil
	}
	if v.Vote != nil {
		verdict := v.Vote.Count()
		v.Verdict = &verdict
	}
	if v.Income != nil {
		fen := v.Income.Owners()
		v.Owners = &fen
	}
	return &v
}

// In puts the verdict into a language.
func (v *PropertyView) In(lang string) {
	if v != nil && v.Verdict != nil {
		v.Says = v.Verdict.Says.In(lang)
	}
}
