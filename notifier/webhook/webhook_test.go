package webhook_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/notifiertest"
	"oshirase/notifier/webhook"
)

const secret = "s3cr3t-hook-key-of-length"

func open(t *testing.T, b notifiertest.Behaviour) notifiertest.Opened {
	var mu sync.Mutex
	var got []string
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		switch b {
		case notifiertest.RateLimits:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		case notifiertest.FailsNow:
			w.WriteHeader(http.StatusBadGateway)
			return
		case notifiertest.Refuses:
			w.WriteHeader(http.StatusNotFound)
			return
		case notifiertest.Hangs:
			select {
			case <-stop:
			case <-r.Context().Done():
			}
			return
		}
		// The suite tells at this time, which the signature holds.
		if err := webhook.Verify(breach.NewSecret(secret), r.Header, body, notifiertest.Now, time.Minute); err != nil {
			t.Errorf("the signature does not hold: %v", err)
		}
		var a breach.Alert
		if err := json.Unmarshal(body, &a); err != nil {
			t.Errorf("no alert: %v", err)
		}
		if r.Header.Get("Idempotency-Key") != a.ID || r.Header.Get("Ce-Type") != breach.TypeAlert {
			t.Errorf("headers %v", r.Header)
		}
		mu.Lock()
		got = append(got, string(body))
		mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(func() { close(stop); server.Close() })
	if b == notifiertest.Unreached {
		server.Close()
	}
	channel, err := webhook.New(webhook.Config{URL: breach.NewSecret(server.URL + "/hook?key=s3cr3t-query"), Secret: breach.NewSecret(secret)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := channel.Close(); err != nil {
			t.Error(err)
		}
	})
	return notifiertest.Opened{Channel: channel, Secrets: []string{secret, "s3cr3t-query"}, Received: func() []string { mu.Lock(); defer mu.Unlock(); return got }}
}

func TestTheWebhookKeepsTheChannelsPromises(t *testing.T) {
	notifiertest.Run(t, notifiertest.Suite{
		Behaviours: []notifiertest.Behaviour{notifiertest.Accepts, notifiertest.RateLimits, notifiertest.FailsNow, notifiertest.Refuses, notifiertest.Hangs, notifiertest.Unreached},
		Open:       open, Verbatim: true,
	})
}

func TestASignatureHoldsForItsBodyKeyAndTimeOnly(t *testing.T) {
	var header http.Header
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
		header = r.Header.Clone()
	}))
	defer server.Close()
	channel, err := webhook.New(webhook.Config{URL: breach.NewSecret(server.URL), Secret: breach.NewSecret(secret)})
	if err != nil {
		t.Fatal(err)
	}
	a := notifiertest.Alerts()[0].Alert
	if _, err := channel.Send(t.Context(), notifier.Compose(a, "siem", "en", time.UTC, time.Now())); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if err := webhook.Verify(breach.NewSecret(secret), header, body, now, time.Minute); err != nil {
		t.Errorf("a fresh request: %v", err)
	}
	forged := header.Clone()
	forged.Set("Webhook-Timestamp", strconv.FormatInt(now.Add(time.Hour).Unix(), 10))
	for name, err := range map[string]error{
		"another body":                 webhook.Verify(breach.NewSecret(secret), header, []byte("{}"), now, time.Minute),
		"another key":                  webhook.Verify(breach.NewSecret("another-key-of-length"), header, body, now, time.Minute),
		"an old one":                   webhook.Verify(breach.NewSecret(secret), header, body, now.Add(time.Hour), time.Minute),
		"an old one with another time": webhook.Verify(breach.NewSecret(secret), forged, body, now.Add(time.Hour), time.Minute),
		"none":                         webhook.Verify(breach.NewSecret(secret), http.Header{}, body, now, time.Minute),
	} {
		if err == nil {
			t.Errorf("%s is taken for signed", name)
		}
	}
	if err := channel.Close(); err != nil {
		t.Error(err)
	}
}
