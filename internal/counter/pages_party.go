package counter

import (
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// Pages mounts the plain pages of a party.
func (s *Service) Pages(site *page.Site) {
	s.following(site)
	s.acting(site)
	s.besides(site)
	s.messages(site)
	s.leaving(site)
}

func (s *Service) following(site *page.Site) {
	site.Handle("GET", "/follow", "access.open", func(r *page.Request) (page.Reply, error) {
		return page.Show("counter/follow", !r.By().Case.IsZero()), nil
	})
	site.Handle("POST", "/follow", "access.open", func(r *page.Request) (page.Reply, error) {
		return s.Welcome(r, r.Form("reference"), r.Form("code"), "")
	})
	site.Handle("GET", "/follow/lost", "access.open", func(*page.Request) (page.Reply, error) {
		return page.Show("counter/follow-lost", false), nil
	})
	site.Handle("POST", "/follow/lost", "access.open", s.lost)
	site.Handle("GET", "/mine", "case.list", s.list)
	site.Handle("GET", "/mine/:id", "case.read", s.show)
	site.Handle("GET", "/mine/:id/receipt", "case.read", s.receiptPage)
	site.Handle("GET", "/mine/:id/receipt/file", "case.read", s.receiptFile)
	site.Handle("GET", "/mine/:id/files/:file", "case.attachment", s.download)
}

// heldView is what is said of a filing that waits for its committee, or that the committee put aside.
type heldView struct {
	Says    string
	Dropped bool
}

// Welcome checks a reference and a code and gives the party a session for its one case, and leads it there, or further to
// a page of it.
func (s *Service) Welcome(r *page.Request, reference, code, further string) (page.Reply, error) {
	v, err := s.cases.Enter(r.Context(), casework.Key{Reference: reference, Code: code, Address: r.Address()})
	if err != nil {
		if f := fault.Of(err); f.Code == casework.CodeHeld || f.Code == casework.CodeDropped {
			return page.Show("counter/held", heldView{Says: f.Text.In(r.Lang), Dropped: f.Code == casework.CodeDropped}), nil
		}
		return page.Again("counter/follow", false, err), nil
	}
	token, err := s.openSession(r.Context(), v)
	if err != nil {
		return page.Reply{}, err
	}
	r.SignIn(token)
	return page.SeeOther("/mine/" + v.Case.String() + further), nil
}

// lost sends a new code to whoever lost theirs. What the page says does not depend on what was found.
func (s *Service) lost(r *page.Request) (page.Reply, error) {
	var bad fault.Check
	if r.Form("reference") == "" {
		bad.Add("reference", "请填写编号。", "Please enter the reference.")
	}
	err := bad.Err()
	if err == nil {
		err = s.cases.Recover(r.Context(), r.Form("reference"), r.Form("contact"), r.Address())
	}
	if err != nil {
		return page.Again("counter/follow-lost", false, err), nil
	}
	return page.Show("counter/follow-lost", true), nil
}

// listView is what a signed-in resident takes part in.
type listView struct {
	Lines []listed
	Next  string
}

// listed is a case in the list, called neutrally: the list does not know which side the reader is on.
type listed struct {
	casework.Line
	About string
}

func (s *Service) list(r *page.Request) (page.Reply, error) {
	if one := r.By().Case; !one.IsZero() {
		return page.SeeOther("/mine/" + one.String()), nil
	}
	after, err := r.After()
	if err != nil {
		return page.Reply{}, err
	}
	lines, next, err := s.cases.List(r.Context(), r.Grant, casework.Filter{After: after})
	if err != nil {
		return page.Reply{}, err
	}
	// whoever also works here finds their desk elsewhere
	var v listView
	for _, l := range lines {
		if l.Seen == authz.Party {
			v.Lines = append(v.Lines, listed{l, r.Say("mine.about", codes.Categories.Name(l.Category, r.Lang))})
		}
	}
	if !next.IsZero() {
		v.Next = next.String()
	}
	return page.Show("counter/mine", v), nil
}

// mine is a case as its party reads it.
type mine struct {
	casework.View
	Role      string // applicant or respondent
	Party     casework.PartyView
	About     string
	Status    string // where it stands for this party: a key below mine.status. and mine.next.
	Ended     string // how it ended: a key below mine.outcome.; empty while it goes on
	Clocks    []casework.Clock
	First, Do []page.Link // what they may do now: what they are waited for, and the rest
	Moments   []page.Moment
	Hosts     []casework.PersonView
	Owed      []owed
	Meetings  []meeting    // arranged, and still to come
	Told      messagesView // what it was sent lately
	Terms     *casework.AgreementView
	Effective time.Time // zero while the agreement is not in force
}

// CodeSentTo is where the code for signing went, as far as it may stand on a page: to the mailbox of whoever is written to
// there, else to the telephone.
func (m *mine) CodeSentTo() string {
	if h := m.Acting(); h != nil {
		return ident.Phone(h.Phone).Masked()
	}
	if n := m.Party.Needs; n != nil && n.Email != nil && n.Way(m.Party.Phone) == casework.ByEmail {
		return casework.Masked(*n.Email)
	}
	return ident.Phone(m.Party.Phone).Masked()
}

// Signer is the name that whoever signs here types.
func (m *mine) Signer() string {
	if h := m.Acting(); h != nil {
		return h.Name
	}
	return m.Party.Name
}

// Acting is as whom the reader acts for the party; nil for the party itself.
func (m *mine) Acting() *casework.HelperView { return m.helper(m.MyHelper) }

func (m *mine) helper(id ident.ID) *casework.HelperView {
	i := slices.IndexFunc(m.Helpers, func(h casework.HelperView) bool { return h.ID == id })
	if i < 0 {
		return nil
	}
	return &m.Helpers[i]
}

// Askers are those who asked for mediation.
func (m *mine) Askers() string {
	var names []string
	for _, one := range m.Parties {
		if one.Role == casework.Applicant && !one.Removed {
			names = append(names, one.Name)
		}
	}
	return strings.Join(names, "、")
}

// owed is one obligation in a sentence.
type owed struct {
	casework.Obliged
	Text, Tag string
	How       string // it stands: a key below mine.performed.
	Mine      bool   // they owe it, or it is owed to them
	Open      bool   // they may say how it stands: what the other side has confirmed, whoever owed it need not
}

// mine finds the case for one of its parties; to anybody else there is none here.
func (s *Service) mine(r *page.Request) (*mine, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	v, err := s.cases.See(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	m := &mine{View: v.In(r.Lang)}
	i := slices.IndexFunc(v.Parties, func(one casework.PartyView) bool { return one.ID == v.Me })
	if v.Me.IsZero() || i < 0 || v.Seen != authz.Party {
		return nil, fault.NoSuch()
	}
	m.Party = v.Parties[i]
	m.Role = m.Party.Role
	m.describe(r)
	return m, nil
}

func (m *mine) describe(r *page.Request) {
	m.Reference = ident.Reference(m.Reference).Grouped()
	m.About = r.Say("mine.about", m.CategoryName(r.Lang))
	if m.Role == casework.Applicant && (r.Lang == "zh-CN" || m.Title != codes.Untitled(m.Category)) {
		m.About = m.Title // the applicant's own words; the other side is told neutrally
	}
	m.Hosts = slices.DeleteFunc(slices.Clone(m.People), func(one casework.PersonView) bool { return !one.Mediates() })
	if len(m.Agreements) > 0 {
		m.Terms = &m.Agreements[len(m.Agreements)-1]
		if m.Terms.EffectiveAt != nil {
			m.Effective = *m.Terms.EffectiveAt
		}
	}
	m.Status = m.standing()
	m.Ended = m.ended()
	for _, o := range m.Obligations {
		m.Owed = append(m.Owed, m.owed(r, o))
	}
	m.Meetings = m.meetings()
	m.Clocks = slices.DeleteFunc(slices.Clone(m.View.Clocks), func(c casework.Clock) bool { return !slices.Contains(clocksForParties, c.Name) })
}

var clocksForParties = []string{"intake_decision", "consent_wait", "mediation", "obligation", "confirmation_window"}

// standing names where the case stands for this party.
func (m *mine) standing() string { return m.Role + "." + string(m.State) + m.turn() }

// turn is added to the status where it matters what this party has done already.
func (m *mine) turn() string {
	switch {
	case m.State == casework.AwaitingConsent && m.Role == casework.Respondent && m.Party.Consent == casework.Agreed:
		return "_agreed"
	case m.State == casework.AgreementPending && m.Party.Signed:
		return "_signed"
	}
	return ""
}

// ended is how the case ended. Before acceptance a refusal is written as the code of not accepting.
func (m *mine) ended() string {
	if m.Outcome == casework.OutcomeNotAccepted && m.ReasonCode == "N5" {
		return string(casework.PartyRefused)
	}
	if m.EndedAt == nil {
		return ""
	}
	return string(m.Outcome)
}

// NameOf is what a party is called.
func (m *mine) NameOf(party ident.ID) string {
	for _, one := range m.Parties {
		if one.ID == party {
			return one.Name
		}
	}
	return ""
}

// applicant is who asked for mediation; nobody in a case that the committee took up itself.
func (m *mine) applicant() ident.ID {
	for _, one := range m.Parties {
		if one.Role == casework.Applicant {
			return one.ID
		}
	}
	return ident.ID{}
}

func (m *mine) owed(r *page.Request, o casework.Obliged) owed {
	out := owed{Obliged: o, How: o.State, Tag: map[string]string{"performed": "ok", "partly": "warn", "unperformed": "err"}[o.State]}
	out.Mine = o.Debtor == m.Me || o.Creditor == m.Me
	out.Open = out.Mine && (o.Debtor != m.Me || o.State != "performed" || o.ConfirmedBy != "creditor")
	if o.State == "performed" && o.ConfirmedBy == "debtor" { // the one who owed it says so, and nobody else yet
		out.How, out.Tag = "claimed", "warn"
	}
	if out.Tag == "" {
		out.Tag = "plain"
	}
	debtor, creditor := m.NameOf(o.Debtor), m.NameOf(o.Creditor)
	if o.Kind == "pay" {
		amount, err := page.Yuan(o.AmountFen, r.Lang)
		if err == nil {
			out.Text = r.Say("mine.owes_pay", debtor, creditor, amount)
		}
	} else {
		out.Text = r.Say("mine.owes_do", debtor, creditor)
	}
	return out
}

// waitedFor are the steps in which everything waits for the party; they come first.
var waitedFor = []string{casework.RecordConsent.Route(), casework.Sign.Route(), casework.RecordPerform.Route(), casework.Reconsider.Route()}

// pathsOf are the pages of the steps that a party can take.
var pathsOf = map[string]string{casework.RecordConsent.Route(): "answer", casework.Sign.Route(): "sign", casework.RecordPerform.Route(): "performance",
	casework.Reconsider.Route(): "reconsider", casework.RequestRecusal.Route(): "mediator", casework.Withdraw.Route(): "withdraw", casework.RequestEnd.Route(): "end",
	casework.Attach.Route(): "attach", casework.RecordNeeds.Route(): "needs", casework.NameMediator.Route(): "choose", casework.AddHelper.Route(): "companion", casework.EndHelper.Route(): "alone"}

// offer lists what the party may do now. Ending the mediation stays last, and is always there while it is possible.
func (m *mine) offer(r *page.Request, ender ident.ID) {
	base := "/mine/" + m.ID.String() + "/"
	for _, route := range []string{casework.RecordConsent.Route(), casework.Sign.Route(), casework.RecordPerform.Route(), casework.Reconsider.Route(), casework.Attach.Route(),
		casework.NameMediator.Route(), casework.RecordNeeds.Route(), casework.AddHelper.Route(), casework.EndHelper.Route(),
		casework.RequestRecusal.Route(), casework.Withdraw.Route(), casework.RequestEnd.Route()} {
		if !m.may(route, ender) {
			continue
		}
		link := page.Link{Path: base + pathsOf[route], Text: r.Say("mine.do." + strings.ReplaceAll(route, "-", "_"))}
		if slices.Contains(waitedFor, route) {
			m.First = append(m.First, link)
			continue
		}
		m.Do = append(m.Do, link)
	}
}

// may narrows what the lifecycle allows to what makes sense to this party.
func (m *mine) may(route string, ender ident.ID) bool {
	switch route {
	case casework.Attach.Route():
		return m.State.Alive()
	case casework.RecordConsent.Route():
		return m.allowed(route) && m.Party.Consent != casework.Agreed // who agreed can still end it
	case casework.RecordPerform.Route():
		return m.allowed(route) && slices.ContainsFunc(m.Owed, func(o owed) bool { return o.Open })
	case casework.NameMediator.Route():
		return m.allowed(route) && len(m.Hosts) == 0 // afterwards it asks for another one
	case casework.Reconsider.Route():
		return m.allowed(route) && ender == m.Me // only whoever said no changes their mind
	}
	return m.allowed(route)
}

func (m *mine) allowed(route string) bool { return slices.Contains(m.Next, route) }

// show is the party's page of its case.
func (s *Service) show(r *page.Request) (page.Reply, error) {
	m, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	events, err := s.cases.Timeline(r.Context(), r.Grant, m.ID)
	if err != nil {
		return page.Reply{}, err
	}
	if err := s.lately(r, m); err != nil {
		return page.Reply{}, err
	}
	m.tell(r, events)
	m.offer(r, whoEnded(events))
	return page.Show("counter/mine-case", m), nil
}

// whoEnded is the party that said no last.
func whoEnded(events []casework.Happened) ident.ID {
	for _, e := range slices.Backward(events) {
		if e.Event == casework.PartyRefuses || e.Event == casework.RequestEnd {
			return e.PartyID
		}
	}
	return ident.ID{}
}

// byParties are the events that a party brings about; they are told with its name.
var byParties = []casework.Event{casework.RecordConsent, casework.PartyRefuses, casework.Invite, casework.Attach, casework.Sign,
	casework.RequestEnd, casework.Reconsider, casework.RequestRecusal, casework.RecordPerform, casework.Withdraw, casework.Submit}

// tell writes the timeline in plain sentences, the newest first. What the other side handed in for the mediator alone
// is not told.
func (m *mine) tell(r *page.Request, events []casework.Happened) {
	for _, e := range slices.Backward(events) {
		if e.Event == casework.Attach && e.PartyID != m.Me {
			continue
		}
		text := r.Say("mine.event." + string(e.Event))
		if e.Event == casework.Submit && e.Role == casework.Applicant {
			e.PartyID = m.applicant()
		}
		if name := m.NameOf(e.PartyID); name != "" && slices.Contains(byParties, e.Event) {
			text = r.Say("mine.event_of."+string(e.Event), name)
		}
		if e.PartyID == m.Me && slices.Contains(byParties, e.Event) {
			text = r.Say("mine.event_own." + string(e.Event))
		}
		if e.Event == casework.Reveal {
			text = lookedAt(r, e)
		}
		if cover, _ := e.Fact["cover"].(string); e.Event == casework.HandOverHost && cover != "" {
			text = r.Say("mine.event.cover_" + cover)
		}
		if h := m.helper(e.Helper); h != nil {
			text = r.Say("mine.by_helper", text, h.Name)
		}
		m.Moments = append(m.Moments, page.Moment{At: e.OccurredAt, Title: text})
	}
}

// lookedAt says that somebody looked at what is masked of a party, and what for.
func lookedAt(r *page.Request, e casework.Happened) string {
	text := r.Say("mine.event_own.reveal")
	purpose, _ := e.Fact["purpose"].(string)
	why := e.Words["reason"]
	if purpose != "" && (purpose != "other" || why == "") {
		why = strings.Trim(codes.RevealPurposes.Name(purpose, r.Lang)+" · "+why, " ·")
	}
	if why == "" {
		return text
	}
	return r.Say("mine.looked_because", text, why)
}

// download gives a party one of its files, or one that both sides may see.
func (s *Service) download(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	file, err := ident.ParseID(r.Param("file"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	body, about, err := s.cases.OpenFile(r.Context(), r.Grant, id, file)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download(about.Name, about.MediaType, body), nil
}
