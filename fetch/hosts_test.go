package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAHostIsAskedOnceAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHosts(time.Second, 8, time.Now)
		start := time.Now()
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				release, err := h.acquire(t.Context(), "a.example")
				if err != nil {
					t.Error(err)
					return
				}
				release(nil)
			})
		}
		wg.Wait()
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("five requests took %s, want 4 s", took)
		}
		start = time.Now()
		release, err := h.acquire(t.Context(), "b.example")
		if err != nil || time.Since(start) != 0 {
			t.Errorf("another host waited %s, %v", time.Since(start), err)
		}
		release(nil)
	})
}

func TestAHostServesNoMoreThanItsShareAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHosts(time.Nanosecond, 2, time.Now)
		var running, most atomic.Int32
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				release, err := h.acquire(t.Context(), "a.example")
				if err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), running.Add(1)))
				time.Sleep(time.Second) // virtual: the request
				running.Add(-1)
				release(nil)
			})
		}
		wg.Wait()
		if got := most.Load(); got != 2 {
			t.Errorf("%d at a time, want 2", got)
		}
	})
}

func TestAWaitForATurnEndsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHosts(time.Minute, 1, time.Now)
		release, err := h.acquire(t.Context(), "a.example")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.acquire(ctx, "a.example"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while another is at it: %v", err)
		}
		release(nil)
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.acquire(ctx, "a.example"); !errors.Is(err, errNoTurn) || !strings.Contains(err.Error(), "http.per_host") {
			t.Errorf("a turn that comes too late: %v", err)
		}
		if users := h.byName["a.example"].users; users != 0 {
			t.Errorf("%d users are left", users)
		}
	})
}

func TestTheHostTableIsBounded(t *testing.T) {
	now := time.Now()
	h := newHosts(time.Second, 1, func() time.Time { return now })
	h.limit = 100
	touch := func(name string) {
		release, err := h.acquire(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		release(nil)
	}
	touch("resting.example")
	h.rest("resting.example", now.Add(time.Hour))
	for i := range 99 {
		touch(fmt.Sprintf("h%d.example", i))
	}
	now = now.Add(2 * time.Second) // all intervals have run off
	touch("new.example")
	if len(h.byName) != 2 || h.byName["resting.example"] == nil {
		t.Errorf("%d hosts are left", len(h.byName))
	}
	for i := range 1000 { // none of these may be forgotten for its interval
		touch(fmt.Sprintf("g%d.example", i))
	}
	if len(h.byName) > 100 {
		t.Errorf("%d hosts", len(h.byName))
	}
}

func TestRetryAfterRestsTheWholeHost(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	var header string
	status := 429
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/well" {
			return
		}
		if header != "" {
			w.Header().Set("Retry-After", header)
		}
		w.WriteHeader(status)
	})
	for _, tt := range []struct {
		status int
		header string
		want   time.Duration
	}{
		{429, "120", 2 * time.Minute},
		{429, " 120 ", 2 * time.Minute},
		{503, "Fri, 20 Nov 2026 10:05:00 GMT", 5 * time.Minute},
		{429, "Friday, 20-Nov-26 10:05:00 GMT", 5 * time.Minute},
		{429, "Thu, 19 Nov 2026 10:05:00 GMT", time.Minute}, // past: as if it named none
		{429, "", time.Minute},
		{429, "soon", time.Minute},
		{429, "-5", time.Minute},
		{503, "", 0},
		{503, "0", 0},
		{503, "999999999999999999999", 24 * time.Hour},
		{429, "Fri, 20 Nov 2099 10:05:00 GMT", 24 * time.Hour},
		{403, "60", time.Minute},
	} {
		t.Run(fmt.Sprintf("%d %s", tt.status, tt.header), func(t *testing.T) {
			at := now
			c := client(t, func(c *Config) { c.Now = func() time.Time { return at } })
			status, header = tt.status, tt.header
			_, err := get(t, c, s.URL+"/busy")
			failed, ok := errors.AsType[*Error](err)
			if !ok || failed.RetryAfter != tt.want || failed.Status != tt.status {
				t.Fatalf("%+v, want a rest of %s", failed, tt.want)
			}
			if tt.want > 0 {
				at = now.Add(tt.want - time.Second)
				_, err = get(t, c, s.URL+"/well")
				if e := refusal(t, err, RateLimited, "left alone for 1s"); e.RetryAfter != time.Second || e.Status != 0 {
					t.Errorf("%+v", e)
				}
				at = now.Add(tt.want)
			}
			if _, err := get(t, c, s.URL+"/well"); err != nil {
				t.Errorf("after the rest: %v", err)
			}
		})
	}
}

func TestAHostThatRestsRefusesThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHosts(time.Nanosecond, 1, time.Now)
		release, err := h.acquire(t.Context(), "a.example")
		if err != nil {
			t.Fatal(err)
		}
		waiting := make(chan error)
		go func() {
			_, err := h.acquire(t.Context(), "a.example")
			waiting <- err
		}()
		synctest.Wait()
		h.rest("a.example", time.Now().Add(time.Minute))
		release(nil)
		if _, ok := errors.AsType[*restingError](<-waiting); !ok {
			t.Error("the one who waited was let through")
		}
	})
}
