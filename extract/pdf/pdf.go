// Package pdf reads the text of PDFs, Japanese CID fonts included, with PDFium
// compiled to WebAssembly.
//
// Make one [Engine] with [New] and call [Engine.Text]. Nothing is compiled until
// the first document, and the compiled code is let go again after
// [Config.IdleAfter], so an idle daemon does not carry it. Each document gets an
// instance of its own with bounded memory and time: a hostile file ends at a
// limit, costs at most that, and leaves nothing behind for the next one.
//
// What it does not do: optical recognition. A scan has no characters, and fonts
// without a Unicode map give doubtful ones; [Text] tells both.
package pdf

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Config configures [New]; zero fields mean their defaults.
type Config struct {
	// CacheDir keeps compiled code between runs, about 14 MB; none.
	CacheDir string
	// MemoryMiB bounds one document's memory inside the sandbox; 128.
	MemoryMiB int
	// Timeout bounds one document's work; 10 s.
	Timeout time.Duration
	// MaxInput bounds a file in bytes; 20 MiB.
	MaxInput int
	// MaxPages and MaxCharacters bound what is read; what is beyond is left out
	// and [Text.Truncated] set. 200 and 400,000.
	MaxPages      int
	MaxCharacters int
	// IdleAfter is how long the compiled code is kept unused; 5 min.
	IdleAfter time.Duration
}

// Text is what a PDF says.
type Text struct {
	// Pages in order, lines ended by \n.
	Pages     []string
	PageCount int // in the file
	// Characters that were read; 0 for a scan.
	Characters int
	// Unmapped characters have no Unicode map: their text is doubtful.
	Unmapped  int
	Truncated bool
}

// Why a PDF could not be read.
var (
	ErrNotPDF   = errors.New("not a PDF")
	ErrPassword = errors.New("the PDF asks for a password")
	ErrDamaged  = errors.New("the PDF is damaged")
	ErrLimit    = errors.New("the PDF needs more than the limits allow")
)

// Engine reads PDFs, one at a time; further ones wait.
type Engine struct {
	cfg  Config
	turn chan struct{} // holds one token: whoever has it may use module
	mu   sync.Mutex
	idle *time.Timer
	// module is the compiled code; guarded by turn.
	module *module
	closed bool // guarded by turn
}

// New makes an engine; nothing is compiled yet. Close it.
func New(cfg Config) *Engine {
	cfg.MemoryMiB = cmp.Or(cfg.MemoryMiB, 128)
	cfg.Timeout = cmp.Or(cfg.Timeout, 10*time.Second)
	cfg.MaxInput = cmp.Or(cfg.MaxInput, 20<<20)
	cfg.MaxPages = cmp.Or(cfg.MaxPages, 200)
	cfg.MaxCharacters = cmp.Or(cfg.MaxCharacters, 400_000)
	cfg.IdleAfter = cmp.Or(cfg.IdleAfter, 5*time.Minute)
	e := &Engine{cfg: cfg, turn: make(chan struct{}, 1)}
	e.turn <- struct{}{}
	return e
}

// headSearch is how far into a file its signature may stand (ISO 32000-1,
// annex H.3.4.1).
const headSearch = 1024

// Text reads a document. The error is ctx's, or wraps [ErrNotPDF],
// [ErrPassword], [ErrDamaged] or [ErrLimit].
func (e *Engine) Text(ctx context.Context, body []byte) (Text, error) {
	if !bytes.Contains(body[:min(len(body), headSearch)], []byte("%PDF-")) {
		return Text{}, ErrNotPDF
	}
	if len(body) > e.cfg.MaxInput {
		return Text{}, fmt.Errorf("%w: %d bytes, at most %d", ErrLimit, len(body), e.cfg.MaxInput)
	}
	select {
	case <-e.turn:
	case <-ctx.Done():
		return Text{}, ctx.Err()
	}
	defer e.release()
	if e.closed {
		return Text{}, errors.New("the PDF engine is closed")
	}
	if e.module == nil {
		// The compilation serves later documents too: it is not cut by ctx.
		m, err := compile(context.WithoutCancel(ctx), e.cfg)
		if err != nil {
			return Text{}, fmt.Errorf("compile PDFium: %w", err)
		}
		e.module = m
	}
	limited, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	text, err := e.module.read(limited, e.cfg, body)
	if err == nil || ctx.Err() != nil {
		return text, errors.Join(err, ctx.Err())
	}
	if limited.Err() != nil {
		return Text{}, fmt.Errorf("%w: more than %s", ErrLimit, e.cfg.Timeout)
	}
	return Text{}, err
}

// release hands the turn on and starts the idle clock.
func (e *Engine) release() {
	e.mu.Lock()
	if e.idle == nil {
		e.idle = time.AfterFunc(e.cfg.IdleAfter, e.free)
	} else {
		e.idle.Reset(e.cfg.IdleAfter)
	}
	e.mu.Unlock()
	e.turn <- struct{}{}
}

// free lets the compiled code go, unless it is in use: then the next release
// starts the clock again.
func (e *Engine) free() {
	select {
	case <-e.turn:
	default:
		return
	}
	if e.module != nil {
		// Nothing runs in it, and there is nobody to tell of a failure to
		// unmap: the next document compiles anew either way.
		_ = e.module.close(context.Background())
		e.module = nil
	}
	e.turn <- struct{}{}
}

// Close waits for the document at work, within ctx, and lets everything go.
func (e *Engine) Close(ctx context.Context) error {
	select {
	case <-e.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { e.turn <- struct{}{} }()
	e.mu.Lock()
	if e.idle != nil {
		e.idle.Stop()
	}
	e.mu.Unlock()
	e.closed = true
	if e.module == nil {
		return nil
	}
	m := e.module
	e.module = nil
	return m.close(ctx)
}
