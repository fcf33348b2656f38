package account

import (
	"context"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// singleKind is the directory's kind of those whom a provider of single sign-on may let in: one account in all counties.
const singleKind = "single_sign_on"

// Subject is a person as a provider of single sign-on knows them: its own name for them, which never changes and is nobody else's.
type Subject struct {
	Issuer, Sub string
	Second      bool // the provider asked for a second factor
	Fresh       bool // the provider has asked them just now, and not only remembered
}

func (s *Service) singleKeys(of Subject) []string {
	return s.Vault.Indexes(singleKind, of.Issuer+"\n"+of.Sub)
}

// CodeUnbound is the code of the fault that says it.
const CodeUnbound = "not_bound"

// errUnbound is told to whom a provider knows and we do not: no account is made, and none is found by a name or an address.
var errUnbound = fault.New(fault.Unauthenticated, CodeUnbound, "统一身份认证已经通过，但是还没有和这里的账号绑定。请先用账号和密码登录，在“我的账号”里绑定一次。",
	"The provider knows you, but is not connected with an account here. Please sign in with login and password once and connect it at “My account”.")

// bySingle is the account that a provider may let in. Fault Unauthenticated for none.
func (s *Service) bySingle(tx *db.Tx, of Subject) (accountRow, error) {
	for _, key := range s.singleKeys(of) {
		id, err := tx.LookUp(singleKind, key)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return accountRow{}, err
		}
		return accountByID(tx, id)
	}
	return accountRow{}, errUnbound
}

// SignInAs opens a session for whom a provider has shown; where the account has a factor here and the provider asked for none, it
// is half a session, which FinishSignIn makes whole. Fault Unauthenticated for whoever is not bound, and for an account that is closed.
func (s *Service) SignInAs(ctx context.Context, of Subject, agent string) (out Session, err error) {
	row, err := db.Look(ctx, s.Store, actor.Actor{}, func(tx *db.Tx) (accountRow, error) { return s.bySingle(tx, of) })
	if err != nil {
		return Session{}, err
	}
	by := actor.Actor{Person: row.PersonID}
	err = s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		now, err := holdAccount(tx, row.ID)
		switch {
		case err != nil:
			return err
		case now.State != Active || !slices.Contains(s.singleKeys(of), now.SingleKey): // closed, or unbound since
			return errUnbound
		case len(now.TOTPSealed) > 0 && !of.Second:
			out, err = s.newSession(tx, half, holder{Person: now.PersonID})
			out.Half = true
			return err
		}
		if err := note(tx, now, SingleSignedIn); err != nil {
			return err
		}
		out, err = s.openFor(tx, now, agent, of)
		return err
	})
	outcome := "ok"
	if err != nil {
		outcome = "wrong"
	}
	s.Log.InfoContext(ctx, "single sign-on", "outcome", outcome, "account", row.ID.String())
	return out, err
}

// Bind lets a provider let somebody in to their own account from now on. Faults: Conflict when the provider's person is bound to
// another account, or this account to another person; Unauthenticated when the session was ended while the provider was asked.
func (s *Service) Bind(ctx context.Context, by actor.Actor, of Subject) error {
	row, err := s.own(ctx, by)
	if err == nil && (by.Owes != "" || !of.Fresh) {
		err = fault.New(fault.Conflict, "owes", "请先修改初始密码、绑定动态验证码，再绑定统一身份认证。", "Please change the first password and set up the second factor before you connect single sign-on.")
	}
	if err != nil {
		return err
	}
	by.Once = actor.Once{}
	return s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		now, err := standing(tx, row.ID, by)
		if err != nil {
			return err
		}
		keys := s.singleKeys(of)
		if slices.Contains(keys, now.SingleKey) {
			return nil // it is so already
		}
		if now.SingleKey != "" {
			return fault.New(fault.Conflict, "bound", "这个账号已经绑定了统一身份认证里的另一个人，请先解除。", "This account is connected with somebody else at the provider; please disconnect that first.")
		}
		for _, key := range keys {
			if _, err := tx.LookUp(singleKind, key); !fault.Is(err, fault.Missing) {
				return takenOr(err)
			}
		}
		if err := tx.Register(singleKind, keys[0], row.ID); err != nil {
			return takenOr(err)
		}
		if err := updateAccount(tx, now, map[string]any{"single_key": keys[0], "changed_at": tx.Now}); err != nil {
			return err
		}
		return note(tx, now, SingleBound)
	})
}

func takenOr(err error) error {
	if err == nil || fault.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, "bound_elsewhere", "统一身份认证里的这个人已经绑定在另一个账号上。", "This person of the provider is connected with another account.")
	}
	return err
}

// Bound tells whether a provider may let somebody in to their own account.
func (s *Service) Bound(ctx context.Context, by actor.Actor) (bool, error) {
	row, err := s.own(ctx, by)
	return row.SingleKey != "", err
}

// Unbind takes it back; sessions that are open go on. Fault Conflict when there is nothing to take back.
func (s *Service) Unbind(ctx context.Context, by actor.Actor) error {
	row, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	by.Once = actor.Once{}
	return s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		if _, err := standing(tx, row.ID, by); err != nil {
			return err
		}
		return unbind(tx, row.ID)
	})
}

// UnbindFor takes it back for somebody else, and ends their sessions.
func (s *Service) UnbindFor(ctx context.Context, g authz.Grant, id ident.ID) error {
	return s.keep(ctx, g, id, func(tx *db.Tx, row accountRow) error {
		if err := unbind(tx, row.ID); err != nil {
			return err
		}
		return endSessionsOf(tx, row.PersonID)
	})
}

func unbind(tx *db.Tx, id ident.ID) error {
	now, err := accountByID(tx, id)
	switch {
	case err != nil:
		return err
	case now.SingleKey == "":
		return fault.New(fault.Conflict, "not_bound", "没有绑定统一身份认证。", "Single sign-on is not connected.")
	}
	if err := tx.Unregister(singleKind, now.SingleKey); err != nil {
		return err
	}
	if err := updateAccount(tx, now, map[string]any{"single_key": nil, "changed_at": tx.Now}); err != nil {
		return err
	}
	return note(tx, now, SingleUnbound)
}

// ConfirmAs is Confirm by a provider, which has asked somebody anew: it must know them as the owner of the session. Fault Invalid
// when it is somebody else.
func (s *Service) ConfirmAs(ctx context.Context, by actor.Actor, of Subject) error {
	row, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	by.Once = actor.Once{}
	return s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		now, err := standing(tx, row.ID, by)
		switch {
		case err != nil:
			return err
		case !slices.Contains(s.singleKeys(of), now.SingleKey):
			return fault.New(fault.Invalid, "not_bound", "统一身份认证里的这个人不是这个账号的主人。", "The person of the provider is not this account's owner.")
		}
		return confirmSession(tx, by.Session)
	})
}
