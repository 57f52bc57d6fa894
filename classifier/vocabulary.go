package classifier

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oshirase/breach"
	"oshirase/classifier/learned"
)

// wordSignal stands before a word in the name of its signal.
const wordSignal = "word:"

// CutWord returns the word of the model's vocabulary that a signal is, if it is
// one.
func CutWord(signal string) (word string, ok bool) { return strings.CutPrefix(signal, wordSignal) }

// withWords returns the machine that finds the words of a model as well, ready to
// run.
func (m *machine) withWords(words []string) *machine {
	other := *m
	other.vocabulary = words
	other.stems, other.terms = slices.Clone(m.stems), slices.Clone(m.terms)
	for i, w := range words {
		if w == "" || len(w) > maxTermBytes {
			continue // found nowhere
		}
		latin := asciiWord(w[0]) // not to stand inside a longer word
		other.stems = append(other.stems, w)
		other.terms = append(other.terms, newTerm(termOfWord, i, len(w), wordBound{latin, latin}))
	}
	other.makeAutomaton()
	return &other
}

// wordsSaid is the words of a page, those of sentence i at all[from[i]:from[i+1]],
// each once a sentence.
type wordsSaid struct {
	all, from []int32
	seen      idSet // of the sentence at hand
}

// clear forgets all words, of which there may be n, and begins the first sentence.
func (w *wordsSaid) clear(n int) {
	w.forget()
	w.seen = w.seen.sized(n)
	w.all, w.from = w.all[:0], append(w.from[:0], 0)
}

// add notes a word of the sentence at hand. Half of them were met there before,
// which no processor foresees, so that nothing is asked: the word is taken and,
// where it is known, left out again.
func (w *wordsSaid) add(word int32) {
	all := append(roomy(w.all), word)
	seen := &w.seen[word>>6]
	known := int(*seen >> (word & 63) & 1)
	*seen |= 1 << (word & 63)
	w.all = all[:len(all)-known]
}

// next ends the sentence at hand.
func (w *wordsSaid) next() {
	w.forget()
	w.from = append(roomy(w.from), int32(len(w.all)))
}

func (w *wordsSaid) forget() {
	if len(w.from) > 0 {
		w.seen.remove(w.all[w.from[len(w.from)-1]:])
	}
}

func (w *wordsSaid) of(sentence int) []int32 { return w.all[w.from[sentence]:w.from[sentence+1]] }

// Limits on a word, in letters: long runs are names rather than words.
const (
	maxWord      = 8
	maxLatinWord = 16
	maxStem      = 4 // of a run that an ending in hiragana is looked at after
)

// script is how runs of letters are told apart.
type script int

const (
	noScript script = iota
	kanji
	katakana
	latin
	hiragana
)

func scriptOf(r rune) script {
	switch {
	case unicode.Is(unicode.Han, r), r == '々', r == '〆', r == 'ヶ':
		return kanji
	case r == 'ー', unicode.Is(unicode.Katakana, r):
		return katakana
	case r >= 'a' && r <= 'z':
		return latin
	case unicode.Is(unicode.Hiragana, r):
		return hiragana
	}
	return noScript
}

// Words lists, sorted, what a model may have weights for in the title and text of
// a notice: runs of one script, stems with their endings, and pieces of two to
// four kanji and three to six hiragana out of longer runs. It is for training.
func (c *Classifier) Words(notice *breach.Notice) []string {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	r.open(notice, false)
	seen := map[string]bool{}
	for _, p := range []*page{&r.title, &r.text} {
		wordsIn(string(p.folded.text), func(w string) { seen[w] = true })
	}
	out := make([]string, 0, len(seen))
	for w := range seen {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
}

// wordsIn calls yield for the words of folded text.
func wordsIn(t string, yield func(string)) {
	for len(t) > 0 {
		run := runOf(t)
		first, n := utf8.DecodeRuneInString(t)
		s := scriptOf(first)
		if run == 0 {
			t = t[n:]
			continue
		}
		letters := []rune(t[:run])
		t = t[run:]
		switch {
		case s == hiragana:
			pieces(letters, 3, 6, yield)
			continue
		case len(letters) <= maxWord && (len(letters) > 1 || s == kanji), s == latin && len(letters) > 1 && len(letters) <= maxLatinWord:
			yield(string(letters))
		}
		if s == kanji && len(letters) > maxStem {
			pieces(letters, 2, 4, yield)
		}
		if len(letters) <= maxStem && s != latin {
			stem := string(letters[max(0, len(letters)-2):])
			for i, r := range t {
				if scriptOf(r) != hiragana || i >= maxStem*len("あ") {
					break
				}
				yield(stem + t[:i+utf8.RuneLen(r)])
			}
		}
	}
}

// runOf measures the run of one script that t begins with, in bytes.
func runOf(t string) int {
	first := noScript
	for i, r := range t {
		s := scriptOf(r)
		if i == 0 {
			first = s
		}
		if s != first || s == noScript {
			return i
		}
	}
	return len(t)
}

// pieces calls yield for all that is least to most letters long.
func pieces(letters []rune, least, most int, yield func(string)) {
	for n := least; n <= most; n++ {
		for i := 0; i+n <= len(letters); i++ {
			yield(string(letters[i : i+n]))
		}
	}
}

// WithVocabulary returns a classifier whose rules alone judge, and whose
// [Classifier.Signals] tell also which of the words stand in a text. It is for
// training.
func (c *Classifier) WithVocabulary(words []string) *Classifier {
	other := c.finding(words)
	other.digest = c.rules.digest(nil)
	return other
}

// wordsOf lists the words among a model's signals, in order.
func wordsOf(all []learned.Signal) []string {
	var out []string
	for _, s := range all {
		if i := strings.Index(s.Name, wordSignal); i >= 0 {
			out = append(out, s.Name[i+len(wordSignal):])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
