package watcher

import (
	"context"
	"fmt"
	"maps"
	"time"

	"go.uber.org/zap"
)

// saveEvery is how old the stored time of the last success may get: polls that
// find nothing new write nothing.
const saveEvery = time.Hour

// poll looks once; s.running is held. A fault of the source is recorded, not
// returned; the error is the daemon's own. hurry is closed when the daemon
// stops: documents are not waited for then.
func (w *Watcher) poll(ctx context.Context, s *watched, hurry <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, w.cfg.PollTimeout)
	defer cancel()
	started := w.now()
	if err := w.load(ctx, s); err != nil {
		return err
	}
	defer func() { s.rows = nil }()
	result := Poll{Source: s.ID}
	defer func() {
		result.Duration = w.now().Sub(started)
		w.cfg.Observe(result)
	}()
	listed, failure := w.look(ctx, s, started)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	result.Rows, result.Unchanged = len(listed.Items), listed.Unchanged && failure == nil
	stored, err := w.take(ctx, s, &listed, failure == nil, hurry)
	result.Notices = stored
	if err != nil {
		s.forget() // what was published is asked of the notices next time
		return err
	}
	if failure == nil && listed.Incomplete != "" {
		failure = &fault{ReasonIncomplete, listed.Incomplete + ": it is read again at the next poll"}
	}
	if failure != nil {
		result.Reason = reasonOf(failure)
		return w.failed(ctx, s, failure)
	}
	return w.succeeded(ctx, s, &listed, stored)
}

// look asks for the listing.
func (w *Watcher) look(ctx context.Context, s *watched, now time.Time) (Listed, error) {
	listed, err := s.Lister.List(ctx, Ask{Fetch: w.deps.Fetch, Source: &s.Source, Now: now, Memo: s.state.Memo})
	if err != nil {
		return Listed{}, err
	}
	if !listed.Unchanged && len(listed.Items) == 0 && s.state.Rows > 0 && !traitsOf(s.Kind).partial {
		return Listed{}, &fault{ReasonZeroRows, fmt.Sprintf("the listing has no rows, the one before had %d: look whether the site has changed", s.state.Rows)}
	}
	return listed, nil
}

// take publishes what is new and what changed, oldest first, and what became of
// the documents whose time has come. It returns how many revisions were stored.
func (w *Watcher) take(ctx context.Context, s *watched, listed *Listed, read bool, hurry <-chan struct{}) (int, error) {
	read = read && !listed.Unchanged
	due := !s.state.Due.IsZero() && !w.now().Before(s.state.Due)
	if !read && !due {
		return 0, nil
	}
	if err := w.loadRows(ctx, s); err != nil {
		return 0, err
	}
	flood := false
	if read {
		for _, warning := range listed.Warnings {
			w.log.Warn("a row could not be taken as it is", zapSource(s), zap.String("warning", warning))
		}
		if err := w.contact(ctx, s, len(listed.Items)); err != nil {
			return 0, err
		}
		var err error
		if flood, err = w.survey(ctx, s, listed.Items); err != nil {
			return 0, err
		}
	}
	b := w.newBatch(ctx, s, flood, hurry)
	defer b.cancel()
	if read {
		for _, it := range oldestFirst(listed.Items) {
			if err := b.plan(ctx, it); err != nil {
				return 0, err
			}
		}
	}
	if err := b.planDue(ctx); err != nil {
		return 0, err
	}
	stored, err := b.publish(ctx)
	if err != nil {
		return stored, err
	}
	if read {
		w.measure(s, listed.Items)
		if s.state.FirstContact.IsZero() {
			s.state.FirstContact = w.now().UTC()
		}
	}
	return stored, nil
}

// contact notes that the first contact begins, before anything of it is told:
// a crash in the middle must not make the rest of what stands there news.
func (w *Watcher) contact(ctx context.Context, s *watched, rows int) error {
	if !s.state.FirstContact.IsZero() || !s.state.Contacting.IsZero() {
		return nil
	}
	s.state.Contacting = w.now().UTC()
	if rows == 0 || s.FirstRun == All {
		return nil
	}
	touched := s.rows.touched
	s.rows.touched = false // there is nothing yet to keep
	err := w.save(ctx, s)
	if s.rows != nil {
		s.rows.touched = touched
	}
	return err
}

func (w *Watcher) succeeded(ctx context.Context, s *watched, listed *Listed, stored int) error {
	moved := s.state.Trouble != nil
	if err := w.healed(ctx, s); err != nil {
		return err
	}
	stood, err := w.stand(ctx, s)
	if err != nil {
		return err
	}
	s.state.LastSuccess = w.now().UTC()
	s.rest = time.Time{}
	w.note(s, true)
	level := zap.DebugLevel
	if stored > 0 {
		level = zap.InfoLevel
	}
	w.log.Log(level, "polled", zapSource(s), zap.Int("rows", len(listed.Items)), zap.Int("new", stored), zap.Bool("unchanged", listed.Unchanged))
	moved = moved || stood || stored > 0 || s.rows != nil && s.rows.touched || !maps.Equal(listed.Memo, s.state.Memo)
	s.state.Memo = listed.Memo
	if moved || w.now().Sub(s.saved) >= saveEvery {
		return w.save(ctx, s)
	}
	return nil
}
