package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// The ways in which a party may be written to.
const (
	ContactAnyhow = ""           // by any message: what is recorded
	ContactAny    = "any"        // … and the word that says so: what is left out stays as it is
	ContactHours  = "hours"      // by message, between two hours of the day
	ContactNone   = "no_message" // never: others may see the telephone
)

// Needs are what a party needs in order to take part, asked once and carried on: language, help, and how it may safely be
// reached.
type Needs struct {
	PartyID     ident.ID `json:"party_id,omitempty,omitzero" doc:"Whose; a party acting itself may leave it out"`
	Language    string   `json:"language,omitempty" doc:"The language it speaks, such as 闽南语; empty for standard Chinese"`
	Reads       string   `json:"reads,omitempty" doc:"The language of the pages and of messages to it: zh-CN or en; empty leaves it as it is"`
	Help        []string `json:"help,omitempty" nullable:"false" doc:"interpreter, sign_language, wheelchair, large_print, read_aloud, writer, companion, home_visit"`
	Email       *string  `json:"email,omitempty" doc:"Its e-mail address; left out it stays as it is, and empty there is none"`
	Channel     string   `json:"channel,omitempty" doc:"sms or email; empty: by text message, and by e-mail where there is no mobile telephone"`
	Contact     string   `json:"contact,omitempty" doc:"any, hours or no_message; left out it stays as it is. What is shown is empty for any message"`
	From        int      `json:"from_hour,omitempty" doc:"With hours: the first hour of the day, 0–23"`
	To          int      `json:"to_hour,omitempty" doc:"With hours: the hour at which it ends, 1–24"`
	Unsafe      bool     `json:"former_unsafe,omitempty" doc:"Others may read where it was written to before: no word goes there that this was changed"`
	HideAddress bool     `json:"hide_address,omitempty" doc:"The address is shown to nobody but those who work the case"`
	Capacity    string   `json:"capacity,omitempty" doc:"limited or none, where a grown-up has not full civil capacity and needs a guardian; for staff to say"`
}

// RecordNeeds keeps what a party needs. Every message goes by its contact setting from then on.
func (s *Service) RecordNeeds(ctx context.Context, g authz.Grant, o Order, in Needs) (View, error) {
	return s.act(ctx, g, o, RecordNeeds, func(d *deed, c *Case) (note, error) {
		p, err := d.actingParty(c, in.PartyID)
		if err != nil {
			return note{}, err
		}
		if err := in.check(); err != nil {
			return note{}, err
		}
		was := *p
		p.Language, p.Help = strings.TrimSpace(in.Language), strings.Join(in.Help, " ")
		switch in.Contact { // no messages stays no messages until somebody says otherwise
		case "":
			in.Contact, in.From, in.To = p.Contact, p.ContactFrom, p.ContactTo
		case ContactAny:
			in.Contact = ContactAnyhow
		}
		p.Contact, p.ContactFrom, p.ContactTo = in.Contact, in.From, in.To
		if in.Reads != "" {
			p.Reads = in.Reads
		}
		if in.Email != nil {
			d.newEmail(p, *in.Email)
		}
		p.Channel = in.Channel
		if p.Channel == ByEmail && p.Email == "" {
			return note{}, fault.New(fault.Invalid, "", "请填写电子邮箱。", "Please give an e-mail address.").At("email")
		}
		if err := d.showsAgain(p, was); err != nil {
			return note{}, err
		}
		d.untold(c, p, in)
		p.AddressHidden = in.HideAddress || c.Violence && p.AddressHidden // what keeps somebody safe is not lifted in passing
		if d.grant.By().IsStaff() {
			p.Capacity = in.Capacity
		}
		return note{party: p.ID, fact: journal.Fact{"party": p.ID.String(), "capacity": p.Capacity}, words: in.words(p), formerUnsafe: in.Unsafe}, nil
	})
}

// showsAgain asks a party with an account for a fresh proof that it is them before messages and codes go elsewhere, which a session that
// was left open must not do. A party by code is not asked: the code is all they have.
func (d *deed) showsAgain(p *Party, was Party) error {
	by, sent := d.grant.By(), func(p Party) string { n := p.needs(); return n.Way(p.Phone) }
	if by.Person.IsZero() || !d.byParty(p) || by.Fresh || p.Email == was.Email && sent(*p) == sent(was) && p.Contact == was.Contact {
		return nil
	}
	return authz.ErrStepUp
}

// words are what the record keeps of needs: what helps somebody says something of their health, and must be erasable.
func (in Needs) words(p *Party) journal.Words {
	return journal.Words{"language": strings.TrimSpace(in.Language), "help": strings.Join(in.Help, " "), "contact": in.Contact, "reads": p.Reads, "channel": p.Channel,
		"from_hour": strconv.Itoa(in.From), "to_hour": strconv.Itoa(in.To), "hide_address": strconv.FormatBool(in.HideAddress), "former_unsafe": strconv.FormatBool(in.Unsafe)}
}

// emailRests is how long an address that a party entered itself is not yet good for a code for signing: whoever holds its
// access code alone must not be able to sign by naming an address of their own (P8).
const emailRests = 24 * time.Hour

// newEmail enters an address, and since when it is the party's own word alone.
func (d *deed) newEmail(p *Party, address string) {
	if address == p.Email {
		return
	}
	p.Email, p.EmailSince = address, nil
	if d.byParty(p) || !d.grant.By().IsStaff() {
		at := d.now()
		p.EmailSince = &at
	}
}

// never is since when an address counts of which the former one could not be told: until staff enter it.
const never = 200 * 365 * 24 * time.Hour

// untold keeps an address that a party entered itself from taking codes for signing (P8) where no word of it goes to where it
// was written to before: there is nobody then who could say that it was somebody else.
func (d *deed) untold(c *Case, p *Party, in Needs) {
	was := c.wasParty(p.ID)
	if was == nil || d.grant.By().IsStaff() && !d.byParty(p) || p.EmailSince == nil || len(was.former(p)) == 0 && p.Contact != ContactNone {
		return
	}
	if in.Unsafe || c.Violence || was.Contact == ContactNone || p.Contact == ContactNone {
		at := d.now().Add(never)
		p.EmailSince = &at
	}
}

func (in *Needs) check() error {
	var bad fault.Check
	atMost(&bad, "language", in.Language, 30)
	checkReads(&bad, "reads", in.Reads)
	if in.Email != nil && *in.Email != "" {
		address, err := ident.ParseEmail(*in.Email)
		bad.Take("email", err)
		*in.Email = string(address)
	}
	if in.Channel != "" && in.Channel != BySMS && in.Channel != ByEmail {
		bad.Add("channel", "请选择短信或电子邮件。", "Please choose text messages or e-mail.")
	}
	if in.Capacity != "" {
		bad.Take("capacity", codes.Capacities.Check(in.Capacity))
	}
	for _, h := range in.Help {
		bad.Take("help", codes.Help.Check(h))
	}
	switch in.Contact {
	case "", ContactAny, ContactNone:
	case ContactHours:
		between(&bad, "from_hour", in.From, 0, 23)
		between(&bad, "to_hour", in.To, in.From+1, 24)
	default:
		bad.Add("contact", "请选择：任何时间、限定时间，或不要发消息。", "Please choose: any time, certain hours, or no messages.")
	}
	return bad.Err()
}

// Address is the e-mail address, or nothing.
func (in Needs) Address() string {
	if in.Email == nil {
		return ""
	}
	return *in.Email
}

// needs are a party's, as they are shown.
func (p Party) needs() Needs {
	n := Needs{Language: p.Language, Reads: p.Reads, Channel: p.Channel, Help: []string{}, Contact: p.Contact, From: p.ContactFrom, To: p.ContactTo, HideAddress: p.AddressHidden, Capacity: p.Capacity}
	if p.Email != "" {
		n.Email = &p.Email
	}
	if p.Help != "" {
		n.Help = strings.Fields(p.Help)
	}
	return n
}

// waking are the hours in which time alone makes a telephone ring: a day begins at midnight, and people sleep then.
var waking = calendar.Hours{From: 8, To: 21}

// announce tells the parties whom a task concerns, by their own channel and in their safe hours. Who has no telephone, or
// wants no messages, is left to the mediator: the task itself stays open.
func (d *deed) announce(c *Case, t Task) error {
	text, ok := remindable[t.Kind]
	if !ok || d.tx == nil {
		return nil
	}
	i := slices.IndexFunc(c.obligations(), func(o Obligation) bool { return o.ID == t.Subject })
	if i < 0 {
		return nil
	}
	o := c.obligations()[i]
	to := []ident.ID{o.Debtor}
	if t.Kind == "check_performance" {
		to = append(to, o.Creditor)
	}
	for _, id := range to {
		if p := c.party(id); p != nil {
			m := p.message("reminder", text, ident.Reference(c.Reference).Grouped())
			m.From = waking.Next(d.tx.Now)
			if err := d.tellAbout(d.tx, c, p, ident.ID{}, m); err != nil {
				return err
			}
		}
	}
	return nil
}
