// Package authz asks the policy once whether somebody may do something, and turns a yes into a Grant that the stores
// demand. The policy is a table of rows: role, action, level, view; posts come from the session, reach goes to SQL.
package authz

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"

	"fengqiao/internal/actor"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Action is the name of a thing that can be done: "case.accept".
type Action string

// Level is how far a row reaches.
type Level string

const (
	LevelOwn       Level = "own"       // cases in which the actor takes part (for a party by code: that case)
	LevelDesk      Level = "desk"      // cases of the actor's committee that have no host yet, or in which they take part
	LevelCommittee Level = "committee" // all cases that the actor's committee leads
	LevelOffered   Level = "offered"   // cases offered to the actor's committee, while it has not answered
	LevelFormer    Level = "former"    // cases that the actor's committee led and handed over within its county
	LevelSampled   Level = "sampled"   // cases drawn for a dossier review, while the actor is to look at them
	LevelArea      Level = "area"      // everything in the area of the post and below it
	LevelAny       Level = "any"       // what is public, or belongs to nobody in particular
)

// Levels are all there are, nearest first.
var Levels = []Level{LevelOwn, LevelDesk, LevelCommittee, LevelOffered, LevelFormer, LevelSampled, LevelArea, LevelAny}

// View is what may be shown of what is reached.
type View string

const (
	None    View = ""
	Counts  View = "counts"  // figures only
	Status  View = "status"  // state and result
	Masked  View = "masked"  // a case without names, contacts and free text
	Offered View = "offered" // what a committee needs to answer an offer: names, what it is about, no contacts, no records
	Party   View = "party"   // what a party may see: own data, the other side's name, what concerns both
	Full    View = "full"    // the whole case
)

var viewOrder = []View{None, Counts, Status, Masked, Offered, Party, Full}

// Wider tells whether v shows more than w.
func (v View) Wider(w View) bool { return slices.Index(viewOrder, v) > slices.Index(viewOrder, w) }

// The parts that a person can take in a case (case_people.part).
const (
	PartApplicant  = "applicant"
	PartRespondent = "respondent"
	PartAgent      = "agent"
	PartHost       = "host"
	PartCoMediator = "co_mediator"
	PartRecorder   = "recorder"
	PartReferrer   = "referrer"
	PartReviewer   = "reviewer" // is to look at its dossier; takes no other part, and is not shown among the case's people
	PartRecused    = "recused"  // was host or co-mediator, was asked to withdraw, may not come back
)

var hostParts = []string{PartHost, PartCoMediator, PartRecorder}

// HostParts are the parts of those who work a case: host, co-mediator and recorder.
func HostParts() []string { return slices.Clone(hostParts) }

func ownParts(role actor.Role) []string {
	switch role {
	case actor.Applicant, actor.Respondent, actor.Agent, actor.Referrer:
		return []string{string(role)}
	case actor.Mediator, actor.Chair:
		return HostParts()
	}
	return nil
}

// Row is one line of the policy, as people read it.
type Row struct {
	Role   actor.Role
	Action Action
	Level  Level
	View   View
}

// Policy answers whether a role may do an action. It does not change after it was loaded and is safe for many readers.
type Policy struct {
	enforcer *casbin.Enforcer
	roles    []actor.Role
	actions  map[Action]bool
	stepUp   map[Action]bool // what needs a fresh proof of who it is
	mu       sync.Mutex
	asked    map[[2]string][]Row
}

// Load reads a policy. Unknown roles, levels and views, roles that include each other, and two rows for the same role,
// action and level are refused: a slip in the table must not become a silent no, or a silent yes.
func Load(modelText, policyText string) (*Policy, error) {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, fmt.Errorf("policy model: %w", err)
	}
	rows, err := readRows(policyText)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r[0] == stepUpRow {
			continue
		}
		if err := persist.LoadPolicyArray(r, m); err != nil {
			return nil, fmt.Errorf("policy row %v: %w", r, err)
		}
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if err := e.BuildRoleLinks(); err != nil {
		return nil, fmt.Errorf("policy roles: %w", err)
	}
	p := &Policy{enforcer: e, actions: map[Action]bool{}, stepUp: map[Action]bool{}, asked: map[[2]string][]Row{}}
	p.roles = append([]actor.Role{actor.Anyone}, append(slices.Clone(actor.Parties), actor.Staff...)...)
	for _, r := range rows {
		if r[0] == "p" {
			p.actions[Action(r[2])] = true
		}
	}
	return p, p.readStepUp(rows)
}

// stepUpRow begins a line that names an action for which a session that was opened a while ago is not enough.
const stepUpRow = "s"

// readStepUp reads the actions that need a fresh proof of who it is. One that no role has is a slip, and would leave the
// action that was meant without it.
func (p *Policy) readStepUp(rows [][]string) error {
	for _, r := range rows {
		if r[0] != stepUpRow {
			continue
		}
		if !p.actions[Action(r[1])] {
			return fmt.Errorf("policy: row %v names an action that no role has", r)
		}
		p.stepUp[Action(r[1])] = true
	}
	return nil
}

func readRows(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, -1
	seen := map[string]bool{}
	var rows [][]string
	for {
		row, err := r.Read()
		if err == io.EOF {
			widestFirst(rows)
			return rows, checkCircles(rows)
		}
		if err != nil {
			return nil, fmt.Errorf("policy: %w", err)
		}
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		if err := checkRow(row); err != nil {
			return nil, err
		}
		key := strings.Join(row[:min(4, len(row))], ",")
		if seen[key] {
			return nil, fmt.Errorf("policy: row %v stands twice", row)
		}
		seen[key] = true
		rows = append(rows, row)
	}
}

// widestFirst puts the rows that show most in front: the table answers with the first row that says yes.
func widestFirst(rows [][]string) {
	view := func(row []string) int { return slices.Index(viewOrder, View(row[len(row)-1])) }
	slices.SortStableFunc(rows, func(a, b []string) int { return view(b) - view(a) })
}

// groups are names that only stand for several roles ("party" for applicant, respondent and agent).
var groups = []string{"party", "staff"}

func checkRow(row []string) error {
	switch {
	case row[0] == "g" && len(row) == 3:
		if !isRole(row[1]) || !isRole(row[2]) && !slices.Contains(groups, row[2]) {
			return fmt.Errorf("policy: row %v names no role", row)
		}
	case row[0] == "p" && len(row) == 5:
		if !isRole(row[1]) && !slices.Contains(groups, row[1]) {
			return fmt.Errorf("policy: %q is no role", row[1])
		}
		if row[2] == "" {
			return fmt.Errorf("policy: row %v names no action", row)
		}
		if !slices.Contains(Levels, Level(row[3])) || row[4] == "" || !slices.Contains(viewOrder, View(row[4])) {
			return fmt.Errorf("policy: row %v has no such level or view", row)
		}
	case row[0] == stepUpRow && len(row) == 2 && row[1] != "":
	default:
		return fmt.Errorf("policy: cannot read row %v", row)
	}
	return nil
}

// checkCircles refuses roles that include each other: each would silently be the other.
func checkCircles(rows [][]string) error {
	includes := map[string][]string{}
	for _, row := range rows {
		if row[0] == "g" {
			includes[row[1]] = append(includes[row[1]], row[2])
		}
	}
	for role := range includes {
		reached := slices.Clone(includes[role])
		for i := 0; i < len(reached); i++ {
			if reached[i] == role {
				return fmt.Errorf("policy: %s includes itself", role)
			}
			for _, next := range includes[reached[i]] {
				if !slices.Contains(reached, next) {
					reached = append(reached, next)
				}
			}
		}
	}
	return nil
}

func isRole(name string) bool {
	r := actor.Role(name)
	return r == actor.Anyone || slices.Contains(actor.Parties, r) || slices.Contains(actor.Staff, r)
}

// Knows tells whether any role has the action. A route whose action no role has is a mistake.
func (p *Policy) Knows(a Action) bool { return p.actions[a] }

// Roles are all roles there are, in the order in which people read them.
func (p *Policy) Roles() []actor.Role { return slices.Clone(p.roles) }

// Actions are all actions of the policy, sorted.
func (p *Policy) Actions() []Action {
	out := make([]Action, 0, len(p.actions))
	for a := range p.actions {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// RowsFor are the rows that a role has for an action, its groups and included roles counted in; where several reach as
// far, the one that shows most.
func (p *Policy) RowsFor(role actor.Role, a Action) ([]Row, error) {
	rows, err := p.rowsFor(role, a)
	return slices.Clone(rows), err
}

// rowsFor keeps its answers: asking the table takes longer than anything else on the way to a grant.
func (p *Policy) rowsFor(role actor.Role, a Action) ([]Row, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := [2]string{string(role), string(a)}
	if rows, ok := p.asked[key]; ok {
		return rows, nil
	}
	var rows []Row
	for _, level := range Levels {
		ok, row, err := p.enforcer.EnforceEx(string(role), string(a), string(level))
		if err != nil {
			return nil, fmt.Errorf("policy: %s %s: %w", role, a, err)
		}
		if ok && len(row) == 4 {
			rows = append(rows, Row{Role: role, Action: a, Level: level, View: View(row[3])})
		}
	}
	p.asked[key] = rows
	return rows, nil
}

// Allow asks whether somebody may do an action, and how far.
//
// Faults: Unauthenticated when nobody is signed in and somebody with a role might; Denied when none of their roles may.
func (p *Policy) Allow(by actor.Actor, a Action) (Grant, error) {
	g := Grant{by: by, action: a}
	for _, h := range hats(by) {
		rows, err := p.rowsFor(h.Role, a)
		if err != nil {
			return Grant{}, err
		}
		for _, row := range rows {
			if r, ok := reach(by, h, row); ok {
				g.reaches = with(g.reaches, r)
			}
		}
	}
	if len(g.reaches) > 0 {
		return g, nil
	}
	if !by.SignedIn() {
		return Grant{}, fault.New(fault.Unauthenticated, "", "请先登录。", "Please sign in first.")
	}
	return Grant{}, fault.New(fault.Denied, "", "您的岗位不能进行这项操作。", "Your post does not include this.")
}

// CodeStepUp is the code of the fault that asks for a fresh proof of who somebody is.
const CodeStepUp = "step_up"

// ErrStepUp is that fault, for the rooms in which what is asked for decides whether it is grave.
var ErrStepUp = fault.New(fault.Denied, CodeStepUp, "这一步要再确认一次是您本人：请先输入密码或者验证码。",
	"For this step, please show once more that it is you: by your password or a code.").With("confirm", "POST /api/v1/sessions/current/confirm")

// Admit is what the gates ask, once for each request: whether the policy allows it, and whether who asks has shown
// lately enough that it is them. A party by code is not asked again: the code is all they have, and it opens one case.
func (p *Policy) Admit(by actor.Actor, a Action) (Grant, error) {
	g, err := p.Allow(by, a)
	if err == nil && p.stepUp[a] && !by.Person.IsZero() && !by.Fresh {
		return Grant{}, ErrStepUp
	}
	return g, err
}

// StepsUp tells whether an action needs a fresh proof of who it is.
func (p *Policy) StepsUp(a Action) bool { return p.stepUp[a] }

// hats are the roles an actor acts in: everybody is anyone; a person is a party wherever they take part in a case;
// whoever owes a step of their sign-in is nobody else yet.
func hats(by actor.Actor) []actor.Post {
	out := []actor.Post{{Role: actor.Anyone}}
	switch {
	case by.Owes != "":
		return out
	case !by.Case.IsZero():
		return append(out, actor.Post{Role: by.Part})
	case !by.Person.IsZero():
		for _, r := range actor.Parties {
			out = append(out, actor.Post{Role: r})
		}
	}
	return append(out, by.Posts...)
}

func reach(by actor.Actor, h actor.Post, row Row) (Reach, bool) {
	r := Reach{Level: row.Level, View: row.View}
	switch row.Level {
	case LevelAny:
		return r, true
	case LevelOwn:
		if h.Role == actor.Anyone { // what belongs to whoever is signed in with an account; no case is reached by it
			r.Person = by.Person
			return r, !by.Person.IsZero()
		}
		r.Case, r.Party, r.Person, r.Parts = by.Case, by.Party, by.Person, ownParts(h.Role)
		return r, !by.Case.IsZero() || !by.Person.IsZero() && len(r.Parts) > 0
	case LevelDesk:
		r.Committee, r.Person, r.Parts = h.Committee, by.Person, HostParts()
		return r, !h.Committee.IsZero() && !by.Person.IsZero()
	case LevelCommittee, LevelOffered, LevelFormer:
		r.Committee, r.Person = h.Committee, by.Person
		return r, !h.Committee.IsZero()
	case LevelSampled:
		r.Person = by.Person
		return r, !by.Person.IsZero()
	case LevelArea:
		r.Area = h.Area
		return r, ident.ValidArea(h.Area)
	}
	return Reach{}, false
}
