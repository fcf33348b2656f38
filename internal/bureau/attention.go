package bureau

import (
	"context"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Mind is something about a committee that its bureau should mend, and where it is mended.
type Mind struct {
	Committee registry.Committee
	Rule      string // O1 … O14, G4
	Text      fault.Text
	Due       calendar.Day // the day a term ends; no day for what is wanting already
	Mends     string       // the last part of the address of the form that mends it
}

const sealRule = "G4" // which asks for the seal under each written agreement

// mends are the forms that mend what a rule asks for.
var mends = map[string]string{"O1": "members", "O2": "members", "O3": "members", "O4": "members", "O5": "election", "O6": "election",
	"O14": "mediators", sealRule: "seal"}

// minded is everything in a county that its bureau should look at, in the order of the rules: what the law wants of committees
// that serve, and seals that are wanting, or left where a committee has ended.
func minded(tx *db.Tx, county ident.County) ([]Mind, error) {
	found, err := registry.NeedAttention(tx, county)
	if err != nil {
		return nil, err
	}
	var out []Mind
	for _, a := range found {
		out = append(out, Mind{a.Committee, a.Rule, a.Text, a.Due, mends[a.Rule]})
	}
	seals, err := unsealed(tx, county)
	out = append(out, seals...)
	slices.SortStableFunc(out, func(a, b Mind) int { return order(a.Rule) - order(b.Rule) })
	return out, err
}

var ruleOrder = []string{"O1", "O2", "O3", "O4", "O5", "O6", sealRule, "O14"}

func order(rule string) int { return slices.Index(ruleOrder, rule) }

// unsealed are the committees that serve without a seal, and those that ended with one.
func unsealed(tx *db.Tx, county ident.County) ([]Mind, error) {
	all, err := registry.StandingIn(tx, county, registry.Active, registry.Ended)
	if err != nil {
		return nil, err
	}
	have, err := sealed(tx, county)
	var out []Mind
	for _, c := range all {
		switch {
		case c.State == registry.Active && c.Counted() && !have[c.ID]:
			out = append(out, Mind{Committee: c, Rule: sealRule, Mends: mends[sealRule], Text: fault.Say("没有登记在用的印章：书面协议要盖调委会印章才能生效（人民调解法第二十九条）。",
				"No seal in use is entered: a written agreement takes effect with the committee's seal (People's Mediation Law, article 29).")})
		case c.State == registry.Ended && have[c.ID]:
			out = append(out, Mind{Committee: c, Rule: sealRule, Text: fault.Say("调委会已经撤销，印章还没有收回。", "The committee was closed down and its seal was not taken back.")})
		}
	}
	return out, err
}

// mindOf is what its bureau should see to in one committee, whether it serves or is being set up.
func mindOf(tx *db.Tx, c registry.Committee) (lacks, warns []registry.Warning, err error) {
	if c.State == registry.Ended || c.Type == registry.Desk {
		return nil, nil, nil
	}
	r, err := registry.ReviewOf(tx, c)
	return r.Lacks, r.Warnings, err
}

// ready are the drafts that keep every rule already.
func ready(all []registry.Reviewed) (out []registry.Committee) {
	for _, d := range all {
		if len(d.Review.Lacks) == 0 {
			out = append(out, d.Committee)
		}
	}
	return out
}

// ActivateReady makes every committee of a county active that is being set up and keeps the rules: after a whole register was
// taken in nobody need press two hundred buttons. Each is held to the rules once more by the act itself. It gives how many.
func (s *Service) ActivateReady(ctx context.Context, g authz.Grant, county ident.County) (int, error) {
	if g.Action() != registry.Keeping || !g.CoversArea(county.Area()) {
		return 0, fault.NoSuch()
	}
	n := 0
	_, err := s.act(ctx, g, county, func(tx *db.Tx) (ident.ID, error) {
		all, err := registry.DraftsIn(tx, county)
		if err != nil {
			return ident.ID{}, err
		}
		acts := s.Registry.In(tx)
		for _, c := range ready(all) {
			if _, _, err := acts.Activate(ctx, g, c.ID, c.Version); err != nil {
				return ident.ID{}, err
			}
			n++
		}
		return ident.ID{}, nil
	})
	return n, err
}

// called keeps the committees whose name holds a text.
func called(all []registry.Committee, text string) []registry.Committee {
	return slices.DeleteFunc(slices.Clone(all), func(c registry.Committee) bool {
		return text != "" && !strings.Contains(c.Name, text) && !strings.Contains(c.ShortName, text)
	})
}
