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

// withOwn is the shipped rules with a user's own.
func withOwn(t *testing.T, rules string) *Classifier {
	t.Helper()
	c, err := New(Config{Rules: os.DirFS("../configs/rules"), ExtraName: "own", Extra: fstest.MapFS{"own.yaml": {Data: []byte("rules:\n" + rules)}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lintOfModel lists what is wrong with the model of c.
func lintOfModel(c *Classifier, m *learned.Model) (out []string) {
	for _, f := range c.WithModel(m).Lint() {
		if f.File == modelFile {
			out = append(out, f.Message)
		}
	}
	return out
}

func TestAUsersModelReplacesTheShippedOne(t *testing.T) {
	own := fstest.MapFS{"learned.tsv": {Data: []byte("incident=-90000\nno such signal\t0=5\n")}}
	c, err := New(Config{Rules: os.DirFS("../configs/rules"), Extra: own, ExtraName: "own"})
	if err != nil {
		t.Fatal(err)
	}
	if f := c.Classify(notice("", stories[0].text)); f.IsBreach {
		t.Error("the user's model is not used")
	}
	var told bool
	for _, f := range c.Lint() {
		told = told || strings.Contains(f.Message, "no such signal") && strings.Contains(f.Message, "train")
	}
	if !told {
		t.Error("a signal that no rule gives is not reported")
	}
	own["learned.tsv"].Data = []byte("incident=x\n")
	if _, err := New(Config{Rules: os.DirFS("../configs/rules"), Extra: own, ExtraName: "own"}); err == nil || !strings.Contains(err.Error(), "own/learned.tsv: line 1") {
		t.Errorf("a broken model: %v", err)
	}
}

func TestAModelOfAnotherVersionIsReported(t *testing.T) {
	got := lintOfModel(shipped(t), &learned.Model{Outputs: []string{OutputIncident, "data card_number"}, Bias: []int32{0, 0}})
	if len(got) != 1 || !strings.Contains(got[0], "data card_number") || !strings.Contains(got[0], "train") {
		t.Errorf("reported: %q", got)
	}
}

func TestARuleThatIsDroppedLeavesTheModelWhole(t *testing.T) {
	weighs := func(rule string) *learned.Model {
		return &learned.Model{Outputs: []string{OutputData}, Bias: []int32{0}, Signals: []learned.Signal{
			{Name: dataByRule + rule, Weights: []learned.Weight{{Output: 0, Value: 500}}}}}
	}
	own := withOwn(t, "  - {id: data.phone, disabled: true}\n")
	if got := lintOfModel(own, weighs("data.phone")); len(got) > 0 {
		t.Errorf("reported: %q", got)
	}
	if got := lintOfModel(own, weighs("data.no_such")); len(got) != 1 {
		t.Errorf("a rule that never was: %q", got)
	}
}

func TestAModelTakesNoVectorBackThatAnOwnRuleFinds(t *testing.T) {
	const text = "当社のサーバーがランサムウェアに感染し、お客様の個人情報が漏えいしました。三毛猫が鍵をくわえて逃げました。"
	own := withOwn(t, "  - id: own.cat\n    for: vector/insider\n    terms: [三毛猫が鍵]\n    examples: [三毛猫が鍵]\n")
	if alone := own.WithModel(nil).Classify(notice("", text)).Cases[0].Vectors; !slices.Contains(alone, breach.Insider) {
		t.Fatalf("the rules alone see %v", alone)
	}
	for _, first := range []breach.Vector{breach.UnknownVector, breach.Ransomware} {
		m := &learned.Model{Outputs: []string{outputVector + string(breach.Insider)}, Bias: []int32{-90_000}}
		for _, v := range breach.Vectors() {
			m.Outputs, m.Bias = append(m.Outputs, outputPrimary+string(v)), append(m.Bias, 0)
			if v == first {
				m.Bias[len(m.Bias)-1] = 9000
			}
		}
		if got := own.WithModel(m).Classify(notice("", text)).Cases[0].Vectors; !slices.Contains(got, breach.Insider) {
			t.Errorf("a model that puts %s first: %v", first, got)
		}
	}
}

func TestAnOwnRulesUnauthorizedAccessStandsBesideAMethod(t *testing.T) {
	own := withOwn(t, "  - id: own.cat\n    for: vector/unauthorized_access\n    terms: [三毛猫が鍵]\n    examples: [三毛猫が鍵]\n")
	m := &learned.Model{Outputs: []string{outputPrimary + string(breach.Insider), outputPrimary + string(breach.UnauthorizedAccess), outputVector + string(breach.Phishing)}, Bias: []int32{9000, 0, 9000}}
	const text = "元従業員がお客様の個人情報を持ち出し、売却しました。三毛猫が鍵をくわえて逃げました。"
	if alone := own.WithModel(nil).Classify(notice("", text)).Cases[0]; alone.PrimaryVector != breach.Insider || !slices.Contains(alone.Vectors, breach.UnauthorizedAccess) {
		t.Fatalf("the rules alone see %v", alone.Vectors)
	}
	if c := own.WithModel(m).Classify(notice("", text)).Cases[0]; !slices.Contains(c.Vectors, breach.UnauthorizedAccess) || !slices.Contains(c.Vectors, breach.Phishing) {
		t.Errorf("%v", c.Vectors)
	}
}

func TestAModelTakesNoDataBackThatAnOwnRuleFinds(t *testing.T) {
	m := &learned.Model{Outputs: []string{OutputData}, Bias: []int32{-9000}}
	own := withOwn(t, "  - id: own.membership\n    for: data/card_number\n    terms: [三毛猫カード番号]\n    examples: [三毛猫カード番号]\n")
	for text, want := range map[string]bool{"三毛猫カード番号": true, "カード番号": false} {
		c := own.WithModel(m).Classify(notice("", "当社のサーバーが不正アクセスを受け、お客様310名の氏名と"+text+"が流出しました。")).Cases[0]
		if got := slices.Contains(c.DataTypes, breach.DataCardNumber); got != want {
			t.Errorf("%s: %v", text, c.DataTypes)
		}
	}
}

func TestWhatAnOwnRuleFindsIsShownWhereItFindsIt(t *testing.T) {
	own := withOwn(t, "  - id: own.membership\n    for: data/card_number\n    terms: [三毛猫の札]\n    examples: [三毛猫の札]\n")
	m := &learned.Model{Outputs: []string{OutputData}, Bias: []int32{-9000}, Signals: []learned.Signal{
		{Name: dataByRule + "own.membership", Weights: []learned.Weight{{Output: 0, Value: -5}}}}}
	c := own.WithModel(m).Classify(notice("", "カード番号は別の仕組みで扱います。当社のサーバーが不正アクセスを受け、お客様の三毛猫の札が流出しました。")).Cases[0]
	if q := c.Evidence["data_types"]; !slices.Contains(c.DataTypes, breach.DataCardNumber) || len(q) != 1 || !strings.Contains(q[0].Text, "三毛猫") {
		t.Errorf("%v, shown by %v", c.DataTypes, q)
	}
}
