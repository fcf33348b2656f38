package opinion

import (
	"context"
	"errors"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

const maxLine = 200 // characters

// Said is what a party answers: a value for each question, by its name; one that is left out is not said.
type Said struct {
	Answers map[string]string `json:"answers" doc:"By the question's name; 0 or left out: rather not say"`
	Line    string            `json:"line,omitempty" doc:"One free line, of an opinion only"`
}

func (in Said) check(ask []question) error {
	var bad fault.Check
	for _, q := range ask {
		if v := in.Answers[q.name]; v != "" {
			bad.Take(q.name, q.answer.Check(v))
		}
	}
	for name := range in.Answers {
		if !slices.ContainsFunc(ask, func(q question) bool { return q.name == name }) {
			bad.Add("answers", "没有这一题。", "There is no such question.")
		}
	}
	if len([]rune(trimmed(in.Line))) > maxLine {
		bad.Add("line", "最多 %d 个字。", "At most %d characters.", maxLine)
	}
	return bad.Err()
}

// of is an answer as it is kept.
func (in Said) of(name string) string {
	if v := in.Answers[name]; v != unsaid {
		return v
	}
	return ""
}

var (
	errAnswered = fault.New(fault.Conflict, "answered", "您已经填过了，每个人填一次。谢谢。", "You have answered already; each party answers once. Thank you.")
	errNotOver  = fault.New(fault.Conflict, "not_over", "这件事还没有办完，办完以后可以填。", "The case has not come to its end; you can answer when it has.")
)

// May tells whether a party may still answer a form, with what its answer says of the case.
func (s *Service) may(tx *db.Tx, g authz.Grant, id ident.ID, form string) (casework.OwnData, error) {
	about, err := s.Cases.OwnDataOf(tx, g, id)
	if err != nil {
		return about, err
	}
	if form == formOpinion && !about.Over {
		return about, errNotOver
	}
	done, err := marked(tx, mark{about.Case.County(), about.Case, about.Party, form})
	if err == nil && done {
		err = errAnswered
	}
	return about, err
}

// Give takes a party's opinion, once, when its case is over.
//
// Faults: Missing out of reach; rule.C12 for an agent; Conflict before the end or the second time.
func (s *Service) Give(ctx context.Context, g authz.Grant, id ident.ID, in Said) error {
	return s.take(ctx, g, id, formOpinion, func() error { return in.check(opinions) }, func(tx *db.Tx, key ident.Key, about casework.OwnData) error {
		a := Answer{Key: key, Quarter: quarterOf(calendar.DayOf(tx.Now)), Side: about.Side, Category: firstLevel(about.Category), Outcome: groupOf(about.Outcome),
			Heard: in.of("heard"), Understood: in.of("understood"), Free: in.of("free"), Neutral: in.of("neutral"), Again: in.of("again")}
		if line := trimmed(in.Line); line != "" {
			a.LineSealed = s.Vault.Seal(place(a.ID), line)
		}
		return insert(tx, &a)
	})
}

// Tell takes what a party says of itself, once, at any time.
func (s *Service) Tell(ctx context.Context, g authz.Grant, id ident.ID, in Said) error {
	return s.take(ctx, g, id, formAbout, func() error { return in.check(abouts) }, func(tx *db.Tx, key ident.Key, _ casework.OwnData) error {
		return insert(tx, &About{Key: key, Quarter: quarterOf(calendar.DayOf(tx.Now)), Age: in.of("age_band"), Sex: in.of("sex"), First: in.of("first_time"), Helped: in.of("helped")})
	})
}

// take writes the mark in one transaction and the answer in another, in nobody's name and under no one-time key: a row of
// one shares nothing with a row of the other but the county. An answer that could not be written leaves no mark.
func (s *Service) take(ctx context.Context, g authz.Grant, id ident.ID, form string, check func() error, write func(*db.Tx, ident.Key, casework.OwnData) error) error {
	county := id.County()
	var about casework.OwnData
	by := g.By()
	by.Once = actor.Once{} // its row would hold a print of what was answered
	err := s.Store.Do(ctx, by, county, func(tx *db.Tx) (err error) {
		if about, err = s.may(tx, g, id, form); err != nil {
			return err
		}
		if err := check(); err != nil {
			return err
		}
		return insertMark(tx, mark{county, about.Case, about.Party, form})
	})
	if err != nil {
		return err
	}
	err = s.Store.Do(ctx, actor.Actor{}, county, func(tx *db.Tx) error {
		drawn, err := ident.Unordered(s.Random, county)
		if err != nil {
			return err
		}
		return write(tx, drawn.Key(), about)
	})
	if err == nil {
		return nil
	}
	return errors.Join(err, s.Store.Do(context.WithoutCancel(ctx), actor.Actor{}, county, func(tx *db.Tx) error {
		return removeMark(tx, mark{county, about.Case, about.Party, form})
	}))
}

func place(id ident.ID) vault.Place {
	return vault.Place{Table: Answer{}.TableName(), Column: "line_sealed", Row: id}
}
