package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold makes one line of s: white space (the ideographic space too), control
// and invisible characters become one space between words, none at the ends.
// Letters stay as printed. A line break between two wide characters is how an
// editor wrapped the markup, not a space that anyone would read: it vanishes.
func fold(s string) string {
	if folded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var last rune
	gap, broken := false, false
	for _, r := range s {
		if invisible(r) {
			continue
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			gap = true
			broken = broken || r == '\n' || r == '\r'
			continue
		}
		if gap && b.Len() > 0 && !(broken && wide(last) && wide(r)) {
			b.WriteByte(' ')
		}
		gap, broken = false, false
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// folded reports whether fold would return s itself.
func folded(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	space := true // as at the start
	for _, r := range s {
		switch {
		case r == ' ':
			if space {
				return false
			}
			space = true
			continue
		case unicode.IsSpace(r) || unicode.IsControl(r) || invisible(r):
			return false
		}
		space = false
	}
	return !space || s == ""
}

// invisible characters split words that a reader sees whole: zero-width spaces
// and joiners, soft hyphens, byte order marks, direction marks.
func invisible(r rune) bool {
	switch {
	case r == 0xAD, r == 0x61C, r == 0x180E, r == 0xFEFF,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2069,
		r >= 0xFFF9 && r <= 0xFFFB:
		return true
	}
	return false
}

// wide reports characters that are set without spaces between words.
func wide(r rune) bool {
	return r >= 0x2E80 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFE30 && r <= 0xFE4F ||
		r >= 0xFF01 && r <= 0xFF60 || r >= 0xFFE0 && r <= 0xFFE6 || r >= 0x20000 && r <= 0x3FFFF
}

// foldLines folds each line of s, drops the empty ones beyond one in a row and
// those at the ends.
func foldLines(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for line := range strings.Lines(s) {
		line = foldCells(line)
		if line == "" {
			blank = b.Len() > 0
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if blank {
				b.WriteByte('\n')
			}
		}
		blank = false
		b.WriteString(line)
	}
	return b.String()
}

// foldCells folds a line cell by cell: tabs between cells stay.
func foldCells(line string) string {
	line = strings.TrimRight(line, "\r\n")
	if !strings.Contains(line, "\t") {
		return fold(line)
	}
	var cells []string
	for cell := range strings.SplitSeq(line, "\t") {
		if cell = fold(cell); cell != "" {
			cells = append(cells, cell)
		}
	}
	return strings.Join(cells, "\t")
}

// narrow maps full-width ASCII, the ideographic space and look-alike dashes and
// wave dashes to ASCII, so that digits and separators compare.
func narrow(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0x3000 || r == 0xA0:
		return ' '
	case r == 0x2010 || r == 0x2011 || r == 0x2012 || r == 0x2013 || r == 0x2212:
		return '-'
	}
	return r
}
