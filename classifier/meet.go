package classifier

import "math/bits"

// meetTerms notes the terms that end at the places of p, and leaves the places of
// idle ones.
func (m *machine) meetTerms(p *page) {
	si, last := 0, len(p.sentences)-1
	idle := p.places[:0] // each is read before it is written
	for _, at := range p.places {
		for si < last && p.sentences[si].end < at.end {
			si++
			p.words.next()
		}
		run := m.ends[at.run:]
		i := 0
		for ; run[i].class() == termOfRule; i++ {
			if t := run[i]; t.isFree() || t.isBound(p.text, at.end) {
				p.hit(t.id(), span{at.end - t.length(), at.end})
			}
		}
		for ; run[i].class() == termOfConcept; i++ {
			if t := run[i]; t.isFree() || t.isBound(p.text, at.end) {
				p.said[si].add(int(t.id()))
			}
		}
		for ; run[i].class() == termOfWord; i++ {
			if t := run[i]; t.isFree() || t.isBound(p.text, at.end) {
				p.words.add(t.id())
			}
		}
		if run[i] != endOfRun {
			idle = append(idle, place{at.run + int32(i), at.end})
		}
	}
	p.places = idle
	for range p.sentences[si:] {
		p.words.next()
	}
}

// meetConditions notes where the words stand that the rules asked have as
// conditions.
func (m *machine) meetConditions(p *page) {
	for i, word := range p.asked {
		for ; word != 0; word &= word - 1 {
			c := &m.rules[i<<6+bits.TrailingZeros64(word)]
			for _, list := range [...][]condition{c.near, c.unless} {
				for _, cond := range list {
					p.needed.add(cond.set)
				}
			}
		}
	}
	// Whether a term is needed no processor foresees: each is taken, and the next
	// put in its place where it is not.
	var room [256]neededTerm
	n := 0
	for _, at := range p.places {
		for _, t := range m.ends[at.run:] {
			if t == endOfRun {
				break
			}
			room[n] = neededTerm{t, at.end}
			if n += p.needed.count(t.id()); n == len(room) {
				p.hitAll(room[:n])
				n = 0
			}
		}
	}
	p.hitAll(room[:n])
}

// neededTerm is a term that a rule asks for, and where it ends.
type neededTerm struct {
	term
	end int32
}

func (p *page) hitAll(terms []neededTerm) {
	for _, t := range terms {
		if t.isFree() || t.isBound(p.text, t.end) {
			p.hit(t.id(), span{t.end - t.length(), t.end})
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
