package privacy

import (
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
)

// Sight is who may see a case: how far, and how much of it. It is read from the policy and written by nobody.
type Sight struct {
	Role  actor.Role
	Reach authz.Level
	View  authz.View
}

// Sights are all who may see a case, and those who may see none at all.
func Sights(p *authz.Policy) (sees []Sight, blind []actor.Role, err error) {
	for _, role := range p.Roles() {
		rows, err := p.RowsFor(role, "case.read")
		if err != nil {
			return nil, nil, err
		}
		drawn, err := p.RowsFor(role, "review.work") // the one dossier that they review
		if err != nil {
			return nil, nil, err
		}
		if len(rows) == 0 && role != actor.Anyone {
			blind = append(blind, role)
		}
		for _, row := range append(rows, drawn...) {
			sees = append(sees, Sight{Role: role, Reach: row.Level, View: row.View})
		}
	}
	return sees, blind, nil
}

// texts are the keys by which the page says who sees what, below privacy.
func (s Sight) texts() []string {
	return []string{"role." + string(s.Role), "reach." + string(s.Reach), "view." + string(s.View)}
}
