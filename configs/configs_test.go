package configs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"oshirase/breach"
	"oshirase/configs"
)

func none(string) (string, bool) { return "", false }

func TestTheBuiltInConfigurationIsSound(t *testing.T) {
	cfg, err := configs.Load("", none)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.TimeZone.String() != "Asia/Tokyo" || cfg.Retention != 400*24*time.Hour || len(cfg.Receivers) != 1 {
		t.Errorf("%+v", cfg)
	}
	for _, s := range cfg.Sources {
		if s.Kind == "tdnet" {
			t.Error("the TSE's list is on although nobody accepted its terms")
		}
	}
	empty, err := configs.Parse("empty.yaml", nil, none)
	if err != nil || empty.DataDir != cfg.DataDir || len(empty.Sources) != 0 {
		t.Errorf("an empty file is the defaults without sources: %+v, %v", empty, err)
	}
}

func TestEveryFaultIsReportedAtOnceWithItsPlace(t *testing.T) {
	text := `data_dir: ./data
time_zone: Asia/Edo
langage: ja
nats: {url: "nats://a:4222", listen: "127.0.0.1:4222"}
http: {allow_private_addresses: [10.0.0.0/8, nonsense]}
sources:
  - {id: TDnet, kind: feed, url: "https://a.example/"}
  - {id: a, kind: feed, url: "ftp://a.example/", schedule: "often"}
  - {id: a, kind: feed, url: "https://a.example/", first_run: never, robots: maybe}
watchlist:
  - {name: 架空物流, code: "93"}
receivers:
  - {id: r, kind: slack, language: fr}
  - just a word
web: {listen: "0.0.0.0:8080"}
retention: soon
language: ja
language: en
`
	_, err := configs.Parse("c.yaml", []byte(text), none)
	var faults configs.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("error %T %v", err, err)
	}
	for _, want := range []string{
		`c.yaml:2: time_zone: "Asia/Edo" is no time zone`,
		"c.yaml:3: langage: unknown key; did you mean language?",
		"c.yaml:4: nats.listen: opens the embedded server",
		`c.yaml:5: http.allow_private_addresses[1]: "nonsense" is no network`,
		`c.yaml:7: sources[0].id: "TDnet": use lower-case`,
		"c.yaml:8: sources[1].url: must be an http or https address",
		`c.yaml:8: sources[1].schedule: "often"`,
		`c.yaml:9: sources[2].id: "a" stands already at line 8`,
		`c.yaml:9: sources[2].first_run: "never" is unknown: use baseline, recent, all`,
		`c.yaml:9: sources[2].robots: "maybe"`,
		`c.yaml:11: watchlist[0].code: "93" is no securities code`,
		`c.yaml:13: receivers[0].language: "fr"`,
		`c.yaml:14: receivers[1]: want a mapping, found "just a word"`,
		`c.yaml:15: web.listen: "0.0.0.0:8080" is reachable from other machines`,
		`c.yaml:16: retention: "soon" is no duration`,
		"c.yaml:18: language: the key stands already at line 17",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing: %s", want)
		}
	}
	for i := 1; i < len(faults); i++ {
		if faults[i].Line < faults[i-1].Line {
			t.Errorf("line %d comes after line %d", faults[i].Line, faults[i-1].Line)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestBrokenFilesAreNamed(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"not YAML":           {"a: [1", "not YAML"},
		"a list at the top":  {"- a", "want a mapping"},
		"two documents":      {"language: ja\n---\nlanguage: en\n", "second document"},
		"a bomb of aliases":  {bomb(), "aliases repeat"},
		"an alias in itself": {"sources: &a\n  - *a\n", "alias"},
		"an unset variable":  {"data_dir: ${NOWHERE}\n", `the environment variable "NOWHERE" is not set`},
		"a missing secret":   {"web: {token_file: /none/such}\n", "web.token_file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := configs.Parse("c.yaml", []byte(test.text), none)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(strings.TrimSpace(err.Error()), "c.yaml") {
				t.Errorf("error %v, want c.yaml and %q in it", err, test.want)
			}
		})
	}
	if _, err := configs.Load(filepath.Join(t.TempDir(), "none.yaml"), none); err == nil || !strings.Contains(err.Error(), "check --print") {
		t.Errorf("a missing file: %v", err)
	}
}

func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return b.String()
}

func TestVariablesExpandInValuesOnlyAndAreNoYAML(t *testing.T) {
	env := func(name string) (string, bool) { return `{x: [y]}`, name == "V" }
	cfg, err := configs.Parse("c.yaml", []byte("data_dir: ${V}/$${V}\n"), env)
	if err != nil || cfg.DataDir != "{x: [y]}/${V}" {
		t.Errorf("data_dir %q, %v", cfg.DataDir, err)
	}
}

// options is what a plug-in would declare.
type options struct {
	Key     breach.Secret `yaml:"key"`
	KeyFile string        `yaml:"key_file"`
	Deep    struct {
		Number int `yaml:"number"`
	} `yaml:"deep"`
}

func (o *options) Validate() []breach.Fault {
	if o.Deep.Number < 0 {
		return []breach.Fault{{Key: "deep.number", Message: "must not be negative"}}
	}
	return nil
}

func TestASectionIsDecodedStrictlyByItsOwner(t *testing.T) {
	parse := func(text string) configs.Section {
		t.Helper()
		cfg, err := configs.Parse("c.yaml", []byte("receivers:\n  - id: r\n    kind: k\n"+text), none)
		if err != nil {
			t.Fatal(err)
		}
		return cfg.Receivers[0].Options
	}
	var o options
	if faults := parse("    key: hunter2\n    deep: {number: 3}\n").Decode(&o); faults != nil || o.Key.Reveal() != "hunter2" || o.Deep.Number != 3 {
		t.Errorf("%v %+v", faults, o)
	}
	for text, want := range map[string]string{
		"    kei: x\n":                    "c.yaml:4: receivers[0].kei: unknown key; did you mean key?",
		"    deep:\n      number: many\n": `c.yaml:5: receivers[0].deep.number: "many" is no whole number`,
		"    deep:\n      number: -1\n":   "c.yaml:5: receivers[0].deep.number: must not be negative",
		"    deep: {numbre: 1}\n":         "c.yaml:4: receivers[0].deep.numbre: unknown key; did you mean number?",
	} {
		if faults := parse(text).Decode(&options{}); len(faults) != 1 || faults[0].Error() != want {
			t.Errorf("%q: %v, want %s", text, faults, want)
		}
	}
}

func TestNoDumpOfAConfigurationShowsASecret(t *testing.T) {
	const secret = "hunter2"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := configs.Parse("c.yaml", fmt.Appendf(nil, "web: {listen: '0.0.0.0:1', token_file: %q}\nnats: {listen: '0.0.0.0:2', subscribers: [{user: u, password: %s}]}\n", file, secret), none)
	if err != nil {
		t.Fatal(err)
	}
	encoded, jsonErr := json.Marshal(map[string]any{"web": cfg.Web, "nats": cfg.NATS})
	marshalled, yamlErr := yaml.Marshal(map[string]any{"web": cfg.Web, "nats": cfg.NATS})
	if err := errors.Join(jsonErr, yamlErr); err != nil {
		t.Fatal(err)
	}
	dump := fmt.Sprintf("%v %+v %#v", cfg, cfg, cfg) + string(encoded) + string(marshalled)
	if strings.Contains(dump, secret) {
		t.Error("a dump shows the secret")
	}
	if cfg.Web.Token.Reveal() != secret || cfg.NATS.Subscribers[0].Password.Reveal() != secret {
		t.Error("the secrets were not read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(configs.Example())
	f.Add([]byte("sources:\n  - {id: a}\nroutes: [{to: x}]\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := configs.Parse("c.yaml", data, none)
		if err == nil {
			return
		}
		faults, ok := err.(configs.Faults)
		if !ok {
			t.Fatalf("error %T", err)
		}
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + strings.Count(string(data), "\u2028") + strings.Count(string(data), "\u2029") + strings.Count(string(data), "\u0085") + 2
		for _, fault := range faults {
			if fault.Line < 0 || fault.Line > lines {
				t.Errorf("line %d of %d: %s", fault.Line, lines, fault)
			}
		}
	})
}
