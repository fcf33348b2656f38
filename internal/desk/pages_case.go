package desk

import (
	"errors"
	"slices"
	"strings"

	"fengqiao/internal/anomaly"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// deskView is a case as those who work on it read it.
type deskView struct {
	casework.View
	besideView
	Home      string
	No, Name  string
	Tag       page.Tag
	Outcome   string // how it ended, in words
	Reason    string
	Due       []dueLine
	Rows      []page.Row // what it is, in a list
	Sides     []sideView
	Hosts     []casework.PersonView
	First     []way // what it waits for now
	Ways      []way // what else may be done
	Barred    []bar
	Meetings  []meeting
	Terms     *casework.AgreementView
	Mind      []string // wording of the agreement to look at again
	Promises  []promise
	Visited   []visitLine
	Papers    []paperLine
	Happening []happening
	Wrong     bool // some entry may be taken back by this reader
	Masked    bool
	Printable bool        // its papers are this reader's to print
	CanRead   bool        // more than state and result
	Afraid    bool        // somebody is in danger or afraid, the filing says
	Same      []page.Link // possibly the same matter
	Waits     bool        // somebody is to look into it before it is paid for or sent to court: no more is said here
	Together  clusterView // cases that may be handled jointly with it
	handed
}

// dueLine is a clock in words.
type dueLine struct {
	What string
	Day  calendar.Day
	Tag  page.Tag
}

// way is a step that may be taken now.
type way struct{ Path, Text, Hint string }

// bar is a step that something still stands against.
type bar struct{ Text, Why string }

// sideView is a party with what is known of it.
type sideView struct {
	casework.PartyView
	RoleName, Contact string
	Answer            page.Tag
	How               string // the answer came
	Consented         casework.ConsentView
	Ask, Tell, Invite string // where to record its answer, tell it its rights, invite it; "" where that cannot be done
	Reveal            string // where to see what is masked
	Facts             []string
	Wants             string // what it needs, in words
	Needs             string // where to record that; "" where it cannot be done
	Reached           []reached
}

type meeting struct {
	casework.SessionView
	Kind, Mode, Risk, Present, Invited string
}

type promise struct {
	casework.Obliged
	What, Who, Confirmed string
	Tag                  page.Tag
	Record               string
}

type visitLine struct {
	casework.VisitView
	Result, Whom string
}

type paperLine struct {
	casework.Attached
	Kind, From, Path, Size string
}

// happening is an entry of the timeline in a sentence.
type happening struct {
	casework.Happened
	Title, Who string
	Texts      []string
	Retract    string
}

// show is the page of a case.
func (s *Service) show(r *page.Request) (page.Reply, error) {
	v, err := s.look(r.Context(), r)
	if err != nil {
		return page.Reply{}, err
	}
	d := &deskView{View: v, Home: "/desk/cases/" + v.ID.String(), Masked: v.Seen == authz.Masked, CanRead: v.Seen != authz.Status,
		Printable: v.Seen == authz.Full && r.May("case.papers")}
	var events []casework.Happened
	if g, denied := s.policy.Allow(r.By(), "case.timeline"); denied == nil {
		if events, err = s.cases.Timeline(r.Context(), g, v.ID); err != nil {
			return page.Reply{}, err
		}
	}
	d.Afraid = v.State.Alive() && slices.ContainsFunc(events, func(e casework.Happened) bool {
		return e.Event == casework.Submit && e.Words[casework.WordAfraid] != ""
	})
	d.head(r, calendar.DayOf(s.store.Now()))
	d.parties(r)
	if err := s.messages(r, d); err != nil {
		return page.Reply{}, err
	}
	d.substance(r)
	d.handing(r, calendar.DayOf(s.store.Now()))
	if err := s.tell(r, d, events); err != nil {
		return page.Reply{}, err
	}
	d.beside(r, calendar.DayOf(s.store.Now()))
	d.offer(r)
	if err := errors.Join(s.possiblySame(r, d), s.waits(r, d), s.together(r, d)); err != nil {
		return page.Reply{}, err
	}
	return page.Show("desk/case", d), nil
}

// waits tells those who work a settled case that it is to be looked into, and not why.
func (s *Service) waits(r *page.Request, d *deskView) error {
	if d.EffectiveAt == nil || d.Seen != authz.Full {
		return nil
	}
	return s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		held, err := anomaly.Held(tx, d.ID.County(), []ident.ID{d.ID})
		d.Waits = len(held) > 0
		return err
	})
}

// possiblySame names what the same applicant may have brought already, while the case is new.
func (s *Service) possiblySame(r *page.Request, d *deskView) error {
	if d.State != casework.Registered && d.State != casework.AwaitingConsent || d.Seen != authz.Full {
		return nil
	}
	if !r.May("case.list") { // who lists no cases is told of none
		return nil
	}
	g, err := s.policy.Allow(r.By(), "case.list")
	if err != nil {
		return err
	}
	found, err := s.cases.PossiblySame(r.Context(), g, d.ID)
	if fault.Is(err, fault.Missing) {
		return nil // read by another right than the list's
	}
	for _, l := range found {
		d.Same = append(d.Same, page.Link{Path: "/desk/cases/" + l.ID.String(), Text: ident.Reference(l.Reference).Grouped()})
	}
	return err
}

func (d *deskView) head(r *page.Request, today calendar.Day) {
	d.Name, d.Tag = d.Title, stateTag(d.State, r.Lang)
	d.No = numberOf(r, casework.Line{CaseNo: d.CaseNo, IntakeNo: d.IntakeNo, Reference: d.Reference})
	if d.Name == "" {
		d.Name = d.CategoryName(r.Lang)
	}
	if d.Name == "" {
		d.Name = d.No
	}
	if d.View.Outcome != "" {
		d.Outcome = codes.Outcomes.Name(string(d.View.Outcome), r.Lang)
	}
	if d.ReasonCode != "" {
		d.Reason = reasonName(d.ReasonCode, r.Lang)
	}
	for _, c := range d.Clocks {
		d.Due = append(d.Due, dueLine{What: r.Say("desk.clock." + c.Name), Day: c.Due, Tag: dueTag(r, c.Due, today)})
	}
	for _, one := range d.People {
		if one.Mediates() {
			d.Hosts = append(d.Hosts, one)
		}
	}
	slices.SortStableFunc(d.Hosts, func(a, b casework.PersonView) int { return strings.Compare(rankOf(a.Part), rankOf(b.Part)) })
	d.rows(r)
}

// rankOf puts the host before all others.
func rankOf(part string) string {
	if part == authz.PartHost {
		return ""
	}
	return part
}

// reasonName finds a reason among the lists by which a case ends.
func reasonName(code, lang string) string {
	for _, list := range []codes.List{codes.NonAcceptance, codes.Termination, codes.Refusals} {
		if c, ok := list.Find(code); ok {
			return c.Name.In(lang)
		}
	}
	return code
}

func (d *deskView) rows(r *page.Request) {
	add := func(key string, value any) {
		if value != "" && value != nil {
			d.Rows = append(d.Rows, page.Row{Label: r.Say("desk.row." + key), Value: value})
		}
	}
	add("committee", d.Committee.Name)
	var hosts []string
	for _, h := range d.Hosts {
		hosts = append(hosts, r.Say("desk.part."+h.Part, h.Name))
	}
	add("host", strings.Join(hosts, r.Say("desk.comma")))
	add("category", d.CategoryName(r.Lang))
	add("place", d.AreaName)
	add("source", sourceName(r, d.Source))
	add("difficulty", levelOption(codes.Difficulties, d.Difficulty, r.Lang))
	switch {
	case d.Risk > 0:
		add("risk", page.Tag{Kind: riskKinds[d.Risk], Text: levelOption(codes.Risks, d.Risk, r.Lang)})
	case d.CanRead:
		add("risk", r.Say("desk.unassessed"))
	}
	add("registered", page.When(d.RegisteredAt, r.Lang))
	if d.AcceptedAt != nil {
		add("accepted", page.When(*d.AcceptedAt, r.Lang))
	}
	if d.EffectiveAt != nil {
		add("effective", page.When(*d.EffectiveAt, r.Lang))
	}
	if d.EndedAt != nil {
		add("ended", page.When(*d.EndedAt, r.Lang))
	}
	if d.AmountFen > 0 {
		if amount, err := page.Yuan(d.AmountFen, r.Lang); err == nil {
			add("amount", amount)
		}
	}
	add("reference", ident.Reference(d.Reference).Grouped())
	add("intake_no", d.IntakeNo)
}

var riskKinds = map[int]string{1: "ok", 2: "warn", 3: "err", 4: "err"}

var consentKinds = map[casework.Consent]string{casework.Agreed: "ok", casework.Refused: "err", casework.Unreached: "warn", casework.Unasked: "plain"}

func (d *deskView) parties(r *page.Request) {
	for i, p := range d.Parties {
		s := sideView{PartyView: p, RoleName: r.Say("desk.role." + p.Role), Consented: d.Consents[i],
			Answer: page.Tag{Kind: consentKinds[p.Consent], Text: r.Say("desk.unasked")}}
		if p.Consent != casework.Unasked {
			s.Answer.Text = codes.Consents.Name(string(p.Consent), r.Lang)
		}
		if s.Consented.Channel != "" {
			s.How = codes.Channels.Name(s.Consented.Channel, r.Lang)
		}
		s.Contact = p.Phone
		if p.Phone == "" && p.PhoneWhy != "" {
			s.Contact = r.Say("desk.no_phone", p.PhoneWhy)
		}
		for _, fact := range []string{p.IDNumber, p.CreditCode, p.LegalRep, p.Address, p.Occupation, p.Employer} {
			if fact != "" {
				s.Facts = append(s.Facts, fact)
			}
		}
		query := "?party_id=" + p.ID.String()
		if d.may(casework.RecordConsent) && p.Consent != casework.Agreed && !p.Removed {
			s.Ask = d.Home + "/" + casework.RecordConsent.Route() + query
		}
		if d.may(casework.GiveNotice) && p.NoticeAt == nil && !p.Removed {
			s.Tell = d.Home + "/" + casework.GiveNotice.Route()
		}
		if s.Wants = strings.Join(needsOf(r, p.Needs), r.Say("desk.semicolon")); d.may(casework.RecordNeeds) && !p.Removed {
			s.Needs = d.Home + "/" + casework.RecordNeeds.Route() + query
		}
		d.Sides = append(d.Sides, s)
	}
}

func (d *deskView) may(e casework.Event) bool { return slices.Contains(d.Next, e.Route()) }

func (d *deskView) nameOf(party ident.ID) string {
	for _, p := range d.Parties {
		if p.ID == party {
			return p.Name
		}
	}
	return ""
}

// firstSteps are the steps for which a case in a state waits, the nearest first.
var firstSteps = map[casework.State][]casework.Event{
	casework.Registered:       {casework.AskConsent},
	casework.AwaitingConsent:  {casework.RecordConsent, casework.Accept},
	casework.Accepted:         {casework.Assign},
	casework.Assigned:         {casework.GiveNotice, casework.OpenSession},
	casework.InMediation:      {casework.OpenSession, casework.FixAgreement, casework.MakeOral},
	casework.Paused:           {casework.Resume},
	casework.AgreementPending: {casework.Sign},
	casework.Performing:       {casework.RecordPerform, casework.FollowUp, casework.Close},
	casework.Closed:           {casework.FollowUp, casework.Archive},
}

// offer sorts what may be done: what the case waits for, and the rest in the order of the procedure.
func (d *deskView) offer(r *page.Request) {
	first := firstSteps[d.State]
	if d.PoliceOpen || d.ViolenceOpen {
		first = append([]casework.Event{casework.ReportPolice}, first...)
	}
	if d.View.Seen == authz.Offered {
		first = []casework.Event{casework.AcceptTransfer}
	}
	for _, e := range first {
		if d.may(e) && !d.pointless(e) {
			d.First = append(d.First, d.way(r, e))
		}
	}
	for _, st := range steps {
		nearest := slices.ContainsFunc(d.First, func(w way) bool { return w.Path == d.Home+"/"+st.event.Route() })
		if d.may(st.event) && !nearest && !(st.event == casework.Retract && d.pointless(casework.Retract)) {
			d.Ways = append(d.Ways, d.way(r, st.event))
		}
	}
	for _, e := range []casework.Event{casework.Invite, casework.Attach} {
		if d.View.Seen == authz.Full && d.State != casework.Archived && works(r.By()) {
			d.Ways = append(d.Ways, d.way(r, e))
		}
	}
	for i := range d.Sides {
		if s := &d.Sides[i]; works(r.By()) && d.View.Seen == authz.Full && !s.Removed && d.State.Alive() {
			s.Invite = d.Home + "/" + casework.Invite.Route() + "?party_id=" + s.ID.String()
		}
		if s := &d.Sides[i]; s.IDNumber != "" && r.May("case.reveal") && d.View.Seen == authz.Full && !s.Removed {
			s.Reveal = d.Home + "/reveal?party_id=" + s.ID.String()
		}
	}
	for _, b := range d.Blocked {
		e := casework.Event(strings.ReplaceAll(b.Event, "-", "_"))
		if e == casework.OpenSession && b.Code == "rule.A10" { // whose form tells them their rights too
			d.Ways = append([]way{d.way(r, e)}, d.Ways...)
			continue
		}
		if hasPage(e) {
			d.Barred = append(d.Barred, bar{Text: r.Say("desk.do." + string(e)), Why: b.Why})
		}
	}
}

func (d *deskView) way(r *page.Request, e casework.Event) way {
	return way{Path: d.Home + "/" + e.Route(), Text: r.Say("desk.do." + string(e)), Hint: r.Say("desk.why." + string(e))}
}

// pointless leaves out of the nearest steps what is done already.
func (d *deskView) pointless(e casework.Event) bool {
	here := func(yes func(casework.PartyView) bool) bool {
		return slices.ContainsFunc(d.Parties, func(p casework.PartyView) bool { return !p.Removed && yes(p) })
	}
	switch e {
	case casework.RecordConsent:
		return !here(func(p casework.PartyView) bool { return p.Consent != casework.Agreed })
	case casework.GiveNotice:
		return !here(func(p casework.PartyView) bool { return p.NoticeAt == nil && p.Consent == casework.Agreed })
	case casework.RecordPerform:
		return !slices.ContainsFunc(d.Obligations, func(o casework.Obliged) bool { return !o.Settled() })
	case casework.FollowUp:
		return len(d.Visits) > 0 || d.State == casework.Closed && !slices.ContainsFunc(d.Clocks, func(c casework.Clock) bool { return c.Name == followUpClock })
	case casework.Retract:
		return !d.Wrong
	}
	return false
}
