package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"oshirase/breach"
	"oshirase/configs"
	"oshirase/ledger"
	"oshirase/notifier"
	"oshirase/stream"
	"oshirase/tracker"
	"oshirase/watcher"
	"oshirase/web"
)

// pdfCache keeps PDFium's compiled code beside the other data.
func pdfCache(cfg *configs.Config) string { return filepath.Join(cfg.DataDir, "cache", "pdfium") }

func streamConfig(cfg *configs.Config) stream.Config {
	c := stream.Config{
		URL: cfg.NATS.URL, CredentialsFile: cfg.NATS.CredentialsFile, Replicas: cfg.NATS.Replicas, SubjectPrefix: cfg.NATS.SubjectPrefix,
		DataDir: cfg.DataDir, Listen: cfg.NATS.Listen, Retention: cfg.Retention,
		EvidenceRetention: cfg.Evidence.Retention, MaxEvidence: cfg.Evidence.MaxBytes,
	}
	for _, s := range cfg.NATS.Subscribers {
		c.Subscribers = append(c.Subscribers, stream.Subscriber{User: s.User, Password: s.Password})
	}
	return c
}

// The key-value buckets.
const (
	bucketSources   = "sources"
	bucketIncidents = "incidents"
	bucketClaims    = "claims"
)

func (a *App) buildTracker(ctx context.Context, _ Options) error {
	store, err := a.bus.Bucket(ctx, stream.BucketConfig{Name: bucketIncidents})
	if err != nil {
		return err
	}
	a.tracker, err = tracker.New(tracker.Config{
		Watchlist: a.cfg.Watchlist, IsConflict: func(err error) bool { return errors.Is(err, stream.ErrConflict) },
		Observe: a.metrics.decided, Now: a.now, Log: a.log.Named("tracker"),
	}, store, alerts{a.bus, a.metrics})
	return err
}

func (a *App) operations() operations {
	return operations{alerts: alerts{a.bus, a.metrics}, clock: a.now, log: a.log.Named("operations")}
}

func (a *App) buildNotifier(_ context.Context, o Options) error {
	decoded, faults := receivers(a.cfg)
	leads, more := routes(a.cfg)
	if err := append(faults, more...).Err(); err != nil {
		return err
	}
	var list []notifier.Receiver
	for _, r := range decoded {
		channel, err := r.open(o.Console)
		if err != nil {
			return fmt.Errorf("receiver %q: %w", r.ID, err)
		}
		list = append(list, notifier.Receiver{ID: r.ID, Language: r.Language, Channel: channel})
	}
	var err error
	a.notifier, err = notifier.New(notifier.Config{Receivers: list, Routes: leads, TimeZone: a.cfg.TimeZone, Now: a.now},
		deliveries{a.bus, a.metrics}, hourly{a.operations()}, a.log.Named("notifier"))
	if err != nil {
		return err
	}
	a.down.add("receivers", func(context.Context) error { return a.notifier.Close() })
	return nil
}

func (a *App) buildWatcher(ctx context.Context, o Options) error {
	list, faults := sources(a.cfg)
	if err := faults.Err(); err != nil {
		return err
	}
	states, err := a.bus.Bucket(ctx, stream.BucketConfig{Name: bucketSources})
	if err != nil {
		return err
	}
	deps := watcher.Deps{Notices: a.bus, Evidence: a.bus, States: states, Reporter: a.operations()}
	if a.cfg.NATS.URL != "" { // other daemons may watch the same sources
		bucket, err := a.bus.Bucket(ctx, stream.BucketConfig{Name: bucketClaims})
		if err != nil {
			return err
		}
		deps.Claims = claims{bucket}
	}
	client := fetchClient(a.cfg, o.Version, a.now)
	a.down.add("connections to sources", func(context.Context) error { client.Close(); return nil })
	reader := NewReader(a.cfg)
	a.down.add("document reader", reader.Close)
	deps.Fetch, deps.Reader = client, reader
	a.watcher, err = watcher.New(watcher.Config{
		Sources: list, TimeZone: a.cfg.TimeZone, DocumentWait: a.cfg.DocumentWait, Screen: a.classifier.Screen,
		Announced: func(n *breach.Notice) bool { finding := a.classifier.Classify(n); return finding.IsBreach },
		Observe:   func(p watcher.Poll) { a.metrics.polled(p); a.pulse.polled(a.now()) },
		Now:       a.now, Log: a.log.Named("watcher"),
	}, deps)
	return err
}

func (a *App) buildWeb(ctx context.Context, o Options) error {
	book, err := ledger.Open(ctx, filepath.Join(a.cfg.DataDir, "ledger", "ledger.db"), a.log.Named("ledger"))
	if err != nil {
		return err
	}
	a.ledger = book
	a.down.add("ledger", func(context.Context) error { return book.Close() })
	a.web, err = web.New(web.Config{
		Listen: a.cfg.Web.Listen, Token: a.cfg.Web.Token, Language: a.cfg.Language, Version: o.Version, TimeZone: a.cfg.TimeZone,
		Reader: readModel{book}, Sources: a.sourceHealth, Describe: a.describe, Health: a.health, Ready: a.ready.Load,
		Metrics: a.metrics.registry, Now: a.now, Log: a.log.Named("web"),
	})
	if err != nil {
		return err
	}
	a.down.add("web page", func(context.Context) error { return a.web.Close() })
	return nil
}

// health lists what must work for the daemon to be well. A source that is
// broken is trouble of its own and no reason to restart the daemon.
func (a *App) health(ctx context.Context) []web.Check {
	return []web.Check{{Name: "streams", Err: a.bus.Healthy(ctx)}}
}

// start brings everything to life, the later stages first: none misses what the
// one before publishes. Consumers and loops end with ctx and are waited for by
// the teardown or the group.
func (a *App) start(ctx, work context.Context, group *errgroup.Group) error {
	if a.ledger != nil {
		for _, name := range []string{breach.StreamNotices, breach.StreamFindings, breach.StreamAlerts, breach.StreamDeliveries} {
			group.Go(func() error { return a.project(ctx, name) })
		}
		group.Go(func() error { return a.prune(ctx) })
	}
	for _, c := range a.consumers() {
		c.Observe = a.metrics.consumed(c.Durable)
		consumer, err := a.bus.Consume(work, c)
		if err != nil {
			return fmt.Errorf("start %s: %w", c.Durable, err)
		}
		a.down.add(c.Durable, consumer.Stop)
	}
	if a.web != nil {
		group.Go(func() error { return a.web.Run(ctx) })
	}
	if a.watcher != nil {
		group.Go(func() error { return a.watcher.Run(ctx) })
		if a.cfg.Evidence.MaxBytes > 0 {
			group.Go(func() error { return a.sweep(ctx) })
		}
		if a.cfg.Heartbeat != nil {
			group.Go(func() error { return a.beat(ctx) })
		}
	}
	if a.has(RoleNotifier) {
		group.Go(func() error { return a.tellDeadLetters(ctx) })
	}
	group.Go(func() error { return a.settle(ctx) })
	return nil
}

// consumers are the handlers of this daemon's roles, the latest stage first.
func (a *App) consumers() []stream.ConsumerConfig {
	var list []stream.ConsumerConfig
	if a.has(RoleNotifier) {
		for _, id := range a.notifier.Receivers() {
			list = append(list, stream.ConsumerConfig{
				Durable: "notifier-" + id, Stream: breach.StreamAlerts, Subjects: []string{"alerts.>", retriesPrefix + id + ".>"},
				// A new receiver is told of what comes, not of all that was.
				OnlyNew: true, Handler: a.tell(id),
				// The notifier itself gives up, by age, and records it.
				MaxAttempts: 1 << 30,
			})
		}
	}
	if a.has(RoleTracker) {
		list = append(list, stream.ConsumerConfig{Durable: "tracker", Stream: breach.StreamFindings, Handler: a.track})
	}
	if a.has(RoleClassifier) {
		// One worker keeps the order in which a publisher's reports were seen;
		// it classifies a day's peak in seconds.
		list = append(list, stream.ConsumerConfig{Durable: "classifier", Stream: breach.StreamNotices, Handler: a.classify})
	}
	return list
}
