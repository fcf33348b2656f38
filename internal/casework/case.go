// Package casework holds a dispute case from its filing to its archive: the states it moves through, the acts that move
// it, the rules of law that an act must keep, its rows and its API. The files follow a clerk's day. Its pages are in two
// rooms above: counter for residents, desk for those who work here.
package casework

import (
	"slices"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// State is where a case stands.
type State string

const (
	Draft            State = "draft"
	Registered       State = "registered"
	AwaitingConsent  State = "awaiting_consent"
	NotAccepted      State = "not_accepted"
	Accepted         State = "accepted"
	Assigned         State = "assigned"
	InMediation      State = "in_mediation"
	Paused           State = "paused"
	AgreementPending State = "agreement_pending"
	Performing       State = "performing"
	Closed           State = "closed"
	Archived         State = "archived"
	Transferred      State = "transferred"
)

// States are all there are, in the order of a case's life.
var States = []State{Draft, Registered, AwaitingConsent, NotAccepted, Accepted, Assigned, InMediation, Paused,
	AgreementPending, Performing, Closed, Archived, Transferred}

// Outcome is how a case ended: codes.Outcomes.
type Outcome string

const (
	WrittenAgreement   Outcome = "written_agreement"
	OralAgreement      Outcome = "oral_agreement"
	Failed             Outcome = "failed"
	PartyRefused       Outcome = "party_refused"
	PartyEnded         Outcome = "party_ended"
	Withdrawn          Outcome = "withdrawn"
	OutcomeNotAccepted Outcome = "not_accepted"
	OutcomeTransferred Outcome = "transferred" // to a committee of another county, where a linked case goes on
)

// Consent is what a party answered.
type Consent string

const (
	Unasked   Consent = ""
	Agreed    Consent = "agreed"
	Refused   Consent = "refused"
	Unreached Consent = "unreached"
)

// The sides of a dispute.
const (
	Applicant  = "applicant"
	Respondent = "respondent"
)

// Head is what a case's register line holds: one row of dispute_cases. Personal texts are sealed in the row and open
// here.
type Head struct {
	ident.Key
	Version     int64      `gorm:"column:version"`
	Reference   string     `gorm:"column:reference"` // public, speakable
	IntakeNo    string     `gorm:"column:intake_no"` // 登YYYYMMDD-NNN
	CaseNo      string     `gorm:"column:case_no"`   // given at acceptance; empty before
	State       State      `gorm:"column:state"`
	Outcome     Outcome    `gorm:"column:outcome"`
	ReasonCode  string     `gorm:"column:reason_code"` // N…, D… or T…
	Source      string     `gorm:"column:source"`
	Category    string     `gorm:"column:category"`
	Difficulty  int        `gorm:"column:difficulty"` // 1–4
	Risk        int        `gorm:"column:risk"`       // 0 not yet assessed, 1–4
	PoliceOpen  bool       `gorm:"column:police_open"`
	PartyPair   string     `gorm:"column:party_pair"`
	Bar         string     `gorm:"column:bar"`          // N1 or N2 where A6 stands against acceptance
	BarDocument string     `gorm:"column:bar_document"` // the organ's commission that lifts N2
	CommitteeID ident.ID   `gorm:"column:committee_id"`
	AreaCode    ident.Area `gorm:"column:area_code"`
	CompoundID  ident.ID   `gorm:"column:compound_id"`
	HostID      ident.ID   `gorm:"column:host_id"` // the host's mediator row; NULL while there is none
	Title       string     `gorm:"column:title"`
	FactsSealed []byte     `gorm:"column:facts_sealed"`
	AskSealed   []byte     `gorm:"column:request_sealed"`
	Facts       string     `gorm:"-"`
	Request     string     `gorm:"-"`
	Parties     int        `gorm:"column:parties"`    // how many, for column 2
	AmountFen   money.Fen  `gorm:"column:amount_fen"` // of the agreement in force
	AgreementID ident.ID   `gorm:"column:agreement_id"`
	Sessions    int        `gorm:"column:sessions"`
	Helped      int        `gorm:"column:helpers"`     // how many help the parties, or did
	FollowUps   int        `gorm:"column:follow_ups"`  // visits since the agreement took effect
	AssignedBy  string     `gorm:"column:assigned_by"` // committee or parties

	RegisteredAt     time.Time    `gorm:"column:registered_at"`
	ConsentAskedAt   *time.Time   `gorm:"column:consent_asked_at"`
	AcceptedAt       *time.Time   `gorm:"column:accepted_at"`
	FirstSessionAt   *time.Time   `gorm:"column:first_session_at"`
	EffectiveAt      *time.Time   `gorm:"column:effective_at"`
	EndedAt          *time.Time   `gorm:"column:ended_at"`         // last closed or not accepted
	EndedBy          ident.ID     `gorm:"column:ended_by"`         // the party that said no, or ended it
	FirstClosedDay   calendar.Day `gorm:"column:first_closed_day"` // counted once, at its first close
	AcceptedDay      calendar.Day `gorm:"column:accepted_day"`
	ArchivedAt       *time.Time   `gorm:"column:archived_at"`
	NextDue          calendar.Day `gorm:"column:next_due"`
	NextDueName      string       `gorm:"column:next_due_name"`
	SweepOn          calendar.Day `gorm:"column:sweep_on"`           // the next day on which time alone opens a task
	LegalTrack       string       `gorm:"column:legal_track"`        // codes.LegalTracks; "" for none
	Violence         bool         `gorm:"column:violence"`           // domestic violence, or the suspicion of it, M11
	Restricted       bool         `gorm:"column:restricted"`         // violence, or a party under fourteen (P1): names are shown in the case only
	Property         string       `gorm:"column:property_facts"`     // PropertyFacts as JSON; "" for none
	ApplicationForm  string       `gorm:"column:application_form"`   // codes.ApplicationForms, A4
	ApplicationBy    string       `gorm:"column:application_signed"` // how the applicant signed it; "" not yet
	Retention        string       `gorm:"column:retention"`          // codes.Retentions, R3; "" until it is archived
	RetainUntil      calendar.Day `gorm:"column:retain_until"`       // none for ever, and before it is archived
	ViolenceOpen     bool         `gorm:"column:violence_open"`      // a report of it is owed, DVL 14
	GuidanceSealed   []byte       `gorm:"column:guidance_sealed"`
	Guidance         string       `gorm:"-"`
	FiledBy          ident.ID     `gorm:"column:filed_by"`
	LastEventAt      time.Time    `gorm:"column:last_event_at"`
	MediationDueDay  calendar.Day `gorm:"column:mediation_due_day"`
	MediatedDay      calendar.Day `gorm:"column:mediated_day"` // the mediation ended: an agreement took effect, or the case was closed without
	PausedDay        calendar.Day `gorm:"column:paused_day"`
	Extended         bool         `gorm:"column:extended"`
	ApplicantNames   string       `gorm:"column:applicant_names"`
	RespondentNames  string       `gorm:"column:respondent_names"`
	RegisterComplete bool         `gorm:"column:register_complete"` // an oral agreement's register (F11) is whole
	OfferedTo        ident.ID     `gorm:"column:offered_to"`        // the committee asked to take it over or to join, while it has not answered
	Offers           int          `gorm:"column:transfers"`         // made so far
	LinkedFrom       ident.ID     `gorm:"column:linked_from"`       // the case of another county that this one goes on with
	Referred         bool         `gorm:"column:referred"`          // how it was referred is recorded
	OutCount         int          `gorm:"column:referrals_out"`     // referrals on to organs, made so far
	LinkedTo         ident.ID     `gorm:"column:linked_to"`         // the case of another county that goes on with this one
	ScreeningRound   ident.ID     `gorm:"column:screening_round_id"`
	DestroyedAt      *time.Time   `gorm:"column:destroyed_at"`   // its content was destroyed; the row stays, for the figures
	DestroyedList    string       `gorm:"column:destroyed_list"` // the number of the list by which
}

// TableName is the table's.
func (Head) TableName() string { return "dispute_cases" }

// Case is a case with what belongs to it, as an act needs it.
type Case struct {
	Head
	People       []Participant
	Sides        []Party // parties, removed ones included
	Agreement    *Agreement
	Former       *Agreement // in force, while a version that is to take its place is not signed yet
	Sittings     []Session
	Transfers    []Transfer    // offers to other committees, oldest first
	Referral     *Referral     // how an organ referred it; nil where that is not recorded
	Results      []Result      // what was made known to that organ, oldest first
	ReferralsOut []ReferralOut // to organs, oldest first
	Tasks        []Task
	Courts       []CourtMatter
	Helpers      []Helper // of the parties, ended ones included

	Corrections []Correction // of an archived case

	Appointments []Appointment

	// What an act adds that no act reads: visits, conflict checks, texts that were dropped. A loaded case has none.
	Visits  []Visit
	Checks  []Check
	Dropped []*Agreement
	Written written // notes of caucuses

	reviewers []ident.ID // persons who are to look at its dossier: none of its people

	was *loaded // as it was loaded; nil for a new case
}

// Party is one side of a dispute: a natural person or an organisation.
type Party struct {
	ident.Key
	CaseID         ident.ID     `gorm:"column:case_id"`
	Role           string       `gorm:"column:role"` // applicant or respondent
	Kind           string       `gorm:"column:kind"` // person or organisation
	Name           string       `gorm:"column:name"`
	NameKey        string       `gorm:"column:name_key"` // folded for matching
	PersonID       ident.ID     `gorm:"column:person_id"`
	IDNumberSealed []byte       `gorm:"column:id_number_sealed"`
	IDNumberIndex  string       `gorm:"column:id_number_index"`
	PhoneSealed    []byte       `gorm:"column:phone_sealed"`
	PhoneIndex     string       `gorm:"column:phone_index"`
	AddressSealed  []byte       `gorm:"column:address_sealed"`
	EmailSealed    []byte       `gorm:"column:email_sealed"`
	IDNumber       string       `gorm:"-"`
	Phone          string       `gorm:"-"`
	Address        string       `gorm:"-"`
	Email          string       `gorm:"-"`
	PhoneReason    string       `gorm:"column:phone_reason"` // why there is no phone
	Sex            string       `gorm:"column:sex"`
	Ethnicity      string       `gorm:"column:ethnicity"`
	BornOn         calendar.Day `gorm:"column:born_on"`
	Occupation     string       `gorm:"column:occupation"`
	Employer       string       `gorm:"column:employer"`
	CreditCode     string       `gorm:"column:credit_code"`
	LegalRep       string       `gorm:"column:legal_representative"`
	Consent        Consent      `gorm:"column:consent"`
	ConsentAt      *time.Time   `gorm:"column:consent_at"`
	ConsentChannel string       `gorm:"column:consent_channel"`
	Refusal        string       `gorm:"column:refusal"` // why it said no: codes.Refusals, if it said why
	NoticeAt       *time.Time   `gorm:"column:notice_at"`
	NoticeManner   string       `gorm:"column:notice_manner"`
	RemovedAt      *time.Time   `gorm:"column:removed_at"`
	OpenedAt       *time.Time   `gorm:"column:opened_at"` // when it, or who acts for it, first came to see the case
	Language       string       `gorm:"column:language"`  // that it speaks; "" for standard Chinese
	Reads          string       `gorm:"column:reads"`     // in which it is written to: zh-CN or en; "" while nobody has told
	Help           string       `gorm:"column:help"`      // codes.Help, separated by blanks
	Contact        string       `gorm:"column:contact"`   // how it may be written to
	Channel        string       `gorm:"column:channel"`   // by what it is written to: sms or email; "" as there is a way
	ContactFrom    int          `gorm:"column:contact_from"`
	ContactTo      int          `gorm:"column:contact_to"`
	AddressHidden  bool         `gorm:"column:address_hidden"`
	Capacity       string       `gorm:"column:capacity"`          // codes.Capacities; "" for full, or as its age says
	Place          int          `gorm:"column:place"`             // order within the side
	EmailSince     *time.Time   `gorm:"column:email_since"`       // when it entered its address itself; nil where staff did, or it filed with it
	NamedMediator  ident.ID     `gorm:"column:named_mediator_id"` // whom it would like to mediate
	JoinedAfter    ident.ID     `gorm:"column:joined_after"`      // the agreement that was in force already when it was added; zero for none
}

// TableName is the table's.
func (Party) TableName() string { return "case_parties" }

// Participant is a part that a person takes in a case.
type Participant struct {
	ident.Key
	CaseID      ident.ID   `gorm:"column:case_id"`
	PersonID    ident.ID   `gorm:"column:person_id"`
	MediatorID  ident.ID   `gorm:"column:mediator_id"`  // for host, co-mediator, recorder and recused
	CommitteeID ident.ID   `gorm:"column:committee_id"` // of a mediator whose committee joined; zero for the lead's own
	CoversID    ident.ID   `gorm:"column:covers_id"`    // for whom a co-mediator stands in until they are back; zero for nobody
	PartyID     ident.ID   `gorm:"column:party_id"`     // for applicant, respondent and agent
	Name        string     `gorm:"column:name"`
	Part        string     `gorm:"column:part"`
	BeganAt     time.Time  `gorm:"column:began_at"`
	EndedAt     *time.Time `gorm:"column:ended_at"`
}

// TableName is the table's.
func (Participant) TableName() string { return "case_people" }

// Check is what the conflict check found of a mediator at an assignment, and what was decided, M12.
type Check struct {
	ident.Key
	CaseID       ident.ID  `gorm:"column:case_id"`
	MediatorID   ident.ID  `gorm:"column:mediator_id"`
	CheckedAt    time.Time `gorm:"column:checked_at"`
	Ties         string    `gorm:"column:ties"`     // JSON
	Decision     string    `gorm:"column:decision"` // clear, or what was decided
	ReasonSealed []byte    `gorm:"column:reason_sealed"`
	Reason       string    `gorm:"-"`
	DecidedBy    ident.ID  `gorm:"column:decided_by"`
}

// TableName is the table's.
func (Check) TableName() string { return "conflict_checks" }

// Here are the parties that have not been removed.
func (c *Case) Here() []Party {
	return slices.DeleteFunc(slices.Clone(c.Sides), func(p Party) bool { return p.RemovedAt != nil })
}

// Bound are the parties to the agreement: all who are here, but for those who were added while it was in force already, when the case had
// been taken up again. They are parties to the version that takes its place, or to none (G4, G14).
func (c *Case) Bound() []Party { return c.boundBy(c.Agreement) }

// boundBy are the parties to one version. Nobody who is one leaves the case while it is in force.
func (c *Case) boundBy(a *Agreement) []Party {
	return slices.DeleteFunc(c.Here(), func(p Party) bool { return a != nil && p.joinedAfter(a) })
}

// joinedAfter tells whether a party was added while an agreement was in force already.
func (p Party) joinedAfter(a *Agreement) bool {
	return !p.JoinedAfter.IsZero() && p.JoinedAfter == a.ID
}

// binds tells whether a party is one of the agreement's, or there is none.
func (c *Case) binds(p *Party) bool { return c.Agreement == nil || !p.joinedAfter(c.Agreement) }

// inForce is the agreement that is in force, also while another is to take its place; nil where none is.
func (c *Case) inForce() *Agreement {
	if c.Agreement == nil || c.Agreement.EffectiveAt == nil {
		return c.Former
	}
	return c.Agreement
}

// Side are the parties of one side that have not been removed.
func (c *Case) Side(role string) []Party {
	return slices.DeleteFunc(c.Here(), func(p Party) bool { return p.Role != role })
}

// party finds a party by id, to be changed in place; nil when it is none of the case's, or removed.
func (c *Case) party(id ident.ID) *Party {
	for i := range c.Sides {
		if c.Sides[i].ID == id && c.Sides[i].RemovedAt == nil {
			return &c.Sides[i]
		}
	}
	return nil
}

// Host is who leads the mediation; false while nobody does.
func (c *Case) Host() (Participant, bool) {
	for _, p := range c.People {
		if p.Part == authz.PartHost && p.EndedAt == nil {
			return p, true
		}
	}
	return Participant{}, false
}

// partsOf are the parts that a person takes now.
func (c *Case) partsOf(person ident.ID) []string {
	var out []string
	for _, p := range c.People {
		if !person.IsZero() && p.PersonID == person && p.EndedAt == nil {
			out = append(out, p.Part)
		}
	}
	if !person.IsZero() && slices.Contains(c.reviewers, person) {
		out = append(out, authz.PartReviewer)
	}
	return out
}

// recused tells whether a mediator was asked to withdraw from the case.
func (c *Case) recused(mediator ident.ID) bool {
	return slices.ContainsFunc(c.People, func(p Participant) bool {
		return p.Part == authz.PartRecused && p.MediatorID == mediator && p.EndedAt == nil
	})
}

// standing is where the case stands towards a person.
func (c *Case) standing(person ident.ID) authz.Standing {
	return authz.Standing{Case: c.ID, Committee: c.CommitteeID, Area: c.AreaCode, Hosted: !c.HostID.IsZero(),
		Parts: c.partsOf(person), Offered: c.OfferedTo, Former: c.formerLeads()}
}

func allAgreed(parties []Party) bool {
	return !slices.ContainsFunc(parties, func(p Party) bool { return p.Consent != Agreed })
}

func countAgreed(parties []Party) int {
	n := 0
	for _, p := range parties {
		if p.Consent == Agreed {
			n++
		}
	}
	return n
}
