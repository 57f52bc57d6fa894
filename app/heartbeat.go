package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/stream"
	"oshirase/watcher"
)

// day is what a heartbeat looks back on.
const day = 24 * time.Hour

// pulse counts the polls of the last day, by the hour.
type pulse struct {
	mu    sync.Mutex
	polls [25]int
	hour  int64 // Unix hour of the latest poll
}

func (p *pulse) polled(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn(now)
	p.polls[p.hour%int64(len(p.polls))]++
}

// turn empties the hours that have passed since the latest poll; p.mu is held.
func (p *pulse) turn(now time.Time) {
	hour := now.Unix() / 3600
	for h := max(p.hour+1, hour-int64(len(p.polls))+1); h <= hour; h++ {
		p.polls[h%int64(len(p.polls))] = 0
	}
	p.hour = max(p.hour, hour)
}

// lastDay is the number of polls in the last 24 to 25 hours.
func (p *pulse) lastDay(now time.Time) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn(now)
	for _, polls := range p.polls {
		n += polls
	}
	return n
}

// beat tells operations daily that the monitor lives.
func (a *App) beat(ctx context.Context) error {
	for {
		now := a.now()
		at := a.cfg.Heartbeat.Next(now)
		timer := time.NewTimer(at.Sub(now))
		select {
		case <-timer.C:
			if err := a.heartbeat(ctx, at); err != nil && ctx.Err() == nil {
				a.log.Error("heartbeat; the next one is tomorrow", zap.Error(err))
			}
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
	}
}

// heartbeat publishes the one that is due at a time. Several daemons send one.
func (a *App) heartbeat(ctx context.Context, at time.Time) error {
	since := at.Add(-day)
	notices, err := a.count(ctx, breach.StreamNotices, "notices.>", since)
	if err != nil {
		return err
	}
	told, err := a.count(ctx, breach.StreamAlerts, "alerts.>", since)
	if err != nil {
		return err
	}
	event := breach.OpsEvent{Subject: "oshirase", Reason: "heartbeat", Message: fmt.Sprintf(
		"the monitor lives: %s; in the last day %d polls, %d notices, %d alerts", wellness(a.watcher.Status()), a.pulse.lastDay(a.now()), notices, told)}
	return alerts{a.bus, a.metrics}.PublishAlert(ctx, &breach.Alert{
		ID: breach.OpsAlertID(event.Subject, event.Reason, at.UTC().Format(time.RFC3339)), Kind: breach.AlertOps,
		CreatedAt: a.now().UTC(), Severity: breach.Info, Ops: &event,
	})
}

func (a *App) count(ctx context.Context, name, subjects string, since time.Time) (n int, err error) {
	err = a.bus.Replay(ctx, stream.ReplayQuery{Stream: name, Subjects: []string{subjects}, Since: since}, func(stream.Message) error {
		n++
		return nil
	})
	return n, err
}

// maxNamed bounds the sources that a heartbeat names.
const maxNamed = 10

// wellness says how many sources are well, and which are not.
func wellness(list []watcher.Status) string {
	var ill []string
	for _, s := range list {
		if s.Polled && !s.Healthy {
			ill = append(ill, fmt.Sprintf("%s (%s)", s.ID, s.Reason))
		}
	}
	text := fmt.Sprintf("%d of %d sources are healthy", len(list)-len(ill), len(list))
	if len(ill) == 0 {
		return text
	}
	slices.Sort(ill)
	more := ""
	if extra := len(ill) - maxNamed; extra > 0 {
		ill, more = ill[:maxNamed], fmt.Sprintf(" and %d more", extra)
	}
	return text + ", not " + strings.Join(ill, ", ") + more
}
