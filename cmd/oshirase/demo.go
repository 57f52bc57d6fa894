package main

import (
	"context"
	"time"

	"oshirase/app/demo"
)

type demoCmd struct {
	Listen   string        `help:"Where the web page listens." default:"127.0.0.1:8080" placeholder:"ADDR"`
	Once     bool          `help:"Exit when everything expected was delivered: 0 when it was, 1 when not."`
	Timeout  time.Duration `help:"With --once: how long the delivery may take." default:"60s"`
	Language string        `help:"Language of the alerts: ja or en." enum:"ja,en" default:"ja"`
	Verbose  bool          `help:"Log what the daemon does."`
}

// Run shows the pipeline until interrupted, or with --once until it is proven.
func (c *demoCmd) Run(ctx context.Context, std *streams) error {
	return demo.Run(ctx, demo.Options{
		Version: version, Listen: c.Listen, Once: c.Once, Timeout: c.Timeout, Language: c.Language,
		Verbose: c.Verbose, Console: std.out, Messages: std.err,
	})
}
