package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"oshirase/breach"
)

// MaxRows bounds every list.
const MaxRows = 500

func bound(limit int) int { return min(max(limit, 1), MaxRows) }

// Alerts lists alerts, newest first. A Before that is not stored (any more)
// lists nothing.
func (l *Ledger) Alerts(ctx context.Context, q breach.AlertQuery) ([]breach.Alert, error) {
	w := &where{}
	if q.Before != "" {
		w.and("seq < (SELECT seq FROM alerts WHERE id = ?)", q.Before)
	}
	if q.Severity != "" {
		w.and("severity >= ?", q.Severity.Rank())
	}
	if q.Vector != "" {
		w.and("vector = ?", string(q.Vector))
	}
	if q.Kind != "" {
		w.and("kind = ?", string(q.Kind))
	}
	if q.Incident != "" {
		w.and("incident = ?", q.Incident)
	}
	if q.Watched {
		w.and("watched = 1")
	}
	if q.Incidents {
		w.and("incident <> ''")
	}
	alerts, err := list[breach.Alert](ctx, l.file.read, "SELECT data FROM alerts"+w.text()+" ORDER BY seq DESC LIMIT ?", append(w.args, bound(q.Limit))...)
	return alerts, l.failed("list alerts", err)
}

// Alert is one alert; nil when there is none.
func (l *Ledger) Alert(ctx context.Context, id string) (*breach.Alert, error) {
	alert, err := one[breach.Alert](ctx, l.file.read, "SELECT data FROM alerts WHERE id = ?", id)
	return alert, l.failed("read an alert", err)
}

// Incident is the latest snapshot of an incident; nil when there is none.
func (l *Ledger) Incident(ctx context.Context, id string) (*breach.Incident, error) {
	incident, err := one[breach.Incident](ctx, l.file.read, "SELECT data FROM incidents WHERE id = ?", id)
	return incident, l.failed("read an incident", err)
}

// Finding is one verdict; nil when there is none.
func (l *Ledger) Finding(ctx context.Context, id string) (*breach.Finding, error) {
	finding, err := one[breach.Finding](ctx, l.file.read, "SELECT data FROM findings WHERE id = ?", id)
	return finding, l.failed("read a finding", err)
}

// Notice is one revision of a notice, with its text; nil when there is none.
func (l *Ledger) Notice(ctx context.Context, id string, revision int) (*breach.Notice, error) {
	notice, err := one[breach.Notice](ctx, l.file.read, "SELECT data FROM revisions WHERE notice = ? AND revision = ?", id, revision)
	return notice, l.failed("read a notice", err)
}

// Deliveries lists deliveries, newest first. A Before that is not stored (any
// more) lists nothing.
func (l *Ledger) Deliveries(ctx context.Context, q breach.DeliveryQuery) ([]breach.Delivery, error) {
	w := &where{}
	if q.Before != "" {
		w.and("seq < (SELECT seq FROM deliveries WHERE id = ?)", q.Before)
	}
	if q.Receiver != "" {
		w.and("receiver = ?", q.Receiver)
	}
	if q.Outcome != "" {
		w.and("outcome = ?", string(q.Outcome))
	}
	if q.Alert != "" {
		w.and("alert = ?", q.Alert)
	}
	if q.Incident != "" {
		w.and("alert IN (SELECT id FROM alerts WHERE incident = ?)", q.Incident)
	}
	if q.Current {
		w.and("EXISTS (SELECT 1 FROM outcomes AS o WHERE o.receiver = deliveries.receiver AND o.alert = deliveries.alert AND o.seq = deliveries.seq)")
	}
	deliveries, err := list[breach.Delivery](ctx, l.file.read, "SELECT data FROM deliveries"+w.text()+" ORDER BY seq DESC LIMIT ?", append(w.args, bound(q.Limit))...)
	return deliveries, l.failed("list deliveries", err)
}

// where is a condition in the making.
type where struct {
	parts []string
	args  []any
}

func (w *where) and(part string, args ...any) {
	w.parts = append(w.parts, part)
	w.args = append(w.args, args...)
}

func (w *where) text() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.parts, " AND ")
}

func list[T any](ctx context.Context, db *sql.DB, query string, args ...any) ([]T, error) {
	var out []T
	err := each(ctx, db, func(rows *sql.Rows) error {
		var data sql.RawBytes
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

func one[T any](ctx context.Context, db *sql.DB, query string, args ...any) (*T, error) {
	found, err := list[T](ctx, db, query, args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func each(ctx context.Context, db *sql.DB, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := scan(rows); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
