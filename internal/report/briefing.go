package report

import (
	"context"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// Briefing is the paragraph with which a justice bureau answers a deputy's proposal (议案答复), every figure of it
// counted from rows. Source: statistics handbook, §4.
type Briefing struct {
	tally.Head
	AsOf     calendar.Day  `json:"as_of" doc:"The day on which committees, mediators and coverage are taken: the period's end, or today if that is earlier"`
	Text     string        `json:"text"`
	Figures  Figures       `json:"figures"`
	ByType   []TypeFigure  `json:"committees_by_type"`
	Rates    BriefingRates `json:"rates"`
	Drill    Drill         `json:"drill" doc:"Where each figure is listed; the names are those of figures"`
	Footnote Footnote      `json:"footnote"`
	Spans    []Span        `json:"-"`

	told    told
	byTypes map[registry.Type]int64
}

// Figures are the figures of the paragraph. Rates are texts with two decimals; the paragraph prints them with none.
type Figures struct {
	Committees       int64    `json:"committees" doc:"Of villages and communities (types 01 and 02) that stood on the day"`
	Mediators        int64    `json:"mediators" doc:"Persons engaged by these committees on the day, each once"`
	Cases            int64    `json:"cases" doc:"Of these types: accepted since the period began, closed before it ended"`
	Settled          int64    `json:"settled" doc:"Of the cases: closed with a written or oral agreement"`
	SuccessRate      string   `json:"success_rate" doc:"settled of cases in per cent with two decimals; – without cases"`
	CompoundsCovered int64    `json:"compounds_covered" doc:"Served on the day by a committee for property matters"`
	Compounds        int64    `json:"compounds" doc:"On the register on the day"`
	Coverage         string   `json:"coverage" doc:"compounds_covered of compounds in per cent with two decimals"`
	PropertySettled  int64    `json:"property_settled" doc:"Settled by committees for property matters of any type, in the same period; counted apart from cases"`
	Presence         Presence `json:"presence"`
}

// Presence counts the legal services of the five presences (五在场) in the period.
type Presence struct {
	Decisions int64 `json:"decisions"`
	Rules     int64 `json:"rules"`
	Advice    int64 `json:"advice"`
	Disputes  int64 `json:"disputes"`
	Publicity int64 `json:"publicity"`
}

// Drill is where each figure is listed.
type Drill struct {
	Committees       string        `json:"committees"`
	Mediators        string        `json:"mediators"`
	Cases            string        `json:"cases"`
	Settled          string        `json:"settled"`
	SuccessRate      string        `json:"success_rate"`
	CompoundsCovered string        `json:"compounds_covered"`
	Compounds        string        `json:"compounds"`
	Coverage         string        `json:"coverage"`
	PropertySettled  string        `json:"property_settled"`
	Presence         PresenceDrill `json:"presence"`
}

// PresenceDrill is where each of the five presences is listed.
type PresenceDrill struct {
	Decisions string `json:"decisions"`
	Rules     string `json:"rules"`
	Advice    string `json:"advice"`
	Disputes  string `json:"disputes"`
	Publicity string `json:"publicity"`
}

// TypeFigure counts the committees of one type.
type TypeFigure struct {
	Type  registry.Type `json:"type"`
	Name  string        `json:"name"`
	Count int64         `json:"count"`
	Drill string        `json:"drill"`
}

// BriefingRates are the two rates of the paragraph with what they are parts of.
type BriefingRates struct {
	Success  tally.Rate `json:"success"`
	Coverage tally.Rate `json:"coverage"`
}

// Footnote says what the paragraph rests on and what it leaves out.
type Footnote struct {
	Text        string     `json:"text"`
	Pending     Pending    `json:"pending" doc:"Accepted by the end of the period and not closed by then"`
	Engagement  tally.Rate `json:"engagement" doc:"Cases in which everybody needed agreed to mediation, of those whose parties were asked in the period and answered"`
	SettlementA tally.Rate `json:"settlement_a" doc:"Settled, of those settled or ended without agreement"`
	SettlementB tally.Rate `json:"settlement_b" doc:"Settled, of all accepted in the period"`
}

// Pending are the cases that are in no rate yet.
type Pending struct {
	Value int64  `json:"value"`
	Drill string `json:"drill"`

	of tally.Query
}

// Brief counts the paragraph for an area.
//
// Faults: Invalid for a period that ends before it begins; Missing for an area out of reach. Committees and compounds
// are counted by area, so the action report.brief is given to posts over an area only.
func (s *Service) Brief(ctx context.Context, g authz.Grant, ask tally.Ask) (Briefing, error) {
	var b Briefing
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if b.Head, err = ask.Head(tx); err != nil {
			return err
		}
		b.AsOf = ask.AsOf(tx)
		if err := b.countRegister(tx, ask); err != nil {
			return err
		}
		if err := b.countCases(tx, g, ask); err != nil {
			return err
		}
		b.told = b.tell(ask)
		return nil
	})
	return b, err
}

// countRegister takes what stood on the day.
func (b *Briefing) countRegister(tx *db.Tx, ask tally.Ask) (err error) {
	f := &b.Figures
	if b.byTypes, err = committeesStanding(tx, ask, b.AsOf); err != nil {
		return err
	}
	for _, n := range b.byTypes {
		f.Committees += n
	}
	if f.Mediators, err = mediatorsServing(tx, ask, b.AsOf); err != nil {
		return err
	}
	if f.CompoundsCovered, f.Compounds, err = tally.Covered(tx, ask, b.AsOf); err != nil {
		return err
	}
	kinds, err := presenceServices(tx, ask)
	f.Presence = Presence{kinds["1"], kinds["2"], kinds["3"], kinds["4"], kinds["5"]}
	return err
}

// countCases takes the cases of the period, and what the footnote says of the rest.
func (b *Briefing) countCases(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	d, err := casesDealt(tx, g, ask)
	if err != nil {
		return err
	}
	agreed, asked, err := consents(tx, g, ask, grassroots)
	if err != nil {
		return err
	}
	f, note, lists := &b.Figures, &b.Footnote, listsOf(ask, b.AsOf)
	f.Cases, f.Settled, f.PropertySettled = d.Cases, d.Settled, d.PropertySettled
	note.Pending = Pending{of: lists["pending"]}
	note.Pending.Value, err = pending(tx, g, ask, grassroots)
	note.Engagement = tally.RateOf(agreed, asked, lists["agreed"], lists["asked"])
	note.SettlementA = tally.RateOf(d.Settled, d.Settled+d.Failed, lists["settled"], lists["tried"])
	note.SettlementB = tally.RateOf(d.Settled, d.Accepted, lists["settled"], lists["accepted"])
	b.Rates = BriefingRates{tally.RateOf(f.Settled, f.Cases, lists["settled"], lists["cases"]),
		tally.RateOf(f.CompoundsCovered, f.Compounds, lists["compounds_covered"], lists["compounds"])}
	f.SuccessRate, f.Coverage = b.Rates.Success.Percent, b.Rates.Coverage.Percent
	return err
}

// listsOf are the lists behind the figures, by the figures' names.
func listsOf(ask tally.Ask, day calendar.Day) map[string]tally.Query {
	area, from, to, on := string(ask.Area), string(ask.From), string(ask.To), string(day)
	village := ask.Cases().With("committee_type", typeList())
	dealt := village.With("accepted_from", from, "closed_to", to)
	asked := village.With("asked_from", from, "asked_to", to)
	out := map[string]tally.Query{
		"committees":        tally.Listed(tally.OfCommittees, "area", area, "type", typeList(), "on", on),
		"mediators":         tally.Listed(tally.OfMediators, "area", area, "committee_type", typeList(), "on", on),
		"cases":             dealt,
		"settled":           dealt.With("settled", "true"),
		"tried":             dealt.With("outcome", settledOrFailed),
		"accepted":          village.With("accepted_from", from, "accepted_to", to),
		"pending":           village.With("open_on", on),
		"asked":             asked.With("consent", "decided"),
		"agreed":            asked.With("consent", "agreed"),
		"compounds":         tally.Listed(tally.OfCompounds, "area", area, "on", on),
		"compounds_covered": tally.Listed(tally.OfCompounds, "area", area, "on", on, "covered", "true"),
		"property_settled":  ask.Cases().With("sector", propertySector, "accepted_from", from, "closed_to", to, "settled", "true"),
	}
	for _, kind := range presences() {
		out["presence_"+kind] = tally.Listed(tally.OfPresence, "area", area, "kind", kind, "from", from, "to", to)
	}
	return out
}

const settledOrFailed = "written_agreement,oral_agreement,failed"

func typeList() string {
	var out []string
	for _, t := range grassroots {
		out = append(out, string(t))
	}
	return strings.Join(out, ",")
}

// In writes the paragraph in a language, with every figure linked to its list on a face.
func (b Briefing) In(lang string, l tally.Lists) Briefing {
	at := func(name string) string { return l.Address(b.told[name].list) }
	b.Spans = b.told.spans(paragraph.In(lang), lang, l)
	b.Text, b.Footnote.Text = textOf(b.Spans), textOf(b.told.spans(footnote.In(lang), lang, l))
	b.Drill = Drill{at("committees"), at("mediators"), at("cases"), at("settled"), at("success_rate"), at("compounds_covered"),
		at("compounds"), at("coverage"), at("property_settled"),
		PresenceDrill{at("decisions"), at("rules"), at("advice"), at("disputes"), at("publicity")}}
	for _, t := range grassroots {
		name := codes.CommitteeTypes.Name(string(t), lang)
		list := tally.Listed(tally.OfCommittees, "area", string(b.Area), "type", string(t), "on", string(b.AsOf))
		b.ByType = append(b.ByType, TypeFigure{t, name, b.byTypes[t], l.Address(list)})
	}
	b.Footnote.Pending.Drill = l.Address(b.Footnote.Pending.of)
	for _, r := range []*tally.Rate{&b.Rates.Success, &b.Rates.Coverage, &b.Footnote.Engagement, &b.Footnote.SettlementA, &b.Footnote.SettlementB} {
		r.Link(l)
	}
	return b
}
