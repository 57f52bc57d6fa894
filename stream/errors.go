package stream

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Errors by which a caller decides.
var (
	// ErrLocked: another process has the embedded store open; see [LockedError].
	ErrLocked = errors.New("the store is in use")
	// ErrNoStore: there is no embedded store in the data directory yet.
	ErrNoStore = errors.New("no store")
	// ErrConflict: somebody else saved the key since it was loaded.
	ErrConflict = errors.New("saved by another in the meantime")
	// ErrNotFound: no such evidence is kept.
	ErrNotFound = errors.New("not found")
	// ErrTooLarge: a message or document is above its limit.
	ErrTooLarge = errors.New("too large")
)

// LockedError names who has the store open. It is [ErrLocked] to errors.Is.
type LockedError struct {
	Dir  string // the store's folder
	PID  int    // 0 when the holder did not tell
	Host string // where that process id counts
}

func (e *LockedError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("process %d on host %s", e.PID, e.Host)
	}
	return fmt.Sprintf("store %s is in use by %s: stop it, wait for it, or choose another data_dir", e.Dir, who)
}

// Is makes the error [ErrLocked].
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// apiCode returns the JetStream error code of err, or 0.
func apiCode(err error) jetstream.ErrorCode {
	if e, ok := errors.AsType[*jetstream.APIError](err); ok {
		return e.ErrorCode
	}
	return 0
}

// wrongSequence reports whether the server refused a write because its
// expectation of the last sequence failed. Replicated streams use a code of
// their own for it.
func wrongSequence(err error) bool {
	code := apiCode(err)
	return code == jetstream.JSErrCodeStreamWrongLastSequence || code == jetstream.JSErrCodeStreamWrongLastSequenceConstant
}

// errUnsettled is answered inside a retry when the server's state is not yet
// clear: a write of another is in flight, or a replica lags behind.
var errUnsettled = errors.New("the stream has not settled")

// transient reports whether the same request may succeed in a moment: a leader
// election, a lost connection, a server that does not answer in time.
func transient(err error) bool {
	for _, t := range []error{
		errUnsettled, context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, jetstream.ErrNoStreamResponse,
		nats.ErrDisconnected, nats.ErrConnectionReconnecting, nats.ErrStaleConnection, nats.ErrReconnectBufExceeded,
		jetstream.ErrNoHeartbeat,
	} {
		if errors.Is(err, t) {
			return true
		}
	}
	if e, ok := errors.AsType[*jetstream.APIError](err); ok {
		// 409 is a message id that is just being written, 429 too many requests,
		// 503 a cluster without a leader or a full disk.
		return e.Code == 409 || e.Code == 429 || e.Code == 503
	}
	return false
}

const (
	// attemptTimeout is short enough that a lost answer is noticed well inside
	// Config.RetryFor, and long enough for a disk that syncs slowly.
	attemptTimeout = 3 * time.Second
	retryPauseMin  = 50 * time.Millisecond
	retryPauseMax  = time.Second
)

// retry calls op until it succeeds, fails for good, or total is over. Each call
// has its own deadline. The error is op's last.
func retry(ctx context.Context, total time.Duration, op func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, total, fmt.Errorf("the stream did not answer for %s", total))
	defer cancel()
	for pause := retryPauseMin; ; pause = min(2*pause, retryPauseMax) {
		attempt, done := context.WithTimeout(ctx, attemptTimeout)
		err := op(attempt)
		done()
		if err == nil || !transient(err) {
			return err
		}
		if !wait(ctx, jitter(pause)) {
			return errors.Join(context.Cause(ctx), err)
		}
	}
}

// wait returns false when ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// jitter spreads d by a fifth to both sides, so that many waiters do not come
// back at once.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

// redactURL takes the password out of a list of server URLs.
func redactURL(list string) string {
	parts := strings.Split(list, ",")
	for i, p := range parts {
		p = strings.TrimSpace(p)
		u, err := url.Parse(p)
		switch {
		case err == nil && u.User != nil:
			parts[i] = u.Redacted()
		case strings.Contains(p, "@"):
			parts[i] = "[url]"
		default:
			parts[i] = p
		}
	}
	return strings.Join(parts, ",")
}
