package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"oshirase/breach"
	"oshirase/stream"
	"oshirase/tracker"
	"oshirase/watcher"
)

// metrics are the daemon's own counters; every label is of a closed set.
type metrics struct {
	registry       *prometheus.Registry
	findings       *prometheus.CounterVec
	classifySecond prometheus.Histogram
	alerts         *prometheus.CounterVec
	deliveries     *prometheus.CounterVec
	latency        *prometheus.HistogramVec
	polls          *prometheus.CounterVec
	pollSeconds    prometheus.Histogram
	notices        *prometheus.CounterVec
	decisions      *prometheus.CounterVec
	answers        *prometheus.CounterVec
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
	m.polls = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "oshirase_polls_total", Help: "Polls by source and result: ok, unchanged, or the reason of the failure.",
	}, []string{"source", "result"})
	m.pollSeconds = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "oshirase_poll_seconds", Help: "Time of one poll, documents included.", Buckets: prometheus.ExponentialBuckets(0.01, 3, 9),
	})
	m.notices = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "oshirase_notices_total", Help: "Revisions of notices stored, by source.",
	}, []string{"source"})
	m.decisions = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "oshirase_tracker_decisions_total", Help: "What became of each case: alert, backlog, repeat, known.",
	}, []string{"decision"})
	m.answers = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "oshirase_consumer_answers_total", Help: "What became of each delivery to a stage: done, retry, wait, dead, cut.",
	}, []string{"consumer", "answer"})
	m.registry.MustRegister(m.findings, m.classifySecond, m.alerts, m.deliveries, m.latency,
		m.polls, m.pollSeconds, m.notices, m.decisions, m.answers,
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

func (m *metrics) polled(p watcher.Poll) {
	result := "ok"
	switch {
	case p.Reason != "":
		result = string(p.Reason)
	case p.Unchanged:
		result = "unchanged"
	}
	m.polls.WithLabelValues(p.Source, result).Inc()
	m.pollSeconds.Observe(p.Duration.Seconds())
	m.notices.WithLabelValues(p.Source).Add(float64(p.Notices))
}

func (m *metrics) decided(d tracker.Decision) { m.decisions.WithLabelValues(string(d)).Inc() }

func (m *metrics) consumed(durable string) func(stream.Answer, time.Duration) {
	return func(a stream.Answer, _ time.Duration) { m.answers.WithLabelValues(durable, string(a)).Inc() }
}

// watchBus adds the state of streams and consumers, read when metrics are asked
// for.
func (m *metrics) watchBus(b *stream.Bus) { m.registry.MustRegister(&busCollector{b}) }

// busCollector asks the streams.
type busCollector struct{ bus *stream.Bus }

var (
	streamMessages = prometheus.NewDesc("oshirase_stream_messages", "Messages in a stream.", []string{"stream"}, nil)
	streamBytes    = prometheus.NewDesc("oshirase_stream_bytes", "Bytes of a stream.", []string{"stream"}, nil)
	consumerBehind = prometheus.NewDesc("oshirase_consumer_pending", "Messages that a stage has not been handed yet.", []string{"consumer"}, nil)
	consumerOpen   = prometheus.NewDesc("oshirase_consumer_ack_pending", "Messages that a stage works on or waits to try again.", []string{"consumer"}, nil)
)

// collectTimeout bounds what a scrape may wait for the streams.
const collectTimeout = 2 * time.Second

// Describe implements [prometheus.Collector].
func (*busCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{streamMessages, streamBytes, consumerBehind, consumerOpen} {
		out <- d
	}
}

// Collect implements [prometheus.Collector].
func (c *busCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), collectTimeout)
	defer cancel()
	stats, err := c.bus.Stats(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(streamMessages, err)
		return
	}
	gauge := func(d *prometheus.Desc, v float64, label string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, label)
	}
	for _, s := range stats.Streams {
		gauge(streamMessages, float64(s.Messages), s.Stream)
		gauge(streamBytes, float64(s.Bytes), s.Stream)
	}
	for _, s := range stats.Consumers {
		gauge(consumerBehind, float64(s.Pending), s.Durable)
		gauge(consumerOpen, float64(s.AckPending), s.Durable)
	}
}
