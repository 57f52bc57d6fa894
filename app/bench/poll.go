package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
	"oshirase/stream"
	"oshirase/watcher"
)

// Config configures [Poll] and [Soak]; zero fields mean their defaults.
type Config struct {
	// Site is the address of a [Site]. Required.
	Site string
	// Feeds of the site that are polled; 1000.
	Feeds int
	// Items of each feed; 30. The site has as many.
	Items int
	// Concurrency is how many polls run at a time; 64.
	Concurrency int
	// Dir holds the streams; a new one, removed afterwards.
	Dir string
	// Phase is told of each phase as it begins; nobody.
	Phase func(name string)
}

func (c *Config) defaults() {
	if c.Feeds == 0 {
		c.Feeds = 1000
	}
	if c.Items == 0 {
		c.Items = 30
	}
	if c.Concurrency == 0 {
		c.Concurrency = 64
	}
	if c.Phase == nil {
		c.Phase = func(string) {}
	}
}

// Phase is what one round over all feeds cost.
type Phase struct {
	Client   string  `json:"client"` // bare or oshirase
	Name     string  `json:"name"`   // cold, unchanged, changed, idle
	Polls    int     `json:"polls"`
	CPU      float64 `json:"cpu_seconds"`
	Per1000  float64 `json:"cpu_seconds_per_1000_polls"`
	Wall     float64 `json:"wall_seconds"`
	PeakRSS  int64   `json:"peak_rss_bytes,omitempty"`
	New      int     `json:"new_items"`
	Expected int     `json:"expected_items"`
	Repeated int     `json:"repeated_items"`
}

// Result is what [Poll] measured.
type Result struct {
	Feeds  int     `json:"feeds"`
	Items  int     `json:"items"`
	CPUs   int     `json:"cpus"`
	Go     string  `json:"go"`
	Phases []Phase `json:"phases"`
	// Ratio is the CPU of the unchanged phase beside the bare client's.
	Ratio float64 `json:"unchanged_cpu_to_bare"`
	// IdleRSS is what is held after all of it while the watcher waits.
	IdleRSS int64 `json:"idle_rss_bytes,omitempty"`
	// Remarks say what could not be measured.
	Remarks []string `json:"remarks,omitempty"`
}

// cheapPolls is how many polls the cheap phase has at least: fewer are too short
// for the system's clock.
const cheapPolls = 20_000

// Poll measures. An error means that it could not be done; items that were lost
// or repeated are in the result.
func Poll(ctx context.Context, cfg Config) (Result, error) {
	cfg.defaults()
	r := Result{Feeds: cfg.Feeds, Items: cfg.Items, CPUs: runtime.GOMAXPROCS(0), Go: runtime.Version()}
	b := newBare(cfg.Concurrency)
	defer b.close()
	// The site does not go back, so the floor is measured in the middle of the
	// versions that the watcher sees from its own beginning.
	for _, phase := range []string{"cold", "unchanged"} {
		if err := r.measure(ctx, &cfg, "bare", phase, func(ctx context.Context, feed int) (int, error) { return b.poll(ctx, cfg.Site, feed) }); err != nil {
			return r, err
		}
	}
	if err := advance(ctx, cfg.Site); err != nil {
		return r, err
	}
	if err := r.measure(ctx, &cfg, "bare", "changed", func(ctx context.Context, feed int) (int, error) { return b.poll(ctx, cfg.Site, feed) }); err != nil {
		return r, err
	}
	b.memo, b.seen = nil, nil
	debug.FreeOSMemory()
	err := r.watcher(ctx, &cfg)
	var floor, ours float64
	for _, p := range r.Phases {
		if p.Name == "unchanged" {
			if p.Client == "bare" {
				floor = p.Per1000
			} else {
				ours = p.Per1000
			}
		}
	}
	if floor > 0 {
		r.Ratio = ours / floor
	}
	return r, err
}

func advance(ctx context.Context, site string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, site+"/advance", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("advance the site: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("advance the site: %s", response.Status)
	}
	return nil
}

// expected is how many items are new in a phase.
func expected(cfg *Config, phase string) int {
	switch phase {
	case "cold":
		return cfg.Feeds * cfg.Items
	case "changed": // one item in every hundredth feed
		return (cfg.Feeds + changedEvery - 1) / changedEvery
	}
	return 0
}

// measure runs one phase over all feeds.
func (r *Result) measure(ctx context.Context, cfg *Config, client, name string, poll func(ctx context.Context, feed int) (int, error)) error {
	cfg.Phase(client + " " + name)
	runtime.GC()
	if err := resetPeak(); err != nil && len(r.Remarks) == 0 {
		r.Remarks = append(r.Remarks, err.Error())
	}
	times := 1
	if name == "unchanged" {
		times = (cheapPolls + cfg.Feeds - 1) / cfg.Feeds
	}
	before, began := cpu(), time.Now()
	fresh := 0
	var err error
	// A profile of the run can be narrowed to a phase: -tagfocus.
	pprof.Do(ctx, pprof.Labels("client", client, "phase", name), func(ctx context.Context) {
		for range times {
			var n int
			if n, err = round(ctx, cfg, poll); err != nil {
				return
			}
			fresh += n
		}
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", client, name, err)
	}
	p := Phase{Client: client, Name: name, Polls: times * cfg.Feeds, CPU: (cpu() - before).Seconds(), Wall: time.Since(began).Seconds(),
		PeakRSS: memory("VmHWM"), New: fresh, Expected: expected(cfg, name)}
	p.Per1000 = p.CPU / float64(p.Polls) * 1000
	r.Phases = append(r.Phases, p)
	return nil
}

// round polls every feed once.
func round(ctx context.Context, cfg *Config, poll func(ctx context.Context, feed int) (int, error)) (fresh int, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next, found atomic.Int64
	var workers sync.WaitGroup
	for range cfg.Concurrency {
		workers.Go(func() {
			for ctx.Err() == nil {
				feed := int(next.Add(1)) - 1
				if feed >= cfg.Feeds {
					return
				}
				n, err := poll(ctx, feed)
				if err != nil {
					stop(err)
					return
				}
				found.Add(int64(n))
			}
		})
	}
	workers.Wait()
	return int(found.Load()), context.Cause(ctx)
}

// watcher measures the real one.
func (r *Result) watcher(ctx context.Context, cfg *Config) (err error) {
	rig, err := newRig(ctx, cfg, rigOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rig.close()) }()
	for _, phase := range []string{"cold", "unchanged", "changed"} {
		if phase == "changed" {
			if err := advance(ctx, cfg.Site); err != nil {
				return err
			}
		}
		if err := r.measure(ctx, cfg, "oshirase", phase, rig.poll); err != nil {
			return err
		}
		p := &r.Phases[len(r.Phases)-1]
		stored, distinct, err := rig.count(ctx)
		if err != nil {
			return err
		}
		p.Repeated = stored - distinct
		p.New = distinct - rig.before
		rig.before = distinct
	}
	// As a daemon holds it: the streams open, the sources known, no poll under way.
	cfg.Phase("oshirase idle")
	debug.FreeOSMemory()
	r.IdleRSS = memory("VmRSS")
	return nil
}

// rig is a watcher with real neighbours and no daemon around it.
type rig struct {
	*watcher.Watcher
	bus    *stream.Bus
	client *fetch.Client
	reader *extract.Reader
	dir    string
	before int // notices of the phases before
}

// nobody is told of what happens to a source here: its status says it.
type nobody struct{}

// Report implements [watcher.Reporter].
func (nobody) Report(context.Context, breach.OpsEvent, string) error { return nil }

// rigOptions are what a soak has otherwise.
type rigOptions struct {
	timeout time.Duration    // of a request; the client's own
	now     func() time.Time // time.Now
}

func newRig(ctx context.Context, cfg *Config, o rigOptions) (r *rig, err error) {
	r = &rig{}
	dir := cfg.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "oshirase-bench-"); err != nil {
			return nil, fmt.Errorf("make a directory for the streams: %w", err)
		}
		r.dir = dir
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	if r.bus, err = stream.Open(ctx, stream.Config{DataDir: dir, InProcess: true}, zap.NewNop()); err != nil {
		return nil, err
	}
	states, err := r.bus.Bucket(ctx, stream.BucketConfig{Name: "sources"})
	if err != nil {
		return nil, err
	}
	r.client = fetch.New(fetch.Config{Version: "bench", AllowAll: true, Interval: time.Nanosecond, Concurrency: cfg.Concurrency, Timeout: o.timeout, MaxBody: 1 << 20, Now: o.now})
	r.reader = extract.NewReader(extract.ReaderConfig{})
	var sources []watcher.Source
	for feed := range cfg.Feeds {
		sources = append(sources, watcher.Source{
			ID: source(feed), Kind: watcher.KindFeed, URL: address(cfg.Site, feed), Schedule: hourly{},
			FirstRun: watcher.All, Documents: watcher.DocumentsNone, Zone: extract.Japan, Language: "ja", Lister: watcher.Feed{},
		})
	}
	r.Watcher, err = watcher.New(watcher.Config{Sources: sources, TimeZone: extract.Japan, DocumentWait: time.Second, Now: o.now},
		watcher.Deps{Fetch: r.client, Reader: r.reader, Notices: r.bus, Evidence: r.bus, States: states, Reporter: nobody{}})
	return r, err
}

// hourly is a schedule that never comes while one measures.
type hourly struct{}

// Next implements the schedule of a source.
func (hourly) Next(t time.Time) time.Time { return t.Add(time.Hour) }

func source(feed int) string { return fmt.Sprint("feed-", feed) }

func (r *rig) poll(ctx context.Context, feed int) (int, error) {
	return 0, r.PollOnce(ctx, source(feed))
}

// count reads how many revisions are stored, and of how many notices.
func (r *rig) count(ctx context.Context) (stored, distinct int, err error) {
	seen := map[string]bool{}
	err = r.bus.Replay(ctx, stream.ReplayQuery{Stream: breach.StreamNotices}, func(m stream.Message) error {
		stored++
		seen[m.Subject] = true
		return nil
	})
	return stored, len(seen), err
}

// closeGrace is more than the streams need to end.
const closeGrace = 30 * time.Second

func (r *rig) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	var errs []error
	if r.bus != nil {
		errs = append(errs, r.bus.Close(ctx))
	}
	if r.client != nil {
		r.client.Close()
	}
	if r.reader != nil {
		errs = append(errs, r.reader.Close(ctx))
	}
	if r.dir != "" {
		errs = append(errs, os.RemoveAll(r.dir))
	}
	return errors.Join(errs...)
}
