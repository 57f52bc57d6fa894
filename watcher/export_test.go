package watcher

import (
	"context"
	"time"

	"github.com/robfig/cron/v3"
)

// Tick is what the clock runs when a source's time has come.
func Tick(ctx context.Context, w *Watcher, id string) { w.tick(ctx, ctx, w.byID[id]) }

// Ticks is a source's schedule as the clock runs it.
func Ticks(w *Watcher, id string) cron.Schedule { return w.ticks(w.byID[id]) }

// TickNumber names the tick that now belongs to.
func (s *Source) TickNumber(now time.Time) int64 { return s.tickNumber(now) }
