package train

import (
	"context"
	"fmt"
	"strings"

	"oshirase/breach"
	"oshirase/classifier"
	"oshirase/classifier/eval"
)

// Validation holds the rules alone beside rules and model, on records that the
// model was not trained on.
type Validation struct {
	Alone, Learned *eval.Report
}

// CrossValidate divides the records into folds, trains on all but one fold, and
// judges that one, for each fold in turn. measured tells which records are
// judged; the others are always trained on. After each fold it calls progress,
// if given.
func CrossValidate(ctx context.Context, c *classifier.Classifier, records []*eval.Record, folds int, measured func(*eval.Record) bool, progress func(fold int)) (*Validation, error) {
	if folds < 2 || folds > len(records) {
		return nil, fmt.Errorf("%d folds of %d records: there must be at least 2, and a record for each", folds, len(records))
	}
	alone := c.WithModel(nil)
	t := newTable(alone, records)
	fold := make(map[*sample]int, len(t.samples))
	at := map[*eval.Record]int{}
	for i, r := range records {
		at[r] = i
	}
	for _, s := range t.samples {
		fold[s] = -1
		if measured == nil || measured(s.record) {
			fold[s] = at[s.record] % folds
		}
	}
	answers := map[*eval.Record]breach.Finding{}
	var judged []*eval.Record
	for n := range folds {
		m, err := t.learn(ctx, func(s *sample) bool { return fold[s] != n })
		if err != nil {
			return nil, fmt.Errorf("fold %d: %w", n+1, err)
		}
		with := c.WithModel(m)
		for _, s := range t.samples {
			if fold[s] == n && s.lesson != ofCase && s.whole {
				answers[s.record] = with.Classify(s.record.Notice())
				judged = append(judged, s.record)
			}
		}
		if progress != nil {
			progress(n + 1)
		}
	}
	return &Validation{
		Alone:   eval.Measure("rules alone", judged, func(r *eval.Record) breach.Finding { return alone.Classify(r.Notice()) }),
		Learned: eval.Measure("with model", judged, func(r *eval.Record) breach.Finding { return answers[r] }),
	}, nil
}

// String is a table for people: a figure a line, the rules alone, with the
// model, and the goal.
func (v *Validation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d records, each judged by a model that was not trained on it\n\n%-32s %8s %8s %8s\n", v.Learned.Records, "", "alone", "learned", "goal")
	for _, f := range eval.Figures() {
		fmt.Fprintf(&b, "%-32s %8s %8s %8s  %s\n", f.Name, f.Text(v.Alone), f.Text(v.Learned), f.GoalText(), f.Counts(v.Learned))
	}
	return b.String()
}
