package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"oshirase/app"
	"oshirase/audit"
)

type replayCmd struct {
	configFlag
	Stream  string       `help:"Which stream: notices, findings, alerts or deliveries." required:""`
	Since   string       `help:"Only what was stored at or after this time: RFC 3339, a day (2026-11-24), or how long ago (36h, 90d)." placeholder:"TIME"`
	Until   string       `help:"Only what was stored before this time; same forms." placeholder:"TIME"`
	Subject []string     `help:"Only these subjects, with NATS wildcards (alerts.critical.>); may be repeated." placeholder:"SUBJECT"`
	Format  audit.Format `help:"ndjson for machines, table for eyes." enum:"ndjson,table" default:"ndjson"`
}

// Help implements [kong.HelpProvider].
func (*replayCmd) Help() string {
	return `It reads a running daemon, the store of a stopped one, or a cluster.

Examples:

	oshirase replay --stream alerts --since 36h --format table
	oshirase replay --stream alerts --subject 'alerts.critical.>'
	oshirase replay --stream notices --since 2026-11-01 --until 2026-12-01 > notices.ndjson`
}

// Run exports from a running daemon, a stopped daemon's store, or a cluster.
func (c *replayCmd) Run(ctx context.Context, std *streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	query := audit.Query{Subjects: c.Subject}
	if query.Stream, err = audit.StreamName(c.Stream); err != nil {
		return usageError{fmt.Errorf("--stream: %w", err)}
	}
	now := time.Now()
	if query.Since, err = parseTime(c.Since, now, cfg.TimeZone); err != nil {
		return usageError{fmt.Errorf("--since: %w", err)}
	}
	if query.Until, err = parseTime(c.Until, now, cfg.TimeZone); err != nil {
		return usageError{fmt.Errorf("--until: %w", err)}
	}
	archive, err := app.OpenArchive(ctx, cfg)
	if err != nil {
		return err
	}
	n, err := audit.Export(ctx, archive, query, c.Format, std.out)
	if closeErr := archive.Close(ctx); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%d messages of %s\n", n, query.Stream)
	return nil
}

// parseTime reads RFC 3339, a day in zone, or a duration before now, where d
// stands for 24 hours. The empty string is the zero time.
func parseTime(s string, now time.Time, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return t, nil
	}
	if days, found := strings.CutSuffix(s, "d"); found {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time: write 2026-11-24T09:00:00+09:00, 2026-11-24, 36h or 90d", s)
}
