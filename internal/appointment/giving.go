package appointment

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Newcomer is somebody who gets a way in: of the register, by committee and person, with the post that it says; or by name, who
// then holds none.
type Newcomer struct {
	Login     string
	Name      string
	County    ident.County
	Committee ident.ID
	Person    ident.ID
}

// Enter gives somebody a way in with a password that is told once, good for seven days and to be changed at the first sign-in.
// Faults: Invalid values by name, Missing person of the register, Conflict for a login that is taken and for whoever has one.
func (s *Service) Enter(ctx context.Context, g authz.Grant, in Newcomer) (id ident.ID, password string, err error) {
	county := in.County
	if !in.Committee.IsZero() {
		county = in.Committee.County()
	}
	if !in.Committee.IsZero() && !g.CoversArea(county.Area()) {
		return id, "", fault.NoSuch()
	}
	if county == "" || !g.CoversArea(county.Area()) {
		return id, "", fault.New(fault.Invalid, "county", "请选择您管理的县（市、区）。", "Choose a county of yours.").At("county")
	}
	password = strings.ToLower(rand.Text()[:20])
	hash, err := s.Accounts.Hash(ctx, password, strings.ToLower(in.Login))
	if err != nil {
		return id, "", err
	}
	id, again, err := s.act(ctx, g.By(), county, func(tx *db.Tx) (ident.ID, error) {
		person, post, err := s.whom(tx, g, in)
		if err != nil {
			return ident.ID{}, err
		}
		id, err := s.Accounts.AddAccount(tx, account.NewAccount{Person: person, Login: in.Login, PasswordHash: hash, MustChange: true})
		if err != nil || post.Role == "" {
			return id, err
		}
		_, err = s.give(tx, g, post)
		return id, err
	})
	if again { // it was told when it was made
		password = ""
	}
	return id, password, err
}

// whom finds or enters the person, and says which post the register gives them.
func (s *Service) whom(tx *db.Tx, g authz.Grant, in Newcomer) (ident.ID, account.Post, error) {
	if in.Committee.IsZero() {
		id, err := s.Accounts.AddPerson(tx, account.Person{Name: in.Name})
		return id, account.Post{}, err
	}
	c, err := registry.FindCommittee(tx, in.Committee)
	if err == nil && !g.CoversArea(c.AreaCode) {
		err = fault.NoSuch()
	}
	if err != nil {
		return ident.ID{}, account.Post{}, err
	}
	for _, role := range []actor.Role{actor.Chair, actor.Mediator} {
		p := account.Post{Person: in.Person, Role: role, Committee: in.Committee}
		if ok, err := registered(tx, p); err != nil || ok {
			return in.Person, p, err
		}
	}
	return ident.ID{}, account.Post{}, fault.New(fault.Invalid, "person", "请选择这个调委会登记在册的人。", "Choose somebody whom the register knows in this committee.").At("person")
}

// Registered is somebody of a committee by the register, and whether they have a way in.
type Registered struct {
	Person  ident.ID
	Name    string
	Office  registry.Office // "" for who mediates without being a member
	Since   calendar.Day
	Entered bool
}

// RegisteredIn are those of a committee who could be given a way in, by its name in a county. Fault Invalid for a name that no
// committee of the county has.
func (s *Service) RegisteredIn(ctx context.Context, g authz.Grant, county ident.County, name string) (of registry.Committee, out []Registered, err error) {
	unknown := fault.New(fault.Invalid, "committee", "没有找到这个调委会，请填写它的简称或者全称。", "No such committee was found; please give its short or its full name.").At("committee")
	if county == "" || !g.CoversArea(county.Area()) {
		return of, nil, unknown
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if of, err = registry.CommitteeCalled(tx, county, strings.TrimSpace(name)); err != nil {
			if fault.Is(err, fault.Missing) {
				err = unknown
			}
			return err
		}
		out, err = s.registered(tx, of.ID)
		return err
	})
	return of, out, err
}

func (s *Service) registered(tx *db.Tx, committee ident.ID) (out []Registered, err error) {
	members, err := registry.MembersOf(tx, committee)
	if err != nil {
		return nil, err
	}
	seen := map[ident.ID]bool{}
	for _, m := range members {
		seen[m.PersonID] = true
		out = append(out, Registered{Person: m.PersonID, Name: m.Name, Office: m.Office, Since: m.JoinedOn})
	}
	mediators, err := registry.MediatorsOf(tx, committee)
	if err != nil {
		return nil, err
	}
	for _, m := range mediators {
		if !seen[m.PersonID] {
			out = append(out, Registered{Person: m.PersonID, Name: m.Name, Since: m.EngagedOn})
		}
	}
	for i, r := range out {
		_, err := s.Accounts.WayOf(tx, r.Person)
		if err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
		out[i].Entered = err == nil
	}
	return out, nil
}

// Give gives a post to the person of an account. Faults: Missing account; Invalid role, place or day; rule P5; Conflict when they
// hold it, and for a post in a committee that the register does not know them in.
func (s *Service) Give(ctx context.Context, g authz.Grant, id ident.ID, p account.Post) (ident.ID, error) {
	made, _, err := s.act(ctx, g.By(), id.County(), func(tx *db.Tx) (ident.ID, error) {
		way, err := s.Accounts.WayWithin(tx, g, id)
		if err != nil {
			return ident.ID{}, err
		}
		if way.Person == tx.By.Person {
			return ident.ID{}, errOwn()
		}
		p.Person, p.DeputyFor = way.Person, ident.ID{}
		return s.give(tx, g, p)
	})
	return made, err
}

func (s *Service) give(tx *db.Tx, g authz.Grant, p account.Post) (ident.ID, error) {
	if p.From.IsZero() {
		p.From = calendar.DayOf(tx.Now)
	}
	if err := days(p.From, p.Until); err != nil {
		return ident.ID{}, err
	}
	if err := p.Check(); err != nil {
		return ident.ID{}, err
	}
	if err := s.Accounts.Hold(tx, p.Person); err != nil { // first: whoever leaves the register meanwhile is given nothing
		return ident.ID{}, err
	}
	if err := mayGive(tx, g, p); err != nil {
		return ident.ID{}, err
	}
	held, err := s.Accounts.PostsOf(tx, p.Person)
	if err != nil {
		return ident.ID{}, err
	}
	if err := apart(held, p); err != nil {
		return ident.ID{}, err
	}
	return s.Accounts.GivePost(tx, p)
}

// days refuses what is no day.
func days(from, until calendar.Day) error {
	var check fault.Check
	from.Given(&check, "from")
	if !until.IsZero() {
		until.Given(&check, "until")
	}
	return check.Err()
}

// End ends a post on a day, today when none is named; whatever deputies hold for it ends too. Faults: Missing post, rule P5 for
// one's own, Conflict when it has ended, Invalid day.
func (s *Service) End(ctx context.Context, g authz.Grant, id ident.ID, on calendar.Day) error {
	_, _, err := s.act(ctx, g.By(), id.County(), func(tx *db.Tx) (ident.ID, error) {
		p, err := s.Accounts.FindPost(tx, id)
		switch {
		case err == nil && !g.CoversArea(id.County().Area()):
			return id, fault.NoSuch()
		case err != nil:
			return id, err
		case p.Person == tx.By.Person:
			return id, errOwn()
		}
		return id, s.endHeld(tx, p, on)
	})
	return err
}

// endHeld ends a post as it stands once nobody else changes it.
func (s *Service) endHeld(tx *db.Tx, p account.Post, on calendar.Day) error {
	var guards []account.Post
	var err error
	guarded := slices.Contains(guarding, p.Role)
	if guarded {
		if guards, err = s.holdGuards(tx, p.Role); err != nil {
			return err
		}
	}
	if err := s.Accounts.Hold(tx, p.Person); err != nil {
		return err
	}
	if p, err = s.Accounts.FindPost(tx, p.ID); err != nil {
		return err
	}
	if err := s.end(tx, p, on); err != nil || !guarded {
		return err
	}
	left, err := s.Accounts.Guards(tx, p.Role)
	if err != nil {
		return err
	}
	return leavesNobody(guards, left, p, calendar.DayOf(tx.Now))
}

func (s *Service) end(tx *db.Tx, p account.Post, on calendar.Day) error {
	today := calendar.DayOf(tx.Now)
	if on.IsZero() {
		on = today
	}
	if _, err := calendar.ParseDay(string(on)); err != nil {
		return fault.Of(err).At("on")
	}
	switch {
	case over(p, today):
		return fault.New(fault.Conflict, "ended", "这个岗位已经结束。", "This post has ended already.")
	case on.Before(today):
		return fault.New(fault.Invalid, "on", "结束日期不能早于今天。", "The day cannot lie before today.").At("on")
	case !p.Until.IsZero() && p.Until.Before(on):
		return fault.New(fault.Invalid, "on", "这个岗位本来就在这一天以前结束。", "The post ends before that day already.").At("on")
	}
	if err := s.Accounts.EndPost(tx, p.ID, on); err != nil || !p.DeputyFor.IsZero() {
		return err
	}
	return s.standsOnNothing(tx, p.Person, on)
}

// standsOnNothing ends what somebody holds for others when a post of their own ends, on which it rested.
func (s *Service) standsOnNothing(tx *db.Tx, person ident.ID, on calendar.Day) error {
	held, err := s.Accounts.PostsOf(tx, person)
	if err != nil {
		return err
	}
	for _, p := range held {
		if !p.DeputyFor.IsZero() && (p.Until.IsZero() || on.Before(p.Until)) {
			if err := s.Accounts.EndPost(tx, p.ID, on); err != nil {
				return err
			}
		}
	}
	return nil
}

// SetState closes an account, or opens it again. Faults: Missing, rule P5 for one's own, Conflict when it is so already.
func (s *Service) SetState(ctx context.Context, g authz.Grant, id ident.ID, to account.State) error {
	_, _, err := s.act(ctx, g.By(), id.County(), func(tx *db.Tx) (ident.ID, error) {
		way, err := s.Accounts.WayWithin(tx, g, id)
		var guards []account.Post
		if err == nil && to != account.Active {
			guards, err = s.holdGuardsWith(tx, way.Person)
		}
		if err == nil {
			err = s.Accounts.Hold(tx, way.Person)
		}
		if err == nil {
			way, err = s.Accounts.WayWithin(tx, g, id)
		}
		switch {
		case err != nil:
			return id, err
		case way.Person == tx.By.Person:
			return id, errOwn()
		case way.State == to:
			return id, fault.New(fault.Conflict, "state", "这个账号已经是这个状态。", "The account is so already.")
		case way.State == account.Invited:
			return id, fault.New(fault.Conflict, "invited", "这个账号还没有密码，请先重置密码。", "This account has no password yet; please reset it first.")
		}
		if to == account.Active {
			return id, s.Accounts.SetState(tx, id, to)
		}
		if now, err := s.Accounts.Guards(tx, guarding...); err != nil {
			return id, err
		} else if guards == nil && holdsAny(now, way.Person) { // given in this moment, and the other guards were not held
			return id, errJustGiven
		}
		if err := s.Accounts.SetState(tx, id, to); err != nil {
			return id, err
		}
		return id, s.stillGuarded(tx, guards, way.Person)
	})
	return err
}

// stillGuarded looks at every area that somebody guarded who is shut out.
func (s *Service) stillGuarded(tx *db.Tx, before []account.Post, person ident.ID) error {
	left, err := s.Accounts.Guards(tx, guarding...)
	for _, p := range before {
		if err == nil && p.Person == person {
			err = leavesNobody(before, left, p, calendar.DayOf(tx.Now))
		}
	}
	return err
}

// Left ends what somebody holds in a committee in which the register knows them no more, or not as that: whoever leaves can do
// nothing more from that moment.
func (s *Service) Left(tx *db.Tx, committee, person ident.ID) error {
	if err := s.Accounts.Hold(tx, person); err != nil { // a post that is being given ends too
		return err
	}
	held, err := s.Accounts.PostsOf(tx, person)
	if err != nil {
		return err
	}
	for _, p := range held {
		if p.Committee != committee || over(p, calendar.DayOf(tx.Now)) || !p.DeputyFor.IsZero() && p.Role == actor.Chair {
			continue
		}
		ok, err := registered(tx, p)
		if err == nil && !ok {
			err = s.Accounts.EndPost(tx, p.ID, calendar.DayOf(tx.Now))
		}
		if err != nil {
			return err
		}
	}
	return s.deputiesLeft(tx, held, committee)
}

// deputiesLeft ends what somebody holds for a chair who is away when they mediate for the committee no more.
func (s *Service) deputiesLeft(tx *db.Tx, held []account.Post, committee ident.ID) error {
	for _, p := range held {
		if p.Committee != committee || p.DeputyFor.IsZero() || over(p, calendar.DayOf(tx.Now)) {
			continue
		}
		ok, err := registered(tx, account.Post{Person: p.Person, Role: actor.Mediator, Committee: committee})
		if err == nil && !ok {
			err = s.Accounts.EndPost(tx, p.ID, calendar.DayOf(tx.Now))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
