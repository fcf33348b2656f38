package holding

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Proving is to show by a code that the telephone named in a filing that waits is one's own: then it waits no longer.
const Proving authz.Action = "held.prove"

const (
	codeLife  = 10 * time.Minute
	codeTries = 5             // of one code; the codes are counted too
	codeKind  = "filing_code" // of the message that brings it
)

var codeText = fault.Text{ZH: "【人民调解】您提交申请的验证码 %s，10 分钟内有效。不是您本人提交的请不用理会，请勿告诉他人。",
	EN: "[People's mediation] Your code for sending your application is %s, good for 10 minutes. If it was not you, please pass over this. Tell nobody."}

// CodeSent is where a code went, and until when it is good.
type CodeSent struct {
	SentTo    string    `json:"sent_to" doc:"The telephone that the filing names, masked"`
	GoodUntil time.Time `json:"good_until"`
}

// The sentences are the same whichever bound is used up and whosever the telephone is: they tell nobody what others did with it.
var (
	errNoCode = fault.New(fault.Conflict, "no_code", "这份申请不能用短信验证码登记，正在等调委会看，不用重新提交。",
		"This filing cannot be entered by a code; it waits for the committee to look at it, and need not be sent again.")
	errNoMoreCodes = fault.New(fault.TooMany, "filing_codes_sent", "现在不能再发验证码了。您的申请已经收到，等调委会看过就登记，不用重新提交；也可以过一小时再试。",
		"No more codes are sent for now. Your filing was received and is entered once the committee has looked at it; there is no need to send it again. You may also try again in an hour.").With("retry_after", int(time.Hour/time.Second))
	errWrongCode = fault.New(fault.Invalid, "filing_code", "验证码不对或已过期。请核对，或者重新获取；不填也行，申请等调委会看过就登记。",
		"The code is not right or has expired. Please check it, or ask for a new one; without one, your filing is entered once the committee has looked at it.").At("code")
	errIsCase = fault.New(fault.Conflict, "filed_already", "您的申请已经登记为案件，请凭编号和查询码查看。", "Your filing is a case already; please look it up with the reference and your code.")
)

// codeTo is the telephone to which a code may be sent for a filing; "" where there is no channel, no mobile telephone, or whoever
// filed asked for no messages: others may read them.
func (s *Service) codeTo(r heldRow, t told) ident.Phone {
	if !s.Texts || r.State != Waits || r.Trouble != "" || t.NoMessages || t.Filing.Applicant == nil {
		return ""
	}
	phone, err := ident.ParsePhone(t.Filing.Applicant.Phone)
	if err != nil || !phone.Mobile() {
		return ""
	}
	return phone
}

// waitsNow finds a filing for whoever filed it and keeps it from everybody else until the transaction ends.
func (s *Service) waitsNow(tx *db.Tx, id ident.ID) (r heldRow, t told, err error) {
	r, found, err := lockHeld(tx, id)
	switch {
	case err != nil:
		return r, t, err
	case !found || r.State == Released: // it never waited, or waits no longer
		return r, t, errIsCase
	case r.State != Waits:
		return r, t, errNoCode
	}
	if t, err = s.open(r); err == nil {
		r.Trouble = r.stillWrong()
	}
	if r.Trouble != "" {
		return r, told{}, errNoCode
	}
	return r, t, err
}

// SendCode sends a code to the telephone that a filing names, for whoever shows its reference and access code. Nobody is asked
// whether the telephone is known.
//
// Faults: Unauthenticated as at the door of a case; Conflict no_code or filed_already; TooMany when a bound is used up.
func (s *Service) SendCode(ctx context.Context, g authz.Grant, k casework.Key) (out CodeSent, err error) {
	id, err := s.Cases.FiledUnder(ctx, k)
	if err != nil {
		return out, err
	}
	err = s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		r, t, err := s.waitsNow(tx, id)
		if err != nil {
			return err
		}
		to := s.codeTo(r, t)
		if to == "" {
			return errNoCode
		}
		if err := s.maySend(tx, r, to, k.Address); err != nil {
			return err
		}
		code, err := s.drawCode()
		if err != nil {
			return err
		}
		out = CodeSent{SentTo: to.Masked(), GoodUntil: tx.Now.Add(codeLife)}
		if err := keepCode(tx, r, s.codeHash(id, code), out.GoodUntil); err != nil {
			return err
		}
		if err := s.Cases.NothingMore(tx, id); err != nil { // an earlier one that is still on its way is good no more
			return err
		}
		tx.Made(id, 0, 201)
		lang := t.Filing.Applicant.Reads
		return s.Cases.TextFiler(tx, id, casework.Message{Channel: casework.BySMS, To: string(to), Kind: codeKind, Lang: language(lang),
			Text: fmt.Sprintf(codeText.In(lang), code), Until: out.GoodUntil})
	})
	var done *db.Done
	if errors.As(err, &done) { // sent again: the code is on its way
		return s.codeOf(ctx, id)
	}
	return out, err
}

func language(reads string) string {
	if reads == "" {
		return casework.ReadsChinese
	}
	return reads
}

// codeOf is where the present code of a filing went.
func (s *Service) codeOf(ctx context.Context, id ident.ID) (out CodeSent, err error) {
	o, err := s.Offer(ctx, id)
	out.SentTo = o.To
	if o.GoodUntil != nil {
		out.GoodUntil = *o.GoodUntil
	}
	return out, err
}

func (s *Service) drawCode() (string, error) {
	b := make([]byte, 8)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", fmt.Errorf("filing code: %w", err)
	}
	var n uint64
	for _, one := range b {
		n = n<<8 | uint64(one)
	}
	return fmt.Sprintf("%06d", n%1_000_000), nil
}

// codeHash is a keyed hash of a code, good for one filing.
func (s *Service) codeHash(id ident.ID, code string) string {
	return s.Vault.Index("filing_code", id.String()+" "+ident.Plain(code))
}

// Offer is what a filer may do about a filing that waits.
type Offer struct {
	Waits     bool       // it is no case yet
	Dropped   bool       // the committee put it aside
	Stuck     bool       // the committee has to mend it first
	Unread    bool       // it does not open any more
	Until     time.Time  // when it becomes a case by itself
	To        string     // where a code can be sent, masked; "" nowhere
	GoodUntil *time.Time // until when the last code is good; nil without one
}

// Offer tells how a filing stands for its filer; of one that is a case, that it does not wait.
func (s *Service) Offer(ctx context.Context, id ident.ID) (o Offer, err error) {
	err = s.Store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		r, found, err := findHeld(tx, id)
		if err != nil || !found || r.State == Released {
			return err
		}
		t, err := s.openOrStuck(&r)
		o = Offer{Waits: r.State == Waits, Dropped: r.State != Waits, Stuck: r.stuck(), Unread: r.Trouble == Unopened, To: s.codeTo(r, t).Masked()}
		if r.DueAt != nil {
			o.Until = *r.DueAt
		}
		if r.ProofHash != "" && r.ProofUntil != nil && tx.Now.Before(*r.ProofUntil) {
			o.GoodUntil = r.ProofUntil
		}
		return err
	})
	return o, err
}

// Prove makes a case of a filing that waits, for whoever types the code that was sent to its telephone.
//
// Faults: Unauthenticated as at the door of a case; Invalid for a wrong code; Conflict filed_already, no_code.
func (s *Service) Prove(ctx context.Context, g authz.Grant, k casework.Key, code string) (out casework.Filed, err error) {
	id, err := s.Cases.FiledUnder(ctx, k)
	if err != nil {
		return out, err
	}
	hash, err := s.tryCode(ctx, id, code)
	if err != nil {
		return out, err
	}
	err = s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error { return s.prove(tx, id, hash) })
	var done *db.Done
	if err != nil && !errors.As(err, &done) {
		return out, s.afterFailing(ctx, id, err)
	}
	return s.Cases.FiledNow(ctx, id)
}

// tryCode counts a try before it looks, so that a hundred at once are not all the first, and gives the hash of a code that was
// right; "" of one that was not.
func (s *Service) tryCode(ctx context.Context, id ident.ID, code string) (right string, err error) {
	if strings.TrimSpace(code) == "" {
		return "", errWrongCode
	}
	hash := s.codeHash(id, code)
	err = s.Store.Do(ctx, actor.Actor{}, id.County(), func(tx *db.Tx) error {
		r, found, err := lockHeld(tx, id)
		if err != nil || !found || !r.takesCode(tx.Now) {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(r.ProofHash), []byte(hash)) == 1 {
			right = hash
		}
		return countTry(tx, r)
	})
	return right, err
}

// takesCode tells whether a code can still be tried.
func (r heldRow) takesCode(now time.Time) bool {
	return r.State == Waits && r.ProofHash != "" && r.ProofUntil != nil && now.Before(*r.ProofUntil) && r.ProofTries < codeTries
}

func (s *Service) prove(tx *db.Tx, id ident.ID, hash string) error {
	r, t, err := s.waitsNow(tx, id)
	if err != nil {
		return err
	}
	if hash == "" || r.ProofHash != hash {
		return errWrongCode
	}
	if err := s.mayProve(tx, s.codeTo(r, t)); err != nil {
		return err
	}
	tx.Made(id, 0, 201)
	return s.releaseAs(tx, r, t, proven)
}

// afterFailing tells a filer in plain words when the filing itself cannot be entered: it waits for the committee to mend it.
func (s *Service) afterFailing(ctx context.Context, id ident.ID, cause error) error {
	code := fault.Of(cause).Code
	if code == errWrongCode.Code || code == errIsCase.Code || code == errNoCode.Code || code == errNoMoreCodes.Code {
		return cause
	}
	if code == errSettled.Code {
		return errNoCode
	}
	trouble := troubleOf(cause)
	if trouble == "" {
		return cause
	}
	r, found, err := s.find(ctx, id)
	if err == nil && found {
		err = s.mark(ctx, r, trouble)
	}
	if err != nil {
		return err
	}
	return errNoCode.Because(cause)
}
