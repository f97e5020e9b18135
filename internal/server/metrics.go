package server

import (
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what the server does, for Prometheus.
type Metrics struct {
	handler    http.Handler
	requests   *prometheus.CounterVec
	seconds    *prometheus.HistogramVec
	operations *prometheus.CounterVec
	statements prometheus.Histogram
	streams    *prometheus.GaugeVec
	known      map[string]bool // operation names that may be a label
}

var operationName = regexp.MustCompile(`(?:query|mutation|subscription)\s+(\w+)`)

// NewMetrics returns counters at zero. Operations are counted by name only when
// documents, the web app's own, hold them: a label that clients choose would
// grow without end.
func NewMetrics(documents map[string]string) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "streamex_http_requests_total", Help: "Requests answered."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "streamex_http_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "streamex_graphql_operations_total", Help: "GraphQL operations run."}, []string{"operation", "kind", "failed"}),
		statements: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "streamex_graphql_statements", Help: "SQL statements of a GraphQL operation.",
			Buckets: []float64{0, 1, 2, 4, 8, 12, 16, 24, 32, 64, 128}}),
		streams: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "streamex_graphql_streams", Help: "Open streams of subscriptions."}, []string{"transport"}),
		known: make(map[string]bool),
	}
	for _, text := range documents {
		if found := operationName.FindStringSubmatch(text); found != nil {
			m.known[found[1]] = true
		}
	}
	r := prometheus.NewRegistry()
	r.MustRegister(m.requests, m.seconds, m.operations, m.statements, m.streams,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(r, promhttp.HandlerOpts{})
	return m
}

// Operation counts a GraphQL operation; see graph.Config.OnOperation.
func (m *Metrics) Operation(name, kind string, _ time.Duration, statements int, failed bool) {
	if !m.known[name] {
		name = "other"
	}
	m.operations.WithLabelValues(name, kind, strconv.FormatBool(failed)).Inc()
	m.statements.Observe(float64(statements))
}

// Stream counts open streams; see graph.Config.OnStream.
func (m *Metrics) Stream(transport string, change int) {
	m.streams.WithLabelValues(transport).Add(float64(change))
}

// request counts a request by its route, not its path: there is no end of those.
func (m *Metrics) request(route string, status int, took time.Duration, stream bool) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	if stream { // how long it lasts says nothing of us
		return
	}
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// metrics shows the counters to this machine and to who has the token; for
// everybody else there is nothing here.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	if !local(r) && !bearer(r, s.MetricsToken) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	s.Metrics.handler.ServeHTTP(w, r)
}
