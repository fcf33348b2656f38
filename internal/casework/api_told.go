package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type readIn struct {
	ID   ident.ID `path:"id"`
	Body struct {
		MessageIDs []ident.ID `json:"message_ids" nullable:"false" doc:"Which of its messages the party has read"`
	}
}

func (s *Service) messageRoutes(a *rest.API) {
	rest.Handle(a, "GET", "/cases/{id}/messages", "case.messages", func(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Listed[MessageView], error) {
		return s.listMessages(ctx, g, in.ID)
	}, rest.Says("发给当事人的消息（不含内容和地址）", "The messages to the parties, without text and address"))
	rest.Handle(a, "POST", "/cases/{id}/messages/read", "case.acknowledge", func(ctx context.Context, g authz.Grant, in *readIn) (*rest.Listed[MessageView], error) {
		if err := s.Acknowledge(ctx, g, in.ID, in.Body.MessageIDs); err != nil {
			return nil, err
		}
		return s.listMessages(ctx, g, in.ID)
	}, rest.Says("当事人看过了消息", "A party has read messages"))
}

func (s *Service) listMessages(ctx context.Context, g authz.Grant, id ident.ID) (*rest.Listed[MessageView], error) {
	out, err := s.Messages(ctx, g, id)
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, out, nil)
}
