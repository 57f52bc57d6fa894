package classifier

import "oshirase/breach"

// verdict says whether a notice tells of a concrete incident.
type verdict struct {
	breach bool
	score  int
	why    []breach.RuleHit
}

// Weights of the signs; a text is an incident from threshold on. They were set
// by hand on the development corpus, a step of one changes few verdicts.
const (
	threshold     = 6
	weightStrong  = 3
	weightWeak    = 1
	weightOrg     = 2
	weightTold    = 2
	weightTitle   = 3
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
	product := count(t, k.againstTitle, weightStrongA, 1, "against")
	if len(b.text) == 0 {
		v.breach = event > 0 && strongAgainst == 0 && product == 0 || weak > 0 && strongAgainst+product == 0
		return v
	}
	strong := count(b, k.incidentStrong, weightStrong, 3, "for")
	weakHits := count(b, k.incidentWeak, weightWeak, 3, "for")
	org := count(b, k.incidentOrg, weightOrg, 2, "for")
	told := count(b, k.incidentTold, weightTold, 2, "for")
	count(b, k.againstText, weightAgainst, 4, "against")
	count(b, k.againstTextStrong, weightStrongA, 3, "against")
	count(b, k.againstOutage, weightOutage, 1, "against")
	_ = told
	v.breach = v.score >= threshold && (strong > 0 || event > 0 || weakHits > 0) && (org > 0 || strong+event > 0)
	return v
}
