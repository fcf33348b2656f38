package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// The channels by which a party is written to.
const (
	BySMS   = "sms"
	ByEmail = "email"
	ByPage  = "page" // it finds on its page that there is something
)

// The languages in which a party is written to.
const (
	ReadsChinese = "zh-CN" // also where nobody has told
	ReadsEnglish = "en"
)

// checkReads refuses a language in which no message is written.
func checkReads(bad *fault.Check, at, lang string) {
	if lang != "" && lang != ReadsChinese && lang != ReadsEnglish {
		bad.Add(at, "只能是中文（zh-CN）或英文（en）。", "Only Chinese (zh-CN) or English (en).")
	}
}

// say makes a message of a sentence: who writes, the reference, what to do.
func say(zh, en string) fault.Text {
	return fault.Text{ZH: "【人民调解】编号 %[1]s：" + zh, EN: "[People's mediation] Reference %[1]s: " + en}
}

// reads is the language in which a party is written to.
func (p *Party) reads() string {
	if p.Reads == "" {
		return ReadsChinese
	}
	return p.Reads
}

// inWords is a text in the language that a party reads. What it speaks is another question.
func (p *Party) inWords(text fault.Text, args ...any) string {
	return fmt.Sprintf(text.In(p.Reads), args...)
}

// way is by what a party is written to, and where: by e-mail if it chose that or has no mobile telephone; "" where there
// is no way.
func (p *Party) way() (channel, to string) {
	n := Needs{Channel: p.Channel}
	if p.Email != "" {
		n.Email = &p.Email
	}
	switch channel = n.Way(p.Phone); channel {
	case ByEmail:
		return channel, p.Email
	case BySMS:
		return channel, p.Phone
	}
	return "", ""
}

// Way is by what somebody with these needs and this telephone is written to; "" where there is no way.
func (in Needs) Way(phone string) string {
	mobile := strings.HasPrefix(phone, "1")
	switch {
	case in.Email != nil && (in.Channel == ByEmail || !mobile):
		return ByEmail
	case mobile:
		return BySMS
	}
	return ""
}

// hasMobile tells whether a party has a telephone that takes text messages.
func (p *Party) hasMobile() bool { return strings.HasPrefix(p.Phone, "1") }

// message is a text for a party in the language that it reads, by the way that it chose.
func (p *Party) message(kind string, text fault.Text, args ...any) Message {
	m := Message{Kind: kind, Lang: p.reads(), Text: p.inWords(text, args...)}
	m.Channel, m.To = p.way()
	return m
}

// tell sends a party a message, if it may be sent one, in its safe hours.
func (s *Service) tell(tx *db.Tx, c *Case, p *Party, m Message) error {
	return s.tellAbout(tx, c, p, ident.ID{}, m)
}

// tellAbout is a message that is taken back when what it is about changes.
func (s *Service) tellAbout(tx *db.Tx, c *Case, p *Party, about ident.ID, m Message) error {
	from, ok := p.reachable(tx.Now)
	if m.From.After(from) {
		from = p.hours().Next(m.From)
	}
	if !ok || m.To == "" || !m.Until.IsZero() && !from.Before(m.Until) { // there is no way to it, or none in time: it stands on its page
		return journal.Told(tx, journal.Sent{CaseID: c.ID, PartyID: p.ID, Kind: m.Kind, Channel: ByPage})
	}
	return s.post(tx, journal.Letter{Case: c.ID, Party: p.ID, Subject: about, Hours: p.hours(), Channel: m.Channel}, m, from)
}

// send puts a sealed message into the outbox, in the act's own transaction; it is not delivered before a moment.
func (s *Service) send(tx *db.Tx, c *Case, m Message, from time.Time) error {
	return s.post(tx, journal.Letter{Case: c.ID}, m, from)
}

// post seals a message and puts it into the outbox as a letter.
func (s *Service) post(tx *db.Tx, l journal.Letter, m Message, from time.Time) error {
	var err error
	l.ID, l.Topic, l.Kind = tx.NewID(), MessageTopic, m.Kind
	if l.Payload, err = s.enclose(l.ID, m); err != nil {
		return err
	}
	return journal.Put(tx, l, from)
}

// enclose seals a message for the letter that carries it.
func (s *Service) enclose(letter ident.ID, m Message) ([]byte, error) {
	text, err := json.Marshal(m)
	table, column, row := MessagePlace(letter)
	return s.vault.Seal(sealed(table, column, row), string(text)), err
}

// addressChanged is the kind of the word that goes to where a party is written to no longer.
const addressChanged = "address_changed"

// former are the ways by which a party was written to, or could be, and cannot any more: a number or an address that was
// taken from its entry, and that which it used while it chose another.
func (p *Party) former(is *Party) (out []Message) {
	add := func(channel, to string) {
		if to != "" && !slices.ContainsFunc(out, func(m Message) bool { return m.To == to }) {
			out = append(out, Message{Channel: channel, To: to})
		}
	}
	if channel, to := p.way(); !is.reachedAt(to) {
		add(channel, to)
	}
	if p.hasMobile() && p.Phone != is.Phone {
		add(BySMS, p.Phone)
	}
	if p.Email != is.Email {
		add(ByEmail, p.Email)
	}
	return out
}

func (p *Party) reachedAt(address string) bool {
	_, to := p.way()
	return sameAddress(to, address)
}

// has tells whether a party has this mobile telephone or e-mail address, by whichever it is written to.
func (p *Party) has(address string) bool {
	return p.hasMobile() && p.Phone == address || p.Email != "" && sameAddress(p.Email, address)
}

// sameAddress forgives an e-mail address its capitals: a telephone's keyboard puts one at the beginning by itself.
func sameAddress(a, b string) bool { return strings.EqualFold(a, b) }

// takesCodes tells whether a code may go to where a party is written to: not to an e-mail address that it entered itself
// of late, or of which the former one was not told.
func (p *Party) takesCodes(now time.Time) bool {
	by, _ := p.way()
	return by != ByEmail || p.EmailSince == nil || now.Sub(*p.EmailSince) >= emailRests
}

// safeBefore tells whether a word may go to where a party was written to before: not where others may read there, as it
// says itself, as its wish for no messages says, or as violence makes likely; nor where it does not know of the case.
func (t told) safeBefore(p Party) bool {
	was := t.c.wasParty(p.ID)
	return was != nil && !t.note.formerUnsafe && was.Contact != ContactNone && p.Contact != ContactNone && !t.c.Violence && (t.c.knows(p) || p.OpenedAt != nil)
}

// tellFormer says there, in the hours that held there, that messages go elsewhere: whoever changed that without being the
// party must not go unnoticed.
func (d *deed) tellFormer(c *Case, p *Party, text fault.Text) error {
	was := c.wasParty(p.ID)
	for _, m := range was.former(p) {
		m.Kind, m.Lang, m.Text = addressChanged, was.reads(), was.inWords(text, ident.Reference(c.Reference).Grouped())
		if err := d.post(d.tx, journal.Letter{Case: c.ID, Party: p.ID, Hours: was.hours(), Channel: m.Channel}, m, was.hours().Next(d.tx.Now)); err != nil {
			return err
		}
	}
	return nil
}

// holdsCode tells whether a message of this kind carries a code by which somebody signs or comes in.
func holdsCode(kind string) bool {
	return kind == signingCode || kind == recovering || kind == invitation
}

// redirect has what waits for a party go where it wants to be written to from now on: somebody else may read what comes
// to the address that it gave up. A code does not follow to an address that takes none yet, lest whoever holds an access
// code have it come to them (P8): it is taken back, and the party asks again.
func (d *deed) redirect(c *Case, p *Party) error {
	channel, to := p.way()
	was := c.wasParty(p.ID)
	if was == nil || to == "" {
		return nil
	}
	if _, before := was.way(); before == to {
		return nil
	}
	letters, err := journal.WaitingFor(d.tx, c.ID, p.ID)
	for _, l := range letters {
		if l.Kind == addressChanged { // meant for where it goes
			continue
		}
		if holdsCode(l.Kind) && !p.takesCodes(d.tx.Now) {
			err = errors.Join(err, journal.Dropped(d.tx, l.ID))
			continue
		}
		table, column, row := MessagePlace(l.ID)
		text, bad := d.vault.Open(sealed(table, column, row), l.Payload)
		var m Message
		if bad = errors.Join(bad, json.Unmarshal([]byte(text), &m)); bad != nil || m.To == to {
			err = errors.Join(err, bad)
			continue
		}
		m.Channel, m.To = channel, to
		again := journal.Letter{ID: d.tx.NewID(), Channel: channel}
		again.Payload, bad = d.enclose(again.ID, m)
		err = errors.Join(err, bad, journal.Redirect(d.tx, l.ID, again))
	}
	return err
}

// reachable tells whether a party may be sent a message at all, and not before when.
func (p *Party) reachable(now time.Time) (from time.Time, ok bool) {
	return p.hours().Next(now), p.Contact != ContactNone
}

// hours are those in which a party may be written to.
func (p *Party) hours() calendar.Hours {
	if p.Contact != ContactHours {
		return calendar.Hours{}
	}
	return calendar.Hours{From: p.ContactFrom, To: p.ContactTo}
}

// errNoMessages: a party asked not to be written to.
var errNoMessages = fault.New(fault.Conflict, "no_messages", "这位当事人要求不要发消息。请当面告知，或用本人选择的方式联系。",
	"This party asked not to be sent messages. Please tell it in person, or as it chose.")

// Masked shows where a message goes, as far as its owner recognises it.
func Masked(to string) string {
	if masked := ident.Email(to).Masked(); masked != "" {
		return masked
	}
	if len(to) < 11 {
		return "****"
	}
	return to[:3] + "****" + to[len(to)-4:]
}
