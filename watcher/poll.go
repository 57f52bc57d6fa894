package watcher

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/extract"
)

// saveEvery is how old the stored time of the last success may get: polls that
// find nothing new write nothing.
const saveEvery = 10 * time.Minute

// poll looks once; s.running is held. A fault of the source is recorded, not
// returned; the error is the daemon's own.
func (w *Watcher) poll(ctx context.Context, s *watched) error {
	ctx, cancel := context.WithTimeout(ctx, w.cfg.PollTimeout)
	defer cancel()
	started := w.now()
	if err := w.load(ctx, s); err != nil {
		return err
	}
	result := Poll{Source: s.ID}
	defer func() {
		result.Duration = w.now().Sub(started)
		w.cfg.Observe(result)
	}()
	memo := s.state.Memo
	if s.state.documentDue(started) {
		memo = nil // the rows are needed to try their documents again
	}
	listed, err := s.Lister.List(ctx, Ask{Fetch: w.deps.Fetch, Source: &s.Source, Now: started, Memo: memo})
	if err == nil && !listed.Unchanged && len(listed.Items) == 0 && s.state.Rows > 0 && s.Kind != KindTDnet {
		err = &fault{ReasonZeroRows, fmt.Sprintf("the listing has no rows, the one before had %d: look whether the site has changed", s.state.Rows)}
	}
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		result.Reason = reasonOf(err)
		return w.failed(ctx, s, err)
	}
	stored, err := w.take(ctx, s, &listed)
	result.Notices, result.Rows, result.Unchanged = stored, len(listed.Items), listed.Unchanged
	if err != nil {
		s.state = nil // what was published is asked of the notices next time
		return err
	}
	if listed.Incomplete != "" {
		result.Reason = ReasonIncomplete
		return w.failed(ctx, s, &fault{ReasonIncomplete, listed.Incomplete + ": it is read again at the next poll"})
	}
	return w.succeeded(ctx, s, &listed, stored)
}

func (w *Watcher) succeeded(ctx context.Context, s *watched, listed *Listed, stored int) error {
	wasTrouble := s.state.Trouble != nil
	if err := w.healed(ctx, s); err != nil {
		return err
	}
	s.state.LastSuccess = w.now().UTC()
	w.note(s, true)
	level := zap.DebugLevel
	if stored > 0 {
		level = zap.InfoLevel
	}
	w.log.Log(level, "polled", zapSource(s), zap.Int("rows", len(listed.Items)), zap.Int("new", stored), zap.Bool("unchanged", listed.Unchanged))
	memoMoved := !maps.Equal(listed.Memo, s.state.Memo)
	s.state.Memo = listed.Memo
	if stored > 0 || wasTrouble || memoMoved || w.now().Sub(s.saved) >= saveEvery {
		return w.save(ctx, s)
	}
	return nil
}

// take publishes what is new and what changed, oldest first, and returns how
// many revisions were stored.
func (w *Watcher) take(ctx context.Context, s *watched, listed *Listed) (int, error) {
	if listed.Unchanged {
		return 0, nil
	}
	for _, warning := range listed.Warnings {
		w.log.Warn("a row could not be taken as it is", zapSource(s), zap.String("warning", warning))
	}
	batch := &batch{watcher: w, source: s, deadline: w.now().Add(w.cfg.DocumentWait)}
	for _, it := range oldestFirst(listed.Items) {
		if err := batch.plan(ctx, it); err != nil {
			batch.cancel()
			return 0, err
		}
	}
	stored, err := batch.publish(ctx)
	if err != nil {
		return stored, err
	}
	if len(listed.Items) > 0 {
		s.state.Rows = len(listed.Items)
	}
	if s.state.FirstContact.IsZero() {
		s.state.FirstContact = w.now().UTC()
	}
	return stored, nil
}

// oldestFirst orders by time of publication; rows without one keep the
// listing's order turned round, since listings begin with the newest.
func oldestFirst(items []extract.Item) []extract.Item {
	ordered := slices.Clone(items)
	slices.Reverse(ordered)
	slices.SortStableFunc(ordered, func(a, b extract.Item) int {
		if a.Published.IsZero() || b.Published.IsZero() {
			return 0
		}
		return a.Published.Compare(b.Published)
	})
	return ordered
}

// head introduces the row as a notice.
func (w *Watcher) head(s *watched, it *extract.Item) breach.NoticeHead {
	publisher := it.Publisher
	if publisher == (breach.Publisher{}) {
		publisher = s.Publisher
	}
	now := w.now().UTC()
	return breach.NoticeHead{
		ID: breach.NoticeID(s.ID, it.Key), Revision: 1, Source: s.ID, Key: it.Key, URL: it.URL, Title: it.Title, PreviousTitle: it.PreviousTitle,
		Publisher: publisher, Published: it.Published, PublishedPrecision: it.Precision, FirstSeen: now, SeenAt: now,
		Language: s.Language, DocumentState: breach.DocumentNone, Withdrawn: it.Deleted,
		FallbackURL: it.Fallback, DocumentID: it.DocumentID, Action: it.Action,
	}
}

// listingHash is the hash of all that the listing shows of a row, its summary
// included: feeds that carry whole articles edit them in place.
func listingHash(n *breach.NoticeHead, summary string) string {
	hash := breach.ListingHash(n)
	if summary == "" {
		return hash
	}
	sum := sha256.Sum256([]byte(hash + summary))
	return hex.EncodeToString(sum[:16])
}

// backlog reports whether a row that is seen at the first contact stood there
// for long.
func (w *Watcher) backlog(s *watched, it *extract.Item) bool {
	if it.Deleted {
		return true // told of nobody when it was there, and gone now
	}
	if !s.state.FirstContact.IsZero() {
		return false
	}
	switch s.FirstRun {
	case All:
		return false
	case Baseline:
		return true
	}
	if it.Published.IsZero() {
		return true
	}
	end := it.Published
	if it.Precision == breach.PrecisionDay {
		end = end.AddDate(0, 0, 1)
	}
	return w.now().Sub(end) > 24*time.Hour
}
