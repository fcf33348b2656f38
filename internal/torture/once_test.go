package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// A hundred who press the same button at once make one case and see the same answer; who sends other words under the key is
// told so. Of fifty who change what they all saw one wins, and the others are told that it has changed.
func TestT4_T5_AHundredWithOneKeyAndFiftyWithOneVersion(t *testing.T) {
	each(t, func(h *house) {
		got := h.hundred([]*house{h}, "the same button")
		if other := h.ask(nil, "POST", "/api/v1/cases", h.resident, "the same button", dispute(2)); other.status != 422 {
			t.Errorf("other words: %d %s", other.status, other.body)
		}
		figures.add("T4 one key, "+h.engine, "100 at once: 1 case, %d answers, all alike; other words under the key 422", got)
		h.fifty()
	})
}

// hundred sends one dispute under one key a hundred times at once, and wants one case and one answer.
func (h *house) hundred(doors []*house, key string) (answers int) {
	h.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	ids := map[string]int{}
	for i := range 100 {
		all.Go(func() {
			a := doors[i%len(doors)].ask(nil, "POST", "/api/v1/cases", h.resident, key, dispute(1))
			if a.status == 503 { // it waited for another that took its time; the button is pressed again
				a = doors[i%len(doors)].ask(nil, "POST", "/api/v1/cases", h.resident, key, dispute(1))
			}
			mu.Lock()
			defer mu.Unlock()
			ids[fmt.Sprint(a.status, " ", a.text("id"))]++
		})
	}
	all.Wait()
	if n := h.one("SELECT CAST(count(*) AS text) FROM dispute_cases WHERE title = '" + title(1) + "'"); n != "1" || len(ids) != 1 {
		h.Errorf("%s cases, answers %v", n, ids)
	}
	for _, n := range ids {
		answers += n
	}
	return answers
}

// fifty change one case on one version.
func (h *house) fifty() {
	h.Helper()
	a := h.ask(nil, "POST", "/api/v1/cases", h.resident, "", dispute(3))
	won, stale := atomic.Int64{}, atomic.Int64{}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			switch got := h.amend(a.text("id"), 1, fmt.Sprint("第 ", i)); got.status {
			case 200:
				won.Add(1)
			case 412:
				stale.Add(1)
			default:
				h.Errorf("%d %s %v", got.status, got.body, got.err)
			}
		})
	}
	all.Wait()
	if version := h.one("SELECT CAST(version AS text) FROM dispute_cases WHERE title LIKE '第 %'"); won.Load() != 1 || stale.Load() != 49 || version != "2" {
		h.Errorf("%d won, %d were told, version %s", won.Load(), stale.Load(), version)
	}
	figures.add("T5 one version, "+h.engine, "50 at once: %d wins, %d get 412", won.Load(), stale.Load())
}

func (h *house) amend(id string, version int, title string) answer {
	body := map[string]any{"set": map[string]any{"title": title}, "reason": "更正"}
	return h.ask(nil, "POST", "/api/v1/cases/"+id+"/amend", h.chair, "", body, "If-Match", fmt.Sprintf(`"%d"`, version))
}

// wanted is what somebody asked of a case: to read it, or to give it a title on the version they saw.
type wanted struct {
	version int // 0: to read
	title   string
}

// stands is how a case stands, as an answer says it; a status of 0 is no answer.
type stands struct {
	status  int
	version int
	title   string
}

// register is a case that is read and amended, one after the other. What had no answer may have happened at any time after
// it was asked, or, as far as anybody can see, never.
var register = porcupine.Model{
	Step: func(state, input, output any) (bool, any) {
		now, in, out := state.(stands), input.(wanted), output.(stands)
		next := now
		switch {
		case in.version == now.version:
			next = stands{200, now.version + 1, in.title}
		case in.version != 0:
			next.status = 412
		}
		if out.status == 0 {
			next.status = 200
			return true, next
		}
		if out.status == 412 {
			return next.status == 412, now
		}
		return out == next, stands{200, next.version, next.title}
	},
}

// What eight clients are told of cases, while the program is killed under them and comes back, is told in some order in which
// everything happened one after the other.
func TestT6_HistoriesUnderKillsHaveAnOrder(t *testing.T) {
	abreast(t, func(h *house) {
		kills, histories, asked, unanswered, stale := rounds(1, 125), 0, 0, 0, 0
		for range kills {
			ids := make([]string, 8)
			for i := range ids {
				if ids[i] = h.ask(nil, "POST", "/api/v1/cases", h.resident, "", dispute(0)).text("id"); ids[i] == "" {
					h.Fatal("not filed")
				}
			}
			for i, history := range h.histories(ids) {
				histories++
				for _, o := range history {
					asked++
					switch o.Output.(stands).status {
					case 0:
						unanswered++
					case 412:
						stale++
					}
				}
				model := register
				model.Init = func() any { return stands{200, 1, title(0)} }
				if got := porcupine.CheckOperationsTimeout(model, history, time.Minute); got != porcupine.Ok {
					h.Errorf("case %s: %s: no order explains %v", ids[i], got, history)
				}
			}
		}
		if unanswered == 0 || stale == 0 {
			h.Errorf("too little happened to show anything: %d asked, %d stale, %d unanswered", asked, stale, unanswered)
		}
		figures.add("T6 histories under kills, "+h.engine, "%d histories of 8 clients with %d kills, %d requests, %d of them refused as stale, %d without an answer: 0 without an order", histories, kills, asked, stale, unanswered)
	})
}

// histories lets eight clients read and amend cases, each any of them, while the program is killed and started once.
func (h *house) histories(ids []string) [][]porcupine.Operation {
	h.Helper()
	var clock atomic.Int64
	var mu sync.Mutex
	out := make([][]porcupine.Operation, len(ids))
	ctx, stop := context.WithCancel(h.Context())
	var all sync.WaitGroup
	for client := range 8 {
		chance := rand.New(rand.NewPCG(rand.Uint64(), uint64(client)))
		all.Go(func() {
			seen := make([]int, len(ids))
			for n := 0; ctx.Err() == nil; n++ {
				i, in := chance.IntN(len(ids)), wanted{}
				if seen[i] > 0 && chance.IntN(3) > 0 {
					in = wanted{seen[i], fmt.Sprintf("%d 说第 %d 次", client, n)}
				}
				at := h.address.Load()
				call := clock.Add(1)
				got := h.wants(ids[i], in)
				back := clock.Add(1)
				if got.status == 0 {
					back = 1 << 60
				}
				if got.version > 0 {
					seen[i] = got.version
				}
				mu.Lock()
				out[i] = append(out[i], porcupine.Operation{ClientId: client, Input: in, Call: call, Output: got, Return: back})
				mu.Unlock()
				for got.status == 0 && ctx.Err() == nil && h.address.Load() == at { // nobody knocks where somebody else may live by now
					pause(ctx, 5*time.Millisecond)
				}
			}
		})
	}
	h.until(&clock, 240) // two ticks a request
	time.Sleep(drawn(50 * time.Millisecond))
	h.program.Kill()
	h.start()
	h.until(&clock, clock.Load()+120)
	stop()
	all.Wait()
	return out
}

// until waits for so much to have happened, however busy the machine is.
func (h *house) until(clock *atomic.Int64, tick int64) {
	h.Helper()
	for late := time.Now().Add(30 * time.Second); clock.Load() < tick; time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			h.Fatal("nothing happens any more")
		}
	}
}

func (h *house) wants(id string, in wanted) stands {
	var a answer
	if in.version == 0 {
		a = h.ask(nil, "GET", "/api/v1/cases/"+id, h.chair, "", nil)
	} else {
		a = h.amend(id, in.version, in.title)
	}
	if a.took > cut+margin {
		h.Errorf("%+v took %s: %v", in, a.took, a.err)
	}
	out := stands{status: a.status}
	switch a.status {
	case 200:
		out.version, out.title = int(a.number("version")), a.text("title")
	case 412, 0:
	default:
		h.Errorf("%d %s", a.status, a.body)
	}
	return out
}

// A lost write, and a look that is older than an answer before it, have no order.
func TestT6_ALostWriteIsSeen(t *testing.T) {
	model := register
	model.Init = func() any { return stands{200, 1, "a"} }
	write := func(title string, call, back int64) porcupine.Operation {
		return porcupine.Operation{Input: wanted{1, title}, Call: call, Output: stands{200, 2, title}, Return: back}
	}
	look := func(version int, title string, call int64) porcupine.Operation {
		return porcupine.Operation{Input: wanted{}, Call: call, Output: stands{200, version, title}, Return: call + 1}
	}
	lost := porcupine.Operation{Input: wanted{1, "b"}, Call: 1, Output: stands{}, Return: 1 << 60}
	for name, c := range map[string]struct {
		history []porcupine.Operation
		fine    bool
	}{
		"two had their way":                     {[]porcupine.Operation{write("b", 1, 3), write("c", 2, 4)}, false},
		"an old look":                           {[]porcupine.Operation{write("b", 1, 3), look(1, "a", 5)}, false},
		"one write":                             {[]porcupine.Operation{write("b", 1, 3), look(2, "b", 5)}, true},
		"no answer, and it happened":            {[]porcupine.Operation{lost, look(1, "a", 2), look(2, "b", 4)}, true},
		"no answer, and it did not":             {[]porcupine.Operation{lost, look(1, "a", 2), write("c", 4, 5), look(2, "c", 6)}, true},
		"no answer, it happened and was undone": {[]porcupine.Operation{lost, look(2, "b", 2), look(1, "a", 4)}, false},
	} {
		if porcupine.CheckOperations(model, c.history) != c.fine {
			t.Errorf("%s: taken wrongly", name)
		}
	}
}
