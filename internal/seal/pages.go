package seal

import "fengqiao/internal/page"

const shownDays = 31

// Pages puts the digests on the site, to be printed and kept.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/seals", Reading, s.show)
}

func (s *Service) show(r *page.Request) (page.Reply, error) {
	days, err := s.Days(r.Context(), "", shownDays)
	return page.Show("seal/days", days), err
}
