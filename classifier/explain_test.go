package classifier

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"oshirase/breach"
	"oshirase/classifier/learned"
)

func TestAnExplanationTellsWhatHeldARuleBack(t *testing.T) {
	judge, err := layered(t, "rules:\n  - id: own.flood\n    for: vector/ddos\n    terms: [大量のアクセス]\n    unless: [{within: \"after:12\", any: [ご来場]}]\n    examples: [大量のアクセス]\n")
	if err != nil {
		t.Fatal(err)
	}
	text := "大量のアクセスがありました。大量のアクセスとご来場に感謝します。"
	n := &breach.Notice{Text: text}
	n.Title = "大量のアクセスについて"
	e := judge.Explain(n)
	if len(e.Hits) != 2 || e.Hits[0].Quote.In != "title" || e.Hits[1].Quote.In != "text" || e.Hits[1].By != nil {
		t.Errorf("hits: %+v", e.Hits)
	}
	if len(e.Held) != 1 || e.Held[0].Rule != "own.flood" || e.Held[0].By == nil || e.Held[0].By.Text != "ご来場" || e.Held[0].Within != "after:12" {
		t.Fatalf("held: %+v", e.Held)
	}
	for _, q := range []breach.Quote{e.Held[0].Quote, *e.Held[0].By} {
		if text[q.Start:q.End] != q.Text {
			t.Errorf("%q is not at %d:%d", q.Text, q.Start, q.End)
		}
	}
}

// To explain changes no verdict.
func TestExplainAndClassifyAgree(t *testing.T) {
	c := shipped(t)
	for _, text := range []string{
		"当社のサーバーがランサムウェアに感染し、お客様1,204名の氏名が流出した可能性があります。",
		"ランサムウェア対策のセミナーを開催します。",
		"",
	} {
		n := &breach.Notice{Text: text}
		n.Title = "お知らせ"
		want, _ := json.Marshal(c.Classify(n))
		got, _ := json.Marshal(c.Explain(n).Finding)
		if !bytes.Equal(want, got) {
			t.Errorf("%s\n%s", want, got)
		}
	}
	if e := c.Explain(&breach.Notice{Text: "ランサムウェア対策のセミナーを開催します。"}); len(e.Held) == 0 || !strings.HasPrefix(e.Held[0].Rule, "vector.ransomware") {
		t.Errorf("held: %+v", e.Held)
	}
}

// A sign that its clause denies or imagines is held back by the word that does.
func TestAnExplanationTellsWhatSilencedAVector(t *testing.T) {
	c := shipped(t)
	for _, x := range []struct{ text, rule, by, within string }{
		{"サーバーが不正アクセスを受けました。ランサムウェアの感染は認められませんでした。お客様1,204名の氏名が流出しました。", "vector.ransomware", "ません", "grammar/negated"},
		{"サーバーが不正アクセスを受けました。お客様1,204名の氏名が流出しました。万一、ランサムウェアに感染したときは電源を切ってください。", "vector.ransomware", "", "grammar/hypothetical"},
	} {
		found := false
		e := c.Explain(&breach.Notice{Text: x.text})
		for _, h := range e.Held {
			if h.Rule == x.rule && h.By != nil && h.Within == x.within && strings.Contains(h.By.Text, x.by) {
				found = true
			}
		}
		if !found {
			t.Errorf("%s: %s is not told to be held back by %q (%s): %+v", x.text, x.rule, x.by, x.within, e.Held)
		}
		for _, h := range e.Hits {
			if h.Rule == x.rule {
				t.Errorf("%s: %s is told to have spoken", x.text, x.rule)
			}
		}
	}
}

// Why a vector is not told is asked most where a rule names it.
func TestAnExplanationWeighsWhatTheModelTookBack(t *testing.T) {
	m := &learned.Model{Outputs: []string{outputPrimary + "ransomware", outputVector + "third_party"}, Bias: []int32{9000, -9000}}
	e := shipped(t).WithModel(m).Explain(notice("", "当社の委託先のサーバーがランサムウェアに感染し、お客様の個人情報が漏えいしました。"))
	if slices.Contains(e.Finding.Cases[0].Vectors, breach.ThirdParty) {
		t.Fatal("the model takes nothing back")
	}
	if !slices.ContainsFunc(e.Learned, func(a LearnedAnswer) bool { return a.Output == outputVector+"third_party" && a.Score < 0 }) {
		t.Errorf("%+v", e.Learned)
	}
}
