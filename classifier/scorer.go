package classifier

import (
	"cmp"
	"slices"

	"oshirase/breach"
	"oshirase/classifier/learned"
)

// Outputs of a learned model; the last four stand before a value each.
const (
	OutputIncident  = "incident"
	OutputDisrupted = "service disrupted"
	OutputCore      = "core operation stopped"
	OutputNoHarm    = "no harm"
	outputPrimary   = "primary "
	outputVector    = "vector "
	outputLeak      = "leak "
	outputStage     = "stage "
)

// Outputs lists what a model of [learned] may answer here, by name.
func Outputs() []string {
	out := []string{OutputIncident, OutputDisrupted, OutputCore, OutputNoHarm}
	for _, v := range breach.Vectors() {
		out = append(out, outputPrimary+string(v), outputVector+string(v))
	}
	for _, l := range breach.LeakStatuses() {
		out = append(out, outputLeak+string(l))
	}
	for _, s := range breach.Stages() {
		out = append(out, outputStage+string(s))
	}
	return out
}

// scorer is a learned model bound to the signals of a machine.
type scorer struct {
	bias    []int32 // by output, in the order of Outputs
	known   []bool  // by output: the model answers it
	first   []int32 // weights of signal s are weights[first[s]:first[s+1]]
	weights []signalWeight
	output  map[string]int
	// unknown are signals of the model that the rules do not have.
	unknown []string
}

type signalWeight struct{ output, value int32 }

func newScorer(s *signals, m *learned.Model) *scorer {
	sc := &scorer{output: map[string]int{}}
	names := Outputs()
	for i, name := range names {
		sc.output[name] = i
	}
	sc.bias, sc.known = make([]int32, len(names)), make([]bool, len(names))
	to := make([]int, len(m.Outputs))
	for i, name := range m.Outputs {
		at, ok := sc.output[name]
		if !ok {
			to[i] = -1
			continue
		}
		to[i], sc.bias[at], sc.known[at] = at, m.Bias[i], true
	}
	id := make(map[string]int, len(s.names))
	for i, name := range s.names {
		id[name] = i
	}
	rows := make([][]signalWeight, len(s.names))
	for _, signal := range m.Signals {
		at, ok := id[signal.Name]
		if !ok {
			sc.unknown = append(sc.unknown, signal.Name)
			continue
		}
		for _, w := range signal.Weights {
			if o := to[w.Output]; o >= 0 {
				rows[at] = append(rows[at], signalWeight{int32(o), w.Value})
			}
		}
	}
	sc.first = make([]int32, len(rows)+1)
	for i, row := range rows {
		sc.weights = append(sc.weights, row...)
		sc.first[i+1] = int32(len(sc.weights))
	}
	return sc
}

// score adds up all outputs; the answer is in out's memory.
func (sc *scorer) score(b *bag, out []int32) []int32 {
	out = append(out[:0], sc.bias...)
	for _, id := range b.ids {
		for _, w := range sc.weights[sc.first[id]:sc.first[id+1]] {
			out[w.output] += w.value
		}
	}
	return out
}

// one adds up one output.
func (sc *scorer) one(b *bag, output int) int32 {
	sum := sc.bias[output]
	for _, id := range b.ids {
		sum += sc.weight(id, output)
	}
	return sum
}

func (sc *scorer) weight(id int32, output int) int32 {
	row := sc.weights[sc.first[id]:sc.first[id+1]]
	if i, ok := slices.BinarySearchFunc(row, int32(output), func(w signalWeight, o int32) int { return cmp.Compare(w.output, o) }); ok {
		return row[i].value
	}
	return 0
}

// best returns the value whose output, prefix and value, scores highest.
func best[T ~string](sc *scorer, scores []int32, prefix string, values []T) T {
	return slices.MaxFunc(values, func(a, b T) int {
		return cmp.Compare(scores[sc.output[prefix+string(a)]], scores[sc.output[prefix+string(b)]])
	})
}

// proof finds the sentence of w that speaks most for the output by itself, else
// the title where that does, and tells whether any does.
func (r *reading) proof(title *page, w window, output string) (on *page, where span, ok bool) {
	sc := r.c.scorer
	o := sc.output[output]
	telling := output != OutputIncident
	most := int32(0)
	try := func(p *page, s span, b *bag) {
		if sum := sc.one(b, o) - sc.bias[o]; sum > most {
			most, on, where = sum, p, s
		}
	}
	for i := w.lo; i < w.hi; i++ {
		try(&r.text, r.text.sentences[i].span, r.gather(nil, window{i, i + 1}, telling))
	}
	if on == nil && title != nil {
		try(title, span{0, int32(len(title.folded.text))}, r.gather(title, window{}, telling))
	}
	return on, where, on != nil
}
