// Package console writes alerts as readable blocks of text to a terminal or a
// file: a start without any account. Start with [New].
//
// Each alert is one write, so that blocks of several writers do not mix.
// Colours are used on a terminal unless NO_COLOR is set (no-color.org). Text
// from a source holds no control characters, so it cannot move the cursor or
// colour anything. Lines are wrapped by display width, Japanese included.
package console

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/render"
)

// Config is the receiver's section of the configuration.
type Config struct {
	// Path of a file to append to, made with mode 0600. Default: the writer
	// given to [New].
	Path string `yaml:"path"`
	// Color is auto (the default), always or never.
	Color string `yaml:"color"`
	// Columns is the width to wrap at, from 40 to 400. Default 80.
	Columns int `yaml:"columns"`
}

// Validate implements the check of a configuration section.
func (c Config) Validate() []breach.Fault {
	var faults []breach.Fault
	switch c.Color {
	case "", "auto", "always", "never":
	default:
		faults = append(faults, breach.Fault{Key: "color", Message: fmt.Sprintf("unknown value %q: use auto, always or never", c.Color)})
	}
	if c.Columns != 0 && (c.Columns < 40 || c.Columns > 400) {
		faults = append(faults, breach.Fault{Key: "columns", Message: fmt.Sprintf("%d is not between 40 and 400", c.Columns)})
	}
	return faults
}

// Notifier writes to one writer.
type Notifier struct {
	columns int
	color   bool
	path    string

	mu sync.Mutex
	w  io.Writer // nil: open path for each alert, so that a rotated file is left
}

// New returns a notifier that writes to w, or appends to cfg.Path where it is
// set.
func New(cfg Config, w io.Writer) (*Notifier, error) {
	for _, f := range cfg.Validate() {
		return nil, fmt.Errorf("console: %w", f)
	}
	n := &Notifier{columns: cfg.Columns, path: cfg.Path, w: w, color: cfg.Color == "always"}
	if n.columns == 0 {
		n.columns = 80
	}
	if n.path != "" {
		n.w = nil
		f, err := n.open()
		if err != nil {
			return nil, fmt.Errorf("console: path: %w: create its folder or correct it", err)
		}
		return n, f.Close()
	}
	if cfg.Color == "" || cfg.Color == "auto" {
		n.color = terminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	return n, nil
}

func (n *Notifier) open() (*os.File, error) {
	return os.OpenFile(n.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

// terminal reports whether w is a character device.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Send writes m. There is no reference.
func (n *Notifier) Send(ctx context.Context, m notifier.Message) (reference string, err error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("write an alert: %w", err)
	}
	text := n.text(m.View)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.w != nil {
		if _, err := io.WriteString(n.w, text); err != nil {
			return "", fmt.Errorf("write an alert: %w", err)
		}
		return "", nil
	}
	f, err := n.open()
	if err != nil {
		return "", fmt.Errorf("append an alert: %w", err)
	}
	_, err = io.WriteString(f, text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", fmt.Errorf("append an alert: %w", err)
	}
	return "", nil
}

// Select Graphic Rendition codes (ECMA-48).
const (
	reset = "\x1b[0m"
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
)

var severityColor = map[breach.Severity]string{
	breach.Critical: "\x1b[1;97;41m",
	breach.High:     "\x1b[1;31m",
	breach.Medium:   "\x1b[1;33m",
	breach.Low:      "\x1b[1;36m",
	breach.Info:     "\x1b[1m",
}

func (n *Notifier) text(v *render.View) string {
	var b strings.Builder
	b.WriteString(n.paint(dim, strings.Repeat("─", n.columns)) + "\n")
	for _, l := range v.Lines() {
		code := n.code(l.Part, v.Severity)
		for _, s := range l.Wrapped(n.columns) {
			b.WriteString(n.paint(code, s) + "\n")
		}
	}
	b.WriteString("\n")
	return b.String()
}

func (n *Notifier) code(p render.Part, s breach.Severity) string {
	switch p {
	case render.PartHeadline:
		return severityColor[s]
	case render.PartHeading, render.PartTitle, render.PartChange:
		return bold
	case render.PartFooter, render.PartLatency, render.PartLink:
		return dim
	}
	return ""
}

func (n *Notifier) paint(code, s string) string {
	if !n.color || code == "" || s == "" {
		return s
	}
	return code + s + reset
}
