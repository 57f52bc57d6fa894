package classifier

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// figure is a number with a unit, as it stands in the text.
type figure struct {
	span          // number and unit
	numEnd  int32 // where the number ends and the unit begins
	lead    int32 // where 約, 最大, 計 before it begin; start where there are none
	value   int64
	unit    string // as folded
	kind    unitKind
	approx  bool
	atMost  bool
	total   bool // 計, 合計, 合わせて stands before it
	gross   bool // 延べ stands before it
	partOf  bool // うち stands before it
	sent    int32
	clause  int32
	inTitle bool
	rounded int64 // the value of the last digit written: 1000 of 約13万2000
}

// maxFigures bounds what one page is read for.
const maxFigures = 4000

// readFigures finds every figure of title and text.
func (r *reading) readFigures() {
	r.figures = r.figures[:0]
	r.scanFigures(&r.title)
	r.scanFigures(&r.text)
}

func (r *reading) scanFigures(p *page) {
	t := p.folded.text
	for i := 0; i < len(t) && len(r.figures) < maxFigures; {
		if b := t[i]; !figureStart[b] || b >= 0x80 && (i+1 >= len(t) || !kanjiSecond[t[i+1]] || !kanjiNumberAt(t, i)) {
			i++
			if b >= 0xE0 && b < 0xF0 {
				i += 2 // the rest of a letter
			}
			continue
		}
		if t[i] >= 'a' && t[i] <= 'z' && i > 0 && asciiWord(t[i-1]) {
			i = wordEnd(t, i)
			continue
		}
		if i > 0 && (asciiWord(t[i-1]) || t[i-1] == '.' || t[i-1] == '-' || t[i-1] == '_' || t[i-1] == '/') {
			if t[i] >= utf8.RuneSelf { // 312百万円: no figure begins inside another
				_, n := utf8.DecodeRune(t[i:])
				i += n
			}
			for i < len(t) && (asciiWord(t[i]) || t[i] == '.' || t[i] == '-' || t[i] == ',') {
				i++
			}
			continue
		}
		v, rounded, end := parseNumber(t, i)
		if t[i] >= 'a' && t[i] <= 'z' {
			v, end = spelledNumber(t, i)
		}
		if end == i {
			_, n := utf8.DecodeRune(t[i:])
			i = max(i+n, wordEnd(t, i))
			continue
		}
		f := figure{span: span{int32(i), int32(end)}, numEnd: int32(end), value: v, rounded: rounded, inTitle: p.in == "title"}
		if r.unit(p, &f) && v >= 0 {
			f.sent = int32(p.sentenceAt(f.start))
			f.clause = int32(p.clauseAt(int(f.sent), f.start))
			r.prefix(p, &f)
			r.figures = append(r.figures, f)
		}
		i = max(end, int(f.end))
	}
}

// What stands before a figure, without the blank between.
var (
	approxWords = newLexicon("約", "およそ", "おおよそ", "およそ、", "概ね", "ほぼ", "about", "around", "approximately", "some", "nearly", "roughly", "almost")
	atMostWords = newLexicon("最大", "最大で", "最大約", "最大で約", "up to", "as many as", "at most")
	totalWords  = newLexicon("計", "合計", "合計で", "合わせて", "あわせて", "総計", "総数", "合計約", "計約", "合わせて約", "total of", "in all", "total:", "total", "totaling", "totalling", "in total", "(計", "総件数", "件数:", "総数:", "合計:", "計:")
	grossWords  = newLexicon("延べ", "のべ", "累計", "延べで", "延べ約")
	partWords   = newLexicon("うち", "内", "そのうち", "このうち", "うち、", "of which")
)

// prefix reads 約, 最大, 計 and うち before a figure.
func (r *reading) prefix(p *page, f *figure) {
	t := p.folded.text
	head := t[max(0, int(f.start)-partReach):f.start]
	whole := len(head)
	for again := true; again; {
		again = false
		head = bytes.TrimRight(head, " ")
		cut := func(words *lexicon, set *bool) {
			if w := words.ends(head); w >= 0 {
				head = head[:len(head)-len(words.words[w])]
				*set, again = true, true
			}
		}
		cut(approxWords, &f.approx)
		cut(atMostWords, &f.atMost)
		cut(totalWords, &f.total)
		cut(grossWords, &f.gross)
		cut(partWords, &f.partOf)
	}
	f.lead = max(f.start-int32(whole-len(head)), p.sentences[f.sent].start) // a sentence may be cut for its length
	f.total = f.total || totalRow(head)
	if i := lastIn(head, "うち"); i >= 0 && len(head)-i <= partReach && !bytes.ContainsAny(head[i:], "0123456789") && !bytes.Contains(bytes.TrimPrefix(head[i+len("うち"):], []byte("、")), []byte("、")) {
		f.partOf = true
	}
}

// lastIn is bytes.LastIndex for what is seldom there, which is told faster from the
// front.
func lastIn(t []byte, word string) int {
	if i := bytes.Index(t, []byte(word)); i >= 0 {
		return i + bytes.LastIndex(t[i:], []byte(word))
	}
	return -1
}

// partReach is how far before a figure its うち may stand: うち実際に使われたのは352件.
const partReach = 90

var totalNouns = newLexicon("合計", "総計")

// totalRow reports whether head is the beginning of a table's last row, where a
// count of organisations may stand before that of people: 合計 24者.
func totalRow(head []byte) bool {
	if !totalNouns.in(head) { // most often
		return false
	}
	i := max(bytes.LastIndex(head, []byte("合計")), bytes.LastIndex(head, []byte("総計")))
	rest := strings.Trim(string(head[i+len("合計"):]), " 0123456789,:")
	return slices.Contains([]string{"", "者", "社", "団体", "校", "施設", "機関", "法人", "か所", "店舗"}, rest)
}

// figureStart are the bytes that a figure may begin with.
var figureStart = func() (set [256]bool) {
	for _, b := range []byte("0123456789\xE3\xE4\xE5\xE7efnost") {
		set[b] = true
	}
	return set
}()

var (
	kanjiCounters = newLexicon("十", "百", "千", "万", "億", "名", "人", "件")
	notFigures    = newLexicon("第", "お", "御") // before kanji digits
)

var (
	scaleWords = newLexicon("億", "万", "千", " million", " billion", " thousand")
	scales     = [...]int64{1e8, 1e4, 1e3, 1e6, 1e9, 1e3}
)

// parseNumber reads digits with , and ., 万 and 億, or kanji digits, from i. It
// returns the value, the weight of the last digit, and where the number ends.
func parseNumber(t []byte, i int) (value, rounded int64, end int) {
	const limit = int64(1e15)
	j := i
	rounded = 1
	for j < len(t) {
		n, frac, fracDigits, k := plainNumber(t, j)
		if k == j {
			n, k = kanjiNumber(t, j)
			if k == j {
				break
			}
		}
		scale := int64(1)
		if s := scaleWords.at(t[k:]); s >= 0 {
			scale = scales[s]
			k += len(scaleWords.words[s])
		}
		if n > limit/scale {
			return 0, 1, i
		}
		add := n * scale
		rounded = scale
		for d := 0; d < fracDigits; d++ {
			rounded /= 10
		}
		if fracDigits > 0 {
			div := int64(1)
			for range fracDigits {
				div *= 10
			}
			add += frac * scale / div
			if scale == 1 {
				return 0, 1, i // 3.5 things are no count
			}
		}
		value += add
		j = k
		if scale == 1 || scale == 1e3 && string(t[k-3:k]) != "千" || t[k-1] < 0x80 {
			break
		}
	}
	return value, max(rounded, 1), j
}

func plainNumber(t []byte, i int) (n, frac int64, fracDigits, end int) {
	j, digits := i, 0
	for j < len(t) && digits < 16 {
		switch {
		case t[j] >= '0' && t[j] <= '9':
			n = n*10 + int64(t[j]-'0')
			digits++
		case t[j] == ',' && j > i && j+3 < len(t)+0 && threeDigits(t, j+1):
		default:
			goto done
		}
		j++
	}
done:
	if j > i && j+1 < len(t) && t[j] == '.' && t[j+1] >= '0' && t[j+1] <= '9' {
		k := j + 1
		for k < len(t) && t[k] >= '0' && t[k] <= '9' && fracDigits < 6 {
			frac = frac*10 + int64(t[k]-'0')
			fracDigits++
			k++
		}
		j = k
	}
	return n, frac, fracDigits, j
}

func threeDigits(t []byte, i int) bool {
	if i+3 > len(t) {
		return false
	}
	for _, b := range t[i : i+3] {
		if b < '0' || b > '9' {
			return false
		}
	}
	return i+3 == len(t) || t[i+3] < '0' || t[i+3] > '9'
}
