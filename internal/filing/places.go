package filing

import (
	"fengqiao/internal/ident"
	"fengqiao/internal/spot"
)

// settle sets the place of a filing and touches no other answer: the kind of dispute they chose stays theirs, whatever is
// offered there. A compound that they named in the village stays too.
func (a *Answers) settle(now *registryNow, p spot.Spot) error {
	switch {
	case !p.Compound.IsZero():
		a.Lies, a.Compound = compoundListed, p.Compound
	case a.Village != p.Area:
		a.Lies, a.Compound = "", ident.ID{}
	}
	a.County, a.Town, a.Village = p.Area.County().Area(), p.Area.Parent(), p.Area
	return now.survey(a)
}
