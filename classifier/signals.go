package classifier

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"oshirase/breach"
)

// maxConcepts bounds the concepts of the rules; two more are the engine's own.
const maxConcepts = 126

// Concepts that no list of words can hold.
const (
	conceptDay    = "day"    // a day is told
	conceptFigure = "figure" // a figure with a unit of people or things
)

// takenNames are signals of one word, which no concept of the rules may be called.
var takenNames = []string{conceptDay, conceptFigure, signalSum, signalNone, signalOne}

// conceptSet is the concepts of one sentence.
type conceptSet [2]uint64

func (s *conceptSet) add(i int) { s[i>>6] |= 1 << (i & 63) }

// without tells whether s has a member that o has not.
func (s conceptSet) without(o conceptSet) bool { return s[0]&^o[0]|s[1]&^o[1] != 0 }

// list appends the members to out, in order.
func (s conceptSet) list(out []int32) []int32 {
	for w, word := range s {
		for ; word != 0; word &= word - 1 {
			out = append(out, int32(w<<6+bits.TrailingZeros64(word)))
		}
	}
	return out
}

// signals numbers what is learned from: which concepts a text or its title
// holds, which two stand in one sentence, what rules spoke for, what the rules
// alone say, and which words of the model's own vocabulary stand there.
type signals struct {
	concepts, kinds int
	names           []string
	answers         map[string]int32 // what the rules alone say, by name
	scores          int32            // the first step of the rules' score
	leak            int32            // the first of what the grammar reads of a leak
	ties            int32            // the first of what binds named organisations to it
	deeds           int32            // the first of what others did
	ruled           []bool           // by kind: its marks tell how an incident went
	quiet           conceptSet       // a sentence with no other tells nothing of that
	words           int32            // the first of the vocabulary's
	figures         figureSignals
	byHand          []int32 // what the signals of figures weigh where nothing is learned of them
	data            *dataSignals
}

// partySignal begins the names of the signals of other organisations.
const partySignal = "party:"

// IsParty reports whether a signal is of what other organisations did.
func IsParty(signal string) bool { return strings.HasPrefix(signal, partySignal) }

// noSignal are topics whose marks stand in sentences of any matter, and a kind
// whose rules look at the paragraph, which a wrapped line may end.
var noSignal = map[string]bool{
	"grammar": true, "party": true, "case": true, "list": true, "count": true, "field": true, "hint": true,
	"severity/unaffected": true,
}

// The steps of the rules' score for relevance that are signals, each told apart.
const (
	scoreLow, scoreHigh, scoreStep = -4, 10, 2
)

func newSignals(m *machine) *signals {
	s := &signals{concepts: len(m.concepts) + 2, kinds: len(m.names), answers: map[string]int32{}, quiet: m.quiet}
	s.quiet.add(s.day())
	s.quiet.add(s.figure())
	concepts := append(slices.Clone(m.concepts), conceptDay, conceptFigure)
	for _, prefix := range []string{"", "title:"} {
		for _, c := range concepts {
			s.names = append(s.names, prefix+c)
		}
	}
	for i, b := range concepts {
		for _, a := range concepts[:i] {
			s.names = append(s.names, a+"+"+b)
		}
	}
	for _, prefix := range []string{"rule:", "title rule:"} {
		for _, k := range m.names {
			s.names = append(s.names, prefix+k)
		}
	}
	for _, kind := range m.names {
		topic, _, _ := strings.Cut(kind, "/")
		s.ruled = append(s.ruled, !noSignal[topic] && !noSignal[kind])
	}
	answer := func(name string) {
		s.answers[name] = int32(len(s.names))
		s.names = append(s.names, "rules say:"+name)
	}
	answer("incident")
	answer("service disrupted")
	s.scores = int32(len(s.names))
	for i := scoreLow; i <= scoreHigh; i += scoreStep {
		answer(fmt.Sprintf("score %d", i))
	}
	for _, v := range breach.Vectors() {
		answer("primary " + string(v))
		answer("vector " + string(v))
	}
	for _, l := range breach.LeakStatuses() {
		answer("leak " + string(l))
	}
	for _, st := range breach.Stages() {
		answer("stage " + string(st))
	}
	s.leak = int32(len(s.names))
	s.names = append(s.names, leakSignals()...)
	s.ties = int32(len(s.names))
	s.names = append(s.names, tieSignals()...)
	s.deeds = int32(len(s.names))
	s.names = append(s.names, deedSignals()...)
	s.figures = newFigureSignals(m, concepts, func(name string) { s.names = append(s.names, name) }, func() int32 { return int32(len(s.names)) })
	s.byHand = s.figures.weighByHand(len(s.names))
	s.data = newDataSignals(m, concepts)
	s.words = int32(len(s.names))
	for _, w := range m.vocabulary {
		s.names = append(s.names, wordSignal+w)
	}
	return s
}

func (s *signals) day() int    { return s.concepts - 2 }
func (s *signals) figure() int { return s.concepts - 1 }

func (s *signals) titled(c int32) int32 { return int32(s.concepts) + c }

// pair is the signal of two concepts in one sentence, a before b; pairs is where
// those of b begin.
func (s *signals) pair(a, b int32) int32 { return s.pairs(b) + a }
func (s *signals) pairs(b int32) int32   { return int32(2*s.concepts) + b*(b-1)/2 }

func (s *signals) rule(kind int) int32 {
	n := s.concepts
	return int32(2*n + n*(n-1)/2 + kind)
}

func (s *signals) titleRule(kind int) int32 { return s.rule(s.kinds + kind) }

// bag collects signals, each once. Its memory is used again.
type bag struct {
	ids  []int32
	seen idSet
	list []int32
}

func (b *bag) reset(size int) {
	b.seen.remove(b.ids)
	b.ids, b.seen = b.ids[:0], b.seen.sized(size)
}

func (b *bag) add(id int32) {
	if b.seen.add(id) {
		b.ids = append(b.ids, id)
	}
}

// idSet is a set of small numbers, a bit each.
type idSet []uint64

// sized returns an empty set with room for n numbers, in the memory of s, which is
// empty.
func (s idSet) sized(n int) idSet {
	if n = (n + 63) / 64; len(s) != n {
		return make(idSet, n)
	}
	return s
}

// add reports whether id is new.
func (s idSet) add(id int32) bool {
	word, bit := &s[id>>6], uint64(1)<<(id&63)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

func (s idSet) has(id int32) bool { return s[id>>6]&(1<<(id&63)) != 0 }

// count is 1 where id is in the set, else 0.
func (s idSet) count(id int32) int { return int(s[id>>6] >> (id & 63) & 1) }

// remove takes away ids and may take others as well: it is for taking all away.
func (s idSet) remove(ids []int32) {
	for _, id := range ids {
		s[id>>6] = 0
	}
}

// markConcepts notes in which sentences the engine's own concepts stand.
func (r *reading) markConcepts() {
	s := r.c.signals
	for _, p := range []*page{&r.title, &r.text} {
		for i := range p.sentences {
			where := p.sentences[i].span
			if p == &r.text && r.dayIn(where) {
				p.said[i].add(s.day())
			}
			if numbered(p.folded.text[where.start:where.end]) {
				p.said[i].add(s.figure())
			}
		}
	}
}

// addSentence adds what sentence i of p shows and returns its concepts, which
// are valid until the next call.
func (r *reading) addSentence(b *bag, p *page, i int) []int32 {
	b.list = p.said[i].list(b.list[:0])
	for j, c := range b.list {
		b.add(c)
		pairs := r.c.signals.pairs(c)
		for _, a := range b.list[:j] {
			b.add(pairs + a)
		}
	}
	for _, w := range p.words.of(i) {
		b.add(r.c.signals.words + w)
	}
	return b.list
}

// tellsMore reports whether sentence i of the text holds a concept that is not met
// in sentences of every matter, and belongs to no section on what comes after.
func (r *reading) tellsMore(i int) bool {
	return !r.later[i] && r.text.said[i].without(r.c.signals.quiet)
}

// newBag is an empty bag, valid until the next call.
func (r *reading) newBag() *bag {
	r.bag.reset(len(r.c.signals.names))
	return &r.bag
}

// gather collects the signals of the title, if any, and of the sentences of w;
// with telling, only of those that tell something. It is valid until the next
// call.
func (r *reading) gather(title *page, w window, telling bool) *bag {
	s, b := r.c.signals, r.newBag()
	if title != nil {
		for i := range title.sentences {
			for _, c := range r.addSentence(b, title, i) {
				b.add(s.titled(c))
			}
		}
		for _, kind := range title.spoken {
			if s.ruled[kind] || !telling {
				b.add(s.titleRule(int(kind)))
			}
		}
	}
	if w.lo >= w.hi {
		return b
	}
	for i := w.lo; i < w.hi; i++ {
		if !telling || r.tellsMore(i) {
			r.addSentence(b, &r.text, i)
		}
	}
	where := span{r.text.sentences[w.lo].start, r.text.sentences[w.hi-1].end}
	for _, kind := range r.text.spoken {
		if telling && !s.ruled[kind] {
			continue
		}
		if slices.ContainsFunc(r.text.within(int(kind), where), func(m mark) bool { return !telling || r.tellsMore(int(m.sent)) }) {
			b.add(s.rule(int(kind)))
		}
	}
	return b
}

// answer adds what the rules alone say of relevance.
func (b *bag) answer(s *signals, v verdict) {
	if v.breach {
		b.add(s.answers["incident"])
	}
	for i := scoreLow; i <= scoreHigh && i <= v.score; i += scoreStep {
		b.add(s.scores + int32(i-scoreLow)/scoreStep)
	}
}

// answers adds what the rules alone say of a case.
func (b *bag) answers(s *signals, f *facts) {
	b.add(s.answers["primary "+string(f.PrimaryVector)])
	for _, v := range f.Vectors {
		b.add(s.answers["vector "+string(v)])
	}
	b.add(s.answers["leak "+string(f.LeakStatus)])
	b.add(s.answers["stage "+string(f.Stage)])
	if f.ServiceDisrupted {
		b.add(s.answers["service disrupted"])
	}
	f.leak.signal(func(i int) { b.add(s.leak + int32(i)) })
	f.signalTies(func(i int) { b.add(s.ties + int32(i)) })
	f.deeds.signal(func(i int) { b.add(s.deeds + int32(i)) })
}

// Signals lists by name, in order, what may be learned from in a notice or in a
// title alone; with telling, for the answers of a case, else for whether there is
// one. It is for training.
func (c *Classifier) Signals(notice *breach.Notice, telling bool) []string {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	r.open(notice, false)
	b := &r.bag
	switch whole := r.whole(); {
	case len(r.text.text) == 0:
		b = r.gatherTitle()
	case telling:
		b = r.gather(&r.title, window{0, len(r.text.sentences)}, true)
		b.answers(c.signals, r.readByRules(&whole))
	default:
		b = r.gatherWindow(r.weighRules(), window{0, len(r.text.sentences)})
	}
	out := make([]string, len(b.ids))
	for i, id := range b.ids {
		out[i] = c.signals.names[id]
	}
	slices.Sort(out)
	return out
}
