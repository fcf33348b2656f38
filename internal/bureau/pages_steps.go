package bureau

import (
	"strings"

	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// steps are all acts of the register with their forms, in the order in which a committee comes into being and goes.
func (s *Service) steps() []step {
	return []step{
		{"draft", committees + "/new", false, s.askDraft, s.doDraft},
		{"revise", committees + "/:id/change", false, s.askRevise, s.doRevise},
		{"elect", committees + "/:id/election", true, s.askElect, s.doElect},
		{"member", committees + "/:id/members", false, s.askMember, s.doMember},
		{"engage", committees + "/:id/mediators", false, s.askEngage, s.doEngage},
		{"serve", committees + "/:id/serves", false, s.askServe, s.doServe},
		{"seal", committees + "/:id/seal", true, s.askSeal, s.doSeal},
		{"activate", committees + "/:id/activate", false, s.askActivate, s.doActivate},
		{"close", committees + "/:id/close", false, s.askClose, s.doClose},
		{"member_leaves", home + "/members/:id/leave", false, s.askMemberLeaves, s.doMemberLeaves},
		{"office", home + "/members/:id/office", false, s.askOffice, s.doOffice},
		{"mediator_leaves", mediators + "/:id/leave", false, s.askMediatorLeaves, s.doMediatorLeaves},
		{"amend_mediator", mediators + "/:id/change", false, s.askAmendMediator, s.doAmendMediator},
		{"tie", mediators + "/:id/ties", false, s.askTie, s.doTie},
		{"end_tie", home + "/ties/:id/end", false, s.askEndTie, s.doEndTie},
		{"end_area", home + "/service-areas/:id/end", false, s.askEndArea, s.doEndArea},
		{"pass_seal", home + "/seals/:id/keeper", false, s.askPassSeal, s.doPassSeal},
		{"end_seal", home + "/seals/:id/end", false, s.askEndSeal, s.doEndSeal},
		{"compound", compounds + "/new", false, s.askCompound, s.doCompound},
		{"amend_compound", compounds + "/:id/change", false, s.askAmendCompound, s.doAmendCompound},
		{"cover", compounds + "/:id/cover", false, s.askCover, s.doCover},
		{"owners", compounds + "/:id/owners", false, s.askOwners, s.doOwners},
		{"amend_owners", home + "/owners-committees/:id/change", false, s.askAmendOwners, s.doAmendOwners},
		{"firm", firms + "/new", false, s.askFirm, s.doFirm},
		{"amend_firm", firms + "/:id/change", false, s.askAmendFirm, s.doAmendFirm},
	}
}

func replaced(path string, id ident.ID) string { return strings.Replace(path, ":id", id.String(), 1) }

func at(path string, id ident.ID) string { return path + "/" + id.String() }

// committee finds the committee that a form is about.
func (a *asking) committee(id ident.ID) (registry.Committee, error) {
	c, err := keeps(a.tx, a.r.Grant, id)
	a.Heading, a.Back, a.Version = c.Name, at(committees, id), c.Version
	return c, err
}

// places are all places of a county, each further in than the one that it lies in.
func (a *asking) places(county ident.County, only ...ident.Level) ([]page.Option, error) {
	all, err := registry.AreasNamed(a.tx, county, "", mostPlaces)
	var out []page.Option
	for _, p := range all {
		if len(only) > 0 && p.Level != only[0] {
			continue
		}
		text := p.Name
		switch {
		case len(only) > 0:
			text = strings.TrimPrefix(p.FullName, all[0].FullName)
		case p.Level == ident.Town:
			text = "　" + text
		case p.Level == ident.Village:
			text = "　　" + text
		}
		out = append(out, page.Option{Value: string(p.Code), Text: text})
	}
	return out, err
}

const (
	mostPlaces = 2000 // of a county: twenty towns with their villages
	atOnce     = 500  // rows of one statement
)

func (s *Service) askDraft(a *asking) error {
	a.Back, a.Lead = a.In(home), a.r.Say("bureau.lead.draft")
	places, err := a.places(a.County)
	a.radios("type", a.coded(codes.CommitteeTypes)).hint("type")
	a.text("name", 100).hint("name")
	a.text("short_name", 30).hint("short_name").wide("medium")
	a.list("area_code", places).hint("area_code")
	a.list("sector", a.coded(codes.Sectors)).hint("sector").optional()
	a.boxes("attributes", attributes(a.r), nil).optional()
	parents, err2 := a.parents(a.County)
	a.list("parent_id", parents).hint("parent_id").optional()
	a.text("phone", 50).optional().wide("medium")
	a.text("address", 200).optional()
	if err == nil {
		err = err2
	}
	return err
}

func attributes(r *page.Request) (out []page.Option) {
	for _, word := range registry.Attributes {
		out = append(out, page.Option{Value: word, Text: r.Say("bureau.attribute." + word)})
	}
	return out
}

// parents are the committees under which a body may stand.
func (a *asking) parents(county ident.County) (out []page.Option, err error) {
	all, err := registry.StandingIn(a.tx, county, registry.Draft, registry.Active)
	for _, c := range all {
		if c.Counted() {
			out = append(out, page.Option{Value: c.ID.String(), Text: c.Name})
		}
	}
	return out, err
}

func (s *Service) doDraft(r *page.Request, _ ident.ID) (string, error) {
	f := &sent{Request: r}
	in := registry.NewCommittee{Type: registry.Type(r.Form("type")), Name: r.Form("name"), ShortName: r.Form("short_name"), AreaCode: ident.Area(r.Form("area_code")),
		Sector: r.Form("sector"), Attributes: r.Forms("attributes"), ParentID: f.id("parent_id"), Phone: r.Form("phone"), Address: r.Form("address")}
	if in.AreaCode == "" {
		f.bad.Add("area_code", "请选择所在的地区。", "Please choose where it lies.")
	}
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	c, err := s.Registry.Draft(r.Context(), r.Grant, in)
	return at(committees, c.ID) + "?done=bureau_drafted", err
}

func (s *Service) askRevise(a *asking) error {
	c, err := a.committee(a.id)
	a.text("name", 100).is(c.Name)
	if c.State == registry.Draft {
		a.radios("type", a.coded(codes.CommitteeTypes)).hint("type").is(string(c.Type))
		a.text("short_name", 30).hint("short_name").is(c.ShortName).wide("medium")
		a.list("sector", a.coded(codes.Sectors)).hint("sector").optional().is(c.Sector)
	} else {
		a.Told = append(a.Told, a.r.Say("bureau.fixed", c.ShortName))
	}
	a.text("phone", 50).optional().is(c.Phone).wide("medium")
	a.text("address", 200).optional().is(c.Address)
	return err
}

func (s *Service) doRevise(r *page.Request, id ident.ID) (string, error) {
	_, err := s.Registry.Revise(r.Context(), r.Grant, id, r.Version(), registry.Revision{Name: r.Form("name"), ShortName: r.Form("short_name"),
		Phone: r.Form("phone"), Address: r.Form("address"), Type: registry.Type(r.Form("type")), Sector: r.Form("sector")})
	return at(committees, id) + saved, err
}

func (s *Service) askElect(a *asking) error {
	c, err := a.committee(a.id)
	var methods []page.Option
	for _, m := range c.Type.Methods() {
		methods = append(methods, page.Option{Value: string(m), Text: codes.ElectionMethods.Name(string(m), a.r.Lang)})
	}
	a.radios("method", methods).hint("method")
	a.text("electing", 100).hint("electing")
	a.day("decided_on").hint("decided_on")
	a.add("date", "starts_on", 0).optional().hint("starts_on").wide("medium")
	a.file(".pdf,.jpg,.jpeg,.png,.webp,.docx").hint("minutes").optional()
	return err
}

func (s *Service) doElect(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := registry.NewTerm{Method: registry.Method(r.Form("method")), Electing: r.Form("electing"), DecidedOn: f.day("decided_on"), StartsOn: f.day("starts_on")}
	u, done := f.upload()
	defer done()
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.Elect(r.Context(), r.Grant, id, in, u)
	return at(committees, id) + saved, err
}

func (s *Service) askServe(a *asking) error {
	c, err := a.committee(a.id)
	if err != nil {
		return err
	}
	places, err := a.places(c.CountyCode)
	if err != nil {
		return err
	}
	inside, err := a.compounds(c.CountyCode)
	scope := registry.AllMatters
	if c.Sector == "property" {
		scope = registry.PropertyMatters
	}
	a.list("area_code", places).hint("serve_area").optional()
	a.list("compound_id", inside).hint("serve_compound").optional()
	a.scope().is(string(scope))
	a.add("date", "valid_from", 0).optional().hint("valid_from").wide("medium")
	return err
}

func (a *asking) scope() *field {
	return a.radios("scope", []page.Option{{Value: string(registry.AllMatters), Text: a.r.Say("registry.scope.all")},
		{Value: string(registry.PropertyMatters), Text: a.r.Say("registry.scope.property")}}).hint("scope")
}

// compounds are those on a county's register, with where they lie.
func (a *asking) compounds(county ident.County) (out []page.Option, err error) {
	var all []registry.Compound
	for p := (registry.Page{Limit: atOnce}); ; {
		some, more, err := registry.CompoundsIn(a.tx, county.Area(), p)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if !more {
			break
		}
		p.After = some[len(some)-1].ID
	}
	where := make([]ident.Area, 0, len(all))
	for _, c := range all {
		where = append(where, c.AreaCode)
	}
	from, err := registry.FindArea(a.tx, county.Area())
	if err != nil {
		return nil, err
	}
	short, err := registry.NamesFrom(a.tx, from, where)
	for _, c := range all {
		out = append(out, page.Option{Value: c.ID.String(), Text: c.Name + "（" + short[c.AreaCode] + "）"})
	}
	return out, err
}

func (s *Service) doServe(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := registry.NewServiceArea{AreaCode: ident.Area(r.Form("area_code")), CompoundID: f.id("compound_id"), Scope: registry.Scope(r.Form("scope")), ValidFrom: f.day("valid_from")}
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.Registry.AddServiceArea(r.Context(), r.Grant, id, in)
	return at(committees, id) + saved, err
}

func (s *Service) askEndArea(a *asking) error {
	area, err := registry.FindServiceArea(a.tx, a.id)
	if err != nil {
		return err
	}
	c, err := a.committee(area.CommitteeID)
	a.Danger, a.Lead, a.Version = true, a.r.Say("bureau.lead.end_area", c.Name), 0
	if err != nil {
		return err
	}
	a.Heading, err = placeServed(a.tx, area)
	return err
}

// placeServed names what a service area is.
func placeServed(tx *db.Tx, area registry.ServiceArea) (string, error) {
	if !area.CompoundID.IsZero() {
		c, err := registry.FindCompound(tx, area.CompoundID)
		return c.Name, err
	}
	return registry.FullName(tx, area.AreaCode)
}

func (s *Service) doEndArea(r *page.Request, id ident.ID) (string, error) {
	a, err := s.Registry.EndServiceArea(r.Context(), r.Grant, id)
	return at(committees, a.CommitteeID) + saved, err
}

func (s *Service) askActivate(a *asking) error {
	c, err := a.committee(a.id)
	if err != nil {
		return err
	}
	lacks, warns, err := mindOf(a.tx, c)
	a.Lead = a.r.Say("bureau.lead.activate")
	for _, l := range lacks {
		a.Barred = append(a.Barred, l.Rule+" "+l.Text.In(a.r.Lang))
	}
	for _, w := range warns {
		a.Told = append(a.Told, w.Rule+" "+w.Text.In(a.r.Lang))
	}
	return err
}

func (s *Service) doActivate(r *page.Request, id ident.ID) (string, error) {
	_, _, err := s.Registry.Activate(r.Context(), r.Grant, id, r.Version())
	return at(committees, id) + "?done=bureau_active", err
}

func (s *Service) askClose(a *asking) error {
	c, err := a.committee(a.id)
	if err != nil {
		return err
	}
	left, err := s.closingOf(a.tx, c)
	a.Danger, a.Lead = true, a.r.Say("bureau.lead.close")
	if left.Open > 0 {
		a.Barred = append(a.Barred, a.r.Say("bureau.close.open", left.Open))
	}
	for _, h := range left.Hosts {
		a.Barred = append(a.Barred, a.r.Say("bureau.close.host", h.Name, h.Open))
	}
	for _, b := range left.Bodies {
		a.Barred = append(a.Barred, a.r.Say("bureau.close.body", b.Name))
	}
	if left.Seal.InUse() {
		a.Told = append(a.Told, a.r.Say("bureau.close.seal", left.Seal.Keeper))
	}
	a.area("reason")
	return err
}

func (s *Service) doClose(r *page.Request, id ident.ID) (string, error) {
	if r.Form("reason") == "" {
		return "", fault.New(fault.Invalid, "", "请写明撤销的原因。", "Please say why it is closed down.").At("reason")
	}
	_, err := s.Registry.End(r.Context(), r.Grant, id, r.Version(), r.Form("reason"))
	return at(committees, id) + "?done=bureau_closed", err
}

func (s *Service) askSeal(a *asking) error {
	c, err := a.committee(a.id)
	if err != nil {
		return err
	}
	was, err := sealInUse(a.tx, c.ID)
	if was.InUse() {
		a.Barred = append(a.Barred, a.r.Say("bureau.seal.in_use", was.Keeper))
	}
	a.Lead = a.r.Say("bureau.lead.seal")
	a.day("made_on")
	a.text("keeper", 100).hint("keeper").wide("medium")
	a.file(".jpg,.jpeg,.png,.webp").hint("specimen").optional()
	return err
}

func (s *Service) doSeal(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := NewSeal{MadeOn: f.day("made_on"), Keeper: r.Form("keeper")}
	u, done := f.upload()
	defer done()
	in.Specimen = u
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	_, err := s.MakeSeal(r.Context(), r.Grant, id, in)
	return at(committees, id) + saved, err
}

func (a *asking) seal() (Seal, error) {
	seal, err := sealOf(a.tx, a.r.Grant, a.id)
	if err != nil {
		return seal, err
	}
	_, err = a.committee(seal.CommitteeID)
	a.Version = seal.Version
	if !seal.InUse() {
		err = fault.NoSuch()
	}
	return seal, err
}

func (s *Service) askPassSeal(a *asking) error {
	seal, err := a.seal()
	a.text("keeper", 100).hint("keeper").is(seal.Keeper).wide("medium")
	return err
}

func (s *Service) doPassSeal(r *page.Request, id ident.ID) (string, error) {
	c, err := s.PassSeal(r.Context(), r.Grant, id, r.Version(), r.Form("keeper"))
	return at(committees, c) + saved, err
}

func (s *Service) askEndSeal(a *asking) error {
	_, err := a.seal()
	a.Danger = true
	a.radios("how", a.coded(codes.SealEnds)).hint("how")
	a.day("on").is(string(today(a.tx)))
	a.area("why").hint("why")
	return err
}

func (s *Service) doEndSeal(r *page.Request, id ident.ID) (string, error) {
	f := &sent{Request: r}
	in := SealEnd{On: f.day("on"), How: r.Form("how"), Why: r.Form("why")}
	if err := f.bad.Err(); err != nil {
		return "", err
	}
	c, err := s.EndSeal(r.Context(), r.Grant, id, r.Version(), in)
	return at(committees, c) + saved, err
}
