package sso

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"fengqiao/internal/account"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

const (
	beginPath   = "/sign-in/single"
	errandName  = "errand"
	ownPath     = "/account"
	connectPath = "/account/single"
)

// Pages mounts the ways to the provider and back.
func (s *Service) Pages(site *page.Site) {
	site.Handle(http.MethodGet, beginPath, "session.open", s.begins(toSignIn), page.Patient(2*askTime))
	site.Handle(http.MethodGet, BackPath, "session.open", s.back, page.Patient(3*askTime))
	site.Handle(http.MethodGet, connectPath+"/connect", account.Factoring, s.begins(toBind), page.Patient(2*askTime))
	site.Handle(http.MethodPost, connectPath+"/disconnect", account.Factoring, s.disconnect)
	site.Handle(http.MethodGet, "/confirm/single", account.Owning, s.begins(toConfirm), page.Patient(2*askTime))
	site.Handle(http.MethodPost, "/accounts/:id/remove-single", account.Keeping, s.remove)
}

const failedPage = "account/single"

// begins sends somebody to the provider.
func (s *Service) begins(why purpose) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		if !s.On() {
			return page.Reply{}, fault.NoSuch()
		}
		then := r.Then("/")
		if why == toBind {
			then = ownPath + "?done=single_bound"
		}
		kept, address, err := s.begin(r.Context(), why, r.By().Person, then)
		if err != nil {
			return s.failed(r, err)
		}
		r.SetCookie(errandName, kept, errandLasts)
		return page.Abroad(address), nil
	}
}

// failed shows a page that says what to do instead.
func (s *Service) failed(r *page.Request, err error) (page.Reply, error) {
	if f := fault.Of(err); f.Kind == fault.Internal {
		return page.Reply{}, err
	} else if f.Kind == fault.Unavailable { // the page itself is here
		shown := *f
		shown.Kind, err = fault.Conflict, &shown
	}
	return page.Again(failedPage, r.By().SignedIn(), err), nil
}

// back is where the provider sends somebody: with a code, or with a word of why not. The errand is used up by it, for every program.
func (s *Service) back(r *page.Request) (page.Reply, error) {
	if !s.On() {
		return page.Reply{}, fault.NoSuch()
	}
	e, err := s.read(r.Cookie(errandName), r.Query("state"))
	if err != nil {
		return s.failed(r, err)
	}
	r.SetCookie(errandName, "", -1)
	first, err := s.Accounts.Returns(r.Context(), e.State, r.Address(), errandLasts)
	if err == nil && !first {
		err = errOld
	}
	if err != nil {
		return s.failed(r, err)
	}
	reply, err := s.arrives(r, e)
	if fault.Is(err, fault.Unauthenticated) && fault.Of(err).Code != account.CodeUnbound {
		counting, done := context.WithTimeout(context.WithoutCancel(r.Context()), askTime)
		err = errors.Join(s.Accounts.ReturnedInVain(counting, r.Address()), err)
		done()
	}
	if err != nil {
		return s.failed(r, err)
	}
	return reply, nil
}

// arrives does what an errand was for, with the provider's answer. It is waited for whether or not whoever came does: what they brought
// is counted by what the provider says of it.
func (s *Service) arrives(r *page.Request, e errand) (page.Reply, error) {
	if iss := r.Query("iss"); r.Query("error") != "" || r.Query("code") == "" || iss != "" && iss != s.Issuer { // RFC 9207
		return page.Reply{}, s.refuse(r.Context(), "answer", nil)
	}
	asking, done := context.WithTimeout(context.WithoutCancel(r.Context()), 2*askTime)
	defer done()
	of, err := s.finish(asking, e, r.Query("code"))
	if err != nil {
		return page.Reply{}, err
	}
	switch e.For {
	case toBind, toConfirm:
		return s.forOneself(r, e, of)
	case toSignIn:
	}
	held, err := s.Accounts.SignInAs(r.Context(), of, r.Agent())
	if err != nil {
		return page.Reply{}, err
	}
	return s.Accounts.EnterBy(r, held, e.Then)
}

// forOneself does what whoever is signed in came back for: it must be the person who went.
func (s *Service) forOneself(r *page.Request, e errand, of account.Subject) (page.Reply, error) {
	by := r.By()
	if by.Person.IsZero() || by.Person != e.Person {
		return page.Reply{}, errOld
	}
	var err error
	switch {
	case e.For == toConfirm:
		err = s.Accounts.ConfirmAs(r.Context(), by, of)
	case !by.Fresh:
		err = errOld
	default:
		err = s.Accounts.Bind(r.Context(), by, of)
	}
	return page.SeeOther(e.Then), err
}

func (s *Service) disconnect(r *page.Request) (page.Reply, error) {
	if err := s.Accounts.Unbind(r.Context(), r.By()); err != nil {
		return s.failed(r, err)
	}
	return page.SeeOther(ownPath + "?done=single_unbound"), nil
}

func (s *Service) remove(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	if err := s.Accounts.UnbindFor(r.Context(), r.Grant, id); err != nil {
		return s.failed(r, err)
	}
	return page.SeeOther("/accounts/" + id.String() + "?" + url.Values{"done": {"single_unbound"}}.Encode()), nil
}
