package main

import (
	"io"
	"strings"
	"testing"
)

func TestTheHelpOfEveryCommandTeachesByExamples(t *testing.T) {
	parser, err := newParser(t.Context(), &streams{strings.NewReader(""), io.Discard, io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	leaves := parser.Model.Leaves(true)
	if len(leaves) < 10 {
		t.Errorf("only %d commands", len(leaves))
	}
	for _, leaf := range leaves {
		if leaf.Name == "version" {
			continue // takes nothing
		}
		command := "oshirase " + leaf.Path()
		// An indented line is shown as it is.
		if !strings.Contains(leaf.Detail, "\n\t"+command) && !strings.Contains(leaf.Detail, "\n  "+command) {
			t.Errorf("%s --help shows no example", command)
		}
	}
}
