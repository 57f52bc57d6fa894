package classifier

import "slices"

// lexicon is a list of words that is looked for at many places of a text. The
// letter that stands there answers most of them without trying the words.
type lexicon struct {
	words       []string
	first, last [allKeys / 64]uint64 // by firstKey and lastKey
	// starts and stops are the words by the letter that they begin and end with.
	starts, stops []sameLetter
}

// sameLetter is the words, by number, that begin or end with one letter, in order.
type sameLetter struct {
	key   uint32
	words []uint16
}

func newLexicon(words ...string) *lexicon {
	l := &lexicon{words: words}
	for i, w := range words {
		a, b := firstKey([]byte(w)), lastKey([]byte(w))
		l.first[a>>6] |= 1 << (a & 63)
		l.last[b>>6] |= 1 << (b & 63)
		l.starts, l.stops = withWord(l.starts, a, i), withWord(l.stops, b, i)
	}
	return l
}

func withWord(letters []sameLetter, key uint32, word int) []sameLetter {
	i := slices.IndexFunc(letters, func(s sameLetter) bool { return s.key == key })
	if i < 0 {
		i = len(letters)
		letters = append(letters, sameLetter{key: key})
	}
	letters[i].words = append(letters[i].words, uint16(word))
	return letters
}

func wordsBy(letters []sameLetter, key uint32) []uint16 {
	for i := range letters {
		if letters[i].key == key {
			return letters[i].words
		}
	}
	return nil
}

// allKeys is above any key, asciiKey below that of an ASCII letter.
const (
	asciiKey = 4096
	allKeys  = asciiKey + 256
)

// firstKey and lastKey number the letter that t begins or ends with: by letterKey,
// an ASCII letter behind them all.
func firstKey(t []byte) uint32 {
	if t[0] < 0x80 || len(t) < 3 {
		return asciiKey + uint32(t[0])
	}
	return letterKey(t[1], t[2])
}

func lastKey(t []byte) uint32 {
	n := len(t)
	if t[n-1] < 0x80 || n < 3 {
		return asciiKey + uint32(t[n-1])
	}
	return letterKey(t[n-2], t[n-1])
}

// mayStart reports whether a word may begin t.
func (l *lexicon) mayStart(t []byte) bool { return len(t) > 0 && l.mayBegin(firstKey(t)) }

// mayBegin reports whether a word may begin with the letter of the key.
func (l *lexicon) mayBegin(key uint32) bool { return l.first[key>>6]&(1<<(key&63)) != 0 }

// beginnings lists, by number, the words that may begin t: those with its first letter.
func (l *lexicon) beginnings(t []byte) []uint16 {
	if !l.mayStart(t) {
		return nil
	}
	return wordsBy(l.starts, firstKey(t))
}

// ending lists, by number, the words that may end t: those with its last letter.
func (l *lexicon) ending(t []byte) []uint16 {
	if len(t) == 0 {
		return nil
	}
	key := lastKey(t)
	if l.last[key>>6]&(1<<(key&63)) == 0 {
		return nil
	}
	return wordsBy(l.stops, key)
}

// at returns the index of the first of the words that t begins with, or -1.
func (l *lexicon) at(t []byte) int {
	if len(t) == 0 {
		return -1
	}
	return l.beginning(t, firstKey(t))
}

// beginning is at, where key is that of the first letter of t.
func (l *lexicon) beginning(t []byte, key uint32) int {
	if l.mayBegin(key) {
		for _, i := range wordsBy(l.starts, key) {
			if w := l.words[i]; len(w) <= len(t) && string(t[:len(w)]) == w {
				return int(i)
			}
		}
	}
	return -1
}

// whole reports whether t is one of the words.
func (l *lexicon) whole(t []byte) bool {
	i := l.at(t)
	return i >= 0 && len(l.words[i]) == len(t)
}

// ends returns the index of the first of the words that t ends with, or -1.
func (l *lexicon) ends(t []byte) int {
	for _, i := range l.ending(t) {
		if w := l.words[i]; len(w) <= len(t) && string(t[len(t)-len(w):]) == w {
			return int(i)
		}
	}
	return -1
}

// in reports whether a word stands anywhere in t.
func (l *lexicon) in(t []byte) bool { return l.index(t) >= 0 }

// index returns where the first word in t begins, or -1.
func (l *lexicon) index(t []byte) int {
	for i := 0; i < len(t); {
		b, n, key := t[i], 1, asciiKey+uint32(t[i])
		if b >= 0xE0 && b < 0xF0 && i+2 < len(t) {
			n, key = 3, letterKey(t[i+1], t[i+2])
		} else if b >= 0xC0 {
			key = firstKey(t[i:])
		}
		if l.mayBegin(key) && l.beginning(t[i:], key) >= 0 {
			return i
		}
		i += n
	}
	return -1
}
