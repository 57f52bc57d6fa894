package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"oshirase/watcher"
)

// Soaked is what [Soak] saw.
type Soaked struct {
	Feeds  int            `json:"feeds"`
	Rounds int            `json:"rounds"`
	Polls  int            `json:"polls"`
	Wall   float64        `json:"wall_seconds"`
	CPU    float64        `json:"cpu_seconds"`
	Faults map[string]int `json:"faults"` // polls that failed, by reason
	// Notices that were published by the site, that are stored, and revisions
	// beyond the first: the site edits nothing.
	Expected int `json:"expected_notices"`
	Stored   int `json:"stored_notices"`
	Repeated int `json:"repeated_notices"`
	// Goroutines and Heap (in bytes, after a collection): after a tenth of the
	// time, and at the end.
	GoroutinesBefore int   `json:"goroutines_before"`
	GoroutinesAfter  int   `json:"goroutines_after"`
	HeapBefore       int64 `json:"heap_bytes_before"`
	HeapAfter        int64 `json:"heap_bytes_after"`
}

// Err says what the soak found wrong: something lost, repeated or grown.
func (s *Soaked) Err() error {
	var errs []error
	if s.Stored != s.Expected {
		errs = append(errs, fmt.Errorf("%d notices were published and %d are stored", s.Expected, s.Stored))
	}
	if s.Repeated != 0 {
		errs = append(errs, fmt.Errorf("%d revisions of notices that nobody edited", s.Repeated))
	}
	if grown := s.GoroutinesAfter - s.GoroutinesBefore; grown > s.GoroutinesBefore/10+10 {
		errs = append(errs, fmt.Errorf("goroutines grew from %d to %d", s.GoroutinesBefore, s.GoroutinesAfter))
	}
	// The streams hold an index of what is stored, a few hundred bytes each.
	if grown := s.HeapAfter - s.HeapBefore; grown > s.HeapBefore/2+8<<20+int64(s.Stored)*512 {
		errs = append(errs, fmt.Errorf("the heap grew from %d to %d bytes", s.HeapBefore, s.HeapAfter))
	}
	return errors.Join(errs...)
}

// soakTimeout is short: a site that never answers is one of the ways.
const soakTimeout = 500 * time.Millisecond

// lapse is how much later the watcher's clock is after each round: hosts that
// failed or asked to be left alone are asked again, as they are in the field.
const lapse = 26 * time.Hour

// Soak polls the feeds of a [Mischief] for so long, lets it calm down, and tells
// whether everything that it ever published is stored once. site has the
// address cfg.Site.
func Soak(ctx context.Context, cfg Config, site *Mischief, long time.Duration) (s Soaked, err error) {
	cfg.defaults()
	var late atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(late.Load())) }
	rig, err := newRig(ctx, &cfg, rigOptions{timeout: soakTimeout, now: now})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, rig.close()) }()
	s = Soaked{Feeds: cfg.Feeds, Faults: map[string]int{}}
	began, used := time.Now(), cpu()
	// What leaves a feed before it was ever read cannot be known of.
	site.Calm(true)
	if err := s.round(ctx, &cfg, rig); err != nil {
		return s, err
	}
	site.Calm(false)
	unrest := time.Now()
	for time.Since(unrest) < long {
		if err := s.round(ctx, &cfg, rig); err != nil {
			return s, err
		}
		late.Add(int64(lapse))
		if s.GoroutinesBefore == 0 && time.Since(unrest) > long/10 {
			s.GoroutinesBefore, s.HeapBefore = held(rig)
		}
		site.version.Add(1)
	}
	s.GoroutinesAfter, s.HeapAfter = held(rig)
	site.Calm(true)
	// A host that failed is asked by one poll first, and the others are refused.
	for range 10 {
		late.Add(int64(lapse))
		if err := s.round(ctx, &cfg, rig); err != nil {
			return s, err
		}
		if !slices.ContainsFunc(rig.Status(), func(st watcher.Status) bool { return st.Failures > 0 }) {
			break
		}
	}
	s.Wall, s.CPU = time.Since(began).Seconds(), (cpu() - used).Seconds()
	for feed := range cfg.Feeds {
		s.Expected += cfg.Items + added(feed, site.version.Load())
	}
	stored, distinct, err := rig.count(ctx)
	s.Stored, s.Repeated = distinct, stored-distinct
	return s, err
}

func (s *Soaked) round(ctx context.Context, cfg *Config, rig *rig) error {
	cfg.Phase(fmt.Sprintf("round %d", s.Rounds+1))
	if _, err := round(ctx, cfg, rig.poll); err != nil {
		return err
	}
	s.Rounds++
	s.Polls += cfg.Feeds
	for _, status := range rig.Status() {
		if status.Reason != "" {
			s.Faults[string(status.Reason)]++
		}
	}
	return nil
}

// held counts what is there while no poll runs and no connection idles.
func held(rig *rig) (goroutines int, heap int64) {
	rig.client.Close()
	http.DefaultClient.CloseIdleConnections()
	runtime.GC()
	runtime.GC() // pools give back at the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), int64(m.HeapAlloc)
}
