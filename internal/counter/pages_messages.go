package counter

import (
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// messages mounts what a party was sent, so that it can be read again here and acknowledged.
func (s *Service) messages(site *page.Site) {
	site.Handle("GET", "/mine/:id/messages", "case.messages", s.showMessages)
	site.Handle("POST", "/mine/:id/messages", "case.acknowledge", s.readMessages)
}

// sentLine is a message in words: what it was about and what became of it. Codes and texts are in none.
type sentLine struct {
	casework.MessageView
	What string
	Tag  page.Tag
}

// latest is how many messages stand on the page of the case itself.
const latest = 3

// messagesView is what a party was sent, with what it may say that it has read.
type messagesView struct {
	Home   string
	All    []sentLine
	helper ident.ID // who reads for the party; zero for the party itself
}

// Unread are the messages that were handed over and not yet acknowledged. What somebody read for a party it may still say
// that it has read itself.
func (v messagesView) Unread() (out []ident.ID) {
	for _, m := range v.All {
		if m.State == casework.MessageSent && (m.ReadAt == nil || v.helper.IsZero() && !m.ReadBy.IsZero()) {
			out = append(out, m.ID)
		}
	}
	return out
}

var messageTags = map[string]string{casework.MessageWaits: "plain", casework.MessageSent: "info", casework.MessageGivenUp: "err"}

func inWords(r *page.Request, helper ident.ID, messages []casework.MessageView) (out []sentLine) {
	for _, m := range messages {
		t := sentLine{MessageView: m, What: codes.MessageKinds.Name(m.Kind, r.Lang), Tag: page.Tag{Kind: messageTags[m.State], Text: r.Say("mine.message." + m.State)}}
		switch {
		case m.ReadAt != nil && m.ReadBy != helper && helper.IsZero():
			t.Tag = page.Tag{Kind: "info", Text: r.Say("mine.message.read_for_me")}
		case m.ReadAt != nil && m.ReadBy != helper:
			t.Tag = page.Tag{Kind: "ok", Text: r.Say("mine.message.read_by_party")}
		case m.ReadAt != nil:
			t.Tag = page.Tag{Kind: "ok", Text: r.Say("mine.message.read")}
		case m.Channel == "letter" && m.State == casework.MessageSent:
			t.Tag.Text = r.Say("mine.message.printed")
		case m.Channel == casework.ByPage:
			t.Tag.Text = r.Say("mine.message.here")
		}
		out = append(out, t)
	}
	return out
}

func (s *Service) showMessages(r *page.Request) (page.Reply, error) {
	m, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	all, err := s.cases.Messages(r.Context(), r.Grant, m.ID)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Show("counter/mine-messages", messagesView{Home: "/mine/" + m.ID.String(), All: inWords(r, m.MyHelper, all), helper: m.MyHelper}),
		s.cases.Opened(r.Context(), r.Grant, m.View, all, r.Lang)
}

// readMessages takes that a party has read what it was shown.
func (s *Service) readMessages(r *page.Request) (page.Reply, error) {
	m, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	var read []ident.ID
	for _, text := range r.Forms("message_id") {
		id, err := ident.ParseID(text)
		if err != nil {
			return page.Reply{}, fault.NoSuch()
		}
		read = append(read, id)
	}
	if err := s.cases.Acknowledge(r.Context(), r.Grant, m.ID, read); err != nil {
		return page.Reply{}, err
	}
	return page.SeeOther("/mine/" + m.ID.String() + "?done=read"), nil
}

// lately puts the newest messages on the page of the case, and notes that they could be read there.
func (s *Service) lately(r *page.Request, m *mine) error {
	all, err := s.cases.Messages(r.Context(), r.Grant, m.ID)
	if err != nil {
		return err
	}
	m.Told = messagesView{Home: "/mine/" + m.ID.String(), All: inWords(r, m.MyHelper, all[:min(latest, len(all))]), helper: m.MyHelper}
	return s.cases.Opened(r.Context(), r.Grant, m.View, all, r.Lang)
}
