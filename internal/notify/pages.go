package notify

import (
	"net/http"

	"fengqiao/internal/page"
)

// Pages shows the demo's messages to anybody; only a demo mounts them.
func (r *Recent) Pages(s *page.Site) {
	s.Handle(http.MethodGet, "/demo/messages", "home.read", func(*page.Request) (page.Reply, error) {
		return page.Show("notify/messages", map[string]any{"Messages": r.Newest()}), nil
	})
}
