package classifier

// lexicon is a list of words that is looked for at many places of a text. The
// letter that stands there answers most of them without trying the words.
type lexicon struct {
	words       []string
	first, last [64]uint64 // by letterKey
}

func newLexicon(words ...string) *lexicon {
	l := &lexicon{words: words}
	for _, w := range words {
		a, b := firstKey([]byte(w)), lastKey([]byte(w))
		l.first[a>>6] |= 1 << (a & 63)
		l.last[b>>6] |= 1 << (b & 63)
	}
	return l
}

// firstKey and lastKey give a number below 4096 for the letter that t begins or
// ends with: the byte of an ASCII letter, a hash of three bytes of any other.
func firstKey(t []byte) uint32 {
	if t[0] < 0x80 || len(t) < 3 {
		return uint32(t[0])
	}
	return bloomKey(t[0], t[1], t[2])
}

func lastKey(t []byte) uint32 {
	n := len(t)
	if t[n-1] < 0x80 || n < 3 {
		return uint32(t[n-1])
	}
	return bloomKey(t[n-3], t[n-2], t[n-1])
}

// mayStart reports whether a word may begin t.
func (l *lexicon) mayStart(t []byte) bool {
	if len(t) == 0 {
		return false
	}
	k := firstKey(t)
	return l.first[k>>6]&(1<<(k&63)) != 0
}

// mayEnd reports whether a word may end t.
func (l *lexicon) mayEnd(t []byte) bool {
	if len(t) == 0 {
		return false
	}
	k := lastKey(t)
	return l.last[k>>6]&(1<<(k&63)) != 0
}

// at returns the index of the first of the words that t begins with, or -1.
func (l *lexicon) at(t []byte) int {
	if l.mayStart(t) {
		for i, w := range l.words {
			if n := len(w); n <= len(t) && t[n-1] == w[n-1] && string(t[:n]) == w {
				return i
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
	if l.mayEnd(t) {
		for i, w := range l.words {
			if len(t) >= len(w) && string(t[len(t)-len(w):]) == w {
				return i
			}
		}
	}
	return -1
}

// in reports whether a word stands anywhere in t.
func (l *lexicon) in(t []byte) bool { return l.index(t) >= 0 }

// index returns where the first word in t begins, or -1.
func (l *lexicon) index(t []byte) int {
	for i := 0; i < len(t); {
		b, n, key := t[i], 1, uint32(t[i])
		if b >= 0xE0 && b < 0xF0 && i+2 < len(t) {
			n, key = 3, bloomKey(b, t[i+1], t[i+2])
		} else if b >= 0xC0 {
			key = firstKey(t[i:])
		}
		if l.first[key>>6]&(1<<(key&63)) != 0 && l.at(t[i:]) >= 0 {
			return i
		}
		i += n
	}
	return -1
}
