package account

import (
	"context"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Event is something that happened to somebody's way in.
type Event string

const (
	SignedIn        Event = "signed_in"
	SignInFailed    Event = "sign_in_failed" // a wrong password or code, at the door or within
	FactorSet       Event = "factor_set"
	FactorRemoved   Event = "factor_removed"
	RecoveryUsed    Event = "recovery_used"
	RecoveryRenewed Event = "recovery_renewed"
	PasswordChanged Event = "password_changed"
	PasswordReset   Event = "password_reset" // by somebody else
	SessionsEnded   Event = "sessions_ended"
	Opened          Event = "account_opened"
	Closed          Event = "account_closed"
	Entered         Event = "account_entered"
	PostGiven       Event = "post_given"
	PostEnded       Event = "post_ended"
	SingleBound     Event = "single_bound"   // a provider of single sign-on may let this account in
	SingleUnbound   Event = "single_unbound" // and no longer
	SingleSignedIn  Event = "single_signed_in"
)

// Events are all of them.
var Events = []Event{SignedIn, SignInFailed, FactorSet, FactorRemoved, RecoveryUsed, RecoveryRenewed, PasswordChanged, PasswordReset, SessionsEnded,
	Opened, Closed, Entered, PostGiven, PostEnded, SingleBound, SingleUnbound, SingleSignedIn}

// Happened is one line of the log of ways in: what, whose, when, by whom. It holds no address and no secret.
type Happened struct {
	ID      ident.ID  `json:"id"`
	Event   Event     `json:"event" enum:"signed_in,sign_in_failed,factor_set,factor_removed,recovery_used,recovery_renewed,password_changed,password_reset,sessions_ended,account_opened,account_closed,account_entered,post_given,post_ended,single_bound,single_unbound,single_signed_in"`
	At      time.Time `json:"at"`
	Account ident.ID  `json:"account_id"`
	Login   string    `json:"login"`
	By      ident.ID  `json:"by,omitzero" doc:"The person who did it; absent where nobody is known: the console, or somebody who did not come in."`
	ByName  string    `json:"by_name,omitempty"`
	// Of a post that was given or ended: which.
	Role      actor.Role   `json:"role,omitempty" doc:"Of a post that was given or ended."`
	Committee ident.ID     `json:"committee_id,omitzero"`
	Area      ident.Area   `json:"area_code,omitempty"`
	Until     calendar.Day `json:"until,omitempty" doc:"The first day on which the post is held no more, as it is now."`
	Deputy    bool         `json:"deputy,omitempty" doc:"The post is held for somebody who is away."`
}

// note enters what happened, in the transaction in which it happens.
func note(tx *db.Tx, of accountRow, e Event) error {
	return tx.Rows().Create(&eventRow{Key: tx.NewKey(), AccountID: of.ID, Event: e, At: tx.Now, By: tx.By.Person}).Error
}

const shownEvents = 20 // of one's own

// OwnEvents are the last things that happened to somebody's own account, newest first.
func (s *Service) OwnEvents(ctx context.Context, g authz.Grant) (out []Happened, err error) {
	row, err := s.own(ctx, g.By())
	if err != nil {
		return nil, err
	}
	return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) ([]Happened, error) { return eventsOf(tx, row.CountyCode, row.ID, shownEvents) })
}

// EventsBefore are what happened in a reader's area, newest first, from a place in the list on.
func (s *Service) EventsBefore(ctx context.Context, g authz.Grant, before Happened, limit int) ([]Happened, error) {
	return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) ([]Happened, error) { return eventsWithin(tx, g, before, limit) })
}

// Device is the kind of device from which a session was opened, as far as its browser says; no more is kept.
type Device string

// deviceOf reads the kind of device from what a browser calls itself.
func deviceOf(agent string) Device {
	for _, known := range []struct {
		mark string
		is   Device
	}{{"HarmonyOS", "harmony"}, {"Android", "android"}, {"iPhone", "iphone"}, {"iPad", "ipad"}, {"Windows", "windows"}, {"Mac OS", "mac"}, {"Linux", "linux"}} {
		if strings.Contains(agent, known.mark) {
			return known.is
		}
	}
	return "other"
}
