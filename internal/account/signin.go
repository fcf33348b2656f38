package account

import (
	"context"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Credentials are what somebody says of themselves at the door.
type Credentials struct {
	Login, Password string
	Address         string // from which they come
}

// errWrong is the one answer to a login that nobody has, a wrong password, and an account that is closed: nobody can
// list who has one.
var errWrong = fault.New(fault.Unauthenticated, "sign_in", "账号或密码不对。", "The login or the password is wrong.")

// SignIn opens a session. Faults: Unauthenticated when anything is wrong, TooMany after five tries in a minute.
func (s *Service) SignIn(ctx context.Context, c Credentials) (Session, error) {
	login, err := ParseLogin(c.Login)
	if err != nil {
		login = "?" // nobody's; counted and timed like any other
	}
	keys := s.keysOf(login, c.Address)
	if err := s.admit(ctx, keys); err != nil {
		s.Log.InfoContext(ctx, "sign-in", "outcome", "throttled")
		return Session{}, err
	}
	row, err := s.whose(ctx, login)
	if err != nil {
		return Session{}, err
	}
	right, err := s.matches(ctx, c.Password, row.PasswordHash)
	if err != nil {
		return Session{}, err
	}
	if !right || row.State != Active {
		s.Log.InfoContext(ctx, "sign-in", "outcome", "wrong", "account", row.ID.String())
		if err := s.failed(ctx, keys); err != nil {
			return Session{}, err
		}
		return Session{}, errWrong
	}
	s.Log.InfoContext(ctx, "sign-in", "outcome", "ok", "account", row.ID.String())
	return s.open(ctx, row, keys)
}

// whose is the account behind a login; for a login that nobody has, or one without a password, an account that no
// password opens.
func (s *Service) whose(ctx context.Context, login string) (row accountRow, err error) {
	err = s.Store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		row, err = accountByLogin(tx, login)
		return err
	})
	if fault.Is(err, fault.Missing) {
		row, err = accountRow{}, nil
	}
	if row.PasswordHash == "" {
		row.PasswordHash = nobodysHash
	}
	return row, err
}

func (s *Service) open(ctx context.Context, row accountRow, keys tryKeys) (out Session, err error) {
	by := actor.Actor{Person: row.PersonID}
	err = s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		if err := keys.succeeded(tx); err != nil {
			return err
		}
		out, err = s.openFor(tx, row.PersonID, row.MustChange)
		return err
	})
	return out, err
}

// openFor opens a session of a person with the posts they hold, now and until it ends. Whoever still has a password
// that somebody else chose holds none of them until it is changed.
func (s *Service) openFor(tx *db.Tx, person ident.ID, mustChange bool) (Session, error) {
	row, err := personByID(tx, person)
	if err != nil {
		return Session{}, err
	}
	posts, err := postsOf(tx, person)
	if err != nil {
		return Session{}, err
	}
	who := holder{Person: person, Name: row.Name}
	today := calendar.DayOf(tx.Now)
	for _, p := range posts {
		if p.Until.IsZero() || today.Before(p.Until) {
			who.Posts = append(who.Posts, heldPost{Role: p.Role, Committee: p.Committee, Area: p.Area, From: p.From, Until: p.Until})
		}
	}
	kind := resident
	if len(who.Posts) > 0 {
		kind = staff
	}
	if mustChange {
		who.Posts = nil
	}
	out, err := s.newSession(tx, kind, who)
	out.MustChange = mustChange
	return out, err
}

// ChangePassword replaces somebody's own password. Faults: Unauthenticated when the old one is wrong, Invalid for a new
// one that is easy to guess, TooMany.
func (s *Service) ChangePassword(ctx context.Context, by actor.Actor, old, next, address string) error {
	if by.Person.IsZero() {
		return fault.New(fault.Unauthenticated, "", "请先登录。", "Please sign in first.")
	}
	row, err := s.accountOf(ctx, by.Person)
	if err != nil {
		return err
	}
	keys := s.keysOf(row.Login, address)
	if err := s.admit(ctx, keys); err != nil {
		return err
	}
	right, err := s.matches(ctx, old, row.PasswordHash)
	if err != nil {
		return err
	}
	if !right {
		return fault.New(fault.Invalid, "password", "原密码不对。", "The old password is wrong.").At("old")
	}
	if next == old {
		return fault.New(fault.Invalid, "password", "新密码应与原密码不同。", "The new password must differ from the old one.").At("new")
	}
	hash, err := s.Hash(ctx, next, row.Login)
	if err != nil {
		return at("new", err)
	}
	by.Once = actor.Once{}
	return s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		if err := keys.succeeded(tx); err != nil {
			return err
		}
		return s.SetPassword(tx, row.ID, hash, false)
	})
}

func (s *Service) accountOf(ctx context.Context, person ident.ID) (row accountRow, err error) {
	err = s.Store.Read(ctx, actor.Actor{Person: person}, func(tx *db.Tx) error {
		row, err = accountByPerson(tx, person)
		return err
	})
	return row, err
}
