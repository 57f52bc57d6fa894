package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"oshirase/app"
	"oshirase/configs"
)

type checkCmd struct {
	configFlag
	Print   bool          `help:"Print the commented built-in configuration, to start an own one from."`
	Online  bool          `help:"Try each source too, politely, and print what it lists."`
	JSON    bool          `help:"With --online: one JSON object a source."`
	Timeout time.Duration `help:"With --online: how long all sources may take." default:"5m"`
}

// Help implements [kong.HelpProvider].
func (*checkCmd) Help() string {
	return `Each fault is named with file, line, key and remedy; any fault exits with 2. With --online each source is asked once, and one that fails exits with 1; nothing is published.

Examples:

	oshirase check --print > oshirase.yaml       start your own configuration
	oshirase check -c oshirase.yaml              validate it
	oshirase check -c oshirase.yaml --online     and see what each source says`
}

// Run reports every fault of configuration and rules at once.
func (c *checkCmd) Run(ctx context.Context, std *streams) error {
	if c.JSON && !c.Online {
		return usageError{errors.New("--json is for --online: add it")}
	}
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
	for _, remark := range app.Remarks(cfg) {
		fmt.Fprintln(std.err, "note:", remark)
	}
	summary := fmt.Sprintf("configuration and rules are sound; sources: %d, receivers: %d, routes: %d, watch-list entries: %d",
		len(cfg.Sources), len(cfg.Receivers), len(cfg.Routes), len(cfg.Watchlist))
	if !c.Online {
		_, err = fmt.Fprintln(std.out, summary)
		return err
	}
	fmt.Fprintln(std.err, summary)
	return c.online(ctx, std, cfg)
}

func (c *checkCmd) online(ctx context.Context, std *streams, cfg *configs.Config) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	tried, err := app.TryAll(ctx, cfg, version)
	if err != nil {
		return err
	}
	if c.JSON {
		err = printTriedJSON(std, tried)
	} else {
		err = printTried(std, cfg, tried)
	}
	if err != nil {
		return err
	}
	failed := 0
	for _, t := range tried {
		if !t.OK {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d sources failed", failed, len(tried))
	}
	return nil
}

func printTriedJSON(std *streams, tried []app.Tried) error {
	encoder := json.NewEncoder(std.out)
	for _, t := range tried {
		if err := encoder.Encode(t); err != nil {
			return err
		}
	}
	return nil
}

func printTried(std *streams, cfg *configs.Config, tried []app.Tried) error {
	tab := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tab, "SOURCE\tKIND\tRESULT\tROWS\tNEWEST\tMS\tREASON AND REMEDY")
	for _, t := range tried {
		result, newest, message := "ok", "-", ""
		switch {
		case !t.OK:
			result, message = t.Reason, t.Message
		case t.Rows == 0:
			result, message = "empty", "it lists nothing now: look at the address in a browser if that is not a quiet day"
		case len(t.Warnings) > 0:
			message = fmt.Sprintf("%d rows were mended or left out: oshirase poll %s tells", len(t.Warnings), t.Source)
		}
		if !t.Newest.IsZero() {
			newest = t.Newest.In(cfg.TimeZone).Format("2006-01-02 15:04")
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\t%d\t%s\t%d\t%s\n", t.Source, t.Kind, result, t.Rows, newest, t.Milliseconds, printable(message))
	}
	return tab.Flush()
}
