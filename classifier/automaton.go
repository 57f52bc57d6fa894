package classifier

import (
	"math/bits"
	"slices"
)

// automaton finds every occurrence of many byte strings in one pass: an
// Aho-Corasick machine over byte classes. States near the root and those that
// branch have a full row of next places, so that most bytes cost one look-up;
// the many others, which go on with one byte, keep that edge and the link to
// follow where it does not fit. A link shortens the match, so that the links
// followed are never more than the bytes read.
type automaton struct {
	class   [256]uint8 // 0 for bytes in no pattern
	classes int32
	// shift is the logarithm of the width of a row, a power of two.
	shift  uint
	place  []place // by state
	rows   []place
	rowOf  []int32 // by row: its state
	edgeAt []int32 // edges of state s are edgeAt[s] to edgeAt[s+1]
	edge   []edge
	fail   []int32
	node   []node // by state; of use where a state has no row
	// outs[outAt[s]:outAt[s+1]] are the patterns that end in state s, longest
	// first.
	outAt  []int32
	outs   []int32
	length []int32
}

// place is a state as the scan holds it: where its row begins, or the
// complement of its number where it has none, doubled; plus one where patterns
// end.
type place int32

type edge struct {
	to    int32
	class uint8
}

// node is what a step from a state without a row needs, side by side in memory:
// its only edge, if any, and the link.
type node struct {
	to, link place
	class    uint8
}

// Which states get a row: those within one letter of the root, and those that
// branch.
const (
	denseDepth = 3
	denseEdges = 2
)

// trie is an automaton while it is built: children hang in lists of siblings.
type trie struct {
	child, sibling []int32
	class          []uint8
	depth          []int32
	outs           [][]int32
}

func (t *trie) add(class uint8, depth int32) int32 {
	t.child, t.sibling, t.class = append(t.child, -1), append(t.sibling, -1), append(t.class, class)
	t.depth, t.outs = append(t.depth, depth), append(t.outs, nil)
	return int32(len(t.child) - 1)
}

func (t *trie) next(s int32, class uint8) int32 {
	for c := t.child[s]; c >= 0; c = t.sibling[c] {
		if t.class[c] == class {
			return c
		}
	}
	c := t.add(class, t.depth[s]+1)
	t.sibling[c], t.child[s] = t.child[s], c
	return c
}

func newAutomaton(patterns []string) *automaton {
	a := &automaton{classes: 1}
	for _, p := range patterns {
		for i := range len(p) {
			if b := p[i]; a.class[b] == 0 {
				a.class[b] = uint8(a.classes) // UTF-8 has fewer than 255 bytes
				a.classes++
			}
		}
	}
	t := &trie{}
	t.add(0, 0)
	for id, p := range patterns {
		a.length = append(a.length, int32(len(p)))
		if p == "" {
			continue
		}
		s := int32(0)
		for i := range len(p) {
			s = t.next(s, a.class[p[i]])
		}
		t.outs[s] = append(t.outs[s], int32(id))
	}
	a.link(t)
	return a
}

// link makes the machine of the trie, breadth first, so that a state's link is
// final before its children need it.
func (a *automaton) link(t *trie) {
	n := len(t.child)
	a.place, a.fail = make([]place, n), make([]int32, n)
	a.edgeAt = make([]int32, n+1)
	rows := int32(0)
	a.shift = uint(bits.Len32(uint32(a.classes - 1)))
	for s := range n {
		a.edgeAt[s] = int32(len(a.edge))
		for c := t.child[s]; c >= 0; c = t.sibling[c] {
			a.edge = append(a.edge, edge{c, t.class[c]})
		}
		if u := int32(len(a.edge)) - a.edgeAt[s]; t.depth[s] <= denseDepth || u >= denseEdges {
			a.place[s] = place(rows<<a.shift) << 1
			a.rowOf = append(a.rowOf, int32(s))
			rows++
		} else {
			a.place[s] = place(^int32(s)) << 1
		}
	}
	a.edgeAt[n] = int32(len(a.edge))
	a.rows = make([]place, rows<<a.shift)
	queue := append(make([]int32, 0, n), 0)
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		f := a.fail[s]
		if s != 0 {
			t.outs[s] = append(t.outs[s], t.outs[f]...)
		}
		if len(t.outs[s]) > 0 {
			a.place[s] |= 1
		}
		for _, e := range a.edge[a.edgeAt[s]:a.edgeAt[s+1]] {
			queue = append(queue, e.to)
			if s != 0 {
				a.fail[e.to] = a.state(a.step(a.place[f], e.class))
			}
		}
		// The rows of shallower states are filled before deeper ones ask.
		if row := a.place[s] >> 1; row >= 0 {
			for c := range a.classes {
				if s != 0 {
					a.rows[int32(row)+c] = a.step(a.place[f], uint8(c))
				}
			}
		}
		a.fillRow(s)
	}
	a.outAt = make([]int32, n+1)
	for s, o := range t.outs {
		a.outs = append(a.outs, o...)
		a.outAt[s+1] = int32(len(a.outs))
	}
	a.outs = slices.Clip(a.outs)
	// Rows filled before a state was visited lack the mark of its patterns.
	for i, v := range a.rows {
		a.rows[i] = a.place[a.state(v)]
	}
	a.node = make([]node, n)
	for s := range a.node {
		if edges := a.edge[a.edgeAt[s]:a.edgeAt[s+1]]; len(edges) > 0 {
			a.node[s].to, a.node[s].class = a.place[edges[0].to], edges[0].class
		}
		a.node[s].link = a.place[a.fail[s]]
	}
}

// fillRow enters the children of s into its row, if it has one.
func (a *automaton) fillRow(s int32) {
	row := int32(a.place[s] >> 1)
	if row < 0 {
		return
	}
	for _, e := range a.edge[a.edgeAt[s]:a.edgeAt[s+1]] {
		a.rows[row+int32(e.class)] = a.place[e.to]
	}
}

// state is the number of the state at v.
func (a *automaton) state(v place) int32 {
	if v < 0 {
		return ^int32(v >> 1)
	}
	return a.rowOf[v>>1>>a.shift]
}

func (a *automaton) step(v place, class uint8) place {
	for v < 0 {
		s := ^int32(v >> 1)
		for _, e := range a.edge[a.edgeAt[s]:a.edgeAt[s+1]] {
			if e.class == class {
				return a.place[e.to]
			}
		}
		v = a.place[a.fail[s]]
	}
	return a.rows[int32(v>>1)+int32(class)]
}

// scan calls hit for every occurrence: the pattern's index and where it ends.
func (a *automaton) scan(text []byte, hit func(pattern int32, end int)) {
	v := a.place[0]
	rows, nodes := a.rows, a.node
	for i, b := range text {
		c := a.class[b]
		for v < 0 {
			n := &nodes[^(v >> 1)]
			if n.class == c && c != 0 {
				v = n.to
				goto read
			}
			v = n.link
		}
		v = rows[int32(v>>1)+int32(c)]
	read:
		if v&1 != 0 {
			s := a.state(v)
			for _, p := range a.outs[a.outAt[s]:a.outAt[s+1]] {
				hit(p, i+1)
			}
		}
	}
}
