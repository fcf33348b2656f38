package casework

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
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

var signingText = fault.Text{ZH: "【人民调解】签署协议的验证码 %s，10 分钟内有效。请勿告诉他人。",
	EN: "[People's mediation] Your code for signing the agreement is %s, good for 10 minutes. Tell nobody."}

const (
	signingCodeLife = 10 * time.Minute
	signingCode     = "signing_code" // the kind of the message that brings it
)

// SendSigningCode sends the acting party a one-time code to its own channel, bound to the text it is about to sign.
func (s *Service) SendSigningCode(ctx context.Context, g authz.Grant, id ident.ID) (sentTo string, err error) {
	err = s.db.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		if c.State != AgreementPending {
			return s.notNow(g, c, Sign, tx.Now)
		}
		d := &deed{Service: s, tx: tx, grant: g}
		p, err := d.actingParty(c, ident.ID{})
		if err := errors.Join(err, d.comes(c, Sign)); err != nil {
			return err
		}
		who := p
		if d.helper != nil {
			who = &Party{Phone: d.helper.Phone}
		}
		by, to := who.way()
		if to == "" {
			return fault.New(fault.Conflict, "no_phone", "没有登记您的手机号码或电子邮箱，请到调委会当面签字。", "We have no mobile number or e-mail address for you; please sign at the committee.")
		}
		if by == ByEmail && who.EmailSince != nil && who.EmailSince.After(tx.Now) {
			return fault.New(fault.Conflict, "email_untold", "改电子邮箱时，没有往原来的联系方式发提醒，所以这个邮箱不能收签字的验证码。请到调委会当面签字，或者请调解员核实后登记这个邮箱。",
				"When the e-mail address was changed no word went to the former one, so it takes no code for signing. Please sign at the committee, or have the mediator make sure and enter the address.")
		}
		if by == ByEmail && who.EmailSince != nil && tx.Now.Sub(*who.EmailSince) < emailRests {
			return fault.New(fault.Conflict, "email_new", "电子邮箱刚刚改过。为了防止别人冒名，24 小时以后才能用它收签字的验证码；急的话，请到调委会当面签字。",
				"The e-mail address was changed only just now. Lest somebody sign in your name, it takes a code for signing after 24 hours; if it is urgent, please sign at the committee.")
		}
		if p.Contact == ContactNone && d.helper == nil {
			return fault.New(fault.Conflict, "no_messages", "您要求过不要发短信，所以没有发验证码。请到调委会当面签字，或先改“怎样联系我”。",
				"You asked not to be sent messages, so no code was sent. Please sign at the committee, or first change how you may be reached.")
		}
		sentTo = Masked(to)
		tx.Made(c.ID, c.Version, 201)
		return s.newSigningCode(tx, c, p, who, d.signs(p))
	})
	var done *db.Done
	if errors.As(err, &done) { // sent again: the code is on its way already
		return "", nil
	}
	return sentTo, err
}

// signs is who signs for a party: it itself, or whoever acts for it. A code counts for nobody else.
func (d *deed) signs(p *Party) ident.ID {
	if d.helper != nil {
		return d.helper.ID
	}
	return p.ID
}

var errGuessed = fault.New(fault.Conflict, "signing_code_guessed", "验证码填错太多次，暂时不能再发。请一个多小时以后再试，或者到调委会当面签字，一样有效。",
	"Wrong codes were entered too often, so none is sent for now. Please try again in a little more than an hour, or sign at the committee: it counts the same.")

// wrongSoFar is how often a party's codes were entered wrongly of late: asking for another code gives no new guesses.
func wrongSoFar(tx *db.Tx, party ident.ID) (int, error) {
	was, found, err := signingOf(tx, party)
	if err != nil || !found || was.UsedAt != nil || tx.Now.After(was.ExpiresAt.Add(failuresForget)) {
		return 0, err
	}
	if was.Failures >= maxFailures {
		return 0, errGuessed
	}
	return was.Failures, nil
}

// mayHaveCode counts a code that is to be sent, and refuses one too many with the time from which on there is another.
func (s *Service) mayHaveCode(tx *db.Tx, party ident.ID, who *Party) error {
	_, to := who.way()
	again, err := s.countCode(tx, party, to)
	if err != nil || again.IsZero() {
		return err
	}
	at := localTime(again.Add(time.Minute - 1).Truncate(time.Minute)) // a full minute, and none too early
	return fault.New(fault.TooMany, "signing_codes_sent", "验证码已经发了好几次，先不再发。%[1]s 以后可以再要；急的话，请到调委会当面签字，一样有效。",
		"Several codes have been sent, so none is sent for now. You may ask for another after %[1]s; if it is urgent, please sign at the committee: it counts the same.", at).
		With("retry_after", int(again.Sub(tx.Now)/time.Second))
}

func (s *Service) newSigningCode(tx *db.Tx, c *Case, p, who *Party, signs ident.ID) error {
	wrong, err := wrongSoFar(tx, p.ID)
	if err != nil {
		return err
	}
	if err := s.mayHaveCode(tx, p.ID, who); err != nil {
		return err
	}
	b := make([]byte, 4)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return err
	}
	code := fmt.Sprintf("%06d", (uint32(b[0])<<24|uint32(b[1])<<16|uint32(b[2])<<8|uint32(b[3]))%1000000)
	row := signingRow{Key: tx.NewKey(), CaseID: c.ID, PartyID: p.ID, CodeHash: s.hashCode("signing_code", signs, code),
		TextHash: c.Agreement.TextHash, ExpiresAt: tx.Now.Add(signingCodeLife), Failures: wrong}
	if err := replaceSigning(tx, row); err != nil {
		return err
	}
	// Who signs has just asked for it and waits: it is sent at once, whatever the hours, and not when it has expired.
	m := who.message(signingCode, signingText, code)
	m.Until = row.ExpiresAt
	l := journal.Letter{Case: c.ID}
	if who == p {
		l.Party, l.Channel = p.ID, m.Channel
	}
	return s.post(tx, l, m, tx.Now)
}

// useSigningCode checks the one-time code with which a party signs by itself.
func (d *deed) useSigningCode(c *Case, p *Party, code string) error {
	if strings.TrimSpace(code) == "" {
		return fault.New(fault.Invalid, "signing_code", "请填写发给您的验证码。", "Please enter the code that was sent to you.").At("code")
	}
	row, found, err := signingOf(d.tx, p.ID)
	if err != nil {
		return err
	}
	right := found && subtle.ConstantTimeCompare([]byte(row.CodeHash), []byte(d.hashCode("signing_code", d.signs(p), code))) == 1
	if !right || row.TextHash != c.Agreement.TextHash || d.tx.Now.After(row.ExpiresAt) || row.UsedAt != nil || row.Failures >= maxFailures {
		return fault.New(fault.Invalid, "signing_code", "验证码不对或已过期，请重新获取。", "The code is not right or has expired; please ask for a new one.").At("code")
	}
	return spendSigning(d.tx, row)
}

// countWrongCode counts a wrong signing code in a transaction of its own: the act that met it was undone.
func (s *Service) countWrongCode(ctx context.Context, g authz.Grant, id ident.ID) error {
	by := g.By()
	by.Once = actor.Once{}
	return s.db.Do(ctx, by, id.County(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		p, err := (&deed{Service: s, tx: tx, grant: g}).actingParty(c, ident.ID{})
		if err != nil {
			return err
		}
		return signingFailed(tx, p.ID)
	})
}
