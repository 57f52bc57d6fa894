package notifier

import (
	"errors"
	"time"

	"oshirase/breach"
)

type pauseError struct{ error }

func (e pauseError) Unwrap() error { return e.error }

// Pause marks err as a wait of d that the receiver asked for, so that every
// other message to it waits too. It is a [breach.RetryAfter].
func Pause(err error, d time.Duration) error {
	if err == nil {
		return nil
	}
	return breach.RetryAfter(pauseError{err}, d)
}

// IsPause reports whether err, or an error it wraps, was marked [Pause].
func IsPause(err error) bool {
	_, ok := errors.AsType[pauseError](err)
	return ok
}

type partlyRefusedError struct{ error }

func (e partlyRefusedError) Unwrap() error { return e.error }

// PartlyRefused marks err, which names them, as the refusal of some of a
// receiver's people; the others were told.
func PartlyRefused(err error) error {
	if err == nil {
		return nil
	}
	return partlyRefusedError{err}
}

// IsPartlyRefused reports whether err, or an error it wraps, was marked
// [PartlyRefused].
func IsPartlyRefused(err error) bool {
	_, ok := errors.AsType[partlyRefusedError](err)
	return ok
}
