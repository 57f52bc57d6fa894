package classifier

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheAutomatonFindsWhatALoopFinds(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcあいう漏え\x00")), 0, 5, -1)
	rapid.Check(t, func(t *rapid.T) {
		patterns := rapid.SliceOfNDistinct(word, 0, 12, rapid.ID[string]).Draw(t, "patterns")
		text := strings.Join(rapid.SliceOfN(word, 0, 20).Draw(t, "text"), "")
		var want, got []string
		for end := 1; end <= len(text); end++ {
			for _, p := range patterns {
				if p != "" && strings.HasSuffix(text[:end], p) {
					want = append(want, fmt.Sprint(end, p))
				}
			}
		}
		newAutomaton(patterns).scan([]byte(text), func(p int32, end int) { got = append(got, fmt.Sprint(end, patterns[p])) })
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Fatalf("patterns %q in %q: %q, want %q", patterns, text, got, want)
		}
	})
}
