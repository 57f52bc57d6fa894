package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"oshirase/breach"
)

// MaxRows bounds every list.
const MaxRows = 500

// Alerts lists the latest alerts, newest first, created before a time where one
// is given.
func (l *Ledger) Alerts(ctx context.Context, limit int, before time.Time) ([]breach.Alert, error) {
	until := int64(1<<63 - 1)
	if !before.IsZero() {
		until = before.UnixMilli()
	}
	return list[breach.Alert](ctx, l.read, "SELECT data FROM alerts WHERE created < ? ORDER BY created DESC, rowid DESC LIMIT ?", until, bound(limit))
}

// Alert is one alert; nil when there is none.
func (l *Ledger) Alert(ctx context.Context, id string) (*breach.Alert, error) {
	return first(list[breach.Alert](ctx, l.read, "SELECT data FROM alerts WHERE id = ?", id))
}

// IncidentAlerts lists the alerts of an incident, newest first.
func (l *Ledger) IncidentAlerts(ctx context.Context, incident string) ([]breach.Alert, error) {
	return list[breach.Alert](ctx, l.read, "SELECT data FROM alerts WHERE incident = ? ORDER BY created DESC, rowid DESC LIMIT ?", incident, MaxRows)
}

// Deliveries lists the latest deliveries, newest first, of one alert where it is
// given.
func (l *Ledger) Deliveries(ctx context.Context, alert string, limit int) ([]breach.Delivery, error) {
	if alert != "" {
		return list[breach.Delivery](ctx, l.read, "SELECT data FROM deliveries WHERE alert = ? ORDER BY at DESC, rowid DESC LIMIT ?", alert, bound(limit))
	}
	return list[breach.Delivery](ctx, l.read, "SELECT data FROM deliveries ORDER BY at DESC, rowid DESC LIMIT ?", bound(limit))
}

// Counts sums up the time since a moment.
type Counts struct {
	Notices  int                     // seen
	Breaches int                     // of them, judged to tell of an incident
	Alerts   map[breach.Severity]int // without those about the monitor itself
	Receiver map[string]Told
}

// Told sums up one receiver.
type Told struct {
	Sent, Dead int
	Slowest    time.Duration // from seeing the notice to the receiver's yes
}

// Since counts.
func (l *Ledger) Since(ctx context.Context, since time.Time) (Counts, error) {
	c := Counts{Alerts: map[breach.Severity]int{}, Receiver: map[string]Told{}}
	from := since.UnixMilli()
	err := l.read.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(is_breach), 0) FROM notices WHERE seen >= ?", from).Scan(&c.Notices, &c.Breaches)
	if err != nil {
		return c, fmt.Errorf("ledger: %w", err)
	}
	err = each(ctx, l.read, func(rows *sql.Rows) error {
		var rank, n int
		if err := rows.Scan(&rank, &n); err != nil {
			return err
		}
		if rank >= 0 && rank < len(breach.Severities()) {
			c.Alerts[breach.Severities()[rank]] = n
		}
		return nil
	}, "SELECT severity, count(*) FROM alerts WHERE created >= ? AND kind <> ? GROUP BY severity", from, string(breach.AlertOps))
	if err != nil {
		return c, err
	}
	err = each(ctx, l.read, func(rows *sql.Rows) error {
		var receiver string
		var t Told
		var slowest int64
		if err := rows.Scan(&receiver, &t.Sent, &t.Dead, &slowest); err != nil {
			return err
		}
		t.Slowest = time.Duration(slowest) * time.Millisecond
		c.Receiver[receiver] = t
		return nil
	}, `SELECT receiver, sum(outcome = 'sent'), sum(outcome = 'dead'), max(CASE outcome WHEN 'sent' THEN latency ELSE 0 END)
		FROM deliveries WHERE at >= ? GROUP BY receiver`, from)
	return c, err
}

// Day is the number of alerts of one day by severity.
type Day struct {
	Start  time.Time
	Alerts map[breach.Severity]int
}

// Days counts the alerts of the n days up to and including today's, in the zone
// of today.
func (l *Ledger) Days(ctx context.Context, today time.Time, n int) ([]Day, error) {
	y, m, d := today.Date()
	first := time.Date(y, m, d-n+1, 0, 0, 0, 0, today.Location())
	days := make([]Day, n)
	for i := range days {
		days[i] = Day{first.AddDate(0, 0, i), map[breach.Severity]int{}}
	}
	err := each(ctx, l.read, func(rows *sql.Rows) error {
		var rank int
		var created int64
		if err := rows.Scan(&rank, &created); err != nil {
			return err
		}
		at := time.UnixMilli(created)
		for i := len(days) - 1; i >= 0; i-- {
			if !at.Before(days[i].Start) {
				if rank >= 0 && rank < len(breach.Severities()) {
					days[i].Alerts[breach.Severities()[rank]]++
				}
				break
			}
		}
		return nil
	}, "SELECT severity, created FROM alerts WHERE created >= ? AND kind <> ?", first.UnixMilli(), string(breach.AlertOps))
	return days, err
}

func bound(limit int) int { return min(max(limit, 1), MaxRows) }

func list[T any](ctx context.Context, db *sql.DB, query string, args ...any) ([]T, error) {
	var out []T
	err := each(ctx, db, func(rows *sql.Rows) error {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return err
		}
		var v T
		if err := json.Unmarshal(data, &v); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	}, query, args...)
	return out, err
}

func first[T any](list []T, err error) (*T, error) {
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func each(ctx context.Context, db *sql.DB, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	for rows.Next() {
		if err := scan(rows); err != nil {
			return errors.Join(fmt.Errorf("ledger: %w", err), rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
