package classifier

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// machine is a ruleset made ready to run, with the words of a model if there is
// one: all that is looked for is found in one pass.
type machine struct {
	auto *automaton // of the stems
	// stems are what is looked for, and terms what each is: one stem may stand
	// several times.
	stems []string
	terms []term
	// ends are the terms in the order of the automaton's runs, so that those that end
	// at one place of a text lie together; a run is ended by a term of no id.
	ends       []term
	vocabulary []string // the words of the model
	rules      []compiled
	// kinds numbers what rules speak for (topic/value); ofTopic lists a topic's
	// kinds in the order of the rules.
	kinds   map[string]int
	names   []string
	ofTopic map[string][]int
	sets    int
	words   [][]string // sorted, by term set
	rulesOf []ruleSet  // by term set: whose terms it is
	// concepts names them.
	concepts     []string
	conceptWords [][]string
	quiet        conceptSet
}

// term is a stem as a term set, a concept or the vocabulary has it.
type term struct {
	id     int32 // a term set, then the concepts, then the words of the vocabulary
	length int16 // in bytes
	bound  wordBound
}

// wordBound tells where a term must not touch a further ASCII letter.
type wordBound struct{ left, right bool }

// stands reports whether a term with that bound may stand from start to end of t.
func (b wordBound) stands(t []byte, start, end int) bool {
	return !(b.left && start > 0 && asciiWord(t[start-1]) || b.right && asciiWordAt(t, end))
}

// ruleSet is a set of rules, a bit each.
type ruleSet []uint64

type compiled struct {
	*Rule
	kind   int
	terms  int
	near   []condition
	unless []condition
}

type condition struct {
	scope
	set int
}

func compile(rs *ruleset) (*machine, error) {
	m := &machine{kinds: map[string]int{}, ofTopic: map[string][]int{}}
	setIDs := map[string]int{}
	type pattern struct {
		stem  string
		bound wordBound
	}
	patterns := map[pattern]bool{}
	find := func(w string, id int) {
		stem, open := strings.CutSuffix(w, "*")
		bound := wordBound{left: asciiWord(stem[0]), right: !open && asciiWord(stem[len(stem)-1])}
		patterns[pattern{stem, bound}] = true
		m.stems, m.terms = append(m.stems, stem), append(m.terms, term{int32(id), int16(len(stem)), bound})
	}
	set := func(r *Rule, terms []string) (int, error) {
		words, err := rs.words(terms, 0)
		if err != nil {
			return 0, Fault{r.file, r.line, r.ID, err.Error()}
		}
		slices.Sort(words)
		words = slices.Compact(words)
		key := strings.Join(words, "\x00")
		if id, ok := setIDs[key]; ok {
			return id, nil
		}
		id := m.sets
		m.sets++
		m.words = append(m.words, words)
		setIDs[key] = id
		for _, w := range words {
			find(w, id)
		}
		if len(patterns) > maxTerms {
			return 0, fmt.Errorf("rules expand to more than %d terms: drop some", maxTerms)
		}
		return id, nil
	}
	var faults []error
	for i := range rs.rules {
		r := &rs.rules[i]
		c := compiled{Rule: r, kind: m.kind(r.For)}
		var err error
		if c.terms, err = set(r, r.Terms); err != nil {
			faults = append(faults, err)
		}
		for k, list := range [][]Context{r.Near, r.Unless} {
			for _, ctx := range list {
				sc, err := parseScope(ctx.Within)
				if err != nil {
					faults = append(faults, Fault{r.file, r.line, r.ID, err.Error()})
					continue
				}
				id, err := set(r, ctx.Any)
				if err != nil {
					faults = append(faults, err)
					continue
				}
				if k == 0 {
					c.near = append(c.near, condition{sc, id})
				} else {
					c.unless = append(c.unless, condition{sc, id})
				}
			}
		}
		m.rules = append(m.rules, c)
	}
	for i, c := range rs.concepts {
		words, err := rs.words(c.Terms, 0)
		if err != nil {
			faults = append(faults, Fault{c.file, c.line, c.ID, err.Error()})
		}
		for _, w := range words {
			find(w, m.sets+i)
		}
		if c.Quiet {
			m.quiet.add(i)
		}
		m.concepts, m.conceptWords = append(m.concepts, c.ID), append(m.conceptWords, words)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	m.makeAutomaton()
	m.rulesOf = make([]ruleSet, m.sets)
	for i := range m.rules {
		set := m.rules[i].terms
		if m.rulesOf[set] == nil {
			m.rulesOf[set] = make(ruleSet, (len(m.rules)+63)/64)
		}
		m.rulesOf[set][i>>6] |= 1 << (i & 63)
	}
	return m, nil
}

// makeAutomaton makes what finds the terms.
func (m *machine) makeAutomaton() {
	m.auto = newAutomaton(m.stems)
	m.ends = make([]term, len(m.auto.outs))
	for i, at := range m.auto.outs {
		m.ends[i] = term{id: -1}
		if at >= 0 {
			m.ends[i] = m.terms[at]
		}
	}
}

func asciiWord(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }

// kind returns the number of topic/value, giving a new one where there is none.
func (m *machine) kind(name string) int {
	if id, ok := m.kinds[name]; ok {
		return id
	}
	id := len(m.names)
	m.kinds[name] = id
	m.names = append(m.names, name)
	topic, _, _ := strings.Cut(name, "/")
	m.ofTopic[topic] = append(m.ofTopic[topic], id)
	return id
}

func (m *machine) value(kind int) string {
	_, v, _ := strings.Cut(m.names[kind], "/")
	return v
}

// words writes out terms: lists, alternatives, and the folded spelling.
func (rs *ruleset) words(terms []string, depth int) ([]string, error) {
	var out []string
	for _, t := range terms {
		if name, ok := strings.CutPrefix(t, "@"); ok {
			list, ok := rs.lists[name]
			if !ok {
				return nil, fmt.Errorf("there is no list %q", name)
			}
			if depth > 4 {
				return nil, fmt.Errorf("lists nest too deep at %q", name)
			}
			sub, err := rs.words(list, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, sub...)
			continue
		}
		all, err := expand(t)
		if err != nil {
			return nil, err
		}
		for _, w := range all {
			w = foldTerm(w)
			if len(strings.TrimSuffix(w, "*")) == 0 {
				return nil, fmt.Errorf("term %q is empty", t)
			}
			if len(w) > maxTermBytes {
				return nil, fmt.Errorf("term %q is longer than %d bytes", t, maxTermBytes)
			}
			out = append(out, w)
		}
	}
	return out, nil
}

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
	asked  ruleSet  // the rules whose terms have hits
	held   []heldMark
	heads  []uint8      // by sentence: what it says of a list below it
	said   []conceptSet // by sentence
	words  wordsSaid
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
	si, last := 0, len(p.sentences)-1
	m.auto.runs(p.text, func(run int32, end int) {
		for si < last && p.sentences[si].end < int32(end) {
			si++
			p.words.next()
		}
		for _, t := range m.ends[run:] {
			if t.id < 0 {
				break
			}
			start := end - int(t.length)
			if t.bound != (wordBound{}) && !t.bound.stands(p.text, start, end) {
				continue
			}
			switch id := int(t.id); {
			case id < m.sets:
				p.hit(t.id, span{int32(start), int32(end)})
			case id < m.sets+len(m.concepts):
				p.said[si].add(id - m.sets)
			default:
				p.words.add(t.id - int32(m.sets+len(m.concepts)))
			}
		}
	})
	for range p.sentences[si:] {
		p.words.next()
	}
	for _, set := range p.found {
		for i, rules := range m.rulesOf[set] {
			p.asked[i] |= rules
		}
	}
	for i, word := range p.asked {
		for ; word != 0; word &= word - 1 {
			m.apply(p, int32(i<<6+bits.TrailingZeros64(word)), explain)
		}
	}
	for _, kind := range p.spoken {
		if k := p.marks[kind]; len(k) > 1 {
			slices.SortStableFunc(k, func(a, b mark) int { return cmp.Compare(a.start, b.start) })
		}
	}
}

// hit notes a place where a word of a term set stands.
func (p *page) hit(set int32, s span) {
	h := p.hits[set]
	if len(h) == 0 {
		p.found = append(p.found, set)
	}
	for len(h) > 0 && h[len(h)-1].start >= s.start {
		h = h[:len(h)-1] // the longer word holds the shorter
	}
	if len(h) == 0 || h[len(h)-1].end < s.end {
		h = append(roomy(h), s)
	}
	p.hits[set] = h
}

// clear forgets what p held before, and keeps its memory.
func (m *machine) clear(p *page) {
	if len(p.hits) != m.sets || len(p.marks) != len(m.names) {
		p.hits, p.marks, p.asked = make([][]span, m.sets), make([][]mark, len(m.names)), make(ruleSet, (len(m.rules)+63)/64)
		p.found, p.spoken = nil, nil
	}
	for _, set := range p.found {
		p.hits[set] = p.hits[set][:0]
	}
	for _, kind := range p.spoken {
		p.marks[kind] = p.marks[kind][:0]
	}
	clear(p.asked)
	p.found, p.spoken, p.held, p.heads = p.found[:0], p.spoken[:0], p.held[:0], p.heads[:0]
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
	if c.In != "" && c.In != p.in {
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
			if !p.holds(cond, k) {
				continue hits
			}
		}
		for _, cond := range c.unless {
			if p.holds(cond, k) {
				if explain {
					by, _ := firstOutside(p.hits[cond.set], p.scopeOf(cond.scope, k), k.span)
					p.held = append(p.held, heldMark{k, by, cond.scope})
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
