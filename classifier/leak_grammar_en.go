package classifier

import (
	"bytes"
	"strings"
)

var (
	// openEnglish begin what others could see, as a fact.
	openEnglish = newLexicon("could be ", "can be ", "could see", "can see", "could view", "could read", "could open", "could access", "could watch", "able to ", "been able to ", "open to ", "readable", "reachable", "left open", "was visible", "were visible", "viewable", "visible", "accessible", "publicly accessible", "had been open", "have been open", "became readable")
	// saidBefore mark what was said before this notice, and holds no longer.
	saidBefore = newLexicon("earlier said", "had said in", "had earlier", "earlier put", "until now we", "previously said", "a month after saying", "after saying", "at first we", "initially said", "as first reported", "in our first report we", "in the first report we", "we withdraw the statement", "first feared", "had feared", "what we feared")
	// turns stand between a denial and a leak word that it does not reach.
	turns = newLexicon(", and ", " and then ", " because ", ", who ", "not only", " although ", " except ", " other than ", ", so ")
	// auxiliaries stand before a participle that tells what was done.
	auxiliaries = newLexicon("was ", "were ", "been ", "be ", "is ", "are ", "had ", "has ", "have ", "being ", "also ", "thereby ", "then ", "probably ", "may have ")
	// notToItself begin a denial that follows what it denies (a leak has not been
	// found); saidLater lead to one.
	notToItself = newLexicon("has not been", "have not been", "had not been")
	saidLater   = newLexicon(" is ", " has ", " was ")
	participles = newLexicon("stolen", "taken", "leaked", "exposed", "accessed", "viewed")
)

// allLatin reports whether t is written in Latin letters, and no Japanese with a few
// of them.
func allLatin(t []byte) bool {
	for _, b := range t {
		if b >= 0xE3 && b <= 0xE9 { // kana and kanji
			return false
		}
	}
	return true
}

// couldSee reads the clause of an English "could be seen", which is no
// supposition: the data lay open, unless that is denied or examined itself.
func (r *reading) couldSee(p *page, m mark, clause span) leakSay {
	k := &r.c.k
	head, t := span{clause.start, m.start}, p.folded.text
	switch {
	case p.has(k.investigating, head):
		return sayInvestigating
	case bytes.HasSuffix(t[clause.start:m.start], []byte("may ")) || bytes.HasSuffix(t[clause.start:m.start], []byte("may have ")) || p.has(k.possible, head):
		return saySuspected
	case p.has(k.negated, clause):
		return sayDenied
	}
	return sayPast
}

// englishPredicate reads what the clause of an English verb of leaking states.
func (r *reading) englishPredicate(p *page, m mark, kind int, clause span) leakSay {
	k, t := &r.c.k, p.folded.text
	if abuse, ok := p.first(k.abuse, clause); ok && abuse.start < m.start && !p.has(k.past, span{abuse.end, m.start}) {
		return sayNothing // misuse of what was stolen
	}
	head := t[clause.start:m.start]
	s := p.sentences[m.sent].span
	switch {
	case p.has(k.deniedPossible, clause):
		return sayDenied
	case bytes.Contains(head, []byte("whether ")), p.has(k.investigating, clause) && !p.has(k.possible, clause):
		return sayInvestigating
	case p.has(k.possible, clause):
		return saySuspected
	case r.deniedEnglish(p, m, clause):
		if p.has(k.investigating, span{m.end, s.end}) {
			return sayInvestigating // no leak has been found, but the search goes on
		}
		return sayDenied
	case kind == k.leakDelivered, p.has(k.found, clause):
		return sayConfirmed
	case p.has(k.past, clause):
		return sayPast
	case p.has(k.generic, s):
		return sayNothing
	case kind == k.leakAct && (participles.at(t[m.start:]) < 0 || auxiliaries.ends(head) >= 0):
		return sayPast
	}
	return sayAttributive
}

// deniedEnglish reports whether a negation of the clause reaches the leak word: a
// "no" or "not" before it, with no further predicate between.
func (r *reading) deniedEnglish(p *page, m mark, clause span) bool {
	t := p.folded.text
	for _, n := range p.within(r.c.k.negated, clause) {
		if n.start > m.start && n.end <= m.end {
			return true // were not read
		}
		if n.start > m.start {
			gap := t[m.end:max(m.end, n.start)]
			return len(gap) < 40 && notToItself.in(t[n.start:n.end]) && !bytes.ContainsAny(gap, ",;\"") || len(gap) < 40 && saidLater.in(gap)
		}
		gap := t[min(n.end, m.start):m.start]
		if !turns.in(gap) && !bytes.HasSuffix(gap, []byte(" and ")) {
			return true
		}
	}
	return false
}

// leakVerb reports whether an English leak word is a verb form; a noun (the
// leak) only names the matter.
func (r *reading) leakVerb(p *page, m mark) bool {
	w := string(p.folded.text[m.start:min(int32(len(p.folded.text)), m.end+8)])
	return strings.HasPrefix(w, "leaked") || strings.HasPrefix(w, "leaking") || strings.HasPrefix(w, "exfiltrated") || strings.HasPrefix(w, "breach exposed")
}

// englishNoun reads the clause of a leak named by a noun.
func (r *reading) englishNoun(p *page, clause span) leakSay {
	k := &r.c.k
	switch {
	case p.has(k.investigating, clause):
		return sayInvestigating
	case p.has(k.possible, clause):
		return saySuspected
	case p.has(k.negated, clause):
		return sayDenied
	case p.has(k.found, clause):
		return sayConfirmed
	}
	return sayAttributive
}
