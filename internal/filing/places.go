package filing

import (
	"slices"

	"fengqiao/internal/ident"
	"fengqiao/internal/spot"
)

// settle sets the place of a filing and touches no other answer: the kind of dispute they chose stays theirs, whatever is
// offered there – but for what there is in compounds alone, which is asked anew outside of one: a leak there is a matter
// between neighbours. A compound that they named in the village stays too.
func (a *Answers) settle(now *registryNow, p spot.Spot) error {
	switch {
	case !p.Compound.IsZero():
		a.Lies, a.Compound = compoundListed, p.Compound
	case a.Village != p.Area:
		a.Lies, a.Compound = "", ident.ID{}
	}
	if !a.InCompound() && slices.Contains(kindsInCompound, a.Category) {
		a.Category = ""
	}
	a.County, a.Town, a.Village = p.Area.County().Area(), p.Area.Parent(), p.Area
	return now.survey(a)
}
