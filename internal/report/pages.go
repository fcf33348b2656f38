package report

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// Pages mounts the tables for people. Each figure leads to the list of its cases.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/reports/case-table", "report.read", s.showCaseTable)
}

// tableView is the case table with the question it answers.
type tableView struct {
	Table
	Ask   Ask
	Empty bool
	Fault string // what was wrong with the question
}

func (s *Service) showCaseTable(r *page.Request) (page.Reply, error) {
	v := &tableView{Ask: Ask{Area: ident.Widen(r.Query("area")), Basis: Basis(r.Query("basis")), Group: r.Query("group")}}
	var bad fault.Check
	for name, to := range map[string]*calendar.Day{"from": &v.Ask.From, "to": &v.Ask.To} {
		if value := r.Query(name); value != "" {
			day, err := calendar.ParseDay(value)
			bad.Take(name, err)
			*to = day
		}
	}
	err := bad.Err()
	if err == nil {
		v.Table, err = s.CaseTable(r.Context(), r.Grant, v.Ask)
	}
	if fault.Is(err, fault.Invalid) {
		v.Fault = fault.Of(err).Text.In(r.Lang)
		return page.Show("report/case-table", v), nil
	}
	if err != nil {
		return page.Reply{}, err
	}
	v.Table = v.Table.In(r.Lang, "/desk/cases")
	v.Ask.From, v.Ask.To, v.Ask.Basis = v.Table.From, v.Table.To, v.Table.Basis
	v.Empty = v.Columns[0].Count == 0
	return page.Show("report/case-table", v), nil
}
