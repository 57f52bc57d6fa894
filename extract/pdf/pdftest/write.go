// Package pdftest writes small Japanese PDFs for tests and the sample world.
package pdftest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Layout, in points on A4.
const (
	pageWidth, pageHeight = 595, 842
	margin, size, leading = 60, 11, 18
	lineRunes             = 42 // full-width characters that fit between the margins
	linesPerPage          = (pageHeight - 2*margin) / leading
)

// Write makes a PDF of a title and paragraphs in a Japanese font that it does
// not embed, as many notices do, encoded by the predefined CMap
// UniJIS-UTF16-H. Long paragraphs are broken into lines; a PDF has no
// paragraphs.
func Write(title string, paragraphs []string) []byte {
	var lines []string
	for _, p := range append([]string{title, ""}, paragraphs...) {
		lines = append(lines, wrap(p)...)
	}
	w := &writer{}
	w.out.WriteString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	pages := max(1, (len(lines)+linesPerPage-1)/linesPerPage)
	var kids []string
	const firstPage = 6 // objects 1 to 5 are the catalogue, the page tree and the font
	for p := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", firstPage+2*p))
	}
	w.object(1, "<< /Type /Catalog /Pages 2 0 R /Lang (ja-JP) >>")
	w.object(2, fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), pages))
	w.object(3, "<< /Type /Font /Subtype /Type0 /BaseFont /KozMinPr6N-Regular /Encoding /UniJIS-UTF16-H /DescendantFonts [4 0 R] >>")
	w.object(4, "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /KozMinPr6N-Regular /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 6 >> /DW 1000 /FontDescriptor 5 0 R >>")
	w.object(5, "<< /Type /FontDescriptor /FontName /KozMinPr6N-Regular /Flags 6 /FontBBox [-437 -340 1147 1317] /ItalicAngle 0 /Ascent 1317 /Descent -349 /CapHeight 742 /StemV 80 >>")
	for p := range pages {
		page := lines[p*linesPerPage : min((p+1)*linesPerPage, len(lines))]
		w.object(firstPage+2*p, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", pageWidth, pageHeight, firstPage+2*p+1))
		content := contents(page)
		w.object(firstPage+2*p+1, fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
	}
	return w.finish()
}

func contents(lines []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "BT /F1 %d Tf %d TL %d %d Td", size, leading, margin, pageHeight-margin)
	for _, line := range lines {
		if line != "" {
			fmt.Fprintf(&b, " <%s> Tj", encode(line))
		}
		b.WriteString(" T*\n")
	}
	b.WriteString("ET")
	return b.String()
}

// encode is UTF-16BE in hex, as the CMap takes it.
func encode(s string) string {
	var raw []byte
	for _, u := range utf16.Encode([]rune(s)) {
		raw = append(raw, byte(u>>8), byte(u))
	}
	return hex.EncodeToString(raw)
}

func wrap(p string) []string {
	runes := []rune(p)
	if len(runes) == 0 {
		return []string{""}
	}
	var lines []string
	for len(runes) > 0 {
		n := min(lineRunes, len(runes))
		lines = append(lines, string(runes[:n]))
		runes = runes[n:]
	}
	return lines
}

type writer struct {
	out     bytes.Buffer
	offsets []int
}

func (w *writer) object(number int, body string) {
	for len(w.offsets) <= number {
		w.offsets = append(w.offsets, 0)
	}
	w.offsets[number] = w.out.Len()
	fmt.Fprintf(&w.out, "%d 0 obj\n%s\nendobj\n", number, body)
}

func (w *writer) finish() []byte {
	start := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets))
	for _, offset := range w.offsets[1:] {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&w.out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets), start)
	return w.out.Bytes()
}
