package watcher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
)

// Reason is why a source is not well: one of fetch's, extract's, or these.
type Reason string

// The watcher's own reasons.
const (
	ReasonIncomplete Reason = "incomplete" // fewer rows than the list claims
	ReasonZeroRows   Reason = "zero_rows"  // no rows where there were some, or on a trading day
	ReasonSilent     Reason = "silent"     // no new row for unusually long
	ReasonGap        Reason = "gap"        // the window does not overlap the last one
	ReasonFlood      Reason = "flood"      // most rows are suddenly new
	ReasonOther      Reason = "other"
)

// Reasons lists every reason: a closed set, fit for metric labels.
func Reasons() []Reason {
	list := []Reason{ReasonIncomplete, ReasonZeroRows, ReasonSilent, ReasonGap, ReasonFlood, ReasonOther}
	for _, r := range fetch.Reasons() {
		list = append(list, Reason(r))
	}
	for _, r := range extractReasons {
		list = append(list, Reason(r))
	}
	return list
}

// extractReasons are those of a listing that cannot be read.
var extractReasons = []extract.Reason{extract.NotAFeed, extract.HTMLInstead, extract.NoRows, extract.WrongDay, extract.NotTheList, extract.BadMarkup,
	extract.BadSelector, extract.NotADocument, extract.Unreadable, extract.LimitExceeded, extract.UnknownEncoding}

// Status is the health of one source.
type Status struct {
	ID          string
	Kind        string
	URL         string
	Publisher   string
	Healthy     bool // false until the first success
	Polled      bool // at least once
	Reason      Reason
	Message     string
	LastAttempt time.Time
	LastSuccess time.Time
	NextPoll    time.Time
	Failures    int // in a row
	Rows        int // of the latest listing that had any
}

// Status lists the sources in the order of the configuration.
func (w *Watcher) Status() []Status {
	now := w.now()
	list := make([]Status, len(w.sources))
	for i, s := range w.sources {
		s.mu.Lock()
		list[i] = s.status
		s.mu.Unlock()
		list[i].NextPoll = s.Schedule.Next(now.In(w.cfg.TimeZone))
	}
	return list
}

// trouble is one spell of failures.
type trouble struct {
	Since    time.Time `json:"since"`
	Reason   Reason    `json:"reason"`
	Message  string    `json:"message"`
	Failures int       `json:"n"`
	Told     bool      `json:"told,omitempty"`
}

// patience is how many failures in a row make a source unhealthy. A fault that
// waiting does not heal needs one.
const patience = 3

func (t *trouble) unhealthy() bool {
	switch t.Reason {
	case Reason(fetch.NotFound), Reason(fetch.Forbidden), Reason(fetch.PrivateAddress), Reason(fetch.RobotsDisallow),
		Reason(fetch.BadURL), Reason(fetch.TooLarge), Reason(fetch.Redirects), Reason(fetch.TLS),
		Reason(extract.NotAFeed), Reason(extract.HTMLInstead), Reason(extract.NoRows), Reason(extract.NotTheList),
		Reason(extract.BadMarkup), Reason(extract.BadSelector), Reason(extract.WrongDay), ReasonZeroRows:
		return true
	}
	return t.Failures >= patience
}

func reasonOf(err error) Reason {
	if e, ok := errors.AsType[*fetch.Error](err); ok {
		return Reason(e.Reason)
	}
	if e, ok := errors.AsType[*extract.Error](err); ok {
		return Reason(e.Reason)
	}
	if e, ok := errors.AsType[*fault](err); ok {
		return e.reason
	}
	return ReasonOther
}

// fault is a failure that the watcher itself sees.
type fault struct {
	reason  Reason
	message string
}

func (f *fault) Error() string { return f.message }

// failed notes a failure and tells operations once a spell makes the source
// unhealthy.
func (w *Watcher) failed(ctx context.Context, s *watched, err error) error {
	t := s.state.Trouble
	if t == nil {
		t = &trouble{Since: w.now().UTC()}
		s.state.Trouble = t
	}
	changed := t.Reason != reasonOf(err)
	t.Reason, t.Message = reasonOf(err), err.Error()
	t.Failures++
	if changed {
		w.log.Warn("a source fails", zapSource(s), zap.String("reason", string(t.Reason)), zapError(err))
	}
	s.rest = w.now().Add(w.restAfter(s, t, err))
	tell := t.unhealthy() && !t.Told
	if tell {
		if err := w.tell(ctx, s, t.Reason, false, "broken "+t.Since.Format(time.RFC3339), t.Message); err != nil {
			return err
		}
		t.Told = true
	}
	w.note(s, false)
	if changed || tell || s.rows != nil && s.rows.touched {
		return w.save(ctx, s)
	}
	return nil
}

// tell reports to operations; occurrence tells one event from the next.
func (w *Watcher) tell(ctx context.Context, s *watched, reason Reason, healed bool, occurrence, message string) error {
	event := breach.OpsEvent{Subject: s.ID, Reason: string(reason), Healed: healed, Message: fmt.Sprintf("source %q: %s", s.ID, message)}
	if err := w.deps.Reporter.Report(ctx, event, occurrence); err != nil {
		return fmt.Errorf("report %s of source %q: %w", reason, s.ID, err)
	}
	return nil
}

// maxRest bounds how long a source that fails is left alone.
const maxRest = time.Hour

// restAfter is how long a source is left alone after a failure: as long as its
// host asks, and longer with each failure from patience on. The cursor stays
// where it is.
func (w *Watcher) restAfter(s *watched, t *trouble, err error) time.Duration {
	asked := time.Duration(0)
	if e, ok := errors.AsType[*fetch.Error](err); ok {
		asked = e.RetryAfter
	}
	beyond := t.Failures - patience
	if beyond < 0 {
		return asked
	}
	// Half a period less, so that a rest of n periods ends before the tick.
	period := s.period(w.now())
	rest := min(period<<min(beyond, 10), maxRest) - period/2
	return max(asked, rest)
}

// healed notes a success and tells operations when they knew of the trouble.
func (w *Watcher) healed(ctx context.Context, s *watched) error {
	t := s.state.Trouble
	if t == nil {
		return nil
	}
	if t.Told {
		message := fmt.Sprintf("it works again after %s; the trouble was: %s", w.now().Sub(t.Since).Round(time.Second), t.Message)
		if err := w.tell(ctx, s, t.Reason, true, "healed "+t.Since.Format(time.RFC3339), message); err != nil {
			return err
		}
	}
	w.log.Info("a source works again", zapSource(s), zap.Int("failures", t.Failures))
	s.state.Trouble = nil
	return nil
}

// note brings the status up to date.
func (w *Watcher) note(s *watched, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := &s.status
	st.Polled, st.LastAttempt = true, w.now()
	st.LastSuccess, st.Rows = s.state.LastSuccess, s.state.Rows
	st.Healthy, st.Reason, st.Message, st.Failures = ok, "", "", 0
	if t := s.state.Trouble; t != nil {
		st.Healthy = !t.unhealthy() && !s.state.LastSuccess.IsZero()
		st.Reason, st.Message, st.Failures = t.Reason, t.Message, t.Failures
		return
	}
	for _, t := range s.state.Standing {
		st.Healthy, st.Reason, st.Message = false, t.Reason, t.Message
	}
}

func zapSource(s *watched) zap.Field { return zap.String("source", s.ID) }

func zapError(err error) zap.Field { return zap.Error(err) }
