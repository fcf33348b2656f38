package duty

import (
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageHandOver = "/desk/hand-over"

// handingOver mounts the hand-over of a mediator who leaves (R8).
func (s *Service) handingOver(site *page.Site) {
	action := authz.Action("case." + string(casework.HandOverHost))
	site.Handle("GET", pageHandOver, action, s.whoLeaves)
	site.Handle("GET", pageHandOver+"/:id", action, s.leaver)
	site.Handle("POST", pageHandOver+"/:id", action, s.handOver)
}

// leaversView are the mediators of the chair's committees.
type leaversView struct{ Lines []registry.Mediator }

func (s *Service) whoLeaves(r *page.Request) (page.Reply, error) {
	v := &leaversView{}
	err := s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, p := range r.By().Posts {
			if p.Role != actor.Chair || p.Committee.IsZero() {
				continue
			}
			team, err := registry.MediatorsOf(tx, p.Committee)
			if err != nil {
				return err
			}
			v.Lines = append(v.Lines, team...)
		}
		return nil
	})
	return page.Show("duty/hand-over-who", v), err
}

// leaverView is a mediator who leaves, with the open cases and who may follow.
type leaverView struct {
	casework.Leaver
	Cases      []page.Option
	All        []string // every case, ticked at first
	Successors []page.Option
	Result     *casework.HandOverResult // of the hand-over just made
}

func (s *Service) leaverView(r *page.Request) (*leaverView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	v := &leaverView{}
	if v.Leaver, err = s.Cases.LeaverOf(r.Context(), r.Grant, id); err != nil {
		return nil, err
	}
	for _, c := range v.Leaver.Cases {
		v.Cases = append(v.Cases, page.Option{Value: c.ID.String(), Text: c.Title, Hint: r.Say("desk.handover_case", spokenOf(c), c.State.Name(r.Lang), r.Say("desk.part_name."+c.Part))})
		v.All = append(v.All, c.ID.String())
	}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		m, err := registry.FindMediator(tx, id)
		if err != nil {
			return err
		}
		team, err := registry.MediatorsOf(tx, m.CommitteeID)
		for _, one := range team {
			if one.ID != id && one.Works() {
				v.Successors = append(v.Successors, page.Option{Value: one.ID.String(), Text: one.Name})
			}
		}
		return err
	})
}

// spokenOf is by what a case is spoken of.
func spokenOf(c casework.OpenCase) string {
	if c.CaseNo != "" {
		return c.CaseNo
	}
	return ident.Reference(c.Reference).Grouped()
}

func (s *Service) leaver(r *page.Request) (page.Reply, error) {
	v, err := s.leaverView(r)
	return page.Show("duty/hand-over", v), err
}

func (s *Service) handOver(r *page.Request) (page.Reply, error) {
	v, err := s.leaverView(r)
	if err != nil {
		return page.Reply{}, err
	}
	var in casework.HandingHost
	var bad fault.Check
	for _, text := range r.Forms("cases") {
		id, err := ident.ParseID(text)
		bad.Take("cases", err)
		in.Cases = append(in.Cases, id)
	}
	if len(in.Cases) == 0 {
		bad.Add("cases", "请至少选择一件案件。", "Please choose one case at least.")
	}
	if text := r.Form("to_mediator_id"); text == "" {
		bad.Add("to_mediator_id", "请选择接手的调解员。", "Please choose who follows.")
	} else {
		id, err := ident.ParseID(text)
		bad.Take("to_mediator_id", err)
		in.To = id
	}
	err = bad.Err()
	var out casework.HandOverResult
	if err == nil {
		out, err = s.Cases.HandOverHost(r.Context(), r.Grant, v.MediatorID, in)
	}
	if err != nil {
		return page.Again("duty/hand-over", v, err), nil
	}
	if len(out.LeftOut) == 0 {
		return page.SeeOther(pageHandOver + "/" + v.MediatorID.String() + "?done=desk_handed_over"), nil
	}
	if v, err = s.leaverView(r); err != nil {
		return page.Reply{}, err
	}
	for i := range out.LeftOut {
		out.LeftOut[i].Why = out.LeftOut[i].Text.In(r.Lang)
	}
	v.Result = &out
	return page.Show("duty/hand-over", v), nil
}
