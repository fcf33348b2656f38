package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

const (
	recovering    = "recovery" // the channel of a code that was asked for anew
	recoveryPause = 24 * time.Hour
	answerTakes   = 400 * time.Millisecond // longer than a recovery does: how long it takes tells nobody what was found
)

// Recover sends a party that lost its code a new one: by the way that it is written to, to the telephone or the e-mail
// address that is on record for it and nowhere else, once a day. Whoever asks names that address, and is told the same, after the same time, whether there is such a case or not. The code that was lost
// works until the new one is used, so that nobody shuts a party out by asking in its place. Tries are counted for the
// address that they come from, apart from those with a code: whoever has tried a wrong code too often may still ask.
func (s *Service) Recover(ctx context.Context, reference, contact, address string) error {
	to, err := parseContact(contact)
	if err != nil {
		return fault.Of(err).At("contact")
	}
	r, err := ident.ParseReference(reference)
	if err != nil {
		r = "" // counted, and told as a case that does not exist
	}
	if err := s.knock(ctx, "lost "+string(r), address); err != nil {
		return err
	}
	answer := time.NewTimer(answerTakes)
	defer answer.Stop()
	if err := s.recover(ctx, r, to); err != nil {
		return err
	}
	select {
	case <-answer.C:
	case <-ctx.Done():
	}
	return nil
}

// parseContact reads a telephone number or an e-mail address, whichever it is.
func parseContact(in string) (string, error) {
	if strings.ContainsAny(in, "@＠") {
		mail, err := ident.ParseEmail(in)
		return string(mail), err
	}
	number, err := ident.ParsePhone(in)
	if err != nil {
		return "", fault.New(fault.Invalid, "contact", "请填写手机号码或者电子邮箱，例如 13800138000 或 name@example.com。",
			"Enter a mobile number or an e-mail address, for example 13800138000 or name@example.com.")
	}
	return string(number), nil
}

func (s *Service) recover(ctx context.Context, r ident.Reference, to string) error {
	var id ident.ID
	err := s.db.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		id, err = tx.LookUp("reference", string(r))
		return err
	})
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.db.Do(ctx, actor.System, id.County(), func(tx *db.Tx) error { return s.sendAgain(tx, id, to) })
	if fault.Is(err, fault.Stale) { // somebody acted on the case meanwhile: to say so would tell that the pair is right
		return nil
	}
	return err
}

// takeOver ends the codes that the new one takes the place of, when it is first used, and whatever was opened with them.
func (s *Service) takeOver(tx *db.Tx, r accessRow) error {
	ended, err := revokeOthers(tx, r)
	if err != nil || ended == 0 {
		return err
	}
	return s.endVisits(tx, r.CaseID, r.PartyID)
}

// sendAgain gives the party that is written to there a new code, if it may be written to and had none today. The case is held first,
// right or wrong: of many that ask at once each sees what the one before it was sent.
func (s *Service) sendAgain(tx *db.Tx, id ident.ID, to string) error {
	err := hold(tx, id)
	if fault.Is(err, fault.Missing) { // it waits to be a case: nobody can be told apart by that
		return nil
	}
	if err != nil {
		return err
	}
	var c Case
	if err := headOf(tx, id, &c.Head); err != nil {
		return err
	}
	if err := s.fill(tx, &c); err != nil {
		return err
	}
	rows, err := accessOf(tx, id)
	p := c.lostBy(to, rows)
	if err != nil || p == nil {
		return err
	}
	asked := slices.ContainsFunc(rows, func(r accessRow) bool {
		return r.PartyID == p.ID && r.Channel == recovering && tx.Now.Sub(r.IssuedAt) < recoveryPause
	})
	if _, ok := p.reachable(tx.Now); asked || !ok || !p.reachedAt(to) || !p.takesCodes(tx.Now) {
		return nil
	}
	return s.sendNew(tx, &c, p)
}

// lostBy is the one party with a telephone or an e-mail address that may have lost a code: it had one, or it knows of the
// case. nil where several share it, for one must not come in as another; the desk tells them apart.
func (c *Case) lostBy(to string, rows []accessRow) *Party {
	var found *Party
	for i := range c.Sides {
		p := &c.Sides[i]
		had := slices.ContainsFunc(rows, func(r accessRow) bool { return r.PartyID == p.ID && r.HelperID.IsZero() })
		if p.RemovedAt != nil || !p.has(to) || len(rows) == 0 || !had && !c.knows(*p) {
			continue
		}
		if found != nil {
			return nil
		}
		found = p
	}
	return found
}

var recoveryText = fault.Text{ZH: "【人民调解】您要的新查询码：编号 %s，查询码 %s。不是您本人要的，请不用理会，原来的仍然有效。",
	EN: "[People's mediation] The new code that you asked for: reference %s, code %s. If it was not you who asked, please pass over this; the old one still works."}

func (s *Service) sendNew(tx *db.Tx, c *Case, p *Party) error {
	code, err := s.drawCode()
	if err != nil {
		return err
	}
	row := accessRow{Key: tx.NewKey(), CaseID: c.ID, PartyID: p.ID, Channel: recovering, CodeHash: s.hashCode("access_code", p.ID, code), IssuedAt: tx.Now}
	if err := insertAccess(tx, row); err != nil {
		return err
	}
	m := p.message(recovering, recoveryText, ident.Reference(c.Reference).Grouped(), code)
	if err := s.tellAbout(tx, c, p, p.ID, m); err != nil {
		return err
	}
	d, err := s.inTx(tx, authz.Grant{}, Order{}, c.AreaCode)
	if err != nil {
		return err
	}
	return d.keep(c, Invite, c.State, note{party: p.ID, fact: journal.Fact{"party": p.ID.String(), "channel": recovering}})
}
