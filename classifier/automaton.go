package classifier

// automaton finds every occurrence of many byte strings in one pass: an
// Aho-Corasick machine flattened to a table over byte classes, so that each
// byte of the text costs one table look-up whatever the number of patterns.
type automaton struct {
	class   [256]uint16
	classes int
	// next holds, for state and class, the next state already multiplied by
	// classes.
	next []int32
	// outs[outAt[s]:outAt[s+1]] are the patterns that end in state s, longest
	// first.
	outAt  []int32
	outs   []int32
	accept []bool // indexed like next's states, not multiplied
	length []int32
}

func newAutomaton(patterns []string) *automaton {
	a := &automaton{classes: 1}
	for _, p := range patterns {
		for i := range len(p) {
			if b := p[i]; a.class[b] == 0 {
				a.class[b] = uint16(a.classes)
				a.classes++
			}
		}
	}
	n := a.classes
	var outs [][]int32
	add := func() int32 {
		for range n {
			a.next = append(a.next, -1)
		}
		outs = append(outs, nil)
		return int32(len(outs) - 1)
	}
	add()
	for id, p := range patterns {
		a.length = append(a.length, int32(len(p)))
		if p == "" {
			continue
		}
		s := int32(0)
		for i := range len(p) {
			at := int(s)*n + int(a.class[p[i]])
			if a.next[at] < 0 {
				t := add()
				a.next[at] = t
			}
			s = a.next[at]
		}
		outs[s] = append(outs[s], int32(id))
	}
	a.link(outs)
	return a
}

// link turns the trie into a complete machine, breadth first, so that a
// state's failure link is final before its children need it.
func (a *automaton) link(outs [][]int32) {
	n := a.classes
	fail := make([]int32, len(outs))
	var queue []int32
	for c := range n {
		if t := a.next[c]; t < 0 {
			a.next[c] = 0
		} else {
			queue = append(queue, t)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		f := fail[s]
		outs[s] = append(outs[s], outs[f]...)
		for c := range n {
			t := a.next[int(s)*n+c]
			if t < 0 {
				a.next[int(s)*n+c] = a.next[int(f)*n+c]
				continue
			}
			fail[t] = a.next[int(f)*n+c]
			queue = append(queue, t)
		}
	}
	for i := range a.next {
		a.next[i] *= int32(n)
	}
	a.accept = make([]bool, len(outs))
	a.outAt = make([]int32, len(outs)+1)
	for s, o := range outs {
		a.accept[s] = len(o) > 0
		a.outs = append(a.outs, o...)
		a.outAt[s+1] = int32(len(a.outs))
	}
}

// scan calls hit for every occurrence: the pattern's index and where it ends.
func (a *automaton) scan(text []byte, hit func(pattern int32, end int)) {
	n := int32(a.classes)
	s := int32(0)
	for i, b := range text {
		s = a.next[s+int32(a.class[b])]
		if s == 0 {
			continue
		}
		if q := s / n; a.accept[q] {
			for _, p := range a.outs[a.outAt[q]:a.outAt[q+1]] {
				hit(p, i+1)
			}
		}
	}
}
