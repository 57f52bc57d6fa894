package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// slowReceiver holds every call until it is let go.
type slowReceiver struct {
	mu     sync.Mutex
	calls  map[string]int // by idempotency key
	asked  chan struct{}
	answer chan struct{}
}

func (s *slowReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls[r.Header.Get("Idempotency-Key")]++
	s.mu.Unlock()
	select {
	case s.asked <- struct{}{}:
	default:
	}
	select {
	case <-s.answer:
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
	}
}

// TestADaemonToldToStopFinishesWhatItHasBegun: SIGTERM while a receiver has not
// answered yet waits for the answer and records it, so that the next life tells
// nothing again and loses nothing.
func TestADaemonToldToStopFinishesWhatItHasBegun(t *testing.T) {
	const notices = 6 // three of them breaches
	site := httptest.NewServer(&killSite{began: time.Now().Add(-time.Hour), items: notices})
	t.Cleanup(site.Close)
	receiver := &slowReceiver{calls: map[string]int{}, asked: make(chan struct{}, 1), answer: make(chan struct{})}
	hook := httptest.NewServer(receiver)
	t.Cleanup(hook.Close)
	dir := t.TempDir()
	file := filepath.Join(dir, "oshirase.yaml")
	yaml := fmt.Sprintf(`
data_dir: %q
http: {contact: test@oshirase.example, allow_private_addresses: true, per_host: {interval: 1ms, concurrency: 8}}
sources: [{id: feed, kind: feed, url: %q, schedule: "@every 1s", first_run: all}]
receivers: [{id: hook, kind: webhook, url: %q}]
routes: [{to: [hook]}]
web: {listen: "127.0.0.1:0"}
log: {level: error}
shutdown_grace: 30s
`, filepath.Join(dir, "data"), site.URL+"/feed", hook.URL)
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	process := startDaemon(t, file)
	select {
	case <-receiver.asked:
	case <-time.After(30 * time.Second):
		t.Fatal("the receiver was never asked")
	}
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	close(receiver.answer)
	if err := process.Wait(); err != nil {
		t.Fatalf("the daemon did not stop in peace: %v", err)
	}
	receiver.mu.Lock()
	begun := len(receiver.calls)
	receiver.mu.Unlock()
	if begun == 0 {
		t.Fatal("no call carries an idempotency key")
	}

	again := startDaemon(t, file)
	waitFor(t, 120*time.Second, "the second daemon serving", func() bool {
		found, err := filepath.Glob(filepath.Join(dir, "data", "*", "endpoint.json"))
		return err == nil && len(found) == 1
	})
	waitFor(t, 120*time.Second, "every breach told and recorded", func() bool { return recordedYes(t, file) >= notices/2 })
	if err := again.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := again.Wait(); err != nil {
		t.Errorf("the second daemon did not stop in peace: %v", err)
	}
	receiver.mu.Lock()
	defer receiver.mu.Unlock()
	if len(receiver.calls) != notices/2 {
		t.Errorf("%d alerts were told, %d breaches were published", len(receiver.calls), notices/2)
	}
	for key, calls := range receiver.calls {
		if calls != 1 {
			t.Errorf("alert %s was told %d times", key, calls)
		}
	}
}
