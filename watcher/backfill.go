package watcher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
)

// DayLister is a [Lister] that can list a past day.
type DayLister interface {
	// Day lists all of one day. A day that is not online any more is
	// [fetch.NotFound].
	Day(ctx context.Context, ask Ask, day time.Time) (Listed, error)
}

// Backfilled is what became of one day.
type Backfilled struct {
	Day    time.Time
	Rows   int
	Stored int // revisions that were not there yet
	// Waiting is how many documents could not be had; the same again tries them
	// again.
	Waiting int
	// Gone: the day is not online any more.
	Gone bool
	// Incomplete says why rows may be missing.
	Incomplete string
}

// Backfill stores what a source lists of the days from one to another, the
// oldest first, and calls each after every day. Nobody is told of it unless tell
// is true. What is stored already stays as it is: the same again stores nothing.
// The source's state is left alone, so it may run beside a daemon.
func (w *Watcher) Backfill(ctx context.Context, id string, from, to time.Time, tell bool, each func(Backfilled) error) error {
	known := w.byID[id]
	if known == nil {
		return fmt.Errorf("no source %q is configured", id)
	}
	days, ok := known.Lister.(DayLister)
	if !ok {
		return fmt.Errorf("source %q of kind %s lists only what is new: a past day cannot be asked for", id, known.Kind)
	}
	state, _, err := w.deps.States.Load(ctx, statePrefix+id)
	if err != nil {
		return fmt.Errorf("load the state of source %q: %w", id, err)
	}
	if state == nil {
		// What is backfilled would pass for what was published by a daemon before.
		return fmt.Errorf("source %q was never polled: start the daemon and let it look once, so that it knows what is new", id)
	}
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		done, err := w.backfillDay(ctx, known, days, day, tell)
		if err != nil {
			return fmt.Errorf("source %q, %s: %w", id, day.Format(time.DateOnly), err)
		}
		if err := each(done); err != nil {
			return err
		}
	}
	return nil
}

func (w *Watcher) backfillDay(ctx context.Context, known *watched, lister DayLister, day time.Time, tell bool) (Backfilled, error) {
	out := Backfilled{Day: day}
	// A memory of its own, which is not saved.
	s := &watched{Source: known.Source, state: &state{FirstContact: w.now()}, rows: &rows{Items: map[string]*item{}}}
	listed, err := lister.Day(ctx, Ask{Fetch: w.deps.Fetch, Source: &s.Source, Now: w.now(), Memo: map[string]Memo{}}, day)
	if failed, ok := errors.AsType[*fetch.Error](err); ok && failed.Reason == fetch.NotFound {
		out.Gone = true
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Rows, out.Incomplete = len(listed.Items), listed.Incomplete
	b := w.newBatch(ctx, s, false, nil)
	defer b.cancel()
	b.history, b.quiet = true, !tell
	b.end = w.now().Add(24 * time.Hour) // nothing waits behind it: each request has its own limit
	for _, it := range oldestFirst(listed.Items) {
		if err := b.recall(ctx, &it); err != nil {
			return out, err
		}
		if err := b.plan(ctx, it); err != nil {
			return out, err
		}
	}
	if out.Stored, err = b.publish(ctx); err != nil {
		return out, err
	}
	for _, it := range s.rows.Items {
		if it.Document == breach.DocumentPending {
			out.Waiting++
		}
	}
	return out, nil
}

// recall looks up what is stored of a row, so that its document is not fetched
// for nothing, and takes up a document that could not be had before.
func (b *batch) recall(ctx context.Context, it *extract.Item) error {
	id := breach.NoticeID(b.source.ID, it.Key)
	latest, err := b.latest(ctx, id)
	if err != nil || latest == nil {
		return err
	}
	known := &item{}
	known.adopt(latest)
	b.source.rows.Items[id] = known
	if known.Document == breach.DocumentPending && latest.URL != "" {
		b.planned = append(b.planned, &revision{notice: next(b.watcher, latest), before: latest, item: known, purpose: toRetry, document: make(chan struct{})})
	}
	return nil
}
