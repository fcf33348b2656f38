package desk

import (
	"errors"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// form shows the form of a step while the step can be taken.
func (s *Service) form(r *page.Request, st step) (page.Reply, error) {
	v, err := s.view(r, st.event)
	if err != nil {
		return page.Reply{}, err
	}
	if !slices.Contains(v.Next, st.event.Route()) {
		return page.Reply{}, v.NotNow(st.event)
	}
	return page.Show("desk/"+st.page, v), nil
}

var errVersion = fault.New(fault.Unversioned, "", "不知道您看到的是哪一版。请刷新页面后再提交。", "It is not known which version you saw. Please reload the page and send again.")

// submit takes a step: read, do, and back to the case. What should be minded is said before going on.
func (s *Service) submit(r *page.Request, st step) (page.Reply, error) {
	v, err := s.view(r, st.event)
	if err != nil {
		return page.Reply{}, err
	}
	if r.Ticked("more") {
		v.lengthen()
		return page.Show("desk/"+st.page, v), nil
	}
	out, err := s.take(r, st)
	if err != nil {
		v.decide(r, err)
		return page.Again("desk/"+st.page, v, inForm(err)), nil
	}
	to := v.Home
	if st.again != nil && st.again(out) {
		to += "/" + st.event.Route()
	}
	if _, err := s.look(r.Context(), r); fault.Is(err, fault.Missing) { // whoever withdrew, or handed it on, sees it no more
		to = "/desk"
	}
	to += "?done=desk_" + string(st.event)
	if len(out.Warnings) > 0 {
		return page.Show("desk/mind", mindView{formView: v, To: to, Mind: in(out.Warnings, r.Lang)}), nil
	}
	return page.SeeOther(to), nil
}

func (s *Service) take(r *page.Request, st step) (casework.View, error) {
	t := typedIn(r)
	do := st.read(t)
	o := casework.Order{Expect: r.Version(), OccurredAt: t.moment("occurred_at")}
	if err := t.bad.Err(); err != nil {
		return casework.View{}, err
	}
	if o.Expect == 0 {
		return casework.View{}, errVersion
	}
	var err error
	if o.Case, err = ident.ParseID(r.Param("id")); err != nil {
		return casework.View{}, fault.NoSuch()
	}
	return do(s.cases, r.Context(), r.Grant, o)
}

// mindView says what somebody should mind after an act that was done.
type mindView struct {
	*formView
	To   string
	Mind []string
}

func in(texts []fault.Text, lang string) []string {
	out := make([]string, 0, len(texts))
	for _, one := range texts {
		out = append(out, one.In(lang))
	}
	return out
}

// lengthen adds room for one person more.
func (v *formView) lengthen() {
	if n := len(v.Others); n < mostSides {
		v.Others = append(v.Others, indexed("respondents", n))
	}
}

// decide shows the ties that the conflict check found, M12.
func (v *formView) decide(r *page.Request, err error) {
	v.Deciding = r.Form("conflict_decision") != ""
	ties, ok := fault.Of(err).Extra["ties"].([]casework.Tie)
	if !ok {
		return
	}
	v.Deciding = true
	for _, tie := range ties {
		who, whom := tie.MediatorID.String(), ""
		for _, m := range v.Team {
			if m.Value == who {
				who = m.Text
			}
		}
		for _, p := range v.Parties {
			if p.ID == tie.PartyID {
				whom = p.Name
			}
		}
		v.Ties = append(v.Ties, r.Say("desk.tie", who, whom, r.Say("desk.tie."+tie.Kind)))
	}
}

// inForm lets a refusal that depends on what was chosen be mended in the form.
func inForm(err error) error {
	if f := fault.Of(err); f.Kind == fault.Denied {
		return &fault.Fault{Kind: fault.Conflict, Code: f.Code, Text: f.Text, Fields: f.Fields}
	}
	return err
}

// beside shows a form that is no step.
func (s *Service) beside(e casework.Event, template string) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, err := s.view(r, e)
		if err != nil {
			return page.Reply{}, err
		}
		if _, err := s.cases.See(r.Context(), r.Grant, v.ID); err != nil { // who may read the case may not always do this
			return page.Reply{}, err
		}
		return page.Show(template, v), nil
	}
}

func (s *Service) attach(r *page.Request) (page.Reply, error) {
	v, err := s.view(r, casework.Attach)
	if err != nil {
		return page.Reply{}, err
	}
	sent, ok := r.File("file")
	if !ok {
		return page.Again("desk/attach", v, fault.New(fault.Invalid, "", "请选择一个文件。", "Please choose a file.").At("file")), nil
	}
	body, err := sent.Open()
	if err != nil {
		return page.Reply{}, err
	}
	defer body.Close()
	_, err = s.cases.AddFile(r.Context(), r.Grant, v.ID, casework.Attachment{Name: sent.Filename, Kind: r.Form("kind"), Paper: r.Form("paper"), Shared: r.Ticked("shared"), Body: body})
	if f := fault.Of(err); err != nil && f.Kind == fault.Invalid && len(f.Fields) == 0 {
		err = f.At("file")
	}
	if err != nil && !before(err) {
		return page.Again("desk/attach", v, err), nil
	}
	return page.SeeOther(v.Home + "?done=desk_attach"), nil
}

// before tells whether the same form was sent and done before.
func before(err error) bool {
	var done *db.Done
	return errors.As(err, &done)
}

// revealedView is what is shown once of a party.
type revealedView struct {
	*formView
	Revealed casework.Revealed
}

// reveal shows what is masked of a party, once; the answer is kept nowhere, so it is no redirect.
func (s *Service) reveal(r *page.Request) (page.Reply, error) {
	v, err := s.view(r, casework.Reveal)
	if err != nil {
		return page.Reply{}, err
	}
	t := typedIn(r)
	in := casework.Revealing{PartyID: t.choice("party_id"), Purpose: t.text("purpose"), Reason: t.text("reason")}
	if in.Purpose == "" {
		t.bad.Add("purpose", "请选择为什么要看。", "Please choose what it is needed for.")
	}
	if err := t.bad.Err(); err != nil {
		return page.Again("desk/reveal", v, err), nil
	}
	out, err := s.cases.Reveal(r.Context(), r.Grant, v.ID, in)
	if err != nil {
		return page.Again("desk/reveal", v, err), nil
	}
	return page.Show("desk/revealed", revealedView{v, out}), nil
}

// letterView is what is printed for a party, once.
type letterView struct {
	*formView
	Letter casework.Letter
	Lang   string // in which the party reads
	On     string
}

func (s *Service) invite(r *page.Request) (page.Reply, error) {
	v, err := s.view(r, casework.Invite)
	if err != nil {
		return page.Reply{}, err
	}
	t := typedIn(r)
	in := casework.Invitation{Channel: r.Form("channel"), Email: r.Form("email")}
	in.PartyID, in.Helper = t.partyOrHelper("party_id", r.Form("party_id"))
	if in.PartyID.IsZero() && !t.wrong("party_id") {
		t.spoil("party_id", "请选择一项。", "Please choose one.")
	}
	if err := t.bad.Err(); err != nil {
		return page.Again("desk/invite", v, err), nil
	}
	out, err := s.cases.Invite(r.Context(), r.Grant, v.ID, in)
	switch {
	case before(err), err == nil && in.Channel == "letter" && out.Letter == nil:
		return page.SeeOther(v.Home + "?done=desk_invited_before"), nil
	case err != nil:
		return page.Again("desk/invite", v, err), nil
	case out.Letter != nil:
		out.Letter.Committee, out.Letter.Phone = v.Committee.Name, v.Committee.Phone
		return page.Show("desk/letter", letterView{formView: v, Letter: *out.Letter, Lang: out.Letter.Reads, On: page.Day(v.Today, out.Letter.Reads)}), nil
	}
	return page.SeeOther(v.Home + "?done=desk_invite"), nil
}

// newCase shows the filing of a dispute in one page, for whoever files for somebody else.
func (s *Service) newCase(r *page.Request) (page.Reply, error) {
	if !r.By().IsStaff() {
		return page.SeeOther("/file"), nil
	}
	if err := casework.MayFile(r.By()); err != nil {
		return page.Reply{}, err
	}
	v, err := s.newView(r)
	return page.Show("desk/new", v), err
}

func (s *Service) newView(r *page.Request) (*formView, error) {
	v := &formView{Event: string(casework.Submit), Home: "/desk", Today: calendar.DayOf(s.store.Now()), Now: s.store.Now().In(wallClock).Format(wallFormat),
		lang: r.Lang, say: r.Say, was: r.Form}
	v.lists(typedIn(r))
	return v, s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error { return v.places(tx, r.By()) })
}

// places are where a dispute may have arisen: around the committee or the post of whoever files.
func (v *formView) places(tx *db.Tx, by actor.Actor) error {
	for _, post := range by.Posts {
		at := post.Area
		if !post.Committee.IsZero() {
			c, err := registry.FindCommittee(tx, post.Committee)
			if err != nil {
				return err
			}
			at, v.Committee = c.AreaCode, casework.CommitteeName{ID: c.ID, Name: c.Name}
		}
		if at == "" {
			continue
		}
		around, err := placesAround(tx, at)
		if err != nil {
			return err
		}
		v.Choices, v.First = append(v.Choices, around...), string(at)
		found, _, err := registry.CompoundsIn(tx, townOf(at), registry.Page{Limit: 100})
		if err != nil {
			return err
		}
		for _, c := range found {
			v.Team = append(v.Team, page.Option{Value: c.ID.String(), Text: c.Name})
		}
	}
	return nil
}

func (s *Service) fileCase(r *page.Request) (page.Reply, error) {
	v, err := s.newView(r)
	if err != nil {
		return page.Reply{}, err
	}
	if r.Ticked("more") {
		v.lengthen()
		return page.Show("desk/new", v), nil
	}
	t := typedIn(r)
	f := readFiling(t)
	if err := t.bad.Err(); err != nil {
		return page.Again("desk/new", v, err), nil
	}
	filed, err := s.cases.File(r.Context(), r.Grant, f)
	if err != nil {
		return page.Again("desk/new", v, err), nil
	}
	return page.SeeOther("/desk/cases/" + filed.ID.String() + "?done=desk_filed"), nil
}
