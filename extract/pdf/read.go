package pdf

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// The error codes of FPDF_GetLastError (public/fpdfview.h).
const (
	errorPassword = 4
	errorSecurity = 5 // encrypted in another way, for instance for a certificate
)

// text reads the document. What it returns is what was read before i.err.
func (i *instance) text(body []byte) (out Text) {
	i.call("__wasm_call_ctors")
	i.call("FPDF_InitLibrary")
	at := i.allocate(len(body))
	copy(i.bytes(at, uint32(len(body))), body)
	document := i.call("FPDF_LoadMemDocument", uint64(at), uint64(len(body)), 0)
	if i.err != nil {
		return out
	}
	if document == 0 {
		switch code := i.call("FPDF_GetLastError"); {
		case i.err != nil:
		case code == errorPassword || code == errorSecurity:
			i.err = ErrPassword
		default:
			i.err = fmt.Errorf("%w: PDFium's error %d", ErrDamaged, code)
		}
		return out
	}
	out.PageCount = int(int32(i.call("FPDF_GetPageCount", document)))
	if i.err == nil && out.PageCount <= 0 {
		i.err = fmt.Errorf("%w: it has no pages", ErrDamaged)
	}
	scratch := i.allocate(scratchBytes)
	for number := 0; number < out.PageCount && i.err == nil; number++ {
		if number >= i.cfg.MaxPages || out.Characters >= i.cfg.MaxCharacters {
			out.Truncated = true
			break
		}
		i.page(document, number, scratch, &out)
	}
	if i.err == nil && out.Damaged == len(out.Pages) {
		i.err = fmt.Errorf("%w: none of its pages can be loaded", ErrDamaged)
	}
	return out
}

// page reads one page into out; when it fails midway, out stays as it was.
func (i *instance) page(document uint64, number int, scratch uint32, out *Text) {
	handle := i.call("FPDF_LoadPage", document, uint64(number))
	var content uint64
	if handle != 0 {
		content = i.call("FPDFText_LoadPage", handle)
	}
	if i.err != nil {
		return
	}
	if content == 0 {
		out.Damaged++
		out.Pages = append(out.Pages, "")
		return
	}
	p := page{instance: i, handle: content, scratch: scratch}
	p.count = max(0, int(int32(i.call("FPDFText_CountChars", content))))
	truncated := false
	if room := i.cfg.MaxCharacters - out.Characters; p.count > room {
		p.count, truncated = room, true
	}
	var text string
	if p.vertical() {
		text = p.columns()
	} else {
		text = p.lines()
	}
	unmapped := p.unmapped()
	i.call("FPDFText_ClosePage", content)
	i.call("FPDF_ClosePage", handle)
	if i.err != nil {
		return
	}
	text, odd := mend(text)
	out.Pages = append(out.Pages, text)
	out.Characters += utf8.RuneCountInString(text)
	out.Unmapped += max(unmapped, odd) // mostly the same ones
	out.Truncated = out.Truncated || truncated
}

// scratchBytes hold what a function answers through pointers: two float64 or
// four float32.
const scratchBytes = 16

// page is a page's text as PDFium sees it: a row of characters, by position
// where they stand, with the spaces and line ends that PDFium adds.
type page struct {
	*instance
	handle  uint64 // FPDF_TEXTPAGE
	scratch uint32
	count   int // characters, in UTF-16 units
}

// lines is the text in PDFium's order.
func (p page) lines() string {
	if p.count == 0 || p.err != nil {
		return ""
	}
	const unit = 2
	buffer := p.allocate((p.count + 1) * unit) // PDFium closes with a zero
	written := uint32(p.call("FPDFText_GetText", p.handle, 0, uint64(p.count), uint64(buffer)))
	raw := p.bytes(buffer, min(written, uint32(p.count))*unit)
	units := make([]uint16, len(raw)/unit)
	for k := range units {
		units[k] = binary.LittleEndian.Uint16(raw[k*unit:])
	}
	p.call("free", uint64(buffer))
	return decode(units)
}

// decode reads UTF-16, without half a character at the end where a limit cut.
func decode(units []uint16) string {
	if n := len(units); n > 0 && utf16.IsSurrogate(rune(units[n-1])) && units[n-1] < 0xdc00 {
		units = units[:n-1]
	}
	return string(utf16.Decode(units))
}

// unmapped counts the characters whose font has no Unicode map.
func (p page) unmapped() (n int) {
	for k := range p.count {
		if p.call("FPDFText_HasUnicodeMapError", p.handle, uint64(k)) == 1 {
			n++
		}
	}
	return n
}
