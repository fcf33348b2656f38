package account

import (
	"context"
	"crypto/rand"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

const invitationLasts = 24 * time.Hour // a first secret expires (ASVS 6.4.1)

// In the directory: the hashes of the links, under an id that says when they were made, and that the first has come in.
const (
	firstKind   = "first_admin"
	firstCame   = "came"
	firstCounty = ident.County("350500")
)

// InviteFirst makes the one-time token by which the first administrator is entered; "" when there is any account. It is good for a
// day, at every program of the database; each start prints another.
func (s *Service) InviteFirst(ctx context.Context) (string, error) {
	empty, err := s.empty(ctx)
	if err != nil || !empty {
		return "", err
	}
	token := rand.Text()
	return token, s.Store.Do(ctx, actor.System, firstCounty, func(tx *db.Tx) error { return tx.Register(firstKind, hashOf([]byte(token)), tx.NewID()) })
}

func (s *Service) empty(ctx context.Context) (empty bool, err error) {
	err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		empty, err = noAccount(tx)
		return err
	})
	return empty, err
}

// FirstAdmin is who sets the system up.
type FirstAdmin struct {
	Name, Login, Password string
	Area                  ident.Area // the city or county that the system serves
}

// CheckInvitation tells whether a token still enters the first administrator. Fault Missing.
func (s *Service) CheckInvitation(ctx context.Context, token string) error {
	made, err := db.Look(ctx, s.Store, actor.System, func(tx *db.Tx) (ident.ID, error) { return tx.LookUp(firstKind, hashOf([]byte(token))) })
	if err != nil {
		return err
	}
	if age := s.Store.Now().Sub(made.Time()); age >= invitationLasts {
		return fault.NoSuch()
	}
	empty, err := s.empty(ctx)
	if err == nil && !empty {
		err = fault.NoSuch()
	}
	return err
}

// EnterFirst enters the first administrator with two posts: of the system (registry, settings) and of its safety
// (accounts). They appoint the others; the law wants three persons for the three posts in the end.
func (s *Service) EnterFirst(ctx context.Context, token string, in FirstAdmin) (Session, error) {
	if err := s.CheckInvitation(ctx, token); err != nil {
		return Session{}, err
	}
	hash, err := s.checkFirst(ctx, in)
	if err != nil {
		return Session{}, err
	}
	var out Session
	err = s.Store.Do(ctx, actor.System, in.Area.County(), func(tx *db.Tx) error {
		if err := tx.Register(firstKind, firstCame, tx.NewID()); err != nil { // whoever comes at the same moment at another program
			return firstOr(err)
		}
		if empty, err := noAccount(tx); err != nil || !empty {
			return firstOr(err)
		}
		person, err := s.enter(tx, in, hash)
		if err != nil {
			return err
		}
		row, err := accountByPerson(tx, person)
		if err != nil {
			return err
		}
		out, err = s.openFor(tx, row, "", Subject{})
		return err
	})
	if err == nil {
		s.Log.WarnContext(ctx, "first administrator entered")
	}
	return out, err
}

func firstOr(err error) error {
	if err == nil || fault.Is(err, fault.Conflict) {
		return fault.NoSuch()
	}
	return err
}

func (s *Service) checkFirst(ctx context.Context, in FirstAdmin) (string, error) {
	var check fault.Check
	_, err := ident.ParseName(in.Name)
	check.Take("name", err)
	login, err := ParseLogin(in.Login)
	check.Take("login", err)
	check.Take("password", CheckPassword(in.Password, login))
	if !ident.ValidArea(in.Area) || in.Area.Level() == ident.Province {
		check.Add("area", "请填写 12 位地区代码，例如 350500000000。", "Give an area code of twelve digits, such as 350500000000.")
	}
	if err := check.Err(); err != nil {
		return "", err
	}
	return s.Hash(ctx, in.Password, login)
}

func (s *Service) enter(tx *db.Tx, in FirstAdmin, hash string) (ident.ID, error) {
	person, err := s.AddPerson(tx, Person{Name: in.Name})
	if err != nil {
		return person, err
	}
	if _, err := s.AddAccount(tx, NewAccount{Person: person, Login: in.Login, PasswordHash: hash}); err != nil {
		return person, err
	}
	_, err = s.GivePosts(tx, []Post{{Person: person, Role: actor.AdminSystem, Area: in.Area},
		{Person: person, Role: actor.AdminSecurity, Area: in.Area}})
	return person, err
}
