package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// formView is a form of the desk with the case it is about.
type formView struct {
	casework.View
	Event    string
	Home     string
	Name, No string
	Tag      page.Tag
	Now      string // the moment on the wall clock, for a field's bound
	Today    calendar.Day
	Terms    *casework.AgreementView
	Ties     []string // what the conflict check found
	Deciding bool     // a conflict was found: somebody must decide
	Team     []page.Option
	Hosts    []page.Option
	Choices  []page.Option            // whatever else there is to choose from
	Areas    []page.Option            // in which to look for committees
	Others   []string                 // the names of the people of the other side shown
	First    string                   // what is chosen already
	Proposed string                   // who is proposed as host, by name
	Chosen   *casework.PartyView      // the party whom the form is about; nil while it is not chosen
	Pending  *casework.CorrectionView // of an archived case, that waits for another person's answer
	lang     string
	was      func(string) string
	say      func(string, ...any) string
}

// Was is what was typed into a field, or came with the address; else the fallback.
func (v *formView) Was(name string, fallback ...any) string {
	if value := v.was(name); value != "" || len(fallback) == 0 {
		return value
	}
	return fmt.Sprint(fallback[0])
}

// Options are the entries of a code list.
func (v *formView) Options(list string) []page.Option { return page.Coded(codeLists[list], v.lang) }

var codeLists = map[string]codes.List{"categories": codes.Categories, "sources": codes.Sources, "difficulties": codes.Difficulties, "risks": codes.Risks,
	"channels": codes.Channels, "consents": codes.Consents, "refusals": codes.Refusals, "non_acceptance": codes.NonAcceptance,
	"termination": codes.Termination, "recusals": codes.Recusals, "reveal_purposes": codes.RevealPurposes, "kinds": codes.SessionKinds, "modes": codes.SessionModes,
	"helpers": codes.HelperKinds, "scopes": codes.AgentScopes, "capacities": codes.Capacities, "help": codes.Help, "court_bases": codes.CourtBases,
	"subjects": codes.ConfirmationSubjects, "papers": codes.ConfirmationPapers, "confirmations": codes.ConfirmationResults, "suits": codes.SuitResults,
	"grounds": codes.RemedyGrounds, "decisions": codes.ConflictDecisions, "vulnerable": codes.Vulnerable, "performances": codes.Performances, "evidence": codes.Evidence,
	"transfer_kinds": codes.TransferKinds, "transfer_reasons": codes.TransferReasons, "referred_to": codes.ReferredTo, "referral_kinds": codes.ReferralKinds,
	"procedures": codes.Procedures, "yes_no": codes.YesNo, "disclosing": codes.Disclosing, "approving": codes.Approving, "note_reasons": append(slices.Clone(codes.NoteReadings), codes.NoteDestructions...),
	"dossier": codes.Papers}

// Nth is how people count what a list numbers from naught.
func (v *formView) Nth(i int) int { return i + 1 }

// Route is the event's name in an address.
func (v *formView) Route() string { return casework.Event(v.Event).Route() }

// Sides are the parties to choose from.
func (v *formView) Sides() []page.Option {
	var out []page.Option
	for _, p := range v.Parties {
		if !p.Removed {
			out = append(out, page.Option{Value: p.ID.String(), Text: p.Name, Hint: v.say("desk.role." + p.Role)})
		}
	}
	return out
}

// Everyone are the ids of all parties, for boxes that are ticked at first.
func (v *formView) Everyone() []string {
	var out []string
	for _, o := range v.Sides() {
		out = append(out, o.Value)
	}
	return out
}

// Papers are the files of the case to choose from.
func (v *formView) Papers() []page.Option {
	var out []page.Option
	for _, a := range v.Attachments {
		out = append(out, page.Option{Value: a.ID.String(), Text: a.Name})
	}
	return out
}

// Standard is the standard text on other routes, as it goes into the record.
func (v *formView) Standard() string { return casework.StandardGuidance.ZH }

// OralFacts tells whether the register of an oral agreement can be completed.
func (v *formView) OralFacts() bool { return v.Terms != nil && v.Terms.Form == casework.Oral }

// view prepares the form of an event.
func (s *Service) view(r *page.Request, e casework.Event) (*formView, error) {
	seen, err := s.look(r.Context(), r)
	if err != nil {
		return nil, err
	}
	now := s.store.Now()
	v := &formView{View: seen, Event: string(e), Home: "/desk/cases/" + seen.ID.String(), Name: seen.Title, Tag: stateTag(seen.State, r.Lang),
		Now: now.In(wallClock).Format(wallFormat), Today: calendar.DayOf(now), lang: r.Lang, say: r.Say, was: func(name string) string {
			if value := r.Form(name); value != "" {
				return value
			}
			return r.Query(name)
		}}
	v.No = numberOf(r, casework.Line{CaseNo: v.CaseNo, IntakeNo: v.IntakeNo})
	if len(v.Agreements) > 0 {
		v.Terms = &v.Agreements[len(v.Agreements)-1]
	}
	for _, one := range v.People {
		if one.Mediates() {
			v.Hosts = append(v.Hosts, page.Option{Value: one.MediatorID.String(), Text: one.Name, Hint: r.Say("desk.part_name." + one.Part)})
		}
	}
	v.lists(typedIn(r))
	return v, s.prepare(r, v, e)
}

func (v *formView) lists(t *typed) {
	for i := range t.others() {
		v.Others = append(v.Others, indexed("respondents", i))
	}
}

// prepare looks up what an event lets somebody choose from.
func (s *Service) prepare(r *page.Request, v *formView, e casework.Event) error {
	v.prepareBeside(e)
	switch e {
	case casework.RecordConsent:
		v.First = v.nextToAsk()
	case casework.Sign:
		v.Choices = v.signers()
	case casework.RecordPerform:
		v.Choices, v.First = v.owed()
	case casework.Retract:
		return s.entries(r, v)
	case casework.Assign:
		return s.propose(r, v)
	case casework.RefuseAcceptance:
		return s.duplicates(r, v)
	case casework.FollowUp, casework.Reroute, casework.Amend, casework.Remediate, casework.Correct:
		return s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error { return v.fromRegistry(tx, r.By(), e) })
	default:
		return s.prepareHanding(r, v, e)
	}
	return nil
}

func (v *formView) fromRegistry(tx *db.Tx, by actor.Actor, e casework.Event) error {
	switch e {
	case casework.FollowUp, casework.Remediate, casework.NameMediator:
		team, err := registry.MediatorsOf(tx, v.Committee.ID)
		for _, m := range team {
			if m.PersonID == by.Person {
				v.First = m.ID.String()
			}
		}
		v.Team = mediatorOptions(team)
		v.tellNamed(e)
		return err
	case casework.Reroute:
		around, _, err := registry.CommitteesIn(tx, townOf(v.AreaCode), registry.Active, "", registry.Page{Limit: 100})
		for _, c := range around {
			if c.ID != v.Committee.ID {
				v.Choices = append(v.Choices, page.Option{Value: c.ID.String(), Text: c.Name})
			}
		}
		return err
	default:
		around, err := placesAround(tx, v.AreaCode)
		v.Choices = around
		return err
	}
}

// townOf is the street or township in which a place lies; what is wider stays as it is.
func townOf(a ident.Area) ident.Area {
	if a.Level() == ident.Village {
		return a.Parent()
	}
	return a
}

// placesAround are the villages and communities of the same street or township.
func placesAround(tx *db.Tx, at ident.Area) ([]page.Option, error) {
	town := townOf(at)
	below, err := registry.AreasBelow(tx, town)
	if err != nil {
		return nil, err
	}
	own, err := registry.FindArea(tx, town)
	if err != nil {
		return nil, err
	}
	out := []page.Option{{Value: string(own.Code), Text: own.Name}}
	for _, a := range below {
		out = append(out, page.Option{Value: string(a.Code), Text: a.Name})
	}
	return out, nil
}

// nextToAsk is the first party that has not answered.
func (v *formView) nextToAsk() string {
	for _, p := range v.Parties {
		if !p.Removed && p.Consent != casework.Agreed {
			return p.ID.String()
		}
	}
	return ""
}

// tellNamed says beside each mediator which parties would like them; where all name the same one, that one comes first.
func (v *formView) tellNamed(e casework.Event) {
	for i := range v.Team {
		var by []string
		for _, p := range v.Parties {
			if !p.Removed && p.Named.String() == v.Team[i].Value {
				by = append(by, p.Name)
			}
		}
		if len(by) > 0 {
			v.Team[i].Hint = v.say("desk.named_by", strings.Join(by, "、"))
		}
	}
	if e == casework.NameMediator {
		v.Team = append(v.Team, page.Option{Text: v.say("desk.f.named_none")})
	}
}

// duplicates are the cases in which the same dispute may be in hand.
func (s *Service) duplicates(r *page.Request, v *formView) error {
	found, err := s.cases.Duplicates(r.Context(), r.Grant, v.ID)
	if err != nil {
		return err
	}
	cases, err := s.dress(r, found)
	for _, c := range cases {
		v.Choices = append(v.Choices, page.Option{Value: c.ID.String(), Text: c.Name, Hint: c.No + " " + c.Tag.Text})
	}
	return err
}

// propose lists the mediators with what speaks for and against each, the one to take first (duty.Propose). A chair is
// offered that one, a mediator themself unless every party named another: it is their own to take upon them.
func (s *Service) propose(r *page.Request, v *formView) error {
	all, err := s.duty.Propose(r.Context(), r.Grant, v.ID)
	if err != nil {
		return err
	}
	for i, c := range all {
		v.Team = append(v.Team, page.Option{Value: c.MediatorID.String(), Text: c.Name, Hint: strings.Join(c.In(r.Lang).Why, r.Say("desk.comma"))})
		if c.Proposed {
			v.Proposed, v.First = c.Name, all[i].MediatorID.String()
		}
	}
	if !slices.Contains(chairOf(r.By()), v.Committee.ID) && v.View.Chosen.IsZero() {
		return s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
			team, err := registry.MediatorsOf(tx, v.Committee.ID)
			for _, m := range team {
				if m.PersonID == r.By().Person {
					v.First = m.ID.String()
				}
			}
			return err
		})
	}
	return nil
}

// signers are those whose signature is still missing.
func (v *formView) signers() []page.Option {
	var out []page.Option
	if v.Terms == nil {
		return nil
	}
	signed := func(yes func(casework.SignedView) bool) bool { return slices.ContainsFunc(v.Terms.Signatures, yes) }
	for _, o := range v.Sides() {
		if !signed(func(s casework.SignedView) bool { return s.PartyID.String() == o.Value }) {
			out = append(out, page.Option{Value: casework.ByParty + ":" + o.Value, Text: o.Text, Hint: o.Hint})
			for _, h := range v.Helpers {
				if h.Acts() && h.PartyID.String() == o.Value {
					out = append(out, page.Option{Value: casework.ByParty + ":" + o.Value + "/" + h.ID.String(), Text: h.Name, Hint: v.helperHint(h)})
				}
			}
		}
	}
	for _, o := range v.Hosts {
		if !signed(func(s casework.SignedView) bool { return s.MediatorID.String() == o.Value }) {
			out = append(out, page.Option{Value: casework.ByMediator + ":" + o.Value, Text: o.Text, Hint: o.Hint})
		}
	}
	if !signed(func(s casework.SignedView) bool { return s.Signer == casework.BySeal }) {
		out = append(out, page.Option{Value: casework.BySeal, Text: v.say("desk.seal"), Hint: v.Committee.Name})
	}
	return out
}

// owed are the obligations in words; the first without a result is chosen.
func (v *formView) owed() (out []page.Option, first string) {
	name := func(id ident.ID) string {
		i := slices.IndexFunc(v.Parties, func(p casework.PartyView) bool { return p.ID == id })
		if i < 0 {
			return ""
		}
		return v.Parties[i].Name
	}
	for _, o := range v.Obligations {
		what := codes.ObligationKinds.Name(o.Kind, v.lang)
		if amount, err := page.Yuan(o.AmountFen, v.lang); err == nil && o.AmountFen > 0 {
			what += " " + amount
		}
		if o.Manner != "" {
			what += " · " + o.Manner
		}
		if !o.Due.IsZero() {
			what += " · " + v.say("desk.by_day", page.Day(o.Due, v.lang))
		}
		out = append(out, page.Option{Value: o.ID.String(), Text: v.say("desk.owes", name(o.Debtor), name(o.Creditor)), Hint: what})
		if first == "" && !o.Settled() {
			first = o.ID.String()
		}
	}
	return out, first
}

// entries are what somebody may take back.
func (s *Service) entries(r *page.Request, v *formView) error {
	g, err := s.policy.Allow(r.By(), "case.timeline")
	if err != nil {
		return err
	}
	events, err := s.cases.Timeline(r.Context(), g, v.ID)
	d := &deskView{View: v.View}
	for _, e := range slices.Backward(events) {
		if slices.Contains(retractable, e.Event) {
			hint := append([]string{page.When(e.OccurredAt, r.Lang)}, d.said(r, e)...)
			v.Choices = append(v.Choices, page.Option{Value: strconv.FormatInt(e.Seq, 10), Text: d.sentence(r, e), Hint: strings.Join(hint, " · ")})
		}
	}
	return err
}
