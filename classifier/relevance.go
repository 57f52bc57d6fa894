package classifier

import (
	"sort"

	"oshirase/breach"
)

// verdict says whether a notice tells of a concrete incident.
type verdict struct {
	breach bool
	score  int
	why    []breach.RuleHit
}

// Weights of the signs; a text is an incident from threshold on. They were set
// by hand on the development corpus, a step of one changes few verdicts.
const (
	threshold     = 5
	weightStrong  = 3
	weightWeak    = 1
	weightOrg     = 2
	weightTold    = 2
	weightTitle   = 3
	weightFact    = 2
	weightAgainst = -2
	weightStrongA = -4
	weightOutage  = -4
)

// maxWhy bounds the reasons listed.
const maxWhy = 12

// relevance weighs the signs of title and text.
func (r *reading) relevance() verdict {
	k := &r.c.k
	var v verdict
	count := func(p *page, kind, weight, most int, effect string) int {
		n := min(len(p.marks[kind]), most)
		for _, m := range p.marks[kind][:n] {
			if len(v.why) < maxWhy {
				v.why = append(v.why, r.hit(p, m, effect))
			}
		}
		v.score += n * weight
		return n
	}
	t, b := &r.title, &r.text
	event := count(t, k.incidentTitle, weightTitle, 1, "for")
	weak := count(t, k.incidentTitleWeak, 0, 1, "for")
	strongAgainst := count(t, k.againstTitleStrong, weightStrongA, 1, "against")
	weightProduct := weightStrongA
	if len(b.text) > 0 {
		weightProduct = weightAgainst
	}
	product := count(t, k.againstTitle, weightProduct, 1, "against")
	if len(b.text) == 0 {
		v.breach = event > 0 && strongAgainst == 0 && product == 0 || weak > 0 && strongAgainst+product == 0
		return v
	}
	strong := count(b, k.incidentStrong, weightStrong, 2, "for")
	weakHits := count(b, k.incidentWeak, weightWeak, 2, "for")
	org := count(b, k.incidentOrg, weightOrg, 1, "for")
	told := count(b, k.incidentTold, weightTold, 2, "for")
	facts, attacked := r.factual()
	v.score += facts
	v.against(r, k.againstText, weightAgainst, 4)
	v.against(r, k.againstTextStrong, weightStrongA, 3)
	if !attacked {
		count(b, k.againstOutage, weightOutage, 1, "against")
	}
	v.breach = v.score >= threshold && (strong+event+weakHits > 0 || facts >= 2*weightFact) && (org+told+event > 0 || strong+facts >= 3)
	return v
}

// against takes off for sentences that speak of something else; a sentence
// that tells of an attack or a slip itself does not count, whatever words of
// courses and surveys it has.
func (v *verdict) against(r *reading, kind, weight, most int) {
	p := &r.text
	for _, m := range p.marks[kind] {
		if most == 0 {
			return
		}
		if r.tells(p.sentences[m.sent].span) {
			continue
		}
		most--
		v.score += weight
		if len(v.why) < maxWhy {
			v.why = append(v.why, r.hit(p, m, "against"))
		}
	}
}

// tells reports whether where holds a vector told as past.
func (r *reading) tells(where span) bool {
	k, p := &r.c.k, &r.text
	if !p.has(k.past, where) || p.has(k.hypothetical, where) || p.has(k.generic, where) {
		return false
	}
	for _, vec := range primacy {
		if p.has(k.vector[vec], where) {
			return true
		}
	}
	return false
}

// factual weighs how much of the text is the stuff of a notice: an attack or a
// slip told in the past, data told to have leaked or not, a day, a number.
func (r *reading) factual() (int, bool) {
	k, p := &r.c.k, &r.text
	score, dated := 0, false
	told := func(m mark) bool {
		s := p.sentences[m.sent].span
		return p.has(k.past, s) && !p.has(k.hypothetical, s) && !p.has(k.generic, s)
	}
	vectors := 0
	for _, vec := range primacy {
		if vec == "third_party" {
			continue
		}
		for _, m := range p.marks[k.vector[vec]] {
			if told(m) {
				vectors++
				dated = dated || r.dayIn(p.sentences[m.sent].span)
				break
			}
		}
	}
	score += min(vectors, 2) * weightFact
	leak := false
	for _, kind := range []int{k.leakNoun, k.leakAct, k.leakViewed, k.leakDelivered} {
		for _, m := range p.marks[kind] {
			if say := r.judgeLeak(p, m, kind); say >= sayDenied && told(m) {
				leak = true
				dated = dated || r.dayIn(p.sentences[m.sent].span)
				break
			}
		}
	}
	if leak {
		score += weightFact
	}
	if dated {
		score += weightFact
	}
	for _, a := range k.authority {
		if len(p.marks[a]) > 0 {
			score++
			break
		}
	}
	return score, vectors > 0
}

// dayIn reports whether a day is told in where.
func (r *reading) dayIn(where span) bool {
	i := sort.Search(len(r.whenSeen), func(i int) bool { return r.whenSeen[i].start >= where.start })
	for ; i < len(r.whenSeen) && r.whenSeen[i].end <= where.end; i++ {
		if r.whenSeen[i].day > 0 {
			return true
		}
	}
	return false
}
