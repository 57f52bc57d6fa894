package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
)

// Record is one message of a stream.
type Record struct {
	Stream   string // one of package breach
	Sequence uint64
	Stored   time.Time
	Data     []byte // JSON
}

// Position is the sequence of the last message of stream that was applied, 0
// before the first.
func (l *Ledger) Position(ctx context.Context, stream string) (uint64, error) {
	var position uint64
	err := l.file.read.QueryRowContext(ctx, "SELECT sequence FROM positions WHERE stream = ?", stream).Scan(&position)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return position, l.failed("read the position of "+stream, err)
}

// Apply stores messages in one transaction, all or none; those of one stream
// come in order. What is at or before the position changes nothing. A message
// whose data cannot be read is logged and left out: no later attempt would read
// it.
func (l *Ledger) Apply(ctx context.Context, records ...Record) (err error) {
	defer func() { err = l.failed("apply", err) }()
	tx, err := l.file.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer undo(tx, &err)
	b := &batch{tx: tx, positions: map[string]uint64{}, log: l.log}
	for _, r := range records {
		if err := b.take(ctx, r); err != nil {
			return fmt.Errorf("message %d of %s: %w", r.Sequence, r.Stream, err)
		}
	}
	if err := b.move(ctx); err != nil {
		return err
	}
	return tx.Commit()
}

// Skip moves the position of a stream past a message that is left out.
func (l *Ledger) Skip(ctx context.Context, stream string, sequence uint64) error {
	_, err := l.file.write.ExecContext(ctx, `INSERT INTO positions (stream, sequence) VALUES (?, ?)
		ON CONFLICT (stream) DO UPDATE SET sequence = max(sequence, excluded.sequence)`, stream, sequence)
	return l.failed("skip a message", err)
}

// batch is one transaction.
type batch struct {
	tx        *sql.Tx
	positions map[string]uint64 // of the streams that were touched
	log       *zap.Logger
}

func (b *batch) take(ctx context.Context, r Record) error {
	position, known := b.positions[r.Stream]
	if !known {
		err := b.tx.QueryRowContext(ctx, "SELECT sequence FROM positions WHERE stream = ?", r.Stream).Scan(&position)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		b.positions[r.Stream] = position
	}
	if r.Sequence <= position {
		return nil
	}
	if err := b.project(ctx, r); err != nil {
		unread, is := errors.AsType[*unreadableError](err)
		if !is {
			return err
		}
		b.log.Warn("a message cannot be read and is left out of the ledger",
			zap.String("stream", r.Stream), zap.Uint64("sequence", r.Sequence), zap.NamedError("because", unread.err))
	}
	b.positions[r.Stream] = r.Sequence
	return nil
}

func (b *batch) move(ctx context.Context) error {
	for stream, sequence := range b.positions {
		if err := b.exec(ctx, `INSERT INTO positions (stream, sequence) VALUES (?, ?)
			ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence`, stream, sequence); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) exec(ctx context.Context, statement string, args ...any) error {
	_, err := b.tx.ExecContext(ctx, statement, args...)
	return err
}

func (b *batch) project(ctx context.Context, r Record) error {
	switch r.Stream {
	case breach.StreamNotices:
		return project(ctx, r, b.notice)
	case breach.StreamFindings:
		return project(ctx, r, b.finding)
	case breach.StreamAlerts:
		return project(ctx, r, b.alert)
	case breach.StreamDeliveries:
		return project(ctx, r, b.delivery)
	}
	return fmt.Errorf("the ledger knows no stream %q", r.Stream)
}

// unreadableError is a message that stays unreadable.
type unreadableError struct{ err error }

func (e *unreadableError) Error() string { return e.err.Error() }

func project[T any](ctx context.Context, r Record, store func(context.Context, Record, *T) error) error {
	v := new(T)
	if err := json.Unmarshal(r.Data, v); err != nil {
		return &unreadableError{err}
	}
	return store(ctx, r, v)
}
