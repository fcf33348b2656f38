package payment

import (
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// accountView is an account, masked, with the form by which another is entered.
type accountView struct {
	Masked
	Name string
	Path string
	Back string
	Own  bool
}

func (s *Service) askOwn(r *page.Request) (page.Reply, error) {
	v, _, err := s.accountView(r)
	return page.Show("subsidy/account", v), err
}

func (s *Service) askAccount(r *page.Request) (page.Reply, error) {
	v, _, err := s.accountView(r)
	return page.Show("subsidy/account", v), err
}

func (s *Service) accountView(r *page.Request) (*accountView, ident.ID, error) {
	v := &accountView{Own: r.Grant.Action() == Owning, Path: pageAccount, Back: "/subsidy/mine"}
	var id ident.ID
	if !v.Own {
		var err error
		if id, err = ident.ParseID(r.Param("id")); err != nil {
			return nil, id, fault.NoSuch()
		}
		v.Path, v.Back = pageAccounts+"/"+id.String(), pageAccounts
	}
	return v, id, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		m, err := payeeWithin(tx, r.Grant, id)
		if err != nil {
			return err
		}
		v.Name = m.Name
		if !v.Own {
			v.Back = pageAccounts + "?committee_id=" + m.CommitteeID.String()
		}
		v.Masked, err = s.masked(tx, m)
		return err
	})
}

func (s *Service) takeOwn(r *page.Request) (page.Reply, error)     { return s.take(r) }
func (s *Service) takeAccount(r *page.Request) (page.Reply, error) { return s.take(r) }

func (s *Service) take(r *page.Request) (page.Reply, error) {
	v, id, err := s.accountView(r)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := s.SetAccount(r.Context(), r.Grant, id, r.Version(), NewAccount{r.Form("holder"), r.Form("bank"), r.Form("number")}); err != nil {
		return page.Again("subsidy/account", v, err), nil
	}
	return page.SeeOther(v.Path + "?done=account_entered"), nil
}

// accountsView is a committee's mediators with where they are paid.
type accountsView struct {
	Committees []page.Option
	Committee  string
	Lines      []accountLine
}

type accountLine struct {
	Masked
	ID   ident.ID
	Name string
}

func (s *Service) showAccounts(r *page.Request) (page.Reply, error) {
	v := &accountsView{Committee: r.Query("committee_id")}
	err := s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		all, err := committeesWithin(tx, r.Grant)
		if err != nil {
			return err
		}
		for _, c := range all {
			v.Committees = append(v.Committees, page.Option{Value: c.ID.String(), Text: c.Name})
			if c.ID.String() == v.Committee {
				err = s.fill(tx, v, c.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return page.Show("subsidy/accounts", v), err
}

func (s *Service) fill(tx *db.Tx, v *accountsView, committee ident.ID) error {
	team, err := registry.MediatorsOf(tx, committee)
	if err != nil {
		return err
	}
	for _, m := range team {
		masked, err := s.masked(tx, m)
		if err != nil {
			return err
		}
		if m.Works() || masked.Entered {
			v.Lines = append(v.Lines, accountLine{masked, m.ID, m.Name})
		}
	}
	return nil
}
