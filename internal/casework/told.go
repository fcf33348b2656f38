package casework

import (
	"context"
	"errors"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// mostMessages is how many messages of a case are shown: a case has a few dozen.
const mostMessages = 100

// aboutComplaint is the kind of which nobody learns but the party: those who work the case hear of no complaint, R4.
const aboutComplaint = "complaint_answer"

// What has become of a message.
const (
	MessageWaits   = "waiting"
	MessageSent    = "sent"
	MessageGivenUp = "given_up"
)

// MessageView is that a party was sent a message, without what it says and where it went.
type MessageView struct {
	ID       ident.ID   `json:"id"`
	PartyID  ident.ID   `json:"party_id"`
	Kind     string     `json:"kind" doc:"What it was about, in a word: invitation, session, to_sign …"`
	Channel  string     `json:"channel" doc:"sms, email or letter; page where it stands on the party's page alone"`
	State    string     `json:"state" doc:"waiting, sent (handed over, or printed) or given_up"`
	MadeAt   time.Time  `json:"made_at"`
	SentAt   *time.Time `json:"sent_at,omitempty"`
	OpenedAt *time.Time `json:"opened_at,omitempty" doc:"The party came to its page afterwards"`
	ReadAt   *time.Time `json:"read_at,omitempty" doc:"The party, or who acts for it, said that they have read it"`
	ReadBy   ident.ID   `json:"read_by_helper,omitempty,omitzero" doc:"The agent or guardian who said so; left out for the party itself"`
}

func viewMessage(m journal.Sent) MessageView {
	v := MessageView{ID: m.ID, PartyID: m.PartyID, Kind: m.Kind, Channel: m.Channel, State: MessageWaits, MadeAt: m.MadeAt.UTC(),
		SentAt: m.SentAt, OpenedAt: m.OpenedAt, ReadAt: m.ReadAt, ReadBy: m.ReadBy}
	switch {
	case m.SentAt != nil:
		v.State = MessageSent
	case m.GivenUpAt != nil:
		v.State = MessageGivenUp
	}
	return v
}

// Messages are the messages of a case, the newest first: a party's own, and for those who see the whole case all
// of them, but for an answer to a complaint.
func (s *Service) Messages(ctx context.Context, g authz.Grant, id ident.ID) ([]MessageView, error) {
	out := []MessageView{}
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		me := partyOfReader(g.By(), c)
		if seen := c.viewOf(g); me.IsZero() && seen != authz.Full {
			return nil
		}
		all, err := journal.SentTo(tx, c.ID, me, mostMessages)
		for _, m := range all {
			if !me.IsZero() || m.Kind != aboutComplaint {
				out = append(out, viewMessage(m))
			}
		}
		return err
	})
	return out, err
}

// Acknowledge notes that a party has read messages of its own, or that whoever acts for it has; others are passed over. It is
// no act and makes no version.
func (s *Service) Acknowledge(ctx context.Context, g authz.Grant, id ident.ID, read []ident.ID) error {
	if len(read) == 0 || len(read) > mostMessages {
		return fault.New(fault.Invalid, "", "请选择看过的消息。", "Please say which messages were read.").At("message_ids")
	}
	err := s.db.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		p, err := (&deed{Service: s, tx: tx, grant: g}).actingParty(c, ident.ID{})
		if err != nil {
			return err
		}
		var helper ident.ID
		if h := c.actingFor(g.By()); h != nil {
			helper = h.ID
		}
		tx.Made(c.ID, c.Version, 200)
		return journal.Acknowledge(tx, c.ID, p.ID, helper, read)
	})
	var done *db.Done
	if errors.As(err, &done) { // sent again: it is noted
		return nil
	}
	return err
}
