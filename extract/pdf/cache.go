package pdf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// wazero keeps a file for each module, version of its own and kind of processor,
// and never removes any. The functions here keep it at one.

// cacheFiles lists what wazero has written below dir.
func cacheFiles(dir string) ([]string, error) {
	names, err := fs.Glob(os.DirFS(dir), "wazero-*/*")
	if err != nil {
		return nil, fmt.Errorf("list compiled code in %q: %w", dir, err)
	}
	for i, name := range names {
		names[i] = filepath.Join(dir, filepath.FromSlash(name))
	}
	return names, nil
}

// prune removes the files of before when a new one came: they are of older
// versions, or half written by a process that was killed.
func prune(dir string, before []string) error {
	now, err := cacheFiles(dir)
	if err != nil {
		return err
	}
	isNew := func(file string) bool { return !slices.Contains(before, file) }
	if !slices.ContainsFunc(now, isNew) {
		return nil
	}
	return removeFiles(before)
}

func removeFiles(files []string) error {
	var errs []error
	for _, file := range files {
		// Another process that shares the directory may have been faster.
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("remove stale compiled code: %w", err))
		}
	}
	return errors.Join(errs...)
}
