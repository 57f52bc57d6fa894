package classifier

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// machine is a ruleset as it runs, with the words of a model if there is one: all
// that is looked for is found in one pass.
type machine struct {
	auto *automaton // of the stems
	// stems are what is looked for, and terms what each is: one stem may stand
	// several times.
	stems []string
	terms []term
	// ends are the terms in the order of the automaton's runs, so that those that end
	// at one place of a text lie together, by class; each run is ended by endOfRun.
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

// ruleSet is a set of rules, a bit each.
type ruleSet []uint64

type compiled struct {
	*Rule
	in     string // as the rule's, at hand
	kind   int
	held   int // the kind that it hints at where its unless holds it back; -1: none
	terms  int
	near   []condition
	unless []condition
}

type condition struct {
	scope
	set int32
}

// compile makes all of a machine but what finds the terms, which withWords adds.
func compile(rs *ruleset) (*machine, error) {
	m := &machine{kinds: map[string]int{}, ofTopic: map[string][]int{}}
	setIDs := map[string]int{}
	type pattern struct {
		stem  string
		bound wordBound
	}
	patterns := map[pattern]bool{}
	find := func(w string, class termClass, id int) {
		stem, open := strings.CutSuffix(w, "*")
		bound := wordBound{left: asciiWord(stem[0]), right: !open && asciiWord(stem[len(stem)-1])}
		patterns[pattern{stem, bound}] = true
		m.stems, m.terms = append(m.stems, stem), append(m.terms, newTerm(class, id, len(stem), bound))
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
			find(w, termOfRule, id)
		}
		if max(len(patterns), m.sets) > maxTerms {
			return 0, fmt.Errorf("rules expand to more than %d terms: drop some", maxTerms)
		}
		return id, nil
	}
	var faults []error
	for i := range rs.rules {
		r := &rs.rules[i]
		c := compiled{Rule: r, in: r.In, kind: m.kind(r.For), held: -1}
		if d, ok := strings.CutPrefix(r.For, dataTopic); ok {
			c.held = m.kind(hintTopic + d)
		}
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
					c.near = append(c.near, condition{sc, int32(id)})
				} else {
					c.unless = append(c.unless, condition{sc, int32(id)})
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
			find(w, termOfConcept, i)
		}
		if c.Quiet {
			m.quiet.add(i)
		}
		m.concepts, m.conceptWords = append(m.concepts, c.ID), append(m.conceptWords, words)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	m.rulesOf = make([]ruleSet, m.sets)
	for i := range m.rules {
		set := m.rules[i].terms
		if m.rulesOf[set] == nil {
			m.rulesOf[set] = make(ruleSet, (len(m.rules)+63)/64)
		}
		m.rulesOf[set][i>>6] |= 1 << (i & 63)
	}
	for i, t := range m.terms {
		if t.class() == termOfRule && m.rulesOf[t.id()] == nil {
			m.terms[i] = t.withClass(termIdle)
		}
	}
	return m, nil
}

// makeAutomaton makes what finds the terms.
func (m *machine) makeAutomaton() {
	m.auto = newAutomaton(m.stems)
	m.ends = make([]term, len(m.auto.outs))
	begin := 0
	for i, at := range m.auto.outs {
		if at >= 0 {
			m.ends[i] = m.terms[at]
			continue
		}
		m.ends[i] = endOfRun
		slices.SortStableFunc(m.ends[begin:i], func(a, b term) int { return cmp.Compare(a.class(), b.class()) })
		begin = i + 1
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
