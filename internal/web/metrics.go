package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// metrics counts requests, and reads the rest off the store and the service whenever somebody asks.
// Every label has few values: operations of the document, states, organisations of the store.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	clock     wrapcast.Clock
	// operations are the names of the operations by the patterns of the mux.
	operations map[string]string
}

func newMetrics(c Config, operations []api.Operation) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), clock: c.Clock, operations: map[string]string{},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wrapcast_http_requests_total",
			Help: "Requests answered, by operation of the API and status."}, []string{"operation", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "wrapcast_http_request_duration_seconds",
			Help: "How long answers took, streams left out.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1,
				.25,
				.5, 1, 2.5, 10}}, []string{"operation"})}
	for _, o := range operations {
		m.operations[o.Pattern()] = o.ID
	}
	built := prometheus.NewGauge(prometheus.GaugeOpts{Name: "wrapcast_build_info", Help: "Always 1.",
		ConstLabels: prometheus.Labels{"version": c.Version}})
	built.Set(1)
	m.registry.MustRegister(m.requests, m.durations, built, &storeCollector{c.Store, c.Clock},
		&platformCollector{c.Services},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

type patternKey struct{}

// observed counts every request; see named.
func (m *metrics) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, pattern := m.clock.Now(), ""
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		r = r.WithContext(context.WithValue(r.Context(), patternKey{}, &pattern))
		next.ServeHTTP(seen, r)
		operation := m.operationOf(pattern)
		m.requests.WithLabelValues(operation, strconv.Itoa(seen.status)).Inc()
		if !strings.HasPrefix(seen.Header().Get("Content-Type"), "text/event-stream") {
			m.durations.WithLabelValues(operation).Observe(m.clock.Since(began).Seconds())
		}
	})
}

// named passes on which pattern the mux has found, which it writes into the request it is given.
func (*metrics) named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if p, ok := r.Context().Value(patternKey{}).(*string); ok {
			*p = r.Pattern
		}
	})
}

// operationOf names what was asked for: an operation, "dashboard", or "none" where the request did not come as far.
func (m *metrics) operationOf(pattern string) string {
	if o, known := m.operations[pattern]; known {
		return o
	}
	if pattern == "/" {
		return "dashboard"
	}
	return "none"
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush implements http.Flusher, which streams need.
func (w *statusWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (w *statusWriter) Write(p []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(p)
}

// handler answers with the metrics to whoever may look.
func (m *metrics) handler(faults api.Faults) http.Handler {
	answer := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := access.WhoAsks(r.Context())
		if p := access.Refuse(who, who.Role, wrapcast.RoleViewer); p != nil {
			p.Detail += "; metrics tell of all organisations"
			faults.Answer(w, r, p.WithHint("send an API token that may look at all organisations: authorization in the "+
				"scrape settings"))
			return
		}
		answer.ServeHTTP(w, r)
	})
}

// storeCollector reads metrics off the store.
type storeCollector struct {
	store *store.Store
	clock wrapcast.Clock
}

func descriptionOf(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("wrapcast_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector; a collector that describes nothing is checked when it collects.
func (*storeCollector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c *storeCollector) Collect(to chan<- prometheus.Metric) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := c.store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Directory().Organisations()
		for _, o := range all {
			if err := collect(tx, o, c.clock.Now(), to); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		return collectMissed(tx, all, c.clock.Now(), to)
	})
	if err != nil {
		to <- prometheus.NewInvalidMetric(descriptionOf("store", "What the store holds."), err)
	}
}

func collect(tx *store.Tx, o wrapcast.Organisation, now time.Time, to chan<- prometheus.Metric) error {
	counts, err := tx.Counts(o.ID)
	if err != nil {
		return err
	}
	for name, states := range map[string][]store.StateCount{"runs": counts.Runs, "submissions": counts.Submissions,
		"deliveries": counts.Deliveries} {
		for _, s := range states {
			to <- gauge(name, "How many "+name+" are in which state.", float64(s.Count),
				[]string{"organisation", "state"},
				o.Name, s.State)
		}
	}
	v, err := tx.Version(o.ID)
	if err != nil {
		return err
	}
	at := []string{"organisation"}
	to <- gauge("audit_entries", "The length of the audit chain.", float64(v.AuditSeq), at, o.Name)
	to <- gauge("history_until_timestamp_seconds", "Up to when the history was read.", float64(v.ReadTo)/1000, at,
		o.Name)
	to <- gauge("runs_held", "How many runs validation, limits or silence held until a person looks.",
		float64(counts.Held), at, o.Name)
	good, err := tx.Runs().LastDone(o.ID)
	if err != nil {
		return err
	}
	if !good.IsZero() {
		to <- gauge("last_good_run_timestamp_seconds", "When the latest run ended that is done, all of it.",
			float64(good.UnixMilli())/1000, at, o.Name)
		to <- gauge("last_good_run_age_seconds", "How long ago that was.", now.Sub(good).Seconds(), at, o.Name)
	}
	runs, err := tx.Runs().Latest(o.ID, 1)
	for _, r := range runs {
		to <- gauge("last_run_timestamp_seconds", "When the latest run began, by how it stands.",
			float64(r.StartedAt.UnixMilli())/1000, []string{"organisation", "state"}, o.Name, string(r.State))
	}
	return err
}

// collectMissed counts, for every organisation, the schedules whose runs should have begun by now.
func collectMissed(tx *store.Tx, all []wrapcast.Organisation, now time.Time, to chan<- prometheus.Metric) error {
	missed, err := service.MissedIn(tx, now)
	if err != nil {
		return err
	}
	for _, o := range all {
		n := 0
		for _, m := range missed {
			if m.Organisation.ID == o.ID {
				n++
			}
		}
		to <- gauge("schedules_missed", "How many schedules should have begun a run and have not.", float64(n),
			[]string{"organisation"}, o.Name)
	}
	return nil
}

func gauge(name, help string, v float64, labels []string, values ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(descriptionOf(name, help, labels...), prometheus.GaugeValue, v, values...)
}

// platformCollector reads metrics off what the services have taken of the platform.
type platformCollector struct{ services []Served }

// Describe implements prometheus.Collector.
func (*platformCollector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c *platformCollector) Collect(to chan<- prometheus.Metric) {
	for _, s := range c.services {
		collectPlatform(s.Service, to)
	}
}

// collectPlatform reads what one organisation's service has taken. It is called as the settings call it, or as the
// platform does where they name one alone; "" until that is known.
func collectPlatform(s *service.Service, to chan<- prometheus.Metric) {
	u := s.Usage()
	metric := func(kind prometheus.ValueType, name, help string, v float64, more ...string) {
		labels, values := []string{"organisation"}, []string{s.Title()}
		for i := 0; i+1 < len(more); i += 2 {
			labels, values = append(labels, more[i]), append(values, more[i+1])
		}
		to <- prometheus.MustNewConstMetric(descriptionOf("platform_"+name, help, labels...), kind, v, values...)
	}
	count := func(name, help string, v float64, more ...string) {
		metric(prometheus.CounterValue, name, help, v, more...)
	}
	count("requests_total", "Requests sent to the platform, repeated ones included.", float64(u.Requests))
	count("retries_total", "Requests that repeated an earlier one.", float64(u.Retries))
	count("rate_limited_total", "Requests the platform answered with 429.", float64(u.RateLimited))
	for direction, n := range map[string]int64{"in": u.BytesIn, "out": u.BytesOut} {
		count("bytes_total", "Bytes of bodies as they went over the wire.", float64(n), "direction", direction)
	}
	for reason, d := range map[string]time.Duration{"budget": u.WaitedForBudget, "told": u.WaitedAsTold,
		"backoff": u.WaitedBackoff} {
		count("waited_seconds_total", "Time spent waiting, by what for, over all requests.", d.Seconds(), "reason", reason)
	}
	show := func(name, help string, v float64) { metric(prometheus.GaugeValue, name, help, v) }
	show("budget_requests_per_minute", "The budget.", float64(u.PerMinute))
	show("month_requests", "Requests the organisation made this month, whoever sent them, where that is kept.",
		float64(u.MonthRequests))
	if share := u.Share(); share.Known() {
		show("budget_share", "How much of the budget was used from the first request to the latest, a fraction.",
			float64(share))
	}
	reached := 0.0
	if org, _ := s.Connection(); org != "" {
		reached = 1
	}
	show("reached", "1 where the platform said who the organisation is since the process began, 0 where it did not yet.",
		reached)
}
