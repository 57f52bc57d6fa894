package render

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// maxMarks bounds the combining marks kept on one character: more only serves
// to draw over neighbouring lines.
const maxMarks = 3

// Clean makes one line of harmless text from what a stranger wrote: invalid
// UTF-8, control and format characters (terminal escapes, direction overrides,
// zero-width ones) and heaps of marks are dropped, white space is folded (a line
// break between two Japanese characters is none), and
// what a client would turn into a link by itself is defanged ("://" becomes
// "[:]//", "www." becomes "www[.]"). The result has at most limit runes; a cut
// ends in "…". Cleaning twice changes nothing.
func Clean(s string, limit int) string {
	return Cut(defang(fold(s, limit+1)), limit)
}

// fold drops and folds as [Clean] says; it stops after limit runes, so that a
// title of megabytes costs no more than one of a line.
func fold(s string, limit int) string {
	var b strings.Builder
	runes, marks, space, broken := 0, 0, false, false
	var last rune
	for i, r := range s {
		if runes >= limit {
			break
		}
		if unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
			space = runes > 0
			broken = broken || r == '\n'
			continue
		}
		if hidden(r) {
			continue
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				continue
			}
		}
		if unicode.Is(unicode.Mn, r) {
			if marks++; marks > maxMarks || runes == 0 || space {
				continue
			}
		} else {
			marks = 0
		}
		if space && !(broken && unspaced(last) && unspaced(r)) {
			b.WriteByte(' ')
			runes++
		}
		space, broken, last = false, false, r
		b.WriteRune(r)
		runes++
	}
	return b.String()
}

// unspaced reports whether r is of a script that puts no space between words:
// PDFs and pages break its lines anywhere.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= '\u3000' && r <= '\u303f' || r >= '\uff00' && r <= '\uffef' || r == 'ー'
}

func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Noncharacter_Code_Point)
}

var bareHost = regexp.MustCompile(`(?i)(www)\.`)

func defang(s string) string {
	s = strings.ReplaceAll(s, "://", "[:]//")
	if strings.ContainsRune(s, '.') {
		s = bareHost.ReplaceAllString(s, "$1[.]")
	}
	return s
}

// Cut shortens s to at most limit runes, the last of them "…" when something
// was cut, and never between a character and its marks.
func Cut(s string, limit int) string {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	if limit <= 0 {
		return ""
	}
	end := 0
	for n := 0; n < limit-1; n++ {
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	for end > 0 {
		if r, _ := utf8.DecodeRuneInString(s[end:]); !unicode.Is(unicode.Mn, r) {
			break
		}
		_, size := utf8.DecodeLastRuneInString(s[:end])
		end -= size
	}
	return strings.TrimRight(s[:end], " ") + "…"
}

// Width is the number of terminal columns of s: two for each wide (CJK)
// character, none for marks.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// closing characters do not begin a line (the heart of Japanese kinsoku).
const closing = "、。，．・：；？！」』）】〕》〉］｝ーぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}…"

// opening characters do not end a line.
const opening = "「『（【〔《〈［｛([{"

// Wrap breaks s into lines of at most columns terminal columns: between words,
// and between any two CJK characters save before closing and after opening
// punctuation. A word
// longer than a line is broken. columns below 10 count as 10.
func Wrap(s string, columns int) []string {
	columns = max(columns, 10)
	var lines []string
	for s != "" {
		line, rest := breakLine(s, columns)
		lines = append(lines, line)
		s = rest
	}
	if lines == nil {
		lines = []string{""}
	}
	return lines
}

func breakLine(s string, columns int) (line, rest string) {
	used, last := 0, 0 // last is the byte offset of the best break so far
	var before rune
	for i, r := range s {
		w := runeWidth(r)
		if i > 0 && w > 0 && !strings.ContainsRune(closing, r) && !strings.ContainsRune(opening, before) &&
			(r == ' ' || before == ' ' || w == 2 || runeWidth(before) == 2) {
			last = i
		}
		if used+w > columns {
			if last == 0 {
				last = i
			}
			return strings.TrimRight(s[:last], " "), strings.TrimLeft(s[last:], " ")
		}
		used += w
		before = r
	}
	return s, ""
}

// number groups the digits by three.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
