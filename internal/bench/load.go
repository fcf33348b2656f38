package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fengqiao/internal/bench/running"
)

const (
	clients    = 8  // that ask at the same time
	perAddress = 25 // requests from one address: the product lets nobody file more than 30 at once
)

// operation is one kind of request; both programs get the same ones.
type operation struct {
	name, what string
	login      string
	requests   int     // in a round
	most       float64 // times the floor's processor time; 0: no bound
	ask        func(n int) ask
	check      func(n int, body []byte) error
}

type ask struct {
	method, path, body, key string
	status                  int // that is right
}

// crowd sends requests.
type crowd struct {
	tokens    map[string]string // by login
	postgres  int               // the postmaster's process
	asked     int               // requests so far: no two are the same
	addresses atomic.Uint32
}

// client is somebody at an address of their own, with one connection.
func (c *crowd) client() *http.Client { return running.Somebody(c.addresses.Add(1), time.Minute) }

// round sends one round of an operation to a program and measures it.
func (c *crowd) round(ctx context.Context, p *program, op operation, requests int) (round, error) {
	first := c.asked
	c.asked += requests
	before, err := c.clocks(p)
	if err != nil {
		return round{}, err
	}
	began := time.Now()
	waits, err := c.all(ctx, p, op, first, requests)
	out := round{requests: requests, took: time.Since(began), waits: waits}
	if err != nil {
		return out, fmt.Errorf("%s at the %s: %w", op.name, p.Name, err)
	}
	after, err := c.clocks(p)
	out.server, out.database = after[0]-before[0], after[1]-before[1]
	return out, errors.Join(err, p.weigh())
}

// program is a server under measurement.
type program struct {
	*running.Program
	memory memory // the most that was held when a round ended, and at any moment
}

// start runs a server; what it logs goes to a file in the folder.
func start(ctx context.Context, folder, name, path string, env []string, args ...string) (*program, error) {
	p, err := running.Start(ctx, folder, name, path, env, args...)
	if err != nil {
		return nil, err
	}
	return &program{Program: p}, nil
}

// weigh looks how much memory the program holds after a round.
func (p *program) weigh() error {
	m, err := memoryOf(p.PID)
	p.memory = memory{now: max(m.now, p.memory.now), most: m.most}
	return err
}

// clocks are the processor time of the program and of the database up to now.
func (c *crowd) clocks(p *program) ([2]time.Duration, error) {
	server, err := timesOf(p.PID)
	if err != nil {
		return [2]time.Duration{}, err
	}
	database, err := treeTime(c.postgres)
	return [2]time.Duration{server.own, database}, err
}

// all lets the clients share the requests; the first failure ends the round.
func (c *crowd) all(ctx context.Context, p *program, op operation, first, requests int) ([]time.Duration, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var next atomic.Int64
	var wg sync.WaitGroup
	waits, failed := make([]time.Duration, requests), make([]error, clients)
	for i := range clients {
		wg.Go(func() {
			if failed[i] = c.some(ctx, p, op, first, waits, &next); failed[i] != nil {
				stop()
			}
		})
	}
	wg.Wait()
	for _, err := range failed {
		if err != nil && !errors.Is(err, context.Canceled) {
			return nil, err
		}
	}
	return waits, errors.Join(failed...)
}

// some is one client's share.
func (c *crowd) some(ctx context.Context, p *program, op operation, first int, waits []time.Duration, next *atomic.Int64) error {
	client := c.client()
	for done := 1; ; done++ {
		i := int(next.Add(1)) - 1
		if i >= len(waits) {
			client.CloseIdleConnections()
			return nil
		}
		began := time.Now()
		body, err := c.send(ctx, client, p.Address, op.login, op.ask(first+i))
		waits[i] = time.Since(began)
		if err == nil {
			err = op.check(first+i, body)
		}
		if err != nil {
			return err
		}
		if done%perAddress == 0 {
			client.CloseIdleConnections()
			client = c.client()
		}
	}
}

// send makes one request and reads its answer, which must have the right status.
func (c *crowd) send(ctx context.Context, client *http.Client, address, login string, a ask) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, a.method, address+a.path, strings.NewReader(a.body))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", a.method, a.path, err)
	}
	for name, value := range map[string]string{"Authorization": bearer(c.tokens[login]), "Idempotency-Key": a.key} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if a.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	body, err := receive(client, r, a.status)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", a.method, a.path, err)
	}
	return body, nil
}

func bearer(token string) string {
	if token == "" {
		return ""
	}
	return "Bearer " + token
}

func receive(client *http.Client, r *http.Request, status int) ([]byte, error) {
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != status {
		err = fmt.Errorf("status %d, not %d: %.500s", answer.StatusCode, status, body)
	}
	return body, err
}
