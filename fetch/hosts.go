package fetch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxHosts bounds how many hosts are remembered; idle ones go first.
const maxHosts = 16_384

// hosts gives every host its turn.
type hosts struct {
	interval    time.Duration
	concurrency int
	now         func() time.Time
	limit       int

	mu     sync.Mutex
	byName map[string]*host
}

type host struct {
	limiter *rate.Limiter
	slots   chan struct{}
	users   int       // guarded by hosts.mu
	used    time.Time // guarded by hosts.mu
	resting time.Time // guarded by hosts.mu; left alone until then
	health  health    // guarded by hosts.mu
}

func newHosts(interval time.Duration, concurrency int, now func() time.Time) *hosts {
	return &hosts{interval: interval, concurrency: concurrency, now: now, limit: maxHosts, byName: map[string]*host{}}
}

// acquire waits for the host's turn; call release after the request with what
// it came to. A host that is left alone is refused at once, also to those who
// wait.
func (h *hosts) acquire(ctx context.Context, name string) (release func(outcome error), err error) {
	one, err := h.enter(name)
	if err != nil {
		return nil, err
	}
	select {
	case one.slots <- struct{}{}:
	case <-ctx.Done():
		h.leave(one)
		return nil, ctx.Err()
	}
	if err := one.limiter.Wait(ctx); err != nil {
		<-one.slots
		h.leave(one)
		if ctx.Err() == nil {
			err = fmt.Errorf("%w: its turn at the host would come too late; http.per_host allows more requests", errNoTurn)
		}
		return nil, err
	}
	if err := h.begin(one); err != nil {
		<-one.slots
		h.leave(one)
		return nil, err
	}
	return func(outcome error) {
		h.end(one, outcome)
		<-one.slots
		h.leave(one)
	}, nil
}

// begin lets a request through, or only one where the host failed before.
func (h *hosts) begin(one *host) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.atRest(one); err != nil {
		return err
	}
	if one.health.failures >= breakAfter {
		if one.health.probing {
			return &restingError{wait: h.interval, failures: one.health.failures, cause: one.health.cause}
		}
		one.health.probing = true
	}
	return nil
}

func (h *hosts) end(one *host, outcome error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if rest := one.health.note(outcome); rest > 0 {
		if until := h.now().Add(rest); until.After(one.resting) {
			one.resting = until
		}
	}
}

func (h *hosts) enter(name string) (*host, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one := h.byName[name]
	if one == nil {
		h.evict()
		one = &host{limiter: rate.NewLimiter(rate.Every(h.interval), 1), slots: make(chan struct{}, h.concurrency)}
		h.byName[name] = one
	}
	if err := h.atRest(one); err != nil {
		return nil, err
	}
	one.users++
	return one, nil
}

func (h *hosts) leave(one *host) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one.users--
	one.used = h.now()
}

// atRest is the refusal of a host that is left alone; h.mu is held.
func (h *hosts) atRest(one *host) error {
	wait := one.resting.Sub(h.now())
	if wait <= 0 {
		return nil
	}
	refusal := &restingError{wait: wait}
	if one.health.failures >= breakAfter {
		refusal.failures, refusal.cause = one.health.failures, one.health.cause
	}
	return refusal
}

// rest leaves a host alone until then.
func (h *hosts) rest(name string, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if one := h.byName[name]; one != nil && until.After(one.resting) {
		one.resting = until
	}
}

// evict makes room for one host; h.mu is held. A host whose interval has run
// off, that works and wants no rest is the same when it comes again: all of these
// go; if there are none, the longest unused goes. The map grows beyond its
// limit only while so many hosts are being asked at once.
func (h *hosts) evict() {
	if len(h.byName) < h.limit {
		return
	}
	now, oldest, at := h.now(), "", time.Time{}
	for name, one := range h.byName {
		if one.users > 0 {
			continue
		}
		if now.Sub(one.used) >= h.interval && !one.resting.After(now) && one.health.failures == 0 {
			delete(h.byName, name)
			continue
		}
		if oldest == "" || one.used.Before(at) {
			oldest, at = name, one.used
		}
	}
	if len(h.byName) >= h.limit {
		delete(h.byName, oldest)
	}
}
