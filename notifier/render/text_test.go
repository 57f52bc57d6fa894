package render

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"oshirase/breach"
)

func TestWordsAreCompleteInEveryLanguage(t *testing.T) {
	for _, language := range Languages() {
		w := tables[language]
		complete(t, language, "severity", w.severities, breach.Severities())
		complete(t, language, "kind", w.kinds, breach.AlertKinds())
		complete(t, language, "vector", w.vectors, breach.Vectors())
		complete(t, language, "leak status", w.leaks, breach.LeakStatuses())
		complete(t, language, "data type", w.data, breach.DataTypes())
		complete(t, language, "stage", w.stages, breach.Stages())
		complete(t, language, "authority", w.authorities, breach.Authorities())
		for what, keys := range map[string][2]map[string]string{
			"field": {w.fields, japanese.fields}, "role of a date": {w.roles, japanese.roles},
			"watch-list match": {w.matchedOn, japanese.matchedOn}, "certainty": {w.certainties, japanese.certainties},
		} {
			for key := range keys[1] {
				if _, ok := keys[0][key]; !ok {
					t.Errorf("%s: %s %q has no word", language, what, key)
				}
			}
			if len(keys[0]) != len(keys[1]) {
				t.Errorf("%s: %s: %d words, Japanese has %d", language, what, len(keys[0]), len(keys[1]))
			}
		}
	}
	for _, s := range breach.Severities() {
		if marks[s] == "" || colors[s] == "" {
			t.Errorf("severity %s has no mark or colour", s)
		}
	}
}

func complete[T ~string](t *testing.T, language, what string, words map[T]string, ids []T) {
	t.Helper()
	for _, id := range ids {
		if words[id] == "" {
			t.Errorf("%s: %s %q has no word", language, what, id)
		}
	}
	if len(words) != len(ids) {
		t.Errorf("%s: %s: %d words for %d ids", language, what, len(words), len(ids))
	}
}

func TestCleanDropsWhatHarms(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain Japanese stays", "当社への不正アクセスについて（第1報）", "当社への不正アクセスについて（第1報）"},
		{"white space is folded", "  a\t\r\n b　c\u00a0d ", "a b c d"},
		{"a line break inside Japanese is none", "第三者によ\nる不正アクセス\r\n 。", "第三者による不正アクセス。"},
		{"a line break beside Latin is a space", "LockBit\nによる\n3台 の\nPC", "LockBit による 3台 の PC"},
		{"terminal escapes lose their power", "\x1b[31mred\x1b[0m\x9b1m", "[31mred[0m1m"},
		{"direction overrides go", "\u202egnp.exe\u202c", "gnp.exe"},
		{"zero-width characters go", "a\u200bb\ufeffc\u00ad", "abc"},
		{"invalid UTF-8 goes", "a\xff\xfeb", "ab"},
		{"a replacement character that was there stays", "a\ufffdb", "a\ufffdb"},
		{"heaps of marks are cut down", "e\u0301\u0301\u0301\u0301\u0301x", "e\u0301\u0301\u0301x"},
		{"links are defanged", "see https://evil.example/x", "see https[:]//evil.example/x"},
		{"a hidden character does not save a link", "https:\u200b//evil.example", "https[:]//evil.example"},
		{"bare hosts are defanged", "WWW.evil.example", "WWW[.]evil.example"},
		{"emoji stay", "🔴 ok", "🔴 ok"},
		{"a variation of a kanji stays", "葛\U000e0100城", "葛\U000e0100城"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in, 100); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCutNeverSplitsACharacterFromItsMarks(t *testing.T) {
	if got := Cut("abce\u0301f", 5); got != "abc…" {
		t.Errorf("got %q", got)
	}
	if got := Cut("あいう", 3); got != "あいう" {
		t.Errorf("got %q", got)
	}
	if got := Cut("あいうえ", 3); got != "あい…" {
		t.Errorf("got %q", got)
	}
}

func TestWrapKeepsClosingPunctuationOffTheLineStart(t *testing.T) {
	lines := Wrap("お客様の個人情報が流出した。今後の対応は、追ってお知らせします。", 28)
	for i, l := range lines {
		if r, _ := utf8.DecodeRuneInString(l); i > 0 && strings.ContainsRune(closing, r) {
			t.Errorf("line %d begins with %c: %q", i, r, lines)
		}
	}
	for _, l := range Wrap("当社グループのシステムに対する攻撃について（第1報）と「引用」", 46) {
		if r, _ := utf8.DecodeLastRuneInString(l); strings.ContainsRune(opening, r) {
			t.Errorf("a line ends in %c: %q", r, l)
		}
	}
	if got := Wrap("one two three four", 10); strings.Join(got, "|") != "one two|three four" {
		t.Errorf("got %q", got)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a b", "https://x", "www.www.", "\u200b:\u200b//", "e\u0301\u0301\u0301\u0301", "\xff://", "ｗｗｗ.", "::// ://"} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = min(max(limit, 1), 500)
		got := Clean(s, limit)
		if n := utf8.RuneCountInString(got); n > limit {
			t.Fatalf("%d runes, limit %d", n, limit)
		}
		if !utf8.ValidString(got) {
			t.Fatalf("invalid UTF-8: %q", got)
		}
		if strings.Contains(got, "://") || strings.Contains(strings.ToLower(got), "www.") {
			t.Fatalf("a link is left in %q", got)
		}
		for _, r := range got {
			if unicode.In(r, unicode.Cc, unicode.Cf) {
				t.Fatalf("%U is left in %q", r, got)
			}
		}
		if again := Clean(got, limit); again != got {
			t.Fatalf("cleaning twice: %q, then %q", got, again)
		}
	})
}

func FuzzWrap(f *testing.F) {
	f.Add("お客様の個人情報 and English words", 20)
	f.Fuzz(func(t *testing.T, s string, columns int) {
		columns = min(max(columns, 10), 200)
		s = Clean(s, 1000)
		lines := Wrap(s, columns)
		for _, l := range lines {
			if Width(l) > columns {
				t.Fatalf("%q has %d columns of %d", l, Width(l), columns)
			}
		}
		strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if strip(strings.Join(lines, "")) != strip(s) {
			t.Fatalf("wrapping lost text: %q of %q", lines, s)
		}
	})
}
