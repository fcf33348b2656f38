package account

import (
	"net/http"
	"net/url"

	"fengqiao/internal/actor"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// Pages mounts the doors: sign-in and -out, and the first administrator's.
func (s *Service) Pages(site *page.Site) {
	site.Handle(http.MethodGet, "/sign-in", "session.open", s.showSignIn)
	site.Handle(http.MethodPost, "/sign-in", "session.open", s.takeSignIn)
	site.Handle(http.MethodGet, "/sign-in/code", "session.open", s.showCode)
	site.Handle(http.MethodPost, "/sign-in/code", "session.open", s.takeCodeForm)
	site.Handle(http.MethodPost, "/sign-out", "session.end", s.takeSignOut)
	site.Handle(http.MethodPost, "/leave", "home.read", s.takeLeave)
	site.Handle(http.MethodGet, "/password", "session.end", s.showPassword)
	site.Handle(http.MethodPost, "/password", "session.end", s.takePassword)
	site.Handle(http.MethodGet, "/first-admin/:token", "session.open", s.showFirst)
	site.Handle(http.MethodPost, "/first-admin/:token", "session.open", s.takeFirst)
	s.ownPages(site)
	s.keeperPages(site)
}

const (
	signInPage   = "account/sign-in"
	passwordPage = "account/password"
	codePage     = "account/code"
	firstPage    = "account/first-admin"
)

func (s *Service) showSignIn(r *page.Request) (page.Reply, error) {
	if r.By().SignedIn() {
		return page.SeeOther(r.Then("/")), nil
	}
	return page.Show(signInPage, s.single(r)), nil
}

// takeSignIn opens a session with a new token (ASVS 7.2.4) and ends the one that this browser had; where a code is wanted,
// it is half a session, and the code is asked on a page of its own.
func (s *Service) takeSignIn(r *page.Request) (page.Reply, error) {
	held, err := s.BeginSignIn(r.Context(), Credentials{Login: r.Form("login"), Password: r.Secret("password"), Address: r.Address(), Agent: r.Agent()})
	if err != nil {
		return page.Again(signInPage, s.single(r), err), nil
	}
	return s.EnterBy(r, held, r.Then("/"))
}

// single is what the provider of single sign-on is called in the reader's language; "" where there is none.
func (s *Service) single(r *page.Request) string { return s.Single.In(r.Lang) }

// EnterBy hands the browser a session, or half of one, and leads on: to the code that is missing, else to where somebody wanted to go.
func (s *Service) EnterBy(r *page.Request, held Session, then string) (page.Reply, error) {
	if held.Half {
		r.SetCookie(halfCookie, held.Token, lastings[half].most)
		return page.SeeOther("/sign-in/code?then=" + url.QueryEscape(then)), nil
	}
	return s.enterWith(r, held, then)
}

// halfCookie holds half a session, between the password and the code.
const halfCookie = "half"

// enterWith hands the browser a session, ends the one that it had, and leads on.
func (s *Service) enterWith(r *page.Request, held Session, then string) (page.Reply, error) {
	if err := s.SignOut(r.Context(), r.Token()); err != nil {
		return page.Reply{}, err
	}
	r.SignIn(held.Token)
	if to := Owed(held.Owes); to != "" {
		return page.SeeOther(to), nil
	}
	return page.SeeOther(then), nil
}

// Owed is where somebody does what they owe before they hold anything; "" for who owes nothing.
func Owed(o actor.Owing) string {
	switch o {
	case actor.OwesPassword:
		return "/password"
	case actor.OwesFactor:
		return factorPath
	}
	return ""
}

func (s *Service) showCode(r *page.Request) (page.Reply, error) {
	if _, _, err := s.held(r.Context(), r.Cookie(halfCookie)); err != nil {
		return page.SeeOther("/sign-in"), nil //nolint:nilerr // there is no half to make whole: from the beginning
	}
	return page.Show(codePage, nil), nil
}

func (s *Service) takeCodeForm(r *page.Request) (page.Reply, error) {
	held, err := s.FinishSignIn(r.Context(), r.Cookie(halfCookie), Credentials{Code: r.Form("code"), Address: r.Address(), Agent: r.Agent()})
	if fault.Of(err) != nil && fault.Of(err).Code == errEnded.Code {
		return page.SeeOther("/sign-in"), nil // it took too long: from the beginning
	}
	if err != nil {
		return page.Again(codePage, nil, err), nil
	}
	r.SetCookie(halfCookie, "", -1)
	return s.enterWith(r, held, r.Then("/"))
}

func (s *Service) showPassword(r *page.Request) (page.Reply, error) {
	if r.By().Person.IsZero() {
		return page.SeeOther("/sign-in?then=/password"), nil
	}
	return page.Show(passwordPage, nil), nil
}

// takePassword changes the password, which ends all sessions: the next step is to sign in with the new one.
func (s *Service) takePassword(r *page.Request) (page.Reply, error) {
	err := s.ChangePassword(r.Context(), r.By(), r.Secret("old"), r.Secret("new"), r.Address())
	if err != nil {
		return page.Again(passwordPage, nil, err), nil
	}
	r.SignOut()
	return page.SeeOther("/sign-in?done=password"), nil
}

func (s *Service) takeSignOut(r *page.Request) (page.Reply, error) {
	if err := s.SignOut(r.Context(), r.Token()); err != nil {
		return page.Reply{}, err
	}
	r.SignOut()
	return page.SeeOther("/"), nil
}

// takeLeave is for somebody who must leave at once: it ends a session, if there is one, and shows a page that says
// nothing of this one.
func (s *Service) takeLeave(r *page.Request) (page.Reply, error) {
	if r.By().SignedIn() {
		if err := s.SignOut(r.Context(), r.Token()); err != nil {
			return page.Reply{}, err
		}
	}
	r.Leave()
	return page.SeeOther(neutralPage), nil
}

const neutralPage = "/calendar"

func (s *Service) showFirst(r *page.Request) (page.Reply, error) {
	if err := s.CheckInvitation(r.Context(), r.Param("token")); err != nil {
		return page.Reply{}, err
	}
	return page.Show(firstPage, r.Param("token")), nil
}

func (s *Service) takeFirst(r *page.Request) (page.Reply, error) {
	token := r.Param("token")
	if err := s.CheckInvitation(r.Context(), token); err != nil {
		return page.Reply{}, err
	}
	held, err := s.EnterFirst(r.Context(), token, FirstAdmin{Name: r.Form("name"), Login: r.Form("login"),
		Password: r.Secret("password"), Area: ident.Area(r.Form("area"))})
	if err != nil {
		return page.Again(firstPage, token, err), nil
	}
	return s.enterWith(r, held, r.Then("/"))
}
