package subsidy

import (
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// oneView is one claim, with what the reader may do about it now.
type oneView struct {
	line
	History   History
	Held      []string
	Alike     []alikeLine
	Materials []string
	Step      Step // that the reader may take; "" for none
	StepName  string
	Done      []page.Moment
	Reasons   []page.Option
	Mine      bool // the reader shares in it
}

func (s *Service) oneView(r *page.Request, g authz.Grant) (*oneView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	h, err := s.See(r.Context(), g, id)
	if err != nil {
		return nil, err
	}
	v := &oneView{line: lineOf(r, h.Seen), History: h, Held: sentences(h.Held, r.Lang), Mine: g.Action() == Owning}
	for _, m := range h.Materials {
		v.Materials = append(v.Materials, codes.SubsidyMaterials.Name(m, r.Lang))
	}
	for _, a := range h.Alike {
		v.Alike = append(v.Alike, alikeLine{a, a.StatusIn(r.Lang)})
	}
	for _, d := range h.Steps {
		by := r.Say("subsidy.role." + d.Role)
		if d.Who != "" {
			by = d.Who + " · " + by
		}
		v.Done = append(v.Done, page.Moment{At: d.At, Title: r.Say("subsidy.event." + d.Event), By: by})
	}
	if step := h.Waits(); step != "" && !v.Mine && r.May(steps[step].action) && h.mayBe(step, r.By().Person) {
		v.Step, v.StepName = step, codes.SubsidySteps.Name(string(step), r.Lang)
	}
	return v, nil
}

// alikeLine is a claim that may be for the same dispute, in words.
type alikeLine struct {
	Alike
	Status string
}

// mayBe tells whether somebody may take a look, as far as the claim itself tells.
func (c Seen) mayBe(step Step, me ident.ID) bool {
	for other, who := range map[Step]ident.ID{Check: c.CheckedBy, Examine: c.ExaminedBy, Approve: c.ApprovedBy} {
		if other != step && who == me {
			return false
		}
	}
	return c.ClaimedBy != me && c.Of(me).PersonID.IsZero()
}

func (s *Service) showClaim(r *page.Request) (page.Reply, error) {
	v, err := s.oneView(r, r.Grant)
	return page.Show("subsidy/claim", v), err
}

// refusalView is the form by which a claim is refused.
func (s *Service) refusalView(r *page.Request, step Step) (*oneView, error) {
	read, err := s.Policy.Allow(r.By(), Reading)
	if err != nil {
		return nil, err
	}
	v, err := s.oneView(r, read)
	if err != nil {
		return nil, err
	}
	if v.Step != step {
		return nil, fault.New(fault.Conflict, "claim_state", "这件申报现在不由您办理这一步。", "This step of the claim is not yours to take now.")
	}
	for _, code := range codes.SubsidyRefusals {
		if !codes.SubsidyFound(code.Code) || strings.Contains(" "+v.Codes+" ", " "+code.Code+" ") {
			v.Reasons = append(v.Reasons, page.Option{Value: code.Code, Text: code.Name.In(r.Lang)})
		}
	}
	return v, nil
}

func (s *Service) refusalAsker(step Step) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, err := s.refusalView(r, step)
		return page.Show("subsidy/refuse", v), err
	}
}

func (s *Service) refusalTaker(step Step) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, err := s.refusalView(r, step)
		if err != nil {
			return page.Reply{}, err
		}
		in := Refusal{Code: r.Form("code"), Text: r.Form("text")}
		if text := r.Form("same_case_id"); text != "" && in.Code == "duplicate" {
			if in.SameCase, err = s.caseCalled(r.Context(), r.By(), v.CountyCode, text); err != nil {
				return page.Again("subsidy/refuse", v, err), nil
			}
		}
		if _, err := s.Refuse(r.Context(), r.Grant, step, Look{ID: v.ID, Version: r.Version()}, in); err != nil {
			return page.Again("subsidy/refuse", v, err), nil
		}
		return page.SeeOther(pageClaims + "?step=" + string(step) + "&done=subsidy_refused"), nil
	}
}

// mineView is what one is paid oneself.
type mineView struct {
	Lines []line
	Next  string
}

func (s *Service) showMine(r *page.Request) (page.Reply, error) {
	ask := Asked{}
	var err error
	if ask.After, err = r.After(); err != nil {
		return page.Reply{}, err
	}
	rows, next, err := s.Mine(r.Context(), r.Grant, ask)
	v := &mineView{Lines: linesOf(r, rows)}
	if !next.IsZero() {
		v.Next = next.String()
	}
	return page.Show("subsidy/mine", v), err
}

func (s *Service) showOwn(r *page.Request) (page.Reply, error) {
	v, err := s.oneView(r, r.Grant)
	return page.Show("subsidy/claim", v), err
}

func (s *Service) takeAnswer(r *page.Request) (page.Reply, error) {
	v, err := s.oneView(r, r.Grant)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := s.Answer(r.Context(), r.Grant, v.ID, r.Version(), r.Form("reply")); err != nil {
		return page.Again("subsidy/claim", v, err), nil
	}
	return page.SeeOther(pageMine + "/" + v.ID.String() + "?done=subsidy_answered"), nil
}
