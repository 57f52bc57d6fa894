package fetch

import (
	"errors"
	"fmt"
	"time"
)

// A host that fails breakAfter times in a row is left alone, for firstRest and
// for twice as long after each further failure, up to longestRest: a notice on
// a host that came back waits no longer than that. Then one request tries it;
// the others go on once it answered.
const (
	breakAfter  = 5
	firstRest   = 30 * time.Second
	longestRest = 10 * time.Minute
)

// health is what the last requests to a host came to.
type health struct {
	failures int    // in a row
	cause    *Error // the last of them
	probing  bool   // one request tries it
}

// note takes the outcome of a request and returns how long the host is to be
// left alone.
func (h *health) note(outcome error) time.Duration {
	h.probing = false
	failed, _ := errors.AsType[*Error](outcome)
	switch {
	case outcome == nil || failed != nil && answered(failed):
		h.failures, h.cause = 0, nil
	case failed != nil && faulty(failed):
		h.failures++
		h.cause = failed
		if h.failures >= breakAfter {
			return min(firstRest<<min(h.failures-breakAfter, 10), longestRest)
		}
	}
	return 0
}

// faulty reports a failure of the host itself. A name that is not found and a
// caller that ran out of time cost the host nothing and say nothing about it.
func faulty(e *Error) bool {
	switch e.Reason {
	case Refused, TLS, Network, ServerStatus:
		return true
	case Timeout:
		return !errors.Is(e, errNoTurn)
	}
	return false
}

// answered reports a failure that only a working host gives.
func answered(e *Error) bool {
	switch e.Reason {
	case NotFound, Forbidden, ClientStatus, OtherStatus, RateLimited, TooLarge, Redirects, Decompression:
		return true
	}
	return false
}

// restingError refuses a request to a host that is left alone.
type restingError struct {
	wait     time.Duration
	failures int
	cause    *Error // nil when the host asked for it
}

func (e *restingError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("the host asked to be left alone for %s more: it is asked again after that", e.wait.Round(time.Second))
	}
	return fmt.Sprintf("the host failed %d times in a row and is left alone for %s more; the last failure: %v", e.failures, e.wait.Round(time.Second), e.cause.err)
}
