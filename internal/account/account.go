// Package account knows who people are and lets them in: persons, their way in, the posts they hold, and sessions.
// What could identify a person is sealed; passwords and session secrets are kept as hashes only.
package account

import (
	"io"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// Options are what the room needs from outside.
type Options struct {
	Store  *db.Store
	Vault  *vault.Vault
	Random io.Reader // cryptographic outside of tests and the demo city
	Log    *slog.Logger
	Single fault.Text // what the provider of single sign-on is called; empty: there is none
	Factor bool       // whoever holds a post has a second factor, or holds it not until then
	Light  bool       // hash at next to no cost: for tests, never where people sign in
}

// Service is the room.
type Service struct {
	Options
	hashing chan struct{} // at most so many passwords are hashed at once: each takes 19 MiB
}

const hashesAtOnce = 2

// New makes the room.
func New(o Options) *Service {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Options: o, hashing: make(chan struct{}, hashesAtOnce)}
}

// State of an account. The zero value lets nobody in.
type State string

const (
	Active   State = "active"
	Disabled State = "disabled"
	Invited  State = "invited" // has no password yet
)

// NewAccount is a person's way in. PasswordHash comes from Service.Hash; without one the account is Invited.
type NewAccount struct {
	Person       ident.ID
	Login        string
	PasswordHash string
	MustChange   bool // a password that somebody else has chosen
}

var loginForm = regexp.MustCompile(`^[\p{Han}a-z0-9][\p{Han}a-z0-9._@+-]{1,63}$`)

// ParseLogin reads a login: 2–64 letters, Han characters, digits and . _ @ + -, in small letters.
func ParseLogin(s string) (string, error) {
	login := strings.ToLower(strings.TrimSpace(s))
	if !loginForm.MatchString(login) {
		return "", fault.New(fault.Invalid, "login", "账号应为 2 到 64 个字母、汉字、数字或 . _ @ + -。",
			"A login takes 2 to 64 letters, Chinese characters, digits and . _ @ + -.")
	}
	return login, nil
}

// AddAccount gives a person their way in; its id. Faults: Invalid login, Conflict when the login is taken or the person
// has an account, Missing person.
func (s *Service) AddAccount(tx *db.Tx, in NewAccount) (ident.ID, error) {
	login, err := ParseLogin(in.Login)
	if err != nil {
		return ident.ID{}, at("login", err)
	}
	if _, err := personByID(tx, in.Person); err != nil {
		return ident.ID{}, err
	}
	row := accountFrom(tx, in, login)
	if err := tx.Register(loginKind, login, row.ID); err != nil {
		return ident.ID{}, at("login", err)
	}
	if err := tx.Rows().Create(&row).Error; err != nil {
		return ident.ID{}, oneAccount(err)
	}
	return row.ID, note(tx, row, Entered)
}

// Way is a way in: whose, under which login, and whether it is open.
type Way struct {
	ID, Person  ident.ID
	Login, Name string
	State       State
}

// WayWithin is an account that a grant reaches. Fault Missing.
func (s *Service) WayWithin(tx *db.Tx, g authz.Grant, id ident.ID) (Way, error) {
	row, err := within(tx, g, id)
	if err != nil {
		return Way{}, err
	}
	return wayOf(tx, row)
}

// WayOf is a person's account. Fault Missing when they have none.
func (s *Service) WayOf(tx *db.Tx, person ident.ID) (Way, error) {
	row, err := accountByPerson(tx, person)
	if err != nil {
		return Way{}, err
	}
	return wayOf(tx, row)
}

func wayOf(tx *db.Tx, row accountRow) (Way, error) {
	p, err := personByID(tx, row.PersonID)
	return Way{ID: row.ID, Person: row.PersonID, Login: row.Login, Name: p.Name, State: row.State}, err
}

// AddAccounts enters many ways in at once, for loading in bulk: logins are taken as they are.
func (s *Service) AddAccounts(tx *db.Tx, in []NewAccount) ([]ident.ID, error) {
	rows, ids, names := make([]accountRow, len(in)), make([]ident.ID, len(in)), make(map[string]ident.ID, len(in))
	for i, a := range in {
		rows[i] = accountFrom(tx, a, a.Login)
		ids[i], names[a.Login] = rows[i].ID, rows[i].ID
	}
	if err := tx.RegisterAll(loginKind, names); err != nil {
		return nil, err
	}
	return ids, db.Load(tx, rows)
}

func accountFrom(tx *db.Tx, in NewAccount, login string) accountRow {
	state := Active
	if in.PasswordHash == "" {
		state = Invited
	}
	return accountRow{Key: tx.NewKey(), Version: 1, PersonID: in.Person, Login: login, PasswordHash: in.PasswordHash,
		State: state, MustChange: in.MustChange, GivenAt: givenAt(tx, in.MustChange), MadeAt: tx.Now, ChangedAt: tx.Now}
}

// givenAt is from when the days of a password are counted that its owner must change; nil for one of their own.
func givenAt(tx *db.Tx, mustChange bool) *time.Time {
	if !mustChange {
		return nil
	}
	return &tx.Now
}

func oneAccount(err error) error {
	if db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "taken", "这个人已经有账号。", "This person has an account already.")
	}
	return err
}

// at names the submitted value that a fault is about; other errors pass.
func at(path string, err error) error {
	if f := fault.Of(err); f.Kind != fault.Internal {
		return f.At(path)
	}
	return err
}

// FindLogin is the account and the person behind a login. Fault Missing.
func (s *Service) FindLogin(tx *db.Tx, login string) (account, person ident.ID, err error) {
	row, err := accountByLogin(tx, login)
	return row.ID, row.PersonID, err
}

// SetState lets an account in or out; out ends its sessions at once.
func (s *Service) SetState(tx *db.Tx, account ident.ID, to State) error {
	row, err := holdAccount(tx, account)
	if err != nil {
		return err
	}
	if err := updateAccount(tx, row, map[string]any{"state": to, "changed_at": tx.Now}); err != nil {
		return err
	}
	event := Closed
	if to == Active {
		event = Opened
	} else if err := s.endDeputiesOf(tx, row.PersonID); err != nil { // who stands in for somebody who is shut out stands on nothing
		return err
	}
	if err := note(tx, row, event); err != nil {
		return err
	}
	return endSessionsOf(tx, row.PersonID)
}

// SetPassword gives an account a new password, made by Hash, and ends its sessions at once. The second factor stays: who
// can reset a password is not let in by that alone (ASVS 6.4.3).
func (s *Service) SetPassword(tx *db.Tx, account ident.ID, hash string, mustChange bool) error {
	row, err := holdAccount(tx, account)
	if err == nil && row.SingleKey != "" && tx.By.Person != row.PersonID { // whoever came in by it, and should not, comes in no more
		if err = unbind(tx, account); err == nil {
			row, err = accountByID(tx, account)
		}
	}
	if err != nil {
		return err
	}
	set := map[string]any{"password_hash": hash, "must_change": mustChange, "given_at": givenAt(tx, mustChange), "changed_at": tx.Now}
	if row.State == Invited {
		set["state"] = Active
	}
	if err := updateAccount(tx, row, set); err != nil {
		return err
	}
	event := PasswordReset
	if tx.By.Person == row.PersonID {
		event = PasswordChanged
	}
	if err := note(tx, row, event); err != nil {
		return err
	}
	return endSessionsOf(tx, row.PersonID)
}

// Forget removes what is past: ended sessions, and counts of tries; housekeeping.
func (s *Service) Forget(tx *db.Tx) error {
	if err := forgetSessions(tx); err != nil {
		return err
	}
	return forgetTries(tx, tx.Now.Add(-triesKept))
}

const triesKept = 90 * 24 * time.Hour
