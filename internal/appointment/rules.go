package appointment

import (
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

var administrators = []actor.Role{actor.AdminSystem, actor.AdminSecurity, actor.AdminAudit}

// apart holds P5: the three administrators are three persons, and none of them works on cases, oversees or refers.
func apart(held []account.Post, p account.Post) error {
	for _, h := range held {
		if h.ID != p.ID && h.Meets(p) && (slices.Contains(administrators, h.Role) || slices.Contains(administrators, p.Role)) {
			return fault.Rule("P5", "系统、安全、审计管理员要由三个人分别担任，也不能兼任办案、监督的岗位。请先结束这个人的另一个岗位，或者另选一个人。",
				"The administrators of the system, of its safety and of its audit are three persons, none of whom works on cases or oversees them. Please end this person's other post first, or choose somebody else.")
		}
	}
	return nil
}

// guarding are the administrators without whom an area is not to be left: who gives posts and lets people in again, and who reads what
// the others do.
var guarding = []actor.Role{actor.AdminSecurity, actor.AdminAudit}

// holdGuards keeps others from changing who administers the safety, or the audit, of anything: two who end each other's posts at the same
// moment would leave nobody.
func (s *Service) holdGuards(tx *db.Tx, roles ...actor.Role) ([]account.Post, error) {
	posts, err := s.Accounts.Guards(tx, roles...)
	if err != nil {
		return nil, err
	}
	for i, p := range posts { // in the order of their ids, as everybody does
		if i > 0 && posts[i-1].Person == p.Person {
			continue
		}
		if err := s.Accounts.Hold(tx, p.Person); err != nil {
			return nil, err
		}
	}
	return s.Accounts.Guards(tx, roles...)
}

// holdGuardsWith is holdGuards for what somebody guards: only who guards something can leave nobody, and whoever shuts out others waits
// for nobody.
func (s *Service) holdGuardsWith(tx *db.Tx, person ident.ID) ([]account.Post, error) {
	posts, err := s.Accounts.Guards(tx, guarding...)
	if err != nil {
		return nil, err
	}
	var roles []actor.Role
	for _, p := range posts {
		if p.Person == person {
			roles = append(roles, p.Role)
		}
	}
	if roles == nil {
		return nil, nil
	}
	return s.holdGuards(tx, roles...)
}

// asThat are those of some posts that are of one kind.
func asThat(posts []account.Post, role actor.Role) []account.Post {
	return slices.DeleteFunc(slices.Clone(posts), func(p account.Post) bool { return p.Role != role })
}

func holdsAny(posts []account.Post, person ident.ID) bool {
	return slices.ContainsFunc(posts, func(p account.Post) bool { return p.Person == person })
}

var errJustGiven = fault.New(fault.Stale, "", "刚刚有人给了这个人安全管理员或者审计管理员岗位。请看过新内容后再试。",
	"Somebody has just given this person the post of administrator of safety or of audit. Please look at it again and retry.")

// leavesNobody refuses what leaves the area of a post without anybody who holds one like it: nobody could give posts and let people in
// again, or nobody read who did.
func leavesNobody(before, after []account.Post, ended account.Post, today calendar.Day) error {
	was, is := account.GuardedBy(asThat(before, ended.Role), ended.Area, today), account.GuardedBy(asThat(after, ended.Role), ended.Area, today)
	if is == was || !is.Lacks(today, soon) || !was.Until.IsZero() && !is.Until.Before(was.Until) {
		return nil
	}
	if ended.Role == actor.AdminAudit {
		return fault.New(fault.Conflict, "last_audit", "这样一来，这个地区就没有（或者很快没有）审计管理员了：没有人能再查看谁登录过、谁被授予了岗位、谁看过案件。请先授予另一个人审计管理员岗位，不写结束日期。",
			"That would leave this area without an administrator of its audit, now or soon: nobody could read who signed in, who was given a post and who looked at cases. Please give the post to somebody else first, without a last day.")
	}
	return fault.New(fault.Conflict, "last_security", "这样一来，这个地区就没有（或者很快没有）安全管理员了：没有人能再授予岗位、重置密码。请先授予另一个人安全管理员岗位，不写结束日期。",
		"That would leave this area without an administrator of its safety, now or soon: nobody could give posts or reset passwords. Please give the post to somebody else first, without a last day.")
}

// ofCommittee tells whether a post is held in a committee.
func ofCommittee(r actor.Role) bool { return r == actor.Mediator || r == actor.Chair }

// mayGive holds a post to the reach of who gives it, to where the person is kept, and to the register.
func mayGive(tx *db.Tx, g authz.Grant, p account.Post) error {
	county := p.Person.County()
	if p.From.Before(calendar.DayOf(tx.Now)) {
		return fault.New(fault.Invalid, "from", "开始日期不能早于今天。", "The first day cannot lie before today.").At("from")
	}
	if !ofCommittee(p.Role) {
		return mayGiveOver(tx, g, p, county)
	}
	c, err := registry.FindCommittee(tx, p.Committee)
	if fault.Is(err, fault.Missing) || err == nil && (!g.CoversArea(c.AreaCode) || c.CountyCode != county) {
		return fault.New(fault.Invalid, "committee", "本县（市、区）没有这个调委会。", "There is no such committee in this county.").At("committee_id")
	}
	if err != nil {
		return err
	}
	ok, err := registered(tx, p)
	if err == nil && !ok {
		if p.Role == actor.Chair {
			return fault.New(fault.Conflict, "not_registered", "登记册里，这个人现在不是这个调委会的主任或者副主任。请先由司法局登记。",
				"By the register this person is neither chair nor deputy chair of this committee now. The bureau enters them first.")
		}
		return fault.New(fault.Conflict, "not_registered", "登记册里，这个人现在不是这个调委会的调解员。请先由司法局登记。",
			"By the register this person does not mediate for this committee now. The bureau enters them first.")
	}
	return err
}

func mayGiveOver(tx *db.Tx, g authz.Grant, p account.Post, county ident.County) error {
	_, err := registry.FindArea(tx, p.Area)
	if fault.Is(err, fault.Missing) || err == nil && (!g.CoversArea(p.Area) || p.Area.County() != county) {
		return fault.New(fault.Invalid, "area", "请选择这个账号所在县（市、区）内的地区。", "Choose an area within the county that keeps this account.").At("area_code")
	}
	return err
}

// registered tells whether the register says what a post in a committee says.
func registered(tx *db.Tx, p account.Post) (bool, error) {
	c, err := registry.FindCommittee(tx, p.Committee)
	if err != nil || c.State == registry.Ended {
		return false, err
	}
	if p.Role == actor.Mediator {
		_, err := registry.MediatorOf(tx, p.Committee, p.Person)
		if fault.Is(err, fault.Missing) {
			return false, nil
		}
		return err == nil, err
	}
	members, err := registry.MembersOf(tx, p.Committee)
	return slices.ContainsFunc(members, func(m registry.Member) bool {
		return m.PersonID == p.Person && (m.Office == registry.Chair || m.Office == registry.DeputyChair)
	}), err
}

func placeOf(tx *db.Tx, p account.Post) (string, error) {
	if ofCommittee(p.Role) {
		name, _, err := registry.NameOf(tx, p.Committee)
		return name, err
	}
	return registry.FullName(tx, p.Area)
}
