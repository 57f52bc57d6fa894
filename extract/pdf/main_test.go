package pdf_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oshirase/extract/pdf"
)

// cacheDir is shared by all engines, for compiling takes a second, and twenty
// under the race detector.
var cacheDir string

// engine is what most tests use. Its time is long, as test machines may be slow.
var engine *pdf.Engine

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	var err error
	if cacheDir, err = os.MkdirTemp("", "oshirase-pdf-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	pdf.TestCacheDir = cacheDir
	engine = pdf.New(pdf.Config{CacheDir: cacheDir, Timeout: time.Minute})
	code = m.Run()
	for _, end := range []func() error{
		closeAll,
		func() error { return os.RemoveAll(cacheDir) },
		func() error { return goleak.Find() },
	} {
		if err := end(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	return code
}

func closeAll() (err error) {
	for _, e := range []*pdf.Engine{engine, limitedEngine, smallEngine} {
		if e != nil {
			err = errors.Join(err, e.Close(context.Background()))
		}
	}
	return err
}

// limits are low, but for Timeout, which small documents must not meet.
var limits = pdf.Config{Timeout: time.Second, MaxPages: 2, MaxCharacters: 6}

// Engines that several tests share.
var (
	limitedOnce, smallOnce sync.Once
	limitedEngine          *pdf.Engine
	smallEngine            *pdf.Engine
)

// limited has the limits.
func limited(t testing.TB) *pdf.Engine { return shared(t, &limitedOnce, &limitedEngine, limits) }

// small has as little memory as can be, and reads two documents at once.
func small(t testing.TB) *pdf.Engine {
	return shared(t, &smallOnce, &smallEngine, pdf.Config{MemoryMiB: 1, Documents: 2, Timeout: 30 * time.Second})
}

func shared(t testing.TB, once *sync.Once, at **pdf.Engine, cfg pdf.Config) *pdf.Engine {
	t.Helper()
	warm(t)
	once.Do(func() {
		cfg.CacheDir = cacheDir
		*at = pdf.New(cfg)
	})
	return *at
}

// newEngine starts fast, from the cache, and is closed with the test.
func newEngine(t testing.TB, cfg pdf.Config) *pdf.Engine {
	t.Helper()
	warm(t)
	cfg.CacheDir = cacheDir
	e := pdf.New(cfg)
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

// warm compiles, if that was not done.
func warm(t testing.TB) {
	t.Helper()
	if _, err := engine.Text(context.Background(), fixture(t, "h-utf16.pdf")); err != nil {
		t.Fatal(err)
	}
}

// fixture is a file of testdata, unpacked when it is kept with gzip.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// squeeze leaves out white space, and the two ways to write 〜 that converters
// between Shift_JIS and Unicode take for one.
func squeeze(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), ""), "～", "〜")
}
