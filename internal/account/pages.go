package account

import (
	"net/http"

	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// Pages mounts the doors: sign-in and -out, and the first administrator's.
func (s *Service) Pages(site *page.Site) {
	site.Handle(http.MethodGet, "/sign-in", "session.open", s.showSignIn)
	site.Handle(http.MethodPost, "/sign-in", "session.open", s.takeSignIn)
	site.Handle(http.MethodPost, "/sign-out", "session.end", s.takeSignOut)
	site.Handle(http.MethodPost, "/leave", "home.read", s.takeLeave)
	site.Handle(http.MethodGet, "/password", "session.end", s.showPassword)
	site.Handle(http.MethodPost, "/password", "session.end", s.takePassword)
	site.Handle(http.MethodGet, "/first-admin/:token", "session.open", s.showFirst)
	site.Handle(http.MethodPost, "/first-admin/:token", "session.open", s.takeFirst)
}

const (
	signInPage   = "account/sign-in"
	passwordPage = "account/password"
	firstPage    = "account/first-admin"
)

func (s *Service) showSignIn(r *page.Request) (page.Reply, error) {
	if r.By().SignedIn() {
		return page.SeeOther(r.Then("/")), nil
	}
	return page.Show(signInPage, nil), nil
}

// takeSignIn opens a session with a new token (ASVS 7.2.4) and ends the one that this browser had.
func (s *Service) takeSignIn(r *page.Request) (page.Reply, error) {
	held, err := s.SignIn(r.Context(), Credentials{Login: r.Form("login"), Password: r.Secret("password"), Address: r.Address()})
	if err != nil {
		return page.Again(signInPage, nil, err), nil
	}
	if err := s.SignOut(r.Context(), r.Token()); err != nil {
		return page.Reply{}, err
	}
	r.SignIn(held.Token)
	if held.MustChange {
		return page.SeeOther("/password"), nil
	}
	return page.SeeOther(r.Then("/")), nil
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
	r.SignIn(held.Token)
	return page.SeeOther("/"), nil
}
