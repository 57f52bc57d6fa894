package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"oshirase/app"
	"oshirase/configs"
)

type pollCmd struct {
	configFlag
	Source string `arg:"" help:"The source's id in the configuration or the catalogue, or any address: then it is told what to write to watch it." placeholder:"SOURCE"`
	Format string `help:"table for eyes, ndjson for machines." enum:"table,ndjson" default:"table"`
}

// Help implements [kong.HelpProvider].
func (*pollCmd) Help() string {
	return `It asks the source as the daemon would, with the same politeness and limits, and marks with "look" what the title alone gives reason to read.

Examples:

	oshirase poll -c oshirase.yaml ppc-information
	oshirase poll -c oshirase.yaml acme-ir --format ndjson
	oshirase poll https://acme.example/ir/news/      what is it, and how is it watched?`
}

// Run looks at one source and publishes nothing.
func (c *pollCmd) Run(ctx context.Context, std *streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if strings.Contains(c.Source, "://") {
		return c.look(ctx, std, cfg)
	}
	rows, err := app.Poll(ctx, cfg, version, c.Source)
	if errors.Is(err, app.ErrUnknownSource) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	return c.print(std, cfg, rows)
}

// look finds out what an address is, and what to write to watch it.
func (c *pollCmd) look(ctx context.Context, std *streams, cfg *configs.Config) error {
	look, err := app.LookAt(ctx, cfg, version, c.Source)
	for _, note := range look.Notes {
		fmt.Fprintln(std.err, "note:", printable(note))
	}
	if errors.Is(err, app.ErrUnknownSource) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	if err := c.print(std, cfg, look.Polled); err != nil {
		return err
	}
	out := std.out
	if c.Format == "ndjson" {
		out = std.err // rows alone on stdout
	}
	_, err = fmt.Fprintf(out, "\n# What to write into the configuration; give it an id and a publisher of your own.\n%s", look.Entry)
	return err
}

func (c *pollCmd) print(std *streams, cfg *configs.Config, rows app.Polled) error {
	for _, w := range rows.Listing.Warnings {
		fmt.Fprintln(std.err, "warning:", w)
	}
	if c.Format == "ndjson" {
		encoder := json.NewEncoder(std.out)
		for _, row := range rows.Rows {
			if err := encoder.Encode(row); err != nil {
				return err
			}
		}
		return nil
	}
	tab := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tab, "PUBLISHED\tBREACH?\tPUBLISHER\tTITLE\tURL")
	for _, row := range rows.Rows {
		published, worth := "-", ""
		if !row.Published.IsZero() {
			published = row.Published.In(cfg.TimeZone).Format(time.DateTime)[:16]
		}
		if row.Screened {
			worth = "look"
		}
		title := row.Title
		if row.Withdrawn {
			title += " [deleted]"
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\t%s\t%s\n", published, worth, printable(row.Publisher), printable(title), row.URL)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%d rows, %s; nothing was published\n", len(rows.Rows), rows.Listing.Format)
	return nil
}
