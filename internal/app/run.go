package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"

	"fengqiao/internal/actor"
	"fengqiao/internal/backup"
	"fengqiao/internal/calendar"
	"fengqiao/policies"
)

const (
	mostConnections = 4096
	stopTime        = 20 * time.Second // for what is in flight when the program is told to stop
	metricTime      = 5 * time.Second
)

// Run serves until ctx ends, then lets what is in flight finish.
func (a *App) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	listener, err := a.doorway(ctx)
	if err != nil {
		return err
	}
	metrics, err := a.serveMetrics(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	a.Listen = listener.Addr().String()
	a.announce(ctx)
	go a.everyHour(ctx)
	var relay sync.WaitGroup
	relay.Go(func() { a.Relay.Run(ctx) })
	relay.Go(func() { a.keepWords(ctx) })
	relay.Go(func() { a.everyMinute(ctx) })
	relay.Go(func() { a.everyMinuteBeside(ctx) })
	relay.Go(func() { a.Exchange.Run(ctx, a.Log) })
	failed := make(chan error, 1)
	go func() { failed <- a.serve(netutil.LimitListener(listener, mostConnections)) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	stop()
	defer relay.Wait()
	if err != nil { // where the door itself failed there is none to leave
		return errors.Join(err, a.stop(metrics, lateTime))
	}
	wait := standTime
	switch door := listener.(type) {
	case *entrance:
		if bad := door.latch(); bad != nil { // then it is closed at once
			a.Log.Info("the door is not latched", "err", bad)
			wait = lateTime
		}
	case *lent:
		door.leave()
	}
	return a.stop(metrics, wait)
}

// doorway is where people come in. Where systemd holds the socket (fengqiao.socket) it is taken over from there: whoever comes
// while one process ends and the next begins then waits a moment, and nobody is turned away. Such a door is lent: the next one stands at it.
func (a *App) doorway(ctx context.Context) (l net.Listener, err error) {
	given, err := activation.Listeners()
	if err != nil || len(given) == 0 {
		return listen(ctx, a.Listen)
	}
	l = given[0]
	if l == nil || len(given) > 1 {
		return nil, unfit("systemd must give one socket of TCP")
	}
	if !a.Secure() && !isLoopback(l.Addr().String()) {
		return nil, unfit("plain http is served on this machine only: systemd's socket is %s", l.Addr())
	}
	return &lent{Listener: l, left: make(chan struct{}), closed: make(chan struct{})}, nil
}

// lent is a door that another stands at when this program has left it.
type lent struct {
	net.Listener
	left, closed chan struct{}
	once         sync.Once
}

// leave takes nobody new: whoever comes waits for the next program. Whoever was taken already is still served: a server that is told to
// stop cuts off a request that it had not begun to read.
func (d *lent) leave() {
	close(d.left)
	if l, ok := d.Listener.(interface{ SetDeadline(t time.Time) error }); ok {
		_ = l.SetDeadline(time.Unix(1, 0)) // who waits for somebody waits no longer
	}
}

// Accept takes whoever is next; once the door was left, nobody, until it is closed.
func (d *lent) Accept() (net.Conn, error) {
	select {
	case <-d.left:
	default:
		c, err := d.Listener.Accept()
		select {
		case <-d.left:
			if err == nil {
				return c, nil
			}
		default:
			return c, err
		}
	}
	<-d.closed
	return nil, net.ErrClosed
}

// Close closes the program's own hold of it.
func (d *lent) Close() error {
	d.once.Do(func() { close(d.closed) })
	return d.Listener.Close()
}

// entrance is a door of our own, which can be latched before it is closed.
type entrance struct {
	net.Listener
	latched atomic.Bool
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var plain net.ListenConfig
	plain.SetMultipathTCP(false) // a door of several ways cannot be latched
	l, err := plain.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, unfit("cannot listen on %s: %v", address, err)
	}
	return &entrance{Listener: l}, nil
}

func (a *App) serve(l net.Listener) error {
	var err error
	if a.TLSCert != "" {
		err = a.Echo.Server.ServeTLS(l, a.TLSCert, a.TLSKey)
	} else {
		err = a.Echo.Server.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve: %w", err)
}

// serveMetrics shows the figures on a listener of their own, away from the public one.
func (a *App) serveMetrics(ctx context.Context) (*http.Server, error) {
	s := &http.Server{ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
	if a.MetricsListen == "" {
		return s, nil
	}
	l, err := listen(ctx, a.MetricsListen)
	if err != nil {
		return nil, err
	}
	a.Metrics.Registry.MustRegister(a.givenUp(), a.guarded(actor.AdminSecurity, "fengqiao_security_days", "safety"), a.guarded(actor.AdminAudit, "fengqiao_audit_days", "audit"),
		a.policyShown(), a.unsealed(), a.backedUp(), a.failed)
	for _, c := range slices.Concat(a.hourly(), a.minutely(), a.beside(), a.nightly(), a.checks()) {
		a.failed.WithLabelValues(c.name) // 0 before it is done for the first time
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.Metrics.Handler())
	s.Handler = mux
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.Log.Error("metrics not served", "err", err)
		}
	}()
	return s, nil
}

// givenUp is how many messages nobody tries any more, asked of the database whenever somebody looks.
func (a *App) givenUp() prometheus.GaugeFunc {
	o := prometheus.GaugeOpts{Name: "fengqiao_messages_given_up", Help: "Messages that could not be sent and wait for somebody; NaN where the database does not say."}
	return prometheus.NewGaugeFunc(o, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), metricTime)
		defer cancel()
		n, err := a.Relay.CountGivenUp(ctx)
		if err != nil {
			return math.NaN()
		}
		return float64(n)
	})
}

// guarded is for how many days somebody administers the safety of something, or its audit: without anybody, nobody gives posts or resets
// passwords, and nobody reads who did.
func (a *App) guarded(role actor.Role, name, what string) prometheus.GaugeFunc {
	o := prometheus.GaugeOpts{Name: name, Help: "Days until nobody is administrator of " + what + " any more; +Inf: until further notice; NaN where the database does not say."}
	return prometheus.NewGaugeFunc(o, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), metricTime)
		defer cancel()
		g, err := a.Accounts.Guarded(ctx, role, "")
		switch {
		case err != nil:
			return math.NaN()
		case g.Until.IsZero():
			return math.Inf(1)
		}
		return float64(g.Until.Since(calendar.DayOf(a.Now())))
	})
}

// unsealed is in how many counties seals are missing, so that nothing is sealed there until an operator looked.
func (a *App) unsealed() prometheus.GaugeFunc {
	o := prometheus.GaugeOpts{Name: "fengqiao_seals_refused", Help: "Counties whose record is not sealed because seals are missing or do not hold, when this process looked last."}
	return prometheus.NewGaugeFunc(o, func() float64 { return float64(a.Seals.Refused()) })
}

// backedUp is how old the last backup is: one is written by a command beside the server, which notes it in the data folder.
func (a *App) backedUp() prometheus.GaugeFunc {
	o := prometheus.GaugeOpts{Name: "fengqiao_backup_age_seconds", Help: "Since the last backup of this data folder was begun; +Inf where none is noted."}
	return prometheus.NewGaugeFunc(o, func() float64 {
		at, noted := backup.LastTaken(a.Data)
		if !noted {
			return math.Inf(1)
		}
		return a.Now().Sub(at).Seconds()
	})
}

// policyShown tells which policy this process decides by: two that run side by side for long may decide differently.
func (a *App) policyShown() prometheus.GaugeFunc {
	sum := sha256.Sum256([]byte(policies.Model + policies.Policy))
	o := prometheus.GaugeOpts{Name: "fengqiao_policy", Help: "1, with the digest of the policy.", ConstLabels: prometheus.Labels{"digest": hex.EncodeToString(sum[:6])}}
	return prometheus.NewGaugeFunc(o, func() float64 { return 1 })
}

func (a *App) stop(metrics *http.Server, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	time.Sleep(wait)
	err := a.Echo.Server.Shutdown(ctx)
	time.Sleep(lateTime)
	return errors.Join(err, a.Echo.Server.Shutdown(ctx), metrics.Close())
}

const (
	// standTime is for whoever stands at a latched door, or is on the way through it: the last step of a handshake takes as long as a slow
	// network does, and whoever was not let in asks again after a second. At a lent one it is for those who were taken and have not asked yet.
	standTime = 500 * time.Millisecond
	// lateTime is for a connection that was taken in the moment in which the door was closed and that the server did not count yet: without
	// it, one request in some thousands was cut off in an exchange of programs on a busy machine.
	lateTime = 100 * time.Millisecond
)

// announce tells the operator where to go. The line with the address is the last: what waits for it finds the rest said.
func (a *App) announce(ctx context.Context) {
	if !a.Secure() {
		a.Log.InfoContext(ctx, "plain http on this machine only: session cookies without Secure")
	}
	token, err := a.Accounts.InviteFirst(ctx)
	switch {
	case err != nil:
		a.Log.ErrorContext(ctx, "no link for the first administrator", "err", err)
	case token != "":
		fmt.Fprintf(a.Out, "There is no account yet. Enter the first administrator at %s/first-admin/%s (once, within a day)\n", a.Address(), token)
	}
	fmt.Fprintf(a.Out, "Fengqiao %s listens on %s\n", a.Version, a.Address())
}

// Address is where the program is found.
func (o Options) Address() string {
	scheme := "http"
	if o.TLSCert != "" {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(o.Listen)
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
