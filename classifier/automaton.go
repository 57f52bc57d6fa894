package classifier

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// automaton finds every occurrence of many strings in one pass: an Aho-Corasick
// machine over letters, in a double array. A state is the number of its cell; its
// step by a letter leads to the cell at the state's base plus the letter's class,
// if that cell names the state as its parent. Where it does not, the link goes on
// with a shorter match, so that the links followed are never more than the letters
// read. All states together fit in a processor's cache, which is what counts: a
// text of many words visits many of them.
type automaton struct {
	block [256]uint8 // by the upper byte of a letter: its part of class
	class [][256]uint16
	rare  map[rune]uint16 // classes of letters beyond U+FFFF
	cells []cell
	// outs are runs of patterns, longest first, each run ended by -1; run 0 is
	// empty.
	outs []int32
}

type cell struct {
	base, parent, link int32
	out                int32 // where the run of patterns that end here begins
}

func newAutomaton(patterns []string) *automaton {
	a := &automaton{class: make([][256]uint16, 1), outs: []int32{-1}}
	sorted := make([]int32, 0, len(patterns))
	for i, p := range patterns {
		if p != "" {
			sorted = append(sorted, int32(i))
		}
	}
	slices.SortStableFunc(sorted, func(x, y int32) int { return strings.Compare(patterns[x], patterns[y]) })
	a.build(patterns, sorted, a.classify(patterns))
	return a
}

// classify numbers the letters of the patterns from 1, the frequent ones first,
// and returns how many numbers there are, with 0.
func (a *automaton) classify(patterns []string) int32 {
	count := map[rune]int{}
	for _, p := range patterns {
		for _, r := range p {
			count[r]++
		}
	}
	letters := make([]rune, 0, len(count))
	for r := range count {
		letters = append(letters, r)
	}
	slices.SortFunc(letters, func(x, y rune) int { return cmp.Or(cmp.Compare(count[y], count[x]), cmp.Compare(x, y)) })
	for i, r := range letters {
		if r > 0xFFFF {
			if a.rare == nil {
				a.rare = map[rune]uint16{}
			}
			a.rare[r] = uint16(i + 1)
			continue
		}
		if r>>8 > 0 && a.block[r>>8] == 0 {
			a.block[r>>8] = uint8(len(a.class))
			a.class = append(a.class, [256]uint16{})
		}
		a.class[a.block[r>>8]][r&0xFF] = uint16(i + 1)
	}
	return int32(len(letters) + 1)
}

// classOf is the class of a letter, 0 for one that no pattern has.
func (a *automaton) classOf(r rune) int32 {
	if r > 0xFFFF {
		return int32(a.rare[r])
	}
	if block := a.block[r>>8]; block > 0 || r < 0x100 {
		return int32(a.class[block][r&0xFF])
	}
	return 0
}

// step is the state that follows s by a letter of class c.
func (a *automaton) step(s, c int32) int32 {
	for {
		if t := a.cells[s].base + c; a.cells[t].parent == s {
			return t
		}
		if s == 0 {
			return 0
		}
		s = a.cells[s].link
	}
}

// scan calls hit for every occurrence in a short text: the pattern's index and
// where it ends.
func (a *automaton) scan(text []byte, hit func(pattern int32, end int)) {
	var room [64]place
	for _, at := range a.places(text, room[:0]) {
		for ; a.outs[at.run] >= 0; at.run++ {
			hit(a.outs[at.run], int(at.end))
		}
	}
}

// place is where patterns end in a text: their run in outs, and the end.
type place struct{ run, end int32 }

// places appends to out every place where patterns end, in order. What ends there is
// left for later: the processor fetches the runs of several places at once when it
// need not go back to the text between them.
func (a *automaton) places(text []byte, out []place) []place {
	cells := a.cells
	s := int32(0)
	for i := 0; i < len(text); {
		c := int32(0)
		if b := text[i]; b < utf8.RuneSelf {
			c = int32(a.class[0][b])
			i++
		} else if b >= 0xE0 && b < 0xF0 && i+2 < len(text) {
			r := rune(b&0x0F)<<12 | rune(text[i+1]&0x3F)<<6 | rune(text[i+2]&0x3F)
			if block := a.block[r>>8]; block > 0 {
				c = int32(a.class[block][r&0xFF])
			}
			i += 3
		} else {
			r, n := utf8.DecodeRune(text[i:])
			if n > 1 {
				c = a.classOf(r)
			}
			i += n
		}
		if c == 0 {
			s = 0
			continue
		}
		for {
			n := &cells[s]
			t := n.base + c
			if cells[t].parent == s {
				s = t
				break
			}
			if s == 0 {
				break
			}
			s = n.link
		}
		if o := cells[s].out; o > 0 {
			out = append(roomy(out), place{o, int32(i)})
		}
	}
	return out
}
