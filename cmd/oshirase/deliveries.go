package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"oshirase/app"
	"oshirase/breach"
)

type deliveriesCmd struct {
	List  deliveriesListCmd  `cmd:"" default:"withargs" help:"List deliveries; without --outcome, those that are dead or still failing."`
	Retry deliveriesRetryCmd `cmd:"" help:"Tell a receiver once more of an alert whose delivery is dead."`
}

type deliveriesListCmd struct {
	configFlag
	Receiver string         `help:"Only this receiver." placeholder:"ID"`
	Outcome  breach.Outcome `help:"Only this outcome: sent, failed, suppressed, dead or acknowledged."`
	All      bool           `help:"Every delivery."`
	Format   string         `help:"table for eyes, ndjson for machines." enum:"table,ndjson" default:"table"`
}

// Help implements [kong.HelpProvider].
func (*deliveriesListCmd) Help() string {
	return `Below them stand the messages that a stage of the pipeline gave up.

Examples:

	oshirase deliveries list                        what could not be told, and why
	oshirase deliveries list --all --format ndjson
	oshirase deliveries list --receiver soc-slack --outcome sent`
}

// Run lists the latest state of each alert and receiver, and the messages that
// a stage gave up.
func (c *deliveriesListCmd) Run(ctx context.Context, std *streams) (err error) {
	if c.Receiver != "" && !breach.ValidToken(c.Receiver) {
		return usageError{fmt.Errorf("--receiver: %q is no receiver's id: use one of the configuration's", c.Receiver)}
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	archive, err := app.OpenArchive(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = closeArchive(ctx, archive, err) }()
	list, err := archive.Deliveries(ctx, app.DeliveryFilter{Receiver: c.Receiver, Outcome: c.Outcome, All: c.All})
	if err != nil {
		return err
	}
	letters, err := archive.DeadLetters(ctx)
	if err != nil {
		return err
	}
	if c.Format == "ndjson" {
		encoder := json.NewEncoder(std.out)
		for _, d := range list {
			if err := encoder.Encode(d); err != nil {
				return err
			}
		}
		for _, l := range letters {
			if err := encoder.Encode(l); err != nil {
				return err
			}
		}
		return nil
	}
	tab := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	if len(list) > 0 {
		fmt.Fprintln(tab, "AT\tRECEIVER\tOUTCOME\tATTEMPT\tALERT\tTITLE\tREASON")
	}
	for _, d := range list {
		fmt.Fprintf(tab, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", d.At.UTC().Format(time.RFC3339), d.Receiver, d.Outcome, d.Attempt, d.AlertID, printable(d.Title), printable(d.Reason))
	}
	if len(letters) > 0 {
		fmt.Fprintln(tab, "AT\tSTAGE\tSTREAM\tSEQUENCE\tREASON")
	}
	for _, l := range letters {
		fmt.Fprintf(tab, "%s\t%s\t%s\t%d\t%s\n", l.Time.UTC().Format(time.RFC3339), l.Consumer, l.Stream, l.Sequence, printable(l.Reason))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	if len(list)+len(letters) == 0 {
		fmt.Fprintln(std.err, "nothing to list")
	}
	return nil
}

type deliveriesRetryCmd struct {
	configFlag
	Receiver string `arg:"" help:"The receiver to tell."`
	Alert    string `arg:"" help:"The alert's id, as deliveries list shows it."`
}

// Help implements [kong.HelpProvider].
func (*deliveriesRetryCmd) Help() string {
	return `The running daemon tells it, or the next one does. The id is in deliveries list.

Examples:

	oshirase deliveries retry soc-slack 0123456789abcdef0123456789abcdef`
}

// Run hands the alert to the receiver's queue once more; the running daemon, or
// the next one, delivers it.
func (c *deliveriesRetryCmd) Run(ctx context.Context, std *streams) (err error) {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if err := app.CheckReceiver(cfg, c.Receiver); err != nil {
		return usageError{err}
	}
	archive, err := app.OpenArchive(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = closeArchive(ctx, archive, err) }()
	if err := archive.Retry(ctx, c.Receiver, c.Alert); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "alert %s is queued for %s\n", c.Alert, c.Receiver)
	return err
}
