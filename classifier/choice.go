package classifier

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"oshirase/breach"
)

// choice is an answer to how many were touched: the figure at parts[0], the sum
// of several, or where there are no parts the one that the words tell of, or none.
type choice struct {
	sumOfParts
	one bool
	// score is, in thousandths of a logit, the mean of what speaks for each part
	// and what speaks for the sum or for none.
	score int32
}

// headline chooses what the notice leads with: the figure, the sum of figures, the
// one or the silence that most speaks for.
func (f *facts) headline(v *view, all []candidate) {
	list := f.current(v, all)
	list = list[:min(len(list), maxWeighed)]
	one, told := v.oneTold()
	if len(list) == 0 && !told {
		return
	}
	has := f.allHints(v, list)
	choices := f.choices(v, list, has, told)
	best := slices.MaxFunc(choices, func(a, b choice) int { return cmp.Compare(a.score, b.score) })
	if f.r.explaining {
		f.traceChoices(v, list, has, choices)
	}
	if best.none() {
		return
	}
	f.AffectedCount = &best.value
	if best.one {
		f.ev.add("affected_count", one.page, one.page.around(one.mark))
		return
	}
	for _, i := range best.parts {
		c := &list[i]
		f.ev.add("affected_count", c.page, c.page.around(mark{span: c.span, sent: c.sent, clause: c.clause}))
	}
	f.unnumbered = mailbox(list[best.parts[0]])
}

// none reports whether the answer is that none is told.
func (c *choice) none() bool { return len(c.parts) == 0 && !c.one }

// choices weighs every answer that the figures of list allow, and one where the
// words tell of one.
func (f *facts) choices(v *view, list []candidate, has [][hints]bool, one bool) []choice {
	sums := f.sums(list)
	out := make([]choice, 0, len(list)+len(sums)+1)
	weights, first := f.r.countWeights()
	weigh := func(add func(b *bag)) int32 {
		b := f.r.newBag()
		add(b)
		score := int32(0)
		for _, id := range b.ids {
			score += weights[id-first]
		}
		return score
	}
	at := make([]int, len(list))
	for i := range list {
		at[i] = i
		out = append(out, choice{sumOfParts: sumOfParts{value: list[i].value, parts: at[i : i+1]}, score: weigh(func(b *bag) { f.addFigure(b, list, i, &has[i]) })})
	}
	for i := range sums {
		s := &sums[i]
		mean := int32(0)
		for _, at := range s.parts {
			mean += out[at].score
		}
		mean /= int32(len(s.parts))
		out = append(out, choice{sumOfParts: *s, score: mean + weigh(func(b *bag) { f.addSum(b, list, has, s) })})
	}
	if one {
		out = append(out, choice{sumOfParts: sumOfParts{value: 1}, one: true, score: weigh(func(b *bag) { f.addOne(b, v, list) })})
	}
	return append(out, choice{score: weigh(func(b *bag) { f.addNone(b, v, list) })})
}

// apart calls yield for every signal of a choice, with the share of its weight
// that counts.
func (f *facts) apart(v *view, list []candidate, has [][hints]bool, c *choice, yield func(id int32, share float64)) {
	for _, at := range c.parts {
		b := f.r.newBag()
		f.addFigure(b, list, at, &has[at])
		for _, id := range b.ids {
			yield(id, 1/float64(len(c.parts)))
		}
	}
	b := f.r.newBag()
	switch {
	case c.one:
		f.addOne(b, v, list)
	case len(c.parts) == 0:
		f.addNone(b, v, list)
	case len(c.parts) > 1:
		f.addSum(b, list, has, &c.sumOfParts)
	}
	for _, id := range b.ids {
		yield(id, 1)
	}
}

// countWeights are what each signal from first on speaks for the choice that shows
// it: as learned, else as set by hand.
func (r *reading) countWeights() (weights []int32, first int32) {
	if sc := r.c.scorer; sc != nil && sc.known[sc.output[OutputCount]] {
		return sc.column[sc.output[OutputCount]], 0
	}
	return r.c.signals.byHand, r.c.signals.figures.first
}

// maxChoicesShown bounds the answers that are explained.
const maxChoicesShown = 3

// traceChoices remembers what the best answers are made of.
func (f *facts) traceChoices(v *view, list []candidate, has [][hints]bool, choices []choice) {
	choices = slices.Clone(choices)
	slices.SortStableFunc(choices, func(a, b choice) int { return cmp.Compare(b.score, a.score) })
	shown := map[string]bool{}
	learned, first := f.r.countWeights()
	for i := range choices {
		c := &choices[i]
		output := OutputCount + " none"
		if !c.none() {
			output = OutputCount + " " + strconv.FormatInt(c.value, 10)
		}
		if shown[output] || len(shown) == maxChoicesShown {
			continue
		}
		shown[output] = true
		a := LearnedAnswer{Case: f.r.caseAt, Output: output, Score: float64(c.score) / 1000}
		weights := map[string]float64{}
		f.apart(v, list, has, c, func(id int32, share float64) {
			if w := learned[id-first]; w != 0 {
				weights[f.r.c.signals.names[id]] += float64(w) / 1000 * share
			}
		})
		for name, w := range weights {
			a.Signals = append(a.Signals, LearnedSignal{name, w})
		}
		slices.SortFunc(a.Signals, heaviestFirst)
		a.Signals = a.Signals[:min(len(a.Signals), maxSignalsShown)]
		f.r.answers = append(f.r.answers, a)
	}
}

// Choice is an answer to how many a notice touched, for training.
type Choice struct {
	Value   *int64 // nil: none is told
	Signals []ChoiceSignal
}

// ChoiceSignal is a signal of a choice and the share of its weight that counts:
// less than 1 where only some of the figures of a sum show it.
type ChoiceSignal struct {
	Name  string
	Share float64
}

// ByHand lists the signals of choices that are weighed by hand, and their weights,
// which learning begins with.
func (c *Classifier) ByHand() []LearnedSignal {
	var out []LearnedSignal
	for i, w := range c.signals.byHand {
		if w != 0 {
			out = append(out, LearnedSignal{c.signals.names[int(c.signals.figures.first)+i], float64(w) / 1000})
		}
	}
	return out
}

// Choices lists the answers between which the classifier chooses how many a notice
// touched; none where it tells of no figure and of no one, or of several incidents.
// It is for training.
func (c *Classifier) Choices(notice *breach.Notice) []Choice {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	r.open(notice, false)
	r.relevance()
	r.readFigures()
	views := r.split()
	if len(views) > 1 {
		return nil
	}
	v := &views[0]
	f := r.readByRules(v)
	f.learn(v)
	f.readData(v)
	list := f.current(v, f.candidates(v))
	list = list[:min(len(list), maxWeighed)]
	_, told := v.oneTold()
	if len(list) == 0 && !told {
		return nil
	}
	has := f.allHints(v, list)
	var out []Choice
	for _, ch := range f.choices(v, list, has, told) {
		var made Choice
		if !ch.none() {
			made.Value = &ch.value
		}
		shares := map[int32]float64{}
		f.apart(v, list, has, &ch, func(id int32, share float64) { shares[id] += share })
		for id, share := range shares {
			made.Signals = append(made.Signals, ChoiceSignal{c.signals.names[id], share})
		}
		slices.SortFunc(made.Signals, func(a, b ChoiceSignal) int { return strings.Compare(a.Name, b.Name) })
		out = append(out, made)
	}
	return out
}
