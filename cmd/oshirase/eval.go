package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"oshirase/app"
	"oshirase/classifier/eval"
)

type evalCmd struct {
	configFlag
	Corpora []string `arg:"" name:"corpus" help:"Labelled notices, one JSON object a line; - reads stdin. Several are shown each and pooled."`
	Format  string   `help:"text for eyes, json for machines." enum:"text,json" default:"text"`
}

// Help is the tail of eval --help.
func (evalCmd) Help() string {
	return `Prints precision, recall and F1 for relevance, the confusion matrix of primary vectors, the rates of every fact, and the worst errors with what they rest on.

  oshirase eval classifier/eval/testdata/holdout.jsonl
  oshirase eval --format json mine.jsonl | jq .corpora[0].figures

A line has the fields id, title, publisher, published, lang, text and labels; docs/severity.md explains the labels.`
}

// progressEvery is how often a terminal hears of the progress.
const progressEvery = 500 * time.Millisecond

// Run measures the configured rules against the labels.
func (c *evalCmd) Run(ctx context.Context, std *streams) error {
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
	result, err := eval.Run(ctx, judge, progress(std.err, "%d records"), corpora...)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		text, err := result.JSON()
		if err != nil {
			return err
		}
		_, err = std.out.Write(text)
		return err
	}
	_, err = io.WriteString(std.out, result.String())
	return err
}

// openCorpora opens labelled notices by name, - for stdin. done closes them.
func openCorpora(names []string, std *streams) (corpora []eval.Corpus, done func(), err error) {
	var open []io.Closer
	done = func() {
		for _, c := range open {
			c.Close()
		}
	}
	for _, name := range names {
		if name == "-" {
			corpora = append(corpora, eval.Corpus{Name: "stdin", In: std.in})
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			done()
			return nil, nil, usageError{err}
		}
		open = append(open, file)
		corpora = append(corpora, eval.Corpus{Name: name, In: file})
	}
	return corpora, done, nil
}

// progress counts on a terminal, by a format for the count, and says nothing
// elsewhere.
func progress(w io.Writer, format string) func(done int) {
	if !terminal(w) {
		return nil
	}
	last := time.Now()
	return func(done int) {
		if now := time.Now(); now.Sub(last) >= progressEvery {
			last = now
			fmt.Fprintf(w, "\r"+format+"\r", done)
		}
	}
}

// terminal reports whether w is a terminal, which takes colours and progress.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
