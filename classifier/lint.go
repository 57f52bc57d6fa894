package classifier

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Lint reports rules that compile and yet are wrong: one without an example,
// whose example does not make it speak or whose counter-example does, one that
// can never speak, and one that never adds to another. The faults are in the
// order of files and lines; none is an empty slice.
func (c *Classifier) Lint() []Fault {
	var faults []Fault
	for i := range c.m.rules {
		r := &c.m.rules[i]
		say := func(format string, args ...any) {
			faults = append(faults, Fault{r.file, r.line, r.ID, fmt.Sprintf(format, args...)})
		}
		if len(r.Examples) == 0 {
			say("no example: give at least one sentence under examples that makes it speak")
		}
		for _, s := range r.Examples {
			if !c.speaks(int32(i), s) {
				say("the example %q does not make it speak", s)
			}
		}
		for _, s := range r.Counter {
			if c.speaks(int32(i), s) {
				say("it speaks on the counter-example %q", s)
			}
		}
		if why := c.m.unreachable(r); why != "" {
			say("unreachable: %s", why)
		}
		for k := range c.m.rules {
			if o := &c.m.rules[k]; k != i && c.m.covers(o, r) && (k < i || !c.m.covers(r, o)) {
				say("shadowed by rule %s (%s:%d), which speaks for %s wherever this one would", o.ID, o.file, o.line, r.For)
				break
			}
		}
	}
	for i := range c.rules.concepts {
		k := &c.rules.concepts[i]
		for _, w := range c.m.conceptWords[i] {
			var p page
			if stem := strings.TrimSuffix(w, "*"); !p.holdsAsSpelled(stem) {
				faults = append(faults, Fault{k.file, k.line, k.ID, fmt.Sprintf("no text contains the term %q as it is spelled here", w)})
			}
		}
	}
	if c.scorer != nil {
		for _, name := range c.scorer.unasked {
			faults = append(faults, Fault{modelFile, 1, "", fmt.Sprintf("weights for the output %q, which nobody asks for: train the model again", name)})
		}
		for _, name := range c.scorer.unknown {
			if id, ok := strings.CutPrefix(name, dataByRule); ok && slices.Contains(c.rules.dropped, strings.TrimSuffix(id, dataHeld)) {
				continue // it is to speak no more, and its weight waits
			}
			faults = append(faults, Fault{modelFile, 1, "", fmt.Sprintf("weights for the signal %q, which the rules do not have: train the model again", name)})
		}
	}
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return faults
}

// speaks reports whether the rule hits in s, read as the field that the rule is
// limited to.
func (c *Classifier) speaks(rule int32, s string) bool {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	p := &r.text
	c.m.run(p, cmp.Or(c.m.rules[rule].In, "text"), s, false)
	return slices.ContainsFunc(p.marks[c.m.rules[rule].kind], func(m mark) bool { return m.rule == rule })
}

// holdsAsSpelled reports whether folding keeps stem as it is.
func (p *page) holdsAsSpelled(stem string) bool {
	p.fold(stem)
	return bytes.Contains(p.text, []byte(stem))
}

// unreachable tells why a rule can never speak, or nothing.
func (m *machine) unreachable(r *compiled) string {
	for _, w := range m.words[r.terms] {
		var p page
		if !p.holdsAsSpelled(strings.TrimSuffix(w, "*")) {
			return fmt.Sprintf("no text contains the term %q as it is spelled here", w)
		}
	}
	longest := 0
	for _, w := range m.words[r.terms] {
		longest = max(longest, len(w))
	}
	for _, n := range r.near {
		if n.n == 0 {
			continue
		}
		shortest := slices.MinFunc(m.words[n.set], func(a, b string) int { return len(a) - len(b) })
		if len(shortest) > int(n.n)+longest {
			return fmt.Sprintf("no word of its near fits into %s", n.scope)
		}
	}
	for _, n := range r.near {
		for _, u := range r.unless {
			if inside(n.scope, u.scope) && subset(m.words[n.set], m.words[u.set]) {
				return fmt.Sprintf("its unless (%s) holds whatever its near (%s) asks for", u.scope, n.scope)
			}
		}
	}
	return ""
}

// covers reports whether a speaks, for the same and no weaker, wherever b does.
func (m *machine) covers(a, b *compiled) bool {
	if a.kind != b.kind || a.In != "" && a.In != b.In || max(a.Weight, 1) < max(b.Weight, 1) || !subset(m.words[b.terms], m.words[a.terms]) {
		return false
	}
	for _, need := range a.near {
		if !slices.ContainsFunc(b.near, func(o condition) bool {
			return inside(o.scope, need.scope) && subset(m.words[o.set], m.words[need.set])
		}) {
			return false
		}
	}
	for _, bar := range a.unless {
		if !slices.ContainsFunc(b.unless, func(o condition) bool {
			return inside(bar.scope, o.scope) && subset(m.words[bar.set], m.words[o.set])
		}) {
			return false
		}
	}
	return true
}

// subset reports whether every word of sorted a is in sorted b.
func subset(a, b []string) bool {
	if len(a) > len(b) {
		return false
	}
	for _, w := range a {
		if _, ok := slices.BinarySearch(b, w); !ok {
			return false
		}
	}
	return true
}

// wider lists for each scope those that hold it whole.
var wider = map[scopeKind][]scopeKind{
	inClause:    {inSentence, inNext, inParagraph, inText},
	inSentence:  {inNext, inText},
	inRest:      {inSentence, inNext, inText},
	inHead:      {inSentence, inNext, inText},
	inNext:      {inText},
	inParagraph: {inText},
	inBefore:    {inHead, inWindow, inSentence, inNext, inText},
	inAfter:     {inRest, inWindow, inSentence, inNext, inText},
	inWindow:    {inSentence, inNext, inText},
}

// inside reports whether scope a always lies in scope b.
func inside(a, b scope) bool {
	if a.kind == b.kind {
		return a.n <= b.n
	}
	return slices.Contains(wider[a.kind], b.kind) && (b.n == 0 || a.n <= b.n)
}
