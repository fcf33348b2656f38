package account

import (
	"context"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Credentials are what somebody says of themselves at the door.
type Credentials struct {
	Login, Password string
	Code            string // of the second factor, or a recovery code
	Address         string // from which they come
	Agent           string // what their browser calls itself; no more is kept than the kind of device

	half ident.ID // the half session that a code makes whole
}

// errWrong is the one answer to a login that nobody has, a wrong password, and an account that is closed: nobody can
// list who has one.
var errWrong = fault.New(fault.Unauthenticated, "sign_in", "账号或密码不对。", "The login or the password is wrong.")

// GivenFor is how long a password that somebody else chose opens a door (ASVS 6.4.1): it lies on a paper or in a message until its
// owner has changed it.
const GivenFor = 7 * 24 * time.Hour

// Only who has the password right is told that its time is over.
var errStale = fault.New(fault.Unauthenticated, "password_expired", "这个初始密码已经过了 7 天，不能再用。请管理员重新给您一个。",
	"This first password is more than seven days old and opens nothing any more. Please ask your administrator for a new one.")

// errSingleOnly: the factor of this account is the provider's. Whoever has its password alone is not to set one of their own.
var errSingleOnly = fault.New(fault.Unauthenticated, "single_only", "这个账号连着统一登录，在这里还没有设置第二重验证：请从统一登录进来。用不了统一登录的，请安全管理员重置密码。",
	"This account is connected with single sign-on and has no second factor here: please sign in by single sign-on. Where you cannot, ask the security administrator to reset the password.")

// CodeSecondFactor is the code of the faults that ask for a code of the second factor.
const CodeSecondFactor = "second_factor"

// Only who had the password right is told that a code is wanted; such a try counts like a wrong one until the code is right.
var (
	errNoCode    = fault.New(fault.Unauthenticated, CodeSecondFactor, "请填写验证码：手机应用上的 6 位数字，或者一个备用码。", "A code is needed: the six digits from the app on your telephone, or a recovery code.")
	errWrongCode = fault.New(fault.Unauthenticated, CodeSecondFactor, "验证码不对，或者已经用过。手机上的验证码每 30 秒换一次，请等新的。", "The code is wrong, or was used before. The app shows a new one every 30 seconds; please wait for the next.").At("code")
)

// SignIn opens a session. Faults: Unauthenticated when anything is wrong (second_factor when only the code is), TooMany
// after five tries in a minute.
func (s *Service) SignIn(ctx context.Context, c Credentials) (Session, error) {
	row, keys, err := s.knows(ctx, c)
	switch {
	case err != nil:
		return Session{}, err
	case len(row.TOTPSealed) == 0:
		return s.open(ctx, row, keys, c)
	case c.Code == "":
		return Session{}, errNoCode
	}
	return s.open(ctx, row, keys, c)
}

// BeginSignIn is SignIn in two steps: where a code is wanted it gives half a session, which FinishSignIn makes whole.
func (s *Service) BeginSignIn(ctx context.Context, c Credentials) (out Session, err error) {
	row, keys, err := s.knows(ctx, c)
	if err != nil {
		return Session{}, err
	}
	if len(row.TOTPSealed) == 0 {
		return s.open(ctx, row, keys, c)
	}
	err = s.Store.Do(ctx, actor.Actor{Person: row.PersonID}, row.CountyCode, func(tx *db.Tx) error {
		if _, err := s.still(tx, row, c); err != nil { // FinishSignIn asks for no password: whose was taken away gets no half either
			return err
		}
		out, err = s.newSession(tx, half, holder{Person: row.PersonID})
		out.Half = true
		return err
	})
	if fault.Is(err, fault.Unauthenticated) {
		s.Log.InfoContext(ctx, "sign-in", "outcome", "wrong", "account", row.ID.String())
		if failed := s.failed(ctx, keys, row); failed != nil {
			err = failed
		}
	}
	return out, err
}

// FinishSignIn makes half a session whole by a code. Faults: Unauthenticated, TooMany.
func (s *Service) FinishSignIn(ctx context.Context, token string, c Credentials) (Session, error) {
	begun, _, err := s.held(ctx, token)
	if err == nil && begun.Kind != half {
		err = errEnded
	}
	if err != nil {
		return Session{}, err
	}
	row, err := s.accountOf(ctx, begun.PersonID)
	if err != nil {
		return Session{}, err
	}
	if row.State != Active {
		return Session{}, errEnded
	}
	keys := s.keysOf(row.Login, c.Address)
	if err := s.admit(ctx, keys); err != nil {
		return Session{}, err
	}
	if c.Code == "" {
		return Session{}, errNoCode.At("code")
	}
	c.half = begun.ID
	return s.open(ctx, row, keys, c)
}

// knows is the account whose login and password somebody said, after the try was counted.
func (s *Service) knows(ctx context.Context, c Credentials) (row accountRow, keys tryKeys, err error) {
	login, err := ParseLogin(c.Login)
	if err != nil {
		login = "?" // nobody's; counted and timed like any other
	}
	keys = s.keysOf(login, c.Address)
	if err := s.admit(ctx, keys); err != nil {
		s.Log.InfoContext(ctx, "sign-in", "outcome", "throttled")
		return row, keys, err
	}
	if row, err = s.whose(ctx, login); err != nil {
		return row, keys, err
	}
	right, err := s.matches(ctx, c.Password, row.PasswordHash)
	if err != nil {
		return row, keys, err
	}
	if !right || row.State != Active {
		s.Log.InfoContext(ctx, "sign-in", "outcome", "wrong", "account", row.ID.String())
		if err := s.failed(ctx, keys, row); err != nil {
			return row, keys, err
		}
		return row, keys, errWrong
	}
	return row, keys, s.stillGiven(ctx, row)
}

// stillGiven tells whether the time of a password is over that somebody else chose. A program from before schema 58, while it still
// serves, gives one and leaves the moment of an older gift standing: so its line in the log of ways in is asked before anybody is refused,
// and only then.
func (s *Service) stillGiven(ctx context.Context, row accountRow) error {
	now := s.Store.Now()
	if !row.MustChange || now.Sub(row.given()) <= GivenFor {
		return nil
	}
	last, err := db.Look(ctx, s.Store, actor.Actor{}, func(tx *db.Tx) (time.Time, error) { return lastReset(tx, row) })
	if err == nil && now.Sub(last) > GivenFor {
		err = errStale
	}
	return err
}

// given is when somebody else chose the password; a program of before that was kept only changed the row.
func (r accountRow) given() time.Time {
	if r.GivenAt != nil {
		return *r.GivenAt
	}
	return r.ChangedAt
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

// open opens a session, and uses up the code in the same transaction where the account asks for one.
func (s *Service) open(ctx context.Context, row accountRow, keys tryKeys, c Credentials) (out Session, err error) {
	by := actor.Actor{Person: row.PersonID}
	err = s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		now, err := s.still(tx, row, c) // as it is now: a factor may have been set since
		if err != nil {
			return err
		}
		if len(now.TOTPSealed) > 0 {
			if err := s.takeCode(tx, now, c.Code); err != nil {
				return err
			}
		}
		if err := keys.succeeded(tx); err != nil {
			return err
		}
		if err := note(tx, now, SignedIn); err != nil {
			return err
		}
		out, err = s.openFor(tx, now, c.Agent, Subject{})
		return err
	})
	outcome := "ok"
	if fault.Is(err, fault.Unauthenticated) {
		outcome = "wrong code"
		if failed := s.failed(ctx, keys, row); failed != nil {
			err = failed
		}
	}
	if err == nil || outcome != "ok" {
		s.Log.InfoContext(ctx, "sign-in", "outcome", outcome, "account", row.ID.String())
	}
	return out, err
}

// still is an account whose password was right, as it stands now. Whoever was shut out, or whose password was taken away, since it was
// looked at comes in no more; half a session is used up.
func (s *Service) still(tx *db.Tx, row accountRow, c Credentials) (accountRow, error) {
	now, err := holdAccount(tx, row.ID)
	if err != nil {
		return now, err
	}
	if !c.half.IsZero() {
		if was, err := endSessionByID(tx, c.half); err != nil || !was {
			return now, endedOr(err)
		}
	}
	if now.State != Active || now.PasswordHash != row.PasswordHash {
		return now, errWrong
	}
	return now, nil
}

func endedOr(err error) error {
	if err == nil {
		return errEnded
	}
	return err
}

// openFor opens a session of a person with the posts they hold, now and until it ends. Whoever still has a password
// that somebody else chose, or works here and has no second factor where one is wanted, holds none of them until that is
// done, and is nobody's party either; of is whom a provider of single sign-on has shown, the zero Subject where a
// password has.
func (s *Service) openFor(tx *db.Tx, account accountRow, agent string, of Subject) (Session, error) {
	if err := holdPerson(tx, account.PersonID); err != nil { // a post that ends now is not in a session that opens now
		return Session{}, err
	}
	row, err := personByID(tx, account.PersonID)
	if err != nil {
		return Session{}, err
	}
	posts, err := postsOf(tx, account.PersonID)
	if err != nil {
		return Session{}, err
	}
	who := holder{Person: row.ID, Name: row.Name, device: deviceOf(agent), stale: of.Sub != "" && !of.Fresh}
	today := calendar.DayOf(tx.Now)
	slices.SortStableFunc(posts, ownFirst)
	for _, p := range posts {
		if p.Until.IsZero() || today.Before(p.Until) {
			who.Posts = append(who.Posts, heldPost{Role: p.Role, Committee: p.Committee, Area: p.Area, From: p.From, Until: p.Until})
		}
	}
	kind := resident
	if len(who.Posts) > 0 {
		kind = staff
	}
	switch {
	case account.MustChange:
		who.Owes = actor.OwesPassword
	case s.Factor && kind == staff && len(account.TOTPSealed) == 0 && !of.Second:
		who.Owes = actor.OwesFactor
	}
	if who.Owes == actor.OwesFactor && s.Single != (fault.Text{}) && account.SingleKey != "" && of.Sub == "" {
		return Session{}, errSingleOnly
	}
	if who.Owes != "" {
		who.Posts = nil
	}
	return s.newSession(tx, kind, who)
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
		if err := s.failed(ctx, keys, row); err != nil {
			return err
		}
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
		if _, err := s.still(tx, row, Credentials{}); err != nil {
			return err
		}
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
