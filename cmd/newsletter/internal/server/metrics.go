package server

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch/websub"
)

// metrics are the figures of a service, in a registry of their own.
type metrics struct {
	registry *prometheus.Registry
	visits   *prometheus.CounterVec
	seconds  prometheus.Histogram
	bytes    prometheus.Counter
	letters  *prometheus.CounterVec
}

func newMetrics(status func() aggregate.Health) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		visits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "newsletter_visits_total", Help: "Visits to partners, by what they ended in."}, []string{"outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "newsletter_visit_seconds", Help: "How long visits took.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "newsletter_received_bytes_total", Help: "Bytes that came from partners, over the wire."}),
		letters: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "newsletter_letters_total", Help: "Letters that visits brought: new, or changed."}, []string{"kind"}),
	}
	m.registry.MustRegister(m.visits, m.seconds, m.bytes, m.letters,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, g := range []struct {
		name, help string
		value      func(aggregate.Health) float64
	}{
		{"newsletter_letters", "Letters published.", func(s aggregate.Health) float64 { return float64(s.Letters) }},
		{"newsletter_partners", "Partners on the list.", func(s aggregate.Health) float64 { return float64(s.Partners) }},
		{"newsletter_partners_failing", "Partners whose feed could not be had.", func(s aggregate.Health) float64 { return float64(s.Failing) }},
		{"newsletter_partners_gone", "Partners whose feed is gone for good.", func(s aggregate.Health) float64 { return float64(s.Gone) }},
		{"newsletter_partners_overdue", "Partners that are due and wait for their turn.", func(s aggregate.Health) float64 { return float64(s.Overdue) }},
		{"newsletter_lag_seconds", "For how long the first of these has been due.", func(s aggregate.Health) float64 { return s.Lag.Seconds() }},
		{"newsletter_visiting", "Partners being asked now.", func(s aggregate.Health) float64 { return float64(s.Visiting) }},
		{"newsletter_servers_resting", "Servers that asked for a rest.", func(s aggregate.Health) float64 { return float64(s.Rests) }},
		{"newsletter_store_failing", "1 while the store, or publishing, fails.", func(s aggregate.Health) float64 {
			if s.Err != nil {
				return 1
			}
			return 0
		}},
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.name, Help: g.help},
			func() float64 { return g.value(status()) }))
	}
	return m
}

// list adds whether a list is held.
func (m *metrics) list(held func() bool) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "newsletter_list_held", Help: "1 while a list of partners is held, because it drops many at once."},
		func() float64 {
			if held() {
				return 1
			}
			return 0
		}))
}

// visited counts a visit.
func (m *metrics) visited(r aggregate.PartnerReport) {
	m.visits.WithLabelValues(string(r.Status)).Inc()
	if r.Duration > 0 {
		m.seconds.Observe(r.Duration.Seconds())
	}
	m.bytes.Add(float64(r.Bytes))
	m.letters.WithLabelValues("new").Add(float64(r.New))
	m.letters.WithLabelValues("changed").Add(float64(r.Changed))
}

// hubs adds the figures of subscriptions.
func (m *metrics) hubs(h *websub.Follower) {
	m.registry.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "newsletter_websub_pushes_total", Help: "Genuine pushes of hubs."},
			func() float64 { _, pushes := h.Figures(); return float64(pushes) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "newsletter_websub_active", Help: "Subscriptions that hubs confirmed, and whose lease is not over."},
			func() float64 { active, _ := h.Figures(); return float64(active) }))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}
