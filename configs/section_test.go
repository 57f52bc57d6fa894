package configs_test

import (
	"testing"

	"oshirase/breach"
	"oshirase/configs"
)

// options is what a plug-in would declare.
type options struct {
	Key     breach.Secret `yaml:"key"`
	KeyFile string        `yaml:"key_file"`
	Share   float64       `yaml:"share"`
	Deep    struct {
		Number int `yaml:"number"`
	} `yaml:"deep"`
	To []struct {
		Name string `yaml:"name"`
	} `yaml:"to"`
}

func (o *options) Validate() []breach.Fault {
	var faults []breach.Fault
	if o.Deep.Number < 0 {
		faults = append(faults, breach.Fault{Key: "deep.number", Message: "must not be negative"})
	}
	for i, to := range o.To {
		if to.Name == "" {
			faults = append(faults, breach.Fault{Key: "to[" + string(rune('0'+i)) + "].name", Message: "is missing"})
		}
	}
	if o.KeyFile != "" {
		faults = append(faults, breach.Fault{Message: "wants no file"})
	}
	return faults
}

func section(t *testing.T, keys string) configs.Section {
	t.Helper()
	return parse(t, "receivers:\n  - id: r\n    kind: k\n"+keys).Receivers[0].Options
}

func TestASectionIsDecodedStrictlyByItsOwner(t *testing.T) {
	var o options
	if faults := section(t, "    key: hunter2\n    share: 0.5\n    deep: {number: 1_000}\n").Decode(&o); faults != nil || o.Key.Reveal() != "hunter2" || o.Share != 0.5 || o.Deep.Number != 1000 {
		t.Errorf("%v %+v", faults, o)
	}
	for keys, want := range map[string]string{
		"    kei: x\n":                     "c.yaml:4: receivers[0].kei: unknown key; did you mean key?",
		"    key: [hunter2]\n":             "c.yaml:4: receivers[0].key: want a word, found a list",
		"    share: NaN\n":                 `c.yaml:4: receivers[0].share: "NaN" is no number`,
		"    deep:\n      number: many\n":  `c.yaml:5: receivers[0].deep.number: "many" is no whole number`,
		"    deep:\n      number: -1\n":    "c.yaml:5: receivers[0].deep.number: must not be negative",
		"    deep: {numbre: 1}\n":          "c.yaml:4: receivers[0].deep.numbre: unknown key; did you mean number?",
		"    to:\n    - name: a\n    - {}": "c.yaml:6: receivers[0].to[1].name: is missing",
		"    key_file: section_test.go\n":  "c.yaml:2: receivers[0]: wants no file",
		"    key_file: /none/such\n":       "c.yaml:4: receivers[0].key_file: stat /none/such: no such file or directory: create it or correct the path",
		"    kei: x\n    share: x\n":       "c.yaml:4: receivers[0].kei: unknown key; did you mean key?",
	} {
		faults := section(t, keys).Decode(&options{})
		if len(faults) == 0 || faults[0].Error() != want {
			t.Errorf("%q: %v, want %s", keys, faults, want)
		}
	}
	if faults := section(t, "    kei: x\n    share: x\n").Decode(&options{}); len(faults) != 2 {
		t.Errorf("faults after the first are lost: %v", faults)
	}
}

func TestAnEmptySectionLeavesItsOwnersDefaults(t *testing.T) {
	o := options{Share: 0.25}
	if faults := section(t, "").Decode(&o); faults != nil || o.Share != 0.25 {
		t.Errorf("%v %+v", faults, o)
	}
	if faults := (configs.Section{}).Decode(&o); faults != nil || o.Share != 0.25 {
		t.Errorf("the zero section: %v %+v", faults, o)
	}
}
