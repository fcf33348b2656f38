package notify

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// Routes puts this room's operations on the API.
func (r *Relay) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/messages/given-up", Reading, r.getGivenUp, rest.Says("没有发出的消息，最近的在前", "Messages given up, newest first, a hundred at most"))
	rest.Handle(a, "POST", "/messages/{id}/send-again", SendAgain, r.postAgain, rest.Says("再发一次", "Try a message anew"))
}

// GivenUpList is what was given up, and how many there are in all.
type GivenUpList struct {
	Items []GivenUp `json:"items" nullable:"false"`
	All   int64     `json:"all"`
}

func (r *Relay) getGivenUp(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Seen[GivenUpList], error) {
	items, all, err := r.GivenUp(ctx, g)
	return rest.See(0, GivenUpList{Items: append([]GivenUp{}, items...), All: all}), err
}

type letterIn struct {
	ID ident.ID `path:"id"`
}

// AgainOut names the letter that is tried anew.
type AgainOut struct {
	ID ident.ID `json:"id"`
}

func (r *Relay) postAgain(ctx context.Context, g authz.Grant, in *letterIn) (*rest.Seen[AgainOut], error) {
	return rest.See(0, AgainOut{in.ID}), r.Again(ctx, g, in.ID)
}
