package desk

import (
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/page"
)

const clustersPath = "/desk/clusters"

// clusterView is cases that belong together, in words.
type clusterView struct {
	Cases []deskCase
	Why   string
}

// clusters shows the cases in hand that may be handled jointly.
func (s *Service) clusters(r *page.Request) (page.Reply, error) {
	if !works(r.By()) {
		return page.Reply{}, fault.NoSuch()
	}
	found, err := s.cases.Clusters(r.Context(), r.Grant)
	if err != nil {
		return page.Reply{}, err
	}
	var v []clusterView
	for _, c := range found {
		one, err := s.cluster(r, c)
		if err != nil {
			return page.Reply{}, err
		}
		v = append(v, one)
	}
	return page.Show("desk/clusters", v), nil
}

func (s *Service) cluster(r *page.Request, c casework.Cluster) (clusterView, error) {
	var why []string
	for _, w := range c.Why {
		why = append(why, r.Say("desk.cluster."+w))
	}
	cases, err := s.dress(r, c.Cases)
	return clusterView{cases, strings.Join(why, " · ")}, err
}

// together finds the cases beside which this one may be handled.
func (s *Service) together(r *page.Request, d *deskView) error {
	if !d.State.Alive() || d.Seen != authz.Full || !works(r.By()) || !r.May("case.list") {
		return nil
	}
	g, err := s.policy.Allow(r.By(), "case.list")
	if err != nil {
		return err
	}
	found, ok, err := s.cases.Beside(r.Context(), g, d.ID)
	if err == nil && ok {
		d.Together, err = s.cluster(r, found)
	}
	return err
}
