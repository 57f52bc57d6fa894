package ledger

import (
	"context"
	"database/sql"
	"time"

	"oshirase/breach"
)

// Without statistics the planner reads a whole table to be spared a sort of the
// last days: INDEXED BY names the index that begins with the time.

// Counts sums up the time since a moment. The backlog of a source's first
// contact counts nowhere.
type Counts struct {
	Notices  int                     // first seen
	Breaches int                     // of them, judged last to tell of an incident
	Alerts   map[breach.Severity]int // without those about the monitor itself
	Receiver map[string]Told
}

// Told sums up one receiver. An alert counts once, by what became of it last.
type Told struct {
	Sent, Dead int
	Slowest    time.Duration // from seeing the notice to the receiver's yes
}

// Since counts.
func (l *Ledger) Since(ctx context.Context, since time.Time) (Counts, error) {
	c := Counts{Alerts: map[breach.Severity]int{}, Receiver: map[string]Told{}}
	from := since.UnixMilli()
	err := l.file.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM notices WHERE first_seen >= ?1 AND NOT backlog),
		(SELECT count(*) FROM (
			SELECT max(seq), breach FROM findings INDEXED BY findings_first_seen WHERE first_seen >= ?1 AND NOT backlog GROUP BY notice
		) WHERE breach)`, from).Scan(&c.Notices, &c.Breaches)
	if err != nil {
		return c, l.failed("count notices", err)
	}
	if c.Alerts, err = l.severities(ctx, from, millisForever); err != nil {
		return c, err
	}
	err = each(ctx, l.file.read, func(rows *sql.Rows) error {
		var id string
		var t Told
		var slowest int64
		if err := rows.Scan(&id, &t.Sent, &t.Dead, &slowest); err != nil {
			return err
		}
		t.Slowest = time.Duration(slowest) * time.Millisecond
		c.Receiver[id] = t
		return nil
	}, `SELECT receiver, sum(outcome IN ('sent', 'acknowledged')), sum(outcome = 'dead'), max(latency)
		FROM outcomes INDEXED BY outcomes_at WHERE at >= ? GROUP BY receiver`, from)
	return c, l.failed("count deliveries", err)
}

// millisForever is later than any time.
const millisForever = 1<<63 - 1

// severities counts the alerts about incidents that were made in a stretch of
// time, its end excluded.
func (l *Ledger) severities(ctx context.Context, from, until int64) (map[breach.Severity]int, error) {
	counts := map[breach.Severity]int{}
	err := each(ctx, l.file.read, func(rows *sql.Rows) error {
		var rank, n int
		if err := rows.Scan(&rank, &n); err != nil {
			return err
		}
		if all := breach.Severities(); rank >= 0 && rank < len(all) {
			counts[all[rank]] = n
		}
		return nil
	}, "SELECT severity, count(*) FROM alerts WHERE created >= ? AND created < ? AND incident <> '' GROUP BY severity", from, until)
	return counts, l.failed("count alerts", err)
}

// Day is the number of alerts of one day by severity.
type Day struct {
	Start  time.Time
	Alerts map[breach.Severity]int
}

// Days counts the alerts about incidents of the n days up to and including
// today's, in the zone of today, oldest first.
func (l *Ledger) Days(ctx context.Context, today time.Time, n int) ([]Day, error) {
	y, m, d := today.Date()
	days := make([]Day, n)
	for i := range days {
		// Not 24 hours apart where clocks change.
		start := time.Date(y, m, d-n+1+i, 0, 0, 0, 0, today.Location())
		end := time.Date(y, m, d-n+2+i, 0, 0, 0, 0, today.Location())
		counts, err := l.severities(ctx, start.UnixMilli(), end.UnixMilli())
		if err != nil {
			return nil, err
		}
		days[i] = Day{start, counts}
	}
	return days, nil
}

// Vectors counts the incidents that alerts told of since a time, each once, by
// the vector that the latest of these alerts names.
func (l *Ledger) Vectors(ctx context.Context, since time.Time) (map[breach.Vector]int, error) {
	// The bare columns beside max() are those of the row that holds it
	// (https://www.sqlite.org/lang_select.html#bareagg).
	counts, err := tally[breach.Vector](ctx, l.file.read, `SELECT vector, count(*) FROM (
			SELECT max(seq), vector FROM alerts INDEXED BY alerts_created WHERE created >= ? AND incident <> '' GROUP BY incident
		) GROUP BY vector`, since.UnixMilli())
	return counts, l.failed("count vectors", err)
}

// Watched counts the incidents with a match of the watch-list that alerts told
// of since a time.
func (l *Ledger) Watched(ctx context.Context, since time.Time) (int, error) {
	var n int
	err := l.file.read.QueryRowContext(ctx,
		"SELECT count(DISTINCT incident) FROM alerts INDEXED BY alerts_created WHERE created >= ? AND watched", since.UnixMilli()).Scan(&n)
	return n, l.failed("count matches of the watch-list", err)
}

// Seen counts, by source, the notices first seen since a time, without the
// backlog of a first contact.
func (l *Ledger) Seen(ctx context.Context, since time.Time) (map[string]int, error) {
	counts, err := tally[string](ctx, l.file.read,
		"SELECT source, count(*) FROM notices WHERE first_seen >= ? AND NOT backlog GROUP BY source", since.UnixMilli())
	return counts, l.failed("count notices", err)
}

// Outcomes counts, by receiver, what became of alerts since a time: each alert
// once, by its latest delivery.
func (l *Ledger) Outcomes(ctx context.Context, since time.Time) (map[string]map[breach.Outcome]int, error) {
	receivers := map[string]map[breach.Outcome]int{}
	err := each(ctx, l.file.read, func(rows *sql.Rows) error {
		var id, outcome string
		var n int
		if err := rows.Scan(&id, &outcome, &n); err != nil {
			return err
		}
		if receivers[id] == nil {
			receivers[id] = map[breach.Outcome]int{}
		}
		receivers[id][breach.Outcome(outcome)] = n
		return nil
	}, "SELECT receiver, outcome, count(*) FROM outcomes INDEXED BY outcomes_at WHERE at >= ? GROUP BY receiver, outcome", since.UnixMilli())
	return receivers, l.failed("count deliveries", err)
}

func tally[K ~string](ctx context.Context, db *sql.DB, query string, args ...any) (map[K]int, error) {
	counts := map[K]int{}
	err := each(ctx, db, func(rows *sql.Rows) error {
		var key string
		var n int
		if err := rows.Scan(&key, &n); err != nil {
			return err
		}
		counts[K(key)] = n
		return nil
	}, query, args...)
	return counts, err
}
