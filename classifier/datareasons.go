package classifier

import (
	"bytes"
	"slices"
)

// reason is what the text around a mention shows that speaks for or against it.
type reason int

const (
	reasonExcluded reason = iota
	reasonLeakDenied
	reasonCausal
	reasonTried
	reasonHypothetical // in its clause
	reasonFound        // in its sentence, as the next
	reasonPossible
	reasonBackground
	reasonAdvice
	reasonAsked
	reasonInFull
	reasonBracket
	reasonPrinted
	reasonWhether
	reasonForm
	reasonMethod
	reasonMethodClause
	reasonListed
	reasonLeak
	reasonLeakClause
	reasonLeakBehind
	reasonContainer
	reasonContainerClause
	reasonHeaded
	reasonTitle
	reasonLine
	reasonStated
	reasonNegated
	reasonOlder
	reasonAftermath
	allReasons
)

// reasonNames are what the reasons are called in a model.
var reasonNames = [allReasons]string{
	reasonExcluded:        "excluded",
	reasonLeakDenied:      "of a leak denied",
	reasonCausal:          "a way in",
	reasonTried:           "tried",
	reasonHypothetical:    "imagined",
	reasonFound:           "found",
	reasonPossible:        "possible",
	reasonBackground:      "of another matter",
	reasonAdvice:          "in advice",
	reasonAsked:           "asked for",
	reasonInFull:          "told in full",
	reasonBracket:         "in brackets",
	reasonPrinted:         "printed",
	reasonWhether:         "behind whether",
	reasonForm:            "of a form",
	reasonMethod:          "of a method",
	reasonMethodClause:    "of a method in its clause",
	reasonListed:          "listed",
	reasonLeak:            "leaked in its sentence",
	reasonLeakClause:      "leaked in its clause",
	reasonLeakBehind:      "leaked behind it",
	reasonContainer:       "held in its sentence",
	reasonContainerClause: "held in its clause",
	reasonHeaded:          "under a heading",
	reasonTitle:           "in the title",
	reasonLine:            "in a line",
	reasonStated:          "with a leak stated",
	reasonNegated:         "negated",
	reasonOlder:           "of an earlier report",
	reasonAftermath:       "among measures",
}

// reasons is a set of them.
type reasons uint32

func (w reasons) has(r reason) bool { return w&(1<<r) != 0 }

// reasonsFor reads what speaks for and against h, beside what those around it show.
func (f *facts) reasonsFor(hits []dataHit, h *dataHit) (why reasons) {
	p, m := h.page, h.mark
	r := f.r
	k := &r.c.k
	s := p.sentences[m.sent]
	clause := p.clauses[m.clause]
	head, tail := p.folded.text[clause.start:m.start], span{m.end, max(m.end, clause.end)}
	set := func(r reason, is bool) {
		if is {
			why |= 1 << r
		}
	}
	set(reasonExcluded, r.excludes(p, m, hits))
	set(reasonLeakDenied, r.leakDenied(p, m, hits))
	set(reasonCausal, slices.Contains(secrets[:2], h.kind) && r.causal(p, m))
	set(reasonHypothetical, p.has(k.hypothetical, clause))
	set(reasonFound, p.has(k.found, s.span))
	set(reasonPossible, p.has(k.possible, s.span))
	set(reasonBackground, p.has(k.background, span{s.start, m.start}))
	set(reasonAdvice, p.has(k.fieldAdvice, tail))
	set(reasonAsked, p.has(k.fieldAsked, tail))
	set(reasonBracket, inBrackets(head))
	set(reasonPrinted, printed(p.folded.text[tail.start:tail.end]))
	set(reasonWhether, p.folded.text[m.start] < 0x80 && bytes.Contains(head, []byte("whether")))
	set(reasonForm, p.has(k.fieldForm, s.span))
	set(reasonMethod, p.has(k.fieldMethod, s.span))
	set(reasonMethodClause, p.has(k.fieldMethod, clause))
	set(reasonLeak, p.leaks(k, s.span))
	set(reasonLeakClause, p.leaks(k, clause))
	set(reasonLeakBehind, p.leaks(k, tail))
	set(reasonContainer, p.has(k.fieldContainer, s.span))
	set(reasonContainerClause, p.has(k.fieldContainer, clause))
	set(reasonHeaded, s.line && r.headOf(p, m) == headsData)
	set(reasonTitle, p.in == "title")
	set(reasonLine, s.line)
	set(reasonStated, r.denialOf(p, m.sent).stated >= 0)
	set(reasonNegated, p.has(k.negated, tail))
	set(reasonOlder, p.in == "text" && m.start >= r.older)
	set(reasonAftermath, r.inAftermath(p, m.sent))
	return why
}
