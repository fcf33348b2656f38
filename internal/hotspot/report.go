package hotspot

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// Report names the compounds and firms of an area with more property disputes than chance explains.
type Report struct {
	tally.Head
	Rate       int   `json:"false_discovery_percent" doc:"Of what is named, no more than so many in a hundred are expected to be chance"`
	Compounds  Group `json:"compounds"`
	Firms      Group `json:"firms"`
	Cases      int64 `json:"cases" doc:"Property disputes in compounds of the area"`
	Unmeasured int64 `json:"without_households" doc:"Compounds of which no households are on record: the mean of the county is expected of them"`
}

// Group is what was looked at, and what of it stands out, the least likely first.
type Group struct {
	Looked int64  `json:"looked_at"`
	Found  []Spot `json:"found"`
}

// Spot is a compound or a firm that stands out.
type Spot struct {
	ID         ident.ID    `json:"id"`
	Name       string      `json:"name"`
	Place      string      `json:"place,omitempty"`
	Firm       string      `json:"firm,omitempty" doc:"That manages the compound"`
	Compounds  int64       `json:"compounds,omitempty" doc:"Of the area that the firm manages"`
	Households int64       `json:"households" doc:"0 where none are on record"`
	Cases      tally.Count `json:"cases"`
	Expected   string      `json:"expected" doc:"With two decimals"`
	Ratio      string      `json:"ratio" doc:"Cases to what was expected, with one decimal"`
	Chance     string      `json:"chance" doc:"How likely so many or more are by chance, compounds being as different as the others are"`
	Spread     string      `json:"spread" doc:"How wide the others differ beyond chance: a count of mean m varies by m and this much of m squared; 0.00 for no more than chance"`
	Kinds      []Kind      `json:"kinds" doc:"The most frequent first"`

	at   ident.Area
	mean float64
	p    float64
	wide float64 // how much more than by chance the count varies, of its mean squared

	squares float64 // of the means of its compounds
	beside  []int   // its compounds: they are compared with all others
	kinds   map[string]int64
}

// Kind is how many of the cases are of a kind.
type Kind struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Cases int64  `json:"cases"`
}

// Look finds what stands out in an area: by default in the last twelve months. Faults: Invalid for a period that is none, Missing
// for an area out of reach.
func (s *Service) Look(ctx context.Context, g authz.Grant, ask tally.Ask) (r Report, err error) {
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		if ask.From.IsZero() && ask.To.IsZero() {
			ask.From, ask.To = tally.LastTwelve(tally.Today(tx))
		}
		if !ask.Only.IsZero() {
			return errOnly
		}
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if r.Head, err = ask.Head(tx); err != nil {
			return err
		}
		r.Basis = tally.ByRegister
		set, err := registry.SettingsIn(tx, ask.Area)
		if err != nil {
			return err
		}
		r.Rate = set.Number(registry.HotSpotRate, tally.Today(tx))
		houses, err := compoundsIn(tx, ask)
		if err != nil {
			return err
		}
		counts, err := disputesOf(tx, ask)
		if err != nil {
			return err
		}
		r.find(ask, houses, counts)
		return r.place(tx, ask)
	})
	return r, err
}

var errOnly = fault.New(fault.Invalid, "", "这里按小区统计，不能只看一个调委会。", "This counts by compound, and not for one committee alone.").At("committee_id")

// find reckons what every compound of the counties would have, and keeps those of the area that stand out.
func (r *Report) find(ask tally.Ask, compounds []compound, counts []disputed) {
	kinds := map[ident.ID]map[string]int64{}
	total := map[ident.ID]int64{}
	for _, n := range counts {
		if kinds[n.CompoundID] == nil {
			kinds[n.CompoundID] = map[string]int64{}
		}
		kinds[n.CompoundID][n.Category] += n.N
		total[n.CompoundID] += n.N
	}
	houses := make([]house, len(compounds))
	for i, c := range compounds {
		houses[i] = house{string(c.CountyCode), c.Households, total[c.ID]}
	}
	list := ask.Cases().With("category", "13", "registered_from", string(ask.From), "registered_to", string(ask.To))
	var spots []Spot
	firms, order := map[ident.ID]*Spot{}, []ident.ID{}
	city := newCity(houses)
	for i, mean := range city.means {
		c := compounds[i]
		if !ask.Area.Covers(c.AreaCode) {
			continue
		}
		r.Cases += total[c.ID]
		if c.Households == 0 {
			r.Unmeasured++
		}
		spot := Spot{ID: c.ID, Name: c.Name, Firm: c.FirmName, Households: c.Households, at: c.AreaCode, mean: mean, squares: mean * mean, beside: []int{i}, kinds: kinds[c.ID],
			Cases: tally.Count{Value: total[c.ID], Of: list.With("compound_id", c.ID.String())}}
		spots = append(spots, spot)
		if c.Firm == nil {
			continue
		}
		f := firms[*c.Firm]
		if f == nil {
			f = &Spot{ID: *c.Firm, Name: c.FirmName, kinds: map[string]int64{}, Cases: tally.Count{Of: list.With("property_firm_id", c.Firm.String())}}
			firms[*c.Firm], order = f, append(order, *c.Firm)
		}
		f.add(spot)
	}
	managing := make([]Spot, 0, len(order))
	for _, id := range order {
		managing = append(managing, *firms[id])
	}
	r.Compounds, r.Firms = standOut(city, spots, r.Rate), standOut(city, managing, r.Rate)
}

// add takes a compound into what its firm manages.
func (s *Spot) add(c Spot) {
	s.Compounds++
	s.Households += c.Households
	s.mean += c.mean
	s.squares += c.squares
	s.beside = append(s.beside, c.beside...)
	s.Cases.Value += c.Cases.Value
	for kind, n := range c.kinds {
		s.kinds[kind] += n
	}
}

// standOut keeps those that are named at the rate, which is in per cent.
func standOut(c *city, all []Spot, rate int) Group {
	chances := make([]float64, len(all))
	for i := range all {
		if s := &all[i]; s.Cases.Value > 0 && s.mean > 0 { // where there are none, none stand out
			s.wide = c.spread(s.beside...) * s.squares / (s.mean * s.mean)
		}
		all[i].p = chanceSpread(all[i].Cases.Value, all[i].mean, all[i].wide)
		chances[i] = all[i].p
	}
	out := Group{Looked: int64(len(all)), Found: []Spot{}}
	for _, i := range alarms(chances, float64(rate)/100) {
		out.Found = append(out.Found, all[i].printed())
	}
	return out
}

// printed fills in the figures as they are shown.
func (s Spot) printed() Spot {
	s.Expected = strconv.FormatFloat(s.mean, 'f', 2, 64)
	s.Ratio = strconv.FormatFloat(float64(s.Cases.Value)/s.mean, 'f', 1, 64)
	s.Spread = strconv.FormatFloat(s.wide, 'f', 2, 64)
	s.Chance = "<0.0001"
	if s.p >= 0.0001 {
		s.Chance = strconv.FormatFloat(s.p, 'f', 4, 64)
	}
	s.Kinds = make([]Kind, 0, len(s.kinds))
	for code, n := range s.kinds {
		s.Kinds = append(s.Kinds, Kind{Code: code, Cases: n})
	}
	slices.SortFunc(s.Kinds, func(a, b Kind) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Code, b.Code))
	})
	return s
}

// place says where the compounds lie.
func (r *Report) place(tx *db.Tx, ask tally.Ask) error {
	var codes []ident.Area
	for _, s := range r.Compounds.Found {
		codes = append(codes, s.at)
	}
	area, err := registry.FindArea(tx, ask.Area)
	if err != nil {
		return err
	}
	names, err := registry.NamesFrom(tx, area, codes)
	for i, s := range r.Compounds.Found {
		r.Compounds.Found[i].Place = names[s.at]
	}
	return err
}

// In names kinds in a language and links every number to its cases on a face.
func (r Report) In(lang string, l tally.Lists) Report {
	for _, g := range []*Group{&r.Compounds, &r.Firms} {
		g.Found = slices.Clone(g.Found)
		for i := range g.Found {
			s := &g.Found[i]
			s.Cases.Link(l)
			s.Kinds = slices.Clone(s.Kinds)
			for j := range s.Kinds {
				s.Kinds[j].Name = codes.Categories.Name(s.Kinds[j].Code, lang)
			}
		}
	}
	return r
}
