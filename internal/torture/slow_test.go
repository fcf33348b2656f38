package torture

import (
	"errors"
	"fengqiao/internal/db/dbtest"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	crowd    = 500 // slow clients
	headCut  = 5 * time.Second
	bodyCut  = 10 * time.Second
	oneDrop  = 900 * time.Millisecond
	othersBy = 500 * time.Millisecond // by then 99 of 100 others are answered
)

// Five hundred who dribble their headers, or their forms, or read what they asked for by the byte, starve nobody: they are
// cut, and whoever comes beside them is answered as if they were not there.
func TestT20_SlowClientsStarveNobody(t *testing.T) {
	beside(t)
	engine := dbtest.Dialects()[0]
	if engine != "sqlite" && !long() {
		t.Skip("this is asked on sqlite")
	}
	h := newHouse(t, engine, dbtest.URL(t, engine), t.TempDir())
	b := h.newBook()
	if err := h.fileOne(b); err != nil {
		t.Fatal(err)
	}
	id := b.filings[1].id
	head := "POST %s HTTP/1.1\r\nHost: x\r\n"
	for name, slow := range map[string]struct {
		opening string
		drop    string
		cutAt   time.Duration
		reads   bool
	}{
		"headers":        {fmt.Sprintf(head, "/api/v1/sessions"), "X-a: b\r\n", headCut, false},
		"API body":       {fmt.Sprintf(head, "/api/v1/sessions") + "Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n", " ", bodyCut, false},
		"form of a page": {fmt.Sprintf(head, "/sign-in") + "Origin: http://x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n", "a", bodyCut, false},
		"reading a page": {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", 0, true},
	} {
		if !long() && slow.cutAt != headCut {
			continue
		}
		t.Run(name, func(t *testing.T) {
			h := &house{T: t, engine: h.engine, resident: h.resident, chair: h.chair, program: h.program, metrics: h.metrics}
			h.address.Store(h.program.Address)
			held := h.dribble(slow.opening, slow.drop, max(slow.cutAt, 3*time.Second)+2*time.Second, slow.reads)
			took := h.beside(id, max(slow.cutAt, 3*time.Second))
			lasted := held()
			p99 := took[len(took)*99/100]
			if slow.cutAt > 0 && lasted > slow.cutAt+margin {
				t.Errorf("a slow client was served for %s", lasted)
			}
			if p99 > othersBy && long() || p99 > 4*othersBy { // the tests of other rooms run beside the short share
				t.Errorf("beside them others waited %s", p99)
			}
			figures.add("T20 slow clients: "+name, "%d connections, cut after %s at most; %d requests beside them, 99 of 100 within %s", crowd, lasted.Round(10*time.Millisecond), len(took), p99.Round(time.Millisecond))
		})
	}
}

// dribble opens all connections and keeps each with a drop now and then, until it is cut or time is up. It gives the longest
// that one was held.
func (h *house) dribble(opening, drop string, most time.Duration, reads bool) (wait func() time.Duration) {
	h.Helper()
	address := strings.TrimPrefix(h.program.Address, "http://")
	var all sync.WaitGroup
	held := make([]time.Duration, crowd)
	for i := range crowd {
		all.Go(func() {
			dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 9, byte(i>>8), byte(i))}}
			conn, err := dialer.Dial("tcp", address)
			if err != nil {
				h.Error(err)
				return
			}
			defer conn.Close()
			if reads {
				_ = conn.(*net.TCPConn).SetReadBuffer(1024)
			}
			began := time.Now()
			_, _ = conn.Write([]byte(opening))
			held[i] = hold(conn, began, drop, most, reads)
		})
	}
	return func() time.Duration {
		all.Wait()
		return slices.Max(held)
	}
}

// hold keeps a connection until it is cut.
func hold(conn net.Conn, began time.Time, drop string, most time.Duration, reads bool) time.Duration {
	buf := make([]byte, 1)
	for time.Since(began) < most {
		if drop != "" {
			_, _ = conn.Write([]byte(drop)) // what is cut is seen by reading
		}
		_ = conn.SetReadDeadline(time.Now().Add(oneDrop))
		_, err := conn.Read(buf)
		var timeout net.Error
		if err != nil && (!errors.As(err, &timeout) || !timeout.Timeout()) {
			break
		}
		if err == nil && !reads { // an answer: it is over
			break
		}
		if reads {
			time.Sleep(oneDrop)
		}
	}
	return time.Since(began)
}

// beside is how long others wait, sorted: some who read and who file, 40 a second.
func (h *house) beside(id string, during time.Duration) (took []time.Duration) {
	h.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	ends := time.Now().Add(during)
	for i := range 4 {
		all.Go(func() {
			c := h.newCaller()
			defer c.CloseIdleConnections()
			for n := 0; time.Now().Before(ends); n++ {
				var a answer
				switch (n + i) % 4 {
				case 0:
					a = h.ask(nil, "POST", "/api/v1/cases", h.resident, "", dispute(0))
				case 1:
					a = h.ask(c.Client, "GET", "/mine/"+id, h.resident, "", nil)
				default:
					a = h.ask(c.Client, "GET", "/api/v1/cases/"+id, h.resident, "", nil)
				}
				if a.status != 200 && a.status != 201 {
					h.Errorf("beside slow clients: %d %v", a.status, a.err)
				}
				mu.Lock()
				took = append(took, a.took)
				mu.Unlock()
				time.Sleep(100*time.Millisecond - min(a.took, 90*time.Millisecond))
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	return took
}
