package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"oshirase/breach"
	"oshirase/notifier/notifiertest"
	"oshirase/notifier/render"
)

// The rubric's lines are the classifier's own words; a reader of Japanese gets
// each of them in Japanese.
func TestEveryLineOfTheRubricIsToldInJapanese(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "classifier", "severity.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		reason, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		severity, line, ok := strings.Cut(reason, ": ")
		severity, _, _ = strings.Cut(severity, " ")
		if !ok || breach.Severity(severity).Rank() < 0 {
			return true
		}
		lines++
		a := notifiertest.Alerts()[0].Alert
		a.Incident.Facts.SeverityReason = reason
		for _, fact := range render.New(a, "ja", notifiertest.Tokyo, notifiertest.Now).Facts {
			if fact.Key == "severity" && strings.Contains(fact.Value, line) {
				t.Errorf("%q is not translated: add it to the rubric in notifier/render/words_ja.go", line)
			}
		}
		return true
	})
	if lines < 20 {
		t.Errorf("%d lines found: the rubric has moved", lines)
	}
}
