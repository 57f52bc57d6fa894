package app

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"

	"oshirase/stream"
)

func TestOfAllDaemonsThatClaimATickOneGetsIt(t *testing.T) {
	bus, err := stream.Open(t.Context(), stream.Config{DataDir: t.TempDir(), InProcess: true}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := bus.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	bucket, err := bus.Bucket(t.Context(), stream.BucketConfig{Name: bucketClaims})
	if err != nil {
		t.Fatal(err)
	}
	claim := func(tick int64) (won int) {
		var mine atomic.Int64
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				got, err := claims{bucket}.Claim(t.Context(), "source", tick)
				if err != nil {
					t.Error(err)
				}
				if got {
					mine.Add(1)
				}
			})
		}
		all.Wait()
		return int(mine.Load())
	}
	const now = 1_800_000_000
	for _, c := range []struct {
		name string
		tick int64
		want int
	}{
		{"a first tick", now, 1},
		{"the same again", now, 0},
		{"one before, by a daemon that is late", now - 60, 0},
		{"the next", now + 60, 1},
		{"one far back, since the latest claim came from a wrong clock", now - 86_400, 1},
	} {
		if got := claim(c.tick); got != c.want {
			t.Errorf("%s: %d daemons got it, want %d", c.name, got, c.want)
		}
	}
}
