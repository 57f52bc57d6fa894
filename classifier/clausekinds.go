package classifier

import (
	"math"
	"slices"
)

// clauseKind is where the marks of one kind stand in one clause: many mentions and
// figures ask what stands before and behind them, of every kind.
type clauseKind struct {
	kind int32
	// first is where the first mark ends, and last where the last begins before one
	// that runs beyond the clause.
	first, last int32
	// soonest is the least end, and latest the greatest begin, of marks that end in
	// the clause.
	soonest, latest int32
}

// kindsIn lists the kinds that spoke in a clause. They are sorted out for the whole
// page when somebody asks first.
func (p *page) kindsIn(clause int32) []clauseKind {
	if len(p.clauseFrom) == 0 {
		p.sortKinds()
	}
	return p.inClause[p.clauseFrom[clause]:p.clauseFrom[clause+1]]
}

func (p *page) sortKinds() {
	n := len(p.clauses)
	from := slices.Grow(p.clauseFrom[:0], n+2)[:n+2]
	clear(from)
	for _, kind := range p.spoken {
		last := int32(-1)
		for _, m := range p.marks[kind] {
			if m.clause != last {
				last = m.clause
				from[last+2]++
			}
		}
	}
	for i := 2; i < len(from); i++ {
		from[i] += from[i-1]
	}
	total := int(from[n+1])
	in := slices.Grow(p.inClause[:0], total)[:total]
	for _, kind := range p.spoken { // from[clause+1] is where its next kind goes
		for list := p.marks[kind]; len(list) > 0; {
			clause := list[0].clause
			same := 1
			for same < len(list) && list[same].clause == clause {
				same++
			}
			in[from[clause+1]] = kindOf(kind, list[:same], p.clauses[clause].end)
			from[clause+1]++
			list = list[same:]
		}
	}
	p.clauseFrom, p.inClause = from[:n+1], in
}

// kindOf sums up marks of a kind that begin in a clause, which ends at end.
func kindOf(kind int32, marks []mark, end int32) clauseKind {
	k := clauseKind{kind: kind, first: math.MaxInt32, last: -1, soonest: math.MaxInt32, latest: -1}
	beyond := false
	for i := range marks {
		m := &marks[i]
		if m.end > end {
			beyond = true
			continue
		}
		k.soonest, k.latest = min(k.soonest, m.end), m.start
		if beyond {
			continue
		}
		if k.last = m.start; k.first == math.MaxInt32 {
			k.first = m.end
		}
	}
	return k
}
