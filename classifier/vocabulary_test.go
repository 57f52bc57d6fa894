package classifier

import (
	"slices"
	"strings"
	"testing"

	"oshirase/classifier/learned"
)

func TestWordsAreRunsOfOneScript(t *testing.T) {
	for text, want := range map[string][]string{
		"鍵":            {"鍵"},
		"金庫の鍵":         {"金庫", "金庫の", "鍵"},
		"書類が消えた":       {"書類", "書類が", "消", "消え", "消えた"},
		"サーバー停止":       {"サーバー", "停止"},
		"研究所長室":        {"研究所長室", "研究", "究所", "所長", "長室", "研究所", "究所長", "所長室", "研究所長", "究所長室"},
		"ありません":        {"ありま", "りませ", "ません", "ありませ", "りません", "ありません"},
		"files leaked": {"files", "leaked"},
		"a 1 、":        nil,
		"アアアアアアアアア":    nil,
	} {
		var got []string
		wordsIn(text, func(w string) { got = append(got, w) })
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestAWordIsASignalOfItsSentence(t *testing.T) {
	c := shipped(t).WithVocabulary([]string{"leak", "倉庫", "鍵を紛失", "三毛猫"})
	has := func(text, word string, telling bool) bool {
		return slices.Contains(c.Signals(notice("倉庫の件", text), telling), wordSignal+word)
	}
	text := "1日、当社の社員が倉庫の鍵を紛失しました。\n三毛猫が庭に来ます。"
	for word, want := range map[string]bool{"倉庫": true, "鍵を紛失": true, "三毛猫": true, "leak": false} {
		if got := has(text, word, false); got != want {
			t.Errorf("%s: %v, want %v", word, got, want)
		}
	}
	if has(text, "三毛猫", true) {
		t.Error("a sentence of another matter tells how the incident went")
	}
	if has("Files were leaked.", "leak", false) || !has("A leak was found.", "leak", false) {
		t.Error("a Latin word stands for itself, not for a part of a longer one")
	}
	if !slices.Contains(c.Signals(notice("倉庫の件", ""), false), wordSignal+"倉庫") {
		t.Error("a title alone has words")
	}
}

func TestAWordOfTheModelIsScoredAndProved(t *testing.T) {
	m := &learned.Model{
		Outputs: []string{OutputIncident},
		Bias:    []int32{-50_000},
		Signals: []learned.Signal{{Name: wordSignal + "三毛猫", Weights: []learned.Weight{{Output: 0, Value: 60_000}}}},
	}
	c := shipped(t).WithModel(m)
	far := strings.Repeat("庭に花が咲きました。", 3*windowSentences)
	f := c.Classify(notice("近況", far+"三毛猫が消えました。"+far))
	if !f.IsBreach || len(f.Why) == 0 || f.Why[0].Quote.Text != "三毛猫が消えました。" {
		t.Errorf("incident %v, because of %+v", f.IsBreach, f.Why)
	}
	if f := c.Classify(notice("近況", far)); f.IsBreach {
		t.Errorf("without the word: %+v", f.Why)
	}
	for _, f := range c.Lint() {
		if strings.Contains(f.Message, "三毛猫") {
			t.Errorf("a word needs no rule: %s", f.Message)
		}
	}
}
