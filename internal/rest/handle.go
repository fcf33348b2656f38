package rest

import (
	"context"
	"mime/multipart"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
)

// Handle mounts an operation: method and path (below /api/v1, with {parameters}), the action that the policy must
// allow, and what to do. It panics on an action that no role has: such a route could never be reached by anybody.
//
// The fields of I are path, query and header values (tags path, query, header) and Body; of O headers, Status and Body.
func Handle[I, O any](a *API, method, path string, action authz.Action,
	op func(ctx context.Context, g authz.Grant, in *I) (*O, error), about ...About) {
	r := a.newRoute(method, path, action, about)
	r.takes = intakeOf(reflect.TypeFor[I]())
	if r.status == 0 && reflect.TypeFor[*O]().Implements(reflect.TypeFor[maker]()) {
		r.status = http.StatusCreated
	}
	a.mount(kind{method, path, reflect.TypeFor[func(I) O]()}, func(api huma.API) {
		huma.Register(api, a.operation(r, path), func(ctx context.Context, in *I) (*O, error) {
			out, err := op(ctx, callOf(ctx).grant, in)
			if err == nil {
				err = callOf(ctx).looked(ctx)
			}
			if err != nil {
				return nil, a.problem(ctx, err)
			}
			if m, ok := any(out).(maker); ok && out != nil {
				m.settle()
			}
			return out, nil
		})
	})
}

// caseRoute is how the addresses of everything begin that shows a case.
const caseRoute = Base + "/cases/{id}"

// looked tells of a look by staff at a case, or at what is about none: a search, too, whose words travel in no address. What is done to
// a case stands in its record.
func (c *call) looked(ctx context.Context) error {
	by, ofCase := c.grant.By(), strings.HasPrefix(c.route.Path, caseRoute)
	if c.api.o.Looked == nil || ofCase && c.route.Method != http.MethodGet || !by.IsStaff() {
		return nil
	}
	if ofCase {
		return c.api.o.Looked(ctx, by, c.route.Action, c.about)
	}
	return c.api.o.Looked(ctx, by, c.route.Action, ident.ID{})
}

// intake is what a route takes in its body.
type intake int

const (
	nothing intake = iota
	document
	files
)

func intakeOf(t reflect.Type) intake {
	if f, ok := t.FieldByName("RawBody"); ok && f.Type == reflect.TypeFor[multipart.Form]() {
		return files
	}
	if _, ok := t.FieldByName("Body"); ok {
		return document
	}
	return nothing
}

func (a *API) operation(r *Route, path string) huma.Operation {
	op := huma.Operation{
		Method: r.Method, Path: path, OperationID: operationID(r.Method, path),
		Summary: r.en, Description: r.zh, Tags: []string{r.tag}, DefaultStatus: r.status, Hidden: r.unlisted,
		Security:        []map[string][]string{{"bearer": {}}, {}},
		MaxBodyBytes:    -1, // the gate has read and measured the body
		BodyReadTimeout: -1,
		Middlewares:     huma.Middlewares{a.gate(r)},
		Extensions:      map[string]any{"x-action": string(r.Action)},
	}
	if unsafeMethod(r.Method) {
		limit := onceLimit
		op.Parameters = append(op.Parameters, &huma.Param{Name: onceHeader, In: "header",
			Description: "The same key and body again gives the same result; kept 24 hours.",
			Schema:      &huma.Schema{Type: huma.TypeString, MaxLength: &limit}})
	}
	if r.takes == files {
		op.RequestBody = formOfFiles()
	}
	return op
}

func formOfFiles() *huma.RequestBody {
	file := &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "at most " + strconv.Itoa(fileLimit>>20) + " MiB"}
	form := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": file},
		AdditionalProperties: &huma.Schema{Type: huma.TypeString}}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: form}}}
}

func operationID(method, path string) string {
	words := strings.NewReplacer("/", "-", "{", "by-", "}", "", "_", "-").Replace(path)
	return strings.ToLower(method) + strings.TrimRight(words, "-")
}
