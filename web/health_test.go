package web_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oshirase/breach"
	"oshirase/web"
)

func TestHealthTellsWhichPartIsUnwell(t *testing.T) {
	empty := newShelf(t).book
	for name, test := range map[string]struct {
		change           func(*web.Config)
		header           []string
		health, ready    int
		told, untold     string
		readyMustContain string
	}{
		"all is well":                  {func(*web.Config) {}, nil, 200, 200, "streams: ok\n", "", "streams: ok"},
		"a part does not work":         {func(c *web.Config) { c.Health = failing }, nil, 503, 503, "streams: the disk is full\nother: ok\n", "", "the disk is full"},
		"it has not begun":             {func(c *web.Config) { c.Ready = func() bool { return false } }, nil, 200, 503, "streams: ok\n", "", "daemon: starting or stopping"},
		"a stranger asks":              {func(c *web.Config) { c.Health, c.Token = failing, breach.NewSecret(token) }, nil, 503, 503, "streams: failing\nother: ok\n", "disk", "streams: failing"},
		"one who shows the token asks": {func(c *web.Config) { c.Health, c.Token = failing, breach.NewSecret(token) }, []string{"Authorization", "Bearer " + token}, 503, 503, "streams: the disk is full\nother: ok\n", "", "the disk is full"},
		"a broken source is no reason": {func(c *web.Config) { c.Sources = func() []web.Source { return sources()[3:4] } }, nil, 200, 200, "streams: ok\n", "", "ok"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(empty)
			test.change(&cfg)
			root := serve(t, cfg)
			health, ready := get(t, root+"/healthz", test.header...), get(t, root+"/readyz", test.header...)
			if health.status != test.health || health.body != test.told {
				t.Errorf("health %d %q", health.status, health.body)
			}
			if ready.status != test.ready || !strings.Contains(ready.body, test.readyMustContain) {
				t.Errorf("ready %d %q", ready.status, ready.body)
			}
			if test.untold != "" && strings.Contains(health.body+ready.body, test.untold) {
				t.Errorf("a stranger is told %q", test.untold)
			}
		})
	}
}

func TestMetricsAreThoseOfTheRegistry(t *testing.T) {
	cfg := config(newShelf(t).book)
	registry := prometheus.NewRegistry()
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "oshirase_test_total", Help: "A test."})
	registry.MustRegister(counter)
	counter.Add(3)
	cfg.Metrics = registry
	if got := get(t, serve(t, cfg)+"/metrics"); got.status != 200 || !strings.Contains(got.body, "oshirase_test_total 3") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestAConfigurationWithGapsIsRefused(t *testing.T) {
	_, err := web.New(web.Config{Listen: "127.0.0.1:0"})
	for _, field := range []string{"Reader", "Sources", "Describe", "Health", "Ready", "Metrics"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("error %v does not name %s", err, field)
		}
	}
	empty := newShelf(t).book
	cfg := config(empty)
	cfg.Listen = "nonsense"
	if _, err := web.New(cfg); err == nil || !strings.Contains(err.Error(), "web.listen") {
		t.Errorf("error %v", err)
	}
	first, err := web.New(config(empty))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Listen = first.Addr()
	if _, err := web.New(cfg); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a port that is taken: %v", err)
	}
	if err := errors.Join(first.Close(), first.Close()); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

func TestAStopLetsARunningRequestFinish(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	cfg := config(newShelf(t).book)
	cfg.Health = func(context.Context) []web.Check {
		close(entered)
		<-release
		return []web.Check{{Name: "streams"}}
	}
	s, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	answered := make(chan answer, 1)
	go func() { answered <- get(t, "http://"+s.Addr()+"/healthz") }()
	<-entered
	cancel()
	refused(t, s.Addr())
	close(release)
	if got := <-answered; got.status != http.StatusOK {
		t.Errorf("the running request: %d", got.status)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed after the run: %v", err)
	}
}

// refused waits until nobody listens at an address.
func refused(t *testing.T, address string) {
	t.Helper()
	deadline := time.NewTimer(5 * time.Second)
	defer deadline.Stop()
	for {
		c, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			return
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-deadline.C:
			t.Fatal("the stopping server takes connections")
		default:
		}
	}
}
