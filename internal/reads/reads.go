// Package reads keeps who of the staff looked at which case, and who took lists of cases out (查阅记录; ASVS 16.3): a line for each
// person, case, kind and day, shown to the audit administrator and, of their own case, to its parties.
//
// What somebody does to a case stands in its journal; here stands only that it was looked at.
package reads

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// What may be read of it: of all cases within an area, or of one's own case.
const (
	Auditing authz.Action = "reads.audit"
	OfCase   authz.Action = "reads.own"
)

// Kinds of what is looked at. Whatever shows a case itself is a Case: its page, and every form of an act on it.
const (
	Case   = "case"
	List   = "list"   // a list of cases as a file
	Screen = "screen" // a list with names on the screen
)

// kinds of what shows a part of a case by itself, by the action under which it is asked for.
var kinds = map[authz.Action]string{
	"case.timeline": "timeline", "case.messages": "messages", "case.attachment": "attachment", "case.papers": "papers", "case.paper": "papers",
	"case.dossier": "dossier", "case.read_note": "note", "privacy.read": "requests",
	Reviewing: review, Numbers: "numbers",
}

// Two kinds are told of by the rooms that show it, whatever address it stands under: a dossier that was drawn for a review, and a paper
// that bears identity numbers.
const (
	Reviewing              = casework.ForReview
	Numbers   authz.Action = "case.paper_numbers" // no row of the policy: whoever may have the paper

	review = "review"
	lookUp = "look_up" // of a number of a person: neither which nor whose
)

// lists are the actions under which lists of cases are taken out.
var lists = []authz.Action{"case.export", "referral.export"}

// screens are the actions whose lists show names on the screen, or draw them again with what was wrong, each with the kind of what is
// seen there. Whose view of them holds no names (a bureau's, a referring organ's) is shown nobody, and is not noted.
var screens = map[authz.Action]string{
	"case.list": Screen, "desk.read": Screen, "case.hand_over_host": Screen, "duty.manage": Screen, casework.LookingUp: lookUp,
	"held.read": "held", "held.clear": "held",
	"conduct.read": "complaints", "conduct.handle": "complaints",
	"privacy.read": "requests", "privacy.decide": "requests", "privacy.confirm": "requests",
}

// Kinds are all kinds, in the order in which they are explained.
var Kinds = []string{Case, "timeline", "messages", "attachment", "papers", "numbers", "dossier", review, "note", "requests", Screen, lookUp, "held", "complaints", List}

// Look is a line of the record of looks.
type Look struct {
	ident.Key
	CaseID      ident.ID     `gorm:"column:case_id"` // zero: a list
	PersonID    ident.ID     `gorm:"column:person_id"`
	Role        actor.Role   `gorm:"column:role"`
	CommitteeID ident.ID     `gorm:"column:committee_id"` // in which they hold it, or
	OfficeArea  ident.Area   `gorm:"column:office_area"`  // over which
	AreaCode    ident.Area   `gorm:"column:area_code"`    // of the case
	Kind        string       `gorm:"column:kind"`
	ReadOn      calendar.Day `gorm:"column:read_on"`
	ReadAt      time.Time    `gorm:"column:read_at"` // the first time on that day
}

// TableName is the table of looks.
func (Look) TableName() string { return "case_reads" }

// Service is the room.
type Service struct {
	Store    *db.Store
	Cases    *casework.Service
	Accounts *account.Service
	Policy   *authz.Policy
	Log      *slog.Logger

	mu    sync.Mutex
	known map[known]bool
}

// known is a look that stands in the table, so that it need not be tried again.
type known struct {
	person, of ident.ID
	kind       string
	on         calendar.Day
}

const mostKnown = 100_000

// Note keeps that somebody of the staff is about to be shown something of a case, or, where there is none, a list: each time as a file,
// once a day on the screen, whatever was searched for. It is called between the finding and the answer: who is not at work on a case is shown nothing that cannot be noted (ASVS
// 16.5.3). A mediator at work in a committee is, so that a full disk does not send away the people in front of them.
func (s *Service) Note(ctx context.Context, by actor.Actor, action authz.Action, of ident.ID) error {
	if !by.IsStaff() || by.Person.IsZero() {
		return nil
	}
	k := known{by.Person, of, Case, calendar.DayOf(s.Store.Now())}
	if kind := kinds[action]; kind != "" {
		k.kind = kind
	}
	if of.IsZero() {
		if k.kind = s.listed(by, action); k.kind == "" {
			return nil // figures, the register, what is one's own: no cases of people
		}
	}
	if s.knows(k) {
		return nil
	}
	works := by.Holds(actor.Mediator) || by.Holds(actor.Chair)
	own, err := s.keep(ctx, by, k, map[bool]time.Duration{true: waitWorking, false: waitLooking}[works])
	if err == nil {
		if k.kind != List && !own { // each file is a line of its own, and whose own case it is may come to have a part in it by office
			s.learn(k)
		}
		return nil
	}
	if works {
		s.Log.ErrorContext(ctx, "a look at a case was not noted", "err", err)
		return nil
	}
	return fault.New(fault.Unavailable, "", "现在记不下查阅记录，所以暂时不能打开。请过几分钟再试。", "Who looks at cases cannot be noted just now, so this is not shown. Please try again in a few minutes.")
}

// listed is what a list is, for whoever is shown people in it; "" for everything else.
func (s *Service) listed(by actor.Actor, action authz.Action) string {
	if slices.Contains(lists, action) {
		return List
	}
	kind := screens[action]
	if kind == Screen || kind == lookUp {
		action = "case.list"
	}
	if g, err := s.Policy.Allow(by, action); kind == "" || err != nil || !slices.ContainsFunc(g.Reaches(), named) {
		return ""
	}
	return kind
}

func named(r authz.Reach) bool { return r.View == authz.Full || r.View == authz.Offered }

// How long an answer waits for whoever holds a lock before its look is taken for one that cannot be noted.
const (
	waitWorking = 200 * time.Millisecond
	waitLooking = 2 * time.Second
)

// keep writes a look; own tells that there was none to write, since it is their own case, in which no office of theirs has a part.
func (s *Service) keep(ctx context.Context, by actor.Actor, k known, wait time.Duration) (own bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	by.Once = actor.Once{} // the key of a form is its act's, which has used it
	county := k.of.County()
	if k.of.IsZero() {
		county = countyOf(by.Posts[0])
	}
	err = s.Store.Do(ctx, by, county, func(tx *db.Tx) error {
		if k.of.IsZero() && k.kind != List {
			if noted, err := s.listNoted(tx, by, k); err != nil || noted {
				return err
			}
		}
		look := Look{Key: tx.NewKey(), CaseID: k.of, PersonID: by.Person, Kind: k.kind, ReadOn: k.on, ReadAt: tx.Now}
		post := by.Posts[0]
		if look.AreaCode = county.Area(); !k.of.IsZero() {
			at, err := placeOf(tx, k.of, by.Person)
			if err != nil {
				return err
			}
			var office bool
			if post, office = postFor(by, at); at.Own && !office {
				own = true
				return nil
			}
			look.AreaCode = at.AreaCode
		}
		look.Role, look.CommitteeID, look.OfficeArea = post.Role, post.Committee, post.Area
		return insert(tx, look)
	})
	return own, err
}

// listNoted tells whether a list on the screen stands in the table for the day, from whichever process; nobody else notes it meanwhile.
func (s *Service) listNoted(tx *db.Tx, by actor.Actor, k known) (bool, error) {
	if err := s.Accounts.Hold(tx, by.Person); err != nil {
		return false, err
	}
	return hasList(tx, k)
}

// countyOf is where a post belongs.
func countyOf(p actor.Post) ident.County {
	if !p.Committee.IsZero() {
		return p.Committee.County()
	}
	return p.Area.County()
}

// postFor is the post by which somebody most likely looks at a case: in its committee, else over its area, else the first; office tells
// whether the case lies within it.
func postFor(by actor.Actor, at place) (post actor.Post, office bool) {
	post = by.Posts[0]
	for _, p := range by.Posts {
		if p.Committee == at.CommitteeID && !p.Committee.IsZero() {
			return p, true
		}
		if p.Area != "" && p.Area.Covers(at.AreaCode) {
			post, office = p, true
		}
	}
	return post, office
}

func (s *Service) knows(k known) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[k]
}

func (s *Service) learn(k known) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || len(s.known) >= mostKnown {
		s.known = map[known]bool{}
	}
	s.known[k] = true
}

// Told is a look as it is told: who, from which office, at what.
type Told struct {
	Look
	Name      string // "" where the reader is not told it
	Office    string
	Reference string
}

// Filter narrows the looks.
type Filter struct {
	Name      string // of who looked, whole
	Reference string // of the case
	From, To  calendar.Day
	After     ident.ID // those before this one
	Limit     int
}

// Looks are those within the grant's area, the newest first, and the one after which the next page begins.
func (s *Service) Looks(ctx context.Context, g authz.Grant, f Filter) (out []Told, next ident.ID, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, err := looks(tx, g, f)
		if err != nil {
			return err
		}
		if len(rows) > f.Limit {
			rows, next = rows[:f.Limit], rows[f.Limit-1].ID
		}
		out, err = s.tell(tx, rows, func(Look) bool { return true })
		return err
	})
	return out, next, err
}

const mostOfCase = 500

// Of are the looks at one case as its party is told them, the newest first: who of a committee, by name; of everybody else the
// office, whose people answer for it together, and so of whoever reviews its dossier, whom those who mediated are not told either.
func (s *Service) Of(ctx context.Context, g authz.Grant, id ident.ID) (out []Told, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if err := s.Cases.Reached(tx, g, id); err != nil {
			return err
		}
		rows, err := ofCase(tx, id, mostOfCase)
		if err == nil {
			out, err = s.tell(tx, rows, func(l Look) bool { return !l.CommitteeID.IsZero() && l.Kind != review })
		}
		return err
	})
	return out, err
}

// tell finds the words for lines; each name and office once.
func (s *Service) tell(tx *db.Tx, rows []Look, named func(Look) bool) ([]Told, error) {
	names, offices := map[ident.ID]string{}, map[string]string{}
	references, err := referencesOf(tx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]Told, 0, len(rows))
	for _, l := range rows {
		told := Told{Look: l, Reference: references[l.CaseID]}
		at := string(l.OfficeArea)
		if !l.CommitteeID.IsZero() {
			at = l.CommitteeID.String()
		}
		if _, known := offices[at]; !known {
			if offices[at], err = officeOf(tx, l); err != nil {
				return nil, err
			}
		}
		told.Office = offices[at]
		if named(l) {
			if _, known := names[l.PersonID]; !known {
				if names[l.PersonID], err = s.Accounts.NameOf(tx, l.PersonID); err != nil {
					return nil, err
				}
			}
			told.Name = names[l.PersonID]
		}
		out = append(out, told)
	}
	return out, nil
}

func officeOf(tx *db.Tx, l Look) (name string, err error) {
	if !l.CommitteeID.IsZero() {
		name, _, err = registry.NameOf(tx, l.CommitteeID)
		return name, err
	}
	name, err = registry.FullName(tx, l.OfficeArea)
	return strings.ReplaceAll(name, " ", ""), err
}
