package bureau

import (
	"strconv"
	"strings"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// compoundsView is the compounds of a county: all, those that no property committee covers, or those of a name.
type compoundsView struct {
	*Place
	Lines    []compoundLine
	Next     string
	Narrowed bool
}

type compoundLine struct {
	registry.CoveredCompound
	At string
}

func (s *Service) showCompounds(r *page.Request) (page.Reply, error) {
	v := &compoundsView{Narrowed: r.Query("q") != "" || r.Query("covered") != ""}
	after, err := AfterOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	err = s.read(r, func(tx *db.Tx) (err error) {
		if v.Place, err = PlaceOf(tx, r); err != nil {
			return err
		}
		rows, more, err := v.find(tx, r, after)
		if err != nil {
			return err
		}
		if more {
			v.Next = rows[len(rows)-1].ID.String()
		}
		v.Lines, err = v.lines(tx, rows)
		return err
	})
	return page.Show("bureau/compounds", v), err
}

func (v *compoundsView) find(tx *db.Tx, r *page.Request, after ident.ID) ([]registry.CoveredCompound, bool, error) {
	q := r.Query("q")
	if q == "" {
		return registry.Compounds(tx, registry.CompoundsAsked{Area: v.County.Area(), Covered: r.Query("covered")}, registry.Page{After: after, Limit: linesOfPage})
	}
	found, err := registry.CompoundsNamed(tx, v.County.Area(), q, linesOfPage)
	out := make([]registry.CoveredCompound, 0, len(found))
	for _, c := range found {
		out = append(out, registry.CoveredCompound{Compound: c})
	}
	return out, false, err
}

func (v *compoundsView) lines(tx *db.Tx, rows []registry.CoveredCompound) ([]compoundLine, error) {
	where := make([]ident.Area, 0, len(rows))
	for _, c := range rows {
		where = append(where, c.AreaCode)
	}
	names, err := registry.NamesFrom(tx, v.Area, where)
	out := make([]compoundLine, 0, len(rows))
	for _, c := range rows {
		out = append(out, compoundLine{c, names[c.AreaCode]})
	}
	return out, err
}

// compoundView is one compound with its firm, its owners' committees and who serves it.
type compoundView struct {
	registry.Compound
	Rows   []page.Row
	Owners []registry.OwnersCommittee
	By     *registry.Ref
}

// compoundOf is a compound of a register that the reader keeps.
func compoundOf(tx *db.Tx, r *page.Request, id ident.ID) (registry.Compound, error) {
	c, err := registry.FindCompound(tx, id)
	if err == nil && !r.Grant.CoversArea(c.AreaCode) {
		err = errNoSuch
	}
	return c, err
}

func (s *Service) showCompound(r *page.Request) (page.Reply, error) {
	id, err := IDOf(r, "id")
	if err != nil {
		return page.Reply{}, err
	}
	v := &compoundView{}
	err = s.read(r, func(tx *db.Tx) (err error) {
		if v.Compound, err = compoundOf(tx, r, id); err != nil {
			return err
		}
		if v.Owners, err = registry.OwnersOf(tx, id); err != nil {
			return err
		}
		if v.By, err = registry.CoveredBy(tx, v.Compound); err != nil {
			return err
		}
		return v.rows(tx, r)
	})
	return page.Show("bureau/compound", v), err
}

func (v *compoundView) rows(tx *db.Tx, r *page.Request) error {
	where, err := registry.FullName(tx, v.AreaCode)
	if err != nil {
		return err
	}
	firm, houses := "", ""
	if !v.PropertyFirmID.IsZero() {
		f, err := registry.FindFirm(tx, v.PropertyFirmID)
		if err != nil {
			return err
		}
		firm = f.Name
	}
	if v.Households > 0 {
		houses = strconv.Itoa(v.Households)
	}
	v.Rows = []page.Row{{Label: r.Say("registry.place"), Value: where}, {Label: r.Say("registry.address"), Value: v.Address},
		{Label: r.Say("registry.households"), Value: houses}, {Label: r.Say("bureau.f.property_firm_id"), Value: firm}}
	if !v.EndedOn.IsZero() {
		v.Rows = append(v.Rows, page.Row{Label: r.Say("bureau.f.ended_on"), Value: page.Day(v.EndedOn, r.Lang)})
	}
	return nil
}

// compoundForm asks what is known of a compound.
func (a *asking) compoundForm(county ident.County, c registry.Compound) error {
	villages, err := a.places(county, ident.Village)
	if err != nil {
		return err
	}
	known, err := a.firms(county)
	a.text("name", 100).is(c.Name)
	a.list("area_code", villages).hint("village").is(string(c.AreaCode))
	a.text("address", 200).optional().is(c.Address)
	houses := a.text("households", 6).optional().wide("short")
	if houses.Mode = "numeric"; c.Households > 0 {
		houses.Value = strconv.Itoa(c.Households)
	}
	firm := a.list("property_firm_id", known).optional().hint("firm")
	if !c.PropertyFirmID.IsZero() {
		firm.Value = c.PropertyFirmID.String()
	}
	return err
}

func compoundIn(f *sent) registry.NewCompound {
	in := registry.NewCompound{Name: f.Form("name"), AreaCode: ident.Area(f.Form("area_code")), Address: f.Form("address"), PropertyFirmID: f.id("property_firm_id")}
	if text := f.Form("households"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > mostHouseholds {
			f.bad.Add("households", "请填写户数（整数）。", "Give the number of households.")
		}
		in.Households = n
	}
	if in.AreaCode == "" {
		f.bad.Add("area_code", "请选择小区所在的村（社区）。", "Choose the village or community in which the compound lies.")
	}
	return in
}

func (s *Service) askCompound(a *asking) error {
	a.Back = a.In(compounds)
	return a.compoundForm(a.County, registry.Compound{})
}

func (s *Service) doCompound(r *page.Request, _ ident.ID) (string, error) {
	f := &sent{Request: r}
	in := compoundIn(f)
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	c, err := s.Registry.AddCompound(r.Context(), r.Grant, in)
	return at(compounds, c.ID) + saved, err
}

// compound finds the compound that a form is about.
func (a *asking) compound(id ident.ID) (registry.Compound, error) {
	c, err := compoundOf(a.tx, a.r, id)
	a.Heading, a.Back, a.Version = c.Name, at(compounds, id), c.Version
	return c, err
}

func (s *Service) askAmendCompound(a *asking) error {
	c, err := a.compound(a.id)
	if err != nil {
		return err
	}
	if err := a.compoundForm(c.CountyCode, c); err != nil {
		return err
	}
	a.day("ended_on").optional().hint("ended_on").is(string(c.EndedOn))
	return nil
}

func (s *Service) doAmendCompound(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in, ended := compoundIn(f), f.day("ended_on")
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.Registry.AmendCompound(r.Context(), r.Grant, id, r.Version(), in, ended)
	return at(compounds, id) + saved, err
}

// askCover gives a compound to a committee: property committees count for coverage, so they are offered.
func (s *Service) askCover(a *asking) error {
	c, err := a.compound(a.id)
	if err != nil {
		return err
	}
	all, err := registry.StandingIn(a.tx, c.CountyCode, registry.Active)
	var out []page.Option
	for _, one := range all {
		if one.Sector == "property" && one.Counted() {
			out = append(out, page.Option{Value: one.ID.String(), Text: one.Name})
		}
	}
	a.Version = 0
	if len(out) == 0 {
		a.Barred = append(a.Barred, a.r.Say("bureau.cover.none"))
	}
	a.list("committee_id", out).hint("cover")
	a.scope().is(string(registry.PropertyMatters))
	return err
}

func (s *Service) doCover(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	committee := f.id("committee_id")
	if committee.IsZero() {
		f.bad.Add("committee_id", "请选择调委会。", "Please choose a committee.")
	}
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.Registry.AddServiceArea(r.Context(), r.Grant, committee, registry.NewServiceArea{CompoundID: id, Scope: registry.Scope(r.Form("scope"))})
	return at(compounds, id) + saved, err
}

func (a *asking) owners(o registry.OwnersCommittee) {
	a.text("name", 100).is(o.Name)
	a.add("date", "elected_on", 0).optional().is(string(o.ElectedOn)).wide("medium")
	a.add("date", "ends_on", 0).optional().is(string(o.EndsOn)).wide("medium")
}

func ownersIn(f *sent) registry.NewOwnersCommittee {
	return registry.NewOwnersCommittee{Name: f.Form("name"), ElectedOn: f.day("elected_on"), EndsOn: f.day("ends_on")}
}

func (s *Service) askOwners(a *asking) error {
	c, err := a.compound(a.id)
	a.Version = 0
	a.owners(registry.OwnersCommittee{Name: strings.TrimSuffix(c.Name, "小区") + "业主委员会"})
	return err
}

func (s *Service) doOwners(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := ownersIn(f)
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.Registry.AddOwnersCommittee(r.Context(), r.Grant, id, in)
	return at(compounds, id) + saved, err
}

func (s *Service) askAmendOwners(a *asking) error {
	o, err := registry.FindOwners(a.tx, a.id)
	if err != nil {
		return err
	}
	_, err = a.compound(o.CompoundID)
	a.Version = o.Version
	a.owners(o)
	return err
}

func (s *Service) doAmendOwners(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := ownersIn(f)
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	o, err := s.Registry.AmendOwnersCommittee(r.Context(), r.Grant, id, r.Version(), in)
	return at(compounds, o.CompoundID) + saved, err
}

const mostHouseholds = 100_000

// firmsView is the property firms of a county.
type firmsView struct {
	*Place
	Lines    []registry.PropertyFirm
	Next     string
	Narrowed bool
}

func (s *Service) showFirms(r *page.Request) (page.Reply, error) {
	v := &firmsView{Narrowed: r.Query("q") != ""}
	after, err := AfterOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	err = s.read(r, func(tx *db.Tx) (err error) {
		if v.Place, err = PlaceOf(tx, r); err != nil {
			return err
		}
		var more bool
		if v.Lines, more, err = registry.FirmsNamed(tx, v.County, r.Query("q"), registry.Page{After: after, Limit: linesOfPage}); more {
			v.Next = v.Lines[len(v.Lines)-1].ID.String()
		}
		return err
	})
	return page.Show("bureau/firms", v), err
}

func (a *asking) firmForm(f registry.PropertyFirm) {
	a.text("name", 100).is(f.Name)
	a.text("credit_code", 30).optional().hint("credit_code").is(string(f.CreditCode)).wide("medium")
	a.text("phone", 50).optional().is(f.Phone).wide("medium")
}

func (s *Service) askFirm(a *asking) error {
	a.Back = a.In(firms)
	a.firmForm(registry.PropertyFirm{})
	return nil
}

func (s *Service) doFirm(r *page.Request, _ ident.ID) (string, error) {
	county := ident.County(r.Form("county"))
	_, err := s.Registry.AddPropertyFirm(r.Context(), r.Grant, registry.NewPropertyFirm{AreaCode: county.Area(), Name: r.Form("name"), CreditCode: r.Form("credit_code"), Phone: r.Form("phone")})
	return firms + "?county=" + string(county) + "&done=bureau_saved", err
}

func (s *Service) askAmendFirm(a *asking) error {
	f, err := registry.FindFirm(a.tx, a.id)
	if err == nil && !a.r.Grant.CoversArea(f.CountyCode.Area()) {
		err = errNoSuch
	}
	a.Heading, a.Back, a.Version = f.Name, firms+"?county="+string(f.CountyCode), f.Version
	a.firmForm(f)
	return err
}

func (s *Service) doAmendFirm(r *page.Request, id ident.ID) (string, error) {
	f, err := s.Registry.AmendPropertyFirm(r.Context(), r.Grant, id, r.Version(), registry.NewPropertyFirm{Name: r.Form("name"), CreditCode: r.Form("credit_code"), Phone: r.Form("phone")})
	return firms + "?county=" + string(f.CountyCode) + "&done=bureau_saved", err
}
