package wording

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"fengqiao/internal/money"
)

// Every group of the list says why, and what to write instead, in both languages, with one place for the word.
func TestEveryWordHasItsReason(t *testing.T) {
	places := []place{inClause, inManner, inFacts, inIssues, inRecord, inResult}
	for _, e := range entries {
		if e.ID == "" || strings.Count(e.ZH, "%s") != 1 || strings.Count(e.EN, "%s") != 1 || e.FixZH == "" || e.FixEN == "" || len(e.Words)+len(e.Patterns) == 0 {
			t.Errorf("%s %q: something is missing", e.ID, e.ZH)
		}
		if e.Level != Warns && e.Level != Hints || len(e.In) == 0 {
			t.Errorf("%s: level %q in %v", e.ID, e.Level, e.In)
		}
		for _, in := range e.In {
			if !slices.Contains(places, in) {
				t.Errorf("%s: no such place %q", e.ID, in)
			}
		}
		for i, w := range e.Words {
			if w != lower(w) || slices.Contains(e.Words[:i], w) {
				t.Errorf("%s: %q cannot be found, or stands twice", e.ID, w)
			}
		}
	}
}

func kindsAt(found []Finding) (out []string) {
	for _, f := range found {
		out = append(out, f.At+" "+f.Kind)
	}
	return out
}

func whole(clauses ...Clause) Draft {
	return Draft{Facts: "卫生间渗水。", Issues: "维修和赔偿。", Clauses: clauses, Parties: []string{"林秀英", "陈志强"}, On: "2026-03-06"}
}

func owed(fen money.Fen) *Owed {
	return &Owed{Kind: "pay", Debtor: "陈志强", Creditor: "林秀英", Amount: fen, Due: "2026-03-31", Manner: "微信转账"}
}

func TestG3_C8_WhatAWrittenAgreementMustSayBlocks(t *testing.T) {
	none := Check(Draft{Clauses: []Clause{{Text: "双方和好。"}}})
	if got := kindsAt(none); !slices.Contains(got, "facts missing_facts") || !slices.Contains(got, "issues missing_issues") || !slices.Contains(got, "clauses no_duty") {
		t.Errorf("%v", got)
	}
	if Blocking(none).Rule != "G3" {
		t.Errorf("%+v", Blocking(none))
	}
	got := kindsAt(Check(whole(Clause{"陈志强赔偿林秀英。", &Owed{Kind: "pay"}})))
	for _, want := range []string{"debtor_party_id missing_payer", "creditor_party_id missing_payee", "amount_fen missing_amount", "due missing_date", "manner missing_manner"} {
		if !slices.Contains(got, "clauses[0].obligation."+want) {
			t.Errorf("no %s: %v", want, got)
		}
	}
	oral := whole(Clause{"陈志强修好水管。", &Owed{Kind: "do", Debtor: "陈志强", Creditor: "林秀英"}})
	oral.Oral = true
	if b := Blocking(Check(oral)); b != nil {
		t.Errorf("an oral one is only reminded: %+v", b)
	}
}

func TestC10_FiguresAndCapitalsAgree(t *testing.T) {
	bad := Check(whole(Clause{"陈志强赔偿林秀英1,800元（大写：壹仟玖佰元整）。", owed(180000)}))
	if b := Blocking(bad); b == nil || b.Rule != "C10" || !strings.Contains(b.Says().ZH, "1,800.00") {
		t.Errorf("%v", kindsAt(bad))
	}
	for _, fine := range []string{"陈志强赔偿林秀英1,800元（大写：壹仟捌佰元整）。", "陈志强赔偿林秀英壹仟捌佰元整（￥1,800.00）。", "陈志强赔偿林秀英一千八百元。", "陈志强赔偿林秀英0.18万元。"} {
		if got := Check(whole(Clause{fine, owed(180000)})); len(got) > 0 {
			t.Errorf("%s: %v", fine, kindsAt(got))
		}
	}
}

// Whatever amount the house writes in figures and in capitals, the reader takes for one and the same.
func TestC10_TheReaderReadsWhatTheHouseWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fen := money.Fen(rapid.Int64Range(1, 1e11).Draw(t, "fen"))
		text := fmt.Sprintf("陈志强支付林秀英人民币%s元（大写：%s）。", fen, fen.Capital())
		if found := Check(whole(Clause{text, owed(fen)})); len(found) > 0 {
			t.Fatalf("%s: %v", text, kindsAt(found))
		}
	})
}

func TestAFindingSaysWhereItStands(t *testing.T) {
	text := "Ａ陈志强尽快付林秀英1,800元。"
	found := Check(whole(Clause{text, owed(180000)}))
	if len(found) != 1 || string([]rune(text)[found[0].Start:found[0].End]) != "尽快" || found[0].At != "clauses[0].text" || found[0].Found != "尽快" {
		t.Errorf("%+v", found)
	}
}

// Nothing that can be typed makes the reader fail, or point beside the text; the same text gives the same findings.
func TestAnyTextIsRead(t *testing.T) {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"尽快", "5000元", "（大写：", "伍万元整", "2026年2月30日", "不得", "起诉", "月息3分", "。", "¥", "年", "元", "每逾期一日", "%"}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(piece).Draw(t, "text"), "")
		d := whole(Clause{text, owed(180000)})
		one := Check(d)
		for _, f := range one {
			if f.Start > f.End || strings.HasSuffix(f.At, ".text") && f.End > utf8.RuneCountInString(text) {
				t.Fatalf("%+v", f)
			}
		}
		if again := Check(d); !slices.Equal(kindsAt(one), kindsAt(again)) {
			t.Fatalf("%v, then %v", kindsAt(one), kindsAt(again))
		}
		CheckRecord(Record{Text: text, Result: text})
	})
}

func TestR4_ARecordMayQuote(t *testing.T) {
	if got := CheckRecord(Record{Text: "问：你怎么说？\n答：他骂我“老赖”。", Result: "择日再谈。"}); len(got) != 1 || got[0].Kind != "vague_date" || got[0].At != "result" {
		t.Errorf("%v", kindsAt(got))
	}
	if got := CheckRecord(Record{Text: "陈某是老赖。"}); len(got) != 1 || got[0].Kind != "insult" || got[0].Level != Warns {
		t.Errorf("%v", kindsAt(got))
	}
}

// The bound follows the rate of the day on which the draft is read.
func TestInterestIsMeasuredByTheRateOfTheDay(t *testing.T) {
	d := whole(Clause{"逾期付款的，按年利率15%支付利息。", nil}, Clause{"陈志强付林秀英1,800元。", owed(180000)})
	d.On = "2022-01-10" // 4 × 3.80
	if got := Check(d); len(got) > 0 {
		t.Errorf("%v", kindsAt(got))
	}
	d.On = "2026-03-06" // 4 × 3.00
	d.Clauses[1].Owed.Due = "2026-03-31"
	if got := kindsAt(Check(d)); !slices.Equal(got, []string{"clauses[0].text excess_interest"}) {
		t.Errorf("%v", got)
	}
}

func TestEachRuleIsOneOfTheHouse(t *testing.T) {
	rule := regexp.MustCompile(`^([AMGRPXWCO]\d{1,2})?$`)
	for _, e := range entries {
		if !rule.MatchString(e.Rule) {
			t.Errorf("%s: rule %q", e.ID, e.Rule)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	d := whole(Clause{"陈志强请专业人员重做卫生间防水，并做闭水试验，双方到场验收。", &Owed{Kind: "do", Debtor: "陈志强", Creditor: "林秀英", Due: "2026-03-31", Manner: "请有资质的师傅上门施工"}},
		Clause{"陈志强于2026年3月31日前赔偿林秀英天花板粉刷费1,800元（大写：壹仟捌佰元整）。", owed(180000)})
	for b.Loop() {
		Check(d)
	}
}
