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

// vocabulary is the words that a model has weights for.
type vocabulary struct {
	auto  *automaton
	ascii []bool // by word: it must not stand inside a longer one
}

func newVocabulary(words []string) *vocabulary {
	v := &vocabulary{auto: newAutomaton(words), ascii: make([]bool, len(words))}
	for i, w := range words {
		v.ascii[i] = w != "" && asciiWord(w[0])
	}
	return v
}

// wordsSaid is the words of a page, those of sentence i at all[from[i]:from[i+1]],
// each once a sentence.
type wordsSaid struct {
	all, from []int32
}

func (w *wordsSaid) of(sentence int) []int32 {
	if len(w.all) == 0 {
		return nil
	}
	return w.all[w.from[sentence]:w.from[sentence+1]]
}

// markWords finds the words of the vocabulary, if there is one.
func (r *reading) markWords() {
	v := r.c.signals.vocabulary
	for _, p := range []*page{&r.title, &r.text} {
		p.words.all, p.words.from = p.words.all[:0], p.words.from[:0]
		if v == nil || len(p.sentences) == 0 {
			continue
		}
		r.markWordsOf(p, v)
	}
}

func (r *reading) markWordsOf(p *page, v *vocabulary) {
	w := &p.words
	w.from = append(w.from, 0)
	last := len(p.sentences) - 1
	r.wordsSeen.reset(len(v.ascii))
	v.auto.scan(p.folded.text, func(word int32, end int) {
		start := end - int(v.auto.length[word])
		if v.ascii[word] && (start > 0 && asciiWord(p.folded.text[start-1]) || asciiWordAt(p.folded.text, end)) {
			return
		}
		for len(w.from) <= last && p.sentences[len(w.from)-1].end < int32(end) {
			w.from = append(w.from, int32(len(w.all)))
			r.wordsSeen.reset(len(v.ascii))
		}
		if r.wordsSeen.first(word) {
			w.all = append(roomy(w.all), word)
		}
	})
	for len(w.from) <= last+1 {
		w.from = append(w.from, int32(len(w.all)))
	}
}

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
	other := c.WithModel(nil)
	other.signals = newSignals(c.m, words)
	return other
}

// wordsOf lists the words among a model's signals.
func wordsOf(all []learned.Signal) []string {
	var out []string
	for _, s := range all {
		if w, ok := CutWord(s.Name); ok {
			out = append(out, w)
		}
	}
	return out
}
