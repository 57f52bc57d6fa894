package configs_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"oshirase/breach"
	"oshirase/configs"
)

func none(string) (string, bool) { return "", false }

func parse(t testing.TB, text string) *configs.Config {
	t.Helper()
	cfg, err := configs.Parse("c.yaml", []byte(text), none)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestTheBuiltInConfigurationIsSound(t *testing.T) {
	cfg, err := configs.Load("", none)
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Receivers) != 1 || cfg.Receivers[0].Kind != "console" || len(cfg.Routes) != 2 {
		t.Errorf("it does not work without an account: %+v", cfg)
	}
	var on []string
	for _, s := range cfg.Sources {
		on = append(on, s.ID)
		if s.Kind == "tdnet" || s.Robots != "respect" {
			t.Errorf("source %s is on although nobody accepted its terms", s.ID)
		}
	}
	for _, want := range []string{"ppc-information", "security-next", "scan-netsecurity", "piyolog", "jpcert", "ipa"} {
		if !slices.Contains(on, want) {
			t.Errorf("source %s is off", want)
		}
	}
}

func TestTheBuiltInConfigurationShowsTheDefaults(t *testing.T) {
	for name, text := range map[string]string{"an empty file": "", "only a comment": "# nothing\n", "a null": "null\n", "keys without values": "nats:\nhttp: {timeout: }\nsources:\n"} {
		t.Run(name, func(t *testing.T) {
			empty := parse(t, text)
			shown, err := configs.Load("", none)
			if err != nil {
				t.Fatal(err)
			}
			if len(empty.Sources)+len(empty.Receivers)+len(empty.Routes) != 0 {
				t.Errorf("sources, receivers or routes out of nothing: %+v", empty)
			}
			shown.Sources, shown.Receivers, shown.Routes, shown.Watchlist = nil, nil, nil, nil
			empty.Sources, empty.Receivers, empty.Routes, empty.Watchlist = nil, nil, nil, nil
			if !reflect.DeepEqual(empty, shown) {
				t.Errorf("defaults %+v\nthe file shows %+v", empty, shown)
			}
		})
	}
}

// exampleLine is an example that the shipped file holds as a comment.
var exampleLine = regexp.MustCompile(`(?m)^ *#( +- \{.*)$`)

func TestTheExamplesInTheCommentsAreSound(t *testing.T) {
	text := exampleLine.ReplaceAllString(string(configs.Example()), "$1")
	text = strings.ReplaceAll(text, "watchlist: []", "watchlist:")
	text = strings.ReplaceAll(text, "sources: []", "sources:")
	text = strings.ReplaceAll(text, "  subscribers: []               #", "  subscribers: #")
	text = strings.ReplaceAll(text, `  listen: ""`, `  listen: "127.0.0.1:4222"`)
	text = strings.ReplaceAll(text, "password_file: /run/secrets/siem", "password: x")
	cfg := parse(t, text)
	if len(cfg.NATS.Subscribers) != 1 || len(cfg.Watchlist) != 2 || len(cfg.Receivers) != 5 || len(cfg.Routes) != 4 {
		t.Errorf("examples were lost: %+v", cfg)
	}
}

func TestWhatIsWrittenArrives(t *testing.T) {
	cfg := parse(t, `
data_dir: /var/lib/oshirase
time_zone: Europe/Berlin
language: en
nats: {url: "nats://a:4222, tls://b:4222", replicas: 3, subject_prefix: acme}
http: {contact: soc@example.com, allow_private_addresses: [10.1.2.3/8, "::1", 192.0.2.7], per_host: {interval: 250ms, concurrency: 2}, timeout: 5s, max_body_mib: 1}
sources:
  - {id: a, kind: page, url: "https://a.example/", schedule: "0 9 * * *", first_run: all, robots: ignore, documents: none, language: en, publisher: {name: アクメ, code: 130a0, corporate_number: "1180301018771"}, list: {row: li}}
  - {id: b, kind: feed, url: "https://b.example/"}
  - {id: c, kind: feed, url: "https://c.example/", enabled: false}
watchlist: [{name: 架空物流, code: 93990, aliases: Kakuu, tags: [supplier]}]
receivers: [{id: r, kind: console}, {id: s, kind: slack, language: ja, channel: soc}]
routes: [{to: [r]}]
web: {listen: ":0", token: x}
log: {level: debug, format: text}
retention: 90d
document_wait: 0s
shutdown_grace: 1m
heartbeat: "09:05"
evidence: {retention: 30d, max_mib: 10}
`)
	if cfg.Evidence != (configs.Evidence{Retention: 30 * 24 * time.Hour, MaxBytes: 10 << 20}) {
		t.Errorf("evidence %+v", cfg.Evidence)
	}
	if at := cfg.Heartbeat.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); !at.Equal(time.Date(2026, 1, 1, 8, 5, 0, 0, time.UTC)) {
		t.Errorf("the first heartbeat of the year in Berlin is at %s", at)
	}
	if cfg.DataDir != "/var/lib/oshirase" || cfg.TimeZone.String() != "Europe/Berlin" || cfg.Retention != 90*24*time.Hour || cfg.DocumentWait != 0 || cfg.ShutdownGrace != time.Minute {
		t.Errorf("%+v", cfg)
	}
	want := configs.HTTP{
		Contact: "soc@example.com", Interval: 250 * time.Millisecond, Concurrency: 2, Timeout: 5 * time.Second, MaxBody: 1 << 20,
		AllowPrivate: configs.Networks{List: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("192.0.2.7/32")}},
	}
	if !reflect.DeepEqual(cfg.HTTP, want) {
		t.Errorf("http %+v, want %+v", cfg.HTTP, want)
	}
	if len(cfg.Sources) != 2 {
		t.Fatalf("sources %+v", cfg.Sources)
	}
	a, b := cfg.Sources[0], cfg.Sources[1]
	if a.Publisher != (breach.Publisher{Name: "アクメ", Code: "130A", CorporateNumber: "1180301018771"}) || a.FirstRun != configs.FirstRunAll || a.Robots != "ignore" || a.Documents != "none" {
		t.Errorf("source %+v", a)
	}
	if got := a.Schedule.Next(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)); got.UTC().Hour() != 8 {
		t.Errorf("nine o'clock in Berlin is %s", got.UTC())
	}
	if b.ScheduleText != "@every 10m" || b.FirstRun != configs.FirstRunRecent || b.Robots != "respect" || b.Documents != "" {
		t.Errorf("a source's defaults: %+v", b)
	}
	if w := cfg.Watchlist[0]; w.Code != "9399" || !slices.Equal(w.Aliases, []string{"Kakuu"}) {
		t.Errorf("watch-list %+v", w)
	}
	if cfg.Receivers[0].Language != "en" || cfg.Receivers[1].Language != "ja" {
		t.Errorf("receivers %+v", cfg.Receivers)
	}
	if all := parse(t, "http: {allow_private_addresses: true}").HTTP.AllowPrivate; !all.All {
		t.Errorf("allow_private_addresses: true is %+v", all)
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
		`c.yaml:14: receivers[1]: want a mapping, found text`,
		`c.yaml:15: web.listen: "0.0.0.0:8080" is reachable from other machines`,
		`c.yaml:16: retention: "soon" is no duration`,
		"c.yaml:18: language: the key stands already at line 17",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing: %s", want)
		}
	}
	if !slices.IsSortedFunc(faults, func(a, b configs.Fault) int { return a.Line - b.Line }) {
		t.Error("the faults are not in the order of the lines")
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestEachFaultNamesPlaceAndRemedy(t *testing.T) {
	source := func(keys string) string {
		return "sources:\n- {id: a, kind: feed, url: 'https://a.example/', " + keys + "}\n"
	}
	for name, test := range map[string]struct{ text, want string }{
		"an empty data directory":                  {"data_dir: ''\n", "c.yaml:1: data_dir: is empty: name a directory"},
		"the machine's own zone":                   {"time_zone: Local\n", `c.yaml:1: time_zone: "Local" is no time zone`},
		"a level nobody knows":                     {"log:\n  level: loud\n", `c.yaml:2: log.level: "loud" is unknown: use debug, info, warn, error`},
		"a negative retention":                     {"retention: -1d\n", `c.yaml:1: retention: "-1d" is no duration`},
		"no retention":                             {"retention: 0s\n", "c.yaml:1: retention: 0s is out of range: use 1m to 36500d"},
		"a wait for hours":                         {"document_wait: 3h\n", "c.yaml:1: document_wait: 3h0m is out of range: use 0s to 10m"},
		"no grace":                                 {"shutdown_grace: 0s\n", "c.yaml:1: shutdown_grace: 0s is out of range"},
		"a heartbeat at no time":                   {"heartbeat: nine\n", `c.yaml:1: heartbeat: "nine" is no time of day`},
		"a negative bound of evidence":             {"evidence:\n  max_mib: -1\n", "c.yaml:2: evidence.max_mib: -1 is out of range"},
		"rules that are not there":                 {"classifier:\n  rules_dir: /none/such\n", `c.yaml:2: classifier.rules_dir: "/none/such" is no directory`},
		"a list where a mapping belongs":           {"nats: [a]\n", "c.yaml:1: nats: want a mapping, found a list"},
		"text where a mapping belongs":             {"web: hunter2\n", "c.yaml:1: web: want a mapping, found text"},
		"a mapping where a list belongs":           {"routes: {to: [a]}\n", "c.yaml:1: routes: want a list, found a mapping"},
		"an empty item":                            {"sources:\n-\n", "c.yaml:2: sources[0]: is empty: remove the dash"},
		"a key that is a list":                     {"[a]: b\n", "c.yaml:1: a key must be a plain word"},
		"keys merged in":                           {source("publisher: {<<: {name: a}}"), "c.yaml:2: sources[0].publisher.<<: keys cannot be merged in"},
		"a nested unknown key":                     {"http:\n  per_host:\n    intervall: 1s\n", "c.yaml:3: http.per_host.intervall: unknown key; did you mean interval?"},
		"an unknown key like no other":             {"log: {zzzzzz: 1}\n", "c.yaml:1: log.zzzzzz: unknown key: use one of format, level"},
		"a missing space":                          {"web: {token:hunter2}\n", "c.yaml:1: web.token: a key needs a colon and a space behind it"},
		"not a number":                             {"http:\n  max_body_mib: many\n", `c.yaml:2: http.max_body_mib: "many" is no whole number`},
		"too large a number":                       {"http: {max_body_mib: 99999}\n", "c.yaml:1: http.max_body_mib: 99999 is out of range: use 1 to 1024"},
		"no requests at all":                       {"http: {per_host: {concurrency: 0}}\n", "c.yaml:1: http.per_host.concurrency: 0 is out of range: use 1 to 64"},
		"a contact that breaks the header":         {"http: {contact: \"a\\r\\nb: c\"}\n", "c.yaml:1: http.contact: goes into a header"},
		"a contact that no header takes":           {"http: {contact: 担当}\n", "c.yaml:1: http.contact: goes into a header"},
		"copies of an embedded server":             {"nats: {replicas: 3}\n", "c.yaml:1: nats.replicas: the embedded server keeps one copy"},
		"too many copies":                          {"nats: {url: 'nats://a', replicas: 9}\n", "c.yaml:1: nats.replicas: 9 is out of range: use 1 to 5"},
		"a server of another kind":                 {"nats: {url: 'nats://a,http://b'}\n", "c.yaml:1: nats.url: address 2 is none of a NATS server"},
		"a password in an address":                 {"nats: {url: 'nats://u:hunter2@a'}\n", "c.yaml:1: nats.url: address 1 holds a password: use nats.credentials_file"},
		"credentials for nobody":                   {"nats: {credentials_file: x}\n", "c.yaml:1: nats.credentials_file: is for the cluster of nats.url, which is empty"},
		"credentials that are not there":           {"nats: {url: 'nats://a', credentials_file: /none/such}\n", "c.yaml:1: nats.credentials_file: stat /none/such"},
		"a prefix with a wildcard":                 {"nats: {subject_prefix: 'a.>'}\n", `c.yaml:1: nats.subject_prefix: "a.>"`},
		"an open server without users":             {"nats: {listen: '0.0.0.0:4222'}\n", "c.yaml:1: nats.listen: \"0.0.0.0:4222\" is reachable from other machines: name nats.subscribers"},
		"an address without a port":                {"nats: {listen: localhost}\n", `c.yaml:1: nats.listen: "localhost" is no address`},
		"subscribers of nothing":                   {"nats: {subscribers: [{user: a, password: b}]}\n", "c.yaml:1: nats.subscribers: can reach nothing: set nats.listen"},
		"subscribers of a cluster":                 {"nats: {url: 'nats://a', subscribers: [{user: a, password: b}]}\n", "c.yaml:1: nats.subscribers: are those of the embedded server"},
		"a subscriber without password":            {"nats:\n  listen: 127.0.0.1:1\n  subscribers:\n  - user: a\n  - {user: b, password: c}\n", "c.yaml:4: nats.subscribers[0]: has no password"},
		"two subscribers of a name":                {"nats:\n  listen: 127.0.0.1:1\n  subscribers:\n  - {user: a, password: b}\n  - {user: a, password: c}\n", `c.yaml:5: nats.subscribers[1].user: "a" stands already at line 4`},
		"a missing secret":                         {"web:\n  token_file: /none/such\n", "c.yaml:2: web.token_file: stat /none/such: no such file or directory: create it"},
		"a secret twice":                           {"web: {token: a, token_file: /none/such}\n", "c.yaml:1: web.token_file: token and token_file are both set: keep one"},
		"a port that is none":                      {"web: {listen: '127.0.0.1:99999'}\n", `c.yaml:1: web.listen: "127.0.0.1:99999" is no address`},
		"an id that no subject takes":              {"receivers: [{id: 日本, kind: console}]\n", `c.yaml:1: receivers[0].id: "日本": use lower-case`},
		"no id":                                    {"receivers: [{kind: console}]\n", `c.yaml:1: receivers[0].id: "": use lower-case`},
		"no kind":                                  {"receivers: [{id: a}]\n", "c.yaml:1: receivers[0].kind: is missing"},
		"a key of a receiver twice":                {"receivers:\n- id: a\n  kind: b\n  to: x\n  to: y\n", "c.yaml:5: receivers[0].to: the key stands already at line 4"},
		"no address":                               {"sources: [{id: a, kind: feed}]\n", "c.yaml:1: sources[0].url: must be an http or https address"},
		"an address without a host":                {"sources: [{id: a, kind: feed, url: 'http://:80'}]\n", "c.yaml:1: sources[0].url: must be"},
		"a password in a source's address":         {"sources: [{id: a, kind: feed, url: 'http://u:hunter2@a'}]\n", "c.yaml:1: sources[0].url: must be"},
		"a fault of a source that is switched off": {source("enabled: false, documents: some"), `c.yaml:2: sources[0].documents: "some" is unknown`},
		"a source in no language":                  {source("language: fr"), `c.yaml:2: sources[0].language: "fr" is unknown: use ja, en`},
		"a publisher's code":                       {source("publisher: {code: 1}"), `c.yaml:2: sources[0].publisher.code: "1" is no securities code`},
		"a corporate number with a slip":           {source("publisher: {corporate_number: '1180301018717'}"), "c.yaml:2: sources[0].publisher.corporate_number:"},
		"a short corporate number":                 {"watchlist: [{name: a, corporate_number: '118'}]\n", `c.yaml:1: watchlist[0].corporate_number: "118" is no corporate number`},
		"nobody on the watch-list":                 {"watchlist: [{code: '9399'}]\n", "c.yaml:1: watchlist[0].name: is missing"},
		"somebody twice on the watch-list":         {"watchlist:\n- {name: a}\n- {name: a}\n", `c.yaml:3: watchlist[1].name: "a" stands already at line 2`},
		"a cron line of another kind":              {source("schedule: '* * *'"), `c.yaml:2: sources[0].schedule: "* * *": expected 5 to 6 fields`},
		"a day that never comes":                   {source("schedule: '0 0 30 2 *'"), "such a day never comes"},
		"a period under a second":                  {source("schedule: '@every 20ms'"), `"@every 20ms": 20ms is shorter than 1s`},
		"a period that runs backwards":             {source("schedule: '@every -5m'"), "-5m0s is shorter than 1s"},
		"a zone without a schedule":                {source("schedule: 'TZ=Asia/Tokyo'"), "a zone needs a schedule behind it"},
		"a zone that is none":                      {source("schedule: 'TZ=Asia/Edo @daily'"), "Asia/Edo"},
		"not YAML at all":                          {"a: 1\nb: [1\n", "c.yaml:2: not YAML: did not find expected ',' or ']'"},
		"not YAML in its first line":               {"a: [1", "c.yaml:1: not YAML"},
		"control characters":                       {"a: b\nc: \x01\n", "c.yaml:2: not YAML: control characters"},
		"Shift_JIS":                                {"a: b\nc: \x93\xfa\x96\x7b\n", "c.yaml:2: the file is not UTF-8"},
		"a list at the top":                        {"- a\n", "c.yaml:1: want a mapping"},
		"two documents":                            {"language: ja\n---\nlanguage: en\n", "c.yaml:2: a second document begins here"},
		"a bomb of aliases":                        {bomb(), "aliases repeat more than"},
		"an alias in itself":                       {"sources: &a\n  - *a\n", "c.yaml:1: "},
		"an unset variable":                        {"\ndata_dir: ${NOWHERE}\n", `c.yaml:2: data_dir: the environment variable "NOWHERE" is not set`},
		"an open variable":                         {"data_dir: a${HOME\n", "c.yaml:1: data_dir: ${ is never closed"},
		"a shell's default":                        {"data_dir: ${HOME:-x}\n", "c.yaml:1: data_dir: ${HOME:-x} is no variable"},
		"an unset variable in a list":              {"routes:\n- {to: [\"${NOWHERE}\"]}\n", `c.yaml:2: routes[0].to[0]: the environment variable "NOWHERE"`},
		"a secret that looks like an anchor":       {"web: {token: &hunter2 }\n", "c.yaml:1: web.token: a value that begins with & is a YAML anchor"},
		"a secret that looks like a tag":           {"web: {token: !hunter2 }\n", "c.yaml:1: web.token: a value that begins with ! is a YAML tag"},
		"a secret that looks like an alias":        {"web:\n  token: *hunter2\n", "c.yaml:2: a value that begins with * repeats an anchor"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := configs.Parse("c.yaml", []byte(test.text), none)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

func TestAFileThatCannotBeReadIsNamed(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "none.yaml"): "check --print",
		dir:                             "directory",
	} {
		if _, err := configs.Load(path, none); err == nil || !strings.HasPrefix(err.Error(), path) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
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

func TestAnAliasIsWhatItStandsFor(t *testing.T) {
	cfg := parse(t, `
sources:
  - {id: a, kind: feed, url: "https://a.example/", publisher: &acme {name: アクメ}}
  - {id: b, kind: feed, url: "https://b.example/", publisher: *acme}
`)
	if cfg.Sources[1].Publisher.Name != "アクメ" {
		t.Errorf("publisher %+v", cfg.Sources[1].Publisher)
	}
}

func TestAFileThatMayNotBeReadIsNamedWithItsRemedy(t *testing.T) {
	denied := &fs.PathError{Op: "open", Path: "own.yaml", Err: syscall.EACCES} // root may read everything, so no real file tells
	if got := configs.NotOpened(denied); got != "permission denied: make it readable for this user" {
		t.Errorf("%q", got)
	}
}

// BenchmarkLoad reads a configuration of 5,000 sources, beside the YAML library
// alone on the same bytes.
func BenchmarkLoad(b *testing.B) {
	var text strings.Builder
	text.WriteString("catalogue: [ppc, security-news, ir]\nsources:\n")
	for i := range 5000 {
		fmt.Fprintf(&text, "  - {id: s%d, kind: page, url: \"https://a%d.example/news/\", schedule: \"*/5 * * * *\", publisher: {name: 架空商事%d}}\n", i, i, i)
	}
	data := []byte(text.String())
	b.Run("oshirase", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := configs.Parse("c.yaml", data, none); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var node yaml.Node
			if err := yaml.Unmarshal(data, &node); err != nil {
				b.Fatal(err)
			}
		}
	})
}
