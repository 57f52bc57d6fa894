package classifier

import "bytes"

// span is a half-open range of the folded text.
type span struct{ start, end int32 }

func (s span) has(o span) bool { return s.start <= o.start && o.end <= s.end }

// sentence is a span with its clauses, which are outline.clauses[from:to].
type sentence struct {
	span
	from, to int32
	// block counts the paragraphs before it; line tells that the sentence is a
	// line without a full stop, such as a heading or an item of a list.
	block int32
	line  bool
}

// outline is the structure of a folded text.
type outline struct {
	sentences []sentence
	clauses   []span
}

// maxSentence bounds a sentence in bytes, so that a table without full stops
// does not become one scope.
const maxSentence = 1800

// breaks are the bytes that a mark which ends a sentence or a clause begins with.
var breaks = [256]bool{'\n': true, '!': true, '?': true, '.': true, ';': true, ',': true, ' ': true, 0xE2: true, 0xE3: true}

// read splits text into sentences and clauses, reusing the outline's memory.
//
// A clause ends at a comma after a connective verb ending (…しており、…ですが、
// …したため、) and in English at a semicolon or a comma before a conjunction; a
// comma in a list or after a topic does not end it.
func (o *outline) read(text []byte) {
	o.sentences, o.clauses = o.sentences[:0], o.clauses[:0]
	start, first, block := 0, 0, int32(0)
	clause := 0
	closeClause := func(end int) {
		if end > clause {
			o.clauses = append(roomy(o.clauses), span{int32(clause), int32(end)})
		}
		clause = end
	}
	closeSentence := func(end int, line bool) {
		closeClause(end)
		if len(o.clauses) > first {
			o.sentences = append(roomy(o.sentences), sentence{span{int32(start), int32(end)}, int32(first), int32(len(o.clauses)), block, line})
		}
		start, first = end, len(o.clauses)
	}
	for i := 0; i < len(text); i++ {
		b := text[i]
		if !breaks[b] && i-start <= 2*maxSentence {
			if b >= 0xE4 && b < 0xF0 {
				i += 2 // the rest of a letter
			}
			continue
		}
		switch {
		case b == '\n':
			closeSentence(i, true)
			start, clause = i+1, i+1
			block++
		case b == 0xE3 && i+2 < len(text) && text[i+1] != 0x80 && i-start <= 2*maxSentence: // kana
			i += 2
		case b == 0xE3 && i+2 < len(text) && text[i+1] == 0x80 && text[i+2] == 0x82: // 。
			i += 2
			for i+3 < len(text) && (text[i+1] == ')' || bytes.HasPrefix(text[i+1:], []byte("」")) || bytes.HasPrefix(text[i+1:], []byte("』"))) {
				if text[i+1] == ')' {
					i++
				} else {
					i += 3
				}
			}
			closeSentence(i+1, false)
		case b == 0xE2 && i+2 < len(text) && text[i+1] == 0x80 && text[i+2] == 0xBB && i > start: // ※
			closeSentence(i, true)
			i += 2
		case b == '!' || b == '?':
			closeSentence(i+1, false)
		case b == '.' && englishStop(text, i):
			closeSentence(i+1, false)
		case b == 0xE3 && i+2 < len(text) && text[i+1] == 0x80 && text[i+2] == 0x81: // 、
			i += 2
			if connective(text[clause : i-2]) {
				closeClause(i + 1)
			}
			if i-start > maxSentence {
				closeSentence(i+1, true)
			}
		case b == ';' || b == ',' && englishConjunction(text[i+1:]):
			closeClause(i + 1)
		case b == ' ' && i-start > maxSentence:
			closeSentence(i, true)
		case i-start > 2*maxSentence && b&0xC0 != 0x80:
			closeSentence(i, true)
		}
	}
	closeSentence(len(text), true)
}

var notConnective = newLexicon(
	"において", "について", "つきまして", "おきまして", "によって", "にとって", "として",
	"に対して", "に関して", "加えて", "併せて", "あわせて", "合わせて", "含めて",
	"対しまして", "関しまして", "よりまして", "もって", "とおり", "通り", "あたり", "当たり",
	"そして", "従って", "したがって", "改めて", "初めて", "すべて", "全て", "めぐって", "のほか",
)

var connectives = newLexicon(
	"ため", "ので", "ものの", "一方", "一方で", "なく", "ところ", "上で", "うえで",
	"後に", "れば", "たら", "場合", "ことから", "んで", "けど", "けれども", "ずに", "せず", "おらず", "きず", "かり",
)

// connective reports whether a comma after t ends a clause.
func connective(t []byte) bool {
	if len(t) < 6 {
		return false
	}
	if notConnective.ends(t) >= 0 {
		return false
	}
	if connectives.ends(t) >= 0 {
		return true
	}
	last := string(t[len(t)-3:])
	before := t[len(t)-6 : len(t)-3]
	kana := before[0] == 0xE3 && (before[1] == 0x81 || before[1] == 0x82 && before[2] < 0x97)
	switch last {
	case "が":
		return kana
	case "し":
		return true
	case "て":
		return true
	case "り", "れ", "き", "い", "け", "め", "べ", "せ", "み", "び", "ち":
		return kana || last == "れ" || last == "せ"
	}
	return false
}

var (
	englishConjunctions = [][]byte{[]byte(" but "), []byte(" although "), []byte(" while "), []byte(" and the "), []byte(" and it "), []byte(" which "), []byte(" so ")}
	abbreviations       = [][]byte{[]byte("inc"), []byte("ltd"), []byte("co"), []byte("corp"), []byte("no"), []byte("mr"), []byte("ms"), []byte("dr"), []byte("vs"), []byte("u.s"), []byte("e.g"), []byte("i.e"), []byte("a.m"), []byte("p.m"), []byte("jan"), []byte("feb"), []byte("aug"), []byte("sept"), []byte("oct"), []byte("nov"), []byte("dec"), []byte("st")}
)

func englishConjunction(t []byte) bool {
	if len(t) == 0 || t[0] != ' ' {
		return false
	}
	for _, w := range englishConjunctions {
		if bytes.HasPrefix(t, w) {
			return true
		}
	}
	return false
}

// englishStop reports whether the dot at i ends a sentence.
func englishStop(text []byte, i int) bool {
	if i+1 < len(text) && text[i+1] != ' ' && text[i+1] != '"' && text[i+1] != '\n' {
		return false
	}
	if i == 0 || text[i-1] <= ' ' {
		return false
	}
	word := text[max(0, i-5):i]
	if k := bytes.LastIndexAny(word, " (\n"); k >= 0 {
		word = word[k+1:]
	}
	for _, a := range abbreviations {
		if bytes.Equal(word, a) {
			return false
		}
	}
	return len(word) > 1 || i+1 == len(text)
}

// sentenceAt returns the index of the sentence that holds offset n.
func (o *outline) sentenceAt(n int32) int {
	lo := 0
	for left := len(o.sentences); left > 0; { // as in firstOutside
		half := int(uint(left+1) >> 1)
		lo += half & below(o.sentences[lo+half-1].end, n+1)
		left -= half
	}
	return min(lo, len(o.sentences)-1)
}

// clauseAt returns the index of the clause of sentence s that holds offset n.
func (o *outline) clauseAt(s int, n int32) int {
	for c := o.sentences[s].from; c < o.sentences[s].to; c++ {
		if n < o.clauses[c].end {
			return int(c)
		}
	}
	return int(o.sentences[s].to) - 1
}
