package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"oshirase/breach"
	"oshirase/tracker"
)

// rehearsal joins findings as the daemon would, with its memory for a store and
// its output for the alerts. A line is {"finding":…} or {"alert":…}; when all
// is read, {"incident":…} for each incident as it then stands.
type rehearsal struct {
	out       *json.Encoder
	tracker   *tracker.Tracker
	dossiers  map[string]dossier
	now       time.Time
	incidents map[string]*breach.Incident
	order     []string
}

type dossier struct {
	value    []byte
	revision uint64
}

var errMoved = errors.New("the dossier has another revision")

func newRehearsal(w io.Writer, watchlist []breach.WatchlistEntry) (*rehearsal, error) {
	r := &rehearsal{out: json.NewEncoder(w), dossiers: map[string]dossier{}, incidents: map[string]*breach.Incident{}}
	var err error
	r.tracker, err = tracker.New(tracker.Config{
		Watchlist:  watchlist,
		IsConflict: func(err error) bool { return errors.Is(err, errMoved) },
		Now:        func() time.Time { return r.now },
	}, r, r)
	return r, err
}

// Load implements [tracker.Store].
func (r *rehearsal) Load(_ context.Context, key string) ([]byte, uint64, error) {
	d := r.dossiers[key]
	return d.value, d.revision, nil
}

// Save implements [tracker.Store].
func (r *rehearsal) Save(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	if r.dossiers[key].revision != revision {
		return 0, errMoved
	}
	r.dossiers[key] = dossier{value, revision + 1}
	return revision + 1, nil
}

// PublishAlert implements [tracker.Alerts].
func (r *rehearsal) PublishAlert(_ context.Context, a *breach.Alert) error {
	if a.Incident != nil {
		if r.incidents[a.Incident.ID] == nil {
			r.order = append(r.order, a.Incident.ID)
		}
		r.incidents[a.Incident.ID] = a.Incident
	}
	return r.out.Encode(map[string]*breach.Alert{"alert": a})
}

// handle prints the finding and what it leads to. The clock is the notice's
// day, so that the same input gives the same bytes.
func (r *rehearsal) handle(ctx context.Context, f *breach.Finding) error {
	if !f.Notice.Published.IsZero() {
		r.now = f.Notice.Published
	}
	if err := r.out.Encode(map[string]*breach.Finding{"finding": f}); err != nil {
		return err
	}
	return r.tracker.Handle(ctx, f)
}

// finish prints the incidents in the order in which they were opened.
func (r *rehearsal) finish() error {
	for _, id := range r.order {
		if err := r.out.Encode(map[string]*breach.Incident{"incident": r.incidents[id]}); err != nil {
			return err
		}
	}
	return nil
}
