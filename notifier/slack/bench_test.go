package slack

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"oshirase/notifier/notifiertest"
)

func BenchmarkRender(b *testing.B) {
	a := notifiertest.Alerts()[1].Alert
	b.ReportAllocs()
	for b.Loop() {
		if _, err := newPayload(message(a, "ja").View).encode(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSend(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "ok")
	}))
	defer s.Close()
	n := openWebhook(b, s.URL)
	m := message(notifiertest.Alerts()[1].Alert, "ja")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := n.Send(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBarePost is the floor for BenchmarkSend: the same bytes, net/http
// alone.
func BenchmarkBarePost(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "ok")
	}))
	defer s.Close()
	raw, err := newPayload(message(notifiertest.Alerts()[1].Alert, "ja").View).encode()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		resp, err := http.Post(s.URL, "application/json", bytes.NewReader(raw))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}
