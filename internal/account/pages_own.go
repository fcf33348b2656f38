package account

import (
	"context"
	"net/http"

	"fengqiao/internal/actor"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

const (
	ownPath    = "/account"
	factorPath = "/second-factor"
)

// ownPages are what everybody does about their own way in.
func (s *Service) ownPages(site *page.Site) {
	site.Handle(http.MethodGet, ownPath, Owning, s.showOwn)
	site.Handle(http.MethodPost, ownPath+"/end", Owning, s.takeEnd)
	site.Handle(http.MethodPost, ownPath+"/end-others", Owning, s.takeEndOthers)
	site.Handle(http.MethodGet, "/confirm", Owning, s.showConfirm)
	site.Handle(http.MethodPost, "/confirm", Owning, s.takeConfirm)
	site.Handle(http.MethodGet, factorPath, Owning, s.showFactor)
	site.Handle(http.MethodPost, factorPath, Factoring, s.takeFactor)
	site.Handle(http.MethodGet, factorPath+"/new", Factoring, s.showEnrol)
	site.Handle(http.MethodPost, factorPath+"/new", Factoring, s.takeEnrol)
	site.Handle(http.MethodPost, factorPath+"/codes", Factoring, s.takeCodes)
	site.Handle(http.MethodPost, factorPath+"/remove", Factoring, s.takeRemove)
}

// ownView is somebody's account as they see it.
type ownView struct {
	Visits []Visit
	Events []Happened
	Factor Factor
	Single string // what the provider of single sign-on is called
	Bound  bool   // and that it may let its owner in
}

func (s *Service) showOwn(r *page.Request) (page.Reply, error) {
	v := &ownView{}
	var err error
	if v.Factor, err = s.FactorOf(r.Context(), r.By()); err != nil {
		return page.Reply{}, err
	}
	if v.Visits, err = s.Visits(r.Context(), r.By(), r.Token()); err != nil {
		return page.Reply{}, err
	}
	v.Single = s.single(r)
	if v.Bound, err = s.Bound(r.Context(), r.By()); err != nil {
		return page.Reply{}, err
	}
	v.Events, err = s.OwnEvents(r.Context(), r.Grant)
	return page.Show("account/own", v), err
}

func (s *Service) takeEnd(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Form("session"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	return page.SeeOther(ownPath + "?done=session_ended"), s.EndVisit(r.Context(), r.By(), id)
}

func (s *Service) takeEndOthers(r *page.Request) (page.Reply, error) {
	return page.SeeOther(ownPath + "?done=session_ended"), s.EndOthers(r.Context(), r.By(), r.Token())
}

// confirmView is what somebody can show who they are by.
type confirmView struct {
	Factor
	Single string // the provider's name, where it may let them in
}

func (s *Service) confirmView(r *page.Request) (v confirmView, err error) {
	if v.Factor, err = s.FactorOf(r.Context(), r.By()); err != nil {
		return v, err
	}
	bound, err := s.Bound(r.Context(), r.By())
	if bound {
		v.Single = s.single(r)
	}
	return v, err
}

func (s *Service) showConfirm(r *page.Request) (page.Reply, error) {
	v, err := s.confirmView(r)
	return page.Show("account/confirm", v), err
}

// takeConfirm leads back to where one was: the page, or the page with the link to the file or with the form.
func (s *Service) takeConfirm(r *page.Request) (page.Reply, error) {
	v, err := s.confirmView(r)
	if err != nil {
		return page.Reply{}, err
	}
	err = s.Confirm(r.Context(), r.By(), Credentials{Password: r.Secret("password"), Code: r.Form("code"), Address: r.Address()})
	if err != nil {
		return page.Again("account/confirm", v, err), nil
	}
	return page.SeeOther(r.Then("/")), nil
}

// HasFactor tells whether a code is a proof of who somebody is, for the page that asks for one in the middle of a form.
func (s *Service) HasFactor(ctx context.Context, by actor.Actor) (bool, error) {
	f, err := s.FactorOf(ctx, by)
	return f.Set, err
}

// Prove is Confirm, for that page.
func (s *Service) Prove(ctx context.Context, by actor.Actor, password, code, address string) error {
	return s.Confirm(ctx, by, Credentials{Password: password, Code: code, Address: address})
}

func (s *Service) showFactor(r *page.Request) (page.Reply, error) {
	f, err := s.FactorOf(r.Context(), r.By())
	return page.Show("account/factor", f), err
}

func (s *Service) takeFactor(r *page.Request) (page.Reply, error) {
	_, err := s.BeginFactor(r.Context(), r.By())
	return page.SeeOther(factorPath + "/new"), err
}

func (s *Service) showEnrol(r *page.Request) (page.Reply, error) {
	e, err := s.Enrolling(r.Context(), r.By())
	if fault.Is(err, fault.Missing) {
		return page.SeeOther(factorPath), nil
	}
	return page.Show("account/enrol", e), err
}

// takeEnrol sets the factor by its first code, hands the browser the session that holds the posts, and shows the recovery
// codes, once.
func (s *Service) takeEnrol(r *page.Request) (page.Reply, error) {
	e, err := s.Enrolling(r.Context(), r.By())
	if fault.Is(err, fault.Missing) {
		return page.SeeOther(factorPath), nil
	}
	if err != nil {
		return page.Reply{}, err
	}
	codes, held, err := s.ConfirmFactor(r.Context(), r.By(), Credentials{Code: r.Form("code"), Address: r.Address(), Agent: r.Agent()})
	if err != nil {
		return page.Again("account/enrol", e, err), nil
	}
	r.SignIn(held.Token)
	return page.Show("account/recovery", codes), nil
}

func (s *Service) takeCodes(r *page.Request) (page.Reply, error) {
	codes, err := s.RenewRecovery(r.Context(), r.By())
	return page.Show("account/recovery", codes), err
}

func (s *Service) takeRemove(r *page.Request) (page.Reply, error) {
	return page.SeeOther(ownPath + "?done=factor_removed"), s.RemoveFactor(r.Context(), r.By())
}
