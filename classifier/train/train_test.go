package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oshirase/breach"
	"oshirase/classifier"
	"oshirase/classifier/eval"
	"oshirase/classifier/learned"
	"oshirase/configs"
)

func shipped(t *testing.T) *classifier.Classifier {
	t.Helper()
	c, err := classifier.New(classifier.Config{Rules: configs.Rules()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func corpus(t *testing.T, names ...string) []*eval.Record {
	t.Helper()
	var out []*eval.Record
	for _, name := range names {
		file, err := os.Open(filepath.Join("../eval/testdata", name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		list, err := eval.Read(eval.Corpus{Name: name, In: file})
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list...)
	}
	return out
}

// The minimum of a small problem is known: its gradient vanishes there.
func TestTheFitIsAMinimum(t *testing.T) {
	var p problem
	p.columns = 3
	for i := range 60 {
		s := &sample{columns: []int32{int32(i % 3)}, values: []float64{1}}
		if i%5 == 0 {
			s.columns, s.values = append(s.columns, int32((i+1)%3)), append(s.values, 0.5)
		}
		sign := 1.0
		if i%3 == 0 || i%7 == 0 {
			sign = -1
		}
		p.samples, p.sign, p.cost = append(p.samples, s), append(p.sign, sign), append(p.cost, 1+float64(i%2))
	}
	w, err := p.fit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	grad := make([]float64, len(w))
	best := p.at(w, grad)
	for j, g := range grad {
		if math.Abs(g) > gradientSmall {
			t.Errorf("the slope at weight %d is %g", j, g)
		}
		for _, step := range []float64{-0.1, 0.1} {
			w[j] += step
			if v := p.at(w, nil); v < best {
				t.Errorf("a step of %g at weight %d is better: %g < %g", step, j, v, best)
			}
			w[j] -= step
		}
	}
	if w[0] >= w[1] {
		t.Errorf("column 0 speaks against, column 1 for: %v", w)
	}
}

// testSlope holds the gradient that at gives at w against what small steps show.
func testSlope(t *testing.T, at func(w, grad []float64) float64, w []float64) {
	t.Helper()
	grad := make([]float64, len(w))
	at(w, grad)
	for j := range w {
		const h = 1e-6
		w[j] += h
		up := at(w, nil)
		w[j] -= 2 * h
		down := at(w, nil)
		w[j] += h
		if slope := (up - down) / (2 * h); math.Abs(slope-grad[j]) > 1e-4*max(1, math.Abs(slope)) {
			t.Errorf("weight %d: gradient %g, slope %g", j, grad[j], slope)
		}
	}
}

func TestTheGradientIsTheSlope(t *testing.T) {
	p := problem{columns: 2, sign: []float64{1, -1, 1}, cost: []float64{1, 2, 0.5}, samples: []*sample{
		{columns: []int32{0}, values: []float64{1}}, {columns: []int32{0, 1}, values: []float64{0.5, 1}}, {},
	}}
	w := []float64{3, -40, 0.2} // far out, where careless exponentials overflow
	testSlope(t, p.at, w)
}

func TestTheSlopeOfContestsIsTheirGradient(t *testing.T) {
	p := contests{list: []contest{
		{answers: []answer{
			{right: true, columns: []int32{0}, values: []float64{1}},
			{columns: []int32{0, 1}, values: []float64{0.5, 1}, byHand: 2},
			{right: true, columns: []int32{1}, values: []float64{-1}},
		}},
		{answers: []answer{{columns: []int32{1}, values: []float64{1}}, {right: true}}},
	}}
	w := []float64{40, -0.3}
	testSlope(t, p.at, w)
}

// What no record shows is weighed as by hand.
func TestWhatIsNotLearnedStaysAsSetByHand(t *testing.T) {
	c := shipped(t)
	m, err := Learn(t.Context(), c, corpus(t, "fresh"))
	if err != nil {
		t.Fatal(err)
	}
	weights := map[string]float64{}
	for _, s := range m.Signals {
		for _, w := range s.Weights {
			if m.Outputs[w.Output] == classifier.OutputCount {
				weights[s.Name] = float64(w.Value) / 1000
			}
		}
	}
	same := 0
	for _, s := range c.ByHand() {
		if weights[s.Name] == s.Weight {
			same++
		}
	}
	if same == 0 || same == len(c.ByHand()) {
		t.Errorf("%d of %d weights are as set by hand", same, len(c.ByHand()))
	}
}

// slack is what one processor's floating point may differ from another's by, in
// thousandths of a logit.
const slack = 5

func TestTheShippedModelIsWhatTheCorporaTeach(t *testing.T) {
	if underRace {
		t.Skip("make check trains anew without the race detector")
	}
	c := shipped(t)
	got, err := Learn(t.Context(), c, corpus(t, "learn", "dev", "holdout"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := configs.Rules().Open("learned.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := learned.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	flat := func(m *learned.Model) map[string]int32 {
		out := map[string]int32{}
		for i, o := range m.Outputs {
			out["bias of "+o] = m.Bias[i]
		}
		for _, s := range m.Signals {
			for _, w := range s.Weights {
				out[s.Name+" for "+m.Outputs[w.Output]] = w.Value
			}
		}
		return out
	}
	a, b := flat(got), flat(want)
	for name := range b {
		if _, ok := a[name]; !ok {
			a[name] = 0
		}
	}
	stale := 0
	for name, x := range a {
		// A weight below the smallest is left out.
		if d := x - b[name]; d > slack+smallest || d < -slack-smallest {
			if stale++; stale <= 5 {
				t.Errorf("%s: %d, in learned.tsv %d", name, x, b[name])
			}
		}
	}
	if stale > 0 {
		t.Errorf("%d weights differ: rules, concepts or corpora have changed since; run\n"+
			"go run ./cmd/oshirase train -o configs/rules/learned.tsv classifier/eval/testdata/{learn,dev,holdout}.jsonl", stale)
	}
}

// The model must be worth its place on records it was not trained on.
func TestTheModelBeatsTheRulesAloneOnWhatItHasNotSeen(t *testing.T) {
	c := shipped(t)
	records := corpus(t, "unseen")
	alone := c.WithModel(nil)
	rules := eval.Measure("alone", records, func(r *eval.Record) breach.Finding { return alone.Classify(r.Notice()) })
	both := eval.Measure("with", records, func(r *eval.Record) breach.Finding { return c.Classify(r.Notice()) })
	// Where the rules find fewer incidents they are asked for fewer facts, so the
	// right answers are counted and not their share.
	for name, of := range map[string]func(*eval.Report) float64{
		"relevance, F1":     func(r *eval.Report) float64 { return r.Relevance.F1() },
		"primary vector":    func(r *eval.Report) float64 { return float64(r.PrimaryVector.Right) },
		"all vectors":       func(r *eval.Report) float64 { return r.Vectors.F1() },
		"leak status":       func(r *eval.Report) float64 { return float64(r.LeakStatus.Right) },
		"stage":             func(r *eval.Report) float64 { return float64(r.Stage.Right) },
		"service disrupted": func(r *eval.Report) float64 { return float64(r.Disrupted.Right) },
		"severity":          func(r *eval.Report) float64 { return float64(r.Severity.Right) },
		"affected count":    func(r *eval.Report) float64 { return float64(r.CountTold.Right + r.CountSilent.Right) },
	} {
		t.Logf("%-20s alone %.3f, with the model %.3f", name, of(rules), of(both))
		if of(both) <= of(rules) {
			t.Errorf("%s: %.3f with the model, %.3f without", name, of(both), of(rules))
		}
	}
}

func TestCrossValidationJudgesWhatItDidNotTrainOn(t *testing.T) {
	c := shipped(t)
	records := corpus(t, "fresh", "register")
	folds, want := 0, 0
	mine := func(r *eval.Record) bool { return strings.HasPrefix(r.ID, "f-") }
	for _, r := range records {
		if mine(r) && r.Notice().Text != "" {
			want++
		}
	}
	v, err := CrossValidate(t.Context(), c, records, 3, mine, func(int) { folds++ })
	if err != nil {
		t.Fatal(err)
	}
	if folds != 3 || v.Learned.Records != want || v.Alone.Records != want {
		t.Errorf("%d folds, %d and %d records judged, want 3 and twice %d", folds, v.Learned.Records, v.Alone.Records, want)
	}
	for _, want := range []string{"records, each judged", "alone", "relevance, recall"} {
		if !strings.Contains(v.String(), want) {
			t.Errorf("%q is not in\n%s", want, v)
		}
	}
	if _, err := CrossValidate(t.Context(), c, records, 1, nil, nil); err == nil {
		t.Error("one fold leaves nothing to train on, and that is no error")
	}
}

func TestLearningStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if _, err := Learn(ctx, shipped(t), corpus(t, "fresh")); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestWhatTeachesNothingIsAnError(t *testing.T) {
	c := shipped(t)
	if _, err := Learn(t.Context(), c, nil); err == nil {
		t.Error("no records, no error")
	}
	var same []*eval.Record
	for _, r := range corpus(t, "fresh") {
		if !r.Labels.IsBreach {
			same = append(same, r)
		}
	}
	if _, err := Learn(t.Context(), c, same); err == nil || !strings.Contains(fmt.Sprint(err), "all alike") {
		t.Errorf("only other matters: %v", err)
	}
}

func TestTheSlopeOfMentionsIsTheirGradient(t *testing.T) {
	p := mentions{value: []float64{1, 0.4}, byHand: []float64{1.5, 0}, list: []told{
		{touched: true, mentions: [][]int32{{0}, {0, 1}}},
		{mentions: [][]int32{{1}, {0}, {1}}},
	}}
	testSlope(t, p.at, []float64{4, -0.3})
}

// A kind is touched where one of its mentions says so, whatever the others say.
func TestAKindIsToldByOneOfItsMentions(t *testing.T) {
	p := newMentions()
	for i := range 4 * fewestMentioned {
		list := []classifier.Mention{{Kind: breach.DataName, Signals: []string{"data aside"}}, {Kind: breach.DataName, Signals: []string{"data listed"}}}
		if i%2 == 0 {
			list = list[:1]
		}
		p.add(list, []breach.DataType{breach.DataName}[:i%2])
	}
	p.drop()
	w, err := minimise(t.Context(), len(p.names), p.at)
	if err != nil {
		t.Fatal(err)
	}
	if aside, listed := w[p.number["data aside"]], w[p.number["data listed"]]; aside >= 0 || listed <= 0 {
		t.Errorf("a mention aside weighs %.2f, one that is listed %.2f", aside, listed)
	}
}
