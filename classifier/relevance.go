package classifier

import (
	"bytes"

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
	threshold     = 3
	weightTold    = 2 // a sentence that tells of an incident; more by how particular it is
	weightTitle   = 3
	weightSays    = 1 // announced, apologised for
	weightAgainst = -2
	weightStrongA = -4
	weightOutage  = -4
)

// mostTold bounds the telling sentences that count.
const mostTold = 3

// maxWhy bounds the reasons listed.
const maxWhy = 12

// weighRules weighs the signs of title and text that rules found.
func (r *reading) weighRules() verdict {
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
	weightEcho := weightStrongA
	if len(b.text) > 0 {
		weightEcho = weightAgainst
	}
	strongAgainst := count(t, k.againstTitleStrong, weightEcho, 1, "against")
	weightProduct := weightStrongA
	if len(b.text) > 0 {
		weightProduct = weightAgainst
	}
	product := count(t, k.againstTitle, weightProduct, 1, "against")
	if len(b.text) == 0 {
		v.breach = event > 0 && strongAgainst == 0 && product == 0 || weak > 0 && strongAgainst+product == 0
		return v
	}
	says := count(b, k.incidentTold, weightSays, 2, "for")
	told, sure, attacked := r.told(&v)
	for _, a := range k.authority {
		if told > 0 && len(b.marks[a]) > 0 {
			v.score++
			break
		}
	}
	v.against(r, k.againstText, weightAgainst, 4)
	frames := 3
	if sure >= 2 {
		frames = 1 // an advertisement below a full account takes nothing from it
	}
	count(b, k.againstTextStrong, weightStrongA, frames, "against")
	count(t, k.againstTextStrong, weightStrongA, 1, "against")
	if !attacked {
		count(b, k.againstOutage, weightOutage, 1, "against")
	}
	v.breach = v.score >= threshold && (told > 0 || event > 0 && says > 0)
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

// tells reports whether where holds a vector or a leak of data told as past.
func (r *reading) tells(where span) bool {
	k, p := &r.c.k, &r.text
	for _, kind := range k.methods {
		if m, ok := p.first(kind, where); ok && r.asserts(p, m) {
			return true
		}
	}
	if !p.has(k.possible, where) && !p.has(k.found, where) {
		return false // a leak named in a question or a duty
	}
	for _, kind := range k.eventKinds[k.leakFrom:] {
		if m, ok := p.first(kind, where); ok && r.ofData(p, m) && r.asserts(p, m) {
			return true
		}
	}
	return false
}

// told counts the sentences that tell of an incident and adds to the score by
// how particular each is: its day, its numbers, who it befell. It returns how
// many tell, how many of them precisely, and whether an attack or a slip is
// among them.
func (r *reading) told(v *verdict) (n, precise int, attacked bool) {
	k, p := &r.c.k, &r.text
	last := int32(-1)
	sure := make([]int, len(p.sentences))
	for i, kind := range k.eventKinds {
		leak := i >= k.leakFrom
		for _, m := range p.marks[kind] {
			if sure[m.sent] != 0 && (leak || attacked) || int(m.sent) < len(r.repeated) && r.repeated[m.sent] {
				continue
			}
			if leak && !r.ofData(p, m) || p.inQuotation(m.start) || !r.asserts(p, m) {
				continue
			}
			attacked = attacked || !leak
			if sure[m.sent] == 0 {
				sure[m.sent] = 1 + int(m.rule)
				last = max(last, m.sent)
			}
		}
	}
	for i := range p.sentences[:last+1] {
		if sure[i] == 0 {
			continue
		}
		n++
		if n > mostTold {
			break
		}
		points := min(r.particular(i), 2)
		if points == 2 {
			precise++
		}
		if n > 1 && points == 0 {
			v.score += weightSays // vague sentences hardly add up
		} else {
			v.score += weightTold + points
		}
		if len(v.why) < maxWhy {
			v.why = append(v.why, breach.RuleHit{Rule: r.c.m.rules[sure[i]-1].ID, Effect: "for", Quote: p.quote(p.sentences[i].span)})
		}
	}
	return n, precise, attacked
}

// ofData reports whether a leak word speaks of information: water and money
// leak as well.
func (r *reading) ofData(p *page, m mark) bool {
	s := p.sentences[m.sent].span
	return p.hasAny(p.data, s) || p.has(r.c.k.information, s)
}

// particular tells how many of day, number, name and pointing word a sentence
// has: a concrete incident has some, a general statement none.
func (r *reading) particular(i int) int {
	p, k := &r.text, &r.c.k
	s := p.sentences[i].span
	points := 0
	near := span{p.sentences[max(0, i-2)].start, p.sentences[min(len(p.sentences)-1, i+1)].end}
	if r.dayIn(near) {
		points++
	}
	if numbered(p.folded.text[s.start:near.end]) {
		points++
	}
	if p.has(k.self, near) || p.has(k.pointing, s) {
		points++
	} else if name, particle := r.leadingName(p, s); name.end > name.start && particle != "、" && particle != "\n" {
		points++
	}
	return points
}

var countedBy = newLexicon("人", "名", "件", "世帯", "台", "通", "社", "枚", "万", "校", "個", " people", " records")

// numbered reports whether t has a figure with a unit.
func numbered(t []byte) bool {
	for i, b := range t {
		if b < '0' || b > '9' || i+1 < len(t) && t[i+1] >= '0' && t[i+1] <= '9' {
			continue
		}
		if countedBy.in(t[i+1 : min(len(t), i+10)]) {
			return true
		}
	}
	return false
}

// asks reports whether s is a question, as in a list of questions and answers.
func (p *page) asks(s span) bool {
	t := bytes.TrimRight(p.folded.text[s.start:s.end], " 」")
	return bytes.HasSuffix(t, []byte("か。")) || bytes.HasSuffix(t, []byte("か?")) || bytes.HasSuffix(t, []byte("でしょうか"))
}

// state reports whether t tells of a state in which others could see: 知っていれば
// 誰でも閲覧できる状態 is no supposition.
func state(t []byte) bool {
	return containsAny(string(t), "できる状態", "可能な状態", "れる状態", "える状態", "得る状態", "可能となって", "可能になって", "場合があった", "場合がありました", "場合がございました",
		"could see", "could be seen", "could view", "could be viewed", "could access", "could be accessed", "could not be found", "could not be located")
}

// asserts reports whether the event m is told as something that happened: its
// sentence has a predicate after it, and it is not imagined, meant in general,
// guarded against or denied.
func (r *reading) asserts(p *page, m mark) bool {
	k := &r.c.k
	s, clause := p.sentences[m.sent].span, p.clauses[m.clause]
	head := span{s.start, m.end}
	if p.asks(s) || p.has(k.imagined, head) || p.has(k.generic, head) || p.has(k.survey, s) || p.has(k.untrue, s) {
		return false
	}
	if p.has(k.hypothetical, clause) && !state(p.folded.text[m.start:s.end]) {
		return false
	}
	if hyp, ok := p.first(k.hypothetical, span{m.end, s.end}); ok {
		until := span{m.end, hyp.start}
		if !p.has(k.past, until) && !p.has(k.found, until) && !state(p.folded.text[m.start:s.end]) {
			return false // 漏えいが発生し、…おそれがあるときは
		}
	}
	after := span{m.end, clause.end}
	if p.has(k.prevented, span{m.start, clause.end}) {
		return false
	}
	if neg, ok := p.first(k.negated, after); ok && neg.start-m.end < 45 && !p.has(k.possible, span{m.end, neg.start}) {
		return false
	}
	rest := span{m.start, s.end}
	if p.has(k.hypothetical, head) {
		return p.has(k.past, rest) && (p.has(k.found, rest) || state(p.folded.text[m.start:s.end])) // 閲覧した場合に…事例が確認された
	}
	return p.has(k.past, rest) || p.has(k.possible, rest) || p.has(k.found, rest) || p.has(k.caused, s) || p.folded.text[m.start] < 0x80 && (p.has(k.past, s) || p.has(k.toldEN, s))
}

// dayIn reports whether a day is told in where.
func (r *reading) dayIn(where span) bool {
	lo := 0
	for n := len(r.whenSeen); n > 0; { // as in firstOutside
		half := int(uint(n+1) >> 1)
		lo += half & below(r.whenSeen[lo+half-1].start, where.start)
		n -= half
	}
	for i := lo; i < len(r.whenSeen) && r.whenSeen[i].end <= where.end; i++ {
		if r.whenSeen[i].day > 0 {
			return true
		}
	}
	return false
}
