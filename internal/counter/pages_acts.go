package counter

import (
	"errors"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// acting mounts what a party can do, each a page of its own. A party's act binds to what it was shown, never to the
// case's version: somebody else's work must not send a resident back to the start.
func (s *Service) acting(site *page.Site) {
	site.Handle("GET", "/mine/:id/answer", "case.record_consent", s.form(casework.RecordConsent, "counter/mine-answer"))
	site.Handle("POST", "/mine/:id/answer", "case.record_consent", s.answer)
	site.Handle("GET", "/mine/:id/refuse", "case.record_consent", s.form(casework.RecordConsent, "counter/mine-refuse"))
	site.Handle("POST", "/mine/:id/refuse", "case.record_consent", s.refuse)
	site.Handle("GET", "/mine/:id/sign", "case.sign", s.form(casework.Sign, "counter/mine-sign"))
	site.Handle("POST", "/mine/:id/sign", "case.signing_code", s.sendCode)
	site.Handle("GET", "/mine/:id/sign/code", "case.sign", s.form(casework.Sign, "counter/mine-sign-code"))
	site.Handle("POST", "/mine/:id/sign/code", "case.sign", s.sign)
	site.Handle("GET", "/mine/:id/mediator", "case.request_recusal", s.form(casework.RequestRecusal, "counter/mine-mediator"))
	site.Handle("POST", "/mine/:id/mediator", "case.request_recusal", s.recuse)
	site.Handle("GET", "/mine/:id/performance", "case.record_performance", s.form(casework.RecordPerform, "counter/mine-performance"))
	site.Handle("POST", "/mine/:id/performance", "case.record_performance", s.perform)
	site.Handle("GET", "/mine/:id/attach", "case.attach", s.form(casework.Attach, "counter/mine-attach"))
	site.Handle("POST", "/mine/:id/attach", "case.attach", s.attach, page.Uploads())
	for _, act := range s.askedTwice() {
		s.confirmed(site, act)
	}
}

// order is a party's act on its case.
func order(m *mine) casework.Order { return casework.Order{Case: m.ID} }

// actView is the form of an act.
type actView struct {
	*mine
	Options []page.Option
	Kinds   []page.Option
	Today   calendar.Day
	Hash    string // of the agreement's text as it is shown here
}

// Home is where the form leads back to.
func (v actView) Home() string { return "/mine/" + v.ID.String() }

// form shows the form of an act while the act is possible; afterwards it leads back to the case.
func (s *Service) form(e casework.Event, template string) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, err := s.actView(r, e)
		if err != nil {
			return page.Reply{}, err
		}
		if !v.may(e.Route(), v.Me) {
			return page.SeeOther(v.Home()), nil
		}
		return page.Show(template, v), nil
	}
}

func (s *Service) actView(r *page.Request, e casework.Event) (actView, error) {
	m, err := s.mine(r)
	if err != nil {
		return actView{}, err
	}
	v := actView{mine: m, Today: calendar.DayOf(s.store.Now())}
	if m.Terms != nil {
		v.Hash = m.Terms.TextHash
	}
	switch e {
	case casework.RecordConsent:
		v.Options = page.Coded(codes.Refusals, r.Lang)
	case casework.RequestRecusal:
		for _, host := range m.Hosts {
			v.Options = append(v.Options, page.Option{Value: host.MediatorID.String(), Text: host.Name})
		}
	case casework.RecordPerform:
		for _, o := range m.Owed {
			if o.Open {
				v.Options = append(v.Options, page.Option{Value: o.ID.String(), Text: o.Text, Hint: page.Day(o.Due, r.Lang)})
			}
		}
	case casework.NameMediator:
		v.Options, err = s.team(r, m)
	case casework.RecordNeeds:
		v.Options = page.Coded(codes.Help, r.Lang)
	case casework.EndHelper:
		v.Options = m.ownHelpers(r)
	case casework.Attach:
		for _, kind := range attachKinds {
			v.Kinds = append(v.Kinds, page.Option{Value: kind, Text: r.Say("mine.attach_kind." + kind)})
		}
	default: // nothing to choose from
	}
	return v, err
}

// attachKinds are the kinds of evidence that a resident can tell apart.
var attachKinds = []string{"2", "1", "3", "4", "99"}

// after answers an act: back to the case with a notice, or the form again. An act sent twice was done the first time.
func after(v actView, template, said string, err error) (page.Reply, error) {
	var done *db.Done
	if err != nil && !errors.As(err, &done) {
		return page.Again(template, v, err), nil
	}
	return page.SeeOther(v.Home() + "?done=" + said), nil
}

// answer takes a party's yes. A no leads on to a page of its own, where a reason may be given or not.
func (s *Service) answer(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.RecordConsent)
	if err != nil {
		return page.Reply{}, err
	}
	switch casework.Consent(r.Form("consent")) {
	case casework.Refused:
		return page.SeeOther(v.Home() + "/refuse"), nil
	case casework.Agreed:
		_, err = s.cases.RecordConsent(r.Context(), r.Grant, order(v.mine), casework.Answer{Consent: casework.Agreed})
	default:
		err = fault.New(fault.Invalid, "", "请选择愿意或者不愿意。", "Please choose yes or no.").At("consent")
	}
	return after(v, "counter/mine-answer", "agreed", err)
}

func (s *Service) refuse(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.RecordConsent)
	if err != nil {
		return page.Reply{}, err
	}
	reason := r.Form("reason")
	_, err = s.cases.RecordConsent(r.Context(), r.Grant, order(v.mine), casework.Answer{Consent: casework.Refused, Reason: reason})
	said := "refused"
	if reason == "D7" { // feels unsafe
		said = "refused_unsafe"
	}
	return after(v, "counter/mine-refuse", said, err)
}

// sendCode sends the code for signing, after the text was read.
func (s *Service) sendCode(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.Sign)
	if err != nil {
		return page.Reply{}, err
	}
	if r.Form("text_hash") != v.Hash {
		return page.Again("counter/mine-sign", v, errTextChanged), nil
	}
	var done *db.Done
	if _, err := s.cases.SendSigningCode(r.Context(), r.Grant, v.ID); err != nil && !errors.As(err, &done) {
		return page.Again("counter/mine-sign", v, err), nil
	}
	return page.SeeOther(v.Home() + "/sign/code"), nil
}

var errTextChanged = fault.New(fault.Conflict, "text_changed", "协议内容与您看到的不同。请重新阅读后再签。",
	"The agreement is not the text you saw. Please read it again before signing.")

// sign puts the party's signature under the text that the form carries the hash of.
func (s *Service) sign(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.Sign)
	if err != nil {
		return page.Reply{}, err
	}
	in := casework.Signing{Kind: "code", TextHash: r.Form("text_hash"), Code: r.Form("code"), Name: r.Form("name"), Drawing: r.Form("drawing")}
	switch {
	case in.Drawing != "":
		in.Kind = "drawn"
	case in.Name == "":
		return page.Again("counter/mine-sign-code", v, fault.New(fault.Invalid, "", "请写下您的姓名，或在框里签名。", "Please type your name, or sign in the box.").At("name")), nil
	}
	_, err = s.cases.Sign(r.Context(), r.Grant, order(v.mine), in)
	return after(v, "counter/mine-sign-code", "signed", err)
}

// recuse asks for another mediator. No reason is asked, M2.
func (s *Service) recuse(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.RequestRecusal)
	if err != nil {
		return page.Reply{}, err
	}
	who, err := ident.ParseID(r.Form("mediator_id"))
	if err != nil {
		return page.Again("counter/mine-mediator", v, fault.New(fault.Invalid, "", "请选择要换哪一位。", "Please choose whom.").At("mediator_id")), nil
	}
	_, err = s.cases.RequestRecusal(r.Context(), r.Grant, order(v.mine), casework.Recusal{Mediator: who})
	return after(v, "counter/mine-mediator", "recused", err)
}

// perform records what a party says of a promise: "做到了吗".
func (s *Service) perform(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.RecordPerform)
	if err != nil {
		return page.Reply{}, err
	}
	in, err := v.performed(r)
	if err != nil {
		return page.Again("counter/mine-performance", v, err), nil
	}
	_, err = s.cases.RecordPerformance(r.Context(), r.Grant, order(v.mine), in)
	said := "performed"
	if in.State != "performed" {
		said = "unperformed"
	}
	return after(v, "counter/mine-performance", said, err)
}

// performed reads the form; by whom it is confirmed follows from which side of the promise the party stands on.
func (v actView) performed(r *page.Request) (casework.Performed, error) {
	var bad fault.Check
	in := casework.Performed{State: r.Form("state"), On: calendar.Day(r.Form("on"))}
	if _, err := calendar.ParseDay(r.Form("on")); err != nil {
		bad.Add("on", "请填写日期。", "Please give the day.")
	}
	if !slices.Contains([]string{"performed", "partly", "unperformed"}, in.State) {
		bad.Add("state", "请选择做到了没有。", "Please say whether it was done.")
	}
	i := slices.IndexFunc(v.Owed, func(o owed) bool { return o.Open && o.ID.String() == r.Form("obligation_id") })
	if i < 0 {
		bad.Add("obligation_id", "请选择是哪一项约定。", "Please choose which promise.")
		return in, bad.Err()
	}
	in.Obligation, in.ConfirmedBy = v.Owed[i].ID, "creditor"
	if v.Owed[i].Debtor == v.Me {
		in.ConfirmedBy = "debtor"
	}
	return in, bad.Err()
}

// attach adds a photo or a paper. Nobody but the mediator sees it unless the party wants to share it.
func (s *Service) attach(r *page.Request) (page.Reply, error) {
	v, err := s.actView(r, casework.Attach)
	if err != nil {
		return page.Reply{}, err
	}
	sent, ok := r.File("file")
	if !ok {
		return page.Again("counter/mine-attach", v, fault.New(fault.Invalid, "", "请选择一张照片或一个文件。", "Please choose a photo or a file.").At("file")), nil
	}
	body, err := sent.Open()
	if err != nil {
		return page.Reply{}, err
	}
	defer body.Close()
	kind := r.Form("kind")
	if kind == "" {
		kind = "99"
	}
	_, err = s.cases.AddFile(r.Context(), r.Grant, v.ID, casework.Attachment{Name: sent.Filename, Kind: kind, Shared: r.Ticked("shared"), Body: body})
	if f := fault.Of(err); err != nil && f.Kind == fault.Invalid && len(f.Fields) == 0 {
		err = f.At("file")
	}
	return after(v, "counter/mine-attach", "attached", err)
}

// askedTwice is an act that is asked about once more, and no further: none may stand in the way of ending it (M4).
type askedTwice struct {
	event casework.Event
	name  string // of its page and its texts
	said  string
	do    func(*page.Request, casework.Order) error
}

func (s *Service) askedTwice() []askedTwice {
	return []askedTwice{
		{casework.RequestEnd, "end", "ended", func(r *page.Request, o casework.Order) error {
			_, err := s.cases.RequestEnd(r.Context(), r.Grant, o, casework.Ending{})
			return err
		}},
		{casework.Withdraw, "withdraw", "withdrawn", func(r *page.Request, o casework.Order) error {
			_, err := s.cases.Withdraw(r.Context(), r.Grant, o, "")
			return err
		}},
		{casework.Reconsider, "reconsider", "reconsidered", func(r *page.Request, o casework.Order) error {
			_, err := s.cases.Reconsider(r.Context(), r.Grant, o, casework.Reconsidering{})
			return err
		}},
	}
}

func (a askedTwice) page(r *page.Request, v actView) page.Confirm {
	return page.Confirm{Title: r.Say("mine.confirm." + a.name), Text: r.Say("mine.confirm_text." + a.name), Warning: r.Say("mine.confirm_warning." + a.name),
		Action: v.Home() + "/" + a.name, Submit: r.Say("mine.confirm_submit." + a.name), Cancel: v.Home(), Danger: a.event != casework.Reconsider}
}

func (s *Service) confirmed(site *page.Site, a askedTwice) {
	action := authz.Action("case." + string(a.event))
	site.Handle("GET", "/mine/:id/"+a.name, action, func(r *page.Request) (page.Reply, error) {
		v, err := s.actView(r, a.event)
		if err != nil {
			return page.Reply{}, err
		}
		events, err := s.cases.Timeline(r.Context(), r.Grant, v.ID)
		if err != nil {
			return page.Reply{}, err
		}
		if !v.may(a.event.Route(), whoEnded(events)) {
			return page.SeeOther(v.Home()), nil
		}
		return page.Show("confirm", a.page(r, v)), nil
	})
	site.Handle("POST", "/mine/:id/"+a.name, action, func(r *page.Request) (page.Reply, error) {
		v, err := s.actView(r, a.event)
		if err != nil {
			return page.Reply{}, err
		}
		if err := a.do(r, order(v.mine)); err != nil {
			return page.Again("confirm", a.page(r, v), err), nil
		}
		return page.SeeOther(v.Home() + "?done=" + a.said), nil
	})
}
