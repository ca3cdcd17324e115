package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"skrin/identity"
	"skrin/notify"
	"skrin/pod"
)

// metrics are counted in a registry of their own. No label tells a pod or a person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	bytes    *prometheus.CounterVec
	refusals *prometheus.CounterVec
	inFlight prometheus.Gauge
}

func newMetrics(vault *pod.Vault) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "skrin_requests_total", Help: "Requests that were answered, by method and status.",
		}, []string{"method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "skrin_request_seconds", Help: "Time from the end of a request's header to the end of its answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60},
		}, []string{"method"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "skrin_content_bytes_total", Help: "Bytes of content, received and sent.",
		}, []string{"way"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "skrin_refusals_total", Help: "Requests that were refused: for their credentials, or by a decision.",
		}, []string{"kind"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "skrin_requests_in_flight", Help: "Requests that are being answered.",
		}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.bytes, m.refusals, m.inFlight, vaultCollector{vault},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch counts the channels of a hub.
func (m *metrics) watch(hub *notify.Hub) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "skrin_channels", Help: "Channels on which somebody listens, or is about to.",
	}, func() float64 { return float64(hub.Len()) }))
}

func (m *metrics) count(method string, status int, took time.Duration, received, sent int64) {
	m.requests.WithLabelValues(methodLabel(method), strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(methodLabel(method)).Observe(took.Seconds())
	m.bytes.WithLabelValues("received").Add(float64(received))
	m.bytes.WithLabelValues("sent").Add(float64(sent))
}

// refused counts what an operator watches: guessing at credentials, and at names.
func (m *metrics) refused(err error) {
	kinds := []struct {
		err  error
		name string
	}{
		{pod.ErrDenied, "decision"}, {identity.ErrReplay, "replay"}, {identity.ErrProof, "proof"}, {identity.ErrToken, "token"},
		{identity.ErrIssuer, "issuer"}, {identity.ErrUnreachable, "unreachable"}, {identity.ErrUnauthenticated, "credentials"},
		{errAmbiguous, "ambiguous"},
	}
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			m.refusals.WithLabelValues(k.name).Inc()
			return
		}
	}
}

// vaultCollector asks the vault when somebody asks us.
type vaultCollector struct{ vault *pod.Vault }

var (
	podsMetric   = prometheus.NewDesc("skrin_pods", "Pods, by state: all of them, open ones, fenced ones.", []string{"state"}, nil)
	freeMetric   = prometheus.NewDesc("skrin_disk_free_bytes", "Free space where the pods are.", nil, nil)
	doubtfulDesc = prometheus.NewDesc("skrin_clock_doubtful", "1 while the clock has jumped and grants rest.", nil, nil)
)

// Describe is for the registry.
func (vaultCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- podsMetric
	ch <- freeMetric
	ch <- doubtfulDesc
}

// Collect is for the registry.
func (c vaultCollector) Collect(ch chan<- prometheus.Metric) {
	stats := c.vault.Stats()
	gauge := func(desc *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v, labels...)
	}
	gauge(podsMetric, float64(stats.Pods), "all")
	gauge(podsMetric, float64(stats.Open), "open")
	gauge(podsMetric, float64(stats.Fenced), "fenced")
	gauge(freeMetric, float64(stats.FreeDisk))
	doubtful := 0.0
	if stats.Doubtful {
		doubtful = 1
	}
	gauge(doubtfulDesc, doubtful)
}

// Metrics is the handler for the operator's listener: GET /metrics.
func (s *Server) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}
