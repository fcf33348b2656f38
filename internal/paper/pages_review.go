package paper

import (
	"strconv"

	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/review"
)

const reviewed = "/review/items/"

// reviewPages shows the papers of a dossier to whoever reviews it: through its item, and on the screen only. Each opening is
// written down.
func (s *Service) reviewPages(site *page.Site) {
	site.Handle("GET", reviewed+":id/papers", review.Working, func(r *page.Request) (page.Reply, error) {
		item, id, err := s.drawn(r, "papers")
		if err != nil {
			return page.Reply{}, err
		}
		return s.looked(r, id)(s.list(r, id, &listView{Home: reviewed + item.String(), Reviews: true}))
	})
	site.Handle("GET", reviewed+":id/papers/:form", review.Working, func(r *page.Request) (page.Reply, error) {
		item, id, err := s.drawn(r, r.Param("form"))
		if err != nil {
			return page.Reply{}, err
		}
		in := Asked{Case: id, Form: r.Param("form")}
		in.Number, _ = strconv.Atoi(r.Query("n")) // what is none asks for the first
		return s.looked(r, id)(s.sheetPage(r, in, reviewed+item.String()+"/papers"))
	})
}

// looked notes the look at a case that stands under the address of an item, once there is something to show.
func (s *Service) looked(r *page.Request, id ident.ID) func(page.Reply, error) (page.Reply, error) {
	return func(reply page.Reply, err error) (page.Reply, error) {
		if err == nil {
			err = s.Looked(r.Context(), r.By(), review.Working, id)
		}
		return reply, err
	}
}

// drawn is the item in an address, and its case, for whoever reviews it.
func (s *Service) drawn(r *page.Request, what string) (item, id ident.ID, err error) {
	if item, err = caseOf(r); err == nil {
		id, err = s.Drawn(r.Context(), r.Grant, item, what)
	}
	return item, id, err
}
