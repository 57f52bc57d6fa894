package webhook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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

func TestTheBodyIsTheAlertAsItStandsOnTheStream(t *testing.T) {
	var body []byte
	var header http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
		header = r.Header.Clone()
		w.Header().Set("X-Request-Id", "r-17")
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte(server.URL+"/hook\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// whsec_ and base64, as the standard writes keys.
	key := breach.NewSecret("whsec_" + base64.StdEncoding.EncodeToString([]byte(secret)))
	channel, err := webhook.New(webhook.Config{URLFile: file, Secret: key, Authorization: breach.NewSecret("Bearer made-up")})
	if err != nil {
		t.Fatal(err)
	}
	a := notifiertest.Alerts()[0].Alert
	reference, err := channel.Send(t.Context(), notifier.Compose(a, "siem", "en", time.UTC, time.Now()))
	if err != nil || reference != "r-17" {
		t.Fatalf("Send = %q, %v", reference, err)
	}
	event, err := a.Event()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(body, event.Data) {
		t.Errorf("body %s", body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/json", "Ce-Specversion": "1.0", "Ce-Id": a.ID, "Ce-Source": event.Source, "Ce-Type": breach.TypeAlert,
		"Ce-Time": event.Time.Format(time.RFC3339Nano), "Idempotency-Key": a.ID, "Webhook-Id": a.ID, "Authorization": "Bearer made-up",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	// Either form of the same key checks it, beside a signature of another key.
	header.Set("Webhook-Signature", "v1,AAAA "+header.Get("Webhook-Signature"))
	for _, k := range []breach.Secret{key, breach.NewSecret(secret)} {
		if err := webhook.Verify(k, header, body, time.Now(), time.Minute); err != nil {
			t.Error(err)
		}
	}
	if err := channel.Close(); err != nil {
		t.Error(err)
	}
}

func TestWrongSettingsAreNamedWithoutTheirSecrets(t *testing.T) {
	s := breach.NewSecret
	for key, c := range map[string]webhook.Config{
		"url":                {},
		"url ":               {URL: s("http://hooks.example/s3cr3t")},
		"url_file":           {URL: s("https://hooks.example/s3cr3t"), URLFile: "f"},
		"secret":             {URL: s("https://hooks.example/s3cr3t"), Secret: s("s3cr3t")},
		"secret ":            {URL: s("https://hooks.example/s3cr3t"), Secret: s("whsec_s3cr3t!!")},
		"secret_file":        {URL: s("https://hooks.example/s3cr3t"), Secret: s("s3cr3t-of-a-good-length"), SecretFile: "f"},
		"authorization":      {URL: s("https://hooks.example/s3cr3t"), Authorization: s("Bearer s3cr3t\nX: y")},
		"authorization_file": {URL: s("https://hooks.example/s3cr3t"), Authorization: s("Bearer s3cr3t"), AuthorizationFile: "f"},
	} {
		faults := c.Validate()
		if len(faults) != 1 || faults[0].Key != strings.TrimSpace(key) {
			t.Errorf("%s: %v", key, faults)
		}
		if _, err := webhook.New(c); err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: New = %v", key, err)
		}
	}
	if _, err := webhook.New(webhook.Config{URL: s("https://hooks.example/x"), SecretFile: "/none-such"}); err == nil || !strings.Contains(err.Error(), "secret_file") {
		t.Errorf("a missing file: %v", err)
	}
}
