package web

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"oshirase/breach"
)

var verb = regexp.MustCompile(`%(\[\d+\])?[sdv]`)

func TestBothLanguagesSayTheSame(t *testing.T) {
	for key, ja := range wordsJA {
		en, has := wordsEN[key]
		if !has && !strings.HasPrefix(key, "unit.") {
			t.Errorf("English lacks %s", key)
			continue
		}
		if ja == "" || (has && en == "") {
			t.Errorf("%s is empty", key)
		}
		if a, b := len(verb.FindAllString(ja, -1)), len(verb.FindAllString(en, -1)); has && a != b {
			t.Errorf("%s: %d verbs in Japanese, %d in English", key, a, b)
		}
	}
	for key := range wordsEN {
		if _, has := wordsJA[key]; !has && !strings.HasPrefix(key, "unit.") {
			t.Errorf("Japanese lacks %s", key)
		}
	}
}

func TestEveryIdOfTheVocabularyHasAWord(t *testing.T) {
	vocabularies := map[string][]string{
		"severity": ids(breach.Severities()), "kind": ids(breach.AlertKinds()), "vector": ids(breach.Vectors()), "leak": ids(breach.LeakStatuses()),
		"outcome": ids(breach.Outcomes()), "stage": ids(breach.Stages()), "sourcestate": SourceStates(),
		"link":   {"opened", "same_notice", "report_number", "title_stem", "correction", "same_document"},
		"reason": reasons(t), "remedy": reasons(t),
	}
	for field := range reflect.TypeFor[breach.Case]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !slices.Contains([]string{"index", "evidence", "why"}, name) {
			vocabularies["field"] = append(vocabularies["field"], name)
		}
	}
	for lang, w := range tables {
		for vocabulary, list := range vocabularies {
			if len(list) < 3 {
				t.Fatalf("vocabulary %s has only %v", vocabulary, list)
			}
			for _, id := range list {
				if w[vocabulary+"."+id] == "" {
					t.Errorf("%s has no word for %s.%s", lang, vocabulary, id)
				}
			}
		}
		if got := w.id("vector", "from_the_future"); got != "from_the_future" {
			t.Errorf("an id that is not known shows as %q", got)
		}
	}
}

func ids[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = string(id)
	}
	return out
}

// reasons reads why a source may be unwell from the rooms that say so, which
// this one may not import.
func reasons(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, room := range []string{"fetch", "extract", "watcher"} {
		files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("room %s: %v", room, err)
		}
		for _, name := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				spec, is := n.(*ast.ValueSpec)
				if !is || len(spec.Values) != 1 {
					return true
				}
				kind, isIdent := spec.Type.(*ast.Ident)
				value, isText := spec.Values[0].(*ast.BasicLit)
				if isIdent && kind.Name == "Reason" && isText {
					id, err := strconv.Unquote(value.Value)
					if err != nil {
						t.Fatal(err)
					}
					list = append(list, id)
				}
				return true
			})
		}
	}
	return list
}

// used are the keys that pages and code name in full.
func used(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	inPage := regexp.MustCompile(`\bt "([^"]+)"`)
	err := fs.WalkDir(pageFiles, "pages", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		page, err := fs.ReadFile(pageFiles, path)
		for _, m := range inPage.FindAllStringSubmatch(string(page), -1) {
			keys[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	inCode := regexp.MustCompile(`(?:\.say\(|\bw\[)"([^"]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := readFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range inCode.FindAllStringSubmatch(source, -1) {
			keys[m[1]] = true
		}
	}
	return keys
}

func TestEveryTextIsThereAndUsed(t *testing.T) {
	keys := used(t)
	for key := range keys {
		if _, has := wordsJA[key]; !has && !strings.HasSuffix(key, ".") {
			t.Errorf("no text %q", key)
		}
	}
	made := []string{"severity.", "kind.", "vector.", "leak.", "outcome.", "stage.", "link.", "field.", "reason.", "remedy.", "unit.", "sourcestate.", "sourcekind.",
		"state.", "problem.", "ago.", "in."}
	for key := range wordsJA {
		if !keys[key] && !slices.ContainsFunc(made, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
			t.Errorf("nothing says %q", key)
		}
	}
}

func TestTimesAndNumbersReadWell(t *testing.T) {
	now := time.Date(2026, 11, 24, 6, 31, 20, 0, time.UTC)
	s := &Server{cfg: Config{TimeZone: time.FixedZone("JST", 9*60*60)}}
	ja, en := &painter{s, wordsJA, japanese, now}, &painter{s, wordsEN, english, now}
	for d, want := range map[time.Duration][2]string{
		0: {"たった今", "just now"}, 59 * time.Second: {"たった今", "just now"}, time.Minute: {"1分前", "1 min ago"}, 59*time.Minute + 59*time.Second: {"59分前", "59 min ago"},
		time.Hour: {"1時間前", "1 h ago"}, 47 * time.Hour: {"47時間前", "47 h ago"}, 48 * time.Hour: {"2日前", "2 d ago"}, 400 * day: {"400日前", "400 d ago"},
		-time.Second: {"まもなく", "any moment"}, -6 * time.Minute: {"6分後", "in 6 min"}, -25 * time.Hour: {"25時間後", "in 25 h"}, -72 * time.Hour: {"3日後", "in 3 d"},
	} {
		if got := [2]string{ja.ago(now.Add(-d)), en.ago(now.Add(-d))}; got != want {
			t.Errorf("%s ago: %v, want %v", d, got, want)
		}
	}
	for d, want := range map[time.Duration][2]string{
		33 * time.Millisecond: {"33ミリ秒", "33 ms"}, 2300 * time.Millisecond: {"2.3秒", "2.3 s"}, 61 * time.Second: {"1分1秒", "1 min 1 s"}, 3*time.Hour + 5*time.Minute: {"3時間5分", "3 h 5 min"},
	} {
		if got := [2]string{ja.lasting(d), en.lasting(d)}; got != want {
			t.Errorf("%s: %v, want %v", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 58000: "58,000", 1234567: "1,234,567", -4200: "-4,200"} {
		if got := number(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	people := func(p *painter, n int64, unit string) string {
		return p.people(&breach.Case{AffectedCount: &n, Counts: []breach.Count{{Value: n, Unit: unit}}})
	}
	for unit, want := range map[string][2]string{"名": {"1,200名", "1,200 people"}, "人分": {"1,200人分", "1,200 people"}, "customers": {"1,200人", "1,200 customers"}, "": {"1,200人", "1,200 people"}, "頭": {"1,200頭", "1,200 頭"}} {
		if got := [2]string{people(ja, 1200, unit), people(en, 1200, unit)}; got != want {
			t.Errorf("unit %q: %v, want %v", unit, got, want)
		}
	}
	if m := ja.moment(now); fmt.Sprint(m) != "{2026-11-24T06:31:20Z 11月24日 15:31 2026年11月24日 15:31:20 JST たった今}" {
		t.Errorf("moment %v", m)
	}
	if m := en.moment(time.Time{}); m != (moment{}) {
		t.Errorf("no time: %v", m)
	}
}
