// Package train learns a model for the classifier from labelled notices.
//
// [Learn] fits, for every output of the classifier, a logistic regression over
// the signals of the records; [CrossValidate] shows what that is worth on
// records it was not trained on, beside the rules alone. Both give the same
// result for the same records in the same order.
package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"oshirase/breach"
	"oshirase/classifier"
	"oshirase/classifier/eval"
	"oshirase/classifier/learned"
)

// What was chosen by cross-validation over the project's own corpora.
const (
	// strength is how much a record's error costs against large weights.
	strength = 2.0
	// Values of a signal that is present: the smaller, the more the weight of such
	// signals is held down. Words at 0.12 cost up to two points of the leak status
	// of some corpora; between 0.2 and 0.3 as many rise as fall.
	valueSingle, valuePair, valueWord = 0.5, 0.4, 0.25
	// valueParty is that of what other organisations did, which is read by grammar
	// and many words of the same text cannot outvote.
	valueParty = 0.7
	// valueTitle is that of a signal of a title alone, which has few.
	valueTitle = 0.35
	// In how many texts, or titles alone, a word must stand to be learned. Half as
	// many made the model two fifths larger, and no better.
	fewestTexts, fewestTitles = 40, 4
	// costMissed is what an incident, a vector or a kind of data missed costs, one
	// falsely seen costs 1.
	costMissed = 1.5
	// costSilence is what it costs to read a leak status into a notice that tells none:
	// among real notices those are nearly twice as many as among those that teach.
	costSilence = 1.7
)

// The least weights, in thousandths, that are worth a place in the model: of a
// word, and of any other signal.
const smallestWord, smallest = 12, 8

// valueOf is the value of a signal, where it is present.
func valueOf(signal string, to lesson) float64 {
	switch {
	case to == ofTitle:
		return valueTitle
	case strings.Contains(signal, "+"):
		return valuePair
	}
	if _, ok := classifier.CutWord(signal); ok {
		return valueWord
	}
	if classifier.IsParty(signal) {
		return valueParty
	}
	return valueSingle
}

// lesson is what a sample teaches.
type lesson int

const (
	ofText  lesson = iota // whether a text tells of an incident
	ofTitle               // whether a title alone does
	ofCase                // how the incident went
)

// sample is one record as learning sees it.
type sample struct {
	record  *eval.Record
	lesson  lesson
	whole   bool // not only the beginning of the text
	columns []int32
	values  []float64
}

// table is the samples with their signals numbered.
type table struct {
	samples []*sample
	names   []string
	number  map[string]int32
	c       *classifier.Classifier
	inTexts map[string]bool // the words that stand in enough texts
}

func newTable(c *classifier.Classifier, records []*eval.Record) *table {
	t := &table{number: map[string]int32{}, inTexts: map[string]bool{}}
	words := t.vocabulary(c, records)
	c = c.WithVocabulary(words)
	t.c = c
	for _, r := range records {
		if r.Notice().Text == "" {
			t.add(c, r.Notice(), &sample{record: r, lesson: ofTitle, whole: true})
			continue
		}
		t.add(c, r.Notice(), &sample{record: r, whole: true})
		last := ""
		for _, letters := range leadLetters {
			lead, ok := leadOf(r.Notice(), letters)
			if !ok || lead.Text == last || r.Labels.IsBreach && !c.Classify(lead).IsBreach {
				continue
			}
			last = lead.Text
			t.add(c, lead, &sample{record: r})
		}
		if r.Labels.IsBreach {
			t.add(c, r.Notice(), &sample{record: r, lesson: ofCase, whole: true})
		}
	}
	return t
}

// vocabulary is the words that stand in enough of the texts, which it notes, or
// of the titles alone.
func (t *table) vocabulary(c *classifier.Classifier, records []*eval.Record) []string {
	texts, titles := map[string]int{}, map[string]int{}
	for _, r := range records {
		count := texts
		if r.Notice().Text == "" {
			count = titles
		}
		for _, w := range c.Words(r.Notice()) {
			count[w]++
		}
	}
	words := map[string]bool{}
	for w, n := range texts {
		if n >= fewestTexts {
			words[w], t.inTexts[w] = true, true
		}
	}
	for w, n := range titles {
		if n >= fewestTitles {
			words[w] = true
		}
	}
	return slices.Sorted(maps.Keys(words))
}

// leadLetters is how many letters the leads have at least; they end with a
// sentence.
var leadLetters = []int{20, 60}

// leadOf cuts a notice after its first sentences, so that short texts are
// learned from too; false where that is all of it.
func leadOf(n *breach.Notice, least int) (*breach.Notice, bool) {
	letters := 0
	for i, r := range n.Text {
		letters++
		if letters >= least && (r == '。' || r == '.') && i+utf8.RuneLen(r) < len(n.Text) {
			lead := *n
			lead.Text = n.Text[:i+utf8.RuneLen(r)]
			return &lead, true
		}
	}
	return nil, false
}

// add fills s with the signals of n, which is its record's notice or the lead of
// that.
func (t *table) add(c *classifier.Classifier, n *breach.Notice, s *sample) {
	apart := 0 // from words
	for _, name := range c.Signals(n, s.lesson == ofCase) {
		word, ok := classifier.CutWord(name)
		if ok && s.lesson != ofTitle && !t.inTexts[word] {
			continue
		}
		if !ok {
			apart++
		}
		at, ok := t.number[name]
		if !ok {
			at = int32(len(t.names))
			t.number[name] = at
			t.names = append(t.names, name)
		}
		s.columns, s.values = append(s.columns, at), append(s.values, valueOf(name, s.lesson))
	}
	if s.lesson != ofTitle {
		for i := range s.values {
			s.values[i] *= classifier.Damping(apart)
		}
	}
	t.samples = append(t.samples, s)
}

// question is one output: which samples answer it, and how.
type question struct {
	output string
	lesson lesson
	asks   func(r *eval.Record) bool
	yes    func(r *eval.Record) bool
	missed float64 // the cost of a yes taken for a no; the other error costs 1
	whole  bool    // leads teach nothing
}

// stoppable reports whether the record's severity tells if a core operation
// stood still: one of an attack that is critical for no number of people.
func stoppable(r *eval.Record) bool {
	l := r.Labels
	if !l.IsBreach || l.Severity == nil || !slices.ContainsFunc(l.Vectors, func(v breach.Vector) bool {
		return v == breach.Ransomware || v == breach.UnauthorizedAccess || v == breach.VulnerabilityExploit || v == breach.Malware
	}) {
		return false
	}
	return *l.Severity != breach.Critical || l.AffectedCount == nil || l.ServiceDisrupted && *l.AffectedCount < 1000
}

func questions() []question {
	all := func(*eval.Record) bool { return true }
	incident := func(r *eval.Record) bool { return r.Labels.IsBreach }
	var out []question
	for _, name := range classifier.Outputs() {
		if name == classifier.OutputCount || name == classifier.OutputData {
			continue // learnCount and learnData ask
		}
		q := question{output: name, lesson: ofCase, missed: 1}
		kind, value, _ := strings.Cut(name, " ")
		switch {
		case name == classifier.OutputIncident:
			q.lesson, q.asks, q.yes, q.missed = ofText, all, incident, costMissed
		case name == classifier.OutputSeveral:
			q.lesson, q.asks, q.whole = ofText, incident, true
			q.yes = func(r *eval.Record) bool { return r.Labels.Incidents > 1 }
		case name == classifier.OutputTitle:
			q.lesson, q.asks, q.yes = ofTitle, all, incident
		case name == classifier.OutputDisrupted:
			q.asks, q.yes = incident, func(r *eval.Record) bool { return r.Labels.ServiceDisrupted }
		case name == classifier.OutputCore:
			q.asks, q.yes = stoppable, func(r *eval.Record) bool { return *r.Labels.Severity == breach.Critical }
		case name == classifier.OutputNoHarm:
			q.asks = func(r *eval.Record) bool { return r.Labels.IsBreach && r.Labels.Severity != nil }
			q.yes = func(r *eval.Record) bool { return *r.Labels.Severity == breach.Info }
		case kind == "primary":
			q.asks, q.yes = incident, func(r *eval.Record) bool {
				return r.Labels.PrimaryVector != nil && string(*r.Labels.PrimaryVector) == value
			}
		case kind == "vector":
			q.asks, q.yes = incident, func(r *eval.Record) bool { return slices.Contains(r.Labels.Vectors, breach.Vector(value)) }
			q.missed = costMissed
		case strings.HasPrefix(name, "title primary "):
			value = strings.TrimPrefix(value, "primary ")
			q.lesson, q.asks, q.yes = ofTitle, incident, func(r *eval.Record) bool {
				return r.Labels.PrimaryVector != nil && string(*r.Labels.PrimaryVector) == value
			}
		case kind == "leak":
			q.asks, q.yes = incident, func(r *eval.Record) bool { return string(r.Labels.LeakStatus) == value }
			if value == string(breach.LeakUnknown) {
				q.missed = costSilence
			}
		case kind == "stage":
			q.asks, q.yes = incident, func(r *eval.Record) bool { return string(r.Labels.Stage) == value }
		}
		out = append(out, q)
	}
	return out
}

// Learn fits a model to the records. The classifier gives the signals; what it
// has learned before plays no part.
func Learn(ctx context.Context, c *classifier.Classifier, records []*eval.Record) (*learned.Model, error) {
	if len(records) == 0 {
		return nil, errors.New("no records to learn from")
	}
	return newTable(c.WithModel(nil), records).learn(ctx, func(*sample) bool { return true })
}

// learn fits every output to the samples that are in.
func (t *table) learn(ctx context.Context, in func(*sample) bool) (*learned.Model, error) {
	qs := questions()
	weights := make([][]float64, len(qs))
	g, part := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, q := range qs {
		g.Go(func() error {
			var p problem
			yes := 0
			for _, s := range t.samples {
				if !in(s) || !q.asks(s.record) || s.lesson != q.lesson || q.whole && !s.whole {
					continue
				}
				p.samples = append(p.samples, s)
				if q.yes(s.record) {
					yes++
					p.sign, p.cost = append(p.sign, 1), append(p.cost, strength*q.missed)
				} else {
					p.sign, p.cost = append(p.sign, -1), append(p.cost, strength)
				}
			}
			if yes == 0 || yes == len(p.samples) {
				return nil // nothing to tell apart: the output is left out
			}
			p.columns = len(t.names)
			w, err := p.fit(part)
			if err != nil {
				return fmt.Errorf("learn %q: %w", q.output, err)
			}
			weights[i] = w
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	m, err := t.model(qs, weights)
	if err != nil {
		return nil, err
	}
	if err := t.learnData(ctx, m, in); err != nil {
		return nil, err
	}
	return m, t.learnCount(ctx, m, in)
}

func thousandths(x float64) int32 { return int32(math.Round(1000 * x)) }

// model writes the weights out, in thousandths, with the values of the signals
// multiplied in.
func (t *table) model(qs []question, weights [][]float64) (*learned.Model, error) {
	m := &learned.Model{}
	rows := make([][]learned.Weight, len(t.names))
	for i, q := range qs {
		w := weights[i]
		if w == nil {
			continue
		}
		o := len(m.Outputs)
		m.Outputs, m.Bias = append(m.Outputs, q.output), append(m.Bias, thousandths(w[len(t.names)]))
		for at, name := range t.names {
			least := int32(smallest)
			if _, ok := classifier.CutWord(name); ok {
				least = smallestWord
			}
			if x := thousandths(w[at] * valueOf(name, q.lesson)); x >= least || x <= -least {
				rows[at] = append(rows[at], learned.Weight{Output: o, Value: x})
			}
		}
	}
	if len(m.Outputs) == 0 {
		return nil, errors.New("nothing can be learned: the records are all alike; they need incidents and other matters")
	}
	for at, row := range rows {
		if len(row) > 0 {
			m.Signals = append(m.Signals, learned.Signal{Name: t.names[at], Weights: row})
		}
	}
	slices.SortFunc(m.Signals, func(a, b learned.Signal) int { return strings.Compare(a.Name, b.Name) })
	return m, nil
}
