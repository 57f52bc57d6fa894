package fetch

import (
	"context"
	"errors"
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
	mu          sync.Mutex
	byName      map[string]*host
}

type host struct {
	limiter *rate.Limiter
	slots   chan struct{}
	users   int       // guarded by hosts.mu
	used    time.Time // guarded by hosts.mu
	resting time.Time // guarded by hosts.mu; left alone until then
}

func newHosts(interval time.Duration, concurrency int) *hosts {
	return &hosts{interval: interval, concurrency: concurrency, byName: map[string]*host{}}
}

var errResting = errors.New("the host asked to be left alone")

// acquire waits for the host's turn; call release after the request.
func (h *hosts) acquire(ctx context.Context, name string, now func() time.Time) (release func(), err error) {
	h.mu.Lock()
	one := h.byName[name]
	if one == nil {
		h.evict()
		one = &host{limiter: rate.NewLimiter(rate.Every(h.interval), 1), slots: make(chan struct{}, h.concurrency)}
		h.byName[name] = one
	}
	if wait := one.resting.Sub(now()); wait > 0 {
		h.mu.Unlock()
		return nil, &Error{Reason: RateLimited, URL: name, RetryAfter: wait, err: fmt.Errorf("%w for %s more: it is asked again after that", errResting, wait.Round(time.Second))}
	}
	one.users++
	h.mu.Unlock()
	leave := func() {
		h.mu.Lock()
		one.users--
		one.used = now()
		h.mu.Unlock()
	}
	select {
	case one.slots <- struct{}{}:
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
	if err := one.limiter.Wait(ctx); err != nil {
		<-one.slots
		leave()
		if ctx.Err() == nil { // the deadline is nearer than the host's turn
			err = errTimeout
		}
		return nil, err
	}
	return func() { <-one.slots; leave() }, nil
}

// rest leaves a host alone until then.
func (h *hosts) rest(name string, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if one := h.byName[name]; one != nil && until.After(one.resting) {
		one.resting = until
	}
}

// evict makes room for one host; h.mu is held.
func (h *hosts) evict() {
	if len(h.byName) < maxHosts {
		return
	}
	oldest, at := "", time.Time{}
	for name, one := range h.byName {
		if one.users == 0 && (oldest == "" || one.used.Before(at)) {
			oldest, at = name, one.used
		}
	}
	delete(h.byName, oldest)
}
