package main

import (
	"context"
	"errors"
	"fmt"

	"oshirase/app"
	"oshirase/configs"
)

type checkCmd struct {
	configFlag
	Print bool `help:"Print the commented built-in configuration, to start an own one from."`
}

// Help implements [kong.HelpProvider].
func (*checkCmd) Help() string {
	return `Each fault is named with file, line, key and remedy; any fault exits with 2.

Examples:

	oshirase check --print > oshirase.yaml       start your own configuration
	oshirase check -c oshirase.yaml              validate it`
}

// Run reports every fault of configuration and rules at once.
func (c *checkCmd) Run(_ context.Context, std *streams) error {
	if c.Print {
		_, err := std.out.Write(configs.Example())
		return err
	}
	cfg, err := c.parse()
	if err == nil {
		err = errors.Join(app.Check(cfg), app.CheckRules(cfg))
	}
	if err != nil {
		return usageError{err}
	}
	for _, remark := range cfg.Remarks {
		fmt.Fprintln(std.err, "note:", remark)
	}
	_, err = fmt.Fprintf(std.out, "configuration and rules are sound: %d sources, %d receivers, %d routes, %d watch-list entries\n",
		len(cfg.Sources), len(cfg.Receivers), len(cfg.Routes), len(cfg.Watchlist))
	return err
}
