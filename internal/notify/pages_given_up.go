package notify

import (
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

const pageGivenUp = "/messages/given-up"

type givenUpView struct {
	Lines []GivenUp
	All   int64
}

// Name is what sort of message it was, in words.
func (g GivenUp) Name(lang string) string { return codes.MessageKinds.Name(g.Kind, lang) }

// OperatorPages puts what an operator looks at on the site.
func (r *Relay) OperatorPages(s *page.Site) {
	s.Handle("GET", pageGivenUp, Reading, r.showGivenUp)
	s.Handle("POST", pageGivenUp, SendAgain, r.sendAgain)
}

func (r *Relay) showGivenUp(q *page.Request) (page.Reply, error) {
	lines, all, err := r.GivenUp(q.Context(), q.Grant)
	return page.Show("notify/given-up", givenUpView{lines, all}), err
}

func (r *Relay) sendAgain(q *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(q.Form("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	return page.SeeOther(pageGivenUp), r.Again(q.Context(), q.Grant, id)
}
