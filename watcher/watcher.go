// Package watcher knows when to look at a source, what is new there and what
// changed, and publishes each as a notice.
//
// Make a [Watcher] with [New] and let [Watcher.Run] poll every source on its
// schedule; [Watcher.PollOnce] polls one now, and [Watcher.List] only looks. A
// kind of source is a [Lister]; everything else (identity, revisions, documents,
// state, health) is the same for all kinds.
//
// A row becomes a notice once its document was had, or without it after
// [Config.DocumentWait]; then the document is the next revision. Raw documents
// are kept as evidence before the notice that names them. Announced notices are
// looked at again on a decaying schedule. The state of a source is a cache: what
// was published is asked of the notices themselves when the state is gone, so a
// crash at any instant loses nothing and repeats nothing.
//
// A source that breaks, falls silent or floods is told of once, and once when it
// is well again.
package watcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
)

// Notices stores revisions of notices.
type Notices interface {
	// InsertNotices stores each of list, in its order, as its revision if the
	// latest stored one is the revision before it; otherwise stored is false.
	// latest is the latest stored revision afterwards. each is called for every
	// notice in order, and its error ends the work; one notice's own error holds
	// back no other.
	InsertNotices(ctx context.Context, list []*breach.Notice, each func(i int, latest *breach.Notice, stored bool, err error) error) error
	// LatestNotice is the latest stored revision, nil when there is none.
	LatestNotice(ctx context.Context, source, id string) (*breach.Notice, error)
	// RecallNotices calls each for the stored revisions of a source, oldest first,
	// those of before since left out. any tells whether there is one at all.
	RecallNotices(ctx context.Context, source string, since time.Time, each func(*breach.Notice) error) (any bool, err error)
}

// Evidence keeps raw documents by the SHA-256 of their bytes.
type Evidence interface {
	PutEvidence(ctx context.Context, sha256 string, body []byte, meta map[string]string) error
}

// States keeps the state of each source, with compare-and-set.
type States interface {
	Load(ctx context.Context, key string) (value []byte, revision uint64, err error)
	Save(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
}

// Claims shares the sources among daemons: the first to claim a tick polls.
// A tick is in Unix seconds; of all that claim one of a source, or an older one,
// only the first gets true.
type Claims interface {
	Claim(ctx context.Context, source string, tick int64) (bool, error)
}

// Reporter is told once when a source breaks and once when it heals;
// occurrence tells one spell of trouble from the next.
type Reporter interface {
	Report(ctx context.Context, event breach.OpsEvent, occurrence string) error
}

// Reader turns a document's bytes into text.
type Reader interface {
	Read(ctx context.Context, body []byte, contentType, rawURL string) (extract.Text, error)
}

// Config configures [New]; zero fields mean their defaults.
type Config struct {
	Sources []Source
	// TimeZone of the schedules; UTC.
	TimeZone *time.Location
	// DocumentWait is how long a notice waits for its document; 15 s.
	DocumentWait time.Duration
	// PollTimeout bounds one poll, documents included; 5 min.
	PollTimeout time.Duration
	// Concurrency is how many sources are polled at a time; 64.
	Concurrency int
	// StopGrace is how long running polls may finish after the end; 10 s.
	StopGrace time.Duration
	// Screen tells by the title whether a row of a screened source is worth its
	// document; every row.
	Screen func(title string) bool
	// Announced tells whether people are told of a notice: it is looked at again
	// later, on a decaying schedule. Nil: no notice is.
	Announced func(*breach.Notice) bool
	// Observe is told of every poll; nobody.
	Observe func(Poll)
	// Now is the clock; time.Now.
	Now func() time.Time
	// Log; none.
	Log *zap.Logger
}

// Poll is the result of one poll, for metrics.
type Poll struct {
	Source    string
	Duration  time.Duration
	Unchanged bool
	Rows      int
	Notices   int // revisions stored
	Reason    Reason
}

// Deps are what a watcher works with; Claims may be nil when one daemon runs.
type Deps struct {
	Fetch    *fetch.Client
	Reader   Reader
	Notices  Notices
	Evidence Evidence
	States   States
	Claims   Claims
	Reporter Reporter
}

// Watcher polls sources.
type Watcher struct {
	cfg     Config
	deps    Deps
	sources []*watched
	byID    map[string]*watched
	polls   chan struct{} // a place for each poll at a time
	log     *zap.Logger
	now     func() time.Time
}

// watched is a source with what this process remembers of it.
type watched struct {
	Source
	queued atomic.Bool // a tick waits or polls

	running sync.Mutex // held by the poll that runs; guards what follows
	state   *state     // nil until loaded
	rev     uint64     // of state in the store
	saved   time.Time
	rows    *rows     // nil but while a poll needs them
	rest    time.Time // the source is left alone until then

	mu     sync.Mutex
	status Status // guarded by mu
}

// New checks the sources and makes a watcher.
func New(cfg Config, deps Deps) (*Watcher, error) {
	cfg.DocumentWait = cmp.Or(cfg.DocumentWait, 15*time.Second)
	cfg.PollTimeout = cmp.Or(cfg.PollTimeout, 5*time.Minute)
	cfg.Concurrency = cmp.Or(cfg.Concurrency, 64)
	cfg.StopGrace = cmp.Or(cfg.StopGrace, 10*time.Second)
	if cfg.TimeZone == nil {
		cfg.TimeZone = time.UTC
	}
	if cfg.Screen == nil {
		cfg.Screen = func(string) bool { return true }
	}
	if cfg.Observe == nil {
		cfg.Observe = func(Poll) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	w := &Watcher{cfg: cfg, deps: deps, byID: map[string]*watched{}, polls: make(chan struct{}, cfg.Concurrency), log: cfg.Log, now: cfg.Now}
	var faults []error
	for _, s := range cfg.Sources {
		switch {
		case !breach.ValidToken(s.ID):
			faults = append(faults, fmt.Errorf("source id %q is not fit for a subject", s.ID))
		case w.byID[s.ID] != nil:
			faults = append(faults, fmt.Errorf("source %q is there twice", s.ID))
		case s.Lister == nil || s.Schedule == nil:
			faults = append(faults, fmt.Errorf("source %q has no lister or no schedule", s.ID))
		}
		one := &watched{Source: s}
		one.status = Status{ID: s.ID, Kind: s.Kind, URL: s.URL, Publisher: s.Publisher.Name}
		w.byID[s.ID] = one
		w.sources = append(w.sources, one)
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("watcher: %w", errors.Join(faults...))
	}
	return w, nil
}

// PollOnce polls a source now, whatever its schedule says. The error tells that
// the poll could not be completed; a fault of the source is in [Watcher.Status].
func (w *Watcher) PollOnce(ctx context.Context, id string) error {
	s := w.byID[id]
	if s == nil {
		return fmt.Errorf("no source %q is configured", id)
	}
	s.running.Lock()
	defer s.running.Unlock()
	return w.poll(ctx, s, nil)
}

// List looks at a source now and publishes nothing.
func (w *Watcher) List(ctx context.Context, id string) (extract.Listing, error) {
	s := w.byID[id]
	if s == nil {
		return extract.Listing{}, fmt.Errorf("no source %q is configured", id)
	}
	listed, err := s.Lister.List(ctx, Ask{Fetch: w.deps.Fetch, Source: &s.Source, Now: w.now(), Memo: map[string]Memo{}})
	if err != nil {
		return extract.Listing{}, err
	}
	return listed.Listing, nil
}
