package fieldwork

import (
	"strconv"

	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pagePreventions = "/fieldwork/prevention-records"

func (s *Service) preventionPages(site *page.Site) {
	site.Handle("GET", pagePreventions, SeeingRounds, s.showPreventions)
	site.Handle("GET", pagePreventions+"/new", Screening, s.askPrevention)
	site.Handle("POST", pagePreventions+"/new", Screening, s.takePrevention)
	site.Handle("GET", pagePreventions+"/:id", SeeingRounds, s.showPrevention)
	site.Handle("POST", pagePreventions+"/:id/confirm", Confirming, s.takeConfirm)
}

type preventionsView struct {
	Lines   []preventionLine
	Next    string
	Records bool

	Narrowed string // to what a report narrowed the list, in words
}

type preventionLine struct {
	Prevention
	Which, By, At string
}

func (s *Service) showPreventions(r *page.Request) (page.Reply, error) {
	v := &preventionsView{Records: r.May(Screening)}
	after, err := parsePosition(r.Query("cursor"))
	if err != nil {
		return page.Reply{}, err
	}
	ask := PreventionsAsked{After: after, Confirmed: r.Query("confirmed")}
	if ask.Narrowing, ask.Committee, ask.From, ask.To, err = narrowed(r); err != nil {
		return page.Reply{}, err
	}
	if kind := r.Query("kind"); kind != "" {
		if ask.Kind, err = strconv.Atoi(kind); err != nil {
			return page.Reply{}, codes.Preventions.Check(kind)
		}
	}
	rows, next, err := s.Preventions(r.Context(), r.Grant, ask)
	if err != nil {
		return page.Reply{}, err
	}
	if next != nil {
		v.Next = next.String()
	}
	if v.Narrowed, err = s.narrowedTo(r, ask.Narrowing, ask.Committee, ask.From, ask.To); err != nil {
		return page.Reply{}, err
	}
	v.Lines, err = s.dressPreventions(r, rows)
	return page.Show("fieldwork/prevention-records", v), err
}

func (s *Service) dressPreventions(r *page.Request, rows []Prevention) (out []preventionLine, err error) {
	err = s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, row := range rows {
			name, _, err := registry.NameOf(tx, row.CommitteeID)
			if err != nil {
				return err
			}
			at, err := registry.FullName(tx, row.AreaCode)
			if err != nil {
				return err
			}
			out = append(out, preventionLine{row, codes.Preventions.Name(strconv.Itoa(row.Kind), r.Lang), name, at})
		}
		return nil
	})
	return out, err
}

func (s *Service) preventionForm(r *page.Request) (*foundView, error) {
	form, err := s.roundForm(r)
	if err != nil {
		return nil, err
	}
	v := &foundView{Places: form.Places, Committees: form.Committees, Kinds: options(codes.Preventions, r)}
	return v, nil
}

func (s *Service) askPrevention(r *page.Request) (page.Reply, error) {
	v, err := s.preventionForm(r)
	return page.Show("fieldwork/prevention-record-new", v), err
}

func (s *Service) takePrevention(r *page.Request) (page.Reply, error) {
	in := preventionTyped(r, "")
	var err error
	if text := r.Form("committee_id"); text != "" {
		if in.Committee, err = ident.ParseID(text); err != nil {
			return page.Reply{}, fault.NoSuch()
		}
	}
	p, err := s.RecordPrevention(r.Context(), r.Grant, in)
	if err == nil {
		return page.SeeOther(pagePreventions + "/" + p.ID.String() + "?done=prevention"), nil
	}
	v, fails := s.preventionForm(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("fieldwork/prevention-record-new", v, err), nil
}

// preventionView is one record. Words tells whether the reader is shown them.
type preventionView struct {
	preventionLine
	Confirms, Waits, Words bool
}

func (s *Service) showPrevention(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	p, err := s.Prevention(r.Context(), r.Grant, id)
	if err != nil {
		return page.Reply{}, err
	}
	lines, err := s.dressPreventions(r, []Prevention{p})
	if err != nil {
		return page.Reply{}, err
	}
	mine := p.RecordedBy == r.By().Person
	v := &preventionView{lines[0], r.May(Confirming) && !p.Counts() && !mine, !p.Counts() && mine, p.Who != ""}
	return page.Show("fieldwork/prevention-record", v), nil
}

func (s *Service) takeConfirm(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	if _, err := s.Confirm(r.Context(), r.Grant, id); err != nil {
		return page.Reply{}, err
	}
	return page.SeeOther(pagePreventions + "/" + id.String() + "?done=prevention_confirmed"), nil
}
