package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// The two forms of an agreement.
const (
	Written = "written"
	Oral    = "oral"
)

// Agreement is what the parties agreed on: one version of it.
type Agreement struct {
	ident.Key
	CaseID       ident.ID   `gorm:"column:case_id"`
	Number       int        `gorm:"column:number"` // 1, 2 … versions of one case
	Form         string     `gorm:"column:form"`
	FactsSealed  []byte     `gorm:"column:facts_sealed"`
	IssuesSealed []byte     `gorm:"column:issues_sealed"`
	Facts        string     `gorm:"-"`
	Issues       string     `gorm:"-"`
	Copies       int        `gorm:"column:copies"`
	TextHash     string     `gorm:"column:text_hash"`
	AmountFen    money.Fen  `gorm:"column:amount_fen"`
	FixedAt      *time.Time `gorm:"column:fixed_at"`
	AgreedAt     *time.Time `gorm:"column:agreed_at"`
	EffectiveAt  *time.Time `gorm:"column:effective_at"`
	VoidedAt     *time.Time `gorm:"column:voided_at"`
	Replaces     ident.ID   `gorm:"column:replaces"` // the version in force that this one takes the place of, G14

	Clauses     []Clause     `gorm:"-"`
	Obligations []Obligation `gorm:"-"`
	Signatures  []Signature  `gorm:"-"`
}

// TableName is the table's.
func (Agreement) TableName() string { return "agreements" }

// Clause is one term of an agreement.
type Clause struct {
	ident.Key
	AgreementID ident.ID `gorm:"column:agreement_id"`
	Place       int      `gorm:"column:place"`
	TextSealed  []byte   `gorm:"column:text_sealed"`
	Text        string   `gorm:"-"`
}

// TableName is the table's.
func (Clause) TableName() string { return "agreement_clauses" }

// Obligation is what one party owes another by a clause: who, what, how much, when, how.
type Obligation struct {
	ident.Key
	CaseID       ident.ID     `gorm:"column:case_id"`
	AgreementID  ident.ID     `gorm:"column:agreement_id"`
	ClauseID     ident.ID     `gorm:"column:clause_id"`
	Place        int          `gorm:"column:place"`
	Debtor       ident.ID     `gorm:"column:debtor_party_id"`
	Creditor     ident.ID     `gorm:"column:creditor_party_id"`
	Kind         string       `gorm:"column:kind"`
	AmountFen    money.Fen    `gorm:"column:amount_fen"`
	Due          calendar.Day `gorm:"column:due_on"`
	MannerSealed []byte       `gorm:"column:manner_sealed"`
	Manner       string       `gorm:"-"`
	State        string       `gorm:"column:state"` // codes.Performances
	StateOn      calendar.Day `gorm:"column:state_on"`
	ConfirmedBy  string       `gorm:"column:confirmed_by"` // debtor, creditor or mediator
}

// TableName is the table's.
func (Obligation) TableName() string { return "obligations" }

// Signature is a party's, the mediator's, or the committee's seal, each bound to the text it was put under.
type Signature struct {
	ident.Key
	CaseID      ident.ID   `gorm:"column:case_id"`
	AgreementID ident.ID   `gorm:"column:agreement_id"`
	Signer      string     `gorm:"column:signer"` // party, mediator or seal
	PartyID     ident.ID   `gorm:"column:party_id"`
	MediatorID  ident.ID   `gorm:"column:mediator_id"`
	HelperID    ident.ID   `gorm:"column:helper_id"` // who signed for the party: its agent or guardian
	Kind        string     `gorm:"column:kind"`
	TextHash    string     `gorm:"column:text_hash"`
	SignedAt    time.Time  `gorm:"column:signed_at"`
	RecordedBy  ident.ID   `gorm:"column:recorded_by"`
	RetractedAt *time.Time `gorm:"column:retracted_at"`

	DrawingSealed []byte `gorm:"column:drawing_sealed"`
	Drawing       string `gorm:"-"` // as checkDrawing takes it; empty where nothing was drawn here
}

// TableName is the table's.
func (Signature) TableName() string { return "signatures" }

// The three kinds of signers.
const (
	ByParty    = "party"
	ByMediator = "mediator"
	BySeal     = "seal"
)

// HashFor binds signatures to what was agreed: the parties' names, facts, issues, and every term with its obligation.
// A change of any of it gives another hash.
func (a *Agreement) HashFor(c *Case) string {
	type part struct {
		Due string
		Fen money.Fen
	}
	type term struct {
		Text, Debtor, Creditor, Kind, Due, Manner string
		Fen                                       money.Fen
		Parts                                     []part `json:",omitempty"` // of a payment by instalments, before the last
	}
	doc := struct {
		Form, CaseNo, Facts, Issues string
		Number                      int
		Parties                     []string
		Terms                       []term
		Copies                      int
	}{Form: a.Form, CaseNo: c.CaseNo, Facts: a.Facts, Issues: a.Issues, Number: a.Number, Copies: a.Copies}
	for _, p := range c.boundBy(a) {
		doc.Parties = append(doc.Parties, p.ID.String()+" "+p.Name)
	}
	for _, cl := range a.Clauses {
		t := term{Text: cl.Text}
		for _, o := range a.Obligations {
			if o.ClauseID == cl.ID {
				if t.Debtor != "" {
					t.Parts = append(t.Parts, part{t.Due, t.Fen})
				}
				t.Debtor, t.Creditor, t.Kind, t.Due, t.Manner, t.Fen = o.Debtor.String(), o.Creditor.String(), o.Kind, string(o.Due), o.Manner, o.AmountFen
			}
		}
		doc.Terms = append(doc.Terms, t)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// standing signatures are those not retracted and bound to the present text.
func (a *Agreement) standing() []Signature {
	var out []Signature
	for _, s := range a.Signatures {
		if s.RetractedAt == nil && s.TextHash == a.TextHash {
			out = append(out, s)
		}
	}
	return out
}

// MissingSignatures names who must still sign, G4.
func (c *Case) MissingSignatures() []fault.Text {
	if c.Agreement == nil {
		return []fault.Text{{ZH: "协议文本", EN: "the text"}}
	}
	var signedParty = map[ident.ID]bool{}
	var mediator, seal bool
	for _, s := range c.Agreement.standing() {
		signedParty[s.PartyID] = signedParty[s.PartyID] || s.Signer == ByParty
		mediator = mediator || s.Signer == ByMediator
		seal = seal || s.Signer == BySeal
	}
	var out []fault.Text
	for _, p := range c.Bound() {
		if !signedParty[p.ID] {
			out = append(out, fault.Text{ZH: p.Name + "签名", EN: "signature of " + p.Name})
		}
	}
	if !mediator {
		out = append(out, fault.Text{ZH: "调解员签名", EN: "the mediator's signature"})
	}
	if !seal {
		out = append(out, fault.Text{ZH: "调委会印章", EN: "the committee's seal"})
	}
	return out
}

// effectiveAt is the moment of the last signature or seal, G4.
func (a *Agreement) effectiveAt() time.Time {
	var last time.Time
	for _, s := range a.standing() {
		if s.SignedAt.After(last) {
			last = s.SignedAt
		}
	}
	return last
}

func (o Obligation) settled() bool {
	return o.State == "performed" || o.State == "unperformed" || o.State == "partly"
}

// confirmed tells whether the one to whom it was owed said that it was done.
func (o Obligation) confirmed() bool { return o.State == "performed" && o.ConfirmedBy == "creditor" }

// Session is one meeting: joint, a caucus, or an investigation.
type Session struct {
	ident.Key
	CaseID       ident.ID   `gorm:"column:case_id"`
	StartsAt     time.Time  `gorm:"column:starts_at"`
	EndsAt       *time.Time `gorm:"column:ends_at"`
	PlaceSealed  []byte     `gorm:"column:place_sealed"`
	Place        string     `gorm:"-"`
	Mode         string     `gorm:"column:mode"`
	Kind         string     `gorm:"column:kind"`
	Open         bool       `gorm:"column:open"`
	RecordSealed []byte     `gorm:"column:record_sealed"`
	Record       string     `gorm:"-"`
	ResultSealed []byte     `gorm:"column:result_sealed"`
	Result       string     `gorm:"-"`
	Risk         int        `gorm:"column:risk"`
	HostID       ident.ID   `gorm:"column:host_mediator_id"`
	GuestsSealed []byte     `gorm:"column:guests_sealed"`
	Guests       []Guest    `gorm:"-"` // invited to help, M3
	Attending    []ident.ID `gorm:"-"`
	Mediators    []ident.ID `gorm:"-"`             // present
	Points       codeList   `gorm:"column:points"` // codes.SessionPoints that the record shows
	Details      Details    `gorm:"-"`
	NoteLength   int        `gorm:"column:note_length"` // of a caucus: how many characters its note has

	DetailsSealed []byte `gorm:"column:details_sealed"`
}

// TableName is the table's.
func (Session) TableName() string { return "mediation_sessions" }

// Guest is somebody invited to help with the parties' consent, M3.
type Guest struct {
	Name      string `json:"name" minLength:"1" maxLength:"60"`
	Kind      string `json:"kind" doc:"kin, neighbour, colleague, expert, social, deputy, cppcc, lawyer, party_member"`
	Consented bool   `json:"consented,omitempty" doc:"every attending party agreed to the invitation"`

	Consents []ident.ID `json:"consents,omitempty,omitzero" nullable:"false" doc:"The parties that agreed, M3; where left out, consented says it of all that attend"`
}

type attendance struct {
	ident.Key
	SessionID ident.ID `gorm:"column:session_id"`
	PartyID   ident.ID `gorm:"column:party_id"`
}

func (attendance) TableName() string { return "session_attendance" }

// Visit is a follow-up visit.
type Visit struct {
	ident.Key
	CaseID     ident.ID     `gorm:"column:case_id"`
	VisitedOn  calendar.Day `gorm:"column:visited_on"`
	Visitor    string       `gorm:"column:visitor"`
	Visited    idList       `gorm:"column:party_ids"` // the parties; none where nobody said
	Satisfied  int          `gorm:"column:satisfied"` // 1–5; 0 not said
	Performed  bool         `gorm:"column:performed"`
	NoteSealed []byte       `gorm:"column:note_sealed"`
	Note       string       `gorm:"-"`
}

// TableName is the table's.
func (Visit) TableName() string { return "follow_ups" }
