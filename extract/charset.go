package extract

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// maxInput bounds what any function of this package takes, in bytes: above the
// fetcher's own limit, below what would exhaust a small machine.
const maxInput = 32 << 20

// declarationWindow is how far into a document its declaration is looked for.
// The HTML standard looks at 1024 bytes; Japanese pages with comments or
// scripts before the declaration exceed that.
const declarationWindow = 32 << 10

// decoded is a text in valid UTF-8 with the charset it came in.
type decoded struct {
	text    []byte
	charset string
	// lie is a charset that the document declared and that its bytes contradict.
	lie string
}

// toUTF8 decodes body. A byte order mark decides; else what the bytes are
// plainly (UTF-16 with ASCII in it, ISO-2022-JP, valid UTF-8); else the declared
// charset, unless another makes far better Japanese of the bytes. contentType
// is the HTTP header, "" when there was none.
func toUTF8(body []byte, contentType string) (decoded, error) {
	if len(body) > maxInput {
		return decoded{}, fail(LimitExceeded, "the document has %d bytes, more than the %d that are read: leave it out or look at it by hand", len(body), maxInput)
	}
	declared := declaredCharsets(body, contentType)
	name := plainCharset(body)
	if name == "" {
		best, sure := judge(body, declared)
		if !sure {
			return decoded{}, fail(UnknownEncoding, "the bytes are no text in any known charset (declared: %s): check that the address leads to a text", labels(declared))
		}
		name = best
	}
	out := decoded{charset: name}
	for _, d := range declared {
		// A document of ASCII alone contradicts no declaration.
		if d.name != name && !(name == "utf-8" && isASCII(body)) {
			out.lie = d.label
			break
		}
	}
	text, err := decodeAs(body, name)
	if err != nil {
		return decoded{}, err
	}
	out.text = text
	return out, nil
}

// plainCharset names the charset that the bytes show without a doubt, or "".
func plainCharset(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return "utf-16le"
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return "utf-16be"
	}
	if name := wideASCII(body); name != "" {
		return name
	}
	if escapesJIS(body) && isASCII(body) {
		return "iso-2022-jp"
	}
	if utf8.Valid(body) {
		return "utf-8"
	}
	return ""
}

// wideASCII recognises UTF-16 without a byte order mark by the zero bytes that
// its markup, digits and line ends leave on one side.
func wideASCII(body []byte) string {
	head := body[:min(len(body), 4096)&^1]
	var even, odd int
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 && head[i+1] != 0 {
			even++
		}
		if head[i+1] == 0 && head[i] != 0 {
			odd++
		}
	}
	units := len(head) / 2
	switch {
	case units < 4:
		return ""
	case odd*5 >= units && even == 0:
		return "utf-16le"
	case even*5 >= units && odd == 0:
		return "utf-16be"
	}
	return ""
}

// escapesJIS reports an escape sequence of ISO-2022-JP (RFC 1468, and JIS X 0201
// kana and JIS X 0212 as mailers use them).
func escapesJIS(body []byte) bool {
	for rest := body; ; {
		i := bytes.IndexByte(rest, 0x1b)
		if i < 0 || i+2 >= len(rest) {
			return false
		}
		rest = rest[i+1:]
		switch {
		case rest[0] == '$' && (rest[1] == 'B' || rest[1] == '@' || rest[1] == '('),
			rest[0] == '(' && (rest[1] == 'J' || rest[1] == 'I'):
			return true
		}
	}
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// declaration is one charset that a header or document names; name is empty
// when no such charset is known.
type declaration struct{ label, name string }

func labels(declared []declaration) string {
	if len(declared) == 0 {
		return "none"
	}
	var names []string
	for _, d := range declared {
		names = append(names, quote(d.label))
	}
	return strings.Join(names, ", ")
}

// declaredCharsets lists what is declared, the strongest first: header, XML
// declaration, meta.
func declaredCharsets(body []byte, contentType string) []declaration {
	var out []declaration
	add := func(label string) {
		label = strings.TrimSpace(label)
		if label == "" || len(label) > 40 {
			return
		}
		name := canonicalCharset(label)
		for _, d := range out {
			if d.name == name && strings.EqualFold(d.label, label) {
				return
			}
		}
		out = append(out, declaration{label: label, name: name})
	}
	add(attributeIn([]byte(contentType), "charset"))
	head := body[:min(len(body), declarationWindow)]
	if i := bytes.Index(head[:min(len(head), 1024)], []byte("<?xml")); i >= 0 {
		if decl, _, closed := bytes.Cut(head[i:], []byte("?>")); closed {
			add(attributeIn(decl, "encoding"))
		}
	}
	for rest := head; ; {
		i := bytes.IndexByte(rest, '<')
		if i < 0 {
			return out
		}
		rest = rest[i+1:]
		if len(rest) < 5 || !bytes.EqualFold(rest[:4], []byte("meta")) {
			continue
		}
		tag, _, closed := bytes.Cut(rest, []byte(">"))
		if !closed {
			return out
		}
		add(attributeIn(tag, "charset"))
	}
}

// attributeIn finds name=value in a header or tag, quoted or not, whatever the
// case.
func attributeIn(b []byte, name string) string {
	// bytes.ToLower would write three bytes for each that is no UTF-8, and so
	// move all that follows.
	low := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	for off := 0; ; {
		i := bytes.Index(low[off:], []byte(name))
		if i < 0 {
			return ""
		}
		off += i + len(name)
		v := bytes.TrimLeft(b[off:], " \t\r\n")
		if len(v) == 0 || v[0] != '=' {
			continue
		}
		v = bytes.TrimLeft(v[1:], " \t\r\n\"'")
		end := bytes.IndexAny(v, " \t\r\n\"';,/>?")
		if end < 0 {
			end = len(v)
		}
		return string(v[:end])
	}
}

// japaneseLabels are the names of Japanese charsets that the encoding standard
// does not know and that pages, feeds and mailers use all the same.
var japaneseLabels = map[string]string{
	"cp932": "shift_jis", "cp943": "shift_jis", "ms932": "shift_jis", "windows932": "shift_jis", "sjiswin": "shift_jis",
	"windows31j": "shift_jis", "cswindows31j": "shift_jis", "mskanji": "shift_jis", "shiftjis": "shift_jis",
	"sjis": "shift_jis", "xsjis": "shift_jis", "csshiftjis": "shift_jis", "shiftjis2004": "shift_jis",
	"eucjp": "euc-jp", "xeucjp": "euc-jp", "euc": "euc-jp", "eucjpwin": "euc-jp", "cp51932": "euc-jp",
	"eucjpms": "euc-jp", "ujis": "euc-jp", "cseucpkdfmtjapanese": "euc-jp",
	"jis": "iso-2022-jp", "iso2022jp": "iso-2022-jp", "iso2022jpms": "iso-2022-jp", "iso2022jp1": "iso-2022-jp",
	"csiso2022jp": "iso-2022-jp", "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp", "cp50222": "iso-2022-jp",
	"utf8": "utf-8", "utf8n": "utf-8", "utf8sig": "utf-8", "unicode11utf8": "utf-8",
	"utf16": "utf-16le", "utf16le": "utf-16le", "utf16be": "utf-16be",
}

// canonicalCharset maps a label to the name under which encodingOf knows it, or
// to "".
func canonicalCharset(label string) string {
	low := strings.ToLower(label)
	squeezed := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, low)
	if name, ok := japaneseLabels[squeezed]; ok {
		return name
	}
	e, err := htmlindex.Get(low)
	if err != nil {
		return ""
	}
	name, err := htmlindex.Name(e)
	if err != nil || name == "replacement" || name == "x-user-defined" {
		return ""
	}
	return name
}

func encodingOf(name string) encoding.Encoding {
	switch name {
	case "shift_jis":
		return japanese.ShiftJIS
	case "euc-jp":
		return japanese.EUCJP
	case "iso-2022-jp":
		return japanese.ISO2022JP
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}

// decodeAs decodes; what the charset cannot hold becomes U+FFFD.
func decodeAs(body []byte, name string) ([]byte, error) {
	if name == "utf-8" {
		body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
		if utf8.Valid(body) {
			return body, nil
		}
		return bytes.ToValidUTF8(body, []byte("\uFFFD")), nil
	}
	e := encodingOf(name)
	if e == nil {
		return nil, fail(UnknownEncoding, "no decoder for the charset %q: report the document", name)
	}
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return nil, fail(UnknownEncoding, "decode as %s: %v: look at the document by hand", name, err)
	}
	return bytes.TrimPrefix(out, []byte("\xef\xbb\xbf")), nil
}
