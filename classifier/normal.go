package classifier

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folded is a text in the one spelling that the rules are written in, with the
// way back to the bytes as printed. Folding is NFKC, lower case, and the
// spellings of spell below; line breaks inside a sentence vanish, hard ones
// become one \n, other white space one blank.
type folded struct {
	orig string
	text []byte
	segs []segment
	iter *norm.Iter // made when the first rare letter comes
	// invalid tells that orig is no UTF-8 throughout.
	invalid bool
}

// segment starts at byte n of the folded text and byte o of the original. In a
// straight segment (end < 0) both run alike; otherwise the whole segment
// stands for the original bytes o to end.
type segment struct{ n, o, end int32 }

// segmentAt is the number of the segment that folded offset n lies in, -1 where
// there is none.
func (f *folded) segmentAt(n int) int {
	lo := 0
	for left := len(f.segs); left > 0; { // as in firstOutside
		half := int(uint(left+1) >> 1)
		lo += half & below(f.segs[lo+half-1].n, int32(n)+1)
		left -= half
	}
	return lo - 1
}

// segmentBefore is segmentAt for an offset near the end of the folded text.
func (f *folded) segmentBefore(n int) int {
	i := len(f.segs) - 1
	for i >= 0 && int(f.segs[i].n) > n {
		i--
	}
	return i
}

// start is the original offset of folded offset n.
func (f *folded) start(n int) int { return f.startAt(f.segmentAt(n), n) }

func (f *folded) startAt(segment, n int) int {
	if segment < 0 {
		return 0
	}
	s := &f.segs[segment]
	if s.end >= 0 {
		return int(s.o)
	}
	return min(int(s.o)+n-int(s.n), len(f.orig))
}

// finish is the original offset where the folded text up to n ends.
func (f *folded) finish(n int) int {
	if n <= 0 {
		return 0
	}
	i := f.segmentAt(n - 1)
	if i < 0 {
		return 0
	}
	s := &f.segs[i]
	if s.end >= 0 {
		return int(s.end)
	}
	return min(int(s.o)+n-int(s.n), len(f.orig))
}

type folder struct {
	f *folded
	// kana counts the katakana letters in a row at the end of the output.
	kana int
	// straight tells whether the last segment is straight.
	straight bool
	// lineStart is where the current line began in the output, lineHard whether
	// it began after a hard break.
	lineStart int
	lineHard  bool
	width     int // of the widest line in bytes
}

// fold writes orig into f, reusing f's memory.
func (f *folded) fold(orig string) {
	f.orig, f.text, f.segs, f.invalid = orig, f.text[:0], f.segs[:0], false
	w := folder{f: f, lineHard: true, width: widest(orig)}
	for i := 0; i < len(orig); {
		b := orig[i]
		if b < utf8.RuneSelf {
			switch {
			case b > ' ':
				if 'A' <= b && b <= 'Z' {
					b += 'a' - 'A'
				}
				if i+1 < len(orig) && orig[i+1] >= 0xCC && orig[i+1] <= 0xCD {
					i = w.slow(orig, i)
					continue
				}
				w.copyByte(b, i)
				i++
			default:
				i = w.space(orig, i)
			}
			continue
		}
		if plainWide(orig, i) {
			i = w.wides(orig, i)
			continue
		}
		i = w.special(orig, i)
	}
}

// plainLetter reports whether a kana or kanji of the bytes a, b and c is one that
// neither NFKC nor spell changes.
func plainLetter(a, b, c byte) bool {
	if b&0xC0 != 0x80 || c&0xC0 != 0x80 {
		return false
	}
	if a != 0xE3 {
		return a >= 0xE5 && a <= 0xE9 || a == 0xE4 && b >= 0xB8 // without CJK extension A
	}
	// U+3040–U+30FF without the marks 3099–309C, 309F, ー and its neighbours; and 、。「」.
	switch b {
	case 0x81:
		return true
	case 0x82:
		return c < 0x99 || c > 0x9F
	case 0x83:
		return c < 0xBC
	case 0x80:
		return c != 0x80 && c != 0x9C
	}
	return false
}

// voiced reports whether a combining mark of kana stands at i.
func voiced(s string, i int) bool {
	return i+2 < len(s) && (s[i] == 0xE3 && s[i+1] == 0x82 && (s[i+2] == 0x99 || s[i+2] == 0x9A) ||
		s[i] == 0xEF && s[i+1] == 0xBE && (s[i+2] == 0x9E || s[i+2] == 0x9F))
}

// plainWide reports whether a plain letter stands at i, and no combining mark
// follows.
func plainWide(s string, i int) bool {
	return i+2 < len(s) && plainLetter(s[i], s[i+1], s[i+2]) && !voiced(s, i+3)
}

func (w *folder) mark(o int) {
	if !w.straight {
		w.f.segs = append(w.f.segs, segment{int32(len(w.f.text)), int32(o), -1})
		w.straight = true
		return
	}
	s := w.f.segs[len(w.f.segs)-1]
	if int(s.o)+len(w.f.text)-int(s.n) != o {
		w.f.segs = append(w.f.segs, segment{int32(len(w.f.text)), int32(o), -1})
	}
}

func (w *folder) copyByte(b byte, o int) {
	w.mark(o)
	w.f.text = append(w.f.text, b)
	w.kana = 0
}

// wides writes the plain wide letters from i on, of which there is one, up to one
// that a spelling ends with, and returns where they end.
func (w *folder) wides(s string, i int) int {
	w.mark(i)
	from, j := i, i
	for j+2 < len(s) && plainLetter(s[j], s[j+1], s[j+2]) {
		j += 3
		if spellings.mayEnd(s[j-2], s[j-1]) && !voiced(s, j) {
			w.f.text = append(w.f.text, s[i:j]...)
			i = j
			if w.respell(j) {
				return j
			}
		}
	}
	if voiced(s, j) {
		j -= 3 // the mark belongs to the last letter
	}
	w.f.text = append(w.f.text, s[i:j]...)
	run := j
	for run > from && plainKatakana(s[run-3:]) {
		run -= 3
	}
	if run > from {
		w.kana = 0
	}
	w.kana += (j - run) / 3
	return j
}

// plainKatakana reports whether the plain letter that t begins with is katakana.
func plainKatakana(t string) bool {
	return t[0] == 0xE3 && (t[1] == 0x83 || t[1] == 0x82 && t[2] >= 0xA0)
}

func (w *folder) wide(s string, i int) {
	w.mark(i)
	w.f.text = append(w.f.text, s[i], s[i+1], s[i+2])
	if plainKatakana(s[i:]) {
		w.kana++
	} else {
		w.kana = 0
	}
	if spellings.mayEnd(s[i+1], s[i+2]) {
		w.respell(i + 3)
	}
}

// respell folds the spelling that the output ends with, and tells whether there
// is one.
func (w *folder) respell(end int) bool {
	f := w.f
	from, to := spellings.suffix(f.text)
	if from == "" {
		return false
	}
	n := len(f.text) - len(from)
	o := f.startAt(f.segmentBefore(n), n)
	for len(f.segs) > 0 && int(f.segs[len(f.segs)-1].n) >= n {
		f.segs = f.segs[:len(f.segs)-1]
	}
	f.text = f.text[:n]
	w.put(to, o, end)
	return true
}

// put writes out for the original bytes from to to.
func (w *folder) put(out string, from, to int) {
	w.f.segs = append(w.f.segs, segment{int32(len(w.f.text)), int32(from), int32(to)})
	w.straight = false
	w.f.text = append(w.f.text, out...)
	w.kana = 0
	if r, _ := utf8.DecodeLastRuneInString(out); unicode.Is(unicode.Katakana, r) {
		w.kana = utf8.RuneCountInString(out)
	}
}

// special handles everything that is neither ASCII nor a plain wide letter.
func (w *folder) special(s string, i int) int {
	r, n := utf8.DecodeRuneInString(s[i:])
	switch {
	case r == utf8.RuneError && n <= 1:
		w.f.invalid = true
		return i + 1 // nothing to read
	case r == '\u3000' || r == '\u00a0' || r == '\u0085' || r == '\u2028' || r == '\u2029' || unicode.IsSpace(r):
		return w.space(s, i)
	case r >= 0xFF01 && r <= 0xFF5E:
		b := byte(r - 0xFEE0)
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		w.put(string(rune(b)), i, i+n)
		return i + n
	case r == 'ー' || r == 'ｰ':
		kana := w.kana
		if kana >= 3 && !katakanaAt(s, wrapped(s, i+n)) {
			return i + n // サーバー is サーバ
		}
		if r == 'ー' {
			w.wide(s, i)
		} else {
			w.put("ー", i, i+n)
		}
		w.kana = kana + 2
		return i + n
	case r >= 0x2460 && r <= 0x24FF || r >= 0x2776 && r <= 0x2793:
		// Circled numbers mark items; as digits they would run into a figure.
		w.put(s[i:i+n], i, i+n)
		return i + n
	case r == '〜' || r == '∼' || r == '˜':
		w.put("~", i, i+n)
		return i + n
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0x2500:
		w.put("-", i, i+n)
		return i + n
	case r == 0x200B || r == 0xFEFF || r == 0x00AD || r >= 0xFE00 && r <= 0xFE0F || r == 0x2060:
		return i + n // invisible
	case r == '’' || r == '‘':
		w.put("'", i, i+n)
		return i + n
	}
	return w.slow(s, i)
}

// maxCluster bounds a letter with its combining marks, so that a text of marks
// alone stays linear.
const maxCluster = 64

func (w *folder) slow(s string, i int) int {
	_, first := utf8.DecodeRuneInString(s[i:])
	rest := s[i:min(len(s), i+maxCluster)]
	n := norm.NFKC.NextBoundaryInString(rest, true)
	if n <= 0 || n < first {
		n = max(first, 1)
	}
	for n < len(rest) && i+n < len(s) && !utf8.RuneStart(s[i+n]) {
		n++
		w.f.invalid = true
	}
	var room [4 * maxCluster]byte
	out := room[:0]
	if n == first && norm.NFKC.PropertiesString(s[i:i+n]).Decomposition() == nil {
		r, _ := utf8.DecodeRuneInString(s[i:]) // alone and of one piece: it stays
		out = appendRare(out, r)
	} else {
		if w.f.iter == nil {
			w.f.iter = new(norm.Iter)
		}
		w.f.iter.InitString(norm.NFKC, s[i:i+n])
		for !w.f.iter.Done() {
			for part := w.f.iter.Next(); len(part) > 0; {
				r, size := utf8.DecodeRune(part)
				part = part[size:]
				out = appendRare(out, r)
			}
		}
	}
	kana := w.kana
	w.put(string(out), i, i+n)
	if w.kana > 0 {
		w.kana += kana
	}
	return i + n
}

// appendRare appends a normalised letter in lower case; blanks of all sorts
// become one sort, and what cannot be read vanishes.
func appendRare(out []byte, r rune) []byte {
	switch {
	case r == utf8.RuneError:
		return out
	case unicode.IsSpace(r):
		return append(out, ' ')
	}
	return utf8.AppendRune(out, unicode.ToLower(r))
}

// wrapped is where the text goes on after one line break at i.
func wrapped(s string, i int) int {
	j := i
	if j < len(s) && s[j] == '\r' {
		j++
	}
	if j < len(s) && s[j] == '\n' {
		return j + 1
	}
	return i
}

// katakanaAt reports whether a katakana letter, of either width, stands at i.
func katakanaAt(s string, i int) bool {
	if i+2 >= len(s) {
		return false
	}
	switch s[i] {
	case 0xE3:
		return s[i+1] == 0x83 && s[i+2] != 0xBB || s[i+1] == 0x82 && s[i+2] >= 0xA0
	case 0xEF:
		return s[i+1] == 0xBD && s[i+2] >= 0xA6 || s[i+1] == 0xBE && s[i+2] <= 0x9D
	}
	return false
}
