package eval

import (
	"encoding/json"
	"math"
)

// Rate is right answers out of all asked.
type Rate struct {
	Right int
	Of    int
}

func (r *Rate) add(ok bool) {
	r.Of++
	if ok {
		r.Right++
	}
}

// Value is the share of right answers, NaN where nothing was asked.
func (r Rate) Value() float64 { return ratio(r.Right, r.Of) }

// MarshalJSON writes right, of, and rate, null where nothing was asked.
func (r Rate) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"right": r.Right, "of": r.Of, "rate": measured(r.Value())})
}

// F1 counts hits, false alarms and misses.
type F1 struct {
	TP, FP, FN int
}

// Precision is the share of answers that are right, NaN where none was given.
func (f F1) Precision() float64 { return ratio(f.TP, f.TP+f.FP) }

// Recall is the share of labels that were found, NaN where there are none.
func (f F1) Recall() float64 { return ratio(f.TP, f.TP+f.FN) }

// F1 is the harmonic mean of both, NaN where there was neither label nor answer.
func (f F1) F1() float64 { return ratio(2*f.TP, 2*f.TP+f.FP+f.FN) }

// MarshalJSON writes the counts and the three figures, null where not measured.
func (f F1) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"tp": f.TP, "fp": f.FP, "fn": f.FN,
		"precision": measured(f.Precision()), "recall": measured(f.Recall()), "f1": measured(f.F1())})
}

func ratio(a, b int) float64 {
	if b == 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}

// measured is v for JSON, which has no NaN.
func measured(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

func (f *F1) addBool(want, got bool) {
	switch {
	case want && got:
		f.TP++
	case got:
		f.FP++
	case want:
		f.FN++
	}
}
