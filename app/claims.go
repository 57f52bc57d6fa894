package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"oshirase/stream"
)

// claims lets several daemons share the sources: one key for each source holds
// the latest tick that was taken, and whoever moves it on polls.
type claims struct{ bucket *stream.Bucket }

// clocksDiffer is how many seconds a claim may be ahead of this daemon's clock.
// One further ahead was made by a wrong clock, and must not stop the source.
const clocksDiffer = 300

// Claim implements [watcher.Claims].
func (c claims) Claim(ctx context.Context, source string, tick int64) (bool, error) {
	value, revision, err := c.bucket.Load(ctx, source)
	if err != nil {
		return false, err
	}
	if value != nil {
		taken, err := strconv.ParseInt(string(value), 10, 64)
		if err == nil && taken >= tick && taken-tick <= clocksDiffer {
			return false, nil
		}
	}
	_, err = c.bucket.Save(ctx, source, strconv.AppendInt(nil, tick, 10), revision)
	if errors.Is(err, stream.ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("claim tick %d of source %q: %w", tick, source, err)
	}
	return true, nil
}
