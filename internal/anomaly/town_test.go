package anomaly_test

import (
	"context"
	"net/url"
	"testing"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
)

// hold gives somebody a post over the street as well.
func hold(t *testing.T, town *housetest.Town, p *housetest.Person, role actor.Role) {
	t.Helper()
	err := town.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error {
		_, err := town.App.Accounts.GivePost(tx, account.Post{Person: p.ID, Role: role, Area: housetest.Street})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// formOf are the hidden values of the page's own form that posts.
func formOf(r *housetest.Reader) url.Values {
	_, values := r.Form()
	return values
}
