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

// proof finds the sentence of the title or of sentences lo to hi that speaks
// most for the output by itself, and tells whether one speaks for it at all.
func (r *reading) proof(title *page, lo, hi int, output string) (*page, span, bool) {
	sc, s := r.c.scorer, r.c.signals
	o := sc.output[output]
	var on *page
	var where span
	most := int32(0)
	try := func(p *page, i int) {
		b := &r.proofBag
		b.reset(len(s.names))
		list := r.addSentence(b, p, i)
		if p.in == "title" {
			for _, c := range list {
				b.add(s.titled(c))
			}
		}
		for kind := range p.marks {
			if len(p.marks[kind]) > 0 && s.ruled[kind] && p.has(kind, p.sentences[i].span) {
				if p.in == "title" {
					b.add(s.titleRule(kind))
				} else {
					b.add(s.rule(kind))
				}
			}
		}
		sum := int32(0)
		for _, id := range b.ids {
			sum += sc.weight(id, o)
		}
		if sum > most {
			most, on, where = sum, p, p.sentences[i].span
		}
	}
	for i := lo; i < hi; i++ {
		try(&r.text, i)
	}
	if on == nil && title != nil {
		for i := range title.sentences {
			try(title, i)
		}
	}
	return on, where, on != nil
}
