// Package bureau is where a county's justice bureau keeps its register: it sets up committees, has their elections, people,
// seals and places entered, sees what the law still wants of them, and tells the basic court what changed. The acts and the
// rows of the register are the registry's; this room has their pages, the seals and the files.
package bureau

import (
	"context"
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Options are what a Service is made of.
type Options struct {
	Store    *db.Store
	Files    *files.Files
	Registry *registry.Service
}

// Service keeps the register for whoever holds a grant to keep it.
type Service struct{ Options }

// New makes a Service.
func New(o Options) *Service { return &Service{o} }

func today(tx *db.Tx) calendar.Day { return calendar.DayOf(tx.Now) }

// keeps finds a committee whose register the grant keeps; Missing for any other.
func keeps(tx *db.Tx, g authz.Grant, id ident.ID) (registry.Committee, error) {
	c, err := registry.FindCommittee(tx, id)
	if err == nil && (g.Action() != registry.Keeping || !g.CoversArea(c.AreaCode)) {
		err = fault.NoSuch()
	}
	return c, err
}

// act does one thing in a county and gives what it made; sent again under its one-time key it gives the same.
func (s *Service) act(ctx context.Context, g authz.Grant, county ident.County, do func(*db.Tx) (ident.ID, error)) (ident.ID, error) {
	var id ident.ID
	err := s.Store.Do(ctx, g.By(), county, func(tx *db.Tx) (err error) {
		if id, err = do(tx); err == nil {
			tx.Made(id, 0, 200)
		}
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		return done.ID, nil
	}
	return id, err
}

// counties are those whose register the grant keeps as a whole.
func counties(tx *db.Tx, g authz.Grant) (out []ident.County, err error) {
	seen := map[ident.County]bool{}
	for _, r := range g.Reaches() {
		if r.Level != authz.LevelArea {
			continue
		}
		in, err := registry.Counties(tx, r.Area)
		if err != nil {
			return nil, err
		}
		for _, c := range in {
			if !seen[c] && g.CoversArea(c.Area()) {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out, nil
}

var errNoSuch = fault.NoSuch()
