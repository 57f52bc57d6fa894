package classifier

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// prefix is a state while the automaton is built: the sorted patterns lo to hi,
// which begin with the same n bytes.
type prefix struct {
	state, n int32
	lo, hi   int
}

// build places the states breadth first, so that a state's link is final before
// its children need it and shallow states, which are visited most, lie together.
func (a *automaton) build(patterns []string, sorted []int32, classes int32) {
	a.grow(classes)
	room := room{hole: classes, from: classes}
	var children []prefix
	var steps []int32
	for queue := []prefix{{hi: len(sorted)}}; len(queue) > 0; queue = append(queue[1:], children...) {
		at := queue[0]
		ends := at.lo
		for ends < at.hi && len(patterns[sorted[ends]]) == int(at.n) {
			ends++
		}
		a.end(at.state, sorted[at.lo:ends])
		children, steps = children[:0], steps[:0]
		for lo := ends; lo < at.hi; {
			rest := patterns[sorted[lo]][at.n:]
			r, size := utf8.DecodeRuneInString(rest)
			hi := lo + 1
			for hi < at.hi && strings.HasPrefix(patterns[sorted[hi]][at.n:], rest[:size]) {
				hi++
			}
			children, steps = append(children, prefix{n: at.n + int32(size), lo: lo, hi: hi}), append(steps, a.classOf(r))
			lo = hi
		}
		if at.state != 0 && len(steps) > 0 {
			a.cells[at.state].base = room.find(steps)
			a.grow(a.cells[at.state].base + classes)
		}
		for i, c := range steps {
			t := a.cells[at.state].base + c
			if at.state != 0 {
				a.cells[t].link = a.step(a.cells[at.state].link, c)
			}
			a.cells[t].parent = at.state
			children[i].state = t
		}
	}
	a.cells, a.outs = slices.Clip(a.cells), slices.Clip(a.outs)
}

// grow makes room for n cells.
func (a *automaton) grow(n int32) {
	for len(a.cells) < int(n) {
		a.cells = append(a.cells, cell{parent: -1})
	}
}

// end notes the patterns that end in state s: its own, then those of its link.
func (a *automaton) end(s int32, own []int32) {
	rest := a.cells[a.cells[s].link].out
	if len(own) == 0 {
		a.cells[s].out = rest
		return
	}
	a.cells[s].out = int32(len(a.outs))
	a.outs = append(a.outs, own...)
	for ; a.outs[rest] >= 0; rest++ {
		a.outs = append(a.outs, a.outs[rest])
	}
	a.outs = append(a.outs, -1)
}

// room finds free cells.
type room struct {
	taken []bool
	hole  int32 // no cell before it is free
	from  int32 // where the search for several cells begins
}

// crowded is after how many places without room the search begins further on.
const crowded = 100

// find takes the cells of a base from which all steps lead to free cells.
func (r *room) find(steps []int32) int32 {
	first, t := slices.Min(steps), &r.from
	if len(steps) == 1 {
		t = &r.hole
	}
	tried := 0
	base := *t
	for at := *t; ; at++ {
		base = at - first
		if !slices.ContainsFunc(steps, func(c int32) bool { return r.used(base + c) }) {
			break
		}
		tried++
	}
	for _, c := range steps {
		r.take(base + c)
	}
	if len(steps) == 1 || tried > crowded {
		*t = base + first
	}
	return base
}

func (r *room) used(i int32) bool { return int(i) < len(r.taken) && r.taken[i] }

func (r *room) take(i int32) {
	for len(r.taken) <= int(i) {
		r.taken = append(r.taken, false)
	}
	r.taken[i] = true
}
