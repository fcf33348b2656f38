package account

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// The actions of this room in the policy.
const (
	Owning    authz.Action = "session.own"    // one's own sessions, and what happened to one's own account
	Factoring authz.Action = "session.factor" // one's own second factor
	Keeping   authz.Action = "account.keep"   // the ways in of others: the administrator of safety
	Logging   authz.Action = "account.log"    // what happened to the ways in of an area
)

func today(tx *db.Tx) calendar.Day { return calendar.DayOf(tx.Now) }

// Visit is an open session, as its owner sees it: since when, last seen, from what kind of device. No address is kept.
type Visit struct {
	ID      ident.ID  `json:"id"`
	Since   time.Time `json:"since"`
	SeenAt  time.Time `json:"seen_at"`
	EndsAt  time.Time `json:"ends_at"`
	Device  Device    `json:"device,omitempty"`
	Current bool      `json:"current"`
}

// Visits are somebody's own open sessions, the last used first.
func (s *Service) Visits(ctx context.Context, by actor.Actor, token string) ([]Visit, error) {
	row, err := s.own(ctx, by)
	if err != nil {
		return nil, err
	}
	out, err := s.visitsOf(ctx, by, row.PersonID)
	current, _, _ := parseToken(token)
	for i := range out {
		out[i].Current = out[i].ID == current
	}
	return out, err
}

func (s *Service) visitsOf(ctx context.Context, by actor.Actor, person ident.ID) (out []Visit, err error) {
	err = s.Store.Read(ctx, by, func(tx *db.Tx) error {
		rows, err := sessionsOf(tx, person)
		for _, r := range rows {
			if !r.over(tx.Now) {
				out = append(out, Visit{ID: r.ID, Since: r.MadeAt.UTC(), SeenAt: r.SeenAt.UTC(), EndsAt: r.EndsAt.UTC(), Device: r.Device})
			}
		}
		return err
	})
	return out, err
}

// EndVisit ends one of somebody's own sessions. Fault Missing when it is not theirs.
func (s *Service) EndVisit(ctx context.Context, by actor.Actor, id ident.ID) error {
	return s.endVisits(ctx, by, id, false)
}

// EndOthers ends all of somebody's own sessions but the one in use.
func (s *Service) EndOthers(ctx context.Context, by actor.Actor, token string) error {
	current, _, err := parseToken(token)
	if err != nil {
		return err
	}
	return s.endVisits(ctx, by, current, true)
}

func (s *Service) endVisits(ctx context.Context, by actor.Actor, id ident.ID, others bool) error {
	row, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	by.Once = actor.Once{}
	return s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		n, err := endSessionOf(tx, row.PersonID, id, others)
		switch {
		case err != nil:
			return err
		case n == 0 && !others:
			return fault.NoSuch()
		case n == 0:
			return nil
		}
		return note(tx, row, SessionsEnded)
	})
}

// Kept is somebody's account as an administrator sees it.
type Kept struct {
	ID       ident.ID   `json:"id"`
	Person   ident.ID   `json:"person_id"`
	Login    string     `json:"login"`
	Name     string     `json:"name"`
	State    State      `json:"state"`
	Factor   bool       `json:"second_factor"`
	Single   bool       `json:"single_sign_on" doc:"A provider of single sign-on may let them in"`
	Sessions int        `json:"open_sessions"`
	Posts    []postBody `json:"posts"`
	Events   []Happened `json:"events" doc:"The last that happened, newest first."`
}

// FindAccount is the account of a login within reach. Fault Missing.
func (s *Service) FindAccount(ctx context.Context, g authz.Grant, login string) (Kept, error) {
	row, err := db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (accountRow, error) {
		return accountByLogin(tx, strings.ToLower(strings.TrimSpace(login)))
	})
	if err != nil {
		return Kept{}, err
	}
	return s.Account(ctx, g, row.ID)
}

// Account is an account within reach, with what happened to it. Fault Missing.
func (s *Service) Account(ctx context.Context, g authz.Grant, id ident.ID) (out Kept, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		row, err := within(tx, g, id)
		if err != nil {
			return err
		}
		person, err := personByID(tx, row.PersonID)
		if err != nil {
			return err
		}
		posts, err := postsOf(tx, row.PersonID)
		if err != nil {
			return err
		}
		held := actor.Actor{}
		for _, p := range posts {
			if p.Holds(today(tx)) {
				held.Posts = append(held.Posts, actor.Post{Role: p.Role, Committee: p.Committee, Area: p.Area})
			}
		}
		out = Kept{ID: row.ID, Person: row.PersonID, Login: row.Login, Name: person.Name, State: row.State, Factor: len(row.TOTPSealed) > 0, Single: row.SingleKey != "", Posts: bodyOf(held).Posts}
		out.Events, err = eventsOf(tx, row.CountyCode, row.ID, shownEvents)
		return err
	})
	if err != nil {
		return Kept{}, err
	}
	visits, err := s.visitsOf(ctx, g.By(), out.Person)
	out.Sessions = len(visits)
	return out, err
}

// within is an account that a grant reaches: of a county in the area. What is out of reach is missing.
func within(tx *db.Tx, g authz.Grant, id ident.ID) (accountRow, error) {
	row, err := accountByID(tx, id)
	if err == nil && !g.CoversArea(id.County().Area()) {
		err = fault.NoSuch()
	}
	return row, err
}

// keep does something about another person's account, in one transaction. Nobody keeps their own: who could remove their
// own factor would need none.
func (s *Service) keep(ctx context.Context, g authz.Grant, id ident.ID, do func(*db.Tx, accountRow) error) error {
	by := g.By()
	by.Once = actor.Once{}
	return s.Store.Do(ctx, by, id.County(), func(tx *db.Tx) error {
		row, err := within(tx, g, id)
		if err != nil {
			return err
		}
		if row.PersonID == by.Person {
			return fault.New(fault.Conflict, "own_account", "自己的账号请在“我的账号”里办理；需要别人办理的，请找另一位管理员。",
				"Your own account is kept at “My account”; what takes somebody else, ask another administrator.")
		}
		if row, err = holdAccount(tx, id); err != nil {
			return err
		}
		return do(tx, row)
	})
}

// EndAll ends all sessions of a person.
func (s *Service) EndAll(ctx context.Context, g authz.Grant, id ident.ID) error {
	return s.keep(ctx, g, id, func(tx *db.Tx, row accountRow) error {
		if err := note(tx, row, SessionsEnded); err != nil {
			return err
		}
		return endSessionsOf(tx, row.PersonID)
	})
}

// DropFactor removes a lost factor, and ends the sessions: the person enrols anew.
func (s *Service) DropFactor(ctx context.Context, g authz.Grant, id ident.ID) error {
	return s.keep(ctx, g, id, func(tx *db.Tx, row accountRow) error { return s.LoseFactor(tx, row.ID) })
}

// LoseFactor removes an account's factor with its recovery codes and ends the sessions; for the console too. Fault
// Conflict when there is none.
func (s *Service) LoseFactor(tx *db.Tx, account ident.ID) error {
	row, err := holdAccount(tx, account)
	if err == nil && row.SingleKey != "" {
		if err = unbind(tx, account); err == nil {
			row, err = accountByID(tx, account)
		}
	}
	if err != nil {
		return err
	}
	if err := s.dropFactor(tx, row); err != nil {
		return err
	}
	return endSessionsOf(tx, row.PersonID)
}

// ResetPassword draws a new password, tells it once, and ends the sessions. The factor stays (ASVS 6.4.3).
func (s *Service) ResetPassword(ctx context.Context, g authz.Grant, id ident.ID) (password string, err error) {
	password = strings.ToLower(rand.Text()[:20])
	hash, err := s.Hash(ctx, password, "")
	if err != nil {
		return "", err
	}
	err = s.keep(ctx, g, id, func(tx *db.Tx, row accountRow) error { return s.SetPassword(tx, row.ID, hash, true) })
	if err != nil {
		return "", err
	}
	return password, nil
}
