package account

import (
	"context"
	"net/http"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

const keptPath = "/accounts"

// keeperPages are what administrators do about the ways in of others, and the log of them.
func (s *Service) keeperPages(site *page.Site) {
	site.Handle(http.MethodGet, keptPath+"/find", Keeping, func(*page.Request) (page.Reply, error) { return page.Show("account/find", nil), nil })
	site.Handle(http.MethodPost, keptPath+"/find", Keeping, s.takeFind)
	site.Handle(http.MethodGet, keptPath+"/:id", Keeping, s.showKept)
	site.Handle(http.MethodPost, keptPath+"/:id/end-sessions", Keeping, s.kept("sessions_ended", s.EndAll))
	site.Handle(http.MethodPost, keptPath+"/:id/remove-factor", Keeping, s.kept("factor_removed", s.DropFactor))
	site.Handle(http.MethodPost, keptPath+"/:id/reset-password", Keeping, s.takeReset)
	site.Handle(http.MethodGet, "/account-events", Logging, s.showEvents)
}

func (s *Service) takeFind(r *page.Request) (page.Reply, error) {
	k, err := s.FindAccount(r.Context(), r.Grant, r.Form("login"))
	if fault.Is(err, fault.Missing) {
		err = fault.New(fault.Invalid, "login", "没有这个账号，或者不在您管理的地区。", "There is no such login, or it is not in your area.").At("login")
		return page.Again("account/find", nil, err), nil
	}
	return page.SeeOther(keptPath + "/" + k.ID.String()), err
}

// keptView is an account as an administrator sees it; Password is the new one, told once.
type keptView struct {
	Kept
	Password string
	Mine     bool
}

func (s *Service) keptOf(r *page.Request) (*keptView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	k, err := s.Account(r.Context(), r.Grant, id)
	return &keptView{Kept: k, Mine: k.Person == r.By().Person}, err
}

func (s *Service) showKept(r *page.Request) (page.Reply, error) {
	v, err := s.keptOf(r)
	return page.Show("account/kept", v), err
}

// keeping is something that is done about an account.
type keeping func(context.Context, authz.Grant, ident.ID) error

// kept does something about an account and shows it again.
func (s *Service) kept(done string, do keeping) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, err := s.keptOf(r)
		if err != nil {
			return page.Reply{}, err
		}
		if err := do(r.Context(), r.Grant, v.ID); err != nil {
			return page.Again("account/kept", v, err), nil
		}
		return page.SeeOther(keptPath + "/" + v.ID.String() + "?done=" + done), nil
	}
}

func (s *Service) takeReset(r *page.Request) (page.Reply, error) {
	v, err := s.keptOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	if v.Password, err = s.ResetPassword(r.Context(), r.Grant, v.ID); err != nil {
		return page.Again("account/kept", v, err), nil
	}
	return page.Show("account/kept", v), nil
}

const pageOfEvents = 50

// eventsView is a page of the log, and where the next one begins.
type eventsView struct {
	Events []Happened
	Next   string
}

func (s *Service) showEvents(r *page.Request) (page.Reply, error) {
	var before Happened
	if at, id, ok := cutCursor(r.Query("cursor")); ok {
		before = Happened{At: at, ID: id}
	}
	events, err := s.EventsBefore(r.Context(), r.Grant, before, pageOfEvents+1)
	v := &eventsView{Events: events}
	if len(events) > pageOfEvents {
		v.Events = events[:pageOfEvents]
		last := v.Events[pageOfEvents-1]
		v.Next = last.At.Format(time.RFC3339Nano) + "~" + last.ID.String()
	}
	return page.Show("account/events", v), err
}

// cutCursor reads a place in the log from an address; what cannot be read begins at the newest.
func cutCursor(s string) (at time.Time, id ident.ID, ok bool) {
	when, which, _ := strings.Cut(s, "~")
	at, errAt := time.Parse(time.RFC3339Nano, when)
	id, errID := ident.ParseID(which)
	return at, id, errAt == nil && errID == nil
}
