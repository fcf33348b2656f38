package filing

import (
	"slices"

	"fengqiao/internal/ident"
	"fengqiao/internal/spot"
)

// settle sets the place of a filing and touches no other answer, but for a kind of dispute that there is not: a leak in a
// compound is a property dispute and outside of one a matter between neighbours, so it is asked anew where that changed. A
// compound that they named in the village stays.
func (a *Answers) settle(now *registryNow, p spot.Spot) error {
	wasOutside := a.Compound.IsZero()
	switch {
	case !p.Compound.IsZero():
		a.Lies, a.Compound = compoundListed, p.Compound
	case a.Village != p.Area:
		a.Lies, a.Compound = "", ident.ID{}
	}
	if a.Compound.IsZero() != wasOutside && !slices.Contains(kindsOffered(a.InCompound()), a.Category) {
		a.Category = ""
	}
	a.County, a.Town, a.Village = p.Area.County().Area(), p.Area.Parent(), p.Area
	return now.survey(a)
}
