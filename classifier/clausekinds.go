package classifier

import (
	"math"
	"slices"
)

// clauseKind is where the marks of one kind stand in one clause: many mentions and
// figures ask what stands before and behind them, of every kind.
type clauseKind struct {
	kind, clause int32
	// first is where the first mark ends, and last where the last begins before one
	// that runs beyond the clause.
	first, last int32
	// soonest is the least end, and latest the greatest begin, of marks that end in
	// the clause.
	soonest, latest int32
	beyond          bool // a mark runs beyond the clause
}

// kindsIn lists, as places in inClause, the kinds that spoke in a clause. They are
// sorted out for the whole page when somebody asks first.
func (p *page) kindsIn(clause int32) []int32 {
	if len(p.clauseFrom) == 0 {
		p.sortKinds()
	}
	return p.byClause[p.clauseFrom[clause]:p.clauseFrom[clause+1]]
}

func (p *page) sortKinds() {
	n := len(p.clauses)
	from := slices.Grow(p.clauseFrom[:0], n+2)[:n+2]
	clear(from)
	in := p.inClause[:0]
	for _, kind := range p.spoken {
		last, end := int32(-1), int32(0)
		for i := range p.marks[kind] {
			m := &p.marks[kind][i]
			if m.clause != last {
				last, end = m.clause, p.clauses[m.clause].end
				from[last+2]++
				in = append(roomy(in), clauseKind{kind: kind, clause: last, first: math.MaxInt32, last: -1, soonest: math.MaxInt32, latest: -1})
			}
			in[len(in)-1].add(m, end)
		}
	}
	for i := 2; i < len(from); i++ {
		from[i] += from[i-1]
	}
	by := slices.Grow(p.byClause[:0], len(in))[:len(in)]
	for i := range in { // from[clause+1] is where its next kind goes
		at := &from[in[i].clause+1]
		by[*at] = int32(i)
		*at++
	}
	p.clauseFrom, p.byClause, p.inClause = from[:n+1], by, in
}

// add takes in the next mark that begins in the clause, which ends at end.
func (k *clauseKind) add(m *mark, end int32) {
	if m.end > end {
		k.beyond = true
		return
	}
	k.soonest, k.latest = min(k.soonest, m.end), m.start
	if k.beyond {
		return
	}
	if k.last = m.start; k.first == math.MaxInt32 {
		k.first = m.end
	}
}
