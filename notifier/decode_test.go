package notifier

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"oshirase/breach"
)

func TestAListMayBeOneText(t *testing.T) {
	for text, want := range map[string]List{
		`to: soc@example.com`:                {"soc@example.com"},
		`to: [a@example.com, b@example.com]`: {"a@example.com", "b@example.com"},
		`to: []`:                             {},
		`to: 9326`:                           {"9326"},
	} {
		var v struct {
			To List `yaml:"to"`
		}
		if err := yaml.Unmarshal([]byte(text), &v); err != nil || !slices.Equal(v.To, want) {
			t.Errorf("%s: %q, %v", text, v.To, err)
		}
	}
	for _, text := range []string{"to: {a: b}", "to: [[a]]"} {
		var v struct {
			To List `yaml:"to"`
		}
		if err := yaml.Unmarshal([]byte(text), &v); err == nil {
			t.Errorf("%s: %q", text, v.To)
		}
	}
}

func TestSeveritiesAreReadAloneAndByBounds(t *testing.T) {
	for text, want := range map[string][]breach.Severity{
		"high": {breach.High}, ">=high": {breach.High, breach.Critical}, "> high": {breach.Critical},
		"<medium": {breach.Info, breach.Low}, " <= low ": {breach.Info, breach.Low},
	} {
		if got, err := severities(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("severities(%q) = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "grave", ">=", ">critical", "<info", "=>high", "high,low"} {
		if got, err := severities(text); err == nil {
			t.Errorf("severities(%q) = %v", text, got)
		} else if text == "grave" && !strings.Contains(err.Error(), "critical") {
			t.Errorf("the error does not name the severities: %v", err)
		}
	}
}

func TestAMemoryHoldsTheLatestAndNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const limit = 4
		m := newMemory[int](limit)
		model := map[string]int{}
		for i := range rapid.IntRange(0, 40).Draw(t, "steps") {
			key := fmt.Sprint(rapid.IntRange(0, 8).Draw(t, "key"))
			if rapid.Bool().Draw(t, "forget") {
				m.forget(key)
				delete(model, key)
			} else {
				m.put(key, i)
				model[key] = i
				if v, ok := m.get(key); !ok || v != i {
					t.Fatalf("%s is %d, %v, want %d", key, v, ok, i)
				}
			}
			if len(m.values) > limit || len(m.values) != len(m.order) {
				t.Fatalf("%d values in the order of %d", len(m.values), len(m.order))
			}
			for k, v := range m.values {
				if model[k] != v {
					t.Fatalf("%s is %d, want %d", k, v, model[k])
				}
			}
		}
	})
}
