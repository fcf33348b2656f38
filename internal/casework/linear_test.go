package casework_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"fengqiao/internal/housetest"
)

// point is where a case stands, as far as what is asked at once depends on it.
type point struct {
	version      int
	state, lead  string
	offered      bool // to the other committee
	first, other bool // which side agreed
	signed       string
}

// asked is what somebody asked of a case, and on which version.
type asked struct {
	who, event string
	version    int // 0: a party, who binds to no version
}

// heard is what came back.
type heard struct {
	verdict string
	version int
	state   string
}

// oneAfterTheOther is a case to which things happen one after the other.
var oneAfterTheOther = porcupine.Model{
	Step: func(state, input, output any) (bool, any) {
		p, in, out := state.(point), input.(asked), output.(heard)
		verdict, next := p.happens(in)
		if verdict != "ok" {
			return out.verdict == verdict, p
		}
		return out == heard{"ok", next.version, next.state}, next
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprint(input, " → ", output) },
}

// happens is what a case answers, and what it then is.
func (p point) happens(in asked) (string, point) {
	event, about, _ := strings.Cut(in.event, " ")
	if !p.reaches(in.who, event) {
		return "denied", p
	}
	if event == "read" {
		return "ok", p
	}
	if in.version != 0 && in.version != p.version {
		return "stale", p
	}
	if !lines[event].allows(p.state) {
		return "lifecycle", p
	}
	q := p
	q.version++
	switch event {
	case "record_consent":
		q.first, q.other = p.first || in.who == "lin", p.other || in.who == "chen"
	case "accept":
		q.state = "accepted"
		if !p.first || !p.other {
			return "consent", p
		}
	case "assign":
		q.state = "assigned"
	case "pause":
		q.state = "paused"
	case "resume":
		q.state = "in_mediation"
	case "transfer":
		if q.offered = true; p.offered {
			return "transfer_pending", p
		}
	case "decline_transfer":
		if q.offered = false; !p.offered { // they took it themselves a moment ago
			return "no_transfer", p
		}
	case "accept_transfer":
		q.offered, q.lead = false, "other"
		if p.state != "awaiting_consent" {
			q.state = "accepted"
		}
	case "request_end":
		q.state, q.offered = "closed", false
		if p.state == "awaiting_consent" {
			q.state = "not_accepted"
		}
	case "sign":
		return p.signs(q, about)
	}
	return "ok", q
}

func (p point) signs(q point, who string) (string, point) {
	if strings.Contains(p.signed, who) {
		return "signed", p
	}
	q.signed += who + " "
	if len(strings.Fields(q.signed)) == 4 { // both parties, the mediator and the seal: in force in the same moment
		q.state, q.version = "performing", q.version+1
	}
	return "ok", q
}

func (p point) reaches(who, event string) bool {
	switch who {
	case "lin", "chen":
		return true
	case "otherchair":
		return p.offered || p.lead == "other" && event != "accept_transfer" // which reaches what is offered, and nothing else
	case "zheng": // who led the case sees how it stands
		return p.lead == "home" || event == "read"
	}
	return p.lead == "home"
}

// What people ask at once, round by round.
var rounds = []struct {
	from string
	asks map[string][]string
}{
	{"awaiting_consent", map[string][]string{"lin": {"record_consent"}, "chen": {"record_consent"}, "su": {"accept", "amend", "transfer"},
		"zheng": {"accept", "assign", "assign"}, "otherchair": {"accept_transfer", "decline_transfer", "decline_transfer"}}},
	{"in_mediation", map[string][]string{"lin": {"record_consent"}, "chen": {"record_consent"}, "su": {"pause", "resume", "transfer"},
		"zheng": {"amend", "transfer"}, "otherchair": {"accept_transfer", "decline_transfer", "decline_transfer"}}},
	{"agreement_pending", map[string][]string{"lin": {"read"}, "chen": {"read", "read", "read", "read", "request_end"}, "su": {"sign lin", "sign su", "amend"},
		"zheng": {"sign chen", "sign seal", "sign lin"}, "otherchair": {"accept_transfer"}}},
}

// What happens at once to a case is as if it had happened one after the other: there is an order of all that was asked, in
// agreement with who had an answer before who asked, in which every answer is right.
func TestWhatHappensAtOnceHappensInSomeOrder(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		won, staff := map[string]int{}, map[string]int{}
		for i := range 9 {
			round := rounds[i%len(rounds)]
			c, start, hands := atOnce(town, round.from)
			history := ask(town, c, hands, round.asks, uint64(i))
			model := oneAfterTheOther
			model.Init = func() any { return start }
			if got := porcupine.CheckOperationsTimeout(model, history, time.Minute); got != porcupine.Ok {
				t.Errorf("from %s: %s: no order explains\n%s", round.from, got, spelled(history))
			}
			for _, o := range history {
				in, out := o.Input.(asked), o.Output.(heard)
				won[strings.Fields(in.event)[0]+" "+out.verdict]++
				if in.version > 0 {
					staff[out.verdict]++
				}
			}
		}
		for what, n := range map[string]int{"record_consent ok": won["record_consent ok"], "read ok": won["read ok"], "staff ok": staff["ok"], "staff stale": staff["stale"]} {
			if n < 5 {
				t.Errorf("%s %d times: people did not meet: %v", what, n, won)
			}
		}
	})
}

// atOnce brings a case to where a round begins.
func atOnce(town *housetest.Town, state string) (*housetest.Case, point, map[string]housetest.Hand) {
	su := town.As(town.Su)
	c := town.As(town.Lin).Files()
	letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
	su.Sees(c).Is(200)
	start := point{state: state, lead: "home", first: true, other: true}
	switch state {
	case "awaiting_consent":
		su.Does(c, "ask-consent", nil).Is(200)
		start.other = false
	case "in_mediation":
		su.Met(c, town.Su)
	case "agreement_pending":
		su.Met(c, town.Su)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
	}
	if _, err := fmt.Sscan(c.Version, &start.version); err != nil {
		panic(err)
	}
	hands := map[string]housetest.Hand{"lin": town.As(town.Lin), "chen": town.Party(c, letter.Text("letter.code")), "su": su, "zheng": town.As(town.Zheng), "otherchair": town.As(town.OtherChair)}
	return c, start, hands
}

// ask lets everybody look and ask, again and again, all at once.
func ask(town *housetest.Town, c *housetest.Case, hands map[string]housetest.Hand, asks map[string][]string, seed uint64) []porcupine.Operation {
	var clock atomic.Int64 // only which came before which counts
	var mu sync.Mutex
	var history []porcupine.Operation
	var everybody sync.WaitGroup
	for i, who := range []string{"lin", "chen", "su", "zheng", "otherchair"} {
		chance := rand.New(rand.NewPCG(seed, uint64(i)))
		do := func(in asked, send func() housetest.Answer) heard {
			call := clock.Add(1)
			a := send()
			out := heard{verdict: verdict(a)}
			if out.verdict == "200" {
				out = heard{"ok", 0, a.Text("state")}
				fmt.Sscan(a.Text("version"), &out.version) // what is no number is no version, and explains nothing
			}
			mu.Lock()
			defer mu.Unlock()
			history = append(history, porcupine.Operation{ClientId: i, Input: in, Call: call, Output: out, Return: clock.Add(1)})
			return out
		}
		everybody.Go(func() {
			version := 1 // long ago
			for range 8 {
				if chance.IntN(5) > 0 { // else on the version seen before
					if seen := do(asked{who, "read", 0}, func() housetest.Answer { return hands[who].Get("/cases/" + c.ID) }); seen.version > 0 {
						version = seen.version
					}
				}
				in := asked{who, asks[who][chance.IntN(len(asks[who]))], version}
				if in.event == "read" {
					continue
				}
				if who == "lin" || who == "chen" {
					in.version = 0
				}
				event, about, _ := strings.Cut(in.event, " ")
				h := hands[who].With("If-Match", fmt.Sprintf(`"%d"`, version))
				if got := do(in, func() housetest.Answer {
					return h.Post("/cases/"+c.ID+"/"+route(event), askedBody(town, c, event, about, chance))
				}); got.version > 0 {
					version = got.version
				}
			}
		})
	}
	everybody.Wait()
	return history
}

func askedBody(town *housetest.Town, c *housetest.Case, event, about string, chance *rand.Rand) m {
	switch event {
	case "record_consent":
		return m{"consent": "agreed"}
	case "assign":
		return m{"host_mediator_id": town.Su.Mediator, "chosen_by": "committee"}
	case "amend":
		return m{"set": m{"title": fmt.Sprintf("楼上漏水 %d", chance.Uint32())}, "reason": "更正"}
	case "pause":
		return m{"reason": "鉴定", "until": town.Today().Plus(9)}
	case "transfer":
		return m{"to_committee_id": town.Other.ID, "reason": "difficult", "text": "请协助", "consents": []string{c.Applicant, c.Respondent}}
	case "decline_transfer":
		return m{"reason": "人手不够"}
	case "sign":
		body := map[string]m{"lin": {"party_id": c.Applicant}, "chen": {"party_id": c.Respondent}, "su": {"mediator_id": town.Su.Mediator}, "seal": {"seal": true}}[about]
		body["kind"], body["text_hash"] = "wet_ink", c.Last.Text("agreements.0.text_hash")
		return body
	}
	return m{}
}

func spelled(history []porcupine.Operation) string {
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	var b strings.Builder
	for _, o := range history {
		fmt.Fprintf(&b, "%3d–%3d %v → %v\n", o.Call, o.Return, o.Input, o.Output)
	}
	return b.String()
}

// Two who both had their way with one version, and a look that is older than an answer given before it: no order explains
// either.
func TestALostWriteIsNoOrder(t *testing.T) {
	model := oneAfterTheOther
	model.Init = func() any { return point{version: 1, state: "registered", lead: "home"} }
	write := func(who string, call, back int64) porcupine.Operation {
		return porcupine.Operation{Input: asked{who, "amend", 1}, Call: call, Output: heard{"ok", 2, "registered"}, Return: back}
	}
	look := porcupine.Operation{Input: asked{who: "su", event: "read"}, Call: 5, Output: heard{"ok", 1, "registered"}, Return: 6}
	if porcupine.CheckOperations(model, []porcupine.Operation{write("su", 1, 3), write("zheng", 2, 4)}) {
		t.Error("a lost write passes")
	}
	if porcupine.CheckOperations(model, []porcupine.Operation{write("su", 1, 3), look}) {
		t.Error("an old look passes")
	}
	if !porcupine.CheckOperations(model, []porcupine.Operation{write("su", 1, 3)}) {
		t.Error("a single write does not pass")
	}
	model.Init = func() any { return point{version: 27, state: "in_mediation", lead: "home", offered: true} }
	took := porcupine.Operation{Input: asked{"otherchair", "accept_transfer", 27}, Call: 1, Output: heard{"ok", 28, "accepted"}, Return: 2}
	late := porcupine.Operation{Input: asked{"otherchair", "decline_transfer", 28}, Call: 3, Output: heard{verdict: "no_transfer"}, Return: 4}
	if !porcupine.CheckOperations(model, []porcupine.Operation{took, late}) {
		t.Error("what was taken cannot be declined any more")
	}
}
