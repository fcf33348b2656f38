package casework

import (
	"maps"
	"slices"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Happened is one entry of the journal as a reader may see it.
type Happened struct {
	ID         ident.ID      `json:"id"`
	Seq        int64         `json:"seq"`
	Event      Event         `json:"event"`
	From       State         `json:"from,omitempty"`
	To         State         `json:"to,omitempty"`
	Role       string        `json:"role"`
	PartyID    ident.ID      `json:"party_id,omitempty,omitzero"`
	OccurredAt time.Time     `json:"occurred_at"`
	RecordedAt time.Time     `json:"recorded_at"`
	Late       bool          `json:"late"`
	Fact       journal.Fact  `json:"fact,omitempty"`
	Words      journal.Words `json:"words,omitempty"`
	Hash       string        `json:"hash"`
	Helper     ident.ID      `json:"helper_id,omitempty,omitzero" doc:"Who acted for the party, where its agent or guardian did"`
	DeputyFor  string        `json:"deputy_for,omitempty" doc:"Who was away, where somebody acted as their deputy; for those who see the whole case"`
	Actor      ident.ID      `json:"-"` // the person who acted, for those who see the whole case
}

// asDeputies tells of the acts of those who stood in for somebody that they did. The record names the person and the role of the post; who
// was away follows from the posts of that time whose committee has the case, or whose area it lies in.
func (c *Case) asDeputies(tx *db.Tx, told []Happened) error {
	var people []ident.ID
	for _, h := range told {
		if !h.Actor.IsZero() && h.Actor.County() == c.CountyCode && slices.Contains(deputised, actor.Role(h.Role)) && !slices.Contains(people, h.Actor) {
			people = append(people, h.Actor)
		}
	}
	if len(people) == 0 {
		return nil
	}
	stood, err := account.StoodIn(tx, c.CountyCode, people)
	for i, h := range told {
		for _, s := range stood {
			here := s.Committee == c.CommitteeID && !s.Committee.IsZero() || s.Area.Covers(c.AreaCode)
			if here && s.Person == h.Actor && string(s.Role) == h.Role && s.Held(h.RecordedAt) {
				told[i].DeputyFor = s.For
			}
		}
	}
	return err
}

// deputised are the posts in which somebody can stand in.
var deputised = []actor.Role{actor.Chair, actor.StationOfficer, actor.BureauSupervisor}

// maskedFact is what of an entry is told without saying who it is: nothing of violence, and nothing of what a party needs.
func maskedFact(e journal.Entry) journal.Fact {
	switch Event(e.Event) {
	case RecordNeeds, MendData:
		return nil
	case AssessRisk:
		return journal.Fact{"was": e.Fact["was"], "risk": e.Fact["risk"]}
	}
	return e.Fact
}

// inward are the acts that concern the committee's own work and are not shown to a party.
var inward = []Event{AssessRisk, ReportPolice, Amend, Reroute, FollowUp, DecideConflict, Remind, Correct, ReferOut}

// ownOnly are the acts of which a party sees its own and nobody else's. What the other side handed in for the mediator
// alone is one of them: that there is such a paper is told to nobody either.
var ownOnly = []Event{RecordNeeds, NameMediator, AddHelper, EndHelper, MendData, Attach, Reveal}

// IsInward tells whether an event concerns the committee's own work and is not shown to a party.
func (e Event) IsInward() bool { return slices.Contains(inward, e) }

// concerns tells whether an entry about a session or an appointment is a party's to see: a caucus exists for its own party
// alone, and an appointment for those to whom it is shown.
func (c *Case) concerns(e journal.Entry, me ident.ID) bool {
	id, err := ident.ParseID(text(e.Fact["appointment"]))
	if a := c.appointment(id); err == nil && a != nil {
		return a.shownTo(me)
	}
	if e.Fact["kind"] != "caucus" {
		return true
	}
	id, err = ident.ParseID(text(e.Fact["session"]))
	return err == nil && !me.IsZero() && slices.ContainsFunc(c.Sittings, func(v Session) bool { return v.ID == id && slices.Contains(v.Attending, me) })
}

// toldOfCaucus is what a party is told of an act about its own caucus: what was done, why by its code, who may read it now.
func toldOfCaucus(f journal.Fact) journal.Fact {
	out := journal.Fact{}
	for _, name := range []string{"session", "appointment", "purpose", "reason", "decision", "mediator", "channel"} {
		if v, ok := f[name]; ok {
			out[name] = v
		}
	}
	return out
}

// happened draws an entry for a reader: staff see facts and words; a party sees what moved the case and what it said
// itself; a supervisor sees facts without words.
func (c *Case) happened(e journal.Entry, seen authz.View, me ident.ID) (Happened, bool) {
	h := Happened{ID: e.ID, Seq: e.Seq, Event: Event(e.Event), From: State(e.From), To: State(e.To), Role: string(e.Role),
		PartyID: e.Party, OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt, Late: e.Late, Hash: e.Hash}
	if text, _ := e.Fact["helper"].(string); text != "" && (seen == authz.Full || seen == authz.Party && !me.IsZero() && e.Party == me) {
		h.Helper, _ = ident.ParseID(text) // written by us
	}
	if seen != authz.Party && e.Fact["kind"] == caucusKind && slices.Contains(actor.Parties, e.Role) {
		h.Role, h.Helper, e.Actor = "party", ident.ID{}, ident.ID{} // with whom a caucus was is not told
		e.Fact = maps.Clone(e.Fact)
		delete(e.Fact, "helper")
	}
	switch seen {
	case authz.Full:
		h.Fact, h.Words, h.Actor = e.Fact, e.Words, e.Actor
		return h, true
	case authz.Masked:
		h.Fact = maskedFact(e)
		return h, true
	case authz.Offered:
		return h, e.Fact["kind"] != "caucus"
	case authz.Party:
		if !me.IsZero() && e.Party == me {
			h.Words = e.Words
		}
		if e.Fact["kind"] == caucusKind {
			h.Fact = toldOfCaucus(e.Fact)
		}
		if purpose, ok := e.Fact["purpose"]; ok && h.Event == Reveal {
			h.Fact = journal.Fact{"purpose": purpose}
		}
		if cover, ok := e.Fact["cover"]; ok && h.Event == HandOverHost { // somebody stands in: the host stays
			h.Fact = journal.Fact{"cover": cover}
		}
		own := !slices.Contains(ownOnly, h.Event) || !me.IsZero() && e.Party == me
		return h, own && !h.Event.IsInward() && c.concerns(e, me)
	default:
		return Happened{}, false
	}
}
