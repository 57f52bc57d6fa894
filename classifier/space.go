package classifier

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// space folds the white space that begins at i. A run with two line breaks, or
// with one that ends a sentence or a heading, becomes \n; a line break inside
// a sentence vanishes between Japanese letters and becomes a blank elsewhere.
func (w *folder) space(s string, i int) int {
	from, breaks := i, 0
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '\n' || r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\f' {
			breaks++
		} else if r != ' ' && r != '\t' && r != '\r' && r != '\v' && r != '\u3000' && r != '\u00a0' &&
			(r < 0x2000 || r > 0x200B) && r != 0xFEFF && r != 0x202F && r != 0x205F {
			break
		}
		i += n
	}
	if i == from { // a control character
		return i + 1
	}
	if len(w.f.text) == 0 || i >= len(s) {
		return i
	}
	switch {
	case breaks >= 2 || breaks == 1 && w.hardBreak(s, i):
		w.blank('\n', from, i)
		w.lineStart, w.lineHard = len(w.f.text), true
	case breaks == 1:
		if w.asciiEnd() && s[i] < utf8.RuneSelf && !w.splitFigure(s[i]) {
			w.blank(' ', from, i)
		}
		w.lineStart, w.lineHard = len(w.f.text), false
	case spacedOut(s, from, i):
		// 2 0 1 8 年 is how some PDFs set a line.
	default:
		w.blank(' ', from, i)
	}
	return i
}

func (w *folder) blank(b byte, from, to int) {
	if t := w.f.text; t[len(t)-1] == '\n' || t[len(t)-1] == ' ' {
		if b == '\n' {
			t[len(t)-1] = '\n'
		}
		return
	}
	w.put(string(rune(b)), from, to)
}

// splitFigure reports whether a line break fell into a figure of a Japanese
// text, before next: 最大1⏎2,345名.
func (w *folder) splitFigure(next byte) bool {
	t := w.f.text
	if n := len(t); !(next >= '0' && next <= '9' || next == ',') || !(t[n-1] >= '0' && t[n-1] <= '9' || t[n-1] == ',') {
		return false
	}
	i := len(t) - 1
	for i >= 0 && len(t)-i < 16 && (t[i] >= '0' && t[i] <= '9' || t[i] == ',') {
		i--
	}
	return i >= 0 && t[i] >= utf8.RuneSelf
}

func (w *folder) asciiEnd() bool { return w.f.text[len(w.f.text)-1] < utf8.RuneSelf }

// Lengths in bytes of folded text (a Japanese letter is three).
const (
	shortLine   = 18 * 3
	headingLine = 80 * 3
)

// wrapSlack is by how many bytes a wrapped line may fall short of the widest.
const wrapSlack = 4 * 3

// widest is the length of the longest line of s in bytes, as far as it helps to
// tell wrapped lines: longer lines are not wrapped at all.
func widest(s string) int {
	most := 0
	for len(s) > 0 && most < headingLine {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			i = len(s)
		}
		most = max(most, i)
		s = s[min(len(s), i+1):]
	}
	return most
}

// remarkAt reports whether a remark of its own begins at i.
func remarkAt(s string, i int) bool {
	for _, w := range []string{"なお", "また", "ただし", "これらの", "上記"} {
		if strings.HasPrefix(s[i:], w) {
			return true
		}
	}
	return false
}

// headingEnds are the words that a heading ends with and a wrapped line seldom
// does.
var headingEnds = []string{"お知らせ", "について", "おわび", "ご報告", "ご案内", "概要", "経緯", "原因", "対応", "再発防止策", "お願い", "問合せ", "のご連絡", "報)", "報】", "報]"}

// hardBreak reports whether the single line break before i ends a unit.
func (w *folder) hardBreak(s string, i int) bool {
	t := w.f.text
	if sentenceEnd(t) || bulletAt(s, i) {
		return true
	}
	line := t[min(w.lineStart, len(t)):]
	// A wrapped line is as wide as its fellows: what ends short of them before a
	// new noun or a new remark is a unit of its own.
	if n := len(line); n > 0 && n+wrapSlack < w.width && (nounEnd(line) || string(line[max(0, n-6):]) == "など") && (2*n < w.width || nounStart(s, i) || remarkAt(s, i)) {
		return true
	}
	if !w.lineHard || len(line) == 0 || len(line) > headingLine {
		return false
	}
	if w.asciiEnd() && 2*len(line) < w.width && s[i] >= 'A' && s[i] <= 'Z' && !goesOn(line) {
		return true // an English heading, or a row of labels
	}
	for _, e := range headingEnds {
		if len(line) > len(e) && string(line[len(line)-len(e):]) == e {
			return true
		}
	}
	if n := len(line); n > 3 && containsAny(string(line), "お知らせ", "わび", "について", "ご報告") && (line[n-1] >= '0' && line[n-1] <= '9' || string(line[n-3:]) == "日" || line[n-1] == ')') {
		return true // a title with its date
	}
	// A short line that ends with a noun, before one that begins with one, is a
	// row of a table or a heading; a wrapped line is longer.
	return len(line) <= shortLine && nounEnd(line) && nounStart(s, i)
}

// goesOn reports whether an English line ends in the middle of a sentence.
func goesOn(line []byte) bool {
	last := line[bytes.LastIndexByte(line, ' ')+1:]
	return len(last) == 0 || !(asciiWord(last[len(last)-1]) || bytes.IndexByte([]byte(")\"':"), last[len(last)-1]) >= 0) || linkWords[string(last)]
}

// linkWords tie a line to the next.
var linkWords = wordSet("a", "an", "the", "and", "or", "of", "to", "in", "on", "at", "by", "for", "from", "with", "as", "that", "which", "who", "is", "are", "was", "were", "be", "been", "has", "have", "had", "its", "our", "their", "his", "her", "this", "these", "than", "between", "into", "about", "against", "mr", "ms", "dr")

func sentenceEnd(t []byte) bool {
	n := len(t)
	if n == 0 {
		return true
	}
	switch t[n-1] {
	case '!', '?', ':', ']', '>', '.':
		return true
	}
	if n < 3 {
		return false
	}
	switch string(t[n-3:]) {
	case "。", "】", "》", "〕":
		return true
	}
	return false
}

// bulletAt reports whether a list item, a numbered heading or a note begins at i.
func bulletAt(s string, i int) bool {
	r, n := utf8.DecodeRuneInString(s[i:])
	switch r {
	case '・', '■', '●', '○', '◆', '◇', '□', '▼', '▽', '※', '【', '《', '<', '＜', '〔', '◎', '★', '☆', '→', '▶', '➢', '✓', '-', '*', '•', '［', '[':
		return true
	}
	if r >= 0x2460 && r <= 0x24FF {
		return true
	}
	open := r == '(' || r == '（'
	if open {
		i += n
	}
	digits := 0
	for i < len(s) && digits < 4 {
		r, n = utf8.DecodeRuneInString(s[i:])
		if r >= '0' && r <= '9' || r >= '０' && r <= '９' {
			digits++
			i += n
			continue
		}
		break
	}
	if i >= len(s) {
		return false
	}
	r, n = utf8.DecodeRuneInString(s[i:])
	if digits > 0 && digits <= 2 {
		switch r {
		case ')', '）':
			return true
		case '\u3000':
			return true
		case '.', '．':
			next, _ := utf8.DecodeRuneInString(s[i+n:])
			return (next < '0' || next > '9') && (next < '０' || next > '９')
		}
		return false
	}
	if open {
		return false
	}
	if r >= 'ア' && r <= 'コ' && digits == 0 && strings.HasPrefix(s[i+n:], "\u3000") {
		return true // ア　…
	}
	if (r == 'Q' || r == 'A' || r == 'Ｑ' || r == 'Ａ') && i+n < len(s) {
		next, _ := utf8.DecodeRuneInString(s[i+n:])
		return next == ' ' || next == '.' || next == '．' || next == ':' || next == '：' || next == '　' || next >= '0' && next <= '9'
	}
	return false
}

func nounRune(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x30A1 && r <= 0x30FE || r >= '0' && r <= '9' || r == ')' || r == '）' || r == '」'
}

func nounEnd(t []byte) bool {
	r, _ := utf8.DecodeLastRune(t)
	return nounRune(r)
}

func nounStart(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return nounRune(r) || r == '「' || r == '(' || r == '（' || r >= '０' && r <= '９'
}

// spacedOut reports whether the blank s[from:to] stands between single letters
// that are each set apart.
func spacedOut(s string, from, to int) bool {
	if to-from > 3 {
		return false
	}
	prev, pn := utf8.DecodeLastRuneInString(s[:from])
	next, nn := utf8.DecodeRuneInString(s[to:])
	if !looseRune(prev) || !looseRune(next) {
		return false
	}
	before := from - pn
	after := to + nn
	lone := func(at int, back bool) bool {
		if back {
			return at > 0 && (s[at-1] == ' ' || at >= 3 && s[at-3:at] == "\u3000")
		}
		return at < len(s) && (s[at] == ' ' || at+3 <= len(s) && s[at:at+3] == "\u3000")
	}
	return lone(before, true) && lone(after, false) || lone(before, true) && before > 0 && twoBack(s, before) || lone(after, false) && twoAhead(s, after)
}

func looseRune(r rune) bool {
	return r >= 0x3040 && r <= 0x30FF || r >= 0x4E00 && r <= 0x9FFF || r >= '0' && r <= '9' || r >= '０' && r <= '９'
}

// twoBack and twoAhead look one more spaced letter away, so that the first and
// last letter of a run count too.
func twoBack(s string, at int) bool {
	r, n := utf8.DecodeLastRuneInString(s[:at-1])
	return at-1-n > 0 && looseRune(r) && s[at-2-n] == ' '
}

func twoAhead(s string, at int) bool {
	if at+1 >= len(s) {
		return false
	}
	r, n := utf8.DecodeRuneInString(s[at+1:])
	return looseRune(r) && at+1+n < len(s) && s[at+1+n] == ' '
}
