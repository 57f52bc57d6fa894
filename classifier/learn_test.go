package classifier

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"oshirase/breach"
	"oshirase/classifier/learned"
)

// plain tells of a ransomware attack without a word that a rule asks for.
const plain = "2日の朝、社内の共有フォルダの中身がどれも開けない状態になっていることに、出社した社員が気付きました。画面には、元に戻してほしければ連絡するようにとの英語の文が残されていました。外部の専門家が、何者かが夜のうちに入り込んだ跡を見つけています。このため、受注と出荷を11月5日から止めております。お取引先様にはご迷惑をおかけし、深くおわび申し上げます。"

func TestTheModelKnowsWhatNoRuleNames(t *testing.T) {
	f := shipped(t).Classify(notice("社内ネットワークの障害について", plain))
	if !f.IsBreach || f.PrimaryVector != breach.Ransomware {
		t.Fatalf("incident %v, vector %s", f.IsBreach, f.PrimaryVector)
	}
	c := f.Cases[0]
	for _, field := range []string{"vectors", "primary_vector"} {
		if len(c.Evidence[field]) == 0 {
			t.Errorf("%s has no evidence", field)
		}
		for _, q := range c.Evidence[field] {
			if q.In == "text" && plain[q.Start:q.End] != q.Text {
				t.Errorf("%s: %q does not stand at %d", field, q.Text, q.Start)
			}
		}
	}
}

func TestWithoutAModelTheRulesAloneJudge(t *testing.T) {
	c := shipped(t)
	alone := c.WithModel(nil)
	if alone.Digest() == c.Digest() {
		t.Error("the digest does not tell the model")
	}
	if len(alone.Explain(notice("", plain)).Learned) > 0 {
		t.Error("there is no model, and it answers")
	}
	against := c.WithModel(&learned.Model{Outputs: []string{OutputIncident}, Bias: []int32{-90_000}})
	if f := against.Classify(notice("", stories[0].text)); f.IsBreach {
		t.Error("a model that is sure against an incident is not heard")
	}
	if f := alone.Classify(notice(stories[0].title, stories[0].text)); !f.IsBreach {
		t.Error("the rules know this story")
	}
}

// What a model takes back must be beyond doubt.
func TestTheRulesStandWhereTheModelIsInDoubt(t *testing.T) {
	n := notice(stories[0].title, stories[0].text)
	for bias, want := range map[int32]bool{-doubtIncident + 1: true, -doubtIncident - 1: false, 1: true} {
		c := shipped(t).WithModel(&learned.Model{Outputs: []string{OutputIncident}, Bias: []int32{bias}})
		if got := c.Classify(n).IsBreach; got != want {
			t.Errorf("at %d thousandths: incident %v, want %v", bias, got, want)
		}
	}
	rules := shipped(t).WithModel(nil).Classify(n).Cases[0].LeakStatus
	for bias, want := range map[int32]breach.LeakStatus{doubtLeak: rules, doubtLeak + 1: breach.LeakUnknown} {
		m := &learned.Model{Outputs: []string{outputLeak + string(rules), outputLeak + string(breach.LeakUnknown)}, Bias: []int32{0, bias}}
		if got := shipped(t).WithModel(m).Classify(n).Cases[0].LeakStatus; got != want {
			t.Errorf("at %d thousandths: leak %s, want %s", bias, got, want)
		}
	}
}

// A user's own notices may hold no example of an answer, which is then left out.
func TestWhatAModelDoesNotAnswerTheRulesDo(t *testing.T) {
	const text = "三毛猫を飼う当社の委託先のサーバーがランサムウェアに感染し、お客様の個人情報が漏えいしました。"
	alone := shipped(t).WithModel(nil).Classify(notice("", text)).Cases[0]
	if len(alone.Vectors) < 2 || alone.LeakStatus != breach.LeakConfirmed {
		t.Fatalf("the rules say %v, %s", alone.Vectors, alone.LeakStatus)
	}
	for _, outputs := range [][]string{
		{outputPrimary + "insider"},
		{outputLeak + string(breach.LeakDenied)},
		{outputStage + string(breach.StageFinal)},
		{outputPrimary + string(alone.PrimaryVector)},
	} {
		m := &learned.Model{Outputs: outputs, Bias: []int32{90_000}}
		c := shipped(t).WithModel(m).Classify(notice("", text)).Cases[0]
		if !slices.Equal(c.Vectors, alone.Vectors) || c.LeakStatus != alone.LeakStatus || c.Stage != alone.Stage {
			t.Errorf("with no answer but %s: %v, %s, %s", outputs, c.Vectors, c.LeakStatus, c.Stage)
		}
	}
	far := strings.Repeat("庭に花が咲きました。", 3*windowSentences)
	for bias, want := range map[int32]bool{doubt + 1: true, doubt: false} {
		m := &learned.Model{Outputs: []string{OutputDisrupted}, Bias: []int32{bias}}
		if f := shipped(t).WithModel(m).Classify(notice("", text)); f.Cases[0].ServiceDisrupted != want {
			t.Errorf("disrupted %v at %d thousandths", !want, bias)
		}
	}
	denies := &learned.Model{Outputs: []string{outputLeak + string(breach.LeakDenied), outputLeak + string(breach.LeakConfirmed)}, Bias: []int32{90_000, 0}}
	for added, want := range map[string]breach.LeakStatus{"": breach.LeakConfirmed, "カード情報の漏えいは確認されておりません。": breach.LeakDenied} {
		if got := shipped(t).WithModel(denies).Classify(notice("", text+added)).Cases[0].LeakStatus; got != want {
			t.Errorf("a model that denies what is told, with %q: %s, want %s", added, got, want)
		}
	}
	m := &learned.Model{Outputs: []string{OutputDisrupted}, Bias: []int32{0}}
	m.Signals = []learned.Signal{{Name: wordSignal + "三毛猫", Weights: []learned.Weight{{Output: 0, Value: 90_000}}}}
	if f := shipped(t).WithModel(m).Classify(notice("", far+text+far)); !f.Cases[0].ServiceDisrupted {
		t.Error("a long notice, of a model that does not answer whether it tells of an incident: what stands in the case is not heard")
	}
}

func TestTheManySignalsOfALongTextCountForLessEach(t *testing.T) {
	for signals, want := range map[int]float64{1: 10, 25: 2, 100: 1, 400: 0.5} {
		if got := Damping(signals); got != want {
			t.Errorf("%d signals: %v, want %v", signals, got, want)
		}
	}
	m := &learned.Model{Outputs: []string{OutputIncident}, Bias: []int32{0}}
	m.Signals = []learned.Signal{{Name: wordSignal + "三毛猫", Weights: []learned.Weight{{Output: 0, Value: 1000}}}}
	c := shipped(t).WithModel(m)
	score := func(text string) float64 { return c.Explain(notice("", text)).Learned[0].Score }
	short := score("三毛猫が逃げました。")
	long := score("三毛猫が逃げました。" + strings.Repeat("委託先のサーバーに第三者が侵入し、お客様の氏名を閲覧された可能性があります。警察に届け、パスワードを変えました。", 5))
	if !(0 < long && long < short) {
		t.Errorf("a word weighs %v in a short text, %v in a long one", short, long)
	}
}

func TestAPageOfOtherMattersMayHoldTheTaleOfAnIncident(t *testing.T) {
	other := strings.Repeat("庭に花が咲きました。", 12)
	tale := "当社のサーバーがランサムウェアに感染し、お客様の個人情報が漏えいしました。" + strings.Repeat("三毛猫が見つけました。", 2*closeSentences)
	for weight, want := range map[int32]bool{9000: true, 10: false} {
		m := &learned.Model{Outputs: []string{OutputIncident}, Bias: []int32{0}, Signals: []learned.Signal{
			{Name: wordSignal + "三毛猫", Weights: []learned.Weight{{Output: 0, Value: weight}}},
			{Name: wordSignal + "庭", Weights: []learned.Weight{{Output: 0, Value: -9500}}},
		}}
		if f := shipped(t).WithModel(m).Classify(notice("", other+tale+other)); f.IsBreach != want {
			t.Errorf("a passage that weighs %d: incident %v", weight, f.IsBreach)
		}
	}
}

func TestATitleThatPromisesAdviceMayNameWhomAnIncidentBefell(t *testing.T) {
	other := strings.Repeat("庭に花が咲きました。", 12)
	tale := "当社のサーバーがランサムウェアに感染し、お客様の個人情報が漏えいしました。" + strings.Repeat("三毛猫が見つけました。", 2*closeSentences)
	m := &learned.Model{Outputs: []string{OutputIncident}, Bias: []int32{0}, Signals: []learned.Signal{
		{Name: wordSignal + "三毛猫", Weights: []learned.Weight{{Output: 0, Value: 9000}}},
		{Name: wordSignal + "庭", Weights: []learned.Weight{{Output: 0, Value: -9500}}},
		{Name: wordSignal + "解説", Weights: []learned.Weight{{Output: 0, Value: -9500}}},
	}}
	for title, want := range map[string]bool{"見本商事株式会社でランサムウェア被害 原因を解説": true, "ランサムウェア被害 原因を解説": false} {
		if f := shipped(t).WithModel(m).Classify(notice(title, other+tale+other)); f.IsBreach != want {
			t.Errorf("%s: incident %v", title, f.IsBreach)
		}
	}
}

func TestAHeadingOfAnUntitledTextMayNameWhomAnIncidentBefell(t *testing.T) {
	other := strings.Repeat("庭に花が咲きました。", 12)
	tale := "当社のサーバーがランサムウェアに感染し、お客様の個人情報が漏えいしました。" + strings.Repeat("三毛猫が見つけました。", 2*closeSentences)
	m := &learned.Model{Outputs: []string{OutputIncident}, Bias: []int32{0}, Signals: []learned.Signal{
		{Name: wordSignal + "三毛猫", Weights: []learned.Weight{{Output: 0, Value: 600}}}, // between namedSure and closeSure in a passage
		{Name: wordSignal + "庭", Weights: []learned.Weight{{Output: 0, Value: -9500}}},
	}}
	for heading, want := range map[string]bool{"見本商事株式会社でランサムウェア被害?原因を解説": true, "ランサムウェア被害?原因を解説": false} {
		if f := shipped(t).WithModel(m).Classify(notice("", "編集部\n\n"+heading+"\n\n"+other+tale+other)); f.IsBreach != want {
			t.Errorf("%s: incident %v", heading, f.IsBreach)
		}
	}
}

func TestAVectorStandsWhereItsOwnPassageDoesNotSpeakAgainstIt(t *testing.T) {
	const way = "侵入には、委託先の管理者アカウントの認証情報が不正に取得されて使われました。"
	long := "当社のサーバーがランサムウェアに感染し、お客様の個人情報が漏えいしました。" + strings.Repeat("庭のサーバーに侵入されました。", closeSentences) + "%s" + strings.Repeat("庭のサーバーに侵入されました。", closeSentences)
	for _, x := range []struct {
		text string
		want bool
	}{{strings.ReplaceAll(long, "%s", strings.Repeat("調査を続けます。", 3)+way+strings.Repeat("調査を続けます。", 3)), true}, {strings.ReplaceAll(long, "%s", way), false}} {
		m := &learned.Model{Outputs: []string{outputVector + string(breach.AccountTakeover), outputPrimary + string(breach.Ransomware)}, Bias: []int32{0, 0}, Signals: []learned.Signal{
			{Name: wordSignal + "庭", Weights: []learned.Weight{{Output: 0, Value: -9000}}},
		}}
		c := shipped(t).WithModel(m).Classify(notice("", x.text)).Cases[0]
		if got := slices.Contains(c.Vectors, breach.AccountTakeover); got != x.want {
			t.Errorf("%s\n%v", x.text, c.Vectors)
		}
	}
}

func TestWhatTheFirstVectorAccountsForMustBeBeyondDoubt(t *testing.T) {
	const text = "当社のサーバーがランサムウェアに感染しました。"
	for bias, want := range map[int32]bool{doubt: false, doubt + 1: true} {
		m := &learned.Model{Outputs: []string{outputPrimary + string(breach.Ransomware), outputVector + string(breach.Malware)}, Bias: []int32{0, bias}}
		c := shipped(t).WithModel(m).Classify(notice("", text)).Cases[0]
		if got := slices.Contains(c.Vectors, breach.Malware); got != want {
			t.Errorf("at %d thousandths: %v", bias, c.Vectors)
		}
	}
}

func TestAWeaknessUsedIsTheMethodOfAnIntrusion(t *testing.T) {
	const text = "当社のサーバーが不正アクセスを受けました。"
	for further, want := range map[breach.Vector][]breach.Vector{
		breach.VulnerabilityExploit: {breach.VulnerabilityExploit},
		breach.AccountTakeover:      {breach.UnauthorizedAccess, breach.AccountTakeover},
	} {
		m := &learned.Model{Outputs: []string{outputPrimary + string(breach.UnauthorizedAccess), outputVector + string(further)}, Bias: []int32{0, 1}}
		if c := shipped(t).WithModel(m).Classify(notice("", text)).Cases[0]; !slices.Equal(c.Vectors, want) || c.PrimaryVector != want[0] {
			t.Errorf("%s first of %v, want %v", c.PrimaryVector, c.Vectors, want)
		}
	}
}

func TestARewrittenPageComesBeforeTheWeaknessThatLetIt(t *testing.T) {
	m := &learned.Model{Outputs: []string{outputPrimary + string(breach.VulnerabilityExploit), outputPrimary + string(breach.Defacement)}, Bias: []int32{1000, 0}}
	c := shipped(t).WithModel(m).Classify(notice("", "当社ホームページの更新ソフトの脆弱性が悪用され、第三者にページの一部が改ざんされました。")).Cases[0]
	if want := []breach.Vector{breach.Defacement, breach.VulnerabilityExploit}; !slices.Equal(c.Vectors, want) || c.PrimaryVector != want[0] {
		t.Errorf("%v, first %s", c.Vectors, c.PrimaryVector)
	}
}

func TestAModelWeighsEveryMentionOfData(t *testing.T) {
	const text = "当社のサーバーが不正アクセスを受け、お客様310名の氏名と電話番号と三毛猫の好物が流出しました。電話番号の変更はお店で承ります。"
	weighed := func(bias int32, signals ...learned.Signal) breach.Case {
		m := &learned.Model{Outputs: []string{OutputData}, Bias: []int32{bias}, Signals: signals}
		return shipped(t).WithModel(m).Classify(notice("", text)).Cases[0]
	}
	speaks := func(signal string, value int32) learned.Signal {
		return learned.Signal{Name: signal, Weights: []learned.Weight{{Output: 0, Value: value}}}
	}
	if c := weighed(-doubtData); len(c.DataTypes) > 0 || len(c.Evidence["data_types"]) > 0 {
		t.Errorf("nothing speaks for %v, shown by %v", c.DataTypes, c.Evidence["data_types"])
	}
	if c, rules := weighed(1-doubtData), byRules(t).Classify(notice("", text)).Cases[0]; !slices.Equal(c.DataTypes, rules.DataTypes) || len(rules.DataTypes) == 0 {
		t.Errorf("in doubt %v, the rules say %v", c.DataTypes, rules.DataTypes)
	}
	c := weighed(-doubtData, speaks("data phone", doubtData+1), speaks("data behind data/name", 1), speaks("item joined", doubtData+1))
	if want := []breach.DataType{breach.DataPhone, breach.DataOther}; !slices.Equal(c.DataTypes, want) {
		t.Errorf("touched %v, want %v", c.DataTypes, want)
	}
	if q := c.Evidence["data_types"]; len(q) == 0 || !strings.Contains(q[0].Text, "流出") {
		t.Errorf("the mention that weighs most is not shown, but %v", q)
	}
}

// What is told plainly, the shipped model reads as the rules do.
func TestTheModelLeavesPlainListsOfData(t *testing.T) {
	rules := shipped(t).WithModel(nil)
	for _, text := range []string{
		"流出した可能性のある情報は、氏名、住所、電話番号、生年月日です。",
		"氏名とメールアドレスが含まれます。なお、クレジットカード情報、パスワードは含まれておりません。",
		"漏えいしたのは氏名及び住所のみで、電話番号は含まれておりません。",
		"■閲覧された情報\n・氏名\n■閲覧されていない情報\n・住所\n・電話番号\n",
		"患者様の氏名、病名、検査結果、保険証の写しが含まれていました。",
		"漏えいした情報は、カード名義、クレジットカード番号、有効期限、セキュリティコードです。",
		"ログインID、ハッシュ化されたパスワード、会員番号が閲覧された可能性があります。",
		"Names, postal addresses, phone numbers and dates of birth may have been leaked, but credit card numbers were not affected.",
	} {
		in, out := kindsOf(t, shipped(t), text)
		if wantIn, wantOut := kindsOf(t, rules, text); in != wantIn || out != wantOut {
			t.Errorf("%q:\n touched  %q, want %q\n excluded %q, want %q", text, in, wantIn, out, wantOut)
		}
	}
}

func TestTheDataOfAModelAreTakenApart(t *testing.T) {
	m := &learned.Model{Outputs: []string{OutputData}, Bias: []int32{-1000}, Signals: []learned.Signal{
		{Name: "data leaked in its sentence", Weights: []learned.Weight{{Output: 0, Value: 1500}}},
	}}
	e := shipped(t).WithModel(m).Explain(notice("", "当社のサーバーが不正アクセスを受け、お客様310名の氏名と住所が流出しました。"))
	if len(e.Finding.Cases[0].DataTypes) != 2 {
		t.Fatalf("touched: %v", e.Finding.Cases[0].DataTypes)
	}
	for _, d := range e.Finding.Cases[0].DataTypes {
		if !slices.ContainsFunc(e.Learned, func(a LearnedAnswer) bool {
			return a.Output == OutputData+" "+string(d) && a.Score == 0.5 && len(a.Signals) == 1
		}) {
			t.Errorf("nothing tells why %s is listed: %+v", d, e.Learned)
		}
	}
}

func TestWhatStandsFarAwayChangesNothing(t *testing.T) {
	far := strings.Repeat("秋の新しい献立をご用意いたしました。栗と芋を使った品が並びます。\n", 400)
	f := shipped(t).Classify(notice("", far+plain+"\n"+far))
	if !f.IsBreach || f.PrimaryVector != breach.Ransomware {
		t.Errorf("incident %v, vector %s", f.IsBreach, f.PrimaryVector)
	}
	if f := shipped(t).Classify(notice("", far)); f.IsBreach {
		t.Errorf("nothing happened, and yet: %+v", f.Why)
	}
}

func TestAnAnswerIsTakenApart(t *testing.T) {
	e := shipped(t).Explain(notice("", plain))
	outputs := map[string]LearnedAnswer{}
	for _, a := range e.Learned {
		outputs[a.Output] = a
	}
	incident, ok := outputs[OutputIncident]
	if !ok || incident.Case != -1 || incident.Score <= 0 || len(incident.Signals) == 0 {
		t.Errorf("the incident: %+v", incident)
	}
	if a, ok := outputs[outputPrimary+"ransomware"]; !ok || a.Case != 0 || len(a.Signals) > maxSignalsShown {
		t.Errorf("the vector: %+v", a)
	}
}

func TestTheChoiceOfAFigureIsTakenApart(t *testing.T) {
	text := "当社のサーバーが不正アクセスを受け、会員様1,200名の氏名が漏えいしました。会員様には順次ご連絡します。調査は10名で行いました。"
	for _, c := range []*Classifier{shipped(t), shipped(t).WithModel(nil)} {
		var scores []float64
		for _, a := range c.Explain(notice("", text)).Learned {
			if !strings.HasPrefix(a.Output, OutputCount) {
				continue
			}
			if len(scores) == 0 && (a.Output != OutputCount+" 1200" || len(a.Signals) == 0) {
				t.Errorf("the best answer is %+v", a)
			}
			scores = append(scores, a.Score)
		}
		if len(scores) != maxChoicesShown || !slices.IsSortedFunc(scores, func(a, b float64) int { return cmp.Compare(b, a) }) {
			t.Errorf("scores %v", scores)
		}
	}
}

func TestConceptsAreCheckedAsRulesAre(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"no id":         {"concepts: [{terms: [x]}]", "own/c.yaml:1: id is missing"},
		"a bad id":      {"concepts: [{id: a+b, terms: [x]}]", "id is missing or has"},
		"a comment":     {"concepts: [{id: '#a', terms: [x]}]", "id is missing or has"},
		"a taken name":  {"concepts: [{id: none, terms: [x]}]", "a signal of the engine's own"},
		"another":       {"concepts: [{id: one, terms: [x]}]", "a signal of the engine's own"},
		"no terms":      {"concepts: [{id: a}]", "terms are missing"},
		"twice":         {"concepts: [{id: a, terms: [x]}, {id: a, terms: [y]}]", "defined twice"},
		"a field":       {"concepts: [{id: a, term: [x]}]", `unknown field "term"`},
		"no such list":  {`concepts: [{id: a, terms: ["@none"]}]`, `no list "none"`},
		"an empty term": {`concepts: [{id: a, terms: ["*"]}]`, "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(Config{Rules: os.DirFS("../configs/rules"), Extra: fstest.MapFS{"c.yaml": {Data: []byte(c.file)}}, ExtraName: "own"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestATitleAloneIsJudgedByItsWords(t *testing.T) {
	word := func(output int, value int32) *learned.Model {
		m := &learned.Model{Outputs: []string{OutputTitle, outputOfTitle + "unknown", outputOfTitle + "insider"}, Bias: []int32{-3000, 0, 0}}
		m.Signals = []learned.Signal{{Name: wordSignal + "三毛猫", Weights: []learned.Weight{{Output: output, Value: value}}}}
		return m
	}
	const title = "三毛猫の件について"
	for value, want := range map[int32]bool{3000 + titleSure: false, 3001 + titleSure: true} {
		c := shipped(t).WithModel(word(0, value))
		if f := c.Classify(notice(title, "")); f.IsBreach != want || want && (len(f.Why) == 0 || f.Why[0].Quote.Text != title) {
			t.Errorf("at %d thousandths: incident %v, because of %+v", value, f.IsBreach, f.Why)
		}
		if !c.Screen(title) {
			t.Error("its document is not read")
		}
	}
	sure := "個人情報の漏えいに関するお知らせ"
	for value, want := range map[int32]bool{3001 + titleDenied: true, 2999 + titleDenied: false} {
		m := word(0, value)
		m.Signals[0].Name = wordSignal + "個人情報"
		if f := shipped(t).WithModel(m).Classify(notice(sure, "")); f.IsBreach != want {
			t.Errorf("the rules' incident at %d thousandths: %v", value, f.IsBreach)
		}
	}
	m := word(2, 1+titleShows)
	m.Signals[0].Name, m.Bias[0] = wordSignal+"個人情報", 0
	if f := shipped(t).WithModel(m).Classify(notice(sure, "")); f.PrimaryVector != breach.Insider || len(f.Cases[0].Evidence["primary_vector"]) == 0 {
		t.Errorf("the vector is %s", f.PrimaryVector)
	}
}

func TestOutputsLieWhereTheirRangesSay(t *testing.T) {
	names := Outputs()
	for i, v := range breach.Vectors() {
		if a, b := names[primaryOutputs.of(i)], names[vectorOutputs.of(i)]; a != outputPrimary+string(v) || b != outputVector+string(v) {
			t.Errorf("%s is told by %q and %q", v, a, b)
		}
		if name := names[titleOutputs.of(i)]; name != outputOfTitle+string(v) {
			t.Errorf("%s is told of a title by %q", v, name)
		}
	}
	for i, l := range breach.LeakStatuses() {
		if name := names[leakOutputs.of(i)]; name != outputLeak+string(l) {
			t.Errorf("%s is told by %q", l, name)
		}
	}
	for i, s := range breach.Stages() {
		if name := names[stageOutputs.of(i)]; name != outputStage+string(s) {
			t.Errorf("%s is told by %q", s, name)
		}
	}
}
