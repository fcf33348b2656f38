package seal

import "fengqiao/internal/page"

const shownDays = 31

// Pages puts the digests on the site, to be printed and kept.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/seals", Reading, s.show)
}

// shown is the page: the days, and above them the counties of which no more is sealed.
type shown struct {
	Days []Day
	Open []Open
}

func (s *Service) show(r *page.Request) (page.Reply, error) {
	var v shown
	var err error
	if v.Days, err = s.Days(r.Context(), "", shownDays); err == nil {
		v.Open, err = s.Opened(r.Context())
	}
	return page.Show("seal/days", v), err
}
