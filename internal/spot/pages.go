package spot

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/page"
)

// Pages mounts the posters of places.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/posters/:place", PrintingPosters, s.showPoster)
	site.Handle("POST", "/posters/:place", MakingPosters, s.remakePoster)
}

func (s *Service) showPoster(r *page.Request) (page.Reply, error) {
	var making authz.Grant // the zero grant reaches nothing
	if g, denied := s.Policy.Allow(r.By(), MakingPosters); denied == nil {
		making = g
	}
	var p poster
	err := s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		p, err = posterOf(tx, making, r.Param("place"))
		return err
	})
	return page.Show("spot/poster", p), err
}

func (s *Service) remakePoster(r *page.Request) (page.Reply, error) {
	err := s.makePoster(r.Context(), r.Grant, r.Param("place"))
	return page.SeeOther("/posters/" + r.Param("place") + "?done=poster"), err
}
