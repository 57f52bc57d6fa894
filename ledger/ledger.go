// Package ledger is the read model: what the streams say, in SQLite, so that
// pages and lists need not read streams. It may be deleted at any time and is
// then built again.
//
// [Open] it, feed it every message of the streams after [Ledger.Position] in
// order through [Ledger.Apply], and ask. The position is stored in the same
// transaction as what a message changed, so a crash repeats nothing and a
// message that comes again changes nothing. A file of another version, or a
// damaged one, is dropped and built anew.
package ledger

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"
	_ "modernc.org/sqlite" // the driver

	"oshirase/breach"
)

//go:embed schema.sql
var schema string

// schemaVersion is raised with every change of schema.sql.
const schemaVersion = 1

// Ledger is safe for use by several goroutines.
type Ledger struct {
	write *sql.DB // one connection
	read  *sql.DB
}

// readers is how many queries run at a time.
const readers = 4

// Open opens the ledger at path, made anew where it is of no use.
func Open(ctx context.Context, path string, log *zap.Logger) (*Ledger, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	l, err := open(ctx, path)
	if err == nil {
		return l, nil
	}
	log.Info("the ledger is built anew from the streams", zap.String("path", path), zap.NamedError("because", err))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("ledger: drop the old file: %w", err)
		}
	}
	if l, err = open(ctx, path); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return l, nil
}

func open(ctx context.Context, path string) (*Ledger, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)"
	write, err := sql.Open("sqlite", dsn+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(readers)
	l := &Ledger{write, read}
	if err := l.prepare(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *Ledger) prepare(ctx context.Context) error {
	var version int
	if err := l.write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch version {
	case 0:
		if _, err := l.write.ExecContext(ctx, schema+fmt.Sprintf("PRAGMA user_version = %d;", schemaVersion)); err != nil {
			return err
		}
	case schemaVersion:
	default:
		return fmt.Errorf("it is of version %d, this program writes %d", version, schemaVersion)
	}
	var verdict string
	if err := l.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("it is damaged: %s", verdict)
	}
	return nil
}

// Close closes the file.
func (l *Ledger) Close() error { return errors.Join(l.read.Close(), l.write.Close()) }

// Position is the sequence of the last message of stream that was applied.
func (l *Ledger) Position(ctx context.Context, stream string) (uint64, error) {
	var position uint64
	err := l.write.QueryRowContext(ctx, "SELECT sequence FROM positions WHERE stream = ?", stream).Scan(&position)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return position, err
}

// Record is one message of a stream.
type Record struct {
	Stream   string
	Sequence uint64
	Stored   time.Time
	Data     []byte // JSON
}

// Apply takes records in order. Those at or before the position change nothing.
func (l *Ledger) Apply(ctx context.Context, records ...Record) (err error) {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer func() {
		if err != nil {
			if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
				err = errors.Join(err, back)
			}
		}
	}()
	for _, r := range records {
		if err := apply(ctx, tx, r); err != nil {
			return fmt.Errorf("ledger: message %d of %s: %w", r.Sequence, r.Stream, err)
		}
	}
	return tx.Commit()
}

func apply(ctx context.Context, tx *sql.Tx, r Record) error {
	moved, err := tx.ExecContext(ctx, `INSERT INTO positions (stream, sequence) VALUES (?, ?)
		ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence WHERE excluded.sequence > sequence`, r.Stream, r.Sequence)
	if err != nil {
		return err
	}
	if n, err := moved.RowsAffected(); err != nil || n == 0 {
		return err
	}
	switch r.Stream {
	case breach.StreamNotices:
		return applyNotice(ctx, tx, r)
	case breach.StreamFindings:
		return applyFinding(ctx, tx, r)
	case breach.StreamAlerts:
		return applyAlert(ctx, tx, r)
	case breach.StreamDeliveries:
		return applyDelivery(ctx, tx, r)
	}
	return nil
}

func applyNotice(ctx context.Context, tx *sql.Tx, r Record) error {
	var n breach.Notice
	if err := json.Unmarshal(r.Data, &n); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO notices (id, revision, source, title, url, seen, withdrawn) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, title = excluded.title, url = excluded.url, withdrawn = excluded.withdrawn
		WHERE excluded.revision > revision`,
		n.ID, n.Revision, n.Source, n.Title, n.URL, n.FirstSeen.UnixMilli(), n.Withdrawn)
	return err
}

func applyFinding(ctx context.Context, tx *sql.Tx, r Record) error {
	var f breach.Finding
	if err := json.Unmarshal(r.Data, &f); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE notices SET is_breach = ? WHERE id = ? AND revision <= ?`, f.IsBreach, f.Notice.ID, f.Notice.Revision)
	return err
}

func applyAlert(ctx context.Context, tx *sql.Tx, r Record) error {
	var a breach.Alert
	if err := json.Unmarshal(r.Data, &a); err != nil {
		return err
	}
	incident := ""
	if a.Incident != nil {
		incident = a.Incident.ID
	}
	// An alert that is told once more comes with the same id.
	_, err := tx.ExecContext(ctx, `INSERT INTO alerts (id, kind, severity, vector, incident, created, data) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO NOTHING`,
		a.ID, string(a.Kind), a.Severity.Rank(), string(a.PrimaryVector), incident, a.CreatedAt.UnixMilli(), r.Data)
	return err
}

func applyDelivery(ctx context.Context, tx *sql.Tx, r Record) error {
	var d breach.Delivery
	if err := json.Unmarshal(r.Data, &d); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO deliveries (id, alert, receiver, outcome, at, latency, data) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO NOTHING`,
		d.ID, d.AlertID, d.Receiver, string(d.Outcome), d.At.UnixMilli(), d.LatencyMS, r.Data)
	return err
}

// Prune drops what is older than before.
func (l *Ledger) Prune(ctx context.Context, before time.Time) error {
	for _, statement := range []string{"DELETE FROM notices WHERE seen < ?", "DELETE FROM alerts WHERE created < ?", "DELETE FROM deliveries WHERE at < ?"} {
		if _, err := l.write.ExecContext(ctx, statement, before.UnixMilli()); err != nil {
			return fmt.Errorf("ledger: prune: %w", err)
		}
	}
	return nil
}

// Skip moves the position past a message that cannot be applied.
func (l *Ledger) Skip(ctx context.Context, stream string, sequence uint64) error {
	return l.Apply(ctx, Record{Stream: stream, Sequence: sequence, Data: []byte("{}")})
}
