package rest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"fengqiao/internal/authz"
)

// The docs are drawn on the server from the same description that programs read, and load nothing but one sheet of
// style from this server.

//go:embed docs.html
var docsHTML string

//go:embed docs.css
var docsCSS []byte

var docsPage = template.Must(template.New("docs").Parse(docsHTML))

// describing is what everybody may do: read what the product is.
const describing authz.Action = "home.read"

func (a *API) mountDocs() {
	unlisted := func(r *Route) { r.unlisted = true }
	Handle(a, http.MethodGet, "/openapi.json", describing, func(context.Context, authz.Grant, *struct{}) (*Stream, error) {
		return Inline("application/json", func(w io.Writer) error {
			return json.NewEncoder(w).Encode(a.whole())
		}), nil
	}, unlisted)
	Handle(a, http.MethodGet, "/docs", describing, func(ctx context.Context, _ authz.Grant, _ *struct{}) (*Stream, error) {
		sheet, err := a.sheet(Lang(ctx))
		if err != nil {
			return nil, err
		}
		return Inline("text/html; charset=utf-8", copyOf(sheet)), nil
	}, unlisted)
	Handle(a, http.MethodGet, "/docs.css", describing, func(context.Context, authz.Grant, *struct{}) (*Stream, error) {
		return Inline("text/css; charset=utf-8", copyOf(docsCSS)), nil
	}, unlisted)
}

func copyOf(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// sheet is the page in a language, drawn once: the routes do not change after the start.
func (a *API) sheet(lang string) ([]byte, error) {
	if kept, ok := a.sheets.Load(lang); ok {
		return kept.([]byte), nil
	}
	var b bytes.Buffer
	if err := docsPage.Execute(&b, a.docs(lang)); err != nil {
		return nil, fmt.Errorf("draw docs: %w", err)
	}
	a.sheets.Store(lang, b.Bytes())
	return b.Bytes(), nil
}

type docs struct {
	ZH      bool
	Lang    string
	Version string
	Groups  []docsGroup
}

type docsGroup struct {
	Name       string
	Operations []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Action, Says string
	Asks, Sends, Answers           []docsValue
	Status                         string
}

type docsValue struct {
	Name, Kind, Rules string
	Required          bool
}

func (a *API) docs(lang string) docs {
	d := docs{ZH: lang == chinese, Lang: lang, Version: a.o.Version}
	for _, r := range a.routes {
		if r.unlisted {
			continue
		}
		i := slices.IndexFunc(d.Groups, func(g docsGroup) bool { return g.Name == r.tag })
		if i < 0 {
			i = len(d.Groups)
			d.Groups = append(d.Groups, docsGroup{Name: r.tag})
		}
		d.Groups[i].Operations = append(d.Groups[i].Operations, a.describe(r, lang))
	}
	return d
}

func (a *API) describe(r *Route, lang string) docsOperation {
	path := strings.TrimPrefix(r.Path, Base)
	out := docsOperation{ID: operationID(r.Method, path), Method: r.Method, Path: r.Path, Action: string(r.Action), Says: r.en}
	if lang == chinese {
		out.Says = r.zh
	}
	op := operationOf(a.whole().Paths[path], r.Method)
	if op == nil {
		return out
	}
	for _, p := range op.Parameters {
		v := a.value(p.Name, p.Schema, p.Required)
		v.Kind = strings.TrimSpace(p.In + " " + v.Kind)
		out.Asks = append(out.Asks, v)
	}
	if op.RequestBody != nil {
		out.Sends = a.contents(op.RequestBody.Content)
	}
	for status, answer := range op.Responses {
		if strings.HasPrefix(status, "2") {
			out.Status, out.Answers = status, a.contents(answer.Content)
		}
	}
	return out
}

func operationOf(p *huma.PathItem, method string) *huma.Operation {
	if p == nil {
		return nil
	}
	return map[string]*huma.Operation{"GET": p.Get, "POST": p.Post, "PUT": p.Put, "PATCH": p.Patch, "DELETE": p.Delete,
		"HEAD": p.Head}[method]
}

func (a *API) contents(c map[string]*huma.MediaType) []docsValue {
	for _, kind := range sortedKeys(c) {
		if s := c[kind].Schema; s != nil {
			return a.members("", s, 0)
		}
	}
	return nil
}

const docsDepth = 5

// members lists what an object holds, the members of its members indented by their path.
func (a *API) members(prefix string, s *huma.Schema, depth int) []docsValue {
	s = a.resolve(s)
	if s.Type == huma.TypeArray && s.Items != nil {
		return a.members(prefix+"[]", s.Items, depth)
	}
	if len(s.Properties) == 0 || depth > docsDepth {
		return nil
	}
	var out []docsValue
	for _, name := range sortedKeys(s.Properties) {
		path := strings.TrimPrefix(prefix+"."+name, ".")
		out = append(out, a.value(path, s.Properties[name], slices.Contains(s.Required, name)))
		out = append(out, a.members(path, s.Properties[name], depth+1)...)
	}
	return out
}

func (a *API) resolve(s *huma.Schema) *huma.Schema {
	for s.Ref != "" {
		s = a.whole().Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

func (a *API) value(name string, s *huma.Schema, required bool) docsValue {
	description := s.Description
	s = a.resolve(s)
	if description == "" {
		description = s.Description
	}
	kind := s.Type
	if s.Format != "" && s.Format != "int64" {
		kind = s.Format
	}
	return docsValue{Name: name, Kind: kind, Required: required, Rules: strings.Join(rules(description, s), " · ")}
}

func rules(description string, s *huma.Schema) []string {
	var out []string
	if description != "" {
		out = append(out, description)
	}
	if len(s.Enum) > 0 {
		out = append(out, strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Enum), " ", " | "), "[]"))
	}
	if s.Minimum != nil {
		out = append(out, fmt.Sprint("≥ ", *s.Minimum))
	}
	if s.Maximum != nil {
		out = append(out, fmt.Sprint("≤ ", *s.Maximum))
	}
	if s.MaxLength != nil {
		out = append(out, fmt.Sprint("length ≤ ", *s.MaxLength))
	}
	return out
}
