// Package tracker joins findings into incidents and says what a person should
// know.
//
// Start with [New] and hand every finding to [Tracker.Handle], in any order and
// as often as you like: ids are derived from content, so a repeat decides the
// same and changes nothing.
//
// A case joins an incident of the same publisher on strong evidence only: it is
// a further revision of a notice that is in it, the same TDnet document seen
// through another source, a numbered or otherwise marked follow-up, or the same
// event told by another source within days. Everything else opens an incident.
// An alert is raised for a new incident and when a fact moved; a notice that
// moves nothing is recorded as a member and not told. What stood there before a
// source was first watched (the backlog) opens incidents silently, so that later
// reports find them.
//
// It does no I/O of its own: [Store] keeps one dossier a publisher, [Alerts]
// publishes. A crash between the two repeats the same decision.
package tracker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
)

// Store keeps the dossiers.
type Store interface {
	// Load returns the value and its revision; nil and 0 when there is none.
	Load(ctx context.Context, key string) ([]byte, uint64, error)
	// Save stores value if the stored revision is still revision, and returns
	// the new one; otherwise it fails with an error for which [Config.IsConflict]
	// is true.
	Save(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
}

// Alerts publishes alerts.
type Alerts interface {
	// PublishAlert stores a exactly once by its id.
	PublishAlert(ctx context.Context, a *breach.Alert) error
}

// Decision is what became of a case: a closed set, fit for a metric label.
type Decision string

// The decisions.
const (
	DecisionAlert   Decision = "alert"   // a person is told
	DecisionBacklog Decision = "backlog" // it stood there before the source was watched
	DecisionRepeat  Decision = "repeat"  // nothing moved
	DecisionKnown   Decision = "known"   // this revision was handled before
)

// Config configures [New]; zero fields mean their defaults.
type Config struct {
	Watchlist []breach.WatchlistEntry
	// IsConflict tells a lost compare-and-set from other errors of the store.
	// Required.
	IsConflict func(error) bool
	// Observe is told of every decision; none.
	Observe func(Decision)
	// Now is the clock of an alert's creation; time.Now.
	Now func() time.Time
	// Log; none.
	Log *zap.Logger
}

// Tracker is safe for use by several goroutines and processes: the store's
// compare-and-set orders them.
type Tracker struct {
	watchlist  *watchlist
	isConflict func(error) bool
	observe    func(Decision)
	now        func() time.Time
	log        *zap.Logger
	store      Store
	alerts     Alerts
}

// New makes a tracker.
func New(cfg Config, store Store, alerts Alerts) (*Tracker, error) {
	if cfg.IsConflict == nil || store == nil || alerts == nil {
		return nil, errors.New("tracker: IsConflict, store and alerts are required")
	}
	t := &Tracker{
		watchlist: newWatchlist(cfg.Watchlist), isConflict: cfg.IsConflict, observe: cfg.Observe,
		now: cfg.Now, log: cfg.Log, store: store, alerts: alerts,
	}
	if t.observe == nil {
		t.observe = func(Decision) {}
	}
	if t.now == nil {
		t.now = time.Now
	}
	if t.log == nil {
		t.log = zap.NewNop()
	}
	return t, nil
}

// maxConflicts is how often one case may lose the compare-and-set before the
// stream's back-off takes over.
const maxConflicts = 10

// Handle joins every case of f. Its answer is one of package breach's.
func (t *Tracker) Handle(ctx context.Context, f *breach.Finding) error {
	if f.Notice.ID == "" || f.Notice.Revision < 1 {
		return breach.Permanent(fmt.Errorf("track finding %q: it names no notice", f.ID))
	}
	keys, err := t.keysOf(ctx, f.Notice.ID)
	if err != nil {
		return err
	}
	if !f.IsBreach {
		for _, key := range keys {
			if err := t.change(ctx, key, f, nil); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range f.Cases {
		key, err := t.place(ctx, f, &f.Cases[i], keys)
		if err != nil {
			return err
		}
		if err := t.change(ctx, key, f, &f.Cases[i]); err != nil {
			return err
		}
	}
	return nil
}

// change applies one case, or with nil the verdict that there is none, to the
// dossier at key: decide from what is stored, publish, then store. A crash in
// between decides the same again.
func (t *Tracker) change(ctx context.Context, key string, f *breach.Finding, c *breach.Case) error {
	for range maxConflicts {
		dossier, revision, err := t.load(ctx, key)
		if err != nil {
			return err
		}
		var decided outcome
		if c == nil {
			decided = t.retract(dossier, f)
		} else {
			decided = t.join(dossier, f, c)
		}
		t.observe(decided.decision)
		if decided.decision == DecisionKnown {
			return nil
		}
		if decided.alert != nil {
			if err := t.alerts.PublishAlert(ctx, decided.alert); err != nil {
				return fmt.Errorf("publish alert %s: %w", decided.alert.ID, err)
			}
		}
		value, err := json.Marshal(dossier)
		if err != nil {
			return breach.Permanent(fmt.Errorf("encode dossier %q: %w", key, err))
		}
		_, err = t.store.Save(ctx, key, value, revision)
		if err == nil {
			t.log.Debug("tracked", zap.String("notice", f.Notice.ID), zap.Int("revision", f.Notice.Revision),
				zap.String("decision", string(decided.decision)), zap.String("link", decided.link), zap.String("incident", decided.incident))
			return nil
		}
		if !t.isConflict(err) {
			return fmt.Errorf("save dossier %q: %w", key, err)
		}
	}
	return fmt.Errorf("save dossier %q: lost the race %d times: it is tried again", key, maxConflicts)
}

func (t *Tracker) load(ctx context.Context, key string) (*dossier, uint64, error) {
	value, revision, err := t.store.Load(ctx, key)
	if err != nil {
		return nil, 0, fmt.Errorf("load dossier %q: %w", key, err)
	}
	d := &dossier{}
	if value != nil {
		if err := json.Unmarshal(value, d); err != nil {
			return nil, 0, breach.Permanent(fmt.Errorf("decode dossier %q: %w", key, err))
		}
	}
	return d, revision, nil
}
