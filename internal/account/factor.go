package account

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"strings"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// The second factor is a code of six digits that a telephone reckons from a secret and the time (RFC 6238), SHA-1 and 30
// seconds: what every app takes.
const (
	factorSecret = 20 // bytes (RFC 4226)
	stepSeconds  = 30
	stepsAside   = 1 // a clock may be this many steps off
	digits       = 6
	issuer       = "Fengqiao"
)

const (
	recoveryCodes  = 10
	recoveryLength = 12 // letters of base32: 60 bits, kept under a keyed index
)

var plainBase32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// Factor is how somebody's second factor stands.
type Factor struct {
	Set      bool  `json:"set"`
	Required bool  `json:"required" doc:"Whoever holds a post here has one, and cannot do without."`
	Left     int64 `json:"recovery_codes_left"`
}

// Enrolling is a secret to be entered into an app: as an address for its camera, and in letters for typing.
type Enrolling struct {
	URI    string `json:"uri" doc:"otpauth://totp/… for a code to scan."`
	Secret string `json:"secret" doc:"The same in letters, for typing."`
}

// Spoken is the secret in groups of four.
func (e Enrolling) Spoken() string { return grouped(e.Secret, " ") }

func grouped(s, by string) string {
	var out []string
	for ; len(s) > 4; s = s[4:] {
		out = append(out, s[:4])
	}
	return strings.Join(append(out, s), by)
}

// own is the account of whoever acts. Fault Unauthenticated for who has none.
func (s *Service) own(ctx context.Context, by actor.Actor) (accountRow, error) {
	if by.Person.IsZero() {
		return accountRow{}, fault.New(fault.Unauthenticated, "", "请先登录。", "Please sign in first.")
	}
	return s.accountOf(ctx, by.Person)
}

// FactorOf is how somebody's own second factor stands.
func (s *Service) FactorOf(ctx context.Context, by actor.Actor) (f Factor, err error) {
	row, err := s.own(ctx, by)
	if err != nil {
		return f, err
	}
	err = s.Store.Read(ctx, by, func(tx *db.Tx) error {
		f.Set = len(row.TOTPSealed) > 0
		if f.Required, err = s.factorRequired(tx, row); err == nil {
			f.Left, err = recoveryLeft(tx, row)
		}
		return err
	})
	return f, err
}

// factorRequired tells whether somebody cannot do without: they hold a post, today or later.
func (s *Service) factorRequired(tx *db.Tx, row accountRow) (bool, error) {
	posts, err := postsOf(tx, row.PersonID)
	if err != nil || !s.Factor {
		return false, err
	}
	for _, p := range posts {
		if p.Until.IsZero() || today(tx).Before(p.Until) {
			return true, nil
		}
	}
	return false, nil
}

// BeginFactor draws a secret and keeps it, sealed, until a first code confirms it. What was set before stays until then.
func (s *Service) BeginFactor(ctx context.Context, by actor.Actor) (Enrolling, error) {
	row, err := s.own(ctx, by)
	if err != nil {
		return Enrolling{}, err
	}
	secret := make([]byte, factorSecret)
	if _, err := io.ReadFull(s.Random, secret); err != nil {
		return Enrolling{}, fmt.Errorf("second factor: %w", err)
	}
	letters := plainBase32.EncodeToString(secret)
	by.Once = actor.Once{}
	err = s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		now, err := standing(tx, row.ID, by)
		if err != nil {
			return err
		}
		return updateAccount(tx, now, map[string]any{"totp_next_sealed": s.Vault.Seal(nextPlace(row.ID), letters), "changed_at": tx.Now})
	})
	if err != nil {
		return Enrolling{}, err
	}
	return enrolling(row, letters)
}

// Enrolling is the secret that waits for its first code. Fault Missing when none does.
func (s *Service) Enrolling(ctx context.Context, by actor.Actor) (Enrolling, error) {
	row, err := s.own(ctx, by)
	if err != nil {
		return Enrolling{}, err
	}
	letters, err := s.Vault.Open(nextPlace(row.ID), row.TOTPNext)
	if err != nil {
		return Enrolling{}, err
	}
	if letters == "" {
		return Enrolling{}, fault.NoSuch()
	}
	return enrolling(row, letters)
}

func enrolling(row accountRow, letters string) (Enrolling, error) {
	secret, err := plainBase32.DecodeString(letters)
	if err != nil {
		return Enrolling{}, fmt.Errorf("second factor of %s: %w", row.ID, err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: row.Login, Secret: secret, Period: stepSeconds})
	if err != nil {
		return Enrolling{}, fmt.Errorf("second factor of %s: %w", row.ID, err)
	}
	return Enrolling{URI: key.URL(), Secret: letters}, nil
}

func nextPlace(account ident.ID) vault.Place {
	return vault.Place{Table: "accounts", Column: "totp_next_sealed", Row: account}
}

func factorPlace(account ident.ID) vault.Place {
	return vault.Place{Table: "accounts", Column: "totp_sealed", Row: account}
}

// ConfirmFactor sets the second factor by its first code. It ends all sessions, opens one that holds the posts, and tells
// the recovery codes, once. Faults: Missing when no secret waits, Invalid code, TooMany.
func (s *Service) ConfirmFactor(ctx context.Context, by actor.Actor, c Credentials) (codes []string, out Session, err error) {
	row, err := s.own(ctx, by)
	if err != nil {
		return nil, out, err
	}
	letters, err := s.Vault.Open(nextPlace(row.ID), row.TOTPNext)
	if err != nil {
		return nil, out, err
	}
	if letters == "" {
		return nil, out, fault.NoSuch()
	}
	keys := s.keysOf(row.Login, c.Address)
	if err := s.admit(ctx, keys); err != nil {
		return nil, out, err
	}
	step, err := stepOf(letters, c.Code, s.Store.Now().Unix(), 0)
	if err != nil {
		return nil, out, err
	}
	if step == 0 {
		return nil, out, s.refuse(ctx, keys, row, errFirstCode)
	}
	by.Once = actor.Once{}
	err = s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		if _, err := standing(tx, row.ID, by); err != nil {
			return err
		}
		set := map[string]any{"totp_sealed": s.Vault.Seal(factorPlace(row.ID), letters), "totp_next_sealed": nil, "totp_step": step, "changed_at": tx.Now}
		if err := updateAccount(tx, row, set); err != nil {
			return err
		}
		if codes, err = s.newRecovery(tx, row); err != nil {
			return err
		}
		if err := s.settled(tx, row, keys, FactorSet); err != nil {
			return err
		}
		row.TOTPSealed = []byte{1}
		out, err = s.openFor(tx, row, c.Agent, Subject{})
		return err
	})
	return codes, out, err
}

var errFirstCode = fault.New(fault.Invalid, CodeSecondFactor, "验证码不对。请看手机应用里最新的 6 位数字，并检查手机的时间是否准确。", "The code is wrong. Please look at the newest six digits in the app, and whether the telephone's clock is right.").At("code")

// settled ends all of somebody's sessions after a change of how they come in, and begins the counts of tries anew.
func (s *Service) settled(tx *db.Tx, row accountRow, keys tryKeys, e Event) error {
	if err := keys.succeeded(tx); err != nil {
		return err
	}
	if err := note(tx, row, e); err != nil {
		return err
	}
	return endSessionsOf(tx, row.PersonID)
}

// refuse counts a wrong try and gives the fault that says so.
func (s *Service) refuse(ctx context.Context, keys tryKeys, row accountRow, f *fault.Fault) error {
	if err := s.failed(ctx, keys, row); err != nil {
		return err
	}
	return f
}

// RemoveFactor takes somebody's own second factor away. Fault Conflict for whoever cannot do without.
func (s *Service) RemoveFactor(ctx context.Context, by actor.Actor) error {
	row, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	by.Once = actor.Once{}
	return s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		now, err := standing(tx, row.ID, by)
		if err != nil {
			return err
		}
		required, err := s.factorRequired(tx, now)
		if err != nil {
			return err
		}
		if required {
			return fault.New(fault.Conflict, "second_factor_required", "工作人员必须使用动态验证码，不能关闭；换手机请重新绑定。",
				"Whoever works here needs a second factor and cannot do without. For another telephone, set it up anew.")
		}
		return s.dropFactor(tx, now)
	})
}

var errNoFactor = fault.New(fault.Conflict, "no_second_factor", "没有绑定动态验证码。", "There is no second factor.")

// dropFactor removes a factor with its recovery codes; whoever lost it enrols anew.
func (s *Service) dropFactor(tx *db.Tx, row accountRow) error {
	if len(row.TOTPSealed) == 0 {
		return errNoFactor
	}
	if err := updateAccount(tx, row, map[string]any{"totp_sealed": nil, "totp_next_sealed": nil, "changed_at": tx.Now}); err != nil {
		return err
	}
	if err := replaceRecovery(tx, row, nil); err != nil {
		return err
	}
	return note(tx, row, FactorRemoved)
}

// RenewRecovery makes new recovery codes and tells them, once; the old ones are void. Fault Conflict without a factor.
func (s *Service) RenewRecovery(ctx context.Context, by actor.Actor) (codes []string, err error) {
	row, err := s.own(ctx, by)
	if err != nil {
		return nil, err
	}
	by.Once = actor.Once{}
	err = s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		now, err := standing(tx, row.ID, by) // two at once would leave two sets that work
		switch {
		case err != nil:
			return err
		case len(now.TOTPSealed) == 0:
			return errNoFactor
		}
		if codes, err = s.newRecovery(tx, now); err != nil {
			return err
		}
		return note(tx, now, RecoveryRenewed)
	})
	return codes, err
}

func (s *Service) newRecovery(tx *db.Tx, row accountRow) ([]string, error) {
	codes, indexes := make([]string, recoveryCodes), make([]string, recoveryCodes)
	for i := range codes {
		b := make([]byte, 8)
		if _, err := io.ReadFull(s.Random, b); err != nil {
			return nil, fmt.Errorf("recovery code: %w", err)
		}
		code := plainBase32.EncodeToString(b)[:recoveryLength]
		codes[i], indexes[i] = grouped(code, "-"), s.Vault.Index(recoveryKind, row.ID.String()+" "+code)
	}
	return codes, replaceRecovery(tx, row, indexes)
}

const recoveryKind = "recovery_code"

// takeCode uses up a code of an account: one of the app, or a recovery code. Fault Unauthenticated when it is wrong or used.
func (s *Service) takeCode(tx *db.Tx, row accountRow, code string) error {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "－", "", "　", "").Replace(code))
	if len(code) == recoveryLength {
		used, err := takeRecovery(tx, row, s.Vault.Indexes(recoveryKind, row.ID.String()+" "+code))
		if err != nil || !used {
			return orWrong(err)
		}
		return note(tx, row, RecoveryUsed)
	}
	letters, err := s.Vault.Open(factorPlace(row.ID), row.TOTPSealed)
	if err != nil {
		return fmt.Errorf("second factor of %s: %w", row.ID, err)
	}
	step, err := stepOf(letters, code, tx.Now.Unix(), row.TOTPStep)
	if err != nil || step == 0 {
		return orWrong(err)
	}
	taken, err := takeStep(tx, row, step)
	if err != nil || !taken {
		return orWrong(err)
	}
	return nil
}

func orWrong(err error) error {
	if err == nil {
		return errWrongCode
	}
	return err
}

// stepOf is the step of time to which a code belongs, near a moment and later than the last one used; 0 for none.
func stepOf(letters, code string, at, last int64) (int64, error) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	found := int64(0)
	for step := at/stepSeconds - stepsAside; step <= at/stepSeconds+stepsAside; step++ {
		want, err := hotp.GenerateCode(letters, uint64(step)) //nolint:gosec // a time since 1970
		if err != nil {
			return 0, fmt.Errorf("second factor: %w", err)
		}
		if len(code) == digits && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > last {
			found = step
		}
	}
	return found, nil
}

// Confirm shows once more that the holder of a session is who they say, by their password or a code, and keeps when.
// Faults: Unauthenticated without a session, Invalid when it is wrong, TooMany.
func (s *Service) Confirm(ctx context.Context, by actor.Actor, c Credentials) error {
	row, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	keys := s.keysOf(row.Login, c.Address)
	if err := s.admit(ctx, keys); err != nil {
		return err
	}
	byPassword := c.Code == "" || len(row.TOTPSealed) == 0
	if byPassword {
		right, err := s.matches(ctx, c.Password, row.PasswordHash)
		if err != nil {
			return err
		}
		if !right {
			return s.refuse(ctx, keys, row, fault.New(fault.Invalid, "password", "密码不对。", "The password is wrong.").At("password"))
		}
	}
	by.Once = actor.Once{}
	err = s.Store.Do(ctx, by, row.CountyCode, func(tx *db.Tx) error {
		now, err := standing(tx, row.ID, by)
		if err != nil {
			return err
		}
		if !byPassword {
			if err := s.takeCode(tx, now, c.Code); err != nil {
				return err
			}
		}
		if err := keys.succeeded(tx); err != nil {
			return err
		}
		return confirmSession(tx, by.Session)
	})
	if f := fault.Of(err); f != nil && f.Code == CodeSecondFactor {
		wrong := *errWrongCode
		wrong.Kind = fault.Invalid // the session is as good as before
		return s.refuse(ctx, keys, row, &wrong)
	}
	return err
}
