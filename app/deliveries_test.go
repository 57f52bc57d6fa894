package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"oshirase/app"
	"oshirase/audit"
	"oshirase/breach"
	"oshirase/configs"
	"oshirase/stream"
)

// hook is a receiver whose answer can be changed.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(w http.ResponseWriter)
	asked  int
	took   []breach.Alert
	keys   []string // idempotency keys of all requests
}

func newHook(t *testing.T, answer func(w http.ResponseWriter)) *hook {
	h := &hook{answer: answer}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var a breach.Alert
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&a); err != nil {
			t.Errorf("no alert: %v", err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.asked++
		h.keys = append(h.keys, r.Header.Get("Idempotency-Key"))
		if h.answer != nil {
			h.answer(w)
			return
		}
		h.took = append(h.took, a)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) mend() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = nil
}

// kinds are the kinds of the alerts that it took.
func (h *hook) kinds() []breach.AlertKind {
	h.mu.Lock()
	defer h.mu.Unlock()
	var kinds []breach.AlertKind
	for _, a := range h.took {
		kinds = append(kinds, a.Kind)
	}
	return kinds
}

// household is a daemon in the test's process, with its configuration.
type household struct {
	t   *testing.T
	cfg *configs.Config
}

func (h household) start() (stop func()) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	d, err := app.New(ctx, h.cfg, app.Options{Console: io.Discard, Log: zap.NewNop()})
	if err != nil {
		h.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			h.t.Errorf("the daemon did not stop in peace: %v", err)
		}
	})
}

func (h household) archive(do func(*app.Archive) error) {
	h.t.Helper()
	archive, err := app.OpenArchive(h.t.Context(), h.cfg)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := errors.Join(do(archive), archive.Close(h.t.Context())); err != nil {
		h.t.Fatal(err)
	}
}

func (h household) deliveries(f app.DeliveryFilter) (list []breach.Delivery) {
	h.t.Helper()
	h.archive(func(a *app.Archive) (err error) { list, err = a.Deliveries(h.t.Context(), f); return err })
	return list
}

func TestABadReceiverBlocksNobodyIsListedAndCanBeToldOnceMore(t *testing.T) {
	site := &killSite{began: time.Now().Add(-time.Hour), items: 1}
	siteServer := httptest.NewServer(site)
	defer siteServer.Close()
	well := newHook(t, nil)
	limited := newHook(t, func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	gone := newHook(t, func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) })
	operator := newHook(t, nil)

	file := filepath.Join(t.TempDir(), "oshirase.yaml")
	yaml := fmt.Sprintf(`
data_dir: %q
http: {contact: test@oshirase.example, allow_private_addresses: true, per_host: {interval: 1ms, concurrency: 8}}
sources:
  - {id: feed, kind: feed, url: %q, schedule: "@every 1s", first_run: all}
receivers:
  - {id: gone, kind: webhook, url: %q}
  - {id: limited, kind: webhook, url: %q}
  - {id: well, kind: webhook, url: %q}
  - {id: operator, kind: webhook, url: %q}
routes:
  - {to: [gone, limited, well]}
  - {match: {kind: [ops]}, to: [gone, operator]}
web: {listen: "127.0.0.1:0"}
`, filepath.Join(filepath.Dir(file), "data"), siteServer.URL+"/feed", gone.URL+"/s3cr3t-path", limited.URL, well.URL, operator.URL)
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := configs.Load(file, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	h := household{t, cfg}
	stop := h.start()
	defer stop()

	waitFor(t, 60*time.Second, "the well receiver and operations are told although one is gone and one asks to wait", func() bool {
		return len(well.kinds()) == 1 && len(operator.kinds()) == 1
	})
	var dead []breach.Delivery
	waitFor(t, 60*time.Second, "the breach and the alert about its death are listed as dead, while the daemon runs", func() bool {
		dead = h.deliveries(app.DeliveryFilter{Receiver: "gone"})
		return len(dead) == 2
	})
	for _, d := range dead {
		if d.Outcome != breach.Dead || !strings.Contains(d.Reason, "404") || !strings.Contains(d.Reason, "correct the URL") || strings.Contains(d.Reason, "s3cr3t") {
			t.Errorf("%+v", d)
		}
	}
	waitFor(t, 60*time.Second, "the limited receiver was asked again", func() bool {
		limited.mu.Lock()
		defer limited.mu.Unlock()
		return limited.asked >= 2
	})
	limited.mend()
	waitFor(t, 60*time.Second, "the limited receiver is told", func() bool { return len(limited.kinds()) == 1 })
	waitFor(t, 60*time.Second, "it stands as sent, and its waiting as no failure", func() bool {
		list := h.deliveries(app.DeliveryFilter{Receiver: "limited", All: true})
		return len(list) == 1 && list[0].Outcome == breach.Sent && list[0].Attempt >= 2
	})
	limited.mu.Lock()
	if len(slices.Compact(limited.keys)) != 1 || limited.keys[0] != limited.took[0].ID {
		t.Errorf("the requests for one alert have the keys %q", limited.keys)
	}
	limited.mu.Unlock()
	h.archive(func(a *app.Archive) error {
		return a.Replay(t.Context(), audit.Query{Stream: breach.StreamDeliveries, Subjects: []string{"deliveries.limited.>"}}, func(m audit.Message) error {
			if !strings.HasPrefix(m.Subject, "deliveries.limited.sent.") {
				t.Errorf("%s is recorded", m.Subject)
			}
			return nil
		})
	})

	// Told once more in vain, the record has the new attempt and raises no flood.
	var news, ops string
	for _, d := range dead {
		if d.Kind == breach.AlertOps {
			ops = d.AlertID
		} else {
			news = d.AlertID
		}
	}
	retry := func(alert string) {
		t.Helper()
		h.archive(func(a *app.Archive) error { return a.Retry(t.Context(), "gone", alert) })
	}
	retry(news)
	waitFor(t, 60*time.Second, "the second death is recorded", func() bool {
		return slices.ContainsFunc(h.deliveries(app.DeliveryFilter{Receiver: "gone"}), func(d breach.Delivery) bool { return d.AlertID == news && d.Attempt == 2 })
	})
	gone.mend()
	retry(news)
	waitFor(t, 60*time.Second, "the mended receiver is told by a running daemon", func() bool { return slices.Equal(gone.kinds(), []breach.AlertKind{breach.AlertNew}) })
	waitFor(t, 60*time.Second, "and is not listed any more", func() bool { return len(h.deliveries(app.DeliveryFilter{Receiver: "gone"})) == 1 })

	stop()
	retry(ops)
	if list := h.deliveries(app.DeliveryFilter{Receiver: "gone"}); len(list) != 1 || list[0].AlertID != ops {
		t.Errorf("a stopped daemon's store lists %+v", list)
	}
	stop = h.start()
	defer stop()
	waitFor(t, 60*time.Second, "what was asked of a stopped daemon is done by the next one", func() bool {
		return slices.Equal(gone.kinds(), []breach.AlertKind{breach.AlertNew, breach.AlertOps})
	})
	stop()
	if got := operator.kinds(); len(got) != 1 {
		t.Errorf("operations were told %d times: %v", len(got), got)
	}
	if got := well.kinds(); len(got) != 1 {
		t.Errorf("the well receiver was told %d times", len(got))
	}
	h.archive(func(a *app.Archive) error {
		if err := a.Retry(t.Context(), "gone", "none-such"); err == nil || !strings.Contains(err.Error(), "deliveries list") {
			t.Errorf("retry of an unknown alert: %v", err)
		}
		return nil
	})
}

func TestAMessageThatAStageGaveUpIsToldToOperationsOnce(t *testing.T) {
	operator := newHook(t, nil)
	file := filepath.Join(t.TempDir(), "oshirase.yaml")
	yaml := fmt.Sprintf(`
data_dir: %q
http: {contact: test@oshirase.example}
receivers:
  - {id: operator, kind: webhook, url: %q}
routes:
  - {match: {kind: [ops]}, to: [operator]}
web: {listen: "127.0.0.1:0"}
`, filepath.Join(filepath.Dir(file), "data"), operator.URL)
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := configs.Load(file, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	h := household{t, cfg}
	stop := h.start()
	defer stop()
	// Findings that report an incident and have none.
	bus, err := stream.Attach(t.Context(), stream.Config{DataDir: cfg.DataDir}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		n := breach.NoticeHead{ID: breach.NoticeID("feed", fmt.Sprint(i)), Revision: 1, Source: "feed", SeenAt: time.Now()}
		f := breach.Finding{ID: breach.FindingID(n.ID, 1, "r"), Notice: n, IsBreach: true}
		event, err := f.Event()
		if err != nil {
			t.Fatal(err)
		}
		if err := bus.Publish(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, 60*time.Second, "three dead letters and one alert", func() bool {
		letters, err := bus.DeadLetters(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(letters) == 3 && len(operator.kinds()) == 1
	})
	if err := bus.Close(t.Context()); err != nil {
		t.Error(err)
	}
	stop()
	stop = h.start()
	defer stop()
	waitFor(t, 60*time.Second, "the next daemon has nothing more to tell", func() bool { return len(h.deliveries(app.DeliveryFilter{All: true})) == 1 })
	stop()
	operator.mu.Lock()
	defer operator.mu.Unlock()
	if len(operator.took) != 1 || operator.took[0].Ops.Subject != "tracker" || !strings.Contains(operator.took[0].Ops.Message, "has no case") {
		t.Errorf("operations were told %+v", operator.took)
	}
}
