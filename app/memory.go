package app

import (
	"context"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

const (
	// settleEvery is how often memory that nobody uses is given back.
	settleEvery = 5 * time.Minute
	// maxUnused is what is left to the runtime: it will soon use it again.
	maxUnused = 16 << 20
)

// settle gives back to the system what a busy minute took: the runtime keeps
// about as much as it uses, and a monitor is idle most of the day. It costs some
// tens of milliseconds, and nothing when there is nothing to give back.
func (a *App) settle(ctx context.Context) error {
	ticker := time.NewTicker(settleEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if unused() > maxUnused {
				debug.FreeOSMemory()
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// unused is what the runtime holds for later, in bytes.
func unused() uint64 {
	sample := []runtimemetrics.Sample{{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	runtimemetrics.Read(sample)
	total := uint64(0)
	for _, s := range sample {
		if s.Value.Kind() == runtimemetrics.KindUint64 {
			total += s.Value.Uint64()
		}
	}
	return total
}
