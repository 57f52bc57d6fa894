package classifier

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"oshirase/breach"
	"oshirase/classifier/learned"
)

// speaking is a model of mentions alone in which each signal weighs a logit.
func speaking(signals ...string) *learned.Model {
	m := &learned.Model{Outputs: []string{OutputData}, Bias: []int32{-1}}
	for _, name := range signals {
		m.Signals = append(m.Signals, learned.Signal{Name: name, Weights: []learned.Weight{{Value: 1000}}})
	}
	return m
}

func TestWhatARuleHoldsBackTheModelMayTakeForData(t *testing.T) {
	const text = "当社のサーバーが不正アクセスを受け、お客様310名の情報が流出しました。送信者名も盗まれました。"
	touched := func(c *Classifier) []breach.DataType { return c.Classify(notice("", text)).Cases[0].DataTypes }
	if got := touched(shipped(t).WithModel(nil)); len(got) > 0 {
		t.Errorf("the rules alone take %v", got)
	}
	if got := touched(shipped(t).WithModel(speaking())); len(got) > 0 {
		t.Errorf("nothing speaks for %v", got)
	}
	for _, signal := range []string{"data by data.own, held back", "data name called 送信者名", "data name hinted at"} {
		c, err := New(Config{Rules: os.DirFS("../configs/rules"), Extra: fstest.MapFS{"own.yaml": {Data: []byte(`
rules:
  - {id: data.own, for: data/name, terms: ["送信者名"], unless: [{within: "after:4", any: ["盗まれ"]}], examples: ["送信者名が流出した。"]}
`)}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := touched(c.WithModel(speaking(signal))); !slices.Equal(got, []breach.DataType{breach.DataName}) {
			t.Errorf("%s: %v", signal, got)
		}
	}
}

func TestAHintStandsAmongMentions(t *testing.T) {
	const text = "当社のサーバーが不正アクセスを受け、310名の氏名、年賀状、電話番号が流出しました。"
	var of []Mention
	for _, m := range shipped(t).Mentions(notice("", text)) {
		if m.Kind == breach.DataAddress {
			of = append(of, m)
		}
	}
	if len(of) != 1 {
		t.Fatalf("%d mentions of an address, want the hint: %v", len(of), of)
	}
	for _, want := range []string{
		"data by hint.address.dwelling", "data address hinted at", "data address called 年賀状", "data listed",
		"data address behind a name", "data address before a phone", "data leaked in its sentence",
	} {
		if !slices.Contains(of[0].Signals, want) {
			t.Errorf("no signal %q among %s", want, strings.Join(of[0].Signals, ", "))
		}
	}
}

// Where a rule names the kind at the same place, the hint adds nothing.
func TestAHintBesideAMentionIsNone(t *testing.T) {
	for _, m := range shipped(t).Mentions(notice("", "不正アクセスにより、お客様310名の氏名と居住地が流出しました。")) {
		if slices.Contains(m.Signals, "data by hint.address.dwelling") {
			t.Errorf("a hint stands where a rule names an address: %v", m.Signals)
		}
	}
}
