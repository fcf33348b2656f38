package referrer

import (
	"bytes"
	"slices"

	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/sheet"
)

const path = "/referrals"

// Pages mounts what an organ reads of its own referrals.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", path, "referral.list", s.list, page.AsFile("referral.export"))
	site.Handle("GET", path+"/:id", "referral.result", s.show)
}

// listView is the list with its filter.
type listView struct {
	Lines    []referral
	States   []page.Option
	Next     string
	Narrowed bool
}

// asked reads the filter from the address; a state that is none is told.
func asked(r *page.Request) (casework.Filter, error) {
	f := casework.Filter{State: casework.State(r.Query("state")), Letter: r.Query("number")}
	var bad fault.Check
	if f.State != "" && !slices.Contains(casework.States, f.State) {
		bad.Add("state", "没有这种状态。", "There is no such state.")
	}
	var err error
	if f.After, err = r.After(); err != nil {
		return f, err
	}
	return f, bad.Err()
}

func (s *Service) list(r *page.Request) (page.Reply, error) {
	v := &listView{Narrowed: r.Query("state") != "" || r.Query("number") != ""}
	for _, state := range casework.States {
		if state != casework.Draft {
			v.States = append(v.States, page.Option{Value: string(state), Text: state.Name(r.Lang)})
		}
	}
	f, err := asked(r)
	if err != nil {
		return page.Again("referrer/list", v, err), nil
	}
	if r.Query("format") != "" {
		return s.file(r, f)
	}
	found, next, err := s.cases.Referrals(r.Context(), r.Grant, f)
	if err != nil {
		return page.Reply{}, err
	}
	if !next.IsZero() {
		v.Next = next.String()
	}
	v.Lines, err = s.lines(r.Context(), r.Grant, found, r.Lang)
	return page.Show("referrer/list", v), err
}

func (s *Service) file(r *page.Request, f casework.Filter) (page.Reply, error) {
	format, err := sheet.ParseFormat(r.Query("format"))
	if err != nil {
		return page.Reply{}, err
	}
	grid, err := s.sheet(r.Context(), r.Grant, f, r.Lang)
	if err != nil {
		return page.Reply{}, err
	}
	var b bytes.Buffer
	err = grid.Write(&b, format)
	return page.Download(grid.Name+"."+string(format), format.MediaType(), &b), err
}

// resultView is one referral as a paper to print.
type resultView struct {
	referral
	Rows  []page.Row
	Past  []pastLine // results that a later one superseded
	Moved []pastLine // for channels that follow each step
}

type pastLine struct {
	At   string
	What string
}

func (s *Service) show(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	found, err := s.cases.ReferralResult(r.Context(), r.Grant, id)
	if err != nil {
		return page.Reply{}, err
	}
	lines, err := s.lines(r.Context(), r.Grant, []casework.Referred{found}, r.Lang)
	if err != nil {
		return page.Reply{}, err
	}
	v := &resultView{referral: lines[0]}
	v.rows(r)
	for _, one := range found.Earlier {
		v.Past = append(v.Past, pastLine{page.Day(one.MadeAt, r.Lang), letters[one.Letter].In(r.Lang)})
	}
	for _, one := range found.Steps {
		v.Moved = append(v.Moved, pastLine{page.Day(one.MadeAt, r.Lang), one.State.Name(r.Lang)})
	}
	return page.Show("referrer/result", v), nil
}

func (v *resultView) rows(r *page.Request) {
	add := func(key, value string) {
		if value != "" {
			v.Rows = append(v.Rows, page.Row{Label: r.Say("referrer." + key), Value: value})
		}
	}
	add("number", v.Number)
	add("organ", v.Organ)
	add("how", v.How)
	add("reference", v.Ref)
	if v.Referral != nil && v.Referral.ReceivedAt != nil {
		add("received", page.Day(*v.Referral.ReceivedAt, r.Lang))
	}
	add("registered", page.Day(v.RegisteredAt, r.Lang))
	add("committee", v.Committee)
	add("phone", v.Phone)
	add("state", v.Tag.Text)
	add("result", v.referral.Result)
	add("reason", v.Reason)
	add("on", page.Day(v.On, r.Lang))
	if done := v.Referred.Result; done != nil && done.ToldToSue {
		add("sue", r.Say("referrer.told_to_sue"))
	}
}
