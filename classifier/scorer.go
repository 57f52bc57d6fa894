package classifier

import (
	"math"
	"slices"

	"oshirase/breach"
	"oshirase/classifier/learned"
)

// Outputs of a learned model; the last five stand before a value each. That of
// the count weighs the answers of one notice against each other, that of data each
// mention of a kind.
const (
	OutputIncident  = "incident"
	OutputSeveral   = "several incidents"
	OutputTitle     = "incident in a title" // of a title alone
	OutputDisrupted = "service disrupted"
	OutputCore      = "core operation stopped"
	OutputNoHarm    = "no harm"
	OutputCount     = "affected count"
	OutputData      = "data mention"
	outputPrimary   = "primary "
	outputVector    = "vector "
	outputLeak      = "leak "
	outputStage     = "stage "
	outputOfTitle   = "title primary " // the primary vector that a title alone shows
)

// Outputs lists what a model of [learned] may answer here, by name.
func Outputs() []string {
	out := []string{OutputIncident, OutputSeveral, OutputDisrupted, OutputCore, OutputNoHarm}
	for _, v := range breach.Vectors() {
		out = append(out, outputPrimary+string(v), outputVector+string(v))
	}
	for _, l := range breach.LeakStatuses() {
		out = append(out, outputLeak+string(l))
	}
	for _, s := range breach.Stages() {
		out = append(out, outputStage+string(s))
	}
	for _, v := range breach.Vectors() {
		out = append(out, outputOfTitle+string(v))
	}
	return append(out, OutputCount, OutputData, OutputTitle)
}

// Where the outputs of each field begin among Outputs, and how far apart they lie.
var (
	primaryOutputs = outputRange{5, 2}
	vectorOutputs  = outputRange{6, 2}
	leakOutputs    = outputRange{5 + 2*len(breach.Vectors()), 1}
	stageOutputs   = outputRange{leakOutputs.first + len(breach.LeakStatuses()), 1}
	titleOutputs   = outputRange{stageOutputs.first + len(breach.Stages()), 1}
)

type outputRange struct{ first, step int }

// scorer is a learned model bound to the signals of a machine.
type scorer struct {
	bias   []int32   // by output, in the order of Outputs
	known  []bool    // by output: the model answers it
	column [][]int32 // by output: the weights of all signals
	// The weights of signal s for all outputs of a case lie in rows from row[s] on;
	// row 0 is of zeros.
	row    []int32
	rows   []fourSums
	atOnce int // so many rows may be added up before a sum leaves its bits; 0: none
	output map[string]int
	data   []int32 // by signal of mentions; nil: the model does not weigh them
	words  int32   // the signals from here on are words
	// unknown are signals of the model that the rules do not have, unasked its
	// outputs that nobody asks for.
	unknown, unasked []string
}

// unanswered is the score of an output that the model does not answer: no other
// is lower.
const unanswered = -1 << 30

// caseOutputs are those that tell how an incident of a text went, which lie
// together.
var caseOutputs = outputRange{2, 1}

// inRow is how many fourSums the outputs of a case take.
var inRow = (titleOutputs.first - caseOutputs.first + 3) / 4

// fourSums is four sums or weights that are added at once, of 16 bits each: a lower
// one takes from the next what it lacks, which has it back when they are parted.
type fourSums int64

// most of a sum of 16 bits.
const mostOfFour = 1<<15 - 1

func inLane(lane int, sum int32) fourSums { return fourSums(sum) << (16 * lane) }

func (t fourSums) parts() (sums [4]int32) {
	for i := range sums {
		sum := int16(t)
		sums[i] = int32(sum)
		t = (t - fourSums(sum)) >> 16
	}
	return sums
}

func newScorer(s *signals, m *learned.Model) *scorer {
	sc := &scorer{output: map[string]int{}, words: s.words}
	names := Outputs()
	for i, name := range names {
		sc.output[name] = i
	}
	sc.bias, sc.known, sc.column = make([]int32, len(names)), make([]bool, len(names)), make([][]int32, len(names))
	for i := range sc.column {
		sc.column[i] = make([]int32, len(s.names))
		sc.bias[i] = unanswered
	}
	to := make([]int, len(m.Outputs))
	for i, name := range m.Outputs {
		at, ok := sc.output[name]
		if !ok {
			to[i] = -1
			sc.unasked = append(sc.unasked, name)
			continue
		}
		to[i], sc.bias[at], sc.known[at] = at, m.Bias[i], true
	}
	id := make(map[string]int, len(s.names))
	for i, name := range s.names {
		id[name] = i
	}
	ofData := make(map[string]int, len(s.data.names))
	for i, name := range s.data.names {
		ofData[name] = i
	}
	if sc.known[sc.output[OutputData]] {
		sc.data = make([]int32, len(s.data.names))
	}
	sc.row, sc.rows = make([]int32, len(s.names)), make([]fourSums, inRow)
	most := 1
	for _, signal := range m.Signals {
		if at, ok := ofData[signal.Name]; ok {
			for _, w := range signal.Weights {
				if sc.data != nil && to[w.Output] == sc.output[OutputData] {
					sc.data[at] = w.Value
				}
			}
			continue
		}
		at, ok := id[signal.Name]
		if !ok {
			sc.unknown = append(sc.unknown, signal.Name)
			continue
		}
		for _, w := range signal.Weights {
			o := to[w.Output]
			if o < 0 {
				continue
			}
			sc.column[o][at] = w.Value
			if o < caseOutputs.first || o >= titleOutputs.first || w.Value == 0 {
				continue
			}
			if sc.row[at] == 0 {
				sc.row[at] = int32(len(sc.rows))
				sc.rows = append(sc.rows, make([]fourSums, inRow)...)
			}
			place := o - caseOutputs.first
			sc.rows[int(sc.row[at])+place/4] += inLane(place%4, w.Value)
			most = max(most, int(w.Value), -int(w.Value))
		}
	}
	sc.atOnce = mostOfFour / most
	return sc
}

// usualSignals is about how many signals, words apart, the texts show that teach.
const usualSignals = 100

// Damping is what the weights of a text's signals are multiplied by where it
// shows so many, words apart: the more there are, the less one tells. A sum of
// many small weights would else outvote what a long text says plainly.
func Damping(signals int) float64 {
	return math.Sqrt(usualSignals / float64(max(1, signals)))
}

// damping is that of the signals in b for output: titles alone are all short.
func (sc *scorer) damping(b *bag, output int) float64 {
	if output >= titleOutputs.first {
		return 1
	}
	n := 0
	for _, id := range b.ids {
		if id < sc.words {
			n++
		}
	}
	return Damping(n)
}

// damped is held far inside 32 bits, where all machines agree.
func damped(sum int32, by float64) int32 {
	const most = 1 << 29
	return int32(max(-most, min(most, math.Round(float64(sum)*by))))
}

// score adds up the outputs of a case; the answer is in out's memory.
func (sc *scorer) score(b *bag, out []int32) []int32 {
	out = append(out[:0], sc.bias...)
	if sc.atOnce == 0 {
		for o := caseOutputs.first; o < titleOutputs.first; o++ {
			out[o] = sc.one(b, o)
		}
		return out
	}
	var room [32]fourSums
	var total [4 * len(room)]int32
	for ids := b.ids; len(ids) > 0; {
		n := min(len(ids), sc.atOnce)
		sums := append(room[:0], sc.rows[:inRow]...)
		for _, id := range ids[:n] {
			row := sc.rows[sc.row[id]:]
			for i, w := range row[:len(sums)] {
				sums[i] += w
			}
		}
		for i, four := range sums {
			for lane, sum := range four.parts() {
				total[4*i+lane] += sum
			}
		}
		ids = ids[n:]
	}
	by := sc.damping(b, caseOutputs.first)
	for o := caseOutputs.first; o < titleOutputs.first; o++ {
		out[o] += damped(total[o-caseOutputs.first], by)
	}
	return out
}

// one adds up one output.
func (sc *scorer) one(b *bag, output int) int32 {
	sum, column := int32(0), sc.column[output]
	for _, id := range b.ids {
		sum += column[id]
	}
	return sc.bias[output] + damped(sum, sc.damping(b, output))
}

// best returns the index of the value of a field that scores highest.
func (o outputRange) best(scores []int32, values int) int {
	best := 0
	for i := range values {
		if scores[o.of(i)] > scores[o.of(best)] {
			best = i
		}
	}
	return best
}

// of is the output of the value with index i.
func (o outputRange) of(i int) int { return o.first + i*o.step }

// proof finds the sentence of w that speaks most for the output by itself, else
// the title where that does, and tells whether any does.
func (r *reading) proof(title *page, w window, output string) (on *page, where span, ok bool) {
	sc := r.c.scorer
	o := sc.output[output]
	telling := output != OutputIncident
	best, most := -1, int32(0)
	for i, sum := range r.sentenceSums(w, sc.column[o], telling) {
		if sum > most {
			best, most = i, sum
		}
	}
	if best >= 0 {
		return &r.text, r.text.sentences[w.lo+best].span, true
	}
	if title != nil && sc.one(r.gather(title, window{}, telling), o) > sc.bias[o] {
		return title, span{0, int32(len(title.folded.text))}, true
	}
	return nil, span{}, false
}

// sentenceSums adds up, for each sentence of w, the weights of what it shows by
// itself; with telling, 0 for one that tells nothing. It is valid until the next
// call.
func (r *reading) sentenceSums(w window, weights []int32, telling bool) []int32 {
	p, s := &r.text, r.c.signals
	sums := slices.Grow(r.sums[:0], w.hi-w.lo)[:w.hi-w.lo]
	r.sums = sums
	for i := range sums {
		sums[i] = 0
		if telling && !r.tellsMore(w.lo+i) {
			continue
		}
		r.bag.list = p.said[w.lo+i].list(r.bag.list[:0])
		for j, c := range r.bag.list {
			sums[i] += weights[c]
			pairs := weights[s.pairs(c):]
			for _, a := range r.bag.list[:j] {
				sums[i] += pairs[a]
			}
		}
		for _, word := range p.words.of(w.lo + i) {
			sums[i] += weights[s.words+word]
		}
	}
	if w.lo >= w.hi {
		return sums
	}
	where := span{p.sentences[w.lo].start, p.sentences[w.hi-1].end}
	for _, kind := range p.spoken {
		weight := weights[s.rule(int(kind))]
		if weight == 0 || telling && !s.ruled[kind] {
			continue
		}
		last := int32(-1)
		for _, m := range p.from(int(kind), where.start) {
			if m.start >= where.end {
				break
			}
			if m.sent != last && m.end <= p.sentences[m.sent].end && (!telling || r.tellsMore(int(m.sent))) {
				sums[int(m.sent)-w.lo] += weight
			}
			last = m.sent
		}
	}
	return sums
}
