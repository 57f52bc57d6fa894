package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"oshirase/classifier"
	"oshirase/configs"
	"oshirase/extract"
	"oshirase/ledger"
	"oshirase/notifier"
	"oshirase/stream"
	"oshirase/tracker"
	"oshirase/watcher"
	"oshirase/web"
)

// Role is a part of the pipeline that a process may take.
type Role string

// The roles.
const (
	RoleWatcher    Role = "watcher"
	RoleClassifier Role = "classifier"
	RoleTracker    Role = "tracker"
	RoleNotifier   Role = "notifier"
	RoleWeb        Role = "web"
)

// Roles lists every role, in the order of the pipeline.
func Roles() []Role { return []Role{RoleWatcher, RoleClassifier, RoleTracker, RoleNotifier, RoleWeb} }

// Options are what the configuration does not hold.
type Options struct {
	Version string
	Roles   []Role    // default: all
	Console io.Writer // of console receivers
	Log     *zap.Logger
	// Now is the clock of what is recorded; default time.Now.
	Now func() time.Time
}

// App is one daemon.
type App struct {
	cfg     *configs.Config
	roles   []Role
	log     *zap.Logger
	now     func() time.Time
	metrics *metrics
	down    teardown
	ready   atomic.Bool
	pulse   pulse

	bus        *stream.Bus
	reader     *extract.Reader
	classifier *classifier.Classifier
	tracker    *tracker.Tracker
	notifier   *notifier.Notifier
	watcher    *watcher.Watcher
	ledger     *ledger.Ledger
	web        *web.Server
}

// New opens the streams, builds what the roles need and binds the listeners;
// nothing runs yet. What it opened is closed when it fails.
func New(ctx context.Context, cfg *configs.Config, o Options) (_ *App, err error) {
	a := &App{cfg: cfg, roles: o.Roles, log: o.Log, now: o.Now, metrics: newMetrics()}
	if len(a.roles) == 0 {
		a.roles = Roles()
	}
	if a.log == nil {
		a.log = zap.NewNop()
	}
	if a.now == nil {
		a.now = time.Now
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.down.run(context.WithoutCancel(ctx)))
		}
	}()
	a.tellRemarks()
	if a.bus, err = stream.Open(ctx, streamConfig(cfg), a.log.Named("stream")); err != nil {
		return nil, err
	}
	a.down.add("streams", a.bus.Close)
	a.metrics.watchBus(a.bus)
	if a.classifier, err = NewClassifier(cfg); err != nil {
		return nil, err
	}
	for _, build := range []struct {
		role  Role
		build func(context.Context, Options) error
	}{
		{RoleTracker, a.buildTracker},
		{RoleNotifier, a.buildNotifier},
		{RoleWatcher, a.buildWatcher},
		{RoleWeb, a.buildWeb},
	} {
		if !a.has(build.role) {
			continue
		}
		if err := build.build(ctx, o); err != nil {
			return nil, fmt.Errorf("start %s: %w", build.role, err)
		}
	}
	return a, nil
}

// tellRemarks logs what the operator should know of this daemon's roles.
func (a *App) tellRemarks() {
	var remarks []string
	if a.has(RoleWatcher) {
		remarks = watched(a.cfg)
	}
	if a.has(RoleNotifier) {
		remarks = append(remarks, told(a.cfg)...)
	}
	for _, remark := range remarks {
		a.log.Warn("note: " + remark)
	}
}

func (a *App) has(r Role) bool { return slices.Contains(a.roles, r) }

// WebAddr is where the web page listens; empty without that role.
func (a *App) WebAddr() string {
	if a.web == nil {
		return ""
	}
	return a.web.Addr()
}

// Run works until ctx ends, drains within the configured grace, and closes
// everything. It returns nil after a clean stop.
func (a *App) Run(ctx context.Context) error {
	started := a.now()
	work, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	group, running := errgroup.WithContext(ctx)
	err := a.start(running, work, group)
	if err == nil {
		a.ready.Store(true)
		a.log.Info("ready", zap.Duration("after", a.now().Sub(started)), zap.Any("roles", a.roles), zap.String("web", a.WebAddr()))
		err = group.Wait()
	}
	a.ready.Store(false)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = nil
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.cfg.ShutdownGrace)
	defer cancel()
	err = errors.Join(err, a.down.run(grace))
	cut(errors.New("the daemon has stopped"))
	return err
}
