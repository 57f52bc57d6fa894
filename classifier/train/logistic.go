package train

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// problem is a logistic regression with an L2 penalty: the weights w, the last
// of them the bias, that minimise |w|²/2 + Σ cost·log(1+exp(−sign·w·x)).
type problem struct {
	samples []*sample
	sign    []float64 // 1 or −1
	cost    []float64
	columns int
}

// biasPenalty is how little the bias is held down beside the weights.
const biasPenalty = 0.01

// at returns the value at w, and its gradient in grad unless that is nil.
func (p *problem) at(w, grad []float64) float64 {
	b := p.columns
	sum := biasPenalty * w[b] * w[b] / 2
	for _, x := range w[:b] {
		sum += x * x / 2
	}
	if grad != nil {
		copy(grad, w)
		grad[b] = biasPenalty * w[b]
	}
	for i, s := range p.samples {
		z := w[b]
		for k, c := range s.columns {
			z += w[c] * s.values[k]
		}
		margin := p.sign[i] * z
		small := math.Exp(-math.Abs(margin))
		loss, wrong := math.Log1p(small), small/(1+small) // wrong: the probability of the other answer
		if margin < 0 {
			loss, wrong = loss-margin, 1/(1+small)
		}
		sum += p.cost[i] * loss
		if grad == nil {
			continue
		}
		g := -p.cost[i] * p.sign[i] * wrong
		for k, c := range s.columns {
			grad[c] += g * s.values[k]
		}
		grad[b] += g
	}
	return sum
}

// Where the fit is close enough: no figure changes beyond.
const (
	gradientSmall = 0.05
	mostSteps     = 200
)

func (p *problem) fit(ctx context.Context) ([]float64, error) {
	return minimise(ctx, p.columns+1, p.at)
}

// minimise finds the n weights where at is least; at gives its value and, unless
// grad is nil, its gradient.
func minimise(ctx context.Context, n int, at func(w, grad []float64) float64) ([]float64, error) {
	res, err := optimize.Minimize(
		optimize.Problem{
			Func: func(w []float64) float64 { return at(w, nil) },
			Grad: func(grad, w []float64) { at(w, grad) },
			Status: func() (optimize.Status, error) {
				if ctx.Err() != nil {
					return optimize.Failure, context.Cause(ctx)
				}
				return optimize.NotTerminated, nil
			},
		},
		make([]float64, n),
		&optimize.Settings{GradientThreshold: gradientSmall, MajorIterations: mostSteps},
		&optimize.LBFGS{})
	if err != nil {
		return nil, fmt.Errorf("minimise: %w", err)
	}
	return res.X, nil
}
