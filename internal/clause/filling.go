package clause

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// Party is somebody who can stand in a place.
type Party struct {
	ID   ident.ID
	Name string
}

// Filled is a clause with its places filled in: the text, and what it obliges to.
type Filled struct {
	Text             string
	Kind             string // empty: nobody is obliged
	Debtor, Creditor ident.ID
	Amount           money.Fen
	Due              calendar.Day // the last one
	Manner           string
	Parts            []Part // of a payment in parts, in the order of their days; their sum is the amount
}

// Part is one part of a payment.
type Part struct {
	Due    calendar.Day
	Amount money.Fen
}

const mostText = 200 // characters in a place for words

// filling is what was filled in, as it was understood.
type filling struct {
	words  map[string]string // as they stand in the text
	party  map[string]ident.ID
	money  map[string]money.Fen
	count  map[string]int
	day    map[string]calendar.Day
	bad    fault.Check
	prefix string
}

// Fill fills a clause in. Values are as people type them: an id of a party, an amount in yuan, a day 2026-03-31, an hour
// 22:00, a number, words. at is put before the name of a place where something is wrong.
//
// Faults: Invalid with what is wrong in which place.
func (c Clause) Fill(values map[string]string, parties []Party, at string) (Filled, error) {
	f := &filling{words: map[string]string{}, party: map[string]ident.ID{}, money: map[string]money.Fen{}, count: map[string]int{}, day: map[string]calendar.Day{}, prefix: at}
	for _, s := range c.Slots {
		f.take(s, strings.TrimSpace(values[s.Name]), parties)
	}
	if d := f.party["debtor"]; !d.IsZero() && d == f.party["creditor"] {
		f.bad.Add(at+"creditor", "请选择另一位当事人。", "Please choose another party.")
	}
	if s, u := f.day["start"], f.day["until"]; !s.IsZero() && !u.IsZero() && !u.After(s) {
		f.bad.Add(at+"until", "应晚于开始日期。", "It must lie after the day from which it holds.")
	}
	if err := f.bad.Err(); err != nil {
		return Filled{}, err
	}
	out := Filled{Kind: c.Kind, Debtor: f.party["debtor"], Creditor: f.party["creditor"], Amount: f.money["amount"], Due: f.day[c.lastDay()]}
	f.inParts(&out)
	if err := f.bad.Err(); err != nil {
		return Filled{}, err
	}
	out.Text, out.Manner = f.in(c.Text), f.in(c.Manner)
	return out, nil
}

// lastDay is the place that holds the day by which it is done.
func (c Clause) lastDay() string {
	if c.Due != "" {
		return c.Due
	}
	return "due"
}

func (f *filling) in(text string) string {
	return hole.ReplaceAllStringFunc(text, func(h string) string { return f.words[h[1:len(h)-1]] })
}

// take understands one place.
func (f *filling) take(s Slot, value string, parties []Party) {
	at := f.prefix + s.Name
	if value == "" {
		f.bad.Take(at, &fault.Fault{Kind: fault.Invalid, Text: fault.Text{ZH: "请填写“" + s.ZH + "”。", EN: "Please fill in “" + s.EN + "”."}})
		return
	}
	switch s.Kind {
	case "party":
		i := slices.IndexFunc(parties, func(p Party) bool { return p.ID.String() == value })
		if i < 0 {
			f.bad.Add(at, "请选择本案的当事人。", "Please choose a party of this case.")
			return
		}
		f.party[s.Name], f.words[s.Name] = parties[i].ID, parties[i].Name
	case "money":
		f.takeMoney(s, at, value)
	case "day":
		day, err := calendar.ParseDay(value)
		f.bad.Take(at, err)
		f.day[s.Name], f.words[s.Name] = day, Day(day)
	case "time":
		f.words[s.Name] = f.hour(at, value)
	case "count":
		n, err := strconv.Atoi(value)
		if err != nil || n < s.Min || n > s.Max {
			f.bad.Add(at, "请填写 %d 到 %d 的整数。", "Please give a whole number from %d to %d.", s.Min, s.Max)
		}
		f.count[s.Name], f.words[s.Name] = n, strconv.Itoa(n)
	case "choice":
		if !slices.Contains(s.Options, value) {
			f.bad.Add(at, "请从列表中选择。", "Please choose one from the list.")
		}
		f.words[s.Name] = value
	default:
		f.takeText(s, at, value)
	}
}

const mostMoney money.Fen = 1_000_000_000_00 // as of any agreement

func (f *filling) takeMoney(s Slot, at, value string) {
	fen, err := money.Parse(value)
	f.bad.Take(at, err)
	if err == nil && (fen <= 0 || fen > mostMoney) {
		f.bad.Add(at, "金额应为正数，且不超过十亿元。", "The amount must be positive and at most 1,000,000,000 yuan.")
	}
	f.money[s.Name], f.words[s.Name] = fen, Sum(fen)
}

// takeText takes words as they are; a brace would be a place of its own.
func (f *filling) takeText(s Slot, at, value string) {
	switch {
	case utf8.RuneCountInString(value) > mostText:
		f.bad.Add(at, "最多 %d 个字。", "At most %d characters.", mostText)
	case strings.ContainsAny(value, "{}\n"):
		f.bad.Add(at, "请写成一行，不要用花括号。", "Please write one line without braces.")
	}
	f.words[s.Name] = strings.TrimRight(value, "。.；;，, ")
}

var clock = regexp.MustCompile(`^([01]?\d|2[0-3])[:：]([0-5]\d)$`)

// hour reads 22:00 and says 22时; 22时30分.
func (f *filling) hour(at, value string) string {
	m := clock.FindStringSubmatch(value)
	if m == nil {
		f.bad.Add(at, "请写成“时:分”，例如 22:00。", "Please write it as 22:00.")
		return ""
	}
	h, _ := strconv.Atoi(m[1])
	if m[2] == "00" {
		return fmt.Sprintf("%d时", h)
	}
	return fmt.Sprintf("%d时%s分", h, m[2])
}

// inParts divides a payment into its parts and says so in the text.
func (f *filling) inParts(out *Filled) {
	first := f.day["first"]
	switch {
	case f.count["count"] > 0:
		parts, ok := Divide(out.Amount, f.count["count"], first)
		if !ok {
			f.bad.Add(f.prefix+"count", "金额太小，不能分成这么多期。", "The amount is too small for so many parts.")
			return
		}
		out.Parts = parts
		each, last := parts[0].Amount, parts[len(parts)-1]
		said := "每期" + Sum(each)
		if last.Amount != each {
			said = "前" + strconv.Itoa(len(parts)-1) + "期每期" + Sum(each) + "，最后一期" + Sum(last.Amount)
		}
		f.words["parts"] = fmt.Sprintf("分%d期支付，%s。第一期于%s前支付，以后%s前支付，最后一期于%s前付清", len(parts), said, Day(first), monthly(first), Day(last.Due))
	case f.count["months"] > 0:
		each := f.money["monthly"]
		for i := range f.count["months"] {
			out.Parts = append(out.Parts, Part{first.PlusMonths(i), each})
		}
		out.Amount = each * money.Fen(f.count["months"])
		f.words["each"] = Sum(each)
		f.words["monthly_parts"] = fmt.Sprintf("共%d个月，合计%s。第一个月于%s前给付，以后%s前给付，最后一个月于%s前给付", f.count["months"], Sum(out.Amount), Day(first), monthly(first), Day(out.Parts[len(out.Parts)-1].Due))
		if out.Amount > mostMoney {
			f.bad.Add(f.prefix+"monthly", "金额应为正数，且不超过十亿元。", "The amount must be positive and at most 1,000,000,000 yuan.")
		}
	default:
		return
	}
	out.Due = out.Parts[len(out.Parts)-1].Due
}

// monthly says on which day of each month.
func monthly(first calendar.Day) string {
	if n := first.DayOfMonth(); n <= 28 {
		return fmt.Sprintf("每月%d日", n)
	}
	return fmt.Sprintf("每月%d日（当月没有这一天的，为当月最后一日）", first.DayOfMonth())
}

// Divide divides an amount into monthly parts that make it exactly: equal ones in whole yuan where that can be, and the
// rest on the last. Each day follows from the first one, so that after a short month the day is the old one again.
// False where a part would be nothing.
func Divide(amount money.Fen, n int, first calendar.Day) ([]Part, bool) {
	if n < 1 || amount < money.Fen(n) {
		return nil, false
	}
	each := amount / money.Fen(n)
	if each >= 100 {
		each -= each % 100
	}
	out := make([]Part, n)
	for i := range out {
		out[i] = Part{first.PlusMonths(i), each}
	}
	out[n-1].Amount = amount - each*money.Fen(n-1)
	return out, true
}

// Sum is an amount as an agreement writes it, in figures and in capitals.
func Sum(fen money.Fen) string { return fen.String() + "元（大写：" + fen.Capital() + "）" }

// Day is a day as an agreement writes it.
func Day(d calendar.Day) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year(), month(d), d.DayOfMonth())
}

func month(d calendar.Day) int {
	n, _ := strconv.Atoi(string(d[5:7]))
	return n
}
