package privacy

import (
	"strconv"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

const pageRequests = "/data-requests"

func (s *Service) staffPages(site *page.Site) {
	site.Handle("GET", pageRequests, Reading, s.showList)
	site.Handle("GET", pageRequests+"/:id", Reading, s.showOne)
	site.Handle("POST", pageRequests+"/:id/decide", Deciding, s.decide)
	site.Handle("POST", pageRequests+"/:id/confirm", Confirming, s.confirm)
}

func (s *Service) showList(r *page.Request) (page.Reply, error) {
	rows, err := s.List(r.Context(), r.Grant, ident.ID{})
	lines := []line{}
	for _, one := range rows {
		lines = append(lines, s.lineOf(r, one))
	}
	return page.Show("privacy/requests", lines), err
}

// oneView is one request, with what the reader may do about it now.
type oneView struct {
	line
	Direct            bool   // granting it carries it out
	Case              string // where staff correct the case
	Outcomes, Reasons []page.Option
}

func (s *Service) oneView(r *page.Request) (*oneView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	read, err := s.Policy.Allow(r.By(), Reading)
	if err != nil {
		return nil, err
	}
	seen, err := s.See(r.Context(), read, id)
	if err != nil {
		return nil, err
	}
	v := &oneView{line: s.lineOf(r, seen), Reasons: page.Coded(codes.DataRefusals, r.Lang)}
	v.Direct = seen.Kind == Erasure || seen.Item == casework.Correctable[0] || seen.Item == casework.Correctable[1]
	for _, o := range page.Coded(codes.DataOutcomes, r.Lang) {
		if seen.Kind == Correction || o.Value != Partly {
			v.Outcomes = append(v.Outcomes, o)
		}
	}
	if seen.Decides {
		v.Case = "/desk/cases/" + seen.CaseID.String()
	}
	return v, nil
}

func (s *Service) showOne(r *page.Request) (page.Reply, error) {
	v, err := s.oneView(r)
	return page.Show("privacy/request", v), err
}

// acted leads back to the request, or shows it again with what was wrong.
func (s *Service) acted(r *page.Request, err error, done string) (page.Reply, error) {
	if err == nil {
		return page.SeeOther(pageRequests + "/" + r.Param("id") + "?done=" + done), nil
	}
	v, fails := s.oneView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("privacy/request", v, err), nil
}

func (s *Service) decide(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	in := Decision{Outcome: r.Form("outcome"), Reason: r.Form("reason"), Words: r.Form("words"), Unsafe: r.Ticked("former_unsafe")}
	if in.Outcome == Done {
		in.Reason = ""
	}
	if text := r.Form("entry"); text != "" {
		if in.Entry, err = strconv.ParseInt(text, 10, 64); err != nil {
			err = fault.New(fault.Invalid, "", "请填写记录的序号，例如 7。", "Please give the number of the entry, such as 7.").At("entry")
		}
	}
	if err == nil {
		_, err = s.Decide(r.Context(), r.Grant, id, r.Version(), in)
	}
	return s.acted(r, err, "data_decided")
}

func (s *Service) confirm(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	in := Confirmation{Confirm: r.Form("confirm") == "yes", Reason: r.Form("reason"), Words: r.Form("words")}
	if answer := r.Form("confirm"); answer == "" {
		err = fault.New(fault.Invalid, "", "请选择核准或者不核准。", "Please confirm or refuse.").At("confirm")
	} else {
		_, err = s.Confirm(r.Context(), r.Grant, id, r.Version(), in)
	}
	return s.acted(r, err, "data_decided")
}
