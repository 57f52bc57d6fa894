package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"oshirase/app"
	"oshirase/classifier/eval"
	"oshirase/classifier/train"
)

type trainCmd struct {
	configFlag
	Corpora []string `arg:"" name:"corpus" help:"Labelled notices, one JSON object a line; - reads stdin. Those without a text teach how to judge titles alone."`
	Out     string   `short:"o" help:"Where the model goes; with the rules directory of the configuration, as learned.tsv, it is used instead of the shipped one." placeholder:"FILE"`
	Folds   int      `help:"Cross-validate in so many folds and print what the model is worth beside the rules alone." placeholder:"N"`
	Of      []string `help:"With --folds: judge only the records of these corpora; the others are only trained on." placeholder:"CORPUS"`
}

// Help is the tail of train --help.
func (trainCmd) Help() string {
	return `Learns, from labelled notices, how much each signal of a text speaks for each answer (the concepts of the rules alone and two in one sentence, what rules say, words that stand in enough of the notices), and of each figure, sum of figures or silence, how much it speaks for how many were touched. The model is text, one signal a line.

  oshirase train --folds 6 classifier/eval/testdata/learn.jsonl     is it worth it?
  oshirase train -o configs/rules/learned.tsv classifier/eval/testdata/{learn,dev,holdout}.jsonl
  oshirase train -o my-rules/learned.tsv mine.jsonl

A line has the fields id, title, publisher, published, lang, text and labels; docs/severity.md explains the labels.`
}

// Run trains, validates, or both.
func (c *trainCmd) Run(ctx context.Context, std *streams) error {
	if c.Out == "" && c.Folds == 0 {
		return usageError{fmt.Errorf("nothing to do: give -o FILE, --folds N, or both")}
	}
	for _, name := range c.Of {
		if !slices.Contains(c.Corpora, name) {
			return usageError{fmt.Errorf("--of %s: it is not among the corpora: give it there as well", name)}
		}
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	judge, err := app.NewClassifier(cfg)
	if err != nil {
		return usageError{err}
	}
	corpora, done, err := openCorpora(c.Corpora, std)
	if err != nil {
		return err
	}
	defer done()
	var records []*eval.Record
	judged := map[*eval.Record]bool{}
	for i, corpus := range corpora {
		list, err := eval.Read(corpus)
		if err != nil {
			return err
		}
		for _, r := range list {
			judged[r] = len(c.Of) == 0 || slices.Contains(c.Of, c.Corpora[i])
		}
		records = append(records, list...)
	}
	if c.Folds > 0 {
		v, err := train.CrossValidate(ctx, judge, records, c.Folds, func(r *eval.Record) bool { return judged[r] }, progress(std.err, "%d folds"))
		if err != nil {
			return err
		}
		if _, err := io.WriteString(std.out, v.String()); err != nil {
			return err
		}
	}
	if c.Out == "" {
		return nil
	}
	if terminal(std.err) {
		fmt.Fprintf(std.err, "learning from %d records; ten thousand take a minute\n", len(records))
	}
	m, err := train.Learn(ctx, judge, records)
	if err != nil {
		return err
	}
	var names []string
	for _, corpus := range corpora {
		names = append(names, filepath.Base(corpus.Name))
	}
	texts := 0
	for _, r := range records {
		if r.Notice().Text != "" {
			texts++
		}
	}
	m.Comment = []string{
		fmt.Sprintf("Learned by oshirase train from %d texts of %s.", texts, strings.Join(names, ", ")),
		"Outputs and their biases, then a signal a line: number of the output=weight, in thousandths of a logit.",
	}
	if err := os.WriteFile(c.Out, m.Encode(), 0o644); err != nil {
		return fmt.Errorf("write the model: %w", err)
	}
	_, err = fmt.Fprintf(std.err, "%d signals for %d outputs in %s\n", len(m.Signals), len(m.Outputs), c.Out)
	return err
}
