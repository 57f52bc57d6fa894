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

// Help implements [kong.HelpProvider].
func (*demoCmd) Help() string {
	return `It serves a small site on loopback with the markup of the real sources and made-up notices dated today, watches it as it would the real ones, and prints the alerts.

Examples:

	oshirase demo                      until Ctrl-C; the page is at http://127.0.0.1:8080/
	oshirase demo --once               exits 0 when everything expected was delivered
	oshirase demo --language en        alerts in English`
}

// Run shows the pipeline until interrupted, or with --once until it is proven.
func (c *demoCmd) Run(ctx context.Context, std *streams) error {
	return demo.Run(ctx, demo.Options{
		Version: version, Listen: c.Listen, Once: c.Once, Timeout: c.Timeout, Language: c.Language,
		Verbose: c.Verbose, Console: std.out, Messages: std.err,
	})
}
