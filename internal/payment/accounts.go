package payment

import (
	"context"
	"errors"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

// Account is where a person is paid. It is sealed, lies apart from every case, and leaves the system only in the payment list
// of a batch that two persons have signed.
type Account struct {
	ident.Key
	Version      int64     `gorm:"column:version"`
	PersonID     ident.ID  `gorm:"column:person_id"`
	HolderSealed []byte    `gorm:"column:holder_sealed"`
	BankSealed   []byte    `gorm:"column:bank_sealed"`
	NumberSealed []byte    `gorm:"column:number_sealed"`
	Holder       string    `gorm:"-"`
	Bank         string    `gorm:"-"`
	Number       string    `gorm:"-"`
	EnteredBy    ident.ID  `gorm:"column:entered_by"`
	EnteredAt    time.Time `gorm:"column:entered_at"`
}

// TableName is the table's.
func (Account) TableName() string { return "subsidy_accounts" }

// Masked is the account as people see it: who holds it, at which bank, and the last four digits.
type Masked struct {
	Entered bool
	Holder  string
	Bank    string
	Number  string // **** 1234
	Version int64  // 0 while none is entered
	At      time.Time
}

// Mask shows the last four digits of a number and no more.
func Mask(number string) string {
	if len(number) < 8 {
		return "****"
	}
	return "**** " + number[len(number)-4:]
}

// NewAccount is an account that is entered.
type NewAccount struct {
	Holder string `json:"holder" doc:"As the bank has it"`
	Bank   string `json:"bank" doc:"With its branch"`
	Number string `json:"number" doc:"8 to 32 digits; blanks are left out"`
}

func (in NewAccount) checked() (NewAccount, error) {
	var bad fault.Check
	out := NewAccount{Holder: words(&bad, "holder", in.Holder, 2, 50), Bank: words(&bad, "bank", in.Bank, 4, 100), Number: strings.NewReplacer(" ", "", "-", "", "　", "").Replace(in.Number)}
	if n := len(out.Number); n < 8 || n > 32 || strings.Trim(out.Number, "0123456789") != "" {
		bad.Add("number", "请填写 8 到 32 位数字的账号。", "Please give an account number of 8 to 32 digits.")
	}
	return out, bad.Err()
}

// payeeWithin is the mediator whose account is meant: oneself, or one of a committee within the grant.
func payeeWithin(tx *db.Tx, g authz.Grant, mediator ident.ID) (registry.Mediator, error) {
	if g.Action() != Owning {
		return mediatorWithin(tx, g, mediator)
	}
	for _, p := range g.By().Posts {
		if p.Committee.IsZero() {
			continue
		}
		m, err := registry.MediatorOf(tx, p.Committee, g.By().Person)
		if !fault.Is(err, fault.Missing) {
			return m, err
		}
	}
	return registry.Mediator{}, fault.NoSuch()
}

// AccountOf shows an account, masked: one's own, or a mediator's within the grant.
func (s *Service) AccountOf(ctx context.Context, g authz.Grant, mediator ident.ID) (Masked, error) {
	return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Masked, error) {
		m, err := payeeWithin(tx, g, mediator)
		if err != nil {
			return Masked{}, err
		}
		return s.masked(tx, m)
	})
}

func (s *Service) masked(tx *db.Tx, m registry.Mediator) (Masked, error) {
	all, err := accountsOf(tx, m.CountyCode, []ident.ID{m.PersonID})
	a, ok := all[m.PersonID]
	if err != nil || !ok {
		return Masked{}, err
	}
	if err := s.open(&a); err != nil {
		return Masked{}, err
	}
	return Masked{true, a.Holder, a.Bank, Mask(a.Number), a.Version, a.EnteredAt}, nil
}

// SetAccount enters where a person is paid, in the place of what was entered before.
//
// Faults: Missing for whoever is out of reach; Stale where it was changed since; Invalid says all that is wrong, and echoes
// nothing.
func (s *Service) SetAccount(ctx context.Context, g authz.Grant, mediator ident.ID, expect int64, in NewAccount) (Masked, error) {
	var out Masked
	county := mediator.County()
	if g.Action() == Owning {
		m, err := db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (registry.Mediator, error) { return payeeWithin(tx, g, mediator) })
		if err != nil {
			return out, err
		}
		county = m.CountyCode
	}
	err := s.Store.Do(ctx, g.By(), county, func(tx *db.Tx) error {
		m, err := payeeWithin(tx, g, mediator)
		if err != nil {
			return err
		}
		in, err := in.checked()
		if err != nil {
			return err
		}
		a, err := s.keep(tx, m, expect, in)
		if err != nil {
			return err
		}
		out = Masked{true, a.Holder, a.Bank, Mask(a.Number), a.Version, a.EnteredAt}
		tx.Made(a.ID, a.Version, 200)
		return s.record(tx, entry{id: a.ID, version: a.Version, event: "account_entered"})
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.AccountOf(ctx, g, mediator)
	}
	return out, err
}

func (s *Service) keep(tx *db.Tx, m registry.Mediator, expect int64, in NewAccount) (Account, error) {
	all, err := accountsOf(tx, m.CountyCode, []ident.ID{m.PersonID})
	if err != nil {
		return Account{}, err
	}
	a, there := all[m.PersonID]
	if a.Version != expect {
		return a, errStale
	}
	if !there {
		a = Account{Key: tx.NewKey(), PersonID: m.PersonID}
	}
	a.Version, a.EnteredBy, a.EnteredAt, a.Holder, a.Bank, a.Number = a.Version+1, tx.By.Person, tx.Now, in.Holder, in.Bank, in.Number
	a.HolderSealed, a.BankSealed, a.NumberSealed = s.Vault.Seal(at(a, "holder_sealed"), a.Holder), s.Vault.Seal(at(a, "bank_sealed"), a.Bank), s.Vault.Seal(at(a, "number_sealed"), a.Number)
	if there {
		return a, updateAccount(tx, a)
	}
	isNew, err := tx.InsertNew(&a)
	if err == nil && !isNew {
		err = errStale
	}
	return a, err
}

func at(a Account, column string) vault.Place {
	return vault.Place{Table: a.TableName(), Column: column, Row: a.ID}
}

// open reads what is sealed of an account.
func (s *Service) open(a *Account) (err error) {
	for _, t := range []struct {
		column string
		sealed []byte
		to     *string
	}{{"holder_sealed", a.HolderSealed, &a.Holder}, {"bank_sealed", a.BankSealed, &a.Bank}, {"number_sealed", a.NumberSealed, &a.Number}} {
		text, bad := s.Vault.Open(at(*a, t.column), t.sealed)
		*t.to, err = text, errors.Join(err, bad)
	}
	return err
}
