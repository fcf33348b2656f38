package rest

import (
	"encoding/json"
	"io"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
)

// configuration is huma without its additions: no $schema links, no docs page that loads from elsewhere, JSON only.
func configuration(version string) huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[ident.ID](), reflect.TypeFor[idSchema]())
	registry.RegisterTypeAlias(reflect.TypeFor[calendar.Day](), reflect.TypeFor[daySchema]())
	registry.RegisterTypeAlias(reflect.TypeFor[ident.Area](), reflect.TypeFor[areaSchema]())
	format := huma.Format{Marshal: encode, Unmarshal: json.Unmarshal}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "枫桥 Fengqiao", Version: version,
				Description: "People's mediation: cases, registry and reports. Instants are RFC 3339 in UTC, legal days YYYY-MM-DD, money is in fen."},
			Servers: []*huma.Server{{URL: Base}},
			Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
				"bearer": {Type: "http", Scheme: "bearer", Description: "The token of POST /sessions or POST /access."}}},
		},
		Formats:                      map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers: []huma.Transformer{func(_ huma.Context, _ string, v any) (any, error) {
			return withoutNulls(v), nil
		}},
	}
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

var packagePath = regexp.MustCompile(`[A-Za-z0-9_.-]+/`)

// schemaName is the room and the type: casework.Case, rest.Page-registry.Committee. Two rooms may use one name.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return hint
	}
	room := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	name := packagePath.ReplaceAllString(t.Name(), "")
	name = strings.Trim(strings.NewReplacer("[]", "list-", "[", "-", "]", "", "*", "", ",", "-").Replace(name), "-")
	if room == "" {
		return name
	}
	return room + "." + name
}

// The types of ours whose text has a form that is checked before an operation sees it.
type (
	idSchema   string
	daySchema  string
	areaSchema string
)

// Schema is what OpenAPI says of an id; empty stands for none.
func (idSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^([0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-8[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12})?$`,
		Description: "an id (UUID version 8)"}
}

// Schema is what OpenAPI says of a legal day.
func (daySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Description: "a legal day in Asia/Shanghai"}
}

// Schema is what OpenAPI says of an area.
func (areaSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$`,
		Description: "an area code of twelve digits"}
}
