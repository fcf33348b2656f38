// Package appointment says who holds which post: the administrator of safety enters people, gives posts and ends them, and whoever
// leads or oversees names a deputy while they are away.
package appointment

import (
	"context"
	"errors"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// The actions of this room in the policy, beside account.keep.
const (
	Deputising authz.Action = "post.deputise" // naming somebody who stands in for oneself
	Owning     authz.Action = "post.own"      // one's own posts, and ending what is held for one, or by one for another
)

// Options say what the room needs from its neighbours.
type Options struct {
	Store    *db.Store
	Accounts *account.Service
	Policy   *authz.Policy
}

// Service gives posts and takes them.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// soon is how many days before its end a post is said to end soon.
const soon = 14

// warned is how many days before nobody administers the safety of an area that is said.
const warned = 30

// Held is a post with what is to be read of it.
type Held struct {
	account.Post
	Place    string // the committee's name, or the area's
	Holder   string
	For      string // of a deputy: who is away
	Deputies []Held // who stands in, or will
	Ends     bool   // soon
}

// Now tells whether it is held on a day.
func (h Held) Now(day calendar.Day) bool { return h.Holds(day) }

// Line is an account with its posts.
type Line struct {
	account.Way
	Posts []Held
}

// Asked narrows a list of accounts.
type Asked struct {
	Role  actor.Role // who holds, or will hold, this
	Soon  bool       // a post of theirs ends soon
	Text  string     // the beginning of a name or a login
	After ident.ID
	Limit int
}

const listed = 20

// List gives the accounts within the grant that hold a post, or will, the last entered first; more tells where to go on. Residents
// are none of them.
func (s *Service) List(ctx context.Context, g authz.Grant, ask Asked) (out []Line, more ident.ID, err error) {
	if ask.Limit == 0 {
		ask.Limit = listed
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if out, err = accounts(tx, g, ask, calendar.DayOf(tx.Now)); err != nil {
			return err
		}
		if len(out) > ask.Limit {
			out = out[:ask.Limit]
			more = out[ask.Limit-1].ID
		}
		for i := range out {
			if out[i].Posts, err = s.heldBy(tx, out[i].Person, false); err != nil {
				return err
			}
		}
		return nil
	})
	return out, more, err
}

// See gives an account within the grant with all its posts, ended ones too. Fault Missing.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (out Line, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if out.Way, err = s.Accounts.WayWithin(tx, g, id); err != nil {
			return err
		}
		out.Posts, err = s.heldBy(tx, out.Person, true)
		return err
	})
	return out, err
}

// Mine are somebody's own posts, with who stands in for them, and for whom they stand in.
func (s *Service) Mine(ctx context.Context, by actor.Actor) (out []Held, err error) {
	err = s.Store.Read(ctx, by, func(tx *db.Tx) error {
		out, err = s.heldBy(tx, by.Person, false)
		return err
	})
	return out, err
}

// heldBy are the posts that a person holds or will hold, or ever held.
func (s *Service) heldBy(tx *db.Tx, person ident.ID, ever bool) (out []Held, err error) {
	posts, err := s.Accounts.PostsOf(tx, person)
	if err != nil {
		return nil, err
	}
	day := calendar.DayOf(tx.Now)
	for _, p := range posts {
		if !ever && over(p, day) {
			continue
		}
		h, err := s.told(tx, p, day)
		if err != nil {
			return nil, err
		}
		deputies, err := s.Accounts.DeputiesOf(tx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range deputies {
			if over(d, day) {
				continue
			}
			one, err := s.told(tx, d, day)
			if err != nil {
				return nil, err
			}
			h.Deputies = append(h.Deputies, one)
		}
		out = append(out, h)
	}
	return out, nil
}

// over tells whether a post is held no more, nor will be.
func over(p account.Post, day calendar.Day) bool {
	return !p.Until.IsZero() && (!day.Before(p.Until) || !p.From.Before(p.Until))
}

func (s *Service) told(tx *db.Tx, p account.Post, day calendar.Day) (h Held, err error) {
	h = Held{Post: p, Ends: !p.Until.IsZero() && !over(p, day) && !day.Plus(soon).Before(p.Until)}
	if h.Place, err = placeOf(tx, p); err != nil {
		return h, err
	}
	if h.Holder, err = s.Accounts.NameOf(tx, p.Person); err != nil || p.DeputyFor.IsZero() {
		return h, err
	}
	of, err := s.Accounts.FindPost(tx, p.DeputyFor)
	if err != nil {
		return h, err
	}
	h.For, err = s.Accounts.NameOf(tx, of.Person)
	return h, err
}

// EndingSoon are the posts of somebody that end within fourteen days: those that they hold, and those in which others stand in for them.
func (s *Service) EndingSoon(ctx context.Context, by actor.Actor) (out []Held, err error) {
	mine, err := s.Mine(ctx, by)
	for _, h := range mine {
		if h.Ends {
			out = append(out, h)
		}
		for _, d := range h.Deputies {
			if d.Ends {
				out = append(out, d)
			}
		}
	}
	return out, err
}

// act does something in a county and gives the row that it is about, the same for what is sent again under its one-time key.
func (s *Service) act(ctx context.Context, by actor.Actor, county ident.County, do func(*db.Tx) (ident.ID, error)) (id ident.ID, again bool, err error) {
	err = s.Store.Do(ctx, by, county, func(tx *db.Tx) (err error) {
		if id, err = do(tx); err == nil {
			tx.Made(id, 0, 200)
		}
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		return done.ID, true, nil
	}
	return id, false, err
}

func errOwn() error {
	return fault.Rule("P5", "自己的岗位和账号不能由自己办理，请找另一位管理员。", "Nobody gives or ends a post of their own; please ask another administrator.")
}
