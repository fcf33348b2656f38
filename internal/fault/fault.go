// Package fault names the ways in which an act can fail, and holds the sentence that may be said aloud about it.
//
// A failure is made once, where it is understood, and handled once: returned with what was being done ("%w"), or
// logged, never both. Only the rooms rest and page know what a kind looks like over HTTP.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind is a family of failures. The zero value, Internal, says nothing in public.
type Kind int

const (
	Internal        Kind = iota // 500: our mistake; the cause goes to the log only
	Invalid                     // 422: what was sent cannot be understood or is incomplete
	Unauthenticated             // 401: nobody is signed in, and the act needs somebody
	Denied                      // 403: this role never may
	Missing                     // 404: no such thing, or none within the reader's reach
	Gone                        // 410: it was, and was destroyed as the law has it
	Conflict                    // 409: the present state or a rule of law forbids it
	Stale                       // 412: somebody else changed it since it was read
	Unversioned                 // 428: a change by staff must say which version it saw
	TooMany                     // 429: slow down
	TooLarge                    // 413: larger than the written limit
	Unavailable                 // 503: not now; try again
)

var kindNames = [...]string{"internal", "invalid", "unauthenticated", "denied", "missing", "gone", "conflict", "stale",
	"unversioned", "too_many", "too_large", "unavailable"}

// String is the kind's name, used as the problem code where no closer one was given.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[Internal]
	}
	return kindNames[k]
}

// Text is one sentence for a person, in both languages of the product.
type Text struct{ ZH, EN string }

// Say makes a Text; both sentences are formats over the same arguments.
func Say(zh, en string, args ...any) Text {
	if len(args) == 0 {
		return Text{ZH: zh, EN: en}
	}
	return Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// In is the sentence in a language: "en" gives English, everything else Chinese.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Field is what is wrong with one value: At is its path in the submitted document ("applicant.phone").
type Field struct {
	At   string
	Text Text
}

// Fault is a failure with what may be said of it in public.
type Fault struct {
	Kind   Kind
	Code   string // a stable word for programs: "rule.A10", "lifecycle", "conflict_of_interest"
	Text   Text
	Fields []Field
	Extra  map[string]any // further public members of the answer, such as the steps that are possible ("next")
	Err    error          // the cause, for the log only
}

// New makes a fault of a kind. Code may be empty: the kind's name then serves.
func New(kind Kind, code, zh, en string, args ...any) *Fault {
	return &Fault{Kind: kind, Code: code, Text: Say(zh, en, args...)}
}

// Rule is the refusal that a rule of law or practice demands; id as in the handbook of rules ("A10", "G4").
func Rule(id, zh, en string, args ...any) *Fault {
	return New(Conflict, "rule."+id, zh, en, args...)
}

// NoSuch says that there is no such thing. It is the same whether the thing does not exist or is out of reach.
func NoSuch() *Fault {
	return New(Missing, "", "没有找到，或者您无权查看。", "There is no such thing, or it is not yours to see.")
}

// With adds a public member to the answer.
func (f *Fault) With(name string, value any) *Fault {
	extra := map[string]any{name: value}
	for k, v := range f.Extra {
		if k != name {
			extra[k] = v
		}
	}
	out := *f
	out.Extra = extra
	return &out
}

// Because adds the cause, for the log.
func (f *Fault) Because(err error) *Fault {
	out := *f
	out.Err = err
	return &out
}

// At says which submitted value the fault is about.
func (f *Fault) At(path string) *Fault {
	out := *f
	out.Fields = append(append([]Field(nil), f.Fields...), Field{At: path, Text: f.Text})
	return &out
}

// Error is for the log: the English sentence with its cause.
func (f *Fault) Error() string {
	s := f.PublicCode() + ": " + f.Text.EN
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

// PublicCode is the stable word for programs.
func (f *Fault) PublicCode() string {
	if f.Code != "" {
		return f.Code
	}
	return f.Kind.String()
}

// Of finds the fault in an error. What carries none is Internal and says nothing but that it is our mistake.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Kind: Internal, Err: err,
		Text: Say("系统出了问题，已经记录。请稍后再试。", "Something went wrong on our side and has been recorded. Please try again later.")}
}

// Is tells whether an error carries a fault of this kind.
func Is(err error, kind Kind) bool {
	var f *Fault
	return errors.As(err, &f) && f.Kind == kind
}

// Check gathers what is wrong with the values of one submission, so that a person hears all of it at once.
type Check struct {
	fields []Field
	ours   error // what failed on our side: no value's fault
}

// Add records one wrong value.
func (c *Check) Add(at, zh, en string, args ...any) {
	c.fields = append(c.fields, Field{At: at, Text: Say(zh, en, args...)})
}

// Line takes a text of one line, with single blanks, that must have so many characters at least and at most; it records what is
// wrong with it.
func (c *Check) Line(at, text string, least, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		c.Add(at, "请填写这一项。", "Please fill this in.")
	case n > most:
		c.Add(at, "最多 %d 个字。", "At most %d characters.", most)
	}
	return text
}

// Take records an error about a value, if there is one; at is its path. What failed on our side is no slip of the person.
func (c *Check) Take(at string, err error) {
	switch {
	case err == nil:
	case Of(err).Kind == Internal, Of(err).Kind == Unavailable:
		c.ours = errors.Join(c.ours, err)
	default:
		c.fields = append(c.fields, Field{At: at, Text: Of(err).Text})
	}
}

// Err is nil when nothing was wrong.
func (c *Check) Err() error {
	if c.ours != nil {
		return c.ours
	}
	if len(c.fields) == 0 {
		return nil
	}
	f := New(Invalid, "", "有 %d 处需要改正。", "%d things need to be corrected.", len(c.fields))
	if len(c.fields) == 1 {
		f.Text = c.fields[0].Text
	}
	f.Fields = c.fields
	return f
}
