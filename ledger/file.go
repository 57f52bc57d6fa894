package ledger

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"modernc.org/sqlite"
)

//go:embed schema.sql
var schema string

// schemaVersion is raised with every change of schema.sql or of what the
// projection writes: a file of another version is dropped.
const schemaVersion = 3

const (
	// readers is how many queries run at a time.
	readers = 4
	// busyMillis is how long a connection waits for a lock of another process.
	busyMillis = 5000
	// journalBytes is what is left of the write-ahead log after a checkpoint.
	journalBytes = 16 << 20
)

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const (
	codeCorrupt      = 11
	codeNotADatabase = 26
)

// damage reports whether err says that the file is no whole database.
func damage(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == codeCorrupt || e.Code()&0xff == codeNotADatabase)
}

// uselessError says why a file is dropped.
type uselessError struct{ reason string }

func (e *uselessError) Error() string { return e.reason }

// file is the open database.
type file struct {
	write *sql.DB // one connection
	read  *sql.DB
}

// openFile answers with an uselessError where the file must be dropped.
func openFile(ctx context.Context, path string) (*file, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + fmt.Sprintf(
		"?_pragma=busy_timeout(%d)&_pragma=auto_vacuum(incremental)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=journal_size_limit(%d)",
		busyMillis, journalBytes)
	write, err := sql.Open("sqlite", dsn+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	read, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	f := &file{write, read}
	if err := f.prepare(ctx); err != nil {
		if damage(err) {
			err = &uselessError{"it is damaged: " + err.Error()}
		}
		if closing := f.abandon(); closing != nil && !damage(closing) {
			err = errors.Join(err, closing)
		}
		return nil, err
	}
	return f, nil
}

func (f *file) prepare(ctx context.Context) error {
	var version, tables int
	if err := f.write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if err := f.write.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	switch {
	case version == 0 && tables == 0:
		return f.create(ctx)
	case version != schemaVersion:
		return &uselessError{fmt.Sprintf("it is of version %d, this program writes version %d", version, schemaVersion)}
	}
	return f.check(ctx)
}

func (f *file) create(ctx context.Context) (err error) {
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer undo(tx, &err)
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

// check looks through the pages of a file that was not closed in peace, which
// takes about a second for 200 MB, and notes that it is open now.
func (f *file) check(ctx context.Context) error {
	var closed bool
	if err := f.write.QueryRowContext(ctx, "SELECT closed FROM state").Scan(&closed); err != nil {
		return err
	}
	if !closed {
		var verdict string
		if err := f.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			return &uselessError{"it is damaged: " + verdict}
		}
	}
	_, err := f.write.ExecContext(ctx, "UPDATE state SET closed = 0")
	return err
}

// close notes that the file is whole.
func (f *file) close() error {
	_, err := f.write.Exec("UPDATE state SET closed = 1")
	return errors.Join(err, f.abandon())
}

// abandon closes the connections only.
func (f *file) abandon() error { return errors.Join(f.read.Close(), f.write.Close()) }

// undo rolls tx back when the function that opened it fails.
func undo(tx *sql.Tx, err *error) {
	if *err == nil {
		return
	}
	if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
		*err = errors.Join(*err, back)
	}
}
