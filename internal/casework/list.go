package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Filter narrows a list of cases; empty fields narrow nothing.
type Filter struct {
	State     State
	Category  string // a code and all below it
	Committee ident.ID
	Area      ident.Area
	AreaOnly  bool // what arose in the area as such, in no smaller one that was named
	Mediator  ident.ID
	Query     string       // a number, a reference, or a party's name
	DueBy     calendar.Day // something is due on this day or before
	Overdue   bool
	Closed    [2]calendar.Day // first closed in these days, both in
	Accepted  [2]calendar.Day
	Source    string  // a source and all below it
	Outcome   Outcome // one or several, separated by commas
	Settled   bool
	Difficult bool
	Type      string          // of the lead committee; one or several, separated by commas
	Sector    string          // of the lead committee
	Led       string          // of Area: by its own committees, or by those of what lies below: Ledings
	OpenOn    calendar.Day    // accepted by this day and not closed by it
	Asked     [2]calendar.Day // the parties were asked for consent in these days
	Consent   string          // decided: who was asked has answered; agreed: everybody needed said yes
	Reached   string          // a respondent came at least so far: Reachings
	AskedBy   string          // that respondent was asked so: AskedBys
	OwnMotion string          // true or false: the committee's own motion, or not
	Compound  ident.ID
	Letter    string   // the number of the organ's letter by which it was referred, or a part of it: for the organ's own list
	Firm      ident.ID // arose in a compound that this property firm manages now

	Registered [2]calendar.Day
	Effective  [2]calendar.Day // its agreement took effect in these days
	Due        [2]calendar.Day // something it promises falls due in these days
	Promise    string          // what is known of that: Standings
	Fate       string          // what became of it: Fates, one or several
	After      ident.ID
	Limit      int
}

// Line is a case in a list.
type Line struct {
	ID           ident.ID     `json:"id"`
	Reference    string       `json:"reference,omitempty"`
	CaseNo       string       `json:"case_no,omitempty"`
	IntakeNo     string       `json:"intake_no,omitempty"`
	State        State        `json:"state"`
	Outcome      Outcome      `json:"outcome,omitempty"`
	Category     string       `json:"category,omitempty"`
	Title        string       `json:"title,omitempty"`
	Applicants   string       `json:"applicants,omitempty"`
	Respondents  string       `json:"respondents,omitempty"`
	CommitteeID  ident.ID     `json:"committee_id"`
	AreaCode     ident.Area   `json:"area_code,omitempty"`
	HostID       ident.ID     `json:"host_mediator_id,omitempty,omitzero"`
	Risk         int          `json:"risk,omitempty"`
	RegisteredAt time.Time    `json:"registered_at"`
	ClosedOn     calendar.Day `json:"first_closed_on,omitempty"`
	NextDue      calendar.Day `json:"next_due,omitempty"`
	NextDueName  string       `json:"next_due_name,omitempty"`
	Overdue      bool         `json:"overdue"`
	Version      int64        `json:"version"`
	Restricted   bool         `json:"restricted,omitempty" doc:"Domestic violence, or a child: names are shown in the case itself only"`
	Destroyed    bool         `json:"destroyed,omitempty" doc:"Its dossier was kept as long as it had to be and was destroyed; the line stays, for the figures"`
	Seen         authz.View   `json:"view"`
}

// List gives the cases within the grant, newest first, and the id to go on after; zero when that was all.
func (s *Service) List(ctx context.Context, g authz.Grant, f Filter) ([]Line, ident.ID, error) {
	if f.Limit < 1 || f.Limit > 100 {
		f.Limit = 20
	}
	if err := f.check(); err != nil {
		return nil, ident.ID{}, err
	}
	var out []Line
	var next ident.ID
	ask := s.db.Ask // one statement, which needs no transaction around it
	if f.Query != "" {
		ask = s.db.Read
	}
	err := ask(ctx, g.By(), func(tx *db.Tx) error {
		found, err := f.find(tx, g)
		if err != nil {
			return err
		}
		if len(found) > f.Limit {
			found = found[:f.Limit]
			next = found[f.Limit-1].ID
		}
		out = shown(found, dayOf(tx.Now))
		return nil
	})
	return out, next, err
}

// check refuses a filter that could find nothing because it is mistyped: an empty list would be believed.
func (f Filter) check() error {
	var bad fault.Check
	if f.State != "" && !slices.Contains(States, f.State) {
		bad.Add("state", "没有这个状态。", "There is no such state.")
	}
	each(&bad, "outcome", string(f.Outcome), codes.Outcomes)
	each(&bad, "committee_type", f.Type, codes.CommitteeTypes)
	each(&bad, "sector", f.Sector, codes.Sectors)
	each(&bad, "consent", f.Consent, Consentings)
	each(&bad, "led", f.Led, Ledings)
	each(&bad, "fate", f.Fate, Fates)
	each(&bad, "promise", f.Promise, Standings)
	for at, of := range map[string]struct {
		code string
		list codes.List
	}{"reached": {f.Reached, Reachings}, "asked_by": {f.AskedBy, AskedBys}} {
		if of.code != "" {
			bad.Take(at, of.list.Check(of.code))
		}
	}
	if f.OwnMotion != "" && f.OwnMotion != "true" && f.OwnMotion != "false" {
		bad.Add("own_motion", "只能是 true 或 false。", "Only true or false.")
	}
	if _, ok := codes.Categories.Find(f.Category); f.Category != "" && !ok && f.Category != "10" && f.Category != "14" {
		bad.Add("category", "没有这个类别。", "There is no such category.")
	}
	if _, ok := codes.Sources.Find(f.Source); f.Source != "" && !ok && !slices.Contains([]string{"1", "2", "3"}, f.Source) {
		bad.Add("source", "没有这个来源。", "There is no such source.")
	}
	if f.Area != "" && !ident.ValidArea(f.Area) {
		bad.Add("area", "没有这个地点。", "There is no such place.")
	}
	return bad.Err()
}

// Consentings are what a list may ask of the parties' consent.
var Consentings = codes.List{
	{Code: ConsentDecided, Name: fault.Say("当事人已答复", "The parties have answered")},
	{Code: ConsentAgreed, Name: fault.Say("需要同意的当事人都已同意", "Everybody needed has agreed")},
}

// Ledings are what a list of an area may ask of the lead committee's own place, as the official tables tell a unit's own
// cases (本级) from those of the units below it (下级).
var Ledings = codes.List{
	{Code: LedOwn, Name: fault.Say("本级调委会办理", "By committees of the area itself")}, {Code: LedBelow, Name: fault.Say("下级调委会办理", "By committees of what lies below")},
}

// The two sorts of lead committees of an area.
const (
	LedOwn   = "own"
	LedBelow = "below"
)

// Standings are what may be known of a promise that fell due.
var Standings = codes.List{
	{Code: "on_time", Name: fault.Say("按期履行", "Kept by the day")}, {Code: "late", Name: fault.Say("逾期履行", "Kept later")},
	{Code: "not", Name: fault.Say("未履行", "Not kept")}, {Code: "unknown", Name: fault.Say("情况不明", "Not known")},
}

// Fates are what may have become of a case, beside how it ended; each with the condition under which reports count it.
var Fates = codes.List{
	{Code: "accepted", Name: fault.Say("已受理", "Accepted")}, {Code: "met", Name: fault.Say("开过调解会", "Came to a session")}, {Code: "agreed", Name: fault.Say("协议已生效", "An agreement took effect")},
	{Code: "kept", Name: fault.Say("协议已履行", "The agreement is kept")}, {Code: "sued", Name: fault.Say("反悔起诉", "Repudiated and sued")},
	{Code: "timely", Name: fault.Say("在期限内调解完毕", "Mediated within the limit")}, {Code: "late", Name: fault.Say("超过期限", "Mediated past the limit")},
	{Code: "returned", Name: fault.Say("一年内再次发生纠纷", "The same parties came back within a year")},
	{Code: "written", Name: fault.Say("书面协议", "The agreement is in writing")}, {Code: "confirmation_asked", Name: fault.Say("申请过司法确认", "A court was asked to confirm it")},
	{Code: "confirmed", Name: fault.Say("经司法确认", "A court confirmed it")}, {Code: "reopened", Name: fault.Say("结束后重新办理", "Taken up again after its end")},
	{Code: "recused", Name: fault.Say("有调解员回避", "A mediator withdrew")},
}

var fates = map[string]string{"accepted": "c.accepted_day IS NOT NULL", "met": "c.sessions > 0", "agreed": WhereAgreed, "kept": WhereKept, "sued": WhereSued, "timely": WhereTimely,
	"late": "NOT " + WhereTimely, "returned": WhereReturned, "written": WhereWritten, "confirmation_asked": WhereConfirmationAsked, "confirmed": WhereConfirmed, "reopened": WhereReopened, "recused": WhereRecused}

// The two questions about consent.
const (
	ConsentDecided = "decided"
	ConsentAgreed  = "agreed"
)

// each checks a filter that takes several codes, separated by commas.
func each(bad *fault.Check, at, values string, list codes.List) {
	for _, code := range several(values) {
		bad.Take(at, list.Check(code))
	}
}

// several are the codes of a filter; none for an empty one.
func several(values string) []string {
	if values == "" {
		return nil
	}
	return strings.Split(values, ",")
}

// shown are lines as their reader may see them.
func shown(found []Line, today calendar.Day) []Line {
	out := make([]Line, 0, len(found))
	for _, l := range found {
		out = append(out, l.shown(today))
	}
	return out
}

// clocksOfAll are those of which every party is told alike, in a list too.
var clocksOfAll = []string{"intake_decision", "consent_wait", mediationClock, courtRegistered, courtBefore}

// shown is the line with what its view shows and no more.
func (l Line) shown(today calendar.Day) Line {
	out := Line{ID: l.ID, CaseNo: l.CaseNo, State: l.State, Outcome: l.Outcome, CommitteeID: l.CommitteeID,
		RegisteredAt: l.RegisteredAt, ClosedOn: l.ClosedOn, Version: l.Version, Destroyed: l.Destroyed, Seen: l.Seen}
	if l.Seen == authz.Status {
		out.Reference = l.Reference
		return out
	}
	out.IntakeNo, out.Category, out.AreaCode, out.HostID = l.IntakeNo, l.Category, l.AreaCode, l.HostID
	out.NextDue, out.NextDueName = l.NextDue, l.NextDueName
	if l.Seen == authz.Party && !slices.Contains(clocksOfAll, l.NextDueName) { // it may be the other side's alone; the case itself tells each its own
		out.NextDue, out.NextDueName, l.NextDue = "", "", ""
	}
	out.Overdue = !l.NextDue.IsZero() && l.NextDue.Before(today)
	if l.Seen == authz.Full {
		out.Restricted = l.Restricted
	}
	if l.Seen == authz.Party || !l.Restricted && (l.Seen == authz.Full || l.Seen == authz.Offered) {
		out.Reference, out.Title, out.Applicants, out.Respondents = l.Reference, l.Title, l.Applicants, l.Respondents
	}
	if l.Seen == authz.Party {
		out.Title = "" // the applicant's own words, and the line does not tell the sides apart
	}
	if l.Seen != authz.Party {
		out.Risk = l.Risk
	}
	return out
}

// Timeline gives the entries that a reader may see, oldest first.
func (s *Service) Timeline(ctx context.Context, g authz.Grant, id ident.ID) ([]Happened, error) {
	var out []Happened
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		seen := c.viewOf(g)
		me := partyOfReader(g.By(), c)
		former, now := c.readable(g)
		entries, err := s.journal.Of(tx, id)
		if err != nil {
			return err
		}
		var came newcomer
		if seen == authz.Party {
			came = c.newcomer(me, entries)
		}
		for _, e := range entries {
			view := now
			if e.Seq <= former {
				view = seen
			}
			if h, ok := c.happened(e, view, me); ok && came.reads(e) {
				out = append(out, h)
			}
		}
		return c.asDeputies(tx, out)
	})
	return out, err
}

// readable tells until which entry a grant shows what was its holder's own work, and what it shows of everything later: a
// committee that handed the case over reads its own, the hand-over included, and of the rest no more than it would
// without having led it.
func (c *Case) readable(g authz.Grant) (former int64, now authz.View) {
	s := c.standing(g.By().Person)
	s.Former = nil
	for _, t := range c.Transfers {
		mine := authz.Standing{Case: c.ID, Former: []ident.ID{t.FromCommittee}, Parts: s.Parts}
		if t.Kind == KindTransfer && t.State == OfferAccepted && g.ViewOf(mine) != authz.None {
			former = max(former, t.Seq)
		}
	}
	return former, c.restricted(g, g.ViewOf(s))
}

var errNoSearch = fault.New(fault.Denied, "", "您的岗位不能按姓名查找。", "Your post cannot search by name.")
