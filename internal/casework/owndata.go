package casework

import (
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// OwnData is a case as a question about a party's own data needs it. The question itself lies elsewhere.
type OwnData struct {
	Case      ident.ID
	Reference string
	AreaCode  ident.Area
	Party     ident.ID // who asks
	Side      string   // applicant or respondent
	Category  string
	Outcome   Outcome
	Over      bool // the case has come to its end
}

// Kept is how long a case must be kept (R3). One that is being worked has no day yet.
type Kept struct {
	Until   calendar.Day // the earliest, while it is not archived
	ForEver bool
}

// OwnDataOf finds a case within a grant for one of its parties. An agent's power is for the dispute and not for what is held
// about the party (C12); a guardian asks as the party itself.
func (s *Service) OwnDataOf(tx *db.Tx, g authz.Grant, id ident.ID) (OwnData, error) {
	c, err := s.find(tx, g, id)
	if err != nil {
		return OwnData{}, err
	}
	by := g.By()
	if h := c.actingFor(by); h != nil && h.Kind != AsGuardian || h == nil && !by.Helper.IsZero() {
		return OwnData{}, fault.Rule("C12", "查阅、更正、删除个人信息，由当事人本人或者监护人提出，代理人不能代办。",
			"What is held about a party is for the party itself, or its guardian, to ask about, and not for its agent.")
	}
	p := c.party(partyOfReader(by, c))
	if p == nil {
		return OwnData{}, fault.NoSuch()
	}
	return OwnData{Case: c.ID, Reference: c.Reference, AreaCode: c.AreaCode, Party: p.ID,
		Side: p.Role, Category: c.Category, Outcome: c.Outcome, Over: slices.Contains(ended, c.State)}, nil
}

// KeptOf tells how long a case within a grant is kept (R3).
func (s *Service) KeptOf(tx *db.Tx, g authz.Grant, id ident.ID) (Kept, error) {
	c, err := s.find(tx, g, id)
	if err != nil {
		return Kept{}, err
	}
	ways, err := periodsIn(tx, c.AreaCode)
	return c.kept(ways), err
}

// Reached is nil when a grant reaches a case.
func (s *Service) Reached(tx *db.Tx, g authz.Grant, id ident.ID) error {
	_, err := s.find(tx, g, id)
	return err
}

// kept tells how long a case is kept: an archived one by its class; one that has ended at least as long as if it were
// archived on the day of its end.
func (c *Case) kept(p periods) Kept {
	switch {
	case c.State == Archived:
		return Kept{Until: c.RetainUntil, ForEver: c.Retention == "permanent"}
	case !c.State.Alive() && c.EndedAt != nil:
		class := map[bool]string{true: "long", false: "short"}[c.Agreement != nil]
		return Kept{Until: p.retainUntil(dayOf(*c.EndedAt), class)}
	}
	return Kept{}
}

// Mending is a change of a party's own data that was granted to it: what it says is put right, or an item that a case can
// do without is erased.
type Mending struct {
	Case, Party ident.ID
	Item        string   // codes.DataItems
	Attachment  ident.ID // with the item attachment
	Right       string   // of a correction; empty erases
	Erase       bool
	Unsafe      bool     // of a telephone: others may read there, or it never was the party's
	Request     ident.ID // that was granted
}

// erasedByWish stands as the reason for having no telephone.
const erasedByWish = "本人要求删除"

// Correctable and Erasable are the items that MendData changes itself; everything else goes by amend or correct, or stays.
var (
	Correctable = []string{"phone", "address"}
	Erasable    = []string{"phone", "address", "needs", "attachment"}
)

// MendData does what was granted, in the transaction of the decision, and gives the number of its entry. Erasing takes the
// value from its row, and the words of earlier entries that repeat it with their salt; the chain holds on.
//
// Faults: Conflict "lifecycle" once the case is archived or handed over; Invalid for a value that cannot be right.
func (s *Service) MendData(tx *db.Tx, g authz.Grant, in Mending) (int64, error) {
	c, err := s.find(tx, g, in.Case)
	if err != nil {
		return 0, err
	}
	d, err := s.inTx(tx, g, Order{Case: in.Case}, c.AreaCode)
	if err != nil {
		return 0, err
	}
	_, err = s.perform(d, c, MendData, func(d *deed, c *Case) (note, error) {
		p := c.party(in.Party)
		if p == nil {
			return note{}, fault.NoSuch()
		}
		step := "corrected"
		if in.Erase {
			step = "erased"
		}
		n := note{party: p.ID, fact: journal.Fact{"party": p.ID.String(), "item": in.Item, "step": step, "request": in.Request.String()}}
		if in.Erase {
			n.formerUnsafe = true // a number that is not to be kept is not to be used once more
			return n, d.erase(c, p, in)
		}
		n.formerUnsafe = in.Unsafe
		return n, p.putRight(in)
	})
	return c.Version, err
}

func (p *Party) putRight(in Mending) error {
	var bad fault.Check
	switch in.Item {
	case "phone":
		phone, err := ident.ParsePhone(in.Right)
		bad.Take("right", err)
		p.Phone, p.PhoneReason = string(phone), ""
	case "address":
		need(&bad, "right", in.Right, maxShort)
		p.Address = strings.TrimSpace(in.Right)
	default:
		bad.Add("item", "这一项由承办人在案件里更正。", "This is put right in the case itself.")
	}
	return bad.Err()
}

func (d *deed) erase(c *Case, p *Party, in Mending) error {
	switch in.Item {
	case "phone":
		p.Phone, p.PhoneReason = "", erasedByWish
		return nil
	case "address":
		p.Address = ""
		return nil
	case "needs": // in which hours it may be written to stays: erasing must not let a message through that was not wanted
		p.Language, p.Help = "", ""
		return d.forgetWords(c, p, RecordNeeds)
	case "attachment":
		return d.eraseFile(c, p, in.Attachment)
	}
	return fault.New(fault.Invalid, "", "这一项不能删除。", "This cannot be erased.").At("item")
}

// forgetWords takes from a party's entries of one kind what was said, with the salt.
func (d *deed) forgetWords(c *Case, p *Party, e Event) error {
	entries, err := d.journal.Of(d.tx, c.ID)
	for _, one := range entries {
		if err == nil && Event(one.Event) == e && one.Party == p.ID {
			err = journal.Forget(d.tx, one.ID)
		}
	}
	return err
}

// eraseFile removes a file that the party handed in for the mediator alone and on which nothing rests.
func (d *deed) eraseFile(c *Case, p *Party, id ident.ID) error {
	rows, err := d.attachments(c.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(r attachmentRow) bool { return r.ID == id && r.PartyID == p.ID && !r.Shared })
	if i < 0 {
		return fault.New(fault.Conflict, "not_erasable", "只能删除本人交来、没有给对方看的材料。", "Only what the party handed in itself, and did not share, can be erased.").At("attachment_id")
	}
	rests, err := d.restsOn(c, id)
	if err != nil {
		return err
	}
	if rests {
		return fault.New(fault.Conflict, "not_erasable", "这份材料已作为证据，不能删除。", "This paper has been used as evidence and stays.").At("attachment_id")
	}
	if err := dropAttachment(d.tx, rows[i]); err != nil {
		return err
	}
	return d.files.Remove(d.tx, []ident.ID{rows[i].DocumentID})
}

// restsOn tells whether an entry names a file as evidence of something.
func (d *deed) restsOn(c *Case, attachment ident.ID) (bool, error) {
	entries, err := d.journal.Of(d.tx, c.ID)
	return slices.ContainsFunc(entries, func(e journal.Entry) bool {
		list, _ := e.Fact["evidence"].([]any)
		return slices.ContainsFunc(list, func(v any) bool { return text(v) == attachment.String() })
	}), err
}

// CarriesOut tells whether an entry of a case, by its number, may have carried out a correction that was asked for at a
// moment: an act that changes what the case says, written later.
func (s *Service) CarriesOut(tx *db.Tx, id ident.ID, seq int64, asked time.Time) (bool, error) {
	entries, err := s.journal.Of(tx, id)
	return slices.ContainsFunc(entries, func(e journal.Entry) bool {
		return e.Seq == seq && slices.Contains(puttingRight, Event(e.Event)) && !e.RecordedAt.Before(asked)
	}), err
}

// puttingRight are the acts by which staff correct what a case says.
var puttingRight = []Event{Amend, Correct, AddParty, RemoveParty, RecordNeeds, AddHelper, EndHelper, RecordProperty, Retract}

// OwnFiles are the files that a party handed in for the mediator alone: what it may ask to have erased.
func (v View) OwnFiles() (out []Attached) {
	for _, a := range v.Attachments {
		if a.PartyID == v.Me && !a.Shared {
			out = append(out, a)
		}
	}
	return out
}
