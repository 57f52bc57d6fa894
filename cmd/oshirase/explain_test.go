package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"oshirase/breach"
	"oshirase/classifier"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "explain", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (run with -update if that is meant):\n%s", path, got)
	}
}

// The pages are made from explanations on file, so that they do not move with
// the rules: testdata/explain/NAME.json has a notice and its explanation.
func TestAnExplanationShowsMarksAndRules(t *testing.T) {
	for _, c := range []struct {
		from, to string
		colour   bool
	}{
		{"incident", "incident.txt", false},
		{"incident", "incident-in-colour.txt", true},
		{"two-cases", "two-cases.txt", false},
		{"nothing", "nothing.txt", false},
		{"terminal-escapes", "terminal-escapes.txt", false},
	} {
		t.Run(c.to, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "explain", c.from+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var page struct {
				Title, Text string
				Explanation classifier.Explanation
			}
			if err := json.Unmarshal(data, &page); err != nil {
				t.Fatal(err)
			}
			n := &breach.Notice{Text: page.Text}
			n.Title = page.Title
			var out bytes.Buffer
			x := explainer{w: &out, colour: c.colour}
			if err := x.explain(n, page.Explanation); err != nil {
				t.Fatal(err)
			}
			if !c.colour && strings.ContainsAny(out.String(), "\x1b\x07\u202e") {
				t.Errorf("a terminal escape came through: %q", out.String())
			}
			golden(t, c.to, out.Bytes())
		})
	}
}

// The text without its marks is the text that was read.
func TestMarksLoseNothingOfTheText(t *testing.T) {
	text := "あいうえおかきくけこ"
	spots := []spot{{"a", "text", 0, 9}, {"b", "text", 6, 15}, {"a", "text", 24, 30}, {"b", "title", 0, 3}}
	var out bytes.Buffer
	x := explainer{w: &out}
	x.marked(text, "text", spots, fieldsOf(spots))
	if want := "⟦a: あい⟧⟦a,b: う⟧⟦b: えお⟧かきく⟦a: けこ⟧\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func classify(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), append([]string{"classify"}, args...), &streams{strings.NewReader(""), &o, &e})
	return code, o.String(), e.String()
}

func TestShiftJISFilesAreRead(t *testing.T) {
	text := "不正アクセスによる個人情報漏えいのお知らせ\n\n当社のサーバーが第三者による不正アクセスを受け、お客様512名の氏名が漏えいした可能性があることが判明いたしました。深くお詫び申し上げます。\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	page, err := japanese.ShiftJIS.NewEncoder().String("<html><head><title>不正アクセスのお知らせ</title></head><body><p>" + text + "</p></body></html>")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"notice.txt": sjis, "notice.html": page} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
				t.Fatal(err)
			}
			code, out, errs := classify(t, path)
			if code != 0 || !strings.Contains(out, `"is_breach":true`) || !strings.Contains(out, `"affected_count":512`) {
				t.Errorf("exit %d\n%s\n%s", code, out, errs)
			}
			code, out, errs = classify(t, "--explain", path)
			if code != 0 || !strings.Contains(out, "incident · ") || !strings.Contains(out, "512名") || !strings.Contains(out, "rules that spoke") {
				t.Errorf("exit %d\n%s\n%s", code, out, errs)
			}
		})
	}
}

func TestExplainSetsNoticesApartAndNamesWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "two.ndjson")
	lines := `{"id":"n1","title":"不正アクセスについて","text":"当社のサーバーが不正アクセスを受け、個人情報が漏えいしました。"}` + "\n" + `{"id":"n2","title":"配当について","text":"配当を行います。"}` + "\n"
	if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	code, out, errs := classify(t, "--explain", "--colour", "always", filepath.Join(dir, "none.txt"), path)
	if code != exitFailed || !strings.Contains(errs, "none.txt") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if strings.Count(out, "═") != 60 || !strings.Contains(out, "no incident") || !strings.Contains(out, "\x1b[") {
		t.Errorf("%s", out)
	}
}
