package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"oshirase/app"
	"oshirase/watcher"
)

type backfillCmd struct {
	configFlag
	Source string    `arg:"" help:"The source's id in the configuration; one that lists by the day, such as tdnet."`
	From   time.Time `help:"The first day, as 2026-11-02." format:"2006-01-02" required:"" placeholder:"DATE"`
	To     time.Time `help:"The last day; default: yesterday." format:"2006-01-02" placeholder:"DATE"`
	Tell   bool      `help:"Tell receivers of what is found. Without it, it is kept and classified, and nobody is told."`
}

// Help implements [kong.HelpProvider].
func (*backfillCmd) Help() string {
	return `The same again stores nothing. The days must still be online: the TSE keeps 31.

Examples:

	oshirase backfill tdnet --from 2026-11-02
	oshirase backfill -c oshirase.yaml tdnet --from 2026-11-02 --to 2026-11-10 --tell`
}

// maxBackfill is well beyond what any source keeps online.
const maxBackfill = 400

// Run stores the days that are still online, and shows each as it is done. The
// same again stores nothing.
func (c *backfillCmd) Run(ctx context.Context, std *streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	// Days are those of the configuration's zone.
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, cfg.TimeZone)
	}
	today := day(time.Now().In(cfg.TimeZone))
	from, to := day(c.From), today.AddDate(0, 0, -1)
	if !c.To.IsZero() {
		to = day(c.To)
	}
	switch {
	case to.After(today):
		return usageError{fmt.Errorf("--to %s has not come yet", to.Format(time.DateOnly))}
	case to.Before(from):
		return usageError{fmt.Errorf("--from %s is after --to %s", from.Format(time.DateOnly), to.Format(time.DateOnly))}
	case to.Sub(from) > maxBackfill*24*time.Hour:
		return usageError{fmt.Errorf("from %s to %s are more than %d days", from.Format(time.DateOnly), to.Format(time.DateOnly), maxBackfill)}
	}
	tab := tabwriter.NewWriter(std.out, 10, 4, 2, ' ', 0)
	fmt.Fprintln(tab, "DAY\tROWS\tSTORED\tNOTE")
	if err := tab.Flush(); err != nil {
		return err
	}
	stored, incomplete := 0, 0
	err = app.Backfill(ctx, cfg, version, c.Source, from, to, c.Tell, func(b watcher.Backfilled) error {
		stored += b.Stored
		note := b.Incomplete
		switch {
		case b.Gone:
			note = "not online"
		case b.Incomplete != "":
			incomplete++
		case b.Waiting > 0:
			note = fmt.Sprintf("%d documents could not be had: run it again later", b.Waiting)
		}
		fmt.Fprintf(tab, "%s\t%d\t%d\t%s\n", b.Day.Format(time.DateOnly), b.Rows, b.Stored, printable(note))
		return tab.Flush() // a day may take minutes
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%d revisions were stored\n", stored)
	if incomplete > 0 {
		return fmt.Errorf("%d days are incomplete: run it again", incomplete)
	}
	return nil
}
