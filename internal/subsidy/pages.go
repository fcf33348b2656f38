package subsidy

import (
	"fmt"
	"strconv"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const (
	pageClaims = "/subsidy/claims"
	pageMine   = "/subsidy/mine"
)

// Pages mounts claims for people: those who make them, and those who look at them.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/desk/cases/:id/subsidy", Claiming, s.askClaim)
	site.Handle("POST", "/desk/cases/:id/subsidy", Claiming, s.takeClaim)
	site.Handle("GET", pageClaims, Reading, s.showClaims)
	site.Handle("GET", pageClaims+"/period", Claiming, s.askPeriod)
	site.Handle("POST", pageClaims+"/period", Claiming, s.takePeriod)
	site.Handle("GET", pageClaims+"/:id", Reading, s.showClaim)
	for _, step := range []Step{Check, Examine, Approve} {
		action := steps[step].action
		site.Handle("POST", "/subsidy/"+string(step), action, s.taker(step))
		site.Handle("GET", pageClaims+"/:id/refuse-at-"+string(step), action, s.refusalAsker(step))
		site.Handle("POST", pageClaims+"/:id/refuse-at-"+string(step), action, s.refusalTaker(step))
	}
	site.Handle("GET", pageMine, Owning, s.showMine)
	site.Handle("GET", pageMine+"/:id", Owning, s.showOwn)
	site.Handle("POST", pageMine+"/:id/answer", Owning, s.takeAnswer)
	s.managePages(site)
}

// line is a claim in words.
type line struct {
	Seen
	Status, Shade, Tier, Class, Form, Grade, Reason string
	Against                                         []string
	Own                                             Share // of whoever reads
	Year                                            string
}

var shades = map[string]string{Claimed: "info", Checked: "info", Examined: "info", Approved: "ok", Batched: "ok", Paid: "ok", Refused: "warn", Replied: "info"}

func lineOf(r *page.Request, c Seen) line {
	out := line{Seen: c, Status: codes.SubsidyStates.Name(c.State, r.Lang), Shade: shades[c.State], Against: sentences(c.Claim.Against(), r.Lang), Own: c.Of(r.By().Person)}
	name := func(list codes.List, code string) string {
		if code == "" {
			return ""
		}
		return list.Name(code, r.Lang)
	}
	out.Tier, out.Class, out.Form, out.Grade, out.Reason = name(codes.SubsidyTiers, c.Tier), name(codes.Difficulties, c.Class), name(codes.SubsidyForms, c.Form), name(codes.SubsidyGrades, c.Grade), name(codes.SubsidyRefusals, c.Refusal)
	if c.PostYear > 0 {
		out.Year = strconv.Itoa(c.PostYear)
	}
	return out
}

func linesOf(r *page.Request, all []Seen) (out []line) {
	for _, c := range all {
		out = append(out, lineOf(r, c))
	}
	return out
}

// claimView is the form by which one claims for a case.
type claimView struct {
	Home    string
	Found   assessed
	Missing []string // what can still be mended
	Against []string
	Names   []string
	Payees  []payeeField
}

type payeeField struct {
	payee
	Field string
}

func (s *Service) claimView(r *page.Request) (*claimView, ident.ID, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, id, fault.NoSuch()
	}
	v := &claimView{Home: "/desk/cases/" + id.String()}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		if err := caseWithin(tx, r.Grant, id); err != nil {
			return err
		}
		if n, err := claimed(tx, id); err != nil || n > 0 {
			return orClaimed(err)
		}
		found, err := s.assess(tx, id.County(), []ident.ID{id})
		if err != nil || len(found) == 0 {
			return orMissing(err)
		}
		v.Found = found[0]
		return nil
	})
	if err != nil {
		return nil, id, err
	}
	v.Missing = sentences(v.Found.passing(), r.Lang)
	if len(v.Missing) == 0 {
		v.Against = sentences(v.Found.outcome.Codes, r.Lang)
	}
	for i, p := range v.Found.payees {
		v.Payees = append(v.Payees, payeeField{p, fmt.Sprintf("weights.%d.weight", i)})
	}
	return v, id, nil
}

func orClaimed(err error) error {
	if err == nil {
		err = errClaimed
	}
	return err
}

func orMissing(err error) error {
	if err == nil {
		err = fault.NoSuch()
	}
	return err
}

// Fen is what the claim would be worth.
func (v *claimView) Fen() int64 { return int64(v.Found.outcome.Fen()) }

// Number is the case's.
func (v *claimView) Number() string { return v.Found.CaseNo }

func (s *Service) askClaim(r *page.Request) (page.Reply, error) {
	v, _, err := s.claimView(r)
	return page.Show("subsidy/claim-new", v), err
}

func (s *Service) takeClaim(r *page.Request) (page.Reply, error) {
	v, id, err := s.claimView(r)
	if err != nil {
		return page.Reply{}, err
	}
	var in NewClaim
	var bad fault.Check
	for _, p := range v.Payees {
		text := r.Form(p.Field)
		if text == "" || text == "1" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > 100 {
			bad.Add(p.Field, "请填写 1 到 100 之间的整数。", "Please give a whole number between 1 and 100.")
		}
		in.Weights = append(in.Weights, Weighing{p.MediatorID, n})
	}
	if err = bad.Err(); err == nil {
		_, err = s.Claim(r.Context(), r.Grant, id, in)
	}
	if err != nil {
		return page.Again("subsidy/claim-new", v, err), nil
	}
	return page.SeeOther(v.Home + "?done=subsidy_claimed"), nil
}

// claimsView is a list of claims: those that wait for the reader, or all.
type claimsView struct {
	Step    Step
	Steps   []page.Option // the looks that the reader may take
	States  []page.Option
	Lines   []line
	Next    string
	Claims  bool // the reader may claim for a committee
	Result  *Gathered
	LeftOut []leftLine
}

type leftLine struct {
	LeftOut
	Why []string
}

func (s *Service) claimsView(r *page.Request, step string) (*claimsView, error) {
	v := &claimsView{Step: Step(step), States: page.Coded(codes.SubsidyStates, r.Lang)}
	for _, c := range codes.SubsidySteps {
		if r.May(steps[Step(c.Code)].action) {
			v.Steps = append(v.Steps, page.Option{Value: c.Code, Text: c.Name.In(r.Lang)})
		}
	}
	if _, known := steps[v.Step]; step != "" && !known {
		return nil, fault.NoSuch()
	}
	if g, err := s.Policy.Allow(r.By(), Claiming); err == nil {
		for _, reach := range g.Reaches() {
			v.Claims = v.Claims || reach.Level == authz.LevelCommittee
		}
	}
	return v, nil
}

func (s *Service) showClaims(r *page.Request) (page.Reply, error) {
	v, err := s.claimsView(r, r.Query("step"))
	if err != nil {
		return page.Reply{}, err
	}
	return s.fillClaims(r, v, nil)
}

// fillClaims shows the list, after an act that went wrong with what was wrong.
func (s *Service) fillClaims(r *page.Request, v *claimsView, failed error) (page.Reply, error) {
	ask := Asked{Step: v.Step, State: r.Query("state"), Limit: 50}
	var err error
	if ask.After, err = r.After(); err != nil {
		return page.Reply{}, err
	}
	read, err := s.Policy.Allow(r.By(), Reading)
	if err != nil {
		return page.Reply{}, err
	}
	rows, next, err := s.Claims(r.Context(), read, ask)
	if v.Lines = linesOf(r, rows); !next.IsZero() {
		v.Next = next.String()
	}
	if failed != nil {
		return page.Again("subsidy/claims", v, failed), err
	}
	return page.Show("subsidy/claims", v), err
}

// taker lets the ticked claims pass a look.
func (s *Service) taker(step Step) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, err := s.claimsView(r, string(step))
		if err != nil {
			return page.Reply{}, err
		}
		var looks []Look
		for _, text := range r.Forms("claims") {
			id, version, _ := strings.Cut(text, ".")
			l := Look{}
			if l.ID, err = ident.ParseID(id); err != nil {
				return page.Reply{}, fault.NoSuch()
			}
			if l.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
				return page.Reply{}, fault.NoSuch()
			}
			looks = append(looks, l)
		}
		if len(looks) == 1 { // said on the claim's own page, where both numbers stand
			looks[0].Another = r.Ticked("another_dispute")
		}
		if _, err := s.Pass(r.Context(), r.Grant, step, looks); err != nil {
			return s.fillClaims(r, v, err)
		}
		return page.SeeOther(pageClaims + "?step=" + string(step) + "&done=subsidy_passed"), nil
	}
}

// periodView is the form by which a chair claims for a period.
type periodView struct {
	Committees []page.Option
	Result     *Gathered
	LeftOut    []leftLine
}

func (s *Service) periodView(r *page.Request) (*periodView, error) {
	v := &periodView{}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, id := range r.Grant.Committees() {
			if !r.Grant.CoversCommittee(id) {
				continue
			}
			name, _, err := registry.NameOf(tx, id)
			if err != nil {
				return err
			}
			v.Committees = append(v.Committees, page.Option{Value: id.String(), Text: name})
		}
		return nil
	})
}

func (s *Service) askPeriod(r *page.Request) (page.Reply, error) {
	v, err := s.periodView(r)
	if err == nil && len(v.Committees) == 0 {
		err = fault.NoSuch()
	}
	return page.Show("subsidy/period", v), err
}

func (s *Service) takePeriod(r *page.Request) (page.Reply, error) {
	v, err := s.periodView(r)
	if err != nil {
		return page.Reply{}, err
	}
	in := Period{From: calendar.Day(r.Form("from")), To: calendar.Day(r.Form("to"))}
	if text := r.Form("committee_id"); text != "" {
		if in.Committee, err = ident.ParseID(text); err != nil {
			return page.Reply{}, fault.NoSuch()
		}
	}
	got, err := s.ClaimPeriod(r.Context(), r.Grant, in)
	if err != nil {
		return page.Again("subsidy/period", v, err), nil
	}
	v.Result = &got
	for _, l := range got.LeftOut {
		v.LeftOut = append(v.LeftOut, leftLine{l, sentences(l.Codes, r.Lang)})
	}
	return page.Show("subsidy/period", v), nil
}
