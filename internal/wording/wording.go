// Package wording reads the draft of an agreement, or the record of a session, and points out what should be looked at
// before anybody signs: vague dates, missing payers, terms that the law gives no force, words that insult, sums that do not
// agree. It follows lists and rules that can be read here, gives its reason for everything it finds, changes nothing and
// asks nobody: the same text always gives the same findings.
package wording

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/money"
)

// Level says what a finding does.
type Level string

// Blocks stands in the way because a rule of law does; Warns is said with the act and recorded; Hints is only shown.
const (
	Blocks Level = "block"
	Warns  Level = "warn"
	Hints  Level = "hint"
)

// Finding is one thing that should be looked at, and where it stands.
type Finding struct {
	Kind  string `json:"kind" doc:"What was found, such as vague_date"`
	Rule  string `json:"rule,omitempty" doc:"The rule of mediation it comes from; empty where the reason names a statute"`
	Level Level  `json:"level" doc:"block, warn or hint"`
	At    string `json:"at" doc:"The field: facts, issues, clauses[0].text, clauses[0].obligation.due …"`
	Start int    `json:"start" doc:"First character of it in the field, from 0"`
	End   int    `json:"end" doc:"Behind the last; start and end are 0 where it is about the whole field"`
	Found string `json:"found,omitempty" doc:"The words themselves"`

	Reason     fault.Text `json:"-"`
	Suggestion fault.Text `json:"-"`
}

// Says is the reason with the rule behind it.
func (f Finding) Says() fault.Text {
	if f.Rule == "" {
		return fault.Text{ZH: f.Reason.ZH + "。", EN: f.Reason.EN + "."}
	}
	return fault.Text{ZH: f.Reason.ZH + "（" + f.Rule + "）。", EN: f.Reason.EN + " (" + f.Rule + ")."}
}

// Draft is an agreement before it is fixed.
type Draft struct {
	Oral          bool // the register of an oral one: it must hold less, G1
	Facts, Issues string
	Clauses       []Clause
	Parties       []string     // their names
	On            calendar.Day // on which it is read: which rates hold, what is over
}

// Clause is one term, with what it obliges to; nil where it obliges nobody.
type Clause struct {
	Text string
	Owed *Owed
}

// Owed is what is promised, with names in place of ids; a name that is empty was not given.
type Owed struct {
	Kind             string // pay, do or refrain
	Debtor, Creditor string
	Amount           money.Fen
	Due              calendar.Day
	Manner           string
	Parts            []Part // of a payment in parts
}

// Part is one part of a payment.
type Part struct {
	Due    calendar.Day
	Amount money.Fen
}

// total is what is owed in all.
func (o Owed) total() money.Fen {
	if len(o.Parts) == 0 {
		return o.Amount
	}
	var sum money.Fen
	for _, p := range o.Parts {
		sum += p.Amount
	}
	return sum
}

// lastDay is when the last of it is due.
func (o Owed) lastDay() calendar.Day {
	if len(o.Parts) == 0 {
		return o.Due
	}
	return o.Parts[len(o.Parts)-1].Due
}

// Check reads a draft. The findings come in the order of the text.
func Check(d Draft) []Finding {
	r := &reader{on: d.On}
	r.field("facts", inFacts, d.Facts)
	r.field("issues", inIssues, d.Issues)
	for i, c := range d.Clauses {
		r.clause(fmt.Sprintf("clauses[%d]", i), c, d)
	}
	r.pairs(d)
	r.whole(d)
	return r.found
}

// CheckText reads the text of an agreement alone, without what its terms oblige to.
func CheckText(facts, issues string, clauses []string) []Finding {
	r := &reader{}
	r.field("facts", inFacts, facts)
	r.field("issues", inIssues, issues)
	d := Draft{Facts: facts, Issues: issues}
	for i, text := range clauses {
		at := fmt.Sprintf("clauses[%d].text", i)
		r.field(at, inClause, text)
		r.figures(at, text)
		d.Clauses = append(d.Clauses, Clause{Text: text})
	}
	r.pairs(d)
	return r.found
}

// Record is what is written of a session.
type Record struct {
	Text, Result string
	On           calendar.Day
}

// CheckRecord reads the record of a session. What somebody is quoted as saying is theirs to say.
func CheckRecord(in Record) []Finding {
	r := &reader{on: in.On}
	r.field("record", inRecord, unquoted(in.Text))
	r.field("result", inResult, in.Result)
	return r.found
}

// Told are findings for whoever acts: those that warn, each reason once, in order.
func Told(found []Finding) []fault.Text {
	var out []fault.Text
	for _, f := range found {
		if f.Level == Warns && !slices.Contains(out, f.Says()) {
			out = append(out, f.Says())
		}
	}
	return out
}

// Kinds name the findings that warn, each once, with their rules: what is recorded with an act.
func Kinds(found []Finding) []string {
	var out []string
	for _, f := range found {
		if kind := strings.TrimSpace(f.Rule + " " + f.Kind); f.Level == Warns && !slices.Contains(out, kind) {
			out = append(out, kind)
		}
	}
	return out
}

// Blocking is the first finding that stands in the way; nil when none does.
func Blocking(found []Finding) *Finding {
	for i := range found {
		if found[i].Level == Blocks {
			return &found[i]
		}
	}
	return nil
}

// reader gathers findings.
type reader struct {
	on    calendar.Day
	found []Finding
}

// add keeps a finding about part of a field, given in bytes; within one kind and place, what lies in another is told once.
func (r *reader) add(f Finding, text string, start, end int) {
	f.Found = text[start:end]
	f.Start = utf8.RuneCountInString(text[:start])
	f.End = f.Start + utf8.RuneCountInString(f.Found)
	for i, old := range r.found {
		if old.Kind != f.Kind || old.At != f.At || old.End <= f.Start || f.End <= old.Start {
			continue
		}
		if f.End-f.Start > old.End-old.Start {
			r.found[i] = f
		}
		return
	}
	r.found = append(r.found, f)
}

// about keeps a finding about a whole field.
func (r *reader) about(f Finding) { r.found = append(r.found, f) }

// field reads one field for words and for how hard it is to read.
func (r *reader) field(at string, in place, text string) {
	if text == "" {
		return
	}
	first := len(r.found)
	r.words(at, in, text)
	r.reading(at, text)
	slices.SortStableFunc(r.found[first:], func(a, b Finding) int { return a.Start - b.Start })
}

// clause reads a term: its words, its sums and days, and whether what it says is what it obliges to.
func (r *reader) clause(at string, c Clause, d Draft) {
	first := len(r.found)
	r.words(at+".text", inClause, c.Text)
	r.interest(at+".text", c)
	r.figures(at+".text", c.Text)
	r.reading(at+".text", c.Text)
	if c.Owed != nil {
		r.sums(at+".text", c)
		r.days(at+".text", c)
	}
	r.parties(at, c, d)
	slices.SortStableFunc(r.found[first:], func(a, b Finding) int { return a.Start - b.Start })
	if c.Owed != nil {
		r.field(at+".obligation.manner", inManner, c.Owed.Manner)
		r.duty(at+".obligation", *c.Owed, d)
	}
}

// unquoted blanks what stands between quotation marks, so that places stay where they were.
func unquoted(s string) string {
	var b strings.Builder
	depth := 0
	for _, c := range s {
		switch c {
		case '“', '「':
			depth++
		case '”', '」':
			depth = max(depth-1, 0)
		}
		if depth > 0 && c != '\n' {
			c = '·'
		}
		b.WriteRune(c)
	}
	return b.String()
}
