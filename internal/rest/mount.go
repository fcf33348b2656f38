package rest

import (
	"net/http"
	"reflect"
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

// kind is an operation with the types that it takes and gives.
type kind struct {
	method, path string
	types        reflect.Type
}

// looks is what the types of an operation look like. A process reads that once, in however many APIs the operation is mounted: whoever
// comes later finds all of it there, and only reads.
type looks struct {
	mu       sync.Mutex
	registry huma.Registry
}

var known sync.Map // kind → *looks

// read registers an operation and gives what huma makes of it.
func (a *API) read(k kind, register func(huma.API)) *caught {
	found, _ := known.LoadOrStore(k, &looks{})
	l, c, config := found.(*looks), &caught{}, configuration(a.o.Version)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.registry != nil {
		config.Components.Schemas = l.registry
	}
	register(huma.NewAPI(config, c))
	l.registry = config.Components.Schemas
	return c
}

// mount puts an operation on the server. What its types look like is read when it is first asked, for a program that serves a
// few of some hundred operations, as every test does, needs not know all of them. HEAD is answered wherever GET is, with the
// same head and no body (RFC 9110, 9.3.2).
func (a *API) mount(k kind, register func(huma.API)) {
	a.mounts = append(a.mounts, register)
	ready := sync.OnceValue(func() *caught { return a.read(k, register) })
	methods := []string{k.method}
	if k.method == http.MethodGet {
		methods = append(methods, http.MethodHead)
	}
	for _, m := range methods {
		op := &huma.Operation{Method: m, Path: k.path}
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
