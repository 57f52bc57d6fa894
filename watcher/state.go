package watcher

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"oshirase/breach"
)

// state is what is remembered of a source between polls: a cache of what the
// notices say, and the health of the source.
type state struct {
	// FirstContact is zero until the first listing was worked through.
	FirstContact time.Time        `json:"first,omitzero"`
	Memo         map[string]Memo  `json:"memo,omitempty"`
	Items        map[string]*item `json:"items"` // by notice id
	LastSuccess  time.Time        `json:"ok,omitzero"`
	Rows         int              `json:"rows"`
	Trouble      *trouble         `json:"trouble,omitempty"`
}

// item is one known row.
type item struct {
	Hash     string               `json:"h"` // of what the listing shows
	RowKey   string               `json:"k,omitempty"`
	Revision int                  `json:"r"`
	Document breach.DocumentState `json:"d,omitempty"`
	Attempts int                  `json:"a,omitempty"`
	Retry    time.Time            `json:"t,omitzero"` // when the document is tried again
	Seen     int64                `json:"s"`          // Unix day of the last sighting
	Gone     bool                 `json:"g,omitempty"`
}

// maxItems bounds a state to about 700 KB of JSON, below the 1 MiB of a NATS
// message. A busy day of the TSE has 2,300 rows, and two days are watched.
const maxItems = 6000

const secondsPerDay = 24 * 60 * 60

// prune drops the items that were not seen for longest, never one of the
// current listing.
func (s *state) prune(now time.Time) {
	extra := len(s.Items) - maxItems
	if extra <= 0 {
		return
	}
	today := now.Unix() / secondsPerDay
	type aged struct {
		id   string
		seen int64
	}
	var old []aged
	for id, it := range s.Items {
		if it.Seen < today {
			old = append(old, aged{id, it.Seen})
		}
	}
	slices.SortFunc(old, func(a, b aged) int { return cmp.Or(cmp.Compare(a.seen, b.seen), cmp.Compare(a.id, b.id)) })
	for _, o := range old[:min(extra, len(old))] {
		delete(s.Items, o.id)
	}
}

// documentDue reports whether a document is to be tried again.
func (s *state) documentDue(now time.Time) bool {
	for _, it := range s.Items {
		if it.Document == breach.DocumentPending && !now.Before(it.Retry) {
			return true
		}
	}
	return false
}

const statePrefix = "source:"

func (w *Watcher) load(ctx context.Context, s *watched) error {
	if s.state != nil {
		return nil
	}
	value, rev, err := w.deps.States.Load(ctx, statePrefix+s.ID)
	if err != nil {
		return fmt.Errorf("load the state of source %q: %w", s.ID, err)
	}
	fresh := &state{}
	if value != nil {
		if err := json.Unmarshal(value, fresh); err != nil {
			// The notices know everything that matters; only time is lost.
			w.log.Warn("the state of a source is damaged and made anew", zapSource(s), zapError(err))
			fresh = &state{}
		}
	}
	if fresh.Items == nil {
		fresh.Items = map[string]*item{}
	}
	if fresh.Memo == nil {
		fresh.Memo = map[string]Memo{}
	}
	s.state, s.rev = fresh, rev
	return nil
}

func (w *Watcher) save(ctx context.Context, s *watched) error {
	s.state.prune(w.now())
	value, err := json.Marshal(s.state)
	if err != nil {
		return fmt.Errorf("encode the state of source %q: %w", s.ID, err)
	}
	rev, err := w.deps.States.Save(ctx, statePrefix+s.ID, value, s.rev)
	if err != nil {
		s.state = nil // another daemon has written it, or the store failed: read it again
		return fmt.Errorf("save the state of source %q: %w", s.ID, err)
	}
	s.rev, s.saved = rev, w.now()
	return nil
}
