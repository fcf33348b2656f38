package account

import (
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Post is a role that a person holds: mediators and chairs in a committee, everybody else over an area.
type Post struct {
	ID        ident.ID
	Person    ident.ID
	Role      actor.Role
	Committee ident.ID
	Area      ident.Area
	From      calendar.Day // the first day; today when empty
	Until     calendar.Day // the first day on which it is held no more; empty: until further notice
	DeputyFor ident.ID     // the post of somebody else for whom it is held while they are away
}

// Meets tells whether there is a day on which both are held.
func (p Post) Meets(o Post) bool {
	return (p.Until.IsZero() || o.From.Before(p.Until)) && (o.Until.IsZero() || p.From.Before(o.Until)) &&
		(p.Until.IsZero() || p.From.Before(p.Until)) && (o.Until.IsZero() || o.From.Before(o.Until))
}

// ownFirst brings what somebody holds themselves before what they hold for others: they act by the first post that may.
func ownFirst(a, b Post) int {
	switch {
	case a.DeputyFor.IsZero() == b.DeputyFor.IsZero():
		return 0
	case a.DeputyFor.IsZero():
		return -1
	}
	return 1
}

// Holds tells whether the post is held on a day.
func (p Post) Holds(day calendar.Day) bool {
	return !day.Before(p.From) && (p.Until.IsZero() || day.Before(p.Until))
}

// GivePost gives a person a post, and ends their sessions so that it holds at once. Faults: Invalid role or place,
// Missing person, Conflict when they hold the same post already.
func (s *Service) GivePost(tx *db.Tx, p Post) (ident.ID, error) {
	p, err := s.postToGive(tx, p)
	if err != nil {
		return ident.ID{}, err
	}
	if err := holdPerson(tx, p.Person); err != nil {
		return ident.ID{}, err
	}
	held, err := postsOf(tx, p.Person)
	if err != nil {
		return ident.ID{}, err
	}
	if slices.ContainsFunc(held, func(h Post) bool {
		return h.Role == p.Role && h.Committee == p.Committee && h.Area == p.Area && h.Meets(p)
	}) {
		return ident.ID{}, fault.New(fault.Conflict, "post", "这个人已经担任这个岗位。", "This person holds this post already.")
	}
	row := postFrom(tx, p)
	if err := tx.Rows().Create(&row).Error; err != nil {
		return ident.ID{}, err
	}
	if err := notePost(tx, row.post(), PostGiven); err != nil {
		return ident.ID{}, err
	}
	return row.ID, endSessionsOf(tx, p.Person)
}

// notePost enters what happened to a post in the log of its holder's way in. Whoever has none gets no line: nobody can act there.
func notePost(tx *db.Tx, p Post, e Event) error {
	row, err := accountByPerson(tx, p.Person)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.Rows().Create(&eventRow{Key: tx.NewKey(), AccountID: row.ID, Event: e, At: tx.Now, By: tx.By.Person, PostID: p.ID}).Error
}

func (s *Service) postToGive(tx *db.Tx, p Post) (Post, error) {
	if p.From.IsZero() {
		p.From = calendar.DayOf(tx.Now)
	}
	if err := p.Check(); err != nil {
		return p, err
	}
	_, err := personByID(tx, p.Person)
	return p, err
}

// GivePosts gives many posts at once, for loading in bulk: they are taken as they are, but for unknown roles.
func (s *Service) GivePosts(tx *db.Tx, in []Post) ([]ident.ID, error) {
	rows, ids := make([]postRow, len(in)), make([]ident.ID, len(in))
	for i, p := range in {
		if p.From.IsZero() {
			p.From = calendar.DayOf(tx.Now)
		}
		if err := p.Check(); err != nil {
			return nil, err
		}
		rows[i] = postFrom(tx, p)
		ids[i] = rows[i].ID
	}
	return ids, db.Load(tx, rows)
}

func postFrom(tx *db.Tx, p Post) postRow {
	return postRow{Key: tx.NewKey(), PersonID: p.Person, Role: p.Role, CommitteeID: p.Committee, AreaCode: p.Area,
		FromDay: p.From, UntilDay: p.Until, MadeAt: tx.Now, MadeBy: tx.By.Person, DeputyFor: p.DeputyFor}
}

// Check looks at the role, and whether the place and the days fit it. Fault Invalid, field by field.
func (p Post) Check() error {
	var c fault.Check
	inCommittee := p.Role == actor.Mediator || p.Role == actor.Chair
	switch {
	case !slices.Contains(actor.Staff, p.Role):
		c.Add("role", "没有这个岗位。", "There is no such post.")
	case inCommittee && p.Committee.IsZero():
		c.Add("committee_id", "请写明是哪个调委会。", "Say in which committee.")
	case inCommittee && p.Area != "", !inCommittee && !p.Committee.IsZero():
		c.Add("area_code", "岗位或属于一个调委会，或属于一个地区。", "A post belongs to a committee or to an area, not to both.")
	case !inCommittee && !ident.ValidArea(p.Area):
		c.Add("area_code", "请写明 12 位地区代码。", "Give an area code of twelve digits.")
	}
	if !p.Until.IsZero() && !p.From.Before(p.Until) {
		c.Add("until", "结束日期应在开始日期之后。", "The last day must lie after the first.")
	}
	return c.Err()
}

// EndPost takes a post away from a day on, with whatever is held for it by a deputy, and ends the holders' sessions at once. Fault
// Missing.
func (s *Service) EndPost(tx *db.Tx, id ident.ID, until calendar.Day) error {
	p, err := postByID(tx, id)
	if err != nil {
		return err
	}
	if err := holdPerson(tx, p.Person); err != nil {
		return err
	}
	if p, err = postByID(tx, id); err != nil || !p.Until.IsZero() && !until.Before(p.Until) { // it ends by then already
		return err
	}
	deputies, err := deputiesOf(tx, id)
	if err != nil {
		return err
	}
	for _, d := range deputies {
		if d.Until.IsZero() || until.Before(d.Until) {
			if err := s.EndPost(tx, d.ID, until); err != nil {
				return err
			}
		}
	}
	if err := setUntil(tx, id, until); err != nil {
		return err
	}
	if err := notePost(tx, p, PostEnded); err != nil {
		return err
	}
	return endSessionsOf(tx, p.Person)
}

// endDeputiesOf ends what others hold for a person.
func (s *Service) endDeputiesOf(tx *db.Tx, person ident.ID) error {
	posts, err := postsOf(tx, person)
	if err != nil {
		return err
	}
	day := calendar.DayOf(tx.Now)
	for _, p := range posts {
		deputies, err := deputiesOf(tx, p.ID)
		if err != nil {
			return err
		}
		for _, d := range deputies {
			if d.Until.IsZero() || day.Before(d.Until) {
				if err := s.EndPost(tx, d.ID, day); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Hold keeps others from changing what a person holds until the transaction ends: for whoever looks at it before they give more.
func (s *Service) Hold(tx *db.Tx, person ident.ID) error { return holdPerson(tx, person) }

// PostsOf are all posts of a person, past and coming ones too.
func (s *Service) PostsOf(tx *db.Tx, person ident.ID) ([]Post, error) { return postsOf(tx, person) }

// FindPost is a post. Fault Missing.
func (s *Service) FindPost(tx *db.Tx, id ident.ID) (Post, error) { return postByID(tx, id) }

// DeputiesOf are the posts that are, were or will be held for another.
func (s *Service) DeputiesOf(tx *db.Tx, post ident.ID) ([]Post, error) { return deputiesOf(tx, post) }
