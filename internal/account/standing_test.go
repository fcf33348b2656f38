package account_test

import (
	"sync"
	"testing"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
)

// Two renewals at once leave the codes of one of them.
func TestT13_TwoRenewalsLeaveOneSetOfCodes(t *testing.T) {
	each(t, func(h house) {
		_, secret, _ := h.withFactor("chair", station)
		in, err := h.withCode("chair", h.code(secret, 0))
		h.must(err)
		for range 5 {
			var both sync.WaitGroup
			for range 4 {
				both.Go(func() {
					if _, err := h.RenewRecovery(h.Context(), in.Actor); err != nil {
						h.Error(err)
					}
				})
			}
			both.Wait()
			if f, err := h.FactorOf(h.Context(), in.Actor); err != nil || f.Left != 10 {
				h.Fatalf("%d codes work: %v", f.Left, err)
			}
		}
	})
}

// A request that was let in by a session which is ended before it acts changes nothing of how its owner comes in.
func TestT13_WhatASessionWasAboutToDoEndsWithIt(t *testing.T) {
	each(t, func(h house) {
		_, secret, _ := h.withFactor("chair", station)
		in, err := h.withCode("chair", h.code(secret, 0))
		h.must(err)
		_, err = h.BeginFactor(h.Context(), in.Actor)
		h.must(err)
		h.must(h.do(func(tx *db.Tx) error { return h.EndSessions(tx, in.Actor.Person) }))
		by := in.Actor
		for what, do := range map[string]func() error{
			"a factor begun": func() error { _, err := h.BeginFactor(h.Context(), by); return err },
			"a factor set": func() error {
				e, err := h.Enrolling(h.Context(), by)
				h.must(err)
				_, _, err = h.ConfirmFactor(h.Context(), by, account.Credentials{Code: h.code(e.Secret, 0), Address: here})
				return err
			},
			"a factor removed": func() error { return h.RemoveFactor(h.Context(), by) },
			"codes renewed":    func() error { _, err := h.RenewRecovery(h.Context(), by); return err },
			"a session proven": func() error { return h.Confirm(h.Context(), by, account.Credentials{Password: good, Address: here}) },
			"a binding": func() error {
				return h.Bind(h.Context(), by, account.Subject{Issuer: "https://id.example", Sub: "x", Fresh: true})
			},
			"a binding undone":  func() error { return h.Unbind(h.Context(), by) },
			"nobody in between": func() error { return h.RemoveFactor(h.Context(), actor.Actor{Person: by.Person}) },
			"a proof by another": func() error {
				return h.ConfirmAs(h.Context(), by, account.Subject{Issuer: "https://id.example", Sub: "x", Fresh: true})
			},
		} {
			if err := do(); fault.Of(err) == nil || fault.Of(err).Code != "session" {
				h.Errorf("%s by a session that is ended: %v", what, err)
			}
		}
		if f, err := h.FactorOf(h.Context(), by); err != nil || !f.Set || f.Left != 10 {
			h.Errorf("%+v %v", f, err)
		}
	})
}
