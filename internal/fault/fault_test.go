package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fengqiao/internal/fault"
)

var errSecret = errors.New("dial 10.0.0.7: password of 林秀英")

// The zero value is the safe one: a forgotten kind says nothing in public.
func TestAForgottenKindSaysNothing(t *testing.T) {
	var f fault.Fault
	if f.Kind != fault.Internal || f.PublicCode() != "internal" || fault.Kind(99).String() != "internal" || fault.Kind(-1).String() != "internal" {
		t.Errorf("zero: %v %s", f.Kind, f.PublicCode())
	}
	of := fault.Of(errSecret)
	if of.Kind != fault.Internal || strings.Contains(of.Text.ZH+of.Text.EN, "林秀英") || !errors.Is(of, errSecret) {
		t.Errorf("a plain error: %+v", of)
	}
	if fault.Of(nil) != nil {
		t.Error("no error is a fault")
	}
}

func TestEveryKindHasItsOwnWord(t *testing.T) {
	seen := map[string]bool{}
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		if seen[k.String()] {
			t.Errorf("%s stands twice", k)
		}
		seen[k.String()] = true
		f := fault.New(k, "", "一句话", "A sentence")
		if f.PublicCode() != k.String() || !fault.Is(f, k) || fault.Is(f, k+1) {
			t.Errorf("%s: %s", k, f.PublicCode())
		}
	}
}

func TestAFaultIsFoundThroughItsWrapping(t *testing.T) {
	rule := fault.Rule("A10", "未满%d日", "Not yet %d days", 3)
	wrapped := fmt.Errorf("accept: %w", fmt.Errorf("case: %w", rule.Because(errSecret)))
	got := fault.Of(wrapped)
	if got.Kind != fault.Conflict || got.Code != "rule.A10" || got.Text.In("en") != "Not yet 3 days" || got.Text.In("zh-CN") != "未满3日" || got.Text.In("") != "未满3日" {
		t.Errorf("found %+v", got)
	}
	if !fault.Is(wrapped, fault.Conflict) || !errors.Is(wrapped, errSecret) || fault.Is(errSecret, fault.Internal) || fault.Is(nil, fault.Internal) {
		t.Error("kinds through wrapping")
	}
	if !strings.Contains(wrapped.Error(), errSecret.Error()) || strings.Contains(got.Text.EN, "10.0.0.7") {
		t.Errorf("the cause is for the log only: %v", wrapped)
	}
}

func TestASentenceWithoutArgumentsIsNoFormat(t *testing.T) {
	zh, en := "满意度 100%", "100% sure" // out of a table, say
	if s := fault.Say(zh, en, []any{}...); s.ZH != zh || s.EN != en {
		t.Errorf("%+v", s)
	}
}

// A fault may be a shared value: what is added goes to a copy.
func TestAddingLeavesTheFaultAlone(t *testing.T) {
	f := fault.NoSuch()
	g := f.With("next", []string{"accept"}).With("next", []string{"close"}).With("more", 1).At("id").At("other").Because(errSecret)
	if f.Extra != nil || f.Fields != nil || f.Err != nil {
		t.Errorf("changed: %+v", f)
	}
	if len(g.Extra) != 2 || fmt.Sprint(g.Extra["next"]) != "[close]" || len(g.Fields) != 2 || g.Fields[1].At != "other" || g.Fields[1].Text != f.Text {
		t.Errorf("added: %+v", g)
	}
	a, b := g.At("a"), g.At("b")
	if a.Fields[2].At != "a" || b.Fields[2].At != "b" {
		t.Errorf("two additions share their list: %+v %+v", a.Fields, b.Fields)
	}
}

func TestWhatIsMissingAndWhatIsOutOfReachSoundTheSame(t *testing.T) {
	if a, b := fault.NoSuch(), fault.NoSuch(); a.Error() != b.Error() || a == b {
		t.Error("they differ, or are one value that somebody may change")
	}
}

func TestAPersonHearsAllAtOnce(t *testing.T) {
	var c fault.Check
	if c.Err() != nil {
		t.Error("nothing was wrong")
	}
	c.Take("name", nil)
	c.Take("phone", fault.New(fault.Invalid, "", "号码不对", "Not a number"))
	one := fault.Of(c.Err())
	if one.Kind != fault.Invalid || one.Text.EN != "Not a number" || len(one.Fields) != 1 || one.Fields[0].At != "phone" {
		t.Errorf("one: %+v", one)
	}
	c.Add("age", "不能小于%d", "Not below %d", 18)
	two := fault.Of(c.Err())
	if len(two.Fields) != 2 || two.Fields[1].Text.EN != "Not below 18" || two.Text.EN != "2 things need to be corrected." || two.Text.ZH != "有 2 处需要改正。" {
		t.Errorf("two: %+v", two)
	}
}

// What failed on our side is not the person's mistake, and is not told as one.
func TestOurOwnFailureIsNotASlipOfTheForm(t *testing.T) {
	var c fault.Check
	c.Add("age", "不对", "Wrong")
	c.Take("name", errSecret)
	c.Take("phone", fault.New(fault.Unavailable, "", "忙", "Busy"))
	err := c.Err()
	if !errors.Is(err, errSecret) || fault.Is(err, fault.Invalid) {
		t.Errorf("our failure came out as %v", err)
	}
	var d fault.Check
	d.Take("phone", fmt.Errorf("look up: %w", fault.New(fault.Unavailable, "", "忙", "Busy")))
	if err := d.Err(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a busy database came out as %v", err)
	}
}
