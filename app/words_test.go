package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
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
	lines := 0
	literals(t, filepath.Join("..", "classifier", "severity.go"), func(_, reason string) {
		severity, line, ok := strings.Cut(reason, ": ")
		severity, _, _ = strings.Cut(severity, " ")
		if !ok || breach.Severity(severity).Rank() < 0 {
			return
		}
		lines++
		a := notifiertest.Alerts()[0].Alert
		a.Incident.Facts.SeverityReason = reason
		for _, fact := range render.New(a, "ja", notifiertest.Tokyo, notifiertest.Now).Facts {
			if fact.Key == "severity" && strings.Contains(fact.Value, line) {
				t.Errorf("%q is not translated: add it to the rubric in notifier/render/words_ja.go", line)
			}
		}
	})
	if lines < 20 {
		t.Errorf("%d lines found: the rubric has moved", lines)
	}
}

// The reasons of trouble are closed sets of the rooms that report it.
func TestEveryReasonOfTroubleIsToldInJapanese(t *testing.T) {
	names := regexp.MustCompile(`^[Rr]eason[A-Z]`)
	reasons := 0
	for _, file := range []string{"fetch/errors.go", "extract/extract.go", "watcher/health.go", "notifier/notifier.go", "app/deadletters.go"} {
		typed := strings.HasPrefix(file, "fetch") || strings.HasPrefix(file, "extract")
		literals(t, filepath.Join("..", filepath.FromSlash(file)), func(name, reason string) {
			if name == "" || !typed && !names.MatchString(name) || !regexp.MustCompile(`^[a-z0-9_]+$`).MatchString(reason) {
				return
			}
			reasons++
			a := &breach.Alert{ID: "x", Kind: breach.AlertOps, Severity: breach.Medium, Ops: &breach.OpsEvent{Subject: "feed", Reason: reason}}
			for _, fact := range render.New(a, "ja", notifiertest.Tokyo, notifiertest.Now).Facts {
				if fact.Key == "reason" && fact.Value == reason {
					t.Errorf("%s: the reason %q is not translated: add it to the reasons in notifier/render/words_ja.go", file, reason)
				}
			}
		})
	}
	if reasons < 30 {
		t.Errorf("%d reasons found: they have moved", reasons)
	}
}

// literals calls each for every text of a Go file, with the name of the
// constant that has it, if any.
func literals(t *testing.T, path string, each func(constant, text string)) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	constants := map[*ast.BasicLit]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				constants[literal] = spec.Names[0].Name
			}
		}
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		each(constants[literal], text)
		return true
	})
}
