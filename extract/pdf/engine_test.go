package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oshirase/extract/pdf"
	"oshirase/extract/pdf/pdftest"
)

// slow is a file that keeps PDFium at work for seconds: objects without end and
// without a page.
var slow = sync.OnceValue(func() []byte {
	return append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("1 0 obj<</A/B>>endobj\n"), 900_000)...)
})

func TestTimeThatRunsOutIsALimit(t *testing.T) {
	e := limited(t)
	start := time.Now()
	if _, err := e.Text(t.Context(), slow()); !errors.Is(err, pdf.ErrLimit) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > 10*limits.Timeout {
		t.Errorf("took %s", took)
	}
}

func TestACallersEndIsNoFaultOfTheDocument(t *testing.T) {
	warm(t)
	for name, cut := range map[string]func() (context.Context, context.CancelFunc){
		"cancelled before": func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return ctx, cancel
		},
		"cut by its deadline": func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), 200*time.Millisecond)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := cut()
			defer cancel()
			text, err := engine.Text(ctx, slow())
			if !errors.Is(err, ctx.Err()) || errors.Is(err, pdf.ErrLimit) || errors.Is(err, pdf.ErrDamaged) || text.Pages != nil {
				t.Errorf("%v, error %v", text, err)
			}
		})
	}
}

func TestTheWaitForAnotherDocumentIsBounded(t *testing.T) {
	warm(t)
	busy, end := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := engine.Text(busy, slow()); !errors.Is(err, context.Canceled) {
			t.Errorf("the first: %v", err)
		}
	})
	// Whether the first has its place already or not: one of a row of short
	// calls waits for it in vain.
	for deadline := time.Now().Add(20 * time.Second); ; {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err := engine.Text(ctx, pdftest.Write("題", nil))
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			break
		}
		if time.Now().After(deadline) {
			t.Errorf("nobody had to wait: %v", err)
			break
		}
	}
	end()
	wg.Wait()
	if _, err := engine.Text(t.Context(), pdftest.Write("題", nil)); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestDocumentsSideBySideDoNotMix(t *testing.T) {
	for _, e := range []*pdf.Engine{engine, small(t)} { // one and two at once
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				want := fmt.Sprintf("文書%d番", i)
				text, err := e.Text(t.Context(), pdftest.Write(want, nil))
				if err != nil || text.Pages[0] != want {
					t.Errorf("%q: %q, %v", want, text.Pages, err)
				}
			})
		}
		wg.Wait()
	}
}

func TestAFailedStartIsTriedAgain(t *testing.T) {
	warm(t)
	dir := filepath.Join(t.TempDir(), "cache")
	if err := os.WriteFile(dir, []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	e := pdf.New(pdf.Config{CacheDir: dir, Documents: 3})
	var wg sync.WaitGroup
	for range 3 { // all who wait are told
		wg.Go(func() {
			_, err := e.Text(t.Context(), pdftest.Write("題", nil))
			if err == nil || !strings.Contains(err.Error(), dir) || known(err) {
				t.Errorf("error %v", err)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(os.Remove(dir), os.CopyFS(dir, os.DirFS(cacheDir))); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Text(t.Context(), pdftest.Write("題", nil)); err != nil {
		t.Errorf("after the cause was gone: %v", err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAnUnusedEngineIsClosedTwiceAndReadsNothing(t *testing.T) {
	e := pdf.New(pdf.Config{})
	for range 2 {
		if err := e.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if _, err := e.Text(t.Context(), pdftest.Write("題", nil)); err == nil || known(err) {
		t.Errorf("error %v", err)
	}
}

func TestCloseWaitsForTheDocumentAtWorkThenCutsIt(t *testing.T) {
	warm(t)
	e := pdf.New(pdf.Config{CacheDir: cacheDir, Timeout: time.Minute})
	var wg sync.WaitGroup
	errs := make(chan error, 2)
	for range cap(errs) { // one at work, one waiting
		wg.Go(func() {
			_, err := e.Text(context.WithoutCancel(t.Context()), slow())
			errs <- err
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	// The goroutines may start late: then they find the engine closed.
	if err := e.Close(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	wg.Wait()
	for range cap(errs) {
		if err := <-errs; err == nil || known(err) {
			t.Errorf("a document that was cut: %v", err)
		}
	}
	if err := e.Close(t.Context()); err != nil {
		t.Errorf("the second Close: %v", err)
	}
	if _, err := e.Text(t.Context(), pdftest.Write("題", nil)); err == nil || known(err) {
		t.Errorf("after Close: %v", err)
	}
}

func TestTheClockOfAnIdleEngineRestartsWithEachDocument(t *testing.T) {
	warm(t)
	synctest.Test(t, func(t *testing.T) {
		e := pdf.New(pdf.Config{CacheDir: cacheDir})
		read := func() {
			t.Helper()
			if _, err := e.Text(t.Context(), pdftest.Write("題", nil)); err != nil {
				t.Fatal(err)
			}
		}
		compiled := func(want bool) {
			t.Helper()
			synctest.Wait()
			if got := pdf.Compiled(e); got != want {
				t.Fatalf("compiled: %t", got)
			}
		}
		compiled(false)
		read()
		time.Sleep(4 * time.Minute)
		compiled(true)
		read()
		time.Sleep(4 * time.Minute)
		compiled(true)
		time.Sleep(time.Minute)
		compiled(false)
		read()
		compiled(true)
		if err := e.Close(t.Context()); err != nil {
			t.Error(err)
		}
		compiled(false)
	})
}
