package rest

import (
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// caught takes what huma would mount: the operation as it was completed, and what handles it.
type caught struct {
	op     *huma.Operation
	handle func(huma.Context)
}

// Handle keeps an operation.
func (c *caught) Handle(op *huma.Operation, handler func(huma.Context)) { c.op, c.handle = op, handler }

// ServeHTTP serves nothing: echo does.
func (c *caught) ServeHTTP(http.ResponseWriter, *http.Request) {}

// mount puts an operation on the server. What its types look like is read when it is first asked, for a program that serves a
// few of some hundred operations, as every test does, needs not know all of them. HEAD is answered wherever GET is, with the
// same head and no body (RFC 9110, 9.3.2).
func (a *API) mount(method, path string, register func(huma.API)) {
	a.mounts = append(a.mounts, register)
	ready := sync.OnceValue(func() *caught {
		c := &caught{}
		register(huma.NewAPI(configuration(a.o.Version), c))
		return c
	})
	methods := []string{method}
	if method == http.MethodGet {
		methods = append(methods, http.MethodHead)
	}
	for _, m := range methods {
		op := &huma.Operation{Method: m, Path: path}
		whole := sync.OnceFunc(func() { *op = *ready().op; op.Method = m })
		a.adapter.Handle(op, func(ctx huma.Context) {
			whole()
			ready().handle(ctx)
		})
	}
}

// readAll reads all operations into one description.
func (a *API) readAll() *huma.OpenAPI {
	api := huma.NewAPI(configuration(a.o.Version), &caught{})
	for _, register := range a.mounts {
		register(api)
	}
	return api.OpenAPI()
}
