// Package pdftest writes small Japanese PDFs for tests and the sample world: call
// [Write]. A PDF is a function of the text, byte for byte, about 1 KB and 4 bytes
// a character.
//
// The font is Kozuka Mincho, named and not embedded, as in many notices that
// companies file; the predefined CMap UniJIS-UTF16-H says which glyphs are meant,
// so a reader must know Adobe-Japan1 to get the text. There is nothing but
// text: no pictures, tables or vertical lines.
package pdftest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Layout, in points on A4.
const (
	pageWidth, pageHeight = 595, 842
	margin, size, leading = 60, 11, 18
	lineCells             = 2 * (pageWidth - 2*margin) / size // half-width characters in a line
	linesPerPage          = (pageHeight - 2*margin) / leading
)

// Write makes a PDF of a title, an empty line and paragraphs. Paragraphs that are
// wider than 43 full-width characters are broken into lines, as a PDF has no
// paragraphs; a reader gets the lines back, without the empty ones.
func Write(title string, paragraphs []string) []byte {
	lines := append(wrap(title), "")
	for _, p := range paragraphs {
		lines = append(lines, wrap(p)...)
	}
	w := &writer{}
	w.out.WriteString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	pages := (len(lines) + linesPerPage - 1) / linesPerPage
	const firstPage = 7 // objects 1 to 6 are the catalogue, the page tree, the font and the title
	var kids []string
	for p := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", firstPage+2*p))
	}
	w.object("<< /Type /Catalog /Pages 2 0 R /Lang (ja-JP) >>")
	w.object("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), pages)
	w.object("<< /Type /Font /Subtype /Type0 /BaseFont /KozMinPr6N-Regular /Encoding /UniJIS-UTF16-H /DescendantFonts [4 0 R] >>")
	// CIDs 1 to 230 are Latin, 231 to 632 half-width; all others are square.
	w.object("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /KozMinPr6N-Regular /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 6 >> /DW 1000 /W [1 632 500] /FontDescriptor 5 0 R >>")
	w.object("<< /Type /FontDescriptor /FontName /KozMinPr6N-Regular /Flags 6 /FontBBox [-437 -340 1147 1317] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 742 /StemV 80 >>")
	w.object("<< /Title <feff%s> >>", encode(title))
	for p := range pages {
		w.object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>",
			pageWidth, pageHeight, firstPage+2*p+1)
		content := contents(lines[p*linesPerPage : min((p+1)*linesPerPage, len(lines))])
		w.object("<< /Length %d >>\nstream\n%s\nendstream", len(content), content)
	}
	return w.finish()
}

func contents(lines []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "BT /F1 %d Tf %d TL %d %d Td\n", size, leading, margin, pageHeight-margin)
	for _, line := range lines {
		if line != "" {
			fmt.Fprintf(&b, "<%s> Tj ", encode(line))
		}
		b.WriteString("T*\n")
	}
	b.WriteString("ET")
	return b.String()
}

// encode is UTF-16BE in hex, as the CMap and the title take it.
func encode(s string) string {
	var raw []byte
	for _, u := range utf16.Encode([]rune(s)) {
		raw = append(raw, byte(u>>8), byte(u))
	}
	return hex.EncodeToString(raw)
}

// wrap breaks a paragraph where a line is full, but no Latin word that fits a
// line; "" is one empty line.
func wrap(p string) (lines []string) {
	var line []rune
	used := 0
	for _, r := range p {
		if used += cells(r); used > lineCells {
			start := len(line)
			for latin(r) && start > 0 && latin(line[start-1]) {
				start--
			}
			if start == 0 {
				start = len(line)
			}
			lines = append(lines, string(line[:start]))
			line = append([]rune(nil), line[start:]...)
			used = len(line) + cells(r) // what moved is Latin
		}
		line = append(line, r)
	}
	return append(lines, string(line))
}

func latin(r rune) bool { return r > ' ' && r < unicode.MaxASCII }

// cells is a character's width in half-widths: Latin and half-width kana have one.
func cells(r rune) int {
	const firstHalfwidth, lastHalfwidth = 0xff61, 0xff9f
	if r <= unicode.MaxLatin1 || r >= firstHalfwidth && r <= lastHalfwidth {
		return 1
	}
	return 2
}

// writer numbers objects from 1 and keeps where they stand.
type writer struct {
	out     bytes.Buffer
	offsets []int
}

func (w *writer) object(format string, args ...any) {
	w.offsets = append(w.offsets, w.out.Len())
	fmt.Fprintf(&w.out, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(w.offsets)}, args...)...)
}

func (w *writer) finish() []byte {
	start := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, offset := range w.offsets {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&w.out, "trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, start)
	return w.out.Bytes()
}
