package desk

import (
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// substance puts sessions, agreement, promises, visits and files into words.
func (d *deskView) substance(r *page.Request) {
	names := func(ids []ident.ID) string {
		var out []string
		for _, id := range ids {
			out = append(out, d.nameOf(id))
		}
		return strings.Join(out, r.Say("desk.comma"))
	}
	for _, s := range d.Sessions {
		m := meeting{SessionView: s, Kind: codes.SessionKinds.Name(s.Kind, r.Lang), Mode: codes.SessionModes.Name(s.Mode, r.Lang),
			Risk: levelOption(codes.Risks, s.Risk, r.Lang), Present: names(s.Attending)}
		for _, id := range s.Helpers {
			m.Present += r.Say("desk.comma") + d.helperName(id)
		}
		var guests []string
		for _, g := range s.Guests {
			guests = append(guests, r.Say("desk.guest", g.Name, codes.InvitedKinds.Name(g.Kind, r.Lang)))
		}
		m.Invited = strings.Join(guests, r.Say("desk.comma"))
		d.Meetings = append(d.Meetings, m)
	}
	d.agreement(r)
	for _, o := range d.Obligations {
		d.Promises = append(d.Promises, d.promise(r, o))
	}
	for _, visit := range d.Visits {
		result := r.Say("desk.visit_undone")
		if visit.Performed {
			result = r.Say("desk.visit_done")
		}
		var whom []string
		for _, id := range visit.Parties {
			whom = append(whom, d.nameOf(id))
		}
		d.Visited = append(d.Visited, visitLine{VisitView: visit, Result: result, Whom: strings.Join(whom, r.Say("desk.comma"))})
	}
	for _, a := range d.Attachments {
		from := d.nameOf(a.PartyID)
		if from == "" {
			from = r.Say("desk.by_committee")
		}
		d.Papers = append(d.Papers, paperLine{Attached: a, Kind: codes.Evidence.Name(a.Kind, r.Lang), From: from,
			Path: d.Home + "/files/" + a.ID.String(), Size: page.Size(a.Size)})
	}
}

// agreement takes the agreement in hand, and the words in it that should be looked at again while it can be changed.
func (d *deskView) agreement(r *page.Request) {
	if len(d.Agreements) == 0 {
		return
	}
	d.Terms = &d.Agreements[len(d.Agreements)-1]
	if d.State != casework.AgreementPending {
		return
	}
	for _, w := range d.Terms.Wording() {
		d.Mind = append(d.Mind, w.In(r.Lang))
	}
}

var performedKinds = map[string]string{"performed": "ok", "partly": "warn", "unperformed": "err", "in_progress": "info"}

func (d *deskView) promise(r *page.Request, o casework.Obliged) promise {
	out := promise{Obliged: o, Who: r.Say("desk.owes", d.nameOf(o.Debtor), d.nameOf(o.Creditor)),
		What: codes.ObligationKinds.Name(o.Kind, r.Lang), Tag: page.Tag{Kind: performedKinds[o.State], Text: codes.Performances.Name(o.State, r.Lang)}}
	if out.Tag.Kind == "" {
		out.Tag.Kind = "plain"
	}
	if o.Kind == "pay" {
		if amount, err := page.Yuan(o.AmountFen, r.Lang); err == nil {
			out.What += " " + amount
		}
	}
	if o.ConfirmedBy != "" {
		out.Confirmed = r.Say("desk.confirmed." + o.ConfirmedBy)
	}
	if d.may(casework.RecordPerform) {
		out.Record = d.Home + "/" + casework.RecordPerform.Route() + "?obligation_id=" + o.ID.String()
	}
	return out
}

// SignerName is whose signature it is.
func (d *deskView) SignerName(s casework.SignedView) string {
	switch s.Signer {
	case casework.BySeal:
		return d.Committee.Name
	case casework.ByParty:
		if h := d.helperName(s.HelperID); h != "" {
			return h + " · " + d.nameOf(s.PartyID)
		}
		return d.nameOf(s.PartyID)
	}
	for _, one := range d.People {
		if one.MediatorID == s.MediatorID {
			return one.Name
		}
	}
	return ""
}

// SignKind is how it was given.
func (d *deskView) SignKind(s casework.SignedView, lang string) string {
	if s.Signer == casework.BySeal {
		return fault.Say("印章", "Seal").In(lang)
	}
	return codes.SignatureKinds.Name(s.Kind, lang)
}

// tell writes the timeline in plain sentences, the newest first.
func (s *Service) tell(r *page.Request, d *deskView, events []casework.Happened) error {
	who := map[ident.ID]string{}
	err := s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		team, err := registry.MediatorsOf(tx, d.Committee.ID)
		for _, m := range team {
			who[m.PersonID] = m.Name
		}
		return err
	})
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, e := range slices.Backward(events) {
		if entry, ok := e.Fact["retracts"].(string); ok {
			taken[entry] = true
		}
		h := happening{Happened: e, Title: d.sentence(r, e), Texts: d.said(r, e), Who: r.Say("desk.hat." + e.Role)}
		if name := who[e.Actor]; name != "" {
			h.Who = r.Say("desk.who", name, h.Who)
		}
		if e.DeputyFor != "" {
			h.Who = r.Say("desk.as_deputy", h.Who, e.DeputyFor)
		}
		if name := d.helperName(e.Helper); name != "" {
			h.Who = r.Say("desk.acted_for", name, d.nameOf(e.PartyID))
		}
		if d.may(casework.Retract) && mayRetract(r.By(), d.State, e) && !taken[e.ID.String()] {
			h.Retract = d.Home + "/" + casework.Retract.Route() + "?entry=" + strconv.FormatInt(e.Seq, 10)
		}
		d.Happening = append(d.Happening, h)
	}
	d.Wrong = slices.ContainsFunc(d.Happening, func(h happening) bool { return h.Retract != "" })
	return nil
}

// retractable are the entries that whoever wrote them may take back.
var retractable = []casework.Event{casework.RecordConsent, casework.GiveNotice, casework.Sign}

// mayRetract: a consent or notice by whoever wrote it; a signature by the chair, who must be somebody else.
func mayRetract(by actor.Actor, state casework.State, e casework.Happened) bool {
	if e.Event == casework.Sign {
		return state == casework.AgreementPending && by.Holds(actor.Chair) && e.Actor != by.Person
	}
	return slices.Contains(retractable, e.Event) && e.Actor == by.Person
}

// sentence is what happened. Where a party is named in the entry, it is named here.
func (d *deskView) sentence(r *page.Request, e casework.Happened) string {
	out := r.Say("desk.event." + string(e.Event))
	if cover := factOf(e, "cover"); e.Event == casework.HandOverHost && cover != "" {
		out = r.Say("desk.event.cover_" + cover)
	}
	if name := d.nameOf(e.PartyID); name != "" {
		out = r.Say("desk.about", name, out)
	}
	if from, to := e.From, e.To; to != "" && from != to && e.Event != casework.Submit {
		out += r.Say("desk.moves", to.Name(r.Lang))
	}
	return out
}

// said are the particulars of an entry that a clerk asks for.
func (d *deskView) said(r *page.Request, e casework.Happened) []string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	switch e.Event {
	case casework.RecordConsent, casework.PartyRefuses:
		add(r.Say("desk.answered", codes.Consents.Name(factOf(e, "consent"), r.Lang), codes.Channels.Name(factOf(e, "channel"), r.Lang)))
	case casework.OpenSession:
		add(codes.SessionKinds.Name(factOf(e, "kind"), r.Lang))
	case casework.Sign:
		add(r.Say("desk.signed."+factOf(e, "signer")) + " · " + codes.SignatureKinds.Name(factOf(e, "kind"), r.Lang))
	case casework.RecordPerform:
		add(codes.Performances.Name(factOf(e, "state"), r.Lang) + " · " + page.Day(factOf(e, "on"), r.Lang))
	case casework.RefuseAcceptance, casework.Terminate, casework.RequestEnd:
		if code := factOf(e, "reason"); code != "" {
			add(reasonName(code, r.Lang))
		}
	case casework.Reveal:
		add(codes.RevealPurposes.Name(factOf(e, "purpose"), r.Lang))
	case casework.Retract:
		add(r.Say("desk.retracts", r.Say("desk.event."+factOf(e, "event"))))
	default:
	}
	for _, word := range []string{"reason", "statement", "note", "result", "conflict_reason", "to", "receipt", "calming_measures"} {
		add(e.Words[word])
	}
	return out
}

// factOf is a fact of an entry that is a code or a day; empty where there is none.
func factOf(e casework.Happened, name string) string {
	s, _ := e.Fact[name].(string)
	return s
}
