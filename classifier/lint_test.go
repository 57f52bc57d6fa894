package classifier

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestShippedRulesAreClean(t *testing.T) {
	for _, f := range shipped(t).Lint() {
		t.Error(f)
	}
}

func layered(t *testing.T, yaml string) (*Classifier, error) {
	t.Helper()
	return New(Config{
		Rules: fstest.MapFS{"base.yaml": {Data: []byte("rules:\n  - {id: base.flood, for: vector/ddos, terms: [洪水], examples: [洪水]}\n")}},
		Extra: fstest.MapFS{"own.yaml": {Data: []byte(yaml)}}, ExtraName: "mine",
	})
}

func TestRulesThatAreWrongAreToldWithFileAndLine(t *testing.T) {
	for name, c := range map[string]struct{ yaml, want string }{
		"without example":          {"rules:\n  - id: own.a\n    for: vector/ddos\n    terms: [大量の砲撃]\n", "mine/own.yaml:2: rule own.a: no example"},
		"a failing example":        {"rules:\n  - {id: own.a, for: vector/ddos, terms: [大量の砲撃], examples: [静かな日]}\n", `mine/own.yaml:2: rule own.a: the example "静かな日" does not make it speak`},
		"a failing counter":        {"rules:\n  - {id: own.a, for: vector/ddos, terms: [大量の砲撃], examples: [大量の砲撃], counter: [大量の砲撃の訓練]}\n", `it speaks on the counter-example "大量の砲撃の訓練"`},
		"a near that cannot fit":   {"rules:\n  - id: own.a\n    for: vector/ddos\n    terms: [砲撃]\n    near: [{within: \"before:1\", any: [とてもとても長い前置きの言葉]}]\n    examples: [とてもとても長い前置きの言葉、砲撃]\n", "unreachable: no word of its near fits into before:1"},
		"near and unless at odds":  {"rules:\n  - id: own.a\n    for: vector/ddos\n    terms: [砲撃]\n    near: [{within: clause, any: [回線]}]\n    unless: [{within: sentence, any: [回線, 訓練]}]\n    examples: [回線に砲撃]\n", "unreachable: its unless (sentence) holds whatever its near (clause) asks for"},
		"shadowed by another":      {"rules:\n  - {id: own.a, for: vector/ddos, terms: [砲撃, 爆撃], examples: [砲撃]}\n  - {id: own.b, for: vector/ddos, terms: [爆撃], near: [{within: clause, any: [回線]}], examples: [回線に爆撃]}\n", "mine/own.yaml:3: rule own.b: shadowed by rule own.a (mine/own.yaml:2)"},
		"an unknown field":         {"rules:\n  - id: own.a\n    for: vector/ddos\n    term: [砲撃]\n", `mine/own.yaml:4: unknown field "term": a rule has id, for, note, terms`},
		"an unknown topic":         {"rules:\n  - {id: own.a, for: wector/ddos, terms: [砲撃]}\n", `mine/own.yaml:2: rule own.a: unknown topic "wector"`},
		"an unknown value":         {"rules:\n  - {id: own.a, for: vector/cannon, terms: [砲撃]}\n", `topic vector has no value "cannon"`},
		"an unknown scope":         {"rules:\n  - {id: own.a, for: vector/ddos, terms: [砲撃], near: [{within: page, any: [回線]}]}\n", `unknown scope "page"`},
		"a pattern without end":    {"rules:\n  - {id: own.a, for: vector/ddos, terms: [\"{砲撃|爆撃\"], examples: [砲撃]}\n", "mine/own.yaml:2: rule own.a: term \"{砲撃|爆撃\": { without }"},
		"a list that is not there": {"rules:\n  - {id: own.a, for: vector/ddos, terms: [\"@guns\"], examples: [砲撃]}\n", `there is no list "guns"`},
		"not YAML":                 {"rules:\n  - id: [\n", "mine/own.yaml:"},
		"a type that is wrong":     {"rules:\n  - id: own.a\n    weight: heavy\n", "mine/own.yaml:3: cannot unmarshal"},
		"dropping what is not":     {"rules:\n  - {id: vector.nothing, disabled: true}\n", "mine/own.yaml:2: rule vector.nothing: disabled, but there is no shipped rule"},
	} {
		t.Run(name, func(t *testing.T) {
			judge, err := layered(t, c.yaml)
			var told []string
			if err != nil {
				told = append(told, err.Error())
			} else {
				for _, f := range judge.Lint() {
					told = append(told, f.Error())
				}
			}
			if !strings.Contains(strings.Join(told, "\n"), c.want) {
				t.Errorf("want %q in:\n%s", c.want, strings.Join(told, "\n"))
			}
		})
	}
}

func TestEveryFaultOfAFileIsToldAtOnce(t *testing.T) {
	_, err := layered(t, "rules:\n  - {id: own.a, for: vector/ddos, terms: [\"{a\"]}\n  - {id: own.b, for: vector/ddos, terms: [\"@none\"]}\n")
	if err == nil || !strings.Contains(err.Error(), "own.yaml:2") || !strings.Contains(err.Error(), "own.yaml:3") {
		t.Errorf("%v", err)
	}
}
