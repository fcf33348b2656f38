package rest

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Elsewhere answers a GET of a path of this API that carries a query value at another path.
func (a *API) Elsewhere(path, query, to string) { a.echo.Pre(Elsewhere(path, query, to)) }

// Elsewhere answers a GET of a path below /api/v1 that carries a query value at another path: a list as a file is another kind
// of answer than the list, and described by itself.
func Elsewhere(path, query, to string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.URL.Path == Base+path && r.URL.Query().Get(query) != "" {
				r.URL.Path, r.URL.RawPath = Base+to, ""
			}
			return next(c)
		}
	}
}
