package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// Engine reads PDFs. It is safe for use by several goroutines.
type Engine struct {
	cfg     Config
	slots   chan struct{}   // one place a document that is being read
	closing chan struct{}   // closed by Close: nobody waits any longer
	life    context.Context // ends when Close has no time left
	cut     context.CancelFunc
	work    sync.WaitGroup // calls of Text, the compilation, the idle timer

	mu     sync.Mutex
	closed bool
	module *module // the compiled code, nil while there is none
	flight *flight // the compilation at work
	users  int     // documents that use the module or wait for it
	idle   *clock  // the idle clock that runs
}

// clock tells a timer that fired too late from the one that counts.
type clock struct{ timer *time.Timer }

// flight is one compilation that everyone who needs it waits for.
type flight struct {
	done chan struct{}
	err  error // valid after done
}

var errClosed = errors.New("the PDF engine is closed")

// New makes an engine; nothing is compiled yet. Close it.
func New(cfg Config) *Engine {
	cfg = cfg.withDefaults()
	e := &Engine{cfg: cfg, slots: make(chan struct{}, cfg.Documents), closing: make(chan struct{})}
	e.life, e.cut = context.WithCancel(context.Background())
	return e
}

// headSearch is how far into a file its signature may stand (ISO 32000-1,
// annex H.3.4.1).
const headSearch = 1024

// Text reads a document. ctx bounds all of it, also the wait for other documents
// and for the compilation. The error is ctx's, or wraps [ErrNotPDF],
// [ErrPassword], [ErrDamaged] or [ErrLimit] and concerns this document, or else
// says why PDFium could not be started.
func (e *Engine) Text(ctx context.Context, body []byte) (Text, error) {
	if !bytes.Contains(body[:min(len(body), headSearch)], []byte("%PDF-")) {
		return Text{}, ErrNotPDF
	}
	if len(body) > e.cfg.MaxInput {
		return Text{}, fmt.Errorf("%w: %d bytes, at most %d", ErrLimit, len(body), e.cfg.MaxInput)
	}
	if err := e.enter(ctx); err != nil {
		return Text{}, err
	}
	defer e.leave()
	m, err := e.acquire(ctx)
	defer e.release()
	if err != nil {
		return Text{}, err
	}
	return e.read(ctx, m, body)
}

// enter waits for a place.
func (e *Engine) enter(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return errClosed
	}
	e.work.Add(1)
	e.mu.Unlock()
	select {
	case e.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		e.work.Done()
		return ctx.Err()
	case <-e.closing:
		e.work.Done()
		return errClosed
	}
}

func (e *Engine) leave() {
	<-e.slots
	e.work.Done()
}

// acquire waits for the compiled code, which stays until release. A failure is
// told to all who wait for it and kept for nobody: the next document tries again.
func (e *Engine) acquire(ctx context.Context) (*module, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.users++
	e.disarm()
	if e.module != nil {
		return e.module, nil
	}
	if e.flight == nil {
		e.flight = &flight{done: make(chan struct{})}
		e.work.Go(e.compile)
	}
	f := e.flight
	e.mu.Unlock()
	var err error
	select {
	case <-f.done:
		err = f.err
	case <-ctx.Done():
		err = ctx.Err()
	case <-e.life.Done():
		err = errClosed
	}
	e.mu.Lock()
	return e.module, err
}

// compile makes the module. It is not cut by any document's context: what it
// makes serves the later ones.
func (e *Engine) compile() {
	m, err := compile(e.life, e.cfg)
	if err != nil {
		err = fmt.Errorf("start PDFium: %w", err)
	}
	e.mu.Lock()
	e.flight.err = err
	close(e.flight.done)
	e.flight, e.module = nil, m
	if e.users == 0 {
		e.arm() // all who asked for it have given up meanwhile
	}
	e.mu.Unlock()
	debug.FreeOSMemory() // compiling leaves some 60 MB, which Go would keep for minutes
}

func (e *Engine) release() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.users--
	if e.users == 0 {
		e.arm()
	}
}

// arm starts the idle clock.
func (e *Engine) arm() {
	if e.module == nil || e.closed {
		return
	}
	e.work.Add(1)
	c := &clock{}
	c.timer = time.AfterFunc(e.cfg.IdleAfter, func() {
		defer e.work.Done()
		e.free(c)
	})
	e.idle = c
}

func (e *Engine) disarm() {
	if e.idle != nil && e.idle.timer.Stop() {
		e.work.Done()
	}
	e.idle = nil
}

// free lets the compiled code go, unless a new document overtook the clock.
func (e *Engine) free(c *clock) {
	e.mu.Lock()
	if e.idle != c || e.module == nil {
		e.mu.Unlock()
		return
	}
	m := e.module
	e.module, e.idle = nil, nil
	e.mu.Unlock()
	// Nothing runs in it, and there is nobody to tell of a failure to unmap: the
	// next document compiles anew either way.
	_ = m.close(context.Background())
	// wazero unmaps code in a finalizer, and a daemon with nothing to do may go
	// minutes without a collection.
	debug.FreeOSMemory()
}

// read bounds the work on one document and tells whose fault an end was.
func (e *Engine) read(ctx context.Context, m *module, body []byte) (Text, error) {
	limited, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	defer context.AfterFunc(e.life, cancel)()
	text, err := m.read(limited, e.cfg, body)
	switch {
	case err == nil:
		return text, nil
	case ctx.Err() != nil:
		return Text{}, ctx.Err()
	case e.life.Err() != nil:
		return Text{}, errClosed
	case limited.Err() != nil:
		return text, fmt.Errorf("%w: not read within %s", ErrLimit, e.cfg.Timeout)
	}
	return text, err
}

// Close takes no more documents, waits for those at work and lets everything go.
// When ctx ends first they are cut, Close returns ctx's error, and what was still
// at work frees itself. Calling it again is safe.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock()
	if !e.closed {
		e.closed = true
		close(e.closing)
		e.disarm()
	}
	e.mu.Unlock()
	done := make(chan error, 1)
	go func() {
		e.work.Wait()
		done <- e.drop()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		e.cut()
		return fmt.Errorf("close the PDF engine: %w", ctx.Err())
	}
}

// drop lets the module go after the last work.
func (e *Engine) drop() error {
	e.cut()
	e.mu.Lock()
	m := e.module
	e.module = nil
	e.mu.Unlock()
	if m == nil {
		return nil
	}
	return m.close(context.Background())
}
