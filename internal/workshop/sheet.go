package workshop

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/clause"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// sheet is an agreement as it was typed, whether or not it can be understood: that is how it is kept.
type sheet struct {
	Facts, Issues        string
	Copies               string `json:",omitempty"`
	AgreedAt, OccurredAt string `json:",omitempty"`
	Terms                []typedTerm

	Clause string            `json:",omitempty"` // of the library, being filled in
	Slots  map[string]string `json:",omitempty"`
	All    bool              `json:",omitempty"` // the clauses for other kinds of dispute are offered too
}

// typedTerm is a term as it was typed.
type typedTerm struct {
	Text, Kind, Debtor, Creditor, Amount, Due, Manner string
	Parts                                             string `json:",omitempty"` // of a payment: a day and an amount on each line
}

const mostTerms = 30 // on the page; longer agreements are rare and come over the API

func (t typedTerm) blank() bool {
	return t.Text == "" && t.Kind+t.Amount+t.Due+t.Manner+t.Parts == ""
}

// empty tells whether nothing was written yet.
func (s sheet) empty() bool {
	return s.Facts+s.Issues+s.Clause == "" && !slices.ContainsFunc(s.Terms, func(t typedTerm) bool { return !t.blank() })
}

// at is a term's path, as a fault names it.
func at(i int) string { return fmt.Sprintf("clauses[%d]", i) }

// readSheet takes what was sent; get gives a value by its name.
func readSheet(get func(string) string, on calendar.Day) sheet {
	s := sheet{Facts: get("facts"), Issues: get("issues"), Copies: get("copies"), AgreedAt: get("agreed_at"), OccurredAt: get("occurred_at"),
		Clause: get("clause"), All: get("all_clauses") != "", Slots: map[string]string{}}
	for i := range shown(get("clauses_shown")) {
		o := at(i) + ".obligation."
		s.Terms = append(s.Terms, typedTerm{Text: get(at(i) + ".text"), Kind: get(o + "kind"), Debtor: get(o + "debtor_party_id"), Creditor: get(o + "creditor_party_id"),
			Amount: get(o + "amount_fen"), Due: get(o + "due"), Manner: get(o + "manner"), Parts: get(o + "instalments")})
	}
	if c, err := clause.Find(s.Clause, on); err == nil {
		for _, slot := range c.Slots {
			s.Slots[slot.Name] = get("slot." + slot.Name)
		}
	}
	return s
}

func shown(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil {
		return 1
	}
	return min(max(n, 1), mostTerms)
}

// arrange does what a button of a term says: up:2, down:2, delete:2, more. Other words do nothing.
func (s *sheet) arrange(what string) {
	word, number, _ := strings.Cut(what, ":")
	i, err := strconv.Atoi(number)
	if word == "more" && len(s.Terms) < mostTerms {
		s.Terms = append(s.Terms, typedTerm{})
	}
	if err != nil || i < 0 || i >= len(s.Terms) {
		return
	}
	switch {
	case word == "up" && i > 0:
		s.Terms[i-1], s.Terms[i] = s.Terms[i], s.Terms[i-1]
	case word == "down" && i+1 < len(s.Terms):
		s.Terms[i+1], s.Terms[i] = s.Terms[i], s.Terms[i+1]
	case word == "delete":
		s.Terms = slices.Delete(s.Terms, i, i+1)
	}
	if len(s.Terms) == 0 {
		s.Terms = []typedTerm{{}}
	}
}

var errFull = fault.New(fault.Invalid, "", "最多 %d 条。", "At most %d terms.", mostTerms).At("clause")

// fill puts the clause that is being filled in behind the others, or into the place that is still empty at the end.
func (s *sheet) fill(parties []clause.Party, on calendar.Day) error {
	c, err := clause.Find(s.Clause, on)
	if err != nil {
		return fault.New(fault.Invalid, "", "请先选一条条款。", "Please choose a clause first.").At("clause")
	}
	f, err := c.Fill(s.Slots, parties, "slot.")
	if err != nil {
		return err
	}
	last := len(s.Terms) - 1
	switch {
	case last >= 0 && s.Terms[last].blank():
		s.Terms[last] = typedOf(f)
	case len(s.Terms) >= mostTerms:
		return errFull
	default:
		s.Terms = append(s.Terms, typedOf(f))
	}
	s.Clause, s.Slots = "", nil
	return nil
}

// typedOf is a filled clause as if it had been typed: from there on it can be changed like any other.
func typedOf(f clause.Filled) typedTerm {
	t := typedTerm{Text: f.Text}
	if f.Kind == "" {
		return t
	}
	t.Kind, t.Debtor, t.Creditor, t.Due, t.Manner = f.Kind, f.Debtor.String(), f.Creditor.String(), string(f.Due), f.Manner
	if f.Amount > 0 {
		t.Amount = f.Amount.String()
	}
	lines := make([]string, len(f.Parts))
	for i, p := range f.Parts {
		lines[i] = string(p.Due) + " " + p.Amount.String()
	}
	t.Parts = strings.Join(lines, "\n")
	return t
}

// draft is what the sheet says, as far as it can be understood; the error names what cannot. Empty terms at the end were
// not used.
func (s sheet) draft() (casework.DraftAgreement, error) {
	u := &understood{}
	in := casework.DraftAgreement{Facts: s.Facts, Issues: s.Issues, Copies: u.number("copies", s.Copies), AgreedAt: u.moment("agreed_at", s.AgreedAt)}
	last := 0
	for i, t := range s.Terms {
		in.Clauses = append(in.Clauses, casework.Term{Text: t.Text, Obligation: u.promise(at(i)+".obligation", t)})
		if !t.blank() {
			last = i + 1
		}
	}
	in.Clauses = in.Clauses[:min(max(last, 1), len(in.Clauses))]
	return in, u.bad.Err()
}

// sum is what is paid in all, as far as it can be understood.
func (s sheet) sum() money.Fen {
	in, _ := s.draft()
	var all money.Fen
	for _, t := range in.Clauses {
		all += owed(t)
	}
	return all
}

func owed(t casework.Term) money.Fen {
	if t.Obligation == nil || t.Obligation.Kind != "pay" {
		return 0
	}
	if parts := t.Obligation.Instalments; len(parts) > 0 {
		var sum money.Fen
		for _, p := range parts {
			sum += p.Amount
		}
		return sum
	}
	return t.Obligation.Amount
}

// understood reads typed values and gathers what cannot be read.
type understood struct{ bad fault.Check }

// promise is what a term obliges to; nothing when no part of it was filled in.
func (u *understood) promise(at string, t typedTerm) *casework.Promise {
	if t.Kind+t.Amount+t.Due+t.Manner+t.Parts == "" {
		return nil
	}
	p := &casework.Promise{Debtor: u.id(at+".debtor_party_id", t.Debtor), Creditor: u.id(at+".creditor_party_id", t.Creditor), Kind: t.Kind, Manner: t.Manner,
		Amount: u.fen(at+".amount_fen", t.Amount), Due: u.day(at+".due", t.Due)}
	for _, line := range strings.Split(t.Parts, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		day, amount, found := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		if !found {
			u.bad.Add(at+".instalments", "每行写一期：日期、空格、金额，例如 2026-03-31 500。", "Write one part on each line: the day, a space, the amount, for example 2026-03-31 500.")
			continue
		}
		p.Instalments = append(p.Instalments, casework.Instalment{Due: u.day(at+".instalments", day), Amount: u.fen(at+".instalments", strings.TrimSpace(amount))})
	}
	return p
}

func (u *understood) id(at, value string) ident.ID {
	if value == "" {
		return ident.ID{}
	}
	id, err := ident.ParseID(value)
	if err != nil {
		u.bad.Add(at, "请从列表中选择。", "Please choose one from the list.")
	}
	return id
}

func (u *understood) fen(at, value string) money.Fen {
	if value == "" {
		return 0
	}
	n, err := money.Parse(value)
	u.bad.Take(at, err)
	return n
}

func (u *understood) day(at, value string) calendar.Day {
	if value == "" {
		return ""
	}
	d, err := calendar.ParseDay(value)
	u.bad.Take(at, err)
	return d
}

func (u *understood) number(at, value string) int {
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		u.bad.Add(at, "请填写数字。", "Please give a number.")
	}
	return n
}

// wallClock is the clock on the wall of the mediation room; China keeps no summer time.
var wallClock = time.FixedZone("Asia/Shanghai", 8*60*60)

// moment reads a day and time of the wall clock, as browsers send it and as people write it; nil when there is none.
func (u *understood) moment(at, value string) *time.Time {
	value = strings.ReplaceAll(value, "：", ":")
	if value == "" {
		return nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, value, wallClock); err == nil {
			t = t.UTC()
			return &t
		}
	}
	u.bad.Add(at, "请写成“年-月-日 时:分”，例如 2026-03-06 09:30。", "Please write it as 2026-03-06 09:30.")
	return nil
}
