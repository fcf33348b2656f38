package rest

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"fengqiao/internal/discreet"
)

// observe names the request, and when it is over writes one line of log and counts it. Neither holds anything of the
// address but the pattern of its route, and nothing of who asked.
func (o Options) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := o.Now()
		id := requestID(c.Request())
		c.Response().Header().Set(requestIDHeader, id)
		ctx := context.WithValue(c.Request().Context(), requestIDKey{}, id)
		c.SetRequest(c.Request().WithContext(ctx))
		cut := true
		defer func() { o.record(c, o.Now().Sub(began), cut) }()
		if err := next(c); err != nil {
			c.SetRequest(c.Request().WithContext(ctx)) // the inner time limits have ended with what they limited
			c.Error(err)
		}
		cut = false
		return nil
	}
}

func (o Options) record(c echo.Context, took time.Duration, cut bool) {
	route, method, status := c.Path(), c.Request().Method, c.Response().Status
	if route == "" {
		route = "none"
	}
	if !knownMethods[method] {
		method = "other"
	}
	o.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request", slog.String("method", method),
		slog.String("route", route), slog.Int("status", status), slog.Int64("bytes", c.Response().Size),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.Bool("cut", cut))
	if o.Metrics != nil {
		o.Metrics.count(method, route, status, took)
	}
}

var knownMethods = map[string]bool{http.MethodGet: true, http.MethodHead: true, http.MethodPost: true, http.MethodPut: true,
	http.MethodPatch: true, http.MethodDelete: true, http.MethodOptions: true}

// Metrics are counted on a registry of their own, by route pattern.
type Metrics struct {
	Registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// NewMetrics makes a registry with the program's own figures and those of its requests.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fengqiao_requests_total",
			Help: "Requests answered."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "fengqiao_request_seconds",
			Help: "Time from a request's first byte to its answer's last.", Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 10)},
			[]string{"method", "route"}),
	}
	m.Registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *Metrics) count(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(method, route).Observe(took.Seconds())
}

// Handler shows the figures in the form that Prometheus reads.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{})
}

// LogHandler adds the request's id to every line that is written while it is served, and tells errors without the values that a database
// repeats in them: whatever is logged, by whichever room, goes through it.
func LogHandler(inner slog.Handler) slog.Handler { return logHandler{inner} }

type logHandler struct{ slog.Handler }

func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	told := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		told.AddAttrs(discreet.Attr(a))
		return true
	})
	if id := RequestID(ctx); id != "" {
		told.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, told)
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	told := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		told[i] = discreet.Attr(a)
	}
	return logHandler{h.Handler.WithAttrs(told)}
}

func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.Handler.WithGroup(name)} }
