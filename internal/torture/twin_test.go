package torture

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/bench/running"
	"fengqiao/internal/db/dbtest"
)

// Two programs on one PostgreSQL are one to whoever comes: a session holds at both and ends at both at once, guesses add up,
// one key is one case, and no message leaves twice.
func TestTwoProgramsAreOne(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "postgres") {
		t.Skip("this is asked on postgres")
	}
	one := newHouse(t, "postgres", dbtest.URL(t, "postgres"), t.TempDir())
	two := one.twin()
	both := []*house{one, two}
	t.Run("sessions", func(t *testing.T) {
		token := one.session("lin")
		for _, h := range both {
			if a := h.ask(nil, "GET", "/api/v1/cases", token, "", nil); a.status != 200 {
				t.Errorf("a session of the other: %d", a.status)
			}
		}
		one.ask(nil, "DELETE", "/api/v1/sessions/current", token, "", nil)
		for i, h := range both {
			if a := h.ask(nil, "GET", "/api/v1/cases", token, "", nil); a.status != 401 {
				t.Errorf("after signing out at the first, program %d: %d", i+1, a.status)
			}
		}
	})
	t.Run("guesses", func(t *testing.T) {
		var got []int
		for i := range 8 {
			a := both[i%2].ask(nil, "POST", "/api/v1/sessions", "", "", map[string]string{"login": "zheng", "password": "a guess"})
			got = append(got, a.status)
		}
		if want := []int{401, 401, 401, 401, 401, 429, 429, 429}; !slices.Equal(got, want) {
			t.Errorf("guesses at both in turn: %v, want %v", got, want)
		}
	})
	t.Run("one key", func(t *testing.T) { one.hundred(both, "one button, two programs") })
	t.Run("messages", func(t *testing.T) {
		sent := 0
		for n := 2; n < 22; n++ {
			a := one.ask(nil, "POST", "/api/v1/cases", one.resident, "", dispute(n))
			if a.status != 201 {
				t.Fatal(a.status, string(a.body))
			}
			if _, err := invite(both[n%2], a); err != nil {
				t.Fatal(err)
			}
			sent++
		}
		one.within(15*time.Second, "all messages are sent", func() bool { return len(one.messages()) >= sent })
		time.Sleep(2 * time.Second) // for one that would leave a second time
		times := map[string]int{}
		for _, m := range one.messages() {
			times[m]++
		}
		for m, n := range times {
			if n > 1 {
				t.Errorf("sent %d times: %s", n, m)
			}
		}
		figures.add("Two programs on one PostgreSQL", "sessions, guesses and keys hold across them; %d messages, each sent once", len(times))
	})
	two.program.Stop()
	one.command("", "verify")
}

// twin is a second program on the same database, keys and files.
func (h *house) twin() *house {
	h.Helper()
	twin := &house{T: h.T, engine: h.engine, database: h.database, data: h.data, rows: h.rows, resident: h.resident, chair: h.chair}
	twin.callers.Store(1 << 20)
	twin.start()
	h.Cleanup(twin.program.Stop)
	return twin
}

// invite asks the other side of a case, by a text message.
func invite(h *house, filed answer) (answer, error) {
	var c struct {
		ID      string
		Parties []struct{ ID, Role string }
	}
	if err := json.Unmarshal(filed.body, &c); err != nil {
		return answer{}, err
	}
	for _, p := range c.Parties {
		if p.Role != "respondent" {
			continue
		}
		a := h.ask(nil, "POST", "/api/v1/cases/"+c.ID+"/invitations", h.chair, "", map[string]any{"party_id": p.ID, "channel": "sms"})
		if a.status != http.StatusCreated {
			return a, fmt.Errorf("invitation: %d %s", a.status, a.body)
		}
		return a, nil
	}
	return answer{}, errNone
}

// messages are the lines that were written to be sent.
func (h *house) messages() (out []string) {
	paths, _ := filepath.Glob(filepath.Join(h.data, "messages", "*.jsonl"))
	for _, p := range paths {
		text, _ := os.ReadFile(p)
		for line := range strings.Lines(string(text)) {
			var m map[string]any
			if json.Unmarshal([]byte(line), &m) == nil {
				out = append(out, fmt.Sprint(m["to"], m["text"]))
			}
		}
	}
	return out
}

// Two programs that begin at the same moment on an empty database, as after a power cut or a rolling upgrade, both come up.
func TestTwoProgramsBeginAtOnce(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(dbtest.Dialects(), "postgres") {
		t.Skip("this is asked on postgres")
	}
	beside := dbtest.URL(t, "postgres")
	for range rounds(1, 20) {
		database, data := fresh(t, beside), t.TempDir()
		keys, err := running.Start(t.Context(), data, "keys", path, clean(), "serve", "--listen", "127.0.0.1:0", "--metrics-listen=", "--database-url", "sqlite:"+t.TempDir()+"/f.db", "--data", data)
		if err != nil {
			t.Fatal(err)
		}
		keys.Stop() // which every machine has, but the first on its first day
		var all sync.WaitGroup
		for i := range 2 {
			all.Go(func() {
				p, err := running.Start(t.Context(), data, fmt.Sprint("program", i), path, clean(), "serve", "--listen", "127.0.0.1:0", "--metrics-listen=", "--database-url", database, "--data", data)
				if err != nil {
					t.Error(err)
					return
				}
				p.Stop()
			})
		}
		all.Wait()
	}
	figures.add("Two programs begin at once", "%d times on an empty PostgreSQL: both come up", rounds(1, 20))
}
