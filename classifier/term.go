package classifier

// term is a stem as a term set, a concept or the vocabulary has it: a number among
// those of its class, its length in bytes, where it must stand apart, and the class,
// from the lowest bit on. A text meets thousands of terms all over a list of half a
// million, so they are packed.
type term uint32

// termClass is what a term is looked for for, in the order in which the terms are
// read that end at one place.
type termClass uint32

const (
	termOfRule    termClass = iota // of the term set of a rule
	termOfConcept                  // of a concept
	termOfWord                     // of the vocabulary
	// termIdle is of a term set that is no rule's own terms: it is looked at only
	// where a rule that has it as a condition is asked.
	termIdle
)

const (
	termIDs    = 1 << 20 // more than a model has signals
	lengthAt   = 20
	boundLeft  = term(1) << 28
	boundRight = term(1) << 29
	classAt    = 30
)

// endOfRun ends the terms that end at one place; no term is that long.
const endOfRun = ^term(0)

// wordBound tells where a term must not touch a further ASCII letter.
type wordBound struct{ left, right bool }

func newTerm(class termClass, id, length int, bound wordBound) term {
	t := term(id) | term(length)<<lengthAt | term(class)<<classAt
	if bound.left {
		t |= boundLeft
	}
	if bound.right {
		t |= boundRight
	}
	return t
}

func (t term) id() int32        { return int32(t & (termIDs - 1)) }
func (t term) length() int32    { return int32(t >> lengthAt & 0xFF) }
func (t term) class() termClass { return termClass(t >> classAt) }

func (t term) withClass(class termClass) term {
	return t&(1<<classAt-1) | term(class)<<classAt
}

// isFree reports whether t may touch any letter.
func (t term) isFree() bool { return t&(boundLeft|boundRight) == 0 }

// isBound reports whether t, whose letters end at end, stands apart as it must.
func (t term) isBound(text []byte, end int32) bool {
	start := end - t.length()
	return !(t&boundLeft != 0 && start > 0 && asciiWord(text[start-1]) || t&boundRight != 0 && asciiWordAt(text, int(end)))
}
