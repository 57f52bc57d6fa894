package breach

import (
	"errors"
	"time"
)

// A handler of a stream message answers with nil (done), [Permanent] (dead
// letter), [RetryAfter] (again after that long, not counted as a failure) or
// any other error (again after a back-off that grows with the deliveries).

type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

// Permanent marks err as one that no retry can heal.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanentError{err}
}

// IsPermanent reports whether err, or an error it wraps, was marked [Permanent].
func IsPermanent(err error) bool {
	_, ok := errors.AsType[permanentError](err)
	return ok
}

type retryAfterError struct {
	error
	after time.Duration
}

func (e retryAfterError) Unwrap() error { return e.error }

// RetryAfter marks err as one to try again after d, as the other side asked.
func RetryAfter(err error, d time.Duration) error {
	if err == nil {
		return nil
	}
	return retryAfterError{err, d}
}

// RetryDelay returns the wait of an error marked [RetryAfter].
func RetryDelay(err error) (time.Duration, bool) {
	if e, ok := errors.AsType[retryAfterError](err); ok {
		return e.after, true
	}
	return 0, false
}
