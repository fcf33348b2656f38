package appointment

import (
	"context"
	"slices"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// MostAway is for how many days somebody may stand in at a time: who is away for longer has a successor.
const MostAway = 30

// deputised are the posts in which somebody can stand in: who leads a committee, and who oversees.
var deputised = []actor.Role{actor.Chair, actor.StationOfficer, actor.BureauSupervisor}

// Candidate is somebody who could stand in.
type Candidate struct {
	Person ident.ID
	Name   string
}

// Candidates are those who could stand in for the holder of a post: for a chair, who mediates for the committee; for an officer, who
// oversees in the same county. Each has a way in. Fault Missing for a post that is not one's own.
func (s *Service) Candidates(ctx context.Context, g authz.Grant, id ident.ID) (p account.Post, out []Candidate, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if p, err = s.ownPost(tx, id); err != nil {
			return err
		}
		out, err = s.candidates(tx, p)
		return err
	})
	return p, out, err
}

// ownPost is a post of whoever acts, in which somebody can stand in.
func (s *Service) ownPost(tx *db.Tx, id ident.ID) (account.Post, error) {
	p, err := s.Accounts.FindPost(tx, id)
	if err == nil && (p.Person != tx.By.Person || over(p, calendar.DayOf(tx.Now))) {
		err = fault.NoSuch()
	}
	if err == nil && (!p.DeputyFor.IsZero() || !slices.Contains(deputised, p.Role)) {
		err = fault.New(fault.Conflict, "no_deputy", "这个岗位不能请人代行。代行的人也不能再请别人代行。", "Nobody can stand in in this post; and whoever stands in names nobody else.")
	}
	return p, err
}

func (s *Service) candidates(tx *db.Tx, p account.Post) (out []Candidate, err error) {
	var persons []ident.ID
	if p.Role == actor.Chair {
		mediators, err := registry.MediatorsOf(tx, p.Committee)
		if err != nil {
			return nil, err
		}
		for _, m := range mediators {
			persons = append(persons, m.PersonID)
		}
	} else if persons, err = overseers(tx, p.ID.County(), calendar.DayOf(tx.Now)); err != nil {
		return nil, err
	}
	for _, id := range persons {
		way, err := s.Accounts.WayOf(tx, id)
		if fault.Is(err, fault.Missing) || id == p.Person {
			continue
		}
		if err != nil {
			return nil, err
		}
		if way.State == account.Active {
			out = append(out, Candidate{id, way.Name})
		}
	}
	return out, nil
}

// Name names a deputy for one's own post, from a day until the day on which they hold it no more. Faults: Missing for a post of
// somebody else, Invalid days or person, Conflict while another stands in, rule P5.
func (s *Service) Name(ctx context.Context, g authz.Grant, id, deputy ident.ID, from, until calendar.Day) (ident.ID, error) {
	made, _, err := s.act(ctx, g.By(), id.County(), func(tx *db.Tx) (ident.ID, error) {
		of, err := s.ownPost(tx, id)
		if err != nil {
			return ident.ID{}, err
		}
		p := account.Post{Person: deputy, Role: of.Role, Committee: of.Committee, Area: of.Area, From: from, Until: until, DeputyFor: id}
		if p.From.IsZero() {
			p.From = calendar.DayOf(tx.Now)
		}
		if err := s.mayStandIn(tx, of, p); err != nil {
			return ident.ID{}, err
		}
		return s.Accounts.GivePost(tx, p)
	})
	return made, err
}

func (s *Service) mayStandIn(tx *db.Tx, of, p account.Post) error {
	if err := days(p.From, p.Until); err != nil {
		return err
	}
	var check fault.Check
	switch {
	case p.From.Before(of.From):
		check.Add("from", "您的岗位还没有开始。", "Your own post has not begun by then.")
	case calendar.DayOf(tx.Now).Plus(MostAway).Before(p.From):
		check.Add("from", "请在 %d 天以内开始；更晚的，到时候再请。", "Let it begin within %d days; for later, name them then.", MostAway)
	case p.From.Before(calendar.DayOf(tx.Now)):
		check.Add("from", "开始日期不能早于今天。", "The first day cannot lie before today.")
	case p.Until.IsZero() || !p.From.Before(p.Until):
		check.Add("until", "请填写代行到哪一天，不能早于开始日期。", "Say until when they stand in, not before the first day.")
	case p.From.Plus(MostAway).Before(p.Until):
		check.Add("until", "一次代行最多 %d 天。更长的，请按程序另行任命。", "Somebody stands in for at most %d days at a time; for longer there is a successor.", MostAway)
	case !of.Until.IsZero() && of.Until.Before(p.Until):
		check.Add("until", "您的岗位在这以前就结束了。", "Your own post ends before that.")
	}
	if err := s.choose(tx, of, p, &check); err != nil {
		return err
	}
	if err := s.holdBoth(tx, of, p); err != nil {
		return err
	}
	others, err := s.Accounts.DeputiesOf(tx, of.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(others, p.Meets) {
		return fault.New(fault.Conflict, "deputy", "这几天已经有人代行，请先结束。", "Somebody stands in on these days already; please end that first.")
	}
	if runs(others, p) > MostAway {
		return fault.New(fault.Conflict, "too_long", "加上前后相连的代行，超过 %d 天了。更长的，请按程序另行任命。", "Together with those before and after it this is longer than %d days; for longer there is a successor.", MostAway)
	}
	held, err := s.Accounts.PostsOf(tx, p.Person)
	if err != nil {
		return err
	}
	return apart(held, p)
}

// choose holds whoever should stand in to the list of those who may.
func (s *Service) choose(tx *db.Tx, of, p account.Post, check *fault.Check) error {
	candidates, err := s.candidates(tx, of)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(candidates, func(c Candidate) bool { return c.Person == p.Person }) {
		check.Add("person", "请从名单里选一个人。", "Choose somebody of the list.")
	}
	return check.Err()
}

// holdBoth keeps others from changing what the two hold, and looks again at what may have changed until then: the post of the one may
// have ended, and either may have been shut out.
func (s *Service) holdBoth(tx *db.Tx, of, p account.Post) error {
	for _, one := range []ident.ID{of.Person, p.Person} {
		if err := s.Accounts.Hold(tx, one); err != nil {
			return err
		}
	}
	if _, err := s.ownPost(tx, of.ID); err != nil {
		return err
	}
	way, err := s.Accounts.WayOf(tx, of.Person)
	if err == nil && way.State != account.Active {
		err = fault.NoSuch()
	}
	if err != nil {
		return err
	}
	return s.choose(tx, of, p, &fault.Check{})
}

// apartBy is how many days must lie between two times in which somebody stands in, or they are one.
const apartBy = 7

// runs is for how many days somebody stands in without a break worth the name, with one more time beside others.
func runs(others []account.Post, p account.Post) (days int) {
	from, until, seen := p.From, p.Until, map[ident.ID]bool{}
	days = p.Until.Since(p.From)
	for grown := true; grown; {
		grown = false
		for _, o := range others {
			if seen[o.ID] || !o.From.Before(o.Until) || until.Plus(apartBy).Before(o.From) || o.Until.Plus(apartBy).Before(from) {
				continue
			}
			seen[o.ID], grown = true, true
			days += o.Until.Since(o.From)
			from, until = min(from, o.From), max(until, o.Until)
		}
	}
	return days
}

// EndDeputy ends what somebody holds for another, at once; either of the two may. Fault Missing for everybody else.
func (s *Service) EndDeputy(ctx context.Context, g authz.Grant, id ident.ID) error {
	_, _, err := s.act(ctx, g.By(), id.County(), func(tx *db.Tx) (ident.ID, error) {
		p, err := s.Accounts.FindPost(tx, id)
		if err != nil || p.DeputyFor.IsZero() {
			return id, missing(err)
		}
		of, err := s.Accounts.FindPost(tx, p.DeputyFor)
		if err == nil && tx.By.Person != p.Person && tx.By.Person != of.Person {
			err = fault.NoSuch()
		}
		if err != nil {
			return id, err
		}
		return id, s.end(tx, p, "")
	})
	return err
}

func missing(err error) error {
	if err == nil {
		return fault.NoSuch()
	}
	return err
}
