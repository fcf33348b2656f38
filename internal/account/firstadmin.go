package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

const invitationLasts = 24 * time.Hour // a first secret expires (ASVS 6.4.1)

// InviteFirst makes the one-time token by which the first administrator is entered; "" when there is any account. It
// is good for a day, and for this process only: the next start prints another.
func (s *Service) InviteFirst(ctx context.Context) (string, error) {
	empty, err := s.empty(ctx)
	if err != nil || !empty {
		return "", err
	}
	token := rand.Text()
	s.first.mu.Lock()
	defer s.first.mu.Unlock()
	s.first.hash, s.first.ends = sha256.Sum256([]byte(token)), s.Store.Now().Add(invitationLasts)
	return token, nil
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
	s.first.mu.Lock()
	sum := sha256.Sum256([]byte(token))
	good := s.Store.Now().Before(s.first.ends) && subtle.ConstantTimeCompare(sum[:], s.first.hash[:]) == 1
	s.first.mu.Unlock()
	if !good {
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
		s.first.mu.Lock()
		s.first.ends = time.Time{}
		s.first.mu.Unlock()
		s.Log.WarnContext(ctx, "first administrator entered")
	}
	return out, err
}

func firstOr(err error) error {
	if err == nil {
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
