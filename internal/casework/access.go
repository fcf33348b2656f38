package casework

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// codeLetters have no 0 O 1 I L; thirteen of them hold 65 bits.
var codeLetters = base32.NewEncoding("23456789ABCDEFGHJKMNPQRSTUVWXYZ@").WithPadding(base32.NoPadding)

const codeLength = 13

// MessageTopic is the outbox's topic for what must be sent to a person; the payload is a sealed Message.
const MessageTopic = "message"

// Message is something to be sent to a party by its channel.
type Message struct {
	Channel string `json:"channel"` // sms, email
	To      string `json:"to"`
	Kind    string `json:"kind"` // invitation, signing_code, or of the table in messages.go
	Lang    string `json:"lang"` // zh-CN or en
	Text    string `json:"text"`

	ID    string    `json:"id,omitempty"`   // the letter's, the same with every attempt: a channel that has it already sends nothing
	From  time.Time `json:"-"`              // it is not sent before
	Until time.Time `json:"until,omitzero"` // when it is pointless: the relay does not send it then
}

// MessagePlace is where a message is sealed in the outbox.
func MessagePlace(id ident.ID) (table, column string, row ident.ID) { return "outbox", "payload", id }

// codeForFiler gives an applicant who files without an account the code to follow the case; staff get none.
func (s *Service) codeForFiler(tx *db.Tx, c *Case) (string, error) {
	if tx.By.IsStaff() || len(c.Side(Applicant)) == 0 {
		return "", nil
	}
	code := s.filerCode(tx.By, c)
	if code == "" {
		var err error
		if code, err = s.drawCode(); err != nil {
			return "", err
		}
	}
	return code, s.issue(tx, c, accessRow{PartyID: c.Side(Applicant)[0].ID, Channel: "screen"}, code)
}

// filerCode is the code of a filing sent under a one-time key. It follows from that key, so that sending the filing
// again shows the same code although no code is stored.
func (s *Service) filerCode(by actor.Actor, c *Case) string {
	if len(c.Side(Applicant)) == 0 {
		return ""
	}
	return s.codeOf(by, c.Side(Applicant)[0].ID)
}

// codeOf is filerCode for an applicant, who need not have a case yet.
func (s *Service) codeOf(by actor.Actor, applicant ident.ID) string {
	if by.Once.IsZero() || by.IsStaff() {
		return ""
	}
	return formatCode(s.vault.Code("access", applicant[:], by.Once.Key[:]))
}

func (s *Service) drawCode() (string, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", fmt.Errorf("access code: %w", err)
	}
	return formatCode(b), nil
}

// formatCode writes a code as people copy it: KF7Q-M2XP-9RTWA. The one letter of base 32 that cannot be spoken is
// replaced.
func formatCode(b []byte) string {
	s := strings.ReplaceAll(codeLetters.EncodeToString(b), "@", "2")[:codeLength]
	return s[:4] + "-" + s[4:8] + "-" + s[8:]
}

func (s *Service) hashCode(purpose string, party ident.ID, code string) string {
	sum := sha256.Sum256([]byte(s.vault.Index(purpose, party.String()+" "+ident.Plain(code))))
	return hex.EncodeToString(sum[:])
}

// issue gives a party, or one who acts for it, a new code; the earlier ones stop working, those that wait to be sent are
// taken back, and whoever came in with one is out.
func (s *Service) issue(tx *db.Tx, c *Case, row accessRow, code string) error {
	if err := errors.Join(revokeCodes(tx, c.ID, row.PartyID, row.HelperID), s.endVisits(tx, c.ID, row.owner())); err != nil {
		return err
	}
	row.Key, row.CaseID, row.CodeHash, row.IssuedAt = tx.NewKey(), c.ID, s.hashCode("access_code", row.owner(), code), tx.Now
	return insertAccess(tx, row)
}

// Visitor is a party who came by reference and code.
type Visitor struct {
	Case  ident.ID
	Party ident.ID
	Part  actor.Role
	Name  string
	// Helper is who came for that party by a code of their own; zero for the party itself.
	Helper ident.ID

	seen bool     // its case has been opened before
	code ident.ID // by which they came
}

var errNoAccess = fault.New(fault.Unauthenticated, "access", "编号或查询码不对，请核对后再试。", "The reference or the code is not right; please check both.")

const (
	maxFailures    = 10        // wrong signing codes of a party, over however many codes it asks for
	failuresForget = time.Hour // after the last of them has expired
)

// Key is what somebody shows to come in, and from where they come.
type Key struct{ Reference, Code, Address string }

// Enter checks a reference and a code. A wrong reference and a wrong code are answered alike and after the same time, and
// are counted for the address that they come from. They never lock the case: at 65 bits nobody guesses one, and a lock
// would let anybody shut a party out.
func (s *Service) Enter(ctx context.Context, k Key) (Visitor, error) {
	r, err := ident.ParseReference(k.Reference)
	if err != nil {
		r = "" // counted and looked up all the same
	}
	if err := s.knock(ctx, string(r), k.Address); err != nil {
		return Visitor{}, err
	}
	answer := time.NewTimer(answerTakes)
	defer answer.Stop()
	v, err := s.enter(ctx, r, k.Code)
	if fault.Is(err, fault.Unauthenticated) {
		select {
		case <-answer.C:
		case <-ctx.Done():
		}
	}
	if err != nil {
		return Visitor{}, err
	}
	return v, s.let(ctx, string(r), k.Address)
}

func (s *Service) enter(ctx context.Context, r ident.Reference, code string) (Visitor, error) {
	var id ident.ID
	err := s.db.Read(ctx, actor.Actor{}, func(tx *db.Tx) (err error) {
		id, err = tx.LookUp("reference", string(r))
		return err
	})
	if fault.Is(err, fault.Missing) {
		return Visitor{}, errNoAccess
	}
	if err != nil {
		return Visitor{}, err
	}
	return s.enterCase(ctx, id, code)
}

func (s *Service) enterCase(ctx context.Context, id ident.ID, code string) (Visitor, error) {
	var v Visitor
	var wrong error
	err := s.db.Do(ctx, actor.Actor{}, id.County(), func(tx *db.Tx) error {
		if err := hold(tx, id); err != nil && !fault.Is(err, fault.Missing) { // before the codes, as whoever ends them does; it may wait to be a case
			return err
		}
		rows, err := accessOf(tx, id)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if subtle.ConstantTimeCompare([]byte(row.CodeHash), []byte(s.hashCode("access_code", row.owner(), code))) == 1 {
				if v, err = visitor(tx, id, row); err == nil && row.Channel == recovering {
					err = s.takeOver(tx, row)
				}
				if err != nil || v.seen {
					return err
				}
				return opened(tx, id, v.Party, "")
			}
		}
		if wrong = s.stillHeld(tx, id, code); wrong != nil {
			return nil //nolint:nilerr // it is answered below, and nothing was tried out
		}
		wrong = errNoAccess
		return countFailures(tx, id)
	})
	if err != nil {
		return Visitor{}, err
	}
	return v, wrong
}

// Invitation asks that a party be sent its way in.
type Invitation struct {
	PartyID ident.ID `json:"party_id"`
	Helper  ident.ID `json:"helper_id,omitempty,omitzero" doc:"Its agent or guardian, who gets a code of their own"`
	Channel string   `json:"channel" doc:"sms, email or letter"`
	Email   string   `json:"email,omitempty" doc:"Where channel is email; left out: the address on record"`
}

// Invited says what became of an invitation. A letter's code is printed once, here, and never again.
type Invited struct {
	PartyID   ident.ID `json:"party_id"`
	Channel   string   `json:"channel"`
	SentTo    string   `json:"sent_to,omitempty" doc:"Masked"`
	Letter    *Letter  `json:"letter,omitempty"`
	Reference string   `json:"reference"`
}

// Letter is what is printed for a party once.
type Letter struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Committee string `json:"committee"`
	Phone     string `json:"phone,omitempty"`
	Reference string `json:"reference"`
	Code      string `json:"code"`
	Reads     string `json:"reads" doc:"In which language it is to be written"`
}

// Invite gives a party a new access code and sends it, or prints it once on a letter. Staff never see a code that was
// sent. The journal says that a code was issued, by which channel and by whom.
func (s *Service) Invite(ctx context.Context, g authz.Grant, id ident.ID, in Invitation) (Invited, error) {
	var out Invited
	err := s.db.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		p := c.party(in.PartyID)
		if p == nil {
			return fault.New(fault.Invalid, "", "请选择本案的当事人。", "Please choose a party of this case.").At("party_id")
		}
		d, err := s.inTx(tx, g, Order{}, c.AreaCode)
		if err != nil {
			return err
		}
		to, err := d.invited(c, p, in.Helper)
		if err != nil {
			return err
		}
		if _, ok := to.reachable(tx.Now); !ok && in.Channel != "letter" {
			return errNoMessages
		}
		code, err := s.drawCode()
		if err != nil {
			return err
		}
		if err := s.issue(tx, c, accessRow{PartyID: p.ID, HelperID: in.Helper, Channel: in.Channel}, code); err != nil {
			return err
		}
		if out, err = s.deliver(tx, c, to, in, code); err != nil {
			return err
		}
		tx.Made(c.ID, c.Version+1, 201)
		fact := journal.Fact{"party": p.ID.String(), "channel": in.Channel}
		if !in.Helper.IsZero() {
			fact["invited_helper"] = in.Helper.String()
		}
		return d.keep(c, Invite, c.State, note{party: p.ID, fact: fact})
	})
	var done *db.Done
	if errors.As(err, &done) { // sent again: what was printed once is not printed twice
		return Invited{PartyID: in.PartyID, Channel: in.Channel}, nil
	}
	return out, err
}

// invited is to whom an invitation goes: the party, or whoever acts for it and takes part from then on.
func (d *deed) invited(c *Case, p *Party, helper ident.ID) (*Party, error) {
	if helper.IsZero() {
		return p, nil
	}
	h := c.helper(helper)
	if h == nil || h.PartyID != p.ID || h.EndedAt != nil || h.Kind != AsAgent && h.Kind != AsGuardian {
		return nil, fault.New(fault.Invalid, "", "请选择这位当事人现有的代理人或监护人。", "Please choose a present agent or guardian of this party.").At("helper_id")
	}
	d.letIn(c, h)
	return &Party{Key: p.Key, Name: h.Name, Phone: h.Phone}, nil
}

// Invite is the journal's name for giving a party its way in; it moves nothing and has a route of its own.
const Invite Event = "invite"

func (s *Service) deliver(tx *db.Tx, c *Case, p *Party, in Invitation, code string) (Invited, error) {
	out := Invited{PartyID: p.ID, Channel: in.Channel, Reference: ident.Reference(c.Reference).Grouped()}
	m := p.message(invitation, invitationText, out.Reference, code)
	switch in.Channel {
	case "letter":
		committee, err := registry.FindCommittee(tx, c.CommitteeID)
		out.Letter = &Letter{Name: p.Name, Title: c.Title, Committee: committee.Name, Phone: committee.Phone, Reference: out.Reference, Code: code, Reads: p.reads()}
		if err == nil && in.Helper.IsZero() {
			err = journal.Told(tx, journal.Sent{CaseID: c.ID, PartyID: p.ID, Kind: m.Kind, Channel: in.Channel})
		}
		return out, err
	case "sms":
		if !p.hasMobile() {
			return out, fault.New(fault.Conflict, "no_phone", "这位当事人没有手机号码，请改用信件。", "This party has no mobile number; please use a letter.")
		}
		m.Channel, m.To = BySMS, p.Phone
	case "email":
		address, err := ident.ParseEmail(cmp.Or(in.Email, p.Email))
		if err != nil {
			return out, fault.Of(err).At("email")
		}
		if p.Email == "" {
			p.Email = string(address) // where it goes on hearing of the case
		}
		m.Channel, m.To = ByEmail, string(address)
	default:
		return out, fault.New(fault.Invalid, "", "请选择短信、邮件或信件。", "Please choose sms, email or letter.").At("channel")
	}
	out.SentTo = Masked(m.To)
	if !in.Helper.IsZero() { // told to the one who acts for the party, not to it
		return out, s.post(tx, journal.Letter{Case: c.ID, Subject: in.Helper}, m, tx.Now)
	}
	return out, s.tellAbout(tx, c, p, p.ID, m)
}

// invitation is the kind of the message that brings a party its first code.
const invitation = "invitation"

// invitationText says nothing of what the dispute is about: others may see the telephone.
var invitationText = fault.Text{ZH: "【人民调解】有一件事想请您参与协商，免费、自愿、保密。编号 %s，查询码 %s。如有疑问请拨打 12348。",
	EN: "[People's mediation] You are invited to talk a matter over: free, voluntary, confidential. Reference %s, code %s. Questions: 12348."}
