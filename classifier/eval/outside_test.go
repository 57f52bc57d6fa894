package eval_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oshirase/classifier"
	"oshirase/classifier/eval"
)

// newClassifier reads the shipped rules.
func newClassifier(t testing.TB) *classifier.Classifier {
	t.Helper()
	c, err := classifier.New(classifier.Config{Rules: os.DirFS(filepath.Join("..", "..", "configs", "rules"))})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestOutsideCorpus prints the report over the files that OSHIRASE_CORPUS
// names, separated as a PATH is. Without it there is nothing to measure.
func TestOutsideCorpus(t *testing.T) {
	names := os.Getenv("OSHIRASE_CORPUS")
	if names == "" {
		t.Skip("OSHIRASE_CORPUS names no corpus")
	}
	var readers []io.Reader
	for _, name := range filepath.SplitList(names) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		readers = append(readers, strings.NewReader(string(data)))
	}
	rep, err := eval.Run(context.Background(), newClassifier(t), readers...)
	if err != nil {
		t.Fatal(err)
	}
	if out := os.Getenv("OSHIRASE_REPORT"); out != "" {
		data, err := rep.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(out, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Log("\n" + rep.String())
}
