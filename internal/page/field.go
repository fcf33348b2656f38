package page

import (
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/codes"
)

// Field is a question of a form, ready to be drawn: with what was typed, and what is wrong with it.
type Field struct {
	ID, Name, Label, Hint, Error string
	Value                        string
	Values                       []string // of checkboxes
	Options                      []Option
	Type, Auto, Mode, Width      string // type, autocomplete, inputmode; width is "", short, medium or full
	Blank, Accept, Min, Max      string // first line of a select; kinds of file; bounds of a date
	Rows, Length                 int    // lines of a textarea; most characters
	Optional, Heading, Multiple  bool   // says so; the label is the page's h1; several files
	Inline                       bool   // choices beside each other
}

// Option is one choice.
type Option struct{ Value, Text, Hint string }

// Coded are the entries of a code list to choose from.
func Coded(list codes.List, lang string) []Option {
	var out []Option
	for _, c := range list.Offered() {
		out = append(out, Option{Value: c.Code, Text: c.Name.In(lang)})
	}
	return out
}

// Chosen tells whether an option is the field's value, or one of them.
func (f Field) Chosen(value string) bool { return f.Value == value || slices.Contains(f.Values, value) }

// Describe are the ids of the hint and the error, for aria-describedby.
func (f Field) Describe() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// Field makes a question: its name (the same path that a fault names), its label, and pairs of what else is to be
// said: hint, value, values, options, type, auto, mode, width, blank, accept, min, max, rows, length, optional,
// heading, multiple, inline. When the form is shown again, what was typed comes before the value given here.
func (v *View) Field(name, label string, pairs ...any) (Field, error) {
	f := Field{ID: fieldID(name), Name: name, Label: label, Error: v.fields[plainPath(name)]}
	if len(pairs)%2 != 0 {
		return f, fmt.Errorf("field %s: a name without a value", name)
	}
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok || !f.set(key, pairs[i+1]) {
			return f, fmt.Errorf("field %s: does not know %v = %T", name, pairs[i], pairs[i+1])
		}
	}
	if v.form != nil && f.Type != "password" {
		f.Value, f.Values = v.form.Get(name), v.form[name]
	}
	return f, nil
}

func (f *Field) set(key string, value any) bool {
	if s, ok := map[string]*string{"hint": &f.Hint, "type": &f.Type, "auto": &f.Auto, "mode": &f.Mode, "width": &f.Width,
		"blank": &f.Blank, "accept": &f.Accept, "min": &f.Min, "max": &f.Max}[key]; ok {
		*s = fmt.Sprint(value)
		return true
	}
	if b, ok := map[string]*bool{"optional": &f.Optional, "heading": &f.Heading, "multiple": &f.Multiple,
		"inline": &f.Inline}[key]; ok {
		*b, ok = value.(bool)
		return ok
	}
	ok := true
	switch key {
	case "value":
		f.Value = fmt.Sprint(value)
	case "values":
		f.Values, ok = value.([]string)
	case "options":
		f.Options, ok = value.([]Option)
	case "rows":
		f.Rows, ok = value.(int)
	case "length":
		f.Length, ok = value.(int)
	default:
		return false
	}
	return ok
}

// plainPath writes a path with dots alone: respondents[0].name is respondents.0.name.
func plainPath(at string) string {
	return strings.NewReplacer("[", ".", "]", "").Replace(at)
}

// fieldID is the id of a field's first control.
func fieldID(name string) string { return "f-" + strings.ReplaceAll(plainPath(name), ".", "-") }
