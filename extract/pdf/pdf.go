// Package pdf reads the text of PDFs, Japanese CID fonts included, with PDFium
// compiled to WebAssembly.
//
// Make one [Engine] with [New], call [Engine.Text] for each document and
// [Engine.Close] at the end. Nothing is compiled until the first document; the
// compiled code is let go after [Config.IdleAfter] without one, so an idle
// daemon does not carry it. Each document gets an instance of its own in a
// sandbox of bounded memory and time: a hostile file ends at a limit, costs at
// most that, and leaves nothing behind for the next one.
//
// Pages come in order, lines as they stand on the page: words that a line
// divides stay divided. Vertical pages are read column by column from the
// right. Two things are mended, because they are how PDFs are made and not what
// their authors wrote: ideographs that a subset font mapped to look-alike
// radicals (⽇⻑ for 日長), and the mark that PDFium puts for a hyphen at the end
// of a line.
//
// What it does not do: optical recognition, annotations, form fields. A scan has
// no characters, and fonts without a true Unicode map give doubtful ones;
// [Text] tells both.
package pdf

import (
	"errors"
	"time"
)

// Config configures [New]; fields that are zero or less mean their defaults.
type Config struct {
	// CacheDir keeps compiled code between runs, about 16 MB: the first document
	// then starts after 0.15 s instead of 1.3 s (two processors). It holds
	// machine code that will be run: only this user may write there. Empty: none
	// is kept.
	CacheDir string
	// MemoryMiB bounds one document's memory in the sandbox; 128, at least 32.
	MemoryMiB int
	// Timeout bounds one document's work, without waiting and compiling; 10 s.
	Timeout time.Duration
	// MaxInput bounds a file in bytes; 20 MiB.
	MaxInput int
	// MaxPages and MaxCharacters bound what is read; what is beyond is left out
	// and [Text.Truncated] set. 200 and 400,000.
	MaxPages      int
	MaxCharacters int
	// Documents is how many are read side by side, each with MemoryMiB; further
	// ones wait. 1.
	Documents int
	// IdleAfter is how long the compiled code is kept unused; 5 min.
	IdleAfter time.Duration
}

func (c Config) withDefaults() Config {
	c.MemoryMiB = max(positive(c.MemoryMiB, 128), leastMemoryMiB)
	c.Timeout = positive(c.Timeout, 10*time.Second)
	c.MaxInput = positive(c.MaxInput, 20<<20)
	c.MaxPages = positive(c.MaxPages, 200)
	c.MaxCharacters = positive(c.MaxCharacters, 400_000)
	c.Documents = positive(c.Documents, 1)
	c.IdleAfter = positive(c.IdleAfter, 5*time.Minute)
	return c
}

// leastMemoryMiB lets PDFium start: its build asks for 17.75 MiB at once.
const leastMemoryMiB = 32

func positive[T int | time.Duration](value, fallback T) T {
	if value > 0 {
		return value
	}
	return fallback
}

// Text is what a PDF says.
type Text struct {
	// Pages in order, valid UTF-8, lines ended by \n; "" for a page without text.
	Pages []string
	// PageCount is how many pages the file says it has; with Truncated more than
	// len(Pages).
	PageCount int
	// Damaged pages could not be loaded; they are "" in Pages.
	Damaged int
	// Characters in Pages, spaces and line ends included; 0 for a scan.
	Characters int
	// Unmapped characters are doubtful: their font has no Unicode map, or one
	// that yields what no text holds.
	Unmapped int
	// Truncated: MaxPages or MaxCharacters left something out.
	Truncated bool
}

// Why a PDF could not be read. With [ErrLimit] and [ErrDamaged] the text of the
// pages before the trouble is returned beside the error.
var (
	// ErrNotPDF: the signature is missing.
	ErrNotPDF = errors.New("not a PDF")
	// ErrPassword: encrypted for readers who hold a password or a certificate.
	// What is encrypted against copying only is read.
	ErrPassword = errors.New("the PDF asks for a password")
	ErrDamaged  = errors.New("the PDF is damaged")
	// ErrLimit: larger than MaxInput, or memory or time did not suffice.
	ErrLimit = errors.New("the PDF needs more than the limits allow")
)
