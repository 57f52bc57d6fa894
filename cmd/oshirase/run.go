package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"oshirase/app"
)

type runCmd struct {
	configFlag
	Roles []string `help:"Which parts of the pipeline run here: watcher, classifier, tracker, notifier, web. Several machines share the work through nats.url." default:"watcher,classifier,tracker,notifier,web" env:"OSHIRASE_ROLES"`
}

// Help implements [kong.HelpProvider].
func (*runCmd) Help() string {
	return `SIGINT or SIGTERM ends it: it takes no more, finishes what it began within shutdown_grace, and loses nothing. One daemon at a time may use a data_dir.

Examples:

	oshirase run                                 the built-in configuration
	oshirase run -c oshirase.yaml                your own
	oshirase run -c oshirase.yaml --roles watcher,classifier
	                                             one part of a cluster (nats.url)`
}

// Run lives until SIGINT or SIGTERM, then drains.
func (c *runCmd) Run(ctx context.Context, std *streams) error {
	roles := make([]app.Role, len(c.Roles))
	for i, r := range c.Roles {
		roles[i] = app.Role(r)
		if !slices.Contains(app.Roles(), roles[i]) {
			return usageError{fmt.Errorf("--roles: unknown role %q: use %s", r, joinRoles())}
		}
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	log, err := app.NewLogger(cfg, std.err)
	if err != nil {
		return usageError{err}
	}
	daemon, err := app.New(ctx, cfg, app.Options{Version: version, Roles: roles, Console: std.out, Log: log})
	if err != nil {
		return err
	}
	return daemon.Run(ctx)
}

func joinRoles() string {
	var names []string
	for _, r := range app.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}
