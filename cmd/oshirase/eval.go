package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"oshirase/app"
	"oshirase/classifier/eval"
)

type evalCmd struct {
	configFlag
	Corpora []string `arg:"" name:"corpus" help:"Labelled notices, one JSON object a line." type:"existingfile"`
	Format  string   `help:"text for eyes, json for machines." enum:"text,json" default:"text"`
}

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
	var readers []io.Reader
	for _, name := range c.Corpora {
		file, err := os.Open(name)
		if err != nil {
			return usageError{err}
		}
		defer file.Close()
		readers = append(readers, file)
	}
	report, err := eval.Run(ctx, judge, readers...)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		text, err := report.JSON()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "%s\n", text)
		return err
	}
	_, err = fmt.Fprintln(std.out, report.String())
	return err
}
