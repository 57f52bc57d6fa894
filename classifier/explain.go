package classifier

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"oshirase/breach"
)

// Explanation shows the work behind a finding.
type Explanation struct {
	Finding breach.Finding `json:"finding"`
	// Hits are the places where rules spoke, Held those where a rule would have
	// spoken but for a word of its own unless, or where the sign of a vector does
	// not count because its clause denies, imagines, speaks in general, or looks
	// back; title first, in the order of the text.
	Hits []RuleMark `json:"hits"`
	Held []RuleMark `json:"held_back"`
	// Learned takes the answers of the learned model apart: of the incident, then
	// of each case. Empty where the rules alone judge.
	Learned []LearnedAnswer `json:"learned"`
}

// LearnedAnswer is one answer of the model and what it is the sum of.
type LearnedAnswer struct {
	Case   int    `json:"case"` // -1: the whole notice
	Output string `json:"output"`
	// Score is in logits: above 0 speaks for the output; of the outputs of one
	// field the highest is chosen.
	Score float64 `json:"score"`
	// Signals are those that weigh most, the heaviest first.
	Signals []LearnedSignal `json:"signals"`
}

// LearnedSignal is one signal that the text shows and its weight in logits.
type LearnedSignal struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight"`
}

// maxSignalsShown bounds the signals of one answer.
const maxSignalsShown = 8

// traceCase remembers, while explaining, the answers of a case that the model
// gives: of the vectors those that it sees, and those that the rules see.
func (f *facts) traceCase(b *bag) {
	r := f.r
	if !r.explaining {
		return
	}
	vectors, leaks, stages := breach.Vectors(), breach.LeakStatuses(), breach.Stages()
	r.trace(b, outputPrimary+string(vectors[primaryOutputs.best(r.scores, len(vectors))]))
	for i, v := range vectors {
		if r.scores[vectorOutputs.of(i)] > 0 || f.signs[v] != nil && v != breach.UnknownVector {
			r.trace(b, outputVector+string(v))
		}
	}
	r.trace(b, outputLeak+string(leaks[leakOutputs.best(r.scores, len(leaks))]))
	r.trace(b, outputStage+string(stages[stageOutputs.best(r.scores, len(stages))]))
	for _, output := range []string{OutputDisrupted, OutputCore, OutputNoHarm} {
		r.trace(b, output)
	}
}

// trace remembers what the score of output is made of.
func (r *reading) trace(b *bag, output string) {
	sc := r.c.scorer
	o := sc.output[output]
	a := LearnedAnswer{Case: r.caseAt, Output: output, Score: float64(sc.one(b, o)) / 1000}
	by := sc.damping(b, o) / 1000
	for _, id := range b.ids {
		if w := sc.column[o][id]; w != 0 {
			a.Signals = append(a.Signals, LearnedSignal{r.c.signals.names[id], float64(w) * by})
		}
	}
	slices.SortFunc(a.Signals, heaviestFirst)
	a.Signals = a.Signals[:min(len(a.Signals), maxSignalsShown)]
	r.answers = append(r.answers, a)
}

func heaviestFirst(x, y LearnedSignal) int {
	return cmp.Or(cmp.Compare(max(y.Weight, -y.Weight), max(x.Weight, -x.Weight)), strings.Compare(x.Name, y.Name))
}

// RuleMark is a place where a rule spoke or was held back.
type RuleMark struct {
	Rule  string       `json:"rule"`
	For   string       `json:"for"` // topic/value
	Quote breach.Quote `json:"quote"`
	// By is the word that held the rule back, and Within where the rule looked
	// for it (clause, before:12 ...) or which grammar it is (grammar/negated);
	// nil and empty where the rule spoke. A sentence that is printed twice is held
	// back the second time, by no word.
	By     *breach.Quote `json:"by,omitempty"`
	Within string        `json:"within,omitempty"`
}

// Explain classifies as [Classifier.Classify] does, and tells which rules spoke
// and which were held back by what.
func (c *Classifier) Explain(n *breach.Notice) Explanation {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	e := Explanation{Finding: r.finding(n, true), Hits: []RuleMark{}, Held: []RuleMark{}}
	e.Learned = append([]LearnedAnswer{}, r.answers...)
	for _, p := range []*page{&r.title, &r.text} {
		if len(p.text) == 0 {
			continue
		}
		var hits, held []RuleMark
		for _, marks := range p.marks {
			for _, m := range marks {
				if rm, back := r.silenced(p, m); back {
					held = append(held, rm)
					continue
				}
				hits = append(hits, c.ruleMark(p, m))
			}
		}
		for _, h := range p.held {
			rm := c.ruleMark(p, h.mark)
			by := p.quote(h.by)
			rm.By, rm.Within = &by, h.within.String()
			held = append(held, rm)
		}
		slices.SortStableFunc(hits, byPlace)
		slices.SortStableFunc(held, byPlace)
		e.Hits, e.Held = append(e.Hits, hits...), append(e.Held, held...)
	}
	return e
}

// silenced reports whether the mark is the sign of a vector that weighs nothing
// where it stands, and by what.
func (r *reading) silenced(p *page, m mark) (RuleMark, bool) {
	c, k := r.c, &r.c.k
	topic, value, _ := strings.Cut(c.m.rules[m.rule].For, "/")
	if topic != "vector" || r.weigh(p, m, breach.Vector(value), false) > 0 {
		return RuleMark{}, false
	}
	rm := c.ruleMark(p, m)
	s, clause := p.sentences[m.sent], p.clauses[m.clause]
	for _, cause := range []struct {
		kind  int
		where span
	}{
		{k.hypothetical, clause}, {k.generic, span{s.start, m.end}}, {k.negated, span{m.end, clause.end}}, {k.background, span{s.start, m.end}},
	} {
		if by, ok := p.first(cause.kind, cause.where); ok {
			q := p.quote(by.span)
			rm.By, rm.Within = &q, c.m.names[cause.kind]
			return rm, true
		}
	}
	rm.Within = "a sentence that stands twice"
	return rm, true
}

func (c *Classifier) ruleMark(p *page, m mark) RuleMark {
	rule := c.m.rules[m.rule]
	return RuleMark{Rule: rule.ID, For: rule.For, Quote: p.quote(m.span)}
}

func byPlace(a, b RuleMark) int {
	return cmp.Or(cmp.Compare(a.Quote.Start, b.Quote.Start), cmp.Compare(a.Rule, b.Rule))
}

// String writes the scope as a rule file does.
func (s scope) String() string {
	if s.n == 0 {
		return scopeNames[s.kind]
	}
	return fmt.Sprintf("%s:%d", scopeNames[s.kind], s.n/3)
}
