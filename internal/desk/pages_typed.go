package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// typed reads what was typed, and gathers what cannot be understood.
type typed struct {
	get  func(string) string
	all  func(string) []string
	bad  fault.Check
	hurt []string
}

func typedIn(r *page.Request) *typed { return &typed{get: r.Form, all: r.Forms} }

func indexed(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

func (t *typed) text(name string) string { return t.get(name) }

func (t *typed) ticked(name string) bool { return t.get(name) != "" }

// flag is a yes or no of an address: true, false, or nothing.
func (t *typed) flag(name string) bool {
	if v := t.get(name); v != "" && v != "true" && v != "false" {
		t.bad.Add(name, "只能是 true 或 false。", "Only true or false.")
	}
	return t.get(name) == "true"
}

// spoil records a value that cannot be read.
func (t *typed) spoil(name, zh, en string) {
	t.hurt = append(t.hurt, name)
	t.bad.Take(name, &fault.Fault{Kind: fault.Invalid, Text: fault.Text{ZH: zh, EN: en}})
}

func (t *typed) wrong(name string) bool { return slices.Contains(t.hurt, name) }

func (t *typed) id(name string) ident.ID { return t.asID(name, t.get(name)) }

func (t *typed) asID(name, value string) ident.ID {
	if value == "" {
		return ident.ID{}
	}
	id, err := ident.ParseID(value)
	if err != nil {
		t.spoil(name, "请从列表中选择。", "Please choose one from the list.")
	}
	return id
}

// choice is an id that must be chosen.
func (t *typed) choice(name string) ident.ID {
	if t.get(name) == "" {
		t.spoil(name, "请选择一项。", "Please choose one.")
	}
	return t.id(name)
}

func (t *typed) ids(name string) []ident.ID {
	out := []ident.ID{}
	for _, value := range t.all(name) {
		if id := t.asID(name, value); !id.IsZero() {
			out = append(out, id)
		}
	}
	return out
}

// prefixed takes the id from a value such as party:<id>.
func (t *typed) prefixed(name, prefix string, to *ident.ID) bool {
	rest, ok := strings.CutPrefix(t.get(name), prefix)
	if ok {
		*to = t.asID(name, rest)
	}
	return ok
}

func (t *typed) number(name string) int {
	value := t.get(name)
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		t.spoil(name, "请填写数字。", "Please give a number.")
	}
	return n
}

func (t *typed) day(name string) calendar.Day {
	value := t.get(name)
	if value == "" {
		return ""
	}
	d, err := calendar.ParseDay(value)
	if err != nil {
		t.hurt = append(t.hurt, name)
		t.bad.Take(name, err)
	}
	return d
}

// wallClock is the clock on the wall of the mediation room; China keeps no summer time.
var wallClock = time.FixedZone("Asia/Shanghai", 8*60*60)

const (
	wallFormat = "2006-01-02T15:04" // as browsers send a day and time
	handFormat = "2006-01-02 15:04" // as people write it
)

// moment reads a day and time of the wall clock; nil when there is none.
func (t *typed) moment(name string) *time.Time {
	value := strings.ReplaceAll(t.get(name), "：", ":")
	if value == "" {
		return nil
	}
	for _, layout := range []string{wallFormat, handFormat, wallFormat + ":05"} {
		if at, err := time.ParseInLocation(layout, value, wallClock); err == nil {
			at = at.UTC()
			return &at
		}
	}
	t.spoil(name, "请写成“年-月-日 时:分”，例如 2026-03-06 09:30。", "Please write it as 2026-03-06 09:30.")
	return nil
}

const mostSides = 10

// others is how many people of the other side the page shows.
func (t *typed) others() int { return t.shown("respondents_shown", mostSides) }

func (t *typed) shown(name string, most int) int {
	n, err := strconv.Atoi(t.get(name))
	if err != nil {
		return 1
	}
	return min(max(n, 1), most)
}
