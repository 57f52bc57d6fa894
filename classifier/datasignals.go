package classifier

import (
	"bytes"
	"fmt"
	"strings"

	"oshirase/breach"
)

// dataSignals numbers what speaks for a mention of a kind of data, or an item of a
// list, to be among what was touched. They are apart from the other signals, which
// every output has a weight for. Each field is the first number of a run; a run of
// pairs has as many for each kind of data.
type dataSignals struct {
	names                                                             []string
	kind, taken, primary, vector, leak, stage                         int32
	told, touched, often, beside, denied, hint                        int32
	rule, held                                                        []int32            // by rule; -1: of something else
	called                                                            []map[string]int32 // by kind, by the words that name it
	says, saysOf, why, whyOf, then, thenOf, after, afterOf            int32
	around                                                            [2]dataAround // of mentions, of items
	neighbour, neighbourOf, neighbourKind, far, farOf, lined, linedOf int32
	item, itemSays, itemSide, itemKind, itemLetters, itemFieldEnd     int32
	itemOtherEnd                                                      int32
	kinds                                                             int32
}

// dataAround numbers what stands in the clause before and behind, and in the
// sentence.
type dataAround struct{ before, behind, concept, word int32 }

// dataByRule begins the names of the signals that tell which rule found a mention;
// dataHeld ends those of one that its unless held back.
const dataByRule, dataHeld = "data by ", ", held back"

var sayNames = [...]string{dataNothing: "nothing", dataIn: "in", dataOut: "out"}

// How many kinds or mentions there are is told up to here.
const (
	maxKindsTold, maxTimes, maxItemLetters = 8, 5, 15
)

var listSides = [...]string{"before", "behind"}

const (
	itemField = iota
	itemPlain
	itemJoined
	itemBare
	itemAnd
	itemGeneral
	itemFigure
	itemEndsList
	itemBehind
	itemNear
	itemTaken
	itemLeak
	itemLeakClause
	itemContainer
	itemLine
	itemTitle
	itemSignals
)

var itemNames = [itemSignals]string{"a field", "a plain noun", "joined", "bare", "joined by and", "general", "a figure", "the end of a list", "after the first", "near", "taken", "leaked in its sentence", "leaked in its clause", "held in its sentence", "in a line", "in the title"}

func newDataSignals(m *machine, concepts []string) *dataSignals {
	s := &dataSignals{kinds: int32(len(breach.DataTypes()))}
	kinds := strs(breach.DataTypes())
	run := func(format string, names ...string) int32 {
		at := int32(len(s.names))
		for _, n := range names {
			s.names = append(s.names, fmt.Sprintf(format, n))
		}
		return at
	}
	pairs := func(format string, names ...string) int32 {
		at := int32(len(s.names))
		for _, k := range kinds {
			for _, n := range names {
				s.names = append(s.names, fmt.Sprintf(format, k, n))
			}
		}
		return at
	}
	upTo := func(n int) (out []string) {
		for i := range n + 1 {
			out = append(out, fmt.Sprint(i))
		}
		return out
	}
	s.kind = run("data %s", kinds...)
	s.taken = run("data %s", dataRefused, dataTaken)
	s.primary = run("data, primary %s", strs(breach.Vectors())...)
	s.vector = run("data, vector %s", strs(breach.Vectors())...)
	s.leak = run("data, leak %s", strs(breach.LeakStatuses())...)
	s.stage = run("data, stage %s", strs(breach.Stages())...)
	s.hint = run("data %s hinted at", kinds...)
	s.told = run("data, kinds %s", upTo(maxKindsTold)...)
	s.touched = run("data, kinds touched %s", upTo(maxKindsTold)...)
	s.often = run("data, times touched %s", upTo(maxTimes)...)
	s.beside = pairs("data %s beside %s", kinds...)
	s.denied = run("data denied elsewhere%s", "")
	for i := range m.rules {
		s.rule, s.held = append(s.rule, -1), append(s.held, -1)
		if held := m.rules[i].held >= 0; held || strings.HasPrefix(m.rules[i].For, hintTopic) {
			s.rule[i] = run(dataByRule+"%s", m.rules[i].ID)
			if held {
				s.held[i] = run(dataByRule+"%s"+dataHeld, m.rules[i].ID)
			}
		}
	}
	for i, k := range breach.DataTypes() {
		s.called = append(s.called, map[string]int32{})
		for r := range m.rules {
			if c := &m.rules[r]; s.rule[r] >= 0 && m.value(c.kind) == string(k) {
				for _, w := range m.words[c.terms] {
					w = strings.TrimSuffix(w, "*")
					if _, ok := s.called[i][w]; !ok {
						s.called[i][w] = run("data "+string(k)+" called %s", w)
					}
				}
			}
		}
	}
	s.says, s.saysOf = run("data said %s", sayNames[:]...), pairs("data %s said %s", sayNames[:]...)
	s.why, s.whyOf = run("data %s", reasonNames[:]...), pairs("data %s %s", reasonNames[:]...)
	s.then, s.thenOf = run("data then %s", thenWords.words...), pairs("data %s then %s", thenWords.words...)
	s.after, s.afterOf = run("data after %s", endWords.words...), pairs("data %s after %s", endWords.words...)
	for i, what := range []string{"data", "item"} {
		s.around[i] = dataAround{
			before:  run(what+" before %s", m.names...),
			behind:  run(what+" behind %s", m.names...),
			concept: run(what+" with %s", concepts...),
		}
	}
	var neighbours []string
	for _, side := range listSides {
		for _, say := range sayNames {
			neighbours = append(neighbours, side+" one "+say)
		}
	}
	s.neighbour, s.neighbourOf = run("data next, %s", neighbours...), pairs("data %s next, %s", neighbours...)
	s.far, s.farOf = run("data far, %s", neighbours...), pairs("data %s far, %s", neighbours...)
	s.lined, s.linedOf = run("data in lines, %s", neighbours...), pairs("data %s in lines, %s", neighbours...)
	s.neighbourKind = pairs("data %s before a %s", kinds...)
	pairs("data %s behind a %s", kinds...)
	s.item = run("item %s", itemNames[:]...)
	s.itemSays = run("item by one %s", sayNames[:]...)
	s.itemSide = run("item stands %s data", listSides[:]...)
	s.itemKind = run("item stands before a %s", kinds...)
	run("item stands behind a %s", kinds...)
	s.itemLetters = run("item of letters %s", upTo(maxItemLetters)...)
	s.itemFieldEnd = run("item like %s", fieldEnds.words...)
	s.itemOtherEnd = run("item unlike %s", notFieldEnds.words...)
	// Words come last: without them, the numbers are the same whatever the model.
	for i, what := range []string{"data", "item"} {
		s.around[i].word = run(what+" with "+wordSignal+"%s", m.vocabulary...)
	}
	return s
}

// The signals that the rules' own answer is; they are weighed by hand, so that it
// stands where nothing is learned.
const (
	dataTaken   = "taken by rules"
	dataRefused = "refused by rules"
)

// ofKind is the number of signal i of a run of pairs, n for each kind.
func ofKind(first, kind, n, i int32) int32 { return first + kind*n + i }

// addCase collects what a case is like for kind at k of the vocabulary.
func (w *dataWeighing) addCase(ids []int32, k int32) []int32 {
	s, f := w.s, w.f
	ids = append(ids, s.kind+k)
	if w.in[k] {
		ids = append(ids, s.taken+1)
	} else {
		ids = append(ids, s.taken)
	}
	ids = append(ids, s.primary+index(breach.Vectors(), f.PrimaryVector), s.leak+index(breach.LeakStatuses(), f.LeakStatus), s.stage+index(breach.Stages(), f.Stage))
	for _, v := range f.Vectors {
		ids = append(ids, s.vector+index(breach.Vectors(), v))
	}
	told, touched := int32(0), int32(0)
	for i := range w.tallies {
		if w.tallies[i].told > 0 {
			told++
		}
		if w.tallies[i].in > 0 {
			touched++
		}
		if int32(i) != k && w.in[i] {
			ids = append(ids, ofKind(s.beside, k, s.kinds, int32(i)))
		}
	}
	ids = append(ids, s.told+min(told, maxKindsTold), s.touched+min(touched, maxKindsTold), s.often+min(w.tallies[k].in, maxTimes))
	if w.tallies[k].out > 0 {
		ids = append(ids, s.denied)
	}
	return ids
}

// addSentence collects what a sentence holds, for mentions or for items.
func (w *dataWeighing) addSentence(ids []int32, p *page, sent int32, group int) []int32 {
	s := &w.s.around[group]
	n := len(ids)
	ids = p.said[sent].list(ids)
	for i := range ids[n:] {
		ids[n+i] += s.concept
	}
	for _, word := range p.words.of(int(sent)) {
		ids = append(ids, s.word+word)
	}
	return ids
}

// addAround collects what stands in the clause before and behind where.
func (w *dataWeighing) addAround(ids []int32, p *page, where span, clause int32, group int) []int32 {
	s := &w.s.around[group]
	for _, at := range p.kindsIn(clause) {
		kind := &p.inClause[at]
		if kind.first <= where.start {
			ids = append(ids, s.behind+kind.kind)
		}
		if kind.last >= where.end {
			ids = append(ids, s.before+kind.kind)
		}
	}
	return ids
}

// addMention collects what speaks for h alone.
func (w *dataWeighing) addMention(ids []int32, h *dataHit) []int32 {
	s, hits := w.s, w.hits
	p := h.page
	k := h.at
	says := int32(len(sayNames))
	before := int(h.next) - 2
	if h.hint {
		ids = append(ids, s.hint+k)
		before++
	}
	rule := s.rule[h.rule]
	if h.hint && s.held[h.rule] >= 0 {
		rule = s.held[h.rule]
	}
	if called, ok := s.called[k][string(p.folded.text[h.start:h.end])]; ok {
		ids = append(ids, called)
	}
	ids = append(ids, rule, s.says+int32(h.say), ofKind(s.saysOf, k, says, int32(h.say)))
	for why := range allReasons {
		if h.why.has(why) {
			ids = append(ids, s.why+int32(why), ofKind(s.whyOf, k, int32(allReasons), int32(why)))
		}
	}
	if then := thenWords.at(p.folded.text[h.end:]); then >= 0 {
		ids = append(ids, s.then+int32(then), ofKind(s.thenOf, k, int32(len(thenWords.words)), int32(then)))
	}
	if after := endWords.ends(bytes.TrimRight(p.folded.text[:h.start], " ")); after >= 0 {
		ids = append(ids, s.after+int32(after), ofKind(s.afterOf, k, int32(len(endWords.words)), int32(after)))
	}
	for side, j := range [...]int{int(h.next), before} {
		if j < 0 || j >= len(hits) || hits[j].page != p {
			continue
		}
		o := &hits[j]
		one := int32(side)*says + int32(o.say)
		if o.sent != h.sent {
			if d := o.sent - h.sent; d*d == 1 && p.sentences[o.sent].line && p.sentences[h.sent].line {
				ids = append(ids, s.lined+one, ofKind(s.linedOf, k, 2*says, one))
			} else {
				ids = append(ids, s.far+one, ofKind(s.farOf, k, 2*says, one))
			}
			continue
		}
		ids = append(ids, s.neighbour+one, ofKind(s.neighbourOf, k, 2*says, one),
			ofKind(s.neighbourKind+int32(side)*s.kinds*s.kinds, k, s.kinds, o.at))
	}
	return w.addAround(ids, p, h.span, h.clause, 0)
}

// addItem collects what speaks for an item of a list alone.
func (w *dataWeighing) addItem(ids []int32, it *listItem) []int32 {
	s, k := w.s, &w.f.r.c.k
	h := it.beside
	p := h.page
	sentence, at := p.sentences[h.sent], int32(p.clauseAt(int(h.sent), it.noun.start))
	clause := p.clauses[at]
	for i, is := range [itemSignals]bool{
		it.field, it.plain, it.joined, it.bare, it.and, it.general, it.figure, it.ends, it.behind, it.near, it.taken,
		p.leaks(k, sentence.span), p.leaks(k, clause), p.has(k.fieldContainer, sentence.span), sentence.line, p.in == "title",
	} {
		if is {
			ids = append(ids, s.item+int32(i))
		}
	}
	side := int32(0)
	if h.end <= it.whole.start {
		side = 1
	}
	ids = append(ids, s.itemSays+int32(h.say), s.itemSide+side, s.itemKind+side*s.kinds+h.at, s.itemLetters+min(int32(len(it.text))/3, maxItemLetters))
	if end := fieldEnds.ends(it.text); end >= 0 {
		ids = append(ids, s.itemFieldEnd+int32(end))
	}
	if end := notFieldEnds.ends(it.text); end >= 0 {
		ids = append(ids, s.itemOtherEnd+int32(end))
	}
	return w.addAround(ids, p, it.noun, at, 1)
}
