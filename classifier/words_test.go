package classifier

import (
	"bytes"
	"slices"
	"testing"
)

// TestLexiconIsPlainSearch compares the answers with those of trying each word,
// at every byte of texts in both scripts, cut letters among them.
func TestLexiconIsPlainSearch(t *testing.T) {
	text := []byte("約１２万件（うち3社）余りの、において as many as 5 people、一方\xe3\x81で。id\xff名様")
	for _, l := range []*lexicon{unitWords, englishUnitWords, roundedWords, approxWords, openers, subjectParticles, connectives, newLexicon()} {
		for i := range len(text) + 1 {
			begins := slices.IndexFunc(l.words, func(w string) bool { return bytes.HasPrefix(text[i:], []byte(w)) })
			ends := slices.IndexFunc(l.words, func(w string) bool { return bytes.HasSuffix(text[:i], []byte(w)) })
			if got := l.at(text[i:]); got != begins {
				t.Errorf("at %q: word %d, want %d", text[i:], got, begins)
			}
			if got := l.ends(text[:i]); got != ends {
				t.Errorf("before %q: word %d, want %d", text[i:], got, ends)
			}
		}
	}
}
