package desk

import (
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// reached is the last message of a sort to a party, and whether it came through.
type reached struct {
	casework.MessageView
	What string
	Tag  page.Tag
}

// shownToStaff are the messages of which whoever works a case wants to know whether they came through: the last of each line.
var shownToStaff = [][]string{{"invitation"}, {"session", "session_moved", "session_cancelled", "session_reminder"}, {"to_sign"}}

// messages adds to each party what it was sent, and whether it was read: promised to whoever waits for it.
func (s *Service) messages(r *page.Request, d *deskView) error {
	if !r.May("case.messages") || d.Seen != authz.Full {
		return nil
	}
	g, err := s.policy.Allow(r.By(), "case.messages")
	if err != nil {
		return err
	}
	all, err := s.cases.Messages(r.Context(), g, d.ID)
	if err != nil {
		return err
	}
	for i := range d.Sides {
		d.Sides[i].Reached = d.reachedBy(r, all, d.Sides[i].ID)
	}
	return nil
}

func (d *deskView) reachedBy(r *page.Request, all []casework.MessageView, party ident.ID) (out []reached) {
	for _, kinds := range shownToStaff {
		i := slices.IndexFunc(all, func(m casework.MessageView) bool { return m.PartyID == party && slices.Contains(kinds, m.Kind) })
		if i < 0 {
			continue
		}
		m := all[i]
		out = append(out, reached{MessageView: m, What: codes.MessageKinds.Name(m.Kind, r.Lang), Tag: d.howFar(r, m)})
	}
	return out
}

func (d *deskView) howFar(r *page.Request, m casework.MessageView) page.Tag {
	switch {
	case m.ReadAt != nil && !m.ReadBy.IsZero():
		return page.Tag{Kind: "info", Text: r.Say("desk.message.read_by", d.helperName(m.ReadBy))}
	case m.ReadAt != nil:
		return page.Tag{Kind: "ok", Text: r.Say("desk.message.read")}
	case m.OpenedAt != nil:
		return page.Tag{Kind: "ok", Text: r.Say("desk.message.opened")}
	case m.State == casework.MessageGivenUp:
		return page.Tag{Kind: "err", Text: r.Say("desk.message.given_up")}
	case m.State == casework.MessageWaits:
		return page.Tag{Kind: "plain", Text: r.Say("desk.message.waiting")}
	}
	return page.Tag{Kind: "warn", Text: r.Say("desk.message.unread")}
}
