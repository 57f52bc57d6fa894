package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"oshirase/app"
	"oshirase/breach"
	"oshirase/configs"
)

// Options says how the demonstration runs.
type Options struct {
	Version  string
	Listen   string        // of the web page
	Once     bool          // end when everything expected was delivered, or Timeout passed
	Timeout  time.Duration // with Once
	Language string        // of the alerts: ja or en
	Verbose  bool          // log what the daemon does
	Console  io.Writer     // where alerts are printed
	Messages io.Writer     // where a person is told what goes on
}

// configuration is that of a user who watches the sample world.
var configuration = template.Must(template.New("demo.yaml").Parse(`
data_dir: {{printf "%q" .DataDir}}
language: {{.Language}}
http:
  contact: demo@oshirase.example
  allow_private_addresses: ["127.0.0.0/8"]
  per_host: {interval: 10ms, concurrency: 4}
sources:
  - {id: tdnet, kind: tdnet, url: "{{.World}}/inbs/", schedule: "@every 2s"}
  - id: ppc-information
    kind: page
    url: "{{.World}}/information/"
    schedule: "@every 2s"
    publisher: {name: 個人情報保護委員会（見本）}
    list: {row: "ul.news-list > li", date: "time@datetime", title: ".news-text a", link: ".news-text a@href", label: ".news-label"}
  - id: acme-ir
    kind: page
    url: "{{.World}}/ir/news/"
    schedule: "@every 2s"
    publisher: {name: アクメ電子, code: "6999"}
    list: {row: "dl.news_list > dt", date: ".", title: "+ dd a", link: "+ dd a@href", label: "+ dd .icon"}
  - {id: security-news, kind: feed, url: "{{.World}}/feed", schedule: "@every 2s"}
watchlist:
  - {name: 架空物流, code: "9399", aliases: [Kakuu Logistics], tags: [supplier]}
receivers:
  - {id: console, kind: console, language: {{.Language}}}
routes:
  - {to: [console]}
web: {listen: "{{.Listen}}"}
document_wait: 60s # a busy machine compiles the PDF reader for long
`))

// Run serves the sample world, points a daemon at it and prints its alerts.
// With Once it returns nil when exactly the expected alerts were delivered, and
// an error that names what is missing or too much otherwise.
func Run(ctx context.Context, o Options) (err error) {
	dir, err := os.MkdirTemp("", "oshirase-demo-")
	if err != nil {
		return fmt.Errorf("demo: make a data directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	world, err := NewWorld(time.Now())
	if err != nil {
		return err
	}
	cfg, err := parse(o, filepath.Join(dir, "data"), world.URL())
	if err != nil {
		return err
	}
	log := zap.NewNop()
	if o.Verbose {
		if log, err = app.NewLogger(cfg, o.Messages); err != nil {
			return err
		}
	}
	daemon, err := app.New(ctx, cfg, app.Options{Version: o.Version, Console: o.Console, Log: log})
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Messages, "sample world at %s, web page at http://%s/\n", world.URL(), daemon.WebAddr())

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return world.Run(ctx) })
	group.Go(func() error { return daemon.Run(ctx) })
	group.Go(func() error {
		if o.Once {
			defer cancel()
			limited, done := context.WithTimeout(ctx, o.Timeout)
			defer done()
			return watch(limited, daemon, world, o)
		}
		return watch(ctx, daemon, world, o)
	})
	return group.Wait()
}

func parse(o Options, dataDir, world string) (*configs.Config, error) {
	var text strings.Builder
	if err := configuration.Execute(&text, struct{ DataDir, Language, World, Listen string }{dataDir, o.Language, world, o.Listen}); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	cfg, err := configs.Parse("demo.yaml", []byte(text.String()), os.LookupEnv)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if err := app.Check(cfg); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return cfg, nil
}

// told is one thing that a receiver was told.
type told struct {
	title string
	kind  breach.AlertKind
}

func (t told) String() string { return fmt.Sprintf("%s: %s", t.kind, t.title) }

// expected are the alerts of one phase.
func expected(phase int) map[told]bool {
	want := map[told]bool{}
	for _, n := range notices {
		if n.tells != "" && n.phase == phase {
			want[told{n.title, breach.AlertKind(n.tells)}] = true
		}
	}
	return want
}

// watch follows the deliveries, publishes the second phase once the first was
// told, and compares.
func watch(ctx context.Context, daemon *app.App, world *World, o Options) error {
	missing, all := expected(0), expected(0)
	for alert := range expected(1) {
		all[alert] = true
	}
	var excess []string
	started, phase := time.Now(), 0
	done := errors.New("all delivered")
	err := daemon.FollowDeliveries(ctx, func(d breach.Delivery) error {
		got := told{d.Title, d.Kind}
		if d.Outcome != breach.Sent || !all[got] {
			excess = append(excess, fmt.Sprintf("%s (%s) %s", got, d.Outcome, d.Reason))
			return nil
		}
		delete(missing, got)
		if len(missing) > 0 {
			return nil
		}
		if phase == 0 {
			fmt.Fprintf(o.Messages, "%d alerts delivered within %s; a second report is being published\n", len(expected(0)), time.Since(started).Round(100*time.Millisecond))
			phase, missing = 1, expected(1)
			world.Advance()
			return nil
		}
		fmt.Fprintf(o.Messages, "everything expected was delivered within %s\n", time.Since(started).Round(100*time.Millisecond))
		if o.Once {
			return done
		}
		fmt.Fprintln(o.Messages, "the daemon goes on watching; press Ctrl-C to end")
		return nil
	})
	switch {
	case !o.Once:
		return err
	case errors.Is(err, done) && len(excess) == 0:
		return nil
	case errors.Is(err, done):
		return fmt.Errorf("demo: delivered beyond what was expected:\n  %s", strings.Join(excess, "\n  "))
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		var names []string
		for alert := range missing {
			names = append(names, "missing: "+alert.String())
		}
		for _, e := range excess {
			names = append(names, "unexpected: "+e)
		}
		return fmt.Errorf("demo: not everything was delivered within %s (--timeout allows more):\n  %s", o.Timeout, strings.Join(names, "\n  "))
	}
	return err
}
