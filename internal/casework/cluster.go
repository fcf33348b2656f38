package casework

import (
	"context"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Why cases belong together.
const (
	SamePlace      = "place"      // one compound, and the same kind of property dispute
	SameRespondent = "respondent" // by identity number, credit code or telephone; a name alone is not enough
)

// Cluster is cases in hand of one committee that may be handled jointly. Nothing is merged: each keeps its own file, parties and
// clocks.
type Cluster struct {
	Cases []Line   `json:"cases" nullable:"false"`
	Why   []string `json:"why" nullable:"false" doc:"place: one compound and the same kind of property dispute; respondent: one respondent by number, credit code or telephone"`
}

// mostClustered is how many cases in hand are compared; a committee has some tens of them.
const mostClustered = 500

// kin is by what a case may belong to another: words that two have in common.
type kin struct {
	ID  ident.ID
	Why string
	Key string
}

// Clusters are the cases in hand that belong together, of the committees that somebody mediates for, the largest first. They are
// found among what the grant shows in full and nowhere else: a case out of reach, and a restricted one, is neither named nor
// counted.
func (s *Service) Clusters(ctx context.Context, g authz.Grant) ([]Cluster, error) {
	var out []Cluster
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		for _, committee := range mediatesFor(g.By()) {
			lines, err := inHand(tx, g, committee, mostClustered)
			if err != nil {
				return err
			}
			ids := make([]ident.ID, len(lines))
			for i, l := range lines {
				ids[i] = l.ID
			}
			common, err := kinships(tx, committee, ids)
			if err != nil {
				return err
			}
			out = append(out, gather(shown(lines, dayOf(tx.Now)), common)...)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Cluster) int { return len(b.Cases) - len(a.Cases) })
	return out, err
}

// Beside is the cluster that a case belongs to, without the case itself; false where there is none. Fault Missing for a case out
// of reach.
func (s *Service) Beside(ctx context.Context, g authz.Grant, id ident.ID) (Cluster, bool, error) {
	if err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error { _, err := s.find(tx, g, id); return err }); err != nil {
		return Cluster{}, false, err
	}
	all, err := s.Clusters(ctx, g)
	for _, c := range all {
		if i := slices.IndexFunc(c.Cases, func(l Line) bool { return l.ID == id }); i >= 0 {
			c.Cases = slices.Delete(c.Cases, i, i+1)
			return c, true, err
		}
	}
	return Cluster{}, false, err
}

// mediatesFor are the committees for which somebody takes on cases.
func mediatesFor(by actor.Actor) (out []ident.ID) {
	for _, p := range by.Posts {
		if (p.Role == actor.Mediator || p.Role == actor.Chair) && !p.Committee.IsZero() && !slices.Contains(out, p.Committee) {
			out = append(out, p.Committee)
		}
	}
	return out
}

// gather puts cases together that have something in common, or each something with a third.
func gather(lines []Line, common []kin) (out []Cluster) {
	at := map[ident.ID]int{} // the cluster of a case
	for i, l := range lines {
		at[l.ID] = i
	}
	first, why := map[string]ident.ID{}, map[int][]string{}
	for _, k := range common {
		mine, known := at[k.ID]
		other, met := first[k.Why+k.Key]
		if !known || !met {
			if known {
				first[k.Why+k.Key] = k.ID
			}
			continue
		}
		if other == k.ID {
			continue
		}
		theirs := at[other]
		for id, c := range at {
			if c == mine {
				at[id] = theirs
			}
		}
		if mine != theirs {
			why[theirs] = append(why[theirs], why[mine]...)
		}
		if !slices.Contains(why[theirs], k.Why) {
			why[theirs] = append(why[theirs], k.Why)
		}
	}
	clusters := map[int]*Cluster{}
	var order []int
	for _, l := range lines {
		c := at[l.ID]
		if clusters[c] == nil {
			clusters[c], order = &Cluster{}, append(order, c)
		}
		clusters[c].Cases = append(clusters[c].Cases, l)
	}
	for _, c := range order {
		if one := clusters[c]; len(one.Cases) > 1 {
			slices.Sort(why[c])
			one.Why = slices.Compact(why[c])
			out = append(out, *one)
		}
	}
	return out
}
