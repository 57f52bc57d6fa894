package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"oshirase/breach"
)

// metrics are the daemon's own counters; every label is of a closed set.
type metrics struct {
	registry       *prometheus.Registry
	findings       *prometheus.CounterVec
	classifySecond prometheus.Histogram
	alerts         *prometheus.CounterVec
	deliveries     *prometheus.CounterVec
	latency        *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oshirase_findings_total", Help: "Notices judged, by verdict (breach, other) and basis (title, text).",
		}, []string{"verdict", "basis"}),
		classifySecond: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "oshirase_classify_seconds", Help: "Time to classify one notice.",
			Buckets: prometheus.ExponentialBuckets(10e-6, 4, 8),
		}),
		alerts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oshirase_alerts_total", Help: "Alerts published, by kind and severity.",
		}, []string{"kind", "severity"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oshirase_deliveries_total", Help: "Attempts to tell a receiver, by receiver and outcome.",
		}, []string{"receiver", "outcome"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "oshirase_delivery_latency_seconds", Help: "From the moment a watcher saw the notice to the receiver's yes.",
			Buckets: prometheus.ExponentialBuckets(0.1, 2, 12),
		}, []string{"receiver"}),
	}
	m.registry.MustRegister(m.findings, m.classifySecond, m.alerts, m.deliveries, m.latency,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) classified(f *breach.Finding, took time.Duration) {
	verdict := "other"
	if f.IsBreach {
		verdict = "breach"
	}
	m.findings.WithLabelValues(verdict, f.Basis).Inc()
	m.classifySecond.Observe(took.Seconds())
}

func (m *metrics) alerted(a *breach.Alert) {
	m.alerts.WithLabelValues(string(a.Kind), string(a.Severity)).Inc()
}

func (m *metrics) delivered(d *breach.Delivery) {
	m.deliveries.WithLabelValues(d.Receiver, string(d.Outcome)).Inc()
	if d.Outcome == breach.Sent && d.LatencyMS > 0 {
		m.latency.WithLabelValues(d.Receiver).Observe(float64(d.LatencyMS) / 1000)
	}
}
