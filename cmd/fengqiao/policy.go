package main

import (
	"fmt"
	"text/tabwriter"

	"fengqiao/internal/authz"
	"fengqiao/policies"
)

type policyCmd struct{}

// Run prints who may do what, and how far.
func (*policyCmd) Run(k console) error {
	p, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(k.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ROLE\tACTION\tLEVEL\tVIEW")
	for _, role := range p.Roles() {
		for _, action := range p.Actions() {
			rows, err := p.RowsFor(role, action)
			if err != nil {
				return err
			}
			for _, r := range rows {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Role, r.Action, r.Level, r.View)
			}
		}
	}
	return w.Flush()
}
