package watcher

import (
	"context"
	"errors"
	"hash/fnv"
	"time"

	"github.com/robfig/cron/v3"
	"go.uber.org/zap"
)

var errStopping = errors.New("the watcher is stopping")

// Run polls on schedule until ctx ends, then lets running polls finish.
func (w *Watcher) Run(ctx context.Context) error {
	work, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(errStopping)
	clock := cron.New(cron.WithLocation(w.cfg.TimeZone), cron.WithLogger(cron.DiscardLogger))
	for _, s := range w.sources {
		clock.Schedule(w.ticks(s), cron.FuncJob(func() { w.tick(ctx, work, s) }))
	}
	clock.Start()
	<-ctx.Done()
	running := clock.Stop()
	patience := time.AfterFunc(w.cfg.StopGrace, func() { cut(errStopping) })
	defer patience.Stop()
	<-running.Done()
	return nil
}

// tick claims the tick and polls. ctx ends the waiting for a place, work the
// poll.
func (w *Watcher) tick(ctx, work context.Context, s *watched) {
	if !s.queued.CompareAndSwap(false, true) {
		return // the tick before still waits or polls
	}
	defer s.queued.Store(false)
	number := s.tickNumber(w.now())
	select {
	case w.polls <- struct{}{}:
		defer func() { <-w.polls }()
	case <-ctx.Done():
		return
	}
	if ctx.Err() != nil || !s.running.TryLock() {
		return
	}
	defer s.running.Unlock()
	if w.now().Before(s.rest) {
		return
	}
	if w.deps.Claims != nil {
		mine, err := w.deps.Claims.Claim(work, s.ID, number)
		if err != nil {
			w.log.Warn("claim a tick; another follows", zap.String("source", s.ID), zap.Error(err))
			return
		}
		if !mine {
			return
		}
		// Another daemon may have polled since.
		s.forget()
	}
	if err := w.poll(work, s, ctx.Done()); err != nil && !errors.Is(context.Cause(work), errStopping) {
		w.log.Error("poll", zap.String("source", s.ID), zap.Error(err))
	}
}

// ticks is a source's schedule as the clock runs it: a first tick soon after
// the start, and each later one shifted by the source's own offset, so that
// sources with one schedule spread over it. No goroutine waits in between.
type ticks struct {
	cron.Schedule
	first  time.Time
	offset time.Duration
}

// Next implements [cron.Schedule].
func (t ticks) Next(now time.Time) time.Time {
	if now.Before(t.first) {
		return t.first
	}
	next := t.Schedule.Next(now.Add(-t.offset))
	if next.IsZero() {
		return next
	}
	return next.Add(t.offset)
}

const (
	// startSpread is the distance at which sources start one after the other.
	startSpread = 20 * time.Millisecond
	// slot is the grain of first ticks: the clock sorts all sources whenever it
	// wakes, so sources that start close together start at once.
	slot = 250 * time.Millisecond
	// maxOffset bounds how late a tick may be.
	maxOffset = time.Minute
)

func (w *Watcher) ticks(s *watched) ticks {
	now := w.now()
	window := min(time.Duration(len(w.sources))*startSpread, s.period(now)/2)
	delay := time.Duration(s.fraction() * float64(window)).Truncate(slot)
	// The clock's own time, which a test's may not be.
	return ticks{Schedule: s.Schedule, first: time.Now().Add(delay + 10*time.Millisecond), offset: s.offset(now)}
}

// period is the usual distance of two ticks.
func (s *Source) period(now time.Time) time.Duration {
	next := s.Schedule.Next(now)
	return s.Schedule.Next(next).Sub(next)
}

// fraction is a number in [0,1) that is the source's own.
func (s *Source) fraction() float64 {
	h := fnv.New32a()
	h.Write([]byte(s.ID))
	return float64(h.Sum32()) / (1 << 32)
}

// offset is how much later than its schedule a source ticks: up to a tenth of
// its period, in whole seconds.
func (s *Source) offset(now time.Time) time.Duration {
	return time.Duration(s.fraction() * float64(min(s.period(now)/10, maxOffset))).Truncate(time.Second)
}

// tickNumber names a tick, in Unix seconds, so that daemons mean the same one:
// by the second of the schedule, or, where the schedule only counts from the
// start of a daemon, by the period that it falls into.
func (s *Source) tickNumber(now time.Time) int64 {
	if every, ok := s.Schedule.(cron.ConstantDelaySchedule); ok {
		period := int64(every.Delay / time.Second)
		return now.Unix() / period * period
	}
	now = now.Add(-s.offset(now))
	for back := 2 * time.Second; back < 400*24*time.Hour; back *= 4 {
		at := s.Schedule.Next(now.Add(-back))
		if at.IsZero() || at.After(now) {
			continue
		}
		for {
			after := s.Schedule.Next(at)
			if after.IsZero() || after.After(now) {
				return at.Unix()
			}
			at = after
		}
	}
	return 0
}
