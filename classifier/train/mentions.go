package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"oshirase/breach"
	"oshirase/classifier"
	"oshirase/classifier/learned"
)

// What was chosen by cross-validation for mentions of data.
const (
	// holdData is how much large weights cost beside a kind misjudged; with three
	// quarters or half as much again of it the figures are the same.
	holdData = 4
	// pointed is how much the best mention of a kind counts before the others: as the
	// power of a mean, so that it nears what is asked in use, which is the best alone.
	pointed = 3
	// fewestMentioned is in how many texts a signal of mentions must stand.
	fewestMentioned = 20
)

// widely are the beginnings of signals of mentions that are rules, concepts and
// words near them.
var widely = []string{"data with ", "item with ", "data before ", "item before ", "data behind ", "item behind "}

func mentionValue(name string) float64 {
	for _, a := range widely {
		if strings.HasPrefix(name, a) {
			return valueAround
		}
	}
	return valueGrammar
}

// told is a kind of data of a record that its mentions may tell.
type told struct {
	touched  bool      // which costs costMissed to miss, else 1
	mentions [][]int32 // columns
}

// mentions is a logistic regression with an L2 penalty over what the mentions of a
// kind are worth together, a soft maximum: the weights w, beside those set by hand,
// that minimise holdData·|w|²/2 + Σ cost·log(1+exp(−sign·worth)).
type mentions struct {
	list          []told
	names         []string
	value, byHand []float64
	number        map[string]int32
	texts         []int // by column: in how many it stands
}

func newMentions() *mentions {
	p := &mentions{number: map[string]int32{}}
	for _, s := range classifier.DataByHand {
		p.byHand[p.column(s.Name)] = s.Weight
	}
	return p
}

// column numbers the signals of mentions.
func (p *mentions) column(name string) int32 {
	at, ok := p.number[name]
	if !ok {
		at = int32(len(p.names))
		p.number[name] = at
		p.names, p.value, p.byHand, p.texts = append(p.names, name), append(p.value, mentionValue(name)), append(p.byHand, 0), append(p.texts, 0)
	}
	return at
}

// add adds the mentions of one record, whose labels say which kinds were touched.
func (p *mentions) add(list []classifier.Mention, touched []breach.DataType) {
	seen := map[int32]bool{}
	for _, d := range breach.DataTypes() {
		made := told{touched: slices.Contains(touched, d)}
		for _, m := range list {
			if m.Kind != d {
				continue
			}
			columns := make([]int32, len(m.Signals))
			for i, name := range m.Signals {
				columns[i] = p.column(name)
				if !seen[columns[i]] {
					seen[columns[i]] = true
					p.texts[columns[i]]++
				}
			}
			made.mentions = append(made.mentions, columns)
		}
		if len(made.mentions) > 0 {
			p.list = append(p.list, made)
		}
	}
}

// drop forgets the signals that stand in too few texts.
func (p *mentions) drop() {
	for i := range p.list {
		for j, columns := range p.list[i].mentions {
			p.list[i].mentions[j] = slices.DeleteFunc(columns, func(c int32) bool { return p.byHand[c] == 0 && p.texts[c] < fewestMentioned })
		}
	}
}

// at returns the value at w, and its gradient in grad unless that is nil.
func (p *mentions) at(w, grad []float64) float64 {
	sum := 0.0
	for _, x := range w {
		sum += holdData * x * x / 2
	}
	for i := range grad {
		grad[i] = holdData * w[i]
	}
	var scores []float64
	for i := range p.list {
		t := &p.list[i]
		scores = scores[:0]
		for _, columns := range t.mentions {
			z := 0.0
			for _, c := range columns {
				z += w[c]*p.value[c] + p.byHand[c]
			}
			scores = append(scores, pointed*z)
		}
		all := logSum(scores, func(int) bool { return true })
		sign := -1.0
		if t.touched {
			sign = 1
		}
		margin := sign * all / pointed
		small := math.Exp(-math.Abs(margin))
		loss, wrong := math.Log1p(small), small/(1+small)
		if margin < 0 {
			loss, wrong = loss-margin, 1/(1+small)
		}
		if t.touched {
			loss, wrong = loss*costMissed, wrong*costMissed
		}
		sum += loss
		if grad == nil {
			continue
		}
		for j, columns := range t.mentions {
			g := -sign * wrong * math.Exp(scores[j]-all)
			for _, c := range columns {
				grad[c] += g * p.value[c]
			}
		}
	}
	return sum
}

// learnData adds to m what the samples that are in teach of mentions of data. The
// incident is seen as m sees it, since so it will be.
func (t *table) learnData(ctx context.Context, m *learned.Model, in func(*sample) bool) error {
	c := t.c.WithModel(m)
	p := newMentions()
	for _, s := range t.samples {
		if in(s) && s.lesson == ofCase {
			p.add(c.Mentions(s.record.Notice()), s.record.Labels.DataTypes)
		}
	}
	if len(p.list) == 0 {
		return nil
	}
	p.drop()
	w, err := minimise(ctx, len(p.names), p.at)
	if err != nil {
		return fmt.Errorf("learn %q: %w", classifier.OutputData, err)
	}
	o := len(m.Outputs)
	m.Outputs, m.Bias = append(m.Outputs, classifier.OutputData), append(m.Bias, 0)
	for i, x := range w {
		least := int32(smallest)
		if strings.Contains(p.names[i], " word:") {
			least = smallestWord
		}
		if v := thousandths(x*p.value[i] + p.byHand[i]); v >= least || v <= -least {
			m.Signals = append(m.Signals, learned.Signal{Name: p.names[i], Weights: []learned.Weight{{Output: o, Value: v}}})
		}
	}
	slices.SortFunc(m.Signals, func(a, b learned.Signal) int { return strings.Compare(a.Name, b.Name) })
	return nil
}
