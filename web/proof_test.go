package web

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"oshirase/breach"
)

func readFile(name string) (string, error) {
	b, err := os.ReadFile(name)
	return string(b), err
}

func plain0(parts []part) (all, marked string) {
	for _, p := range parts {
		all += p.Text
		if p.Mark {
			marked += p.Text + "|"
		}
	}
	return all, marked
}

func TestEvidenceIsMarkedWhereItStands(t *testing.T) {
	p := &painter{w: wordsJA, lang: japanese}
	text := "前の文です。お客様の情報が漏えいしました。対象は12,000名です。\n" + strings.Repeat("長い説明が続きます。", 30) + "警察に相談しました。"
	at := func(field, quote string) breach.Quote {
		start := strings.Index(text, quote)
		return breach.Quote{Text: quote, In: "text", Start: start, End: start + len(quote)}
	}
	c := &breach.Case{Evidence: map[string][]breach.Quote{
		"leak_status":    {at("", "漏えいしました"), {Text: "動かされた引用", In: "text", Start: 3, End: 9}},
		"affected_count": {at("", "12,000名"), at("", "漏えいしました。対象")},
		"reported_to":    {at("", "警察に相談")},
		"primary_vector": {{Text: "表題の引用", In: "title", Start: 0, End: 15}},
	}}
	spans, loose := evidence(c, "text", text)
	list := p.passages(text, spans, loose)
	var got []string
	for _, g := range list {
		all, marked := plain0(g.Parts)
		got = append(got, all+" ["+marked+"] "+strings.Join(g.Labels, "/"))
	}
	want := []string{
		"…お客様の情報が漏えいしました。対象は12,000名です。… [漏えいしました。対象|12,000名|] 影響人数/漏えいの有無",
		"…警察に相談しました。 [警察に相談|] 報告・相談先",
		"動かされた引用 [動かされた引用|] 漏えいの有無",
	}
	if !slices.Equal(got, want) {
		t.Errorf("passages\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPassagesAreBoundedAndTrueToTheText(t *testing.T) {
	p := &painter{w: wordsJA, lang: japanese}
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("あ漏。\n x"))).Draw(r, "text")
		c := &breach.Case{Evidence: map[string][]breach.Quote{}}
		for i := range rapid.IntRange(0, 30).Draw(r, "quotes") {
			start := rapid.IntRange(-1, len(text)+1).Draw(r, "start")
			end := rapid.IntRange(-1, len(text)+1).Draw(r, "end")
			q := breach.Quote{In: "text", Start: start, End: end, Text: "漏"}
			if 0 <= start && start < end && end <= len(text) && utf8.ValidString(text[start:end]) && rapid.Bool().Draw(r, "true") {
				q.Text = text[start:end]
			}
			c.Evidence[string(rune('a'+i%5))] = append(c.Evidence[string(rune('a'+i%5))], q)
		}
		spans, loose := evidence(c, "text", text)
		for i := range spans {
			if i > 0 && spans[i].start < spans[i-1].end {
				r.Fatal("spans overlap")
			}
		}
		list := p.passages(text, spans, loose)
		if len(list) > maxPassages {
			r.Fatalf("%d passages", len(list))
		}
		for _, g := range list {
			all, marked := plain0(g.Parts)
			if !utf8.ValidString(all) || marked == "" || len(g.Labels) == 0 {
				r.Fatalf("passage %q, marked %q, labels %v", all, marked, g.Labels)
			}
			if body := strings.TrimSuffix(strings.TrimPrefix(all, "…"), "…"); !strings.Contains(text, body) && loose[body] == nil {
				r.Fatalf("%q is not in the text %q", body, text)
			}
		}
		whole, _ := plain0(marked(text, spans))
		if whole != text {
			r.Fatalf("marked text %q, want %q", whole, text)
		}
	})
}
