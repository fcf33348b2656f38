package actor_test

import (
	"slices"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/ident"
)

func TestWhoIsSignedIn(t *testing.T) {
	id := ident.ID{1}
	for who, v := range map[string]struct {
		by       actor.Actor
		in       bool
		ofOffice bool
	}{
		"nobody":                   {actor.Actor{}, false, false},
		"the product itself":       {actor.System, false, false},
		"a name alone":             {actor.Actor{Name: "林秀英"}, false, false},
		"a person":                 {actor.Actor{Person: id}, true, false},
		"a party by code":          {actor.Actor{Case: id, Party: id, Part: actor.Applicant}, true, false},
		"a party without its case": {actor.Actor{Party: id, Part: actor.Applicant}, false, false},
		"a person with a post":     {actor.Actor{Person: id, Posts: []actor.Post{{Role: actor.Chair}}}, true, true},
	} {
		if v.by.SignedIn() != v.in || v.by.IsStaff() != v.ofOffice {
			t.Errorf("%s: signed in %v, staff %v", who, v.by.SignedIn(), v.by.IsStaff())
		}
	}
}

func TestPostsAreHeldByName(t *testing.T) {
	by := actor.Actor{Posts: []actor.Post{{Role: actor.Mediator}, {Role: actor.StationOfficer}}}
	for _, r := range append(slices.Clone(actor.Staff), actor.Applicant, actor.Anyone, "") {
		if want := r == actor.Mediator || r == actor.StationOfficer; by.Holds(r) != want {
			t.Errorf("holds %q: %v", r, by.Holds(r))
		}
	}
}

func TestAOneTimeKeyIsSentOrNot(t *testing.T) {
	if !(actor.Once{}).IsZero() || (actor.Once{Key: [32]byte{1}}).IsZero() || (actor.Once{Body: [32]byte{31: 1}}).IsZero() {
		t.Error("zero keys")
	}
}

// A role is either a party's or a post's: one that were both would let a post in by the door of parties.
func TestNoRoleIsBothPartyAndPost(t *testing.T) {
	for _, r := range actor.Parties {
		if slices.Contains(actor.Staff, r) || r == actor.Anyone {
			t.Errorf("%s is both", r)
		}
	}
}
