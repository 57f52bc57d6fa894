package watcher

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"oshirase/breach"
	"oshirase/extract"
)

// rows are the known rows of a source: a cache of what the notices say. They
// are in memory only while a poll needs them.
type rows struct {
	Items map[string]*item `json:"items"` // by notice id

	rev     uint64 // in the store
	touched bool
	// recalled: the store had none and they were made from the notices, which
	// were looked at for recallAge only.
	recalled bool
}

// item is one known row. Times are Unix seconds.
type item struct {
	Hash     string               `json:"h"` // short, of what the listing shows
	RowKey   string               `json:"k,omitempty"`
	Revision int                  `json:"r"`
	Document breach.DocumentState `json:"d,omitempty"`
	Seen     int64                `json:"s"` // Unix day of the last sighting
	// Due is when the document is looked at next: tried again, or revisited.
	Due      int64 `json:"t,omitempty"`
	Attempts int   `json:"a,omitempty"` // for a document that cannot be had
	// Told is when the notice was announced, Visit the number of its next
	// revisit, Missing how often in a row the page was not there.
	Told    int64 `json:"v,omitempty"`
	Visit   int   `json:"n,omitempty"`
	Missing int   `json:"m,omitempty"`
	// Gone: the latest revision says withdrawn; Lost: because the page is gone,
	// although the listing may show the row still.
	Gone bool `json:"g,omitempty"`
	Lost bool `json:"l,omitempty"`
	// Refused: no message can carry the row as it is listed.
	Refused bool `json:"x,omitempty"`
}

const (
	// maxItems bounds the rows to about 700 KB of JSON, below the 1 MiB of a NATS
	// message. A busy day of the TSE has 2,300 rows.
	maxItems = 6000
	// maxVisited bounds the notices of one source that are looked at again.
	maxVisited = 500
	// recallAge is how far back the notices are read when the rows are gone.
	recallAge = 35 * 24 * time.Hour

	secondsPerDay = 24 * 60 * 60
)

// short keeps 64 bits of a hash: enough to tell two showings of one row apart.
func short(hash string) string { return hash[:min(len(hash), 16)] }

// adopt takes over what the stored notice says.
func (i *item) adopt(n *breach.Notice) {
	i.Hash, i.Revision, i.Document, i.Gone = short(n.ListingHash), n.Revision, n.DocumentState, n.Withdrawn
	i.Lost, i.Refused = n.Withdrawn && lostPage(n), false
}

// byRow finds a row that has lost its link, and with it its key.
func (r *rows) byRow(rowKey string) (id string, found *item) {
	if rowKey == "" {
		return "", nil
	}
	for id, it := range r.Items {
		if it.RowKey == short(rowKey) {
			return id, it
		}
	}
	return "", nil
}

// due is when the first row wants its document looked at.
func (r *rows) due() time.Time {
	first := int64(0)
	for _, it := range r.Items {
		if it.Due > 0 && (first == 0 || it.Due < first) {
			first = it.Due
		}
	}
	if first == 0 {
		return time.Time{}
	}
	return time.Unix(first, 0).UTC()
}

// dueNow are the ids of the rows whose time has come, the longest due first.
func (r *rows) dueNow(now time.Time, limit int) []string {
	var ids []string
	for id, it := range r.Items {
		if it.Due > 0 && it.Due <= now.Unix() {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Items[a].Due, r.Items[b].Due), cmp.Compare(a, b))
	})
	return ids[:min(len(ids), limit)]
}

// prune drops the rows that were not seen for longest, never one of the current
// listing or one that is to be looked at again; of these, only the newest
// maxVisited stay so.
func (r *rows) prune(now time.Time) {
	today := now.Unix() / secondsPerDay
	oldest := func(list []string, age func(*item) int64) {
		slices.SortFunc(list, func(a, b string) int {
			return cmp.Or(cmp.Compare(age(r.Items[a]), age(r.Items[b])), cmp.Compare(a, b))
		})
	}
	var visited, old []string
	for id, it := range r.Items {
		switch {
		case it.Due > 0:
			visited = append(visited, id)
		case it.Seen < today:
			old = append(old, id)
		}
	}
	if extra := len(visited) - maxVisited; extra > 0 {
		oldest(visited, func(it *item) int64 { return cmp.Or(it.Told, it.Due) })
		for _, id := range visited[:extra] {
			r.Items[id].Due, r.Items[id].Told = 0, 0
		}
	}
	if extra := len(r.Items) - maxItems; extra > 0 {
		oldest(old, func(it *item) int64 { return it.Seen })
		for _, id := range old[:min(extra, len(old))] {
			delete(r.Items, id)
		}
	}
}

func (w *Watcher) loadRows(ctx context.Context, s *watched) error {
	if s.rows != nil {
		return nil
	}
	value, rev, err := w.deps.States.Load(ctx, rowsPrefix+s.ID)
	if err != nil {
		return fmt.Errorf("load the rows of source %q: %w", s.ID, err)
	}
	fresh := &rows{rev: rev}
	if value != nil {
		if err := json.Unmarshal(value, fresh); err != nil {
			w.log.Warn("the rows of a source are damaged and made anew from its notices", zapSource(s), zapError(err))
			fresh, value = &rows{rev: rev}, nil
		}
	}
	if fresh.Items == nil {
		fresh.Items = map[string]*item{}
	}
	if value == nil {
		if err := w.recall(ctx, s, fresh); err != nil {
			return err
		}
	}
	s.rows = fresh
	return nil
}

// recall makes the rows from what was published.
func (w *Watcher) recall(ctx context.Context, s *watched, into *rows) error {
	latest := map[string]*breach.Notice{}
	any, err := w.deps.Notices.RecallNotices(ctx, s.ID, w.now().Add(-recallAge), func(n *breach.Notice) error {
		light := *n
		if light.Backlog || w.cfg.Announced == nil {
			light.Text = "" // no verdict is asked of it: many notices are held here
		}
		latest[n.ID] = &light
		return nil
	})
	if err != nil {
		return fmt.Errorf("recall the notices of source %q: %w", s.ID, err)
	}
	for id, n := range latest {
		it := &item{RowKey: short(extract.RowKey(n.Published, n.Publisher.Code, n.Title)), Seen: n.SeenAt.Unix() / secondsPerDay}
		it.adopt(n)
		if it.Document == breach.DocumentPending {
			it.Due = w.now().Unix()
		}
		w.announced(s, it, n)
		into.Items[id] = it
	}
	into.recalled = any
	into.touched = len(into.Items) > 0
	return nil
}

func (w *Watcher) saveRows(ctx context.Context, s *watched) error {
	if s.rows == nil || !s.rows.touched {
		return nil
	}
	s.rows.prune(w.now())
	s.state.Due = s.rows.due()
	value, err := json.Marshal(s.rows)
	if err != nil {
		return fmt.Errorf("encode the rows of source %q: %w", s.ID, err)
	}
	rev, err := w.deps.States.Save(ctx, rowsPrefix+s.ID, value, s.rows.rev)
	if err != nil {
		return fmt.Errorf("save the rows of source %q: %w", s.ID, err)
	}
	s.rows.rev, s.rows.touched = rev, false
	return nil
}
