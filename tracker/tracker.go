// Package tracker joins findings into incidents and says what a person should
// know.
//
// Start with [New] and hand every finding to [Tracker.Handle], in any order and
// as often as you like: ids are derived from content, so a repeat decides the
// same and changes nothing. [Tracker.Explain] tells what was decided about a
// notice, and why.
//
// An incident is one event of one organisation, told by a chain of notices. A
// case joins an incident of the same organisation on strong evidence only: it is
// a further revision of a notice that is in it; the same document, or the same
// title within days, through another source; a follow-up (a report number above
// one, 訂正, 開示事項の経過, an update by its text) that shares title, quoted
// title or vector with it; the filing in the other language; or the telling of a
// newspaper within days of the organisation's own. Everything else opens an
// incident: two first reports are two incidents, and two organisations never
// share one.
//
// An alert is raised for a new incident and when a fact moved. That a follow-up
// was published is a fact of its own: a second report is told also when nothing
// else moved. A notice that moves nothing is recorded as a member and not told.
// What stood there before a source was first watched (the backlog) opens
// incidents silently, so that later reports find them and are told as updates.
// An alert that a later revision takes back (the document behind a title reports
// no incident) is corrected by one of kind withdrawn.
//
// It does no I/O of its own: [Store] keeps one dossier an organisation, [Alerts]
// publishes. A decision is stored together with the alert that it calls for, then
// the alert is published, then it is struck off: a crash at any point repeats the
// publication of the same alert by the same id, and nothing else.
package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	// is true. A key is any text, a value at most 512 KiB.
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
	// Observe is told of every decision once it is stored; none.
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

// maxConflicts is how often one change may lose the compare-and-set before the
// stream's back-off takes over.
const maxConflicts = 10

// Handle joins every case of f. Its answer is one of package breach's.
func (t *Tracker) Handle(ctx context.Context, f *breach.Finding) error {
	if f.Notice.ID == "" || f.Notice.Revision < 1 {
		return breach.Permanent(fmt.Errorf("track finding %q: it names no notice", f.ID))
	}
	if f.IsBreach && len(f.Cases) == 0 {
		return breach.Permanent(fmt.Errorf("track finding %q: it reports an incident and has no case", f.ID))
	}
	known, err := t.noticeDossiers(ctx, f.Notice.ID)
	if err != nil {
		return err
	}
	if !f.IsBreach {
		for _, key := range known {
			if err := t.change(ctx, key, f, nil); err != nil {
				return err
			}
		}
		return nil
	}
	places, err := t.place(ctx, f, known)
	if err != nil {
		return err
	}
	for _, p := range places {
		if !slices.Contains(known, p.key) {
			if err := t.rememberNotice(ctx, f.Notice.ID, p.key); err != nil {
				return err
			}
		}
		if err := t.change(ctx, p.key, f, p.cases); err != nil {
			return err
		}
	}
	return nil
}

// change applies the cases, or with none the verdict that there is no incident,
// to the dossier at key. The first save holds decision and alerts together; the
// second, after they are published, strikes them off.
func (t *Tracker) change(ctx context.Context, key string, f *breach.Finding, cases []*breach.Case) error {
	stored := false
	for range maxConflicts {
		d, revision, err := t.load(ctx, key)
		if err != nil {
			return err
		}
		// What an interrupted run decided is told before anything new.
		if len(d.Outbox) > 0 {
			revision, err = t.deliver(ctx, key, d, revision)
			if t.lost(err) {
				continue
			}
			if err != nil {
				return err
			}
		}
		if stored {
			return nil
		}
		decided := t.apply(d, f, cases)
		if !slices.ContainsFunc(decided, outcome.changes) {
			t.record(f, decided)
			return nil
		}
		revision, err = t.save(ctx, key, d, revision)
		if t.lost(err) {
			continue
		}
		if err != nil {
			return err
		}
		t.record(f, decided)
		if len(d.Outbox) == 0 {
			return nil
		}
		stored = true
		if _, err = t.deliver(ctx, key, d, revision); !t.lost(err) {
			return err
		}
		// Another process touched the dossier meanwhile: look at what it left.
	}
	return fmt.Errorf("save dossier %q: lost the race %d times: it is tried again", key, maxConflicts)
}

// lost reports whether another process changed the dossier first.
func (t *Tracker) lost(err error) bool { return err != nil && t.isConflict(err) }

// deliver publishes what the dossier owes, in the order in which it was decided,
// and strikes it off.
func (t *Tracker) deliver(ctx context.Context, key string, d *dossier, revision uint64) (uint64, error) {
	for _, a := range d.Outbox {
		if err := t.alerts.PublishAlert(ctx, a); err != nil {
			return 0, fmt.Errorf("publish alert %s: %w", a.ID, err)
		}
	}
	d.Outbox = nil
	return t.save(ctx, key, d, revision)
}

func (t *Tracker) load(ctx context.Context, key string) (*dossier, uint64, error) {
	value, revision, err := t.store.Load(ctx, key)
	if err != nil {
		return nil, 0, fmt.Errorf("load dossier %q: %w", key, err)
	}
	d, err := decodeDossier(value)
	if err != nil {
		return nil, 0, breach.Permanent(fmt.Errorf("decode dossier %q: %w: delete the incidents' bucket to begin anew", key, err))
	}
	d.anonymous = anonymous(key)
	return d, revision, nil
}

func (t *Tracker) save(ctx context.Context, key string, d *dossier, revision uint64) (uint64, error) {
	value, err := d.encode()
	if err != nil {
		return 0, breach.Permanent(fmt.Errorf("encode dossier %q: %w", key, err))
	}
	revision, err = t.store.Save(ctx, key, value, revision)
	if err != nil {
		return 0, fmt.Errorf("save dossier %q: %w", key, err)
	}
	return revision, nil
}

// record tells log and metrics what was decided; the dossier has it already.
func (t *Tracker) record(f *breach.Finding, decided []outcome) {
	for _, o := range decided {
		t.observe(o.decision)
		if o.decision == DecisionKnown {
			continue
		}
		t.log.Debug("tracked", zap.String("notice", f.Notice.ID), zap.Int("revision", f.Notice.Revision), zap.Int("case", o.caseIndex),
			zap.String("decision", string(o.decision)), zap.String("link", o.link), zap.String("incident", o.incident))
	}
}

// Explain returns what was decided about a notice, oldest first for each
// organisation that it told of: also why nobody was told. A dossier remembers
// its last 200 decisions.
func (t *Tracker) Explain(ctx context.Context, noticeID string) ([]Entry, error) {
	keys, err := t.noticeDossiers(ctx, noticeID)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, key := range keys {
		d, _, err := t.load(ctx, key)
		if err != nil {
			return nil, err
		}
		for _, e := range d.Log {
			if e.NoticeID == noticeID {
				entries = append(entries, e)
			}
		}
	}
	return entries, nil
}
