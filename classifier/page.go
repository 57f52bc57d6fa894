package classifier

import (
	"cmp"
	"math/bits"
	"slices"
)

// mark is a place where a rule spoke.
type mark struct {
	span
	rule   int32
	sent   int32
	clause int32
}

// heldMark is a mark that the rule's own unless took back, for explaining.
type heldMark struct {
	mark
	by     span
	within scope
}

// page is one field of a notice (its title or its text) as the rules see it.
type page struct {
	folded
	outline
	in     string
	hits   [][]span // by term set
	marks  [][]mark // by kind, in the order of the text
	found  []int32  // the term sets that have hits
	spoken []int32  // the kinds that have marks
	events []int    // those of them that tell of an incident
	data   []int    // those of them that are of data
	asked  ruleSet  // the rules whose terms have hits
	places []place  // where terms end, at last idle ones alone
	needed idSet    // the idle term sets that the rules asked have as conditions
	held   []heldMark
	heads  []uint8      // by sentence: what it says of a list below it
	said   []conceptSet // by sentence
	words  wordsSaid
	// The kinds that spoke in clause i stand in inClause at each of
	// byClause[clauseFrom[i]:clauseFrom[i+1]], once somebody asked.
	inClause             []clauseKind
	byClause, clauseFrom []int32
}

// run folds, outlines and scans orig.
func (m *machine) run(p *page, in, orig string, explain bool) {
	p.in = in
	p.fold(orig)
	p.read(p.text)
	m.clear(p)
	if len(p.text) == 0 {
		return
	}
	p.places = m.auto.places(p.text, p.places[:0])
	m.meetTerms(p)
	for _, set := range p.found {
		for i, rules := range m.rulesOf[set] {
			p.asked[i] |= rules
		}
	}
	m.meetConditions(p)
	for i, word := range p.asked {
		for ; word != 0; word &= word - 1 {
			m.apply(p, int32(i<<6+bits.TrailingZeros64(word)), explain)
		}
	}
	for _, kind := range p.spoken {
		if k := p.marks[kind]; !slices.IsSortedFunc(k, byStart) { // those of one rule are
			slices.SortStableFunc(k, byStart)
		}
	}
}

// sortSpoken lists the kinds that spoke of an incident and of data: all of them are
// asked for at many places.
func (p *page) sortSpoken(k *kinds) {
	silent := func(kind int) bool { return len(p.marks[kind]) == 0 }
	p.events = slices.DeleteFunc(append(p.events[:0], k.eventKinds...), silent)
	p.data = slices.DeleteFunc(append(p.data[:0], k.data...), silent)
}

func byStart(a, b mark) int { return cmp.Compare(a.start, b.start) }

// clear forgets what p held before, and keeps its memory.
func (m *machine) clear(p *page) {
	if len(p.hits) != m.sets || len(p.marks) != len(m.names) {
		p.hits, p.marks, p.asked = make([][]span, m.sets), make([][]mark, len(m.names)), make(ruleSet, (len(m.rules)+63)/64)
		p.found, p.spoken, p.needed = nil, nil, idSet(nil).sized(m.sets)
	}
	for _, set := range p.found {
		p.hits[set] = p.hits[set][:0]
	}
	for _, kind := range p.spoken {
		p.marks[kind] = p.marks[kind][:0]
	}
	clear(p.asked)
	clear(p.needed)
	p.found, p.spoken, p.held, p.heads = p.found[:0], p.spoken[:0], p.held[:0], p.heads[:0]
	p.clauseFrom = p.clauseFrom[:0]
	p.words.clear(len(m.vocabulary))
	p.said = slices.Grow(p.said[:0], len(p.sentences))[:len(p.sentences)]
	clear(p.said)
}

// roomy makes room in a full list for as much again: append adds only a quarter
// to a long one, and a long text would copy its lists many times over.
func roomy[T any](s []T) []T {
	if len(s) < cap(s) || len(s) < manyHits {
		return s
	}
	return slices.Grow(s, len(s))
}

// manyHits is from how many hits on room for their marks is made at once.
const manyHits = 256

func (m *machine) apply(p *page, rule int32, explain bool) {
	c := &m.rules[rule]
	if c.in != "" && c.in != p.in {
		return
	}
	marks := p.marks[c.kind]
	before := len(marks)
	if n := len(p.hits[c.terms]); n > manyHits {
		marks = slices.Grow(marks, n)
	}
	si := 0
hits:
	for _, h := range p.hits[c.terms] {
		for si < len(p.sentences)-1 && p.sentences[si].end <= h.start {
			si++
		}
		k := mark{span: h, rule: rule, sent: int32(si), clause: int32(p.clauseAt(si, h.start))}
		for _, cond := range c.near {
			if !p.holds(cond, &k) {
				continue hits
			}
		}
		for _, cond := range c.unless {
			if p.holds(cond, &k) {
				if explain {
					by, _ := firstOutside(p.hits[cond.set], p.scopeOf(cond.scope, &k), k.span)
					p.held = append(p.held, heldMark{k, by, cond.scope})
				}
				if c.held >= 0 {
					if len(p.marks[c.held]) == 0 {
						p.spoken = append(p.spoken, int32(c.held))
					}
					p.marks[c.held] = append(p.marks[c.held], k)
				}
				continue hits
			}
		}
		marks = append(marks, k)
	}
	if before == 0 && len(marks) > 0 {
		p.spoken = append(p.spoken, int32(c.kind))
	}
	p.marks[c.kind] = marks
}
