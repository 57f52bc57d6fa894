//go:build unix

package stream

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// lockName is a file of the store's folder. It stays there: removing it would
// let two holders lock two different files of the same name.
const lockName = "lock"

// storeLock keeps a second server out of the store: two servers on one folder
// corrupt it without a word. The kernel drops it when the process dies.
type storeLock struct{ file *os.File }

// lockStore takes the lock of dir, which must exist, or answers *LockedError.
func lockStore(dir string) (*storeLock, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock store: %w: make %s writable for this user", err, dir)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, holder(f, dir)
		}
		return nil, fmt.Errorf("lock store %s: %w: choose a data_dir on a file system with locks", path, err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	text := strconv.Itoa(os.Getpid()) + " " + host + "\n"
	if err := errors.Join(f.Truncate(0), writeAt(f, text)); err != nil {
		return nil, errors.Join(fmt.Errorf("lock store %s: %w", path, err), f.Close())
	}
	return &storeLock{f}, nil
}

func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

// holder reads who has the lock. The text may be half written; then nobody is
// named.
func holder(f *os.File, dir string) *LockedError {
	e := &LockedError{Dir: dir}
	text, err := io.ReadAll(io.LimitReader(f, 512))
	if err != nil {
		return e
	}
	pid, host, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	if n, err := strconv.Atoi(pid); err == nil && host != "" {
		e.PID, e.Host = n, host
	}
	return e
}

func (l *storeLock) release() error {
	return errors.Join(l.file.Truncate(0), l.file.Close())
}
