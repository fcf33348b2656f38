package casework_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fengqiao/internal/casework"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// sequencesEnv asks for more sequences than an ordinary run draws, and for others each time.
const sequencesEnv = "FENGQIAO_MODEL_SEQUENCES"

// An ordinary run draws the same 200 sequences each time, so that it does not fail by chance on a change that has
// nothing to do with it; a long run draws new ones. A flag of the command line has the last word.
func init() {
	settings := map[string]string{"rapid.checks": "200", "rapid.seed": "20260306"}
	if n := os.Getenv(sequencesEnv); n != "" {
		settings = map[string]string{"rapid.checks": n}
	}
	for name, value := range settings {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
}

// The lifecycle held to a second account of it: what is drawn here is asked of the program over HTTP, and each answer is
// what the account says, with the state, the version, the outcome and the next steps.
func TestTheLifecycleIsWhatTheHandbookSays(t *testing.T) {
	for _, dialect := range dbtest.Dialects() {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := newDrawn(t, dialect)
			rapid.Check(t, d.sequence)
			if t.Failed() {
				return
			}
			for _, tr := range casework.Lifecycle {
				elsewhere := tr.Event == casework.HandOverHost || tr.Event == casework.MendData || tr.Event == casework.Destroy // at a mediator's leaving; by a request about own data; by a list
				if !elsewhere && d.seen[string(tr.Event)] == 0 {
					t.Errorf("%s was never drawn with success: the account is blind to it", tr.Event)
				}
			}
			if found, err := d.town.App.Verify(context.Background()); err != nil || len(found.Breaks) > 0 {
				t.Errorf("breaks %v, %v", found.Breaks, err)
			}
		})
	}
}

// drawn is a town in which sequences are drawn, each in a case of its own.
type drawn struct {
	town   *housetest.Town
	people map[string]*housetest.Person
	hands  map[string]housetest.Hand
	began  int // sequences so far
	booked int // appointments so far: no two at one time
	seen   map[string]int
}

// newDrawn builds the town as it is before the first sequence, and signs everybody in at the last moment that one can come
// to: posts have begun, and sessions do not end on the way.
func newDrawn(t *testing.T, dialect string) *drawn {
	store := dbtest.New(t, dialect)
	dbtest.ClockOf(store).Move(-longest)
	town := housetest.New(t, store)
	town.Later(longest)
	d := &drawn{town: town, seen: map[string]int{}, hands: map[string]housetest.Hand{}, people: map[string]*housetest.Person{
		"lin": town.Lin, "su": town.Su, "hong": town.Hong, "zheng": town.Zheng, "otherchair": town.OtherChair, "othermediator": town.OtherMediator,
		"farchair": town.FarChair, "station": town.Station, "county": town.County, "wang": town.Wang}}
	town.Ties(town.Hong, "kin", kinName)
	for who, p := range d.people {
		d.hands[who] = town.As(p)
	}
	return d
}

// walk is one sequence: the case, and what the law knows of it.
type walk struct {
	*drawn
	*law
	t     *rapid.T
	c     *housetest.Case
	codes map[string]string // of parties that come by code
	party map[string]housetest.Hand
	last  time.Time

	straight   bool   // the way of a clerk, before chance begins
	theme      string // an event to come back to
	correction string // that waits for a decision
}

// longest is how long a case can take here.
const longest = 140 * 24 * time.Hour

func (d *drawn) sequence(t *rapid.T) {
	d.began++
	d.town.Clock.Set(dbtest.Friday.Add(-longest).Add(time.Duration(d.began) * 10 * time.Second))
	w := &walk{drawn: d, law: &law{state: "registered"}, t: t, codes: map[string]string{}, party: map[string]housetest.Hand{}, last: dbtest.Friday.Add(-24 * time.Hour)}
	w.files()
	w.theme = rapid.SampledFrom(themes).Draw(t, "theme")
	straight := rapid.SampledFrom([]int{0, 3, 8, 14, 17, 20}).Draw(t, "straight")
	if n, ok := goneBefore[w.theme]; ok {
		straight = n
	}
	for i := range straight + rapid.IntRange(5, 12).Draw(t, "steps") {
		w.straight = i < straight
		w.passes()
		w.step()
	}
	w.journalAgrees()
}

// passes lets time go by: minutes, now and then days.
func (w *walk) passes() {
	days := rapid.SampledFrom([]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 12, 95}).Draw(w.t, "days")
	by := 3*time.Minute + time.Duration(days)*24*time.Hour
	if w.straight {
		by = 3 * time.Minute
	}
	if w.town.Clock.Now().Add(by).After(w.last) {
		by = time.Minute
	}
	w.town.Later(by)
	w.now = w.town.Clock.Now()
	if by > time.Hour {
		w.party = map[string]housetest.Hand{} // a party's session has run out
	}
}

func (w *walk) enough(ok bool, format string, args ...any) {
	w.t.Helper()
	if !ok {
		w.t.Fatalf(format, args...)
	}
}

// files brings a dispute before the committee, in one of the ways in which they come.
func (w *walk) files() {
	way := rapid.SampledFrom([]string{"online", "online", "online", "property", "property", "petition", "court", "N1", "N2", "own"}).Draw(w.t, "way")
	w.now = w.town.Clock.Now()
	change, by := m{}, "su"
	switch way {
	case "online":
		by = "lin"
	case "property":
		by, w.property = "lin", true
		change = m{"category": "1306"}
	case "petition":
		w.channel = "petition"
		change = m{"source": "34", "referral": petition()}
	case "court":
		w.channel = "court"
		change = m{"source": "31", "referral": m{"kind": "entrusted", "organ": "丰泽区人民法院", "procedure": "ordinary"}}
	case "N1", "N2":
		w.bar = way
		change = m{"source": "11", "bar": way, "application_form": "oral", "application_signed": "wet_ink"}
	case "own":
		change = m{"source": "21", "applicant": nil, "respondents": []m{{"name": "林秀英", "phone_reason": "不知道"}, {"name": "陈志强", "phone_reason": "不知道"}}}
	}
	w.c = w.hands[by].Files(change)
	w.lead = "home"
	for i, name := range []string{"林秀英", "陈志强"} {
		p := &side{id: w.idOf(name), role: map[bool]string{true: "applicant", false: "respondent"}[i == 0 && way != "own"]}
		if p.role == "applicant" && (by == "lin" || w.bar != "") {
			p.consent = "agreed" // by applying, A1
		}
		w.sides = append(w.sides, p)
	}
	w.enter(entry{event: "submit", by: by})
	w.seen["submit"]++
	for i, who := range []string{"lin", "chen"} {
		if i == 0 && by == "lin" {
			continue // by account
		}
		letter := w.hands["su"].Post("/cases/"+w.c.ID+"/invitations", m{"party_id": w.sides[i].id, "channel": "letter"}).Is(http.StatusCreated)
		w.codes[who] = letter.Text("letter.code")
		w.enter(entry{event: "invite"})
	}
}

func (w *walk) idOf(name string) string {
	for i := range 9 {
		if w.c.Last.Text(fmt.Sprintf("parties.%d.name", i)) == name {
			return w.c.Last.Text(fmt.Sprintf("parties.%d.id", i))
		}
	}
	w.t.Fatalf("no party %s in %s", name, w.c.Last.Body)
	return ""
}

// hand is somebody about to act; a party that came by code and has lost its way in has none.
func (w *walk) hand(who string) (housetest.Hand, bool) {
	code := w.codes[who]
	if code == "" {
		return w.hands[who], true
	}
	if _, ok := w.party[who]; ok {
		return w.party[who], true
	}
	if w.partyOf(who) == nil {
		a := w.town.As(nil).Post("/access", m{"reference": w.c.Reference, "code": code})
		w.enough(a.Status == http.StatusUnauthorized, "%s was removed and comes in: %d %s", who, a.Status, a.Body)
		return housetest.Hand{}, false
	}
	w.party[who] = w.town.Party(w.c, code)
	return w.party[who], true
}

var actors = []string{"lin", "chen", "su", "hong", "zheng", "otherchair", "othermediator", "farchair", "station", "county", "wang"}

// enders end a case: chance alone would end nearly every one before it began.
var enders = []string{"refuse_acceptance", "terminate", "withdraw", "request_end", "reroute", "request_recusal"}

// step draws an attempt, makes it, and holds the answer against the law.
func (w *walk) step() {
	t := w.draw()
	h, ok := w.hand(t.who)
	if !ok {
		return
	}
	against := w.against(t)
	version := len(w.entries)
	if t.stale {
		version--
	}
	if w.isStaff(t.who) {
		h = h.With("If-Match", fmt.Sprintf(`"%d"`, version))
	}
	a := h.Post("/cases/"+w.c.ID+"/"+route(t.event), t.body)
	what := fmt.Sprintf("%s by %s (%s %s) in %s: %d %s", t.event, t.who, t.word, t.person, w.state, a.Status, a.Body[:min(len(a.Body), 200)])
	if os.Getenv("FENGQIAO_MODEL_TRACE") != "" {
		w.t.Logf("%s against %v", what, against)
	}
	if len(against) > 0 {
		w.enough(slices.Contains(against, verdict(a)), "%s\nthe law says %v", what, against)
		if verdict(a) == "lifecycle" && lines[t.event].allows(w.state) == false {
			w.sameNext(t.who, a, "next")
		}
	} else {
		w.enough(a.Status == http.StatusOK, "%s\nthe law says yes", what)
		w.happens(t)
		for _, e := range w.entries[version:] {
			w.seen[e.event]++
		}
		w.learn(t, a)
		w.agrees(t.who, a, what)
	}
	if a.Status != http.StatusOK || rapid.IntRange(0, 3).Draw(w.t, "look") == 0 {
		w.isSeen(what)
	}
}

// verdict is what an answer says, in the law's words.
func verdict(a housetest.Answer) string {
	switch a.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return "denied"
	case http.StatusPreconditionFailed:
		return "stale"
	case http.StatusUnprocessableEntity:
		return "invalid"
	case http.StatusConflict:
		return a.Text("code")
	}
	return fmt.Sprint(a.Status)
}

// isSeen lets somebody who reaches the case look at it: after a success it is what it has become, after a refusal what it was.
func (w *walk) isSeen(what string) {
	readers := slices.DeleteFunc(slices.Clone(actors), func(who string) bool { return len(w.near(who)) == 0 })
	who := rapid.SampledFrom(readers).Draw(w.t, "reader")
	h, ok := w.hand(who)
	if !ok {
		return
	}
	a := h.Get("/cases/" + w.c.ID)
	w.enough(a.Status == http.StatusOK, "%s cannot read: %d %s", who, a.Status, a.Body)
	w.agrees(who, a, what)
}

// agrees holds a case as somebody sees it against the law.
func (w *walk) agrees(who string, a housetest.Answer, what string) {
	w.enough(a.Text("version") == fmt.Sprint(len(w.entries)), "%s\n%s sees version %s, want %d", what, who, a.Text("version"), len(w.entries))
	w.enough(a.Text("state") == w.state, "%s\n%s sees state %s, want %s", what, who, a.Text("state"), w.state)
	w.enough(a.Text("outcome") == w.outcome, "%s\n%s sees outcome %q, want %q", what, who, a.Text("outcome"), w.outcome)
	switch view := a.Text("view"); view {
	case "full", "party":
		for i, p := range w.sides {
			at := w.place(a, p) + "."
			w.enough(a.Text(at+"consent") == p.consent && (a.Value(at+"removed") == true) == p.gone && (a.Value(at+"notice_at") != nil) == p.told && (a.Value(at+"signed") == true) == w.hasSigned(p),
				"%s\nparty %d is %+v, but %s", what, i, *p, a.Value(w.place(a, p)))
		}
		fallthrough
	case "offered":
		w.sameNext(who, a, "next")
		w.sameBlocked(who, a, what)
	}
}

// place is where an answer tells of a party.
func (w *walk) place(a housetest.Answer, p *side) string {
	for i := range w.sides {
		if at := fmt.Sprintf("parties.%d", i); a.Text(at+".id") == p.id {
			return at
		}
	}
	w.t.Fatalf("party %s is not told of: %s", p.id, a.Body)
	return ""
}

func (w *walk) sameNext(who string, a housetest.Answer, at string) {
	open, blocked := w.next(who)
	var got []string
	list, _ := a.Value(at).([]any)
	for _, v := range list {
		got = append(got, fmt.Sprint(v))
	}
	slices.Sort(got)
	w.enough(slices.Equal(got, open), "in %s %s is offered %v\nthe law says %v, and not %v; the answer %v", w.state, who, got, open, blocked, a.Value("blocked"))
}

func (w *walk) sameBlocked(who string, a housetest.Answer, what string) {
	_, blocked := w.next(who)
	list, _ := a.Value("blocked").([]any)
	for i := range list {
		at := fmt.Sprintf("blocked.%d.", i)
		event, code := a.Text(at+"event"), a.Text(at+"code")
		w.enough(slices.Contains(blocked[event], code), "%s\nfor %s %s is blocked by %s, the law says %v", what, who, event, code, blocked[event])
		delete(blocked, event)
	}
	maps.DeleteFunc(blocked, func(_ string, codes reasons) bool { // that there is nothing to do is not said
		return slices.ContainsFunc(codes, func(c string) bool {
			return slices.Contains([]string{"no_application", "no_conflict", "no_transfer"}, c)
		})
	})
	w.enough(len(blocked) == 0, "%s\nfor %s the law blocks also %v", what, who, blocked)
}

// learn takes from an answer the names that later bodies need.
func (w *walk) learn(t try, a housetest.Answer) {
	switch t.event {
	case "fix_agreement", "oral_agreement":
		w.deal.hash, w.deal.owed = a.Text("agreements.0.text_hash"), a.Text("obligations.0.id")
	case "amend":
		if w.deal != nil {
			w.deal.hash = a.Text("agreements.0.text_hash")
		}
	case "add_helper":
		for i := range w.entries {
			id := a.Text(fmt.Sprintf("helpers.%d.id", i))
			if id != "" && a.Value(fmt.Sprintf("helpers.%d.ended_at", i)) == nil && !slices.ContainsFunc(w.company, func(f friend) bool { return f.id == id }) && a.Text(fmt.Sprintf("helpers.%d.party_id", i)) == t.side.id {
				w.company[len(w.company)-1].id = id
			}
		}
	case "add_party":
		for i := range w.sides {
			if id := a.Text(fmt.Sprintf("parties.%d.id", i)); !slices.ContainsFunc(w.sides, func(p *side) bool { return p.id == id }) {
				t.side.id = id
			}
		}
	case "open_session":
		for i := range w.sessions {
			at := fmt.Sprintf("sessions.%d.", i)
			id := a.Text(at + "id")
			if a.Text(at+"kind") == "caucus" && !slices.ContainsFunc(w.talks, func(k talk) bool { return k.id == id }) {
				w.talks[len(w.talks)-1].id = id
			}
		}
	case "request_note":
		for i := range len(w.entries) {
			if at := fmt.Sprintf("note_requests.%d.", i); a.Text(at+"session_id") == t.talk.id && a.Text(at+"decision") == "" {
				t.talk.request = a.Text(at + "id")
			}
		}
	case "correct":
		w.correction = ""
		for i := range len(w.entries) {
			if at := fmt.Sprintf("corrections.%d.", i); a.Text(at+"id") != "" && a.Value(at+"decided_at") == nil {
				w.correction = a.Text(at + "id")
			}
		}
	}
}

// journalAgrees: the journal tells exactly what the law says happened, in its order.
func (w *walk) journalAgrees() {
	chair := map[string]string{"home": "zheng", "other": "otherchair"}[w.lead]
	if slices.Contains(w.recused, chair) {
		return
	}
	var got, want []string
	a := w.hands[chair].Get("/cases/" + w.c.ID + "/timeline").Is(http.StatusOK)
	list, _ := a.Value("items").([]any)
	for i := range list {
		got = append(got, a.Text(fmt.Sprintf("items.%d.event", i)))
	}
	for _, e := range w.entries {
		want = append(want, e.event)
	}
	w.enough(slices.Equal(got, want), "the journal tells %s\nwhat happened was %s", strings.Join(got, " "), strings.Join(want, " "))
}
