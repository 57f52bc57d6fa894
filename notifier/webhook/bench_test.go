package webhook_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/notifiertest"
	"oshirase/notifier/webhook"
)

func sink(b *testing.B) string {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	b.Cleanup(server.Close)
	return server.URL
}

// BenchmarkDeliver renders an alert, signs it and posts it.
func BenchmarkDeliver(b *testing.B) {
	n, err := webhook.New(webhook.Config{URL: breach.NewSecret(sink(b)), Secret: breach.NewSecret(secret)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = n.Close() })
	a := notifiertest.Alerts()[1].Alert
	b.ReportAllocs()
	for b.Loop() {
		if _, err := n.Send(b.Context(), notifier.Compose(a, "siem", "ja", notifiertest.Tokyo, notifiertest.Now)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBarePost is the floor for BenchmarkDeliver: the same alert as JSON by
// net/http alone.
func BenchmarkBarePost(b *testing.B) {
	url, a := sink(b), notifiertest.Alerts()[1].Alert
	b.Cleanup(http.DefaultClient.CloseIdleConnections)
	b.ReportAllocs()
	for b.Loop() {
		body, err := json.Marshal(a)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := http.Post(url, "application/json", bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
