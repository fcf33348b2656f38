package rest

import (
	"cmp"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rate is how often one client may come: steadily, at once, and how long it is made to wait before it is refused. Many
// residents share one address, so a throttle slows first.
type Rate struct {
	PerSecond float64
	Burst     int
	Wait      time.Duration
}

// Throttle counts clients.
type Throttle struct {
	rate    Rate
	now     func() time.Time
	mu      sync.Mutex
	clients map[string]*rate.Limiter
}

const mostClients = 20_000 // remembered at once; about 4 MiB

// NewThrottle makes a throttle.
func NewThrottle(r Rate, now func() time.Time) *Throttle {
	return &Throttle{rate: r, now: now, clients: map[string]*rate.Limiter{}}
}

const retryAfter = "retry_after" // the public member that becomes the header

// Admit returns when the client may go on. Fault TooMany when it would have to wait too long.
func (t *Throttle) Admit(ctx context.Context, client string) error {
	now := t.now()
	r := t.limiter(client, now).ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	if wait > t.rate.Wait {
		r.CancelAt(now)
		return fault.New(fault.TooMany, "", "操作太频繁了，请过一会儿再试。",
			"Too many requests; please wait a little and try again.").With(retryAfter, int(wait.Seconds())+1)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *Throttle) limiter(client string, now time.Time) *rate.Limiter {
	key := cmp.Or(ident.Network(client), client)
	t.mu.Lock()
	defer t.mu.Unlock()
	l, ok := t.clients[key]
	if !ok {
		if len(t.clients) >= mostClients {
			t.forget(now)
		}
		l = rate.NewLimiter(rate.Limit(t.rate.PerSecond), t.rate.Burst)
		t.clients[key] = l
	}
	return l
}

// Remembered is how many clients are counted now.
func (t *Throttle) Remembered() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.clients)
}

// forget drops clients that have been away long enough to begin anew, and when that is not enough, any.
func (t *Throttle) forget(now time.Time) {
	for key, l := range t.clients {
		if l.TokensAt(now) >= float64(t.rate.Burst) {
			delete(t.clients, key)
		}
	}
	for key := range t.clients {
		if len(t.clients) < mostClients*3/4 {
			return
		}
		delete(t.clients, key)
	}
}
