package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"go.uber.org/zap"
)

// ErrDamaged marks an error of a file that cannot be trusted any more. The next
// [Open] drops it.
var ErrDamaged = errors.New("the ledger's file is damaged: restart the daemon, it is then built again from the streams")

// Ledger is safe for use by several goroutines.
type Ledger struct {
	path    string
	log     *zap.Logger
	file    *file
	damaged atomic.Bool
	close   func() error
}

// Open opens the ledger at path, whose folder is made, and makes it anew where
// the file is of no use. An error means that there can be no ledger at that
// path (no permission, no space); a file is left alone then.
func Open(ctx context.Context, path string, log *zap.Logger) (*Ledger, error) {
	if log == nil {
		log = zap.NewNop()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("ledger: %w: make data_dir writable for the daemon's user", err)
	}
	f, err := openFile(ctx, path)
	if useless, is := errors.AsType[*uselessError](err); is {
		log.Warn("the ledger is dropped and built again from the streams", zap.String("path", path), zap.String("reason", useless.reason))
		if err := drop(path); err != nil {
			return nil, err
		}
		f, err = openFile(ctx, path)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger: open %s: %w: make it readable and writable for the daemon's user, or delete it", path, err)
	}
	l := &Ledger{path: path, log: log, file: f}
	l.close = sync.OnceValue(func() error {
		if l.damaged.Load() {
			return f.abandon()
		}
		return f.close()
	})
	return l, nil
}

// Close closes the file; twice is safe.
func (l *Ledger) Close() error {
	if err := l.close(); err != nil {
		return fmt.Errorf("ledger: close %s: %w", l.path, err)
	}
	return nil
}

// drop removes the file and what SQLite keeps beside it.
func drop(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("ledger: drop the old file: %w: delete it by hand", err)
		}
	}
	return nil
}

// failed names the step that an error comes from, and notes damage.
func (l *Ledger) failed(step string, err error) error {
	if err == nil {
		return nil
	}
	if damage(err) {
		l.damaged.Store(true)
		return fmt.Errorf("ledger: %s: %w (%w)", step, ErrDamaged, err)
	}
	return fmt.Errorf("ledger: %s: %w", step, err)
}
