package classifier

import (
	"cmp"
	"fmt"
	"slices"

	"oshirase/breach"
)

// Explanation shows the work behind a finding.
type Explanation struct {
	Finding breach.Finding `json:"finding"`
	// Hits are the places where rules spoke, Held those where a rule would have
	// spoken but for a word of its own unless; title first, in the order of the
	// text.
	Hits []RuleMark `json:"hits"`
	Held []RuleMark `json:"held_back"`
}

// RuleMark is a place where a rule spoke or was held back.
type RuleMark struct {
	Rule  string       `json:"rule"`
	For   string       `json:"for"` // topic/value
	Quote breach.Quote `json:"quote"`
	// By is the word that held the rule back, and Within where the rule looked
	// for it (clause, before:12 ...); nil and empty where the rule spoke.
	By     *breach.Quote `json:"by,omitempty"`
	Within string        `json:"within,omitempty"`
}

// Explain classifies as [Classifier.Classify] does, and tells which rules spoke
// and which were held back by what.
func (c *Classifier) Explain(n *breach.Notice) Explanation {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	e := Explanation{Finding: r.finding(n, true), Hits: []RuleMark{}, Held: []RuleMark{}}
	for _, p := range []*page{&r.title, &r.text} {
		if len(p.text) == 0 {
			continue
		}
		var hits, held []RuleMark
		for _, marks := range p.marks {
			for _, m := range marks {
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
		return s.kind
	}
	return fmt.Sprintf("%s:%d", s.kind, s.n/3)
}
