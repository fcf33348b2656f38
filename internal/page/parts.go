package page

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Link is an entry of the menu, or a way on.
type Link struct {
	Path, Text string
	Current    bool
	Of         string // the path of the entry of the menu under which it stands, as a tab of its pages; "" for the menu itself
}

// Tag is a state in a word, coloured: kind is ok, warn, err, info or plain.
type Tag struct{ Kind, Text string }

// Row is a line of a summary list: what was asked, what was answered, and where to change it ("" for nowhere).
type Row struct {
	Label  string
	Value  any // text, Tag or Link
	Change string
}

// Cell is a cell of a table, with the heading that stands before it when the table becomes cards on a phone.
type Cell struct {
	Label string
	Value any // text, Tag or Link
}

// Moment is an entry of a timeline.
type Moment struct {
	At          time.Time
	Title, Text string
	By          string
}

// Confirm is the page that asks once more before an act that cannot be taken back: Show("confirm", Confirm{…}).
type Confirm struct {
	Title, Text    string
	Rows           []Row
	Warning        string
	Action, Submit string // where the form goes, and the button that names the act
	Cancel         string // where "go back" leads
	Version        int64
	Hidden         map[string]string
	Danger         bool
}

// readTemplates reads pages/ once a language: each file under its own name ("desk/case"), and what it defines
// under the names it gives. All are parsed at the start, so that a slip stops the program and not a reader.
func (b *Book) readTemplates(files fs.FS) (map[string]*template.Template, error) {
	sets := map[string]*template.Template{}
	for _, lang := range langs {
		set := template.New("").Funcs(b.functions(lang))
		if err := parseAll(set, files); err != nil {
			return nil, err
		}
		sets[lang] = set
	}
	return sets, nil
}

func parseAll(set *template.Template, files fs.FS) error {
	return fs.WalkDir(files, "pages", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("page: %w", err)
		}
		short := strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), ".html")
		if _, err := set.New(short).Parse(string(text)); err != nil {
			return fmt.Errorf("page: %w", err)
		}
		return nil
	})
}

// functions are what templates can say, each in one language.
func (b *Book) functions(lang string) template.FuncMap {
	return template.FuncMap{
		"t":  func(key string, args ...any) string { return b.texts.say(lang, key, args...) },
		"tl": func(other, key string, args ...any) string { return b.texts.say(other, key, args...) }, // in a language that is not the reader's
		"tt": func(family string, key any, args ...any) string {
			return b.texts.say(lang, family+fmt.Sprint(key), args...)
		},
		"asset":     b.assets.path,
		"day":       func(v any) string { return Day(v, lang) },
		"when":      func(t time.Time) string { return When(t, lang) },
		"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"yuan":      func(fen any) (string, error) { return Yuan(fen, lang) },
		"thousands": thousands,
		"list":      func(items ...any) []any { return items },
		"dict":      dict,
		"qr":        QR,
		"row":       row,
		"cell":      func(label string, value any) Cell { return Cell{Label: label, Value: value} },
		"tag":       func(kind, text string) Tag { return Tag{Kind: kind, Text: text} },
		"link":      func(path, text string) Link { return Link{Path: path, Text: text} },
		"opt":       opt,
		"opts":      func(options ...Option) []Option { return options },
		"shape":     shape,
	}
}

func row(label string, value any, change ...string) Row {
	r := Row{Label: label, Value: value}
	if len(change) > 0 {
		r.Change = change[0]
	}
	return r
}

func opt(value, text string, hint ...string) Option {
	o := Option{Value: value, Text: text}
	if len(hint) > 0 {
		o.Hint = hint[0]
	}
	return o
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: a name without a value")
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		out[key] = pairs[i+1]
	}
	return out, nil
}

// shape tells the parts what kind of value they draw.
func shape(v any) string {
	switch x := v.(type) {
	case Tag:
		return "tag"
	case Link:
		return "link"
	case template.HTML:
		return "text"
	case nil:
		return ""
	case string:
		if strings.TrimSpace(x) == "" {
			return ""
		}
	}
	if fmt.Sprint(v) == "" {
		return ""
	}
	return "text"
}
