package workshop

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// Pages mounts the two forms in which an agreement is written, the record of a session, and what like cases came to.
func (s *Service) Pages(site *page.Site) {
	for _, b := range []bench{{s, casework.FixAgreement, casework.Written, s.Cases.FixAgreement}, {s, casework.MakeOral, casework.Oral, s.Cases.OralAgreement}} {
		action, path := authz.Action("case."+string(b.event)), "/desk/cases/:id/"+b.event.Route()
		site.Handle("GET", path, action, b.show)
		site.Handle("POST", path, action, b.take)
	}
	action, path := authz.Action("case."+string(casework.OpenSession)), "/desk/cases/:id/"+casework.OpenSession.Route()
	site.Handle("GET", path, action, s.showSession)
	site.Handle("POST", path, action, s.takeSession)
	site.Handle("GET", "/desk/cases/:id/similar", Comparing, s.similar)
}

// bench is one of the two forms: of a written agreement, or of the register of an oral one.
type bench struct {
	*Service
	event casework.Event
	form  string
	do    func(context.Context, authz.Grant, casework.Order, casework.DraftAgreement) (casework.View, error)
}

const agreementPage = "workshop/agreement"

// show shows the form, with the draft that was kept.
func (b bench) show(r *page.Request) (page.Reply, error) {
	v, err := b.view(r)
	if err != nil {
		return page.Reply{}, err
	}
	if err := v.mayGoOn(b.event); err != nil {
		return page.Reply{}, err
	}
	var sh sheet
	k, err := b.open(r.Context(), r.Grant, v.ID, agreements, &sh)
	if err != nil {
		return page.Reply{}, err
	}
	if len(sh.Terms) == 0 {
		sh.Terms = []typedTerm{{}}
	}
	if k.Version == 0 {
		sh.Facts = v.View.Facts
	}
	v.write(sh, k)
	return page.Show(agreementPage, v), nil
}

// take does what the button that was pressed says. Only the one without a word of its own fixes the text; all others
// keep what was typed and show it again.
func (b bench) take(r *page.Request) (page.Reply, error) {
	v, err := b.view(r)
	if err != nil {
		return page.Reply{}, err
	}
	sh, what := readSheet(r.Form, b.today()), r.Form("do")
	if r.Ticked("more") {
		what = "more"
	}
	if what == "" {
		return b.finish(r, v, sh)
	}
	if err := v.mayGoOn(b.event); err != nil {
		return page.Reply{}, err
	}
	if what == "drop" {
		if err := b.drop(r.Context(), r.Grant, v.ID, agreements); err != nil {
			return page.Reply{}, err
		}
		return page.SeeOther(v.Home + "/" + v.Route()), nil
	}
	bad := b.work(v, &sh, what)
	k, err := b.keep(r.Context(), r.Grant, v.ID, agreements, v.seen, sh)
	if err != nil && !errors.Is(err, errMoved) {
		return page.Reply{}, err
	}
	v.write(sh, k)
	if bad = errors.Join(bad, err); bad != nil {
		return page.Again(agreementPage, v, bad), nil
	}
	return page.Show(agreementPage, v), nil
}

// work does what a button says to the sheet.
func (b bench) work(v *formView, sh *sheet, what string) error {
	switch what {
	case "all":
		sh.All = !sh.All
	case "leave":
		sh.Clause, sh.Slots = "", nil
	case "choose":
		if sh.Clause == "" {
			return fault.New(fault.Invalid, "", "请先选一条条款。", "Please choose a clause first.").At("clause")
		}
	case "fill":
		return sh.fill(v.parties, b.today())
	case "check":
		v.Checked = true
		_, err := sh.draft()
		return err
	default:
		sh.arrange(what)
	}
	return nil
}

// finish fixes the text. What is refused stays in the form, and is kept: nothing is lost.
func (b bench) finish(r *page.Request, v *formView, sh sheet) (page.Reply, error) {
	out, err := b.fix(r, sh)
	if err != nil {
		k, failed := b.keep(r.Context(), r.Grant, v.ID, agreements, v.seen, sh)
		if failed != nil && !errors.Is(failed, errMoved) {
			return page.Reply{}, errors.Join(err, failed)
		}
		v.Checked = true
		v.write(sh, k)
		return page.Again(agreementPage, v, inForm(err)), nil
	}
	to := v.Home + "?done=desk_" + string(b.event)
	if len(out.Warnings) > 0 {
		m := mindView{To: to}
		for _, w := range out.Warnings {
			m.Mind = append(m.Mind, w.In(r.Lang))
		}
		return page.Show("desk/mind", m), nil
	}
	return page.SeeOther(to), nil
}

// mindView says what somebody should mind after an act that was done.
type mindView struct {
	To   string
	Mind []string
}

var errVersion = fault.New(fault.Unversioned, "", "不知道您看到的是哪一版。请刷新页面后再提交。", "It is not known which version you saw. Please reload the page and send again.")

func (b bench) fix(r *page.Request, sh sheet) (casework.View, error) {
	in, err := sh.draft()
	if err != nil {
		return casework.View{}, err
	}
	u := &understood{}
	o := casework.Order{Expect: r.Version(), OccurredAt: u.moment("occurred_at", sh.OccurredAt)}
	if err := u.bad.Err(); err != nil {
		return casework.View{}, err
	}
	if o.Expect == 0 {
		return casework.View{}, errVersion
	}
	if o.Case, err = ident.ParseID(r.Param("id")); err != nil {
		return casework.View{}, fault.NoSuch()
	}
	o.Beside = done(o.Case, agreements)
	return b.do(r.Context(), r.Grant, o, in)
}

// inForm lets a refusal be mended in the form: one that depends on what was chosen is shown there, and what is wrong with
// one part of a payment leads to the field of all of them.
func inForm(err error) error {
	f := *fault.Of(err)
	if f.Kind == fault.Internal {
		return err
	}
	if f.Kind == fault.Denied {
		f.Kind = fault.Conflict
	}
	f.Fields = slices.Clone(f.Fields)
	for i, field := range f.Fields {
		if before, _, found := strings.Cut(field.At, ".instalments["); found {
			f.Fields[i].At = before + ".instalments"
		}
	}
	return &f
}

// similarView is the comparison on a page.
type similarView struct {
	Similar
	Home, Kind string
	MayWrite   bool
}

func (s *Service) similar(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	out, err := s.Similar(r.Context(), r.Grant, id)
	if err != nil {
		return page.Reply{}, err
	}
	v := similarView{Similar: out, Home: "/desk/cases/" + id.String()}
	if out.Category != "" {
		v.Kind = out.Name(r.Lang)
	}
	return page.Show("workshop/similar", v), nil
}
