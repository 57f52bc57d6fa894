package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestAHostThatFailsInARowRestsEverLonger(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	var asked atomic.Int32
	well := false
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if !well {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	c := client(t, func(c *Config) { c.Now = func() time.Time { return now } })
	for range breakAfter {
		_, err := get(t, c, s.URL)
		refusal(t, err, ServerStatus, "502")
	}
	rest := 30 * time.Second
	for range 8 {
		before := asked.Load()
		now = now.Add(rest - time.Second)
		_, err := get(t, c, s.URL+"/other")
		e := refusal(t, err, ServerStatus, "times in a row", "502 Bad Gateway")
		if e.RetryAfter != time.Second || e.Status != 0 || asked.Load() != before {
			t.Fatalf("during a rest of %s: %+v, asked %d times", rest, e, asked.Load()-before)
		}
		now = now.Add(time.Second)
		_, err = get(t, c, s.URL)
		if e := refusal(t, err, ServerStatus); e.Status != 502 || asked.Load() != before+1 {
			t.Fatalf("after a rest of %s: %+v, asked %d times", rest, e, asked.Load()-before)
		}
		rest = min(2*rest, 10*time.Minute)
	}
	well = true
	now = now.Add(rest)
	for range 3 { // at once as before
		if _, err := get(t, c, s.URL); err != nil {
			t.Fatalf("after it came back: %v", err)
		}
	}
}

func TestOneRequestTriesAHostThatFailed(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	h := newHosts(time.Nanosecond, 4, clock)
	fault := &Error{Reason: Timeout, err: errTimeout}
	for range breakAfter {
		release, err := h.acquire(t.Context(), "a.example")
		if err != nil {
			t.Fatal(err)
		}
		release(fault)
	}
	now = now.Add(firstRest)
	probe, err := h.acquire(t.Context(), "a.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.acquire(t.Context(), "a.example"); err == nil {
		t.Error("a second one tries it at the same time")
	}
	probe(&Error{Reason: Stopped, err: context.Canceled}) // says nothing about the host
	probe, err = h.acquire(t.Context(), "a.example")
	if err != nil {
		t.Fatalf("after a try that was given up: %v", err)
	}
	probe(nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := h.acquire(t.Context(), "a.example"); err != nil {
				t.Errorf("after it answered: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestOnlyAHostsOwnFailuresCount(t *testing.T) {
	for _, tt := range []struct {
		name    string
		outcome error
		rests   bool
	}{
		{"no complete answer in time", &Error{Reason: Timeout, err: errTimeout}, true},
		{"a refused connection", &Error{Reason: Refused, err: errors.New("x")}, true},
		{"a broken connection", &Error{Reason: Network, err: errors.New("x")}, true},
		{"a certificate", &Error{Reason: TLS, err: errors.New("x")}, true},
		{"a turn that came too late", &Error{Reason: Timeout, err: fmt.Errorf("%w: x", errNoTurn)}, false},
		{"an unknown name", &Error{Reason: DNS, err: errors.New("x")}, false},
		{"a private address", &Error{Reason: PrivateAddress, err: errPrivate}, false},
		{"a page that is not there", &Error{Reason: NotFound, err: errors.New("x")}, false},
		{"too large a body", &Error{Reason: TooLarge, err: errTooLarge}, false},
		{"an end of the work", &Error{Reason: Stopped, err: errors.New("x")}, false},
	} {
		var h health
		var rest time.Duration
		for range breakAfter {
			rest = h.note(tt.outcome)
		}
		if (rest > 0) != tt.rests {
			t.Errorf("%s: a rest of %s", tt.name, rest)
		}
	}
	var h health
	for range 100 { // a page that is gone is an answer: the row is broken
		for range breakAfter - 1 {
			h.note(&Error{Reason: Timeout, err: errTimeout})
		}
		if rest := h.note(&Error{Reason: NotFound, err: errors.New("x")}); rest != 0 {
			t.Fatal("failures that are not in a row")
		}
	}
	for i := range 1000 {
		if rest := h.note(&Error{Reason: ServerStatus, err: errors.New("x")}); rest < 0 || rest > longestRest {
			t.Fatalf("after %d failures a rest of %s", i, rest)
		}
	}
}
