package casework

import (
	"fmt"
	"strings"
)

// Diagram draws the lifecycle table for the docs: a Mermaid state diagram, and the table with its guards.
func Diagram() string {
	var b strings.Builder
	b.WriteString("# The life of a case\n\nDrawn from the table in `internal/casework/lifecycle.go`; `make golden` draws it anew.\n\n```mermaid\nstateDiagram-v2\n")
	b.WriteString("    [*] --> registered: submit\n")
	for _, t := range Lifecycle {
		for _, from := range t.From {
			if to := t.To; to != "" && to != from && from != Draft {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", from, to, t.Event)
			}
		}
	}
	b.WriteString("```\n\n| Event | From | To | Rules | Action |\n|---|---|---|---|---|\n")
	for _, t := range Lifecycle {
		from := make([]string, 0, len(t.From))
		for _, s := range t.From {
			from = append(from, string(s))
		}
		to := string(t.To)
		if to == "" {
			to = "(stays)"
		}
		var rules []string
		for _, g := range t.Guards {
			if g.Rule != "" {
				rules = append(rules, g.Rule)
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | `%s` |\n", t.Event, strings.Join(from, ", "), to, strings.Join(rules, " "), t.Action)
	}
	return b.String()
}
