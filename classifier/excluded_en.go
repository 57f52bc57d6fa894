package classifier

import "bytes"

// excludesEnglish reports whether an English clause says that the data of m is
// not part of the incident. A predicate speaks of what its clause names before it
// and after it (card numbers were not taken; it does not hold card numbers), a
// "no" only of what follows (names, but no addresses), and neither of what is
// named as its exception (nothing other than names).
func (r *reading) excludesEnglish(p *page, m mark, clause span) bool {
	t := p.folded.text
	says := r.englishClauseOf(p, m.clause)
	if says.no && noneOf(t[clause.start:m.start], t[m.end:max(m.end, clause.end)]) {
		return true
	}
	if says.cannotTell {
		return false
	}
	for _, e := range p.within(r.c.k.excluded, clause) {
		if e.start > m.start && denies.at(t[e.start:]) >= 0 {
			continue
		}
		if e.end <= m.start && exceptEnglish.in(t[e.end:m.start]) {
			continue
		}
		return true
	}
	return false
}

var (
	// denies begin an exclusion that speaks of what follows it.
	denies        = newLexicon("no ", "without ", "but no ", "and no ", "with no ", "excluded:", "not included:", "not affected:", "not concerned:", "not involved:")
	exceptEnglish = newLexicon("other than", "except", "apart from", "besides", "aside from")
)

// noneOf reports whether an English clause denies a list as a whole: no health or
// card information is included.
func noneOf(before, after []byte) bool {
	if i := bytes.LastIndex(before, []byte("no ")); i < 0 || i > 0 && asciiWord(before[i-1]) || bytes.ContainsAny(before[i:], ".;") || exceptEnglish.in(before[i:]) {
		return false
	}
	return touchedEnglish.in(after)
}

var touchedEnglish = newLexicon("included", "affected", "leaked", "compromised", "stored", "accessed", "involved", "contained", "exposed", "held", "kept", "retained", "saved", "taken", "disclosed", "viewed", "at risk", "obtained", "shown", "copied", "listed", "recorded", "on the", "in the", "on it", "in it")

// englishClause is what a clause of Latin letters says as a whole, kept for all the
// leak words and data in it, which may be many.
type englishClause struct {
	page   *page
	clause int32
	latin  bool // it is written in Latin letters alone
	no     bool // it has a "no"
	// saidBefore: it repeats an earlier notice. cannotTell: it only leaves open what
	// its negation seems to deny: we cannot state that they were not taken.
	saidBefore, cannotTell bool
}

func (r *reading) englishClauseOf(p *page, clause int32) *englishClause {
	if c := &r.english; c.page != p || c.clause != clause {
		t := p.folded.text[p.clauses[clause].start:p.clauses[clause].end]
		*c = englishClause{page: p, clause: clause, latin: allLatin(t), no: bytes.Contains(t, []byte("no ")), saidBefore: saidBefore.in(t), cannotTell: cannot.in(t)}
	}
	return &r.english
}

var cannot = newLexicon("cannot say", "cannot state", "cannot rule", "cannot deny", "cannot exclude", "cannot be sure", "unable to", "cannot at present", "not possible to", "cannot be ruled", "cannot be denied", "cannot be excluded", "not known whether", "not clear whether", "could not rule", "could not say", "could not be ruled", "not been able to", "no position to")
