package notifier

import (
	"sync"
	"time"

	"oshirase/breach"
)

// maxRemembered bounds what is remembered of the alerts in flight to one
// receiver; a forgotten one is at worst recorded once more.
const maxRemembered = 1024

// maxReasons bounds the distinct reasons of death told in one spell.
const maxReasons = 16

// receiver is a [Receiver] with what is known of its health. The knowledge is
// lost with the process, and made again by the next attempts.
type receiver struct {
	Receiver

	mu sync.Mutex
	// pausedUntil and pausedFor hold back all messages, as the receiver asked.
	pausedUntil time.Time
	pausedFor   error
	// failingSince is when it first refused after its last yes; zero when well.
	failingSince time.Time
	// lastReason is what was last logged of it.
	lastReason string
	// unreachable is the event that operations were told, to be healed.
	unreachable *breach.OpsEvent
	// deadFor holds the reasons of dead deliveries that operations were told
	// since the last yes.
	deadFor *memory[struct{}]
	// failures holds the last recorded reason by alert, unrecorded what could
	// not be stored after the receiver had answered.
	failures   *memory[string]
	unrecorded *memory[[]*breach.Delivery]
}

func newReceiver(r Receiver) *receiver {
	return &receiver{
		Receiver:   r,
		deadFor:    newMemory[struct{}](maxReasons),
		failures:   newMemory[string](maxRemembered),
		unrecorded: newMemory[[]*breach.Delivery](maxRemembered),
	}
}

// paused returns what the receiver said and how long it still wants its rest.
func (r *receiver) paused(now time.Time) (error, time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d := r.pausedUntil.Sub(now); d > 0 {
		return r.pausedFor, d
	}
	return nil, 0
}

func (r *receiver) pause(err error, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if until.After(r.pausedUntil) {
		r.pausedUntil, r.pausedFor = until, err
	}
}

// refused notes an answer other than yes. isNew tells that the reason is not
// the one noted last; long, how long the receiver has said yes to nothing.
func (r *receiver) refused(now time.Time, reason string) (isNew bool, long time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failingSince.IsZero() {
		r.failingSince = now
	}
	isNew = reason != r.lastReason
	r.lastReason = reason
	return isNew, now.Sub(r.failingSince)
}

// accepted notes a yes. wasFailing tells since when it had not been well, or
// zero; heal is the event to take back, or nil.
func (r *receiver) accepted() (wasFailing time.Time, heal *breach.OpsEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	wasFailing, heal = r.failingSince, r.unreachable
	r.failingSince, r.lastReason, r.unreachable = time.Time{}, "", nil
	r.pausedUntil, r.pausedFor = time.Time{}, nil
	r.deadFor = newMemory[struct{}](maxReasons)
	return wasFailing, heal
}

// toldDead reports whether operations know that deliveries die of reason.
func (r *receiver) toldDead(reason string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.deadFor.get(reason)
	return ok
}

func (r *receiver) tellDead(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deadFor.put(reason, struct{}{})
}

// toldUnreachable reports whether operations know that the receiver is not
// reachable; setUnreachable notes that they do.
func (r *receiver) toldUnreachable() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unreachable != nil
}

func (r *receiver) setUnreachable(e *breach.OpsEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unreachable = e
}

// failureChanged notes reason for the alert and tells whether it is a new one.
func (r *receiver) failureChanged(alertID, reason string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.failures.get(alertID)
	r.failures.put(alertID, reason)
	return !ok || last != reason
}

func (r *receiver) settled(alertID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures.forget(alertID)
	r.unrecorded.forget(alertID)
}

func (r *receiver) keep(alertID string, list []*breach.Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unrecorded.put(alertID, list)
}

func (r *receiver) kept(alertID string) []*breach.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	list, _ := r.unrecorded.get(alertID)
	return list
}

// forgetFailure makes the next failure of the alert a new one.
func (r *receiver) forgetFailure(alertID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures.forget(alertID)
}
