// Package actor tells who is acting: a person with their posts, a party who holds one case's access code, or nobody
// in particular; and under which one-time key.
package actor

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
)

// Role is the name of a post in the policy. Roles and persons never share a name space: an actor is never a subject
// of the policy, only their roles are.
type Role string

const (
	Anyone           Role = "anyone" // everybody, signed in or not
	Applicant        Role = "applicant"
	Respondent       Role = "respondent"
	Agent            Role = "agent"
	Mediator         Role = "mediator"
	Chair            Role = "chair"
	StationOfficer   Role = "station_officer"
	BureauSupervisor Role = "bureau_supervisor"
	HousingViewer    Role = "housing_viewer" // the housing bureau looks at counts, and never at a case (W5)
	Referrer         Role = "referrer"
	AdminSystem      Role = "admin_system"
	AdminSecurity    Role = "admin_security"
	AdminAudit       Role = "admin_audit"
)

// Parties are the roles that a person holds by taking part in a case, not by a post.
var Parties = []Role{Applicant, Respondent, Agent}

// Staff are the roles that a post gives.
var Staff = []Role{Mediator, Chair, StationOfficer, BureauSupervisor, HousingViewer, Referrer,
	AdminSystem, AdminSecurity, AdminAudit}

// Post is a role held in a committee or over an area.
type Post struct {
	Role      Role
	Committee ident.ID     // for mediator and chair
	Area      ident.Area   // for everybody else: the area and all below it
	Until     calendar.Day // the first day on which it is held no more; empty: until further notice
}

// Actor is who acts. The zero Actor is anyone.
type Actor struct {
	Person ident.ID // zero for anyone and for a party by code
	Name   string
	Posts  []Post

	// A party by access code reaches this one case, as this one party.
	Case  ident.ID
	Party ident.ID
	Part  Role // applicant, respondent or agent
	// Helper is who acts for that party by a code of their own: its agent or guardian. Zero for the party itself.
	Helper ident.ID

	// Session is by which a person acts; zero for who acts by none: a party by code, the console, what goes on by itself.
	Session ident.ID
	// Fresh tells that this person has shown in the last quarter of an hour that it is them, by password or second factor.
	Fresh bool
	// Owes is what a person must still do before they hold anything: until then they are anyone who has a name.
	Owes Owing

	// Once is the one-time key under which the act was sent; the zero value if none was.
	Once Once
}

// Once is a one-time key: what is sent again under the same key and with the same body is done once.
type Once struct {
	Key  [32]byte // hash of (who, route, key)
	Body [32]byte // hash of the body
}

// Owing is a step of signing in that is not done.
type Owing string

const (
	OwesPassword Owing = "password"      // it was chosen by somebody else
	OwesFactor   Owing = "second_factor" // whoever works here has one
)

// IsZero tells whether no key was sent.
func (o Once) IsZero() bool { return o == Once{} }

// System is the product itself, acting on a rule (the last signature makes an agreement effective).
var System = Actor{Name: "system"}

// SignedIn tells whether somebody in particular acts: a person, or a party by code.
func (a Actor) SignedIn() bool { return !a.Person.IsZero() || !a.Case.IsZero() }

// Known is the id by which a log may name who acts: of the person, of the helper or the party by code; zero for anyone.
func (a Actor) Known() ident.ID {
	for _, id := range []ident.ID{a.Person, a.Helper, a.Party} {
		if !id.IsZero() {
			return id
		}
	}
	return ident.ID{}
}

// IsStaff tells whether the actor holds any post.
func (a Actor) IsStaff() bool { return len(a.Posts) > 0 }

// Over is the post over an area in which somebody acts there; Anyone where they have none.
func (a Actor) Over(area ident.Area) Role {
	for _, p := range a.Posts {
		if p.Area != "" && p.Area.Covers(area) {
			return p.Role
		}
	}
	return Anyone
}

// Holds tells whether the actor holds a post with this role.
func (a Actor) Holds(role Role) bool {
	for _, p := range a.Posts {
		if p.Role == role {
			return true
		}
	}
	return false
}
