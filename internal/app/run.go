package app

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
)

const (
	mostConnections = 4096
	stopTime        = 20 * time.Second // for what is in flight when the program is told to stop
	tidyEvery       = time.Hour
	addUpEvery      = time.Minute
	checkHour       = 3 // in the morning in China: the quiet hour in which months are looked at
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
	go a.tidy(ctx)
	var relay sync.WaitGroup
	relay.Go(func() { a.Relay.Run(ctx) })
	relay.Go(func() { a.keepWords(ctx) })
	relay.Go(func() { a.addUp(ctx) })
	relay.Go(func() { a.Exchange.Run(ctx, a.Log) })
	failed := make(chan error, 1)
	go func() { failed <- a.serve(netutil.LimitListener(listener, mostConnections)) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	stop()
	defer relay.Wait()
	return errors.Join(err, a.stop(metrics))
}

// doorway is where people come in. Where systemd holds the socket (fengqiao.socket) it is taken over from there: whoever comes
// while one process ends and the next begins then waits a moment, and nobody is turned away.
func (a *App) doorway(ctx context.Context) (net.Listener, error) {
	given, err := activation.Listeners()
	if err != nil || len(given) == 0 {
		return listen(ctx, a.Listen)
	}
	l := given[0]
	if l == nil || len(given) > 1 {
		return nil, unfit("systemd must give one socket of TCP")
	}
	if !a.Secure() && !isLoopback(l.Addr().String()) {
		return nil, unfit("plain http is served on this machine only: systemd's socket is %s", l.Addr())
	}
	return l, nil
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, unfit("cannot listen on %s: %v", address, err)
	}
	return l, nil
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
	a.Metrics.Registry.MustRegister(a.givenUp())
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

func (a *App) stop(metrics *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	return errors.Join(a.Echo.Server.Shutdown(ctx), metrics.Close())
}

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

// tidy removes what is past, once an hour, and opens the tasks whose day has come.
func (a *App) tidy(ctx context.Context) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if err := a.forget(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "tidying failed", "err", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if _, err := a.Flags.Sweep(ctx); err != nil && ctx.Err() == nil { // by night, each county once
			a.Log.ErrorContext(ctx, "looking through the cases failed", "err", err)
		}
	}
}

func (a *App) forget(ctx context.Context) error {
	err := a.Store.Do(ctx, actor.System, cityOffices, func(tx *db.Tx) error {
		if _, err := tx.Forget(); err != nil {
			return err
		}
		return a.Accounts.Forget(tx)
	})
	_, drafts := a.Filing.ForgetDrafts(ctx)
	_, written := a.Workshop.ForgetDrafts(ctx)
	files := a.Store.Do(ctx, actor.System, cityOffices, func(tx *db.Tx) error {
		_, err := a.Files.Sweep(tx)
		return err
	})
	_, swept := a.Cases.Sweep(ctx) // what time alone brings about
	_, ledgers := a.Exchange.Forget(ctx)
	_, tables := a.Enrolment.Forget(ctx)
	_, sealed := a.Seals.Sweep(ctx)
	noted := a.Turning.Note(ctx)
	return errors.Join(err, drafts, written, files, swept, ledgers, tables, sealed, noted)
}

// addUp adds up the months that are over or changed and ends the waiting of filings whose time has come and carries out approved lists of destruction, once a minute, and looks once a night whether all of them are right.
func (a *App) addUp(ctx context.Context) {
	tick := time.NewTicker(addUpEvery)
	defer tick.Stop()
	checked := calendar.DayOf(a.Now())
	for {
		if _, err := a.Rollup.Roll(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "months not added up", "err", err)
		}
		if _, err := a.Holding.Sweep(ctx); err != nil && ctx.Err() == nil { // somebody in fear waits an hour and not two
			a.Log.ErrorContext(ctx, "filings that wait were not looked through", "err", err)
		}
		if _, err := a.Disposal.CarryOut(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "dossiers of approved lists were not all destroyed", "err", err)
		}
		if today := calendar.DayOf(a.Now()); today != checked && calendar.Local(a.Now()).Hour() >= checkHour {
			checked = today
			if _, err := a.Rollup.Check(ctx); err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "months not checked", "err", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// keepWords keeps the words of cases from before the search, in the background.
func (a *App) keepWords(ctx context.Context) {
	for {
		n, err := a.Cases.KeepWords(ctx)
		if err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "words of cases not kept", "err", err)
		}
		if err != nil || n == 0 {
			return
		}
	}
}
