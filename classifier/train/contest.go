package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"oshirase/classifier"
	"oshirase/classifier/learned"
)

// contest is the answers to how many a record touched, which stand against each
// other.
type contest struct {
	answers []answer
}

type answer struct {
	right   bool
	byHand  float64 // what the weights set by hand make of it
	columns []int32
	values  []float64
}

// Values of a signal of an answer, as of other signals: words and rules around a
// figure are many, and each is held down more than what the grammar says of it.
const (
	valueGrammar, valueAround = 1.0, 0.4
)

// hold is how much large weights cost beside a contest lost. With twice or three
// times of it one or two records of each corpus that measures change sides; with
// five times a plain line is read wrongly.
const hold = 1.5

// around are the beginnings of signals that are words, rules and concepts.
var around = []string{"before figure ", "behind figure ", "figure with ", "none, tells ", "figure then ", "figure after ", "figure of digits ", "figure is possible", "figure is confirmed", "figure is total"}

func answerValue(name string) float64 {
	for _, a := range around {
		if strings.HasPrefix(name, a) {
			return valueAround
		}
	}
	return valueGrammar
}

// contests is a conditional logistic regression with an L2 penalty: the weights w,
// beside those set by hand, that minimise hold·|w|²/2 − Σ log of the share that the
// right answers of a contest have of exp of their scores. What is seldom met so
// stays near what was set by hand.
type contests struct {
	list   []contest
	names  []string
	byHand []float64
	number map[string]int32
}

// column numbers the signals of answers.
func (p *contests) column(name string) int32 {
	at, ok := p.number[name]
	if !ok {
		at = int32(len(p.names))
		p.number[name] = at
		p.names, p.byHand = append(p.names, name), append(p.byHand, 0)
	}
	return at
}

// add adds the answers that a record allows, where one is right and others are not.
func (p *contests) add(choices []classifier.Choice, want *int64) {
	var made contest
	right := 0
	for _, choice := range choices {
		a := answer{right: want == nil && choice.Value == nil || want != nil && choice.Value != nil && *want == *choice.Value}
		if a.right {
			right++
		}
		for _, signal := range choice.Signals {
			at := p.column(signal.Name)
			a.byHand += signal.Share * p.byHand[at]
			a.columns, a.values = append(a.columns, at), append(a.values, signal.Share*answerValue(signal.Name))
		}
		made.answers = append(made.answers, a)
	}
	if right > 0 && right < len(made.answers) {
		p.list = append(p.list, made)
	}
}

// at returns the value at w, and its gradient in grad unless that is nil.
func (p *contests) at(w, grad []float64) float64 {
	sum := 0.0
	for _, x := range w {
		sum += hold * x * x / 2
	}
	for i := range grad {
		grad[i] = hold * w[i]
	}
	var scores []float64
	for i := range p.list {
		c := &p.list[i]
		scores = scores[:0]
		for i := range c.answers {
			z := c.answers[i].byHand
			for k, column := range c.answers[i].columns {
				z += w[column] * c.answers[i].values[k]
			}
			scores = append(scores, z)
		}
		all := logSum(scores, func(int) bool { return true })
		right := logSum(scores, func(i int) bool { return c.answers[i].right })
		sum += all - right
		if grad == nil {
			continue
		}
		for i := range c.answers {
			g := math.Exp(scores[i] - all)
			if c.answers[i].right {
				g -= math.Exp(scores[i] - right)
			}
			for k, column := range c.answers[i].columns {
				grad[column] += g * c.answers[i].values[k]
			}
		}
	}
	return sum
}

// logSum is the logarithm of the sum of exp over the scores that are in.
func logSum(scores []float64, in func(int) bool) float64 {
	most := math.Inf(-1)
	for i, s := range scores {
		if in(i) {
			most = max(most, s)
		}
	}
	sum := 0.0
	for i, s := range scores {
		if in(i) {
			sum += math.Exp(s - most)
		}
	}
	return most + math.Log(sum)
}

// learnCount adds to m what the samples that are in teach of the affected count.
// The incident is seen as m sees it, since so it will be.
func (t *table) learnCount(ctx context.Context, m *learned.Model, in func(*sample) bool) error {
	c := t.c.WithModel(m)
	p := contests{number: map[string]int32{}}
	for _, s := range c.ByHand() {
		p.byHand[p.column(s.Name)] = s.Weight
	}
	for _, s := range t.samples {
		if in(s) && s.lesson == ofCase {
			p.add(c.Choices(s.record.Notice()), s.record.Labels.AffectedCount)
		}
	}
	if len(p.list) == 0 {
		return nil
	}
	w, err := minimise(ctx, len(p.names), p.at)
	if err != nil {
		return fmt.Errorf("learn %q: %w", classifier.OutputCount, err)
	}
	o := len(m.Outputs)
	m.Outputs, m.Bias = append(m.Outputs, classifier.OutputCount), append(m.Bias, 0)
	for i, x := range w {
		if v := thousandths(x*answerValue(p.names[i]) + p.byHand[i]); v >= smallest || v <= -smallest {
			m.Signals = append(m.Signals, learned.Signal{Name: p.names[i], Weights: []learned.Weight{{Output: o, Value: v}}})
		}
	}
	slices.SortFunc(m.Signals, func(a, b learned.Signal) int { return strings.Compare(a.Name, b.Name) })
	return nil
}
