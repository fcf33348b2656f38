package fieldwork

import (
	"strconv"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// recordView is the form by which a justice station records a service.
type recordView struct {
	Villages  []page.Option
	Kinds     []page.Option
	Providers []page.Option
}

func (s *Service) recordForm(r *page.Request) (*recordView, error) {
	v := &recordView{Kinds: options(codes.Presences, r), Providers: options(codes.Providers, r)}
	err := s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, reach := range r.Grant.Reaches() {
			villages, err := registry.VillagesIn(tx, reach.Area)
			if err != nil {
				return err
			}
			for _, a := range villages {
				v.Villages = append(v.Villages, page.Option{Value: string(a.Code), Text: a.Name})
			}
		}
		return nil
	})
	return v, err
}

func (s *Service) askPresence(r *page.Request) (page.Reply, error) {
	v, err := s.recordForm(r)
	return page.Show("fieldwork/presence-service-new", v), err
}

// takePresence records what was typed; what cannot be read is refused like what may not be.
func (s *Service) takePresence(r *page.Request) (page.Reply, error) {
	minutes, err := strconv.Atoi(r.Form("minutes"))
	if err != nil {
		minutes = 0
	}
	p, err := s.Record(r.Context(), r.Grant, NewPresence{AreaCode: ident.Area(r.Form("area_code")), Kind: kindOf(r.Form("kind")),
		ServedOn: calendar.Day(r.Form("served_on")), Provider: r.Form("provider"), ProviderName: r.Form("provider_name"),
		Minutes: minutes, Case: r.Form("case_id")})
	if err == nil {
		return page.SeeOther(pagePresence + "?area=" + string(p.AreaCode) + "&done=presence"), nil
	}
	v, bad := s.recordForm(r)
	if bad != nil {
		return page.Reply{}, bad
	}
	return page.Again("fieldwork/presence-service-new", v, err), nil
}
