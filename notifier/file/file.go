// Package file appends alerts to a file as NDJSON, for log shippers and a SIEM's
// agent. Start with [New].
//
// A line is the alert as it stands on the stream (schema oshirase.alert.v1). It
// counts as told once it is on the disk: each is synced. The file is made with
// mode 0600 and opened for each alert, so that another program may move it away;
// where none does, it is moved to PATH.1, PATH.2 and so on when it has grown to
// max_bytes.
//
// A line may come twice after a crash: drop what has an id that was seen. A line
// that a crash or a full disk cut short is ended before the next one begins, so
// that only it cannot be read.
package file

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"oshirase/breach"
	"oshirase/notifier"
)

// Config is the receiver's section of the configuration.
type Config struct {
	// Path of the file to append to. Its folder must exist.
	Path string `yaml:"path"`
	// MaxBytes is the size at which the file is moved away, at least 1 MiB.
	// Default 64 MiB.
	MaxBytes int64 `yaml:"max_bytes"`
	// Keep is how many moved files are kept, from 1 to 1000. Default 5.
	Keep int `yaml:"keep"`
}

const (
	minBytes     = 1 << 20 // above the largest message of a stream
	defaultBytes = 64 << 20
	defaultKeep  = 5
	maxKeep      = 1000
)

// Validate implements the check of a configuration section.
func (c Config) Validate() []breach.Fault {
	var faults []breach.Fault
	if c.Path == "" {
		faults = append(faults, breach.Fault{Key: "path", Message: "name the file to append to"})
	}
	if c.MaxBytes != 0 && c.MaxBytes < minBytes {
		faults = append(faults, breach.Fault{Key: "max_bytes", Message: fmt.Sprintf("%d is less than %d (1 MiB): use more, or leave it out for 64 MiB", c.MaxBytes, minBytes)})
	}
	if c.Keep < 0 || c.Keep > maxKeep {
		faults = append(faults, breach.Fault{Key: "keep", Message: fmt.Sprintf("%d is not between 1 and %d", c.Keep, maxKeep)})
	}
	return faults
}

// Notifier appends to one file.
type Notifier struct {
	path     string
	maxBytes int64
	keep     int
	mu       sync.Mutex
}

// New returns a notifier for cfg. The file is made now, so that a wrong path
// shows at the start.
func New(cfg Config) (*Notifier, error) {
	for _, f := range cfg.Validate() {
		return nil, fmt.Errorf("file: %w", f)
	}
	n := &Notifier{path: cfg.Path, maxBytes: cmp.Or(cfg.MaxBytes, defaultBytes), keep: cmp.Or(cfg.Keep, defaultKeep)}
	f, _, err := n.open()
	if err != nil {
		return nil, fmt.Errorf("file: path: %w", err)
	}
	return n, f.Close()
}

// Send appends m. There is no reference.
func (n *Notifier) Send(ctx context.Context, m notifier.Message) (reference string, err error) {
	event, err := m.Alert.Event()
	if err != nil {
		return "", breach.Permanent(err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("append an alert to %s: %w", n.path, err)
	}
	if err := n.append(append(event.Data, '\n')); err != nil {
		return "", fmt.Errorf("append an alert: %w", err)
	}
	return "", nil
}

func (n *Notifier) append(line []byte) (err error) {
	f, size, err := n.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if size > 0 && size+int64(len(line)) > n.maxBytes {
		if err := n.rotate(); err != nil {
			return err
		}
		full := f
		if f, size, err = n.open(); err != nil {
			f = full // the one to close
			return err
		}
		if err := full.Close(); err != nil {
			return err
		}
	}
	if size > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
	}
	if _, err := f.Write(line); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if size == 0 {
		return syncFolder(filepath.Dir(n.path))
	}
	return nil
}

// open opens the file for one alert, and makes it where it is not there.
func (n *Notifier) open() (*os.File, int64, error) {
	f, err := os.OpenFile(n.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("%w: make its folder, or correct the path", err)
	}
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file: name another path", n.path)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// rotate moves the file to PATH.1, and what is there one further; the oldest is
// written over.
func (n *Notifier) rotate() error {
	for i := n.keep - 1; i >= 0; i-- {
		from := n.path
		if i > 0 {
			from = n.moved(i)
		}
		if err := os.Rename(from, n.moved(i+1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (n *Notifier) moved(i int) string { return n.path + "." + strconv.Itoa(i) }

// syncFolder makes the name of a new file last.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
